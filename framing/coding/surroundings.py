"""What stands around an actor in a unit, as plain features for the trained step.

The rules answer where a sentence has a form that they know. Where it has not, the words and acts around an actor
still tell its part; `weights` weighs them. A feature is a short text, `family=value`; `FAMILIES` says in words what
each family holds. Word forms enter as the stem of the Snowball stemmer for Arabic and as the skeleton of that stem
without its weak letters, so that قصف, قاصف and قصوف are one.
"""

import itertools
from collections.abc import Iterator

from framing.arabic import skeleton, stem
from framing.coding import scope
from framing.coding.clauses import is_feminine, owner
from framing.coding.roles import kinds
from framing.coding.scene import Act
from framing.coding.sentence import Node
from framing.coding.unit import Told, UnitReading

FAMILIES = {
    "any": "holds of every actor",
    "isis": "how ISIS stands in the unit",
    "unit": "the kind of unit",
    "actors": "how many actors are named",
    "since": "units since ISIS was named",
    "share": "fifths of the units so far that name ISIS",
    "register": "the register of the article so far, from war reports (below `unit.PRESS`) to the daily press",
    "of-register": "its side (war, press) together with a feature",
    "long": "length of the unit in eights of words",
    "other": "somebody else is named",
    "asks": "it is a question",
    "act": "an act in the unit",
    "cue": "a cue in the unit",
    "word": "a word in the unit",
    "pair": "two words side by side in the unit",
    "word-of": "the actor and a word in the unit",
    "isis-before": "the word before ISIS",
    "isis-behind": "the word behind ISIS",
    "isis-front": "what is written onto the name of ISIS",
    "isis-near": "a word near ISIS",
    "who": "the actor",
    "absent": "the actor is not named in the unit but so many units before",
    "absent-last": "the actor's place in the unit before",
    "absent-owner": "a pronoun on a noun for men or things agrees with the actor that is not named",
    "absent-role": "the role that a rule gave the actor that is not named",
    "absent-act": "an act with no actor on its sides, for an actor that is not named",
    "named": "how often the actor is named",
    "form": "noun, adjective or person",
    "first": "the actor is the first that is named",
    "opens": "the actor opens the unit",
    "head": "the class of the actor's name",
    "entry": "the actor's name",
    "proxy": "the actor is a proxy",
    "front": "what is written onto the actor's name",
    "before": "what stands before the actor",
    "behind": "what stands behind the actor",
    "left": "a word just left of the actor",
    "right": "a word just right of the actor",
    "left-party": "a party left of the actor",
    "right-party": "a party right of the actor",
    "between": "a word between the actor and ISIS",
    "parted": "who stands between the actor and ISIS",
    "clause": "what shares the clause of the actor",
    "to-isis": "side, distance and clause of ISIS",
    "sides": "sides of an act (family)",
    "kind-sides": "sides of an act",
    "order": "order of actor, act (family) and ISIS",
    "kind-order": "order of actor, act and ISIS",
    "far": "distance to an act (family)",
    "rule": "the role that a rule gives",
    "rule-kind": "the act by which a rule gives a role",
    "rule-form": "the construction by which a rule gives a role",
    "rule-other": "the role that a rule gives another actor",
    "told": "the role that a rule gave some units before",
}
_PARTIES = ("isis", "adversary")
_WITH_REGISTER = ("any=", "isis=", "rule=")
# How far to either side a word counts as near, in words, and how long a stretch "between" may be.
NEAR, WIDE, STRETCH = 3, 6, 14


def features(reading: UnitReading, told: Told) -> dict[str, set[str]]:
    """The features of every actor that the unit names, gives a side of an act, or may take up from the units before.

    Takes one unit and what its article told before; returns a set of features by actor, empty where nothing was read.
    """
    if not reading.nodes:
        return {}
    view = _View(reading)
    common = set(_of_unit(view, told))
    on_sides = {party["actor"] for act in reading.acts for party in act.parties if party["kind"] == "actor"}
    # A heading is coded on its own words alone (codebook rule 8).
    meant = set(told.actors) if reading.unit["kind"] == "body" else set()
    found = {}
    for actor in [*view.actors, *sorted((on_sides | meant) - set(view.actors))]:
        own = set(_of_actor(view, actor)) if actor in view.actors else set(_of_absent(view, told, actor))
        own |= {
            f"who={actor}",
            *(f"word-of={actor} {skeleton(node.text)}" for _, node in view.words(0, len(view.nodes))),
        }
        held = common | own | set(_of_acts(view, actor)) | set(_of_rules(reading, told, actor))
        register = "press" if told.press else "war"
        found[actor] = held | {f"of-register={register}, {f}" for f in held if f.startswith(_WITH_REGISTER)}
    return found


