"""All stations of a cell, made from its world and known by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.stations.carrier import Carrier
from cobot_alloc.sim.stations.conveyor import Conveyor
from cobot_alloc.sim.stations.edge import Edge
from cobot_alloc.sim.stations.machine import Machine
from cobot_alloc.sim.stations.pallet import Pallet
from cobot_alloc.sim.stations.screw import Screw
from cobot_alloc.sim.stations.seam import Seam
from cobot_alloc.sim.stations.shuttle import Shuttle
from cobot_alloc.sim.stations.station import Station
from cobot_alloc.sim.stations.workhold import Workhold
from cobot_alloc.sim.world import World

S = TypeVar('S')


class Stations:
    """The stations of a cell."""

    def __init__(self, engine: Engine, world: World, parts: Parts) -> None:
        """
        Make every station of the world.

        :raises BadInput: if two have the same name.
        """
        self._stations: dict[str, Station] = {}
        for station in self._made(engine, world, parts):
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

    @property
    def carriers(self) -> tuple[Carrier, ...]:
        """The stations that take parts from one place to another."""
        return tuple(it for it in self._stations.values() if isinstance(it, Carrier))

    def watch_for(self, agents: Collection[int]) -> None:
        """Let what moves by itself stand still while any of these bodies reaches over it."""
        for carrier in self.carriers:
            carrier.watch_for(agents)

    def watch_hands(self, hands: Collection[int]) -> None:
        """Let what people work on know their hands by these bodies."""
        for station in self._stations.values():
            if isinstance(station, Workhold):
                station.watch_for(hands)

    @property
    def obstacles(self) -> Sequence[tuple[str, int]]:
        """The bodies that an arm could run into, each with its station's name."""
        return [
            (station.station_id, body)
            for station in self._stations.values()
            if not isinstance(station, Screw)  # nothing but a bit touches one
            for body in station.bodies
        ]

    @property
    def beads(self) -> Mapping[str, tuple[Vector, ...]]:
        """The lines of bead that were laid, each with a name; points in frame world."""
        return {
            f'{seam.station_id}/{number}': line
            for seam in self._stations.values()
            if isinstance(seam, Seam)
            for number, line in enumerate(seam.beads)
        }

    def go_along(self) -> None:
        """Let what is in a part be where the part is, after parts were put elsewhere."""
        for station in self._stations.values():
            if isinstance(station, Screw):
                station.go_along()

    def _made(self, engine: Engine, world: World, parts: Parts) -> Iterator[Station]:
        """Yield the stations, kind by kind."""
        for machine in world.machines:
            yield Machine(engine, machine, parts, seed=world.seed)
        for conveyor in world.conveyors:
            yield Conveyor(engine, conveyor, parts)
        for shuttle in world.shuttles:
            yield Shuttle(engine, shuttle, parts)
        for pallet in world.pallets:
            yield Pallet(pallet, parts)
        for screw in world.screws:
            yield Screw(engine, world, parts, screw)
        for seam in world.seams:
            yield Seam(world, parts, seam)
        for edge in world.edges:
            yield Edge(world, parts, edge)
        for workhold in world.workholds:
            yield Workhold(engine, workhold, parts)
