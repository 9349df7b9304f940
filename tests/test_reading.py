"""The reading stage: scrapes and pages, units, corpus folders."""

import json
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing import tables
from framing.arabic import fold
from framing.reading import decode, ingest, label, parse_date, read_corpus, read_html, read_jsonl, read_text, split
from framing.reading.furniture import COLUMNS, read_words, shipped_table
from framing.reading.units import compose, is_headline, normalise

PAGES = Path(__file__).parent / "pages"
SHARED = Path(__file__).resolve().parents[1].parent / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="the shared folder with the scrapes is absent"
)

NAMES = {
    "agency_with_date": "وكالة الساحل للأنباء",
    "gulf_newspaper": "عدسة الخليج",
    "lebanese": "أخبار المرفأ",
    "russian_arabic": "RT Arabic",
    "wordpress": "صوت الوادي",
}
DATES = {
    "agency_with_date": ("2021-11-14", "text"),
    "english_menu": ("2021-03-04", "text"),
    "html_levantine_date": ("2020-12-08", "text"),
    "html_metadata": ("2021-04-03", "page metadata"),
    "lebanese": ("2022-06-23", "text"),
    "wordpress": ("2023-03-12", "text"),
}
OUTLET = {
    "outlet_id": "valley",
    "name": "Voice of the Valley",
    "name_ar": "صوت الوادي",
    "alignment": "opposition",
    "country": "",
    "note": "",
    "source": "invented",
}
TEXT = (
    "عودة السوق إلى العمل\nفتحت المحال أبوابها صباح أمس. وعاد التجار إلى الساحة.\nوالكهرباء ما زالت مقطوعة عن الحي كله."
)


def sentences(paragraph):
    return [paragraph[start:end] for start, end in split(paragraph)]


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expected", sorted(PAGES.glob("*.tsv")), ids=lambda path: path.stem)
def test_page_keeps_the_article_and_nothing_else(expected):
    source = next(path for path in PAGES.glob(f"{expected.stem}.*") if path.suffix != ".tsv")
    read = read_text if source.suffix == ".txt" else read_html
    page = read(decode(source.read_bytes()), [NAMES.get(expected.stem, "مرآة المدينة")])
    wanted = [tuple(line.split("\t")) for line in expected.read_text("utf-8").splitlines()]
    assert page.kept == wanted
    assert (page.published, page.date_source) == DATES.get(expected.stem, ("", ""))


def test_there_are_pages_of_both_kinds():
    assert len(list(PAGES.glob("*.txt"))) >= 8
    assert len(list(PAGES.glob("*.html"))) >= 4


@needs_shared
def test_scrapes_agree_with_the_gold_boundaries():
    gold = pd.read_csv(SHARED / "gold" / "units.csv")
    corpus = read_corpus(SHARED / "seeds")
    texts = corpus.articles.set_index("article_id")["text"]
    for article_id, rows in gold.groupby("article_id"):
        raw = (SHARED / "seeds" / f"{article_id}.txt").read_text("utf-8")
        wanted = [(row.kind, " ".join(raw[row.start : row.end].split())) for row in rows.itertuples()]
        own = corpus.units[corpus.units["article_id"] == article_id]
        assert [(row.kind, texts[article_id][row.start : row.end]) for row in own.itertuples()] == wanted
    assert len(corpus.units) == len(gold) == 62


@needs_shared
def test_reading_newspaper_articles_drops_hardly_a_word():
    """Real newspaper articles, read as if they were scrapes: what the rules drop is under half a percent."""
    kept = total = 0
    for line in (SHARED / "gold" / "newspapers.jsonl").open(encoding="utf-8"):
        lines = [normalise(unit["text"]) for unit in json.loads(line)["units"]]
        kept += sum(len(found.text) for found in label(lines) if found.kind)
        total += sum(map(len, lines))
    assert kept / total > 0.995


def test_furniture_says_which_rule_dropped_a_line():
    lines = ["هدوء في السوق القديم", "عاد التجار إلى محالهم في السوق القديم صباح أمس.", "شارك على واتساب"]
    found = label(lines)
    assert [(line.kind, line.why) for line in found] == [
        ("headline", ""),
        ("body", ""),
        ("", "line: شارك علي واتساب"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "صوت الوادي – خاص",
        "خاص - صوت الوادي",
        "صوت الوادي - (سامر الحاج)",
        "صوت الوادي/",
        "المصدر: صوت الوادي",
        "دمشق - سانا",
        "وكالات",
        "بقلم سامر الحاج",
    ],
)
def test_bylines(line):
    page = ["هدوء في السوق القديم", line, "عاد التجار إلى محالهم في السوق القديم صباح أمس."]
    assert [found.kind for found in label(page, ["صوت الوادي"])] == ["headline", "", "body"]


