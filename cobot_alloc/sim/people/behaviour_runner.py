"""What one person is at: chores they were asked for, and what they do of their own accord."""

from __future__ import annotations

from contextlib import suppress

from cobot_alloc.application.arm_ports import ChoreReport
from cobot_alloc.domain.errors import Refused
from cobot_alloc.sim.people.behaviours import Act, Deed, walk_to
from cobot_alloc.sim.people.characters import own_deeds
from cobot_alloc.sim.people.chores import perform
from cobot_alloc.sim.people.fetching import set_down, stow
from cobot_alloc.sim.people.floor_plan import Floor
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.person_context import Surroundings
from cobot_alloc.sim.world import Chore, LocationSpec

_ACTS_AT_ONCE = 16  # a script without any duration does not hold up time

_NO_TIME_S = 1e-9


class Errands:
    """Plays one person's deeds; a chore comes before whatever they would do by themselves."""

    def __init__(self, person: Person, around: Surroundings) -> None:
        """Begin with what the person does of their own accord."""
        self._person = person
        self._around = around
        self._own: Deed | None = own_deeds(person, around)
        self._own_act: Act | None = None
        self._errand: Deed | None = None
        self._act: Act | None = None
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
        if self._errand is None:
            self._back = self._person.at
        else:
            self._errand.close()  # on the way back from the last one
        self._chore = chore
        self._errand, self._act = self._run(ticket, chore), None

    def leave(self) -> None:
        """Give up everything for good."""
        for deed in (self._errand, self._own):
            if deed is not None:
                deed.close()
        self._errand = self._own = self._act = self._own_act = self._chore = None

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
        if self._errand is not None:
            self._act = self._act or next(self._errand, None)
            if self._act is None:
                self._errand = None
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

    def _run(self, ticket: int | None, chore: Chore) -> Deed:
        person, around, code, detail = self._person, self._around, '', ''
        lay = None if chore.part not in around.parts.bodies else around.parts.underside(chore.part)
        try:
            yield from perform(person, around, chore)
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
                yield from set_down(person, around, place)
        self._chore = None
        yield from stow(person, around)
        with suppress(Refused):  # then they stay here
            yield from walk_to(person, around.plan, self._back, shuns_zones=True)
