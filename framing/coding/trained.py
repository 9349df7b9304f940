"""Reads the files of weights that `framing.coding.train` makes."""

from pathlib import Path

import numpy as np
import pandas as pd


def read_weights(file: Path, key: str, columns: tuple[str, ...]) -> dict[str, tuple[float, ...]]:
    """Read a file of weights by key; raises `ValueError` naming file, row and column where it is not one."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
    if tuple(table.columns) != (key, *columns):
        raise ValueError(f"{file.name}: its columns must be {key}, {', '.join(columns)}")
    if table.empty:
        raise ValueError(f"{file.name}: it has no rows; make it anew with python -m framing.coding.train")
    numbers = table[list(columns)].apply(pd.to_numeric, errors="coerce")
    wrong = [(row, column) for column in columns for row in table.index[~np.isfinite(numbers[column])]]
    if wrong:
        row, column = wrong[0]
        raise ValueError(f"{file.name}, row {row + 2}, column {column}: {table.loc[row, column]!r} is no number")
    if table[key].duplicated().any():
        row = table.index[table[key].duplicated()][0]
        raise ValueError(f"{file.name}, row {row + 2}, column {key}: {table.loc[row, key]!r} stands there twice")
    return dict(zip(table[key], numbers.itertuples(index=False, name=None), strict=True))
