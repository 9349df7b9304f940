"""Which argument of its clause is the agent of an act and which the patient, verb, noun and participle apart."""

from framing.arabic import PRONOUNS, fold
from framing.coding.clauses import antecedent, arguments, clause_start, is_feminine, opens_aside, strangers
from framing.coding.scene import Act, Argument, Scene
from framing.coding.sentence import Node, grammar_list

# Prepositions that may stand between a light verb and the act that it carries (شنت خلال يومين 60 غارة).
ADJUNCTS = ("", "خلال", "في", "منذ", "بعد", "قبل", "من")
# The pronouns that can take up what a relative word describes.
RESUMED = {"الذي": ("ه",), "التي": ("ها",), "الذين": ("هم",)}


def fill_verb(scene: Scene, act: Act) -> None:
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


def fill_noun(scene: Scene, act: Act) -> None:
    """Sides of a verbal noun: its genitive or nisba adjective, its suffix, and its prepositions."""
    row = act.reading.row
    right = act.right = arguments(scene, act.end, through=False)
    by = [a for a in right if a.marker == "by"]
    others = [a for a in right if a.marker and a.marker in act.markers]
    others = [a for k, a in enumerate(others) if a.marker == "بين" or a.marker not in {b.marker for b in others[:k]}]
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


def fill_participle(scene: Scene, act: Act) -> None:
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
    if side == "agent?" and act.kind == "arm" and own and own.parties and own.parties[0]["kind"] == "other":
        return "patient"  # تدريب البشمركة
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
        act.patient += argument.parties or _by_pronoun(scene, argument, tuple(p["entry"] for p in act.agent))
        if argument.act is not None and act.patient_act is None:
            act.patient_act = argument.act
    helpers = ("with", "lead", "مع") if act.kind == "light" else ("with", "lead")
    act.joint = [party for a in act.right if a.marker in helpers for party in a.parties]


def _by_pronoun(scene: Scene, argument: Argument, taken: tuple[str, ...] = ()) -> list[dict]:
    return antecedent(scene, argument.pronoun, argument.at, taken) if argument.pronoun else []
