"""Acts and their sides: which predicate stands in the unit, who does it, to whom, from where.

The order of work is the order of the functions: `find` reads the acts off the nodes, `_fill_verb` and `_fill_noun`
decide which argument of the clause is agent and which patient, `_connect` hands agents along (a light verb gives its
subject to the noun it carries, a raid that did not help gives the failure to whoever flew it), `_inherit` gives a
purpose the agent of the act before it, `_point_back` a definite noun the agent named earlier in the article.
"""

from dataclasses import dataclass, field

from framing.arabic import PRONOUNS, fold
from framing.coding.clauses import (
    Argument,
    Scene,
    antecedent,
    arguments,
    clause_start,
    is_feminine,
    opens_aside,
    strangers,
)
from framing.coding.sentence import Node, Reading, grammar_list, noun_or_verb

# Prepositions that may stand between a light verb and the act that it carries (شنت خلال يومين 60 غارة).
ADJUNCTS = ("", "خلال", "في", "منذ", "بعد", "قبل", "من")
# Prepositions behind a death that mark what caused it.
CAUSES = ("ب", "في", "بسبب", "بعد", "خلال")
# Acts whose definite noun points back to who did them. An attack or an ambush in a passage about ISIS is ISIS's own.
POINTED = ("raid", "sweep", "operation")
# Kinds of which the end is inaction: fights.
ENDED = ("attack", "raid", "kill", "repel", "retake", "sweep", "fight", "operation", "clash")
# Kinds that take the act they are about for granted: a failed campaign was a campaign.
# The pronouns that can take up what a relative word describes.
RESUMED = {"الذي": ("ه",), "التي": ("ها",), "الذين": ("هم",)}
WHOSE = ("انها", "انه", "بانها", "بانه", "وهي", "هي", "كانت")
DEMONSTRATIVES = ("ذلك", "هذا", "هذه")
TOPIC = "topic"
FIGHT = "fight"
PRESUPPOSING = ("fail", "effect", "block", "belittle", "stop", "decline")


@dataclass
class Act:
    """One predicate of a unit with its sides. `agent_act` and `patient_act` are numbers of other acts."""

    at: int
    reading: Reading
    negated: bool = False
    passive: bool = False
    agent: list[dict] = field(default_factory=list)
    patient: list[dict] = field(default_factory=list)
    origin: list[dict] = field(default_factory=list)
    joint: list[dict] = field(default_factory=list)
    agent_act: int | None = None
    patient_act: int | None = None
    presupposed: bool = False
    transparent: bool = False
    ended: bool = False
    strange: bool = False
    right: list[Argument] = field(default_factory=list)
    construction: str = ""

    @property
    def kind(self) -> str:
        """The kind of act, a row of kinds.csv."""
        return self.reading.kind

    @property
    def parties(self) -> list[dict]:
        """Everybody on its sides."""
        return [*self.agent, *self.patient, *self.joint, *self.origin]

    @property
    def end(self) -> int:
        """The node behind it."""
        return self.at + self.reading.length

    @property
    def front(self) -> str:
        """What is written in front of it, without the conjunction."""
        return self.reading.front.lstrip("وف")

    @property
    def pronoun(self) -> str:
        """The pronoun written behind it."""
        return self.reading.back if self.reading.back in PRONOUNS else ""

    @property
    def markers(self) -> list[str]:
        """What marks its patient: prepositions, `direct` for the bare object."""
        return [marker.rstrip("!") for marker in self.reading.row.patient.split("|") if marker]


