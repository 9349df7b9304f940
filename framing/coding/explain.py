"""Why a unit was coded as it was: its parties, its acts with their sides, for each act the role or the reason, and
what the weights make of it.

The explanation replays the coder on the article and reports what it saw, so what it shows is what the coder did.
"""

from dataclasses import dataclass

import pandas as pd

from framing import tables
from framing.coding import coder, mentions, roles, surroundings, weights
from framing.coding.scene import Act
from framing.coding.unit import Told, UnitReading

_SILENT = {"link": "carries the act that is its object", "none": "talk or a threat is no part (rule 12)"}
MENTIONS = ("surface", "kind", "entry", "actor", "proxy")
WEIGHED = ("actor", "role", "chance", "given", "speaks_for", "speaks_against")
# Roles less likely than this are not shown, unless a rule gave them.
UNLIKELY = 0.1
# How many reasons are shown for a role, and as many against it.
SHOWN = 3
# Families that hold of whole units or articles alike; they say little of one sentence and are not shown as reasons.
_COMMON = ("any", "unit", "long", "share", "since", "register", "of-register", "actors")
ACTS = ("act", "gloss", "kind", "construction", "negated", "agent", "patient", "joint", "outcome")


@dataclass(frozen=True)
class Explanation:
    """One unit explained.

    `sentence` is the unit as printed, `start` its place in the article, and `passage` says whether it is about ISIS;
    `mentions` has the columns `MENTIONS`, `acts` the columns `ACTS` (one row per act in the order of the text;
    `outcome` is the role that a rule gave or the reason why none did), `weighed` the columns `WEIGHED` (one row per
    actor and role that is not unlikely; `chance` lies between 0 and 1, `speaks_for` and `speaks_against` are the
    features that weigh most, with what each adds), `codes` the columns of the table of that name.
    """

    unit: int
    start: int
    sentence: str
    passage: str
    mentions: pd.DataFrame
    acts: pd.DataFrame
    weighed: pd.DataFrame
    codes: pd.DataFrame


def explain(articles: pd.DataFrame, units: pd.DataFrame, article_id: str) -> list[Explanation]:
    """Every unit of one article explained, in order.

    Takes the tables `articles` and `units`. Raises `ValueError` for an article that is not among them or was left
    out with its status.
    """
    rows = articles[articles["article_id"] == article_id]
    if rows.empty:
        some = ", ".join(map(str, articles["article_id"].head(5)))
        raise ValueError(f"article {article_id!r} is not in the corpus; articles in it are {some} …")
    if rows["status"].iloc[0] != "ok":
        raise ValueError(f"article {article_id!r} was left out: {rows['status'].iloc[0]}")
    text, own = rows["text"].iloc[0], units[units["article_id"] == article_id]
    resolved = mentions.resolve(mentions.find_mentions(rows, own).to_dict("records"))
    return [_explain(reading, told) for reading, told in coder.read_article(text, own.to_dict("records"), resolved)]


def _explain(reading: UnitReading, told: Told) -> Explanation:
    named, about = reading.passage.named, reading.passage.about
    passage = "ISIS is named in it" if named else "the passage is about ISIS" if about else "not about ISIS"
    parties = [{column: mention[column] for column in MENTIONS} for mention in reading.mentions]
    acts = [
        {
            "act": " ".join(node.printed or node.text for node in reading.nodes[act.at : act.end]),
            "gloss": act.reading.row.gloss,
            "kind": act.kind,
            "construction": act.construction,
            "negated": act.negated,
            "agent": _names(act.agent),
            "patient": _names(act.patient) or _nested(reading, act),
            "joint": _names(act.joint),
            "outcome": _outcome(reading, act),
        }
        for act in reading.acts
    ]
    return Explanation(
        reading.unit["unit"],
        reading.unit["start"],
        reading.text,
        passage,
        pd.DataFrame(parties, columns=list(MENTIONS)),
        pd.DataFrame(acts, columns=list(ACTS)),
        pd.DataFrame(_weighed(reading, told), columns=list(WEIGHED)),
        tables.build(coder.codes_of(reading, told, weights.decide(reading, told)), "codes"),
    )


def _weighed(reading: UnitReading, told: Told) -> list[dict]:
    """What the weights make of every actor, the likeliest first."""
    rows = []
    for actor, held in surroundings.features(reading, told).items():
        chances = weights.probabilities(held)
        by_rule = {finding.role for finding in reading.findings if finding.actor == actor}
        likely = weights.given(chances)
        for role, chance in zip(tables.ROLES, chances, strict=True):
            if chance >= UNLIKELY or role in by_rule:
                sides = ["; ".join(_in_words(*pair) for pair in loud) for loud in _reasons(held, role)]
                rows.append(dict(zip(WEIGHED, (actor, role, chance, role in likely, *sides), strict=True)))
    return sorted(rows, key=lambda row: -row["chance"])


