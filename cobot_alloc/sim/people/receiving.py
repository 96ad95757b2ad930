"""Take a part from an arm that holds it out: pull at it, gently, until it is let go."""

from __future__ import annotations

from math import hypot

from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.people.behaviours import Behaviour, Draw, ReachFor, Until
from cobot_alloc.sim.people.fetching import refuse_lost
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.person_context import PersonContext
from cobot_alloc.sim.people.stand_poses import HOVER_M, stand_before
from cobot_alloc.sim.world import LocationSpec

_CAREFUL, _SLOW, _PULL = 0.5, 0.15, 0.05  # shares of the speed of a hand
_PULL_BACK_M = 0.10  # how far a hand goes back that pulls
_RELEASE_S = 5.0
_OFFER_S = 120.0


def take(person: Person, context: PersonContext, part: str, place: LocationSpec) -> Behaviour:
    """Take a part from an arm that offers it: at rest, at the place. Pull, gently."""

    def is_offered() -> bool:
        return (
            context.holder(part) is not None
            and context.parts.distance_m(part, place) <= place.tolerance_m
            and context.is_still(place.position)
        )

    offer = Until(is_so=is_offered, limit_s=_OFFER_S)
    yield offer
    if not offer.was_so:
        raise Refused(
            RefusalCode.NOT_OFFERED, f'no arm held {part} at {place.name} in {_OFFER_S:.0f} s'
        )
    yield from stand_before(person, context, place.position)
    if not is_offered():
        raise Refused(RefusalCode.NOT_OFFERED, f'{part} is {context.whereabouts.describe(part)}')
    yield Draw()
    near = near_side(person, context, part)
    yield ReachFor(point=near, share=_CAREFUL)
    person.hand.pull(part, near)
    yield ReachFor(point=_back(person, near), share=_PULL)
    yield Until(is_so=lambda: context.holder(part) is None, limit_s=_RELEASE_S)
    # Between two open fingers a part comes out downwards only.
    for point in (_under(person.hand_at), _under(_back(person, near))):
        yield ReachFor(point=point, share=_SLOW)
    free = Until(is_so=lambda: person.hand.has_come_free(person.hand_at), limit_s=_RELEASE_S)
    yield free
    if not free.was_so or context.holder(part) is not None:
        person.hand.let_go()
        raise Refused(
            RefusalCode.NOT_RELEASED, f'{part} did not come free in {_RELEASE_S:.0f} s of pull'
        )
    person.hand.keep(person.hand_at)
    yield Draw(share=_SLOW)
    refuse_lost(person, part)


def near_side(person: Person, context: PersonContext, part: str) -> Vector:
    """Return the middle of the side of a part that faces a person."""
    low, high = context.engine.bodies.box(context.parts.bodies[part])
    x, y, z = ((a + b) / 2 for a, b in zip(low, high, strict=True))
    away = (person.at[0] - x, person.at[1] - y)
    share = max(high[0] - low[0], high[1] - low[1]) / 2 / max(hypot(*away), 1e-6)
    return (x + share * away[0], y + share * away[1], z)


def _back(person: Person, point: Vector) -> Vector:
    """Return where the hand goes that pulls something towards the body."""
    away = (person.at[0] - point[0], person.at[1] - point[1])
    share = _PULL_BACK_M / max(hypot(*away), 1e-6)
    return (point[0] + share * away[0], point[1] + share * away[1], point[2])


def _under(point: Vector) -> Vector:
    return (point[0], point[1], point[2] - HOVER_M)
