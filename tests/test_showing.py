"""Figures, evidence, sentences and the report, on three small articles whose numbers are counted by hand."""

import contextlib
import html
import json
import os
import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb

from framing import measuring, showing, tables
from framing.showing import plots, report, words
from framing.showing.evidence import COLUMNS

ARTICLES = {
    "n1": ("north", ["قاعدة أجنبية تحرك التنظيم", "نقلت القوات الأجنبية عناصر التنظيم ليلا.", "هاجم التنظيم الجيش."]),
    "n2": ("north", ["صمت في الشرق", "لم تتحرك الطائرات رغم الهجوم."]),
    "s1": ("south", ["غارات على المواقع", "قصفت الطائرات مواقع التنظيم.", "لم تمنع الغارات تحركه <b>قط</b> $x$ $y$."]),
}
CODES = [
    ("n1", 1, "us", "sponsor", "asserted", "outlet", "تحرك التنظيم"),
    ("n1", 2, "us", "sponsor", "hedged", "source", "نقلت القوات الأجنبية"),
    ("n1", 3, "syria", "target", "asserted", "outlet", "هاجم التنظيم الجيش"),
    ("n2", 2, "russia", "bystander", "denied", "source", "لم تتحرك"),
    ("s1", 2, "russia", "opponent", "asserted", "outlet", "قصفت"),
    ("s1", 3, "russia", "bystander", "asserted", "outlet", "لم تمنع"),
]
OUTLETS = [
    ("south", "South Wire", "وكالة الجنوب", "opposition"),
    ("north", "North_Post", "بريد الشمال", "state-aligned"),
]


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "my corpus"
    folder.mkdir()
    return make_corpus(folder)


def make_corpus(folder: Path) -> SimpleNamespace:
    outlets = [
        {"outlet_id": i, "name": n, "name_ar": a, "alignment": g, "country": "", "note": "", "source": "invented"}
        for i, n, a, g in OUTLETS
    ]
    articles, units, codes = [], [], []
    for article_id, (outlet_id, sentences) in ARTICLES.items():
        place = 0
        for number, sentence in enumerate(sentences, 1):
            kind = "headline" if number == 1 else "body"
            unit = {
                "article_id": article_id,
                "unit": number,
                "kind": kind,
                "start": place,
                "end": place + len(sentence),
            }
            units.append(unit)
            place += len(sentence) + 1
        row = dict.fromkeys(tables.empty("articles").columns, "")
        row |= {"article_id": article_id, "outlet_id": outlet_id, "title": sentences[0], "status": "ok"}
        articles.append(row | {"text": "\n".join(sentences)})
    starts = {(unit["article_id"], unit["unit"]): unit["start"] for unit in units}
    for article_id, unit, actor, role, modality, voice, span in CODES:
        start = starts[article_id, unit] + ARTICLES[article_id][1][unit - 1].index(span)
        codes.append(
            {"article_id": article_id, "coder": "rules", "unit": unit, "actor": actor, "role": role, "proxy": 0}
            | {"modality": modality, "voice": voice, "start": start, "end": start + len(span), "rule": "act.slot"}
        )
    return SimpleNamespace(
        folder=folder,
        outlets=tables.build(outlets, "outlets"),
        articles=tables.build(articles, "articles"),
        units=tables.build(units, "units"),
        mentions=tables.empty("mentions"),
        codes=tables.build(codes, "codes"),
        hand=tables.empty("codes"),
    )


def profile_of(corpus):
    return measuring.attribution_profile(corpus.articles, corpus.units, corpus.codes)


def evidence_of(corpus):
    return showing.evidence(corpus.articles, corpus.units, corpus.codes, corpus.outlets)


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture(autouse=True)
def no_figure_left():
    before = plt.get_fignums()
    yield
    for number in set(plt.get_fignums()) - set(before):
        plt.close(number)


# Evidence


def test_evidence_has_one_row_per_code_with_its_sentence_and_span(corpus):
    found = evidence_of(corpus)
    assert len(found) == len(CODES)
    # The state-aligned outlet comes first though outlets.csv names it last; actors in the order of the contract.
    assert found[["outlet_id", "actor", "role"]].to_records(index=False).tolist() == [
        ("north", "us", "sponsor"),
        ("north", "us", "sponsor"),
        ("north", "russia", "bystander"),
        ("north", "syria", "target"),
        ("south", "russia", "bystander"),
        ("south", "russia", "opponent"),
    ]
    second = found.iloc[1]
    assert second["sentence"] == "نقلت القوات الأجنبية عناصر التنظيم ليلا."
    assert second["evidence"] == "نقلت القوات الأجنبية"
    assert (second["span_start"], second["span_end"]) == (0, 20)
    assert second["in_words"] == "US as sponsor"


def test_evidence_leaves_its_input_alone_and_cuts_a_span_to_its_unit(corpus):
    codes = corpus.codes.copy()
    codes.loc[0, "end"] = 10_000
    before = codes.copy()
    found = showing.evidence(corpus.articles, corpus.units, codes, corpus.outlets)
    assert found.iloc[0]["evidence"] == "تحرك التنظيم"
    pd.testing.assert_frame_equal(codes, before)