def _reasons(held: set[str], role: str) -> tuple[list[tuple[str, float]], ...]:
    """What speaks for and against a role, without what is common to all units and what has no value to show."""
    told = {feature for feature in held if feature.partition("=")[0] not in _COMMON and not feature.endswith("=")}
    return tuple(
        [pair for pair in loud if pair[0] in told][:SHOWN] for loud in weights.reasons(held, role, most=len(held))
    )


def _in_words(feature: str, weight: float) -> str:
    """A feature and what it adds; the word between keeps Arabic in the value from turning the number round."""
    family, _, value = feature.partition("=")
    shown = "" if value == "1" else f": {value}"
    return f"{surroundings.FAMILIES[family]}{shown} {'adds' if weight > 0 else 'takes'} {abs(weight):.1f}"


def _names(parties: list[dict]) -> str:
    return ", ".join(dict.fromkeys(f"{party['surface']} ({party['actor'] or party['kind']})" for party in parties))


def _nested(reading: UnitReading, act: Act) -> str:
    """The act that stands on its side, where no party does."""
    if act.patient_act is not None:
        nested = reading.acts[act.patient_act]
        return " ".join(node.printed or node.text for node in reading.nodes[nested.at : nested.end])
    return "something that names nobody" if act.strange else ""


def _outcome(reading: UnitReading, act: Act) -> str:
    """The roles that an act gave, or the first reason why it gave none."""
    given = [finding for finding in reading.findings if finding.at == act.at]
    if given:
        return "; ".join(dict.fromkeys(f"{finding.actor} {finding.role} ({finding.rule})" for finding in given))
    family = roles.kinds()[act.kind][0]
    actors = [party for party in act.parties if party["kind"] == "actor"]
    reasons = (
        (any(finding.at == act.at for finding in reading.wished), "a fight that is only called for (rule 12)"),
        (family in _SILENT, _SILENT.get(family, "")),
        (act.transparent, "stands for the act behind it"),
        (act.ended, "is said to have ended"),
        (not actors, "no actor stands on its sides"),
        (act.negated, "is negated, and its negation is no code"),
        (any(party["kind"] == "other" for party in (*act.agent, *act.patient)), "somebody else stands on a side"),
        (act.strange, "what it is done to may be anything"),
        (True, "ISIS stands on no side of it"),
    )
    return "no code: " + next(reason for holds, reason in reasons if holds)


def describe(explanation: Explanation) -> str:
    """An explanation as plain text for a terminal."""
    lines = [f"unit {explanation.unit} ({explanation.passage})", f"  {explanation.sentence}"]
    for row in explanation.mentions.itertuples():
        proxy = ", proxy" if row.proxy else ""
        lines.append(f"  party  {row.surface}: {row.actor or row.kind} ({row.entry}{proxy})")
    for row in explanation.acts.itertuples():
        sides = [
            f"{side} {value}" for side, value in (("by", row.agent), ("to", row.patient), ("with", row.joint)) if value
        ]
        lines.append(
            f"  act    {row.act} '{row.gloss}'{' (negated)' if row.negated else ''}: {'; '.join(sides) or '-'}"
        )
        lines.append(f"         {row.outcome}")
    for row in explanation.weighed.itertuples():
        given = "given" if row.given else f"not given, {weights.THRESHOLD} is needed"
        lines.append(f"  chance {row.actor} {row.role} {row.chance:.2f}, {given}")
        lines += [f"         for      {row.speaks_for or '-'}", f"         against  {row.speaks_against or '-'}"]
    for row in explanation.codes.itertuples():
        named = row.actor in set(explanation.mentions["actor"])
        evidence = explanation.sentence[row.start - explanation.start : row.end - explanation.start]
        lines.append(f"  code   {row.actor} {row.role}, {row.modality}, {row.voice}{', proxy' if row.proxy else ''}")
        lines.append(f"         {row.rule}{'' if named else '; not named in this unit'}; evidence: {evidence}")
    if explanation.codes.empty:
        lines.append("  no code" + ("" if len(explanation.weighed) else f": {_nothing(explanation)}"))
    return "\n".join(lines)


def _nothing(explanation: Explanation) -> str:
    """Why a unit in which nothing was weighed carries no code."""
    if explanation.passage == "not about ISIS":
        return "the passage is not about ISIS"
    if explanation.mentions["actor"].eq("").all():
        return "no name of an actor was recognised (lexicons/actors.csv), and none that was told before fits"
    return "no role is likely for any actor"
