"""The trained steps: features of an actor, how weights become roles, who says it, and the training itself."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from framing import coding, reading, tables
from framing.coding import coder, register, surroundings, telling, train, weights
from framing.coding.trained import read_weights
from framing.coding.unit import MEMORY, NEVER

HERE = Path(__file__).parent


def read_units(tmp_path, *lines: str, kinds: tuple[str, ...] = ()) -> list:
    """Each unit of one article as the rules read it, with what was told before."""
    units = [
        {"unit": number, "kind": kinds[number - 1] if kinds else "body", "text": line}
        for number, line in enumerate(lines, start=1)
    ]
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"article_id": "a", "outlet_id": "o", "units": units}), encoding="utf-8")
    (passage,) = coder.passages(*reading.read_articles(file))
    return list(coder.read_article(*passage))


def values(held: set[str], family: str) -> set[str]:
    return {feature.partition("=")[2] for feature in held if feature.partition("=")[0] == family}


# Features


def test_features_tell_where_an_actor_stands(tmp_path):
    ((unit, told),) = read_units(tmp_path, "قصفت روسيا مواقع داعش، ورفضت واشنطن التعليق.")
    held = surroundings.features(unit, told)
    assert set(held) == {"russia", "us"}
    assert values(held["russia"], "who") == {"russia"}
    assert values(held["russia"], "before") == {"قصف", ". قصف"}
    assert values(held["russia"], "to-isis") == {"right near True"}
    assert values(held["us"], "to-isis") == {"left near False"}
    assert values(held["us"], "parted") == set() and values(held["russia"], "first") == {"1"}
    assert "fight: act, actor, ISIS behind; True True" in values(held["russia"], "order")
    assert not {
        order for order in values(held["us"], "order") if order.startswith("fight: act, actor, ISIS behind; True")
    }
    assert "attack: agent, ISIS patient" in values(held["russia"], "kind-sides")
    assert values(held["russia"], "rule") == {"opponent"} and values(held["us"], "rule") == {"none"}
    assert values(held["us"], "rule-other") == {"opponent"}
    assert values(held["us"], "isis-before") == {"مواقع", "<actor> مواقع"}


def test_features_of_an_actor_that_is_not_named(tmp_path):
    (_, _), (unit, told) = read_units(tmp_path, "قال الجيش السوري إن داعش قريب.", "ثم قصفت قواته مواقع التنظيم.")
    held = surroundings.features(unit, told)["syria"]
    assert values(held, "absent") == {"1; nobody named"}
    assert values(held, "absent-last") == {"only+first+last; nobody named"}
    assert values(held, "absent-owner") == {"True 1; nobody named"}
    assert values(held, "named") == set()


def test_every_feature_belongs_to_a_family_that_is_described(tmp_path):
    lines = ("أعلنت موسكو أن طائراتها دمرت رتلا لداعش قرب تدمر.", "فهل كانت واشنطن تدعمه؟", "لم تمنع الغارات هجماته.")
    seen = set()
    for unit, told in read_units(tmp_path, *lines):
        for held in surroundings.features(unit, told).values():
            seen |= {feature.partition("=")[0] for feature in held}
    assert len(seen) > 35 and seen <= set(surroundings.FAMILIES)


def test_a_heading_is_coded_on_its_own_words_alone(tmp_path):
    lines = ("قصفت روسيا مواقع داعش.", "داعش يعود", "وعاد داعش.")
    features = [
        surroundings.features(*pair) for pair in read_units(tmp_path, *lines, kinds=("body", "subhead", "body"))
    ]
    assert [sorted(held) for held in features] == [["russia"], [], ["russia"]]


def test_a_unit_that_is_not_about_isis_has_no_features(tmp_path):
    (unit, told), _ = read_units(tmp_path, "زار لافروف القاهرة.", "وقصفت روسيا مواقع داعش.")
    assert surroundings.features(unit, told) == {}


def test_memory_counts_units(tmp_path):
    lines = ("قصفت روسيا مواقع داعش.", "سقط قتلى.", "عاد الهدوء.", "قالت موسكو إنها مستمرة.")
    told = [told for _, told in read_units(tmp_path, *lines)]
    assert [one.since for one in told] == [0, 1, 2, 3]
    assert [round(one.share, 3) for one in told] == [1.0, 0.5, 0.333, 0.25]
    assert [one.roles.get(("russia", "opponent")) for one in told] == [None, 1, 2, 3]
    assert [one.actors["russia"][0] if one.actors else None for one in told] == [None, 1, 2, 3]
    assert [one.last for one in told] == [[], ["russia"], [], []]
    late = read_units(tmp_path, *["لا شيء."] * 2, "قصفت روسيا مواقع داعش.", *["لا شيء."] * 6)
    assert late[0][1].since == NEVER and late[8][1].since == MEMORY and late[8][1].actors == {}


@pytest.fixture
def few_words(monkeypatch):
    """Two listed words in place of the trained register."""
    monkeypatch.setattr(register, "load", lambda: {"ميليشيات": -0.6, "وزير": 1.0})


def test_the_register_is_the_mean_over_listed_words_so_far(tmp_path, few_words):
    assert register.weigh("وزيرٌ زار الميليشيات، ثم زار وزير ميليشيات أخرى.") == (3, pytest.approx(1.4))
    lines = ("هاجم داعش ميليشيات روسيا.", "صرح وزير روسيا عن داعش.", "لا شيء عن داعش وروسيا.")
    told = [told for _, told in read_units(tmp_path, *lines)]
    assert [one.register for one in told] == pytest.approx([-0.6, 0.2, 0.2])
    assert [one.press for one in told] == [False, True, True]


def test_features_carry_the_register(tmp_path, few_words):
    (unit, told), _ = read_units(tmp_path, "قصفت روسيا داعش في بلدة ميليشيات.", "لا شيء.")
    held = surroundings.features(unit, told)["russia"]
    assert values(held, "register") == {"-3"}
    assert {"war, any=1", "war, rule=opponent", "war, isis=named"} == values(held, "of-register")


# Weights


@pytest.fixture
def few_weights(monkeypatch):
    """Two features that speak for opponent and against target, in place of the trained weights."""
    table = {"any=1": (0.0, 0.0, 0.0, -1.0, 0.0), "who=russia": (0.0, 0.0, 0.0, 3.0, -9.0)}
    monkeypatch.setattr(weights, "load", lambda: weights.learned(table))


def test_a_probability_is_the_logistic_of_the_sum(few_weights):
    sponsor, _, _, opponent, target = weights.probabilities({"any=1", "who=russia", "who=nobody"})
    assert (sponsor, opponent) == pytest.approx((0.5, 1 / (1 + math.exp(-2.0))))
    assert target == pytest.approx(1 / (1 + math.exp(9.0)))


def test_reasons_speak_for_and_against(few_weights):
    assert weights.reasons({"any=1", "who=russia"}, "opponent") == ([("who=russia", 3.0)], [("any=1", -1.0)])
    assert weights.reasons({"any=1", "who=russia"}, "target") == ([], [("who=russia", -9.0)])
    assert weights.reasons({"any=1", "who=russia"}, "opponent", most=0) == ([], [])


def test_a_word_weighs_less_in_a_long_sentence():
    short, long = ({f"word={n}" for n in range(size)} for size in (weights.WORDS, 4 * weights.WORDS))
    assert weights.strengths(short)[weights.group("word=x")] == 1.0
    assert weights.strengths(long)[weights.group("word=x")] == pytest.approx(0.5)
    assert weights.group("pair=x y") == weights.group("word=x") != weights.group("who=us")
    assert weights.strengths(long)[weights.group("act=kill")] == weights.strengths(long)[weights.group("who=us")] == 1.0
    assert weights.strengths(long)[weights.group("rule=none")] == weights.RULE


def test_weights_add_roles_with_evidence_and_drop_those_of_rules(tmp_path, monkeypatch):
    line = "قصفت روسيا مواقع داعش."
    (pair,) = read_units(tmp_path, line)
    assert [f.role for f in pair[0].findings] == ["opponent"]
    for sums, decided in (((0, 0, 9, -9, 0), ["bystander"]), ((-9, -9, -9, 9, -9), ["opponent"])):
        monkeypatch.setattr(weights, "load", lambda sums=sums: weights.learned({"any=1": sums}))
        monkeypatch.setattr(weights, "THRESHOLD", 0.6)
        assert [finding.role for finding in weights.decide(*pair)] == decided
    monkeypatch.setattr(weights, "load", lambda: weights.learned({"any=1": (0, 0, 9, -9, 0)}))
    (added,) = weights.decide(*pair)
    assert added.rule == "weighed: the actor and attack" and added.actor == "russia"
    assert [line[start:end] for start, end in added.spans] == ["قصفت", "روسيا"]


def test_support_outranks_dealings(tmp_path, monkeypatch):
    (pair,) = read_units(tmp_path, "قصفت روسيا مواقع داعش.")
    monkeypatch.setattr(weights, "load", lambda: weights.learned({"any=1": (3.0, 2.0, -9.0, -9.0, -9.0)}))
    assert [finding.role for finding in weights.decide(*pair)] == ["sponsor"]


@pytest.mark.parametrize(
    ("sponsor", "colluder", "roles"),
    [(0.9, 0.9, ["sponsor"]), (0.8, 0.9, ["colluder"]), (0.9, 0.8, ["sponsor"]), (0.1, 0.9, ["colluder"])],
)
def test_the_likelier_of_support_and_dealings_is_given(sponsor, colluder, roles):
    assert weights.given([sponsor, colluder, 0.0, 0.0, 0.0]) == roles


@pytest.mark.parametrize(("module", "columns"), [(weights, tables.ROLES), (telling, telling.COLUMNS)])
def test_shipped_weights_are_whole(module, columns):
    module.load.cache_clear()
    loaded = module.load()
    assert len(loaded.places) > 1000 and "any=1" in loaded.places
    assert loaded.rows.shape == (len(loaded.places), len(columns)) and np.isfinite(loaded.rows).all()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("any=1,1,0,0,0,0\nany=1,2,0,0,0,0", r"row 3, column feature: 'any=1' stands there twice"),
        ("any=1,1,0,,0,0", r"row 2, column bystander: '' is no number"),
        ("any=1,1,0,0,nan,0", r"row 2, column opponent: 'nan' is no number"),
        ("", "it has no rows"),
    ],
)
def test_a_broken_file_of_weights_is_named(tmp_path, rows, said):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(f"feature,{','.join(tables.ROLES)}\n{rows}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"wrong\.csv.*{said}"):
        read_weights(wrong, "feature", tables.ROLES)


@pytest.mark.parametrize("module", [weights, telling, register])
def test_a_file_with_other_columns_is_refused(module, tmp_path, monkeypatch):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("feature,opponent\nany=1,1\n", encoding="utf-8")
    monkeypatch.setattr(module, "FILE", wrong)
    module.load.cache_clear()
    with pytest.raises(ValueError, match=r"wrong\.csv: its columns must be "):
        module.load()
    monkeypatch.undo()
    module.load.cache_clear()


# Telling


def test_voice_and_modality_go_to_the_largest_sum(monkeypatch):
    table = {"any=1": (-1.0, 0.5, 0.0, 0.0), "cue=report": (2.0, 0.0, 0.0, 0.0), "cue=denial": (0.0, 0.0, 0.2, 1.0)}
    monkeypatch.setattr(telling, "load", lambda: weights.learned(table))
    assert telling.decide({"any=1"}) == ("outlet", "asserted")
    assert telling.decide({"any=1", "cue=report", "cue=denial"}) == ("source", "denied")


def test_telling_looks_at_cues_quotes_and_the_unit_before(tmp_path):
    first, second = read_units(tmp_path, "قال ناشطون إن روسيا قصفت داعش.", "وأضافوا أن روسيا “قصفت مواقع داعش”.")
    (row, at) = coder.by_scope(second[0], second[0].findings)[0]
    held = telling.features(*second, at, row)
    assert {"before=source", "quoted=something", "quoted=the act", "role=opponent", "cue=report in word 1"} <= held
    assert "asks=False" in held and "unit=body" in held
    assert first[1].before is None


# Training


SAID = {
    "opponent": ("قصفت روسيا مواقع داعش.", "russia", "asserted", "outlet"),
    "sponsor": ("ربما دعمت واشنطن داعش بالسلاح.", "us", "hedged", "outlet"),
    "colluder": ("نفت طهران أن تكون هادنت داعش.", "iran", "denied", "source"),
    "bystander": ("قال ناشطون إن واشنطن وقفت متفرجة على داعش.", "us", "asserted", "source"),
    "target": ("هاجم داعش مواقع الجيش السوري.", "syria", "asserted", "outlet"),
}


def tiny(tmp_path) -> str:
    """A set of 120 articles of one sentence, 24 for each role."""
    told = [(f"{role}{n}", role, *SAID[role]) for n in range(24) for role in tables.ROLES]
    units = {a: {"unit": 1, "kind": "body", "text": f"{text} {a}"} for a, _, text, *_ in told}
    lines = [{"article_id": a, "units": [unit]} for a, unit in units.items()]
    codes = [(a, 1, actor, 0, role, modality, voice) for a, role, _, actor, modality, voice in told]
    columns = ["article_id", "unit", "actor", "proxy", "role", "modality", "voice"]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    pd.DataFrame(codes, columns=columns).to_csv(tmp_path / "t_codes.csv", index=False)
    return str(tmp_path / "t.jsonl")


def test_training_learns_what_the_hand_codes_say(tmp_path, capsys):
    train.main([tiny(tmp_path), "--out", str(tmp_path)])
    said = capsys.readouterr().out
    assert "P 1.000  R 1.000  F1 1.000  (hand 120, machine 120, both 120)" in said
    learned = pd.read_csv(tmp_path / "weights.csv").set_index("feature")
    assert tuple(learned.columns) == tables.ROLES
    assert learned.loc["who=russia", "opponent"] > 0 > learned.loc["who=russia", "sponsor"]
    assert "voice right 1.000" in said and "modality right 1.000" in said


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("role", "target", "no hand code says target"),
        ("modality", "denied", "no hand code says denied"),
        ("voice", "source", "no hand code says source"),
    ],
)
def test_what_no_hand_code_says_cannot_be_learned(tmp_path, column, value, said):
    given = tiny(tmp_path)
    codes = pd.read_csv(tmp_path / "t_codes.csv")
    codes[column] = codes[column].replace(value, {"role": "opponent"}.get(column, codes[column].iloc[0]))
    codes.to_csv(tmp_path / "t_codes.csv", index=False)
    with pytest.raises(ValueError, match=said):
        train.main([given, "--out", str(tmp_path)])
    assert not (tmp_path / "weights.csv").exists() and not (tmp_path / "register.csv").exists()


def test_training_on_nothing_says_so(tmp_path):
    with pytest.raises(ValueError, match="name the sets to train on"):
        train.main([])
    given = tiny(tmp_path)
    Path(given).write_text(Path(given).read_text(encoding="utf-8").split("\n")[0], encoding="utf-8")
    with pytest.raises(ValueError, match="training needs at least 40 articles, not 1"):
        train.main([given])


def test_a_word_of_the_press_weighs_more_than_one_of_the_war():
    units = pd.DataFrame({"article_id": "a", "start": 0, "end": 4}, index=range(20))
    sets = [
        train.HandSet(pd.DataFrame({"article_id": ["a"], "text": [word]}), units, pd.DataFrame(), press=press)
        for word, press in (("وزير", True), ("كمين", False))
    ]
    # Each word stands in 20 units of its own kind and in none of the other: log(21 / 1).
    assert train.register_of(sets) == {"كمين": -3.04, "وزير": 3.04}


@pytest.mark.parametrize(("given", "press"), [("news.jsonl", True), ("ar.jsonl", False)])
def test_a_set_of_newspapers_is_known_by_its_name(tmp_path, given, press):
    tiny(tmp_path)
    assert (
        train.read_set(f"{(tmp_path / 't.jsonl').rename(tmp_path / given)}={tmp_path / 't_codes.csv'}").press is press
    )


def test_features_of_too_few_articles_are_left_out():
    held = [{"any=1", "word=rare"}, {"any=1", "word=rare"}, {"any=1"}, {"any=1", "word=rare", "word=once"}]
    table = pd.DataFrame({"article_id": ["a", "a", "b", "c"], "held": held})
    assert train.vocabulary(table) == {"any=1": 0}
    assert train.vocabulary(pd.concat([table, table.assign(article_id="d")])) == {"any=1": 0, "word=rare": 1}


def test_a_matrix_holds_the_strength_of_every_feature():
    table = pd.DataFrame({"held": [{"any=1", "rule=none"}, {"any=1", "left=x"}]})
    cells = train.matrix(table, {"any=1": 0, "rule=none": 1})
    np.testing.assert_allclose(cells.toarray(), [[1.0, weights.RULE], [1.0, 0.0]])


def test_cases_are_read_as_articles_whose_last_unit_is_coded(tmp_path):
    case = (
        '- {label: x, comment: y, text: ["headline: داعش يعود", "قصفت روسيا داعش."], '
        'codes: ["us* opponent asserted outlet"]}'
    )
    file = tmp_path / "some.yaml"
    file.write_text(case, encoding="utf-8")
    given = train.read_set(str(file))
    assert given.coded == {("some-1", 2)} and given.units["kind"].tolist() == ["headline", "body"]
    assert given.hand.to_dict("records") == [
        {
            "article_id": "some-1",
            "unit": 2,
            "actor": "us",
            "role": "opponent",
            "modality": "asserted",
            "voice": "outlet",
        }
    ]


def test_a_set_without_codes_is_named(tmp_path):
    (tmp_path / "t.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"t\.jsonl: no hand codes in t_codes\.csv"):
        train.read_set(str(tmp_path / "t.jsonl"))


def test_what_is_held_apart_was_not_trained_on():
    """No text of `held` stands in `trained`, so that its scores mean something."""
    texts = {
        folder: {
            unit["text"]
            for file in sorted((HERE / folder).glob("*.jsonl"))
            for line in file.read_text(encoding="utf-8").splitlines()
            for unit in json.loads(line)["units"]
            if unit["kind"] == "body"
        }
        for folder in ("trained", "held")
    }
    assert len(texts["held"]) > 200 and len(texts["trained"]) > 3000
    assert not texts["held"] & texts["trained"]


def test_the_explanation_shows_what_the_weights_made_of_it(tmp_path):
    file = tmp_path / "a.jsonl"
    line = {"article_id": "a", "units": [{"unit": 1, "kind": "body", "text": "قصفت الطائرات الروسية مواقع داعش."}]}
    file.write_text(json.dumps(line), encoding="utf-8")
    (explained,) = coding.explain(*reading.read_articles(file), "a")
    first = explained.weighed.iloc[0]
    assert (first["actor"], first["role"], bool(first["given"])) == ("russia", "opponent", True)
    assert first["chance"] > 0.5 and "attack: agent, ISIS patient adds " in first["speaks_for"]
    described = coding.describe(explained)
    assert "chance russia opponent" in described and "evidence: قصفت الطائرات الروسية" in described


def test_a_feature_leans_by_how_unevenly_it_stands_with_and_without_an_answer():
    """Two rows with the answer and two without; smoothed by 5, shares of 7/2 and 5/2 give a ratio of 7/5."""
    cells = sparse.csr_matrix([[1, 3.0, 0], [1, 3.0, 0], [1, 0, 0], [1, 0, 2.0]])
    always, with_it, once_without = train.leaning(cells, np.array([1, 1, 0, 0]))
    mean = np.sqrt((np.log(7 / 5) ** 2 + np.log(6 / 5) ** 2) / 3)
    assert (always, with_it, once_without) == pytest.approx((0, np.log(7 / 5) / mean, np.log(6 / 5) / mean))
