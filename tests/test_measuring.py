import itertools
import math
import random
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from framing import tables
from framing.measuring import (
    Resampling,
    attribution_matrix,
    attribution_profile,
    bootstrap,
    combine,
    commonest_role,
    contrast,
    interval,
    limits,
    permutation_p,
    wilson,
)

QUICK = Resampling(replicates=200, seed=7)
PAIRS = list(itertools.product(tables.ACTORS, tables.ROLES))


def corpus(printed, alignment=None):
    """Tables of a small corpus. `printed` has for each outlet its articles, an article is a list of units, and a unit
    is a text of codes such as "us/sponsor iran/target"."""
    articles, units, codes = [], [], []
    for outlet, texts in printed.items():
        for number, text in enumerate(texts, start=1):
            article = f"{outlet}-{number}"
            articles.append(
                {"article_id": article, "outlet_id": outlet, "status": "ok"}
                | dict.fromkeys(["published", "date_source", "url", "title", "text", "reason", "sha256"], "")
            )
            for unit, coded in enumerate(text, start=1):
                units.append({"article_id": article, "unit": unit, "kind": "body", "start": 0, "end": 1})
                codes += [code(article, unit, *pair.split("/")) for pair in coded.split()]
    outlets = [
        {"outlet_id": outlet, "name": outlet, "alignment": group, "source": "made up"}
        | dict.fromkeys(["name_ar", "country", "note"], "")
        for outlet, group in (alignment or {}).items()
    ]
    return (
        tables.build(articles, "articles"),
        tables.build(units, "units"),
        tables.build(codes, "codes"),
        tables.build(outlets, "outlets"),
    )


def code(article, unit, actor, role, **other):
    row = {"article_id": article, "coder": "rules", "unit": unit, "actor": actor, "role": role, "proxy": 0}
    return row | {"modality": "asserted", "voice": "outlet", "start": 0, "end": 1, "rule": "made up"} | other


def at(table, *key):
    return table.set_index(list(tables.TABLES["profile" if len(key) == 3 else "contrast"].key)).sort_index().loc[key]


# Ten units: alpha has 4 + 2, beta 3 in one article, gamma 1.
PRINTED = {
    "alpha": [["us/sponsor", "us/sponsor syria/target", "", "us/bystander"], ["", "us/sponsor syria/opponent"]],
    "beta": [["syria/target", "iran/sponsor", "us/sponsor"]],
    "gamma": [["iran/sponsor"]],
}
ALIGNMENT = {"alpha": "state-aligned", "beta": "opposition", "gamma": "opposition"}


# ---- Profile


def test_profile_counts_worked_out_by_hand():
    profile = attribution_profile(*corpus(PRINTED)[:3], QUICK)
    assert profile["outlet_id"].tolist() == ["alpha"] * 20 + ["beta"] * 20 + ["gamma"] * 20
    assert list(zip(profile["actor"], profile["role"], strict=True)) == PAIRS * 3

    found = {
        (row.outlet_id, row.actor, row.role): (row.n, row.n_units, Fraction(row.share).limit_denominator(100))
        for row in profile[profile["n"] > 0].itertuples()
    }
    assert found == {
        ("alpha", "us", "sponsor"): (3, 6, Fraction(1, 2)),
        ("alpha", "us", "bystander"): (1, 6, Fraction(1, 6)),
        ("alpha", "syria", "opponent"): (1, 6, Fraction(1, 6)),
        ("alpha", "syria", "target"): (1, 6, Fraction(1, 6)),
        ("beta", "us", "sponsor"): (1, 3, Fraction(1, 3)),
        ("beta", "iran", "sponsor"): (1, 3, Fraction(1, 3)),
        ("beta", "syria", "target"): (1, 3, Fraction(1, 3)),
        ("gamma", "iran", "sponsor"): (1, 1, Fraction(1)),
    }
    assert (profile.loc[profile["n"] == 0, "share"] == 0).all()
    by_outlet = profile.groupby("outlet_id")[["n_articles", "resampled"]].first()
    assert by_outlet["n_articles"].to_dict() == {"alpha": 2, "beta": 1, "gamma": 1}
    assert by_outlet["resampled"].to_dict() == {"alpha": "articles", "beta": "units", "gamma": "units"}
    assert set(zip(profile["level"], profile["replicates"], profile["seed"], strict=True)) == {(0.95, 200, 7)}


