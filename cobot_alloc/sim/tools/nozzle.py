"""Lay a bead: what comes out falls along the needle on whatever is there."""

from __future__ import annotations

from math import dist, exp
from typing import Protocol

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.kinematics.pointing import z_axis
from cobot_alloc.sim.world import SeamSpec, ToolKind

STANDOFF_M = 0.003  #: of the outlet over the surface
_RAY_M = 0.3  # that a bead falls at most
_LAG_S = 0.01  # time constant with which the pump follows


class OpenSeam(Protocol):
    """What a nozzle lays a bead on."""

    @property
    def spec(self) -> SeamSpec:
        """What it should be like."""

    @property
    def section_m2(self) -> float:
        """The cross-section that the bead should have."""

    def lay(
        self, hit: Vector, body: int, volume_m3: float, *, length_m: float, error: float
    ) -> None:
        """
        Take up what came out of a nozzle.

        :param hit: where it landed, frame world; ``body`` is what on.
        :param length_m: by how far the nozzle moved meanwhile.
        :param error: of its speed, as a share of the seam's.
        """


class Nozzle:
    """
    The nozzle of one arm; implements ``tool.Tool``.

    Its pump follows the measured speed of the outlet, with a lag: a nozzle that stands still
    lays nothing.
    """

    kind = ToolKind.NOZZLE

    def __init__(self, engine: Engine, arm: ArmBody) -> None:
        """Begin closed."""
        self._engine = engine
        self._arm = arm
        self._seam: OpenSeam | None = None
        self._at: Vector = (0.0, 0.0, 0.0)
        self._flow_m3ps = 0.0
        self._is_clogged = False

    def open(self, seam: OpenSeam) -> None:
        """Begin to lay a bead of the seam's width."""
        self._seam = seam
        self._at = self._arm.tool_pose(self.kind).position
        self._flow_m3ps = 0.0

    def switch_off(self) -> None:
        """Close."""
        self._seam = None

    def advance(self, dt: float, scale: float) -> None:
        """Let out what belongs to the way since the last time."""
        seam = self._seam
        if seam is None or not self._arm.has_tools:
            return
        tip = self._arm.tool_pose(self.kind)
        moved_m, self._at = dist(tip.position, self._at), tip.position
        speed = moved_m / dt
        wanted_m3ps = seam.section_m2 * speed
        self._flow_m3ps += (wanted_m3ps - self._flow_m3ps) * (1.0 - exp(-dt / _LAG_S))
        if self._is_clogged:
            return
        axis = z_axis(tip.orientation)
        x, y, z = (a + _RAY_M * b for a, b in zip(tip.position, axis, strict=True))
        hit = self._engine.rays.hit(tip.position, (x, y, z))
        if hit is not None:
            seam.lay(
                hit.position,
                hit.body,
                self._flow_m3ps * dt,
                length_m=moved_m,
                error=abs(speed / seam.spec.speed_mps - scale),
            )

    def set_clogged(self, *, clogged: bool) -> None:
        """Let nothing out from now on, or let it out again."""
        self._is_clogged = clogged
