"""Files and folders -> the tables outlets, articles, units and codes.

Two kinds of folder are read:

- a corpus: `outlets.csv`, `articles/*.md` and, where somebody coded by hand, `codes.csv`. An article is Markdown with a
  head of YAML (outlet_id, title, and optionally published, date_source, url); paragraphs are apart by an empty line,
  `## ` opens a subheading; the name of the file is the article_id. A paragraph that is printed with # or a backslash
  in front carries one more backslash;
- raw pages: `*.txt` and `*.html` beside an `outlets.csv` that has a column `file`; they are read in memory, as `ingest`
  would.

What fails on one article gives that article a status row and a reason, and the others go on: `error` (cannot be read,
unknown outlet), `empty` (no text), `not_arabic` (less than half of the letters), `duplicate` (the same text as an
earlier article). Units are made of articles that are `ok`. Where no article is usable at all, that is an error.
"""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import frontmatter
import pandas as pd
import yaml

from framing import tables
from framing.arabic import share_arabic
from framing.reading.pages import Page, decode, parse_date, read_html, read_text
from framing.reading.units import compose, guess_subheads, is_headline, normalise

Progress = Callable[[int, int], None]
PAGES = (".txt", ".html", ".htm", ".md")
ROWS = (".jsonl", ".csv", ".parquet")

_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True)
class Corpus:
    """A folder that was read: the tables `outlets`, `articles`, `units`, and the hand `codes` (often without rows)."""

    folder: Path
    outlets: pd.DataFrame
    articles: pd.DataFrame
    units: pd.DataFrame
    codes: pd.DataFrame


@dataclass(frozen=True)
class _Draft:
    """One article before its status is known: `lines` are (kind, normalised text); `fault` is a status and a reason.
    `numbers` are the units' own numbers where the units came ready."""

    article_id: str
    outlet_id: str
    lines: tuple[tuple[str, str], ...] = ()
    published: str = ""
    date_source: str = ""
    url: str = ""
    fault: tuple[str, str] | None = None
    numbers: tuple[int, ...] = ()


def read_corpus(folder: Path, progress: Progress | None = None) -> Corpus:
    """Read a corpus folder or a folder of raw pages (see the module).

    `progress` is called with (done, total) after each file. Raises `ValueError` with one line that names the file and
    what to do: no such folder, no `outlets.csv`, an outlets table that does not fit, no article that can be used, hand
    codes that do not fit the articles.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder}: no such folder; give a corpus folder with outlets.csv and articles/*.md")
    mapping = _read_map(folder / "outlets.csv")
    outlets = _outlets_of(mapping, folder / "outlets.csv")
    files = sorted((folder / "articles").glob("*.md"))
    raw = not files and "file" in mapping.columns
    if raw:
        named = {folder / name for name in mapping["file"]}
        files = sorted(path for path in {*folder.iterdir(), *named} if path.suffix.lower() in (".txt", ".html", ".htm"))
    if not files:
        where = f"{folder} has no *.txt or *.html" if raw else f"{folder / 'articles'} has no *.md"
        raise ValueError(f"{where}: put articles there, or make a corpus folder with `framing ingest`")
    _check_stems(files)
    owners = _owners(mapping)
    articles, units = _finish(_drafts(files, outlets, owners, "", progress), outlets, str(folder))
    return Corpus(folder, outlets, articles, units, _read_codes(folder / "codes.csv", articles, units))


def ingest(
    sources: list[Path],
    outlets: pd.DataFrame | Path | None,
    out: Path,
    outlet: str = "",
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Make a corpus folder `out` of pages and tables of articles; returns the table `articles` of all of them.

    Sources are .txt scrapes, .html pages, .md articles, and .jsonl, .csv or .parquet with a row for each article: text
    and, where known, article_id, title, outlet_id, published, url. `outlets` is the table outlets or the path of its
    CSV; where it has a column `file`, that says whose a source is. `outlet` is the outlet of all others. Without
    `outlets`, `outlet` gets a row of its own, whose alignment `independent` stands until somebody sets it.

    What is not `ok` is not written as an article but listed in `out/status.csv` (article_id, status, reason).
    `read_corpus(out)` gives back the same texts and units. An article_id that cannot be a file name gets dashes for
    what is wrong with it. The folder appears at the end, whole or not at all. Raises `ValueError` where `out` is not
    empty, where a source has no known kind, where two articles have one id, and where no article is usable.
    """
    out, sources = Path(out), [Path(source) for source in sources]
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{out} is there and not empty: give another folder, or move it away first")
    if not sources:
        raise ValueError("no source: give at least one page or table of articles")
    for source in sources:
        if source.suffix.lower() not in (*PAGES, *ROWS):
            raise ValueError(f"{source}: give a file that ends in {', '.join((*PAGES, *ROWS))}")
    mapping, table = _given_outlets(outlets, outlet)
    _check_stems([source for source in sources if source.suffix.lower() in PAGES])
    drafts = list(_drafts(sources, table, _owners(mapping), outlet, progress))
    articles, _ = _finish(drafts, table, ", ".join(map(str, sources[:3])))
    _write(out, table, articles, drafts)
    return articles