def test_evidence_says_where_its_actor_is_named(corpus):
    n1 = "\n".join(ARTICLES["n1"][1])
    places = [("n1", "us", n1.index("قاعدة")), ("n1", "syria", n1.index("الجيش")), ("s1", "russia", 0)]
    mentions = pd.DataFrame(places, columns=["article_id", "actor", "start"])
    mentions["end"] = mentions["start"] + 5
    found = showing.evidence(corpus.articles, corpus.units, corpus.codes, corpus.outlets, mentions)
    # The base stands in the headline, before the words that made its code, and in no later sentence.
    assert found[["article_id", "unit", "actor_named"]].to_records(index=False).tolist() == [
        ("n1", 1, "sentence"),
        ("n1", 2, "earlier"),
        ("n2", 2, "nowhere"),
        ("n1", 3, "marked"),
        ("s1", 3, "earlier"),
        ("s1", 2, "earlier"),
    ]
    assert set(evidence_of(corpus)["actor_named"]) == {""}
    assert showing.cards(found).data.count("actor named earlier in the article") == 3


def test_evidence_without_codes_keeps_its_columns(corpus):
    corpus.codes = corpus.codes.iloc[:0]
    assert tuple(evidence_of(corpus).columns) == COLUMNS
    assert "No sentence" in showing.cards(evidence_of(corpus)).data


def test_a_code_of_a_unit_that_is_not_there_is_named(corpus):
    corpus.codes.loc[0, "unit"] = 99
    with pytest.raises(ValueError, match="'n1' has no unit 99"):
        evidence_of(corpus)


def test_an_outlet_missing_from_outlets_is_named(corpus):
    corpus.outlets = corpus.outlets.iloc[:1]
    with pytest.raises(ValueError, match="'north' is not in outlets"):
        evidence_of(corpus)


# Cards


def row_with(sentence: str, start: int, end: int) -> SimpleNamespace:
    return SimpleNamespace(
        name="Wire", name_ar="وكالة", alignment="opposition", in_words="US as sponsor", role="sponsor",
        sentence=sentence,
        span_start=start, span_end=end, modality="hedged", voice="source", proxy=1, coder="rules", rule="a.b",
        article_id="x", unit=3, actor_named="earlier",
    )  # fmt: skip


class _Text(HTMLParser):
    """Collects the text of the Arabic paragraph and of the mark inside it, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence, self.mark, self.tags, self._open = "", "", [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        self._open.remove(tag)

    def handle_data(self, data):
        if "p" in self._open:
            self.sentence += data
        if "mark" in self._open:
            self.mark += data


def read(card: str) -> _Text:
    parser = _Text()
    parser.feed(card)
    return parser


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_a_card_shows_any_sentence_whole_and_lets_none_of_it_become_markup(sentence, one, other):
    start, end = sorted(min(place, len(sentence)) for place in (one, other))
    parsed = read(showing.card(row_with(sentence, start, end)))
    seen = re.sub("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]", "", sentence)
    assert parsed.sentence == seen
    assert [tag for tag, _ in parsed.tags] == ["div", "div", "b", "bdi", "bdi", "span", "p", "mark", "div", "bdi"]


def test_a_card_marks_the_evidence_and_says_the_rest_in_words():
    card = showing.card(row_with("قال إن القوات نقلت العناصر", 7, 18))
    parsed = read(card)
    assert parsed.mark == "القوات نقلت"
    paragraph = next(attrs for tag, attrs in parsed.tags if tag == "p")
    assert (paragraph["dir"], paragraph["lang"]) == ("rtl", "ar")
    mark = next(attrs for tag, attrs in parsed.tags if tag == "mark")
    assert "underline" in mark["style"] and "bold" in mark["style"]
    for phrase in (
        "US as sponsor",
        "opposition",
        "hedged",
        "given to a source",
        "through a proxy",
        "actor named earlier in the article",
        "rule a.b",
        "unit 3",
    ):
        assert phrase in card
    assert "tex2jax_ignore mathjax_ignore" in card


def test_direction_overrides_of_a_text_do_not_reach_the_page():
    assert not set(showing.card(row_with("قبل \u202eقلب\u2066 بعد", 0, 3))) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2069"
    )


def test_cards_say_how_many_there_are(corpus):
    assert showing.cards(evidence_of(corpus), most=2).data.count("<mark") == 2
    assert "2 of 6 sentences shown" in showing.cards(evidence_of(corpus), most=2).data
    assert "shown" not in showing.cards(evidence_of(corpus)).data


def test_a_table_gives_each_cell_its_own_direction_and_an_undefined_number_a_dash():
    shown = showing.table(pd.DataFrame({"share": [0.125, float("nan")], "text": ["نص <b>", "b"]})).data
    assert shown.count('dir="auto"') == 4
    assert shown.count('dir="auto" style="text-align:right') == 1
    assert ">0.004<" in showing.table(pd.DataFrame({"share": [0.004]})).data
    assert ">0.12<" in shown and ">–<" in shown and "نص &lt;b&gt;" in shown


# Words


def test_sentences_take_their_numbers_from_the_profile(corpus):
    profile = profile_of(corpus)
    by_outlet = words.unmarked(words.answers_by_outlet(profile, corpus.outlets))
    # North: 2 of its 5 units make the US a sponsor; its only bystander is denied and not counted.
    assert "North_Post · بريد الشمال, state-aligned: of 5 units, the US as sponsor in 2 (40%)." in by_outlet
    assert "South Wire · وكالة الجنوب, opposition: of 3 units, Russia as bystander in 1 (33%)." in by_outlet
    by_role = words.unmarked(words.answers_by_role(profile, corpus.outlets))
    assert "sponsor: the US in 2 units (North_Post 2)." in by_role
    assert "colluder: nobody." in by_role
    short = words.answer(profile, corpus.outlets)
    assert "outlets most often name the US as sponsor (2 of 5 units; mean over 1 outlet 40%)." in short
    assert "outlets most often name Russia as bystander (1 of 3 units; mean over 1 outlet 33%)." in short
    assert short.endswith("In a mean every outlet counts alike, however many units it has.")


def two_opposition_outlets() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Profile rows by hand: summed over units the US leads with 10 of 110, by the mean of shares Russia does."""
    rows = [("a", "us", 10, 100), ("b", "us", 0, 10), ("a", "russia", 0, 100), ("b", "russia", 4, 10)]
    profile = [
        {"outlet_id": outlet, "actor": actor, "role": "bystander", "n": n, "n_units": of, "share": n / of}
        for outlet, actor, n, of in rows
    ]
    outlets = [dict.fromkeys(tables.empty("outlets").columns, "x") | {"outlet_id": o, "name": o} for o in ("a", "b")]
    return pd.DataFrame(profile), pd.DataFrame(outlets).assign(alignment="opposition", name_ar="")


