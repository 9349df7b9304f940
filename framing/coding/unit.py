"""One unit as it was read, and what its article told before it: what every later step looks at."""

from dataclasses import dataclass, field
from functools import cached_property

from framing.coding import register, scope
from framing.coding.roles import Finding, Passage
from framing.coding.scene import Act
from framing.coding.sentence import Node

# What was told is remembered for so many units; ISIS that was never named counts as far away.
MEMORY = 4
NEVER = 9
# From here on the register is that of the daily press. Real reports of the war stand nearer to it than the exercises
# of the training sets do, and are not to be taken for it.
PRESS = 0.1


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

    @cached_property
    def voices(self) -> list[str]:
        """The voice of each node by the scopes of the cues; asked for only where a code is told."""
        return scope.voices(self.nodes)

    @cached_property
    def asks(self) -> bool:
        """It is a question."""
        return scope.asks(self.text)

    def by_rule(self, actor: str, role: str) -> list[Finding]:
        """What the rules found for an actor and a role, also in a fight that is only called for."""
        return [found for found in (*self.findings, *self.wished) if (found.actor, found.role) == (actor, role)]


@dataclass(frozen=True)
class Told:
    """What the article told up to a unit, distances in units: since ISIS was named (`since`, 0 where the unit names
    it), since each actor was named before (`actors`, with its last mention), since a rule gave an actor a role before
    (`roles`). `share` is the part of the units so far, this one included, that name ISIS, `register` their register
    (`framing.coding.register`); `last` are the actors named in the unit right before, in order, `before` is that unit.
    """

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
        return self.register > PRESS


class Memory:
    """Gathers, unit by unit, what an article has told."""

    def __init__(self) -> None:
        self._units, self._named, self._isis = 0, 0, None
        self._words, self._weight = 0, 0.0
        self._actors: dict[str, tuple[int, dict]] = {}
        self._roles: dict[tuple[str, str], int] = {}
        self._last: list[str] = []
        self._before: UnitReading | None = None

    def take(self, reading: UnitReading) -> Told:
        """What was told before a unit, which is remembered for those behind it."""
        number = reading.unit["unit"]
        words, weight = register.weigh(reading.text)
        self._units, self._named = self._units + 1, self._named + reading.passage.named
        self._words, self._weight = self._words + words, self._weight + weight
        self._isis = number if reading.passage.named else self._isis
        told = Told(
            NEVER if self._isis is None else min(number - self._isis, MEMORY),
            self._named / self._units,
            {actor: (number - at, mention) for actor, (at, mention) in self._actors.items() if number - at <= MEMORY},
            {key: number - at for key, at in self._roles.items() if number - at <= MEMORY},
            self._last,
            self._before,
            self._weight / self._words if self._words else 0.0,
        )
        named = [mention for mention in reading.mentions if mention["kind"] == "actor"]
        self._actors |= {mention["actor"]: (number, mention) for mention in named}
        self._roles |= {(finding.actor, finding.role): number for finding in reading.findings}
        self._last, self._before = [mention["actor"] for mention in named], reading
        return told
