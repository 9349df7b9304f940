"""What a unit is read into: its acts, what hangs on each, and the scene in which they stand."""

from dataclasses import dataclass, field

from framing.arabic import OURS, PRONOUNS
from framing.coding.sentence import Node, Reading


@dataclass
class Argument:
    """What hangs on an act: its marking preposition ("" for none, `by` and `with` for agent markers), the parties
    named, the number of the act if it is one, the words before them (`lead`), the pronoun if it is only that, and
    whether a possessive ل links it to its lead (مواقع للنظام). Without party, act and pronoun it is a noun phrase that
    names nobody known."""

    marker: str
    at: int
    parties: list[dict] = field(default_factory=list)
    act: int | None = None
    lead: list[str] = field(default_factory=list)
    pronoun: str = ""
    possessive: bool = False


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
        return self.reading.back if self.reading.back in PRONOUNS or self.reading.back == OURS else ""

    @property
    def markers(self) -> list[str]:
        """What marks its patient: prepositions, `direct` for the bare object."""
        return [marker.rstrip("!") for marker in self.reading.row.patient.split("|") if marker]


@dataclass
class Scene:
    """One unit as it is read: its nodes, its acts, `at` from node to act, the parties of earlier units (the nearest
    last), and `events`, who did what in the article so far."""

    nodes: list[Node]
    before: list[dict]
    events: dict[str, list[dict]]
    acts: list[Act] = field(default_factory=list)
    at: dict[int, int] = field(default_factory=dict)
    topic: list[dict] = field(default_factory=list)
