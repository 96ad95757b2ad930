"""Press on an edge with a steady force: a tip on a spring, and an arm that gives way."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Protocol

import numpy as np

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.kinematics.arm_urdf import tool_name
from cobot_alloc.sim.kinematics.chain import Joints
from cobot_alloc.sim.kinematics.pointing import z_axis
from cobot_alloc.sim.world import EdgeSpec, ToolKind

_SPRING_N_PER_M = 1000.0
_PRESSED_IN_M = 0.004  # at the middle of the force's band; the preload makes up the rest
_REST_N = 2.0  # with which the tip is held out while nothing is pressed on
_TOUCHES_N = 0.5  # less, and the tip is in the air
_LAG_S = 0.01  # time constant of the force sensor
_GAIN_PER_S = 15.0  # share of what the force is off by that the arm makes good in a second
_FARTHEST_M = 0.006  # that the arm leaves its path by
_EASE_MPS = 0.03  # at which it comes back to it
_TIP_KGM2 = 5e-5


def pressed_in_m(spec: EdgeSpec) -> float:
    """Return how far the tip is pressed in where the force is in the middle of its band."""
    return min(_PRESSED_IN_M, 0.6 * _middle_n(spec) / _SPRING_N_PER_M)


def _middle_n(spec: EdgeSpec) -> float:
    return sum(spec.force_n) / 2


class BurredEdge(Protocol):
    """What a deburrer is pressed on."""

    @property
    def spec(self) -> EdgeSpec:
        """What it should be like."""

    def begin_pass(self) -> None:
        """Begin to note the forces anew."""

    def touch(self, contact: Vector, force_n: float, dt: float) -> None:
        """Be pressed on for ``dt`` seconds by a tool that passes; ``contact`` in frame world."""

    def leave(self) -> None:
        """Be left by the tool."""


class Deburrer:
    """
    The deburrer of one arm; implements ``tool.Tool``.

    Its cutter's turning is not simulated; what is, is the force between tip and edge.

    :ivar force_n: on the tip, as the sensor has it.
    """

    kind = ToolKind.DEBURRER

    def __init__(self, engine: Engine, arm: ArmBody) -> None:
        """Begin at rest, the spring relaxed."""
        self._engine = engine
        self._arm = arm
        self._tip = arm.chain.tool_joints[tool_name(self.kind, 'feed')]
        self._tool_joints = tuple(arm.chain.tool_joints.values())
        self._tcp = arm.chain.tcp(self.kind)
        self._edge: BurredEdge | None = None
        self._is_cutting = False
        self._given_m = 0.0
        self._preload_n = _REST_N
        self.force_n = 0.0
        engine.substance.set_inertia(arm.body, self._tip, _TIP_KGM2)
        engine.substance.set_surface(arm.body, self._tip, friction=0.1, restitution=0.0)
        self._push()

    def press(self, edge: BurredEdge) -> None:
        """Begin to measure the force."""
        self._edge, self._is_cutting = edge, False
        self._given_m = self.force_n = 0.0
        self._preload_n = _middle_n(edge.spec) - _SPRING_N_PER_M * pressed_in_m(edge.spec)

    def cut(self) -> None:
        """Begin to take the burr off where the tip passes."""
        assert self._edge is not None, 'it is pressed on first'
        self._is_cutting = True
        self._edge.begin_pass()

    def switch_off(self) -> None:
        """Stop."""
        if self._edge is not None:
            self._edge.leave()
        self._edge, self._is_cutting, self._preload_n = None, False, _REST_N
        self._push()

    def advance(self, dt: float, scale: float) -> None:
        """Measure the force, and cut."""
        edge = self._edge
        if edge is None:
            return
        self._push()
        contacts = self._engine.contacts.points(self._arm.body, self._tip)
        force_n = sum(it.force_n for it in contacts)
        self.force_n += (force_n - self.force_n) * (1.0 - exp(-dt / _LAG_S))
        if self._is_cutting and force_n > 0.0:
            at = np.array([it.position for it in contacts])
            weights = np.array([it.force_n for it in contacts]) / force_n
            x, y, z = (weights @ at).tolist()
            edge.touch((x, y, z), self.force_n, dt * scale)

    def adjust(self, planned: Sequence[float] | Joints, dt: float) -> Joints:
        """
        Return a posture a little off the planned one, towards the middle of the force's band.

        An admittance: the arm leaves its path along the tool, at a speed in proportion to what
        the force is off by. For ``routine.Move.adjust``.
        """
        posture = np.asarray(planned, dtype=float)
        if self._edge is None or self.force_n < _TOUCHES_N:
            return posture + self._along_tool(posture) * self._given_m
        off_n = _middle_n(self._edge.spec) - self.force_n
        given_m = self._given_m + _GAIN_PER_S / _SPRING_N_PER_M * off_n * dt
        self._given_m = max(-_FARTHEST_M, min(_FARTHEST_M, given_m))
        return posture + self._along_tool(posture) * self._given_m

    def ease(self, planned: Sequence[float] | Joints, dt: float) -> Joints:
        """Return a posture on the way back to the planned one; for ``routine.Move.adjust``."""
        posture = np.asarray(planned, dtype=float)
        step_m = _EASE_MPS * dt
        self._given_m -= max(-step_m, min(step_m, self._given_m))
        return posture + self._along_tool(posture) * self._given_m if self._given_m else posture

    def _along_tool(self, posture: Joints) -> Joints:
        """Return how the joints move with the tool's centre point going along its axis."""
        of_tools = self._engine.joints.positions(self._arm.body, self._tool_joints)
        jacobian = self._engine.dynamics.jacobian(
            self._arm.body, self._tcp, [*posture.tolist(), *of_tools]
        )[:, : len(posture)]
        axis = z_axis(self._arm.tool_pose(self.kind).orientation)
        wanted = np.concatenate((axis, np.zeros(3)))
        return np.asarray(np.linalg.lstsq(jacobian, wanted, rcond=None)[0])

    def _push(self) -> None:
        """Let the spring push as far as it is pressed in now."""
        pressed_in = -self._engine.joints.position(self._arm.body, self._tip)
        force_n = self._preload_n + _SPRING_N_PER_M * max(0.0, pressed_in)
        self._engine.motors.hold(self._arm.body, self._tip, 0.0, force=force_n)
