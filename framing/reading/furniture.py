"""What on a page is the article, and what is the site's furniture around it.

The words are data, `lexicons/furniture.csv`, with the columns form, kind, effect, gloss (English) and source (where
the form was met). Forms are matched folded (`framing.arabic.fold`), so each is written once, in ordinary spelling;
a colon at the end of a form must stand in the line. The effects:

| effect | a line is furniture where | example |
| --- | --- | --- |
| line | these words are all it is made of, beside numbers, Latin words and particles | فيسبوك تويتر |
| menu | likewise, but only before the first paragraph and after the last | سياسة اقتصاد رياضة |
| byline | likewise, with names of outlets and people (see `_is_byline`) | خاص – SY24 |
| starts | it starts with the form and does not read like a paragraph | تابعونا على قناتنا |
| always | it starts with the form | لن يتم نشر عنوان بريدك |
| crumb | it starts with the form and a path follows | الرئيسية / محليات / عنوان |
| box | it is the form: a list of other stories follows, after which the article may go on | اقرأ أيضا |
| ends | it is the form: other stories, comments or forms follow to the end of the page | اترك تعليقا |

A paragraph that merely contains such words is never touched. Beside the words there are rules of shape: a line without
letters, a line of hashtags or addresses, a line in Latin letters on an Arabic page, the headline printed again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import pandas as pd

from framing import lexicons
from framing.arabic import fold, share_arabic, words
from framing.reading.units import LONG, guess_subheads, is_headline, is_paragraph

EFFECTS = ("line", "menu", "byline", "starts", "always", "crumb", "box", "ends")

# Particles that stand between the words of a share bar or a date and say nothing themselves.
_PARTICLES = frozenset(fold("و على عبر في من أو إلى عن ب ل").split())
_BULLETS = " \t•·*●▪■◆►»«›‹|/\\>#+=~_-–—:؛،,.…\"'“”()[]{}©®☰×✕🔗"
# A headline is printed again near the top of the page, behind the menu.
_TOP = 60
_LETTER = re.compile(r"[^\W\d_]")
_ARABIC = re.compile(r"[ء-ي]")
_PATH = re.compile(r"\s*[/\\>»«›‹|:←→-]")
_JOINT = re.compile(r"\s*[-|/»«›‹>•·~]+\s*")
# What a site adds to a headline in the page title, or a path puts before it, is this many words at the most.
_ADDED = 8
_PERSON_AND_TOWN = re.compile(r"\w+(?: \w+){0,3}\s*[-/]\s*\w+(?: \w+){0,3}\s*:?$")
_BRACKETED = re.compile(r"\([^()]{0,40}\)|\[[^\[\]]{0,40}\]")
_NUMBERED = re.compile(r"\d+\s*[-.)]\s*[^\W\d]")
_HASHTAGS = re.compile(r"(?:[#@]\S+\s*)+$")
_ADDRESS = re.compile(r"\S*(?:https?://|www\.|\S+@\S+\.\w)\S*$")


@dataclass(frozen=True)
class Line:
    """A line of a page: its text, its kind (`headline`, `subhead`, `body`, or "" for furniture) and, for furniture,
    the rule that says so."""

    text: str
    kind: str
    why: str = ""


@dataclass(frozen=True)
class Words:
    """The word list, ready for matching: for each effect its folded forms with their kind, the number of words of the
    longest form, and a pattern for each effect that looks at how a line starts (`comments` are those of `ends`)."""

    effects: dict[str, dict[str, str]]
    longest: int
    openings: dict[str, re.Pattern]


def read_words(table: pd.DataFrame) -> Words:
    """The word list from a table with the columns form, kind and effect.

    Raises `ValueError` for a form without letters or an unknown effect, naming the line.

    >>> read_words(pd.DataFrame({"form": ["شارك"], "kind": ["share"], "effect": ["hide"]}))
    Traceback (most recent call last):
        ...
    ValueError: furniture.csv, line 2: effect 'hide' is not one of line, menu, byline, starts, always, crumb, box, ends
    """
    effects: dict[str, dict[str, str]] = {}
    for number, row in enumerate(table.itertuples(index=False), start=2):
        if row.effect not in EFFECTS:
            raise ValueError(f"furniture.csv, line {number}: effect {row.effect!r} is not one of {', '.join(EFFECTS)}")
        if not (form := _plain(row.form)):
            raise ValueError(f"furniture.csv, line {number}: the form is empty")
        effects.setdefault(row.effect, {})[form] = row.kind
    opening = {effect: effects.get(effect, {}) for effect in ("starts", "always", "crumb", "box")}
    opening["comments"] = {form: kind for form, kind in effects.get("ends", {}).items() if kind == "comments"}
    return Words(
        effects,
        max((form.count(" ") + 1 for forms in effects.values() for form in forms), default=1),
        {effect: _opening(forms) for effect, forms in opening.items()},
    )


def _plain(text: str) -> str:
    return re.sub(r"\s+(?=:)", "", " ".join(fold(text).split()))


def _opening(forms: Iterable[str]) -> re.Pattern:
    longest_first = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    return re.compile(rf"(?:{longest_first})(?<=[:/©]|\w)(?!\w)" if longest_first else "(?!)")


@cache
def _shipped_words() -> Words:
    return read_words(lexicons.read("furniture"))


def label(
    lines: Sequence[str],
    names: Sequence[str] = (),
    headline: str = "",
    heads: frozenset[int] | None = None,
) -> list[Line]:
    """Say of each line of a page what it is.

    `lines` are normalised (`units.normalise`) and not empty. `names` are the outlet's names, for bylines and page
    titles. `headline` is the title where it is known from the page's metadata; it is then looked for only to drop
    where it is printed again, and no line is labelled `headline`. `heads` are the places of the lines that the
    markup calls headings; without it subheadings are guessed from the shape of the lines.

    >>> page = ["الرئيسية / محليات / عودة السوق إلى العمل", "عودة السوق إلى العمل", "فيسبوك تويتر",
    ...         "عاد التجار إلى محالهم في السوق القديم صباح أمس.", "اترك تعليقا", "الاسم *"]
    >>> [line.kind or line.why for line in label(page)]
    ['crumb: الرييسيه', 'headline', 'line: فيسبوك تويتر', 'body', 'ends: اترك تعليقا', 'line: الاسم']
    """
    page = _Page(lines, names)
    body = [is_paragraph(line) and not page.whys[place] for place, line in enumerate(page.lines)]
    if not headline:
        for place in page.page_titles():
            body[place] = False
    first = next((place for place, running in enumerate(body) if running), len(body))
    if headline:
        found, headline_text = None, headline
    else:
        found, headline_text, first = page.find_headline(first)
    for place in range(found or 0):
        page.drop(place, "before the headline")
    page.drop_repeats(headline_text, found)
    page.drop_bylines((found or 0) + (found is not None), first)
    page.drop_other_stories(first, body)
    return page.labelled(found, headline_text, heads)


class _Page:
    """The lines of one page while the rules go over them: `whys` names the rule that drops a line, or is empty."""

    def __init__(self, lines: Sequence[str], names: Sequence[str]) -> None:
        self.lines = list(lines)
        self.words = _shipped_words()
        self.folded = [_plain(line) for line in lines]
        self.bare = [line.strip(_BULLETS) for line in self.folded]
        self.names = sorted({_plain(name) for name in names if name.strip()}, key=len, reverse=True)
        # A menu in English can outweigh a short article: one Arabic paragraph makes the page an Arabic one.
        paragraphs = [line for line in lines if is_paragraph(line)]
        arabic = share_arabic(" ".join(paragraphs or lines)) >= 0.5
        self.whys = [self._own_rule(place, arabic) for place in range(len(self.lines))]

    def drop(self, place: int, why: str) -> None:
        self.whys[place] = self.whys[place] or why

    def _own_rule(self, place: int, arabic: bool) -> str:
        """The rule that drops this line whatever stands around it."""
        line, bare, starts = self.lines[place], self.bare[place], self.words.openings
        if not _LETTER.search(bare):
            return "no letters"
        if found := starts["always"].match(bare):
            return f"always: {found[0]}"
        if (found := starts["crumb"].match(bare)) and _PATH.match(bare, found.end()):
            return f"crumb: {found[0]}"
        if is_paragraph(line):
            return ""
        if arabic and not _ARABIC.search(bare):
            return "no Arabic letters"
        if _HASHTAGS.match(line) or _ADDRESS.match(line):
            return "hashtags or addresses"
        # What a number opens is an item of the article's own list: 1- الإسبانية.
        if not _NUMBERED.match(self.folded[place]) and (why := self._all_words(bare)):
            return why
        if (found := starts["box"].match(bare)) and bare.startswith(":", found.end()):
            return f"starts: {found[0]}"
        if found := starts["starts"].match(bare) or starts["starts"].match(self.folded[place]):
            return f"starts: {found[0]}"
        if found := starts["comments"].match(bare.lstrip("0123456789 ")):
            return f"ends: {found[0]}"
        return "byline" if _is_byline(self.folded[place], self.names, self.words) else ""

    def _all_words(self, bare: str) -> str:
        """Whether listed words are all that the line is made of: the strongest effect among them and the line."""
        tokens = [word for word, _, _ in words(bare)]
        met, place = set(), 0
        while place < len(tokens):
            if tokens[place] in _PARTICLES or not _ARABIC.search(tokens[place]):
                place += 1
                continue
            size, effects = _longest_form(tokens, place, self.words)
            if not size:
                return ""
            met |= effects
            place += size
        for effect in ("ends", "box", "line", "menu"):
            if effect in met:
                return f"{effect}: {bare}"
        return ""

    def page_titles(self) -> list[int]:
        """The places of lines near the top that are printed again, whatever they look like: no paragraph is."""
        top = [(place, bare) for place, bare in enumerate(self.bare[:_TOP]) if bare]
        return [
            place
            for place, bare in top
            if bare.count(" ") < LONG
            and any(other != place and (_repeats(title, bare) or _title_of(bare, title)) for other, title in top)
        ]

    def find_headline(self, first: int) -> tuple[int | None, str, int]:
        """The place and text of the headline and the place of the first paragraph; no place where there is none.

        A page prints its headline more than once (page title, path, heading), other headlines only once. Without
        such a repetition the first line of four words or more above the first paragraph is the headline.
        """
        above = [place for place in range(first) if not self.whys[place]]
        if not above:
            return self._headline_in_text(first)
        repeats = {place: self._repeats(place) for place in above}
        most = max(repeats.values())
        if most:
            best = [place for place in above if repeats[place] == most]
            # The last one is the heading itself; what is a list item there is a caption.
            plain = [place for place in best if self.lines[place][0] not in "•·*●▪-"] or best
            chosen = plain[-1]
        else:
            chosen = next((place for place in above if self.lines[place].count(" ") >= 3), above[0])
        return chosen, self._without_site(chosen), first

    def _headline_in_text(self, first: int) -> tuple[int | None, str, int]:
        following = [place for place in range(first + 1, len(self.lines)) if not self.whys[place]]
        if first < len(self.lines) and is_headline(self.lines[first], alone=not following):
            return first, self.lines[first], following[0] if following else first
        return None, "", first

    def _repeats(self, place: int) -> int:
        own = self.bare[place]
        return sum(other != place and _repeats(bare, own) for other, bare in enumerate(self.bare[:_TOP]))

    def _without_site(self, place: int) -> str:
        line = self.lines[place].strip("•·*●▪ ")
        for joint in reversed(list(_JOINT.finditer(line))):
            behind = _plain(line[joint.end() :])
            if any(behind == name or behind.startswith(name + " ") for name in self.names) and joint.start():
                return line[: joint.start()]
        return line

    def drop_repeats(self, headline: str, found: int | None) -> None:
        own = _plain(headline).strip(_BULLETS)
        if not own:
            return
        for place, bare in enumerate(self.bare):
            if place != found and _repeats(bare, own):
                self.drop(place, "the headline again")

    def drop_bylines(self, start: int, first: int) -> None:
        """Between the headline and the first paragraph, two or three words, a dash and as many more are a person and
        a town: no subheading stands there."""
        for place in range(start, min(first, len(self.lines))):
            if self.folded[place].count(" ") <= 5 and _PERSON_AND_TOWN.match(self.folded[place]):
                self.drop(place, "byline")

    def drop_other_stories(self, first: int, body: list[bool]) -> None:
        """Drop the lists of other stories, and everything behind the end of the article.

        The article goes on after a list where paragraphs follow each other again: in a list of teasers they
        alternate with headlines. A line that ends the article is believed once two paragraphs stand before it.
        """
        place = first
        while place < len(self.lines):
            effect = self.whys[place].split(":")[0]
            if effect not in ("box", "ends"):
                place += 1
                continue
            sure = effect == "ends" and sum(body[:place]) >= 2
            resumed = None if sure else self._resumes(place + 1, strict=effect == "ends")
            end = len(self.lines) if resumed is None else resumed
            for other in range(place + 1, end):
                self.drop(other, "behind the end" if resumed is None else "another story")
                body[other] = False
            place = end
        self._drop_tail(body)

    def _resumes(self, start: int, strict: bool) -> int | None:
        ends = (place for place in range(start, len(self.lines)) if self.whys[place].startswith("ends"))
        rest = [place for place in range(start, next(ends, len(self.lines))) if not self.whys[place]]
        running = [is_paragraph(self.lines[place]) for place in rest]
        if not any(running):
            return None
        first = running.index(True)
        alone = first == len(rest) - 1
        return rest[first] if (alone and not strict) or (True, True) in pairwise(running) else None

    def _drop_tail(self, body: list[bool]) -> None:
        """Behind the last paragraph, short lines that follow furniture are headlines of other stories."""
        last = max((place for place, running in enumerate(body) if running), default=len(body))
        furniture = False
        for place in range(last + 1, len(self.lines)):
            if self.whys[place]:
                furniture = furniture or self.whys[place] != "no letters"
            elif furniture and not _NUMBERED.match(self.folded[place]):
                self.drop(place, "behind the end")

    def labelled(self, found: int | None, headline: str, heads: frozenset[int] | None) -> list[Line]:
        self._keep_single_menu_words(found)
        kept = [place for place, why in enumerate(self.whys) if not why and place != found]
        if heads is None:
            kinds = dict(zip(kept, guess_subheads([self.lines[place] for place in kept]), strict=True))
        else:
            kinds = {place: "subhead" if place in heads else "body" for place in kept}
        if found is not None:
            kinds[found] = "headline"
        return [
            Line(headline if place == found else line, kinds.get(place, ""), "" if place in kinds else self.whys[place])
            for place, line in enumerate(self.lines)
        ]

    def _keep_single_menu_words(self, found: int | None) -> None:
        running = [place for place, line in enumerate(self.lines) if not self.whys[place] and is_paragraph(line)]
        if running:
            for place in range(running[0], running[-1]):
                if self.whys[place].startswith("menu"):
                    self.whys[place] = ""


def _longest_form(tokens: list[str], place: int, listed: Words) -> tuple[int, set[str]]:
    for size in range(min(listed.longest, len(tokens) - place), 0, -1):
        form = " ".join(tokens[place : place + size])
        for spelling in (form, form[1:] if form[0] == "و" else form):
            met = {effect for effect in ("ends", "box", "line", "menu") if spelling in listed.effects.get(effect, ())}
            if met:
                return size, met
    return 0, set()


def _repeats(bare: str, headline: str) -> bool:
    return bare == headline or _title_of(bare, headline)


def _title_of(bare: str, headline: str) -> bool:
    """Whether a line is the headline with the site's name behind it or the path before it."""
    if bare.startswith(headline):
        joined, added = _JOINT.match(bare, len(headline)), bare[len(headline) :]
    elif bare.endswith(headline):
        added = bare[: -len(headline)].rstrip("\"'( ")
        joined = added and _JOINT.fullmatch(added[-1])
    else:
        return False
    return bool(joined) and headline.count(" ") >= 2 and added.count(" ") <= _ADDED