def find(nodes: list[Node], before: list[dict], events: dict[str, list[dict]]) -> list[Act]:
    """The acts of a unit with their sides filled.

    `before` are the parties of earlier units, the nearest last. `events` remembers who did what, by the
    noun of the act, through the article; it is brought up to date.
    """
    scene = Scene(nodes, before, events, topic=events.get(TOPIC, []))
    covered = 0
    for i, node in enumerate(nodes):
        if i < covered or node.mention is not None:
            continue
        if readings := _possible(nodes, i):
            best = max(readings, key=lambda reading: reading.length)
            scene.acts.append(Act(i, best, negated=_negated(nodes, i, best)))
            covered = scene.acts[-1].end
    scene.at = {act.at: number for number, act in enumerate(scene.acts)}
    fillers = {"noun": _fill_noun, "participle": _fill_participle}
    for act in scene.acts:
        fillers.get(act.reading.pos, _fill_verb)(scene, act)
    # A chain of links (prepare to launch an operation to sweep) takes as many rounds as it has links.
    for step in (
        _connect,
        _connect,
        _connect,
        _inherit,
        _connect,
        _point_back,
        _say_whose,
        _connect,
        _connect,
        _blame,
        _initiate,
    ):
        step(scene)
    _remember_topic(scene)
    return scene.acts


def _remember_topic(scene: Scene) -> None:
    """What the next unit goes on about where it names no subject: the party that opens this one."""
    bare = [node.mention for node in scene.nodes if node.mention is not None and node.mention["pos"] != "nisba"]
    acted = [act.agent for act in scene.acts if act.agent and act.reading.pos == "verb" and act.kind != "accuse"]
    scene.events[TOPIC] = list(acted[-1]) if acted else bare[:1]


def _possible(nodes: list[Node], i: int) -> list[Reading]:
    """The readings whose required preposition or word (marked ! in the list) follows in the clause; a word that
    follows says more than a preposition, and that more than nothing required."""
    ranked = []
    for reading in noun_or_verb(nodes, i):
        needed = [marker[:-1] for marker in reading.row.patient.split("|") if marker.endswith("!")]
        words = [marker for marker in needed if not grammar_list().at([fold(marker)], 0)]
        if not needed:
            ranked.append((0, reading))
        elif words and _follows(nodes, i + reading.length, words):
            ranked.append((2, reading))
        elif _follows(nodes, i + reading.length, needed):
            ranked.append((1, reading))
    best = max((rank for rank, _ in ranked), default=0)
    return [reading for rank, reading in ranked if rank == best]


def _follows(nodes: list[Node], i: int, markers: list[str]) -> bool:
    folded = [fold(marker) for marker in markers]
    for distance, node in enumerate(nodes[i : i + 12]):
        if node.hard:
            return False
        if node.says("agent"):
            continue
        preposition = node.says("preposition")
        bare = node.text[1:] if node.text[0] in "بلو" else node.text
        if (
            node.text in folded
            or (len(bare) > 2 and bare in folded)
            or (preposition and preposition[3].value.partition("+")[0] in markers)
        ):
            return True
        letters = [marker for marker in markers if len(marker) == 1]
        if any(node.front.endswith(letter) or _carries(node, letter, guess=distance < 4) for letter in letters):
            return True
    return False


def _carries(node: Node, letter: str, guess: bool) -> bool:
    """The one-letter preposition is written onto the word, or, as a `guess`, an unknown word begins with it."""
    fronts = [reading.front for reading in node.acts] + [
        reading[0] for reading in node.grammar.values() if reading[1] == 1
    ]
    if any(front.lstrip("وف").startswith(letter) for front in fronts):
        return True
    return guess and node.mention is None and node.text.startswith(letter) and len(node.text) > 3


def _negated(nodes: list[Node], i: int, reading: Reading) -> bool:
    if reading.pos == "phrase":
        return False
    for j in range(max(0, i - 2), i):
        # ما negates a verb only; before a noun it is a relative pronoun.
        negator = nodes[j].cue("negator") or (nodes[j].text in ("ما", "وما") and reading.pos == "verb")
        if not negator or any(node.hard or node.soft for node in nodes[j + 1 : i + 1]):
            continue
        if all(node.text in ("ان", "اي", "من") for node in nodes[j + 1 : i]):
            # Restriction is not negation (codebook rule 14): they strike nothing but …
            return not any(node.cue("restriction") for node in nodes[i : i + 10] if not node.hard)
    return False


