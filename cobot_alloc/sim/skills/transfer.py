"""Where the tool has to go to take a part up, carry it and set it down."""

from __future__ import annotations

from itertools import product
from math import atan2, cos, pi, sin

from cobot_alloc.domain.geometry import Pose, Quaternion, Vector
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.kinematics.poses import after, inverse, turned
from cobot_alloc.sim.motion.requests import MotionPath, Segment
from cobot_alloc.sim.tools.grasp import Grasp
from cobot_alloc.sim.world import LocationSpec, ToolKind

CLEARANCE_M = 0.16  #: of the tool over the higher of where it grips and where it lets go
_DROP_M = 0.001  # under the part when letting go
_TOOL_DOWN = 0.999  # cosine of the tool's lean up to which it counts as pointing down
_LIFT_M = 0.01  # a shorter lift is none


def paths_from_home(
    site: ArmSite, part: str, place: LocationSpec, *, facing: float | None = None
) -> tuple[MotionPath, ...]:
    """
    Return the ways to take a part that stands somewhere and set it down at a place, and home.

    One or more for each grasp. A part that lies askew is gripped askew and set down square.

    :param facing: where the part's x axis has to point at the place, or the other way, or, if
        the part is square, at right angles to it; None: along x or y, whichever is nearer.
    """
    assert site.gripper is not None, 'an arm without a gripper is not given the task'
    pose = site.parts.pose(part)
    lies = yaw_of(pose.orientation)
    here = Pose(position=pose.position, orientation=about_z(lies))
    seats = [_seat(site, part, place, yaw) for yaw in _yaws(site, part, lies, facing)]
    at_source = site.neighbours.near_part(part, here)
    paths = []
    for grasp, there in product(site.gripper.grasps(part), seats):
        seat, goal = _tool_at(here, grasp), _tool_at(there, grasp)
        high_m = max(seat.position[2], goal.position[2]) + CLEARANCE_M
        above = _raised(seat, high_m)
        first = (
            Segment(name='approach', to=above, tool=grasp.tool),
            _line('lower', seat, grasp, touching=at_source | {part}),
            _line('lift', above, grasp, touching=at_source, is_carrying=True),
        )
        paths.append((*first, *_delivery(site, grasp, there, high_m)))
    return tuple(paths)


def closing_along(
    paths: tuple[MotionPath, ...], segment: str, yaw: float
) -> tuple[MotionPath, ...]:
    """Return the ways on which two fingers close along a direction on a leg, if there are any."""

    def is_along(path: MotionPath) -> bool:
        at = next(it for it in path if it.name == segment)
        if at.tool is not ToolKind.TWO_FINGER or at.to is None:
            return True
        x, y, _ = turned(at.to.orientation, (0.0, 1.0, 0.0))
        return abs(x * cos(yaw) + y * sin(yaw)) > cos(pi / 4)

    return tuple(filter(is_along, paths)) or paths


def paths_with_part(site: ArmSite, part: str, place: LocationSpec) -> tuple[MotionPath, ...]:
    """Return the ways to set down at a place what is in the grip, and home."""
    assert site.gripper is not None, 'what is in the grip is in that of a gripper'
    tool, pose = site.body.tool_pose(site.gripper.kind), site.parts.pose(part)
    grasp = Grasp(part=part, tool=site.gripper.kind, part_in_tool=after(inverse(tool), pose))
    lies = yaw_of(pose.orientation)
    paths = []
    for quarter in range(4):
        there = _seat(site, part, place, (round(lies / (pi / 2)) + quarter) * (pi / 2))
        goal = _tool_at(there, grasp)
        high_m = max(tool.position[2], goal.position[2] + CLEARANCE_M)
        delivery = _delivery(site, grasp, there, high_m)
        if points_down(tool) and high_m - tool.position[2] > _LIFT_M:
            near = site.neighbours.near_part(part, pose)
            lift = _line('lift', _raised(tool, high_m), grasp, touching=near, is_carrying=True)
            delivery = (lift, *delivery)
        paths.append(delivery)
    return tuple(paths)


def paths_back(site: ArmSite, part: str, seat: Pose) -> tuple[MotionPath, ...]:
    """Return the ways to set down what is in the grip where the tool gripped it, and home."""
    assert site.gripper is not None, 'what is in the grip is in that of a gripper'
    tool, pose = site.body.tool_pose(site.gripper.kind), site.parts.pose(part)
    grasp = Grasp(part=part, tool=site.gripper.kind, part_in_tool=after(inverse(tool), pose))
    near = site.neighbours.near_part(part, after(seat, grasp.part_in_tool))
    above = _raised(seat, seat.position[2] + CLEARANCE_M)
    return (
        (
            _line('set back', seat, grasp, touching=near, is_carrying=True),
            _line('retreat', above, grasp, touching=near | {part}),
            Segment(name='return'),
        ),
    )


def _yaws(site: ArmSite, part: str, lies: float, facing: float | None) -> tuple[float, ...]:
    """Return how a part may stand that lies now in a direction, the smallest turn first."""
    if facing is None:
        return (round(lies / (pi / 2)) * (pi / 2),)
    drawn, raw = site.parts.nominal(part).drawing, site.parts.nominal(part).size
    is_square = drawn[0] == drawn[1] and raw[0] == raw[1]
    turns = (0, 1, -1, 2) if is_square else (0, 2)
    step = pi / 2 if is_square else pi
    first = facing + round((lies - facing) / step) * step
    return tuple(first + turn * pi / 2 for turn in turns)


def points_down(pose: Pose) -> bool:
    """Tell whether a tool points straight down."""
    return -turned(pose.orientation, (0.0, 0.0, 1.0))[2] > _TOOL_DOWN


def yaw_of(orientation: Quaternion) -> float:
    """Return the turn about z of something that stands upright."""
    x, y, z, w = orientation
    return atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))


def about_z(yaw: float) -> Quaternion:
    """Return a turn about z."""
    return (0.0, 0.0, sin(yaw / 2), cos(yaw / 2))


def _delivery(site: ArmSite, grasp: Grasp, there: Pose, high_m: float) -> MotionPath:
    """Return the legs from high over anywhere: carry, set down, retreat, return."""
    goal = _tool_at(there, grasp)
    above = _raised(goal, high_m)
    near = site.neighbours.near_part(grasp.part, there)
    return (
        Segment(name='carry', to=above, tool=grasp.tool, grasp=grasp),
        _line('set down', goal, grasp, touching=near, is_carrying=True),
        _line('retreat', above, grasp, touching=near | {grasp.part}),
        Segment(name='return'),
    )


def _line(
    name: str, to: Pose, grasp: Grasp, *, touching: frozenset[str], is_carrying: bool = False
) -> Segment:
    held = grasp if is_carrying else None
    return Segment(name=name, to=to, tool=grasp.tool, straight=True, grasp=held, touching=touching)


def _seat(site: ArmSite, part: str, place: LocationSpec, yaw: float) -> Pose:
    """Return the pose of a part that is about to stand at a place."""
    x, y, z = place.position
    height = site.parts.spec(part).size[2]
    return Pose(position=(x, y, z + height / 2 + _DROP_M), orientation=about_z(yaw))


def _tool_at(part: Pose, grasp: Grasp) -> Pose:
    return after(part, inverse(grasp.part_in_tool))


def _raised(pose: Pose, z: float) -> Pose:
    position: Vector = (pose.position[0], pose.position[1], z)
    return Pose(position=position, orientation=pose.orientation)
