"""Who says it and how sure: voice and modality of a code, the scopes of the cues weighed with what stands around it.

`scope` reads both off the grammar: a cue opens a scope, a clause or a full stop closes it. Where a source's speech
ends, or goes on without a new word of saying, the grammar does not tell; the trained step then does. `telling.csv`
holds its weights by feature: `source` for the voice, `asserted`, `hedged` and `denied` for the modality (the largest
sum wins). `framing.coding.train` makes it on hand codes.
"""

import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from framing import tables
from framing.arabic import skeleton
from framing.coding import scope, weights
from framing.coding.surroundings import label
from framing.coding.trained import read_weights
from framing.coding.unit import Told, UnitReading

FILE = Path(__file__).with_name("telling.csv")
COLUMNS = ("source", *tables.MODALITIES)
# How far back from the act a cue counts as near, and how many words count as the opening of a unit.
NEAR, OPENING = 6, 3
_OPEN_QUOTES, _CLOSE_QUOTES = "“«", "”»"


@cache
def load() -> weights.Learned:
    """The shipped weights, a column for each of `COLUMNS`."""
    return weights.learned(read_weights(FILE, "feature", COLUMNS))


def decide(held: set[str]) -> tuple[str, str]:
    """Voice and modality of a code whose features are `held`."""
    source, *moods = weights.speaking(held, load())[1].sum(axis=0)
    return ("source" if source > 0 else "outlet"), tables.MODALITIES[int(np.argmax(moods))]


def features(reading: UnitReading, told: Told, at: int, row: dict) -> set[str]:
    """The features of one code: `at` is the node of its act, `row` the code with voice and modality by scope."""
    return set(_by_scope(reading, told, row)) | set(_by_cues(reading, at)) | set(_by_words(reading, at))


def _by_scope(reading: UnitReading, told: Told, row: dict) -> Iterator[str]:
    spoken, voice, before = reading.voices, row["voice"], told.before
    last = before.voices[-1] if before is not None and before.nodes else "unread"
    register = max(-2, min(3, round(told.register * 5)))
    yield "any=1"
    yield f"scope={voice}"
    yield f"scope={row['modality']}"
    yield f"role={row['role']}"
    yield f"role={row['role']} {voice}"
    yield f"role={row['role']} {told.press}"
    yield f"unit={reading.unit['kind']}"
    yield f"opens={spoken[0]}"
    yield f"ends={spoken[-1]}"
    yield f"source={'source' in spoken}"
    yield f"weighed={row['rule'].startswith('weighed')}"
    yield f"before={last}"
    yield f"before={last} {voice} {'source' in spoken} {spoken[0]}"
    yield f"register={register}"
    yield f"register={register} {voice}"
    yield f"turns={'|'.join(one for one, _ in itertools.groupby(spoken))}"


def _by_cues(reading: UnitReading, at: int) -> Iterator[str]:
    sayings = [i for i, node in enumerate(reading.nodes) if node.cue("report") and scope.speaks(reading.nodes, i)]
    yield f"sayings={min(len(sayings), 2)}"
    yield f"sources={min(sum(bool(node.cue('source')) for node in reading.nodes), 2)}"
    yield from _since_opened(reading, at)
    for i, node in enumerate(reading.nodes):
        for cue in node.cues:
            yield f"cue={cue}"
            yield f"cue={cue} {'before' if i < at else 'behind'} the act"
            if at - NEAR <= i < at:
                yield f"cue={cue} near the act"
            if i < OPENING:
                yield f"cue={cue} in word {i + 1}"
            if i == len(reading.nodes) - 1:
                yield f"cue={cue} at the end"
        if ":" in node.gap:
            yield f"colon={'before' if i <= at else 'behind'} the act"
    if any(node.says("complementizer") for node in reading.nodes[:at]):
        yield "that=before the act"


def _since_opened(reading: UnitReading, at: int) -> Iterator[str]:
    """How far behind the opening of a source's speech the act stands, and what stops and commas lie between."""
    voices = reading.voices
    opened = [i for i in range(1, at + 1) if voices[i] == "source" and voices[i - 1] != "source"]
    if not opened or voices[at] != "source":
        return
    between = reading.nodes[opened[-1] + 1 : at + 1]
    far = "near" if len(between) < 6 else "14" if len(between) < 14 else "far"
    stops, commas = any(node.hard for node in between), min(sum(node.soft for node in between), 3)
    yield f"opened={far}"
    yield f"opened={stops}"
    yield f"opened=commas {commas}"
    yield f"opened={far} {stops} {commas}"


def _by_words(reading: UnitReading, at: int) -> Iterator[str]:
    text = reading.text
    said = text[: reading.nodes[at].start - reading.unit["start"]]
    if any(mark in text for mark in '"' + _OPEN_QUOTES):
        yield "quoted=something"
    if sum(map(said.count, _OPEN_QUOTES)) > sum(map(said.count, _CLOSE_QUOTES)):
        yield "quoted=the act"
    yield f"asks={reading.asks}"
    for i, node in enumerate(reading.nodes):
        if i < OPENING:
            yield f"word {i + 1}={label(node)}"
        if node.mention is None:
            yield f"word={skeleton(node.text)}"