def test_profile_types_are_those_of_the_contract():
    profile = attribution_profile(*corpus(PRINTED)[:3], QUICK)
    assert profile.dtypes.astype(str).to_dict() == {
        "outlet_id": "str",
        "actor": "str",
        "role": "str",
        "n": "int64",
        "n_units": "int64",
        "share": "float64",
        "low": "float64",
        "high": "float64",
        "n_articles": "int64",
        "resampled": "str",
        "level": "float64",
        "replicates": "int64",
        "seed": "int64",
        "interval": "str",
    }
    nothing = attribution_profile(*corpus({})[:3])
    assert nothing.empty
    assert nothing.dtypes.astype(str).to_dict() == profile.dtypes.astype(str).to_dict()


def test_inputs_are_untouched():
    given_in = corpus(PRINTED, ALIGNMENT)
    kept = [table.copy(deep=True) for table in given_in]
    profile = attribution_profile(*given_in[:3], QUICK)
    difference = contrast(*given_in, settings=QUICK)
    for before, after in zip(kept, given_in, strict=True):
        pd.testing.assert_frame_equal(before, after)
    kept_profile, kept_difference = profile.copy(deep=True), difference.copy(deep=True)
    commonest_role(profile), attribution_matrix(profile), limits(difference)
    pd.testing.assert_frame_equal(profile, kept_profile)
    pd.testing.assert_frame_equal(difference, kept_difference)


def test_two_articles_have_the_interval_of_their_three_possible_draws():
    # us/sponsor: article 1 has 2 of 4, article 2 has 1 of 1; draws are 2/4, 3/5 and 2/2, a quarter, a half, a quarter.
    articles, units, codes, _ = corpus({"alpha": [["us/sponsor", "us/sponsor", "", ""], ["us/sponsor"]]})
    row = at(attribution_profile(articles, units, codes, QUICK), "alpha", "us", "sponsor")
    assert (row.low, row.share, row.high) == (0.5, 0.6, 1.0)
    assert (row.resampled, row.interval) == ("articles", "bootstrap")


def test_one_article_has_the_interval_of_its_units():
    # A draw of 10 units with 4 codes is a binomial draw of 10 at 0.4, whose quantiles 0.025 and 0.975 are 1 and 7.
    articles, units, codes, _ = corpus({"alpha": [["us/sponsor"] * 4 + [""] * 6]})
    row = at(attribution_profile(articles, units, codes), "alpha", "us", "sponsor")
    assert (row.low, row.share, row.high) == pytest.approx((0.1, 0.4, 0.7))
    assert (row.resampled, row.interval) == ("units", "bootstrap")


