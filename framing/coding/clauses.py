"""What hangs on an act: the parties and acts that follow it in its clause, each with the preposition that marks it."""

from framing.arabic import OURS, PRONOUNS, fold
from framing.coding.scene import Act, Argument, Scene
from framing.coding.sentence import Node, grammar_list

# A preposition governs what follows within so many words; behind them the link is lost.
FAR, FAR_MARKER = 5, "?"
# Prepositions of time.
TIMED = ("", "في", "خلال", "منذ", "قبل", "بعد", "من", FAR_MARKER)
_PARTIES = ("actor", "isis", "other")
_MEANT = {"هم": (*_PARTIES, "adversary")}
_THIS = ("هذا", "هذه", "ذلك", "تلك")
# Negators that open a clause of their own.
_CLAUSE_NEGATORS = ("لم", "لن", "لا", "ليس", "ليست")


def clause_start(nodes: list[Node], i: int) -> int:
    """The first node of the clause that node `i` stands in."""
    for j in range(i, 0, -1):
        before = nodes[j - 1]
        if nodes[j].hard or nodes[j].soft or (j > 1 and _is_phrase(nodes[j - 2])):
            return j
        if before.mention is None and (before.says("complementizer") or before.says("relative") or _opens(before)):
            return j
    return 0


def _is_phrase(node: Node) -> bool:
    """A clause opener of two words (في حين, الأمر الذي)."""
    reading = node.says("boundary")
    return reading is not None and reading[1] == 2


def _opens(node: Node) -> bool:
    reading = node.says("boundary")
    return reading is not None and reading[1] == 1


def arguments(scene: Scene, i: int, stop: int | None = None, through: bool = True) -> list[Argument]:
    """What stands from node `i` to the end of the clause, or to `stop`, in order.

    Without `through` it ends behind the first act noun, which takes what follows as its own.
    """
    walk = _Walk(scene, i, len(scene.nodes) if stop is None else stop, bounded=stop is not None)
    walk.run(through)
    walk.reset()
    return walk.found


def strangers(scene: Scene, i: int, markers: list[str]) -> list[Argument]:
    """The noun phrases behind node `i` that name nobody known, under one of the markers (`direct` for none)."""
    walk = _Walk(scene, i, len(scene.nodes), bounded=False)
    walk.run(through=False)
    walk.reset()
    first = walk.found[0].at if walk.found else len(scene.nodes)
    near = [a for a in walk.unknown if a.at <= first]
    return [a for a in near if a.marker in markers or (a.marker == "" and "direct" in markers)]


