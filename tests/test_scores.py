"""The coder against hand codes, set by set, held by the floors in `floors.csv`.

A floor is raised when the coder has become better; lowering one takes an edit of that file. `held` and `later` were
never trained on: their scores say what the coder does on text that it does not know; `later` was written when the
coder stood, with actors left unnamed on purpose. The weights were trained on the other sets among
others, so their floors only guard what was learned. These and `dev` ship here and are the project's own text; the
scrapes and the newspapers are other people's and lie beside the checkout, if at all.
"""

import csv
import json
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from framing import coding, measuring, reading, tables
from framing.coding import coder

HERE = Path(__file__).parent
GOLD = HERE.parents[1] / "shared" / "gold"
HELD, LATER = ("arB", "woB", "wsB"), ("wo1", "ws2")
SETS = {
    **{
        name: (HERE / "held", tuple(f"{n}.jsonl" for n in names), tuple(f"{n}_codes.csv" for n in names), "")
        for name, names in (("held", HELD), ("later", LATER))
    },
    "dev": (HERE / "dev", ("dev_state.jsonl", "dev_opposition.jsonl"), ("dev_codes.csv",), ""),
    "seeds": (GOLD, ("seeds.jsonl",), ("codes.csv",), ""),
    "newspapers": (GOLD, ("newspapers.jsonl",), ("newspapers_codes.csv",), "newspapers_units.csv"),
}
FLOORS = list(csv.DictReader((HERE / "floors.csv").open(encoding="utf-8")))
SLACK = 0.02


def needs(name: str) -> Path:
    folder = SETS[name][0]
    if not folder.is_dir():
        pytest.skip(f"the hand codes of {name} are not beside this checkout")
    return folder


@cache
def coded(name: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Hand codes, machine codes and the units that count, of one set."""
    folder, files, codes, counted = SETS[name]
    parts = [reading.read_jsonl(folder / file) for file in files]
    articles, units = (pd.concat([part[i] for part in parts], ignore_index=True) for i in (0, 1))
    machine = coding.code(articles, units)[1]
    rows = [row for file in codes for row in csv.DictReader((folder / file).open(encoding="utf-8"))]
    blank = dict.fromkeys(machine.columns, "") | {"coder": "hand", "start": 0, "end": 0}
    hand = tables.build(
        [
            blank
            | {key: row[key] for key in ("actor", "role", "modality", "voice")}
            | {"article_id": row.get("article_id") or row["id"], "unit": int(row["unit"]), "proxy": int(row["proxy"])}
            for row in rows
        ],
        "codes",
    )
    if counted:
        keep = {(r["article_id"], int(r["unit"])) for r in csv.DictReader((folder / counted).open(encoding="utf-8"))}
        units = units[[pair in keep for pair in zip(units["article_id"], units["unit"], strict=True)]]
    return hand, machine, units


def f1_of_rules(name: str) -> float:
    """F1 of the roles that the rules find before anything is weighed; what was trained cannot hide a broken rule."""
    folder, files, _, _ = SETS[name]
    hand, _, units = coded(name)
    counted = set(zip(units["article_id"], units["unit"], strict=True))
    found = {
        (unit.unit["article_id"], unit.unit["unit"], finding.actor, finding.role)
        for file in files
        for text, own, resolved in coder.passages(*reading.read_jsonl(folder / file))
        for unit, _ in coder.read_article(text, own, resolved)
        for finding in unit.findings
    }
    found = {code for code in found if code[:2] in counted}
    by_hand = set(zip(hand["article_id"], hand["unit"], hand["actor"], hand["role"], strict=True))
    by_hand = {code for code in by_hand if code[:2] in counted}
    return 2 * len(found & by_hand) / (len(found) + len(by_hand))


@cache
def scores(name: str) -> dict[str, float]:
    """Precision, recall and F1 over all actors, the share of shared codes with the right value, and F1 by rules."""
    hand, machine, units = coded(name)
    presence = measuring.agreement(hand, machine, units, measuring.Resampling(replicates=100)).set_index("variable")
    found = presence.loc["presence", ["precision", "recall", "f1"]].to_dict()
    key = ["article_id", "unit", "actor", "role"]
    shared = hand.merge(machine, on=key, suffixes=("", "_machine")).merge(units[key[:2]], on=key[:2])
    for column in ("modality", "voice", "proxy"):
        found[column] = (shared[column] == shared[f"{column}_machine"]).mean()
    found["rules_f1"] = f1_of_rules(name)
    return found


@pytest.mark.parametrize("floor", FLOORS, ids=lambda row: f"{row['set']} {row['measure']}")
def test_no_score_falls_below_its_floor(floor):
    needs(floor["set"])
    score = scores(floor["set"])[floor["measure"]]
    assert score >= float(floor["floor"])
    if score > float(floor["floor"]) + SLACK:
        warnings.warn(f"{floor['set']} {floor['measure']} is {score:.3f}: raise its floor", stacklevel=1)


def test_every_set_and_measure_has_a_floor():
    measures = ("precision", "recall", "f1", "modality", "voice", "proxy", "rules_f1")
    assert {(row["set"], row["measure"]) for row in FLOORS} == {
        (name, measure) for name in SETS for measure in measures
    }


@pytest.mark.parametrize("name", SETS)
def test_the_measure_is_the_one_shared_with_the_hand_codes(name, tmp_path):
    """The agreement table gives the F1 of score.py, which knows nothing of this package."""
    needs(name)
    if not (GOLD / "score.py").exists():
        pytest.skip("score.py is not beside this checkout")
    hand, machine, units = coded(name)
    for table, file in ((hand, "hand.csv"), (machine, "machine.csv"), (units, "units.csv")):
        table.to_csv(tmp_path / file, index=False)
    command = [sys.executable, GOLD / "score.py", tmp_path / "hand.csv", tmp_path / "machine.csv"]
    said = subprocess.run([*command, "--units", tmp_path / "units.csv"], capture_output=True, text=True, check=True)
    assert f"F1 {scores(name)['f1']:.3f} " in said.stdout.splitlines()[-1]


def test_the_dev_articles_are_the_projects_own_and_whole():
    lines = [
        json.loads(line)
        for file in SETS["dev"][1]
        for line in (HERE / "dev" / file).read_text(encoding="utf-8").splitlines()
    ]
    assert (len(lines), sum(len(article["units"]) for article in lines)) == (40, 200)
