"""What one person is at: chores they were asked for, and what they do of their own accord."""

from __future__ import annotations

from contextlib import suppress

from cobot_alloc.application.arm_ports import ChoreReport
from cobot_alloc.domain.errors import Refused
from cobot_alloc.sim.people.behaviours import Behaviour, BehaviourStep, walk_to
from cobot_alloc.sim.people.characters import own_behaviour
from cobot_alloc.sim.people.chores import perform
from cobot_alloc.sim.people.fetching import set_down, stow
from cobot_alloc.sim.people.floor_plan import Floor
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.person_context import PersonContext
from cobot_alloc.sim.world import Chore, LocationSpec

_ACTS_AT_ONCE = 16  # a script without any duration does not hold up time

_NO_TIME_S = 1e-9


class BehaviourRunner:
    """Plays one person's deeds; a chore comes before whatever they would do by themselves."""

    def __init__(self, person: Person, context: PersonContext) -> None:
        """Begin with what the person does of their own accord."""
        self._person = person
        self._context = context
        self._own: Behaviour | None = own_behaviour(person, context)
        self._own_act: BehaviourStep | None = None
        self._running: Behaviour | None = None
        self._act: BehaviourStep | None = None
        self._chore: Chore | None = None
        self._back: Floor = person.at
        self._reports: list[ChoreReport] = []

    @property
    def is_busy(self) -> bool:
        """Whether a chore is under way, or what is left to do after it."""
        return self._chore is not None or self._person.chore is not None

    def describe(self) -> str:
        """Say which chore is under way."""
        chore = self._chore or self._person.chore
        if chore is None:
            return 'nothing'
        return ' '.join(it for it in (chore.kind.value, chore.part, chore.station) if it)

    def is_at(self, chore: Chore) -> bool:
        """Tell whether this very chore is under way."""
        return chore in (self._chore, self._person.chore)

    def take_on(self, ticket: int | None, chore: Chore) -> None:
        """Do a chore now; the person must be free. Without a ticket nobody is told the end."""
        if self._running is None:
            self._back = self._person.at
        else:
            self._running.close()  # on the way back from the last one
        self._chore = chore
        self._running, self._act = self._run(ticket, chore), None

    def leave(self) -> None:
        """Give up everything for good."""
        for behaviour in (self._running, self._own):
            if behaviour is not None:
                behaviour.close()
        self._running = self._own = self._act = self._own_act = self._chore = None

    def advance(self, dt: float) -> None:
        """Go on for ``dt`` seconds."""
        for _ in range(_ACTS_AT_ONCE):
            left_s = self._go_on(dt)
            if left_s is None or left_s <= _NO_TIME_S:
                return
            dt = left_s

    def take_reports(self) -> list[ChoreReport]:
        """Return the reports that have become due since the last call."""
        reports, self._reports = self._reports, []
        return reports

    def _go_on(self, dt: float) -> float | None:
        if self._running is not None:
            self._act = self._act or next(self._running, None)
            if self._act is None:
                self._running = None
                return dt
            left_s = self._act.advance(self._person, dt)
            self._act = self._act if left_s is None else None
            return left_s
        if self._own is None:
            return None
        self._own_act = self._own_act or next(self._own, None)
        if self._own_act is None:
            self._own = None
            return None
        left_s = self._own_act.advance(self._person, dt)
        self._own_act = self._own_act if left_s is None else None
        return left_s

    def _run(self, ticket: int | None, chore: Chore) -> Behaviour:
        person, context, code, detail = self._person, self._context, '', ''
        lay = (
            None if chore.part not in context.parts.bodies else context.parts.underside(chore.part)
        )
        try:
            yield from perform(person, context, chore)
        except Refused as refusal:
            code, detail = refusal.code, str(refusal)
        if ticket is not None:
            who = person.spec.person_id
            self._reports.append(
                ChoreReport(ticket=ticket, person_id=who, chore=chore, code=code, detail=detail)
            )
        with suppress(Refused):  # then it stays in the hand
            if code and person.hand.part is not None and lay is not None:
                place = LocationSpec(name='where it lay', position=lay)
                yield from set_down(person, context, place)
        self._chore = None
        yield from stow(person, context)
        with suppress(Refused):  # then they stay here
            yield from walk_to(person, context.plan, self._back, shuns_zones=True)
