"""
Split a world into partitions: groups of arms that have nothing in common but belts.

Two arms are of one partition if their rooms meet, or if a station is in the rooms of both. A belt
that begins on the ground of one partition and ends on that of another joins the two. What never
moves, fixtures and the floor, is in every partition, and so is every location.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, dist, hypot

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.partition.fault_split import AmbiguousFault, partition_faults
from cobot_alloc.sim.partition.workspace import Ownership, Workspace, workspace_of
from cobot_alloc.sim.world import ConveyorSpec, PartSpec, ShuttleSpec, World
from cobot_alloc.sim.world.stations import StationSpec

_STATION_M = 0.4  # a station sticks out so far over where it is
_STRIDE_M = 0.1  # between two spots of a belt that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """
    One group of arms, and what they can reach.

    :ivar number: of the partition, and of its ground, from 0.
    :ivar world: with its own arms, stations, zones and faults; all the rest is that of all.
    :ivar leads: the belts that begin here and end in another partition.
    :ivar follows: the belts that end here and begin in another partition.
    """

    number: int
    world: World
    leads: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Partitioning:
    """
    The partitions of a world.

    :ivar ownership: tell to which partition a spot belongs.
    :ivar why_one: why the world is one partition; empty if there are several.
    """

    partitions: tuple[Partition, ...]
    ownership: Ownership
    why_one: str = ''


def partition_world(world: World) -> Partitioning:
    """
    Return the partitions of a world, those of its arms first that come first in its file.

    :raises BadInput: if the URDF of an arm cannot be read.
    """
    workspaces = [workspace_of(arm, held_m=_longest_m(world.parts)) for arm in world.arms]
    if world.people:
        return _as_one(world, workspaces, 'there are people, who walk from arm to arm')
    groups = _grouped(world, workspaces)
    count = max(groups, default=0) + 1
    if count < 2:
        return _as_one(world, workspaces, 'its arms share room or stations')
    ownership = Ownership(workspaces=tuple(zip(workspaces, groups, strict=True)))
    partitions = [_partition(world, number, groups, ownership) for number in range(count)]
    try:
        faults = partition_faults(world, [it.world for it in partitions], ownership)
    except AmbiguousFault as why:
        return _as_one(world, workspaces, str(why))
    return Partitioning(
        partitions=tuple(
            replace(it, world=replace(it.world, faults=faults[it.number])) for it in partitions
        ),
        ownership=ownership,
    )


def _as_one(world: World, workspaces: Sequence[Workspace], why: str) -> Partitioning:
    ownership = Ownership(workspaces=tuple((workspace, 0) for workspace in workspaces))
    return Partitioning(
        partitions=(Partition(number=0, world=world),), ownership=ownership, why_one=why
    )


def _partition(
    world: World, number: int, groups: Sequence[int], ownership: Ownership
) -> Partition:
    arms = tuple(arm for arm, group in zip(world.arms, groups, strict=True) if group == number)
    names = {arm.agent_id for arm in arms}
    leads, follows = [], []
    for belt in world.conveyors:
        start, end = ownership.owner(belt.start), ownership.owner(belt.end)
        if start == number != end:
            leads.append(belt.station_id)
        elif end == number != start:
            follows.append(belt.station_id)

    def is_here(station: StationSpec) -> bool:
        return station.station_id in follows or ownership.owner(_spots(station)[0]) == number

    return Partition(
        number=number,
        world=replace(
            world,
            arms=arms,
            zones=tuple(zone for zone in world.zones if zone.agent_id in names),
            machines=tuple(filter(is_here, world.machines)),
            conveyors=tuple(filter(is_here, world.conveyors)),
            shuttles=tuple(filter(is_here, world.shuttles)),
            pallets=tuple(filter(is_here, world.pallets)),
            screws=tuple(filter(is_here, world.screws)),
            seams=tuple(filter(is_here, world.seams)),
            edges=tuple(filter(is_here, world.edges)),
            workholds=tuple(filter(is_here, world.workholds)),
        ),
        leads=tuple(leads),
        follows=tuple(follows),
    )


def _grouped(world: World, workspaces: Sequence[Workspace]) -> list[int]:
    """Return for each arm the number of its group."""
    groups = _Groups(len(workspaces))
    for one, workspace in enumerate(workspaces):
        for other in range(one):
            if workspace.meets(workspaces[other]):
                groups.join(one, other)
    stations = [it for it in world.stations if not isinstance(it, ConveyorSpec)]
    for station in stations:
        groups.join(*_concerned(workspaces, _spots(station), _STATION_M))
    while any(_joined_by(belt, workspaces, groups) for belt in world.conveyors):
        pass  # what one belt has joined may be what another leads past
    return groups.numbers()


def _joined_by(belt: ConveyorSpec, workspaces: Sequence[Workspace], groups: _Groups) -> bool:
    """Join the groups that a belt is in, but for that in which it ends; tell if there were any."""
    start, end = (_nearest(workspaces, spot) for spot in (belt.start, belt.end))
    others = _concerned(workspaces, _spots(belt), belt.width_m)
    return groups.join(start, *(arm for arm in others if not groups.are_one(arm, end)))


def _concerned(
    workspaces: Sequence[Workspace], spots: Iterable[Vector], margin_m: float
) -> list[int]:
    """Return the arms that reach any of the spots, and those whose ground they are."""
    spots = list(spots)
    near = {
        arm
        for arm, workspace in enumerate(workspaces)
        if any(workspace.gap_m(spot) < margin_m for spot in spots)
    }
    return sorted(near | {_nearest(workspaces, spot) for spot in spots})


def _nearest(workspaces: Sequence[Workspace], spot: Vector) -> int:
    return min(range(len(workspaces)), key=lambda arm: workspaces[arm].gap_m(spot))


def _spots(station: StationSpec) -> tuple[Vector, ...]:
    """Return spots that tell where a station is; the first is where a belt begins."""
    if isinstance(station, ShuttleSpec):
        return (station.load_at, station.unload_at)
    if isinstance(station, ConveyorSpec):
        return tuple(_along(station.start, station.end))
    return (station.work_at,)


def _along(start: Vector, end: Vector) -> Iterator[Vector]:
    strides = ceil(dist(start, end) / _STRIDE_M)
    for stride in range(strides + 1):
        x, y, z = (a + (b - a) * stride / strides for a, b in zip(start, end, strict=True))
        yield (x, y, z)


def _longest_m(parts: Iterable[PartSpec]) -> float:
    return max((hypot(*part.size) for part in parts), default=0.0)


class _Groups:
    """Which of so many things are of one group: each alone, at first."""

    def __init__(self, count: int) -> None:
        self._first = list(range(count))

    def join(self, *members: int) -> bool:
        """Let these be of one group; tell if they were not."""
        firsts = {self._first[member] for member in members}
        if len(firsts) < 2:
            return False
        self._first = [min(firsts) if it in firsts else it for it in self._first]
        return True

    def are_one(self, one: int, other: int) -> bool:
        """Tell whether two are of one group."""
        return self._first[one] == self._first[other]

    def numbers(self) -> list[int]:
        """Return the groups, numbered from 0 in the order of their first members."""
        order = sorted(set(self._first))
        return [order.index(it) for it in self._first]
