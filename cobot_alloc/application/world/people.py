"""People and how they are sensed."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.application.world.strict import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A leg of a person's walk: go to ``to`` on the floor (x, y), then stay a while."""

    __pydantic_config__ = STRICT

    to: tuple[float, float]
    stay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSpec:
    """
    A person who walks a scripted path through the cell.

    :ivar repeat: whether the script starts over after its last leg.
    """

    __pydantic_config__ = STRICT

    person_id: str
    start: tuple[float, float]
    script: tuple[Waypoint, ...] = ()
    start_after_s: float = 0.0
    speed_mps: float = 1.6
    radius_m: float = 0.25
    height_m: float = 1.75
    repeat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SensingSpec:
    """The sensing of people: how often, and when a sighting is too old to be believed."""

    __pydantic_config__ = STRICT

    rate_hz: float = 30.0
    max_age_s: float = 0.2
