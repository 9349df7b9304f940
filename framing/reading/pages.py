"""From the bytes of a file to a page: its headline, its lines with their kinds, its date.

Two kinds of page. A plain-text scrape carries no markup, so everything is known from its lines (`furniture`). An
HTML page goes through trafilatura first (comments off, precision preferred), its headings give the subheadings, and
the same furniture rules run over what is left.

Dates are never taken from trafilatura, which reads a month name that it does not know as January. A date comes from the
page's metadata (`date_source` "page metadata") or from a line of the page that is nothing but a date ("text"), with the
month names of the Levant, Egypt and the Maghreb; 3/4/2021, which can be read two ways, gives none.
"""

import calendar
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import trafilatura
from lxml import etree

from framing import lexicons
from framing.arabic import fold, share_arabic
from framing.reading.furniture import Line, label
from framing.reading.units import normalise

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
# The rules whose lines can hold a date.
_DATED = ("line", "starts", "byline", "no letters", "no Arabic letters")
_DATE_KEYS = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "publish-date",
    "parsely-pub-date",
    "date",
)


@dataclass(frozen=True)
class Page:
    """What was read from one source: the headline ("" where there is none), every line with its kind and, for
    furniture, the rule that dropped it, the date of publication (ISO, or "") and where it was found, the address."""

    headline: str
    lines: tuple[Line, ...]
    published: str = ""
    date_source: str = ""
    url: str = ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The article's own lines as (kind, text), the headline first."""
        body = [(line.kind, line.text) for line in self.lines if line.kind in ("subhead", "body")]
        return [("headline", self.headline), *body] if self.headline else body


