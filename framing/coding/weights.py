"""The trained step: what stands around an actor is weighed, and the sum decides whether it gets a role.

`weights.csv` holds a weight by feature and role, made by `framing.coding.train` with a logistic regression for each
role on hand codes. The probability of a role is the logistic function of the sum of the weights of the features that
hold. A role is given where the probability reaches `THRESHOLD`: one that a rule found keeps its evidence, one that no
rule found gets the act nearest to the actor as its evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.special import expit

from framing import tables
from framing.coding import surroundings
from framing.coding.roles import Finding, kinds
from framing.coding.scene import Act
from framing.coding.trained import read_weights
from framing.coding.unit import Told, UnitReading

FILE = Path(__file__).with_name("weights.csv")
# Between 0.25 and 0.36 F1 hardly changes on any kind of training set, each article scored by weights trained on others;
# from here on three in four codes of newspapers are right (train.py prints both).
THRESHOLD = 0.33
# What a rule or a scope says counts more than a word. In a long sentence a single word or act says less: those of
# more than so many share the weight of so many, by the square root (found by cross-validation; train.py uses the same).
RULE, WORDS, ACTS = 3.0, 15, 3
_PLAIN, _RULE, _WORDY, _ACTING = range(4)
_GROUPS = {
    **dict.fromkeys(("rule", "scope"), _RULE),
    **dict.fromkeys(("word", "word-of", "pair", "isis-near"), _WORDY),
    **dict.fromkeys(("act", "cue", "sides", "kind-sides", "order", "kind-order", "far"), _ACTING),
}


@dataclass(frozen=True)
class Learned:
    """Trained weights: the row of each feature in `rows` (features by columns), and the group of each row."""

    places: dict[str, int]
    rows: np.ndarray
    groups: np.ndarray


def learned(table: Mapping[str, tuple[float, ...]]) -> Learned:
    """Weights by feature, ready to be summed."""
    return Learned(
        {feature: place for place, feature in enumerate(table)},
        np.array(list(table.values()), dtype=float),
        np.array([group(feature) for feature in table], dtype=np.int64),
    )


@cache
def load() -> Learned:
    """The shipped weights, a column for each of `tables.ROLES`."""
    return learned(read_weights(FILE, "feature", tables.ROLES))


def group(feature: str) -> int:
    """Which of the strengths counts for a feature."""
    return _GROUPS.get(feature.partition("=")[0], _PLAIN)


def strengths(held: set[str]) -> np.ndarray:
    """How much a feature counts, by its group; `held` are all features that hold together."""
    words = sum(feature.startswith("word=") for feature in held)
    acts = sum(feature.startswith("kind-sides=") for feature in held)
    return np.array([1.0, RULE, min(1.0, (WORDS / max(1, words)) ** 0.5), min(1.0, (ACTS / max(1, acts)) ** 0.5)])


def speaking(held: set[str], trained: Learned) -> tuple[list[str], np.ndarray]:
    """The features among `held` that have weights, and what each adds to every column."""
    known = [feature for feature in held if feature in trained.places]
    places = [trained.places[feature] for feature in known]
    return known, trained.rows[places] * strengths(held)[trained.groups[places]][:, None]


def probabilities(held: set[str]) -> np.ndarray:
    """The probability of every role, in the order of `tables.ROLES`, for an actor whose features are `held`."""
    return expit(speaking(held, load())[1].sum(axis=0))


def reasons(held: set[str], role: str, most: int = 3) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """The features that speak loudest for a role and those that speak loudest against it, with what they add."""
    known, added = speaking(held, load())
    column = added[:, tables.ROLES.index(role)]
    loud = sorted(zip(known, column.tolist(), strict=True), key=lambda pair: (-abs(pair[1]), pair[0]))
    return [pair for pair in loud if pair[1] > 0][:most], [pair for pair in loud if pair[1] < 0][:most]


def given(chances: Iterable[float]) -> list[str]:
    """The roles that an actor is given, by the chances of all roles in the order of `tables.ROLES`.

    Support and dealings exclude each other (codebook rule 4): the likelier is given, support where they are even.
    """
    likely = dict(zip(tables.ROLES, chances, strict=True))
    roles = [role for role in tables.ROLES if likely[role] >= THRESHOLD]
    if "sponsor" in roles and "colluder" in roles:
        roles.remove("sponsor" if likely["colluder"] > likely["sponsor"] else "colluder")
    return roles


def decide(reading: UnitReading, told: Told) -> list[Finding]:
    """The roles that a unit gives: those found by rule that the weights do not speak against, and those that the
    weights add."""
    decided: list[Finding] = []
    for actor, held in surroundings.features(reading, told).items():
        for role in given(probabilities(held)):
            decided += findings(reading, told, actor, role)
    return decided


def findings(reading: UnitReading, told: Told, actor: str, role: str) -> list[Finding]:
    """The evidence for a role that was decided: what rules found or, where none did, the act that fits best."""
    return reading.by_rule(actor, role) or [evidence(reading, told, actor, role)]


def evidence(reading: UnitReading, told: Told, actor: str, role: str) -> Finding:
    """A finding for a role that no rule found: its act is the one that fits the role best and stands nearest."""
    nodes = reading.nodes
    named = [i for i, node in enumerate(nodes) if node.mention is not None and node.mention["actor"] == actor]
    act = min(reading.acts, key=lambda a: _misfit(a, actor, role, named), default=None)
    if act is not None and _misfit(act, actor, role, named)[0] > 1:
        act = None
    at = act.at if act is not None else named[0] if named else 0
    near = min(named, key=lambda i: abs(i - at), default=None)
    spans = [] if act is None else [(nodes[act.at].start, nodes[act.end - 1].end)]
    spans += [] if near is None else [(nodes[near].start, nodes[near].end)]
    parties = [nodes[i].mention for i in named] or [party for a in reading.acts for party in a.parties]
    if actor in told.actors:
        parties.append(told.actors[actor][1])
    proxies = [int(party["proxy"]) for party in parties if party.get("actor") == actor]
    whole = (nodes[0].start, nodes[-1].end)
    return Finding(
        actor,
        min(proxies[: len(named)] or proxies, default=0),
        role,
        at,
        tuple(spans) or (whole,),
        f"weighed: {_by(act)}",
    )


def _by(act: Act | None) -> str:
    return "the words around the actor" if act is None else f"the actor and {act.kind}"


def _misfit(act: Act, actor: str, role: str, named: list[int]) -> tuple[int, int, int]:
    """How badly an act serves as evidence: another family's act, an act that the actor is no side of, its distance."""
    family, asserted, negated = kinds()[act.kind]
    fits = role in (asserted, negated) or (role == "target" and family in ("fight", "loss", "clash"))
    on_side = any(party.get("actor") == actor for party in act.parties)
    return (0 if fits else 2), (0 if on_side else 1), min((abs(i - act.at) for i in named), default=0)
