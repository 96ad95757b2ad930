"""Cameras look at something, and know which way is up."""

from __future__ import annotations

from math import dist

from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.checks.world_problems import WorldProblems

_ASIDE_M = 0.01


def check(world: World, problems: WorldProblems) -> None:
    for index, camera in enumerate(world.cameras):
        if not 1 <= camera.field_deg <= 120:
            problems.expected(('cameras', index, 'field_deg'), '1 to 120')
        if dist(camera.position[:2], camera.target[:2]) < _ASIDE_M:
            keys = ('cameras', index, 'target')
            problems.expected(keys, 'a point that is not straight above or below the camera')