@pytest.mark.parametrize(
    ("printed", "n"),
    [
        ([["", "", "", ""], ["", "", "", "", "", ""]], 0),
        ([["us/sponsor"] * 4, ["us/sponsor"] * 6], 10),
        # Every article has the share of all: no draw of articles can give another one.
        ([["us/sponsor", ""], ["us/sponsor", "us/sponsor", "us/sponsor", "us/sponsor", "", "", "", ""]], 5),
        ([[""] * 10], 0),
    ],
)
def test_where_every_draw_is_the_same_the_interval_is_wilson(printed, n):
    articles, units, codes, _ = corpus({"alpha": printed})
    row = at(attribution_profile(articles, units, codes, QUICK), "alpha", "us", "sponsor")
    expected = stats.binomtest(n, 10).proportion_ci(0.95, method="wilson")
    assert (row.n, row.n_units, row.interval) == (n, 10, "wilson")
    assert (row.low, row.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert row.low <= row.share <= row.high
    assert row.high - row.low > 0.2


def test_outlet_without_units_is_undefined_not_zero():
    articles, units, codes, _ = corpus({"alpha": [[], []], "beta": [["us/sponsor", ""]]})
    profile = attribution_profile(articles, units, codes, QUICK)
    empty = profile[profile["outlet_id"] == "alpha"]
    assert empty[["share", "low", "high"]].isna().all(axis=None)
    assert (empty[["n", "n_units"]] == 0).all(axis=None)
    assert set(empty["n_articles"]) == {2}
    assert set(empty["interval"]) == {"none"}
    assert at(profile, "beta", "us", "sponsor").share == 0.5
    unread = attribution_profile(*corpus({"alpha": [[]]})[:3], QUICK)
    assert len(unread) == 20
    assert unread["share"].isna().all()


def test_article_without_units_is_counted_and_not_drawn():
    articles, units, codes, _ = corpus({"alpha": [["us/sponsor", ""], []]})
    row = at(attribution_profile(articles, units, codes, QUICK), "alpha", "us", "sponsor")
    assert (row.n_articles, row.resampled, row.share) == (2, "units", 0.5)


def test_only_ok_articles_count():
    articles, units, codes, _ = corpus({"alpha": [["us/sponsor", ""], ["us/sponsor"]], "beta": [["iran/target"]]})
    articles["status"] = ["ok", "duplicate", "error"]
    profile = attribution_profile(articles, units, codes, QUICK)
    assert set(profile["outlet_id"]) == {"alpha"}
    row = at(profile, "alpha", "us", "sponsor")
    assert (row.n, row.n_units, row.n_articles) == (1, 2, 1)


def test_denied_codes_are_left_out_unless_asked_for():
    articles, units, _, _ = corpus({"alpha": [["", "", "", ""]]})
    codes = pd.DataFrame(
        [
            code("alpha-1", 1, "us", "sponsor"),
            code("alpha-1", 2, "us", "sponsor", modality="hedged"),
            code("alpha-1", 3, "us", "sponsor", modality="denied"),
        ]
    )

    def share(**chosen):
        return at(attribution_profile(articles, units, codes, QUICK, **chosen), "alpha", "us", "sponsor").share

    assert share() == 0.5
    assert share(modalities=("asserted",)) == 0.25
    assert share(modalities=tables.MODALITIES) == 0.75


def test_coders_are_never_added_up():
    articles, units, _, outlets = corpus({"alpha": [["", ""]], "beta": [[""]]}, ALIGNMENT)
    rows = [
        code("alpha-1", unit, "us", "sponsor", coder=name) for unit, name in [(1, "rules"), (1, "hand"), (2, "hand")]
    ]
    codes = pd.DataFrame(rows)
    with pytest.raises(ValueError, match="2 coders, hand, rules; keep the codes of one"):
        attribution_profile(articles, units, codes)
    with pytest.raises(ValueError, match="2 coders, hand, rules"):
        contrast(articles, units, codes, outlets)
    with pytest.raises(ValueError, match="coder 'hands' has no codes; codes holds hand, rules"):
        attribution_profile(articles, units, codes, coder="hands")
    shares = {
        name: at(attribution_profile(articles, units, codes, QUICK, coder=name), "alpha", "us", "sponsor").share
        for name in ("rules", "hand")
    }
    assert shares == {"rules": 0.5, "hand": 1.0}


def test_a_coder_that_found_nothing_has_shares_of_zero():
    articles, units, codes, _ = corpus({"alpha": [["", ""]]})
    assert codes.empty
    profile = attribution_profile(articles, units, codes, QUICK, coder="rules")
    assert (profile["share"] == 0).all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (code("alpha-1", 5, "us", "target"), "table codes, row 10: article_id='alpha-1', unit=5 is not in units"),
        (code("delta-1", 1, "us", "target"), "table codes, row 10: article_id='delta-1', unit=1 is not in units"),
        (code("alpha-1", 3, "us", "villain"), "table codes, row 10, column role: 'villain' is not one of"),
    ],
)
def test_codes_that_fit_no_unit_are_named(row, message):
    articles, units, codes, outlets = corpus(PRINTED, ALIGNMENT)
    codes = pd.concat([codes, pd.DataFrame([row])], ignore_index=True)
    with pytest.raises(ValueError, match=message):
        attribution_profile(articles, units, codes)
    with pytest.raises(ValueError, match=message):
        contrast(articles, units, codes, outlets)


def test_units_without_article_and_wrong_modality_are_named():
    articles, units, codes, _ = corpus(PRINTED)
    with pytest.raises(ValueError, match=r"table units, row 9: article_id='gamma-1' is not in articles; give"):
        attribution_profile(articles[articles["outlet_id"] != "gamma"], units, codes)
    with pytest.raises(ValueError, match="modality 'claimed' is not one of asserted, hedged, denied"):
        attribution_profile(articles, units, codes, modalities=("asserted", "claimed"))


