"""An arm as a chain of links and joints: loaded with its tools, its names and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.joints import JointInfo
from cobot_alloc.sim.kinematics.arm_models import arm_model, ArmModel
from cobot_alloc.sim.kinematics.arm_urdf import tool_name, TOOL_PREFIX, with_tools
from cobot_alloc.sim.scene.assets import find_urdf
from cobot_alloc.sim.world import ArmSpec, ToolKind

Joints = NDArray[np.float64]  #: one figure per moving joint, from the base


@dataclass(frozen=True, slots=True, kw_only=True)
class JointLimits:
    """What the joints can do, in rad, rad/s, rad/s^2, rad/s^3 and Nm."""

    lower: Joints
    upper: Joints
    velocity: Joints
    acceleration: Joints
    jerk: Joints
    effort: Joints


def load_arm(engine: Engine, spec: ArmSpec, *, is_solid: bool = True) -> int:
    """
    Load an arm with its tools at its place and return its body id.

    :param is_solid: False: without anything that could be touched.
    :raises BadInput: if the world's figures do not fit the URDF.
    """
    model = arm_model(spec)
    tools = [(tool, find_urdf(f'tools/{tool.kind.value}.urdf')) for tool in spec.tools]
    text = with_tools(find_urdf(model.urdf), tools, model)
    return engine.bodies.load_text(text, spec.base, yaw=spec.yaw, is_solid=is_solid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """
    What the links and joints of a loaded arm are called, as PyBullet numbers them.

    :ivar joints: the arm's moving joints, from the base.
    :ivar tool_joints: moving joints of the tools, by name.
    :ivar links: all links by name.
    """

    joints: tuple[int, ...]
    names: tuple[str, ...]
    tool_joints: Mapping[str, int]
    links: Mapping[str, int]

    def tcp(self, kind: ToolKind) -> int:
        """Return the link that is the centre point of a tool."""
        return self.links[tool_name(kind, 'tcp')]


def chain_of(engine: Engine, body: int) -> Chain:
    """Return how a loaded arm is put together."""
    infos = engine.joints.infos(body)
    moving = [info for info in infos if not info.is_fixed]
    arm = [info for info in moving if not info.name.startswith(TOOL_PREFIX)]
    return Chain(
        joints=tuple(info.number for info in arm),
        names=tuple(info.name for info in arm),
        tool_joints={info.name: info.number for info in moving if info not in arm},
        links={info.link_name: info.number for info in infos},
    )


def joint_limits(spec: ArmSpec, model: ArmModel, joints: Sequence[JointInfo]) -> JointLimits:
    """
    Return what the joints of an arm can do.

    :raises BadInput: if the figures of its model do not fit its URDF.
    """
    velocity = np.array(model.velocity or [info.velocity for info in joints], dtype=float)
    if len(velocity) != len(joints):
        raise BadInput(f'{spec.model}: {len(velocity)} joint speeds for {len(joints)} joints')
    return JointLimits(
        lower=np.array([info.lower for info in joints], dtype=float),
        upper=np.array([info.upper for info in joints], dtype=float),
        velocity=velocity * spec.speed,
        acceleration=np.full(len(joints), model.acceleration),
        jerk=np.full(len(joints), model.jerk),
        effort=np.array([info.effort for info in joints], dtype=float),
    )


def home_posture(spec: ArmSpec, model: ArmModel, limits: JointLimits) -> Joints:
    """
    Return the posture of an arm at rest.

    :raises BadInput: if the world gives another number of angles than the arm has joints.
    """
    home = np.array(model.home or (limits.lower + limits.upper) / 2, dtype=float)
    if len(home) != len(limits.lower):
        expected = f'{len(limits.lower)}, one for each joint'
        raise BadInput(f'{spec.agent_id}: home: got {len(home)} angles, expected {expected}')
    return home
