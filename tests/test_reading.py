"""The reading stage: scrapes and pages, units, corpus folders."""

import json
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing import lexicons, tables
from framing.arabic import fold
from framing.reading import (
    decode,
    ingest,
    label,
    parse_date,
    read_articles,
    read_corpus,
    read_html,
    read_jsonl,
    read_text,
    split,
)
from framing.reading.files import read_csv
from framing.reading.furniture import read_words
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
    table = lexicons.read("furniture")
    assert len(table) > 100
    assert (table["kind"] != "").all()
    assert not table.assign(form=table["form"].map(fold)).duplicated(["form", "effect"]).any()
    # Twelve months in each of the spellings of the Levant, Egypt and English.
    assert table.loc[table["kind"] == "month", "gloss"].value_counts().min() >= 3


@pytest.mark.parametrize(
    ("change", "message"),
    [({"effect": "hide"}, "line 2: effect 'hide' is not one of"), ({"form": "ـــ"}, "line 2: the form is empty")],
)
def test_word_list_with_a_wrong_row_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        read_words(lexicons.read("furniture").assign(**change))


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
    assert "".join(text.split()) == "".join("".join(line for _, line in lines).split())
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
    with pytest.raises(ValueError, match=r"has no \*.md: put articles there"):
        read_corpus(empty)
    bad = write_corpus(tmp_path / "bad", one=b"\x00")
    with pytest.raises(ValueError, match=r"no article can be used \(one: one.md"):
        read_corpus(bad)
    pd.DataFrame([OUTLET | {"alignment": "royal"}]).to_csv(bad / "outlets.csv", index=False)
    with pytest.raises(ValueError, match=r"outlets.csv: table outlets, line 2, column alignment: 'royal'"):
        read_corpus(bad)


def test_raw_pages_beside_a_map_of_files(tmp_path):
    (tmp_path / "sub").mkdir()
    for name, day in (("one.txt", "السبت"), ("sub/two.txt", "الأحد"), ("stray.txt", "الاثنين")):
        (tmp_path / name).write_text(f"{TEXT}\nوسيفتح السوق من جديد مع مطلع يوم {day} المقبل.", "utf-8")
    row = {key: value for key, value in OUTLET.items() if key not in ("country", "source")}
    mapping = pd.DataFrame([row | {"file": file} for file in ("one.txt", "lost.txt", "sub/two.txt", "")])
    mapping.to_csv(tmp_path / "outlets.csv", index=False)
    corpus = read_corpus(tmp_path)
    assert corpus.articles.set_index("article_id")["status"].to_dict() == {
        "lost": "error",
        "one": "ok",
        "stray": "error",
        "two": "ok",
    }
    reasons = corpus.articles.set_index("article_id")["reason"]
    assert reasons["lost"] == "lost.txt: no such file"
    assert "does not name it" in reasons["stray"]
    assert corpus.outlets[["country", "source"]].values.tolist() == [["", "outlet map outlets.csv"]]
    made = ingest([tmp_path / "sub" / "two.txt"], tmp_path / "outlets.csv", tmp_path / "out")
    assert made["outlet_id"].tolist() == ["valley"]


def test_raw_pages_without_a_map_of_files(tmp_path):
    (tmp_path / "one.txt").write_text(TEXT, "utf-8")
    needed = "to use saved pages, outlets.csv needs file, outlet_id, name, name_ar, alignment, note"
    with pytest.raises(ValueError, match=f"outlets.csv is missing: {needed}"):
        read_corpus(tmp_path)
    pd.DataFrame([OUTLET]).to_csv(tmp_path / "outlets.csv", index=False)
    with pytest.raises(ValueError, match=needed):
        read_corpus(tmp_path)


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({}, "outlet map outlets.csv"),
        ({"note": "a note"}, "a note"),
        ({"note": "a note", "source": ""}, "a note"),
        ({"note": "a note", "source": "a book"}, "a book"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_outlets_need_no_more_than_their_names_and_side(tmp_path, given, source, separator):
    folder = write_corpus(tmp_path / "c", one=GOOD)
    row = {key: OUTLET[key] for key in ("outlet_id", "name", "name_ar")} | {"alignment": "Opposition "} | given
    pd.DataFrame([row]).to_csv(folder / "outlets.csv", index=False, sep=separator)
    outlet = read_corpus(folder).outlets.iloc[0]
    assert outlet.to_dict() == OUTLET | {"note": given.get("note", ""), "source": source}


def test_outlets_without_a_column_are_refused(tmp_path):
    folder = write_corpus(tmp_path / "c", one=GOOD)
    (folder / "outlets.csv").write_text("outlet_id,name\nvalley,Voice\n")
    with pytest.raises(ValueError, match=r"outlets.csv: columns name_ar, alignment are missing"):
        read_corpus(folder)


def test_csv_rows_know_their_line(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b'a;b\r\n1;"x, y\nz"\r\n\r\n2;NA\n')
    table = read_csv(path)
    assert table.reset_index().values.tolist() == [[2, "1", "x, y\nz"], [5, "2", "NA"]]
    path.write_text("a,b\n1,2,3\n")
    with pytest.raises(ValueError, match=r"rows.csv cannot be read as CSV: its rows have more fields"):
        read_csv(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("فتحت المحال أبوابها.", "one.md: no YAML head"),
        (GOOD.replace("---\n\n", "\n"), "one.md: its YAML head is not closed by ---"),
        (GOOD.replace("outlet_id: valley\n", ""), "one.md: its YAML head has no outlet_id"),
        (GOOD.replace("عودة السوق", "[عودة, السوق]"), "one.md: title is ['عودة', 'السوق']: give a string"),
    ],
)
def test_a_wrong_head_is_named(tmp_path, content, reason):
    articles = read_corpus(write_corpus(tmp_path / "c", one=content, two=GOOD)).articles.set_index("article_id")
    assert articles["reason"]["one"].startswith(reason)
    assert articles.loc["one", ["status", "text", "sha256"]].tolist() == ["error", "", ""]


