"""Roles: what an act makes of the actors on its sides, given where ISIS stands.

`kinds.csv` says which role follows when the actor is on one side and ISIS on the other. The functions here decide
what counts as ISIS on a side (a named party, an indefinite adversary in a passage about ISIS, the act of ISIS
itself) and hold the decision rules of the codebook that look at more than one act.
"""

from dataclasses import dataclass

from framing import lexicons
from framing.coding.acts import Act
from framing.coding.sentence import Node

FIGHT = {"attack", "kill", "repel", "retake", "sweep", "fight", "operation"}
HELP = {"support", "arm", "supply", "move", "free", "shelter", "shield", "direct", "use", "create", "orders"}
DEAL = {"deal", "trade", "pay", "smuggle"}
INSTRUMENT = {"message", "reaction", "hand", "tool"}


@dataclass(frozen=True)
class Finding:
    """One role that one act gives one actor, before the rows of a unit are merged."""

    actor: str
    proxy: int
    role: str
    at: int
    spans: tuple
    rule: str
    denied: bool = False
    voice: str = ""
    presupposed: bool = False


@dataclass
class Passage:
    """What is known around a unit: `named` if ISIS stands in it, `about` if the passage is about ISIS."""

    named: bool
    about: bool


def _parties(mentions: list[dict], kind: str) -> list[dict]:
    return [mention for mention in mentions if mention["kind"] == kind]


def find_roles(nodes: list[Node], acts: list[Act], passage: Passage) -> list[Finding]:
    """Every role that the acts of one unit give an actor."""
    if not passage.about:
        return []
    found: list[Finding] = []
    for number, act in enumerate(acts):
        found += _of_act(number, act, acts, nodes, passage)
    # Active support beats dealings (codebook rule 4).
    sponsors = {finding.actor for finding in found if finding.role == "sponsor"}
    return [finding for finding in found if not (finding.role == "colluder" and finding.actor in sponsors)]


def _of_act(number: int, act: Act, acts: list[Act], nodes: list[Node], passage: Passage) -> list[Finding]:
    kind = act.kind

    def give(parties: list[dict], role: str, why: str = "", denied: bool = False, voice: str = "") -> list[Finding]:
        rule = f"{kind}: {why or act.construction}"
        here = (nodes[act.at].start, nodes[act.end - 1].end)
        return [
            Finding(
                p["actor"],
                int(p["proxy"]),
                role,
                act.at,
                (here, (p["start"], p["end"])),
                rule,
                denied,
                voice,
                act.presupposed,
            )
            for p in _parties(parties, "actor")
        ]

    if act.transparent:
        return []
    if kind in FIGHT:
        return _fights(act, acts, nodes, passage, give)
    if kind == "clash":
        everyone = act.agent + act.patient
        adversary = _isis(everyone) or _parties(everyone, "adversary") or (passage.named and not _others(everyone))
        return give(everyone, "opponent") if adversary and not act.negated else []
    if kind == "loss":
        suffers = not _others(act.agent) and not _parties(act.agent, "actor")
        return give(act.patient, "target") if suffers and not act.negated else []
    if kind in HELP:
        return _helps(act, acts, nodes, passage, give)
    if kind in DEAL or kind == "cooperate":
        everyone = act.agent + act.patient
        if not _isis(everyone):
            return []
        purpose = any(node.cue("pretext") for node in nodes)
        role = "sponsor" if kind == "cooperate" and purpose else "colluder"
        return give(everyone, role, denied=act.negated)
    if kind == "ignore":
        return give(act.agent + act.joint, "bystander", denied=act.negated)
    if kind == "stir" or kind == "join":
        return give(act.agent, "bystander") if act.negated else []
    if kind == "fail" or (act.negated and kind in ("effect", "block", "stop") and act.agent_act is not None):
        return give(act.agent, "bystander") if not _others(act.patient) else []
    if kind in ("stop", "decline") and not act.negated:
        return _stops(act, acts, give)
    if kind == "withdraw":
        return give(act.agent + act.patient, "bystander") if not act.negated else []
    if kind == "block":
        nested = _nested(act, acts)
        if nested is not None and nested.kind in FIGHT and _hits_isis(nested, acts, nodes, passage):
            return give(act.agent, "sponsor", denied=act.negated)
        return []
    if kind == "belittle":
        nested = _nested(act, acts)
        return give(nested.agent, "bystander", voice="source") if nested is not None else []
    if kind == "launch":
        return give(act.origin, "sponsor", why="point from which ISIS sets out")
    if kind == "jam":
        return give(act.origin + act.agent, "sponsor")
    if kind in INSTRUMENT and passage.named:
        return give(act.agent, "sponsor", denied=act.negated)
    return []


