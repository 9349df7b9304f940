"""Files and folders -> the tables outlets, articles, units and codes.

Two kinds of folder are read:

- a corpus: `outlets.csv`, `articles/*.md` and, where somebody coded by hand, `codes.csv`. An article is Markdown with a
  head of YAML (outlet_id, title, and optionally published, date_source, url); paragraphs are apart by an empty line,
  `## ` opens a subheading; the name of the file is the article_id. A paragraph that is printed with # or a backslash
  in front carries one more backslash;
- raw pages: `*.txt` and `*.html` beside an `outlets.csv` that has a column `file`, a name or a path from the folder;
  they are read in memory, as `ingest` would.

`outlets.csv` needs outlet_id, name, name_ar and alignment; country and note may be missing, and without source the note
is the source. In either folder `status.csv` (article_id, status, reason, and outlet_id where it is known) lists what
`ingest` left out; these articles come without text and with that status, so that a report counts them.

What fails on one article gives that article a status row and a reason, and the others go on (see `drafts`).
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from framing import tables
from framing.reading.drafts import Draft, finish, markdown, markdown_draft, page_draft, row_draft
from framing.reading.files import ROWS, read_csv, rows

Progress = Callable[[int, int], None]
RAW = (".txt", ".html", ".htm")
PAGES = (*RAW, ".md")

_OWN_FILES = ("outlets.csv", "codes.csv", "status.csv")
_NEEDED = "outlet_id, name, name_ar, alignment, note"
_SAVED_PAGES = f"to use saved pages, outlets.csv needs file, {_NEEDED}"


@dataclass(frozen=True)
class Corpus:
    """A folder that was read: the tables `outlets`, `articles`, `units`, and the hand `codes` (often without rows)."""

    folder: Path
    outlets: pd.DataFrame
    articles: pd.DataFrame
    units: pd.DataFrame
    codes: pd.DataFrame


def read_corpus(folder: Path, progress: Progress | None = None) -> Corpus:
    """Read a corpus folder or a folder of raw pages (see the module).

    The articles are those of the folder, then those of its `status.csv`. `progress` is called with (done, total) after
    each file. Raises `ValueError` with one line that names the file and what to do: no such folder, no `outlets.csv`,
    an outlets table that does not fit, no article that can be used, hand codes or statuses that do not fit.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder}: no such folder; give a corpus folder with outlets.csv and articles/*.md")
    files, pages, path = _files_in(folder / "articles", (".md",)), _files_in(folder, RAW), folder / "outlets.csv"
    if not path.exists():
        way_out = _SAVED_PAGES if pages and not files else f"write one row for each outlet, with {_NEEDED}"
        raise ValueError(f"{path} is missing: {way_out}")
    outlets, owners = _read_outlets(path)
    if not files and owners:
        files = sorted({*pages, *(folder / name for name in owners)})
    if not files:
        way_out = _SAVED_PAGES if pages else "put articles there, or make a corpus folder with `framing ingest`"
        raise ValueError(f"{folder / 'articles'} has no *.md: {way_out}")
    _check_stems(files)
    drafts = list(_drafts(files, outlets, owners, "", progress))
    drafts += _left_out(folder / "status.csv", {draft.article_id for draft in drafts})
    articles, units = finish(drafts, outlets, str(folder))
    hand = folder / "codes.csv"
    codes = read_codes(hand, units) if hand.exists() else tables.empty("codes")
    return Corpus(folder, outlets, articles, units, codes)


def ingest(
    sources: list[Path],
    outlets: pd.DataFrame | Path | None,
    out: Path,
    outlet: str = "",
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Make a corpus folder `out` of pages and tables of articles; returns the table `articles` of all of them.

    Sources are .txt scrapes, .html pages, .md articles, .jsonl, .csv or .parquet with a row for each article (text and,
    where known, article_id, title, outlet_id, published, url), and folders of such files. `outlets` is the table
    outlets or the path of its CSV; where it has a column `file`, a name or the end of a path, that says whose a source
    is. `outlet` is the outlet of all others. `progress` is called with (done, total) after each source.

    What is not `ok` is not written as an article but listed in `out/status.csv`; outlets without an article are left
    out. `read_corpus(out)` gives back the same texts and units. An article_id that cannot be a file name gets dashes
    for what is wrong with it. The folder appears at the end, whole or not at all. Raises `ValueError` where `out` is
    not empty, where there are no outlets, where a source is missing or of no known kind, where two pages have one name,
    and where no article is usable.
    """
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{out} is there and not empty: give another folder, or move it away first")
    files = list(dict.fromkeys(file for source in sources for file in _expand(Path(source))))
    if not files:
        raise ValueError("no source: give at least one page or table of articles")
    if outlets is None:
        raise ValueError(f"no outlets: give a table or CSV with {_NEEDED}; nobody else can say how one is aligned")
    table, owners = _read_outlets(outlets)
    if outlet and outlet not in set(table["outlet_id"]):
        where = "outlets" if isinstance(outlets, pd.DataFrame) else outlets
        raise ValueError(f"outlet {outlet!r} is not in {where}, which has {', '.join(table['outlet_id'])}")
    _check_stems([file for file in files if file.suffix.lower() in PAGES])
    drafts = list(_drafts(files, table, owners, outlet, progress))
    articles, _ = finish(drafts, table, ", ".join(map(str, sources[:3])))
    _write(out, table[table["outlet_id"].isin(articles["outlet_id"])], articles, drafts)
    return articles


def read_jsonl(path: Path, progress: Progress | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the tables articles and units from a JSONL file with an article a line.

    A line is `{"article_id": ..., "outlet_id": ..., "text": ...}`, with a title if it is not the text's first line, or
    `{"article_id": ..., "units": [{"unit": 1, "kind": "headline", "text": ...}, ...]}`: the units are then taken as
    they are, and the text is made of them, one a line. Without outlet_id the outlet is "unknown". The texts count as
    clean: no furniture is looked for.

    A line that is not such an object is an article with the status `error` (its article_id, or `line-7`), and so is
    the second article of one article_id (`a#line-7`). `progress` is called with (done, total) for every 1,000 lines
    and at the end. Raises `ValueError` naming the file where it cannot be read and where no article is usable.
    """
    path = Path(path)
    total, found = rows(path)

    def drafts() -> Iterator[Draft]:
        for done, row in enumerate(found, start=1):
            yield row_draft(path, row, "unknown", None)
            if progress and done % 1000 == 0 and done < total:
                progress(done, total)
        if progress:
            progress(total, total)

    return finish(drafts(), None, str(path))


def read_articles(path: Path, progress: Progress | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the tables articles and units from a table of articles: .jsonl as `read_jsonl` does, .csv or .parquet.

    A CSV (in UTF-8; comma, semicolon or tab) or Parquet file has the column text and, where known, article_id, title,
    outlet_id, published, url; all else is as in `read_jsonl`. Without article_id an article is called by file and row.
    """
    path = Path(path)
    if path.suffix.lower() not in ROWS:
        raise ValueError(f"{path}: give a file that ends in {', '.join(ROWS)}")
    return read_jsonl(path, progress)


def _files_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    if not folder.is_dir():
        return []
    files = (file for file in folder.iterdir() if file.suffix.lower() in suffixes and file.name[0] != ".")
    return sorted(file for file in files if file.is_file() and file.name not in _OWN_FILES)


def _expand(source: Path) -> list[Path]:
    kinds = (*PAGES, *ROWS)
    if source.is_dir():
        if files := _files_in(source, kinds):
            return files
        raise ValueError(f"{source}: it holds no file that ends in {', '.join(kinds)}")
    if source.suffix.lower() not in kinds:
        raise ValueError(f"{source}: give a file that ends in {', '.join(kinds)}")
    if not source.exists():
        raise ValueError(f"{source}: no such file")
    return [source]


def _drafts(
    files: list[Path], outlets: pd.DataFrame, owners: Mapping[str, str], outlet: str, progress: Progress | None
) -> Iterator[Draft]:
    names = {row.outlet_id: (row.name, row.name_ar) for row in outlets.itertuples(index=False)}
    for done, file in enumerate(files, start=1):
        parts = file.as_posix().split("/")
        ends = ("/".join(parts[start:]) for start in range(len(parts)))
        owner = next((owners[end] for end in ends if end in owners), outlet or "unknown")
        if file.suffix.lower() in ROWS:
            for row in rows(file)[1]:
                yield row_draft(file, row, owner, names)
        elif file.suffix.lower() == ".md":
            yield markdown_draft(file, owner)
        else:
            yield page_draft(file, owner, names.get(owner, ()))
        if progress:
            progress(done, len(files))


def _check_stems(files: list[Path]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        if file.stem in seen:
            raise ValueError(f"{seen[file.stem]} and {file} would both be article {file.stem}: rename one of them")
        seen[file.stem] = file


def _read_outlets(given: pd.DataFrame | Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """The table outlets, and the outlet of each file where `given` is a map of files, with a row for each file."""
    is_table = isinstance(given, pd.DataFrame)
    table, where = (given.copy(), "outlets") if is_table else (read_csv(Path(given)), str(given))
    for column in ("country", "note", "source"):
        if column not in table.columns:
            table[column] = ""
    names = tables.empty("outlets").columns
    tables.require(table, ("outlet_id", "name", "name_ar", "alignment"), where)
    for column in table.columns.intersection([*names, "file"]):
        table[column] = table[column].fillna("").astype(str).str.strip()
    table["alignment"] = table["alignment"].str.lower()
    note = table["note"].where(table["note"] != "", f"outlet map {'table' if is_table else Path(given).name}")
    table["source"] = table["source"].where(table["source"] != "", note)
    owners = {}
    if "file" in table.columns:
        files = (Path(name.replace("\\", "/")).as_posix() if name else "" for name in table["file"])
        owners = {name: outlet for name, outlet in zip(files, table["outlet_id"], strict=True) if name}
        table = table[names].drop_duplicates()
    try:
        return tables.check(table, "outlets").reset_index(drop=True), owners
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def _left_out(path: Path, present: set[str]) -> list[Draft]:
    """The articles of `status.csv` that are not there by now."""
    if not path.exists():
        return []
    table = read_csv(path)
    tables.require(table, ("article_id", "status", "reason"), path)
    drafts = []
    for row in table.itertuples():
        if row.status not in tables.STATUSES[1:]:
            known = ", ".join(tables.STATUSES[1:])
            raise ValueError(f"{path}, line {row.Index}: status {row.status!r} is not one of {known}")
        if row.article_id not in present:
            place = f"line-{row.Index}"
            outlet_id = getattr(row, "outlet_id", "") or "unknown"
            drafts.append(Draft(row.article_id or place, outlet_id, fault=(row.status, row.reason), place=place))
    return drafts


def read_codes(path: Path, units: pd.DataFrame) -> pd.DataFrame:
    """The table codes from a CSV file for the articles of `units`, as a person or another program wrote it.

    It needs article_id, unit, actor, role, proxy, modality and voice; coder, start, end and rule may be missing and
    become "hand", the span of the unit and "". Raises `ValueError` naming file, line, column and value, also for a
    code of a unit that is not in `units`.
    """
    codes = read_csv(path)
    tables.require(codes, ("article_id", "unit", "actor", "role", "proxy", "modality", "voice"), path)
    if codes.empty:
        return tables.empty("codes")
    for column in codes.columns.intersection(["unit", "proxy", "start", "end"]):
        number = pd.to_numeric(codes[column], errors="coerce")
        if (wrong := number.isna() | (number % 1 != 0)).any():
            line = wrong.idxmax()
            raise ValueError(f"{path}, line {line}: {column} {codes[column][line]!r} is not a whole number")
        codes[column] = number.astype("int64")
    spans = units.set_index(["article_id", "unit"])[["start", "end"]]
    keys = pd.MultiIndex.from_frame(codes[["article_id", "unit"]])
    if (unknown := ~keys.isin(spans.index)).any():
        row = int(unknown.argmax())
        article_id, unit = keys[row]
        raise ValueError(f"{path}, line {codes.index[row]}: no unit {unit} of an article {article_id!r} was read")
    if "start" not in codes.columns or "end" not in codes.columns:
        codes[["start", "end"]] = spans.loc[keys].to_numpy()
    for column, value in (("coder", "hand"), ("rule", "")):
        if column not in codes.columns:
            codes[column] = value
    try:
        return tables.check(codes, "codes").reset_index(drop=True)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _write(out: Path, outlets: pd.DataFrame, articles: pd.DataFrame, drafts: list[Draft]) -> None:
    """Write the corpus folder beside its place and move it there, so that it is never there by half."""
    out.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    try:
        (half / "articles").mkdir()
        outlets.to_csv(half / "outlets.csv", index=False, lineterminator="\n")
        for draft, status in zip(drafts, articles["status"].tolist(), strict=True):
            if status == "ok":
                (half / "articles" / f"{draft.article_id}.md").write_text(markdown(draft), "utf-8", newline="\n")
        failed = articles.loc[articles["status"] != "ok", ["article_id", "outlet_id", "status", "reason"]]
        if len(failed):
            failed.to_csv(half / "status.csv", index=False, lineterminator="\n")
        half.chmod(0o755)
        if out.exists():
            out.rmdir()
        half.rename(out)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