def test_what_was_left_out_of_a_corpus_is_still_counted(tmp_path):
    folder = write_corpus(tmp_path / "c", one=GOOD)
    lines = ["article_id,status,reason", "gone,duplicate,the same text as one", "one,error,mended since"]
    (folder / "status.csv").write_text("\n".join(lines))
    columns = ["article_id", "outlet_id", "status", "reason", "text", "sha256"]
    gone = ["gone", "unknown", "duplicate", "the same text as one", "", ""]
    articles = read_corpus(folder).articles[columns]
    assert articles["status"].tolist() == ["ok", "duplicate"]
    assert articles.values.tolist()[1] == gone
    (folder / "status.csv").write_text("article_id,status,reason\ngone,ok,\n")
    with pytest.raises(ValueError, match=r"status.csv, line 2: status 'ok' is not one of empty"):
        read_corpus(folder)


# --- ingest --------------------------------------------------------------------------------------------------------


def test_ingest_and_read_corpus_agree(tmp_path):
    sources = sorted(path for path in PAGES.iterdir() if path.suffix in (".txt", ".html"))
    made = ingest(sources, pd.DataFrame([OUTLET]), tmp_path / "new" / "corpus", outlet="valley")
    read = read_corpus(tmp_path / "new" / "corpus")
    # The pages in windows-1256 and with a date carry the same article as the first page.
    assert set(made["status"]) == {"ok", "duplicate"}
    good = made[made["status"] == "ok"].reset_index(drop=True)
    pd.testing.assert_frame_equal(good, read.articles[: len(good)])
    told = ["article_id", "outlet_id", "status", "reason"]
    left_out = made.loc[made["status"] != "ok", told].reset_index(drop=True)
    pd.testing.assert_frame_equal(left_out, read.articles.loc[len(good) :, told].reset_index(drop=True))
    pd.testing.assert_frame_equal(left_out, pd.read_csv(tmp_path / "new" / "corpus" / "status.csv", dtype="str"))
    again = ingest([tmp_path / "new" / "corpus" / "articles"], read.outlets, tmp_path / "again")
    pd.testing.assert_frame_equal(again, good)
    pd.testing.assert_frame_equal(read_corpus(tmp_path / "again").units, read.units)


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
    table = pd.DataFrame(
        {"title": [title, "", ""], "text": [text, "", TEXT], "published": ["2021-03-04", "2021-03-05", ""]}
    )
    path = tmp_path / f"rows.{suffix}"
    if suffix == "csv":
        table.to_csv(path, index=False)
    elif suffix == "parquet":
        table.to_parquet(path)
    else:
        table.to_json(path, orient="records", lines=True, force_ascii=False)
    made = ingest([path], pd.DataFrame([OUTLET]), tmp_path / "out", outlet="valley")
    assert made["article_id"].tolist() == ["rows-000001", "rows-000002", "rows-000003"]
    assert made["status"].tolist() == ["ok", "empty", "duplicate"]
    assert made["text"][0] == TEXT
    assert made["published"].tolist() == ["2021-03-04", "2021-03-05", ""]
    assert made["reason"][1] == "its text is empty"


