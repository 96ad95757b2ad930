"""The people of a cell: they walk, reach, and do chores, and are seen doing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from math import pi

from cobot_alloc.application.arm_ports import ChoreReport
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.zone import Sighting
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.people.behaviour_runner import BehaviourRunner
from cobot_alloc.sim.people.chores import check
from cobot_alloc.sim.people.floor_plan import Floor
from cobot_alloc.sim.people.hand import Hand
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.person_bodies import PersonBodies
from cobot_alloc.sim.people.person_context import PersonContext
from cobot_alloc.sim.world import Character, Chore, PersonSpec, World
from cobot_alloc.sim.world.snapshot import BareCapsule

_LOOK_S = 0.5  # from one look at what arms hold out to the next


class People:
    """
    The people of a cell, as bodies that distances can be measured to.

    The bodies pass through everything: a simulated person is not pushed by an arm and does
    not push it. What an arm must not do is told by the distance measured. What they take into
    their hands they move in the physics.
    """

    def __init__(self, engine: Engine, world: World, context: PersonContext) -> None:
        """Bring everybody to where they start."""
        self._context = context
        self._persons = {
            spec.person_id: Person(spec, Hand(engine, context.parts)) for spec in world.people
        }
        context.hands.update({name: it.hand for name, it in self._persons.items()})
        self._bodies = {name: PersonBodies(engine, it) for name, it in self._persons.items()}
        self._runners = {name: BehaviourRunner(it, context) for name, it in self._persons.items()}
        self._rest_s = self._look_in_s = 0.0
        self._tickets = 0
        # By person: what they looked like, and how they stood then.
        self._visible_limbs: dict[str, tuple[object, tuple[BareCapsule, ...]]]
        self._visible_limbs = dict.fromkeys(self._persons, (None, ()))

    def advance(self, dt: float, *, seen: bool) -> None:
        """
        Let everybody go on for ``dt`` seconds.

        :param seen: whether somebody looks now. As long as nobody does, and nobody holds
            anything, time is only added up.
        """
        self._rest_s += dt
        holding = any(it.hand.part is not None for it in self._persons.values())
        if not self._persons or not (holding or seen):
            return
        elapsed_s, self._rest_s = self._rest_s, 0.0
        self._look_in_s -= elapsed_s
        if self._look_in_s <= 0.0:
            self._look_in_s = _LOOK_S
            self._take_what_is_offered()
        for name, person in self._persons.items():
            self._runners[name].advance(elapsed_s)
            if person.hand.part is not None:
                person.hand.follow(person.hand_at, elapsed_s)
            self._bodies[name].show()

    # Chores

    def ask(self, chore: Chore, person_id: str = '') -> int:
        """
        Ask somebody to do a chore: one person, or whoever is helpful, free and the nearest.

        :return: the number under which the report will come.
        :raises Refused: ``nobody_helpful``, ``nobody_free``, ``person_unknown``, or why it
            cannot be done.
        """
        self._give(chore, self._willing(person_id), ticket=self._tickets + 1)
        self._tickets += 1
        return self._tickets

    def _give(self, chore: Chore, names: Sequence[str], *, ticket: int | None) -> None:
        """
        Give a chore to the first of these people who can do it.

        :raises Refused: why the first of them cannot, if none can.
        """
        refusals = []
        for name in names:
            try:
                check(self._persons[name], self._context, chore)
            except Refused as refusal:
                refusals.append(refusal)
                continue
            self._runners[name].take_on(ticket, chore)
            return
        raise refusals[0]

    def _take_what_is_offered(self) -> None:
        """Let whoever is helpful and free take what an arm holds out, without being asked."""
        for chore in self._context.offers():
            if any(it.is_at(chore) for it in self._runners.values()):
                continue
            with suppress(Refused):
                self._give(chore, self._willing(''), ticket=None)

    def take_reports(self) -> Sequence[ChoreReport]:
        """Return what came of chores that ended since the last call."""
        return [report for it in self._runners.values() for report in it.take_reports()]

    def _willing(self, person_id: str) -> list[str]:
        """Return who may be asked; whoever has something in the hand comes first."""
        if person_id and person_id not in self._persons:
            raise Refused(
                RefusalCode.PERSON_UNKNOWN, f'nobody in the cell is called {person_id!r}'
            )
        asked = [person_id] if person_id else list(self._persons)
        helpful = [name for name in asked if self._spec(name).character is Character.HELPFUL]
        if not helpful:
            who = person_id or 'nobody in the cell'
            raise Refused(RefusalCode.NOBODY_HELPFUL, f'{who} does chores for others')
        free = [name for name in helpful if not self._runners[name].is_busy]
        if not free:
            busy = ', '.join(f'{name} is at {self._runners[name].describe()}' for name in helpful)
            raise Refused(RefusalCode.NOBODY_FREE, busy)
        return sorted(free, key=lambda name: self._persons[name].hand.part is None)

    def _spec(self, name: str) -> PersonSpec:
        return self._persons[name].spec

    # Looks

    def place(self, person_id: str, at: Floor) -> None:
        """Put a person somewhere, off the script and with empty hands."""
        person = self._persons[person_id]
        self._runners[person_id].leave()
        person.hand.let_go()
        person.at, person.reaching = at, None
        self._bodies[person_id].show()

    def positions(self) -> list[tuple[str, Vector]]:
        """Return everybody's position on the floor."""
        return [(name, (*it.at, 0.0)) for name, it in self._persons.items()]

    def heading(self, person_id: str) -> float:
        """Return the direction that a person faces, an angle about z in [-pi, pi)."""
        return (self._persons[person_id].heading + pi) % (2 * pi) - pi

    def spec(self, person_id: str) -> PersonSpec:
        """Return what the person is."""
        return self._spec(person_id)

    def sighting(self, now_s: float) -> Sighting:
        """Return everybody as sensing would report them."""
        persons = self._persons.values()
        return Sighting(
            at_s=now_s,
            people=tuple(it.upright() for it in persons),
            limbs=tuple(limb for it in persons for limb in it.limbs()),
        )

    @property
    def bodies(self) -> tuple[int, ...]:
        """The bodies of everybody, in the physics."""
        return tuple(body for it in self._bodies.values() for body in it.bodies)

    @property
    def hands(self) -> tuple[int, ...]:
        """The bodies of the hands with which everybody reaches."""
        return tuple(it.hand for it in self._bodies.values())

    def near_bodies(self) -> Iterator[int]:
        """Yield the bodies to which a distance counts."""
        for bodies in self._bodies.values():
            yield from bodies.measured()

    def capsules(self) -> Mapping[str, tuple[BareCapsule, ...]]:
        """Return what everybody looks like: trunk, head, legs, right arm, left arm."""
        for name, person in self._persons.items():
            if self._visible_limbs[name][0] != person.key:
                limbs = tuple((it.start, it.end, it.radius_m) for it in person.visible_limbs())
                self._visible_limbs[name] = (person.key, limbs)
        return {name: limbs for name, (_, limbs) in self._visible_limbs.items()}
