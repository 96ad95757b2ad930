"""
Inverse kinematics of the arms, in a world of their own without shapes.

PyBullet's solver moves the joints of the arm that it is asked about, so it must not be asked
in the world that is being simulated. The damped solver with many iterations is exact to
micrometres, but it ignores joint limits: they are checked here, with fresh starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import dist
import random

import numpy as np

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.kinematics.chain import chain_of, Joints, load_arm
from cobot_alloc.sim.kinematics.poses import cosine
from cobot_alloc.sim.world import ArmSpec, ToolKind

_POSITION_M = 5e-4  # a pose counts as reached within this
_ALIGNMENT = 1e-5  # 1 - |q1.q2|: about 0.5 degrees
_FRESH_STARTS = 12
_BULK_M = 0.15  # tools and links reach out so far over their origins


class ArmKinematics:
    """
    Forward and inverse kinematics of one arm.

    :ivar solved: how many solutions were looked for, a measure of the work done.
    """

    def __init__(
        self, engine: Engine, spec: ArmSpec, *, lower: Joints, upper: Joints, seed: int
    ) -> None:
        """Load the arm without shapes into ``engine``, which nothing else simulates."""
        self._engine = engine
        self._body = load_arm(engine, spec, is_solid=False)
        self._chain = chain_of(engine, self._body)
        self._indices = self._chain.joints
        self._first_tool = spec.tools[0].kind
        self._lower, self._upper = lower, upper
        self._damping = [0.1] * (len(self._indices) + len(self._chain.tool_joints))
        self._seed = seed
        self.solved = 0

    def solve(self, pose: Pose, start: Joints, tool: ToolKind | None = None) -> Joints | None:
        """Return joints near ``start`` that reach the pose within the limits, or None."""
        self.solved += 1
        self._place(start)
        found = self._engine.dynamics.inverse_kinematics(
            self._body, self._chain.tcp(tool or self._first_tool), pose, damping=self._damping
        )[: len(self._indices)]
        if np.any(found < self._lower) or np.any(found > self._upper):
            return None
        return found if self._reaches(found, pose, tool) else None

    def search(
        self, pose: Pose, start: Joints, tool: ToolKind | None = None, *, attempt: int = 0
    ) -> Joints | None:
        """
        Like ``solve``, with fresh starts drawn within the limits where that fails.

        :param attempt: another number begins with other fresh starts, for another posture.
        """
        found = self.solve(pose, start, tool) if attempt == 0 else None
        draw = random.Random(
            f'{self._seed}/{attempt}'
        )  # the same question always gets the same answer
        for _ in range(_FRESH_STARTS):
            if found is not None:
                break
            middle = [
                draw.uniform(low, high) for low, high in zip(self._lower, self._upper, strict=True)
            ]
            found = self.solve(pose, (np.array(middle) + start) / 2, tool)
        return found

    def tool_pose(self, joints: Sequence[float] | Joints, tool: ToolKind | None = None) -> Pose:
        """Return the pose of a tool's centre point at the given joints."""
        self._place(joints)
        tcp = self._chain.tcp(tool or self._first_tool)
        return self._engine.links.pose_anew(self._body, tcp)

    def lever_arms_m(self) -> Joints:
        """Return for each joint how far it can be from the farthest point beyond it, at most."""
        spans = [
            float(np.linalg.norm(info.origin)) for info in self._engine.joints.infos(self._body)
        ]
        below = [sum(spans[joint + 1 :]) for joint in self._indices]
        return np.array(below) + _BULK_M

    def _place(self, joints: Sequence[float] | Joints) -> None:
        self._engine.joints.put_all(self._body, self._indices, joints)

    def _reaches(self, joints: Joints, pose: Pose, tool: ToolKind | None) -> bool:
        actual = self.tool_pose(joints, tool)
        return (
            dist(actual.position, pose.position) < _POSITION_M
            and 1.0 - abs(cosine(actual.orientation, pose.orientation)) < _ALIGNMENT
        )
