"""Roles: what an act makes of the actors on its sides, given where ISIS stands.

`kinds.csv` gives every kind of act a family and the role that follows; a family is a function here, which says when
it follows. What counts as ISIS on a side is decided in `_aimed_at_isis` and `_by_isis`: a named party, an indefinite
adversary in a passage about ISIS, or nobody else named there. Rules are those of the codebook.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from framing import lexicons
from framing.coding.scene import Act
from framing.coding.sentence import Node

# Kinds of fight that are ISIS's business in a passage about it, also where the enemy is not named.
_DEEDS = ("attack", "raid", "kill")
_OPEN = ("sweep", "attack", "raid", "operation")
# Words behind which ISIS is left out of a fight, and words that link a clause to the noun that it describes.
_BUT = ("الا", "سوي", "عدا", "ماعدا", "باستثناء", "لا", "وليس", "وليست", "بدل", "بدلا", "عوضا")
_DESCRIBES = ("وهي", "وهو", "وهم", "كان", "كانت", "كانوا", "الذي", "التي", "الذين", "من")


@dataclass(frozen=True)
class Passage:
    """What is known around a unit: `named` if ISIS stands in it, `about` if the passage is about ISIS."""

    named: bool
    about: bool


@dataclass(frozen=True)
class Finding:
    """One role that one act gives one actor, before the rows of a unit are merged: `at` is the node of the act,
    `spans` the places of act and actor, `presupposed` a role that no hedge on the act's failure touches, `insinuated`
    one that is hedged by itself."""

    actor: str
    proxy: int
    role: str
    at: int
    spans: tuple
    rule: str
    denied: bool = False
    voice: str = ""
    presupposed: bool = False
    insinuated: bool = False


@dataclass(frozen=True)
class _Case:
    """One act with what stands around it."""

    act: Act
    acts: list[Act]
    nodes: list[Node]
    passage: Passage

    @property
    def nested(self) -> Act | None:
        """The act that this act is done to."""
        return self.acts[self.act.patient_act] if self.act.patient_act is not None else None

    @property
    def tied(self) -> bool:
        """The act has to do with ISIS: named in the unit, or done to nothing that may be anything else."""
        return self.passage.named or not self.act.strange

    def give(
        self,
        parties: list[dict],
        role: str,
        why: str = "",
        denied: bool = False,
        voice: str = "",
        insinuated: bool = False,
    ) -> list[Finding]:
        """A finding for every actor among the parties."""
        act, rule = self.act, f"{self.act.kind}: {why or self.act.construction}"
        here = (self.nodes[act.at].start, self.nodes[act.end - 1].end)
        return [
            Finding(
                party["actor"],
                int(party["proxy"]),
                role,
                act.at,
                (here, (party["start"], party["end"])),
                rule,
                denied,
                voice,
                act.presupposed,
                insinuated,
            )
            for party in _actors(parties)
            if role == "target" or party["head"] != "men"  # nameless soldiers are told of as victims
        ]


@cache
def kinds() -> dict[str, tuple[str, str, str]]:
    """Family, role and role of the negation of every kind of act, from kinds.csv."""
    table = lexicons.read("kinds")
    return dict(zip(table["kind"], zip(table["family"], table["role"], table["negated"], strict=True), strict=True))


def find_roles(nodes: list[Node], acts: list[Act], passage: Passage) -> list[Finding]:
    """Every role that the acts of one unit give an actor."""
    if not passage.about:
        return []
    found: list[Finding] = []
    for act in acts:
        family, role, negated = kinds()[act.kind]
        if family in FAMILIES and not act.transparent and not act.ended:
            found += FAMILIES[family](_Case(act, acts, nodes, passage), role, negated)
    # Active support beats dealings (rule 4).
    sponsors = {finding.actor for finding in found if finding.role == "sponsor"}
    return [finding for finding in found if not (finding.role == "colluder" and finding.actor in sponsors)]


def _actors(parties: list[dict]) -> list[dict]:
    return [party for party in parties if party["kind"] == "actor"]


def _sure(parties: list[dict]) -> list[dict]:
    """The parties without those that only an adjective names (الاجتماع الروسي)."""
    return [party for party in parties if not party.get("loose")]


def _isis(parties: list[dict]) -> bool:
    return any(party["kind"] == "isis" for party in parties)


def _adversary(parties: list[dict]) -> bool:
    return any(party["kind"] == "adversary" for party in parties)


def _others(parties: list[dict]) -> bool:
    """A party that is neither an actor nor ISIS stands there, and ISIS does not."""
    return any(party["kind"] == "other" for party in parties) and not _isis(parties)


def _is_fight(act: Act | None) -> bool:
    return act is not None and kinds()[act.kind][0] == "fight"


def _aimed_at_isis(case: _Case, act: Act) -> bool:
    """The act is aimed at ISIS: named, an indefinite adversary, ISIS's own act, or nobody else in its passage."""
    if _isis(act.patient):
        return True
    if _others(act.patient) or _actors(act.patient):
        return False
    nested = case.acts[act.patient_act] if act.patient_act is not None else None
    if nested is not None and nested is not act:
        return _isis(nested.agent) or (_is_fight(nested) and _aimed_at_isis(case, nested))
    if not case.passage.named and any(_is_victim(node.mention) for node in case.nodes):
        # The passage is carried on from before, and somebody else is at hand to be meant (rule 15).
        return _adversary(act.patient)
    vague = act.strange or (not case.passage.named and not _definite(act))
    unnamed = act.kind == "attack" and act.reading.pos == "noun" and bool(act.agent) and not case.passage.named
    if act.kind in ("attack", "raid") and (vague or (unnamed and "light" not in act.construction)):
        return _adversary(act.patient)
    return _adversary(act.patient) or act.kind in _OPEN or (act.kind == "retake" and case.passage.named)


