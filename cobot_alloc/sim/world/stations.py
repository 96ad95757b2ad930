"""What work is done at: machines, pallets, screws, seams and the like."""

from __future__ import annotations

from typing import Protocol

from cobot_alloc.domain.geometry import Vector


class StationSpec(Protocol):
    """What all of them have."""

    @property
    def station_id(self) -> str:
        """Its name; a task says at which station it is done."""

    @property
    def work_at(self) -> Vector:
        """Where an arm works at it, for judging reach; metres, frame world."""
