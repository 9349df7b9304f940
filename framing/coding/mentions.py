"""Finds the parties in the text: actors, their proxies, ISIS, and the nouns that stand for them.

The first stage runs over blocks of many articles joined into one string: letters are folded through a look-up
table with a map back to the printed text, an Aho-Corasick automaton finds every form of the list, and arrays decide
which hits are whole words. The second stage walks through one article and gives definite nouns (التنظيم, التحالف)
the party named before.
"""

import unicodedata
from functools import cache

import ahocorasick_rs
import numpy as np
import pandas as pd

from framing import lexicons, tables
from framing.arabic import fold_map

BLOCK = 1 << 17  # characters; blocks of 64k to 128k keep the folded arrays in the processor's cache
_FRONTS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك")
# How far back a definite noun may look for what it stands for, in units. Longer chains are rare in news prose and
# an article that returns to a party after a detour names it again.
REACH = 12
# Whose soldiers are meant where only "soldiers" stands: the last party of these classes.
ARMED = ("army", "division", "guard", "militia", "air")
_OF = " من "
DEFAULTS = {
    "coalition": ("us.coalition", "actor", "us"),
    "army": ("syria.army", "actor", "syria"),
    "guard": ("iran.irgc", "actor", "iran"),
    "organisation": ("isis.name", "isis", ""),
}


@cache
def _matcher() -> tuple[ahocorasick_rs.AhoCorasick, pd.DataFrame]:
    """The automaton over every spelling of actors.csv, and for each pattern its row of the list."""
    names = lexicons.read("actors")
    rows = []
    for row in names.itertuples():
        for spelling in lexicons.spellings(row.form):
            rows.append((spelling, row.Index))
            if row.pos == "nisba" and spelling.endswith("ي"):
                rows.append((spelling + "ا", row.Index))
            if spelling.startswith("ال"):
                rows.append(("لل" + spelling[2:], row.Index))
    patterns = pd.DataFrame(rows, columns=["pattern", "row"]).drop_duplicates("pattern")
    names = names.loc[patterns["row"]].reset_index(drop=True).assign(pattern=patterns["pattern"].to_numpy())
    return ahocorasick_rs.AhoCorasick(names["pattern"].tolist()), names