def decode(raw: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16 by its byte-order mark, else UTF-8, else windows-1256 if that looks Arabic.

    Raises `ValueError` for what is no text in any of them.

    >>> decode("خبر".encode("cp1256"))
    'خبر'
    """
    codecs = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1256")
    for codec in codecs:
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        # A stray control character is found in one of 500 newspaper articles; NUL or many of them are not.
        if "\x00" in text or len(_CONTROL.findall(text)) > len(text) / 100:
            raise ValueError("it holds control characters, so it is no text: give a text or HTML file")
        if codec != "cp1256" or share_arabic(re.sub(r"<[^>]*>", " ", text)) >= 0.5:
            return text
    raise ValueError("it is no text in UTF-8, UTF-16 or windows-1256: save it as UTF-8")


def read_text(text: str, names: Sequence[str] = (), headline: str = "") -> Page:
    """Read a plain-text scrape.

    `names` are the outlet's names, which bylines and page titles carry; `headline` is the title where it is known
    otherwise.
    """
    lines = [line for line in map(normalise, text.splitlines()) if _visible(line)]
    headline = normalise(headline)
    labelled = label(lines, names, headline)
    headline = headline or _headline(labelled)
    published = date_in_lines(labelled)
    return Page(headline, tuple(labelled), published, "text" if published else "")


def read_html(text: str, names: Sequence[str] = ()) -> Page:
    """Read an HTML page; a page without an article in it has no lines."""
    document = trafilatura.bare_extraction(text, include_comments=False, favor_precision=True, with_metadata=True)
    if document is None:
        return Page("", ())
    lines, heads = [], set()
    for is_head, line in _lines_of(document.body):
        if is_head:
            heads.add(len(lines))
        lines.append(line)
    title = normalise(document.title or "")
    labelled = label(lines, [*names, *filter(None, [document.sitename])], title, frozenset(heads))
    title = title or _headline(labelled)
    published, source = date_in_metadata(text), "page metadata"
    if not published:
        published, source = date_in_lines(labelled) or date_in_lines(_text_lines(text)), "text"
    return Page(title, tuple(labelled), published, source if published else "", document.url or "")


def _headline(lines: Sequence[Line]) -> str:
    return next((line.text for line in lines if line.kind == "headline"), "")


def _visible(line: str) -> bool:
    return bool(fold(line).strip())


def _lines_of(body: etree._Element) -> list[tuple[bool, str]]:
    """The printed lines of trafilatura's tree, and whether each is a heading."""
    found, pending = [], []

    def flush(is_head: bool) -> None:
        line = normalise("".join(pending))
        pending.clear()
        if _visible(line):
            found.append((is_head, line))

    def walk(element: etree._Element, in_head: bool) -> None:
        block = element.tag in ("body", "p", "head", "item", "quote", "cell", "row", "list", "table", "lb", "graphic")
        if block:
            flush(in_head)
        inside = element.tag == "head"
        pending.append(element.text or "")
        for child in element:
            walk(child, inside)
            pending.append(child.tail or "")
        if block:
            flush(inside)

    walk(body, False)
    return found


def _tree(text: str) -> etree._Element | None:
    try:
        return etree.HTML(text.encode(), etree.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return None


def _text_lines(text: str) -> list[Line]:
    """All lines of an HTML page, for a date that stands outside the article."""
    if (root := _tree(text)) is None:
        return []
    texts = root.xpath("//body//text()[not(ancestor::script or ancestor::style)]")
    lines = [line for line in map(normalise, texts) if _visible(line)]
    return label(lines) if lines else []


@cache
def _months() -> tuple[re.Pattern, dict[str, int]]:
    """The pattern of a day, a month name and a year, and the number of each folded month name."""
    table = lexicons.read("furniture")
    numbers = {
        fold(row.form): list(calendar.month_name).index(row.gloss)
        for row in table[table["kind"] == "month"].itertuples()
    }
    names = "|".join(map(re.escape, sorted(numbers, key=len, reverse=True)))
    pattern = rf"(?<!\d)(\d{{1,2}})\s*(?:من\s+|st|nd|rd|th)?\s*[،/-]?\s*\(?({names})(?!\w)[^\d]{{0,25}}(\d{{4}})(?!\d)"
    english = rf"(?<!\w)({names})\s+(\d{{1,2}})\s*[،]?\s+(\d{{4}})(?!\d)"
    return re.compile(f"{pattern}|{english}"), numbers


def parse_date(text: str) -> str:
    """The date in a text as YYYY-MM-DD, or "" where there is none or it can be read in two ways.

    >>> parse_date("الثلاثاء، 5 كانون الثاني / يناير 2021"), parse_date("٢٠٢١/٠١/٠٥"), parse_date("05-01-2021")
    ('2021-01-05', '2021-01-05', '')
    """
    folded = fold(text)
    pattern, numbers = _months()
    if match := pattern.search(folded):
        day, month, year, month_first, day_second, year_last = match.groups()
        if month:
            return _iso(int(year), numbers[month], int(day))
        return _iso(int(year_last), numbers[month_first], int(day_second))
    if match := _ISO.search(folded):
        return _iso(*map(int, match.groups()))
    if match := _DAY_FIRST.search(folded):
        first, second, year = map(int, match.groups())
        if first > 12 or first == second:
            return _iso(year, second, first)
        if second > 12:
            return _iso(year, first, second)
    return ""


def _iso(year: int, month: int, day: int) -> str:
    try:
        # Hijri years are below this; converting them needs a calendar that the page does not name.
        return date(year, month, day).isoformat() if year >= 1900 else ""
    except ValueError:
        return ""


def date_in_lines(lines: Sequence[Line]) -> str:
    """The date that stands in a furniture line of its own, "" where there is none.

    Looked for between the headline and the first paragraph, then below, up to the lists of other stories, and only
    then above the headline, where some sites print the day of the visit.
    """
    kinds = [line.kind for line in lines]
    head = kinds.index("headline") if "headline" in kinds else -1
    body = kinds.index("body") if "body" in kinds else len(lines)
    rules = [line.why.split(":")[0] for line in lines]
    end = next((place for place in range(body, len(lines)) if rules[place] in ("box", "ends")), len(lines))
    for place in (*range(head + 1, body), *range(body, end), *range(head + 1)):
        if rules[place] in _DATED and (found := parse_date(lines[place].text)):
            return found
    return ""


def date_in_metadata(text: str) -> str:
    """The date of publication in the metadata of an HTML page: a meta element, JSON-LD or a `time` element."""
    if (root := _tree(text)) is None:
        return ""
    metas = {}
    for meta in root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        metas.setdefault(key, meta.get("content") or "")
    found = [metas[key] for key in _DATE_KEYS if key in metas]
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        try:
            found += _published_in(json.loads(script.text or ""))
        except ValueError:
            continue
    found += [time.get("datetime") or "" for time in root.iter("time")]
    return next(filter(None, (parse_date(value) for value in found)), "")


def _published_in(data: object) -> list[str]:
    if isinstance(data, dict):
        own = data.get("datePublished")
        return [own] if isinstance(own, str) else [date for value in data.values() for date in _published_in(value)]
    return [date for value in data for date in _published_in(value)] if isinstance(data, list) else []