class _View:
    """A unit's nodes with what the features ask of them: the clause and the label of each, and where parties stand."""

    def __init__(self, reading: UnitReading) -> None:
        self.reading, self.nodes = reading, reading.nodes
        self.labels = [label(node) for node in self.nodes]
        self.skeletons = [
            label if node.mention else skeleton(node.text) for node, label in zip(self.nodes, self.labels, strict=True)
        ]
        self.clause = _clauses(self.nodes)
        self.wished = scope.wished(self.nodes)
        self.actors: dict[str, list[int]] = {}
        self.places: dict[str, list[int]] = {"isis": [], "adversary": [], "other": []}
        for i, node in enumerate(self.nodes):
            if node.mention is not None and node.mention["kind"] == "actor":
                self.actors.setdefault(node.mention["actor"], []).append(i)
            elif node.mention is not None:
                self.places[node.mention["kind"]].append(i)
        self.foe = self.places["isis"] or self.places["adversary"]
        self.negators = [i for i, node in enumerate(self.nodes) if node.cue("negator")]

    def label(self, i: int) -> str:
        """What stands at place i, also outside the unit."""
        return self.labels[i] if 0 <= i < len(self.labels) else "."

    def words(self, start: int, stop: int) -> Iterator[tuple[int, Node]]:
        """The nodes from start to stop that are no parties."""
        for i in range(max(0, start), min(stop, len(self.nodes))):
            if self.nodes[i].mention is None:
                yield i, self.nodes[i]

    def near(self, places: list[int], i: int) -> int:
        """The one of the places that is nearest to i."""
        return min(places, key=lambda place: abs(place - i))


def label(node: Node) -> str:
    """A party by its kind, a word by its stem."""
    if node.mention is None:
        return stem(node.text)
    return f"<{node.mention['kind']}{'~' if node.mention['pos'] == 'nisba' else ''}>"


def _clauses(nodes: list[Node]) -> list[int]:
    """The number of the clause that each node stands in; commas and openers of clauses part them."""
    number, numbers = 0, []
    for node in nodes:
        opens = node.mention is None and any(node.says(kind) for kind in ("boundary", "complementizer", "relative"))
        number += node.hard or node.soft or opens
        numbers.append(number)
    return numbers


def _distance(words: int) -> str:
    return "adjacent" if words <= 1 else "near" if words <= 3 else "7" if words <= 7 else "14" if words <= 14 else "far"


def _sides(act: Act) -> dict[str, list[dict]]:
    return {"agent": act.agent, "patient": act.patient, "joint": act.joint, "origin": act.origin}


def _of_unit(view: _View, told: Told) -> Iterator[str]:
    reading = view.reading
    yield "any=1"
    status = "named" if view.places["isis"] else "adversary" if view.places["adversary"] else "carried"
    yield f"isis={status}"
    yield f"unit={reading.unit['kind']}"
    yield f"actors={min(len(view.actors), 4)}"
    yield f"since={told.since}"
    yield f"share={min(int(told.share * 5), 4)}"
    yield f"register={max(-5, min(5, round(told.register * 5)))}"
    yield f"long={min(len(view.nodes) // 8, 5)}"
    if view.places["other"]:
        yield "other=1"
    if reading.asks:
        yield "asks=1"
    for act in reading.acts:
        yield f"act={act.kind}{' not' if act.negated else ''}"
    for _, node in view.words(0, len(view.nodes)):
        yield f"word={skeleton(node.text)}"
        for cue in node.cues:
            yield f"cue={cue}"
    for one, two in itertools.pairwise(view.skeletons):
        yield f"pair={one} {two}"
    for i in view.foe:
        yield f"isis-before={view.label(i - 1)}"
        yield f"isis-before={view.label(i - 2)} {view.label(i - 1)}"
        yield f"isis-behind={view.label(i + 1)}"
        yield f"isis-front={view.nodes[i].front.lstrip('وف')}"
        for _, node in view.words(i - NEAR, i + NEAR + 1):
            yield f"isis-near={skeleton(node.text)}"


def _of_absent(view: _View, told: Told, actor: str) -> Iterator[str]:
    """An actor that the unit may mean without naming it: by a pronoun, a dropped subject, a noun that points back."""
    alone = "others named" if view.actors else "nobody named"
    yield f"absent={told.actors[actor][0] if actor in told.actors else 'side'}; {alone}"
    places = [i for i, other in enumerate(told.last) if other == actor]
    where = ["only"] if places and len(places) == len(told.last) else []
    where += ["first"] if 0 in places else []
    where += ["last"] if len(told.last) - 1 in places else []
    yield f"absent-last={'+'.join(where) or 'none'}; {alone}"
    owners = {owner(node) for _, node in view.words(0, len(view.nodes))} - {""}
    if actor in told.actors:
        since, mention = told.actors[actor]
        for pronoun in owners:
            agrees = pronoun == "هم" or (pronoun == "ها") == is_feminine(mention)
            yield f"absent-owner={agrees} {since}; {alone}"
    if not owners:
        yield "absent-owner=none"
    for (other, role), since in told.roles.items():
        if other == actor and since <= 2:
            yield f"absent-role={role}; {alone}"
    for act in view.reading.acts:
        if not any(party["kind"] == "actor" for party in (*act.agent, *act.patient)):
            yield f"absent-act={kinds()[act.kind][0]}; {alone}"


