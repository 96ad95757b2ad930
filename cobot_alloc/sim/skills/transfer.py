"""Plan how a part is taken up, carried and set down, high enough over everything between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import atan2, pi

import numpy as np

from cobot_alloc.application.world import LocationSpec
from cobot_alloc.domain.geometry import Pose, Quaternion, Vector
from cobot_alloc.sim.arms.arm_body import Joints
from cobot_alloc.sim.arms.routine import Move
from cobot_alloc.sim.arms.site import Site
from cobot_alloc.sim.motion.tool_paths import trace
from cobot_alloc.sim.motion.traffic import Sweep, sweep
from cobot_alloc.sim.motion.trajectory import Trajectory
from cobot_alloc.sim.tools.pointing import tool_down

CLEARANCE_M = 0.16  #: of a carried part over the higher of where it came from and goes to
_GAP_M = 0.002  # between cup and part when gripping; the shapes have a margin of 1 mm
_DROP_M = 0.001  # under the part when letting go
_TOOL_DOWN = 0.9999  # cosine of the tool's lean up to which it counts as pointing down


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """The moves of a task, in order, and the room that they take, seen from above."""

    moves: tuple[Move, ...]
    room: Sweep


def route_from_home(site: Site, part: str, place: LocationSpec) -> Route | None:
    """Plan approach, lower, lift, carry, set down, retreat, return; None if out of reach."""
    height = site.parts.spec(part).size[2]
    seat = _seat(site, part)
    high = max(seat[2], place.position[2] + height) + CLEARANCE_M
    for yaw, turn in _yaws(site, part, place.position):
        above = site.planner.posture(tool_down((*seat[:2], high), yaw), _towards(site, seat))
        if above is None:
            continue
        lower = site.planner.straight(above, seat, yaw)
        if lower is None:
            continue
        rest = _from_grip(site, lower.path.at(1.0), high, place, yaw + turn, height)
        if rest is not None:
            approach = site.planner.swing(site.body.commanded, above)
            first = [Move(name='approach', trajectory=approach)]
            return _route(site, [*first, Move(name='lower', trajectory=lower), *rest])
    return None


def route_with_part(site: Site, part: str, place: LocationSpec) -> Route | None:
    """Plan lift, carry, set down, retreat, return for the part in the grip; None if it fails."""
    here = site.planner.tool_pose(site.body.commanded)
    height = site.parts.spec(part).size[2]
    high = max(here.position[2], place.position[2] + height + CLEARANCE_M)
    held = _yaw(site.parts.pose(part).orientation)
    for quarter in range(4):
        yaw = _tool_yaw(here) - held + quarter * pi / 2
        moves = _from_grip(site, site.body.commanded, high, place, yaw, height)
        if moves is not None:
            return _route(site, moves)
    return None


def way_home(site: Site) -> tuple[Move, ...]:
    """Plan to rise to where nothing is in the way, and home from there; nothing if at home."""
    if site.body.is_home():
        return ()
    start = site.body.commanded
    home = site.planner.tool_pose(site.body.home)
    here = site.planner.tool_pose(start)
    moves = []
    if _points_down(here) and here.position[2] < home.position[2]:
        x, y, _ = here.position
        for high in (home.position[2], here.position[2] + CLEARANCE_M):
            rise = site.planner.straight(start, (x, y, high), _tool_yaw(here))
            if rise is not None:
                moves.append(Move(name='rise', trajectory=rise))
                start = rise.path.at(1.0)
                break
    moves.append(Move(name='return', trajectory=site.planner.swing(start, site.body.home)))
    return tuple(moves)


def _from_grip(
    site: Site, start: Joints, high: float, place: LocationSpec, yaw: float, height: float
) -> list[Move] | None:
    """Plan from where the part is gripped to its place, and home."""
    here = site.planner.tool_pose(start)
    x, y, z = place.position
    goal, above_goal = (x, y, z + height + _GAP_M + _DROP_M), (x, y, high)
    moves: list[Move] = []

    def add(name: str, trajectory: Trajectory | None, *, carrying: bool) -> Joints | None:
        if trajectory is None:
            return None
        watch = site.gripper.has_lost if carrying and site.gripper is not None else None
        moves.append(Move(name=name, trajectory=trajectory, is_lost=watch))
        return trajectory.path.at(1.0)

    planner = site.planner
    over = (*here.position[:2], high)
    joints = add('lift', planner.straight(start, over, _tool_yaw(here)), carrying=True)
    if joints is not None:
        joints = add('carry', planner.arc(joints, above_goal, yaw), carrying=True)
    if joints is not None:
        joints = add('set down', planner.straight(joints, goal, yaw), carrying=True)
    if joints is not None:
        joints = add('retreat', planner.straight(joints, above_goal, yaw), carrying=False)
    if joints is None:
        return None
    add('return', planner.swing(joints, site.body.home), carrying=False)
    return moves


def _route(site: Site, moves: Sequence[Move]) -> Route:
    tools = [at for move in moves for at in trace(site.planner, move.trajectory.path)]
    return Route(moves=tuple(_with_progress(moves)), room=sweep(site.spec.base, tools))


def _with_progress(moves: Sequence[Move]) -> Iterator[Move]:
    total_s = sum(move.trajectory.duration_s for move in moves)
    done_s = 0.0
    for move in moves:
        start, done_s = done_s, done_s + move.trajectory.duration_s
        yield replace(move, progress=(start / total_s, done_s / total_s))


def _seat(site: Site, part: str) -> Vector:
    """Return where the cup has to be to grip a part that stands upright."""
    x, y, z = site.parts.pose(part).position
    return (x, y, z + site.parts.spec(part).size[2] / 2 + _GAP_M)


def _yaws(site: Site, part: str, goal: Vector) -> list[tuple[float, float]]:
    """
    Return yaws to grip at, each with the turn on the way, the least twisted first.

    Any quarter turn will do for the grip; the turn brings the part square to the world.
    """
    seat = _seat(site, part)
    lies = _yaw(site.parts.pose(part).orientation)
    turn = round(lies / (pi / 2)) * (pi / 2) - lies
    ranked = []
    for quarter in range(4):
        yaw = lies + quarter * pi / 2
        ends = (seat, yaw), ((goal[0], goal[1], seat[2] + CLEARANCE_M), yaw + turn)
        twists = [_twist(site, position, angle) for position, angle in ends]
        ranked.append((max(twists), yaw, turn))
    return [(yaw, turn) for _, yaw, turn in sorted(ranked)]


def _twist(site: Site, position: Vector, yaw: float) -> float:
    """Return how far the joints have to leave the posture at home to reach a pose."""
    near = _towards(site, position)
    joints = site.planner.posture(tool_down(position, yaw), near)
    return float('inf') if joints is None else float(np.max(np.abs(joints - near)))


def _towards(site: Site, position: Vector) -> Joints:
    return site.planner.turned_to(position, site.body.home)


def _tool_yaw(pose: Pose) -> float:
    return 2.0 * atan2(pose.orientation[1], pose.orientation[0])


def _yaw(orientation: Quaternion) -> float:
    x, y, z, w = orientation
    return atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))


def _points_down(pose: Pose) -> bool:
    x, y, _, _ = pose.orientation
    return 2.0 * (x * x + y * y) - 1.0 > _TOOL_DOWN
