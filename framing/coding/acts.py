"""The acts of a unit with their sides: which predicate stands there, who does it, to whom, from where."""

from framing.arabic import fold
from framing.coding import links, sides
from framing.coding.scene import Act, Scene
from framing.coding.sentence import Node, Reading, grammar_list, noun_or_verb


def find(nodes: list[Node], before: list[dict], events: dict[str, list[dict]]) -> list[Act]:
    """The acts of a unit with their sides filled.

    `before` are the parties of earlier units, the nearest last. `events` remembers who did what, by the
    noun of the act, through the article; it is brought up to date.
    """
    scene = Scene(nodes, before, events, topic=events.get(links.TOPIC, []))
    covered = 0
    for i, node in enumerate(nodes):
        if i < covered or not node.acts:
            continue
        if readings := _possible(nodes, i):
            best = max(readings, key=lambda reading: reading.length)
            scene.acts.append(Act(i, best, negated=_negated(nodes, i, best)))
            covered = scene.acts[-1].end
    scene.at = {act.at: number for number, act in enumerate(scene.acts)}
    fillers = {"noun": sides.fill_noun, "participle": sides.fill_participle}
    for act in scene.acts:
        fillers.get(act.reading.pos, sides.fill_verb)(scene, act)
    # A chain of links (prepare to launch an operation to sweep) takes as many rounds as it has links.
    for step in (
        links.connect,
        links.connect,
        links.connect,
        links.inherit,
        links.connect,
        links.point_back,
        links.say_whose,
        links.connect,
        links.connect,
        links.blame,
        links.initiate,
        links.cleft,
    ):
        step(scene)
    links.remember_topic(scene)
    return scene.acts


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
        if distance and any(_claims(reading, markers) for reading in nodes[i + distance - 1].acts):
            continue  # توقف عملياتها ضد …: the preposition belongs to the noun before it
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


def _claims(reading: Reading, markers: list[str]) -> bool:
    """An act noun that takes one of these markers itself."""
    return reading.pos == "noun" and any(marker.rstrip("!") in markers for marker in reading.row.patient.split("|"))


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
