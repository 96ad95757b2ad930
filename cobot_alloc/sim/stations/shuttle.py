"""
A tray on a rail that takes parts from where it is loaded to where it is emptied.

The tray is a body on a prismatic joint; a motor of limited force leads it along a smooth
course, and what is on it comes along by friction.
"""

from __future__ import annotations

from collections.abc import Collection
from math import atan2, dist, sqrt

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.scene.parts import Parts, turned
from cobot_alloc.sim.stations.box_urdf import (
    ALUMINIUM,
    Block,
    BLUE,
    DARK,
    load_boxes,
    Slide,
    STEEL,
    YELLOW,
)
from cobot_alloc.sim.stations.light_curtain import lies_on, LightCurtain
from cobot_alloc.sim.world import ShuttleSpec

_TRAY = 0  # the joint
_TRAY_N = 80.0
_STUCK_N = 5000.0
_MPS2 = 0.5  # gentle enough for what is on the tray not to slide
_AT_END_M = 0.002
_LOOK_S = 0.05  # how often tray and light curtain are looked at
_NEAR_M = 0.25  # beyond the loading end, where a person stands who loads it
_ASIDE_M = 0.05
_CURTAIN_M = 0.25  # over the tray
_LIP_M = 0.008


class Shuttle:
    """
    One tray; implements ``station.Station`` and ``carrier.Carrier``.

    :ivar has_power: without, it stays where it is.
    :ivar is_moving: whether the tray is on its way.
    """

    def __init__(self, engine: Engine, spec: ShuttleSpec, parts: Parts) -> None:
        """Build it, with its tray where it is loaded."""
        self._engine = engine
        self._parts = parts
        self.spec = spec
        self._travel_m = dist(spec.load_at, spec.unload_at)
        along = (spec.unload_at[0] - spec.load_at[0], spec.unload_at[1] - spec.load_at[1])
        self._yaw = atan2(along[1], along[0])
        self.body = load_boxes(
            engine,
            'shuttle',
            _frame(self._travel_m, spec.size_m, height_m=spec.load_at[2]),
            [Slide(name='tray', travel_m=self._travel_m, mass_kg=2.0, blocks=_tray(spec.size_m))],
            origin=spec.load_at,
            yaw=self._yaw,
        )
        engine.substance.set_surface(self.body, _TRAY, friction=1.0)
        self._curtain = LightCurtain(engine, *self._box())
        self._look_in_s = self._clear_for_s = 0.0
        self._is_jammed = self._is_interrupted = False
        self._led_m = self._speed_mps = self._goal_m = 0.0
        self.has_power = True
        self._lead()

    @property
    def station_id(self) -> str:
        """Its name."""
        return self.spec.station_id

    @property
    def bodies(self) -> tuple[int, ...]:
        """Return its one body."""
        return (self.body,)

    def joints(self) -> tuple[float, ...]:
        """Return how far the tray is from where it is loaded."""
        return (self.at_m,)

    def describe(self) -> str:
        """Say how it stands, as measured."""
        load = ', '.join(self.load()) or 'nothing'
        return f'tray {100 * self.at_m / self._travel_m:.0f} % of its way in, {load} on it'

    def watch_for(self, agents: Collection[int]) -> None:
        """Stand still while any of these bodies reaches over the tray's way."""
        self._curtain.watch_for(agents)

    # What it measures

    @property
    def at_m(self) -> float:
        """How far the tray is from where it is loaded."""
        return self._engine.joints.position(self.body, _TRAY)

    @property
    def is_moving(self) -> bool:
        """Whether it is on its way from one end to the other."""
        return self._led_m != self._goal_m

    def load(self) -> list[str]:
        """Return the parts that lie on the tray."""
        return [part for part in self._parts.bodies if self.bears(part)]

    def bears(self, part: str) -> bool:
        """Tell whether a part lies on the tray."""
        return lies_on(self._engine, self._parts.bodies[part], self.body, _TRAY)

    def has_brought(self, part: str) -> bool:
        """Tell whether a part lies on the tray where it is emptied."""
        is_in = self._travel_m - self.at_m < _AT_END_M
        return is_in and self._parts.is_at_rest(part) and self.bears(part)

    def is_loaded_at(self, place: Vector) -> bool:
        """Tell whether a place is on the tray where it is loaded."""
        return self._is_on_tray(place, tray_m=0.0)

    def can_be_loaded(self) -> bool:
        """Tell whether the tray stands where it is loaded."""
        return self.at_m < _AT_END_M and not self.is_moving

    def carries_from(self, part: str, place: Vector, within_m: float) -> bool:
        """Tell whether a part lies on the tray where it does if it was set down at a place."""
        if not self.bears(part):
            return False
        along, aside = self._in_rail_frame(self._parts.position(part))
        return dist((along - self.at_m, aside), self._in_rail_frame(place)) <= within_m

    def brings_to(self, place: Vector) -> bool:
        """Tell whether a place is on the tray where it is emptied."""
        return self._is_on_tray(place, tray_m=self._travel_m)

    # What happens to it

    def jam(self) -> None:
        """Stick where it is."""
        self._is_jammed, self._speed_mps = True, 0.0
        self._led_m = self.at_m
        self._lead(force_n=_STUCK_N)

    def clear(self) -> None:
        """Go on."""
        self._is_jammed = False
        self._lead()

    def set_power(self, *, on: bool) -> None:
        """Be with or without power; its brake holds it."""
        self.has_power = on
        if not on:
            self._led_m, self._speed_mps = self.at_m, 0.0
            self._lead()

    def advance(self, dt: float) -> None:
        """Look, and lead the tray on."""
        self._look_in_s -= dt
        if self._look_in_s <= 0.0:
            self._look_in_s += _LOOK_S
            self._check_tray()
        if self.has_power and not self._is_jammed and self.is_moving:
            self._move(dt)

    def _check_tray(self) -> None:
        self._is_interrupted = self._curtain.is_interrupted()
        self._clear_for_s = 0.0 if self._is_interrupted else self._clear_for_s + _LOOK_S
        if self.is_moving or self._clear_for_s < self.spec.clear_s:
            return
        self._goal_m = self._travel_m if self.load() else 0.0

    def _move(self, dt: float) -> None:
        left_m = self._goal_m - self._led_m
        wanted = 0.0 if self._is_interrupted else self.spec.speed_mps
        wanted = min(wanted, sqrt(2 * _MPS2 * abs(left_m)))
        faster, slower = self._speed_mps + _MPS2 * dt, self._speed_mps - _MPS2 * dt
        self._speed_mps = max(min(wanted, faster), slower, 0.0)
        stride_m = self._speed_mps * dt
        if abs(left_m) <= max(stride_m, 1e-4):
            self._led_m, self._speed_mps = self._goal_m, 0.0
        else:
            self._led_m += stride_m if left_m > 0 else -stride_m
        self._lead()

    def _lead(self, force_n: float = _TRAY_N) -> None:
        way = 1.0 if self._goal_m > self._led_m else -1.0
        self._engine.motors.follow(
            self.body, _TRAY, self._led_m, velocity=way * self._speed_mps, force=force_n
        )
        if self.is_moving:
            self._engine.substance.forbid_sleep(self.body, wake=True)
        else:
            self._engine.substance.allow_sleep(self.body, wake=True)

    def _is_on_tray(self, place: Vector, *, tray_m: float) -> bool:
        along, aside = self._in_rail_frame(place)
        half, above = self.spec.size_m / 2, place[2] - self.spec.load_at[2]
        return abs(along - tray_m) <= half and abs(aside) <= half and abs(above) < 0.02

    def _in_rail_frame(self, position: Vector) -> tuple[float, float]:
        """Return how far along the rail, and how far aside, a position is."""
        x, y = position[0] - self.spec.load_at[0], position[1] - self.spec.load_at[1]
        return turned(-self._yaw, x, y)

    def _box(self) -> tuple[Vector, Vector]:
        half = self.spec.size_m / 2
        corners = [
            (*turned(self._yaw, along, aside), above)
            for along in (-half - _NEAR_M, self._travel_m + half)
            for aside in (-half - _ASIDE_M, half + _ASIDE_M)
            for above in (0.02, _CURTAIN_M)
        ]
        low, high = ([pick(axis) for axis in zip(*corners, strict=True)] for pick in (min, max))
        x, y, z = self.spec.load_at
        return (x + low[0], y + low[1], z + low[2]), (x + high[0], y + high[1], z + high[2])


