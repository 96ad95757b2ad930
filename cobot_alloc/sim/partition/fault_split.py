"""Which partition each fault of a world is for."""

from __future__ import annotations

from collections.abc import Sequence

from cobot_alloc.sim.partition.workspace import Ownership
from cobot_alloc.sim.world import FaultKind, FaultSpec, World

_OF_SENSING = (FaultKind.SENSING_DARK, FaultKind.SENSING_FROZEN)


class AmbiguousFault(Exception):
    """A fault that cannot be told to be of one partition; says which and why."""


def partition_faults(
    world: World, partitions: Sequence[World], ownership: Ownership
) -> list[tuple[FaultSpec, ...]]:
    """
    Return the faults of each partition.

    A part is in one partition at a time, and a fault that is to happen to it happens there. So
    such a fault is in all of them; as is one of the sensing, which is the same for all.

    :raises Adrift: if how often a fault happens depended on what other partitions do.
    """
    faults: list[list[FaultSpec]] = [[] for _ in partitions]
    for number, fault in enumerate(world.faults):
        where = _where(fault, partitions, ownership)
        during = not fault.is_from_the_start and fault.at_s is None
        is_counted = fault.nth is not None or fault.probability < 1.0
        if during and len(where) > 1 and (is_counted or fault.kind in _OF_SENSING):
            raise AmbiguousFault(
                f'fault {number} ({fault.kind.value}) counts what may happen in several groups of'
                ' arms; it would have to name an agent'
            )
        if fault.kind is FaultKind.PART_WRONG and not fault.is_from_the_start:
            raise AmbiguousFault(
                f'fault {number} (part_wrong) is of two parts, which may be anywhere'
            )
        for partition in where:
            faults[partition].append(fault)
    return [tuple(of_partition) for of_partition in faults]


def _where(fault: FaultSpec, partitions: Sequence[World], ownership: Ownership) -> list[int]:
    """Return the partitions in which a fault can happen."""
    return [
        number
        for number, partition in enumerate(partitions)
        if (not fault.agent or any(arm.agent_id == fault.agent for arm in partition.arms))
        and (not fault.station or _has(partition, fault.station))
        and (not fault.skill or any(fault.skill in arm.skills for arm in partition.arms))
        and (not fault.place or _owner(fault.place, partition, ownership) == number)
    ]


def _has(partition: World, station_id: str) -> bool:
    return any(station.station_id == station_id for station in partition.stations)


def _owner(place: str, partition: World, ownership: Ownership) -> int | None:
    location = partition.location(place)
    return None if location is None else ownership.owner(location.position)