class _Walk:
    """Goes from node to node. `marker` is the preposition in force, `lead` the words since it, `member` whether they
    name members or a number of something, so that من behind them is "of" and not "from"."""

    def __init__(self, scene: Scene, i: int, stop: int, bounded: bool) -> None:
        self.scene, self.nodes = scene, scene.nodes
        self.first, self.at, self.stop, self.bounded = i, i, stop, bounded
        self.found: list[Argument] = []
        self.unknown: list[Argument] = []
        self.aside = False
        self.marker, self.lead, self.member, self.told, self.clitic = "", [], False, False, False

    def reset(self, marker: str = "") -> None:
        if self.lead and not self.told:
            self.unknown.append(Argument(self.marker, self.at, lead=self.lead))
        self.marker, self.lead, self.member, self.told, self.clitic = marker, [], False, False, False

    def run(self, through: bool) -> None:
        while self.at < self.stop:
            node = self.nodes[self.at]
            if node.hard and (self.at > self.first or not self.bounded):
                return
            if len(self.lead) > FAR and self.marker:
                self.marker = FAR_MARKER
            if node.soft and (self.at > self.first or opens_aside(node)) and not self.past_comma(node):
                return
            node = self.nodes[self.at]
            if node.mention is not None:
                self.at = self.party()
                # بين ضباط من النظام وأمراء من داعش: "between" holds for both.
                joined = self.at < self.stop and self.nodes[self.at].text.startswith("و")
                self.reset("بين" if joined and self.found[-1].marker == "بين" else "")
            elif self.at in self.scene.at and not self.marks(node):
                if not self.act() or not through:
                    return
            elif not self.word(node):
                return

    def past_comma(self, node: Node) -> bool:
        """Whether the clause goes on behind the comma before this node; steps over a short aside."""
        if self.aside:
            self.aside = False
            self.reset()
            return True
        if goes_on(node):
            self.aside = True
            return True
        behind = self.aside_end()
        if behind is None:
            return False
        if node.says("beside"):
            # ومعه حزب الله: joint agents each get the code (codebook rule 6).
            named = [other.mention for other in self.nodes[self.at : behind] if other.mention is not None]
            self.found.append(Argument("with", self.at, [m for m in named if m["pos"] != "nisba"]))
        self.at = behind
        self.reset()
        return True

    def aside_end(self) -> int | None:
        """The node behind a short aside between commas that names nobody: ، أمس السبت، or ، وإن كان غير مباشر،"""
        nodes, start = self.nodes, self.at
        if opens_aside(nodes[start]):
            return next((k for k in range(start + 1, min(start + 10, len(nodes))) if nodes[k].soft), None)
        for k in range(start + 1, min(start + 6, len(nodes))):
            if nodes[k].soft:
                return k if goes_on(nodes[k]) or not any(node.acts for node in nodes[start:k]) else None
            named = nodes[k].mention is not None or nodes[k - 1].mention is not None
            if nodes[k].hard or named or nodes[k].says("relative"):
                return None
        return None

    def marks(self, node: Node) -> bool:
        """Grammar words that an act list may hold too (بدعم من) are read as grammar."""
        kinds = ("relative", "complementizer", "agent", "joint", "lead", "control")
        return any(node.says(kind) for kind in kinds) or self.counts(node)

    @staticmethod
    def counts(node: Node) -> bool:
        reading = node.says("quantity")
        return reading is not None and reading[1] > 1 and not node.text.startswith("واحد")  # أحد من, not واحد من

    def act(self) -> bool:
        """Add the act noun at this node, or step over a verb that describes the noun before it; False at a verb."""
        act = self.scene.acts[self.scene.at[self.at]]
        if act.reading.pos != "noun":
            subject = self.described_by(act)
            if subject is None:
                return False
            aside = _Walk(self.scene, subject, self.stop, self.bounded)
            self.at = aside.party()
            if act.kind == "support":
                self.found += [Argument("with", argument.at, argument.parties) for argument in aside.found]
            if self.marker == FAR_MARKER:
                self.reset()  # قتل لغم زرعه التنظيم ضابطاً: behind the aside stands the object
            return True
        own = act.reading.front.lstrip("وف")[:1]
        marker = own if own and own in "بلك" else self.marker
        self.found.append(Argument(marker, self.at, act=self.scene.at[self.at], lead=self.lead))
        self.told = True
        # What follows an act noun is its own before it is anybody else's, but behind one with the article a list of
        # helpers goes on: بدعم من الغارات ومسلحي الحشد.
        listed = marker in ("with", "by") and act.front.endswith("ال")
        self.reset(marker if listed else FAR_MARKER)
        self.at = act.end
        return True

    def described_by(self, act: Act) -> int | None:
        """ميليشيات تدعمها إيران: a verb with a pronoun and its subject right behind it describes the noun before it;
        gives the node of that subject."""
        if act.reading.back not in PRONOUNS or act.reading.front:
            return None
        for k in range(act.end, min(act.end + 2, len(self.nodes))):
            node = self.nodes[k]
            if node.mention is not None:
                return k if not node.soft and not node.front else None
            if not node.says("force"):
                return None
        return None

    def word(self, node: Node) -> bool:
        """Read a word that is neither party nor act; False where it ends the clause."""
        if node.says("relative") or node.says("complementizer") or _is_phrase(node):
            return False
        if node.says("boundary") and not goes_on(node):
            return False
        for kind in ("agent", "joint", "lead"):
            if reading := node.says(kind):
                self.reset(reading[3].value)
                self.at += reading[1]
                return True
        if reading := node.says("control"):
            self.at += reading[1]
        elif node.text == "نحو" and self.at + 1 < self.stop and self.nodes[self.at + 1].text.isdigit():
            # Before a number نحو is "about", elsewhere "towards".
            self.member = True
            self.at += 1
        elif self.counts(node):
            self.member = True
            self.at += node.says("quantity")[1]
        elif node.text.isdigit() and not self.lead:
            self.member = True
            self.at += 1
        elif reading := node.says("preposition"):
            self.preposition(reading)
        elif node.text.lstrip("وف") in _CLAUSE_NEGATORS and (self.at > self.first or node.text.startswith("و")):
            return False
        elif reading := node.says("purpose"):
            self.reset(FAR_MARKER)
            self.at += reading[1]
        elif node.text in ("ل", "ب"):
            self.marker = self.marker if node.text == "ل" and self.lead else node.text
            self.at += 1
        elif (reading := node.cue("report")) and reading[3].pos == "verb" and not node.says("thing"):
            return False
        else:
            self.noun(node)
        return True

    def preposition(self, reading: tuple) -> None:
        value, _, pronoun = reading[3].value.partition("+")
        pronoun = pronoun or reading[2]
        if not (value in ("من", "في") and self.member and not pronoun):
            self.reset(value)
        if pronoun:
            self.found.append(Argument(self.marker, self.at, pronoun=pronoun))
            self.marker = ""
        self.at += reading[1]

    def noun(self, node: Node) -> None:
        front = noun_front(node)
        if self.clitic and node.says("quantity") and not front:
            # بالحوامات دفعة جديدة: a number opens a noun phrase of its own.
            self.reset()
        if self.marker and self.lead and node.says("member") and node.printed.endswith(("ين", "ان", "اً", "ا")):
            # في محيط المخيم قياديين من …: an indefinite noun for men opens a noun phrase of its own.
            self.reset()
        if front in ("ب", "بال") or (front in ("ل", "لل") and not self.lead):
            self.reset(front[0])
            self.clitic = True
        if pronoun := owner(node):
            self.found.append(Argument(self.marker, self.at, lead=[*self.lead, node.text], pronoun=pronoun))
            self.told = True
        if node.says("time") and self.marker in TIMED:
            # في تموز 2016 مروحية روسية: what follows an adverb of time is no longer behind its preposition.
            self.reset()
            self.at += 1
            while self.at < self.stop and self.nodes[self.at].text.isdigit():
                self.at += 1
            return
        self.lead.append(node.text)
        counted = [node.says(kind) for kind in ("member", "quantity", "force")]
        self.member = self.member or any(reading is not None and reading[1] == 1 for reading in counted)
        self.at += 1

    def party(self) -> int:
        """Add the party at this node and the list that goes on behind it; gives the node behind."""
        node, j = self.nodes[self.at], self.at
        own = node.front.lstrip("وف")
        possessive = own == "ل" and bool(self.lead) and j > self.first and not (self.told or _is_adjective(self.lead))
        if possessive:
            own = ""
        if own and not (own == "ل" and self.member) and not (own == "ب" and self.marker == "with"):
            self.marker = own
        alone = node.mention["pos"] == "nisba" and not self.lead and not node.front and j > self.first
        if alone and self.found and self.found[-1].act is None:
            self.found[-1].parties.append(node.mention)
            return j + 1
        if alone and self.found and self.found[-1].at == j - 1:
            # في قصف روسي: the adjective of an act noun is that noun's own.
            return j + 1
        party = backed(self.nodes, j)
        if party["pos"] == "nisba" and self.lead and not self.member and not known_noun(self.lead[-1]):
            # المنتخب الإيراني: what is Iranian here need not be a part of the state.
            party = {**party, "loose": True}
        argument = Argument(self.marker, j, [party], lead=self.lead, possessive=possessive)
        self.found.append(argument)
        self.told = True
        k = j + 1
        while k < len(self.nodes) and (size := self.listed(k, argument)):
            k += size
        return k

    def listed(self, k: int, argument: Argument) -> int:
        """Add the party at node k if the list of `argument` goes on there; gives the number of nodes it takes."""
        node, after = self.nodes[k], self.nodes[k + 1] if k + 1 < len(self.nodes) else None
        if node.hard or node.soft:
            return 0
        if node.mention is not None:
            if argument.parties[-1]["kind"] == "adversary" and not node.front:
                # خلايا تنظيم داعش: whose cells they are decides.
                argument.parties[-1] = node.mention
                return 1
            if node.front.startswith("و") or node.mention["pos"] == "nisba":
                argument.parties.append(node.mention)
                return 1
            return 0
        if after is None or after.mention is None:
            return 0
        if argument.parties[-1]["kind"] == "adversary" and node.text in _THIS and not after.front:
            argument.parties[-1] = after.mention  # فلول هذا التنظيم
            return 2
        joined = node.text in ("او", "ولا")
        if node.text.startswith("و") and not (node.cues or node.acts or node.says("preposition") or _own_waw(node)):
            joined = joined or not (after.front or after.hard or after.soft)
        if joined:
            argument.parties.append(after.mention)
        return 2 if joined else 0


