"""The port of the background planner, and what stands in for it where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningWork:
    """
    What a planner does for a problem where it is counted and not timed: the same on any machine.

    :ivar steps: of its local search.
    :ivar repairs: parts of the schedule that it then lets loose and repairs, one after another.
    :ivar work: of the solver for each of them, in its own measure.
    """

    steps: int = 500
    repairs: int = 2
    work: float = 0.01


class Planner(Protocol):
    """
    Improves a schedule while the cell goes on.

    :ivar absence: why nothing will ever be found, a sentence; empty where it can plan.
    """

    @property
    def absence(self) -> str: ...

    def start(self, problem: SchedulingProblem, incumbent: Schedule) -> None:
        """Work on a problem, from a schedule of it; what was worked on before is given up."""

    def has_ended(self, within_s: float) -> bool:
        """
        Tell whether the search has come to its end, or will in so many wall-clock seconds.

        The only call that waits.
        """

    def poll(self) -> Schedule | None:
        """
        Return the best schedule found since the last call, or None.

        It is better than the incumbent that the work was started with, and belongs to the
        latest problem.
        """

    def cancel(self) -> None:
        """Give up what is being worked on."""

    def close(self) -> None:
        """End for good."""


class DispatchOnly:
    """No planner: the dispatch pass decides alone."""

    def __init__(self, absence: str) -> None:
        """Remember why there is no planner."""
        self.absence = absence

    def start(self, problem: SchedulingProblem, incumbent: Schedule) -> None:
        """Leave the incumbent as it is."""

    def has_ended(self, within_s: float) -> bool:  # noqa: ARG002 - as its port has it
        """Tell that there is nothing to wait for."""
        return True

    def poll(self) -> Schedule | None:
        """Return nothing."""
        return None

    def cancel(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
