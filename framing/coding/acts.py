"""Acts and their sides: which predicate stands in the unit, who does it, to whom, from where.

The order of work is the order of the functions: `find` reads the acts off the nodes, `arguments` walks to the left
end of a clause and lists what hangs on an act with the preposition that marks it, `_fill_verb` and `_fill_noun`
decide which argument is agent and which patient, `_connect` hands agents along (a light verb gives its subject to
the noun it carries, a raid that did not help gives the failure to whoever flew it).
"""

from dataclasses import dataclass, field

from framing.arabic import PRONOUNS, fold
from framing.coding.sentence import Node, Reading, noun_or_verb

# A preposition governs what follows within so many words; behind them the link is lost.
FAR, FAR_MARKER = 5, "?"
# Prepositions that may stand between a light verb and the act that it carries (شنت خلال يومين 60 غارة).
ADJUNCTS = ("", "خلال", "في", "منذ", "بعد", "قبل", "من")
# Acts whose definite noun points back to who did them. An attack or an ambush in a passage about ISIS is ISIS's own.
POINTED = ("air raid", "strike", "shelling", "sweep", "campaign", "operation")
NEGATORS = ("لم", "لا", "لن", "ليس", "ليست", "دون", "بدون", "عدم", "غير", "ما")


@dataclass
class Argument:
    """What hangs on an act: its marking preposition ("" for none), the parties named, the act if it is one."""

    marker: str
    at: int
    parties: list[dict] = field(default_factory=list)
    act: int | None = None
    lead: list[str] = field(default_factory=list)


@dataclass
class Act:
    """One predicate of a unit with its sides. `agent_act` and `patient_act` are numbers of other acts."""

    at: int
    reading: Reading
    passive: bool = False
    negated: bool = False
    agent: list[dict] = field(default_factory=list)
    patient: list[dict] = field(default_factory=list)
    origin: list[dict] = field(default_factory=list)
    joint: list[dict] = field(default_factory=list)
    agent_act: int | None = None
    patient_act: int | None = None
    patient_lead: list[str] = field(default_factory=list)
    presupposed: bool = False
    transparent: bool = False
    right: list[Argument] = field(default_factory=list)
    construction: str = ""

    @property
    def kind(self) -> str:
        """The kind of act, a row of kinds.csv."""
        return self.reading.kind

    @property
    def end(self) -> int:
        """The node behind it."""
        return self.at + self.reading.length


def find(nodes: list[Node], before: list[dict], events: dict[str, list[dict]]) -> list[Act]:
    """The acts of a unit with their sides filled.

    `before` are the parties of earlier units, the nearest last. `events` remembers who did what, by gloss of the
    act, through the article, so that a definite noun (الغارات) points back to its agent; it is brought up to date.
    """
    acts: list[Act] = []
    covered = 0
    for i, node in enumerate(nodes):
        if i < covered or node.mention is not None:
            continue
        readings = _possible(nodes, i)
        if readings:
            best = max(readings, key=lambda reading: reading.length)
            acts.append(Act(i, best, negated=_negated(nodes, i, best)))
            covered = acts[-1].end
    at = {act.at: number for number, act in enumerate(acts)}
    for act in acts:
        (_fill_noun if act.reading.pos == "noun" else _fill_verb)(act, nodes, at, acts, before)
    for _ in range(3):
        _connect(acts)
    _inherit(acts, nodes)
    _connect(acts)
    _point_back(acts, events)
    for _ in range(2):
        _connect(acts)
    return acts


def _possible(nodes: list[Node], i: int) -> list[Reading]:
    """Readings whose required preposition follows in the clause."""
    kept = []
    for reading in noun_or_verb(nodes, i):
        needed = [fold(marker[:-1]) if len(marker) > 4 else marker[:-1] for marker in reading.row.patient.split("|") if marker.endswith("!")]
        if needed and not _marker_follows(nodes, i + reading.length, needed):
            continue
        kept.append(reading)
    exact = [reading for reading in kept if "!" in reading.row.patient]
    return exact or kept


