"""The whole way from a corpus folder to its codes, for one call."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from framing import bundled, coding, reading

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Analysis:
    """What one corpus holds and what the coder makes of it; every field but `folder` is a table of its name.

    `codes` are those of the coder `coding.CODER`, `hand` are the hand codes in the corpus folder (may be empty).
    """

    folder: Path
    outlets: pd.DataFrame
    articles: pd.DataFrame
    units: pd.DataFrame
    mentions: pd.DataFrame
    codes: pd.DataFrame
    hand: pd.DataFrame


def analyse(corpus: Path | str | None = None, progress: Progress | None = None) -> Analysis:
    """Read and code a corpus folder; None is the embedded learning corpus.

    `progress(done, total)` is called while articles are read. Raises `ValueError` with one line that names the file
    and the way out where the folder cannot be used; single bad articles get a status row and the rest go on.
    """
    read = reading.read_corpus(Path(corpus) if corpus is not None else bundled("corpus"), progress=progress)
    mentions, codes = coding.code(read.articles, read.units)
    return Analysis(read.folder, read.outlets, read.articles, read.units, mentions, codes, read.codes)
