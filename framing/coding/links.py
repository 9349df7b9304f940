"""What acts hand to each other, in one unit and from the units before.

`connect` hands sides along (a light verb gives its subject to the noun it carries, a raid that did not help gives the
failure to whoever flew it), `inherit` gives a purpose the agent of the act before it, `point_back` a definite noun the
agent named earlier in the article.
"""

from framing.coding.clauses import arguments, clause_start, opens_aside
from framing.coding.scene import Act, Scene
from framing.coding.sentence import Node

# Prepositions behind a death that mark what caused it.
CAUSES = ("ب", "في", "بسبب", "بعد", "خلال")
# Acts whose definite noun points back to who did them. An attack or an ambush in a passage about ISIS is ISIS's own.
POINTED = ("raid", "sweep", "operation")
# Kinds of which the end is inaction: fights.
ENDED = ("attack", "raid", "kill", "repel", "retake", "sweep", "fight", "operation", "clash")
# Kinds that take the act they are about for granted: a failed campaign was a campaign.
PRESUPPOSING = ("fail", "effect", "block", "belittle", "stop", "decline")
WHOSE = ("انها", "انه", "بانها", "بانه", "وهي", "هي", "كانت")
DEMONSTRATIVES = ("ذلك", "هذا", "هذه")
# Under these names `events` keeps what the article goes on about, and who fought ISIS last.
TOPIC, FIGHT = "topic", "fight"


def connect(scene: Scene) -> None:
    """Hand agents along the links between acts, one link at a time."""
    acts = scene.acts
    for act in acts:
        nested = acts[act.patient_act] if act.patient_act is not None and acts[act.patient_act] is not act else None
        if nested is not None and act.kind == "light" and nested.kind != "loss":
            _carry(act, nested)
        if nested is not None and act.kind == "receive":
            nested.patient = nested.patient or list(act.agent)
            nested.agent = nested.agent or [party for a in act.right if a.marker == "من" for party in a.parties]
        if nested is not None and act.kind == "accuse":
            for accusation in [acts[a.act] for a in act.right if a.act is not None and a.marker == "ب"]:
                accusation.agent = accusation.agent or list(act.patient)
        if nested is not None and act.kind in ("stop", "decline") and not act.negated:
            _end(act, nested)
        if act.kind == "stop" and act.agent_act is not None and not act.negated:
            acts[act.agent_act].ended = True
        if nested is not None and act.kind == "block" and act.patient:
            nested.agent = nested.agent or list(act.patient)
        if act.kind in ("loss", "kill") and act.patient:
            for cause in [acts[a.act] for a in act.right if a.act is not None and a.marker in CAUSES]:
                cause.patient = cause.patient or list(act.patient)
        if nested is not None and act.kind == "stop" and act.negated:
            nested.agent = nested.agent or list(act.agent)
        if act.kind == "rely":
            helped = [other for other in acts if other.at < act.at and other.agent and other.kind != "light"]
            if helped:
                _add(helped[-1].joint, act.patient)
        if act.agent_act is not None and not act.agent and acts[act.agent_act] is not act:
            act.agent = list(acts[act.agent_act].agent)
        if act.kind in PRESUPPOSING:
            for number in {act.agent_act, act.patient_act} - {None}:
                acts[number].presupposed = True
        if act.kind in ("operation", "clash"):
            _see_through(act, acts)


def blame(scene: Scene) -> None:
    """What "did not stop" the attacks without a subject of its own is the fight told before: whoever fought, failed."""
    for number, act in enumerate(scene.acts):
        failing = act.kind == "fail" or (act.negated and act.kind in ("effect", "stop", "block"))
        if not failing or act.agent or (act.agent_act is not None and scene.acts[act.agent_act].agent):
            continue
        near = scene.nodes[max(0, act.at - 4) : act.at + 1]
        goes_on = act.reading.front.startswith(("و", "ف")) or any(
            node.text in DEMONSTRATIVES or node.says("boundary") or (node.cue("negator") and node.text.startswith("و"))
            for node in near
        )
        if not goes_on:
            continue
        fights = [a for a in scene.acts[:number] if a.kind in ENDED and any(p["kind"] == "actor" for p in a.agent)]
        if fights and (act.agent_act is None or act.agent_act > number):
            act.agent_act, act.agent = scene.acts.index(fights[-1]), list(fights[-1].agent)
            act.construction = "blames the fight before"


def initiate(scene: Scene) -> None:
    """Whoever leads the way to a fight of nobody's fights it: its own initiative, and cooperation in it (rule 12)."""
    for number, act in enumerate(scene.acts):
        leads = act.kind in ("cooperate", "support", "arm") or (act.kind == "light" and act.reading.pos == "noun")
        sides = {"cooperate": act.agent + act.patient, "support": act.patient, "arm": act.patient}.get(
            act.kind, act.agent
        )
        if not leads or act.negated or act.front == "ل" or not any(party["kind"] == "actor" for party in sides):
            continue
        for other in scene.acts[number + 1 :]:
            between = scene.nodes[act.at + 1 : other.at + 1]
            if any(node.hard or (node.soft and act.kind in ("support", "arm")) for node in between):
                break
            if other.kind in ("fight", "repel") and not other.agent and any(p["kind"] == "isis" for p in other.patient):
                other.agent = [party for party in sides if party["kind"] != "isis"]
                other.construction = f"{other.construction}, agent of the {act.kind} before"