def read_jsonl(path: Path, progress: Progress | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the tables articles and units from a JSONL file with an article a line.

    A line is `{"article_id": ..., "outlet_id": ..., "text": ...}`, with a title if it is not the text's first line, or
    `{"article_id": ..., "units": [{"unit": 1, "kind": "headline", "text": ...}, ...]}`: the units are then taken as
    they are, and the text is made of them, one a line. Without outlet_id the outlet is "unknown". The texts count as
    clean: no furniture is looked for. Raises `ValueError` naming file and line for a line that is not such an object.
    """
    path = Path(path)
    drafts = [_row_draft(path, number, row, clean=False, names={}) for number, row in _jsonl_rows(path)]
    if not drafts:
        raise ValueError(f"{path} holds no article: give one JSON object a line")
    articles, units = _finish(drafts, None, str(path))
    if progress:
        progress(len(drafts), len(drafts))
    return articles, units


def _drafts(
    files: list[Path],
    outlets: pd.DataFrame,
    owners: Mapping[str, str],
    outlet: str,
    progress: Progress | None,
) -> Iterator[_Draft]:
    names = {row.outlet_id: (row.name, row.name_ar) for row in outlets.itertuples(index=False)}
    for done, file in enumerate(files, start=1):
        owner = owners.get(file.name, outlet or "unknown")
        if file.suffix.lower() in ROWS:
            for number, row in _rows(file):
                yield _row_draft(file, number, row | {"outlet_id": row.get("outlet_id") or owner}, True, names)
        elif file.suffix.lower() == ".md":
            yield _markdown_draft(file, owner)
        else:
            yield _page_draft(file, owner, names.get(owner, ()))
        if progress:
            progress(done, len(files))


def _page_draft(file: Path, outlet_id: str, names: tuple[str, ...]) -> _Draft:
    try:
        text = decode(file.read_bytes())
        page = read_text(text, names) if file.suffix.lower() == ".txt" else read_html(text, names)
    except (ValueError, OSError) as error:
        return _Draft(file.stem, outlet_id, fault=("error", f"{file.name}: {error}"))
    if outlet_id == "unknown":
        reason = f"{file.name}: the column file of outlets.csv does not name it; add a row for it"
        return _Draft(file.stem, outlet_id, tuple(page.kept), fault=("error", reason))
    return _from_page(file.stem, outlet_id, page)


def _from_page(article_id: str, outlet_id: str, page: Page) -> _Draft:
    # A headline alone is what is left of a page whose article was not found.
    lines = tuple(page.kept) if any(line.kind in ("subhead", "body") for line in page.lines) else ()
    return _Draft(article_id, outlet_id, lines, page.published, page.date_source, page.url)


def _markdown_draft(file: Path, outlet: str) -> _Draft:
    outlet_id = outlet
    try:
        post = frontmatter.loads(decode(file.read_bytes()))
        outlet_id = str(post.get("outlet_id") or outlet)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())[:160]
        return _Draft(file.stem, outlet_id, fault=("error", f"{file.name}: its YAML head is broken: {problem}"))
    except (ValueError, OSError) as error:
        return _Draft(file.stem, outlet_id, fault=("error", f"{file.name}: {error}"))
    lines = []
    for block in re.split(r"\n[^\S\n]*\n", post.content.replace("\r\n", "\n")):
        subhead = block.lstrip().startswith("## ")
        text = normalise(block.lstrip()[3:] if subhead else re.sub(r"^\s*\\(?=[\\#])", "", block))
        if text:
            lines.append(("subhead" if subhead else "body", text))
    title = normalise(_scalar(post.get("title")))
    if lines and title:
        lines.insert(0, ("headline", title))
    given = _scalar(post.get("published"))
    published = parse_date(given)
    source = _scalar(post.get("date_source")) or "given"
    return _Draft(file.stem, outlet_id, tuple(lines), published, source if published else "", _scalar(post.get("url")))


def _scalar(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()


def _row_draft(file: Path, number: int, row: dict, clean: bool, names: Mapping[str, tuple[str, ...]]) -> _Draft:
    article_id = _scalar(row.get("article_id")) or f"{file.stem}-{number:06d}"
    if clean:
        article_id = _NO_FILE_NAME.sub("-", article_id).strip(". ")[:100] or f"{file.stem}-{number:06d}"
    outlet_id = _scalar(row.get("outlet_id")) or "unknown"
    published = parse_date(_scalar(row.get("published")))
    source = (_scalar(row.get("date_source")) or "given") if published else ""
    common = {"published": published, "date_source": source, "url": _scalar(row.get("url"))}
    if row.get("units") is not None:
        numbers, lines = _given_units(file, number, row["units"])
        return _Draft(article_id, outlet_id, lines, numbers=numbers, **common)
    if "text" not in row:
        raise ValueError(f"{file}, line {number}: it has neither text nor units: give one of them")
    title, text = normalise(_scalar(row.get("title"))), row["text"] or ""
    if not isinstance(text, str):
        raise ValueError(f"{file}, line {number}: text is {text!r}: give a string")
    if clean:
        page = read_text(text, names.get(outlet_id, ()), title)
        if not published:
            common |= {"published": page.published, "date_source": page.date_source}
        draft = _from_page(article_id, outlet_id, page)
        return _Draft(article_id, outlet_id, draft.lines, **common)
    return _Draft(article_id, outlet_id, _clean_lines(title, text), **common)


def _clean_lines(title: str, text: str) -> tuple[tuple[str, str], ...]:
    lines = [line for line in map(normalise, text.splitlines()) if line]
    if not lines:
        return ()
    if title and lines[0] == title and len(lines) > 1:
        lines = lines[1:]
    elif not title and is_headline(lines[0], alone=len(lines) == 1):
        title, lines = lines[0], lines[1:]
    kept = list(zip(guess_subheads(lines), lines, strict=True))
    return (("headline", title), *kept) if title else tuple(kept)


def _given_units(file: Path, number: int, units: object) -> tuple[tuple[int, ...], tuple[tuple[str, str], ...]]:
    where = f"{file}, line {number}"
    if not isinstance(units, list) or not all(isinstance(unit, dict) for unit in units):
        raise ValueError(f"{where}: units must be a list of objects with unit, kind and text")
    numbers, lines = [], []
    for place, unit in enumerate(units, start=1):
        own, kind, text = unit.get("unit", place), unit.get("kind", "body"), unit.get("text")
        if kind not in tables.KINDS:
            raise ValueError(f"{where}, unit {own}: kind {kind!r} is not one of {', '.join(tables.KINDS)}")
        if not isinstance(own, int) or own in numbers:
            raise ValueError(f"{where}: unit {own!r} must be a whole number that is there once")
        if not isinstance(text, str):
            raise ValueError(f"{where}, unit {own}: text is {text!r}: give a string")
        if line := normalise(text):
            numbers.append(own)
            lines.append((kind, line))
    return tuple(numbers), tuple(lines)


def _rows(file: Path) -> Iterator[tuple[int, dict]]:
    """The rows of a table of articles with their line or row numbers."""
    if file.suffix.lower() == ".jsonl":
        yield from _jsonl_rows(file)
        return
    try:
        if file.suffix.lower() == ".csv":
            table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        else:
            table = pd.read_parquet(file)
    except (ValueError, OSError, pd.errors.ParserError) as error:
        raise ValueError(f"{file} cannot be read: {' '.join(str(error).split())[:160]}") from error
    if "text" not in table.columns:
        raise ValueError(f"{file}: column text is missing; it has {', '.join(map(str, table.columns))}")
    for number, row in enumerate(table.to_dict("records"), start=1):
        yield (
            number,
            {
                key: "" if value is None or value != value else value
                for key, value in row.items()
                if not isinstance(value, (list, dict)) and not hasattr(value, "shape")
            },
        )


def _jsonl_rows(file: Path) -> Iterator[tuple[int, dict]]:
    try:
        lines = file.open(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{file} cannot be opened: {error.strerror}") from error
    with lines:
        number = 0
        try:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError(f"{file}, line {number}: it is no object: give one JSON object a line")
                yield number, row
        except UnicodeDecodeError as error:
            raise ValueError(f"{file}, line {number + 1}: it is not UTF-8: save the file as UTF-8") from error
        except json.JSONDecodeError as error:
            raise ValueError(f"{file}, line {number}: no valid JSON ({error.msg} at column {error.colno})") from error


def _finish(
    drafts: Iterator[_Draft] | list[_Draft], outlets: pd.DataFrame | None, where: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables articles and units: give every draft its text, status and reason."""
    known = None if outlets is None else set(outlets["outlet_id"])
    seen: dict[str, str] = {}
    articles, units, ids = [], [], set()
    for draft in drafts:
        if draft.article_id in ids:
            raise ValueError(f"{where}: two articles have the article_id {draft.article_id!r}; rename one of them")
        ids.add(draft.article_id)
        text, spans = compose(draft.lines)
        if draft.numbers:
            spans = _line_spans(draft.lines)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        status, reason = draft.fault or _status(draft, text, sha256, known, seen)
        if status == "ok":
            seen[sha256] = draft.article_id
            numbers = draft.numbers or range(1, len(spans) + 1)
            units += [(draft.article_id, number, *span) for number, span in zip(numbers, spans, strict=True)]
        title = next((line for kind, line in draft.lines if kind == "headline"), "")
        articles.append(
            (
                draft.article_id,
                draft.outlet_id,
                draft.published,
                draft.date_source,
                draft.url,
                title,
                text,
                status,
                reason,
                sha256,
            )
        )
    if not seen:
        reasons = "; ".join(dict.fromkeys(f"{row[0]}: {row[8] or row[7]}" for row in articles[:3]))
        raise ValueError(f"{where}: no article can be used ({reasons})")
    return _table(articles, "articles"), _table(units, "units")


def _table(rows: list[tuple], name: str) -> pd.DataFrame:
    columns = tables.empty(name)
    return tables.check(pd.DataFrame(rows, columns=columns.columns).astype(columns.dtypes.to_dict()), name)


def _line_spans(lines: tuple[tuple[str, str], ...]) -> list[tuple[str, int, int]]:
    spans, place = [], 0
    for kind, line in lines:
        spans.append((kind, place, place + len(line)))
        place += len(line) + 1
    return spans


def _status(draft: _Draft, text: str, sha256: str, known: set[str] | None, seen: Mapping[str, str]) -> tuple[str, str]:
    if known is not None and draft.outlet_id not in known:
        ids = ", ".join(sorted(known))
        return "error", f"outlet_id {draft.outlet_id!r} is not in outlets.csv, which has {ids}"
    if not text:
        return "empty", "no text of an article was found"
    if share_arabic(text) < 0.5:
        return "not_arabic", "less than half of its letters are Arabic"
    if sha256 in seen:
        return "duplicate", f"the same text as {seen[sha256]}"
    return "ok", ""


def _read_map(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError as error:
        needed = ", ".join(tables.empty("outlets").columns)
        raise ValueError(f"{path} is missing: write one row for each outlet, with {needed}") from error
    except (ValueError, OSError, pd.errors.ParserError) as error:
        raise ValueError(f"{path} cannot be read as CSV in UTF-8: {' '.join(str(error).split())[:160]}") from error


def _outlets_of(mapping: pd.DataFrame, path: Path | None) -> pd.DataFrame:
    """The table outlets from a file of outlets, which may be a map of files with several rows for one outlet."""
    table = mapping.copy()
    name = path.name if path else "table"
    if "file" in table.columns:
        for column, value in (("country", ""), ("source", f"outlet map {name}")):
            if column not in table.columns:
                table[column] = value
        table = table.drop(columns="file").drop_duplicates(ignore_index=True)
    try:
        return tables.check(table, "outlets")
    except ValueError as error:
        raise ValueError(f"{path or 'outlets'}: {error}") from error


def _given_outlets(outlets: pd.DataFrame | Path | None, outlet: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    if outlets is None:
        if not outlet:
            raise ValueError("no outlet: give outlets.csv, or the outlet_id of the sources")
        row = dict.fromkeys(tables.empty("outlets").columns, "") | {
            "outlet_id": outlet,
            "name": outlet,
            "alignment": "independent",
            "note": "alignment not yet set: edit this row",
            "source": "framing ingest",
        }
        mapping, path = pd.DataFrame([row]), None
    elif isinstance(outlets, pd.DataFrame):
        mapping, path = outlets, None
    else:
        mapping, path = _read_map(Path(outlets)), Path(outlets)
    table = _outlets_of(mapping, path)
    if outlet and outlet not in set(table["outlet_id"]):
        raise ValueError(f"outlet {outlet!r} is not in {path or 'outlets'}, which has {', '.join(table['outlet_id'])}")
    return mapping, table


def _owners(mapping: pd.DataFrame) -> dict[str, str]:
    return dict(zip(mapping["file"], mapping["outlet_id"], strict=True)) if "file" in mapping.columns else {}


def _check_stems(files: list[Path]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        if file.stem in seen:
            raise ValueError(f"{seen[file.stem]} and {file} would both be article {file.stem}: rename one of them")
        seen[file.stem] = file


def _read_codes(path: Path, articles: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Hand codes: the table codes, where coder, start, end and rule may be missing (`hand`, the unit, "")."""
    if not path.exists():
        return tables.empty("codes")
    codes = _read_map(path)
    if absent := [
        name
        for name in ("article_id", "unit", "actor", "role", "proxy", "modality", "voice")
        if name not in codes.columns
    ]:
        raise ValueError(f"{path}: column {', '.join(absent)} is missing")
    if codes.empty:
        return tables.empty("codes")
    for column in ("unit", "proxy", "start", "end"):
        if column in codes.columns:
            number = pd.to_numeric(codes[column], errors="coerce")
            if number.isna().any() or (number % 1 != 0).any():
                row = number.index[number.isna() | (number % 1 != 0)][0]
                raise ValueError(f"{path}, line {row + 2}: {column} {codes[column][row]!r} is not a whole number")
            codes[column] = number.astype("int64")
    spans = units.set_index(["article_id", "unit"])[["start", "end"]]
    keys = pd.MultiIndex.from_frame(codes[["article_id", "unit"]])
    if (unknown := ~keys.isin(spans.index)).any():
        row = int(unknown.argmax())
        article_id, unit = keys[row]
        raise ValueError(f"{path}, line {row + 2}: no unit {unit} of an article {article_id!r} was read")
    if "start" not in codes.columns or "end" not in codes.columns:
        codes[["start", "end"]] = spans.loc[keys].to_numpy()
    for column, value in (("coder", "hand"), ("rule", "")):
        if column not in codes.columns:
            codes[column] = value
    try:
        return tables.check(codes, "codes")
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _write(out: Path, outlets: pd.DataFrame, articles: pd.DataFrame, drafts: list[_Draft]) -> None:
    """Write the corpus folder beside its place and move it there, so that it is never there by half."""
    out.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    try:
        (half / "articles").mkdir()
        outlets.to_csv(half / "outlets.csv", index=False, lineterminator="\n")
        for draft, status in zip(drafts, articles["status"].tolist(), strict=True):
            if status == "ok":
                (half / "articles" / f"{draft.article_id}.md").write_text(_markdown(draft), "utf-8", newline="\n")
        failed = articles.loc[articles["status"] != "ok", ["article_id", "status", "reason"]]
        if len(failed):
            failed.to_csv(half / "status.csv", index=False, lineterminator="\n")
        half.chmod(0o755)
        if out.exists():
            out.rmdir()
        half.rename(out)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise


def _markdown(draft: _Draft) -> str:
    title = next((line for kind, line in draft.lines if kind == "headline"), "")
    head = {"outlet_id": draft.outlet_id, "title": title, "published": draft.published}
    head |= {"date_source": draft.date_source, "url": draft.url}
    blocks = []
    for kind, line in draft.lines:
        if kind == "subhead":
            blocks.append(f"## {line}")
        elif kind == "body":
            blocks.append("\\" + line if line.startswith(("#", "\\")) else line)
    yaml_head = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{yaml_head}---\n\n" + "\n\n".join(blocks) + "\n"
