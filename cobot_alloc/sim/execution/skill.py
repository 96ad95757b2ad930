"""What every skill offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cobot_alloc.domain.codes import SkillCode
from cobot_alloc.domain.failure import Failure
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram
from cobot_alloc.sim.world import ToolKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """
    One skill: everything about it is declared here.

    :ivar tools: what an arm needs one of.
    :ivar unmet: measures the preconditions; returns the first that does not hold. Asked
        before the first motion.
    :ivar run: the steps, from home to home.
    :ivar unproven: measures the postconditions; returns the first that does not hold. Asked
        at the very moment at which a task is about to be reported as done.
    :ivar withdraw: ends a task that was stopped anywhere on its way, leaving things in
        order. The arm is at rest when it starts; the detail of its outcome says where the
        part is.
    """

    name: SkillCode
    tools: frozenset[ToolKind]
    unmet: Callable[[ArmSite, Task], Failure | None]
    run: Callable[[ArmSite, Task], MotionProgram]
    unproven: Callable[[ArmSite, Task], Failure | None]
    withdraw: Callable[[ArmSite, Task], MotionProgram]
