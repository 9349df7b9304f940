"""One source, one draft; drafts -> the tables articles and units.

What fails on one article gives that article a status row and a reason, and the others go on: `error` (cannot be read,
unknown outlet, an article_id that was there before), `empty` (no text), `not_arabic` (less than half of the letters),
`duplicate` (the same text as an earlier article). Units are made of articles that are `ok`. Where no article is usable
at all, that is an error.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from reprlib import repr as short

import frontmatter
import pandas as pd
import yaml

from framing import tables
from framing.arabic import share_arabic
from framing.reading.files import reason
from framing.reading.pages import decode, parse_date, read_html, read_text
from framing.reading.units import compose, guess_subheads, is_headline, mend, normalise

Lines = tuple[tuple[str, str], ...]

_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_FENCE = re.compile(r"^-{3,}\s*$", re.M)


@dataclass(frozen=True)
class Draft:
    """One article before its status is known: `lines` are (kind, normalised text); `fault` is a status and a reason.
    `numbers` are the units' own numbers where the units came ready; `place` is its line where a file holds many."""

    article_id: str
    outlet_id: str
    lines: Lines = ()
    published: str = ""
    date_source: str = ""
    url: str = ""
    fault: tuple[str, str] | None = None
    numbers: tuple[int, ...] = ()
    place: str = "again"

    @property
    def title(self) -> str:
        """The headline, "" where there is none."""
        return next((line for kind, line in self.lines if kind == "headline"), "")


def page_draft(file: Path, outlet_id: str, names: tuple[str, ...]) -> Draft:
    """The article on a saved page or in a scrape; `names` are those of its outlet."""
    draft = Draft(file.stem, outlet_id)
    try:
        text = decode(file.read_bytes())
        page = read_text(text, names) if file.suffix.lower() == ".txt" else read_html(text, names)
    except (ValueError, OSError) as error:
        return replace(draft, fault=("error", f"{file.name}: {reason(error)}"))
    if outlet_id == "unknown":
        why = f"{file.name}: the column file of outlets.csv does not name it; add a row for it"
        draft = replace(draft, fault=("error", why))
    # A headline alone is what is left of a page whose article was not found.
    lines = tuple(page.kept) if any(line.kind in ("subhead", "body") for line in page.lines) else ()
    return replace(draft, lines=lines, published=page.published, date_source=page.date_source, url=page.url)


def markdown_draft(file: Path, outlet_id: str) -> Draft:
    """The article in a file of Markdown with a YAML head; `outlet_id` is the outlet of a file that names none."""
    draft = Draft(file.stem, outlet_id)
    try:
        text = decode(file.read_bytes()).strip()
        post = frontmatter.loads(text)
        headed = bool(_FENCE.match(text))
        draft = replace(draft, outlet_id=_scalar(post.metadata, "outlet_id") or outlet_id)
        if headed and len(_FENCE.findall(text)) < 2:
            raise ValueError("its YAML head is not closed by ---")
        if draft.outlet_id == "unknown":
            raise ValueError("its YAML head has no outlet_id" if headed else "no YAML head with an outlet_id")
        title, lines = normalise(_scalar(post.metadata, "title")), _blocks(post.content)
        if lines and title:
            lines.insert(0, ("headline", title))
        return replace(draft, lines=tuple(lines), **_origin(post.metadata))
    except (yaml.YAMLError, RecursionError) as error:
        return replace(draft, fault=("error", f"{file.name}: its YAML head is broken: {reason(error)}"))
    except (ValueError, OSError) as error:
        return replace(draft, fault=("error", f"{file.name}: {reason(error)}"))


def _blocks(content: str) -> list[tuple[str, str]]:
    lines = []
    for block in re.split(r"\n[^\S\n]*\n", content.replace("\r\n", "\n")):
        subhead = block.lstrip().startswith("## ")
        text = normalise(block.lstrip()[3:] if subhead else re.sub(r"^\s*\\(?=[\\#])", "", block))
        if text:
            lines.append(("subhead" if subhead else "body", text))
    return lines


