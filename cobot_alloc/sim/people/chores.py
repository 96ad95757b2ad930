"""
Chores, done by hand in the physics.

What can be told before the first step is refused before it. Whether a chore is done is
measured in the end: nothing is taken for done because it was tried.
"""

from __future__ import annotations

from math import dist, hypot

from cobot_alloc.application.world import Chore, ChoreKind, LocationSpec
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.people.berths import berth_of, freed_by, work_of
from cobot_alloc.sim.people.deeds import Deed, Draw, Reach, Stay, Until, walk_to
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.stances import HOVER_M, stand_before
from cobot_alloc.sim.people.surroundings import Surroundings

_CAREFUL, _SLOW = 0.5, 0.15  # shares of the speed of a hand
_PULL = 0.05
_PULL_BACK_M = 0.10  # how far a hand goes back that pulls
_RELEASE_S = 5.0
_OFFER_S = 120.0
_TRAY_S = 30.0  # for a tray to come
_REST_S = 2.0
_TRIES = 3
_WORK_S = 6.0


def check(person: Person, around: Surroundings, chore: Chore) -> None:
    """
    Refuse what can be seen to be impossible.

    :raises Refused: ``part_unknown``, ``location_unknown``, ``station_unknown``,
        ``too_heavy``, ``part_held``, ``location_occupied``, ``nothing_there``, ``hands_full``.
    """
    if chore.station:
        berth_of(around, chore)
    if chore.location:
        around.place(chore.location)
    if not chore.part:
        return
    part = around.part(chore.part)
    around.refuse_heavy(part, person)
    if person.hand.part not in (None, part):
        raise Refused('hands_full', f'{person.spec.person_id} has {person.hand.part} in the hand')
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
        yield from _take(person, around, chore.part, around.place(chore.location))
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
        raise Refused('not_in_place', f'{part} is not at {place.name}, {figures}: {where}')


def fetch(person: Person, around: Surroundings, part: str, *, heedless: bool = False) -> Deed:
    """
    Take a part into the hand.

    One that is nowhere in the cell is fetched from outside: from where the person came.

    :param heedless: go through stop zones, and do not wait for arms to be at rest.
    """
    if not around.whereabouts.is_in_cell(part):
        yield from _fetch_from_outside(person, around, part)
        return
    yield from _stand_before_part(person, around, part, heedless=heedless)
    around.refuse_held(part)
    top = around.top(part)
    yield from _reach_down(top)
    around.refuse_held(part)
    if dist(person.hand_at, around.top(part)) > 0.03:
        raise Refused('part_moved', f'{part} was moved while a hand reached for it')
    person.hand.grip(part, person.hand_at)
    yield Stay(duration_s=0.2)
    yield Reach(point=_over(top), share=_CAREFUL)
    yield Draw(share=_CAREFUL)
    _refuse_lost(person, part)


def set_down(
    person: Person, around: Surroundings, place: LocationSpec, *, heedless: bool = False
) -> Deed:
    """Put what is in the hand at a place and let it go there."""
    part = person.hand.part
    assert part is not None, 'nothing is in the hand'
    x, y, z = place.position
    height_m = around.parts.spec(part).size[2]
    yield from stand_before(person, around, (x, y, z + height_m), heedless=heedless)
    if not heedless:
        yield Until(is_so=lambda: around.whereabouts.can_stand(part, place), limit_s=_TRAY_S)
        around.refuse_in_the_air(part, place)
    around.refuse_occupied(part, place)
    _refuse_lost(person, part)
    at = person.hand.at_for((x, y, z + height_m / 2 + 0.001))
    yield Reach(point=_over(at), share=_CAREFUL)
    yield Until(is_so=person.hand.is_square, limit_s=_REST_S)
    around.refuse_occupied(part, place)
    around.refuse_arm_over(part, place, HOVER_M)
    person.hand.solid()
    yield Reach(point=at, share=_SLOW)
    yield Stay(duration_s=0.2)
    person.hand.let_go()
    yield Stay(duration_s=0.2)


def stow(person: Person, around: Surroundings) -> Deed:
    """Let the arms hang down; a part stays in the hand."""
    if person.hand.part is None:
        x, y, z = person.hand_at
        if person.reaching is not None:
            yield Reach(point=(x, y, z + HOVER_M))
        yield Draw()
        yield Draw(hang=True)
    else:
        yield Draw(share=_CAREFUL)


def _load(person: Person, around: Surroundings, chore: Chore) -> Deed:
    around.refuse_held(chore.part, but_by=person)
    yield from put(person, around, chore.part, berth_of(around, chore))


