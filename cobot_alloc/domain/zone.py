"""Zones: volumes, and what happens while a person is in one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from cobot_alloc.domain.geometry import (
    Capsule,
    Cylinder,
    is_finite,
    overlaps,
    reaches_into,
    UprightCapsule,
)
from cobot_alloc.domain.identifiers import AgentId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import most_restrictive, SafetyMode


class ResumeRule(str, Enum):
    """Who lets an arm go on after its stop zone is clear again."""

    AUTOMATIC = 'automatic'  #: the allocator, after the zone was clear for a set time
    PERSON = 'person'  #: a person, asked by a case


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """
    A volume around an arm; ``mode`` is what a person in it causes.

    :ivar clear_for_s: how long it must have been clear before a resume may be granted.
    """

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    zone_id: ZoneId
    agent_id: AgentId
    mode: SafetyMode
    volume: Cylinder
    resume: ResumeRule = ResumeRule.AUTOMATIC
    clear_for_s: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a zone that would not slow or stop anything."""
        if self.mode not in (SafetyMode.REDUCED, SafetyMode.STOPPED):
            raise ValueError(f'mode must be REDUCED or STOPPED, got {self.mode.value}')
        if not 0 <= self.clear_for_s < 3600:
            raise ValueError(f'clear_for_s must be in 0..3600, got {self.clear_for_s}')


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusiveArea:
    """Locations so close to each other that only one arm at a time may have work among them."""

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    area_id: str
    locations: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """
    All people that the sensing saw at one instant of cell time.

    :ivar limbs: whatever of them is stretched out beyond the upright capsules: arms, and the
        trunk of someone who bends.
    """

    at_s: float
    people: tuple[UprightCapsule, ...]
    limbs: tuple[Capsule, ...] = ()

    @cached_property
    def is_well_formed(self) -> bool:
        """Whether every figure is a finite number."""
        return all(
            is_finite(person.position) and person.radius_m > 0 and person.height_m > 0
            for person in self.people
        ) and all(
            is_finite(limb.start) and is_finite(limb.end) and limb.radius_m > 0
            for limb in self.limbs
        )


def is_fresh(sighting: Sighting | None, *, now_s: float, max_age_s: float) -> bool:
    """Tell whether a sighting may be believed: there, well formed, neither old nor early."""
    return (
        sighting is not None
        and sighting.is_well_formed
        and 0.0 <= now_s - sighting.at_s <= max_age_s
    )


def is_occupied(zone: Zone, sighting: Sighting) -> bool:
    """Tell whether any person of a sighting is in the zone, if only with a hand."""
    return any(overlaps(zone.volume, person) for person in sighting.people) or any(
        reaches_into(zone.volume, limb) for limb in sighting.limbs
    )


def demanded_mode(
    zones: Iterable[Zone], sighting: Sighting | None, *, now_s: float, max_age_s: float
) -> SafetyMode:
    """
    Return the mode that the zones of one arm demand now.

    Stale, missing or malformed sensing counts as a person present: UNKNOWN, which acts as
    STOPPED. Of several zones the most restrictive wins.
    """
    if sighting is None or not is_fresh(sighting, now_s=now_s, max_age_s=max_age_s):
        return SafetyMode.UNKNOWN
    return most_restrictive(zone.mode for zone in zones if is_occupied(zone, sighting))
