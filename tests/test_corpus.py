"""The corpus that ships: its tables keep their contracts, and it restates the originals without repeating them."""

import json
import unicodedata
from difflib import SequenceMatcher
from pathlib import Path

import frontmatter
import pandas as pd
import pytest

from framing import arabic, tables

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
GOLD = Path(__file__).resolve().parents[1].parent / "shared" / "gold"
ARTICLES = sorted((CORPUS / "articles").glob("*.md"))
CODED = ["unit", "actor", "proxy", "role", "modality", "voice"]

by_article = pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
needs_originals = pytest.mark.skipif(not GOLD.is_dir(), reason="the originals and their hand codes are not here")


def read(path):
    """The front matter of an article and its units as (kind, line) pairs, the headline first."""
    post = frontmatter.loads(path.read_text(encoding="utf-8"))
    units = [("headline", post["title"])]
    for block in post.content.split("\n\n"):
        units.append(("subhead", block.removeprefix("## ")) if block.startswith("## ") else ("body", block))
    return post, units


def read_codes():
    return pd.read_csv(CORPUS / "codes.csv", keep_default_na=False)


def read_outlets():
    return pd.read_csv(CORPUS / "outlets.csv", dtype=str, keep_default_na=False)


def read_original(post):
    with (GOLD / "seeds.jsonl").open(encoding="utf-8") as lines:
        return {article["article_id"]: article for article in map(json.loads, lines)}[post["restates"]]


def longest_run(first, second):
    """How many words in a row two texts share, letters folded."""
    one, other = ([word for word, *_ in arabic.words(arabic.fold(text))] for text in (first, second))
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def test_outlets_keep_their_contract():
    outlets = read_outlets()
    assert tables.check(outlets, "outlets").columns.tolist() == outlets.columns.tolist()
    assert outlets.set_index("outlet_id")["alignment"].to_dict() == {
        "damapost": "state-aligned",
        "almayadeen": "state-aligned",
        "baladinews": "opposition",
        "sy24": "opposition",
        "sadaalsham": "opposition",
    }


def test_codes_keep_their_contract():
    codes = read_codes()
    assert tables.check(codes, "codes").columns.tolist() == codes.columns.tolist()
    assert len(codes) == 93
    assert set(codes["coder"]) == {"adjudicated"}
    assert set(codes["rule"]) == {""}


def test_every_outlet_has_one_article_and_every_code_its_article():
    outlets = [read(path)[0]["outlet_id"] for path in ARTICLES]
    assert sorted(outlets) == sorted(read_outlets()["outlet_id"])
    assert set(read_codes()["article_id"]) == {path.stem for path in ARTICLES}


@by_article
def test_head_of_an_article(path):
    post, _ = read(path)
    assert list(post.metadata) == ["outlet_id", "title", "published", "date_source", "url", "restates", "note"]
    assert all(isinstance(value, str) for value in post.metadata.values())
    assert path.stem == f"{post['outlet_id']}-01"
    assert "restatement" in post["note"]
    assert post["published"] == post["date_source"] == post["url"] == ""


@by_article
def test_a_paragraph_is_one_sentence_on_one_line(path):
    _, units = read(path)
    for kind, line in units:
        assert line == line.strip() and "\n" not in line and "  " not in line
        assert line == unicodedata.normalize("NFC", line)
        if kind == "body":
            assert line.endswith(".")
            assert not set(line[:-1]) & set(".!?؟…")


@by_article
def test_a_code_spans_its_unit(path):
    _, units = read(path)
    lines = [line for _, line in units]
    text = "\n".join(lines)
    codes = read_codes()
    for code in codes[codes["article_id"] == path.stem].itertuples():
        assert text[code.start : code.end] == lines[code.unit - 1]
        assert text[: code.start].count("\n") == code.unit - 1


@needs_originals
@by_article
def test_units_stand_one_to_one_with_the_original(path):
    post, units = read(path)
    original = read_original(post)
    assert original["outlet_id"] == post["outlet_id"]
    assert [kind for kind, _ in units] == [unit["kind"] for unit in original["units"]]


@needs_originals
@by_article
def test_codes_are_those_of_the_original(path):
    post, _ = read(path)
    ours, gold = read_codes(), pd.read_csv(GOLD / "codes.csv")
    ours = ours.loc[ours["article_id"] == path.stem, CODED]
    gold = gold.loc[gold["article_id"] == post["restates"], CODED]
    assert len(gold) > 0
    assert sorted(map(tuple, ours.to_numpy().tolist())) == sorted(map(tuple, gold.to_numpy().tolist()))


@needs_originals
@by_article
def test_no_run_of_eight_words_is_shared_with_the_original(path):
    post, units = read(path)
    for unit in read_original(post)["units"]:
        for _, line in units:
            assert longest_run(line, unit["text"]) < 8, f"unit {unit['unit']}"


def test_longest_run_sees_through_spelling():
    assert longest_run("ذهب الوَلَدُ إلى المدرسة، باكراً", "وصل الولد الى المدرسه متأخراً") == 3
    assert longest_run("قرأت كتاباً", "شربت ماءً") == 0
