"""Figures that the records take as they are."""

from __future__ import annotations

from collections.abc import Iterator

from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.checks.world_problems import Keys, WorldProblems


def check(world: World, problems: WorldProblems) -> None:
    for keys, is_right, what in _figures(world):
        if not is_right:
            problems.expected(keys, what)


def _figures(world: World) -> Iterator[tuple[Keys, bool, str]]:
    """Yield the figures that the records take as they are: where, whether right, what is."""
    yield ('step_hz',), 10 <= world.step_hz <= 10_000, '10 to 10000'
    within = world.control_hz > 0 and not world.control_hz > world.step_hz > 0
    yield ('control_hz',), within, 'above 0, at most step_hz'
    yield ('reduced_speed',), 0 < world.reduced_speed < 1, 'above 0 and below 1'
    yield ('sensing', 'rate_hz'), world.sensing.rate_hz > 0, '> 0'
    yield ('sensing', 'max_age_s'), world.sensing.max_age_s > 0, '> 0'
    for index, place in enumerate(world.locations):
        yield ('locations', index, 'tolerance_m'), place.tolerance_m > 0, '> 0'
