"""Where an arm can bring its tools: postures, lines, and how far its points move."""

from __future__ import annotations

from collections.abc import Iterator
from math import atan2, ceil, dist, pi

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.kinematics.chain import Joints
from cobot_alloc.sim.kinematics.solver import ArmKinematics
from cobot_alloc.sim.motion.tool_lines import along
from cobot_alloc.sim.world import ArmSpec, ToolKind

_JUMP_RAD = 0.8  # between two nodes of a line: more is another posture, not the same moved on
_FRESH = 3  # fresh postures that are looked for
_SAME_RAD = 0.2  # postures nearer to each other than this count as one


class ArmReach:
    """The reach of one arm."""

    def __init__(self, spec: ArmSpec, arm: ArmBody, kinematics: ArmKinematics) -> None:
        """Measure how far each joint can move a point of the arm."""
        self.spec, self.limits, self.home = spec, arm.limits, arm.home
        self._kinematics = kinematics
        self.arms_m = kinematics.lever_arms_m()
        self._home_angle = self._bearing(kinematics.tool_pose(self.home).position)
        self._known: dict[tuple[Pose, ToolKind | None], Joints | None] = {}

    def tool_pose(self, joints: Joints, tool: ToolKind | None) -> Pose:
        """Return the pose of a tool's centre point."""
        return self._kinematics.tool_pose(joints, tool)

    @property
    def solved(self) -> int:
        """How many times the kinematics was asked, a measure of the work done."""
        return self._kinematics.solved

    def begin(self) -> None:
        """Forget what was found for the last question, so that answers do not depend on it."""
        self._known.clear()

    def usual(self, pose: Pose, tool: ToolKind | None) -> Joints | None:
        """Return the posture that reaches a pose and is most like the one at home, turned."""
        key = pose, tool
        if key not in self._known:
            near = self._turned(self.home, self._home_angle, pose.position)
            self._known[key] = self._kinematics.search(pose, near, tool)
        return self._known[key]

    def postures(self, pose: Pose, tool: ToolKind | None, now: Joints) -> list[Joints]:
        """Return different postures that reach a pose: the usual one, and those like ``now``."""
        usual = self.usual(pose, tool)
        if usual is None:
            return []  # as often as it was tried already, it is out of reach
        angle = self._bearing(self._kinematics.tool_pose(now).position)
        starts = (self._turned(now, angle, pose.position), now)
        known = [usual]
        for start in starts:
            _add(known, self._kinematics.solve(pose, start, tool))
        return known

    def fresh_postures(
        self, pose: Pose, tool: ToolKind | None, known: list[Joints]
    ) -> Iterator[Joints]:
        """Yield some more postures that reach a pose, none like those known."""
        for attempt in range(1, _FRESH + 1):
            found = self._kinematics.search(pose, self.home, tool, attempt=attempt)
            if _add(known, found):
                yield known[-1]

    def time_s(self, a: Joints, b: Joints) -> float:
        """Return how long a joint line takes at full speed, ramps left out."""
        return float(np.max(np.abs(b - a) / self.limits.velocity))

    def line(
        self, start: Joints, poses: tuple[Pose, ...], tool: ToolKind | None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]] | Pose:
        """
        Lead the tool from where it is on straight lines from pose to pose.

        :return: the postures on the way with how far the tool has come at each, metres; or
            the pose that could not be reached.
        """
        here = self._kinematics.tool_pose(start, tool)
        nodes, lengths = [start], [0.0]
        for number, (pose, length_m) in enumerate(along((here, *poses))):
            if number == 0:
                continue
            found = self._kinematics.solve(pose, nodes[-1], tool)
            if found is None or np.max(np.abs(found - nodes[-1])) > _JUMP_RAD:
                return pose
            nodes.append(found)
            lengths.append(length_m)
        return np.array(nodes), np.array(lengths)

    def from_base_m(self, position: Vector) -> float:
        """Return how far a position is from the arm's base."""
        return dist(position, self.spec.base)

    def progress_m(self, postures: NDArray[np.float64], first: int = 0) -> NDArray[np.float64]:
        """
        Return how far points of the arm have moved up to each posture of a path, at most.

        :param first: the joints before this one are left out.
        """
        moved = np.abs(np.diff(postures[:, first:], axis=0)) @ self.arms_m[first:]
        return np.concatenate([[0.0], np.cumsum(moved)])

    def thinned(self, postures: NDArray[np.float64], step_m: float) -> NDArray[np.float64]:
        """Return as many of the postures of a path as are needed to go in such steps."""
        done = self.progress_m(postures)
        count = max(1, ceil(done[-1] / step_m))
        index = np.searchsorted(done, np.linspace(0.0, done[-1], count + 1))
        found: Joints = postures[np.unique(np.append(np.minimum(index, len(postures) - 1), 0))]
        return found

    def _turned(self, posture: Joints, angle: float, position: Vector) -> Joints:
        """Return a posture whose tool is at an angle, turned about the base to a position."""
        turned = posture.copy()
        turn = _shortest(self._bearing(position) - angle)
        turned[0] = np.clip(posture[0] + turn, self.limits.lower[0], self.limits.upper[0])
        return turned

    def _bearing(self, position: Vector) -> float:
        x, y, _ = self.spec.base
        return atan2(position[1] - y, position[0] - x)


def _add(known: list[Joints], found: Joints | None) -> bool:
    """Add a posture to those known if it is like none of them."""
    if found is None or any(np.max(np.abs(found - other)) < _SAME_RAD for other in known):
        return False
    known.append(found)
    return True


def _shortest(angle: float) -> float:
    """Return the angle brought into -pi..pi."""
    return (angle + pi) % (2 * pi) - pi