@pytest.mark.parametrize("line", ["مصدر: القافلة لم تصل بعد", "صوت الوادي يسأل التجار", "تقرير: الأسعار تتضاعف"])
def test_headlines_that_look_like_bylines_stay(line):
    page = [line, "عاد التجار إلى محالهم في السوق القديم صباح أمس."]
    assert [found.kind for found in label(page, ["صوت الوادي"])] == ["headline", "body"]


def test_every_form_of_the_word_list_is_there_once_and_explained():
    table = shipped_table()
    assert tuple(table.columns) == COLUMNS
    assert len(table) > 100
    assert (table[["form", "kind", "gloss", "source"]] != "").all(axis=None)
    assert not table.assign(form=table["form"].map(fold)).duplicated(["form", "effect"]).any()
    # Twelve months in each of the spellings of the Levant, Egypt and English.
    assert table.loc[table["kind"] == "month", "gloss"].value_counts().min() >= 3


@pytest.mark.parametrize("column", COLUMNS)
def test_word_list_without_a_column_is_refused(column):
    with pytest.raises(ValueError, match=f"column {column} is missing"):
        read_words(shipped_table().drop(columns=column))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("5 كانون الثاني 2021", "2021-01-05"),
        ("٥ كانون الأول ٢٠٢١", "2021-12-05"),
        ("الأربعاء 7 جويلية 2021", "2021-07-07"),
        ("20 يوليو/تموز 2019", "2019-07-20"),
        ("March 4, 2021", "2021-03-04"),
        ("2015-07-21 17:25:55", "2015-07-21"),
        ("21/07/2015", "2015-07-21"),
        ("03/04/2021", ""),
        ("30 شباط 2020", ""),
        ("5 رمضان 1442", ""),
        ("كانون الثاني", ""),
    ],
)
def test_parse_date(text, wanted):
    assert parse_date(text) == wanted


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_decode(codec):
    assert decode(TEXT.encode(codec)) == TEXT


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n\x00\x00", bytes(range(256)), "déjà vu à l'été".encode("cp1252")])
def test_decode_refuses_what_is_no_text(raw):
    with pytest.raises(ValueError, match="no text"):
        decode(raw)


# --- units ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraph", "wanted"),
    [
        ("وصلت القافلة. وعادت مساء.", ["وصلت القافلة.", "وعادت مساء."]),
        ("بلغت 3.2 مليون. وانتهى الأمر", ["بلغت 3.2 مليون.", "وانتهى الأمر"]),
        ("هاجم دا.عش القرية. وانسحب.", ["هاجم دا.عش القرية.", "وانسحب."]),
        ("قال د. سامي وأ.د. ليلى إنهما حضرا.", ["قال د. سامي وأ.د. ليلى إنهما حضرا."]),
        ("التقى J. Smith الوفد. وغادر.", ["التقى J. Smith الوفد.", "وغادر."]),
        ("منذ 2015م. وقد عاد", ["منذ 2015م.", "وقد عاد"]),
        ("بحسب منصة SY24. وأضافت", ["بحسب منصة SY24.", "وأضافت"]),
        ("هل عاد؟! لا أحد يعرف...", ["هل عاد؟!", "لا أحد يعرف..."]),
        ("قال: «لن نرحل.» وبكى (طويلا.) ثم سكت", ["قال: «لن نرحل.»", "وبكى (طويلا.)", "ثم سكت"]),
        ("1. البند الأول. 2. البند الثاني.", ["1. البند الأول.", "2. البند الثاني."]),
        ("... ثم عاد. ...", ["... ثم عاد. ..."]),
        ("  فراغ  ", ["فراغ"]),
        ("***", ["***"]),
        ("", []),
    ],
)
def test_split(paragraph, wanted):
    assert sentences(paragraph) == wanted


LETTERS = st.text(st.sampled_from('ابد مSY24.3؟!…"»”)(  \n\u200f\u064e'), max_size=60)


@given(LETTERS)
def test_split_loses_nothing_but_whitespace(paragraph):
    spans = split(paragraph)
    edges = [0, *(edge for span in spans for edge in span), len(paragraph)]
    assert edges == sorted(edges)
    assert all(not paragraph[end:start].strip() for end, start in zip(edges[::2], edges[1::2], strict=True))
    assert all(paragraph[start:end] == paragraph[start:end].strip() != "" for start, end in spans)