def _fill_verb(scene: Scene, act: Act) -> None:
    """Sides of a verb or set phrase: who stands before it, behind it, and behind the prepositions it takes."""
    row = act.reading.row
    act.right = arguments(scene, act.end, through=act.kind not in ("light", "receive", "stop", "decline", "block"))
    nested_at = next((a.at for a in act.right if a.act is not None), len(scene.nodes))
    by = [a for a in act.right if a.marker == "by" and a.at < nested_at]
    voices = act.reading.voices
    vowelled = bool(by) or _vowelled_passive(scene.nodes[act.at])
    act.passive = voices == {"passive"} or ("passive" in voices and vowelled)
    subject, objects, described = _subject_and_objects(scene, act)
    if act.passive or row.subject == "patient":
        patients, agents = ([subject] if subject else objects[:1]), by
    else:
        patients, agents = objects, ([subject] if subject else []) + by
    marked = [a for a in act.right if (a.marker and a.marker in act.markers) or (a.possessive and "ل" in act.markers)]
    if row.subject == "patient":
        if act.kind == "launch":
            act.origin = [party for a in marked or _from(scene, act.end) for party in a.parties]
        agents = agents + [a for a in act.right if a.marker and a.marker in row.agent.split("|")]
    else:
        wordy = _set_words(act) & {fold(marker) for marker in act.markers}
        if row.patient and "direct" not in act.markers and not wordy:
            patients = [a for a in objects if a is described]
        patients = patients + marked
        if act.kind in ("light", "stop", "decline") and not any(a.act is not None for a in patients):
            patients += [a for a in act.right if a.act is not None and a.marker in ADJUNCTS]
    _take(scene, act, agents, patients)
    behind = subject.at + len(subject.parties) if subject is not None and subject.at >= act.end else act.end
    if row.subject == "patient":
        act.strange = _names_a_stranger(scene, behind, ["direct"])
    elif not patients:
        act.strange = _names_a_stranger(scene, behind, [*act.markers, "من"] if act.kind == "withdraw" else act.markers)


def _set_words(act: Act) -> set[str]:
    """The words of a set phrase that stand behind the verb as its object: أنهى وجود داعش."""
    return {word for a in act.right if a.marker == "" for word in a.lead[:1]}


def _from(scene: Scene, i: int) -> list[Argument]:
    """What stands behind the next من of the sentence, past a relative clause: where it sets out from."""
    for j in range(i, len(scene.nodes)):
        if scene.nodes[j].hard:
            return []
        reading = scene.nodes[j].says("preposition")
        if reading and reading[3].value == "من" and not reading[2]:
            found = [a for a in arguments(scene, j) if a.marker == "من" and a.parties][:1]
            if found and (found[0].parties[0]["head"] == "base" or _is_object(found[0])):
                return found
    return []


def _names_a_stranger(scene: Scene, i: int, markers: list[str]) -> bool:
    """The noun behind node i under one of the markers may be anything: a town quarter, a plan, not "positions"."""
    for argument in strangers(scene, i, markers)[:1]:
        kinds = {reading[3].kind for word in argument.lead[:2] for reading in grammar_list().at([word], 0)}
        # مرورهم: what a pronoun belongs to has been spoken of.
        known = argument.lead[0].endswith(("هم", "ها")) or argument.lead[0].isdigit()
        return not known and not kinds & {"thing", "member", "quantity", "time"}
    return False