def _own_waw(node: Node) -> bool:
    """وحدات: the و is part of the noun and joins nothing."""
    readings = [node.says(kind) for kind in ("force", "thing", "member")]
    return any(reading is not None and not reading[0] for reading in readings)


def _is_adjective(lead: list[str]) -> bool:
    """بالدعم الخفي لتنظيم …: behind adjectives of the act noun ل marks its object, not a possessor."""
    return all(word.startswith("ال") and word.endswith(("ي", "يه")) for word in lead)


def opens_aside(node: Node) -> bool:
    """What stands between commas behind this node only names a source, a speaker, a companion (ومعه حزب الله) or
    another name of the party."""
    report = node.cue("report")
    speaks = report is not None and report[3].pos == "verb"
    backed_by = any(reading.kind == "support" and reading.back in PRONOUNS for reading in node.acts)
    return node.soft and bool(
        node.cue("according") or node.says("apposition") or speaks or backed_by or node.says("beside")
    )


def goes_on(node: Node) -> bool:
    """A comma does not end the clause where a preposition, an agent marker or وذلك follows."""
    for kind in ("preposition", "agent", "joint"):
        if (reading := node.says(kind)) and not reading[0].startswith(("و", "ف")):
            return True
    return bool(node.text in ("وذلك", "ذلك") or (node.mention is not None and node.front in ("ل", "ب")))