def test_the_answer_goes_by_the_mean_over_outlets_and_says_so():
    said = words.answer(*two_opposition_outlets())
    assert said.startswith(
        "Of those held responsible, the opposition outlets most often name Russia as bystander "
        "(4 of 110 units; mean over 2 outlets 20%)."
    )


def test_the_answer_takes_the_difference_and_its_interval_from_the_contrast():
    profile, outlets = two_opposition_outlets()
    row = {"actor": "russia", "role": "bystander", "level": 0.95, "p": 0.5}
    row |= {"group_a": "state-aligned", "outlets_a": 2, "share_a": 0.004}
    row |= {"group_b": "opposition", "outlets_b": 2, "share_b": 0.2}
    contrast = pd.DataFrame([row | {"difference": -0.196, "low": -0.3, "high": 0.05}])
    assert (
        "mean over 2 outlets 20%, state-aligned 0.4%; state-aligned less opposition: −20 points, "
        "95% interval −30 to +5.0)."
    ) in words.answer(profile, outlets, contrast)
    # The list of differences gives the same means.
    assert words.answers_by_group(contrast) == (
        "- **Russia as bystander**: mean over 2 state-aligned outlets 0.4%, over 2 opposition outlets 20%; "
        "difference −20 points (95% interval −30 to +5.0), p = 0.50."
    )


def test_only_a_count_of_one_outlet_is_linked():
    profile, outlets = two_opposition_outlets()
    link = "{}/{}/{}".format
    assert "([4](b/russia/bystander) of 110 units" in words.answer(profile, outlets, link=link)
    profile["n"], profile["share"] = 5, [0.05, 0.5, 0.05, 0.5]
    assert "(10 of 110 units" in words.answer(profile, outlets, link=link)
    by_role = words.answers_by_role(profile, outlets, link=link)
    assert "the US in 10 units (" in by_role and "[5](a/us/bystander)" in by_role


@given(st.floats(0, 1))
def test_a_share_is_zero_only_where_it_is(share):
    shown = words.percent(share)
    assert (shown == "0%") == (share < 1e-11)
    if shown not in ("0%", "<0.1%"):
        assert abs(float(shown.rstrip("%")) - 100 * share) <= (0.0501 if 100 * share < 9.9 else 0.501)
    assert words.points(-share) in ("0", "−" + shown.rstrip("%"))


def test_shares_just_below_ten_percent_do_not_get_a_digit_too_many():
    assert [words.percent(share) for share in (0.0994, 0.0996, 0.1, 0.05)] == ["9.9%", "10%", "10%", "5.0%"]


def test_notes_count_how_the_intervals_were_made(corpus):
    profile = profile_of(corpus)
    # North has codes of two pairs, and of South's two; the other 36 rows have no code to resample.
    assert words.note(profile) == (
        "n = 8 units in 3 articles of 2 outlets; 95% intervals: 4 from 2,000 resamples of articles, or of units where "
        "an outlet has one article (seed 20150721), 36 Wilson's, since resampling shows no spread where an outlet has "
        "no code or the same everywhere."
    )
    south = profile[profile["outlet_id"] == "south"]
    assert "2 from 2,000 resamples of units (seed 20150721), 18 Wilson's." in words.note(south, short=True)
    assert "95% intervals: all 2 from 2,000 resamples" in words.note(south[south["n"] > 0])
    contrast = showing.contrast_if_any(corpus.articles, corpus.units, corpus.codes, corpus.outlets)
    # Each pair is given by one outlet only, so none of the differences can be resampled on both sides.
    assert "95% intervals: all 20 put together from the outlets' limits, since an outlet without a code" in (
        words.contrast_note(contrast)
    )
    contrast.loc[0, "interval"] = "bootstrap"
    assert "intervals: 1 from 2,000 resamples of articles or units (seed 20150721), 19 put together from the" in (
        words.contrast_note(contrast, short=True)
    )


def test_articles_left_out_are_listed_with_their_reason(corpus):
    corpus.articles.loc[1, ["status", "reason"]] = ["not_arabic", "Latin letters"]
    assert words.left_out(corpus.articles).to_numpy().tolist() == [["n2", "not arabic", "Latin letters"]]