def _marker_follows(nodes: list[Node], i: int, markers: list[str]) -> bool:
    for node in nodes[i : i + 9]:
        if node.hard:
            return False
        preposition = node.says("preposition")
        if preposition and preposition[3].value.partition("+")[0] in markers:
            return True
        if node.text in markers:
            return True
        if any(node.front.endswith(marker) or _written_onto(node, marker) for marker in markers if len(marker) == 1):
            return True
    return False


def _written_onto(node: Node, marker: str) -> bool:
    return any(reading.front.lstrip("وف").startswith(marker) for reading in node.acts) or (
        node.mention is None and node.text.startswith(marker) and len(node.text) > 3
    )


def _negated(nodes: list[Node], i: int, reading: Reading) -> bool:
    if reading.pos == "phrase":
        return False
    for j in range(max(0, i - 2), i):
        node = nodes[j]
        word = node.text.removeprefix("و").removeprefix("ف") if node.text[1:] in NEGATORS else node.text
        between = nodes[j + 1 : i]
        if word in NEGATORS and not any(n.hard or n.soft for n in nodes[j + 1 : i + 1]):
            if word == "ما" and reading.pos != "verb":
                continue
            if all(n.text in ("ان", "اي", "من") for n in between):
                return True
    return False


def clause_start(nodes: list[Node], i: int) -> int:
    """The first node of the clause that node `i` stands in."""
    j = i
    while j > 0:
        node = nodes[j]
        if node.hard or node.soft:
            return j
        before = nodes[j - 1]
        if before.mention is None and (before.says("complementizer") or before.says("relative") or _opens(before)):
            return j
        j -= 1
    return 0


def _opens(node: Node) -> bool:
    reading = node.says("boundary")
    return reading is not None and reading[1] == 1


def arguments(
    nodes: list[Node], i: int, at: dict[int, int], acts: list[Act], stop: int | None = None, through: bool = True
) -> list[Argument]:
    """What follows from node `i` to the end of the clause (or `stop`): parties and acts with their markers, in order.

    Without `through` it ends behind the first act, which takes what follows as its own.
    """
    found: list[Argument] = []
    marker, lead, member = "", [], False
    first, j, stop, aside = i, i, len(nodes) if stop is None else stop, False
    while j < stop:
        node = nodes[j]
        if node.hard and (j > first or stop == len(nodes)):
            break
        if len(lead) > FAR and marker:
            marker = FAR_MARKER
        if node.soft and j > first:
            if aside:
                marker, lead, member, aside = "", [], False, False
            elif _goes_on(node):
                aside = True
            elif behind := _aside_end(nodes, j):
                j, marker, lead, member = behind, "", [], False
                continue
            else:
                break
        if node.mention is not None:
            j = _party(nodes, j, marker, lead, member, first, found)
            marker, lead, member = "", [], False
            continue
        if node.says("relative") or node.says("complementizer") or (node.says("boundary") and not _goes_on(node)):
            break
        for kind in ("agent", "joint", "lead"):
            if reading := node.says(kind):
                marker, lead, member = reading[3].value, [], False
                j += reading[1]
                break
        else:
            if reading := node.says("control"):
                j += reading[1]
                continue
            if (reading := node.says("quantity")) and reading[1] > 1:
                member = True
                j += reading[1]
                continue
            if j in at:
                act = acts[at[j]]
                if act.reading.pos != "noun":
                    if _describes(nodes, act):
                        j = _party(nodes, act.end, "", [], False, act.end, [])
                        continue
                    break
                own = act.reading.front.lstrip("وف")[:1] if act.reading.front.lstrip("وف")[:1] in "بلك" else ""
                found.append(Argument(own or marker, j, act=at[j], lead=lead))
                if not through:
                    break
                marker, lead, member = "", [], False
                j = act.end
                continue
            if reading := node.says("preposition"):
                value, _, pronoun = reading[3].value.partition("+")
                if not (value in ("من", "في") and member and not pronoun):
                    marker, lead, member = value, [], False
                if pronoun := pronoun or reading[2]:
                    found.append(Argument(marker, j, lead=["+" + pronoun]))
                    marker = ""
                j += reading[1]
                continue
            if node.cue("negator") and node.text.lstrip("وف") in ("لم", "لن", "لا", "ليس", "ليست") and j > first:
                break
            if node.says("purpose"):
                marker, lead, member = FAR_MARKER, [], False
                j += node.says("purpose")[1]
                continue
            if node.text in ("ل", "ب"):
                marker = marker if node.text == "ل" and lead else node.text
                j += 1
                continue
            if node.cue("report") and node.cue("report")[3].pos == "verb" and not node.says("thing"):
                break
            if pronoun := _owned(node):
                found.append(Argument(marker, j, lead=["+" + pronoun]))
            lead.append(node.text)
            member = member or bool(node.says("member") or node.says("quantity"))
            j += 1
    return found