@given(st.text(max_size=40))
def test_normalise_is_nfc_with_single_spaces_and_stays_so(line):
    once = normalise(line)
    assert normalise(once) == once == unicodedata.normalize("NFC", once)
    assert once == " ".join(once.split())
    assert "\ufeff" not in once


@given(st.lists(st.tuples(st.sampled_from(tables.KINDS), LETTERS.map(normalise).filter(bool)), max_size=6))
def test_units_cover_the_text(lines):
    text, units = compose(lines)
    covered = "".join(text[start:end] for _, start, end in units)
    assert "".join(covered.split()) == "".join(text.split())
    whole = [text[start:end] for kind, start, end in units if kind != "body"]
    assert whole == [line for kind, line in lines if kind != "body"]


def test_control_characters_go_and_do_not_make_a_file_binary():
    assert normalise(decode(b"\xd8\xae\x02\xd8\xa8\xd8\xb1" + b" ok" * 40))[:3] == "خبر"


def test_a_broken_surrogate_pair_becomes_a_mark():
    assert normalise("خبر \ud83d") == "خبر \ufffd"


def test_headline_or_not():
    assert is_headline("هدوء حذر.. ماذا بعد؟")
    assert not is_headline("وصلت القافلة. وعادت مساء.")
    assert not is_headline("وصلت القافلة إلى البلدة مساء.", alone=True)


# --- corpus folders ------------------------------------------------------------------------------------------------


def write_corpus(folder, **articles):
    (folder / "articles").mkdir(parents=True)
    pd.DataFrame([OUTLET]).to_csv(folder / "outlets.csv", index=False)
    for name, content in articles.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / "articles" / f"{name}.md").write_bytes(raw)
    return folder


GOOD = """---
outlet_id: valley
title: عودة السوق
published: 2021-03-04
---

فتحت المحال. وعاد
التجار.

## ماء

انتهى.
"""


def test_read_corpus(tmp_path):
    corpus = read_corpus(write_corpus(tmp_path / "c", one=GOOD))
    article = corpus.articles.iloc[0]
    assert article["text"] == "عودة السوق\nفتحت المحال. وعاد التجار.\nماء\nانتهى."
    assert (article["status"], article["published"], article["title"]) == ("ok", "2021-03-04", "عودة السوق")
    assert corpus.units.drop(columns="article_id").values.tolist() == [
        [1, "headline", 0, 10],
        [2, "body", 11, 23],
        [3, "body", 24, 36],
        [4, "subhead", 37, 40],
        [5, "body", 41, 47],
    ]
    assert corpus.outlets["outlet_id"].tolist() == ["valley"]
    assert corpus.codes.empty


def test_one_bad_article_does_not_stop_the_others(tmp_path):
    folder = write_corpus(
        tmp_path / "c",
        a_good=GOOD,
        b_binary=b"\x00\x01\x02",
        c_head="---\ntitle: [\n---\n\nنص",
        d_stranger=GOOD.replace("valley", "hill"),
        e_empty="---\noutlet_id: valley\ntitle: ''\n---\n",
        f_english="---\noutlet_id: valley\ntitle: Market\n---\n\nThe shops opened again.",
        g_twin=GOOD,
    )
    articles = read_corpus(folder).articles.set_index("article_id")
    assert articles["status"].tolist() == ["ok", "error", "error", "error", "empty", "not_arabic", "duplicate"]
    assert "b_binary.md" in articles["reason"]["b_binary"]
    assert "YAML" in articles["reason"]["c_head"]
    assert articles["outlet_id"]["d_stranger"] == "hill"
    assert "'hill' is not in outlets.csv, which has valley" in articles["reason"]["d_stranger"]
    assert "a_good" in articles["reason"]["g_twin"]
    assert read_corpus(folder).units["article_id"].unique().tolist() == ["a_good"]


def test_progress_counts_files(tmp_path):
    calls = []
    read_corpus(write_corpus(tmp_path / "c", one=GOOD, two=GOOD), progress=lambda *call: calls.append(call))
    assert calls == [(1, 2), (2, 2)]