def _subject_and_objects(scene: Scene, act: Act) -> tuple[Argument | None, list[Argument], Argument | None]:
    """Who of the unmarked arguments around a verb is its subject and which are its objects, by word order.

    The third value is what a relative clause describes, where the verb stands in one. A verb behind its subject
    takes what follows as objects; a verb in front takes the first as its subject, unless that is a thing that is hit.
    """
    nodes, i = scene.nodes, act.at
    for a in act.right:
        if a.marker == "" and a.pronoun and a.lead:
            others = [p for b in act.right if b.act is not None for p in scene.acts[b.act].agent]
            taken = tuple(p["entry"] for b in act.right if b is not a for p in [*b.parties, *others])
            a.parties = antecedent(scene, a.pronoun, a.at, taken)  # عشرات من حراسها: whose guards they are
    bare = [a for a in act.right if a.marker == "" and (a.parties or a.act is not None)]
    start = clause_start(nodes, i)
    # A verb before this one in the clause has its own arguments; those between the two are this one's.
    start = max([start, *(a.end for a in scene.acts if start <= a.at < i and a.reading.pos == "verb")])
    if start and start >= i - 1 and nodes[start - 1].says("relative"):
        described = _described(scene, start - 1, light=act.kind == "light")
        first = bare[0].at if bare else act.end + 3
        resumed = RESUMED.get(nodes[start - 1].text.lstrip("وف"), PRONOUNS)
        if not (act.pronoun in resumed or any(a.pronoun in resumed and a.at < first for a in act.right)):
            act.construction = "relative clause"
            return described, bare, described
        act.construction = "relative clause with resumptive pronoun"
        return (bare[0] if bare else None), ([described] if described else []) + bare[1:], described
    top = _before_verb(scene, act, start)
    if top is not None and not (act.pronoun and bare):
        act.construction = "subject before verb"
        return top, ([_meant(scene, act)] if act.pronoun else []) + bare, None
    if act.pronoun:
        act.construction = "object pronoun"
        fronted = top is not None and (top.act is not None or bool(top.parties))
        return (bare[0] if bare else None), [top if fronted else _meant(scene, act, near=bool(bare)), *bare[1:]], None
    plural = nodes[i].text.endswith(("ون", "وا")) and not fold(act.reading.row.form).endswith("ون")
    # A verb in the plural stands behind its subject, so what follows it is its object.
    marked = "direct" not in act.markers or any(a.marker and a.marker in act.markers for a in act.right)
    object_first = bool(bare) and (_cannot_act(bare[0]) or (act.kind == "light" and bare[0].act is not None))
    object_first = object_first or _stranger_before(nodes, start, i) or (i > 0 and nodes[i - 1].text == "من")
    if not plural and not object_first and (len(bare) >= 2 or (bare and (marked or not _is_object(bare[0])))):
        act.construction = "verb before subject"
        return bare[0], bare[1:], None
    act.construction = "verb without subject"
    dropped = _dropped_subject(scene, act, plural)
    if dropped:
        act.construction = "dropped subject"
        return Argument("", act.at, dropped), bare, None
    return None, bare, None


def _dropped_subject(scene: Scene, act: Act, plural: bool) -> list[dict]:
    """Whom a verb without subject goes on about: who acted last in the sentence, or the topic of the unit before."""
    nodes, i = scene.nodes, act.at
    if act.reading.pos != "verb" or act.reading.voices == {"passive"} or _vowelled_passive(nodes[i]):
        return []
    opens = i == 0 or nodes[i].hard or nodes[i].soft or act.reading.front.startswith(("و", "ف"))
    opens = opens or bool(nodes[i - 1].says("boundary") or nodes[i - 1].cue("negator"))
    opens = opens or nodes[i - 1].text in ("قد", "يكون", "تكون")
    if not opens or (not plural and strangers(scene, act.end, ["direct"])):
        return []
    named = [node.mention for node in nodes[:i] if node.mention is not None and node.mention["pos"] != "nisba"]
    # Behind another clause opener stands another subject.
    opened = max((j for j in range(i) if nodes[j].hard or nodes[j].says("boundary")), default=0)
    acted = [a.agent for a in scene.acts if opened <= a.at < i and a.agent and a.reading.pos == "verb"]
    first = [node.mention for node in nodes[opened:i] if node.mention is not None and node.mention["pos"] != "nisba"]
    word = nodes[i].text.removeprefix(act.reading.front).removesuffix(act.pronoun)
    # قُتل at the head of a unit is the passive, whoever the unit before was about.
    carried = [] if named or (act.kind == "kill" and "passive" in act.reading.voices) else [scene.topic]
    topics = [*reversed(acted), first[:1], *carried]
    for parties in topics:
        kept = [party for party in parties if party["kind"] in ("actor", "isis", "other")]
        if kept and _agrees(act, word, kept, plural):
            return kept
    return []


