"""Read world files: the description of a simulated cell."""

from __future__ import annotations

from pathlib import Path

from cobot_alloc.domain.words import Words
from cobot_alloc.files.document import Document
from cobot_alloc.files.problems import Problems
from cobot_alloc.files.validation import validate
from cobot_alloc.files.words import refuse_slips_of_skills, refuse_unknown_skills
from cobot_alloc.files.yaml_source import load
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.checks import check_world


def read_world(path: Path | str) -> World:
    """
    Return the world that a file describes.

    :raises BadInput: with one line for each problem.
    """
    return world_of(load(path))


def world_of(document: Document) -> World:
    """
    Return the world of a document.

    :raises BadInput: likewise.
    """
    world = validate(document, World)
    problems = Problems(document)
    check_world(world, problems)
    problems.refuse_if_any()
    return world


def check_skills(document: Document, world: World, words: Words) -> None:
    """
    Refuse skills of arms that are not known, and slips of those of people.

    People may have skills of their own without more ado, unless one is nearly a known one.

    :param words: those of the product, and those that the cell's limits list.

    :raises BadInput: with one line for each problem.
    """
    problems = Problems(document)
    for index in range(len(world.arms)):
        refuse_unknown_skills(problems, ('arms', index, 'skills'), words)
    for index in range(len(world.people)):
        refuse_slips_of_skills(problems, ('people', index, 'skills'), words)
    problems.refuse_if_any()
