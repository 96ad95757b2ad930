"""Whether what a world says fits together: names, places, figures, zones, faults."""

from __future__ import annotations

from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.checks import (
    cameras,
    equipment,
    faults,
    figures,
    names,
    people,
    places,
    processes,
    zones,
)
from cobot_alloc.sim.world.checks.world_problems import WorldProblems

_SECTIONS = (names, equipment, places, people, zones, figures, faults, cameras, processes)


def check_world(world: World, problems: WorldProblems) -> None:
    """Note everything that is wrong with a world."""
    for section in _SECTIONS:
        section.check(world, problems)