def _agrees(act: Act, word: str, parties: list[dict], plural: bool) -> bool:
    """Number and gender of a verb suit the party that it has for a dropped subject."""
    if plural:
        return all(party["head"] not in ("state", "coalition") for party in parties)
    lemma = fold(act.reading.row.form)
    feminine = word.endswith("ت") or (word.startswith("ت") and not lemma.startswith("ت"))
    return len(parties) == 1 and feminine == is_feminine(parties[0])


def _before_verb(scene: Scene, act: Act, start: int) -> Argument | None:
    """The subject in front of a verb: the first unmarked argument of its clause."""
    ending = {a.end - 1: number for number, a in enumerate(scene.acts) if a.reading.pos == "noun"}
    back = act.at - 1
    while back > act.at - 4 and back > 0 and back not in ending and _is_plain(scene.nodes[back]):
        back -= 1  # ضربة جوية نوعية استهدفت …: adjectives stand between
    noun = ending.get(back)
    if noun is not None and not act.reading.front and not scene.acts[noun].reading.front.endswith("ال"):
        # هجوم استهدف …: a verb right behind an indefinite act noun describes it.
        return Argument("", act.at - 1, act=noun)
    top = next((a for a in arguments(scene, start, stop=act.at) if a.marker == ""), None)
    described = scene.nodes[back].mention if act.at > 0 else None
    if described is not None and not act.front and described["kind"] == "adversary" and described["pos"] == "noun":
        return Argument("", back, [described])  # تنظيم متطرف يدعم …: said of the party right before it
    if act.at > 1 and scene.nodes[act.at - 1].text in ("وهي", "وهو", "وهم"):
        # القاذفات وهي تطارد …: said of the party that stands nearest.
        near = [n.mention for n in scene.nodes[: act.at] if n.mention is not None and n.mention["pos"] != "nisba"]
        return Argument("", act.at, near[-1:]) if near else top
    if top is None and start and scene.nodes[start - 1].text.endswith(("نه", "نها", "نهم")):
        # أعلن الحرس أنه دكّ …: the pronoun on أنّ is the subject.
        pronoun = next(p for p in ("ها", "هم", "ه") if scene.nodes[start - 1].text.endswith(p))
        top = Argument("", act.at, antecedent(scene, pronoun, start - 1))
    if top is None and start and scene.nodes[start].soft and start > 1:
        # فالطيران الروسي، يقول الناشط، لم يقصف: the subject stands before the aside.
        opening = next((k for k in range(start - 1, max(0, start - 10), -1) if scene.nodes[k].soft), None)
        if opening and (opens_aside(scene.nodes[opening]) or scene.nodes[opening].says("relative")):
            earlier = arguments(scene, clause_start(scene.nodes, opening - 1), stop=opening)
            top = next((a for a in earlier if a.marker == ""), None)
        else:
            # أن قواته، ضربت …: a comma between a short subject and its verb.
            first = clause_start(scene.nodes, start - 1)
            introduced = first > 0 and bool(scene.nodes[first - 1].says("complementizer"))
            if introduced and start - first <= 4 and not any(first <= a.at < start for a in scene.acts):
                top = next((a for a in arguments(scene, first, stop=start) if a.marker == ""), None)
    return top


def _stranger_before(nodes: list[Node], start: int, i: int) -> bool:
    """مسؤول في … اتهم …: a source that is no party opens the clause and is the subject of the verb at node i."""
    if i <= start or nodes[start].mention is not None:
        return False
    return nodes[start].cue("source") is not None and not nodes[start].front


def _is_plain(node: Node) -> bool:
    """A word that no list knows and that carries no article: an adjective of an indefinite noun."""
    known = node.mention is not None or node.acts or node.grammar or node.cues or node.hard or node.soft
    return not known and not node.text.startswith("ال")


