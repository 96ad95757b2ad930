"""The plan in force as a schedule, for whoever improves it."""

from __future__ import annotations

import math

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.scheduling.problem import Operation, SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Placement, Schedule


def planned_schedule(state: CellState, problem: SchedulingProblem) -> Schedule | None:
    """
    Return the plan in force as a schedule of the problem, or None if it leaves work out.

    Its times and cost are not worked out: it is a beginning for whoever improves it.
    """
    placements = {}
    for operation in sorted(problem.operations, key=lambda o: _start_s(state, o)):
        reservation = state.plan.get(TaskId(operation.task_id))
        if reservation is not None:
            agents = reservation.agents
            number = next((n for n, m in enumerate(operation.modes) if m.agents == agents), None)
            if number is None:
                return None
        elif operation.underway is not None:
            number = operation.underway.mode
        else:
            return None
        mode = operation.modes[number]
        start_s = _start_s(state, operation)
        placements[operation.task_id] = Placement(
            task_id=operation.task_id,
            mode=number,
            agents=mode.agents,
            start_s=start_s,
            end_s=start_s + mode.duration_s,
            not_before_s=None if reservation is None else reservation.not_before_s,
        )
    return Schedule(placements=placements, cost_s=math.inf, origin='plan in force')


def _start_s(state: CellState, operation: Operation) -> float:
    reservation = state.plan.get(TaskId(operation.task_id))
    return reservation.start_s if reservation is not None else -math.inf
