"""The cost of a schedule, term by term, in seconds: what an explanation prints."""

from __future__ import annotations

from collections.abc import Mapping

from cobot_alloc.domain.scheduling.indexed import mode_terms
from cobot_alloc.domain.scheduling.problem import Operation, SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule


def cost_terms(problem: SchedulingProblem, schedule: Schedule) -> Mapping[str, float]:
    """
    Return the terms of a schedule's cost by the problem's policy, in seconds.

    Flow time and lateness of an order count once, when its last task ends; a task with no
    order, and a deadline of a task, count by themselves.
    """
    policy = problem.policy
    terms = {
        'makespan': policy.makespan * schedule.makespan_s,
        'flow': 0.0,
        'lateness': 0.0,
        'carbon': 0.0,
    }
    for operation in problem.operations:
        placement = schedule.placements[operation.task_id]
        mode = operation.modes[placement.mode]
        for name, seconds in mode_terms(operation, mode, policy).items():
            terms[name] = terms.get(name, 0.0) + seconds
        grams = mode.energy_j * policy.carbon_per_j(placement.start_s)
        terms['carbon'] += policy.carbon * grams
        _add_times(terms, problem, operation, placement.end_s)
    for order in problem.orders:
        ends = [
            schedule.placements[o.task_id].end_s
            for o in problem.operations
            if o.order_id == order.order_id
        ]
        if ends:
            terms['flow'] += policy.flow * order.weight * (max(ends) - order.arrived_s)
            if order.deadline_s is not None:
                late = max(0.0, max(ends) - order.deadline_s)
                terms['lateness'] += policy.lateness * order.weight * late
    return terms


def _add_times(
    terms: dict[str, float], problem: SchedulingProblem, operation: Operation, end_s: float
) -> None:
    policy = problem.policy
    if not operation.order_id:
        waited = end_s - operation.earliest_start_s
        terms['flow'] += policy.flow * operation.weight * waited
    if operation.deadline_s is not None:
        late = max(0.0, end_s - operation.deadline_s)
        terms['lateness'] += policy.lateness * operation.weight * late
