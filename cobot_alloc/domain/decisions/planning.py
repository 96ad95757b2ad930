"""Taking on a plan."""

from __future__ import annotations

from collections.abc import Mapping

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.inputs import AdoptPlan
from cobot_alloc.domain.plan import fits
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.turn import Turn

#: A plan must cost less than the one in force by this share: people and arms are not to be
#: sent elsewhere for nothing.
MARGIN = 0.02
#: The same plan is taken on again when its times have moved by this, in seconds: reservations
#: lapse by their times.
STALE_S = 2.0


def adopt_plan(turn: Turn, given: AdoptPlan) -> None:
    """
    Take on a plan that is better by a margin, or the one in force at its later times.

    It was made for a state that may be past: what has begun meanwhile is left where it is, and
    what an agent may not do is left out.
    """
    fitting = tuple(r for r in given.reservations if _fits(turn, r))
    if given.instead_of_s is not None and given.cost_s > given.instead_of_s * (1.0 - MARGIN):
        if not _is_the_same_later(turn.state.plan, fitting):
            return
    elif fitting == tuple(turn.state.plan.values()):
        return
    turn.emit(
        ev.PlanAdopted(
            at_s=turn.now_s,
            reservations=fitting,
            cost_s=given.cost_s,
            instead_of_s=given.instead_of_s,
            policy=given.policy,
            origin=given.origin,
        )
    )


def _is_the_same_later(plan: Mapping[TaskId, Reservation], given: tuple[Reservation, ...]) -> bool:
    before, now = (
        sorted(kept, key=lambda r: (r.agents, r.start_s)) for kept in (plan.values(), given)
    )
    if [(r.task_id, r.agents) for r in before] != [(r.task_id, r.agents) for r in now]:
        return False
    return any(abs(a.start_s - b.start_s) > STALE_S for a, b in zip(before, now, strict=True))


def _fits(turn: Turn, reservation: Reservation) -> bool:
    state, task_id = turn.state, reservation.task_id
    waits = task_id in state.queued or task_id in state.blocked
    return waits and fits(reservation, state, turn.rules)
