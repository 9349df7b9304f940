"""One unit as a row of nodes: its words, with the parties, acts and grammar words that stand in it."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from framing import lexicons
from framing.arabic import OURS, PRONOUNS, fold, fold_map, words

# A full stop, colon or semicolon ends a clause; a comma ends it unless a preposition follows.
_HARD = re.compile(r"[.!؟:؛\n]|(?<=\s)[-/](?=\s)")
_SOFT = "،"
_SYRIAN = ("والسوريه", "والسوري")
# جندي عراقي: an adjective of origin says whose soldiers they are.
_PEOPLE = re.compile(r"..(ي|يا|يه|يين|يون|يان)$")


@dataclass(frozen=True)
class Reading:
    """One way to read a node as an act: its row of acts.csv and the form that stands here."""

    kind: str
    pos: str
    row: object
    front: str
    length: int
    back: str
    voices: frozenset = frozenset()


@dataclass
class Node:
    """A word, or the words of one mention. `start` and `end` are code points into `articles.text`, `gap` is the
    punctuation before it, `front` what is written onto it; `grammar` and `cues` are its longest reading by kind."""

    text: str
    start: int
    end: int
    gap: str
    printed: str = ""
    front: str = ""
    mention: dict | None = None
    acts: list[Reading] = field(default_factory=list)
    grammar: dict[str, tuple] = field(default_factory=dict)
    cues: dict[str, tuple] = field(default_factory=dict)

    @property
    def hard(self) -> bool:
        """A clause ends before this node."""
        return self.gap != " " and bool(_HARD.search(self.gap))

    @property
    def soft(self) -> bool:
        """A comma stands before this node."""
        return _SOFT in self.gap

    def says(self, kind: str) -> tuple | None:
        """The longest reading of the node as a grammar word of this kind: (front, length, back, value), or None."""
        return self.grammar.get(kind)

    def cue(self, kind: str) -> tuple | None:
        """The longest reading of the node as a cue of this kind, or None."""
        return self.cues.get(kind)


@cache
def acts_list() -> lexicons.Phrases:
    """Every spelling of acts.csv; a value is (row, voices)."""
    return _inflected("acts", lambda row: row.pos == "noun")


@cache
def cues_list() -> lexicons.Phrases:
    """Every spelling of cues.csv; a value is (row, voices)."""
    return _inflected("cues", lambda row: row.kind == "source")


@cache
def grammar_list() -> lexicons.Phrases:
    """Every spelling of grammar.csv; a value is its row."""
    phrases = lexicons.Phrases()
    for row in lexicons.read("grammar").itertuples():
        for form in lexicons.spellings(row.form):
            phrases.add(form, row)
    return phrases


def _inflected(name: str, takes_article: Callable[[Any], bool]) -> lexicons.Phrases:
    """A list whose verbs are conjugated; a value is (row, the voices that the spelling can be)."""
    phrases = lexicons.Phrases()
    for row in lexicons.read(name).itertuples():
        if row.pos == "verb":
            for form, voices in lexicons.conjugate(row.form, row.future).items():
                phrases.add(form, (row, voices), verb=True)
        else:
            for form in lexicons.spellings(row.form):
                phrases.add(form, (row, frozenset()), article=takes_article(row))
    return phrases


def read(text: str, start: int, mentions: list[dict]) -> list[Node]:
    """The nodes of one unit.

    `text` is the unit as printed, `start` its place in the article, `mentions` the resolved mentions in it, in
    order, with start and end in the article.
    """
    nodes = _nodes(text, start, mentions)
    texts = [node.text for node in nodes]
    for i, node in enumerate(nodes):
        if node.mention is not None:
            continue
        for reading in grammar_list().at(texts, i):
            node.grammar.setdefault(reading[3].kind, reading)
        for front, length, back, (row, _) in cues_list().at(texts, i):
            if (not back or back in PRONOUNS) and (row.pos != "verb" or _fits(node, front, back, "verb")):
                node.cues.setdefault(row.kind, (front, length, back, row))
        for front, length, back, (row, voices) in acts_list().at(texts, i):
            if not _fits(node, front, back, row.pos) or node.says("homograph"):
                continue
            if row.pos == "verb" and back and (men := node.says("member")) and men[2] == back:
                continue  # قادتها are its leaders
            node.acts.append(Reading(row.kind, row.pos, row, front, length, back, voices))
    return nodes


# Particles that stand before verbs alone.
_BEFORE_VERBS = ("قد", "سوف", "كان", "كانت", "كانوا", "يكون", "تكون", "يكونوا", "ظل", "ظلت", "بات", "باتت")
# A verb takes a conjunction, the future س or the ل of purpose; nouns take prepositions and the article too.
_VERB_FRONTS = ("", "و", "ف", "س", "وس", "فس", "ل", "ول", "فل")


def _fits(node: Node, front: str, back: str, pos: str) -> bool:
    """Whether what is written onto the word suits a verb or a noun; a printed ة is never the pronoun ه."""
    if back and back not in PRONOUNS and back != "ا" and not (back == OURS and pos == "noun"):
        return False
    if pos == "verb":
        if front.endswith("س") and node.text[len(front)] not in "يتنا":
            return False  # سفر is no future of فرّ
        if back == "ا" and node.text[len(front)] == "ت":
            return False  # تحالفا is the noun; other verbs may stand in the dual
        return front in _VERB_FRONTS and not (back == "ه" and node.printed.endswith("ة"))
    return not front.endswith("س") and not (back == "ه" and node.printed.endswith("ة"))


def _nodes(text: str, start: int, mentions: list[dict]) -> list[Node]:
    folded, places = fold_map(text)
    spans = [(word, int(places[a]) + start, int(places[b - 1]) + 1 + start, a, b) for word, a, b in words(folded)]
    nodes: list[Node] = []
    last = 0
    i = 0
    for mention in [*mentions, None]:
        while i < len(spans) and (mention is None or spans[i][2] <= mention["start"]):
            word, s, e, a, b = spans[i]
            nodes.append(Node(word, s, e, folded[last:a], text[s - start : e - start]))
            last, i = b, i + 1
        if mention is None or i >= len(spans):
            break
        first = i
        while i < len(spans) and spans[i][1] < mention["end"]:
            i += 1
        if i == first or (mention["head"] == "men" and i < len(spans) and _PEOPLE.search(spans[i][0])):
            i = first
            continue
        a, b = spans[first][3], spans[i - 1][4]
        front = fold(text[spans[first][1] - start : mention["start"] - start])
        surface = fold(mention["surface"])
        if surface.startswith("لل"):
            front += "ل"
        gap = folded[last:a]
        nodes.append(Node("\0", mention["start"], mention["end"], gap, mention["surface"], front, mention))
        last = b
    return _with_syrian(nodes)


def _with_syrian(nodes: list[Node]) -> list[Node]:
    """القوات الروسية والسورية: joined to an actor's adjective, "Syrian" means the government's forces; alone it may be
    said of anything in the country."""
    for before, node in itertools.pairwise(nodes):
        actor = before.mention is not None and before.mention["kind"] == "actor"
        if actor and node.mention is None and node.text in _SYRIAN and not (node.hard or node.soft):
            meant = {"entry": "syria.army", "actor": "syria", "proxy": 0, "start": node.start, "end": node.end}
            node.mention = {**before.mention, **meant, "surface": node.printed, "pos": "nisba"}
            node.text, node.front = "\0", "و"
    return nodes


def noun_or_verb(nodes: list[Node], i: int) -> list[Reading]:
    """The readings of node i that its place allows.

    Behind an article, a preposition or a noun that governs it a word is a noun; after a particle that only a verb
    follows (لم، قد، الذي) it is a verb. Elsewhere a form that can be both is a verb at the start of a clause.
    """
    readings = nodes[i].acts
    if i and not nodes[i].soft and nodes[i - 1].mention is None and _governs(nodes[i - 1]):
        # Behind a bare preposition stands a noun: في وجه; behind من also a verb that looks like no noun: من استقدم.
        nominal = [reading for reading in readings if reading.pos != "verb"]
        readings = nominal if nominal or nodes[i - 1].text.lstrip("وف") != "من" else readings
    if i and nodes[i - 1].text.lstrip("وف") == "لا":
        # لا stands before the present; before another form it denies a noun: لا أثر.
        readings = [r for r in readings if r.pos != "verb" or nodes[i].text[len(r.front)] in "يتن"]
    if not (i and nodes[i - 1].cue("negator")):
        # Cut to two or three letters the jussive of أردى is that of ردّ; it stands behind a negator only.
        readings = [reading for reading in readings if "jussive" not in reading.voices]
    if i and _is_present(nodes[i - 1]) and not (nodes[i].hard or nodes[i].soft):
        # يحبط تسلل …: no verb in the past stands right behind one in the present.
        readings = [r for r in readings if r.pos != "verb" or r.front or nodes[i].text[0] in "يتن"]
    if len({reading.pos for reading in readings}) < 2:
        return readings
    phrases = [reading for reading in readings if reading.pos == "phrase"]
    if phrases:
        return phrases
    longest = max(reading.length for reading in readings)
    readings = [reading for reading in readings if reading.length == longest]
    nouns = [reading for reading in readings if reading.pos == "noun"]
    verbs = [reading for reading in readings if reading.pos == "verb"]
    if not nouns or not verbs:
        return readings
    before = nodes[i - 1] if i else None
    if any(reading.front.endswith(("ب", "ل", "ك", "ال")) for reading in nouns):
        return nouns
    if before is not None and (before.text.lstrip("وفل") in _BEFORE_VERBS or _indefinite(before)):
        return verbs
    if before is not None and before.text == "ان" and i > 1 and nodes[i - 2].text.lstrip("و") in ("منذ", "بعد", "قبل"):
        return verbs
    if before is not None and before.says("complementizer"):
        # أنّ is followed by a noun; behind أنْ the verb stands in the present, which no noun looks like.
        return nouns
    if before is not None and before.says("boundary") and not nodes[i].soft:
        return verbs
    if before is not None and (before.says("relative") or before.cue("negator")):
        return verbs if not before.text.endswith(("دون", "عدم", "غير")) else nouns
    if before is not None and before.says("preposition") and not nodes[i].soft:
        return nouns
    if before is not None and before.mention is not None and _opens_clause(nodes, i - 1):
        # أن التحالف قتل …: behind a party that opens its clause stands the verb.
        return verbs
    after = nodes[i + 1] if i + 1 < len(nodes) else None
    if after is not None and after.mention is not None and after.mention["pos"] == "nisba":
        return nouns
    opens = i == 0 or nodes[i].hard or nodes[i].soft or any(r.front.startswith(("و", "ف")) for r in verbs)
    return verbs if opens and not (after is not None and after.says("preposition")) else nouns


def _is_present(node: Node) -> bool:
    """Nothing but a verb, by its first letter in the present (a past in ت looks the same)."""
    return bool(node.acts) and all(r.pos == "verb" and node.text[len(r.front)] in "يت" for r in node.acts)


def _indefinite(node: Node) -> bool:
    """ائتلافاً شنّ: behind an indefinite accusative stands no genitive, so what can be a verb is one."""
    return node.printed.endswith(("اً", "ًا"))


def _governs(node: Node) -> bool:
    reading = node.says("preposition")
    return reading is not None and reading[1] == 1 and not reading[2] and "+" not in reading[3].value


def _opens_clause(nodes: list[Node], i: int) -> bool:
    node = nodes[i]
    if node.mention["pos"] == "nisba":
        return False
    return i == 0 or node.hard or node.front in ("و", "ف") or bool(nodes[i - 1].says("complementizer"))