def test_seeds_reproduce():
    tables_in = corpus(
        {"alpha": [["us/sponsor", "", "iran/target"], [""] * 4, ["us/sponsor", ""], ["us/sponsor"] * 3 + [""]]}
    )[:3]
    once, again, other = (attribution_profile(*tables_in, Resampling(replicates=300, seed=seed)) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(once, again)
    assert once["share"].equals(other["share"])
    assert not once[["low", "high"]].equals(other[["low", "high"]])


def test_an_outlet_added_at_the_end_changes_no_other():
    alone = attribution_profile(*corpus({"beta": PRINTED["beta"]})[:3], QUICK)
    both = attribution_profile(*corpus({"beta": PRINTED["beta"], "alpha": PRINTED["alpha"]})[:3], QUICK)
    pd.testing.assert_frame_equal(alone, both[both["outlet_id"] == "beta"])


# ---- Contrast


def test_contrast_worked_out_by_hand():
    table = contrast(*corpus(PRINTED, ALIGNMENT), settings=QUICK)
    assert list(zip(table["actor"], table["role"], strict=True)) == PAIRS
    assert set(table["group_a"]) == {"state-aligned"}
    assert set(table["group_b"]) == {"opposition"}
    assert set(zip(table["outlets_a"], table["outlets_b"], strict=True)) == {(1, 2)}
    assert set(table["resampled"]) == {"units"}
    assert set(table["smallest_p"]) == {1 / 3}

    # us/sponsor: 3/6 against the mean of 1/3 and 0; no other way to pick one of 1/2, 1/3, 0 lies as far out but the 0:
    # 1/2 - 1/6 = 1/3, 1/3 - 1/4 = 1/12, 0 - 5/12 = -5/12.
    row = at(table, "us", "sponsor")
    assert (row.share_a, row.share_b, row.difference, row.p) == pytest.approx((1 / 2, 1 / 6, 1 / 3, 2 / 3))
    # iran/sponsor: 0 against the mean of 1/3 and 1: -2/3; then 1/3 - 1/2 = -1/6 and 1 - 1/6 = 5/6.
    row = at(table, "iran", "sponsor")
    assert (row.share_a, row.share_b, row.difference, row.p) == pytest.approx((0, 2 / 3, -2 / 3, 2 / 3))
    # russia/target: nobody says it.
    row = at(table, "russia", "target")
    assert (row.share_a, row.share_b, row.difference, row.p) == (0, 0, 0, 1)
    assert row.low < 0 < row.high
    assert row.interval == "combined"


def test_contrast_types_are_those_of_the_contract():
    table = contrast(*corpus(PRINTED, ALIGNMENT), settings=QUICK)
    text = {"actor", "role", "group_a", "group_b", "resampled", "interval"}
    whole = {"outlets_a", "outlets_b", "replicates", "seed"}
    expected = {name: "str" if name in text else "int64" if name in whole else "float64" for name in table.columns}
    assert table.dtypes.astype(str).to_dict() == expected
    assert table.columns.tolist() == [*(c.name for c in tables.TABLES["contrast"].columns), "interval"]


def test_contrast_of_articles_has_the_interval_of_all_their_draws():
    """Two outlets with three articles each have 27 x 27 equally likely draws, gone through one by one."""
    printed = {
        "alpha": [["us/sponsor"] * a + [""] * (10 - a) for a in (1, 5, 6)],
        "beta": [["us/sponsor"] * b + [""] * (8 - b) for b in (0, 1, 3)],
    }
    draws = sorted(
        Fraction(sum(a), 30) - Fraction(sum(b), 24)
        for a in itertools.product((1, 5, 6), repeat=3)
        for b in itertools.product((0, 1, 3), repeat=3)
    )
    table = contrast(*corpus(printed, ALIGNMENT), settings=Resampling(replicates=20_000))
    row = at(table, "us", "sponsor")
    assert (row.resampled, row.interval) == ("articles", "bootstrap")
    assert row.difference == pytest.approx(12 / 30 - 4 / 24)
    # 20,000 draws put the quantile 0.025 within 0.0044 of its rank in four standard errors.
    assert float(draws[int(729 * 0.0206)]) <= row.low <= float(draws[math.ceil(729 * 0.0294)])
    assert float(draws[int(729 * 0.9706)]) <= row.high <= float(draws[math.ceil(729 * 0.9794) - 1])


def test_outlets_draw_apart():
    """Outlets alike in everything differ by 0 only on average; one stream for both would leave no width."""
    same = [["us/sponsor", ""], ["us/sponsor"] * 3 + [""], ["", "", ""]]
    row = at(contrast(*corpus({"alpha": same, "beta": same}, ALIGNMENT), settings=QUICK), "us", "sponsor")
    assert row.difference == 0
    assert row.interval == "bootstrap"
    assert row.low < -0.1
    assert row.high > 0.1


def test_one_outlet_whose_share_cannot_be_resampled_still_widens_the_interval():
    printed = {"alpha": [["us/sponsor"] * 5 + [""] * 5], "beta": [[""] * 10]}
    row = at(contrast(*corpus(printed, ALIGNMENT)), "us", "sponsor")
    # Binomial quantiles of 10 at 0.5 are 2 and 8; Wilson's upper limit of 0 of 10 is z2 / (10 + z2).
    upper = 1.959964**2 / (10 + 1.959964**2)
    assert row.interval == "combined"
    assert row.low == pytest.approx(0.5 - math.hypot(0.5 - 0.2, upper), abs=1e-6)
    assert row.high == pytest.approx(0.5 + math.hypot(0.8 - 0.5, 0), abs=1e-6)


def test_one_outlet_a_side_has_p_of_one():
    table = contrast(*corpus({"alpha": PRINTED["alpha"], "beta": PRINTED["beta"]}, ALIGNMENT), settings=QUICK)
    assert set(table["p"]) == set(table["smallest_p"]) == {1.0}


def test_groups_without_an_outlet_are_named():
    tables_in = corpus(PRINTED, ALIGNMENT)
    with pytest.raises(
        ValueError, match=r"no outlet with units is in group 'independent'; .* opposition, state-aligned"
    ):
        contrast(*tables_in, groups=("independent", "opposition"))
    with pytest.raises(ValueError, match="are not two different ones"):
        contrast(*tables_in, groups=("opposition", "opposition"))
    with pytest.raises(ValueError, match="outlet 'beta' has articles but no row in outlets"):
        contrast(*tables_in[:3], tables_in[3].query("outlet_id != 'beta'"))
    with pytest.raises(ValueError, match="group 'state-aligned'; groups there are: opposition"):
        contrast(*corpus({"alpha": [[]], "beta": [["", ""]]}, ALIGNMENT))


def test_outlets_of_other_groups_and_without_units_are_left_out():
    wide = PRINTED | {"delta": [["us/sponsor", "iran/target"]], "epsilon": [[]]}
    alignment = ALIGNMENT | {"delta": "independent", "epsilon": "state-aligned"}
    pd.testing.assert_frame_equal(
        contrast(*corpus(wide, alignment), settings=QUICK), contrast(*corpus(PRINTED, ALIGNMENT), settings=QUICK)
    )


def test_profile_and_contrast_agree():
    tables_in = corpus(PRINTED, ALIGNMENT)
    wide = attribution_matrix(attribution_profile(*tables_in[:3], QUICK))
    table = contrast(*tables_in, settings=QUICK)
    np.testing.assert_allclose(table["share_a"], wide.loc["alpha"])
    np.testing.assert_allclose(table["share_b"], wide.loc[["beta", "gamma"]].mean())


# ---- Laws

CODED_UNIT = st.sets(st.sampled_from(["us/sponsor", "us/opponent", "iran/sponsor", "syria/target"]), max_size=2).map(
    " ".join
)
OUTLET = st.lists(st.lists(CODED_UNIT, min_size=1, max_size=5), min_size=1, max_size=4)
GROUPS = ["state-aligned", "opposition"]


@st.composite
def corpora(draw):
    printed = draw(st.lists(OUTLET, min_size=2, max_size=5))
    names = [f"outlet{number}" for number in range(len(printed))]
    groups = GROUPS + draw(st.lists(st.sampled_from(GROUPS), min_size=len(names) - 2, max_size=len(names) - 2))
    return dict(zip(names, printed, strict=True)), dict(zip(names, groups, strict=True))


@settings(max_examples=25, deadline=None)
@given(corpora())
def test_law_the_share_lies_in_its_interval(drawn):
    tables_in = corpus(*drawn)
    profile = attribution_profile(*tables_in[:3], QUICK)
    assert (profile["share"] * profile["n_units"]).round(9).tolist() == profile["n"].tolist()
    assert profile["n"].sum() == len(tables_in[2])
    assert ((profile["low"] >= 0) & (profile["high"] <= 1) & (profile["low"] < profile["high"])).all()
    assert ((profile["low"] <= profile["share"]) & (profile["share"] <= profile["high"])).all()


@settings(max_examples=25, deadline=None)
@given(corpora())
def test_law_swapped_groups_flip_every_sign_and_keep_p(drawn):
    tables_in = corpus(*drawn)
    one = contrast(*tables_in, settings=QUICK)
    other = contrast(*tables_in, groups=("opposition", "state-aligned"), settings=QUICK)
    for left, right in [("share_a", "share_b"), ("outlets_a", "outlets_b"), ("p", "p"), ("smallest_p", "smallest_p")]:
        np.testing.assert_allclose(one[left], other[right], atol=1e-12)
    for left, right in [("difference", "difference"), ("low", "high"), ("high", "low")]:
        np.testing.assert_allclose(one[left], -other[right], atol=1e-12)
    assert (one["low"] < one["high"]).all()
    assert (one["p"] >= one["smallest_p"]).all()


@settings(max_examples=20, deadline=None)
@given(corpora(), st.permutations(["z", "الأول", "m", "a", "q"]))
def test_law_no_result_depends_on_what_an_outlet_is_called(drawn, names):
    printed, alignment = drawn
    called = dict(zip(printed, names, strict=False))
    one = corpus(printed, alignment)
    other = corpus({called[k]: v for k, v in printed.items()}, {called[k]: v for k, v in alignment.items()})
    pd.testing.assert_frame_equal(contrast(*one, settings=QUICK), contrast(*other, settings=QUICK), check_exact=True)
    pd.testing.assert_frame_equal(
        attribution_profile(*one[:3], QUICK).replace({"outlet_id": called}),
        attribution_profile(*other[:3], QUICK),
        check_exact=True,
    )


@settings(max_examples=25, deadline=None)
@given(corpora())
def test_law_p_is_that_of_all_ways_to_deal_the_labels(drawn):
    printed, alignment = drawn
    table = contrast(*corpus(printed, alignment), settings=QUICK)
    sizes = {name: sum(len(article) for article in texts) for name, texts in printed.items()}
    chosen = sum(group == "state-aligned" for group in alignment.values())
    for pair in ["us/sponsor", "iran/sponsor", "syria/target", "russia/target"]:
        share = {
            name: Fraction(sum(pair in unit.split() for article in texts for unit in article), sizes[name])
            for name, texts in printed.items()
        }

        def far(group, share=share):
            rest = [share[name] for name in share if name not in group]
            return abs(sum(share[name] for name in group) / len(group) - sum(rest) / len(rest))

        observed = far([name for name, group in alignment.items() if group == "state-aligned"])
        distances = [far(group) for group in itertools.combinations(share, chosen)]
        expected = Fraction(sum(distance >= observed for distance in distances), len(distances))
        assert at(table, *pair.split("/")).p == pytest.approx(float(expected))


# ---- Resampling


def loop_bootstrap(counts, replicates, seed):
    rng = random.Random(seed)
    shares = []
    for _ in range(replicates):
        drawn = [rng.choice(counts) for _ in counts]
        shares.append(sum(row[0] for row in drawn) / sum(row[1] for row in drawn))
    return shares


def uneven_articles():
    rng = random.Random(20)
    sizes = [rng.randint(3, 40) for _ in range(30)]
    return [(sum(rng.random() < 0.2 + 0.01 * size for _ in range(size)), size) for size in sizes]


def ratio(sums):
    return sums[..., 0] / sums[..., 1]


def test_bootstrap_against_a_plain_loop_and_scipy():
    counts = uneven_articles()
    draws = bootstrap(counts, ratio, 20_000, seed=3)
    looped = loop_bootstrap(counts, 20_000, seed=4)
    reference = stats.bootstrap(
        tuple(np.transpose(counts)),
        lambda n, size, axis=-1: n.sum(axis=axis) / size.sum(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=20_000,
        rng=5,
    )
    spread = np.std(looped)
    # A quantile 0.025 of 20,000 draws has a standard error of 0.019 of their spread; the bound is four of two such.
    bound = 4 * math.sqrt(2) * 0.019 * spread
    assert abs(np.mean(draws) - np.mean(looped)) < 4 * math.sqrt(2 / 20_000) * spread
    assert abs(np.std(draws) - spread) < 0.04 * spread
    for low, high in [np.quantile(looped, [0.025, 0.975]), reference.confidence_interval]:
        assert interval(draws, 0.95) == pytest.approx((low, high), abs=bound)


def test_bootstrap_draws_every_row_alike_and_whole():
    draws = bootstrap(np.eye(5), lambda sums: sums, 5000, seed=1)
    assert draws.shape == (5000, 5)
    assert set(draws.sum(axis=1)) == {5.0}
    assert draws.mean(axis=0) == pytest.approx(np.ones(5), abs=4 * math.sqrt(0.8 / 5000))
    assert draws.var(axis=0) == pytest.approx(np.full(5, 0.8), abs=0.1)


def test_bootstrap_in_blocks_is_bootstrap_at_once(monkeypatch):
    counts = uneven_articles()
    whole = bootstrap(counts, ratio, 500, seed=3)
    monkeypatch.setattr("framing.measuring.resample._BLOCK", 30 * 7)
    np.testing.assert_array_equal(bootstrap(counts, ratio, 500, seed=3), whole)


def test_bootstrap_refuses_what_has_no_rows():
    with pytest.raises(ValueError, match=r"counts of shape \(0, 2\) cannot be resampled"):
        bootstrap(np.empty((0, 2)), ratio, 100, seed=1)
    with pytest.raises(ValueError, match=r"counts of shape \(3,\)"):
        bootstrap([1, 2, 3], ratio, 100, seed=1)


def test_interval_of_an_undefined_draw_is_undefined():
    low, high = interval([[1.0, math.nan], [3.0, 1.0]], 0.5)
    assert (low[0], high[0]) == (1.5, 2.5)
    assert np.isnan([low[1], high[1]]).all()


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_is_that_of_scipy(counted, level):
    low, high = wilson(*counted, level)
    expected = stats.binomtest(*counted).proportion_ci(level, method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert low <= counted[0] / counted[1] <= high


def test_wilson_of_no_units_is_undefined():
    low, high = wilson([0, 0], [0, 4], 0.95)
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] == 0
    assert 0 < high[1] < 1


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # Newcombe (1998), table II, method 10.
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ],
)
def test_combine_gives_newcombes_published_intervals(one, other, expected):
    n, total = np.transpose([one, other])
    limits_of_difference = combine([1, -1], n / total, *wilson(n, total, 0.95))
    assert limits_of_difference == pytest.approx(expected, abs=0.00006)