def find_mentions(articles: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Every named party in the units of the articles whose status is ok, before references are resolved.

    Takes the tables `articles` and `units`. Returns a frame like `mentions` (start and end are code points into
    `articles.text`) whose kind may also be `other`, `adversary` or `definite` and which has the columns pos and
    head of the name list beside it; `coding.coder` resolves it. Longest form wins; a form of kind `none` blocks
    what it covers.
    """
    ok = articles[articles["status"] == "ok"]
    texts = ok["text"].tolist()
    found = [part for block in _blocks(texts) for part in [_scan([texts[i] for i in block], block)] if len(part)]
    names = _matcher()[1]
    if not found:
        found = [np.empty((0, 4), dtype=np.int64)]
    article, start, end, pattern = np.concatenate(found).T
    hits = pd.DataFrame({"article": article, "start": start, "end": end})
    for column in ("entry", "kind", "actor", "proxy", "pos", "head"):
        hits[column] = names[column].to_numpy()[pattern]
    hits["proxy"] = hits["proxy"].eq("1").astype("int64")
    hits["end"] = end = [_through_marks(texts[a], e) for a, e in zip(article, end, strict=True)]
    ids = ok["article_id"].to_numpy()
    hits["article_id"] = ids[article] if len(hits) else pd.Series(dtype="str")
    hits["surface"] = [texts[a][s:e] for a, s, e in zip(article, start, end, strict=True)]
    hits["unit"] = _unit_of(hits, units)
    hits = hits[(hits["kind"] != "none") & (hits["unit"] > 0)]
    columns = [*tables.empty("mentions").columns, "pos", "head"]
    return hits[columns].sort_values(["article_id", "start"], kind="stable", ignore_index=True)


def _through_marks(text: str, end: int) -> int:
    """The end of a span with the short vowels that stand on its last letter."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _blocks(texts: list[str]):
    """Runs of article numbers whose texts together fill a block."""
    block, size = [], 0
    for i, text in enumerate(texts):
        block.append(i)
        size += len(text)
        if size >= BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _scan(texts: list[str], numbers: list[int]) -> np.ndarray:
    """Rows (article, start, end, pattern) for one block; positions count from the start of each article."""
    automaton, _ = _matcher()
    folded, places = fold_map("\n\n".join(texts))
    letters = np.frombuffer(folded.encode("utf-32-le"), dtype=np.uint32)
    # Quotation marks go, so that تنظيم «داعش» and ل"داعش" read like the plain name.
    kept = np.flatnonzero(letters != ord('"'))
    letters, places = letters[kept], np.append(places[kept], places[-1])
    folded = letters.tobytes().decode("utf-32-le")
    hits = automaton.find_matches_as_indexes(folded, overlapping=True)
    if not hits:
        return np.empty((0, 4), dtype=np.int64)
    pattern, start, end = np.array(hits, dtype=np.int64).T
    inside = np.append(_is_word(letters), False)
    index = np.arange(len(inside))
    left = np.maximum.accumulate(np.where(inside, -1, index))  # last break at or before
    right = np.minimum.accumulate(np.where(inside, len(inside), index)[::-1])[::-1]  # first break at or after
    word_start = np.where(start > 0, left[start - 1] + 1, 0)
    whole = (right[end] == end) & (start - word_start <= 2)
    pattern, start, end, word_start = pattern[whole], start[whole], end[whole], word_start[whole]
    fronts = np.array([folded[a:b] in _FRONTS for a, b in zip(word_start, start, strict=True)], dtype=bool)
    pattern, start, end = pattern[fronts], start[fronts], end[fronts]
    longest = _longest(start, end)
    pattern, start, end = pattern[longest], start[longest], end[longest]
    first, last = places[start], places[end - 1] + 1
    offsets = np.cumsum([0, *(len(text) + 2 for text in texts)])
    local = np.searchsorted(offsets, first, side="right") - 1
    return np.column_stack([np.array(numbers)[local], first - offsets[local], last - offsets[local], pattern])


def _is_word(letters: np.ndarray) -> np.ndarray:
    """True for letters and digits of folded text (no marks are left in it)."""
    arabic = (letters >= 0x621) & (letters <= 0x64A) | (letters >= 0x671) & (letters <= 0x6D3)
    latin = (letters >= ord("a")) & (letters <= ord("z")) | (letters >= ord("0")) & (letters <= ord("9"))
    return arabic | latin


def _longest(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Numbers of the hits to keep: from left to right, the longest that overlaps none kept before."""
    kept, covered = [], -1
    for i in np.lexsort((-end, start)):
        if start[i] >= covered:
            kept.append(i)
            covered = end[i]
    return np.array(kept, dtype=np.int64)


def _unit_of(hits: pd.DataFrame, units: pd.DataFrame) -> np.ndarray:
    """For each hit the number of the unit it lies in, 0 where it lies in none; one search over all articles."""
    if hits.empty or units.empty:
        return np.zeros(len(hits), dtype=np.int64)
    owner, ids = pd.factorize(units["article_id"])
    article = pd.Index(ids).get_indexer(hits["article_id"])
    # Places of all articles on one line, each article behind the other.
    reach = int(max(units["end"].max(), hits["end"].max())) + 1
    starts = owner * reach + units["start"].to_numpy()
    order = np.argsort(starts, kind="stable")
    at = np.searchsorted(starts[order], article * reach + hits["start"].to_numpy(), side="right") - 1
    own = order[np.maximum(at, 0)]
    inside = (article >= 0) & (at >= 0) & (owner[own] == article)
    inside &= hits["end"].to_numpy() <= units["end"].to_numpy()[own]
    return np.where(inside, units["unit"].to_numpy()[own], 0)


def _about_isis(mentions: list[dict]) -> bool:
    """ISIS is named, or "the organisation" beside an actor, gunmen or terrorists where no other organisation is."""
    kinds = {mention["kind"] for mention in mentions}
    organisations = {mention["kind"] for mention in mentions if mention["head"] == "organisation"}
    return "isis" in kinds or (bool(kinds & {"actor", "adversary"}) and organisations == {"definite"})


def _default(mention: dict, mentions: list[dict]) -> dict | None:
    """What a class of definite noun means in an article about ISIS that names nobody else of that class.

    The coalition is the US-led one (codebook rule 15), the organisation ISIS, also where the article speaks of an
    actor, gunmen or terrorists and names no other organisation; the army and the Guard are the Syrian and the Iranian
    one where that state is named. Where neither it nor, so far, a third state or army is, "the army" is the home army,
    which for outlets of this war is the Syrian one.
    """
    meant = DEFAULTS.get(mention["head"])
    if meant is None:
        return None
    entry, kind, actor = meant
    known = [(m["kind"], m["actor"]) for m in mentions if m["head"] == mention["head"] and m["kind"] != "definite"]
    if any(party != (kind, actor) for party in known):
        return None
    if not _about_isis(mentions):
        return None
    if mention["head"] in ("army", "guard") and not any(m["actor"] == actor for m in mentions):
        # "The forces" and "the Guard" may be anybody's.
        so_far = [m for m in mentions if m["unit"] <= mention["unit"]]
        foreign = any(m["kind"] == "other" and m["head"] in ("army", "state") for m in so_far)
        if foreign or "جيش" not in mention["surface"]:
            return None
    return {**mention, "entry": entry, "kind": kind, "actor": actor, "proxy": 0}


def resolve(mentions: list[dict]) -> list[dict]:
    """Give every definite noun of one article the party that it stands for.

    `mentions` are the rows of one article in order. A definite noun takes entry, kind, actor and proxy of the last
    party before it whose `head` names the same class (الجيش looks for an army); where none was named within
    `REACH` units it is dropped, but for the coalition (`_default`). Nothing is resolved from later units (codebook
    rule 3).
    """
    last: dict[str, dict] = {}
    resolved = []
    for mention, behind in zip(mentions, [*mentions[1:], None], strict=True):
        if mention["head"] == "men" and behind is not None and behind["start"] - mention["end"] <= len(_OF):
            continue  # جنود من الفرقة: whose soldiers they are is said
        if mention["kind"] == "definite":
            before = last.get(mention["head"]) or _default(mention, mentions)
            if before is None or mention["unit"] - before["unit"] > REACH:
                continue
            mention = {**mention, **{key: before[key] for key in ("entry", "kind", "actor", "proxy")}, "definite": True}
        if mention["head"]:
            last[mention["head"]] = mention
        if mention["head"] in ARMED and mention["pos"] != "nisba":
            last["men"] = mention
        resolved.append(mention)
    return resolved