def _meant(scene: Scene, act: Act, near: bool = False) -> Argument:
    """What the object pronoun of a verb picks up: with `near` an act noun right before it (رسالة نفذتها …), else a
    party."""
    for j in range(act.at - 1, max(-1, act.at - 4), -1):
        if near and j in scene.at and not any(node.hard or node.soft for node in scene.nodes[j + 1 : act.at + 1]):
            return Argument("", act.at, act=scene.at[j])
    before = scene.nodes[act.at - 1] if act.at else None
    if before is not None and act.reading.front == "" and not (before.soft or before.hard) and _is_people(before):
        # مقاتلين تدعمهم …: the pronoun picks up the noun before it, whoever they are.
        return Argument("", act.at)
    return Argument("", act.at, antecedent(scene, act.pronoun, act.at))


def _is_people(node: Node) -> bool:
    return node.mention is None and node.printed.endswith(("ين", "ون")) and not node.acts


def _described(scene: Scene, i: int, light: bool = False) -> Argument | None:
    """What a relative clause describes: the nearest act noun or party left of its relative word at node i.

    A `light` verb in the clause wants an act: ملاحقة فلول داعش التي تنفذها …
    """
    if light:
        acts = [j for j in range(i - 1, max(-1, i - 7), -1) if j in scene.at]
        if acts and not any(node.hard for node in scene.nodes[acts[0] + 1 : i]):
            return Argument("", acts[0], act=scene.at[acts[0]])
    nearest = scene.nodes[i - 1]
    plain = nearest.mention is None and not nearest.acts and nearest.text.startswith(("ال", "لل", "بال"))
    if plain and i > 1 and scene.nodes[i - 2].says("preposition") and not nearest.says("thing"):
        return Argument("", i - 1)  # على المجموعة التي …: a noun that names nobody
    listed = [a for a in arguments(scene, clause_start(scene.nodes, i - 1), stop=i) if a.parties]
    if listed and listed[-1].at + len(listed[-1].parties) >= i - 2 and i - 1 not in scene.at:
        return Argument("", listed[-1].at, listed[-1].parties)
    for j in range(i - 1, max(-1, i - 7), -1):
        node = scene.nodes[j]
        if j in scene.at:
            return Argument("", j, act=scene.at[j])
        if node.mention is not None and node.mention["pos"] != "nisba":
            return Argument("", j, [node.mention])
        if node.hard or node.says("relative"):
            return None
    return None


def _vowelled_passive(node: Node) -> bool:
    """The printed vowels show a passive: a damma behind the first letter of the verb."""
    return "ُ" in node.printed[:4] and not node.printed.lstrip("وف").startswith(("يُ", "تُ"))


def _is_object(argument: Argument) -> bool:
    """A lone argument behind a verb is its object where it begins with a noun for things that are hit."""
    if argument.act is not None or not argument.lead:
        return False
    kinds = {reading[3].kind for word in argument.lead[:3] for reading in grammar_list().at([word], 0)}
    return bool(kinds & {"thing", "quantity", "member"}) and "force" not in kinds


def _is_nisba(argument: Argument) -> bool:
    return bool(argument.parties) and argument.parties[0]["pos"] == "nisba"


def _names_a_noun(argument: Argument) -> bool:
    """شقة طبيب أميركي: the adjective belongs to another noun, not to the act; adjectives end in ي or ة."""
    return (
        bool(argument.lead) and argument.parties[0].get("loose", False) and not argument.lead[-1].endswith(("ي", "ه"))
    )


def _cannot_act(argument: Argument) -> bool:
    """ضابطاً or العمق الإيراني: an indefinite accusative is no subject, nor is a thing that a nisba only describes."""
    if not argument.parties or argument.parties[0].get("loose"):
        return bool(argument.parties)
    party = argument.parties[0]
    return party["head"] == "men" and fold(party["surface"]).endswith("ا")


