"""What people look like: of each the capsules of trunk, head, legs and arms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.scene.snapshot import Capsule
from cobot_alloc.sim.view.rods import Rod, Rods

_VEST = (0.95, 0.42, 0.06)
_HELMET = (0.97, 0.97, 0.95)
_TROUSERS = (0.16, 0.20, 0.29)
_SLEEVE = (0.24, 0.30, 0.40)
_COLORS = (_VEST, _HELMET, _TROUSERS)  # of trunk, head and legs; then come the arms


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
        yield (start, end, radius, _COLORS[number] if number < len(_COLORS) else _SLEEVE)