def _aside_end(nodes: list[Node], j: int) -> int | None:
    """The node behind a short aside between commas (، أمس السبت، and ، وإن كان غير مباشر،) that names nobody."""
    for k in range(j + 1, min(j + 6, len(nodes))):
        if nodes[k].soft:
            return k if _goes_on(nodes[k]) or all(not n.acts for n in nodes[j:k]) else None
        if nodes[k].hard or nodes[k].mention is not None or nodes[k - 1].mention is not None or nodes[k].says("relative"):
            return None
    return None


def _describes(nodes: list[Node], act: Act) -> bool:
    """ميليشيات تدعمها إيران: a verb with a pronoun and its subject right behind it describes the noun before it."""
    if act.reading.back not in PRONOUNS or act.reading.front or act.end >= len(nodes):
        return False
    return nodes[act.end].mention is not None and not nodes[act.end].soft and not nodes[act.end].front


def _owned(node: Node) -> str:
    """The pronoun on a noun for forces, men or things (قواته): its owner is the party meant."""
    for kind in ("thing", "force", "member"):
        reading = node.says(kind)
        if reading and reading[2] in PRONOUNS:
            return reading[2]
    return ""


def _goes_on(node: Node) -> bool:
    """A comma does not end the clause where a preposition, an agent marker or وذلك follows."""
    return bool(
        node.says("preposition")
        or node.says("agent")
        or node.says("joint")
        or node.text in ("وذلك", "ذلك")
        or (node.mention is not None and node.front in ("ل", "ب"))
    )


def _party(nodes, j, marker, lead, member, first, found) -> int:
    """Add the party at node j and the list that goes on behind it; gives the node behind."""
    node = nodes[j]
    own = node.front.lstrip("وف")
    nisba = node.mention["pos"] == "nisba"
    if own == "ل" and lead and j > first:
        own, possessive = "", True
    else:
        possessive = False
    if own and not (own == "ل" and member):
        marker = own
    argument = Argument(marker, j, [_backed(nodes, j)], lead=[*lead, "+of"] if possessive else lead)
    if nisba and not lead and found and not node.front and found[-1].act is None and j > first:
        found[-1].parties.append(node.mention)
        return j + 1
    k = j + 1
    while k < len(nodes):
        following = nodes[k]
        if following.hard or following.soft:
            break
        if following.mention is not None and argument.parties[-1]["kind"] == "adversary" and not following.front:
            # خلايا تنظيم داعش: whose cells they are decides.
            argument.parties[-1] = following.mention
            k += 1
            continue
        if following.mention is not None and (following.front.startswith("و") or following.mention["pos"] == "nisba"):
            argument.parties.append(following.mention)
            k += 1
            continue
        if following.text == "او" and k + 1 < len(nodes) and nodes[k + 1].mention is not None:
            argument.parties.append(nodes[k + 1].mention)
            k += 2
            continue
        if following.mention is None and following.text.startswith("و") and k + 1 < len(nodes):
            after = nodes[k + 1]
            plain = not (following.cues or following.acts or following.says("preposition"))
            if plain and after.mention is not None and not after.front and not after.hard and not after.soft:
                argument.parties.append(after.mention)
                k += 2
                continue
        break
    found.append(argument)
    return k


