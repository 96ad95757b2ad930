"""
Chores, done by hand in the physics.

What can be told before the first step is refused before it. Whether a chore is done is
measured in the end: nothing is taken for done because it was tried.
"""

from __future__ import annotations

from cobot_alloc.application.world import Chore, ChoreKind, LocationSpec
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.sim.people.assisting import assist, refuse_not_held
from cobot_alloc.sim.people.berths import berth_of, freed_by, work_of
from cobot_alloc.sim.people.carrying import fetch, reach_down, set_down
from cobot_alloc.sim.people.deeds import Deed, Stay, Until
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.stances import stand_before
from cobot_alloc.sim.people.surroundings import Surroundings
from cobot_alloc.sim.people.taking import take

_REST_S = 2.0
_WORK_S = 6.0


def check(person: Person, around: Surroundings, chore: Chore) -> None:
    """
    Refuse what can be seen to be impossible.

    :raises Refused: ``part_unknown``, ``location_unknown``, ``station_unknown``,
        ``too_heavy``, ``part_held``, ``location_occupied``, ``nothing_there``, ``hands_full``,
        ``not_held``.
    """
    if chore.station:
        berth_of(around, chore)
    if chore.location:
        around.place(chore.location)
    if not chore.part:
        return
    part = around.part(chore.part)
    if chore.kind is ChoreKind.ASSIST:
        refuse_not_held(around, chore)
    else:
        around.refuse_heavy(part, person)
    if person.hand.part not in (None, part):
        raise Refused(
            RefusalCode.HANDS_FULL, f'{person.spec.person_id} has {person.hand.part} in the hand'
        )
    if chore.kind is ChoreKind.PUT:
        around.refuse_held(part, but_by=person)
        around.refuse_occupied(part, around.place(chore.location))
        if not around.yard.carriers:  # else there may be a tray there when it is needed
            around.refuse_in_the_air(part, around.place(chore.location))


def perform(person: Person, around: Surroundings, chore: Chore) -> Deed:
    """
    Do a chore.

    :raises Refused: where it cannot be done, or turned out not to be done.
    """
    check(person, around, chore)
    person.chore = chore
    try:
        yield from _done(person, around, chore)
    finally:
        person.chore = None


def _done(person: Person, around: Surroundings, chore: Chore) -> Deed:
    if chore.kind is ChoreKind.PUT:
        yield from put(person, around, chore.part, around.place(chore.location))
    elif chore.kind is ChoreKind.LOAD:
        yield from _load(person, around, chore)
    elif chore.kind is ChoreKind.TAKE:
        yield from take(person, around, chore.part, around.place(chore.location))
    elif chore.kind is ChoreKind.ASSIST:
        yield from assist(person, around, chore)
    elif chore.kind is ChoreKind.WORK:
        yield from _work(person, around, chore)
    else:
        yield from _clear(person, around, chore)


def put(person: Person, around: Surroundings, part: str, place: LocationSpec) -> Deed:
    """
    Take a part from wherever it lies and put it at a place.

    :raises Refused: if it is not there in the end, and for whatever was in between.
    """
    if person.hand.part is None and around.is_in_place(part, place):
        return
    if person.hand.part is None:
        yield from fetch(person, around, part)
    yield from set_down(person, around, place)
    there = Until(is_so=lambda: around.is_in_place(part, place), limit_s=_REST_S)
    yield there
    if not there.was_so:
        off_m = around.parts.distance_m(part, place)
        figures = f'{off_m:.3f} m from it (tolerance {place.tolerance_m:.3f} m)'
        where = around.whereabouts.describe(part)
        raise Refused(
            RefusalCode.NOT_IN_PLACE, f'{part} is not at {place.name}, {figures}: {where}'
        )


def _load(person: Person, around: Surroundings, chore: Chore) -> Deed:
    around.refuse_held(chore.part, but_by=person)
    yield from put(person, around, chore.part, berth_of(around, chore))


def _clear(person: Person, around: Surroundings, chore: Chore) -> Deed:
    place = berth_of(around, chore)
    free = freed_by(around, chore)
    yield from stand_before(person, around, place.position)
    yield from reach_down(place.position)
    free()
    yield Stay(duration_s=1.0)


def _work(person: Person, around: Surroundings, chore: Chore) -> Deed:
    place, station = berth_of(around, chore), work_of(around, chore)
    if person.hand.part is not None:
        raise Refused(
            RefusalCode.HANDS_FULL, f'{person.spec.person_id} has {person.hand.part} in the hand'
        )
    yield from stand_before(person, around, place.position)
    yield from reach_down(place.position)
    yield Stay(duration_s=_WORK_S)
    if not station.is_in_place:
        raise Refused(
            RefusalCode.PART_MISPLACED, f'what {chore.station} is on is not in its place'
        )
    station.work_by_hand()
    if not station.is_done:
        raise Refused(RefusalCode.NOT_DONE, f'{chore.station}: {station.describe()}')
