"""The files that hold rows: CSV, and the tables of articles (JSONL, CSV, Parquet) with an article a row."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pandas as pd

from framing import tables
from framing.reading.pages import decode

ROWS = (".jsonl", ".csv", ".parquet")
_READ = ("article_id", "outlet_id", "title", "text", "published", "date_source", "url")


def reason(error: Exception) -> str:
    """What went wrong, on one short line."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return " ".join(str(getattr(error, "strerror", None) or error).split())[:160]


def read_csv(path: Path) -> pd.DataFrame:
    """A CSV file as text columns; what separates them, a comma, semicolon or tab, is what the first line has most of.

    The index, `line`, is the line of the file on which a row begins. Raises `ValueError` naming the file.
    """
    try:
        text = decode(path.read_bytes()).lstrip("\r\n")
        separator = max(",;\t", key=text.partition("\n")[0].count)
        # Empty lines are read and dropped below, so that the lines can be counted.
        table = pd.read_csv(StringIO(text), sep=separator, dtype=str, keep_default_na=False, skip_blank_lines=False)
        if not isinstance(table.index, pd.RangeIndex):
            raise ValueError("its rows have more fields than its first line has names")
    except (ValueError, OSError) as error:
        raise ValueError(f"{path} cannot be read as CSV: {reason(error)}") from error
    table = table.fillna("").rename(columns=str.strip)
    breaks = sum((table[column].str.count("\n").astype("int64") for column in table), pd.Series(0, table.index))
    table.index = pd.Index(table.index + 2 + breaks.cumsum() - breaks, dtype="int64", name="line")
    return table[(table != "").any(axis=1)]


def rows(path: Path) -> tuple[int, Iterator[tuple[str, int, dict | str]]]:
    """The articles of a .csv, .parquet or JSONL file: how many there are at most, and for each (place, number, row).

    `place` is its line ("line 3") or row in the file and `number` counts from 1. `row` has the columns of the file,
    or is the reason why there is none. Raises `ValueError` where the file cannot be read at all or has no text.
    """
    if path.suffix.lower() == ".csv":
        table = read_csv(path)
    elif path.suffix.lower() != ".parquet":
        return _count_lines(path), _json_rows(path)
    else:
        try:
            table = pd.read_parquet(path).reset_index(drop=True).rename_axis("row")
        except (ValueError, OSError) as error:
            raise ValueError(f"{path} cannot be read as Parquet: {reason(error)}") from error
        table.index += 1
    tables.require(table, ("text",), path)
    table = table[[column for column in _READ if column in table.columns]].astype(object)
    table = table.where(table.notna(), None)
    found = zip(table.index, table.to_dict("records"), strict=True)
    name = table.index.name
    return len(table), ((f"{name} {place}", number, row) for number, (place, row) in enumerate(found, start=1))


def _count_lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {reason(error)}") from error


def _json_rows(path: Path) -> Iterator[tuple[str, int, dict | str]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield f"line {number}", number, _json_row(line)


def _json_row(line: bytes) -> dict | str:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "it is not UTF-8: save the file as UTF-8"
    except json.JSONDecodeError as error:
        return f"no valid JSON ({error.msg} at column {error.colno})"
    except (ValueError, RecursionError):
        return "no JSON that can be read: a number is too long or the brackets too deep"
    return row if isinstance(row, dict) else "it is no object: give one JSON object a line"