def _backed(nodes: list[Node], j: int) -> dict:
    """The party at node j; a militia of no actor becomes the proxy of the actor that is said to back it."""
    party = nodes[j].mention
    if party["kind"] != "other" or party["head"] not in ("militia", "faction") or j + 2 >= len(nodes):
        return party
    backing = nodes[j + 1].says("backed") or nodes[j + 1].says("joint")
    behind = j + 1 + (backing[1] if backing else 1)
    supports = any(r.kind == "support" and r.back in PRONOUNS for r in nodes[j + 1].acts)
    patron = nodes[behind].mention if behind < len(nodes) else None
    if (backing or supports) and patron is not None and patron["kind"] == "actor":
        return {**patron, "proxy": 1, "start": party["start"]}
    return party


def _antecedent(
    suffix: str, nodes: list[Node], i: int, before: list[dict], acts: list[Act] = (), taken: list[str] = ()
) -> list[dict]:
    """The party that a pronoun at node i stands for: who acted last, else the nearest before it, that agrees.

    Subjects are taken up before objects (Grosz, Joshi and Weinstein 1995 on centering); a party that already fills
    another side of the same act (`taken`) cannot be meant.
    """
    named = [node.mention for node in nodes[:i] if node.mention is not None]
    acted = [party for act in acts if act.at < i and act.construction for party in act.agent[:1] if party in named]
    for mention in [*reversed(acted[-2:]), *reversed([*before, *named][-6:])]:
        if mention["pos"] == "nisba" or mention["kind"] not in ("actor", "isis", "other") or mention["entry"] in taken:
            continue
        if suffix in ("هم", "هما") or (suffix == "ها") == _feminine(mention) or mention["kind"] == "isis":
            return [mention]
    return []


def _feminine(mention: dict) -> bool:
    from framing.coding.sentence import grammar_list

    head = fold(mention["surface"]).replace('"', "").split()
    if not head:
        return False
    if any(reading[3].kind == "feminine" for reading in grammar_list().at(head, 0)):
        return True
    return head[0].endswith(("ه", "ات")) and head[0] not in ("الله",)