def test_hand_codes_are_filled_up_and_checked(tmp_path):
    folder = write_corpus(tmp_path / "c", one=GOOD)
    head = "article_id,unit,actor,proxy,role,modality,voice\n"
    (folder / "codes.csv").write_text(head + "one,2,us,0,sponsor,asserted,outlet\n")
    code = read_corpus(folder).codes.iloc[0]
    assert (code["coder"], code["start"], code["end"], code["rule"]) == ("hand", 11, 23, "")
    (folder / "codes.csv").write_text(head + "one,9,us,0,sponsor,asserted,outlet\n")
    with pytest.raises(ValueError, match=r"codes.csv, line 2: no unit 9 of an article 'one'"):
        read_corpus(folder)
    (folder / "codes.csv").write_text(head + "one,2,us,0,villain,asserted,outlet\n")
    with pytest.raises(ValueError, match="'villain' is not one of"):
        read_corpus(folder)


def test_folders_that_cannot_be_read_say_what_to_do(tmp_path):
    with pytest.raises(ValueError, match="no such folder"):
        read_corpus(tmp_path / "absent")
    with pytest.raises(ValueError, match=r"outlets.csv is missing: write one row"):
        read_corpus(tmp_path)
    empty = write_corpus(tmp_path / "empty")
    with pytest.raises(ValueError, match=r"has no \*.md"):
        read_corpus(empty)
    bad = write_corpus(tmp_path / "bad", one=b"\x00")
    with pytest.raises(ValueError, match=r"no article can be used \(one: one.md"):
        read_corpus(bad)
    pd.DataFrame([OUTLET | {"alignment": "royal"}]).to_csv(bad / "outlets.csv", index=False)
    with pytest.raises(ValueError, match=r"outlets.csv: table outlets, row 0, column alignment: 'royal'"):
        read_corpus(bad)


def test_raw_pages_beside_a_map_of_files(tmp_path):
    (tmp_path / "one.txt").write_text(TEXT, "utf-8")
    (tmp_path / "stray.txt").write_text(TEXT, "utf-8")
    row = {key: value for key, value in OUTLET.items() if key not in ("country", "source")}
    pd.DataFrame([row | {"file": "one.txt"}, row | {"file": "lost.txt"}]).to_csv(tmp_path / "outlets.csv", index=False)
    corpus = read_corpus(tmp_path)
    assert corpus.articles.set_index("article_id")["status"].to_dict() == {
        "lost": "error",
        "one": "ok",
        "stray": "error",
    }
    assert corpus.outlets[["country", "source"]].values.tolist() == [["", "outlet map outlets.csv"]]


# --- ingest --------------------------------------------------------------------------------------------------------


def test_ingest_and_read_corpus_agree(tmp_path):
    sources = sorted(path for path in PAGES.iterdir() if path.suffix in (".txt", ".html"))
    made = ingest(sources, pd.DataFrame([OUTLET]), tmp_path / "new" / "corpus", outlet="valley")
    read = read_corpus(tmp_path / "new" / "corpus")
    # The pages in windows-1256 and with a date carry the same article as the first page.
    assert set(made["status"]) == {"ok", "duplicate"}
    good = made[made["status"] == "ok"].reset_index(drop=True)
    pd.testing.assert_frame_equal(good, read.articles)
    again = ingest(sorted((tmp_path / "new" / "corpus" / "articles").iterdir()), read.outlets, tmp_path / "again")
    pd.testing.assert_frame_equal(again, read.articles)
    pd.testing.assert_frame_equal(read_corpus(tmp_path / "again").units, read.units)
    listed = pd.read_csv(tmp_path / "new" / "corpus" / "status.csv")
    assert listed.columns.tolist() == ["article_id", "status", "reason"]
    assert len(listed) == len(made) - len(good)


