"""An arm as a body of the physics: joints commanded and measured in one call each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
import tempfile

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.application.world import ArmSpec
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.arms.arm_urdf import with_tool
from cobot_alloc.sim.arms.models import arm_model, ArmModel
from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.scene.assets import find_urdf

Joints = NDArray[np.float64]  #: one figure per moving joint, from the base

TOOL_URDF = 'suction_tool.urdf'


@dataclass(frozen=True, slots=True, kw_only=True)
class JointLimits:
    """What the joints can do, in rad, rad/s, rad/s^2, rad/s^3 and Nm."""

    lower: Joints
    upper: Joints
    velocity: Joints
    acceleration: Joints
    jerk: Joints
    effort: Joints


def load_arm(bullet: Bullet, spec: ArmSpec, *, flags: int) -> int:
    """Load an arm with its tool at its place and return its body id."""
    model = arm_model(spec.model)
    text = with_tool(find_urdf(model.urdf), find_urdf(TOOL_URDF), model)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / 'arm.urdf'
        file.write_text(text, encoding='utf-8')
        body: int = bullet.loadURDF(
            str(file),
            spec.base,
            bullet.getQuaternionFromEuler((0.0, 0.0, spec.yaw)),
            useFixedBase=True,
            flags=flags,
        )
    return body


class ArmBody:
    """
    The joints and the tool of one arm.

    :ivar joint_names: of the moving joints, from the base.
    :ivar commanded: the posture last commanded, radians.
    :ivar positions: as measured after the last step, radians.
    :ivar velocities: as measured after the last step, radians per second.
    :ivar torques: of the motors in the last step, Nm.
    """

    def __init__(self, bullet: Bullet, spec: ArmSpec, *, flags: int) -> None:
        """Load the arm in its posture at rest."""
        self._bullet = bullet
        self.body = load_arm(bullet, spec, flags=flags)
        infos = [bullet.getJointInfo(self.body, i) for i in range(bullet.getNumJoints(self.body))]
        moving = [info for info in infos if info[2] != bullet.JOINT_FIXED]
        self._indices = [info[0] for info in moving]
        self.joint_names = tuple(info[1].decode() for info in moving)
        self.tcp_link = next(info[0] for info in infos if info[12] == b'tcp')
        model = arm_model(spec.model)
        self.limits = _limits(spec, model, moving)
        self.home = _home(model, len(moving))
        self._efforts = list(self.limits.effort)
        for index, angle in zip(self._indices, self.home, strict=True):
            bullet.resetJointState(self.body, index, angle)
        self.commanded = self.home
        self.command(self.home, np.zeros(len(moving)))
        self.measure()

    def command(self, positions: Joints, velocities: Joints) -> None:
        """Set where the joints should be after the next step, and how fast."""
        self.commanded = positions
        self._bullet.setJointMotorControlArray(
            self.body,
            self._indices,
            self._bullet.POSITION_CONTROL,
            targetPositions=positions,
            targetVelocities=velocities,
            forces=self._efforts,
        )

    def measure(self) -> None:
        """Read the joints after a step."""
        states = self._bullet.getJointStates(self.body, self._indices)
        columns: Sequence[Sequence[float]] = tuple(zip(*states, strict=True))
        self.positions, self.velocities, _, self.torques = columns

    def tool_pose(self) -> Pose:
        """Return the pose of the cup's lip; its z axis points out of the tool."""
        state = self._bullet.getLinkState(self.body, self.tcp_link)
        return Pose(position=state[4], orientation=state[5])

    def is_home(self, tolerance: float = 0.02) -> bool:
        """Tell whether every joint is within ``tolerance`` radians of the posture at rest."""
        return bool(np.all(np.abs(np.asarray(self.positions) - self.home) < tolerance))


def _limits(spec: ArmSpec, model: ArmModel, joints: Sequence[tuple[float, ...]]) -> JointLimits:
    velocity = np.array(model.velocity or [info[11] for info in joints], dtype=float)
    if len(velocity) != len(joints):
        raise BadInput(f'{spec.model}: {len(velocity)} joint speeds for {len(joints)} joints')
    return JointLimits(
        lower=np.array([info[8] for info in joints], dtype=float),
        upper=np.array([info[9] for info in joints], dtype=float),
        velocity=velocity * spec.speed,
        acceleration=np.full(len(joints), model.acceleration),
        jerk=np.full(len(joints), model.jerk),
        effort=np.array([info[10] for info in joints], dtype=float),
    )


def _home(model: ArmModel, count: int) -> Joints:
    return np.array(model.home or [0.0] * count, dtype=float)
