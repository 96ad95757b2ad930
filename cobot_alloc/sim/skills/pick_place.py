"""
Take a part from one location to another.

Where a belt or a tray brings the part, the arm waits for it; where one takes it away, it is
delivered once it rides there.
"""

from __future__ import annotations

from cobot_alloc.domain.codes import SkillCode
from cobot_alloc.domain.failure import Failure
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Outcome
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.skills.carrying import carry
from cobot_alloc.sim.skills.conveying import arrival, no_room, not_coming, room, undelivered
from cobot_alloc.sim.skills.handling import (
    begin_empty_handed,
    place_of,
    too_heavy,
    unknown_names,
    unready,
    withdraw,
)
from cobot_alloc.sim.skills.transfer import paths_from_home
from cobot_alloc.sim.world import ToolKind


def run(site: ArmSite, task: Task) -> MotionProgram:
    """Do the task, from its preconditions to the posture at home."""
    problem = yield from begin_empty_handed(site, task)
    if problem is None:
        problem = unmet(site, task)
    if problem is not None:
        return Outcome(failure=problem)
    source, target = place_of(site, task.source), place_of(site, task.target)
    problem = yield from arrival(site, task.part, source)
    problem = problem or (yield from room(site, task.part, target))
    if problem is not None:
        return Outcome(failure=problem)
    return (
        yield from carry(
            site,
            task,
            target,
            unready=lambda: unready(site, task),
            paths=lambda: paths_from_home(site, task.part, target),
            judge=lambda: unproven(site, task),
        )
    )


def unmet(site: ArmSite, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    return (
        unknown_names(site, task.part, task.source, task.target)
        or too_heavy(site, task)
        or not_coming(site, task.part, place_of(site, task.source))
        or no_room(site, task.part, place_of(site, task.target))
    )


def unproven(site: ArmSite, task: Task) -> Failure | None:
    """Return what is wrong with where the part is, as measured now."""
    return undelivered(site, task.part, place_of(site, task.target))


SKILL = Skill(
    name=SkillCode.PICK_PLACE,
    tools=frozenset({ToolKind.SUCTION, ToolKind.TWO_FINGER}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
