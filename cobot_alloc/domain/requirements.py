"""Requirements: what a cell asks of whoever works in it, beside what the task itself asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import math

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.setup_rules import FamilyRule, SetupRule


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRule:
    """A person needs this certificate for the skill."""

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    skill: str
    certificate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRule:
    """An arm needs one of these tools for the skill."""

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    skill: str
    tools: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """
    A time in which an agent does no work: a break, the end of a shift, maintenance.

    :ivar from_s: cell time; ``until_s`` likewise.
    :ivar every_s: it comes again after so long; 0: it does not.
    :ivar reason: for people, after "is away: ".
    """

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    agent: AgentId
    from_s: float
    until_s: float
    every_s: float = 0.0
    reason: str = 'break'

    def __post_init__(self) -> None:
        """Refuse a time that is none."""
        if not (math.isfinite(self.from_s) and self.from_s >= 0):
            raise ValueError(f'from_s must be a number >= 0, got {self.from_s}')
        if not (math.isfinite(self.until_s) and self.until_s > self.from_s):
            raise ValueError(f'until_s must be after from_s ({self.from_s}), got {self.until_s}')
        length = self.until_s - self.from_s
        if self.every_s and not (math.isfinite(self.every_s) and self.every_s > length):
            raise ValueError(f'every_s must be 0 or longer than it lasts, got {self.every_s}')

    def next(self, now_s: float) -> tuple[float, float] | None:
        """Return from when to when it is or will be next; None if it is over."""
        if now_s < self.until_s:
            return (self.from_s, self.until_s)
        if not self.every_s:
            return None
        times = math.floor((now_s - self.until_s) / self.every_s) + 1
        return (self.from_s + times * self.every_s, self.until_s + times * self.every_s)

    def times(self, now_s: float, until_s: float) -> Iterator[tuple[float, float]]:
        """Yield when it is, from now on and until then, at most a thousand times."""
        time = self.next(now_s)
        for _ in range(1000):
            if time is None or time[0] >= until_s:
                return
            yield time
            time = self.next(time[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyBudget:
    """How much an arm may draw in each hour of cell time, joules."""

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    agent: AgentId
    joules_per_hour: float

    def __post_init__(self) -> None:
        """Refuse a budget with which nothing could be done."""
        if not self.joules_per_hour > 0:
            raise ValueError(f'joules_per_hour must be > 0, got {self.joules_per_hour}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """
    What a cell asks of whoever works in it.

    :ivar hazards: the hazard classes that the cell knows; an order with another is refused.
        Empty: any word is one. Work of any class is never a person's.
    :ivar families: which tasks need the same setup; the first that matches counts.
    :ivar setups: how long changes of setup take; likewise.
    """

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    hazards: tuple[str, ...] = ()
    certificates: tuple[CertificateRule, ...] = ()
    tools: tuple[ToolRule, ...] = ()
    families: tuple[FamilyRule, ...] = ()
    setups: tuple[SetupRule, ...] = ()
    absences: tuple[Absence, ...] = ()
    energy_budgets: tuple[EnergyBudget, ...] = ()

    def windows(
        self, agent_id: AgentId, now_s: float, ahead_s: float
    ) -> tuple[tuple[float, float], ...]:
        """Return the times from now on in which an agent is there; none: at all times."""
        away = sorted(
            time
            for absence in self.absences
            if absence.agent == agent_id
            for time in absence.times(now_s, now_s + ahead_s)
        )
        if not away:
            return ()
        found, free_from_s = [], now_s
        for from_s, until_s in (*away, (math.inf, math.inf)):
            if from_s > free_from_s:
                found.append((free_from_s, min(from_s, now_s + 2.0 * ahead_s)))
            free_from_s = max(free_from_s, until_s)
        return tuple(found)
