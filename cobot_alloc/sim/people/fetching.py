"""Take a part into the hand, carry it, and set it down."""

from __future__ import annotations

from math import dist

from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.people.behaviours import Behaviour, Draw, ReachFor, Stay, Until, walk_to
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.person_context import PersonContext
from cobot_alloc.sim.people.stand_poses import HOVER_M, stand_before
from cobot_alloc.sim.world import LocationSpec

_CAREFUL, _SLOW = 0.5, 0.15  # shares of the speed of a hand
_REST_S = 2.0
_TRAY_S = 30.0  # for a tray to come
_TRIES = 3


def fetch(
    person: Person, context: PersonContext, part: str, *, heedless: bool = False
) -> Behaviour:
    """
    Take a part into the hand.

    One that is nowhere in the cell is fetched from outside: from where the person came.

    :param heedless: go through stop zones, and do not wait for arms to be at rest.
    """
    if not context.whereabouts.is_in_cell(part):
        yield from _fetch_from_outside(person, context, part)
        return
    yield from _stand_before_part(person, context, part, heedless=heedless)
    context.refuse_held(part)
    top = context.top(part)
    yield from reach_down(top)
    context.refuse_held(part)
    if dist(person.hand_at, context.top(part)) > 0.03:
        raise Refused(RefusalCode.PART_MOVED, f'{part} was moved while a hand reached for it')
    person.hand.grip(part, person.hand_at)
    yield Stay(duration_s=0.2)
    yield ReachFor(point=_over(top), share=_CAREFUL)
    yield Draw(share=_CAREFUL)
    refuse_lost(person, part)


def set_down(
    person: Person, context: PersonContext, place: LocationSpec, *, heedless: bool = False
) -> Behaviour:
    """Put what is in the hand at a place and let it go there."""
    part = person.hand.part
    assert part is not None, 'nothing is in the hand'
    x, y, z = place.position
    height_m = context.parts.spec(part).size[2]
    yield from stand_before(person, context, (x, y, z + height_m), heedless=heedless)
    if not heedless:
        yield Until(is_so=lambda: context.whereabouts.can_stand(part, place), limit_s=_TRAY_S)
        context.refuse_in_the_air(part, place)
    context.refuse_occupied(part, place)
    refuse_lost(person, part)
    at = person.hand.at_for((x, y, z + height_m / 2 + 0.001))
    yield ReachFor(point=_over(at), share=_CAREFUL)
    yield Until(is_so=person.hand.is_square, limit_s=_REST_S)
    context.refuse_occupied(part, place)
    context.refuse_arm_over(part, place, HOVER_M)
    person.hand.solid()
    yield ReachFor(point=at, share=_SLOW)
    yield Stay(duration_s=0.2)
    person.hand.let_go()
    yield Stay(duration_s=0.2)


def stow(person: Person, context: PersonContext) -> Behaviour:
    """Let the arms hang down; a part stays in the hand."""
    if person.hand.part is None:
        x, y, z = person.hand_at
        if person.reaching is not None:
            yield ReachFor(point=(x, y, z + HOVER_M))
        yield Draw()
        yield Draw(hang=True)
    else:
        yield Draw(share=_CAREFUL)


def reach_down(point: Vector) -> Behaviour:
    """Bring the empty hand to a point, from above."""
    yield Draw()
    yield ReachFor(point=_over(point))
    yield ReachFor(point=point, share=_CAREFUL)


def refuse_lost(person: Person, part: str) -> None:
    """
    Refuse to go on without what should be in the hand.

    :raises Refused: ``part_lost``.
    """
    if not person.hand.is_holding(person.hand_at):
        person.hand.let_go()
        raise Refused(
            RefusalCode.PART_LOST, f'{part} is no longer in the hand of {person.spec.person_id}'
        )


def _stand_before_part(
    person: Person, context: PersonContext, part: str, *, heedless: bool
) -> Behaviour:
    for _ in range(_TRIES):
        seen = context.top(part)
        yield from stand_before(person, context, seen, heedless=heedless)
        if dist(seen, context.top(part)) < 0.03:
            return
    raise Refused(RefusalCode.PART_MOVED, f'{part} was moved each time that a hand was to take it')


def _fetch_from_outside(person: Person, context: PersonContext, part: str) -> Behaviour:
    yield from walk_to(person, context.plan, person.spec.start, shuns_zones=True)
    yield Draw()
    context.refuse_held(part)
    x, y, z = person.hand_at
    context.parts.put(part, (x, y, z - context.parts.spec(part).size[2]))
    person.hand.grip(part, person.hand_at)


def _over(point: Vector) -> Vector:
    return (point[0], point[1], point[2] + HOVER_M)
