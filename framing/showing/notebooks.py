"""Runs a notebook on a corpus and turns it into the inside of a page; the notebook machinery is imported when used."""

import asyncio
import atexit
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

_TEMPLATES = Path(__file__).parent / "templates"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_STOPS = (signal.SIGINT, signal.SIGTERM)


def run_notebook(
    path: Path, corpus: Path | None = None, progress: Callable[[str], None] | None = None
) -> nbformat.NotebookNode:
    """Run a notebook in this environment's Python kernel, in its own folder, and return it with its outputs.

    With `corpus`, the parameter CORPUS of the cell tagged "parameters" is set to that folder. `progress` is called
    before each code cell with a label. Execution times are not recorded, so two runs give the same file; to refresh
    a committed notebook: `nbformat.write(run_notebook(path), path)`.

    Raises ValueError that names the notebook, the cell and the line that failed, and KeyboardInterrupt where the run
    is interrupted or terminated.
    """
    path = Path(path)
    book = _with_corpus(path, corpus)
    at = {"cell": 0}

    def start(cell: nbformat.NotebookNode, cell_index: int) -> None:
        if client.stopped:  # what waits for the kernel may swallow the cancellation
            raise asyncio.CancelledError
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", []):
            at["cell"] += 1
            if progress:
                progress(f"{path.stem}, cell {at['cell']}")

    client = _client(book, path.resolve().parent, start)
    try:
        with _handlers_kept():
            client.execute()
    except (Exception, asyncio.CancelledError) as error:
        if client.stopped:
            client.clear()
            raise KeyboardInterrupt from None
        raise ValueError(f"notebook {path.name}, code cell {at['cell']}{_what_failed(error)}") from error
    return _without_traces(book)


def _with_corpus(path: Path, corpus: Path | None) -> nbformat.NotebookNode:
    """Read a notebook and set its parameter CORPUS, where one is given."""
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook
    from papermill.utils import find_first_tagged_cell_index

    book = load_notebook_node(str(path))
    if corpus is None:
        return book
    if find_first_tagged_cell_index(book, "parameters") < 0:
        raise ValueError(f'{path.name}: no cell is tagged "parameters", so the notebook cannot be run on a corpus')
    parameters = {"CORPUS": str(Path(corpus).resolve())}
    return parameterize_notebook(book, parameters, kernel_name="python3", language="python")


def _client(book: nbformat.NotebookNode, folder: Path, start: Callable[[nbformat.NotebookNode, int], None]) -> object:
    """What runs the notebook: nbclient's, but a signal stops the run and not only the kernel under it."""
    import zmq
    from nbclient import NotebookClient
    from traitlets.config import Config

    class Client(NotebookClient):
        stopped = False

        async def async_start_new_kernel(self, **kwargs: object) -> None:
            # nbclient answers a signal by shutting the kernel down while it goes on to use it.
            loop, task = asyncio.get_running_loop(), asyncio.current_task()

            def stop() -> None:
                # A kernel asked politely while it is busy writes a traceback before it goes.
                self.stopped, self.shutdown_kernel = True, "immediate"
                task.cancel()

            try:
                for number in _STOPS:
                    loop.add_signal_handler(number, stop)
            except RuntimeError:
                pass  # On Windows, and outside the main thread, there are no such handlers.
            await super().async_start_new_kernel(**kwargs)

        def clear(self) -> None:
            # What nbclient registered for the end of the process fails there if the kernel is gone by then.
            atexit.unregister(self._cleanup_kernel)
            if self.km is not None:
                self._cleanup_kernel()

    return Client(
        book,
        kernel_name="python3",
        timeout=None,
        record_timing=False,
        on_cell_start=start,
        resources={"metadata": {"path": str(folder)}},
        config=Config(KernelManager={"transport_encryption": "auto" if zmq.has("curve") else "disabled"}),
    )


def _what_failed(error: BaseException) -> str:
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    if isinstance(error, DeadKernelError):
        return ": the kernel died"
    if not isinstance(error, CellExecutionError):
        raise error
    line = re.search(r"^-+> ?\d+ (.*)$", _ANSI.sub("", error.traceback), re.MULTILINE)
    where = f", at `{line[1].strip()}`" if line else ""
    return f"{where}: {error.ename}: {error.evalue}"


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Within it, a request to terminate is a KeyboardInterrupt, so that what was begun is cleared away.

    Python drops an exception that is raised in a callback of the garbage collector or of the import machinery, an
    interrupt too. So it gives a function, to be called between two steps, that raises what was dropped.
    """
    asked = threading.Event()

    def stop(*_: object) -> None:
        asked.set()
        raise KeyboardInterrupt

    def check() -> None:
        if asked.is_set():
            raise KeyboardInterrupt

    with _handlers_kept():
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, stop)
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                signal.signal(signal.SIGINT, stop)
        yield check


@contextmanager
def _handlers_kept() -> Iterator[None]:
    """Put the handlers of signals back at the end: nbclient and asyncio leave the system's own behind."""
    main = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in _STOPS} if main else {}
    try:
        yield
    finally:
        for number, handler in before.items():
            # None stands for a handler that was not set from Python and cannot be set again from here.
            if handler is not None:
                signal.signal(number, handler)


def notebook_body(book: nbformat.NotebookNode) -> str:
    """Return a notebook that was run as HTML for the inside of a page, its code folded away."""
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    settings = Config()
    settings.HTMLExporter.extra_template_basedirs = [str(_TEMPLATES)]
    settings.HTMLExporter.template_name = "notebook"
    settings.TagRemovePreprocessor.enabled = True
    settings.TagRemovePreprocessor.remove_cell_tags = ["injected-parameters"]
    for address in ("mathjax_url", "require_js_url", "mermaid_js_url"):
        settings.HTMLExporter[address] = ""
    body, _ = HTMLExporter(config=settings).from_notebook_node(book)
    return body


def notebook_title(book: nbformat.NotebookNode, otherwise: str) -> str:
    """Return the first heading of a notebook, or `otherwise` where it has none."""
    for cell in book.cells:
        if cell.cell_type == "markdown" and (heading := re.search(r"^# +(.+)$", cell.source, re.MULTILINE)):
            return heading[1].strip()
    return otherwise


def _without_traces(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs from run to run or machine to machine."""
    book.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in book.cells:
        cell.metadata = nbformat.from_dict({"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {})
    return book
