"""What skills at a screw, a seam or an edge share: where it is, how to come there and leave."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from math import atan2, dist, pi
from typing import TypeVar

from cobot_alloc.application.world import ToolKind
from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose, Quaternion, Vector
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.routine import Outcome, Routine, Step, StepEnd, Wait
from cobot_alloc.sim.arms.site import Site
from cobot_alloc.sim.motion.query import Way
from cobot_alloc.sim.scene.scenery import in_metres
from cobot_alloc.sim.skills.handling import failed, not_at
from cobot_alloc.sim.skills.travel import go_home, travel, Trip
from cobot_alloc.sim.stations.datum import Datum
from cobot_alloc.sim.stations.station import Station
from cobot_alloc.sim.tools.pointing import pointing, tool_down, z_axis

S = TypeVar('S')

CLEAR_M = 0.06  #: over the work, where a tool comes from and goes to
_YAWS = 8  # directions to try for a tool that may turn about its own axis
_MOVED_M = 0.0005  # a part that was moved this far has to be planned for anew


def station_of(site: Site, task: Task, kind: type[S]) -> S:
    """Return the station of a task, which ``unmet`` has found to be there."""
    station = site.yard.find(task.station, kind)
    assert station is not None, 'preconditions look at the names first'
    return station


def tool_of(site: Site, tool: ToolKind, kind: type[S]) -> S:
    """Return a tool of the arm, which is not given the task without it."""
    found = site.tools[tool]
    assert isinstance(found, kind)
    return found


def out_of_place(site: Site, datum: Datum, phase: Phase) -> Failure | None:
    """Return what is wrong with where the part is that is worked on, as measured now."""
    if datum.part is None or datum.place is None:
        return None
    problem = not_at(site, datum.part, datum.place)
    return None if problem is None else replace(problem, phase=phase)


def orientations(site: Site, at: Vector, direction: Vector) -> list[Quaternion]:
    """
    Return how a tool that points in a direction may be turned, the easiest first.

    The easiest are those that come nearest to how the arm holds its tool at rest, were it
    turned about its base towards the work.
    """
    x, y, _ = site.spec.base
    towards = atan2(at[1] - y, at[0] - x) - site.spec.yaw
    resting = tool_down(at, towards).orientation
    turned = [
        pointing(at, direction, towards + pi * 2 * step / _YAWS).orientation
        for step in range(_YAWS)
    ]
    return sorted(turned, key=lambda it: -round(abs(_dot(it, resting)), 6))


def along(pose: Pose, distance_m: float) -> Pose:
    """Return a pose moved along its own z axis, which points out of the tool."""
    x, y, z = (
        at + distance_m * axis
        for at, axis in zip(pose.position, z_axis(pose.orientation), strict=True)
    )
    return Pose(position=(x, y, z), orientation=pose.orientation)


def come(
    site: Site,
    task: Task,
    datum: Datum,
    *,
    unmet: Callable[[Site, Task], Failure | None],
    ways: Callable[[], tuple[Way, ...]],
) -> Generator[Step, StepEnd, Trip | Failure]:
    """
    Plan how to come from home to where the work is now, and wait until the way is free.

    :param unmet: the skill's preconditions; none is unmet when this ends with a trip.
    :param ways: asked anew whenever the part was moved meanwhile.
    """
    yield Wait(name='ready', until=lambda: True, limit_s=0.0)
    if site.held is not None:
        detail = f'{site.held} is still in the grip of {site.spec.agent_id}'
        return failed(Phase.PRECONDITION, FailureCode.GRIPPER_OCCUPIED, detail)
    stuck = yield from go_home(site, task=task)
    if stuck is not None:
        return stuck
    while True:
        problem = unmet(site, task)
        if problem is not None:
            return problem
        planned_for = datum.pose.position
        trip = yield from travel(site, ways(), task=task)
        problem = unmet(site, task)
        if isinstance(trip, Failure) or problem is not None:
            return problem or trip
        if dist(planned_for, datum.pose.position) < _MOVED_M:
            return trip


def give_up(site: Site, task: Task, kind: type[Station]) -> Routine:
    """Go home because the task was canceled; the station stays as it is."""
    station = site.yard.find(task.station, kind)
    if station is None:
        return Outcome(failure=failed(Phase.EXECUTION, FailureCode.CANCELED, 'nothing was begun'))
    detail = f'{task.station}: {station.describe()}'
    return (yield from leave(site, task, failed(Phase.EXECUTION, FailureCode.CANCELED, detail)))


def leave(site: Site, task: Task, failure: Failure) -> Routine:
    """Draw back, go home, and end with a failure; it says where the tool is if it cannot."""
    stuck = yield from go_home(site, task=task)
    if stuck is None:
        return Outcome(failure=failure)
    where = f'the tool stays at {in_metres(site.body.tool_pose().position)}: {stuck.detail}'
    return Outcome(failure=failed(failure.phase, failure.code, f'{failure.detail}; {where}'))


def _dot(a: Quaternion, b: Quaternion) -> float:
    return sum(left * right for left, right in zip(a, b, strict=True))
