"""An arm as a body of the physics: joints commanded and measured in one call each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.arms.joint_fault import JointFault
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.kinematics.arm_models import arm_model
from cobot_alloc.sim.kinematics.arm_urdf import TOOL_PREFIX
from cobot_alloc.sim.kinematics.chain import chain_of, home_posture, joint_limits, Joints, load_arm
from cobot_alloc.sim.world import ArmSpec, ToolKind


class ArmBody:
    """
    The joints and the tools of one arm.

    :ivar joint_names: of the moving joints, from the base.
    :ivar commanded: the posture last commanded, radians.
    :ivar positions: as measured after the last step, radians.
    :ivar velocities: as measured after the last step, radians per second.
    :ivar chain: its links and joints.
    :ivar has_tools: whether the tools are on the flange, as its switch says.
    :ivar torques: of the motors in the last step, Nm.
    """

    def __init__(self, engine: Engine, spec: ArmSpec) -> None:
        """Load the arm in its posture at rest."""
        self._engine = engine
        self.body = load_arm(engine, spec)
        self.chain = chain_of(engine, self.body)
        self._indices = self.chain.joints
        self._lead = engine.motors.lead
        self._tool_joints = tuple(self.chain.tool_joints.values())
        self.joint_names = self.chain.names
        self.first_tool = spec.tools[0].kind
        self._first_tcp = self.chain.tcp(self.first_tool)
        self._tcps = {tool.kind: self.chain.tcp(tool.kind) for tool in spec.tools}
        model = arm_model(spec)
        infos = [engine.joints.info(self.body, joint) for joint in self._indices]
        self.limits = joint_limits(spec, model, infos)
        self.home = home_posture(spec, model, self.limits)
        self._efforts = list(self.limits.effort)
        self._tool: Pose | None = None
        self._dampings = [info.damping for info in infos]
        self._step_s = engine.step_s
        self._earlier: Sequence[float] | None = None
        for index, angle in zip(self._indices, self.home, strict=True):
            engine.joints.put(self.body, index, angle)
        self._disorder: JointFault | None = None
        self.has_tools = True
        self.commanded: Sequence[float] = self.home.tolist()
        self._setpoint: tuple[Sequence[float], Sequence[float]] | None = None
        self._before: tuple[Sequence[float], Sequence[float]] = (
            self.home.tolist(),
            [0.0] * len(self._indices),
        )
        self.command(self.home.tolist(), [0.0] * len(self._indices))
        self.drive(0.0)
        self.measure()

    def command(self, positions: Sequence[float], velocities: Sequence[float]) -> None:
        """
        Set where the joints should be at the end of this control period, and how fast.

        No arrays: PyBullet takes numbers out of them much more slowly.
        """
        self.commanded = positions
        if self._disorder is not None:
            positions, velocities = self._in_disorder(positions, velocities)
        self._setpoint = positions, velocities

    def drive(self, share: float) -> None:
        """
        Send the motors to where the joints should be after the next physics step.

        Every step has a setpoint of its own: with one for several steps the motors would jerk
        at each of them, and what is measured of their work would be worth nothing.

        :param share: of the control period that is left at the end of that step, 0 to 1.
        """
        if self._earlier is not None:
            self._earlier = self._engine.joints.velocities(self.body, self._indices)
        if self._setpoint is None:
            return
        positions, velocities = self._setpoint
        if share > 0.0:
            before_positions, before_velocities = self._before
            positions = _mixed(positions, before_positions, share)
            velocities = _mixed(velocities, before_velocities, share)
        else:
            self._before, self._setpoint = self._setpoint, None  # the motors hold it
        self._lead(self.body, self._indices, positions, velocities, self._efforts)

    def measure(self) -> None:
        """Read the joints after a step."""
        self._tool = None
        self.positions, self.velocities, self.torques = self._engine.joints.states(
            self.body, self._indices
        )
        if self._disorder is not None:
            self.positions = tuple(np.asarray(self.positions) + self._disorder.encoder_offset)

    def forget_tool(self) -> None:
        """Have the first tool's pose read anew when it is asked for."""
        self._tool = None

    @property
    def first_tool_pose(self) -> Pose:
        """The pose of the first tool's centre point, read at most once in a control period."""
        if self._tool is None:
            self._tool = self.tool_pose()
        return self._tool

    def sense_force(self, *, on: bool) -> None:
        """Measure in every period from now on, accelerations too; or no longer: it takes time."""
        self._earlier = self.velocities if on else None

    @property
    def is_sensing_force(self) -> bool:
        """Whether it is to be measured in every period."""
        return self._earlier is not None

    @property
    def accelerations(self) -> Sequence[float]:
        """Of the joints in the last physics step, rad/s^2; only while it can ``sense_force``."""
        assert self._earlier is not None, 'they are measured after sense_force(on=True)'
        pairs = zip(self.velocities, self._earlier, strict=True)
        return [(now - before) / self._step_s for now, before in pairs]

    def own_torques(self) -> Joints:
        """Return what the joints need to move as they do with nothing in the grip, Nm."""
        posture = self.posture()
        of_tools = [0.0] * (len(posture) - len(self._indices))
        torques = self._engine.dynamics.inverse_dynamics(
            self.body,
            posture,
            [*self.velocities, *of_tools],
            [*self.accelerations, *of_tools],
        )
        braked = np.multiply(self._dampings, self.velocities)
        return np.asarray(torques[: len(self._indices)] + braked)

    def stall(self) -> None:
        """Stay in this posture from now on, whatever is commanded."""
        self._in_trouble().stalled_at = np.asarray(self.positions)

    def drift(self, radps: float) -> None:
        """Go astray from now on without the encoders' noticing."""
        self._in_trouble().drift_radps = radps

    def recover(self) -> None:
        """Be in order again; the encoders tell the truth."""
        self._disorder = None

    def go_on(self, dt: float) -> None:
        """Let what is wrong, if anything, take its course for ``dt`` seconds."""
        if self._disorder is not None:
            self._disorder.go_on(dt)

    def drop_tools(self) -> None:
        """Let the tools fall off the flange; they lie where they fall."""
        if not self.has_tools:
            return
        at = self.tool_pose()
        self.has_tools = False
        self._let_touch_tools(touch=False)
        self._fallen = self._engine.bodies.make(
            self._engine.shapes.cylinder(radius_m=0.03, height_m=0.10),
            mass_kg=0.5,
            position=at.position,
            orientation=at.orientation,
        )

    def mount_tools(self) -> None:
        """Put the tools back on the flange."""
        if self.has_tools:
            return
        self.has_tools = True
        self._let_touch_tools(touch=True)
        self._engine.bodies.remove(self._fallen)

    def _let_touch_tools(self, *, touch: bool) -> None:
        change = self._engine.contacts.allow if touch else self._engine.contacts.forbid
        for name, link in self.chain.links.items():
            if name.startswith(TOOL_PREFIX):
                change(self.body, link)

    def _in_trouble(self) -> JointFault:
        if self._disorder is None:
            self._disorder = JointFault(encoder_offset=np.zeros(len(self._indices)))
        return self._disorder

    def _in_disorder(
        self, positions: Sequence[float], velocities: Sequence[float]
    ) -> tuple[Sequence[float], Sequence[float]]:
        """Return what the motors do of what they are told."""
        assert self._disorder is not None
        if self._disorder.stalled_at is not None:
            return self._disorder.stalled_at.tolist(), [0.0] * len(velocities)
        return (np.asarray(positions) - self._disorder.encoder_offset).tolist(), velocities

    def posture(self) -> tuple[float, ...]:
        """Return the angles of all moving joints, those of the tools after the arm's own."""
        of_tools = self._engine.joints.positions(self.body, self._tool_joints)
        return (*self.positions, *of_tools)

    def tool_pose(self, kind: ToolKind | None = None) -> Pose:
        """Return the pose of a tool's centre point; its z axis points out of the tool."""
        return self._engine.links.pose(self.body, self._tcps[kind or self.first_tool])

    def jacobian(self, kind: ToolKind, *, in_s: float = 0.0) -> NDArray[np.float64]:
        """
        Return how a tool's centre point follows the arm's joints, (6, joints), as measured.

        :param in_s: after so many seconds at the present velocities.
        """
        posture = self.posture()
        if in_s:
            here = zip(posture, self.velocities, strict=False)
            ahead = tuple(angle + speed * in_s for angle, speed in here)
            posture = (*ahead, *posture[len(ahead) :])
        whole = self._engine.dynamics.jacobian(self.body, self._tcps[kind], posture)
        return whole[:, : len(self._indices)]

    def is_home(self, tolerance: float = 0.02) -> bool:
        """Tell whether every joint is within ``tolerance`` radians of the posture at rest."""
        return bool(np.all(np.abs(np.asarray(self.positions) - self.home) < tolerance))


def _mixed(values: Sequence[float], others: Sequence[float], share: float) -> list[float]:
    keep = 1.0 - share
    return [a * keep + b * share for a, b in zip(values, others, strict=True)]
