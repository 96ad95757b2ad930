"""Which island each fault of a world is for."""

from __future__ import annotations

from collections.abc import Sequence

from cobot_alloc.sim.partition.workspace import Grounds
from cobot_alloc.sim.world import FaultKind, FaultSpec, World

_OF_SENSING = (FaultKind.SENSING_DARK, FaultKind.SENSING_FROZEN)


class Adrift(Exception):
    """A fault that cannot be told to be of one island; says which and why."""


def island_faults(
    world: World, islands: Sequence[World], grounds: Grounds
) -> list[tuple[FaultSpec, ...]]:
    """
    Return the faults of each island.

    A part is in one island at a time, and a fault that is to happen to it happens there. So
    such a fault is in all of them; as is one of the sensing, which is the same for all.

    :raises Adrift: if how often a fault happens depended on what other islands do.
    """
    faults: list[list[FaultSpec]] = [[] for _ in islands]
    for number, fault in enumerate(world.faults):
        where = _where(fault, islands, grounds)
        during = not fault.is_from_the_start and fault.at_s is None
        is_counted = fault.nth is not None or fault.probability < 1.0
        if during and len(where) > 1 and (is_counted or fault.kind in _OF_SENSING):
            raise Adrift(
                f'fault {number} ({fault.kind.value}) counts what may happen in several groups of'
                ' arms; it would have to name an agent'
            )
        if fault.kind is FaultKind.PART_WRONG and not fault.is_from_the_start:
            raise Adrift(f'fault {number} (part_wrong) is of two parts, which may be anywhere')
        for island in where:
            faults[island].append(fault)
    return [tuple(of_island) for of_island in faults]


def _where(fault: FaultSpec, islands: Sequence[World], grounds: Grounds) -> list[int]:
    """Return the islands in which a fault can happen."""
    return [
        number
        for number, island in enumerate(islands)
        if (not fault.agent or any(arm.agent_id == fault.agent for arm in island.arms))
        and (not fault.station or _has(island, fault.station))
        and (not fault.skill or any(fault.skill in arm.skills for arm in island.arms))
        and (not fault.place or _owner(fault.place, island, grounds) == number)
    ]


def _has(island: World, station_id: str) -> bool:
    return any(station.station_id == station_id for station in island.stations)


def _owner(place: str, island: World, grounds: Grounds) -> int | None:
    location = island.location(place)
    return None if location is None else grounds.owner(location.position)
