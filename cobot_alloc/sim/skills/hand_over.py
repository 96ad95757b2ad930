"""
Bring a part to a person's hand, at rest, and let it go when it is taken.

Nobody says that the part is being taken: the arm feels it, as a pull that lasts. The person is
in the arm's stop zone by intention; the arm stands still, and all it does is open its gripper.
It goes home when it may.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from math import dist

from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.force_sense import PullSense
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Move, Outcome, Step, StepEnd, Wait
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.skills.carrying import path_to_part, take_up
from cobot_alloc.sim.skills.handling import (
    after_drop,
    begin_empty_handed,
    failed,
    GRIP_S,
    gripper_of,
    place_of,
    play,
    put_back,
    settled,
    unready,
    withdraw,
)
from cobot_alloc.sim.skills.transfer import paths_from_home
from cobot_alloc.sim.world import ToolKind

PULL_N = 6.0  #: a force from which on the part counts as pulled at
PULL_S = 0.3  #: and how long it has to last: a bump is shorter
OFFER_S = 60.0  #: how long the part is offered
HOLD_OUT = 'hold out'  #: the step in which it is; an arm shows its step to whoever is there
_TAKEN_M = 0.08  # a part this far from where it was gripped has been taken
_TAKEN_S = 3.0


def run(site: ArmSite, task: Task) -> MotionProgram:
    """Do the task, from its preconditions to the posture at home."""
    problem = yield from begin_empty_handed(site, task)
    if problem is not None:
        return Outcome(failure=problem)
    moves = yield from path_to_part(
        site,
        task,
        unready=lambda: unready(site, task),
        paths=lambda: paths_from_home(site, task.part, place_of(site, task.target)),
    )
    if isinstance(moves, Failure):
        return Outcome(failure=moves)
    ended = yield from take_up(site, task, moves[:3], place_of(site, task.target))
    return ended or (yield from _hand_over(site, task, moves[3:]))


def unproven(site: ArmSite, task: Task) -> Failure | None:
    """Return what is wrong with where the part is: in the grip still, or fallen somewhere."""
    if site.held == task.part:
        detail = f'{task.part} is still in the grip'
        return failed(Phase.POSTCONDITION, FailureCode.NOT_TAKEN, detail)
    support = site.whereabouts.lies_on(task.part)
    where = site.whereabouts.describe(task.part)
    if support is None or where.startswith('at '):
        return None
    detail = f'{task.part} was let go, and lies {where}: nobody has it'
    return failed(Phase.POSTCONDITION, FailureCode.PART_DROPPED, detail)


def _hand_over(site: ArmSite, task: Task, moves: Sequence[Move]) -> MotionProgram:
    """Hold out what has been taken up, and go home without it."""
    for move in moves:
        if move.is_lost is not None and (yield move) is StepEnd.LOST:
            return (yield from after_drop(site, task, place_of(site, task.target)))
    yield settled(site, 'come to rest')
    if (yield from _offer(site)) is StepEnd.TIMED_OUT:
        return (yield from _after_waiting(site, task))
    yield from play(move for move in moves if move.is_lost is None)
    return Outcome(failure=unproven(site, task))


def _offer(site: ArmSite) -> Generator[Step, StepEnd, StepEnd]:
    """Hold the part out until it is pulled at, then let it go; tell how that ended."""
    gripper = gripper_of(site)
    sense = PullSense(site.body, gripper.kind)
    periods = round(PULL_S * site.world.control_hz)
    taken = yield Wait(
        name=HOLD_OUT,
        until=lambda: gripper.has_lost() or sense.is_pulled(PULL_N, periods),
        limit_s=OFFER_S,
        also_held=True,
    )
    if taken is StepEnd.TIMED_OUT:
        return taken
    part = gripper.part
    assert part is not None, 'what is offered was gripped'
    here = site.parts.pose(part).position
    gripper.open()
    yield Wait(name='let go', until=gripper.is_settled, limit_s=GRIP_S, also_held=True)
    yield Wait(
        name='see it taken',
        until=lambda: dist(site.parts.pose(part).position, here) > _TAKEN_M,
        limit_s=_TAKEN_S,
        also_held=True,
    )
    return StepEnd.DONE


def _after_waiting(site: ArmSite, task: Task) -> MotionProgram:
    """Nobody took it: put it back."""
    detail = f'nobody pulled at {task.part} in {OFFER_S:.0f} s'
    failure = failed(Phase.EXECUTION, FailureCode.NOT_TAKEN, detail)
    return (yield from put_back(site, task, failure))


SKILL = Skill(
    name=SkillCode.HAND_OVER,
    tools=frozenset({ToolKind.SUCTION, ToolKind.TWO_FINGER}),
    unmet=unready,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
