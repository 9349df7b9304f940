"""Voice and modality: who says it, and how sure the unit is, node by node.

Both are scopes that open at a cue and run to the right. A reporting verb opens a source's speech only where
somebody speaks: a source noun, a party, a plural or a dropped subject behind و. The same verb behind ما or الأمر
الذي draws a conclusion in the speaker's own voice (codebook, modality).
"""

from framing.arabic import fold, words
from framing.coding.clauses import clause_start
from framing.coding.sentence import Node, cues_list


def voices(nodes: list[Node]) -> list[str]:
    """For every node `outlet` or `source`."""
    spoken = ["outlet"] * len(nodes)
    vouched = 0
    for i, node in enumerate(nodes):
        if _label(nodes, i):
            spoken[i + 1 :] = ["source"] * (len(nodes) - i - 1)
        if node.mention is not None or i < vouched:
            continue
        opener = node.cue("opener")
        if opener and (i == 0 or node.hard):
            spoken[i:] = ["outlet"] * (len(nodes) - i)
            vouched = i + opener[1]  # خلاصة القول: the saying in it is the outlet's
        elif node.cue("according"):
            start = _according_from(nodes, i)
            spoken[start:] = ["source"] * (len(nodes) - start)
        elif not opener and speaks(nodes, i):
            start = 0 if _parenthesis(nodes, i) else i
            spoken[start:] = ["source"] * (len(nodes) - start)
    return spoken


def _according_from(nodes: list[Node], i: int) -> int:
    """At the end of a sentence "according to" covers all of it, in its middle what follows from its clause on."""
    if i >= len(nodes) - 6:
        return 0
    if nodes[i].soft and any(node.soft for node in nodes[i + 1 : i + 6]):
        return max((j for j in range(i) if nodes[j].hard), default=0)  # set between two commas
    return clause_start(nodes, i)


def _label(nodes: list[Node], i: int) -> bool:
    """موسكو: … or مصدر عسكري: … at the start of a headline gives the rest to whoever is named."""
    if i > 3 or i + 1 >= len(nodes) or ":" not in nodes[i + 1].gap:
        return False
    return any(node.mention is not None or node.cue("source") for node in nodes[: i + 1])


def speaks(nodes: list[Node], i: int) -> bool:
    """A reporting verb (or participle) at node i that has a speaker."""
    reading = nodes[i].cue("report")
    if reading is None or _concludes(nodes, i):
        return False
    row = reading[3]
    if row.pos == "word":
        return True
    accuses = any(other.kind == "accuse" for other in nodes[i].acts)
    if nodes[i].acts and not accuses and not _says_that(nodes, i + reading[1], row):
        return False
    if any(other.length > reading[1] for other in nodes[i].acts):
        return False
    end = i + reading[1]
    if nodes[i].cue("proof") and _thing_speaks(nodes, end):
        return False
    introduced = False
    for j in range(end, min(end + 14, len(nodes))):
        node = nodes[j]
        if node.hard and ":" not in node.gap and '"' not in node.gap:
            break
        if node.says("complementizer") or ":" in node.gap:
            introduced = True
            break
        if node.cue("source") or (node.mention is not None and node.mention["pos"] != "nisba" and j <= end + 2):
            return True
    for j in range(i - 1, max(-1, i - 10), -1):
        if nodes[j + 1].hard or nodes[j + 1].soft or nodes[j].says("boundary") or nodes[j].says("relative"):
            break
        party = nodes[j].mention is not None and nodes[j].mention["kind"] == "actor" and j >= i - 2
        party = party and nodes[j].mention["pos"] != "nisba"
        if nodes[j].cue("source") or party:
            return True
    plural = nodes[i].text.endswith(("وا", "ون"))
    dropped = reading[0] in ("و", "ف") or i == 0
    complement = [marker for marker in row.complement.split("|") if marker]
    follows = end < len(nodes) and (
        nodes[end].says("complementizer") or any(_marks(nodes[end], marker) for marker in complement)
    )
    return (plural or dropped) and (introduced or bool(follows))


def _thing_speaks(nodes: list[Node], i: int) -> bool:
    """أكدت الصور أن …: a verb of proof whose subject is neither a source nor a party."""
    subject = next((k for k in range(i, min(i + 5, len(nodes))) if nodes[k].says("complementizer")), i)
    between = nodes[i:subject]
    return bool(between) and not any(node.cue("source") or node.mention is not None for node in between)


def _says_that(nodes: list[Node], i: int, row: object) -> bool:
    """A verb that is also an act (نقل, أوقف) reports only where what is said follows: أن, or a speaker and a colon."""
    for node in nodes[i : i + 6]:
        if node.hard and ":" not in node.gap:
            return False
        if node.says("complementizer") or ":" in node.gap or node.text == "عن" or node.cue("source"):
            return True
    return False