def test_awkward_lines_survive_the_round_trip(tmp_path):
    body = "# ليس عنوانا بل فقرة تبدأ بعلامة المربع وتنتهي بنقطة.\n\\# وهذه فقرة تبدأ بشرطة مائلة ثم بمربع كما طبعت."
    row = {"article_id": "a/b", "outlet_id": "valley", "title": "عنوان: «فيه» 'نقط' - و# علامات", "text": body}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row), "utf-8")
    made = ingest([tmp_path / "rows.jsonl"], pd.DataFrame([OUTLET]), tmp_path / "out")
    assert made["text"].tolist() == [row["title"] + "\n" + body]
    pd.testing.assert_frame_equal(read_corpus(tmp_path / "out").articles, made)
    assert made["article_id"].tolist() == ["a-b"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_ingest_tables(tmp_path, suffix):
    title, text = TEXT.split("\n", 1)
    table = pd.DataFrame({"title": [title, "", ""], "text": [text, "", TEXT], "published": ["2021-03-04", "", ""]})
    path = tmp_path / f"rows.{suffix}"
    if suffix == "csv":
        table.to_csv(path, index=False)
    elif suffix == "parquet":
        table.to_parquet(path)
    else:
        table.to_json(path, orient="records", lines=True, force_ascii=False)
    made = ingest([path], None, tmp_path / "out", outlet="valley")
    assert made["article_id"].tolist() == ["rows-000001", "rows-000002", "rows-000003"]
    assert made["status"].tolist() == ["ok", "empty", "duplicate"]
    assert made["text"][0] == TEXT
    assert made["published"].tolist() == ["2021-03-04", "", ""]
    assert "not yet set" in read_corpus(tmp_path / "out").outlets["note"][0]


def test_ingest_refuses_and_leaves_nothing_behind(tmp_path, monkeypatch):
    (tmp_path / "one.txt").write_text(TEXT, "utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01")
    outlets, out = pd.DataFrame([OUTLET]), tmp_path / "out"
    with pytest.raises(ValueError, match=r"bad.txt.*no text"):
        ingest([tmp_path / "bad.txt"], outlets, out, outlet="valley")
    with pytest.raises(ValueError, match="'hill' is not in outlets, which has valley"):
        ingest([tmp_path / "one.txt"], outlets, out, outlet="hill")
    with pytest.raises(ValueError, match="give a file that ends in"):
        ingest([tmp_path / "one.pdf"], outlets, out, outlet="valley")
    with pytest.raises(ValueError, match="not empty"):
        ingest([tmp_path / "one.txt"], outlets, tmp_path, outlet="valley")

    def fail(*_):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("framing.reading.corpus._markdown", fail)
        with pytest.raises(OSError, match="disk full"):
            ingest([tmp_path / "one.txt"], outlets, out, outlet="valley")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.txt", "one.txt"]


# --- JSONL ---------------------------------------------------------------------------------------------------------


def write_lines(path, *rows):
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows))
    return path


def test_read_jsonl(tmp_path):
    units = [
        {"unit": 1, "kind": "headline", "text": "هدوء.. وترقب"},
        {"unit": 4, "kind": "body", "text": "عاد الهدوء. وفتحت المحال."},
    ]
    path = write_lines(
        tmp_path / "in.jsonl",
        {"article_id": "whole", "outlet_id": "valley", "text": TEXT},
        {"article_id": "cut", "units": units},
        {"article_id": "none", "text": ""},
    )
    articles, found = read_jsonl(path)
    assert articles["outlet_id"].tolist() == ["valley", "unknown", "unknown"]
    assert articles["status"].tolist() == ["ok", "ok", "empty"]
    assert articles["text"].tolist()[:2] == [TEXT, "هدوء.. وترقب\nعاد الهدوء. وفتحت المحال."]
    own = found[found["article_id"] == "cut"]
    assert own.drop(columns="article_id").values.tolist() == [[1, "headline", 0, 12], [4, "body", 13, 38]]
    whole = found[found["article_id"] == "whole"]
    assert whole["kind"].tolist() == ["headline", "body", "body", "body"]
    assert [TEXT[row.start : row.end] for row in whole.itertuples()][2] == "وعاد التجار إلى الساحة."


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"in.jsonl, line 2: no valid JSON"),
        ("[]", r"in.jsonl, line 2: .*no object"),
        ('{"article_id": "b"}', r"in.jsonl, line 2: it has neither text nor units"),
        ('{"text": 5}', r"in.jsonl, line 2: text is 5"),
        ('{"units": [{"kind": "poem", "text": "x"}]}', r"in.jsonl, line 2, unit 1: kind 'poem'"),
        ('{"units": [{"kind": "body"}]}', r"in.jsonl, line 2, unit 1: text is None"),
        ('{"article_id": "a", "text": "x"}', r"in.jsonl: two articles have the article_id 'a'"),
    ],
)
def test_read_jsonl_names_file_and_line(tmp_path, line, message):
    with pytest.raises(ValueError, match=message):
        read_jsonl(write_lines(tmp_path / "in.jsonl", {"article_id": "a", "text": TEXT}, line))


def test_contracts_hold_where_nothing_is_a_unit(tmp_path):
    rows = [{"article_id": "a", "text": TEXT}, {"article_id": "b", "text": "no Arabic here"}]
    articles, units = read_jsonl(write_lines(tmp_path / "in.jsonl", *rows))
    tables.check(articles, "articles")
    tables.check(units, "units")
    assert articles["status"].tolist() == ["ok", "not_arabic"]
    assert set(units["article_id"]) == {"a"}
