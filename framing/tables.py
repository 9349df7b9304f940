"""The contract of every table that flows between the stages, and the function that checks it.

Every stage takes and returns plain DataFrames. A column name means the same thing everywhere: `start` and `end`
are code-point positions in `articles.text`, `unit` counts from 1 within its article, `share`, `low` and `high`
are fractions between 0 and 1.

>>> check(empty("codes"), "codes").columns.tolist()[:5]
['article_id', 'coder', 'unit', 'actor', 'role']
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

ACTORS = ("us", "russia", "iran", "syria")
ROLES = ("sponsor", "colluder", "bystander", "opponent", "target")
MODALITIES = ("asserted", "hedged", "denied")
VOICES = ("outlet", "source")
ALIGNMENTS = ("state-aligned", "opposition", "independent")
STATUSES = ("ok", "empty", "not_arabic", "duplicate", "error")
KINDS = ("headline", "subhead", "body")


@dataclass(frozen=True)
class Column:
    """One column: its type ("text", "integer" or "number"), its closed list of values if it has one,
    whether missing values are allowed and, for text, whether it may be empty."""

    name: str
    type: str = "text"
    choices: tuple = ()
    missing: bool = False
    filled: bool = False


@dataclass(frozen=True)
class Table:
    """The columns of a table in order, and the columns that together name a row."""

    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _integer(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "integer") for name in names)


def _number(*names: str) -> tuple[Column, ...]:
    """Numbers that may be undefined: an undefined statistic is NaN, never 0."""
    return tuple(Column(name, "number", missing=True) for name in names)


_ARTICLE = Column("article_id", filled=True)
_OUTLET = Column("outlet_id", filled=True)
_UNIT = Column("unit", "integer")
_ACTOR = Column("actor", choices=ACTORS)
_ROLE = Column("role", choices=ROLES)
_SPAN = _integer("start", "end")
_RESAMPLING = (
    Column("resampled", choices=("articles", "units")),
    *_number("level"),
    *_integer("replicates", "seed"),
)

TABLES = {
    "outlets": Table(
        ("outlet_id",),
        (
            _OUTLET,
            Column("name", filled=True),
            Column("name_ar"),
            Column("alignment", choices=ALIGNMENTS),
            *_text("country", "note"),
            Column("source", filled=True),
        ),
    ),
    "articles": Table(
        ("article_id",),
        (
            _ARTICLE,
            _OUTLET,
            *_text("published", "date_source", "url", "title", "text"),
            Column("status", choices=STATUSES),
            *_text("reason", "sha256"),
        ),
    ),
    "units": Table(("article_id", "unit"), (_ARTICLE, _UNIT, Column("kind", choices=KINDS), *_SPAN)),
    "mentions": Table(
        ("article_id", "unit", "start", "end", "entry"),
        (
            _ARTICLE,
            _UNIT,
            *_SPAN,
            Column("entry", filled=True),
            Column("kind", choices=("actor", "isis", "other", "adversary", "label")),
            Column("actor", choices=("", *ACTORS)),
            Column("proxy", "integer", choices=(0, 1)),
            Column("surface", filled=True),
        ),
    ),
    "codes": Table(
        ("article_id", "coder", "unit", "actor", "role"),
        (
            _ARTICLE,
            Column("coder", filled=True),
            _UNIT,
            _ACTOR,
            _ROLE,
            Column("proxy", "integer", choices=(0, 1)),
            Column("modality", choices=MODALITIES),
            Column("voice", choices=VOICES),
            *_SPAN,
            Column("rule"),
        ),
    ),
    "profile": Table(
        ("outlet_id", "actor", "role"),
        (
            _OUTLET,
            _ACTOR,
            _ROLE,
            *_integer("n", "n_units"),
            *_number("share", "low", "high"),
            *_integer("n_articles"),
            *_RESAMPLING,
        ),
    ),
    "agreement": Table(
        ("coder_a", "coder_b", "variable"),
        (
            *_text("coder_a", "coder_b", "variable"),
            *_integer("n"),
            *_number("alpha", "low", "high", "precision", "recall", "f1", "f1_low", "f1_high"),
        ),
    ),
    "contrast": Table(
        ("actor", "role"),
        (
            _ACTOR,
            _ROLE,
            *_text("group_a", "group_b"),
            *_integer("outlets_a", "outlets_b"),
            *_number("share_a", "share_b", "difference", "low", "high", "p", "smallest_p"),
            *_RESAMPLING,
        ),
    ),
}


def check(df: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return `df` with the columns of table `name` first and in order, or say what is wrong with it.

    Further columns are kept behind. Raises `ValueError` that names the table, the column and the first wrong row
    and value: a missing column, a type that does not fit, a value outside a closed list, a repeated key. A row goes by
    its index label, and by the name of the index where it has one (`line 2`).

    >>> check(pd.DataFrame({"article_id": ["a"], "unit": [1], "kind": ["poem"], "start": [0], "end": [3]}), "units")
    Traceback (most recent call last):
        ...
    ValueError: table units, row 0, column kind: 'poem' is not one of headline, subhead, body
    """
    table = TABLES[name]
    names = [column.name for column in table.columns]
    require(df, names, f"table {name}")
    for column in table.columns:
        _check_column(df[column.name], column, name)
    repeated = df.duplicated(list(table.key))
    if repeated.any():
        row = df.index[repeated][0]
        values = ", ".join(f"{key}={df.loc[repeated, key].tolist()[0]!r}" for key in table.key)
        raise ValueError(f"table {name}, {df.index.name or 'row'} {row}: {values} is there twice")
    return df[[*names, *(column for column in df.columns if column not in names)]]