def markdown(draft: Draft) -> str:
    """What `markdown_draft` reads as this draft."""
    head = {"outlet_id": draft.outlet_id, "title": draft.title, "published": draft.published}
    head |= {"date_source": draft.date_source, "url": draft.url}
    blocks = []
    for kind, line in draft.lines:
        if kind == "subhead":
            blocks.append(f"## {line}")
        elif kind == "body":
            blocks.append("\\" + line if line.startswith(("#", "\\")) else line)
    yaml_head = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{yaml_head}---\n\n" + "\n\n".join(blocks) + "\n"


def _scalar(row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    if pd.api.types.is_list_like(value):
        raise ValueError(f"{key} is {short(value)}: give a string")
    return "" if value is None or value != value else mend(str(value)).strip()


def _origin(row: Mapping[str, object]) -> dict[str, str]:
    published = parse_date(_scalar(row, "published"))
    source = (_scalar(row, "date_source") or "given") if published else ""
    return {"published": published, "date_source": source, "url": _scalar(row, "url")}


def row_draft(
    file: Path, found: tuple[str, int, dict | str], outlet_id: str, names: Mapping[str, tuple[str, ...]] | None
) -> Draft:
    """The article in a row of a table (see `files.rows`).

    `outlet_id` is the outlet of a row that names none. `names` are the names of each outlet, with which the text is
    read as a scrape for a corpus folder; with None the text counts as clean.
    """
    where, number, row = found
    place = where.replace(" ", "-")
    draft = Draft(place, outlet_id, place=place)
    try:
        if isinstance(row, str):
            raise ValueError(row)
        draft = replace(draft, article_id=f"{file.stem}-{number:06d}")
        article_id = _scalar(row, "article_id")
        if names is not None:
            # A file name holds 255 bytes.
            name = _NO_FILE_NAME.sub("-", article_id).strip(". ").encode()[:200]
            article_id = name.decode(errors="ignore")
        draft = replace(draft, article_id=article_id or draft.article_id)
        draft = replace(draft, outlet_id=_scalar(row, "outlet_id") or outlet_id)
        return _fill(replace(draft, **_origin(row)), row, names)
    except ValueError as error:
        return replace(draft, fault=("error", f"{file.name}, {where}: {reason(error)}"))


def _fill(draft: Draft, row: dict, names: Mapping[str, tuple[str, ...]] | None) -> Draft:
    if row.get("units") is not None:
        numbers, lines = _given_units(row["units"])
        return replace(draft, lines=lines, numbers=numbers) if names is None else replace(draft, lines=_filed(lines))
    if "text" not in row:
        raise ValueError("it has neither text nor units: give one of them")
    title, text = normalise(_scalar(row, "title")), "" if row["text"] is None else row["text"]
    if not isinstance(text, str):
        raise ValueError(f"text is {short(text)}: give a string")
    if names is None:
        return replace(draft, lines=_clean_lines(title, text))
    page = read_text(text, names.get(draft.outlet_id, ()), title)
    if not any(line.kind for line in page.lines):
        rules = "; ".join(dict.fromkeys(line.why for line in page.lines))[:160]
        why = f"each line of its text counts as no part of an article ({rules})" if rules else "its text is empty"
        return replace(draft, fault=("empty", why))
    if not draft.published:
        draft = replace(draft, published=page.published, date_source=page.date_source)
    return replace(draft, lines=_filed(tuple(page.kept)))


def _filed(lines: Lines) -> Lines:
    """Lines as a file of Markdown can hold them: a headline stands in front and has a text below it."""
    if len(lines) == 1:
        return (("body", lines[0][1]),)
    return (*lines[:1], *(("subhead" if kind == "headline" else kind, line) for kind, line in lines[1:]))


def _clean_lines(title: str, text: str) -> Lines:
    lines = [line for line in map(normalise, text.splitlines()) if line]
    if not lines:
        return ()
    if title and lines[0] == title and len(lines) > 1:
        lines = lines[1:]
    elif not title and is_headline(lines[0], alone=len(lines) == 1):
        title, lines = lines[0], lines[1:]
    kept = list(zip(guess_subheads(lines), lines, strict=True))
    return (("headline", title), *kept) if title else tuple(kept)


def _given_units(units: object) -> tuple[tuple[int, ...], Lines]:
    if not isinstance(units, list) or not all(isinstance(unit, dict) for unit in units):
        raise ValueError("units must be a list of objects with unit, kind and text")
    seen, lines = set(), {}
    for place, unit in enumerate(units, start=1):
        own, kind, text = unit.get("unit", place), unit.get("kind", "body"), unit.get("text")
        # True is an int to Python; what is larger does not fit a column of every program.
        if type(own) is not int or not 0 < own < 2**31 or own in seen:
            raise ValueError(f"unit {short(own)} must be a whole number from 1 to {2**31 - 1} that is there once")
        if kind not in tables.KINDS:
            raise ValueError(f"unit {own}: kind {short(kind)} is not one of {', '.join(tables.KINDS)}")
        if not isinstance(text, str):
            raise ValueError(f"unit {own}: text is {short(text)}: give a string")
        seen.add(own)
        if line := normalise(text):
            lines[own] = (kind, line)
    return tuple(lines), tuple(lines.values())


def finish(drafts: Iterable[Draft], outlets: pd.DataFrame | None, where: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables articles and units: give every draft its text, status and reason.

    `outlets` is the table of the outlets that may appear, None where any may. A second article of one article_id is
    an `error` whose article_id carries its place in the file (`#line-7`). Raises `ValueError`, beginning with `where`,
    if no article is `ok`.
    """
    known = None if outlets is None else set(outlets["outlet_id"])
    articles, units, ids, seen = [], [], set(), {}
    for draft in drafts:
        draft = _apart(draft, ids)
        ids.add(draft.article_id)
        text, spans = compose(draft.lines, cut=not draft.numbers)
        sha256 = hashlib.sha256(text.encode()).hexdigest() if text else ""
        status, why = draft.fault or _status(draft, text, seen.get(sha256), known)
        if status == "ok":
            seen[sha256] = draft.article_id
            numbers = draft.numbers or range(1, len(spans) + 1)
            units += [(draft.article_id, number, *span) for number, span in zip(numbers, spans, strict=True)]
        origin = (draft.published, draft.date_source, draft.url)
        articles.append((draft.article_id, draft.outlet_id, *origin, draft.title, text, status, why, sha256))
    if not seen:
        reasons = "; ".join(f"{article[0]}: {article[8]}" for article in articles[:3]) or "there is none"
        raise ValueError(f"{where}: no article can be used ({reasons})")
    return _table(articles, "articles"), _table(units, "units")


def _apart(draft: Draft, ids: set[str]) -> Draft:
    if draft.article_id not in ids:
        return draft
    why = f"an article before it has the article_id {draft.article_id!r}: rename one of them"
    while draft.article_id in ids:
        draft = replace(draft, article_id=f"{draft.article_id}#{draft.place}")
    return replace(draft, fault=draft.fault or ("error", why))


def _status(draft: Draft, text: str, twin: str | None, known: set[str] | None) -> tuple[str, str]:
    if known is not None and draft.outlet_id not in known:
        ids = ", ".join(sorted(known))
        return "error", f"outlet_id {draft.outlet_id!r} is not in outlets.csv, which has {ids}"
    if not text:
        return "empty", "no text of an article was found"
    if share_arabic(text) < 0.5:
        return "not_arabic", "less than half of its letters are Arabic"
    return ("duplicate", f"the same text as {twin}") if twin else ("ok", "")


def _table(rows: list[tuple], name: str) -> pd.DataFrame:
    columns = tables.empty(name)
    return tables.check(pd.DataFrame(rows, columns=columns.columns).astype(columns.dtypes.to_dict()), name)