def _definite(act: Act) -> bool:
    """The act is told as one that is known or as one that happened, not just named (تفادي ضربة أميركية)."""
    front, marked = act.reading.front, any(a.marker in act.markers for a in act.right)
    return (
        act.reading.pos != "noun"
        or bool(act.pronoun)
        or front.endswith(("ال", "لل"))
        or marked
        or "light" in act.construction
    )


def _is_victim(mention: dict | None) -> bool:
    """Civilians and armed groups of nobody's are whom else a strike may be aimed at."""
    if mention is None or mention["kind"] != "other":
        return False
    return mention["entry"] == "other.civilians" or mention["head"] in ("faction", "organisation")


def _by_isis(case: _Case) -> bool:
    """The act is done by ISIS, or by nobody named in a passage about ISIS; not by "operations" of nobody."""
    act = case.act
    if _isis(act.agent):
        return True
    source = case.acts[act.agent_act] if act.agent_act is not None else None
    if source is not None and source.kind == "operation" and not source.agent:
        return False
    return not _others(act.agent) and not _actors(act.agent)


def _fight(case: _Case, role: str, negated: str) -> list[Finding]:
    """Fighting ISIS, or being hit by it. "In spite of the raids" tells raids without effect (rule 5)."""
    act, found = case.act, []
    after = case.nodes[act.end] if act.end < len(case.nodes) else None
    theirs = after is not None and bool(after.says("theirs"))  # suicide operations are not a state's
    if not (act.negated or theirs) and _spares_isis(case):
        return case.give(act.agent + act.joint, negated, why="everybody but ISIS")
    if not act.negated and _foe_that_is_hit(case, act) is not None:
        return case.give(act.agent + act.joint, "sponsor", why="hits those who fight ISIS")
    before = [other for other in case.acts if act.reading.pos == "verb" and other.at < act.at]
    if any(other.agent == act.agent and _foe_that_is_hit(case, other) is act for other in before):
        return []  # the clause describes those who are hit, whom no list knows
    if _actors(act.agent + act.joint) and not (theirs or _isis(act.agent)) and _aimed_at_isis(case, act):
        if act.negated and act.construction != "definite noun that points back":
            return case.give(act.agent, negated, why=f"no {act.construction}")
        if act.negated:
            return []
        found += case.give(act.agent + act.joint, role)
        if act.at > 0 and case.nodes[act.at - 1].cue("despite"):
            found += case.give(act.agent, "bystander", why="in spite of it")
    # Only attacks are ISIS's by default; a fight against an actor needs ISIS named as the one who fights.
    if not act.negated and act.kind != "operation" and _by_isis(case) and (act.kind in _DEEDS or _isis(act.agent)):
        # Others than ISIS strike the bases too (rule 1): there ISIS must be named. A death that nobody causes is
        # ISIS's doing only where the unit tells of ISIS or of an attack.
        caused = bool(act.agent) or act.agent_act is not None or act.kind != "kill" or _tells_of_attack(case)
        told = _isis(act.agent) or _adversary(act.agent)
        hit = [party for party in act.patient if _isis(act.agent) or _may_be_hit(party, told)]
        # An attack that is only somebody's aim hits nobody (rule 9).
        found += case.give(_sure(hit), "target") if caused and act.front != "ل" else []
    if act.negated and _isis(act.agent) and act.reading.pos == "verb":
        # Whom ISIS spares it is said to serve (rule 13).
        found += case.give(_sure(act.patient), "sponsor", why="spared by ISIS", insinuated=True)
    return found


