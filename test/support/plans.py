"""What a planner answered, which has to be of one kind."""

from __future__ import annotations

from cobot_alloc.sim.motion.query import Blocked, Found


def as_found(answer: Found | Blocked) -> Found:
    """Return an answer that must be a plan."""
    assert isinstance(answer, Found), answer
    return answer


def as_blocked(answer: Found | Blocked) -> Blocked:
    """Return an answer that must say why there is none."""
    assert isinstance(answer, Blocked), answer
    return answer