def test_ingest_writes_the_outlets_that_have_an_article(tmp_path):
    outlets = pd.DataFrame([OUTLET | {"outlet_id": name} for name in ("hill", "valley", "shore")])
    rows = [{"outlet_id": "valley", "text": TEXT}, {"outlet_id": "shore", "text": "no Arabic here"}]
    ingest([write_lines(tmp_path / "rows.jsonl", *rows)], outlets, tmp_path / "out")
    corpus = read_corpus(tmp_path / "out")
    assert corpus.outlets["outlet_id"].tolist() == ["valley", "shore"]
    assert corpus.articles[["outlet_id", "status"]].values.tolist() == [["valley", "ok"], ["shore", "not_arabic"]]


def test_ingest_takes_a_folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.txt").write_text(TEXT, "utf-8")
    write_lines(folder / "rows.jsonl", {"text": TEXT + "\nوانتهى اليوم بهدوء."})
    for name in ("outlets.csv", "codes.csv", "status.csv", ".hidden.txt", "notes.pdf"):
        (folder / name).write_text("nothing to read")
    made = ingest([folder], pd.DataFrame([OUTLET]), tmp_path / "out", outlet="valley")
    assert made["article_id"].tolist() == ["one", "rows-000001"]


def test_a_row_is_an_article_even_if_it_is_one_sentence(tmp_path):
    rows = [
        {"article_id": "short", "text": "فتحت المحال أبوابها."},
        {"article_id": "share", "text": "فيسبوك تويتر"},
        {"article_id": "flash", "units": [{"kind": "headline", "text": "هدوء في السوق"}]},
        {"article_id": "heads", "units": [{"kind": "headline", "text": f"خبر {name}"} for name in ("أول", "ثان")]},
    ]
    made = ingest([write_lines(tmp_path / "rows.jsonl", *rows)], pd.DataFrame([OUTLET]), tmp_path / "out", "valley")
    made = made.set_index("article_id")
    assert made["text"]["short"] == "فتحت المحال أبوابها."
    assert made["status"].tolist() == ["ok", "empty", "ok", "ok"]
    assert made["reason"]["share"].endswith("counts as no part of an article (line: فيسبوك تويتر)")
    read = read_corpus(tmp_path / "out")
    assert read.articles.set_index("article_id")["text"].to_dict() == {
        "flash": "هدوء في السوق",
        "heads": "خبر أول\nخبر ثان",
        "short": "فتحت المحال أبوابها.",
        "share": "",
    }
    assert read.units["kind"].tolist() == ["body", "headline", "subhead", "body"]


def test_ingest_refuses_and_leaves_nothing_behind(tmp_path, monkeypatch):
    (tmp_path / "one.txt").write_text(TEXT, "utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01")
    outlets, out = pd.DataFrame([OUTLET]), tmp_path / "out"
    with pytest.raises(ValueError, match=r"bad.txt.*no text"):
        ingest([tmp_path / "bad.txt"], outlets, out, outlet="valley")
    with pytest.raises(ValueError, match="'hill' is not in outlets, which has valley"):
        ingest([tmp_path / "one.txt"], outlets, out, outlet="hill")
    with pytest.raises(ValueError, match="no outlets: give a table or CSV with outlet_id"):
        ingest([tmp_path / "one.txt"], None, out, outlet="valley")
    with pytest.raises(ValueError, match=r"two.txt: no such file"):
        ingest([tmp_path / "two.txt"], outlets, out, outlet="valley")
    with pytest.raises(ValueError, match="give a file that ends in"):
        ingest([tmp_path / "one.pdf"], outlets, out, outlet="valley")
    with pytest.raises(ValueError, match="not empty"):
        ingest([tmp_path / "one.txt"], outlets, tmp_path, outlet="valley")

    def fail(*_):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("framing.reading.corpus.markdown", fail)
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


BAD_LINES = [
    (b"{", "line-2", "no valid JSON"),
    (b"[]", "line-2", "it is no object"),
    (b"[" * 100_000, "line-2", "no JSON that can be read"),
    (b'{"text": "\xc7\xe1"}', "line-2", "it is not UTF-8"),
    (b'{"article_id": "b"}', "b", "it has neither text nor units"),
    (b'{"text": 5}', "in-000002", "text is 5: give a string"),
    (b'{"text": false}', "in-000002", "text is False: give a string"),
    (b'{"article_id": ["b"], "text": "x"}', "in-000002", "article_id is ['b']: give a string"),
    (b'{"units": 5}', "in-000002", "units must be a list of objects"),
    (b'{"units": [{"kind": "poem", "text": "x"}]}', "in-000002", "unit 1: kind 'poem'"),
    (b'{"units": [{"kind": "body"}]}', "in-000002", "unit 1: text is None"),
    (b'{"units": [{"unit": true, "text": "x"}]}', "in-000002", "unit True must be"),
    (b'{"units": [{"unit": -3, "text": "x"}]}', "in-000002", "unit -3 must be"),
    (b'{"units": [{"unit": 2147483648, "text": "x"}]}', "in-000002", "unit 2147483648 must be"),
    (b'{"units": [{"unit": 1, "text": "x"}, {"unit": 1, "text": "y"}]}', "in-000002", "unit 1 must be"),
    (b'{"article_id": "a", "text": "x"}', "a#line-2", "an article before it has the article_id 'a'"),
]