def require(df: pd.DataFrame, names: Sequence[str], where: object) -> None:
    """Raise `ValueError` that begins with `where` if `df` lacks one of the columns `names`.

    >>> require(pd.DataFrame({"unit": [1]}), ["unit", "proxy", "voice"], "codes.csv")
    Traceback (most recent call last):
        ...
    ValueError: codes.csv: columns proxy, voice are missing; it needs unit, proxy, voice
    """
    if absent := [name for name in names if name not in df.columns]:
        missing = f"columns {', '.join(absent)} are" if len(absent) > 1 else f"column {absent[0]} is"
        raise ValueError(f"{where}: {missing} missing; it needs {', '.join(names)}")


def _check_column(values: pd.Series, column: Column, table: str) -> None:
    def fail(wrong: pd.Series, why: str) -> None:
        if wrong.any():
            row, value = values.index[wrong][0], values[wrong].tolist()[0]
            place = f"{values.index.name or 'row'} {row}"
            raise ValueError(f"table {table}, {place}, column {column.name}: {value!r} {why}")

    if not column.missing:
        fail(values.isna(), "is missing")
    if column.type == "integer":
        if not pd.api.types.is_integer_dtype(values):
            fail(~values.map(_is_whole), "is not a whole number")
    elif column.type == "number":
        if not pd.api.types.is_numeric_dtype(values):
            fail(values.notna(), "is not a number")
    else:
        if not isinstance(values.dtype, pd.StringDtype):
            fail(~values.map(lambda value: isinstance(value, str)), "is not text")
        if column.filled:
            fail(values == "", "is empty")
    if column.choices:
        fail(~values.isin(column.choices), f"is not one of {', '.join(map(str, column.choices))}")


def _is_whole(value: object) -> bool:
    return not isinstance(value, bool) and hasattr(value, "__index__")


def empty(name: str) -> pd.DataFrame:
    """The table `name` without rows, its columns typed.

    >>> empty("units").dtypes.astype(str).tolist()
    ['str', 'int64', 'str', 'int64', 'int64']
    """
    types = {"text": "str", "integer": "int64", "number": "float64"}
    return pd.DataFrame({c.name: pd.Series(dtype=types[c.type]) for c in TABLES[name].columns})


def build(rows: list[dict], name: str) -> pd.DataFrame:
    """A checked table `name` from a list of rows, typed also where the list is empty.

    >>> build([{"article_id": "a", "unit": 1, "kind": "body", "start": 0, "end": 3}], "units").shape
    (1, 5)
    """
    return check(pd.DataFrame(rows), name) if rows else empty(name)
