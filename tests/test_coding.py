"""The coder: cases in files, properties of mentions, and its explanations.

A case in `tests/cases/*.yaml` has a label, a comment, a text of one to three units, and the codes of its last unit. A
case with `known_failure` is one that the coder gets wrong: it must go on failing until somebody takes the mark away.
"""

from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import arabic, bundled, coding, lexicons, reading, tables
from framing.coding import mentions, roles, scope, sentence

CASES = Path(__file__).parent / "cases"


def load_cases() -> list:
    loaded = []
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            marks = [pytest.mark.xfail(reason=case["known_failure"], strict=True)] if "known_failure" in case else []
            loaded.append(pytest.param(case, id=f"{path.stem}: {case['label']}", marks=marks))
    return loaded


def article(lines: list[str], article_id: str = "a") -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables articles and units of one article; a line is a unit, `headline: ` or `subhead: ` marks its kind."""
    text, units = "", []
    for number, line in enumerate(lines, start=1):
        kind, _, rest = line.partition(": ")
        kind, line = (kind, rest) if kind in ("headline", "subhead") else ("body", line)
        units.append((article_id, number, kind, len(text), len(text) + len(line)))
        text += line + "\n"
    columns = tables.empty("articles").columns
    row = dict.fromkeys(columns, "") | {"article_id": article_id, "outlet_id": "o", "text": text, "status": "ok"}
    return pd.DataFrame([row]), pd.DataFrame(units, columns=tables.empty("units").columns)


def codes_of_last(lines: list[str]) -> set[str]:
    articles, units = article(lines)
    codes = coding.code(articles, units)[1]
    last = codes[codes["unit"] == len(lines)]
    return {f"{row.actor}{'*' if row.proxy else ''} {row.role} {row.modality} {row.voice}" for row in last.itertuples()}


@pytest.mark.parametrize("case", load_cases())
def test_case(case):
    assert codes_of_last(case["text"]) == set(case["codes"])


# Mentions


def surfaces(text: str) -> list[tuple[str, str]]:
    articles, units = article([text])
    found = mentions.find_mentions(articles, units)
    return list(zip(found["surface"], found["entry"], strict=True))


def test_spelling_noise_and_clitics_do_not_hide_a_name():
    assert surfaces('وبـ«دا.عــش» ولِلتَّحالفِ الدوليّ ثم لـ"قسد"') == [
        ("دا.عــش", "isis.name"),
        ("لِلتَّحالفِ الدوليّ", "us.coalition"),
        ("قسد", "us.sdf"),
    ]


def test_a_name_inside_a_longer_word_is_no_mention():
    assert surfaces("قسديات وإيرانيكا وداعشوقة") == []


@pytest.mark.parametrize(
    ("sentences", "meant"),
    [
        (["هاجم التنظيم نقطة لقوات النظام."], "isis.name"),
        (["قصف الطيران الروسي عناصر التنظيم.", "ثم انسحب التنظيم."], "isis.name"),
        (["قصف الطيران الروسي جبهة النصرة.", "ثم انسحب التنظيم."], "other.nusra"),
        (["أعلن التنظيم موعد البطولة."], None),
    ],
)
def test_the_organisation_is_isis_beside_an_actor_where_no_other_is_named(sentences, meant):
    resolved = mentions.resolve(mentions.find_mentions(*article(sentences)).to_dict("records"))
    last = [m["entry"] for m in resolved if m["head"] == "organisation"]
    assert (last[-1] if last else None) == meant


@pytest.mark.parametrize(
    ("sentences", "actors"),
    [
        (["صدّ الجيش هجوما لداعش.", "وعلّقت تركيا على الهجوم."], ["syria"]),
        (["علّقت تركيا على هجوم لداعش.", "وصدّه الجيش."], []),
        (["صدّت الحامية هجوما لداعش قرب تدمر."], []),
        (["صدّت قوات النظام هجوما لداعش.", "ثم قتل التنظيم عشرة من الحامية."], ["syria", "syria"]),
        (["دمّرت السوخوي مقرا لداعش.", "وأسقط صاروخ سوخوي سورية."], ["russia", "syria"]),
    ],
)
def test_whose_army_and_whose_aircraft_are_meant(sentences, actors):
    resolved = mentions.resolve(mentions.find_mentions(*article(sentences)).to_dict("records"))
    assert [m["actor"] for m in resolved if m["kind"] == "actor"] == actors


def test_the_longest_form_wins():
    assert surfaces("غارة للتحالف الدولي بقيادة واشنطن") == [("للتحالف الدولي بقيادة واشنطن", "us.coalition")]


def test_dollars_are_no_actor():
    assert surfaces("بلغ المبلغ ألف دولار أمريكي") == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["داعش", "الروس", "«قسد»", "قَسَد", "بيت", "\u200f", "،", "والتحالف", "ـ", "😀"])))
def test_every_span_is_what_was_printed(words):
    articles, units = article([" ".join(words) + " ."])
    found = mentions.find_mentions(articles, units)
    text = articles["text"].iloc[0]
    assert [text[s:e] for s, e in zip(found["start"], found["end"], strict=True)] == found["surface"].tolist()
    assert set(found["surface"].map(arabic.fold)) <= {"داعش", "الروس", "قسد", "التحالف", "والتحالف"}
    assert not any(found["start"].iloc[1:].to_numpy() < found["end"].iloc[:-1].to_numpy())


def test_blocks_do_not_change_what_is_found(monkeypatch):
    pairs = [article(["هاجم داعش حاجزا للجيش السوري.", "وقصف التحالف الدولي مواقعه."], f"a{n}") for n in range(7)]
    articles, units = (pd.concat(part, ignore_index=True) for part in zip(*pairs, strict=True))
    whole = mentions.find_mentions(articles, units)
    monkeypatch.setattr(mentions, "BLOCK", 1)
    pd.testing.assert_frame_equal(mentions.find_mentions(articles, units), whole)
    assert len(whole) == 7 * 3


def test_a_definite_noun_takes_the_last_party_of_its_class_and_nothing_from_later():
    articles, units = article(
        ["قال التنظيم إنه باق.", "وأعلنت جبهة النصرة بيانا.", "وهاجم داعش بلدة.", "ثم انسحب التنظيم."]
    )
    resolved = mentions.resolve(mentions.find_mentions(articles, units).to_dict("records"))
    organisations = [(m["unit"], m["entry"]) for m in resolved if m["head"] == "organisation"]
    assert organisations == [(2, "other.nusra"), (3, "isis.name"), (4, "isis.name")]


def test_articles_that_are_not_ok_are_not_read():
    articles, units = article(["قصف التحالف الدولي مواقع داعش."])
    found, codes = coding.code(articles.assign(status="duplicate"), units)
    assert found.empty and codes.empty


# Word lists


@pytest.mark.parametrize("name", ["actors", "acts", "kinds", "cues", "grammar"])
def test_every_entry_has_a_gloss_and_a_source(name):
    assert len(lexicons.read(name)) > 20


def test_no_name_means_two_parties():
    meanings: dict[str, set] = {}
    for row in lexicons.read("actors").itertuples():
        for spelling in lexicons.spellings(row.form):
            meanings.setdefault(spelling, set()).add((row.kind, row.actor, row.proxy))
    assert {spelling: found for spelling, found in meanings.items() if len(found) > 1} == {}


def test_every_kind_of_act_has_a_family_and_every_family_a_function():
    assert set(lexicons.read("acts")["kind"]) == set(roles.kinds())
    families = {family for family, _, _ in roles.kinds().values()}
    assert families - set(roles.FAMILIES) == {"link", "none"}
    assert set(roles.FAMILIES) <= families


@pytest.mark.parametrize(
    ("lemma", "future", "form", "voices"),
    [
        ("قَصَفَ", "كسرة", "يقصف", {"active", "passive"}),
        ("هَاجَمَ", "", "هوجمت", {"passive"}),
        ("شَنَّ", "ضمة", "شنت", {"active", "passive"}),
        ("آوَى", "", "يووي", {"active", "passive"}),
    ],
)
def test_verbs_are_conjugated(lemma, future, form, voices):
    assert lexicons.conjugate(lemma, future)[form] == voices


# Scopes


def nodes_of(text: str) -> list[sentence.Node]:
    articles, units = article([text])
    return sentence.read(text, 0, mentions.resolve(mentions.find_mentions(articles, units).to_dict("records")))


def voices_of(text: str, word: str) -> str:
    nodes = nodes_of(text)
    return scope.voices(nodes)[next(i for i, node in enumerate(nodes) if node.printed == word)]


@pytest.mark.parametrize(
    ("text", "word", "voice"),
    [
        ("قالت مصادر محلية إن روسيا قصفت البلدة.", "قصفت", "source"),
        ("قصفت روسيا البلدة، بحسب مصادر محلية.", "قصفت", "source"),
        ("يذكر أن روسيا قصفت البلدة.", "قصفت", "outlet"),
        ("قصفت روسيا البلدة ما يؤكد تورطها.", "تورطها", "outlet"),
    ],
)
def test_voice(text, word, voice):
    assert voices_of(text, word) == voice


@pytest.mark.parametrize(
    ("text", "word", "modality"),
    [
        ("ربما قصفت روسيا البلدة.", "قصفت", "hedged"),
        ("قد تقصف روسيا البلدة.", "تقصف", "hedged"),
        ("قد قصفت روسيا البلدة.", "قصفت", "asserted"),
        ("نفت موسكو أن تكون قصفت البلدة.", "قصفت", "denied"),
    ],
)
def test_modality(text, word, modality):
    nodes = nodes_of(text)
    assert scope.modalities(nodes)[next(i for i, node in enumerate(nodes) if node.printed == word)] == modality


# Properties of the codes

PIECES = [
    "داعش",
    "التنظيم",
    "روسيا",
    "قصف",
    "هاجم",
    "مواقع",
    "على",
    "التحالف الدولي",
    "دعم",
    "،",
    "لم",
    "و",
    "من قبل",
    "أن",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14), min_size=1, max_size=3))
def test_any_text_gives_codes_that_keep_the_contract(parts):
    articles, units = article([" ".join(part) + "." for part in parts])
    found, codes = coding.code(articles, units)
    tables.check(found, "mentions")
    tables.check(codes, "codes")
    spans = units.set_index("unit")
    assert all(spans["start"][row.unit] <= row.start < row.end <= spans["end"][row.unit] for row in codes.itertuples())


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet='داعشقسرويمنتهبلكفأإآةىؤئ ًَُِّْـ.،؟"«»()0٥x\u202e\u200f<&', max_size=80))
def test_folding_keeps_a_map_into_the_text(text):
    folded, places = arabic.fold_map(text)
    assert len(places) == len(folded) + 1
    assert list(places) == sorted(set(places.tolist()) | {len(text)}) or len(folded) == 0
    assert arabic.fold(folded) == folded


# Explanation


def test_an_explanation_shows_the_codes_that_the_coder_makes():
    read = reading.read_corpus(bundled("corpus"))
    made = coding.code(read.articles, read.units)[1]
    for article_id in read.articles["article_id"]:
        explained = coding.explain(read.articles, read.units, article_id)
        assert [one.unit for one in explained] == read.units[read.units["article_id"] == article_id]["unit"].tolist()
        shown = pd.concat([one.codes for one in explained], ignore_index=True)
        pd.testing.assert_frame_equal(shown, made[made["article_id"] == article_id].reset_index(drop=True))


@pytest.mark.parametrize(
    ("lines", "act", "outcome"),
    [
        (["قصفت الطائرات الروسية مواقع داعش."], "قصفت", "russia opponent"),
        (
            ["قصفت الطائرات الروسية أحياء إدلب، ولا أثر لداعش فيها."],
            "قصفت",
            "no code: what it is done to may be anything",
        ),
        (["دعت موسكو إلى محاربة تنظيم داعش."], "محاربة", "no code"),
        (["هدد داعش بمهاجمة الجيش السوري."], "هدد", "no code: talk or a threat is no part (rule 12)"),
    ],
)
def test_every_act_says_what_it_gave_or_why_nothing(lines, act, outcome):
    (explained,) = coding.explain(*article(lines), "a")
    row = explained.acts[explained.acts["act"] == act].iloc[0]
    assert row["outcome"].startswith(outcome)


def test_an_unknown_article_is_named():
    with pytest.raises(ValueError, match="'b' is not in the corpus"):
        coding.explain(*article(["قصفت الطائرات الروسية مواقع داعش."]), "b")
