"""The Arabic layer: letter forms, clitics and normal forms, each from text to text.

Three decisions, and what they cost:

- `fold` makes spellings of one word alike: short vowels, tatweel and invisible direction marks go, hamza carriers,
  alif maqsura and teh marbuta take their plain letter, quotation marks, dashes and digits of any script become
  one kind, Latin letters small. It also makes some different words alike (على and علي); word lists are
  folded the same way, so they are written in ordinary spelling.
- The text itself is never changed. `fold_map` says for every folded character where it stood.
- A word is split by closed lists of what can be written onto it (`PROCLITICS`, `SUFFIXES`), never by guessing:
  `splits` gives every way to read it, and the word list decides.
"""

import re
from functools import lru_cache

import numpy as np
import Stemmer
from pyarabic import araby

# Unicode ranges that carry no letter: Quranic signs, harakat, superscript alif, tatweel, zero-width and
# direction marks. A page copied from the web can hold any of them inside a word.
_DROPPED = [
    *range(0x610, 0x61B),
    *range(0x64B, 0x660),
    0x670,
    *range(0x6D6, 0x6DD),
    *range(0x6DF, 0x6E5),
    *range(0x6E7, 0x6E9),
    *range(0x6EA, 0x6EE),
    0x640,
    0xAD,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x206A),
    0xFEFF,
]
_ALIKE = {
    araby.ALEF: "أإآٱ",
    araby.YEH: "ىئیې",
    araby.HEH: "ةۀہھە",
    araby.WAW: "ؤ",
    araby.KAF: "ک",
    '"': "“”„‟«»‹›″＂❝❞",
    "'": "‘’‚‛′`",
    "-": "‐‑‒–—―−",
    " ": "\t\r\v\f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "...": "…",
}


def _table() -> np.ndarray:
    table = np.arange(0x10000, dtype=np.uint32)
    for plain, variants in _ALIKE.items():
        for variant in variants:
            table[ord(variant)] = ord(plain[0])
    for zero in (0x660, 0x6F0):
        table[zero : zero + 10] = np.arange(ord("0"), ord("9") + 1)
    table[ord("A") : ord("Z") + 1] += 32
    table[_DROPPED] = 0
    return table


_FOLD = _table()


def fold_map(text: str) -> tuple[str, np.ndarray]:
    """Fold `text` and say where each folded character stood.

    Returns the folded text and an array one longer than it: position i of the folded text stands at code point
    `places[i]` of `text`, and the last entry is `len(text)`.

    >>> folded, places = fold_map("دَا.عــش قال")
    >>> folded, places.tolist()
    ('دا.عش قال', [0, 2, 3, 4, 7, 8, 9, 10, 11, 12])
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    # Beyond the basic plane there are emoji and rare scripts; they stand for themselves as a placeholder.
    folded = _FOLD[np.where(points < 0x10000, points, 0xFFFD)]
    kept = np.flatnonzero(folded)
    return folded[kept].tobytes().decode("utf-32-le", "replace"), np.append(kept, len(text))


@lru_cache(maxsize=1 << 15)
def fold(text: str) -> str:
    """The normal form of `text`.

    >>> fold("الأميركيّةُ – «دا عـــش» ٥٥")
    'الاميركيه - "دا عش" 55'
    """
    return fold_map(text)[0]


# What can be written in front of a word: conjunction, then preposition, then article; the future س before verbs.
PROCLITICS = tuple(
    dict.fromkeys(
        conjunction + rest
        for conjunction in ("", "و", "ف")
        for rest in ("", "ب", "ل", "ك", "س", "ال", "بال", "كال", "لل")
    )
)
# What can be written behind it: possessive and object pronouns, and the bare alif of the indefinite accusative.
SUFFIXES = ("", "ه", "ها", "هم", "هما", "هن", "نا", "كم", "ك", "ي", "ني", "ا")
PRONOUNS = {"ه", "ها", "هم", "هما", "هن"}
# "Our" on a noun means the speaker's.
OURS = "نا"

_WORD = re.compile(r"[^\W_]+(?:[.][^\W_]+)*", re.UNICODE)


def words(folded: str) -> list[tuple[str, int, int]]:
    """The words of folded text with their positions in it; digits are words, punctuation is not.

    >>> words(fold("قال: ٥٥ كم"))
    [('قال', 0, 3), ('55', 5, 7), ('كم', 8, 10)]
    """
    return [(match[0], match.start(), match.end()) for match in _WORD.finditer(folded)]


@lru_cache(maxsize=1 << 16)
def splits(word: str) -> tuple[tuple[str, str, str], ...]:
    """Every way to read a folded word as proclitics, stem and suffix, the stem at least two letters; whole word first.

    Before a suffix teh marbuta is written as ت and alif maqsura as ا; such a stem is given in both spellings.

    >>> splits("وقصفه")
    (('', 'وقصفه', ''), ('و', 'قصفه', ''), ('', 'وقصف', 'ه'), ('و', 'قصف', 'ه'))
    >>> splits("غارته")[1:]
    (('', 'غارت', 'ه'), ('', 'غاره', 'ه'))
    """
    found = []
    fronts = [front for front in PROCLITICS if word.startswith(front)]
    for back in filter(word.endswith, SUFFIXES):
        for front in fronts:
            stem = word[len(front) : len(word) - len(back)]
            if len(stem) < 2:
                continue
            found.append((front, stem, back))
            if back and stem.endswith("ت"):
                found.append((front, stem[:-1] + "ه", back))
            if back in PRONOUNS and stem.endswith("ا"):
                found.append((front, stem[:-1] + "ي", back))
    return tuple(found)


_ALPHABETIC = np.array([chr(point).isalpha() for point in range(0x10000)])
_ARABIC = _ALPHABETIC & (np.arange(0x10000) >= 0x600) & (np.arange(0x10000) < 0x700)


def share_arabic(text: str) -> float:
    """The share of letters that are Arabic; 0 for a text without letters.

    >>> share_arabic("SY24 قال")
    0.6
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    points = points[points < 0x10000]
    letters = int(_ALPHABETIC[points].sum())
    return int(_ARABIC[points].sum()) / letters if letters else 0.0


_STEMMER = Stemmer.Stemmer("arabic")
_WEAK = re.compile("[اويء]")


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """The stem of a folded word by the Snowball stemmer for Arabic.

    >>> stem("وقصفت"), stem("المسلحين")
    ('قصف', 'مسلح')
    """
    return _STEMMER.stemWord(word)


@lru_cache(maxsize=1 << 17)
def skeleton(word: str) -> str:
    """The stem without its weak letters, which come and go with the pattern of a word.

    >>> skeleton("يقاتلون"), skeleton("مقاتل"), skeleton("قتال")
    ('قتل', 'مقتل', 'قتل')
    """
    strong = _WEAK.sub("", stem(word))
    return strong if len(strong) > 1 else stem(word)
