"""What the people of a cell have around them, as they see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import dist

from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.execution.arm import Arm
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.people.floor_plan import FloorPlan
from cobot_alloc.sim.people.hand import Hand
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.scene.scenery import Whereabouts
from cobot_alloc.sim.skills.hand_over import HOLD_OUT
from cobot_alloc.sim.skills.hold import HOLD_STILL
from cobot_alloc.sim.stations.stations import Stations
from cobot_alloc.sim.world import Chore, ChoreKind, LocationSpec, World

_STILL_RADPS = 0.02
_AROUND_ARM_M = 0.4  # beyond its reach, where a person would not put a hand while it moves
_RAY_HITS = 8
_ROOM_M = 0.02  # around a part that comes down


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PersonContext:
    """
    The cell around its people.

    :ivar solid: bodies through which nobody reaches: fixtures and stations.
    :ivar hands: everybody's, by person.
    """

    engine: Engine
    world: World
    parts: Parts
    whereabouts: Whereabouts
    stations: Stations
    arms: Mapping[AgentId, Arm]
    plan: FloorPlan
    solid: frozenset[int]
    hands: dict[str, Hand] = field(default_factory=dict)

    @property
    def sites(self) -> Mapping[AgentId, ArmSite]:
        """The arms and what they work with."""
        return {agent_id: arm.site for agent_id, arm in self.arms.items()}

    def part(self, name: str) -> str:
        """
        Return the name of a part.

        :raises Refused: ``part_unknown``.
        """
        if name not in self.parts.bodies:
            raise Refused(RefusalCode.PART_UNKNOWN, f'the cell has no part {name!r}')
        return name

    def place(self, name: str) -> LocationSpec:
        """
        Return a location.

        :raises Refused: ``location_unknown``.
        """
        place = self.world.location(name)
        if place is None:
            raise Refused(RefusalCode.LOCATION_UNKNOWN, f'the cell has no location {name!r}')
        return place

    def refuse_held(self, part: str, *, but_by: Person | None = None) -> None:
        """
        Refuse to touch a part that an arm or another person holds.

        :raises Refused: ``part_held``.
        """
        holder = self.holder(part)
        if holder is not None:
            raise Refused(RefusalCode.PART_HELD, f'{holder} holds {part}')
        for name, hand in self.hands.items():
            if hand.part == part and (but_by is None or name != but_by.spec.person_id):
                raise Refused(RefusalCode.PART_HELD, f'{name} has {part} in the hand')

    def refuse_occupied(self, part: str, place: LocationSpec) -> None:
        """
        Refuse to put a part where another one is.

        :raises Refused: ``location_occupied``.
        """
        other = self.parts.in_the_way(part, place)
        if other is not None:
            raise Refused(RefusalCode.LOCATION_OCCUPIED, f'{other} is in the way at {place.name}')

    def refuse_in_the_air(self, part: str, place: LocationSpec) -> None:
        """
        Refuse to put a part where there is nothing to put it on.

        :raises Refused: ``nothing_there``.
        """
        if not self.whereabouts.can_stand(part, place):
            raise Refused(
                RefusalCode.NOTHING_THERE, f'there is nothing at {place.name} to put {part} on'
            )

    def refuse_heavy(self, part: str, person: Person) -> None:
        """
        Refuse what is too heavy for a person.

        :raises Refused: ``too_heavy``.
        """
        mass_kg, limit_kg = self.parts.mass_kg(part), person.spec.lifts_kg
        if mass_kg > limit_kg:
            who = person.spec.person_id
            figures = f'{mass_kg:.2f} kg, {who} lifts {limit_kg:.2f} kg'
            raise Refused(RefusalCode.TOO_HEAVY, f'{part} weighs {figures}')

    def holder(self, part: str) -> AgentId | None:
        """Return the arm that has a part in its grip, as measured, or None."""
        for agent_id, site in self.sites.items():
            if site.held == part and site.gripper is not None and site.gripper.is_holding():
                return agent_id
        return None

    def is_in_place(self, part: str, place: LocationSpec) -> bool:
        """Tell whether a part is at a location, upright and at rest, as measured."""
        return (
            self.parts.distance_m(part, place) <= place.tolerance_m
            and self.whereabouts.is_upright(part)
            and self.parts.is_at_rest(part)
        )

    def is_still(self, context: Vector) -> bool:
        """Tell whether every arm that could get near a point is at rest, as measured."""
        return all(
            max(map(abs, site.body.velocities)) < _STILL_RADPS
            for site in self.sites.values()
            if dist(site.spec.base, context) <= site.spec.reach_m + _AROUND_ARM_M
        )

    def offers(self) -> Iterator[Chore]:
        """Yield what arms stand still for, to whoever is there, as the lamps on them show."""
        for arm in self.arms.values():
            step, task = arm.drive.step, arm.task
            if step is None or task is None:
                continue
            if step.name == HOLD_OUT:
                yield Chore(kind=ChoreKind.TAKE, part=task.part, location=task.target)
            elif step.name == HOLD_STILL:
                yield Chore(kind=ChoreKind.ASSIST, part=task.part, station=task.station)

    def refuse_arm_over(self, part: str, place: LocationSpec, height_m: float) -> None:
        """
        Refuse to set a part down through an arm; a person does not push one aside.

        :param height_m: from which the part comes down on the place.
        :raises Refused: ``arm_in_the_way``.
        """
        (x, y, z), size = place.position, self.parts.spec(part).size
        half_m = max(size[:2]) / 2 + _ROOM_M
        over = self.engine.distances.overlapping(
            (x - half_m, y - half_m, z), (x + half_m, y + half_m, z + size[2] + height_m)
        )
        for agent_id, site in self.sites.items():
            if site.body.body in over:
                raise Refused(RefusalCode.ARM_IN_THE_WAY, f'{agent_id} is over {place.name}')

    def top(self, part: str) -> Vector:
        """Return the middle of a part's upper side, as it lies."""
        low, high = self.engine.bodies.box(self.parts.bodies[part])
        return ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, high[2])

    def is_walled_off(self, eye: Vector, point: Vector) -> bool:
        """Tell whether a fixture or a station is between two points; parts and arms are not."""
        start = eye
        for _ in range(_RAY_HITS):
            hit = self.engine.rays.hit(start, point)
            if hit is None:
                return False
            left_m = dist(hit.position, point)
            if hit.body in self.solid:
                return left_m > 0.02
            if left_m < 0.02:
                return False
            share = min(1.0, 0.02 / left_m)
            x, y, z = (a + (b - a) * share for a, b in zip(hit.position, point, strict=True))
            start = (x, y, z)
        return False