def _spares_isis(case: _Case) -> bool:
    """يقاتل الجميع إلا داعش: ISIS stands right behind "but" or "not", or behind one noun of its own, and nothing before
    is denied (then it is restriction: they fight nobody but ISIS)."""
    act, nodes = case.act, case.nodes
    for i in range(act.end, min(act.end + 10, len(nodes))):
        if nodes[i].hard:
            return False
        if nodes[i].mention is None or nodes[i].mention["kind"] != "isis":
            continue
        near = [i - 1] if nodes[i - 1].text == "لا" or not nodes[i - 1].says("thing") else [i - 2]
        left_out = [k for k in near if k >= act.end and nodes[k].text in _BUT and not nodes[k].printed.startswith("أ")]
        denied = any(node.cue("negator") or node.text in ("ما", "وما") for node in nodes[max(0, act.at - 3) : i - 1])
        return bool(left_out) and not denied and act.kind != "retake"
    return False


def _foe_that_is_hit(case: _Case, act: Act) -> Act | None:
    """قصفت كتائب كانت تصدّ داعش: the fight against ISIS of those whom an act hits, told right behind them."""
    nodes = case.nodes
    if act.kind not in _DEEDS or _isis(act.patient) or _isis(act.agent) or not _actors(act.agent):
        return None
    for other in case.acts:
        near = act.end < other.at <= act.end + 8 and other.reading.pos == "verb"
        if not (near and _is_fight(other) and _has_isis_for_foe(case, other)):
            continue
        linked = next((k for k in (other.at - 1, other.at - 2) if k >= act.end and nodes[k].text in _DESCRIBES), None)
        if linked is None or any(node.hard or node.soft for node in nodes[act.end : other.at]):
            continue
        # غارات لدعم البشمركة التي …: what is meant is help; سيارة كانت …, مدينة … فيها: a thing fights nobody.
        helped = any(act.end <= o.at < linked and kinds()[o.kind][0] == "help" for o in case.acts)
        own_subject = any(party["start"] > nodes[other.at].start for party in other.agent)
        if helped or own_subject or nodes[linked - 1].says("thing"):
            continue
        named = [node.mention for node in nodes[act.end : linked] if node.mention is not None]
        said = linked > act.end or nodes[linked].text == "من"
        return other if said and not _isis(named) and not _adversary(named) else None
    return None


