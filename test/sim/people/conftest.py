"""The small cell with people who do things in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import dist
from typing import Any, TYPE_CHECKING

import pytest

from cobot_alloc.application.arm_ports import ChoreReport
from cobot_alloc.domain.zone import is_occupied
from cobot_alloc.sim.engine.transforms import from_euler
from cobot_alloc.sim.people.people import People
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.world import Character, Chore, ChoreKind, PersonSpec

if TYPE_CHECKING:
    from sim.conftest import Trial


HOME = (-3.0, 0.0)  # far from every zone
ADA = PersonSpec(person_id='ada', start=HOME, character=Character.HELPFUL)


class Scene:
    """A trial, its people, and what is asked of them."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.cell = trial.cell
        self.reports: dict[int, ChoreReport] = {}

    @property
    def people(self) -> People:
        return self.cell._people

    def person(self, name: str = 'ada') -> Person:
        """Return the body of a person, as no message shows it."""
        return self.people._persons[name]

    def ask(self, kind: str, name: str = '', **what: Any) -> int:
        return self.cell.ask(Chore(kind=ChoreKind(kind), **what), name)

    def step(self) -> None:
        self.cell.step()
        self.trial.reports += self.cell.take_reports()
        self.reports |= {it.ticket: it for it in self.cell.take_chore_reports()}

    def until(self, question: Callable[[], object], limit_s: float = 40.0) -> None:
        """Step until something is so."""
        until_s = self.cell.now_s + limit_s
        while not question():
            assert self.cell.now_s < until_s, f'not so within {limit_s} simulated seconds'
            self.step()

    def until_reported(self, ticket: int, limit_s: float = 40.0) -> ChoreReport:
        """Step until a chore has ended and return its report."""
        self.until(lambda: ticket in self.reports, limit_s)
        return self.reports[ticket]

    def do(self, kind: str, **what: Any) -> ChoreReport:
        """Have a chore done and return its report."""
        return self.until_reported(self.ask(kind, **what))

    def move(
        self,
        part: str,
        to: tuple[float, float, float],
        turned: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> None:
        """Lay a part somewhere, as no hand would."""
        engine, parts = self.cell._engine, self.cell._parts
        engine.bodies.place(parts.bodies[part], to, from_euler(*turned))
        parts.wake(part)

    def is_in_stop_zone(self) -> bool:
        """Tell whether anybody is in a stop zone, as it is and not as it is sensed."""
        sighting = self.people.sighting(self.cell.now_s)
        return any(
            is_occupied(zone, sighting)
            for zone in self.cell.world.zones
            if zone.mode.value == 'STOPPED'
        )

    def fastest(self) -> float:
        """Return the fastest joint of all arms, rad/s."""
        return max(
            abs(speed)
            for agent_id in self.cell.arm_ids
            for speed in self.cell.arm_status(agent_id).joint_velocities
        )


class Speeds:
    """The highest speeds that were seen of a person, over periods of 1/60 s."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._at, self._hand = person.at, person.hand_at
        self.walk_mps = self.hand_mps = 0.0

    def look(self, dt: float) -> None:
        person = self._person
        self.walk_mps = max(self.walk_mps, dist(person.at, self._at) / dt)
        self.hand_mps = max(self.hand_mps, dist(person.hand_at, self._hand) / dt)
        self._at, self._hand = person.at, person.hand_at


@pytest.fixture
def scene_of(trial_of: Callable[..., Trial]) -> Callable[..., Scene]:
    """Return a function that makes a scene, with one helpful person unless told otherwise."""

    def make(*people: PersonSpec, **changes: Any) -> Scene:
        return Scene(trial_of(people=people or (ADA,), **changes).ready())

    return make


@pytest.fixture
def scene(scene_of: Callable[..., Scene]) -> Scene:
    return scene_of()


@pytest.fixture
def someone() -> Callable[..., PersonSpec]:
    """Return a function that makes a person like Ada."""
    return lambda **changes: replace(ADA, **changes)


@pytest.fixture
def speeds_of() -> type[Speeds]:
    return Speeds
