"""Forecasts: what an agent is expected to need for a task, kept with the decision."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.changeover import Changeover


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """
    What was expected of an agent at a task.

    :ivar work_s: expected duration; 90 % of runs are expected from ``low_s`` to ``high_s``.
        0 where nothing was kept.
    :ivar success: expected probability that the attempt succeeds.
    :ivar exceptions_per_h: questions to a person expected in an hour of such work.
    :ivar energy_j: electrical, expected.
    :ivar runs: of this agent, that this was learned from.
    :ivar changeover: before the work, whose figures are without it.
    """

    work_s: float = 0.0
    low_s: float = 0.0
    high_s: float = 0.0
    success: float = 0.0
    exceptions_per_h: float = 0.0
    energy_j: float = 0.0
    runs: int = 0
    changeover: Changeover = Changeover()