def say_whose(scene: Scene) -> None:
    """الغارات … أنها روسية: a nisba behind a pronoun says whose the last fight of nobody's was."""
    for i, node in enumerate(scene.nodes[1:], start=1):
        if node.mention is None or node.mention["pos"] != "nisba" or scene.nodes[i - 1].text not in WHOSE:
            continue
        theirs = [a for a in scene.acts if a.at < i and a.kind in POINTED and not a.agent]
        if theirs:
            theirs[-1].agent = [node.mention]
            theirs[-1].construction = "nisba that says whose it is"


def cleft(scene: Scene) -> None:
    """من أنقذ … هم …: whoever is named behind the pronoun did what the clause behind "who" tells."""
    for act in scene.acts:
        if act.agent or act.reading.pos != "verb" or act.at < 1 or scene.nodes[act.at - 1].text.lstrip("وف") != "من":
            continue
        for i in range(act.end, min(act.end + 14, len(scene.nodes) - 1)):
            if scene.nodes[i].hard:
                break
            if scene.nodes[i].text in ("هو", "هي", "هم") and scene.nodes[i + 1].mention is not None:
                act.agent = next((list(a.parties) for a in arguments(scene, i + 1) if a.parties), [])
                act.construction = "cleft"
                break


def _end(act: Act, nested: Act) -> None:
    """What is stopped is no longer done, if it was a fight; help that somebody is to stop is taken for granted."""
    if nested.reading.kind in ENDED:
        nested.ended = True
    else:
        nested.agent = nested.agent or list(act.agent)


def _carry(light: Act, nested: Act) -> None:
    """A light verb gives its subject, its helpers and what stands behind prepositions to the act it carries."""
    turned = nested.reading.row.genitive == "agent?" and nested.construction == "verbal noun with subject genitive"
    if turned and light.agent and nested.agent and nested.agent != light.agent:
        # واصل الطيران قصف تجمعات داعش: the subject of the light verb shows whose genitive it is.
        nested.agent, nested.patient = [], [*nested.agent, *nested.patient]
    if not nested.agent and light.agent:
        nested.agent = list(light.agent)
        nested.construction = f"light verb and {nested.construction}"
    nested.negated = nested.negated or light.negated
    if not nested.patient:
        nested.patient = [party for a in light.right if a.marker and a.marker in nested.markers for party in a.parties]
    _add(nested.joint, light.joint)


def _see_through(operation: Act, acts: list[Act]) -> None:
    """حملة تمشيط: an operation noun stands for the act noun right behind it."""
    follower = next((other for other in acts if other.at == operation.end and other.reading.pos == "noun"), None)
    if follower is None:
        return
    follower.agent = follower.agent or list(operation.agent)
    operation.agent = operation.agent or list(follower.agent)
    operation.patient = operation.patient or list(follower.patient)
    operation.transparent = True
    follower.presupposed = follower.presupposed or operation.presupposed


def _add(parties: list[dict], more: list[dict]) -> None:
    parties += [party for party in more if party not in parties]


def inherit(scene: Scene) -> None:
    """A purpose, a means and a second noun joined by و have the agent of the act before them."""
    acts, nodes = scene.acts, scene.nodes
    for number, act in enumerate(acts):
        if act.agent or act.agent_act is not None or act.reading.pos != "noun" or act.kind == "loss":
            continue
        if any(other.kind == "block" and other.patient_act == number for other in acts):
            continue  # whoever forbids a strike does not fly it
        if act.front == "ل" and act.at and _is_coalition(nodes[act.at - 1]):
            continue  # the coalition to fight ISIS is its name (codebook rule 12)
        behind = _behind_purpose(nodes, act)
        purpose = act.front in ("ل", "لل") or bool(behind)
        joined = number > 0 and act.reading.front.startswith("و") and acts[number - 1].reading.pos == "noun"
        if not (purpose or joined):
            continue
        # An act by a party that no list knows must not be skipped over.
        told = [a for a in acts[:number] if a.agent or any(r.marker == "by" for r in a.right)]
        # Whoever thwarts an operation does not share its purpose.
        earlier = told[-1] if told and not (purpose and told[-1].kind == "block") else None
        if number and act.front in ("ل", "لل") and _is_nobodys(acts[number - 1]):
            # الجهود المبذولة لمحاربة …: the efforts are nobody's, so is their purpose.
            continue
        nearer = _nearer_subject(nodes, earlier.at if earlier is not None else 0, act.at) if purpose else []
        if nearer:
            act.agent = nearer
            act.construction = f"{act.construction}, agent is the subject before"
        elif earlier is not None and _same_run(nodes, earlier.at, act.at, across=purpose and behind != "means"):
            act.agent, act.negated = list(earlier.agent), act.negated or earlier.negated
            _add(act.joint, earlier.joint)
            act.construction = f"{act.construction}, agent of the act before"
        elif earlier is None and purpose:
            # The clause opens with a verb that is no act; its subject stands behind it.
            bare, opening = Scene(nodes, scene.before, {}), _opening(nodes, act.at)
            if any(node.cue("negator") for node in nodes[opening : act.at]):
                continue
            subjects = arguments(bare, opening + (nodes[opening].mention is None), stop=act.at)
            act.agent = next((a.parties for a in subjects if a.marker == ""), [])
            act.construction = f"{act.construction}, agent is the subject before"