def known_noun(word: str) -> bool:
    """The word is in the grammar list as a noun for forces, men, things or numbers of them."""
    kinds = {reading[3].kind for reading in grammar_list().at([word], 0)}
    return bool(kinds & {"thing", "force", "member", "quantity"})


def noun_front(node: Node) -> str:
    """The preposition written onto a noun that the grammar list knows (لعدد, بدورية)."""
    for kind in ("thing", "force", "member", "quantity"):
        if reading := node.says(kind):
            return reading[0].lstrip("وف")
    return ""


def owner(node: Node) -> str:
    """The pronoun on a noun for forces, men or things (قواته): its owner is the party meant."""
    if node.printed.endswith("ة"):
        return ""
    for kind in ("thing", "force", "member"):
        reading = node.says(kind)
        if reading and (reading[2] in PRONOUNS or reading[2] == OURS):
            return reading[2]
    return ""


def backed(nodes: list[Node], j: int) -> dict:
    """The party at node j; a militia of no actor becomes the proxy of the actor that is said to back it."""
    party = nodes[j].mention
    if party["kind"] != "other" or party["head"] not in ("militia", "faction") or j + 2 >= len(nodes):
        return party
    backing = nodes[j + 1].says("backed") or nodes[j + 1].says("joint")
    supports = any(reading.kind == "support" and reading.back in PRONOUNS for reading in nodes[j + 1].acts)
    behind = j + 1 + (backing[1] if backing else 1)
    patron = nodes[behind].mention if behind < len(nodes) else None
    if (backing or supports) and patron is not None and patron["kind"] == "actor":
        return {**patron, "proxy": 1, "start": party["start"]}
    return party