def _fill_noun(scene: Scene, act: Act) -> None:
    """Sides of a verbal noun: its genitive or nisba adjective, its suffix, and its prepositions."""
    row = act.reading.row
    right = act.right = arguments(scene, act.end, through=False)
    by = [a for a in right if a.marker == "by"]
    others = [a for a in right if a.marker and a.marker in act.markers]
    others = [a for k, a in enumerate(others) if a.marker not in {b.marker for b in others[:k]}]
    own = right[0] if right and right[0].marker == "" and not right[0].possessive else None
    if own and act.front.endswith(("ال", "لل")) and act.reading.length == 1 and not _is_nisba(own):
        own = None  # a noun with the article governs nothing
    if own and _is_nisba(own) and _names_a_noun(own):
        own = None  # التصدي للتدخلات الإيرانية
    if own and act.kind in ("raid", "attack") and row.genitive == "agent" and _is_object(own):
        own = None  # استهدفت غارات مواقع …: what is hit belongs to the verb
    carries = act.kind in ("operation", "clash", "light", "receive") and own is not None and own.act is not None
    genitive = [own] if own and not carries else []
    if act.pronoun:
        taken = tuple(party["entry"] for argument in by for party in argument.parties)
        genitive = [Argument("", act.at, antecedent(scene, act.pronoun, act.at, taken)), *genitive]
    beside = others or strangers(scene, act.end, ["ل"])
    side = _side_of_genitive(act, own, beside, bool(by))
    agents, patients = [*by], [*others]
    act.construction = "verbal noun"
    if own and own.parties and side in ("patient", "both"):
        # What is named outranks a pronoun: طرد التنظيم منها drives out the organisation, not "it".
        patients = [a for a in patients if not a.pronoun]
    if side == "both":
        agents += genitive[:1]
        patients = [own, *patients]
        act.construction = "verbal noun with subject pronoun and object"
    elif side in ("agent", "nisba") and genitive:
        agents += genitive
        act.construction = "verbal noun with " + ("subject genitive" if side == "agent" else "nisba adjective")
        if own and len(right) > 1 and right[1].marker == "" and not others:
            patients.append(right[1])
    elif side == "patient" and genitive:
        patients = genitive + patients
        act.construction = "verbal noun with object genitive"
    for argument in [a for a in right if a.marker and a.marker in row.agent.split("|") and a not in others]:
        # كمين لداعش is theirs, كمين لدورية is laid for it.
        laid_for = argument.marker == "ل" and _is_object(argument)
        (patients if laid_for else agents).append(argument)
    owned = (
        right and right[0].marker == "ل" and right[0].lead and not _is_object(right[0]) and "ل" not in act.markers
    )  # الضربات الجوية لقوات …
    if right and ((right[0].possessive and right[0].marker == "") or owned) and not agents:
        (patients if row.genitive == "patient" else agents).append(right[0])
    if act.kind in ("light", "receive"):
        patients += [a for a in right if a.act is not None][:1]
    if act.kind in ("launch", "jam"):
        act.origin = [party for a in right if a.marker == "من" for party in a.parties]
    before = arguments(scene, clause_start(scene.nodes, act.at), stop=act.at)
    topic = [a for a in before if a.marker == ""][:1]
    if act.kind in ("create", "tool") and not patients:
        # البغدادي صنيعة أميركية: a predicate noun says it of the subject before it.
        patients = topic
    if act.kind == "fail" and not agents:
        # انتهت الحملة بفشل ذريع: so does a noun for failure.
        agents = topic
    if act.kind == "stir" and not agents:
        agents = [a for a in before if any(party["kind"] == "actor" for party in a.parties)][-1:]
    _take(scene, act, agents, patients)
    if not patients:
        # What a verbal noun is done to may be its genitive; of a raid or an attack the genitive does it.
        named = row.genitive.startswith("patient") or act.kind == "operation"
        markers = [*act.markers, "direct"] if named else act.markers
        act.strange = (side == "patient" and bool(act.pronoun) and not act.patient) or _names_a_stranger(
            scene, act.end, markers
        )


