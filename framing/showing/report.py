"""The report: a folder of static pages that holds the answer, the sentences behind it, the notebooks and the tables.

Nothing in it is loaded from elsewhere, and every link in it is relative: it can be zipped, mailed and opened offline.
"""

import hashlib
import platform
import re
import shutil
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from framing import __version__
from framing.measuring import attribution_profile
from framing.showing import plots, words
from framing.showing.evidence import card, evidence
from framing.showing.groups import contrast_if_any, limits_in_words
from framing.tables import ACTORS, ROLES

MARKER = ".framing-report"
QUESTION = "Whom does each outlet hold responsible for ISIS activity in Syria: the United States, Russia or Iran?"

_TEMPLATES = Path(__file__).parent / "templates"
_PACKAGES = ("numpy", "pandas", "matplotlib", "nbconvert")
Progress = Callable[[int, int, str], None]


def write_report(
    analysis: object,
    notebooks: Path,
    out: Path,
    progress: Progress | None = None,
    command: str = "",
    made_on: str = "",
) -> Path:
    """Write the report of `analysis` to the folder `out` and return the path of its first page.

    `analysis` has a `folder` (the corpus) and the tables outlets, articles, units, mentions, codes and hand;
    `notebooks` is the folder of the notebooks, which are run on that corpus in the order of their names. `progress` is
    called with steps done, steps in all and what comes next. `command` and `made_on` (a date) are only printed.

    The pages are made in a folder beside `out` that takes its place at the end, so a run that fails changes nothing.
    Raises ValueError where `out` holds something that is no report, or where a notebook fails.
    """
    out = Path(out).resolve()
    _check_out(out)
    paths = sorted(Path(notebooks).glob("*.ipynb"))
    books = [(path, nbformat.read(path, as_version=4)) for path in paths]
    step = _Steps(sum(cell.cell_type == "code" for _, book in books for cell in book.cells) + 2, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        step("measuring and drawing")
        index = _write_numbers(analysis, folder)
        pages = []
        for path, book in books:
            run = run_notebook(path, analysis.folder, step)
            pages.append(
                SimpleNamespace(href=f"{path.stem}.html", title=_title(book, path.stem), body=notebook_body(run))
            )
        step("pages")
        provenance = _provenance(analysis, command, made_on)
        _write_pages(folder, index, pages, provenance)
        _take_place(folder, out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    step.done()
    return out / "index.html"


def run_notebook(
    path: Path, corpus: Path | None = None, progress: Callable[[str], None] | None = None
) -> nbformat.NotebookNode:
    """Run a notebook in this environment's Python kernel, in its own folder, and return it with its outputs.

    With `corpus`, the parameter CORPUS of the cell tagged "parameters" is set to that folder. `progress` is called
    before each code cell with a label. Execution times are not recorded, so two runs give the same file; to refresh
    a committed notebook: `nbformat.write(run_notebook(path), path)`.

    Raises ValueError that names the notebook, the cell and the line that failed.
    """
    # The notebook machinery takes longer to import than most commands need to run.
    import zmq
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook
    from papermill.utils import find_first_tagged_cell_index
    from traitlets.config import Config

    path = Path(path)
    book = load_notebook_node(str(path))
    if corpus is not None:
        if find_first_tagged_cell_index(book, "parameters") < 0:
            raise ValueError(f'{path.name}: no cell is tagged "parameters", so the notebook cannot be run on a corpus')
        book = parameterize_notebook(
            book, {"CORPUS": str(Path(corpus).resolve())}, kernel_name="python3", language="python"
        )
    at = {"cell": 0}

    def start(cell: nbformat.NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata["tags"]:
            at["cell"] += 1
            if progress:
                progress(f"{path.stem}, cell {at['cell']}")

    client = NotebookClient(
        book,
        kernel_name="python3",
        timeout=None,
        record_timing=False,
        on_cell_start=start,
        resources={"metadata": {"path": str(path.resolve().parent)}},
        config=Config(KernelManager={"transport_encryption": "auto" if zmq.has("curve") else "disabled"}),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        line = re.search(r"^-+> ?\d+ (.*)$", _ANSI.sub("", error.traceback), re.MULTILINE)
        where = f", at `{line[1].strip()}`" if line else ""
        raise ValueError(
            f"notebook {path.name}, code cell {at['cell']}{where}: {error.ename}: {error.evalue}"
        ) from error
    except DeadKernelError as error:
        raise ValueError(f"notebook {path.name}, code cell {at['cell']}: the kernel died") from error
    return _without_traces(book)


_ANSI = re.compile(r"\x1b\[[0-9;]*m")


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


def corpus_hash(outlets: pd.DataFrame, articles: pd.DataFrame) -> str:
    """Return a SHA-256 over the two tables of a corpus: the same articles give the same hash, wherever they lie."""
    text = outlets.to_csv(index=False) + articles.to_csv(index=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def anchor(outlet_id: str, actor: str, role: str, denied: bool = False) -> str:
    """Return the anchor of one cell's sentences in evidence.html; denials, which no count includes, have their own."""
    return quote(f"{outlet_id}-{actor}-{role}" + ("-denied" if denied else ""), safe="")


class _Steps:
    """Counts steps and passes them on."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress, self.count, self.label = total, progress, 0, ""

    def __call__(self, label: str) -> None:
        if self.progress:
            self.progress(self.count, self.total, label)
        self.count += 1

    def done(self) -> None:
        if self.progress:
            self.progress(self.total, self.total, "done")


def _write_numbers(analysis: object, folder: Path) -> dict:
    """Measure, write tables and figures, and return what the first page and the evidence page show."""
    outlets = analysis.outlets
    profile = attribution_profile(analysis.articles, analysis.units, analysis.codes)
    groups = contrast_if_any(analysis.articles, analysis.units, analysis.codes, outlets)
    ok = analysis.articles.loc[analysis.articles["status"] == "ok", "article_id"]
    counted = analysis.codes[analysis.codes["article_id"].isin(ok)]
    sentences = evidence(analysis.articles, analysis.units, counted, outlets)
    tables = {
        "outlets": outlets,
        "articles": analysis.articles.drop(columns="text"),
        "units": analysis.units,
        "mentions": analysis.mentions,
        "codes": analysis.codes,
        "profile": profile,
        "contrast": groups,
        "evidence": sentences,
    }
    (folder / "tables").mkdir()
    for name, df in tables.items():
        # The byte-order mark tells Excel that the file is UTF-8; without it Arabic comes out as noise.
        df.to_csv(folder / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig")
    figures = {
        "attribution": plots.attribution_figure(profile, outlets),
        "intervals": plots.intervals_figure(profile, outlets),
        "contrast": plots.contrast_figure(groups),
    }
    (folder / "figures").mkdir()
    shown = []
    for name, figure in figures.items():
        plots.save(figure, folder / "figures", name)
        shown.append(SimpleNamespace(name=name, alt=plots.description(figure)))
        plt.close(figure)
    return {
        "about": _html(words.about_corpus(analysis.folder)),
        "corpus": _html(words.describe_corpus(outlets, analysis.articles, analysis.units, analysis.codes)),
        "answer": _html(words.answer(profile, outlets)),
        "by_role": _html(words.answers_by_role(profile, outlets)),
        "by_outlet": _html(words.answers_by_outlet(profile, outlets)),
        "by_group": _html(words.answers_by_group(groups)),
        "limits": limits_in_words(groups),
        "agreement": words.agreement_in_words(words.agreement(analysis.codes, analysis.hand)),
        "note": words.note(profile, intervals=False),
        "figures": shown,
        "tables": {name: len(df) for name, df in tables.items()},
        "rows": _counts(profile, outlets),
        "evidence": _evidence_groups(sentences),
    }


def _counts(profile: pd.DataFrame, outlets: pd.DataFrame) -> list[SimpleNamespace]:
    """One row per outlet with a cell per actor and role; a cell above 0 knows the anchor of its sentences."""
    rows = []
    for outlet_id, part in words.name_outlets(profile, outlets).groupby("outlet_id", sort=False):
        n = {(row.actor, row.role): row.n for row in part.itertuples()}
        first = part.iloc[0]
        cells = [
            SimpleNamespace(
                n=n.get((actor, role), 0), what=words.in_words(actor, role), anchor=anchor(outlet_id, actor, role)
            )
            for actor in ACTORS
            for role in ROLES
        ]
        rows.append(SimpleNamespace(**first[["name", "name_ar", "alignment", "n_units", "n_articles"]], cells=cells))
    return rows


def _evidence_groups(sentences: pd.DataFrame) -> list[SimpleNamespace]:
    groups = []
    for outlet_id, part in sentences.groupby("outlet_id", sort=False):
        cells = [
            SimpleNamespace(
                what=words.in_words(actor, role) + (", denied (not counted)" if denied else ""),
                anchor=anchor(outlet_id, actor, role, denied),
                cards=[Markup(card(row)) for row in rows.itertuples(index=False)],
            )
            for (actor, role, denied), rows in part.assign(denied=part["modality"] == "denied").groupby(
                ["actor", "role", "denied"], sort=False
            )
        ]
        groups.append(SimpleNamespace(**part.iloc[0][["name", "name_ar", "alignment"]], cells=cells))
    return groups


def _write_pages(folder: Path, index: dict, pages: list[SimpleNamespace], provenance: dict[str, str]) -> None:
    jinja = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    shared = {
        "question": QUESTION,
        "pages": pages,
        "actors": [words.ACTOR_NAMES[actor] for actor in ACTORS],
        "roles": ROLES,
        "provenance": provenance,
        **index,
    }
    for name in ("index", "evidence"):
        (folder / f"{name}.html").write_text(jinja.get_template(f"{name}.html.j2").render(shared), encoding="utf-8")
    for page in pages:
        text = jinja.get_template("page_of_notebook.html.j2").render(shared, title=page.title, body=Markup(page.body))
        (folder / page.href).write_text(text, encoding="utf-8")
    shutil.copyfile(_TEMPLATES / "style.css", folder / "style.css")
    (folder / MARKER).write_text("Written by framing; the next run may replace this folder.\n", encoding="utf-8")


def _check_out(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out} is a file; name a folder for the report")
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise ValueError(
            f"{out} holds files that are no report of framing; name another folder for the report, or empty it"
        )


def _take_place(folder: Path, out: Path) -> None:
    """Put `folder` where `out` is, keeping the old report until the new one is there."""
    folder.chmod(0o755)
    if not out.exists():
        folder.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    out.rename(old / out.name)
    try:
        folder.rename(out)
    except OSError:
        (old / out.name).rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _provenance(analysis: object, command: str, made_on: str) -> dict[str, str]:
    versions = [f"framing {__version__}", f"Python {platform.python_version()}"]
    versions += [f"{package} {metadata.version(package)}" for package in _PACKAGES]
    facts = {
        "Corpus": Path(analysis.folder).resolve().name,
        "Corpus SHA-256": corpus_hash(analysis.outlets, analysis.articles),
        "Versions": ", ".join(versions),
        "Command": command,
        "Date": made_on,
    }
    return {name: value for name, value in facts.items() if value}


def _title(book: nbformat.NotebookNode, otherwise: str) -> str:
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


def _html(markdown: str) -> Markup:
    from nbconvert.filters import markdown2html

    return Markup(markdown2html(markdown))