def _fill_verb(act: Act, nodes: list[Node], at: dict[int, int], acts: list[Act], before: list[dict]) -> None:
    """Sides of a verb or set phrase: who stands before it, behind it, and behind the prepositions it takes."""
    row, i = act.reading.row, act.at
    at_end = {acts[number].end - 1: number for number in at.values() if acts[number].reading.pos == "noun"}
    right = act.right = arguments(nodes, act.end, at, acts, through=act.kind != "light")
    by = [a for a in right if a.marker == "by"]
    voices = act.reading.voices
    act.passive = voices == {"passive"} or ("passive" in voices and (bool(by) or _vowelled_passive(nodes[i])))
    start = clause_start(nodes, i)
    left = arguments(nodes, start, at, acts, stop=i)
    if i - 1 in at_end and act.reading.front == "" and not acts[at_end[i - 1]].reading.front.endswith("ال"):
        # هجوم استهدف …: a verb right behind an indefinite act noun describes it.
        left = [Argument("", i - 1, act=at_end[i - 1])]
    relative = nodes[start - 1] if start and nodes[start - 1].says("relative") and start >= i - 1 else None
    bare = [a for a in right if a.marker == "" and (a.parties or a.act is not None)]
    subject: Argument | None = None
    objects: list[Argument] = []
    resumptive = act.reading.back in PRONOUNS
    antecedent = _head_before(nodes, start - 1, at) if relative is not None else None
    if relative is not None and not (resumptive or any(a.lead[:1] and a.lead[0].startswith("+") for a in right)):
        subject, objects, act.construction = antecedent, bare, "relative clause"
    elif relative is not None:
        subject = bare[0] if bare else None
        objects = ([antecedent] if antecedent else []) + bare[1:]
        act.construction = "relative clause with resumptive pronoun"
    elif left and (top := next((a for a in left if a.marker == ""), None)) and not (resumptive and bare):
        subject, objects, act.construction = top, bare, "subject before verb"
        if resumptive:
            objects = [Argument("", i, _antecedent(act.reading.back, nodes, i, before, acts)), *bare]
    elif resumptive:
        subject = bare[0] if bare else None
        described = next((j for j in range(i - 1, max(-1, i - 4), -1) if j in at), None)
        if described is not None and bare and not any(node.hard or node.soft for node in nodes[described + 1 : i + 1]):
            # رسالة نفذتها …: the pronoun picks up the act noun that the verb describes.
            objects = [Argument("", i, act=at[described]), *bare[1:]]
        else:
            objects = [Argument("", i, _antecedent(act.reading.back, nodes, i, before, acts)), *bare[1:]]
        act.construction = "object pronoun"
    elif len(bare) >= 2 or (bare and not _is_object(bare[0], nodes)):
        subject, objects, act.construction = bare[0], bare[1:], "verb before subject"
    else:
        objects, act.construction = bare, "verb without subject"
    if act.passive or row.subject == "patient":
        patients, agents = ([subject] if subject else objects[:1]), by
    else:
        patients, agents = objects, ([subject] if subject else []) + by
    markers = [marker.rstrip("!") for marker in row.patient.split("|")]
    if row.subject == "patient":
        act.origin = [p for a in right if a.marker in markers for p in a.parties] if act.kind == "launch" else []
        agents = agents + [a for a in right if a.marker in row.agent.split("|") and a.marker]
    else:
        if "direct" not in markers and row.patient:
            patients = [a for a in objects if a is antecedent]
        patients = patients + [a for a in right if a.marker and a.marker in markers]
        if act.kind in ("light", "stop", "decline") and not any(a.act is not None for a in patients):
            patients += [a for a in right if a.act is not None and a.marker in ADJUNCTS]
    _take(act, agents, patients, nodes, before)
    act.joint = [p for a in right if a.marker in ("with", "lead") for p in a.parties]


def _vowelled_passive(node: Node) -> bool:
    """The printed vowels show a passive: a damma behind the first letter of the verb."""
    return "ُ" in node.printed[:4] and not node.printed.lstrip("وف").startswith(("يُ", "تُ", "نُ", "أُ"))


def _is_object(argument: Argument, nodes: list[Node]) -> bool:
    """A lone argument behind a verb is its object where it begins with a noun for things that are hit."""
    if argument.act is not None:
        return False
    lead = [word for word in argument.lead if not word.startswith("+")]
    if not lead:
        return False
    from framing.coding.sentence import grammar_list

    kinds = {reading[3].kind for word in lead[:3] for reading in grammar_list().at([word], 0)}
    return bool(kinds & {"thing", "quantity", "member"}) and "force" not in kinds


def _head_before(nodes: list[Node], i: int, at: dict[int, int]) -> Argument | None:
    """What a relative clause describes: the nearest act noun or party left of its relative word."""
    for j in range(i - 1, max(-1, i - 7), -1):
        node = nodes[j]
        if j in at:
            return Argument("", j, act=at[j])
        if node.mention is not None:
            if node.mention["pos"] == "nisba":
                continue
            return Argument("", j, [node.mention])
        if node.hard or node.says("relative"):
            return None
    return None


def _take(act: Act, agents: list[Argument], patients: list[Argument], nodes: list[Node], before: list[dict]) -> None:
    for argument in agents:
        act.agent += argument.parties or _pronoun(argument, nodes, before)
        if argument.act is not None and act.agent_act is None:
            act.agent_act = argument.act
    for argument in patients:
        act.patient += argument.parties or _pronoun(argument, nodes, before)
        act.patient_lead += argument.lead
        if argument.act is not None and act.patient_act is None:
            act.patient_act = argument.act


def _pronoun(argument: Argument, nodes: list[Node], before: list[dict]) -> list[dict]:
    if argument.lead[:1] and argument.lead[0].startswith("+") and argument.lead[0] != "+of":
        return _antecedent(argument.lead[0][1:], nodes, argument.at, before)
    return []


