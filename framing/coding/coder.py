"""The coder: from the mentions of an article to its codes, unit by unit, with the passage kept in mind.

Rules find roles (`roles`), trained weights decide which of them stand and which are added (`weights`).
"""

import itertools
from collections.abc import Iterator

import pandas as pd

from framing import tables
from framing.coding import acts, mentions, roles, scope, sentence, telling, weights
from framing.coding.unit import Memory, Told, UnitReading

CODER = "rules+weights"
# A passage goes on being about ISIS for so many units after the last that named it or its men, or in which a rule
# found a role.
CARRY = 5
_MODALITY_ORDER = {"asserted": 0, "hedged": 1, "denied": 2}


def code(articles: pd.DataFrame, units: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Code the articles whose status is ok.

    Takes the tables `articles` and `units`; returns the tables `mentions` (references resolved) and `codes` (coder
    `CODER`), both checked. An article that names no actor or no ISIS is not read further.
    """
    columns = tables.empty("mentions").columns
    all_mentions, all_codes = [], []
    for text, rows, resolved in passages(articles, units):
        all_mentions += [{column: mention[column] for column in columns} for mention in resolved]
        for reading, told in read_article(text, rows, resolved):
            all_codes += codes_of(reading, told, weights.decide(reading, told))
    return tables.build(all_mentions, "mentions"), tables.build(all_codes, "codes")


def passages(articles: pd.DataFrame, units: pd.DataFrame) -> Iterator[tuple[str, list[dict], list[dict]]]:
    """Every article that names a party: its text, its units and its mentions, references resolved, all in order.

    The units are left empty where the article names no actor or no ISIS, so that nobody reads them.
    """
    named = mentions.find_mentions(articles, units)
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    by_article: dict[str, list[dict]] = {}
    for unit in units[units["article_id"].isin(named["article_id"])].to_dict("records"):
        by_article.setdefault(unit["article_id"], []).append(unit)
    for article_id, rows in itertools.groupby(named.to_dict("records"), key=lambda row: row["article_id"]):
        resolved = mentions.resolve(list(rows))
        kinds = {mention["kind"] for mention in resolved}
        yield texts[article_id], by_article[article_id] if {"isis", "actor"} <= kinds else [], resolved


def read_article(text: str, units: list[dict], resolved: list[dict]) -> Iterator[tuple[UnitReading, Told]]:
    """Every unit of one article as the rules read it, with what was told before; takes what `passages` gives."""
    last_isis, before, events, memory = None, [], {}, Memory()
    by_unit = {number: list(rows) for number, rows in itertools.groupby(resolved, key=lambda row: row["unit"])}
    for unit in units:
        own = by_unit.get(unit["unit"], [])
        named = any(mention["kind"] == "isis" for mention in own)
        carried = unit["kind"] == "body" and last_isis is not None and unit["unit"] - last_isis <= CARRY
        if carried and not named and scope.shifts(text[unit["start"] : unit["end"]]):
            carried, last_isis = False, None
        told_before = unit["kind"] == "body" and last_isis is not None
        hostile = told_before and any(mention["kind"] == "adversary" for mention in own)
        passage = roles.Passage(named, named or carried or hostile)
        reading = read_unit(text[unit["start"] : unit["end"]], unit, own, before, events, passage)
        yield reading, memory.take(reading)
        if named or reading.findings or (carried and hostile):
            last_isis = unit["unit"]
        before = [*before, *own][-8:]


def read_unit(
    text: str, unit: dict, own: list[dict], before: list[dict], events: dict, passage: roles.Passage
) -> UnitReading:
    """Read one unit; without an actor at hand or outside a passage about ISIS nothing is read but its mentions."""
    actor = any(m["kind"] == "actor" for m in own) or any(m["kind"] == "actor" for m in before)
    nodes = sentence.read(text, unit["start"], own) if passage.about and actor else []
    if not nodes:
        return UnitReading(unit, text, passage, own)
    found_acts = acts.find(nodes, before, events)
    found = roles.find_roles(nodes, found_acts, passage)
    inside = scope.wished(nodes)
    wished = [finding for finding in found if finding.role in ("opponent", "bystander") and inside[finding.at]]
    kept = [finding for finding in found if finding not in wished]
    return UnitReading(unit, text, passage, own, nodes, found_acts, kept, wished)


def codes_of(reading: UnitReading, told: Told, decided: list[roles.Finding]) -> list[dict]:
    """Rows of `codes` of a unit from the roles decided: at most one for each actor and role (codebook, unit)."""
    rows = []
    for row, at in by_scope(reading, decided):
        voice, modality = telling.decide(telling.features(reading, told, at, row))
        found = [finding for finding in decided if (finding.actor, finding.role) == (row["actor"], row["role"])]
        if all(finding.denied for finding in found):
            modality = "denied"  # a negated act is a denial, whatever stands around it
        rows.append({**row, "voice": voice, "modality": modality})
    return sorted(rows, key=lambda row: (tables.ACTORS.index(row["actor"]), tables.ROLES.index(row["role"])))


def by_scope(reading: UnitReading, decided: list[roles.Finding]) -> list[tuple[dict, int]]:
    """The same rows with voice and modality by the scopes of the cues alone, each with the node of its act."""
    if not decided:
        return []
    rows: dict[tuple[str, str], tuple[dict, int]] = {}
    scopes = reading.voices, scope.modalities(reading.nodes, asks=reading.asks)
    for finding in decided:
        row, key = _row(finding, reading.unit, reading.nodes, scopes), (finding.actor, finding.role)
        rows[key] = _merge(*rows[key], row, finding.at) if key in rows else (row, finding.at)
    return list(rows.values())


def _row(finding: roles.Finding, unit: dict, nodes: list[sentence.Node], scopes: tuple[list[str], list[str]]) -> dict:
    """A row of `codes` from a finding; `scopes` are voice and modality node by node."""
    spoken, mood = scopes
    modality = "denied" if finding.denied else mood[finding.at]
    if finding.presupposed and modality == "hedged":
        modality = "asserted"
    if finding.insinuated and modality == "asserted":
        modality = "hedged"
    if finding.role == "target" and modality == "asserted" and _isis_only_supposed(nodes, mood):
        modality = "hedged"
    places = [place for span in finding.spans for place in span if unit["start"] <= place <= unit["end"]]
    return {
        "article_id": unit["article_id"],
        "coder": CODER,
        "unit": unit["unit"],
        "actor": finding.actor,
        "role": finding.role,
        "proxy": finding.proxy,
        "modality": modality,
        "voice": finding.voice or spoken[finding.at],
        "start": min(places),
        "end": max(places),
        "rule": finding.rule,
    }


def _isis_only_supposed(nodes: list[sentence.Node], mood: list[str]) -> bool:
    """ISIS stands in the unit under a hedge alone: gunmen thought to be of it (codebook, modality)."""
    isis = [mood[i] for i, node in enumerate(nodes) if node.mention is not None and node.mention["kind"] == "isis"]
    return bool(isis) and all(m == "hedged" for m in isis)


def _merge(old: dict, old_at: int, new: dict, new_at: int) -> tuple[dict, int]:
    """Two pieces of evidence for one code: the actor itself, the assertion and the outlet's own voice win; the node is
    that of the evidence whose modality stands."""
    stays = _MODALITY_ORDER[old["modality"]] <= _MODALITY_ORDER[new["modality"]]
    voice = "outlet" if "outlet" in (old["voice"], new["voice"]) else "source"
    merged = {**(old if stays else new), "proxy": min(old["proxy"], new["proxy"]), "voice": voice}
    return merged, old_at if stays else new_at
