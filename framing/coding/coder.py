"""The rule coder: from the mentions of an article to its codes, unit by unit, with the passage kept in mind."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from framing import tables
from framing.coding import acts, mentions, roles, scope, sentence
from framing.coding.acts import Act

CODER = "rules"
# A passage goes on being about ISIS for so many units after the last that named it or its men, or was coded.
CARRY = 3
_MODALITY_ORDER = {"asserted": 0, "hedged": 1, "denied": 2}


def code(articles: pd.DataFrame, units: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Code the articles whose status is ok.

    Takes the tables `articles` and `units`; returns the tables `mentions` (references resolved) and `codes` (coder
    "rules"), both checked. An article that names no actor or no ISIS is not read further.
    """
    named = mentions.find_mentions(articles, units)
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    by_article: dict[str, list[dict]] = {}
    for unit in units[units["article_id"].isin(named["article_id"])].to_dict("records"):
        by_article.setdefault(unit["article_id"], []).append(unit)
    all_mentions, all_codes = [], []
    for article_id, rows in itertools.groupby(named.to_dict("records"), key=lambda row: row["article_id"]):
        resolved = mentions.resolve(list(rows))
        all_mentions += resolved
        kinds = {mention["kind"] for mention in resolved}
        if "isis" in kinds and "actor" in kinds:
            all_codes += code_article(texts[article_id], by_article[article_id], resolved)
    columns = tables.empty("mentions").columns
    return tables.build([{c: m[c] for c in columns} for m in all_mentions], "mentions"), tables.build(
        all_codes, "codes"
    )


def code_article(
    text: str, units: list[dict], resolved: list[dict], watch: Callable[["UnitReading"], None] | None = None
) -> list[dict]:
    """Codes of one article: its text, its units and its resolved mentions, all in order; `watch` sees each unit."""
    codes, last_isis, before, events = [], None, [], {}
    by_unit = {number: list(rows) for number, rows in itertools.groupby(resolved, key=lambda row: row["unit"])}
    for unit in units:
        own = by_unit.get(unit["unit"], [])
        named = any(mention["kind"] == "isis" for mention in own)
        carried = unit["kind"] == "body" and last_isis is not None and unit["unit"] - last_isis <= CARRY
        if carried and not named and scope.shifts(text[unit["start"] : unit["end"]]):
            carried, last_isis = False, None
        passage = roles.Passage(named, named or carried)
        reading = read_unit(text[unit["start"] : unit["end"]], unit, own, before, events, passage)
        found = _rows(reading)
        if watch is not None:
            watch(reading)
        codes += found
        adversary = carried and any(mention["kind"] == "adversary" for mention in own)
        if named or found or adversary:
            last_isis = unit["unit"]
        before = [*before, *own][-8:]
    return codes


@dataclass(frozen=True)
class UnitReading:
    """One unit as it was read: `findings` are the roles kept, `wished` those of a fight that is only called for."""

    unit: dict
    passage: roles.Passage
    mentions: list[dict]
    nodes: list[sentence.Node] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    findings: list[roles.Finding] = field(default_factory=list)
    wished: list[roles.Finding] = field(default_factory=list)
    voices: list[str] = field(default_factory=list)
    modalities: list[str] = field(default_factory=list)


def read_unit(
    text: str, unit: dict, own: list[dict], before: list[dict], events: dict, passage: roles.Passage
) -> UnitReading:
    """Read one unit; without an actor at hand or outside a passage about ISIS nothing is read but its mentions."""
    actor = any(m["kind"] == "actor" for m in own) or any(m["kind"] == "actor" for m in before)
    nodes = sentence.read(text, unit["start"], own) if passage.about and actor else []
    if not nodes:
        return UnitReading(unit, passage, own)
    found_acts = acts.find(nodes, before, events)
    found = roles.find_roles(nodes, found_acts, passage)
    if not found:
        return UnitReading(unit, passage, own, nodes, found_acts)
    inside = scope.wished(nodes)
    wished = [finding for finding in found if finding.role in ("opponent", "bystander") and inside[finding.at]]
    kept = [finding for finding in found if finding not in wished]
    moods = scope.modalities(nodes, asks=scope.asks(text))
    return UnitReading(unit, passage, own, nodes, found_acts, kept, wished, scope.voices(nodes), moods)


def _rows(reading: UnitReading) -> list[dict]:
    """Rows of `codes` of a unit: at most one for each actor and role (codebook, unit)."""
    rows: dict[tuple[str, str], dict] = {}
    for finding in reading.findings:
        row = _row(finding, reading.unit, reading.nodes, (reading.voices, reading.modalities))
        key = (finding.actor, finding.role)
        rows[key] = _merge(rows[key], row) if key in rows else row
    return [rows[key] for key in sorted(rows, key=lambda k: (tables.ACTORS.index(k[0]), tables.ROLES.index(k[1])))]


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


def _merge(old: dict, new: dict) -> dict:
    """Two pieces of evidence for one code: the actor itself, the assertion and the outlet's own voice win."""
    first = min(old, new, key=lambda row: _MODALITY_ORDER[row["modality"]])
    return {
        **first,
        "proxy": min(old["proxy"], new["proxy"]),
        "voice": "outlet" if "outlet" in (old["voice"], new["voice"]) else "source",
    }
