"""Contracts of the tables: each kind of fault is named with table, row, column and value."""

import pandas as pd
import pytest

from framing import tables

UNITS = pd.DataFrame({"article_id": ["a", "a"], "unit": [1, 2], "kind": ["headline", "body"], "start": [0, 5]})
UNITS["end"] = [4, 9]


def test_check_orders_columns_and_keeps_further_ones():
    mixed = UNITS.assign(extra=1)[["extra", "end", "unit", "kind", "article_id", "start"]]
    assert tables.check(mixed, "units").columns.tolist() == ["article_id", "unit", "kind", "start", "end", "extra"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"kind": ["headline", "poem"]},
            "table units, row 1, column kind: 'poem' is not one of headline, subhead, body",
        ),
        ({"unit": [1, 1]}, "table units, row 1: article_id='a', unit=1 is there twice"),
        ({"start": [0, 5.5]}, "table units, row 0, column start: 0.0 is not a whole number"),
        ({"article_id": ["a", None]}, "table units, row 1, column article_id"),
        ({"article_id": ["a", ""]}, "table units, row 1, column article_id: '' is empty"),
    ],
)
def test_check_names_the_fault(change, message):
    with pytest.raises(ValueError, match="^" + message.replace("(", r"\(")):
        tables.check(UNITS.assign(**change), "units")


def test_check_names_missing_columns():
    with pytest.raises(ValueError, match="table units: columns kind, end are missing; it needs"):
        tables.check(UNITS.drop(columns=["end", "kind"]), "units")
    with pytest.raises(ValueError, match="table units: column end is missing; it needs article_id, unit, kind"):
        tables.check(UNITS.drop(columns="end"), "units")


def test_check_calls_a_row_what_its_index_is_called():
    lines = UNITS.set_axis(pd.RangeIndex(2, 4, name="line"))
    with pytest.raises(ValueError, match="table units, line 3: article_id='a', unit=1 is there twice"):
        tables.check(lines.assign(unit=1), "units")
    with pytest.raises(ValueError, match="table units, line 2, column kind: 'poem'"):
        tables.check(lines.assign(kind="poem"), "units")


def test_check_does_not_touch_its_input():
    before = UNITS.copy()
    tables.check(UNITS, "units")
    pd.testing.assert_frame_equal(UNITS, before)


@pytest.mark.parametrize("name", tables.TABLES)
def test_empty_tables_pass_their_own_check(name):
    assert tables.check(tables.empty(name), name).empty
