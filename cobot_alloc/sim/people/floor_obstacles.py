"""What people walk around, measured once: the floor plan of a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.terms import BASE
from cobot_alloc.sim.people.floor_plan import Box, Floor, FloorPlan
from cobot_alloc.sim.world import World

_ROOM_M = 0.01  # to what a person stands next to


def draw_plan(engine: Engine, world: World, bodies: Iterable[int]) -> FloorPlan:
    """
    Return where people can walk among bodies that do not move.

    A capsule as wide as the widest person is held to every place near a body.
    """
    if not world.people:
        return FloorPlan(world, blocks=())
    radius_m = max(it.radius_m for it in world.people)
    height_m = max(it.height_m for it in world.people)
    probe = engine.bodies.make(engine.shapes.capsule(radius_m, height_m - 2 * radius_m))

    def is_blocked(body: int, at: Floor) -> bool:
        engine.bodies.place(probe, (*at, height_m / 2 + 0.02))
        return engine.distances.is_within(probe, body, _ROOM_M)

    blocks: list[tuple[Box, Callable[[Floor], bool]]] = [
        (_box(engine, body, radius_m + _ROOM_M), partial(is_blocked, body)) for body in bodies
    ]
    plan = FloorPlan(world, blocks=blocks)
    engine.bodies.remove(probe)
    return plan


def _box(engine: Engine, body: int, by_m: float) -> Box:
    boxes = [engine.bodies.box(body, link) for link in range(BASE, engine.joints.count(body))]
    left, bottom = (min(low[axis] for low, _ in boxes) - by_m for axis in (0, 1))
    right, top = (max(high[axis] for _, high in boxes) + by_m for axis in (0, 1))
    return (left, bottom), (right, top)
