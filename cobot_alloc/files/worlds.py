"""Read world files: the description of a simulated cell."""

from __future__ import annotations

from pathlib import Path

from cobot_alloc.files.problems import Problems
from cobot_alloc.files.validation import validate
from cobot_alloc.files.yaml_source import load
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.checks import check_world


def read_world(path: Path | str) -> World:
    """
    Return the world that a file describes.

    :raises BadInput: with one line for each problem.
    """
    document = load(path)
    world = validate(document, World)
    problems = Problems(document)
    check_world(world, problems)
    problems.refuse_if_any()
    return world
