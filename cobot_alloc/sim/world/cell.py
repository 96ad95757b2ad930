"""A whole simulated cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import dist

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.domain.zone import ExclusiveArea, Zone
from cobot_alloc.sim.world.arms import ArmSpec
from cobot_alloc.sim.world.cameras import CameraSpec
from cobot_alloc.sim.world.equipment import (
    ConveyorSpec,
    MachineSpec,
    PalletSpec,
    ShuttleSpec,
)
from cobot_alloc.sim.world.faults import FaultSpec
from cobot_alloc.sim.world.parts import PartSpec
from cobot_alloc.sim.world.people import PersonSpec, SensingSpec
from cobot_alloc.sim.world.places import FixtureSpec, LocationSpec
from cobot_alloc.sim.world.processes import EdgeSpec, ScrewSpec, SeamSpec
from cobot_alloc.sim.world.stations import StationSpec
from cobot_alloc.sim.world.strict import STRICT
from cobot_alloc.sim.world.workholds import WorkholdSpec

OVER_TRAY_M = 0.3  #: a location so near the middle of a shuttle's tray is taken to be on it


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """
    A whole simulated cell.

    :ivar step_hz: physics steps per simulated second.
    :ivar control_hz: how often all that moves is controlled, at most ``step_hz``.
    :ivar reduced_speed: speed scale of an arm whose slow zone is occupied, in (0, 1).
    """

    __pydantic_config__ = STRICT

    cell: CellId
    title: str = ''
    seed: int = 0
    step_hz: float = 240.0
    control_hz: float = 120.0
    reduced_speed: float = 0.25
    sensing: SensingSpec = field(default_factory=SensingSpec)
    arms: tuple[ArmSpec, ...]
    fixtures: tuple[FixtureSpec, ...] = ()
    locations: tuple[LocationSpec, ...] = ()
    parts: tuple[PartSpec, ...] = ()
    machines: tuple[MachineSpec, ...] = ()
    conveyors: tuple[ConveyorSpec, ...] = ()
    shuttles: tuple[ShuttleSpec, ...] = ()
    pallets: tuple[PalletSpec, ...] = ()
    people: tuple[PersonSpec, ...] = ()
    zones: tuple[Zone, ...] = ()
    exclusive_areas: tuple[ExclusiveArea, ...] = ()
    faults: tuple[FaultSpec, ...] = ()
    cameras: tuple[CameraSpec, ...] = ()
    screws: tuple[ScrewSpec, ...] = ()
    seams: tuple[SeamSpec, ...] = ()
    edges: tuple[EdgeSpec, ...] = ()
    workholds: tuple[WorkholdSpec, ...] = ()

    @property
    def equipment(self) -> tuple[StationSpec, ...]:
        """What handles parts beside the arms."""
        return (*self.machines, *self.conveyors, *self.shuttles, *self.pallets)

    @property
    def stations(self) -> tuple[StationSpec, ...]:
        """Everything at which work is done, whatever its kind."""
        work: tuple[StationSpec, ...] = (*self.screws, *self.seams, *self.edges, *self.workholds)
        return (*self.equipment, *work)

    @property
    def skills_of_people(self) -> frozenset[str]:
        """What work its people can be given."""
        return frozenset(skill for person in self.people for skill in person.skills)

    @property
    def named_positions(self) -> Mapping[str, Vector]:
        """Where the locations are, and the stations; metres, frame world."""
        places = {place.name: place.position for place in self.locations}
        return places | {station.station_id: station.work_at for station in self.stations}

    @property
    def belts(self) -> Mapping[str, str]:
        """Which of the locations are on a conveyor, and on which."""
        return {
            place.name: conveyor.station_id
            for place in self.locations
            for conveyor in self.conveyors
            if conveyor.bears(place.position)
        }

    @property
    def single_places(self) -> frozenset[str]:
        """The locations that hold one part: those from which nothing is carried away."""
        trays = [at for shuttle in self.shuttles for at in (shuttle.load_at, shuttle.unload_at)]
        return frozenset(
            place.name
            for place in self.locations
            if place.name not in self.belts
            and all(dist(place.position[:2], tray[:2]) > OVER_TRAY_M for tray in trays)
        )

    def location(self, name: str) -> LocationSpec | None:
        """Return the location of that name, or None."""
        return next((place for place in self.locations if place.name == name), None)
