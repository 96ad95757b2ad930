"""
What a skill is made of: steps that the arm's drive plays, one after the other.

A skill is a generator. It yields a step, is told how the step ended, and returns the outcome.
It never looks at the clock or at people: the drive plays its steps more slowly, or not at
all, while someone is near.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from cobot_alloc.domain.failure import Failure
from cobot_alloc.sim.kinematics.chain import Joints
from cobot_alloc.sim.motion.requests import MotionPath, PlanFailure, PlannedPath
from cobot_alloc.sim.motion.trajectory import Trajectory


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Move:
    """
    Follow a trajectory.

    :ivar name: what it is for, in a word or two.
    :ivar is_lost: asked in every step; once true, the arm comes to rest on its path and the
        move ends. For a part in the grip that is watched on the way.
    :ivar adjust: returns the posture to command in place of the planned one, given that and
        the seconds of the step at the present speed; for what is led by a force.
    :ivar progress: of the whole task at the start and at the end of the move, 0 to 1.
    """

    name: str
    trajectory: Trajectory
    is_lost: Callable[[], bool] | None = None
    adjust: Callable[[Joints, float], Joints] | None = None
    progress: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wait:
    """
    Stay until something is so, or for ``limit_s`` at most.

    :ivar also_held: look, and count the time, also while the arm is held at a stop. For what
        a person does to an arm that stands still because they are near.
    """

    name: str
    until: Callable[[], bool]
    limit_s: float
    also_held: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Plan:
    """
    Have a way planned from the present posture; the arm stays where it is meanwhile.

    :ivar answer: what the planner found; there once the step has ended.
    """

    name: str
    paths: tuple[MotionPath, ...]
    answer: PlannedPath | PlanFailure | None = None


class StepEnd(Enum):
    """How a step ended."""

    DONE = 'done'
    TIMED_OUT = 'timed_out'  #: a Wait reached its limit
    LOST = 'lost'  #: a Move found ``is_lost``; the arm is at rest on its path


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a skill ended; no failure means that its steps were all done."""

    failure: Failure | None = None
    placement_error_m: float | None = None


Step: TypeAlias = Move | Wait | Plan
MotionProgram: TypeAlias = Generator[Step, StepEnd, Outcome]