def _marks(node: Node, marker: str) -> bool:
    if marker in ("أن", "إن", "بأن"):
        return bool(node.says("complementizer"))
    preposition = node.says("preposition")
    if preposition:
        return preposition[3].value == marker
    return len(marker) == 1 and (node.front.endswith(marker) or (node.mention is None and node.text.startswith(marker)))


def _concludes(nodes: list[Node], i: int) -> bool:
    """Behind ما, مما or الأمر الذي the verb draws a conclusion, nobody speaks."""
    if i == 0:
        return False
    before = nodes[i - 1]
    if before.text in ("ما", "مما", "بما"):
        return True
    return bool(before.says("relative")) and i > 1 and nodes[i - 2].text in ("الامر", "الشي")


def _parenthesis(nodes: list[Node], i: int) -> bool:
    """A reporting verb set between two commas (…، يضيف البيان، …) speaks for the whole sentence."""
    if i == 0 or not nodes[i].soft:
        return False
    return any(node.soft for node in nodes[i + 1 : i + 6]) and not any(
        node.says("complementizer") for node in nodes[i : i + 4]
    )


def modalities(nodes: list[Node], asks: bool = False) -> list[str]:
    """For every node `asserted`, `hedged` or `denied`: the scopes of hedges, denials and questions (`asks`)."""
    mood = ["hedged" if asks else "asserted"] * len(nodes)
    if asks and any(node.cue("rhetorical") for node in nodes):
        mood = ["denied"] * len(nodes)
    covered = 0
    for i, node in enumerate(nodes):
        if i < covered:
            continue
        for kind, value in (("hedge", "hedged"), ("inference", "hedged"), ("denial", "denied")):
            reading = node.cue(kind)
            if reading is not None:
                # لا يستبعد is a hedge, though يستبعد alone denies.
                covered = max(covered, i + reading[1])
            if reading is None or (kind == "hedge" and not _hedges(nodes, i)):
                continue
            if kind == "inference" and speaks(nodes, i):
                # أشار إلى infers only where no source speaks; رجّح is a hedge whoever speaks.
                continue
            start, stop = _scope(nodes, i, reading)
            for j in range(start, stop):
                if mood[j] != "denied":
                    mood[j] = value
    return mood


def wished(nodes: list[Node]) -> list[bool]:
    """For every node whether it lies in what is only called for, needed or thought possible (codebook rule 12)."""
    inside = [False] * len(nodes)
    for i, node in enumerate(nodes):
        reading = node.cue("wish")
        if reading is not None and node.mention is None:
            _, stop = _scope(nodes, i, reading)
            inside[i + 1 : stop] = [True] * (stop - i - 1)
    return inside


def shifts(text: str) -> bool:
    """The unit opens with words that begin another story (على صعيد آخر)."""
    opening = [word for word, _, _ in words(fold(text[:60]))]
    return any(
        reading[3][0].kind == "shift" for i in range(min(2, len(opening))) for reading in cues_list().at(opening, i)
    )


def asks(text: str) -> bool:
    """The unit is a question."""
    return text.rstrip(' "”»)').endswith(("؟", "?"))


def _hedges(nodes: list[Node], i: int) -> bool:
    """قد means perhaps only before a present verb."""
    if nodes[i].text.lstrip("وف") != "قد":
        return True
    return i + 1 < len(nodes) and nodes[i + 1].mention is None and nodes[i + 1].text.startswith(("ي", "ت"))


def _scope(nodes: list[Node], i: int, reading: tuple) -> tuple[int, int]:
    """First node of what the cue at node i covers, and the node behind its end."""
    row = reading[3]
    end = i + reading[1]
    complements = [marker for marker in row.complement.split("|") if marker]
    for j in range(end, min(end + 16, len(nodes))):
        if nodes[j].hard:
            break
        if any(_marks(nodes[j], marker) for marker in complements if marker != "direct"):
            return j, _clause_end(nodes, j)
    return i, _clause_end(nodes, end)


def _clause_end(nodes: list[Node], i: int) -> int:
    """Where the scope closes: at a full stop, or at a comma that no preposition follows.

    A source named in between (يبدو، وفق مصادر، أن …) does not close it.
    """
    for j in range(i + 1, len(nodes)):
        node = nodes[j]
        if node.hard and ":" not in node.gap:
            return j
        opens = node.says("preposition") or node.says("complementizer") or node.says("purpose")
        if node.soft and not opens and not any(n.cue("according") for n in nodes[i:j]):
            return j
    return len(nodes)
