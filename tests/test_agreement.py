"""Agreement of two coders, against the package krippendorff, hand-worked fractions and the measure of the gold sets."""

import re
import subprocess
import sys
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing import coding, reading
from framing.measuring import Resampling, agreement, disagreements
from framing.measuring.agreement import alpha_of

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
UNITS = pd.DataFrame(
    {"article_id": ["a", "a", "b"], "unit": [1, 2, 1], "kind": "body", "start": [0, 5, 0], "end": [4, 9, 4]}
)


def codes(coder: str, *rows: tuple) -> pd.DataFrame:
    names = ["article_id", "unit", "actor", "role", "proxy", "modality", "voice"]
    return pd.DataFrame(rows, columns=names).assign(coder=coder, start=0, end=4, rule="")


HAND = codes(
    "hand",
    ("a", 1, "us", "sponsor", 0, "asserted", "outlet"),
    ("a", 2, "us", "sponsor", 0, "hedged", "source"),
    ("b", 1, "iran", "target", 1, "asserted", "outlet"),
)
MACHINE = codes(
    "rules",
    ("a", 1, "us", "sponsor", 0, "asserted", "outlet"),
    ("a", 2, "us", "sponsor", 0, "asserted", "source"),
    ("a", 2, "russia", "opponent", 0, "asserted", "source"),
)


def test_fractions_worked_out_by_hand():
    found = agreement(HAND, MACHINE, UNITS).set_index("variable")
    assert found.loc["presence", ["n", "precision", "recall", "f1"]].tolist() == pytest.approx([4, 2 / 3, 2 / 3, 2 / 3])
    assert found.loc["role sponsor", ["precision", "recall", "f1"]].tolist() == [1, 1, 1]
    assert found.loc["actor iran", "recall"] == 0
    assert np.isnan(found.loc["actor iran", "precision"])
    assert np.isnan(found.loc["role colluder", "f1"])
    # 60 cells, two set by both, one by each alone: 1 - 119 * 2 * 2 / (2 * 6 * 114) by the coincidences.
    assert found.loc["presence", "alpha"] == pytest.approx(1 - 119 * 4 / (2 * 6 * 114))
    assert found.loc["modality", "n"] == 2
    assert np.isnan(found.loc["proxy", "alpha"])


@given(st.lists(st.lists(st.integers(0, 9), min_size=9, max_size=9), min_size=1, max_size=5))
def test_alpha_agrees_with_the_package(counts):
    tables = np.array(counts, dtype=float).reshape(-1, 3, 3)
    for table, own in zip(tables, alpha_of(tables), strict=True):
        pairs = [(i, j) for i in range(3) for j in range(3) for _ in range(int(table[i, j]))]
        if len({value for pair in pairs for value in pair}) < 2:
            assert np.isnan(own)
        else:
            assert own == pytest.approx(krippendorff.alpha(np.array(pairs).T, level_of_measurement="nominal"))


def test_swapping_the_coders_swaps_precision_and_recall():
    there, back = (agreement(*pair, UNITS).set_index("variable") for pair in ((HAND, MACHINE), (MACHINE, HAND)))
    pd.testing.assert_series_equal(there["precision"], back["recall"], check_names=False)
    pd.testing.assert_frame_equal(
        there[["alpha", "f1", "f1_low", "f1_high"]], back[["alpha", "f1", "f1_low", "f1_high"]]
    )


def test_seeds_reproduce_and_inputs_are_not_touched():
    before = HAND.copy(), MACHINE.copy()
    settings = Resampling(seed=3)
    pd.testing.assert_frame_equal(agreement(HAND, MACHINE, UNITS, settings), agreement(HAND, MACHINE, UNITS, settings))
    pd.testing.assert_frame_equal(HAND, before[0])
    pd.testing.assert_frame_equal(MACHINE, before[1])


def test_several_coders_are_refused():
    with pytest.raises(ValueError, match="hand, rules"):
        agreement(pd.concat([HAND, MACHINE]), MACHINE, UNITS)


def test_f1_is_that_of_the_measure_beside_the_gold_codes(tmp_path):
    gold = SHARED / "gold"
    if not (gold / "score.py").is_file():
        pytest.skip("the folder with the hand codes of the original articles is not here")
    articles, units = reading.read_jsonl(gold / "seeds.jsonl")
    machine = coding.code(articles, units)[1]
    machine.to_csv(tmp_path / "machine.csv", index=False)
    hand = pd.read_csv(gold / "codes.csv").assign(coder="hand", start=0, end=1, rule="")
    command = [sys.executable, gold / "score.py", gold / "codes.csv", tmp_path / "machine.csv"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    scores = re.findall(r"^(role \w+|actor \w+|all) +P ([\d.]+|nan)  R ([\d.]+)  F1 ([\d.]+)", printed, re.M)
    found = agreement(hand, machine, units).set_index("variable")
    assert len(scores) == 10
    for name, precision, recall, f1 in scores:
        row = found.loc["presence" if name == "all" else name]
        assert [f"{row[column]:.3f}" for column in ("precision", "recall", "f1")] == [precision, recall, f1]


def test_disagreements_are_missed_added_or_other_values():
    found = disagreements(HAND, MACHINE)
    assert found[["article_id", "unit", "actor", "difference", "coder"]].to_dict("split")["data"] == [
        ["a", 2, "russia", "added", "rules"],
        ["a", 2, "us", "modality asserted for hedged", "rules"],
        ["b", 1, "iran", "missed", "hand"],
    ]


def test_two_alike_coders_do_not_disagree():
    assert disagreements(HAND, HAND.assign(coder="rules")).empty


def test_without_hand_codes_every_score_is_undefined():
    found = agreement(HAND.head(0), MACHINE.head(0), UNITS.head(0))
    assert found.drop(columns=["coder_a", "coder_b", "variable", "n"]).isna().all(axis=None)
    assert found["n"].eq(0).all()
    assert disagreements(HAND.head(0), MACHINE).empty