def test_permutation_p_of_five_members_by_hand():
    # Ten ways to choose two of five; 9 and 8 are the only pair as far from the rest as they are.
    values = np.array([[9.0, 1.0, 0.3], [8.0, 1.0, 0.1], [1.0, 1.0, 0.2], [2.0, 1.0, math.nan], [4.0, 1.0, 0.2]])
    p, smallest = permutation_p(values, [True, True, False, False, False], seed=1)
    assert smallest == 0.1
    assert p[:2].tolist() == [0.1, 1.0]
    assert math.isnan(p[2])
    # Two against two: the mirrored split counts as well, so 2 of 6.
    p, smallest = permutation_p([[9.0], [8.0], [1.0], [2.0]], [True, True, False, False], seed=1)
    assert (p.tolist(), smallest) == ([1 / 3], 1 / 3)
    with pytest.raises(ValueError, match="3 of 3 members are in the first group"):
        permutation_p([[1.0], [2.0], [3.0]], [True, True, True], seed=1)


def test_permutation_p_equal_differences_are_not_lost_to_rounding():
    # 0.1 + 0.2 and 0.3 are the same share; without a tolerance the second way would not count.
    p, _ = permutation_p([[0.1 + 0.2], [0.3], [0.0], [0.0]], [False, True, True, False], seed=1)
    assert p.tolist() == [1.0]


