"""All stations of a cell, made from its world and known by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from cobot_alloc.application.world import World
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.stations.station import Station

S = TypeVar('S')


class Yard:
    """The stations of a cell."""

    def __init__(self, bullet: Bullet, world: World, parts: Parts, *, flags: int) -> None:
        """
        Make every station of the world.

        :raises BadInput: if two have the same name.
        """
        self._stations: dict[str, Station] = {}
        for station in self._made(bullet, world, parts, flags):
            if station.station_id in self._stations:
                raise BadInput(f'there are two stations {station.station_id!r}')
            self._stations[station.station_id] = station

    def __iter__(self) -> Iterator[Station]:
        """Go through the stations in the order of the world file."""
        return iter(self._stations.values())

    def find(self, station_id: str, kind: type[S]) -> S | None:
        """Return the station of that name if it is of that kind, or None."""
        station = self._stations.get(station_id)
        return station if isinstance(station, kind) else None

    def _made(self, bullet: Bullet, world: World, parts: Parts, flags: int) -> Iterator[Station]:
        """Yield the stations, kind by kind."""
        yield from ()