def test_one_article_is_told_from_its_own_rows(corpus):
    one = showing.one_article(corpus.articles, "n1")
    units = corpus.units[corpus.units["article_id"] == "n1"]
    codes = corpus.codes[corpus.codes["article_id"] == "n1"]
    length = len("\n".join(ARTICLES["n1"][1]))
    said = words.unmarked(words.describe_article(one, corpus.outlets))
    assert f"by North_Post · بريد الشمال, coded as state-aligned, without a date, {length} characters long" in said
    assert words.describe_units(units) == "3 units: 2 sentences and 1 headline."
    assert words.describe_codes(codes, units).startswith(
        "3 codes in 3 of 3 units: US as sponsor 2 and Syrian government as target 1."
    )
    assert words.describe_codes(codes.iloc[:0], units).startswith("None of 3 units carries a code")
    mentions = pd.DataFrame({"unit": [1, 1, 3], "kind": ["isis", "actor", "other"], "actor": ["", "us", ""]})
    assert words.describe_mentions(mentions, units) == (
        "3 mentions: ISIS 1, the US 1 and other words of the lists 1. In 1 of 3 units nobody is named."
    )


def test_the_article_to_follow_is_the_first_that_is_ok_or_the_one_named(corpus):
    corpus.articles.loc[0, "status"] = "empty"
    assert showing.one_article(corpus.articles)["article_id"].tolist() == ["n2"]
    assert showing.one_article(corpus.articles, "s1")["article_id"].tolist() == ["s1"]
    with pytest.raises(ValueError, match="no article 'x1'; the first ones are n1, n2 and s1"):
        showing.one_article(corpus.articles, "x1")


def test_an_outlet_that_blames_nobody_is_said_to(corpus):
    corpus.codes = corpus.codes[corpus.codes["role"] == "target"]
    profile = profile_of(corpus)
    assert "of 3 units, none holds anyone responsible" in words.answers_by_outlet(profile, corpus.outlets)
    assert "The opposition outlets hold none of the US, Russia and Iran responsible in any of 3 units." in words.answer(
        profile, corpus.outlets
    )


def test_differences_are_told_largest_first_with_interval_and_p(corpus):
    contrast = showing.contrast_if_any(corpus.articles, corpus.units, corpus.codes, corpus.outlets)
    lines = words.answers_by_group(contrast).splitlines()
    # US as sponsor 2/5 - 0/3 = +40 points; Russia as bystander 0/5 - 1/3 = -33 points.
    assert "mean over 1 state-aligned outlet 40%, over 1 opposition outlet 0%; difference +40 points" in lines[0]
    assert "difference −33 points" in lines[1]
    assert len(lines) == 2
    assert all("95% interval" in line and "p = 1.00" in line for line in lines)


def test_a_corpus_without_one_of_the_groups_is_not_compared(corpus):
    corpus.outlets["alignment"] = "opposition"
    contrast = showing.contrast_if_any(corpus.articles, corpus.units, corpus.codes, corpus.outlets)
    assert contrast.empty
    assert "nothing is compared" in showing.limits_in_words(contrast)
    assert "not two groups" in words.answers_by_group(contrast)


def test_agreement_counts_codes_of_both_coders_and_of_each_alone(corpus):
    hand = corpus.codes[corpus.codes["article_id"] == "n1"].assign(coder="hand")
    hand.loc[hand["role"] == "target", "actor"] = "iran"
    table = words.agreement(corpus.codes, hand).set_index("role")
    # n2 and s1 have no hand codes and do not count.
    assert table.loc["sponsor"].tolist() == [2, 0, 0]
    assert table.loc["target"].tolist() == [0, 1, 1]
    assert table.loc["all"].tolist() == [2, 1, 1]
    said = words.agreement_in_words(table.reset_index())
    assert said == "Of 3 hand codes the machine gives 2 (67%) and misses 1; it gives 1 that no hand gave."
    assert "no hand codes" in words.agreement_in_words(words.agreement(corpus.codes, hand.iloc[:0]))


def test_the_corpus_is_described_with_what_was_left_out(corpus):
    corpus.articles.loc[corpus.articles["article_id"] == "n2", "status"] = "duplicate"
    said = words.describe_corpus(corpus.outlets, corpus.articles, corpus.units, corpus.codes)
    assert "2 articles of 2 outlets (1 state-aligned, 1 opposition)" in said
    assert "1 article could not be used: 1 duplicate." in said


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_a_name_in_markdown_shows_exactly_itself(name):
    visible = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", name)
    assert words.unmarked(words.plain(name)).replace("\n", " ") == visible.replace("\n", " ")


# Figures


def test_the_matrix_prints_count_and_share_in_the_cell_of_outlet_actor_and_role(corpus, ax):
    assert plots.draw_attribution(profile_of(corpus), corpus.outlets, ax) is ax
    # First outlet row starts half a row down; the first column is US as sponsor.
    cells = {tuple(round(float(place), 1) for place in text.get_position()): text.get_text() for text in ax.texts}
    assert cells[0.5, 1.0] == "2\n40%"
    assert cells[1.5, 1.0] == "0"
    # Russia's block starts at 5.3; bystander is its third column; the opposition row lies one row and a heading down.
    assert cells[7.8, 2.5] == "1\n33%"
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[:2] == ["■ state-aligned", "● opposition"]
    assert labels[2] == "North_Post  بريد الشمال\n5 units, 2 articles"
    assert not any(label.get_parse_math() for label in ax.get_yticklabels())