def _fill_noun(act: Act, nodes: list[Node], at: dict[int, int], acts: list[Act], before: list[dict]) -> None:
    """Sides of a verbal noun: its genitive or nisba adjective, its suffix, and its prepositions."""
    row = act.reading.row
    right = act.right = arguments(nodes, act.end, at, acts, through=False)
    markers = [marker.rstrip("!") for marker in row.patient.split("|") if marker]
    by_markers = [marker for marker in row.agent.split("|") if marker]
    by = [a for a in right if a.marker == "by"]
    others = [a for a in right if a.marker and a.marker in markers]
    others = [a for k, a in enumerate(others) if a.marker not in {b.marker for b in others[:k]}]
    own = right[0] if right and right[0].marker == "" and "+of" not in right[0].lead else None
    agents, patients = list(by), list(others)
    act.construction = "verbal noun"
    suffix = act.reading.back if act.reading.back in ("ه", "ها", "هم") else ""
    genitive = [own] if own else []
    if suffix:
        taken = [party["entry"] for argument in by for party in argument.parties]
        genitive = [Argument("", act.at, _antecedent(suffix, nodes, act.at, before, acts, taken)), *genitive]
    role = row.genitive
    if act.kind == "operation" and own and own.act is not None:
        genitive = genitive[:-1]
    if own and own.parties and own.parties[0]["pos"] == "nisba":
        role = "patient" if row.genitive == "patient" and act.kind == "loss" else "agent"
        act.construction = "verbal noun with nisba adjective"
    elif suffix and role == "patient?" and own and own.parties:
        # مهاجمته مواقع النظام: the pronoun acts, the noun behind it is acted on.
        agents += genitive[:1]
        genitive, role = [own], "patient"
    elif role.endswith("?"):
        isis = bool(own and own.parties and own.parties[0]["kind"] == "isis" and act.kind != "attack")
        flips = any(a.marker in ("ل", "على") for a in others) and (own is not None or bool(suffix))
        role = {"agent?": "patient" if isis or by else "agent", "patient?": "agent" if flips else "patient"}[role]
    if role == "agent":
        agents += genitive
        if act.construction == "verbal noun" and genitive:
            act.construction = "verbal noun with subject genitive"
        if genitive and own in genitive and len(right) > 1 and right[1].marker == "" and not others:
            patients.append(right[1])
    elif role == "patient":
        patients = genitive + patients
        if genitive:
            act.construction = "verbal noun with object genitive"
    possessive = [a for a in right[:1] if a.marker == "" and "+of" in a.lead]
    agents += [a for a in right if a.marker in by_markers and a not in others]
    if possessive and not agents:
        (patients if row.genitive == "patient" else agents).extend(possessive)
    if act.kind in ("light", "receive"):
        patients += [a for a in right if a.act is not None][:1]
    if act.kind == "launch" or act.kind == "jam":
        act.origin = [p for a in right if a.marker == "من" for p in a.parties]
    _take(act, agents, patients, nodes, before)
    act.joint = [p for a in right if a.marker in ("with", "lead") for p in a.parties]


def _connect(acts: list[Act]) -> None:
    """Hand agents along the links between acts."""
    for act in acts:
        nested = acts[act.patient_act] if act.patient_act is not None else None
        if nested is act:
            nested = None
        if act.kind == "light" and nested is not None:
            _carry(act, nested)
        if act.kind == "receive" and nested is not None:
            nested.patient = nested.patient or list(act.agent)
            nested.agent = nested.agent or [p for a in act.right if a.marker == "من" for p in a.parties]
        if act.kind == "rely":
            helped = [other for other in acts if other.at < act.at and other.agent and other.kind != "light"]
            if helped:
                helped[-1].joint += [party for party in act.patient if party not in helped[-1].joint]
        if act.kind == "stop" and act.negated and nested is not None and not nested.agent:
            nested.agent = list(act.agent)
        if act.agent_act is not None and not act.agent and acts[act.agent_act] is not act:
            act.agent = list(acts[act.agent_act].agent)
        if act.kind in ("fail", "effect", "block", "belittle", "stop", "decline"):
            for number in (act.agent_act, act.patient_act):
                if number is not None:
                    acts[number].presupposed = True
        # حملة تمشيط: an operation noun carries the noun behind it.
        follower = next((other for other in acts if other.at == act.end), None)
        if act.kind == "operation" and follower is not None and follower.reading.pos == "noun":
            follower.agent = follower.agent or list(act.agent)
            act.agent = act.agent or list(follower.agent)
            act.patient = act.patient or list(follower.patient)
            act.transparent = True
            follower.presupposed = follower.presupposed or act.presupposed


