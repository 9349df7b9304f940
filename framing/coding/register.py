"""The register of a text: reports of the Syrian war, or the daily press far from it.

An outlet of the war gives somebody a part in almost every sentence; a Gulf newspaper names ISIS on every page and
rarely says who does what to it. The same words weigh differently in both, so the trained step is told which it reads.
`register.csv` holds for a folded word the logarithm of how much commoner it is in the newspapers of the
training sets than in their items and articles on the war, by units that hold it; the register of a text is the mean
over its words that are listed: below 0 for reports of the war, above 0 for the press. `framing.coding.train` makes it.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from framing.arabic import fold, words

FILE = Path(__file__).with_name("register.csv")


@cache
def load() -> dict[str, float]:
    """The weight of every listed word; raises `ValueError` where the file has other columns."""
    table = pd.read_csv(FILE, keep_default_na=False, encoding="utf-8")
    if tuple(table.columns) != ("word", "weight"):
        raise ValueError(f"{FILE.name}: its columns must be word, weight")
    return dict(zip(table["word"], table["weight"], strict=True))


def weigh(text: str) -> tuple[int, float]:
    """How many words of a text are listed, and the sum of their weights."""
    weights = load()
    known = [weights[word] for word, _, _ in words(fold(text)) if word in weights]
    return len(known), sum(known)