def _has_isis_for_foe(case: _Case, act: Act) -> bool:
    """ISIS is named as whom the act is done to, or as who does what the act is done to; see `_aimed_at_isis` for what
    counts where it is not named."""
    nested = case.acts[act.patient_act] if act.patient_act is not None else None
    return _isis(act.patient) or (nested is not None and _isis(nested.agent))


def _may_be_hit(party: dict, told: bool) -> bool:
    """Whom an attack not said to be ISIS's may be taken to hit: no base, which others strike too, and nobody that
    only a pronoun means unless the attackers are `told`."""
    return party["head"] != "base" and (told or not party.get("pronoun"))


def _tells_of_attack(case: _Case) -> bool:
    """ISIS stands in the unit, or an attack that no actor makes and no other armed group is at hand for."""
    if not case.passage.named and any(_is_victim(node.mention) for node in case.nodes):
        return False
    others = [other for other in case.acts if other is not case.act and other.kind in ("attack", "raid")]
    if any(node.mention is not None and node.mention["kind"] == "adversary" for node in case.nodes):
        return True
    return case.passage.named or any(not _actors(other.agent) for other in others)


def _clash(case: _Case, role: str, negated: str) -> list[Finding]:
    sides = case.act.agent + case.act.patient + case.act.joint
    elsewhere = any(_is_victim(node.mention) for node in case.nodes[case.act.end :])
    open_side = _adversary(sides) or (case.passage.named and not elsewhere)
    enemy = _isis(sides) or (open_side and not any(_is_victim(party) for party in sides))
    return case.give(sides, role) if enemy and not case.act.negated else []


def _loss(case: _Case, role: str, negated: str) -> list[Finding]:
    act = case.act
    if _isis(act.patient) and not act.negated:
        return case.give(act.agent, "opponent", why="its loss at their hands")
    ours = not _others(act.agent) and not _actors(act.agent) and (_isis(act.agent) or _tells_of_attack(case))
    if act.negated or not ours or (act.strange and act.reading.pos == "verb"):
        return []
    return case.give(_sure(act.patient), role)


def _help(case: _Case, role: str, negated: str) -> list[Finding]:
    """Help to ISIS; moving its men for a fee is a deal (rule 4), help to those who fight it is fighting (rule 12)."""
    act = case.act
    obeyed = any(other.kind in _DEEDS or _isis(other.agent) for other in case.acts)
    helped = _isis(act.patient) or _adversary(act.patient)
    helped = helped or (act.kind == "orders" and case.passage.named and obeyed)
    if helped and not _others(act.patient):
        fee = any(node.cue("fee") for node in case.nodes) or any(kinds()[a.kind][0] == "deal" for a in case.acts)
        if act.reading.row.subject == "patient" and not fee:
            return []  # out of somebody's prison they may have broken
        role = "colluder" if act.kind in ("move", "free") and fee else role
        return case.give(act.agent + act.joint, role, denied=act.negated)
    fighting = any(_fights_isis(case, other) for other in case.acts if other is not act)
    helper = act.patient or act.patient_act is not None or act.front == "ب"
    if fighting and helper and act.kind in ("support", "arm"):
        return case.give(act.agent, "opponent", why="support for those who fight ISIS")
    return []


def _fights_isis(case: _Case, act: Act) -> bool:
    """The act is a fight against ISIS, or one that stops an act of ISIS."""
    return (_is_fight(act) or act.kind == "clash") and _has_isis_for_foe(case, act)


def _deal(case: _Case, role: str, negated: str) -> list[Finding]:
    sides = case.act.agent + case.act.patient
    fee = any(node.cue("fee") for node in case.nodes)
    at_hand = case.passage.named or any(node.mention and node.mention["kind"] == "adversary" for node in case.nodes)
    paid = fee and case.act.kind in ("pay", "smuggle") and at_hand and not _others(sides)
    if not (_isis(sides) or _adversary(sides) or paid) or (case.act.kind == "pay" and not fee):
        return []
    purpose = case.act.kind == "cooperate" and any(node.cue("pretext") or _purpose(node) for node in case.nodes)
    return case.give(sides, "sponsor" if purpose else role, denied=case.act.negated)


