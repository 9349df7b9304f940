"""The reading stage: pages, scrapes and files -> the tables outlets, articles and units.

`read_corpus` reads a folder, `ingest` makes one, `read_articles` (and `read_jsonl`) reads articles that are clean
already; `label` and `read_text` / `read_html` show what was dropped from a page and by which rule; `split` cuts a
paragraph into sentences.
"""

from framing.reading.corpus import Corpus, ingest, read_articles, read_codes, read_corpus, read_jsonl
from framing.reading.furniture import Line, label
from framing.reading.pages import Page, decode, parse_date, read_html, read_text
from framing.reading.units import normalise, split

__all__ = [
    "Corpus",
    "Line",
    "Page",
    "decode",
    "ingest",
    "label",
    "normalise",
    "parse_date",
    "read_articles",
    "read_codes",
    "read_corpus",
    "read_html",
    "read_jsonl",
    "read_text",
    "split",
]
