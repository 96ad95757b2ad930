"""
A screw in its hole, as a mechanism of the physics.

It has two joints: it turns with friction, and a feed that is led by the turns and the pitch.
The friction is that of the thread: low while the screw runs down, and rising with the angle
once the head is seated or the thread binds. What it is not: the screw carries no load, the
thrust and the torque on it do not push or turn the part (that counts as clamped), and there
is no difference between tightening and loosening torque.
"""

from __future__ import annotations

from enum import Enum
from math import acos, dist, pi, tau

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.terms import BASE
from cobot_alloc.sim.kinematics.pointing import pointing
from cobot_alloc.sim.scene.assets import find_urdf
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.stations.reference_frame import ReferenceFrame
from cobot_alloc.sim.world import ScrewSpec, World

SEATED_M = 0.0002  #: a head that is no higher over its seat is seated
FEED, THREAD = 0, 1  #: its joints, and the links behind them

_RUNNING = 0.08  # share of the torque that running down takes
_RISE_RAD = pi / 3  # from the seat to the torque; ISO 5393 has 30 (hard) to 720 degrees (soft)
_BINDS_TURN = 0.4  # a crossed thread binds here
_START_TURN = 0.5  # up to here a thread can still be crossed
_HEAD_M = 0.009  # diameter in the URDF
_HEIGHT = 5 / 9  # of the head, as a share of its diameter
_FEED_N = 500.0  # keeps the screw at its height
_FOLLOW_S = 1 / 30  # how often it looks where its part is while nobody works at it
_INERTIA_KGM2_PER_NM = 1e-3


class Thread(str, Enum):
    """What a thread is like."""

    GOOD = 'good'
    CROSSED = 'crossed'  #: started askew; it binds before the head is seated
    STRIPPED = 'stripped'  #: it turns for ever