def _purpose(node: Node) -> bool:
    """كي or ل with a present verb opens a purpose (rule 4)."""
    return node.text in ("كي", "لكي") or (node.mention is None and node.text.startswith(("لي", "لت")) and not node.acts)


def _letting(case: _Case, role: str, negated: str) -> list[Finding]:
    return case.give(case.act.agent, role) if _isis(case.act.patient) and not case.act.negated else []


def _inaction(case: _Case, role: str, negated: str) -> list[Finding]:
    tied = case.passage.named if case.act.negated else case.tied
    return case.give(_sure(case.act.agent + case.act.joint), role, denied=case.act.negated) if tied else []


def _undone(case: _Case, role: str, negated: str) -> list[Finding]:
    """What an actor does not even begin; whom ISIS does not fire at it is said to serve (rule 13)."""
    act = case.act
    if act.negated and (_isis(act.agent) or _adversary(act.agent)):
        return case.give(_sure(act.patient), "sponsor", why="spared by ISIS", insinuated=True)
    return case.give(act.agent, negated) if act.negated else []


def _failure(case: _Case, role: str, negated: str) -> list[Finding]:
    if _others(case.act.patient) or not case.tied:
        return []
    return case.give(_sure(case.act.agent), role or negated)


def _undone_effect(case: _Case, role: str, negated: str) -> list[Finding]:
    """ "Did not prevent" is a failure where it is said of an act of the actor."""
    return _failure(case, role, negated) if case.act.negated and case.act.agent_act is not None else []


def _ending(case: _Case, role: str, negated: str) -> list[Finding]:
    """Ending one's own fight against ISIS is standing by; ending an attack of ISIS is fighting it."""
    act, nested = case.act, case.nested
    if act.negated:
        return _undone_effect(case, role, negated) if act.kind == "stop" else []
    if nested is None and act.agent_act is not None:
        nested = case.acts[act.agent_act]
    if nested is None and _isis(act.patient):
        # أوقف said of men is to arrest them.
        return case.give(act.agent, "opponent", why="arrests")
    if nested is None or _others(nested.patient) or not (_is_fight(nested) or nested.kind == "clash"):
        return []
    if nested.strange and not case.passage.named:
        return []
    theirs = nested.kind in ("attack", "raid") and not nested.agent and not _isis(nested.patient) and act.kind == "stop"
    if _isis(nested.agent) or theirs:
        return case.give(act.agent, "opponent", why="ends an attack")
    return case.give(act.agent + nested.agent, role)


def _withdrawal(case: _Case, role: str, negated: str) -> list[Finding]:
    """Leaving the field is standing by; being made to leave by ISIS is being its target (rule 9)."""
    act = case.act
    if act.negated or not case.tied:
        return []
    if _isis(act.patient):
        return case.give(act.agent, "sponsor", why="takes its men out")
    if act.reading.pos == "noun" and not any(other.kind in (*_DEEDS, "clash", "launch", "loss") for other in case.acts):
        return []  # an American withdrawal from the region is no part in a deed of ISIS
    driven = any(
        _isis(other.agent) and kinds()[other.kind][0] in ("fight", "clash") and other.at < act.at for other in case.acts
    )
    return case.give(_sure(act.agent + act.patient), "target" if driven else role)


