"""What belts and trays have in common: a part set down here turns up there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from cobot_alloc.domain.geometry import Vector


@runtime_checkable
class Carrier(Protocol):
    """A station that takes parts from one place to another by itself."""

    @property
    def station_id(self) -> str:
        """Its name."""

    def is_loaded_at(self, place: Vector) -> bool:
        """Tell whether what is set down at a place is taken away."""

    def brings_to(self, place: Vector) -> bool:
        """Tell whether what is taken away turns up at a place."""

    def can_be_loaded(self) -> bool:
        """Tell whether it is where it is loaded now."""

    def carries_from(self, part: str, place: Vector, within_m: float) -> bool:
        """
        Tell whether a part lies on it as it does if it was set down at a place.

        Not if anything else has moved it since, farther than ``within_m``.
        """

    def bears(self, part: str) -> bool:
        """Tell whether a part lies on it, as measured."""

    def has_brought(self, part: str) -> bool:
        """Tell whether a part is where it was to be brought, and will not be moved on."""

    def watch_for(self, agents: Collection[int]) -> None:
        """Stand still while any of these bodies reaches over it."""

    def describe(self) -> str:
        """Say in a few words how it stands, as measured."""
