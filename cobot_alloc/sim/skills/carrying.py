"""Take a part up, weigh it, bring it somewhere, set it down."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.scale import Scale
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Move, Outcome, Step, StepEnd, Wait
from cobot_alloc.sim.motion.requests import MotionPath
from cobot_alloc.sim.skills.handling import (
    after_drop,
    carry_to_end,
    failed,
    GRIP_S,
    gripper_of,
    no_grasp,
    not_home,
    play,
    REST_S,
    settled,
)
from cobot_alloc.sim.skills.transfer import paths_back
from cobot_alloc.sim.skills.travel import go_home, travel
from cobot_alloc.sim.world import LocationSpec


def carry(
    site: ArmSite,
    task: Task,
    target: LocationSpec,
    *,
    unready: Callable[[], Failure | None],
    paths: Callable[[], tuple[MotionPath, ...]],
    judge: Callable[[], Failure | None],
) -> MotionProgram:
    """
    Plan how to bring the part to a target, wait until the way is free, bring it, and go home.

    :param unready: asked before and after planning: why it cannot be done now.
    :param paths: as ``transfer.paths_from_home``; asked anew if the part was moved meanwhile.
    :param judge: measures what became of it, when it has come to rest and the arm is clear.
    """
    moves = yield from path_to_part(site, task, unready=unready, paths=paths)
    if isinstance(moves, Failure):
        return Outcome(failure=moves)
    ended = yield from take_up(site, task, moves[:3], target)
    return ended or (yield from deliver(site, task, moves[3:], target, judge=judge))


def deliver(
    site: ArmSite,
    task: Task,
    moves: Sequence[Move],
    target: LocationSpec,
    *,
    judge: Callable[[], Failure | None],
) -> MotionProgram:
    """Carry what is in the grip to its place, let it go there, look at it, and go home."""
    part = task.part
    if (yield from carry_to_end(site, moves)) is StepEnd.LOST:
        return (yield from after_drop(site, task, target))
    retreat, home = (move for move in moves if move.is_lost is None)
    yield retreat
    # What rides away on a belt is where it should be and never at rest.
    yield Wait(
        name='look',
        until=lambda: site.parts.is_at_rest(part) or judge() is None,
        limit_s=REST_S,
    )
    error_m = site.parts.distance_m(part, target) if site.parts.is_at_rest(part) else None
    problem = judge()
    yield home
    return Outcome(failure=problem, placement_error_m=error_m)


def path_to_part(
    site: ArmSite,
    task: Task,
    *,
    unready: Callable[[], Failure | None],
    paths: Callable[[], tuple[MotionPath, ...]],
) -> Generator[Step, StepEnd, Sequence[Move] | Failure]:
    """Plan ways that begin with a part to be taken up, and wait until one is free."""
    while True:
        problem = unready()
        if problem is not None:
            return problem
        found = paths()
        if not found:
            return no_grasp(site, task)
        seen = site.parts.pose(task.part)
        trip = yield from travel(site, found, task=task)
        # The cell may have changed while the way was planned, or was not free.
        problem = unready()
        if isinstance(trip, Failure):
            return problem or trip
        if problem is None and site.parts.has_stayed(task.part, seen):
            return trip.moves


def take_up(
    site: ArmSite, task: Task, moves: Sequence[Move], target: LocationSpec
) -> Generator[Step, StepEnd, Outcome | None]:
    """
    Grip the part and lift it; return how the task ended if that came to nothing.

    :param moves: approach, lower and lift.
    :param target: where the part is to be brought; told if it is lost.
    """
    approach, lower, lift = moves
    yield from play((approach, lower))
    yield settled(site, 'grip')
    part, gripper = task.part, gripper_of(site)
    seat = site.body.tool_pose(gripper.kind)
    gripper.close(part)
    yield Wait(name='grip', until=gripper.is_settled, limit_s=GRIP_S)
    if not gripper.is_holding():
        gripper.open()
        stuck = yield from go_home(site, task=task)
        where = site.whereabouts.describe(part)
        detail = f'nothing in the grip where {part} was planned to be: it is {where}'
        return Outcome(
            failure=failed(Phase.EXECUTION, FailureCode.GRIP_FAILED, detail + not_home(stuck))
        )
    too_much = yield from _lift(site, lift)
    if gripper.has_lost():
        return (yield from after_drop(site, task, target))
    return (yield from _set_back(site, task, seat, too_much)) if too_much else None


def _lift(site: ArmSite, lift: Move) -> Generator[Step, StepEnd, str]:
    """Lift what was gripped; come to rest and say what it weighs if that is too much."""
    gripper, limit_kg = gripper_of(site), site.spec.payload_kg
    scale = Scale(site.body, gripper.kind)
    try:
        watched = replace(lift, is_lost=lambda: gripper.has_lost() or scale.is_above(limit_kg))
        if (yield watched) is StepEnd.DONE or gripper.has_lost():
            return ''
        yield settled(site, 'weigh')
        return scale.describe()
    finally:
        scale.close()


def _set_back(site: ArmSite, task: Task, seat: Pose, weight: str) -> MotionProgram:
    """Set down again what is too heavy, where it was taken up, and go home."""
    part = task.part
    trip = yield from travel(site, paths_back(site, part, seat), task=task)
    if isinstance(trip, Failure):
        where = f'still in the grip: {trip.detail}'
    elif (yield from carry_to_end(site, trip.moves)) is StepEnd.LOST:
        gripper_of(site).open()
        stuck = yield from go_home(site, task=task)
        where = f'{site.whereabouts.describe(part)}: it left the grip{not_home(stuck)}'
    else:
        yield from play(move for move in trip.moves if move.is_lost is None)
        where = site.whereabouts.describe(part)
    limit = f'the arm lifts {site.spec.payload_kg:.2f} kg'
    detail = f'{part} weighs {weight}; {limit}; it is {where}'
    return Outcome(failure=failed(Phase.EXECUTION, FailureCode.TOO_HEAVY, detail))
