"""What stations have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Station(Protocol):
    """Something at which work is done: a machine, a belt, a screw, a seam."""

    @property
    def station_id(self) -> str:
        """Its name."""

    @property
    def bodies(self) -> Sequence[int]:
        """The bodies in the physics that it is made of; none for a place on something else."""

    def advance(self, dt: float) -> None:
        """Work for a step of ``dt`` seconds, before the physics."""

    def joints(self) -> tuple[float, ...]:
        """
        Return the positions of its moving joints, for a snapshot.

        All of them, body by body in the order of ``bodies``, each body's as PyBullet numbers
        them: a picture is posed by these alone, and shows no body that moves without a joint.
        """

    def describe(self) -> str:
        """Say in a few words how it stands, as measured."""
