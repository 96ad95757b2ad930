"""What people walk around, measured once: the floor plan of a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from cobot_alloc.application.world import World
from cobot_alloc.domain.geometry import IDENTITY
from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.people.floor_plan import Box, Floor, FloorPlan

_ROOM_M = 0.01  # to what a person stands next to


def draw_plan(bullet: Bullet, world: World, bodies: Iterable[int]) -> FloorPlan:
    """
    Return where people can walk among bodies that do not move.

    A capsule as wide as the widest person is held to every place near a body.
    """
    if not world.people:
        return FloorPlan(world, blocks=())
    radius_m = max(it.radius_m for it in world.people)
    height_m = max(it.height_m for it in world.people)
    shape = bullet.createCollisionShape(
        bullet.GEOM_CAPSULE, radius=radius_m, height=height_m - 2 * radius_m
    )
    probe = bullet.createMultiBody(0.0, shape)

    def is_blocked(body: int, at: Floor) -> bool:
        bullet.resetBasePositionAndOrientation(probe, (*at, height_m / 2 + 0.02), IDENTITY)
        return bool(bullet.getClosestPoints(probe, body, _ROOM_M))

    blocks: list[tuple[Box, Callable[[Floor], bool]]] = [
        (_box(bullet, body, radius_m + _ROOM_M), partial(is_blocked, body)) for body in bodies
    ]
    plan = FloorPlan(world, blocks=blocks)
    bullet.removeBody(probe)
    return plan


def _box(bullet: Bullet, body: int, by_m: float) -> Box:
    boxes = [bullet.getAABB(body, link) for link in range(-1, bullet.getNumJoints(body))]
    left, bottom = (min(low[axis] for low, _ in boxes) - by_m for axis in (0, 1))
    right, top = (max(high[axis] for _, high in boxes) + by_m for axis in (0, 1))
    return (left, bottom), (right, top)