def _fill_participle(scene: Scene, act: Act) -> None:
    """Sides of a participle: it says of the party before it what the party behind من or على يد does to it."""
    act.right = arguments(scene, act.end, through=False)
    if act.right and act.right[0].marker in ("", "by", "من", "ب", "with"):
        act.agent = list(act.right[0].parties)
    else:
        act.agent = [party for a in act.right if a.marker in ("by", "من") for party in a.parties][:1]
    before = [node.mention for node in scene.nodes[max(0, act.at - 3) : act.at] if node.mention is not None]
    act.patient = before[-1:]
    act.construction = "participle"


def _side_of_genitive(act: Act, own: Argument | None, others: list[Argument], by: bool) -> str:
    """Whether the genitive of a verbal noun is its `agent` or `patient`; `nisba` and `both` are said below.

    acts.csv decides, and a question mark there lets the rest of the phrase turn it over: دعم واشنطن is by her, دعم
    داعش for it, and the genitive of استهداف becomes its agent where ل marks another patient.
    """
    side = act.reading.row.genitive
    if own and own.parties and own.parties[0]["pos"] == "nisba" and not _names_a_noun(own):
        # قتلى روس are Russians who died, غارات روسية are by Russians.
        return "patient" if side == "patient" and act.kind == "loss" else "nisba"
    if act.pronoun and act.kind == "block" and own and own.act is not None:
        # منعها استهداف …: whose forbidding it is, and of what.
        return "both"
    if act.pronoun and side == "patient?" and own and own.parties:
        # مهاجمته مواقع النظام: the pronoun acts, the noun behind it is acted on.
        return "both"
    if side == "agent?":
        isis = bool(own and own.parties and own.parties[0]["kind"] == "isis" and act.kind not in ("attack", "raid"))
        return "patient" if isis or by else "agent"
    if side == "patient?":
        if act.kind == "attack" and own and own.parties and own.parties[0]["head"] == "air" and not act.pronoun:
            return "agent"  # استهداف طائرات التحالف …: aircraft strike
        marked = any(a.marker in ("ل", "على") and a.act is None for a in others)
        return "agent" if marked and (own or act.pronoun) else "patient"
    return side


def _take(scene: Scene, act: Act, agents: list[Argument], patients: list[Argument]) -> None:
    for argument in agents:
        act.agent += argument.parties or _by_pronoun(scene, argument)
        if argument.act is not None and act.agent_act is None:
            act.agent_act = argument.act
    for argument in patients:
        act.patient += argument.parties or _by_pronoun(scene, argument)
        if argument.act is not None and act.patient_act is None:
            act.patient_act = argument.act
    helpers = ("with", "lead", "مع") if act.kind == "light" else ("with", "lead")
    act.joint = [party for a in act.right if a.marker in helpers for party in a.parties]


def _by_pronoun(scene: Scene, argument: Argument) -> list[dict]:
    return antecedent(scene, argument.pronoun, argument.at) if argument.pronoun else []


def _connect(scene: Scene) -> None:
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


def _blame(scene: Scene) -> None:
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


def _initiate(scene: Scene) -> None:
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


def _say_whose(scene: Scene) -> None:
    """الغارات … أنها روسية: a nisba behind a pronoun says whose the last fight of nobody's was."""
    for i, node in enumerate(scene.nodes[1:], start=1):
        if node.mention is None or node.mention["pos"] != "nisba" or scene.nodes[i - 1].text not in WHOSE:
            continue
        theirs = [a for a in scene.acts if a.at < i and a.kind in POINTED and not a.agent]
        if theirs:
            theirs[-1].agent = [node.mention]
            theirs[-1].construction = "nisba that says whose it is"


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


def _inherit(scene: Scene) -> None:
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
            bare, opening = Scene(nodes, scene.before, {}), clause_start(nodes, act.at)
            if any(node.cue("negator") for node in nodes[opening : act.at]):
                continue
            subjects = arguments(bare, opening + (nodes[opening].mention is None), stop=act.at)
            act.agent = next((a.parties for a in subjects if a.marker == ""), [])
            act.construction = f"{act.construction}, agent is the subject before"


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


def _point_back(scene: Scene) -> None:
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
