"""
Hold a part where a person works on it, at rest, until the work is done.

Nobody says that it is: what counts is for how long a hand was at the part, in all. The person
is in the arm's stop zone by intention; the arm stands still, and goes on when it may.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Outcome, Step, StepEnd, Wait
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.kinematics.poses import after, inverse
from cobot_alloc.sim.motion.requests import MotionPath, Segment
from cobot_alloc.sim.skills.carrying import deliver, path_to_part, take_up
from cobot_alloc.sim.skills.conveying import arrival, no_room, not_coming, room, undelivered
from cobot_alloc.sim.skills.handling import (
    after_drop,
    begin_empty_handed,
    failed,
    gripper_of,
    not_at,
    occupied,
    place_of,
    put_back,
    settled,
    too_heavy,
    unfit,
    unknown_names,
    withdraw,
)
from cobot_alloc.sim.skills.transfer import paths_from_home, paths_with_part
from cobot_alloc.sim.skills.travel import travel
from cobot_alloc.sim.skills.workplace import station_of
from cobot_alloc.sim.stations.workhold import Workhold
from cobot_alloc.sim.world import ToolKind

HOLD_STILL = 'hold still'  #: the step in which it does; an arm shows its step to whoever is there


def run(site: ArmSite, task: Task) -> MotionProgram:
    """Do the task, from its preconditions to the posture at home."""
    problem = yield from begin_empty_handed(site, task)
    problem = problem or unmet(site, task)
    if problem is None:
        problem = yield from arrival(site, task.part, place_of(site, task.source))
    if problem is not None:
        return Outcome(failure=problem)
    target = place_of(site, task.target)
    moves = yield from path_to_part(
        site,
        task,
        unready=lambda: unmet(site, task) or not_at(site, task.part, place_of(site, task.source)),
        paths=lambda: _paths(site, task),
    )
    if isinstance(moves, Failure):
        return Outcome(failure=moves)
    ended = yield from take_up(site, task, moves[:3], target)
    if ended is not None:
        return ended
    if (yield moves[3]) is StepEnd.LOST:
        return (yield from after_drop(site, task, target))
    yield settled(site, 'come to rest')
    problem = yield from _hold(site, task)
    if gripper_of(site).has_lost():
        return (yield from after_drop(site, task, target))
    if problem is not None:
        return (yield from put_back(site, task, problem))
    return (yield from _set_down(site, task))


def unmet(site: ArmSite, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    workhold = site.stations.find(task.station, Workhold)
    if workhold is None:
        return unfit(FailureCode.STATION_UNKNOWN, f'the cell has no workhold {task.station!r}')
    problem = unknown_names(site, task.part, task.source, task.target) or too_heavy(site, task)
    if problem is None and workhold.is_done(task.part):
        problem = unfit(
            FailureCode.ALREADY_DONE, f'{task.station}: {workhold.progress(task.part)}'
        )
    return (
        problem
        or not_coming(site, task.part, place_of(site, task.source))
        or no_room(site, task.part, place_of(site, task.target))
    )


def unproven(site: ArmSite, task: Task) -> Failure | None:
    """Return what is wrong with the work, or with where the part is, as measured now."""
    workhold = station_of(site, task, Workhold)
    if not workhold.is_done(task.part):
        return _unfinished(Phase.POSTCONDITION, task, workhold)
    return undelivered(site, task.part, place_of(site, task.target))


def _hold(site: ArmSite, task: Task) -> Generator[Step, StepEnd, Failure | None]:
    """Hold still while the part is worked on; return why that came to no end."""
    workhold, gripper, part = station_of(site, task, Workhold), gripper_of(site), task.part
    period_s = 1.0 / site.world.control_hz
    at_first_s = workhold.worked_s(part)

    def is_over() -> bool:
        workhold.add_work(part, period_s)
        return gripper.has_lost() or workhold.is_done(part)

    patience_s = workhold.spec.patience_s
    while True:
        so_far_s = workhold.worked_s(part)
        wait = Wait(name=HOLD_STILL, until=is_over, limit_s=patience_s, also_held=True)
        if (yield wait) is StepEnd.DONE:
            return None
        if workhold.worked_s(part) == so_far_s:
            break
    if so_far_s > at_first_s:
        return _unfinished(Phase.EXECUTION, task, workhold)
    detail = f'nobody worked on {part} at {task.station} in {patience_s:.0f} s'
    return failed(Phase.EXECUTION, FailureCode.NOBODY_CAME, detail)


def _set_down(site: ArmSite, task: Task) -> MotionProgram:
    """Bring the part from where it is held to its target, and go home."""
    target = place_of(site, task.target)
    problem = yield from room(site, task.part, target)
    problem = problem or occupied(site, task.part, target)
    if problem is not None:
        return (yield from put_back(site, task, replace(problem, phase=Phase.EXECUTION)))
    trip = yield from travel(site, paths_with_part(site, task.part, target), task=task)
    if isinstance(trip, Failure):
        return (yield from put_back(site, task, trip))
    return (yield from deliver(site, task, trip.moves, target, judge=lambda: unproven(site, task)))


def _paths(site: ArmSite, task: Task) -> tuple[MotionPath, ...]:
    """Return the ways to take the part up, to where it is held, to its target, and home."""
    held = station_of(site, task, Workhold).pose

    def via_hold(path: MotionPath) -> MotionPath:
        grasp = path[3].grasp
        assert grasp is not None, 'the fourth leg carries the part'
        there = after(held, inverse(grasp.part_in_tool))
        return (
            *path[:3],
            Segment(name='bring', to=there, tool=grasp.tool, grasp=grasp),
            *path[3:],
        )

    return tuple(map(via_hold, paths_from_home(site, task.part, place_of(site, task.target))))


def _unfinished(phase: Phase, task: Task, workhold: Workhold) -> Failure:
    detail = f'{task.station}: {workhold.progress(task.part)}'
    return failed(phase, FailureCode.WORK_UNFINISHED, detail)


SKILL = Skill(
    name=SkillCode.HOLD,
    tools=frozenset({ToolKind.SUCTION, ToolKind.TWO_FINGER}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
