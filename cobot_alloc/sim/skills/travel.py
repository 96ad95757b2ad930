"""Go somewhere: have a way planned, wait until there is room for it, and get its moves."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from math import inf

from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import Move, Plan, Step, StepEnd, Wait
from cobot_alloc.sim.kinematics.poses import turned
from cobot_alloc.sim.motion.requests import MotionPath, PlanFailure, PlannedPath, Segment
from cobot_alloc.sim.world import ToolKind

_BACK_M = (0.16, 0.06)  # how far a tool draws back before it swings home
_NEAR_TOOL_M = (0.10, 0.10, 0.10)  # what is so near a tool may be touched while it draws back


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """
    A way that may be gone now.

    :ivar path: which of the alternatives it is, from 0.
    :ivar moves: one per leg, to be yielded one after the other, beginning where the arm is.
        Those of an earlier trip must not be played any more: its room is given up.
    """

    path: int
    moves: tuple[Move, ...]


def travel(
    site: ArmSite, paths: tuple[MotionPath, ...], *, task: Task
) -> Generator[Step, StepEnd, Trip | Failure]:
    """
    Plan the first of the ways that can be gone and claim the room for it.

    Other arms may be in the way for a while; then this one waits where it is, and plans again.

    :return: a failure of planning if no way can be gone; it names the obstacle.
    """
    agent_id, traffic = site.spec.agent_id, site.traffic
    is_away = not site.body.is_home()
    while True:
        since = traffic.mark
        plan = Plan(name='plan', paths=paths)
        yield plan
        answer = plan.answer
        assert answer is not None, 'a Plan ends when its answer is there'
        if isinstance(answer, PlanFailure):
            gone_on = traffic.when_gone_on(agent_id, answer.obstacle, is_away=is_away)
            if gone_on is None:
                return _no_way(task, answer)
            yield Wait(name=f'wait for {answer.obstacle} to go on', until=gone_on, limit_s=inf)
        elif traffic.claim(agent_id, answer.room, since, is_away=is_away):
            return Trip(path=answer.path, moves=tuple(_moves(site, paths[answer.path], answer)))
        elif (other := traffic.blocker(agent_id, answer.room, is_away=is_away)) is not None:
            is_free = traffic.when_free(agent_id, answer.room, is_away=is_away)
            yield Wait(name=f'wait for {other} to clear the way', until=is_free, limit_s=inf)


def go_home(site: ArmSite, *, task: Task) -> Generator[Step, StepEnd, Failure | None]:
    """
    Bring an arm with nothing in its grip home, from wherever it is at rest.

    :return: None once it is there, also if it was; else why there is no way.
    """
    if site.body.is_home():
        return None
    trip = yield from travel(site, _paths_home(site), task=task)
    if isinstance(trip, Failure):
        return trip
    for move in trip.moves:  # noqa: UP028 - a list cannot be sent how its steps ended
        yield move
    return None


def _paths_home(site: ArmSite) -> tuple[MotionPath, ...]:
    """Return ways home: back out of where the tool is first, or straight there."""
    tools: list[ToolKind | None] = [*site.tools] or [None]
    paths = []
    for tool in tools:
        here = site.body.tool_pose(tool)
        near = site.neighbours.near(here.position, _NEAR_TOOL_M)
        back = turned(here.orientation, (0.0, 0.0, -1.0))
        for far_m in _BACK_M:
            x, y, z = (a + b * far_m for a, b in zip(here.position, back, strict=True))
            out = Pose(position=(x, y, z), orientation=here.orientation)
            segment = Segment(name='rise', to=out, tool=tool, straight=True, touching=near)
            paths.append((segment, Segment(name='return')))
    return (*paths, (Segment(name='return'),))


def _moves(site: ArmSite, path: MotionPath, found: PlannedPath) -> Iterator[Move]:
    total_s = sum(trajectory.duration_s for trajectory in found.trajectories)
    done_s = 0.0
    for segment, trajectory in zip(path, found.trajectories, strict=True):
        begin_s, done_s = done_s, done_s + trajectory.duration_s
        watched = segment.grasp is not None and site.gripper is not None
        yield Move(
            name=segment.name,
            trajectory=trajectory,
            is_lost=site.gripper.has_lost if watched and site.gripper else None,
            progress=(begin_s / total_s, done_s / total_s),
        )


def _no_way(task: Task, answer: PlanFailure) -> Failure:
    detail = f'no way for {task.task_id}: {answer.detail}'
    return Failure(phase=Phase.PLANNING, code=answer.code, detail=detail)