def _of_actor(view: _View, actor: str) -> Iterator[str]:
    places = view.actors[actor]
    clauses = {view.clause[i] for i in places}
    yield f"named={min(len(places), 3)}"
    yield f"form={'+'.join(sorted({view.nodes[i].mention['pos'] for i in places}))}"
    if places[0] == min(own[0] for own in view.actors.values()):
        yield "first=1"
    if places[0] <= 1:
        yield "opens=1"
    for i in places:
        mention = view.nodes[i].mention
        yield f"head={mention['head']}"
        yield f"entry={mention['entry']}"
        yield f"proxy={mention['proxy']}"
        yield f"front={view.nodes[i].front.lstrip('وف')}"
        yield f"before={view.label(i - 1)}"
        yield f"before={view.label(i - 2)} {view.label(i - 1)}"
        yield f"behind={view.label(i + 1)}"
        yield f"behind={view.label(i + 1)} {view.label(i + 2)}"
        for j in range(max(0, i - WIDE), min(i + WIDE + 1, len(view.nodes))):
            side = "left" if j < i else "right"
            if j == i:
                continue
            if view.nodes[j].mention is not None:
                yield f"{side}-party={view.label(j)}"
            elif abs(j - i) <= NEAR:
                yield f"{side}={view.label(j)}"
    for what, stand in (("not", view.negators), ("isis", view.foe), ("other", view.places["other"])):
        if any(view.clause[j] in clauses for j in stand):
            yield f"clause={what}"
    if view.foe:
        yield from _towards_isis(view, places, actor)


def _towards_isis(view: _View, places: list[int], actor: str) -> Iterator[str]:
    _, i, j = min((abs(i - j), i, j) for i in places for j in view.foe)
    side = "right" if i < j else "left"
    yield f"to-isis={side} {_distance(abs(i - j))} {view.clause[i] == view.clause[j]}"
    first, last = sorted((i, j))
    mentions = [view.nodes[k].mention for k in range(first + 1, last) if view.nodes[k].mention is not None]
    if any(mention["kind"] == "other" for mention in mentions):
        yield "parted=other"
    if any(mention["kind"] == "actor" and mention["actor"] != actor for mention in mentions):
        yield "parted=actor"
    if last - first <= STRETCH:
        for _, node in view.words(first + 1, last):
            yield f"between={side} {skeleton(node.text)}"


def _of_acts(view: _View, actor: str) -> Iterator[str]:
    places = view.actors.get(actor, [])
    for act in view.reading.acts:
        how = (" not" if act.negated else "") + (" wished" if view.wished[act.at] else "")
        family = kinds()[act.kind][0] + how
        sides = _sides(act)
        own = "+".join(side for side, parties in sides.items() if any(p.get("actor") == actor for p in parties))
        if not own:
            own = f"no {'agent ' if act.agent else ''}{'patient' if act.patient or act.patient_act is not None else ''}"
        isis = "+".join(s for s in ("agent", "patient") if any(p["kind"] in _PARTIES for p in sides[s])) or "none"
        yield f"sides={family}: {own}, ISIS {isis}"
        yield f"kind-sides={act.kind}{how}: {own}, ISIS {isis}"
        if not places:
            continue
        i = view.near(places, act.at)
        order = "actor, act" if i < act.at else "act, actor"
        together = view.clause[i] == view.clause[act.at]
        yield f"far={family}: {order} {_distance(abs(i - act.at))}"
        if view.foe:
            j = view.near(view.foe, act.at)
            order += ", ISIS before" if j < act.at else ", ISIS behind"
            yield f"order={family}: {order}; {together} {view.clause[j] == view.clause[act.at]}"
        yield f"kind-order={act.kind}{how}: {order}; {together}"


def _of_rules(reading: UnitReading, told: Told, actor: str) -> Iterator[str]:
    given = [(f, f.role) for f in reading.findings] + [(f, f"wished {f.role}") for f in reading.wished]
    if not any(finding.actor == actor for finding, _ in given):
        yield "rule=none"
    for finding, role in given:
        if finding.actor != actor:
            yield f"rule-other={role}"
            continue
        kind, _, form = finding.rule.partition(": ")
        yield f"rule={role}"
        yield f"rule-kind={role} by {kind}"
        yield f"rule-form={role} by {form}"
    for (other, role), units in told.roles.items():
        yield f"told={role} of {'the same' if other == actor else 'another'}, {units}"
