"""Where a person stands to get a hand somewhere."""

from __future__ import annotations

from math import cos, dist, hypot, pi, sqrt

from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.people.behaviours import Behaviour, Face, Until, Walk
from cobot_alloc.sim.people.floor_plan import Floor
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.person_context import PersonContext

HOVER_M = 0.12  #: over a part or a place, on the way down to it
_FARTHEST_M = 1.15  # on the floor, from the feet to below the hand
_NEAREST_M = 0.30
_ZONE_M = 8.0  # standing in a stop zone is taken as so long a detour
_BEND_M = 1.0  # and bending all the way down
_ARMS_REST_S = 20.0
_ASIDE = cos(pi / 3)  # of the angle from the side on which somebody wants to stand, at most


def stand_before(
    person: Person,
    context: PersonContext,
    point: Vector,
    *,
    heedless: bool = False,
    side: Floor | None = None,
) -> Behaviour:
    """
    Walk to where the right hand can get to a point from above, and face it.

    :param heedless: go through stop zones, and do not wait until no arm near the point moves.
    :param side: direction from the point in which to stand; None: in any.
    :raises Refused: ``unreachable``, ``arm_moving``.
    """
    route = _route(person, context, point, shuns_zones=not heedless, side=side)
    yield Walk(points=route)
    yield Face(point=point)
    if not heedless:
        rest = Until(is_so=lambda: context.is_still(point), limit_s=_ARMS_REST_S)
        yield rest
        if not rest.was_so:
            what = f'an arm near {_shown(point)} did not come to rest in {_ARMS_REST_S:.0f} s'
            raise Refused(RefusalCode.ARM_MOVING, what)


def _route(
    person: Person,
    context: PersonContext,
    point: Vector,
    *,
    shuns_zones: bool,
    side: Floor | None,
) -> list[Floor]:
    ranked = []
    for cell in context.plan.around(point[:2], _FARTHEST_M):
        bend = _bend(person, cell, point)
        if side is not None and not _is_towards(side, cell, point):
            continue
        if bend is not None and context.plan.is_joined(person.at, cell):
            zone_m = _ZONE_M if shuns_zones and context.plan.is_zoned(cell) else 0.0
            ranked.append((dist(person.at, cell) + zone_m + bend * _BEND_M, cell, bend))
    for _, cell, bend in sorted(ranked):
        if not _is_walled_off(person, context, cell, bend, point):
            route = context.plan.route(person.at, cell, shuns_zones=shuns_zones)
            if route is not None:
                return route
    who = person.spec.person_id
    raise Refused(RefusalCode.UNREACHABLE, f'{who} can stand nowhere to reach {_shown(point)}')


def _is_towards(side: Floor, cell: Floor, point: Vector) -> bool:
    x, y = cell[0] - point[0], cell[1] - point[1]
    return side[0] * x + side[1] * y >= _ASIDE * hypot(*side) * hypot(x, y)


def _bend(person: Person, cell: Floor, point: Vector) -> float | None:
    """Return how far to bend for a point and for what is above it, None if out of reach."""
    away_m, aside_m = dist(cell, point[:2]), person.figure.ready[1]
    if away_m < _NEAREST_M:
        return None
    ahead_m = sqrt(away_m**2 - aside_m**2)
    bends = [person.figure.bend_for((ahead_m, aside_m, z)) for z in (point[2], point[2] + HOVER_M)]
    return None if None in bends else max(bend for bend in bends if bend is not None)


def _is_walled_off(
    person: Person, context: PersonContext, cell: Floor, bend: float, point: Vector
) -> bool:
    above = (point[0], point[1], point[2] + HOVER_M)
    forward_m, _, height_m = person.figure.neck(bend)
    x, y = point[0] - cell[0], point[1] - cell[1]
    share = forward_m / hypot(x, y)
    neck = (cell[0] + share * x, cell[1] + share * y, height_m)
    return context.is_walled_off(neck, above) or context.is_walled_off(above, point)


def _shown(point: Vector) -> str:
    return '({:.2f}, {:.2f}, {:.2f}) m'.format(*point)
