"""Make one of what the partitions of a world tell, each of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cobot_alloc.application.arm_ports import ZoneReading
from cobot_alloc.application.shapes import Shape
from cobot_alloc.sim.partition.partitioning import Partition
from cobot_alloc.sim.partition.sync import PartitionStatus, SyncBroadcast, SyncMessage
from cobot_alloc.sim.stations.conveyor import BeltSync
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.snapshot import CellSnapshot


class MergedState:
    """
    Knows of which partition each thing is to be believed.

    :ivar owners: the partition in which each part is, kept up by ``broadcast``.
    """

    def __init__(self, world: World, partitions: Sequence[Partition]) -> None:
        """Of a belt that two share, the partition is believed that leads it."""
        self._world = world
        self._partitions = partitions
        self.arms = {arm.agent_id: it.number for it in partitions for arm in it.world.arms}
        self.stations = {
            station.station_id: it.number
            for it in partitions
            for station in it.world.stations
            if station.station_id not in it.follows
        }
        self.owners: dict[str, int] = {}

    def broadcast(self, messages: Mapping[int, SyncMessage]) -> SyncBroadcast:
        """Take note of where the parts are, and return what all partitions have to know."""
        belts: dict[str, dict[int, BeltSync]] = {}
        told = [(partition.number, messages[partition.number]) for partition in self._partitions]
        for number, of_it in told:
            self.owners |= {**dict.fromkeys(of_it.moved, number), **of_it.leaving}
            for name, sync in of_it.belts.items():
                belts.setdefault(name, {})[number] = sync
        return SyncBroadcast(
            moved={part: placement for _, it in told for part, placement in it.moved.items()},
            states={part: state for _, it in told for part, state in it.states.items()},
            leaving={part: to for _, it in told for part, to in it.leaving.items()},
            belts=belts,
        )

    def concerned(self, name: str) -> list[int]:
        """Return the partitions in which there is an arm or a station of that name."""
        return [
            it.number
            for it in self._partitions
            if name in {arm.agent_id for arm in it.world.arms}
            or name in {station.station_id for station in it.world.stations}
        ]

    def readings(self, statuses: Iterable[PartitionStatus]) -> list[ZoneReading]:
        """Return the readings of all zones, in the order of the world file."""
        partitioning = {
            reading.zone_id: reading for status in statuses for reading in status.zones
        }
        return [partitioning[zone.zone_id] for zone in self._world.zones]

    def snapshot(self, shots: Mapping[int, CellSnapshot]) -> CellSnapshot:
        """Return where everything is."""
        occupied = {zone for shot in shots.values() for zone in shot.occupied}
        return CellSnapshot(
            at_s=next(iter(shots.values())).at_s,
            arms={arm: shots[it].arms[arm] for arm, it in self.arms.items()},
            parts={part: shots[it].parts[part] for part, it in self._parts()},
            sizes={
                part: size
                for part, it in self._parts()
                if (size := shots[it].sizes.get(part)) is not None
            },
            stations={
                name: shots[it].stations[name]
                for name, it in self.stations.items()
                if name in shots[it].stations
            },
            beads={name: line for shot in shots.values() for name, line in shot.beads.items()},
            occupied=tuple(it.zone_id for it in self._world.zones if it.zone_id in occupied),
        )

    def shapes(self, shown: Mapping[int, Sequence[Shape]]) -> Iterator[Shape]:
        """Yield the shapes of everything, each thing once."""
        believed = {
            'stations': self.stations,
            'parts': self.owners,
            'fixtures': {fixture.fixture_id: 0 for fixture in self._world.fixtures},
        }
        for number, shapes in shown.items():
            for shape in shapes:
                if believed.get(shape.group, {}).get(shape.name, number) == number:
                    yield shape

    def fingerprint(self, prints: Mapping[int, Mapping[str, bytes]]) -> dict[str, bytes]:
        """Return the digests of everything, by name."""
        owners = {
            **{f'arm {name}': it for name, it in self.arms.items()},
            **{f'part {name}': it for name, it in self._parts()},
            **{f'station {name}': it for name, it in self.stations.items()},
        }
        return {name: prints[it][name] for name, it in owners.items()}

    def _parts(self) -> Iterator[tuple[str, int]]:
        """Yield the parts, in the order of the world file, each with its partition."""
        for part in self._world.parts:
            yield part.part_id, self.owners[part.part_id]