def antecedent(scene: Scene, suffix: str, i: int, taken: tuple[str, ...] = ()) -> list[dict]:
    """The party that a pronoun at node i stands for: who acted last, else the nearest before it, that agrees.

    Subjects are taken up before objects (Grosz, Joshi and Weinstein 1995 on centering); a party that already fills
    another side of the same act (`taken`, by entry) cannot be meant.
    """
    named = [node.mention for node in scene.nodes[:i] if node.mention is not None]
    if suffix == OURS:
        return _speaker(scene, named, i)
    acted = [
        party
        for act in scene.acts
        if act.at < i and act.construction and act.kind != "accuse"
        for party in act.agent[:1]
        if party in named
    ]
    # Across a full stop only "they" is followed: "it" has too many to choose from.
    earlier = [*scene.before, *named][-6:] if suffix == "هم" else named[-6:]
    for mention in [*reversed(acted[-2:]), *reversed(earlier)]:
        if (
            mention["pos"] == "nisba"
            or mention["kind"] not in _MEANT.get(suffix, _PARTIES)
            or mention["entry"] in taken
        ):
            continue
        if (
            suffix == "هم"
            and mention["head"] in ("state", "base", "coalition")
            and mention["pos"] == "noun"
            and not mention["entry"].endswith(".people")
        ):
            # A state is no "they"; its people are.
            continue
        if suffix in ("هم", "هما") or (suffix == "ها") == is_feminine(mention) or mention["kind"] == "isis":
            return [{**mention, "pronoun": True}]
    actors = [mention for mention in named if mention["kind"] == "actor" and mention["entry"] not in taken]
    if actors or named:
        return [{**mention, "pronoun": True} for mention in actors[-1:]]
    # Nobody stands before it in the unit: the topic of the unit before, where it agrees.
    topic = [mention for mention in scene.topic if mention["entry"] not in taken]
    fits = len(topic) == 1 and (topic[0]["kind"] == "isis" or (suffix == "ها") == is_feminine(topic[0]))
    return [{**mention, "pronoun": True} for mention in topic if fits]


def _speaker(scene: Scene, named: list[dict], i: int) -> list[dict]:
    """طائراتنا: the actor that speaks. It opens what stands before a colon near the head of the unit, else it is the
    party named last, in the unit or before it; where that is no actor, "our" is nobody's that is coded."""
    label = next((j for j in range(1, min(i + 1, 5)) if ":" in scene.nodes[j].gap), 0)
    if label:
        heard = [node.mention for node in scene.nodes[:label] if node.mention is not None][:1]
    else:
        heard = (named or scene.before)[-1:]
    return [{**mention, "pos": "noun", "pronoun": True} for mention in heard if mention["kind"] == "actor"]


def is_feminine(mention: dict) -> bool:
    """Whether verbs and pronouns that mean the party are feminine, by its first word."""
    head = fold(mention["surface"]).replace('"', "").split()
    if not head:
        return False
    if any(reading[3].kind == "feminine" for reading in grammar_list().at(head, 0)):
        return True
    return head[0].endswith(("ه", "ات")) and head[0] != "الله"
