"""A schedule: who does what, in which mode, from when to when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """
    One operation in a schedule, in seconds of cell time.

    :ivar mode: index into the operation's modes.
    :ivar not_before_s: until when it waits for a cleaner hour; None: it does not.
    """

    task_id: str
    mode: int
    agents: tuple[str, ...]
    start_s: float
    end_s: float
    not_before_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """
    A placement for every operation of a problem.

    :ivar cost_s: by the problem's policy, in seconds.
    :ivar origin: what found it, for explanations.
    """

    placements: Mapping[str, Placement]
    cost_s: float
    origin: str

    @property
    def makespan_s(self) -> float:
        """When the last operation ends; 0 if there is none."""
        return max((placement.end_s for placement in self.placements.values()), default=0.0)

    def of_agent(self, agent_id: str) -> list[Placement]:
        """Return what an agent does, in order."""
        mine = [p for p in self.placements.values() if agent_id in p.agents]
        return sorted(mine, key=lambda p: (p.start_s, p.end_s))
