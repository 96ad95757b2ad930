"""What skills at a screw, a seam or an edge share: where it is, how to come there and leave."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from math import atan2, dist, pi
from typing import Protocol, TypeVar

from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose, Quaternion, Vector
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Outcome, Step, StepEnd, Wait
from cobot_alloc.sim.kinematics.pointing import pointing, tool_down, z_axis
from cobot_alloc.sim.kinematics.poses import cosine
from cobot_alloc.sim.motion.requests import MotionPath, Segment
from cobot_alloc.sim.scene.scenery import in_metres
from cobot_alloc.sim.skills.handling import failed, not_at
from cobot_alloc.sim.skills.travel import go_home, travel, Trip
from cobot_alloc.sim.stations.reference_frame import ReferenceFrame
from cobot_alloc.sim.stations.station import Station
from cobot_alloc.sim.world import ToolKind

S = TypeVar('S')


class WorkStation(Station, Protocol):
    """A station that goes along with what it is on."""

    @property
    def reference(self) -> ReferenceFrame:
        """What it is on."""


W = TypeVar('W', bound=WorkStation)

CLEAR_M = 0.06  #: over the work, where a tool comes from and goes to
_YAWS = 8  # directions to try for a tool that may turn about its own axis
_MOVED_M = 0.0005  # a part that was moved this far has to be planned for anew


def station_of(site: ArmSite, task: Task, kind: type[S]) -> S:
    """Return the station of a task, which ``unmet`` has found to be there."""
    station = site.stations.find(task.station, kind)
    assert station is not None, 'preconditions look at the names first'
    return station


def tool_of(site: ArmSite, tool: ToolKind, kind: type[S]) -> S:
    """Return a tool of the arm, which is not given the task without it."""
    found = site.tools[tool]
    assert isinstance(found, kind)
    return found


def unmet_at(
    site: ArmSite, task: Task, kind: type[W], *, called: str, done: Callable[[W], str]
) -> Failure | None:
    """
    Return why work at a station cannot begin: it is not there, or out of place, or done.

    :param called: what a station of that kind is called.
    :param done: says how its work is done already; empty: it is not.
    """
    station = site.stations.find(task.station, kind)
    if station is None:
        detail = f'the cell has no {called} {task.station!r}'
        return failed(Phase.PRECONDITION, FailureCode.STATION_UNKNOWN, detail)
    problem = out_of_place(site, station.reference, Phase.PRECONDITION)
    if problem is None and (how := done(station)):
        detail = f'{task.station} {how}: {station.describe()}'
        problem = failed(Phase.PRECONDITION, FailureCode.ALREADY_DONE, detail)
    return problem


def unproven_at(
    site: ArmSite, task: Task, kind: type[W], judge: Callable[[W], Failure | None]
) -> Failure | None:
    """Return what is wrong with the work at a station, or with where it is, as measured now."""
    station = station_of(site, task, kind)
    return out_of_place(site, station.reference, Phase.POSTCONDITION) or judge(station)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Makes the segments on which a tool is led along a station, which it may touch."""

    station: WorkStation
    tool: ToolKind

    def free(self, name: str, to: Pose) -> Segment:
        """Return a segment on any path round what is there, touching nothing."""
        return Segment(name=name, to=to, tool=self.tool)

    def straight(self, name: str, to: Pose, *via: Pose, speed_mps: float | None = None) -> Segment:
        """Return a segment on straight lines."""
        on = frozenset({self.station.station_id, self.station.reference.on} - {''})
        return Segment(
            name=name,
            to=to,
            via=via,
            tool=self.tool,
            straight=True,
            speed_mps=speed_mps,
            touching=on,
        )


def out_of_place(site: ArmSite, reference: ReferenceFrame, phase: Phase) -> Failure | None:
    """Return what is wrong with where the part is that is worked on, as measured now."""
    if reference.part is None or reference.place is None:
        return None
    problem = not_at(site, reference.part, reference.place)
    return None if problem is None else replace(problem, phase=phase)


def orientations(site: ArmSite, at: Vector, direction: Vector) -> list[Quaternion]:
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
    return sorted(turned, key=lambda it: -round(abs(cosine(it, resting)), 6))


def along(pose: Pose, distance_m: float) -> Pose:
    """Return a pose moved along its own z axis, which points out of the tool."""
    x, y, z = (
        at + distance_m * axis
        for at, axis in zip(pose.position, z_axis(pose.orientation), strict=True)
    )
    return Pose(position=(x, y, z), orientation=pose.orientation)


def approach_station(
    site: ArmSite,
    task: Task,
    reference: ReferenceFrame,
    *,
    unmet: Callable[[ArmSite, Task], Failure | None],
    paths: Callable[[], tuple[MotionPath, ...]],
) -> Generator[Step, StepEnd, Trip | Failure]:
    """
    Plan how to come from home to where the work is now, and wait until the way is free.

    :param unmet: the skill's preconditions; none is unmet when this ends with a trip.
    :param paths: asked anew whenever the part was moved meanwhile.
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
        planned_for = reference.pose.position
        trip = yield from travel(site, paths(), task=task)
        problem = unmet(site, task)
        if isinstance(trip, Failure) or problem is not None:
            return problem or trip
        if dist(planned_for, reference.pose.position) < _MOVED_M:
            return trip


def withdraw_from(site: ArmSite, task: Task, kind: type[Station], tool: ToolKind) -> MotionProgram:
    """Switch the tool off and go home, because of a cancel; the station stays as it is."""
    site.tools[tool].switch_off()
    station = site.stations.find(task.station, kind)
    if station is None:
        return Outcome(failure=failed(Phase.EXECUTION, FailureCode.CANCELED, 'nothing was begun'))
    detail = f'{task.station}: {station.describe()}'
    return (yield from leave(site, task, failed(Phase.EXECUTION, FailureCode.CANCELED, detail)))


def leave(site: ArmSite, task: Task, failure: Failure) -> MotionProgram:
    """Draw back, go home, and end with a failure; it says where the tool is if it cannot."""
    stuck = yield from go_home(site, task=task)
    if stuck is None:
        return Outcome(failure=failure)
    where = f'the tool stays at {in_metres(site.body.tool_pose().position)}: {stuck.detail}'
    return Outcome(failure=failed(failure.phase, failure.code, f'{failure.detail}; {where}'))