def _is_byline(folded: str, names: Sequence[str], listed: Words) -> bool:
    """Whether a line says who wrote or sent the article.

    It is made of the outlet's names, words such as خاص and وكالات, agencies and a name in brackets; or of one of the
    outlet's names, a dash or a slash, and up to four more words, a person or a town; beside an agency up to two.
    """
    rest = _BRACKETED.sub(" ", folded)
    if folded.count(" ") > 11 or not _LETTER.search(rest):
        return False
    joined = bool(re.search(r"[-/|]", rest))
    named = False
    for name in names:
        cut = re.sub(rf"(?<!\w)(?:ال|ل|لل)?{re.escape(name)}(?!\w)", " ", rest)
        named, rest = named or cut != rest, cut
    tokens = [word for word, _, _ in words(rest)]
    listed_words = listed.effects.get("byline", {})
    strange, place, known, agency = 0, 0, named, False
    while place < len(tokens):
        for size in range(min(listed.longest, len(tokens) - place), 0, -1):
            if kind := listed_words.get(" ".join(tokens[place : place + size])):
                known, agency, place = True, agency or kind == "agency", place + size
                break
        else:
            strange += tokens[place] not in _PARTICLES and not tokens[place].isdigit()
            place += 1
    if not strange:
        return known
    most = 4 if named else 2 if agency else 0
    return joined and strange <= most and folded.rstrip()[-1:] not in ".!؟"
