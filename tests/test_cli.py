"""The commands, from the words typed to the files written, and every mistake's one line with exit code 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

TEXT = "هاجم تنظيم داعش حاجزا للجيش السوري شرق البلدة. ثم قصف الطيران الروسي مواقع التنظيم في البادية."


def framing(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", "from framing.cli import run; run()", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**os.environ, "COLUMNS": "200"})


def jsonl(path: Path, *rows: dict) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_code_writes_the_stable_columns(tmp_path, suffix):
    source = jsonl(tmp_path / "a.jsonl", {"article_id": "a", "outlet_id": "x", "text": TEXT})
    done = framing("code", source, "--out", tmp_path / f"codes.{suffix}")
    assert done.returncode == 0, done.stderr
    out = tmp_path / f"codes.{suffix}"
    codes = pd.read_csv(out) if suffix == "csv" else pd.read_parquet(out)
    assert {"article_id", "unit", "actor", "proxy", "role", "modality", "voice", "rule"} <= set(codes.columns)
    assert set(zip(codes["unit"], codes["actor"], codes["role"], strict=True)) == {
        (1, "syria", "target"),
        (2, "russia", "opponent"),
    }


def test_code_takes_units_as_they_are(tmp_path):
    units = [{"unit": 4, "kind": "headline", "text": "غارات روسية على داعش"}, {"unit": 7, "kind": "body", "text": TEXT}]
    source = jsonl(tmp_path / "a.jsonl", {"article_id": "a", "units": units})
    done = framing("code", source, "--out", tmp_path / "codes.csv")
    assert done.returncode == 0, done.stderr
    assert set(pd.read_csv(tmp_path / "codes.csv")["unit"]) == {4, 7}


def test_one_bad_article_among_many_does_not_stop_the_run(tmp_path):
    rows = [{"article_id": "good", "text": TEXT}, {"article_id": "empty", "text": ""}]
    done = framing("code", jsonl(tmp_path / "a.jsonl", *rows), "--out", tmp_path / "codes.csv")
    assert done.returncode == 0
    assert "empty: left out" in done.stderr
    assert set(pd.read_csv(tmp_path / "codes.csv")["article_id"]) == {"good"}


def bad_inputs(tmp_path: Path) -> dict[str, tuple[list, str]]:
    empty = tmp_path / "empty"
    empty.mkdir()
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{not json", encoding="utf-8")
    good = jsonl(tmp_path / "good.jsonl", {"article_id": "a", "text": TEXT})
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine", encoding="utf-8")
    return {
        "missing corpus": (["report", "--corpus", tmp_path / "no", "--out", tmp_path / "r"], "no: no such folder"),
        "empty corpus": (["report", "--corpus", empty, "--out", tmp_path / "r"], "outlets.csv"),
        "broken line": (["code", broken, "--out", tmp_path / "c.csv"], "broken.jsonl"),
        "wrong suffix": (["code", good, "--out", tmp_path / "c.txt"], "c.txt"),
        "missing out folder": (["code", good, "--out", tmp_path / "no" / "c.csv"], "no such folder"),
        "out is a folder": (["code", good, "--out", tmp_path / "full.csv"], "full.csv"),
        "foreign report folder": (["report", "--out", full], "full"),
        "ingest into a full folder": (["ingest", good, "--outlet", "sy24", "--out", full], "full"),
        "unknown unit": (["explain", good, "--unit", 9], "unit 9 is not in a, whose units are 1, 2"),
        "unknown article": (["explain", good, "--article", "b"], "'b' is not in the corpus"),
        "unknown outlet": (["ingest", good, "--outlet", "nobody", "--out", tmp_path / "n"], "'nobody'"),
    }


@pytest.mark.parametrize(
    "case",
    [
        *("missing corpus", "empty corpus", "broken line", "wrong suffix", "missing out folder", "out is a folder"),
        *("foreign report folder", "ingest into a full folder", "unknown outlet"),
        *("unknown unit", "unknown article"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(tmp_path, case):
    (tmp_path / "full.csv").mkdir()
    words, named = bad_inputs(tmp_path)[case]
    before = sorted(path for path in tmp_path.rglob("*"))
    done = framing(*words)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_validate_compares_with_the_hand_codes_of_the_corpus(tmp_path):
    from framing import bundled

    done = framing("validate", bundled("corpus") / "codes.csv", "--out", tmp_path / "agreement.csv")
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(tmp_path / "agreement.csv").set_index("variable")
    assert table.loc["presence", "n"] >= 93
    assert 0.8 < table.loc["presence", "f1"] < 1
    assert "adjudicated (taken as right) and rules" in done.stdout


def test_codes_of_another_unit_are_named(tmp_path):
    codes = tmp_path / "mine.csv"
    codes.write_text("article_id,unit,actor,role,proxy,modality,voice\nsy24-01,99,us,target,0,asserted,outlet\n")
    done = framing("validate", codes)
    assert done.returncode == 2
    assert "mine.csv, line 2: no unit 99 of an article 'sy24-01'" in done.stderr


def test_explain_prints_parties_acts_and_codes(tmp_path):
    source = jsonl(tmp_path / "a.jsonl", {"article_id": "a", "outlet_id": "x", "text": TEXT})
    done = framing("explain", source, "--unit", 2)
    assert done.returncode == 0, done.stderr
    for part in ("الطيران الروسي: russia", "قصف 'shell'", "code   russia opponent, asserted, outlet"):
        assert part in done.stdout
    assert "syria" not in done.stdout