class Screw:
    """
    One screw; implements ``station.Station``.

    :ivar reference: what it is in.
    :ivar body: in the physics.
    """

    def __init__(self, engine: Engine, world: World, parts: Parts, spec: ScrewSpec) -> None:
        """Stand in the hole, turned in by no more than nothing."""
        self._engine = engine
        self.spec = spec
        self.reference = ReferenceFrame(world, parts, spec)
        self._thread = Thread.GOOD
        self._since_s = 0.0
        self._part_was: Pose | None = None
        self._seat_and_axis = self._placed_on = (spec.position, spec.direction)
        self.body = engine.bodies.load(
            find_urdf('screw.urdf'), scale=spec.head_m / _HEAD_M, keeps_inertia=True
        )
        # A screw is in nobody's way; only a bit is let touch it.
        for link in (BASE, FEED, THREAD):
            engine.contacts.forbid(self.body, link)
        engine.substance.set_inertia(self.body, THREAD, self.inertia_kgm2)
        self.go_along()
        self.clear()

    @property
    def thread(self) -> int:
        """The joint in which it turns, and its link."""
        return THREAD

    @property
    def inertia_kgm2(self) -> float:
        """
        The inertia of the spindle that drives it, and its own.

        That of a nutrunner's motor, as its gear shows it, for the torque in question. A screw
        has next to none, but with bodies so unequal the solver passes on no torque in the
        iterations that it has.
        """
        return _INERTIA_KGM2_PER_NM * self.spec.torque_nm

    @property
    def station_id(self) -> str:
        """Its name."""
        return self.spec.station_id

    @property
    def bodies(self) -> tuple[int, ...]:
        """The screw itself."""
        return (self.body,)

    def advance(self, dt: float) -> None:
        """Go along with the part."""
        if self.reference.part is not None:
            self._since_s += dt
            if self._since_s >= _FOLLOW_S:
                self._since_s = 0.0
                self.go_along()

    def go_along(self) -> None:
        """Be where the part is."""
        line = self._line()
        if line is not self._placed_on:
            self._placed_on = line
            there = pointing(*line, 0.0)
            self._engine.bodies.place(self.body, there.position, there.orientation)

    def joints(self) -> tuple[float, ...]:
        """Return feed and thread, metres and radians."""
        return self._engine.joints.positions(self.body, (FEED, THREAD))

    def describe(self) -> str:
        """Say how far it is in and how tight it is."""
        mm = max(0.0, self.height_m) * 1e3
        return f'{self.turned:.1f} turns in, head {mm:.1f} mm high, {self.tightness_nm:.2f} Nm'

    @property
    def axis(self) -> Vector:
        """The way in which it goes in, as it is now."""
        return self._line()[1]

    @property
    def seat(self) -> Vector:
        """Where the underside of its head rests when it is seated, as it is now."""
        return self._line()[0]

    @property
    def head(self) -> Vector:
        """The middle of its recess, as it is now."""
        return self.head_at(self.height_m)

    def head_at(self, height_m: float) -> Vector:
        """Return where the middle of its recess is at a height over the seat."""
        above = height_m + _HEIGHT * self.spec.head_m
        x, y, z = (s - a * above for s, a in zip(*self._line(), strict=True))
        return (x, y, z)

    @property
    def height_m(self) -> float:
        """How high the head is over its seat."""
        return self._engine.joints.position(self.body, FEED)

    @property
    def turned(self) -> float:
        """Turns since it was put in."""
        return self._engine.joints.position(self.body, THREAD) / tau

    @property
    def tightness_nm(self) -> float:
        """What it takes to turn it further, as a torque wrench would tell."""
        return self._friction_nm(self.turned)

    @property
    def is_in_place(self) -> bool:
        """Whether what it is on is where it is worked at, as measured."""
        return self.reference.is_in_place

    @property
    def is_done(self) -> bool:
        """Whether it is seated with its torque."""
        return self.height_m <= SEATED_M and self.tightness_nm >= 0.95 * self.spec.torque_nm

    def beside_m(self, tip: Vector) -> float:
        """Return how far a point is beside its axis."""
        return dist(tip, self._foot(tip))

    def lean_rad(self, direction: Vector) -> float:
        """Return the angle between a direction of length 1 and its axis."""
        cosine = sum(a * b for a, b in zip(direction, self.axis, strict=True))
        return acos(max(-1.0, min(1.0, cosine)))

    def start(self, tip: Vector, direction: Vector) -> None:
        """Be taken by a bit; a thread that is started askew is crossed."""
        is_straight = (
            self.beside_m(tip) <= self.spec.tolerance_m
            and self.lean_rad(direction) <= self.spec.tolerance_rad
        )
        if self._thread is Thread.GOOD and self.turned < _START_TURN and not is_straight:
            self._thread = Thread.CROSSED

    def follow(self) -> None:
        """Take up height and friction from how far it has been turned."""
        self.go_along()
        turned = self.turned
        motors = self._engine.motors
        motors.hold(self.body, FEED, self._height_at(turned), force=_FEED_N)
        motors.run(self.body, THREAD, 0.0, force=self._friction_nm(turned))

    def strip(self) -> None:
        """Hold no torque from now on, until it is replaced."""
        self._thread = Thread.STRIPPED
        self.follow()

    def clear(self) -> None:
        """Be replaced by a new one that stands loose in the hole, as by a person's hand."""
        self._thread = Thread.GOOD
        self.turn_to(0.0)

    def work_by_hand(self) -> None:
        """Be tightened to its torque, as by a person's wrench; one that cannot hold is not."""
        bind = _BINDS_TURN if self._thread is Thread.CROSSED else self.spec.turns
        self.turn_to(bind + _RISE_RAD / tau)

    def turn_to(self, turns: float) -> None:
        """Be turned by hand until it is this far in."""
        self._engine.joints.put(self.body, THREAD, turns * tau)
        self._engine.joints.put(self.body, FEED, self._height_at(turns))
        self.follow()

    def _height_at(self, turns: float) -> float:
        return max(0.0, self.spec.depth_m - self.spec.pitch_m * turns)

    def _friction_nm(self, turns: float) -> float:
        running = _RUNNING * self.spec.torque_nm
        if self._thread is Thread.STRIPPED:
            return running
        bind = _BINDS_TURN if self._thread is Thread.CROSSED else self.spec.turns
        past = max(0.0, turns - bind) * tau / _RISE_RAD
        return running + (self.spec.torque_nm - running) * past

    def _line(self) -> tuple[Vector, Vector]:
        """Return seat and axis; worked out anew only when the part has moved."""
        part = self.reference.pose
        if part != self._part_was:
            self._part_was = part
            seat = self.reference.point(self.spec.position)
            self._seat_and_axis = seat, self.reference.direction(self.spec.direction)
        return self._seat_and_axis

    def _foot(self, tip: Vector) -> Vector:
        """Return the point of its axis that is nearest to a point."""
        seat, axis = self._line()
        along = sum((t - s) * a for t, s, a in zip(tip, seat, axis, strict=True))
        x, y, z = (s + along * a for s, a in zip(seat, axis, strict=True))
        return (x, y, z)