def _blocking(case: _Case, role: str, negated: str) -> list[Finding]:
    act, nested = case.act, case.nested
    if nested is not None and nested.kind == "join":
        return case.give(act.agent, "bystander", why="refuses to take part")
    if act.negated and act.agent_act is not None:
        return _undone_effect(case, "bystander", "bystander")
    if _hinders_a_fight(case):
        return case.give(act.agent, role, why="hinders those who fight", denied=act.negated)
    if not act.agent and not act.negated and _is_fight(nested) and _isis(nested.patient):
        # The width of the desert kept the raids from ending ISIS: whoever raided did so in vain.
        tried = [o for o in case.acts if o.at < act.at and _is_fight(o) and _actors(o.agent)]
        return case.give(tried[-1].agent, "bystander", why="prevented by circumstances") if tried else []
    if _is_fight(nested) and _aimed_at_isis(case, nested) and not nested.strange:
        return case.give(act.agent, role, denied=act.negated)
    return []


def _hinders_a_fight(case: _Case) -> bool:
    """إعاقة القاذفات وهي تطارد …: whoever is hindered is said, in the same breath, to fight ISIS."""
    behind = [o for o in case.acts if o.at > case.act.at and case.nodes[o.at - 1].text in ("وهي", "وهو", "وهم")]
    behind = [o for o in behind if not any(node.hard for node in case.nodes[case.act.at + 1 : o.at])]
    return not _isis(case.act.patient) and any(
        _is_fight(o) and _isis(o.patient) and any(p in case.act.patient for p in o.agent) for o in behind
    )


def _belittling(case: _Case, role: str, negated: str) -> list[Finding]:
    """Whoever belittles is a source (rule 5: a fight told as without effect)."""
    return case.give(case.nested.agent, role, voice="source") if case.nested is not None else []


def _origin(case: _Case, role: str, negated: str) -> list[Finding]:
    if case.act.kind == "conditions" and not case.passage.named:
        return []
    sides = case.act.origin + (case.act.agent if case.act.kind != "launch" else [])
    return case.give(sides, role, why="the point it comes from")


def _instrument(case: _Case, role: str, negated: str) -> list[Finding]:
    """ISIS as somebody's message, answer or tool, where the unit tells of a deed of ISIS."""
    deeds = [other for other in case.acts if other.kind in _DEEDS and not _actors(other.agent)]
    by_isis = any(_isis(other.agent + other.patient) for other in case.acts)
    told = case.passage.named and (deeds or by_isis)
    return case.give(case.act.agent, role, denied=case.act.negated) if told else []


def _counterfactual(case: _Case, role: str, negated: str) -> list[Finding]:
    """But for X a town would have fallen to ISIS: X fought it. But for X's help ISIS would be no more: X keeps it
    alive."""
    for_whom = case.act.right[:1]
    saved_by = [party for a in for_whom for party in a.parties] or [
        party for a in for_whom if a.act is not None for party in case.acts[a.act].agent
    ]
    fallen = any(_fallen(case.nodes, i) for i in range(case.act.end, len(case.nodes)))
    helped = [other for other in case.acts if kinds()[other.kind][0] == "help" and other.at > case.act.at]
    if fallen:
        return case.give(saved_by, role)
    if helped and case.passage.about and not (helped[0].patient and not _isis(helped[0].patient)):
        return case.give(helped[0].agent, "sponsor")
    return []


def _fallen(nodes: list[Node], i: int) -> bool:
    """بيد داعش: in the hands of ISIS or of an adversary."""
    party = next((node.mention for node in nodes[i + 1 : i + 3] if node.mention is not None), None)
    hands = bool(nodes[i].says("agent")) or nodes[i].text in ("ايدي", "قبضه", "يد")
    return hands and party is not None and party["kind"] in ("isis", "adversary")


FAMILIES: dict[str, Callable[[_Case, str, str], list[Finding]]] = {
    "fight": _fight,
    "clash": _clash,
    "loss": _loss,
    "help": _help,
    "deal": _deal,
    "inaction": _inaction,
    "letting": _letting,
    "undone": _undone,
    "undone effect": _undone_effect,
    "failure": _failure,
    "ending": _ending,
    "withdrawal": _withdrawal,
    "blocking": _blocking,
    "belittling": _belittling,
    "origin": _origin,
    "instrument": _instrument,
    "counterfactual": _counterfactual,
}