def test_permutation_p_of_many_members_against_all_ways_by_scipy():
    rng = np.random.default_rng(9)
    values = rng.random((17, 3)) + np.array([[0.25], [0.0]])[[0] * 8 + [1] * 9]
    first = np.arange(17) < 8
    p, smallest = permutation_p(values, first, seed=2)
    exact = stats.permutation_test(
        (values[first], values[~first]),
        lambda a, b, axis: np.abs(a.mean(axis=axis) - b.mean(axis=axis)),
        vectorized=True,
        alternative="greater",
        n_resamples=np.inf,
    )
    assert smallest == 1e-4
    assert np.all(np.abs(p - exact.pvalue) < 4 * np.sqrt(exact.pvalue * (1 - exact.pvalue) / 9999) + 1e-4)
    np.testing.assert_array_equal(p, permutation_p(values, first, seed=2)[0])
    assert not np.array_equal(p, permutation_p(values, first, seed=3)[0])
    # One way in 34 thousand million is never drawn, and yet the p is not 0.
    apart = np.arange(38) < 18
    assert permutation_p(apart[:, None], apart, seed=2)[0].tolist() == [1e-4]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"level": 95}, "level 95 is not between 0 and 1; write 0.95"),
        ({"level": 0.0}, "level 0.0 is not"),
        ({"level": 1.0}, "level 1.0 is not"),
        ({"level": math.nan}, "level nan is not"),
        ({"replicates": 99}, "replicates 99 is not a whole number of at least 100"),
        ({"replicates": 2000.0}, "replicates 2000.0 is not"),
        ({"seed": -1}, "seed -1 is not a whole number"),
        ({"seed": True}, "seed True is not"),
        ({"seed": None}, "seed None is not"),
    ],
)
def test_settings_are_checked(wrong, message):
    with pytest.raises(ValueError, match=message):
        Resampling(**wrong)


