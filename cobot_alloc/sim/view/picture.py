"""Take a picture of the cell, for people to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import atan, degrees, hypot

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.application.arm_ports import ZoneReading
from cobot_alloc.application.world import World
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.people.walkers import People
from cobot_alloc.sim.scene.assets import find_urdf
from cobot_alloc.sim.view.raster import Camera, LIGHT, look, Raster
from cobot_alloc.sim.view.shading import Color, Disc, paint

_PERSON_M = 1.75  # height of the person in person.urdf
_LIGHT_M = 25.0  # how far off the light stands
_LIGHT_PX = 1600  # size of what it sees; less for small pictures
_ZONE_COLORS: Mapping[SafetyMode, Color] = {
    SafetyMode.STOPPED: (0.86, 0.20, 0.16),
    SafetyMode.REDUCED: (0.96, 0.70, 0.10),
}
_FREE, _OCCUPIED = 0.10, 0.34  # how strongly a zone is coloured

Picture = NDArray[np.uint8]  #: (height, width, 3), red, green, blue


class Studio:
    """Takes pictures of a cell that was built with visuals."""

    def __init__(self, bullet: Bullet, world: World, people: People, *, floor: int) -> None:
        """Dress the people."""
        self._bullet = bullet
        self._world = world
        self._people = people
        self._floor = floor
        self._figures = {
            name: bullet.loadURDF(
                str(find_urdf('person.urdf')),
                globalScaling=people.spec(name).height_m / _PERSON_M,
                useFixedBase=True,
            )
            for name, _ in people.positions()
        }

    def picture(
        self,
        width: int,
        height: int,
        *,
        camera: Camera | None,
        readings: Iterable[ZoneReading],
        fineness: int,
    ) -> Picture:
        """Return a picture; each pixel is the mean of ``fineness`` squared."""
        self._place_figures()
        middle = _middle(self._world)
        camera = camera or _overview(middle)
        seen = look(self._bullet, camera, width * fineness, height * fineness, span=(0.5, 30.0))
        color = paint(
            seen,
            self._light(middle, min(_LIGHT_PX, 2 * max(width, height))),
            floor=self._floor,
            middle=middle,
            discs=self._discs(readings),
        )
        mean = color.reshape(height, fineness, width, fineness, 3).mean(axis=(1, 3))
        return np.asarray(np.clip(mean * 255 + 0.5, 0, 255), dtype=np.uint8)

    def _place_figures(self) -> None:
        for name, position in self._people.positions():
            facing = self._bullet.getQuaternionFromEuler((0.0, 0.0, self._people.heading(name)))
            self._bullet.resetBasePositionAndOrientation(self._figures[name], position, facing)

    def _light(self, middle: Vector, size: int) -> Raster:
        """Return what the light sees of the cell: whatever it does not see is in shadow."""
        reach_m = 2.5 + max(
            hypot(x - middle[0], y - middle[1]) for x, y, _ in _extent(self._world)
        )
        length = hypot(*LIGHT)
        away = np.array(LIGHT) / length
        lamp = Camera(
            target=middle,
            distance_m=_LIGHT_M,
            yaw_deg=degrees(np.arctan2(away[0], -away[1])),
            pitch_deg=-degrees(np.arcsin(away[2])),
            field_deg=2 * degrees(atan(reach_m / _LIGHT_M)),
        )
        span = (_LIGHT_M - reach_m - 2.0, _LIGHT_M + reach_m + 2.0)
        return look(self._bullet, lamp, size, size, span=span)

    def _discs(self, readings: Iterable[ZoneReading]) -> list[Disc]:
        occupied = {reading.zone_id for reading in readings if reading.occupied}
        zones = sorted(self._world.zones, key=lambda zone: -zone.volume.radius_m)
        return [
            Disc(
                volume=zone.volume,
                color=_ZONE_COLORS[zone.mode],
                strength=_OCCUPIED if zone.zone_id in occupied else _FREE,
            )
            for zone in zones
        ]


def _extent(world: World) -> list[Vector]:
    return [arm.base for arm in world.arms] + [place.position for place in world.locations]


def _middle(world: World) -> Vector:
    bases = np.array([arm.base for arm in world.arms])
    x, y, z = bases.mean(axis=0).tolist()
    return (x, y, z)


def _overview(middle: Vector) -> Camera:
    return Camera(target=middle, distance_m=6.1, yaw_deg=27.0, pitch_deg=-28.0)
