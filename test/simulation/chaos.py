"""What may go wrong in a simulated cell, and how much there is to do."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Chaos:
    """
    Probabilities and amounts; each can be set to nothing, to see what still fails.

    :ivar drop: of a message; likewise ``duplicate`` and ``late``.
    :ivar crash_allocator: at each point where its process can die; likewise ``crash_cell``.
    :ivar by_hand: goals that someone sends to an arm past the allocator.
    :ivar plans: at each tick, a plan made of chance, which nothing may rely on.
    :ivar gone: arms that fall silent and never come back.
    """

    orders: int = 4
    drop: float = 0.05
    duplicate: float = 0.1
    late: float = 0.15
    partitions: int = 1
    crash_allocator: float = 0.004
    crash_cell: float = 0.002
    refuse_write: float = 0.003
    fail: float = 0.2
    walks: int = 2
    blind: int = 1
    jumps: int = 1
    stops: int = 1
    by_hand: int = 1
    absences: int = 1
    gone: int = 1
    mistakes: float = 0.2
    plans: float = 0.008

    def without(self, name: str) -> Chaos:
        """Return the same with one thing set to nothing."""
        return replace(self, **{name: type(getattr(self, name))(0)})

    @classmethod
    def names(cls) -> list[str]:
        """Return what can be set to nothing."""
        return [field.name for field in fields(cls) if field.name != 'orders']


def chaos_of(random: Random) -> Chaos:
    """Return some chaos: each kind is there or not, so that calm and wild cells both occur."""
    wild = Chaos(orders=random.randint(1, 5))
    for name in Chaos.names():
        if random.random() < 0.35:
            wild = wild.without(name)
    return wild
