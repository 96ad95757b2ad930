"""Work with an arm: keep a hand at the part that it holds, until the work is done."""

from __future__ import annotations

from math import hypot

from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.people.behaviours import Behaviour, Draw, ReachFor, Until
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.person_context import PersonContext
from cobot_alloc.sim.people.receiving import near_side
from cobot_alloc.sim.people.stand_poses import stand_before
from cobot_alloc.sim.stations.workhold import Workhold
from cobot_alloc.sim.world import Chore

_CAREFUL = 0.5  # share of the speed of a hand
_HOLD_S = 120.0  # for the arm to come
_BESIDE_M = 0.03  # from the part to the middle of the hand
_SLACK_S = 5.0  # beyond the time that the work takes


def refuse_not_held(context: PersonContext, chore: Chore) -> None:
    """
    Refuse to work on what no arm holds, nor is about to hold, where it is worked on.

    :raises Refused: ``station_unknown``, ``not_held``.
    """
    workhold = workhold_of(context, chore)
    told = ((arm.task.part, arm.task.station) for arm in context.arms.values() if arm.task)
    if not workhold.is_done(chore.part) and (chore.part, chore.station) not in told:
        raise Refused(
            RefusalCode.NOT_HELD, f'no arm has been told to hold {chore.part} at {chore.station}'
        )


def workhold_of(context: PersonContext, chore: Chore) -> Workhold:
    """
    Return where the part of a chore is held.

    :raises Refused: ``station_unknown``.
    """
    workhold = context.stations.find(chore.station, Workhold)
    if workhold is None:
        raise Refused(RefusalCode.STATION_UNKNOWN, f'the cell has no workhold {chore.station!r}')
    return workhold


def assist(person: Person, context: PersonContext, chore: Chore) -> Behaviour:
    """Come when the arm holds the part still, work on it, step back when it is done."""
    workhold, part = workhold_of(context, chore), chore.part
    if workhold.is_done(part):
        return

    def is_held() -> bool:
        return chore in context.offers()

    held = Until(is_so=is_held, limit_s=_HOLD_S)
    yield held
    if not held.was_so:
        late = f'in {_HOLD_S:.0f} s no arm held {part} still at {chore.station}'
        raise Refused(RefusalCode.NOT_HELD, late)
    yield from stand_before(person, context, workhold.pose.position, side=workhold.spec.side)
    if not is_held():
        raise Refused(RefusalCode.NOT_HELD, f'{part} is {context.whereabouts.describe(part)}')
    yield Draw()
    yield ReachFor(point=_beside(person, context, part), share=_CAREFUL)
    yield Until(
        is_so=lambda: workhold.is_done(part) or not is_held(),
        limit_s=workhold.spec.work_s + _SLACK_S,
    )
    yield Draw(share=_CAREFUL)
    if not workhold.is_done(part):
        raise Refused(RefusalCode.NOT_DONE, f'{chore.station}: {workhold.progress(part)}')


def _beside(person: Person, context: PersonContext, part: str) -> Vector:
    """Return where a hand is that has its fingers at the near side of a part."""
    x, y, z = near_side(person, context, part)
    away = (person.at[0] - x, person.at[1] - y)
    share = _BESIDE_M / max(hypot(*away), 1e-6)
    return (x + share * away[0], y + share * away[1], z)