def _opening(nodes: list[Node], i: int) -> int:
    """Where the clause of node i starts, before an aside between commas (يعدّ الحرس، وفق مصدر، لاقتحام …)."""
    start = clause_start(nodes, i)
    if not (start and nodes[start].soft):
        return start
    aside = next((k for k in range(start - 1, max(0, start - 10), -1) if nodes[k].soft), None)
    return clause_start(nodes, aside - 1) if aside and opens_aside(nodes[aside]) else start


def _nearer_subject(nodes: list[Node], i: int, j: int) -> list[dict]:
    """The party that opens the last clause behind أنّ or another opener between nodes i and j, where one does."""
    openers = [k for k in range(i + 1, j) if nodes[k].says("complementizer") or nodes[k].says("boundary")]
    if not openers:
        return []
    behind = nodes[openers[-1] + 1 : min(openers[-1] + 4, j)]
    return [n.mention for n in behind if n.mention is not None and n.mention["pos"] != "nisba" and not n.front][:1]


def _is_coalition(node: Node) -> bool:
    return node.mention is not None and node.mention["head"] == "coalition"


def _same_run(nodes: list[Node], i: int, j: int, across: bool) -> bool:
    """Nodes i and j stand in one sentence and, unless `across`, in one clause."""
    between = nodes[i + 1 : j + 1]
    if any(node.hard for node in between):
        return False
    return across or not any(node.soft or node.says("boundary") or node.says("relative") for node in between)


def _behind_purpose(nodes: list[Node], act: Act) -> str:
    """`purpose` or `means` where such a word stands right before the act."""
    for back in (1, 2):
        reading = nodes[act.at - back].says("purpose") if act.at >= back else None
        if reading and reading[1] == back:
            return reading[3].value or "purpose"
    return ""


def _is_nobodys(act: Act) -> bool:
    definite = act.reading.front.endswith(("ال", "لل"))
    return act.kind == "light" and act.reading.pos == "noun" and definite and not act.agent


def _may_point(scene: Scene, act: Act) -> bool:
    """The operation may be the fight told before: no office is meant (قائد العمليات), nobody else is at hand to run
    it, and it does not hit an actor."""
    hits = [a for a in scene.acts if a.agent_act is not None and scene.acts[a.agent_act] is act]
    against = any(party["kind"] == "actor" for a in hits for party in a.patient)
    others = any(node.mention is not None and node.mention["kind"] == "other" for node in scene.nodes)
    known = [party["actor"] for party in scene.events.get(FIGHT, [])]
    before = [party for a in scene.acts if a.at < act.at for party in a.agent if party["kind"] == "actor"]
    others = others or any(party["actor"] not in known for party in before)
    office = act.at > 0 and bool(scene.nodes[act.at - 1].says("office"))
    return not (against or others or office)


def point_back(scene: Scene) -> None:
    """A definite act noun without an agent has that of the last act of its name; remember the agents named here."""
    for act in scene.acts:
        name = act.reading.row.form
        if act.kind not in POINTED or act.reading.pos != "noun":
            continue
        definite = act.reading.front.endswith(("ال", "لل")) or act.presupposed
        # Where another state or army stands before it in the unit, it may be theirs.
        theirs = any(
            node.mention and node.mention["kind"] == "other" and node.mention["head"] in ("state", "army")
            for node in scene.nodes[: act.at]
        )
        known = scene.events.get(name) or (scene.events.get(FIGHT) if _may_point(scene, act) else None)
        if definite and not theirs and not act.agent and act.agent_act is None and known:
            act.agent = list(known)
            act.construction = "definite noun that points back"
        if act.agent:
            scene.events[name] = [*act.agent, *act.joint]
    for act in scene.acts:
        if act.kind in ENDED and act.agent and all(p["kind"] == "other" for p in act.agent):
            scene.events.pop(FIGHT, None)  # somebody else fights now
        if (
            act.kind in ENDED
            and any(p["kind"] == "actor" for p in act.agent)
            and any(p["kind"] == "isis" for p in act.patient)
        ):
            # The operation, the strike: what an actor did to ISIS last, by whatever verb it was told.
            scene.events[FIGHT] = list(act.agent)


def remember_topic(scene: Scene) -> None:
    """What the next unit goes on about where it names no subject: the party that opens this one."""
    bare = [node.mention for node in scene.nodes if node.mention is not None and node.mention["pos"] != "nisba"]
    acted = [act.agent for act in scene.acts if act.agent and act.reading.pos == "verb" and act.kind != "accuse"]
    scene.events[TOPIC] = list(acted[-1]) if acted else bare[:1]