def _stops(act: Act, acts: list[Act], give) -> list[Finding]:
    """Ending one's own fight against ISIS is standing by; ending an attack of ISIS is fighting it."""
    nested = _nested(act, acts)
    if nested is None or nested.kind not in FIGHT | {"clash"} or _others(nested.patient):
        return []
    if _isis(nested.agent) or (nested.kind == "attack" and not nested.agent and act.kind == "stop"):
        return give(act.agent, "opponent", why="ends an attack")
    return give(act.agent + nested.agent, "bystander")


def _nested(act: Act, acts: list[Act]) -> Act | None:
    return acts[act.patient_act] if act.patient_act is not None else None


def _isis(parties: list[dict]) -> bool:
    return any(mention["kind"] == "isis" for mention in parties)


def _others(parties: list[dict]) -> bool:
    return any(mention["kind"] == "other" for mention in parties) and not _isis(parties)


def _hits_isis(act: Act, acts: list[Act], nodes: list[Node], passage: Passage) -> bool:
    """The act is aimed at ISIS: named, an indefinite adversary in its passage, its attack, or nobody else named."""
    if _isis(act.patient):
        return True
    if _others(act.patient) or _parties(act.patient, "actor"):
        return False
    nested = _nested(act, acts)
    if nested is not None and nested is not act:
        return _isis(nested.agent) or (nested.kind in FIGHT and _hits_isis(nested, acts, nodes, passage))
    if _parties(act.patient, "adversary"):
        return True
    return act.kind in ("sweep", "attack", "operation") or (act.kind == "retake" and passage.named)


def _by_isis(act: Act, acts: list[Act], passage: Passage) -> bool:
    """The act is done by ISIS, or by nobody named in a passage about ISIS."""
    if _isis(act.agent):
        return True
    source = acts[act.agent_act] if act.agent_act is not None else None
    if source is not None and source.kind == "operation" and not source.agent:
        return False
    return not _others(act.agent) and not _parties(act.agent, "actor")


def _fights(act: Act, acts: list[Act], nodes: list[Node], passage: Passage, give) -> list[Finding]:
    found = []
    if _parties(act.agent + act.joint, "actor") and _hits_isis(act, acts, nodes, passage):
        if act.negated:
            found += give(act.agent, "bystander", why=f"no {act.construction}")
        else:
            found += give(act.agent + act.joint, "opponent")
            if _despite(nodes, act):
                found += give(act.agent, "bystander", why="in spite of it")
    if not act.negated and _by_isis(act, acts, passage) and act.kind != "operation":
        # Others than ISIS strike the bases too (codebook rule 1): there ISIS must be named.
        sure = _isis(act.agent)
        found += give([party for party in act.patient if sure or party["head"] != "base"], "target")
    return found


def _despite(nodes: list[Node], act: Act) -> bool:
    return act.at > 0 and bool(nodes[act.at - 1].cue("despite"))


def _helps(act: Act, acts: list[Act], nodes: list[Node], passage: Passage, give) -> list[Finding]:
    helped = _isis(act.patient) or _parties(act.patient, "adversary") or (act.kind == "orders" and passage.named)
    if helped and not _others(act.patient):
        fee = any(node.cue("fee") for node in nodes) or any(other.kind in DEAL for other in acts)
        role = "colluder" if act.kind in ("move", "free") and fee else "sponsor"
        return give(act.agent + act.joint, role, denied=act.negated)
    fighting = any(other is not act and other.kind in FIGHT and _isis(other.patient) for other in acts)
    helper = act.patient or act.patient_act is not None or act.reading.front.endswith("ب")
    if fighting and act.kind in ("support", "arm") and helper:
        return give(act.agent, "opponent", why="support for those who fight ISIS")
    return []


def kinds() -> list[str]:
    """The kinds of act that kinds.csv knows."""
    return lexicons.read("kinds")["kind"].unique().tolist()
