"""The cost of a schedule, term by term, in seconds: what an explanation prints."""

from __future__ import annotations

from collections.abc import Mapping
import math

from cobot_alloc.domain.scheduling.problem import Operation, OrderTarget, SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Placement, Schedule
from cobot_alloc.domain.scheduling.weighing import carbon_s, mode_terms, switching_s, time_terms


def cost_terms(problem: SchedulingProblem, schedule: Schedule) -> Mapping[str, float]:
    """
    Return the terms of a schedule's cost by the problem's policy, in seconds.

    Flow time and lateness of an order count once, when its last task ends; a task with no
    order, and a deadline of a task, count by themselves.
    """
    terms = {'makespan': problem.policy.makespan * schedule.makespan_s}
    ends: dict[str, float] = {}
    for operation in problem.operations:
        placement = schedule.placements[operation.task_id]
        _add(terms, _of_operation(problem, operation, placement))
        ends[operation.order_id] = max(placement.end_s, ends.get(operation.order_id, -math.inf))
    for order in problem.orders:
        if order.order_id in ends:
            _add(terms, _of_order(problem, order, ends[order.order_id]))
    return terms


def _of_operation(
    problem: SchedulingProblem, operation: Operation, placement: Placement
) -> dict[str, float]:
    policy, mode = problem.policy, operation.modes[placement.mode]
    times = time_terms(
        policy,
        since_s=operation.earliest_start_s,
        end_s=placement.end_s,
        deadline_s=operation.deadline_s,
        weight=operation.weight,
    )
    if operation.order_id:
        del times['flow']  # counts once, with its order
    return {
        **times,
        **mode_terms(policy, mode),
        'carbon': carbon_s(policy, mode.energy_j, placement.start_s),
        'switching': switching_s(policy, operation, mode),
    }


def _of_order(problem: SchedulingProblem, order: OrderTarget, end_s: float) -> dict[str, float]:
    return time_terms(
        problem.policy,
        since_s=order.arrived_s,
        end_s=end_s,
        deadline_s=order.deadline_s,
        weight=order.weight,
    )


def _add(terms: dict[str, float], more: Mapping[str, float]) -> None:
    for name, seconds in more.items():
        terms[name] = terms.get(name, 0.0) + seconds