def _take(person: Person, around: Surroundings, part: str, place: LocationSpec) -> Deed:
    """Take a part from an arm that offers it: at rest, at the place. Pull, gently."""

    def is_offered() -> bool:
        return (
            around.holder(part) is not None
            and around.parts.distance_m(part, place) <= place.tolerance_m
            and around.is_still(place.position)
        )

    offer = Until(is_so=is_offered, limit_s=_OFFER_S)
    yield offer
    if not offer.was_so:
        raise Refused('not_offered', f'no arm held {part} at {place.name} in {_OFFER_S:.0f} s')
    yield from stand_before(person, around, place.position)
    if not is_offered():
        raise Refused('not_offered', f'{part} is {around.whereabouts.describe(part)}')
    yield Draw()
    near = _near_side(person, around, part)
    yield Reach(point=near, share=_CAREFUL)
    person.hand.pull(part, near)
    yield Reach(point=_back(person, near), share=_PULL)
    yield Until(is_so=lambda: around.holder(part) is None, limit_s=_RELEASE_S)
    # Between two open fingers a part comes out downwards only.
    for point in (_under(person.hand_at), _under(_back(person, near))):
        yield Reach(point=point, share=_SLOW)
    free = Until(is_so=lambda: person.hand.has_come_free(person.hand_at), limit_s=_RELEASE_S)
    yield free
    if not free.was_so or around.holder(part) is not None:
        person.hand.let_go()
        raise Refused('not_released', f'{part} did not come free in {_RELEASE_S:.0f} s of pull')
    person.hand.keep(person.hand_at)
    yield Draw(share=_SLOW)
    _refuse_lost(person, part)


def _clear(person: Person, around: Surroundings, chore: Chore) -> Deed:
    place = berth_of(around, chore)
    free = freed_by(around, chore)
    yield from stand_before(person, around, place.position)
    yield from _reach_down(place.position)
    free()
    yield Stay(duration_s=1.0)


def _work(person: Person, around: Surroundings, chore: Chore) -> Deed:
    place, station = berth_of(around, chore), work_of(around, chore)
    if person.hand.part is not None:
        raise Refused('hands_full', f'{person.spec.person_id} has {person.hand.part} in the hand')
    yield from stand_before(person, around, place.position)
    yield from _reach_down(place.position)
    yield Stay(duration_s=_WORK_S)
    if not station.is_in_place:
        raise Refused('part_misplaced', f'what {chore.station} is on is not in its place')
    station.work_by_hand()
    if not station.is_done:
        raise Refused('not_done', f'{chore.station}: {station.describe()}')


def _stand_before_part(person: Person, around: Surroundings, part: str, *, heedless: bool) -> Deed:
    for _ in range(_TRIES):
        seen = around.top(part)
        yield from stand_before(person, around, seen, heedless=heedless)
        if dist(seen, around.top(part)) < 0.03:
            return
    raise Refused('part_moved', f'{part} was moved each time that a hand was to take it')


def _fetch_from_outside(person: Person, around: Surroundings, part: str) -> Deed:
    yield from walk_to(person, around.plan, person.spec.start, shuns_zones=True)
    yield Draw()
    around.refuse_held(part)
    x, y, z = person.hand_at
    around.parts.put(part, (x, y, z - around.parts.spec(part).size[2]))
    person.hand.grip(part, person.hand_at)


def _reach_down(point: Vector) -> Deed:
    yield Draw()
    yield Reach(point=_over(point))
    yield Reach(point=point, share=_CAREFUL)


def _near_side(person: Person, around: Surroundings, part: str) -> Vector:
    """Return the middle of the side of a part that faces a person."""
    low, high = around.bullet.getAABB(around.parts.bodies[part])
    x, y, z = ((a + b) / 2 for a, b in zip(low, high, strict=True))
    away = (person.at[0] - x, person.at[1] - y)
    share = max(high[0] - low[0], high[1] - low[1]) / 2 / max(hypot(*away), 1e-6)
    return (x + share * away[0], y + share * away[1], z)


def _back(person: Person, point: Vector) -> Vector:
    """Return where the hand goes that pulls something towards the body."""
    away = (person.at[0] - point[0], person.at[1] - point[1])
    share = _PULL_BACK_M / max(hypot(*away), 1e-6)
    return (point[0] + share * away[0], point[1] + share * away[1], point[2])


def _refuse_lost(person: Person, part: str) -> None:
    if not person.hand.is_holding(person.hand_at):
        person.hand.let_go()
        raise Refused('part_lost', f'{part} is no longer in the hand of {person.spec.person_id}')


def _under(point: Vector) -> Vector:
    return (point[0], point[1], point[2] - HOVER_M)


def _over(point: Vector) -> Vector:
    return (point[0], point[1], point[2] + HOVER_M)
