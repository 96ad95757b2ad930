"""Loose parts."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.application.world.strict import STRICT
from cobot_alloc.domain.geometry import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSpec:
    """A loose part, a box; ``size`` is its full extent in metres."""

    __pydantic_config__ = STRICT

    part_id: str
    at: str
    size: Vector = (0.05, 0.05, 0.05)
    mass_kg: float = 0.1
    color: str = 'steel'

    def __post_init__(self) -> None:
        """Refuse a part without mass or extent."""
        if not self.mass_kg > 0:
            raise ValueError(f'mass_kg must be > 0, got {self.mass_kg}')
        if not all(side > 0 for side in self.size):
            raise ValueError(f'size must be three lengths > 0, got {self.size}')
