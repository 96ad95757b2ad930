"""What a planner answered, which has to be of one kind."""

from __future__ import annotations

from cobot_alloc.sim.motion.requests import PlanFailure, PlannedPath


def as_found(answer: PlannedPath | PlanFailure) -> PlannedPath:
    """Return an answer that must be a plan."""
    assert isinstance(answer, PlannedPath), answer
    return answer


def as_blocked(answer: PlannedPath | PlanFailure) -> PlanFailure:
    """Return an answer that must say why there is none."""
    assert isinstance(answer, PlanFailure), answer
    return answer