def _tray(size: float) -> list[Block]:
    edge, lip = size / 2 - _LIP_M / 2, (0.012, 0.006)
    return [
        Block(size=(size, size, 0.010), at=(0.0, 0.0, -0.005), color=BLUE),
        *(
            Block(size=(_LIP_M, size, lip[0]), at=(side * edge, 0.0, lip[1]), color=STEEL)
            for side in (-1, 1)
        ),
        *(
            Block(
                size=(size - 2 * _LIP_M, _LIP_M, lip[0]),
                at=(0.0, side * edge, lip[1]),
                color=STEEL,
            )
            for side in (-1, 1)
        ),
        Block(size=(size * 0.5, size * 0.8, 0.012), at=(0.0, 0.0, -0.016), color=DARK),
    ]


def _frame(travel: float, size: float, *, height_m: float) -> list[Block]:
    """Return two rails on posts; the origin is on the tray's surface where it is loaded."""
    long, middle = travel + size, travel / 2
    tall = height_m - 0.045
    blocks = []
    for side in (-1, 1):
        y = side * size * 0.3
        blocks.append(Block(size=(long, 0.02, 0.014), at=(middle, y, -0.031), color=ALUMINIUM))
        blocks.append(
            Block(
                size=(0.008, size * 0.8, 0.022),
                at=(middle + side * (long / 2 - 0.004), 0.0, -0.031),
                color=YELLOW,
            )
        )
    for x in (0.0, travel):
        blocks += [
            Block(size=(0.05, size * 0.75, 0.014), at=(x, 0.0, -0.045), color=DARK),
            Block(size=(0.04, 0.06, tall), at=(x, 0.0, -0.045 - tall / 2), color=ALUMINIUM),
            Block(size=(0.12, 0.14, 0.010), at=(x, 0.0, 0.005 - height_m), color=DARK),
        ]
    return blocks
