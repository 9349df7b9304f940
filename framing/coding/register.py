"""The register of a text: reports of the Syrian war, or the daily press far from it.

An outlet of the war gives somebody a part in almost every sentence; a Gulf newspaper names ISIS on every page and
rarely says who does what to it. The same words weigh differently in both, so the trained step is told which it reads.
`register.csv` holds for a folded word the logarithm of how much commoner it is in the newspapers of the
training sets than in their items and articles on the war, by units that hold it; the register of a text is the mean
over its words that are listed: below `unit.PRESS` for reports of the war, above it for the press.
`framing.coding.train` makes it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from framing.arabic import fold_map, words
from framing.coding.trained import read_weights

FILE = Path(__file__).with_name("register.csv")


@cache
def load() -> dict[str, float]:
    """The weight of every listed word; raises `ValueError` where the file is not one."""
    return {word: weight for word, (weight,) in read_weights(FILE, "word", ("weight",)).items()}


@contextmanager
def using(file: Path) -> Iterator[None]:
    """Take another file of weights for a while, as training does for the one it makes."""
    global FILE
    shipped, FILE = FILE, file
    load.cache_clear()
    try:
        yield
    finally:
        FILE = shipped
        load.cache_clear()


def weigh(text: str) -> tuple[int, float]:
    """How many words of a text are listed, and the sum of their weights."""
    weights = load()
    known = [weights[word] for word, _, _ in words(fold_map(text)[0]) if word in weights]
    return len(known), sum(known)