def test_the_matrix_is_darkest_where_the_share_is_largest(corpus, ax):
    plots.draw_attribution(profile_of(corpus), corpus.outlets, ax, actors=("us",))
    cells = {patch.get_xy(): to_hex(patch.get_facecolor()) for patch in ax.patches if patch.get_height() == 1}
    assert len(cells) == 2 * 5
    assert cells[0, 0.5] == plots.ROLE_COLOURS["sponsor"].lower()
    assert cells[1, 0.5] == "#ffffff"


def test_intervals_are_drawn_where_the_profile_has_them(corpus, ax):
    profile = profile_of(corpus)
    plots.draw_intervals(profile, corpus.outlets, ax, "us", "sponsor")
    north = profile.set_index(["outlet_id", "actor", "role"]).loc[("north", "us", "sponsor")]
    line, dot = ax.lines[0], ax.lines[1]
    assert line.get_xdata().tolist() == [north["low"], north["high"]]
    assert dot.get_xdata() == [0.4] and dot.get_marker() == plots.ALIGNMENT_MARKERS["state-aligned"]
    assert ax.lines[3].get_marker() == plots.ALIGNMENT_MARKERS["opposition"]
    assert ax.lines[3].get_markerfacecolor() == "white"
    assert ax.get_title() == "US as sponsor"


def test_an_outlet_without_units_gets_no_dot(corpus, ax):
    corpus.units = corpus.units[corpus.units["article_id"] != "s1"]
    corpus.codes = corpus.codes[corpus.codes["article_id"] != "s1"]
    plots.draw_intervals(profile_of(corpus), corpus.outlets, ax, "us", "sponsor")
    assert len(ax.lines) == 2


def test_the_forest_draws_each_difference_that_exists_and_prints_shares_and_p(corpus, ax):
    contrast = showing.contrast_if_any(corpus.articles, corpus.units, corpus.codes, corpus.outlets)
    plots.draw_contrast(contrast, ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "US as sponsor",
        "Russia as bystander",
        "Russia as opponent",
        "Syrian government as target",
    ]
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "|"]
    assert dots == pytest.approx([2 / 5, -1 / 3, -1 / 3, 1 / 5])
    assert ax.texts[0].get_text() == "40% − 0%   p = 1.00"
    contrast["interval"] = ["bootstrap", *["combined"] * (len(contrast) - 1)]
    other = plt.figure().add_subplot()
    plots.draw_contrast(contrast, other)
    assert [line.get_linewidth() for line in other.lines[:-1:2]] == [2.5, 1, 1, 1]
    assert "more by opposition" in ax.get_xlabel() and ax.get_xlabel().endswith("more by state-aligned →")


@pytest.mark.parametrize("make", ["attribution", "intervals"])
def test_whole_figures_say_n_and_describe_themselves(corpus, make):
    figure = {"attribution": plots.attribution_figure, "intervals": plots.intervals_figure}[make](
        profile_of(corpus), corpus.outlets
    )
    said = figure.get_supxlabel().replace("\n", " ")
    assert "n = 8 units in 3 articles of 2 outlets" in said
    # Nine panels of two outlets; North's sponsor and South's bystander are the only ones to resample.
    assert ("95% intervals: 2 from 2,000 resamples of articles or units" in said) == (make == "intervals")
    assert "in 2" in plots.description(figure)


def test_the_contrast_figure_says_what_was_resampled(corpus):
    contrast = showing.contrast_if_any(corpus.articles, corpus.units, corpus.codes, corpus.outlets)
    said = plots.contrast_figure(contrast).get_supxlabel().replace("\n", " ")
    assert "1 state-aligned outlet, 1 opposition outlet; 95% intervals: all 4 put together from the outlets'" in said
    assert "smallest possible permutation p = 1.0" in said


def test_empty_tables_are_drawn_empty():
    outlets, profile, contrast = (tables.empty(name) for name in ("outlets", "profile", "contrast"))
    figures = [
        plots.attribution_figure(profile, outlets),
        plots.intervals_figure(profile, outlets),
        plots.contrast_figure(contrast),
    ]
    for figure in figures:
        assert all(len(axes.texts) == 1 and not axes.lines for axes in figure.axes)


def test_long_names_stay_within_two_lines_each_and_rows_grow_for_them(corpus):
    short = plots.attribution_figure(profile_of(corpus), corpus.outlets).get_size_inches()
    corpus.outlets["name"] = "The " + "Very Long " * 12 + "Name"
    corpus.outlets["name_ar"] = "الوكالة الوطنية للأنباء " * 8
    figure = plots.attribution_figure(profile_of(corpus), corpus.outlets)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels() if "units" in label.get_text()]
    assert labels
    assert all(len(label.splitlines()) == 5 and max(map(len, label.splitlines())) <= 36 for label in labels)
    assert figure.get_size_inches()[1] > short[1]


def contrast_ratio(one: str, other: str) -> float:
    def luminance(colour):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_what_is_printed_in_a_cell_can_be_read_on_every_shade():
    for role, colour in plots.ROLE_COLOURS.items():
        for shade in (0.15, 0.5, 0.8, 1):
            mixed = tuple(1 - shade * (1 - part) for part in to_rgb(colour))
            assert contrast_ratio(plots._ink(mixed), mixed) >= 4.5, role


