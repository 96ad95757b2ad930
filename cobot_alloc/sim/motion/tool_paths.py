"""
Plan paths of the tool: straight lines, and arcs about the arm's base.

Straight lines in joint space are used high above everything only, because between their
ends the tool wanders. Near parts and fixtures the tool is led along known lines.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, hypot, pi, sin

import numpy as np

from cobot_alloc.application.world import ArmSpec
from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.arms.arm_body import JointLimits, Joints
from cobot_alloc.sim.motion.kinematics import Kinematics
from cobot_alloc.sim.motion.trajectory import JointPath, line, nodes, through, Trajectory
from cobot_alloc.sim.tools.pointing import tool_down

_LINE_NODES = 6
_ARC_NODES = 11
_FULL_DIP = pi / 2  # a swing of this much or more is made as close to the base as at home
_DRAWN_IN = (1.0, 0.5, 0.0)  # shares of that to try: not every arm folds up so far


class Planner:
    """Plans the motions of one arm; every answer is a trajectory or None."""

    def __init__(
        self, spec: ArmSpec, kinematics: Kinematics, limits: JointLimits, home: Joints
    ) -> None:
        """Plan for the arm of ``spec``."""
        self._base, self._facing = spec.base, spec.yaw
        self._kinematics = kinematics
        self._limits = limits
        self._home_radius = self._polar(kinematics.tool_pose(home).position)[1]

    def posture(self, pose: Pose, near: Joints) -> Joints | None:
        """Return joints that reach a pose, preferably near the given ones."""
        return self._kinematics.search(pose, near)

    def turned_to(self, position: Vector, posture: Joints) -> Joints:
        """Return the posture with its first joint turned towards a position."""
        turned = posture.copy()
        turned[0] = self._polar(position)[0]
        return turned

    def tool_pose(self, joints: Joints) -> Pose:
        """Return the pose of the tool at the given joints."""
        return self._kinematics.tool_pose(joints)

    def swing(self, start: Joints, end: Joints) -> Trajectory:
        """Move all joints straight to a posture."""
        return Trajectory(line(start, end), self._limits)

    def straight(self, start: Joints, position: Vector, yaw: float) -> Trajectory | None:
        """Lead the tool on a straight line to a position, pointing down."""
        origin, turn = self._tool_at(start)
        goal = np.array(position)

        def pose(s: float) -> Pose:
            x, y, z = np.array(origin) * (1 - s) + goal * s
            return tool_down((x, y, z), turn + _shortest(yaw - turn) * s)

        return self._led(start, pose, _LINE_NODES)

    def arc(self, start: Joints, position: Vector, yaw: float) -> Trajectory | None:
        """
        Lead the tool about the base to a position, pointing down, never behind the arm.

        On the way the tool is drawn in towards its radius at home: a shorter arm turns more
        easily and leaves room to its neighbour.
        """
        for share in _DRAWN_IN:
            found = self._drawn_in_arc(start, position, yaw, share)
            if found is not None:
                return found
        return None

    def _drawn_in_arc(
        self, start: Joints, position: Vector, yaw: float, share: float
    ) -> Trajectory | None:
        origin, turn = self._tool_at(start)
        here, there = np.array(self._polar(origin)), np.array(self._polar(position))
        share *= min(abs(there[0] - here[0]) / _FULL_DIP, 1.0)

        def pose(s: float) -> Pose:
            angle, radius, z = here * (1 - s) + there * s
            radius -= max(radius - self._home_radius, 0.0) * share * sin(pi * s) ** 2
            place = (
                self._base[0] + radius * cos(angle + self._facing),
                self._base[1] + radius * sin(angle + self._facing),
                z,
            )
            return tool_down(place, turn + _shortest(yaw - turn) * s)

        return self._led(start, pose, _ARC_NODES)

    def _led(self, start: Joints, pose: Callable[[float], Pose], count: int) -> Trajectory | None:
        points = [start]
        for s in nodes(count)[1:]:
            joints = self._kinematics.solve(pose(s), points[-1])
            if joints is None:
                return None
            points.append(joints)
        return Trajectory(through(points), self._limits)

    def _tool_at(self, joints: Joints) -> tuple[Vector, float]:
        pose = self._kinematics.tool_pose(joints)
        return pose.position, 2.0 * atan2(pose.orientation[1], pose.orientation[0])

    def _polar(self, position: Vector) -> tuple[float, float, float]:
        """Return angle from the arm's facing in -pi..pi, radius about its base, and height."""
        x, y = position[0] - self._base[0], position[1] - self._base[1]
        return _shortest(atan2(y, x) - self._facing), hypot(x, y), position[2]


def trace(planner: Planner, path: JointPath, count: int = 9) -> list[Vector]:
    """Return positions of the tool along a path, ends included."""
    return [planner.tool_pose(path.at(s)).position for s in np.linspace(0.0, 1.0, count).tolist()]


def _shortest(angle: float) -> float:
    """Return the angle brought into -pi..pi."""
    return (angle + pi) % (2 * pi) - pi
