"""What every skill offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.routine import Routine
from cobot_alloc.sim.arms.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """
    One skill.

    :ivar run: does a task, from preconditions to the posture at home.
    :ivar withdraw: ends a task that was stopped anywhere on its way, leaving things in
        order. The arm is at rest when it starts; the detail of its outcome says where the
        part is.
    """

    name: str
    run: Callable[[Site, Task], Routine]
    withdraw: Callable[[Site, Task], Routine]
