"""Read the files of a cell that belong together: each may name what the others bring."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.reactions import ReactionRule
from cobot_alloc.domain.words import PRODUCT, Words
from cobot_alloc.files.limits import read_limits
from cobot_alloc.files.reactions import read_reactions
from cobot_alloc.files.worlds import check_skills, world_of
from cobot_alloc.files.yaml_source import load
from cobot_alloc.sim.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFiles:
    """
    What the files of a cell say.

    :ivar words: the codes, skills and tools that its files may name.
    """

    world: World
    limits: Limits
    reactions: tuple[ReactionRule, ...]
    words: Words


def read_cell_files(*, world: Path, limits: Path, reactions: Path) -> CellFiles:
    """
    Return what the files of a cell say.

    :raises BadInput: if one is not what was expected; the message says where.
    """
    document = load(world)
    spec = world_of(document)
    clocks = read_limits(limits, words=PRODUCT.with_skills(spec.skills_of_people))
    listed = PRODUCT.with_listed(clocks)
    check_skills(document, spec, listed)
    words = listed.with_skills(spec.skills_of_people)
    return CellFiles(
        world=spec, limits=clocks, reactions=read_reactions(reactions, words=words), words=words
    )
