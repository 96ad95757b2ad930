"""Taking on a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.inputs import AdoptPlan
from cobot_alloc.domain.plan import fits
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.turn import Turn

#: A plan must cost less than the one in force by this share: people and arms are not to be
#: sent elsewhere for nothing.
MARGIN = 0.02
#: Seconds by which a plan may be behind before it is told anew.
LATE_S = 2.0


def adopt_plan(turn: Turn, given: AdoptPlan) -> None:
    """
    Take on a plan that is better by a margin, or no worse where it moves nobody and is news.

    It was made for a state that may be past: what has begun meanwhile is left where it is, and
    what an agent may not do is left out.
    """
    fitting = tuple(r for r in given.reservations if fits(r, turn.state, turn.index))
    if fitting == tuple(turn.state.plan.values()):
        return
    if given.instead_of_s is not None and given.cost_s > given.instead_of_s * (1.0 - MARGIN):
        same = given.cost_s <= given.instead_of_s and _moves_nobody(turn, fitting)
        if not (same and _is_news(turn, fitting)):
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


def _moves_nobody(turn: Turn, found: Sequence[Reservation]) -> bool:
    plan = turn.state.plan
    return all(r.task_id in plan and plan[r.task_id].agents == r.agents for r in found)


def _is_news(turn: Turn, found: Sequence[Reservation]) -> bool:
    """
    Tell whether the plan in force is behind its time, or somebody would begin with another task.

    A plan that is late would lapse, task by task, though it is still the best that there is.
    """
    now_s, plan = turn.now_s, turn.state.plan.values()
    if any(now_s > reservation.start_s + LATE_S for reservation in plan):
        return True
    return _first_of_each(plan) != _first_of_each(found)


def _first_of_each(reservations: Iterable[Reservation]) -> dict[AgentId, TaskId]:
    """Return the task with which each agent is to begin."""
    ordered = sorted(reservations, key=lambda r: r.start_s, reverse=True)
    return {agent_id: r.task_id for r in ordered for agent_id in r.agents}
