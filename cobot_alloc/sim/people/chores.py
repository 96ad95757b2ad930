"""
Chores, done by hand in the physics.

What can be told before the first step is refused before it. Whether a chore is done is
measured in the end: nothing is taken for done because it was tried.
"""

from __future__ import annotations

from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.sim.people.access_points import access_point, clearing_of, work_of
from cobot_alloc.sim.people.assisting import assist, refuse_not_held
from cobot_alloc.sim.people.behaviours import Behaviour, Stay, Until
from cobot_alloc.sim.people.fetching import fetch, reach_down, set_down
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.person_context import PersonContext
from cobot_alloc.sim.people.receiving import take
from cobot_alloc.sim.people.stand_poses import stand_before
from cobot_alloc.sim.world import Chore, ChoreKind, LocationSpec

_REST_S = 2.0
_WORK_S = 6.0


def check(person: Person, context: PersonContext, chore: Chore) -> None:
    """
    Refuse what can be seen to be impossible.

    :raises Refused: ``part_unknown``, ``location_unknown``, ``station_unknown``,
        ``too_heavy``, ``part_held``, ``location_occupied``, ``nothing_there``, ``hands_full``,
        ``not_held``.
    """
    if chore.station:
        access_point(context, chore)
    if chore.location:
        context.place(chore.location)
    if not chore.part:
        return
    part = context.part(chore.part)
    if chore.kind is ChoreKind.ASSIST:
        refuse_not_held(context, chore)
    else:
        context.refuse_heavy(part, person)
    if person.hand.part not in (None, part):
        raise Refused(
            RefusalCode.HANDS_FULL, f'{person.spec.person_id} has {person.hand.part} in the hand'
        )
    if chore.kind is ChoreKind.PUT:
        context.refuse_held(part, but_by=person)
        context.refuse_occupied(part, context.place(chore.location))
        if not context.stations.carriers:  # else there may be a tray there when it is needed
            context.refuse_in_the_air(part, context.place(chore.location))


def perform(person: Person, context: PersonContext, chore: Chore) -> Behaviour:
    """
    Do a chore.

    :raises Refused: where it cannot be done, or turned out not to be done.
    """
    check(person, context, chore)
    person.chore = chore
    try:
        yield from _done(person, context, chore)
    finally:
        person.chore = None


def _done(person: Person, context: PersonContext, chore: Chore) -> Behaviour:
    if chore.kind is ChoreKind.PUT:
        yield from put(person, context, chore.part, context.place(chore.location))
    elif chore.kind is ChoreKind.LOAD:
        yield from _load(person, context, chore)
    elif chore.kind is ChoreKind.TAKE:
        yield from take(person, context, chore.part, context.place(chore.location))
    elif chore.kind is ChoreKind.ASSIST:
        yield from assist(person, context, chore)
    elif chore.kind is ChoreKind.WORK:
        yield from _work(person, context, chore)
    else:
        yield from _clear(person, context, chore)


def put(person: Person, context: PersonContext, part: str, place: LocationSpec) -> Behaviour:
    """
    Take a part from wherever it lies and put it at a place.

    :raises Refused: if it is not there in the end, and for whatever was in between.
    """
    if person.hand.part is None and context.is_in_place(part, place):
        return
    if person.hand.part is None:
        yield from fetch(person, context, part)
    yield from set_down(person, context, place)
    there = Until(is_so=lambda: context.is_in_place(part, place), limit_s=_REST_S)
    yield there
    if not there.was_so:
        off_m = context.parts.distance_m(part, place)
        figures = f'{off_m:.3f} m from it (tolerance {place.tolerance_m:.3f} m)'
        where = context.whereabouts.describe(part)
        raise Refused(
            RefusalCode.NOT_IN_PLACE, f'{part} is not at {place.name}, {figures}: {where}'
        )


def _load(person: Person, context: PersonContext, chore: Chore) -> Behaviour:
    context.refuse_held(chore.part, but_by=person)
    yield from put(person, context, chore.part, access_point(context, chore))


def _clear(person: Person, context: PersonContext, chore: Chore) -> Behaviour:
    place = access_point(context, chore)
    free = clearing_of(context, chore)
    yield from stand_before(person, context, place.position)
    yield from reach_down(place.position)
    free()
    yield Stay(duration_s=1.0)


def _work(person: Person, context: PersonContext, chore: Chore) -> Behaviour:
    place, station = access_point(context, chore), work_of(context, chore)
    if person.hand.part is not None:
        raise Refused(
            RefusalCode.HANDS_FULL, f'{person.spec.person_id} has {person.hand.part} in the hand'
        )
    yield from stand_before(person, context, place.position)
    yield from reach_down(place.position)
    yield Stay(duration_s=_WORK_S)
    if not station.is_in_place:
        raise Refused(
            RefusalCode.PART_MISPLACED, f'what {chore.station} is on is not in its place'
        )
    station.work_by_hand()
    if not station.is_done:
        raise Refused(RefusalCode.NOT_DONE, f'{chore.station}: {station.describe()}')
