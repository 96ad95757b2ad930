"""
Hours that are worth waiting for, because energy has less carbon in them.

A schedule in which everything is as early as possible never waits by itself. So an operation
that may wait gets further choices: the same mode, not before a cleaner hour begins.
"""

from __future__ import annotations

import math

from cobot_alloc.domain.scheduling.problem import Mode, Operation, SchedulingProblem
from cobot_alloc.domain.scheduling.weighing import is_worth_waiting


class CleanHours:
    """The hours of a problem that are cleaner than all before them."""

    def __init__(self, problem: SchedulingProblem) -> None:
        """Look ahead from the problem's time."""
        self._problem = problem
        policy, now_s = problem.policy, problem.now_s
        self._now_per_j = policy.carbon_per_j(now_s)
        self._hours = list(policy.cleaner_hours(now_s))
        if self._hours:
            modes = [max(o.modes, key=lambda m: m.duration_s) for o in problem.operations]
            self._all_work_s = sum(mode.duration_s for mode in modes)
            self._weights = {order.order_id: order.weight for order in problem.orders}
            self._energy_j: dict[str, float] = {}
            for operation in problem.operations:
                most_j = max(mode.energy_j for mode in operation.modes)
                name = operation.order_id or operation.task_id
                self._energy_j[name] = self._energy_j.get(name, 0.0) + most_j

    def of(self, operation: Operation, mode: Mode) -> list[float]:
        """
        Return the beginnings of the hours that the operation might wait for, cell time.

        Not those in which it could not be in time, nor those for which waiting would cost an
        order more than all of its energy could save.
        """
        if not self._hours or not mode.energy_j or operation.underway is not None:
            return []
        latest_s = math.inf if operation.deadline_s is None else operation.deadline_s
        return [
            begin_s
            for begin_s, per_j in self._hours
            if begin_s > operation.earliest_start_s
            and begin_s + mode.duration_s <= latest_s
            and self._is_worth(operation, begin_s, per_j)
        ]

    def _is_worth(self, operation: Operation, begin_s: float, per_j: float) -> bool:
        name = operation.order_id or operation.task_id
        return is_worth_waiting(
            self._problem.policy,
            # It might end as late anyway, behind all other work.
            waits_s=begin_s - self._problem.now_s - self._all_work_s,
            saved_g=self._energy_j[name] * (self._now_per_j - per_j),
            weight=self._weights.get(operation.order_id, operation.weight),
        )
