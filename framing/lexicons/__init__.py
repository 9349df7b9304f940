"""The word lists, and how a line of them becomes the spellings that stand in a text.

Every list is a CSV file beside this module that a linguist can edit: one row a form, with an English gloss and a
source or reason. Forms are written in ordinary spelling; the code folds them (`framing.arabic.fold`), so spelling
noise needs no entry. Two marks save repetition: `(ال)روسي` is with or without the bracketed part, and
`[أميركي/أمريكي]` is one of the alternatives. What is written onto a word (و ب ل ك ف, and ال where the form itself
has none of its own) needs no entry either.

| file | columns | a row says |
| --- | --- | --- |
| actors.csv | form, entry, kind, actor, proxy, pos, head, gloss, source | which party a name means |
| acts.csv | form, kind, pos, future, subject, genitive, patient, agent, gloss, source | which act, and its sides |
| kinds.csv | kind, family, role, negated, gloss, source | the role that a kind of act gives, and its negation |
| cues.csv | form, kind, pos, future, complement, gloss, source | what moves modality and voice |
| grammar.csv | form, kind, value, gloss, source | prepositions, clause openers, agent markers |
| furniture.csv | form, kind, effect, gloss, source | what on a page is not the article |

A verb (`pos` verb) is listed once as its vowelled lemma, with the vowel of its present (`future`) where it has
three letters; libqutrub gives the forms of the third person, active apart from passive.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
from libqutrub import mosaref_main

from framing import tables
from framing.arabic import fold, splits

FOLDER = Path(__file__).parent
COLUMNS = {
    "actors": ("form", "entry", "kind", "actor", "proxy", "pos", "head", "gloss", "source"),
    "acts": ("form", "kind", "pos", "future", "subject", "genitive", "patient", "agent", "gloss", "source"),
    "kinds": ("kind", "family", "role", "negated", "gloss", "source"),
    "cues": ("form", "kind", "pos", "future", "complement", "gloss", "source"),
    "grammar": ("form", "kind", "value", "gloss", "source"),
    "furniture": ("form", "kind", "effect", "gloss", "source"),
}


# Closed lists of values; what a linguist mistypes must not silently code nothing.
CHOICES = {
    "actors": {
        "kind": ("actor", "isis", "other", "adversary", "definite", "none"),
        "actor": ("", *tables.ACTORS),
        "proxy": ("0", "1"),
        "pos": ("noun", "nisba", "person"),
    },
    "acts": {
        "pos": ("verb", "noun", "participle", "phrase"),
        "future": ("", "فتحة", "ضمة", "كسرة"),
        "subject": ("", "agent", "patient"),
        "genitive": ("", "agent", "patient", "agent?", "patient?"),
    },
    "kinds": {
        "role": ("", *tables.ROLES),
        "negated": ("", "denied", "bystander"),
    },
    "cues": {
        "kind": (
            *(
                "report",
                "source",
                "according",
                "opener",
                "hedge",
                "inference",
                "proof",
                "denial",
                "negator",
                "rhetorical",
            ),
            *("pretext", "fee", "despite", "restriction", "wish", "shift"),
        ),
        "pos": ("verb", "word"),
        "future": ("", "فتحة", "ضمة", "كسرة"),
    },
    "grammar": {
        "kind": (
            *("preposition", "agent", "joint", "lead", "backed", "relative", "complementizer", "boundary", "purpose"),
            *(
                "apposition",
                "control",
                "office",
                "theirs",
                "quantity",
                "member",
                "force",
                "thing",
                "time",
                "feminine",
                "homograph",
                "beside",
            ),
        )
    },
}


@cache
def read(name: str) -> pd.DataFrame:
    """The word list `name` as text columns; raises `ValueError` naming file, row and column where one is wrong."""
    path = FOLDER / f"{name}.csv"
    words = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    if tuple(words.columns) != COLUMNS[name]:
        raise ValueError(f"{path.name}: its columns must be {', '.join(COLUMNS[name])}")
    for column in (COLUMNS[name][0], "gloss", "source"):
        if (words[column].str.strip() == "").any():
            row = words.index[words[column].str.strip() == ""][0] + 2
            raise ValueError(f"{path.name}, row {row}, column {column}: is empty; every entry needs one")
    choices = dict(CHOICES.get(name, {}))
    if name == "acts":
        choices["kind"] = tuple(read("kinds")["kind"].unique())
    for column, allowed in choices.items():
        wrong = ~words[column].isin(allowed)
        if wrong.any():
            row, value = words.index[wrong][0] + 2, words.loc[wrong, column].iloc[0]
            raise ValueError(f"{path.name}, row {row}, column {column}: {value!r} is not one of {', '.join(allowed)}")
    return words


def spellings(form: str) -> list[str]:
    """The folded spellings that a form of a word list stands for.

    >>> spellings("(ال)[روسي/روسية] جدا")
    ['روسي جدا', 'روسيه جدا', 'الروسي جدا', 'الروسيه جدا']
    """
    parts = re.split(r"(\([^()]*\)|\[[^\[\]]*\])", form)
    found = [""]
    for part in parts:
        if part.startswith("("):
            choices = ["", part[1:-1]]
        elif part.startswith("["):
            choices = part[1:-1].split("/")
        else:
            choices = [part]
        found = [start + choice for start in found for choice in choices]
    return list(dict.fromkeys(" ".join(fold(one).replace('"', "").split()) for one in found))


_ACTIVE = ("الماضي المعلوم", "المضارع المعلوم", "المضارع المجزوم", "المضارع المنصوب")
_PASSIVE = ("الماضي المجهول", "المضارع المجهول", "المضارع المجهول المجزوم", "المضارع المجهول المنصوب")
_PERSONS = ("هو", "هي", "هما", "هما مؤ", "هم", "هن")
_DUAL = ("هما", "هما مؤ")


@cache
def conjugate(lemma: str, future: str) -> dict[str, frozenset[str]]:
    """The folded third-person forms of a vowelled verb, each with the voices it can be read in.

    `future` is the vowel of the second radical in the present (فتحة, ضمة, كسرة; empty for longer verbs). Words
    behind the verb stay behind each form. A past passive differs from its active only in vowels where the verb is
    sound, so most forms can be either; the sentence decides. A form of up to three letters that only the jussive has
    is marked `jussive` besides.

    >>> sorted(conjugate("هَاجَمَ", "")["هوجم"]), sorted(conjugate("قَصَفَ", "كسرة")["قصف"])
    (['passive'], ['active', 'passive'])
    """
    verb, *rest = lemma.split(" ")
    table = mosaref_main.do_sarf(verb, future or "فتحة", transitive=True, display_format="DICT")
    forms: dict[str, set[str]] = {}
    full: set[str] = set()
    for voice, tenses in (("active", _ACTIVE), ("passive", _PASSIVE)):
        if voice == "passive" and verb.startswith("تَوَ"):
            # libqutrub 1.2.4 drops the و of توقّف in the passive, which gives the common تقف.
            continue
        for tense in tenses:
            for person, form in table.get(tense, {}).items():
                # A dual in ا is written like an indefinite accusative (أثرا), which is far commoner in news.
                if person in _PERSONS and form and not (person in _DUAL and fold(form).endswith("ا")):
                    forms.setdefault(" ".join([fold(form), *map(fold, rest)]), set()).add(voice)
                    if "المجزوم" not in tense:
                        full.add(" ".join([fold(form), *map(fold, rest)]))
    for form in forms.keys() - full:
        if len(form) < 4:
            forms[form].add("jussive")
    return {form: frozenset(voices) for form, voices in forms.items()}


class Phrases:
    """Finds forms in a list of folded words, with whatever is written onto their first and last word.

    `add(form, value)` takes a folded form of one or more words. `at(words, i)` gives every reading at word i as
    (front, length, back, value): proclitics, number of words, suffix, and the value, longest first. A form that
    begins with ال is matched behind ب ل ك too (للتنظيم), one without it never behind ال unless `article` is set.
    """

    def __init__(self) -> None:
        self._index: dict[str, list[tuple[bool, bool, tuple[str, ...], object]]] = {}
        # What a word can begin, kept from its first time on: a text uses few words often.
        self._begun: dict[str, list[tuple[str, str, tuple[str, ...], object]]] = {}

    def add(self, form: str, value: object, article: bool = False, verb: bool = False) -> None:
        """Add a folded form; `article` lets it stand behind ال as well, of a `verb` ال is no article (التزم)."""
        self._begun.clear()
        first, *rest = form.split(" ")
        definite = first.startswith("ال") and len(first) > 4 and not verb
        self._index.setdefault(first[2:] if definite else first, []).append((definite, article, tuple(rest), value))

    def at(self, words: list[str], i: int) -> list[tuple[str, int, str, object]]:
        """Every reading that begins at word `i`."""
        begun = self._begun.get(words[i])
        if begun is None:
            begun = self._begun[words[i]] = list(self._beginnings(words[i]))
        if not begun:
            return []
        found = []
        behind = words[i + 1] if i + 1 < len(words) else ""
        for front, back, rest, value in begun:
            if not rest:
                found.append((front, 1, back, value))
            elif behind.startswith(rest[0][:-1]) and (last := _tail(words, i + 1, rest)) is not None:
                found.append((front, 1 + len(rest), last, value))
        return sorted(found, key=lambda reading: (-reading[1], len(reading[0]) + len(reading[2])))

    def _beginnings(self, word: str) -> Iterator[tuple[str, str, tuple[str, ...], object]]:
        """Every form that a word may begin: what is written onto it in front and behind, the words that must follow
        (behind a suffix none can), and the value."""
        for front, stem, back in splits(word):
            behind_article = front.endswith(("ال", "لل"))
            for definite, article, rest, value in self._index.get(stem, ()):
                fits = definite == behind_article or (behind_article and article)
                if fits and not (rest and back):
                    yield front, back, rest, value


def _tail(words: list[str], i: int, rest: tuple[str, ...]) -> str | None:
    """The suffix on the last word if `words` from i on read `rest`, else None."""
    *middle, last = rest
    if words[i : i + len(middle)] != middle or i + len(middle) >= len(words):
        return None
    word = words[i + len(middle)]
    if word == last:
        return ""
    return next((back for front, stem, back in splits(word) if not front and stem == last), None)