@pytest.mark.parametrize(("line", "article_id", "reason"), BAD_LINES)
def test_one_bad_line_does_not_stop_the_others(tmp_path, line, article_id, reason):
    path, good = tmp_path / "in.jsonl", json.dumps({"article_id": "a", "text": TEXT}).encode()
    path.write_bytes(good + b"\n" + line + b"\n" + good.replace(b'"a"', b'"c"').replace(b" ", b"  ", 1))
    articles, units = read_jsonl(path)
    assert articles["article_id"].tolist() == ["a", article_id, "c"]
    assert articles["status"].tolist() == ["ok", "error", "duplicate"]
    assert reason in articles["reason"][1]
    assert "line 2" in articles["reason"][1] or "#line-2" in article_id
    assert set(units["article_id"]) == {"a"}
    path.write_bytes(line)
    with pytest.raises(ValueError, match=r"in.jsonl: no article can be used \("):
        read_jsonl(path)


def test_broken_letters_in_an_id_become_a_mark(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"article_id": "a\ud83d", "outlet_id": "\udc00", "url": "\ud83d", "text": TEXT}))
    articles, _ = read_jsonl(path)
    assert articles[["article_id", "outlet_id", "url"]].values.tolist() == [["a\ufffd", "\ufffd", "\ufffd"]]


def test_read_jsonl_tells_its_progress(tmp_path):
    calls = []
    path = write_lines(tmp_path / "in.jsonl", *({"text": f"{TEXT} {number}"} for number in range(2500)))
    read_jsonl(path, progress=lambda *call: calls.append(call))
    assert calls == [(1000, 2500), (2000, 2500), (2500, 2500)]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_read_articles(tmp_path, suffix):
    path = tmp_path / f"in.{suffix}"
    # The second line would be furniture on a page; here the text counts as clean.
    text = TEXT + "\nشارك على واتساب"
    table = pd.DataFrame(
        {
            "article_id": ["a", "", "a"],
            "outlet_id": ["valley", "valley", ""],
            "published": ["2021-03-04", "", ""],
            "text": [text, "", text],
        }
    )
    if suffix == "csv":
        table.to_csv(path, index=False, sep=";")
    elif suffix == "parquet":
        table.replace("", None).to_parquet(path)
    else:
        table.to_json(path, orient="records", lines=True)
    articles, units = read_articles(path)
    # In the CSV the first text takes four lines.
    place = {"csv": "line-7", "jsonl": "line-3", "parquet": "row-3"}[suffix]
    assert articles["article_id"].tolist() == ["a", "in-000002", f"a#{place}"]
    assert articles["status"].tolist() == ["ok", "empty", "error"]
    assert articles["outlet_id"].tolist() == ["valley", "valley", "unknown"]
    assert articles["published"].tolist() == ["2021-03-04", "", ""]
    assert articles["text"][0] == text
    assert units["kind"].tolist() == ["headline", "body", "body", "body", "body"]


def test_read_articles_refuses_what_holds_none(tmp_path):
    with pytest.raises(ValueError, match=r"in.txt: give a file that ends in .jsonl, .csv, .parquet"):
        read_articles(tmp_path / "in.txt")
    for suffix in ("jsonl", "csv", "parquet"):
        with pytest.raises(ValueError, match="no such file"):
            read_articles(tmp_path / f"in.{suffix}")
    (tmp_path / "in.csv").write_text("title,body\nx,y\n")
    with pytest.raises(ValueError, match=r"in.csv: column text is missing"):
        read_articles(tmp_path / "in.csv")


def test_contracts_hold_where_nothing_is_a_unit(tmp_path):
    rows = [{"article_id": "a", "text": TEXT}, {"article_id": "b", "text": "no Arabic here"}]
    articles, units = read_jsonl(write_lines(tmp_path / "in.jsonl", *rows))
    tables.check(articles, "articles")
    tables.check(units, "units")
    assert articles["status"].tolist() == ["ok", "not_arabic"]
    assert set(units["article_id"]) == {"a"}
