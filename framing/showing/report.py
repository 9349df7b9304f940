"""The report: a folder of static pages that holds the answer, the sentences behind it, the notebooks and the tables.

Nothing in it is loaded from elsewhere, and every link in it is relative: it can be zipped, mailed and opened offline.
"""

import hashlib
import platform
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from framing.showing.notebooks import interruptible, notebook_body, notebook_title, run_notebook
from framing.tables import ACTORS, ROLES

__all__ = ["MARKER", "QUESTION", "anchor", "corpus_hash", "run_notebook", "write_report"]

MARKER = ".framing-report"
QUESTION = "Whom does each outlet hold responsible for ISIS activity in Syria: the United States, Russia or Iran?"

_TEMPLATES = Path(__file__).parent / "templates"
_DAY = 24 * 60 * 60
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
    Folders that a killed run left there more than a day ago are removed. Raises ValueError where `out` holds something
    that is no report, or where a notebook fails, and KeyboardInterrupt where the run is interrupted or terminated.
    """
    out = Path(out).resolve()
    _check_out(out)
    paths = sorted(Path(notebooks).glob("*.ipynb"))
    books = [(path, nbformat.read(path, as_version=4)) for path in paths]
    step = _Steps(sum(cell.cell_type == "code" for _, book in books for cell in book.cells) + 2, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    with interruptible() as check, _beside(out) as folder:
        step("measuring and drawing")
        index = _write_numbers(analysis, folder)
        pages = []
        for path, book in books:
            check()
            body = notebook_body(run_notebook(path, analysis.folder, step))
            pages.append(SimpleNamespace(href=f"{path.stem}.html", title=notebook_title(book, path.stem), body=body))
        step("pages")
        _write_pages(folder, index, pages, _provenance(analysis, command, made_on))
        check()
        _take_place(folder, out)
    step.done()
    return out / "index.html"


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
    sentences = evidence(analysis.articles, analysis.units, counted, outlets, analysis.mentions)
    return {
        "tables": _write_tables(analysis, folder / "tables", profile=profile, contrast=groups, evidence=sentences),
        "figures": _write_figures(profile, groups, outlets, folder / "figures"),
        "about": _html(words.about_corpus(analysis.folder)),
        "corpus": _html(words.describe_corpus(outlets, analysis.articles, analysis.units, analysis.codes)),
        "answer": _html(words.answer(profile, outlets, groups, link=_sentences_of)),
        "by_role": _html(words.answers_by_role(profile, outlets, link=_sentences_of)),
        "by_outlet": _html(words.answers_by_outlet(profile, outlets, link=_sentences_of)),
        "by_group": _html(words.answers_by_group(groups)),
        "limits": limits_in_words(groups),
        "agreement": words.agreement_in_words(words.agreement(analysis.codes, analysis.hand)),
        "note": words.note(profile, intervals=False),
        "left_out": list(words.left_out(analysis.articles).itertuples(index=False)),
        "rows": _counts(profile, outlets),
        "evidence": _evidence_groups(sentences),
    }


def _write_tables(analysis: object, folder: Path, **measured: pd.DataFrame) -> dict[str, int]:
    """Write the tables as CSV and return the number of rows of each."""
    tables = {
        "outlets": analysis.outlets,
        "articles": analysis.articles.drop(columns="text"),
        "units": analysis.units,
        "mentions": analysis.mentions,
        "codes": analysis.codes,
        **measured,
    }
    folder.mkdir()
    for name, df in tables.items():
        # The byte-order mark tells Excel that the file is UTF-8; without it Arabic comes out as noise.
        df.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")
    return {name: len(df) for name, df in tables.items()}


def _write_figures(
    profile: pd.DataFrame, contrast: pd.DataFrame, outlets: pd.DataFrame, folder: Path
) -> list[SimpleNamespace]:
    """Write the figures and return their names and what each shows in words."""
    figures = {
        "attribution": plots.attribution_figure(profile, outlets),
        "intervals": plots.intervals_figure(profile, outlets),
        "contrast": plots.contrast_figure(contrast),
    }
    folder.mkdir()
    shown = []
    for name, figure in figures.items():
        plots.save(figure, folder, name)
        shown.append(SimpleNamespace(name=name, alt=plots.description(figure)))
        plt.close(figure)
    return shown


def _sentences_of(outlet_id: str, actor: str, role: str) -> str:
    return f"evidence.html#{anchor(outlet_id, actor, role)}"


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


def _check_out(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out} is a file; name a folder for the report")
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise ValueError(
            f"{out} holds files that are no report of framing; name another folder for the report, or empty it"
        )


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """A new folder beside `out`, marked as ours, that is gone if what is done in it fails."""
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        (folder / MARKER).write_text("Written by framing; the next run may replace this folder.\n", encoding="utf-8")
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _sweep(out: Path) -> None:
    """Remove what killed runs left beside `out`: folders of such a name that carry the marker, a day old or older."""
    ours = re.compile(rf"\.{re.escape(out.name)}-(?:old-)?[a-z0-9_]{{8}}")
    for folder in out.parent.iterdir():
        if not ours.fullmatch(folder.name) or folder.is_symlink() or time.time() - folder.stat().st_mtime < _DAY:
            continue
        if (folder / MARKER).is_file() or (out.exists() and (folder / out.name / MARKER).is_file()):
            shutil.rmtree(folder, ignore_errors=True)


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


def _html(markdown: str) -> Markup:
    from nbconvert.filters import markdown2html

    return Markup(markdown2html(markdown))
