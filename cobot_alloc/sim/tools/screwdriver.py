"""Drive a screw: a spindle with limited torque, and a bit that is pressed down by its feed."""

from __future__ import annotations

from math import tau
from typing import Protocol

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.kinematics.arm_urdf import tool_name
from cobot_alloc.sim.kinematics.pointing import z_axis
from cobot_alloc.sim.world import ScrewSpec, ToolKind

_FEED_N = 20.0  # by which the bit is pressed down; a constant force, as from air
_PRESSED_N = 5.0  # less does not keep a bit in a recess
_RECESS = 0.35  # radius of the recess, as a share of the head's diameter
_LOST_S = 0.05  # after which a bit that slipped out no longer turns the screw
_FAST_RADPS, _SLOW_RADPS = 20.0, 2.0
_SPIN_UP_RADPS2 = 60.0
_SLOW_SHARE = 0.4  # of the torque, from which the spindle goes slowly, not to overshoot
_REACHED_SHARE = 0.95  # of the torque; the spindle stands still for _STALL_S with it
_STALLED_SHARE = 0.2  # of the speed that the spindle should have
_STALL_S = 0.05
_QUILL_KGM2 = 1e-4
_COUPLING_NM = 50.0  # that a bit in a recess could pass on


class LooseScrew(Protocol):
    """
    What a screwdriver turns.

    :ivar body: in the physics.
    """

    body: int

    @property
    def spec(self) -> ScrewSpec:
        """What it should be like."""

    @property
    def thread(self) -> int:
        """The joint in which it turns, and its link."""

    @property
    def inertia_kgm2(self) -> float:
        """The inertia of the spindle that drives it, and its own."""

    def beside_m(self, tip: Vector) -> float:
        """Return how far a point is beside its axis."""

    def start(self, tip: Vector, direction: Vector) -> None:
        """Be taken by a bit that points in a direction."""

    def follow(self) -> None:
        """Take up height and friction from how far it has been turned."""


class Screwdriver:
    """The screwdriver of one arm; implements ``tool.Tool``."""

    kind = ToolKind.SCREWDRIVER

    def __init__(self, engine: Engine, arm: ArmBody) -> None:
        """Begin with the spindle at rest."""
        self._engine = engine
        self._arm = arm
        self._feed = arm.chain.tool_joints[tool_name(self.kind, 'feed')]
        self._spindle = arm.chain.tool_joints[tool_name(self.kind, 'spindle')]
        self._coupling: int | None = None
        self._speed_radps = self._lost_s = self._stalled_s = 0.0
        self._slow = False
        self._taken_at = 0.0
        self.screw: LooseScrew | None = None
        self.torque_nm = self.peak_nm = 0.0
        # PyBullet would make the inertia of the shapes, and a rod's is next to nothing.
        for link in (self._feed, self._spindle):
            engine.substance.set_inertia(arm.body, link, _QUILL_KGM2)
        engine.motors.hold(arm.body, self._feed, 0.0, force=_FEED_N)
        self._turn(0.0, 1.0)

    @property
    def tip(self) -> Vector:
        """Where the tip of the bit is, however far it is pushed in."""
        tcp = self._arm.tool_pose(self.kind)
        pushed_m = self._engine.joints.position(self._arm.body, self._feed)
        x, y, z = (
            at + pushed_m * along
            for at, along in zip(tcp.position, z_axis(tcp.orientation), strict=True)
        )
        return (x, y, z)

    @property
    def is_engaged(self) -> bool:
        """Whether the bit is in the recess and presses."""
        return self._coupling is not None

    @property
    def turned(self) -> float:
        """Turns of the spindle since the bit found the recess; 0 if it never did."""
        if not self.is_engaged:
            return 0.0
        return (self._angle() - self._taken_at) / tau

    @property
    def is_stalled(self) -> bool:
        """Whether the torque holds the spindle at rest."""
        return self._stalled_s >= _STALL_S

    def drive(self, screw: LooseScrew) -> None:
        """Turn, until ``switch_off``; take the screw as soon as the bit is in its recess."""
        self.switch_off()
        self._engine.substance.set_inertia(self._arm.body, self._spindle, screw.inertia_kgm2)
        self._let_touch(screw, touch=True)
        self.screw, self.peak_nm = screw, 0.0

    def advance(self, dt: float, scale: float) -> None:
        """Turn the spindle, as fast as the arm may move."""
        screw = self.screw
        if screw is None:
            return
        _, speed, self.torque_nm = self._engine.joints.state(self._arm.body, self._spindle)
        self._feel(screw, dt)
        wanted = _SLOW_RADPS
        if self.is_engaged:
            screw.follow()
            self.peak_nm = max(self.peak_nm, self.torque_nm)
            # What spinning up takes is little; once slow, it stays so.
            self._slow = self._slow or self.torque_nm > _SLOW_SHARE * screw.spec.torque_nm
            wanted = _SLOW_RADPS if self._slow else _FAST_RADPS
        rise = self._speed_radps + _SPIN_UP_RADPS2 * dt
        # Slower than slow is only rest: the solver could not pass on the torque.
        self._speed_radps = min(max(wanted * scale, _SLOW_RADPS), rise) if scale > 0.0 else 0.0
        is_held = (
            self.is_engaged
            and scale > 0.0
            and self.torque_nm >= _REACHED_SHARE * screw.spec.torque_nm
            and speed <= _STALLED_SHARE * self._speed_radps
        )
        self._stalled_s = self._stalled_s + dt if is_held else 0.0
        self._turn(self._speed_radps, screw.spec.torque_nm)

    def switch_off(self) -> None:
        """Stop the spindle and let the screw go."""
        if self.screw is None:
            return
        self._let_go()
        self._let_touch(self.screw, touch=False)
        self.screw = None
        self._turn(0.0, 1.0)

    def _feel(self, screw: LooseScrew, dt: float) -> None:
        """Take the screw when the bit presses into its recess, lose it when it is out."""
        pressing_n = self._engine.contacts.force_between_n(
            self._arm.body, screw.body, self._spindle, screw.thread
        )
        tip = self.tip
        is_in = pressing_n >= _PRESSED_N and screw.beside_m(tip) <= _RECESS * screw.spec.head_m
        self._lost_s = 0.0 if is_in else self._lost_s + dt
        if self.is_engaged and self._lost_s >= _LOST_S:
            self._let_go()
        elif is_in and not self.is_engaged:
            screw.start(tip, z_axis(self._arm.tool_pose(self.kind).orientation))
            self._take(screw)

    def _take(self, screw: LooseScrew) -> None:
        """Let spindle and screw turn as one."""
        self._coupling = self._engine.constraints.gear(
            self._arm.body,
            self._spindle,
            screw.body,
            screw.thread,
            axis=(0.0, 0.0, 1.0),
            softness=0.0,
            force=_COUPLING_NM,
        )
        self._taken_at = self._angle()

    def _let_go(self) -> None:
        if self._coupling is not None:
            self._engine.constraints.remove(self._coupling)
        self._coupling = None
        self._speed_radps = self._lost_s = self._stalled_s = 0.0
        self._slow = False

    def _let_touch(self, screw: LooseScrew, *, touch: bool) -> None:
        self._engine.contacts.set_between(
            self._arm.body, self._spindle, screw.body, screw.thread, touch=touch
        )

    def _angle(self) -> float:
        return self._engine.joints.position(self._arm.body, self._spindle)

    def _turn(self, speed_radps: float, torque_nm: float) -> None:
        self._engine.motors.run(self._arm.body, self._spindle, speed_radps, force=torque_nm)
