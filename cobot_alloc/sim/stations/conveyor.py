"""
A belt that carries parts to a stop by friction.

The belt is a long flat box on a prismatic joint. While it runs, a motor of limited force keeps
it at its speed, and before each step it is put back to where it was: so its surface moves on
for ever, its ends stay where they are, and the engine's own friction does the carrying. It is
level and straight, and turns at no pulley: what goes over its end falls.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import atan2, ceil, dist

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.scene.parts import Parts, turned
from cobot_alloc.sim.stations.belt_tracking import BeltTracking
from cobot_alloc.sim.stations.box_urdf import (
    ALUMINIUM,
    Block,
    BLUE,
    DARK,
    load_boxes,
    RUBBER,
    Slide,
    YELLOW,
)
from cobot_alloc.sim.stations.light_curtain import lies_on, LightCurtain
from cobot_alloc.sim.world import ConveyorSpec

_BELT = 0  # the joint
_BELT_N = 300.0
_LOOK_S = 0.05  # how often belt and light curtain are looked at
_EYE_S = 0.0125  # how often the eye is, while the belt runs
_CLEAR_S = 0.4  # for which the eye must see nothing before the belt goes on
_EYE_BEFORE_M = 0.006  # the stop, for the belt to brake
_EYE_ABOVE_M = 0.016  # the belt
_CURTAIN_M = 0.15  # over the belt
_RAIL_M = 0.012  # width of the rails
_STOP_M = 0.07  # depth of the stop: no finger gets in behind it
_ABOVE_M = 0.25  # how far above the belt something on it may be
_LEGS_M = 1.2  # at most, from leg to leg


@dataclass(frozen=True, kw_only=True)
class BeltSync:
    """
    What one of two physics that share a belt tells the other about it, again and again.

    :ivar is_running: said by the first: whether it moves.
    :ivar is_held: said by the second: whether it must not, for a jam or for somebody over it.
    """

    is_running: bool = False
    is_held: bool = False


class Conveyor:
    """
    One belt; implements ``station.Station`` and ``carrier.Carrier``.

    Where a belt leads from one physics into another it is in both. The first one leads: it
    decides, and the other moves when it hears that the first does; its eye stops it itself.

    :ivar has_power: without, it stands.
    :ivar is_running: whether the belt moves.
    """

    def __init__(self, engine: Engine, spec: ConveyorSpec, parts: Parts) -> None:
        """Build it, at rest."""
        self._engine = engine
        self._parts = parts
        self.spec = spec
        self._length_m = dist(spec.start, spec.end)
        along = (spec.end[0] - spec.start[0], spec.end[1] - spec.start[1])
        self._yaw = atan2(along[1], along[0])
        belt = Slide(
            name='belt', travel_m=0.0, mass_kg=5.0, blocks=[_belt(self._length_m, spec.width_m)]
        )
        frame = _frame(self._length_m, spec.width_m, height_m=spec.start[2])
        self.body = load_boxes(engine, 'conveyor', frame, [belt], origin=spec.start, yaw=self._yaw)
        engine.substance.set_surface(self.body, _BELT, friction=1.0)
        self._curtain = LightCurtain(engine, *self._box(_CURTAIN_M))
        self._eye = self._eye_ends()
        self._tracking, self._gone_m = BeltTracking(spec), 0.0
        self._look_in_s = self._eye_in_s = self._clear_for_s = 0.0
        self._is_jammed = False
        self._leads, self._other = True, BeltSync()
        self.has_power, self.is_running = True, False
        self._stop()

    @property
    def station_id(self) -> str:
        """Its name."""
        return self.spec.station_id

    @property
    def bodies(self) -> tuple[int, ...]:
        """Return its one body."""
        return (self.body,)

    def joints(self) -> tuple[float, ...]:
        """Return the position of the belt, which ends each step a little beyond zero."""
        return (0.0,)

    def describe(self) -> str:
        """Say how it stands, as measured."""
        load = ', '.join(self.load()) or 'nothing'
        return f'{"running" if self.is_running else "standing"}, {load} on it'

    def watch_for(self, agents: Collection[int]) -> None:
        """Stand still while any of these bodies reaches over the belt."""
        self._curtain.watch_for(agents)

    # What it measures

    def load(self) -> list[str]:
        """Return the parts that lie on the belt, the foremost first."""
        found = [part for part in self._parts.bodies if self.bears(part)]
        return sorted(found, key=lambda part: -self._along_m(self._parts.pose(part).position))

    def bears(self, part: str) -> bool:
        """Tell whether a part lies on the belt."""
        return lies_on(self._engine, self._parts.bodies[part], self.body, _BELT)

    def has_brought(self, part: str) -> bool:
        """Tell whether a part is the one that lies at the stop, in front of the eye, at rest."""
        if self.is_running or not self._parts.is_at_rest(part):
            return False
        seen = self._engine.rays.body(*self._eye)
        return bool(seen == self._parts.bodies[part] and self.bears(part))

    def is_loaded_at(self, place: Vector) -> bool:
        """Tell whether a place is on the belt, short of where parts come to rest."""
        return self._is_over(place) and not self.brings_to(place)

    def can_be_loaded(self) -> bool:
        """Tell that a belt always is where it is."""
        return True

    def carries_from(self, part: str, place: Vector, within_m: float) -> bool:
        """Tell whether a part rides on it that has ridden from a place on."""
        self._track([part])
        return self._tracking.rides_from(part, self._in_belt_frame(place), within_m)

    def brings_to(self, place: Vector) -> bool:
        """Tell whether a place is where parts come to rest at the stop."""
        return self._is_over(place) and self._along_m(place) > self._length_m - self.spec.width_m

    def sees_part(self) -> bool:
        """Tell whether the photo-eye is interrupted."""
        return self._engine.rays.body(*self._eye) is not None

    # Between two physics

    def be_led(self) -> None:
        """Move as the belt does that this one is the end of."""
        self._leads = False

    def sync(self) -> BeltSync:
        """Return what the other physics has to know of it."""
        if self._leads:
            return BeltSync(is_running=self.is_running)
        stuck = self._is_jammed or not self.has_power
        return BeltSync(is_held=stuck or self._curtain.is_interrupted())

    def take_up(self, sync: BeltSync) -> None:
        """Take up what the other physics says of it."""
        self._other = sync
        if not self._leads:
            may_run = sync.is_running and self.has_power and not self._is_jammed
            if may_run and not self.is_running and not self.sees_part():
                self._run()
            elif self.is_running and not may_run:
                self._stop()

    # What happens to it

    def jam(self) -> None:
        """Stick."""
        self._is_jammed = True
        self._stop()

    def clear(self) -> None:
        """Work again."""
        self._is_jammed = False

    def set_power(self, *, on: bool) -> None:
        """Be with or without power."""
        self.has_power = on
        if not on:
            self._stop()

    def advance(self, dt: float) -> None:
        """Move what is on the belt for a step."""
        self._look_in_s -= dt
        if self._look_in_s <= 0.0:
            self._look_in_s += _LOOK_S
            touching = self._touching()
            self._track({*touching, *self._tracking.parts})
            if self._leads:
                self._control(is_loaded=bool(touching))
        if self.is_running:
            self._gone_m += self.spec.speed_mps * dt
            self._engine.joints.put(self.body, _BELT, 0.0, self.spec.speed_mps)
            self._eye_in_s -= dt
            if self._eye_in_s <= 0.0:
                self._eye_in_s += _EYE_S
                if self.sees_part():
                    self._stop()

    def _control(self, *, is_loaded: bool) -> None:
        if not self.has_power or self._is_jammed:
            return
        if self.sees_part():
            self._clear_for_s = 0.0
        else:
            self._clear_for_s += _LOOK_S
        may_run = (
            self._clear_for_s >= _CLEAR_S
            and is_loaded
            and not self._other.is_held
            and not self._curtain.is_interrupted()
        )
        if may_run and not self.is_running:
            self._run()
        elif self.is_running and not may_run:
            self._stop()

    def _touching(self) -> list[str]:
        """Return the parts that touch the belt, found faster than by ``load``."""
        bodies = set(self._engine.contacts.others(self.body, _BELT))
        return [
            part
            for part, body in self._parts.bodies.items()
            if body in bodies or (not self._parts.is_here(part) and self.bears(part))
        ]

    def _track(self, parts: Iterable[str]) -> None:
        """Take note of which of these parts ride, and where they are."""
        for part in parts:
            if self.bears(part):
                self._tracking.update(
                    part, self._in_belt_frame(self._parts.position(part)), self._gone_m
                )
            else:
                self._tracking.drop(part)

    def _run(self) -> None:
        self.is_running = True
        self._engine.motors.run(self.body, _BELT, self.spec.speed_mps, force=_BELT_N)
        self._engine.substance.forbid_sleep(self.body, wake=True)
        for part in filter(self._parts.is_here, self.load()):
            self._parts.wake(part)

    def _stop(self) -> None:
        self.is_running = False
        self._engine.joints.put(self.body, _BELT, 0.0, 0.0)
        self._engine.motors.run(self.body, _BELT, 0.0, force=_BELT_N)
        self._engine.substance.allow_sleep(self.body, wake=True)

    def _along_m(self, position: Vector) -> float:
        """Return how far along the belt a position is."""
        return self._in_belt_frame(position)[0]

    def _in_belt_frame(self, position: Vector) -> tuple[float, float]:
        x, y = position[0] - self.spec.start[0], position[1] - self.spec.start[1]
        return turned(-self._yaw, x, y)

    def _is_over(self, place: Vector) -> bool:
        along, aside = self._in_belt_frame(place)
        above = place[2] - self.spec.start[2]
        return (
            0.0 <= along <= self._length_m
            and abs(aside) <= self.spec.width_m / 2
            and -0.01 <= above <= _ABOVE_M
        )

    def _point(self, along: float, aside: float, above: float) -> Vector:
        x, y = turned(self._yaw, along, aside)
        return (self.spec.start[0] + x, self.spec.start[1] + y, self.spec.start[2] + above)

    def _box(self, height_m: float) -> tuple[Vector, Vector]:
        half = self.spec.width_m / 2
        corners = [
            self._point(along, aside, above)
            for along in (0.0, self._length_m)
            for aside in (-half, half)
            for above in (0.005, height_m)
        ]
        axes = list(zip(*corners, strict=True))
        (x, y, z), (u, v, w) = ([pick(axis) for axis in axes] for pick in (min, max))
        return (x, y, z), (u, v, w)

    def _eye_ends(self) -> tuple[Vector, Vector]:
        at, half = self._length_m - _EYE_BEFORE_M, self.spec.width_m / 2 + _RAIL_M
        return self._point(at, -half, _EYE_ABOVE_M), self._point(at, half, _EYE_ABOVE_M)


def _belt(length: float, width: float) -> Block:
    return Block(size=(length, width, 0.012), at=(length / 2, 0.0, -0.006), color=RUBBER)


def _frame(length: float, width: float, *, height_m: float) -> list[Block]:
    """Return rails, stop, eye and legs; the origin is where the belt begins, on its surface."""
    blocks = []
    for side in (-1, 1):
        y = side * (width / 2 + _RAIL_M / 2)
        long, middle = length + _STOP_M + 0.025, (length + _STOP_M - 0.025) / 2
        blocks += [
            Block(size=(long, _RAIL_M, 0.060), at=(middle, y, -0.022), color=ALUMINIUM),
            Block(
                size=(long, 0.002, 0.016),
                at=(middle, y + side * (_RAIL_M / 2 + 0.001), -0.022),
                color=BLUE,
                is_solid=False,
            ),
            Block(
                size=(0.018, 0.016, 0.036),
                at=(length - _EYE_BEFORE_M, y + side * 0.015, 0.010),
                color=YELLOW,
                is_solid=False,
            ),
        ]
    blocks += [
        Block(size=(_STOP_M, width, 0.055), at=(length + _STOP_M / 2, 0.0, 0.0075), color=DARK),
        Block(
            size=(0.004, width, 0.012),
            at=(length + 0.002, 0.0, 0.0295),
            color=YELLOW,
            is_solid=False,
        ),
        Block(size=(length - 0.02, width, 0.030), at=(length / 2, 0.0, -0.030), color=DARK),
    ]
    return [*blocks, *_legs(length, width, height_m)]


def _legs(length: float, width: float, height_m: float) -> list[Block]:
    stands = max(2, 1 + ceil((length - 0.2) / _LEGS_M))
    blocks = []
    for number in range(stands):
        x = 0.1 + (length - 0.2) * number / (stands - 1)
        tall = height_m - 0.045
        blocks.append(
            Block(size=(0.03, width, 0.03), at=(x, 0.0, -0.06 - tall / 2), color=ALUMINIUM)
        )
        for side in (-1, 1):
            y = side * width / 2
            blocks += [
                Block(size=(0.035, 0.035, tall), at=(x, y, -0.045 - tall / 2), color=ALUMINIUM),
                Block(size=(0.07, 0.07, 0.012), at=(x, y, 0.006 - height_m), color=DARK),
            ]
    return blocks
