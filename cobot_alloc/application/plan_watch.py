"""
Keeps a plan for the cell: the dispatch pass at once, the planner in the background.

When the work or the agents have changed, the dispatch pass makes a plan, starting from the one
in force, and the planner goes on improving it. What is better by a margin is taken on; the
core decides that.

In lockstep the planner does a fixed amount of work for each problem, and what it has found is
looked at a fixed cell time later, neither earlier nor later.
"""

from __future__ import annotations

from collections.abc import Callable

from cobot_alloc.application.planner import Planner
from cobot_alloc.domain.allocation.cell_problem import cell_problem
from cobot_alloc.domain.allocation.plan_in_force import planned_schedule
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.inputs import AdoptPlan
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling import indexed as numbered
from cobot_alloc.domain.scheduling.dispatch import (
    choice_of,
    dispatch_schedule,
    schedule_of,
    spent_s,
)
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.schedule import Placement, Schedule
from cobot_alloc.domain.waiting.index import WorkIndex

#: Takes on a plan if it is better, and tells whether it did.
Offer = Callable[[AdoptPlan], bool]
#: A plan whose next task is so late, in seconds, is made again, every so many seconds.
OVERDUE_S, AGAIN_S = 2.0, 5.0
#: In lockstep, when what the planner has found is looked at: so much cell time after it began.
ANSWER_AFTER_S = 0.5
#: Wall-clock seconds of one wait for it.
_WAIT_S = 0.1


class PlanWatch:
    """Looks at the cell now and then, and offers plans."""

    def __init__(
        self,
        planner: Planner,
        *,
        rules: CellRules,
        policy: tuple[str, Policy],
        lockstep: bool = False,
    ) -> None:
        """
        Begin without a plan.

        :param policy: name and weights.
        :param lockstep: whether the planner's answers come at fixed cell times.
        """
        self._planner = planner
        self._rules = rules
        self._name, self._policy = policy
        self._seen: object = None
        self._in_force_s: float | None = None
        self._spent_s = 0.0
        self._lockstep = lockstep
        self._due_s: float | None = None

    @property
    def absence(self) -> str:
        """Why there is no planner in the background; empty if there is one."""
        return self._planner.absence

    def look(self, state: CellState, index: WorkIndex, *, now_s: float, offer: Offer) -> bool:
        """
        Plan anew if there is something new, and offer what the planner has found.

        :param index: that follows the cell's state, and is of this one.
        :param offer: is given every plan that is found, and tells whether it was taken on.
        :return: whether that was all; False, in lockstep only, if the planner is still at it
            although its answer is due: then look again, at the same time.
        """
        index.reflect(state)
        if (seen := _what_matters(state, index, now_s)) != self._seen:
            self._seen = seen
            self._plan_anew(state, index, now_s, offer)
            return True
        if self._lockstep:
            if self._due_s is None or now_s < self._due_s:
                return True
            if not self._planner.has_ended(_WAIT_S):
                return False
            self._due_s = None
        if (found := self._planner.poll()) is not None:
            self._offer(found, offer)
        return True

    def rest(self) -> None:
        """Give up what is being worked on, until the next look."""
        self._planner.cancel()
        self._seen = self._due_s = None

    def close(self) -> None:
        """Plan no more."""
        self._planner.close()

    def _plan_anew(self, state: CellState, index: WorkIndex, now_s: float, offer: Offer) -> None:
        problem = cell_problem(state, self._rules, self._policy, now_s=now_s, index=index)
        self._planner.cancel()
        self._due_s = None
        if all(operation.underway is not None for operation in problem.operations):
            return
        in_force = planned_schedule(state, problem)
        schedule = dispatch_schedule(problem, incumbent=in_force)
        indexed = numbered.index(problem)
        # What an order has cost by now would make any difference look small.
        self._spent_s = spent_s(indexed)
        self._in_force_s = None
        if in_force is not None:
            choice = choice_of(indexed, in_force)
            in_force = schedule_of(indexed, choice, origin=in_force.origin)
            self._in_force_s = in_force.cost_s - self._spent_s
        if not self._offer(schedule, offer) and in_force is not None:
            self._offer(in_force, offer)  # at the times that it has come to
        self._planner.start(problem, schedule)
        self._due_s = now_s + ANSWER_AFTER_S

    def _offer(self, schedule: Schedule, offer: Offer) -> bool:
        cost_s = schedule.cost_s - self._spent_s
        taken = offer(
            AdoptPlan(
                reservations=reserved(schedule),
                cost_s=cost_s,
                instead_of_s=self._in_force_s,
                policy=self._name,
                origin=schedule.origin,
            )
        )
        if taken:
            self._in_force_s = cost_s
        return taken


def reserved(schedule: Schedule) -> tuple[Reservation, ...]:
    """Return a schedule as the cell keeps it."""
    return tuple(_reservation(placement) for placement in schedule.placements.values())


def _reservation(placement: Placement) -> Reservation:
    agent_id, *helpers = map(AgentId, placement.agents)  # of two, the arm is named first
    return Reservation(
        task_id=TaskId(placement.task_id),
        agent_id=agent_id,
        start_s=placement.start_s,
        helper=helpers[0] if helpers else AgentId(''),
        not_before_s=placement.not_before_s,
    )


def _what_matters(state: CellState, index: WorkIndex, now_s: float) -> object:
    """Return what a plan depends on, so that a change of it can be seen."""
    agents = tuple(
        (a, record.health, record.may_move, record.setup) for a, record in state.agents.items()
    )
    overdue = any(now_s > r.start_s + OVERDUE_S for r in state.plan.values())
    return (
        index.revision,
        agents,
        int(now_s // AGAIN_S) if overdue else None,
    )