def _carry(light: Act, nested: Act) -> None:
    """A light verb gives its subject, its helpers and what stands behind prepositions to the act it carries."""
    if not nested.agent and light.agent:
        nested.agent = list(light.agent)
        nested.construction = f"light verb and {nested.construction}"
    nested.negated = nested.negated or light.negated
    nested.joint += [party for party in light.joint if party not in nested.joint]
    if not nested.patient:
        markers = nested.reading.row.patient.replace("!", "").split("|")
        nested.patient = [p for a in light.right if a.marker and a.marker in markers for p in a.parties]
    nested.joint += [p for a in light.right if a.marker == "مع" for p in a.parties if p not in nested.joint]


def _inherit(acts: list[Act], nodes: list[Node]) -> None:
    """A purpose, a means and a second noun joined by و have the agent of the act before them."""
    for number, act in enumerate(acts):
        if act.agent or act.agent_act is not None or act.reading.pos != "noun":
            continue
        front = act.reading.front
        purpose = front.lstrip("وف") in ("ل", "لل") or _after_purpose(nodes, act)
        joined = number > 0 and front.startswith("و") and acts[number - 1].reading.pos == "noun"
        if not (purpose or joined):
            continue
        earlier = next((other for other in reversed(acts[:number]) if other.agent or _somebody(other)), None)
        if earlier is not None and _same_run(nodes, earlier.at, act.at, across=purpose):
            act.agent = list(earlier.agent)
            act.construction = f"{act.construction}, agent of the act before"
        elif earlier is None and purpose:
            act.agent = _subject_before(nodes, act.at)
            act.construction = f"{act.construction}, agent is the subject before"


def _subject_before(nodes: list[Node], i: int) -> list[dict]:
    """The first party of the clause that no preposition governs: the subject of a verb that is no act."""
    argument = next((a for a in arguments(nodes, clause_start(nodes, i), {}, [], stop=i) if a.marker == ""), None)
    return argument.parties if argument is not None else []


def _same_run(nodes: list[Node], i: int, j: int, across: bool) -> bool:
    """Nodes i and j stand in one sentence and, unless `across`, in one clause."""
    between = nodes[i + 1 : j + 1]
    if any(node.hard for node in between):
        return False
    return across or not any(node.soft or node.says("boundary") or node.says("relative") for node in between)


def _after_purpose(nodes: list[Node], act: Act) -> bool:
    for back in (1, 2):
        reading = nodes[act.at - back].says("purpose") if act.at >= back else None
        if reading and reading[1] == back:
            return True
    return False


def _somebody(act: Act) -> bool:
    """The act has an agent that is no known party (a generic subject), which must not be skipped over."""
    return any(argument.marker == "by" for argument in act.right)


def _point_back(acts: list[Act], events: dict[str, list[dict]]) -> None:
    """A definite act noun without an agent has that of the last act of its name; remember the agents named here."""
    for act in acts:
        definite = act.reading.front.endswith(("ال", "لل")) or act.presupposed
        name = act.reading.row.gloss
        if name not in POINTED or act.reading.pos != "noun":
            continue
        if definite and not act.agent and act.agent_act is None:
            act.agent = list(events.get(name, []))
            if act.agent:
                act.construction = "definite noun that points back"
        if act.agent:
            events[name] = [*act.agent, *act.joint]
