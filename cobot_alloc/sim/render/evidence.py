"""What a picture of a failure points at."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot

from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.failure import Failure
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.render.cameras import extent
from cobot_alloc.sim.render.marks import Mark, Marks
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.snapshot import CellSnapshot

_ARM_RADIUS_M, _PLACE_RADIUS_M, _PART_RADIUS_M = 0.16, 0.06, 0.06
_AROUND_M = 3.0  # what lies farther outside is nowhere in the cell


def marks_of(
    world: World,
    snapshot: CellSnapshot,
    report: AttemptReport,
    failure: Failure,
    task: Task | None,
) -> Marks:
    """
    Return the marks for a failed attempt: part, places, arm, and the zones of the arm.

    :param task: what the arm was at; None if that is not known.
    """
    zones = [zone for zone in world.zones if zone.agent_id == report.agent_id]
    in_them = [zone.zone_id for zone in zones if zone.zone_id in snapshot.occupied]
    stop = [zone.zone_id for zone in zones if zone.mode is SafetyMode.STOPPED]
    marked = tuple(in_them or stop)
    things = [*_arm(world, report), *_work(world, snapshot, task), *_zones(world, marked)]
    return Marks(
        things=tuple(things),
        zones=marked,
        caption=_caption(world, snapshot, report, failure, task),
        focus=_focus(things, task),
    )


def _focus(things: list[Mark], task: Task | None) -> Vector | None:
    """Return where the part is; if it is nowhere, where it should be."""
    at = {mark.name: mark.at for mark in things}
    names = (task.part, task.station, task.source, task.target) if task is not None else ()
    return next((at[name] for name in names if name in at), None)


def _arm(world: World, report: AttemptReport) -> Iterator[Mark]:
    for arm in world.arms:
        if arm.agent_id == report.agent_id:
            x, y, z = arm.base
            yield Mark(
                name=arm.agent_id, at=(x, y, z + 0.1), radius_m=_ARM_RADIUS_M, is_faint=True
            )


def _work(world: World, snapshot: CellSnapshot, task: Task | None) -> Iterator[Mark]:
    if task is None:
        return
    places = world.named_positions
    for name in (task.source, task.target, task.station):
        if name in places:
            yield Mark(name=name, at=places[name], radius_m=_PLACE_RADIUS_M, is_faint=True)
    if _is_in_cell(world, snapshot, task.part):
        at = snapshot.parts[task.part].position
        yield Mark(name=task.part, at=at, radius_m=_PART_RADIUS_M)


def _zones(world: World, marked: tuple[str, ...]) -> Iterator[Mark]:
    """Yield the names of zones, at their edges."""
    for zone in world.zones:
        if zone.zone_id in marked:
            x, y, z = zone.volume.center
            edge = (x, y - zone.volume.radius_m, z)
            yield Mark(name=zone.zone_id, at=edge, radius_m=0.0, is_faint=True)


def _caption(
    world: World,
    snapshot: CellSnapshot,
    report: AttemptReport,
    failure: Failure,
    task: Task | None,
) -> str:
    said = f'{snapshot.at_s:.1f} s  {report.agent_id}, {report.task_id}: {failure.code}'
    if failure.detail:
        said += f': {failure.detail}'
    if task is not None and task.part and not _is_in_cell(world, snapshot, task.part):
        said += f'  ({task.part} is not in the picture)'
    return said


def _is_in_cell(world: World, snapshot: CellSnapshot, part: str) -> bool:
    if part not in snapshot.parts:
        return False
    low, high = extent(world)
    return _outside(snapshot.parts[part].position, low, high) < _AROUND_M


def _outside(at: Vector, low: Vector, high: Vector) -> float:
    """Return how far a position is outside of a box, seen from above."""
    over = (max(a - x, x - b, 0.0) for x, a, b in zip(at[:2], low[:2], high[:2], strict=True))
    return hypot(*over)
