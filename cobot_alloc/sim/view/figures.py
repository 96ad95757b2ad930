"""What people look like: the first of a person's capsules is the body, the others are limbs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.scene.snapshot import Capsule
from cobot_alloc.sim.view.rods import Rod, Rods

_VEST = (0.95, 0.42, 0.06)
_SLEEVE = (0.24, 0.30, 0.40)
_HELMET = (0.97, 0.97, 0.95)


class Figures:
    """The people of a snapshot."""

    def __init__(self, bullet: Bullet) -> None:
        """Begin with nobody."""
        self._rods = Rods(bullet)

    def pose(self, people: Mapping[str, tuple[Capsule, ...]]) -> None:
        """Show these people, and nobody else."""
        self._rods.show(rod for capsules in people.values() for rod in _dressed(capsules))


def _dressed(capsules: tuple[Capsule, ...]) -> Iterator[Rod]:
    for number, (start, end, radius) in enumerate(capsules):
        yield (start, end, radius, _SLEEVE if number else _VEST)
