"""Faults: about what there is, with the figures that their kind needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cobot_alloc.sim.world import FaultKind, FaultSpec, World
from cobot_alloc.sim.world.checks.world_problems import Keys, WorldProblems

_K = FaultKind
_OF_PARTS = {_K.PART_MISSING, _K.PART_MISPLACED, _K.PART_WRONG, _K.PART_DAMAGED, _K.PART_TOO_HEAVY}
_OF_STATIONS = {_K.STATION_JAMMED, _K.TORQUE_NOT_REACHED, _K.POWER_DIP}
_OF_ARMS = {
    _K.GRIP_SLIP,
    _K.BEAD_GAP,
    _K.ARM_STALLED,
    _K.ARM_DRIFT,
    _K.TOOL_LOST,
    _K.ARM_SILENT,
    _K.CAMERA_DARK,
}
_OF_SENSING = {_K.SENSING_DARK, _K.SENSING_FROZEN}


def check(world: World, problems: WorldProblems) -> None:
    """Say what is wrong with the faults of a world."""
    known: Mapping[str, tuple[str, Sequence[str]]] = {
        'part': ('part', [part.part_id for part in world.parts]),
        'other': ('part', [part.part_id for part in world.parts]),
        'agent': ('arm', [arm.agent_id for arm in world.arms]),
        'station': ('station', [station.station_id for station in world.stations]),
        'place': ('location', [place.name for place in world.locations]),
        'skill': ('skill of an arm', sorted({it for arm in world.arms for it in arm.skills})),
    }
    for index, fault in enumerate(world.faults):
        for key, (what, names) in known.items():
            name = getattr(fault, key)
            if name and name not in names:
                problems.unknown(('faults', index, key), f'a {what}', name, names)
        for keys, is_right, what in _figures(fault, index):
            if not is_right:
                problems.expected(keys, what)
        for key, what in _lacking(fault):
            problems.add(
                ('faults', index), f'got no {key} for {fault.kind.value}, expected {what}'
            )


def _figures(fault: FaultSpec, index: int) -> Iterator[tuple[Keys, bool, str]]:
    at = ('faults', index)
    yield (*at, 'at_s'), fault.at_s is None or fault.at_s >= 0, '>= 0'
    yield (*at, 'nth'), fault.nth is None or fault.nth >= 1, '>= 1'
    yield (*at, 'probability'), 0 < fault.probability <= 1, 'above 0, at most 1'
    yield (*at, 'after_fraction'), 0 <= fault.after_fraction < 1, '0 or more, below 1'
    yield (*at, 'lasts_s'), fault.lasts_s is None or fault.lasts_s > 0, '> 0'
    yield (*at, 'mass_kg'), fault.mass_kg is None or fault.mass_kg > 0, '> 0'
    yield (*at, 'size'), fault.size is None or all(side > 0 for side in fault.size), 'lengths > 0'


def _lacking(fault: FaultSpec) -> Iterator[tuple[str, str]]:
    """Yield the keys that are missing, and what is expected of them."""
    if fault.kind is _K.PART_MISPLACED and not any(fault.offset):
        yield 'offset', 'by how much it is moved'
    if fault.kind is _K.PART_WRONG and not fault.other:
        yield 'other', 'the part that lies there instead'
    if fault.kind is _K.PART_DAMAGED and fault.size is None:
        yield 'size', 'its true full extents'
    if fault.kind is _K.PART_TOO_HEAVY and fault.mass_kg is None:
        yield 'mass_kg', 'its true mass'
    if fault.kind is _K.ARM_DRIFT and fault.drift_radps == 0:
        yield 'drift_radps', 'how fast the joints drift'
    of_attempts = fault.part or fault.agent or fault.station or fault.place or fault.skill
    if fault.at_s is None and not of_attempts and fault.kind not in _OF_SENSING:
        yield 'at_s', 'a time, or the part, agent, station, place or skill of attempts'
    elif fault.at_s is not None or fault.kind in _OF_SENSING:
        if fault.at_s is None and not of_attempts:
            yield 'at_s', 'a time'
        if fault.kind in _OF_PARTS and not fault.part:
            yield 'part', 'the part that it happens to at that time'
        if fault.kind in _OF_ARMS and not fault.agent:
            yield 'agent', 'the arm that it happens to at that time'
        if fault.kind in _OF_STATIONS and not fault.station:
            yield 'station', 'the station that it happens to at that time'
