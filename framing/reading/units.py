"""From lines to the article's text, and from its text to units.

A unit is a sentence of a body paragraph, or a whole headline, or a whole subheading. The rules of the splitter:

- A sentence ends at `.` `?` `!` `؟` `…`, or a run of them, where whitespace or the end of the paragraph follows;
  closing quotation marks and brackets behind the stop belong to the sentence.
- A dot that nothing follows directly is no end: 3.2, دا.عش, U.S.A, www.site.net.
- A dot behind an initial or a title is no end: د. أحمد, أ.د. محمد, J. Smith; behind a year's letter it is one:
  2015م. وقال.
- A number that opens a sentence (1. 2.) and a stop without any word before it (... قال) end nothing.

A headline or a subheading is one unit, whatever stops it contains.
"""

import re
import unicodedata
from collections.abc import Iterable

_END = re.compile(r"""[.?!؟…]+["”“»›’')\]}]*(?=\s|$)""")
_WORDLIKE = re.compile(r"[^\W_]")
# One letter with at most the conjunction و before it, letters with a dot after each, or a Latin form of address.
_ABBREVIATION = re.compile(
    r"(?:^|[\s\"“”«»'‘’()\[\]{}،,؛:/\-–—])(?:و?(?:[^\W\d_]\.)*[^\W\d_]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|St|No)$"
)
_YEAR_LETTER = re.compile(r"[\d٠-٩]\s?[مهقـ]+$")
_ONLY_NUMBER = re.compile(r"\W*\d+\W*$")

# A line of so many words is a paragraph even where its full stop is missing; measured on Arabic news, where the
# longest headlines have about 20 words.
LONG = 25
SHORT = 8

_STOPPED = re.compile(r"""[.!؟?]["”“»›’')\]}\s]*$""")
_CUT_OFF = re.compile(r"""(?:\.\.|…)[\])\s]*$""")
_UNPRINTED = re.compile("[\ufeff\x00-\x08\x0e-\x1b\x7f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LISTED = re.compile(r"[-–—•*·\d٠-٩(]")


def split(paragraph: str) -> list[tuple[int, int]]:
    """The sentences of one paragraph as (start, end) code points; nothing but whitespace lies between them.

    >>> text = "قال د. أحمد إن الكلفة 3.2 مليون. «وماذا بعد؟» انتهى"
    >>> [text[start:end] for start, end in split(text)]
    ['قال د. أحمد إن الكلفة 3.2 مليون.', '«وماذا بعد؟»', 'انتهى']
    """
    end = len(paragraph.rstrip())
    start = len(paragraph) - len(paragraph.lstrip())
    spans = []
    for match in _END.finditer(paragraph):
        if match.end() <= start or not _ends(paragraph, start, match):
            continue
        spans.append((start, match.end()))
        start = match.end()
        while start < end and paragraph[start].isspace():
            start += 1
    if start < end:
        if spans and not _WORDLIKE.search(paragraph, start):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _ends(paragraph: str, start: int, stop: re.Match) -> bool:
    before = paragraph[start : stop.start()]
    if not _WORDLIKE.search(before) or _ONLY_NUMBER.match(before):
        return False
    if not stop[0].startswith(".") or stop[0].startswith(".."):
        return True
    tail = before[-12:]
    return bool(_YEAR_LETTER.search(tail)) or not _ABBREVIATION.search(tail)


def normalise(line: str) -> str:
    """One line as it stands in `articles.text`: Unicode NFC, one space between words, without byte-order marks and
    control characters, which nobody prints.

    Halves of a broken surrogate pair become U+FFFD. Nothing else is changed.

    >>> normalise("  دا\\ufeffعش\\xa0 في   البادية ")
    'داعش في البادية'
    """
    line = " ".join(_UNPRINTED.sub("", line).split())
    return line if line.isascii() else unicodedata.normalize("NFC", mend(line))


def mend(text: str) -> str:
    """`text` with halves of a broken surrogate pair, which no file can hold, as U+FFFD."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_paragraph(line: str) -> bool:
    """Whether a line reads like running text: eight words and a full stop, or 25 words however it ends.

    A line that breaks off in dots is the teaser of another story unless it is long, and a short question is rather a
    headline.

    >>> is_paragraph("وصلت القافلة إلى البلدة صباح اليوم بعد رحلة طويلة.")
    True
    >>> is_paragraph("وصول القافلة إلى البلدة")
    False
    """
    count = line.count(" ") + 1
    if count >= LONG:
        return True
    if count < SHORT or not _STOPPED.search(line) or _CUT_OFF.search(line):
        return False
    return line.rstrip("\"”“»›’')]} ")[-1:] not in "؟?" or count >= 2 * SHORT


def is_headline(line: str, alone: bool = False) -> bool:
    """Whether the first line of a text without a known title is its headline.

    A headline is one sentence of at most 25 words; a line that is the whole text is one only without a full stop.

    >>> is_headline("هدوء حذر في البلدة.. ماذا بعد؟"), is_headline("عاد الهدوء. وفتحت المحال.")
    (True, False)
    """
    # ".." inside a headline joins its halves.
    sentences = split(line.replace("..", "،").replace("…", "،"))
    return len(sentences) == 1 and line.count(" ") < LONG and not (alone and _STOPPED.search(line))


def guess_subheads(lines: list[str]) -> list[str]:
    """The kind of each line below the headline, `body` or `subhead`, of a text that carries no markup.

    A subheading is a line of at most ten words that ends in no stop but a question mark, opens no list item, and
    stands alone between two paragraphs or between the headline and a paragraph.

    >>> guess_subheads(["وصلت القافلة إلى البلدة صباح اليوم بعد رحلة طويلة.", "ماذا في القافلة؟",
    ...                 "حملت الشاحنات طحينا ودواء وخياما إلى أهالي البلدة."])
    ['body', 'subhead', 'body']
    """
    running = [is_paragraph(line) for line in lines]
    kinds = []
    for place, line in enumerate(lines):
        between = (place == 0 or running[place - 1]) and place + 1 < len(lines) and running[place + 1]
        subhead = between and not running[place] and line.count(" ") < 10 and _can_head(line)
        kinds.append("subhead" if subhead else "body")
    return kinds


def _can_head(line: str) -> bool:
    last = line.rstrip("\"”“»›’')]} ")[-1:]
    return last not in ".!،,؛;:" and not _LISTED.match(line) and bool(_WORDLIKE.search(line))


def compose(lines: Iterable[tuple[str, str]], cut: bool = True) -> tuple[str, list[tuple[str, int, int]]]:
    """Write normalised (kind, line) pairs as the text of an article, one a line, and cut it into units.

    Without `cut` every line is one unit. Returns the text and its units as (kind, start, end), code points into it.

    >>> compose([("headline", "هدوء.. وترقب"), ("body", "عاد الهدوء. وفتحت المحال.")])
    ('هدوء.. وترقب\\nعاد الهدوء. وفتحت المحال.', [('headline', 0, 12), ('body', 13, 24), ('body', 25, 38)])
    """
    printed, units, place = [], [], 0
    for kind, line in lines:
        spans = split(line) if cut and kind == "body" else [(0, len(line))]
        units += [(kind, place + start, place + end) for start, end in spans]
        printed.append(line)
        place += len(line) + 1
    return "\n".join(printed), units
