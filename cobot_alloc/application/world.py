"""
The description of a simulated cell, as a world file gives it.

Plain records, so that every shell can have them without knowing the file format. Positions
are in frame ``world`` (see domain.geometry), angles in radians.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId, CellId
from cobot_alloc.domain.zone import ExclusiveArea, Zone

_STRICT = {'extra': 'forbid'}  # read by the file reader only


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSpec:
    """
    One robot arm.

    :ivar model: a known model (``franka_panda``, ``kuka_iiwa``) or a URDF path.
    :ivar speed: fraction of the model's joint speed limits used at full speed, in (0, 1].
    """

    __pydantic_config__ = _STRICT

    agent_id: AgentId
    model: str
    base: Vector
    yaw: float = 0.0
    skills: frozenset[str]
    payload_kg: float
    reach_m: float
    speed: float = 0.8

    def __post_init__(self) -> None:
        """Refuse figures that no arm has."""
        if not self.payload_kg > 0:
            raise ValueError(f'payload_kg must be > 0, got {self.payload_kg}')
        if not self.reach_m > 0:
            raise ValueError(f'reach_m must be > 0, got {self.reach_m}')
        if not 0 < self.speed <= 1:
            raise ValueError(f'speed must be in (0, 1], got {self.speed}')


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureSpec:
    """
    A body that stays where it is: a table, a tray, a guard.

    :ivar urdf: a file of the package's ``urdf/`` folder or of PyBullet's own data.
    """

    __pydantic_config__ = _STRICT

    fixture_id: str
    urdf: str
    position: Vector
    yaw: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationSpec:
    """
    A named place for a part; ``position`` is where the middle of its underside rests.

    :ivar tolerance_m: how far off a part may lie and still count as there.
    """

    __pydantic_config__ = _STRICT

    name: str
    position: Vector
    tolerance_m: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSpec:
    """A loose part, a box; ``size`` is its full extent in metres."""

    __pydantic_config__ = _STRICT

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A leg of a person's walk: go to ``to`` on the floor (x, y), then stay a while."""

    __pydantic_config__ = _STRICT

    to: tuple[float, float]
    stay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSpec:
    """
    A person who walks a scripted path through the cell.

    :ivar repeat: whether the script starts over after its last leg.
    """

    __pydantic_config__ = _STRICT

    person_id: str
    start: tuple[float, float]
    script: tuple[Waypoint, ...] = ()
    start_after_s: float = 0.0
    speed_mps: float = 1.6
    radius_m: float = 0.25
    height_m: float = 1.75
    repeat: bool = False


class FaultKind(str, Enum):
    """Faults that the simulation can make happen."""

    PART_MISSING = 'part_missing'  #: the part is not at its place when the shift starts
    GRIP_SLIP = 'grip_slip'  #: the part slips from the grip on the way


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSpec:
    """
    A fault on demand.

    :ivar part: the part concerned.
    :ivar nth_carry: for grip_slip, the how-manieth carry of the part slips, from 1.
    :ivar after_fraction: for grip_slip, how far along the carry, in (0, 1).
    """

    __pydantic_config__ = _STRICT

    kind: FaultKind
    part: str
    nth_carry: int = 1
    after_fraction: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SensingSpec:
    """The sensing of people: how often, and when a sighting is too old to be believed."""

    __pydantic_config__ = _STRICT

    rate_hz: float = 30.0
    max_age_s: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """
    A whole simulated cell.

    :ivar reduced_speed: speed scale of an arm whose slow zone is occupied, in (0, 1).
    """

    __pydantic_config__ = _STRICT

    cell: CellId
    title: str = ''
    seed: int = 0
    step_hz: float = 240.0
    reduced_speed: float = 0.25
    sensing: SensingSpec = field(default_factory=SensingSpec)
    arms: tuple[ArmSpec, ...]
    fixtures: tuple[FixtureSpec, ...] = ()
    locations: tuple[LocationSpec, ...] = ()
    parts: tuple[PartSpec, ...] = ()
    people: tuple[PersonSpec, ...] = ()
    zones: tuple[Zone, ...] = ()
    exclusive_areas: tuple[ExclusiveArea, ...] = ()
    faults: tuple[FaultSpec, ...] = ()

    def location(self, name: str) -> LocationSpec | None:
        """Return the location of that name, or None."""
        return next((place for place in self.locations if place.name == name), None)