# ---- Helpers


def statement(alignment, printed=None, **chosen):
    printed = printed or {name: [["us/sponsor", ""]] for name in alignment}
    return limits(contrast(*corpus(printed, alignment), settings=QUICK), **chosen)


def test_limits_of_two_against_three_outlets():
    groups = ["state-aligned"] * 2 + ["opposition"] * 3
    text = statement({f"outlet{number}": group for number, group in enumerate(groups)})
    assert text.startswith(
        "2 state-aligned outlets against 3 opposition outlets can be split in 10 ways, "
        "so an exact permutation p is 0.10 at the lowest: the differences describe these articles"
    )
    # Every outlet's only codes are of one pair, half its units: that difference is resampled, 19 others cannot be.
    assert (
        "The 95% intervals of these differences: 1 from 200 resamples of articles, or of units where an outlet has one "
        "article (seed 7), 19 put together from the outlets' limits, since an outlet without a code, or with the same "
        "everywhere, cannot be resampled (its Wilson interval stands in). None of them covers variation between "
        "outlets, mistakes of the coder or how the other articles of an outlet with one here differ."
    ) in text


def test_limits_change_with_the_table():
    single = statement({"alpha": "state-aligned", "beta": "opposition"})
    assert single.startswith("1 state-aligned outlet against 1 opposition outlet can be split in 2 ways")
    assert "p is 1.0 at the lowest" in single

    many = {f"outlet{number}": GROUPS[number % 2] for number in range(10)}
    text = statement(many)
    assert "can be split in 252 ways, so an exact permutation p can be as low as 0.0079." in text
    assert "20 differences are tested and none is corrected for that: chance alone gives up to 1.0 of them" in text
    assert "p is 0.0079 at the lowest" in statement(many, threshold=0.001)

    two_articles = {name: [["us/sponsor", ""], [""]] for name in many}
    text = statement(many, two_articles)
    assert "1 from 200 resamples of articles (seed 7), 19 put together" in text
    assert text.endswith("None of them covers variation between outlets or mistakes of the coder.")
    most = {f"outlet{number}": GROUPS[number % 2] for number in range(17)}
    assert "24,310 ways, so a permutation p from random splits can be as low as 0.00010." in statement(most)


