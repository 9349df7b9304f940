"""One unit as it was read, and what its article told before it: what every later step looks at."""

from dataclasses import dataclass, field

from framing.coding import register
from framing.coding.acts import Act
from framing.coding.roles import Finding, Passage
from framing.coding.sentence import Node

# What was told is remembered for so many units; ISIS that was never named counts as far away.
MEMORY = 4
NEVER = 9


@dataclass(frozen=True)
class UnitReading:
    """One unit as the rules read it: `text` is the unit as printed, `findings` are the roles that a rule gave,
    `wished` those of a fight that is only called for."""

    unit: dict
    text: str
    passage: Passage
    mentions: list[dict]
    nodes: list[Node] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    wished: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """What the article told before a unit, distances in units: since ISIS was named (`since`), since each actor was
    named (`actors`, with its last mention), since a rule gave an actor a role (`roles`); `share` is the part of the
    units so far that name ISIS, `last` are the actors named in the unit right before, in order, `before` is that
    unit; `register` is that of all units so far (`framing.coding.register`)."""

    since: int
    share: float
    actors: dict[str, tuple[int, dict]]
    roles: dict[tuple[str, str], int]
    last: list[str]
    before: UnitReading | None
    register: float

    @property
    def press(self) -> bool:
        """The article reads like the daily press rather than like reports of the war."""
        return self.register > 0


class Memory:
    """Gathers, unit by unit, what an article has told."""

    def __init__(self) -> None:
        self._units, self._named, self._isis = 0, 0, None
        self._actors: dict[str, tuple[int, dict]] = {}
        self._roles: dict[tuple[str, str], int] = {}
        self._last: list[str] = []
        self._before: UnitReading | None = None
        self._words, self._weight = 0, 0.0

    def before(self, unit: int, text: str, named: bool) -> Told:
        """What was told before unit number `unit`, whose text counts for the register; `named`: it names ISIS."""
        words, weight = register.weigh(text)
        self._words, self._weight = self._words + words, self._weight + weight
        since = 0 if named else NEVER if self._isis is None else min(unit - self._isis, MEMORY)
        return Told(
            since,
            (self._named + named) / (self._units + 1),
            {actor: (unit - u, mention) for actor, (u, mention) in self._actors.items() if unit - u <= MEMORY},
            {key: unit - u for key, u in self._roles.items() if unit - u <= MEMORY},
            self._last,
            self._before,
            self._weight / self._words if self._words else 0.0,
        )

    def add(self, reading: UnitReading) -> None:
        """Remember a unit."""
        number, named = reading.unit["unit"], any(mention["kind"] == "isis" for mention in reading.mentions)
        self._units, self._named = self._units + 1, self._named + named
        self._isis = number if named else self._isis
        self._roles |= {(finding.actor, finding.role): number for finding in reading.findings}
        named_actors = [mention for mention in reading.mentions if mention["kind"] == "actor"]
        self._actors |= {mention["actor"]: (number, mention) for mention in named_actors}
        self._last, self._before = [mention["actor"] for mention in named_actors], reading