def test_colours_of_the_page_have_the_contrast_that_wcag_asks_for():
    style = (Path(report.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+): (#\w{6});", style))
    for name in ("ink", "soft", "link"):
        for paper in (colours["paper"], "#f6f6f6", "#f3f7fb"):
            assert contrast_ratio(colours[name], paper) >= 4.5, name


def test_saving_twice_gives_the_same_bytes(corpus, tmp_path):
    written = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        paths = showing.save(plots.attribution_figure(profile_of(corpus), corpus.outlets), tmp_path / name, "matrix")
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]
    assert b"<dc:date>" not in written[0][0]


def test_drawing_changes_no_setting(corpus):
    before = dict(plt.rcParams)
    plots.attribution_figure(profile_of(corpus), corpus.outlets)
    assert dict(plt.rcParams) == before


def test_importing_changes_no_setting():
    look = "old = dict(plt.rcParams); import framing.showing; assert old == dict(plt.rcParams)"
    program = f"import matplotlib.pyplot as plt; {look}"
    subprocess.run([sys.executable, "-c", program], check=True)


# Report


def notebook(folder: Path, name: str, sources: list[str], tags: tuple[str, ...] = ("parameters",)) -> Path:
    cells = [nbformat.v4.new_markdown_cell("# A small notebook")]
    cells += [nbformat.v4.new_code_cell("CORPUS = None", metadata={"tags": list(tags)})]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """One report, written once; the notebook says which corpus it was given."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "my corpus").mkdir()
    corpus = make_corpus(folder / "my corpus")
    notebook(folder / "notebooks", "01_small", ["from pathlib import Path", "print('corpus:', Path(CORPUS).name)"])
    steps = []
    index = report.write_report(
        corpus,
        folder / "notebooks",
        folder / "out",
        progress=lambda *step: steps.append(step),
        command="framing report",
        made_on="2026-01-02",
    )
    return SimpleNamespace(folder=folder / "out", corpus=corpus, index=index, steps=steps, beside=folder)


def test_the_report_has_its_pages_tables_and_figures(written):
    assert written.index == written.folder / "index.html"
    tables_there = {"outlets", "articles", "units", "mentions", "codes", "profile", "contrast", "evidence"}
    assert files(written.folder) == (
        {".framing-report", "index.html", "evidence.html", "01_small.html", "style.css"}
        | {f"tables/{name}.csv" for name in tables_there}
        | {f"figures/{name}.{kind}" for name in ("attribution", "intervals", "contrast") for kind in ("svg", "png")}
    )
    assert {path.name for path in written.beside.iterdir()} == {"my corpus", "notebooks", "out"}


def test_progress_counts_to_the_end(written):
    done = [step[0] for step in written.steps]
    assert done == list(range(len(done)))
    assert written.steps[-1][:2] == (5, 5)
    assert "01_small, cell 2" in [label for _, _, label in written.steps]


def test_the_notebook_ran_on_the_corpus_and_its_page_names_no_path_of_this_machine(written):
    page = (written.folder / "01_small.html").read_text(encoding="utf-8")
    assert "corpus: my corpus" in page
    for path in written.folder.rglob("*.html"):
        assert str(written.beside) not in path.read_text(encoding="utf-8")


def test_nothing_is_loaded_from_elsewhere_and_every_link_leads_somewhere(written):
    loaded = re.compile(r"""(?:src|href|poster|data)\s*=\s*["']([^"']*)["']|url\(([^)]*)\)|@import\s+(\S+)""")
    pages = {path.name: path.read_text(encoding="utf-8") for path in written.folder.glob("*.html")}
    pages["style.css"] = (written.folder / "style.css").read_text(encoding="utf-8")
    links = [(name, next(filter(None, found), "")) for name, text in pages.items() for found in loaded.findall(text)]
    assert len(links) > 20
    for name, link in links:
        link = html.unescape(link)
        if link.startswith("data:image/"):
            continue
        target, _, fragment = link.partition("#")
        assert (written.folder / (target or name)).is_file(), (name, link)
        if fragment:
            assert f'id="{fragment}"' in pages[target or name], (name, link)
    assert not any("<script" in text for text in pages.values())


def test_below_each_number_stand_exactly_its_sentences(written):
    index = (written.folder / "index.html").read_text(encoding="utf-8")
    page = (written.folder / "evidence.html").read_text(encoding="utf-8")
    found = re.findall(r'href="evidence.html#([^"]+)"[^>]*>(\d+)</a>', index)
    linked = dict(found)
    # Wherever a count stands (table, lists, answer) it is the same one.
    assert set(found) == set(linked.items())
    # In the table and by role, and those that hold responsible also in the answer and by outlet.
    assert [name for name, _ in found].count("north-us-sponsor") == 4
    assert [name for name, _ in found].count("south-russia-opponent") == 2
    assert linked == {
        "north-us-sponsor": "2",
        "north-syria-target": "1",
        "south-russia-opponent": "1",
        "south-russia-bystander": "1",
    }
    sections = dict(re.findall(r'<section id="([^"]+)">(.*?)</section>', page, re.DOTALL))
    assert {name: str(text.count("<mark")) for name, text in sections.items() if not name.endswith("-denied")} == linked
    assert "نقلت القوات الأجنبية" in sections["north-us-sponsor"]
    # The denial is no part of any count, but is there to read.
    assert sections["north-russia-bystander-denied"].count("<mark") == 1


def test_markup_in_an_article_stays_text_in_the_report(written):
    page = (written.folder / "evidence.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;قط&lt;/b&gt; $x$ $y$" in page


@pytest.mark.parametrize("page", ["index", "evidence", "01_small"])
def test_pages_are_well_ordered(written, page):
    text = (written.folder / f"{page}.html").read_text(encoding="utf-8")
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert '<html lang="en"' in text
    assert all(re.search(r'alt="[^"]{20,}"', image) for image in re.findall(r"<img[^>]*>", text))


def test_the_first_page_states_the_limits_once(written):
    contrast = measuring.contrast(
        *(getattr(written.corpus, name) for name in ("articles", "units", "codes", "outlets"))
    )
    index = html.unescape((written.folder / "index.html").read_text(encoding="utf-8"))
    assert index.count(measuring.limits(contrast)) == 1


@pytest.mark.parametrize("number", [2, 21])
def test_the_first_page_lists_the_articles_left_out(corpus, tmp_path, number):
    left = corpus.articles.iloc[[0] * number].assign(
        article_id=[f"bad-{i}" for i in range(number)], status="not_arabic", reason="share <40%"
    )
    corpus.articles = pd.concat([corpus.articles, left], ignore_index=True)
    (tmp_path / "none").mkdir()
    index = report.write_report(corpus, tmp_path / "none", tmp_path / "out").read_text(encoding="utf-8")
    assert index.count("<td>not arabic</td><td>share &lt;40%</td>") == number
    assert "<bdi>bad-1</bdi>" in index
    assert ("<details>" in index) == (number > 20)


def test_the_first_page_says_where_it_comes_from(written):
    index = (written.folder / "index.html").read_text(encoding="utf-8")
    for part in ("my corpus", report.corpus_hash(written.corpus.outlets, written.corpus.articles), "2026-01-02"):
        assert part in index


def test_tables_open_in_a_spreadsheet_and_come_back_whole(written):
    path = written.folder / "tables" / "evidence.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(path, keep_default_na=False)
    assert back["sentence"].tolist() == evidence_of(written.corpus)["sentence"].tolist()
    assert "text" not in pd.read_csv(written.folder / "tables" / "articles.csv").columns


def test_the_hash_goes_by_content(corpus):
    first = report.corpus_hash(corpus.outlets, corpus.articles)
    corpus.articles.loc[0, "text"] += "."
    assert report.corpus_hash(corpus.outlets, corpus.articles) != first


def test_a_report_takes_the_place_of_an_older_one_and_of_nothing_else(corpus, tmp_path):
    books = tmp_path / "none"
    books.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match="out holds files"):
        report.write_report(corpus, books, out)
    assert files(out) == {"thesis.txt"}
    (out / "thesis.txt").rename(out / report.MARKER)
    (out / "old.html").write_text("old")
    report.write_report(corpus, books, out)
    assert "old.html" not in files(out) and "index.html" in files(out)
    assert {path.name for path in tmp_path.iterdir()} == {"my corpus", "none", "out"}
    with pytest.raises(ValueError, match="is a file"):
        report.write_report(corpus, books, out / "index.html")


@pytest.mark.parametrize("codes", ["none", "one outlet", "no articles"])
def test_a_poor_corpus_still_gets_a_report(corpus, tmp_path, codes):
    if codes == "none":
        corpus.codes = corpus.codes.iloc[:0]
    elif codes == "one outlet":
        for name in ("articles", "units", "codes"):
            table = getattr(corpus, name)
            setattr(corpus, name, table[table["article_id"] == "s1"].reset_index(drop=True))
    else:
        for name in ("articles", "units", "codes"):
            setattr(corpus, name, tables.empty(name))
    (tmp_path / "none").mkdir()
    index = report.write_report(corpus, tmp_path / "none", tmp_path / "out").read_text(encoding="utf-8")
    assert ("nothing is compared" in index) == (codes != "none")
    assert not re.search(r"\bnan\b", index, re.IGNORECASE)


def test_a_failing_notebook_is_named_with_cell_and_line_and_leaves_nothing_behind(corpus, tmp_path):
    notebook(tmp_path / "notebooks", "07_bad", ["a = 1", "b = 2\nraise KeyError('gone')"])
    with pytest.raises(
        ValueError, match=r"07_bad\.ipynb, code cell 3, at `raise KeyError\('gone'\)`: KeyError: 'gone'"
    ):
        report.write_report(corpus, tmp_path / "notebooks", tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"my corpus", "notebooks"}


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("cells", [0, 2])
def test_a_signal_stops_the_run_as_one_interrupt_and_leaves_nothing(corpus, tmp_path, number, cells):
    """Sent while the kernel starts, and while a cell runs, to a process that does nothing else."""
    notebook(tmp_path / "notebooks", "10_slow", ["import time", "time.sleep(60)"])
    script = f"""