def test_limits_are_of_one_contrast():
    tables_in = corpus(PRINTED, ALIGNMENT)
    one = contrast(*tables_in, settings=QUICK)
    mixed = pd.concat([one.head(10), contrast(*tables_in).tail(10)])
    with pytest.raises(ValueError, match="2 pairs of groups or settings"):
        limits(mixed)
    with pytest.raises(ValueError, match="0 pairs"):
        limits(tables.empty("contrast"))


def test_commonest_role_lists_ties_and_nothing_where_nothing_was_found():
    printed = PRINTED | {"delta": [["syria/target", ""]], "epsilon": [[]]}
    profile = attribution_profile(*corpus(printed)[:3], QUICK)
    found = commonest_role(profile)
    assert found.drop(columns="share").to_numpy().tolist() == [
        ["alpha", "us", "sponsor", 3, 6],
        ["beta", "us", "sponsor", 1, 3],
        ["beta", "iran", "sponsor", 1, 3],
        ["gamma", "iran", "sponsor", 1, 1],
    ]
    assert found["share"].tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 3, 1])
    assert found.index.tolist() == [0, 1, 2, 3]
    wider = commonest_role(profile, actors=tables.ACTORS)
    assert wider.loc[wider["outlet_id"] == "delta", ["actor", "role"]].to_numpy().tolist() == [["syria", "target"]]
    assert commonest_role(profile, actors=("russia",)).empty
    with pytest.raises(ValueError, match="actor 'usa' is not one of us, russia, iran, syria"):
        commonest_role(profile, actors=("usa",))


def test_attribution_matrix_keeps_order_and_values():
    printed = {name: PRINTED[name] for name in ("gamma", "alpha", "beta")}
    profile = attribution_profile(*corpus(printed)[:3], QUICK)
    wide = attribution_matrix(profile)
    assert wide.index.tolist() == ["gamma", "alpha", "beta"]
    assert wide.index.name == "outlet_id"
    assert wide.columns.tolist() == PAIRS
    assert wide.columns.names == ["actor", "role"]
    assert wide.loc["alpha", ("us", "sponsor")] == 0.5
    assert attribution_matrix(profile, "n").loc["alpha", ("us", "sponsor")] == 3
    assert attribution_matrix(profile[profile["actor"] == "us"])["iran"].isna().all(axis=None)
    with pytest.raises(ValueError, match="value 'interval' is not a number column of the profile"):
        attribution_matrix(profile, "interval")