import os, signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_showing import make_corpus
from framing.showing import report
def seen(done, total, label):
    if label == ("10_slow, cell 3" if {cells} else "measuring and drawing"):
        threading.Timer(0.5 if {cells} else 0, os.kill, (os.getpid(), signal.{number})).start()
try:
    report.write_report(make_corpus(Path("my corpus")), Path("notebooks"), Path("out"), progress=seen)
except KeyboardInterrupt:
    print("interrupted")
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=50)
    assert (run.stdout, run.stderr, run.returncode) == ("interrupted\n", "", 0)
    assert {path.name for path in tmp_path.iterdir()} == {"my corpus", "notebooks"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_was_swallowed_stops_the_run_at_the_next_step(corpus, tmp_path, number):
    """Python swallows what is raised in a callback of the garbage collector, as this one does."""
    notebook(tmp_path / "notebooks", "10_any", [])
    labels = []

    def seen(done, total, label):
        labels.append(label)
        if label == "measuring and drawing":
            with contextlib.suppress(KeyboardInterrupt):
                os.kill(os.getpid(), number)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            report.write_report(corpus, tmp_path / "notebooks", tmp_path / "out", progress=seen)
    finally:
        signal.signal(signal.SIGINT, before)
    assert labels == ["measuring and drawing"]
    assert {path.name for path in tmp_path.iterdir()} == {"my corpus", "notebooks"}


def test_handlers_of_signals_are_those_from_before(tmp_path):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    report.run_notebook(notebook(tmp_path / "notebooks", "11_any", []))
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_dead_kernel_is_named(corpus, tmp_path):
    notebook(tmp_path / "notebooks", "12_dead", ["import os", "os._exit(1)"])
    with pytest.raises(ValueError, match=r"12_dead\.ipynb, code cell 3: the kernel died"):
        report.write_report(corpus, tmp_path / "notebooks", tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"my corpus", "notebooks"}


def test_what_a_killed_run_left_is_removed_after_a_day_and_nothing_else(corpus, tmp_path):
    (tmp_path / "none").mkdir()
    report.write_report(corpus, tmp_path / "none", tmp_path / "out")
    names = [".out-abcd1234", ".out-abcd5678", ".out-archived", ".other-abcd1234", ".out-abcd1234x"]
    for name in names:
        (tmp_path / name).mkdir()
        if name != ".out-archived":
            (tmp_path / name / report.MARKER).touch()
    old = tmp_path / ".out-old-abcd1234"
    (old / "out").mkdir(parents=True)
    (old / "out" / report.MARKER).touch()
    for name in {*names, old.name} - {".out-abcd5678"}:
        os.utime(tmp_path / name, (0, 0))
    report.write_report(corpus, tmp_path / "none", tmp_path / "out")
    left = {path.name for path in tmp_path.iterdir()} - {"my corpus", "none", "out"}
    # Young, without the marker, of another report, of another length.
    assert left == {".out-abcd5678", ".out-archived", ".other-abcd1234", ".out-abcd1234x"}


def test_a_notebook_without_a_parameters_cell_is_named(tmp_path):
    path = notebook(tmp_path / "notebooks", "08_fixed", [], tags=())
    with pytest.raises(ValueError, match=r'08_fixed\.ipynb: no cell is tagged "parameters"'):
        report.run_notebook(path, tmp_path)


def test_running_a_notebook_twice_gives_the_same_file(tmp_path):
    path = notebook(tmp_path / "notebooks", "09_same", ["CORPUS is None", "print('نص')"])
    runs = [nbformat.writes(report.run_notebook(path)) for _ in range(2)]
    assert runs[0] == runs[1]
    assert [cell.get("execution_count") for cell in json.loads(runs[0])["cells"]] == [None, 1, 2, 3]


# Agreement


def agreement_table() -> pd.DataFrame:
    rows = [
        ("presence", 10, 0.6, 0.5, 0.7, 0.8, 0.5, 0.62, 0.55, 0.7),
        ("role sponsor", 4, 0.9, np.nan, np.nan, 1.0, 0.75, 0.86, np.nan, np.nan),
        ("role target", 0, *[np.nan] * 8),
        ("actor iran", 6, 0.4, np.nan, np.nan, 0.5, 0.4, 0.44, 0.2, 0.6),
        ("modality", 3, np.nan, *[np.nan] * 7),
        ("voice", 3, 0.25, *[np.nan] * 7),
        ("proxy", 3, 1.0, *[np.nan] * 7),
    ]
    names = ["variable", "n", "alpha", "low", "high", "precision", "recall", "f1", "f1_low", "f1_high"]
    return pd.DataFrame(rows, columns=names)


def test_the_agreement_plot_has_a_dot_per_row_with_codes():
    _, ax = plt.subplots()
    plots.draw_agreement(agreement_table(), ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["all codes", "sponsor", "Iran"]
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == [0.62, 0.86, 0.44]
    assert "n 10   P 0.80   R 0.50   F1 0.62" in [text.get_text() for text in ax.texts]
    plt.close()


def test_scores_in_words_come_from_the_table():
    said = words.scores_in_words(agreement_table())
    for part in (
        "precision 0.80, recall 0.50, F1 0.62 (0.55 to 0.70); alpha 0.60 (0.50 to 0.70)",
        "Weakest role: sponsor, F1 0.86",
        "Weakest actor: iran, F1 0.44",
        "Modality of the 3 shared codes: alpha not defined",
        "Voice of the 3 shared codes: alpha 0.25",
    ):
        assert part in said


def test_without_hand_codes_the_words_and_the_figure_say_so():
    nothing = agreement_table().assign(n=0, recall=np.nan, f1=np.nan)
    assert "no hand codes" in words.scores_in_words(nothing)
    assert "no hand codes" in plots.agreement_figure(nothing).axes[0].texts[0].get_text()
    plt.close("all")
