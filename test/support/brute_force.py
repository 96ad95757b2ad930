"""
The least cost of a small problem, by trying everything.

It shares nothing with the searches: it reads the records of the problem, and adds up the terms
that an explanation prints.
"""

from itertools import product
import math
from typing import Any

from cobot_alloc.domain.scheduling.objective import cost_terms
from cobot_alloc.domain.scheduling.policy import HOUR_S
from cobot_alloc.domain.scheduling.problem import Mode, Operation, SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Placement, Schedule
from support.present import present


def least_cost(problem: SchedulingProblem, *, hours: int = 1) -> Any | float:
    """
    Return the least cost of all orders, modes, and waits for one of the hours to come.

    Whatever is not under way is put after what came before it, as early as it can start.
    """
    begun = [o for o in problem.operations if o.underway]
    placed = []
    for operation in sorted(begun, key=lambda o: present(o.underway).started_s):
        mode, start = present(operation.underway).mode, present(operation.underway).started_s
        placed.append((operation, operation.modes[mode], mode, start))
    return _least(problem, placed, _waits(problem, hours))


def _waits(problem: SchedulingProblem, hours: int) -> list[Any]:
    """Return the times that work may wait for: none, and the hours to come if they differ."""
    policy, now = problem.policy, problem.now_s
    begins = [(now // HOUR_S + n) * HOUR_S for n in range(1, hours + 1)]
    rates = {policy.carbon_per_j(at) for at in [now, *begins]}
    return [-math.inf, *(begins if policy.carbon and len(rates) > 1 else [])]


def _least(
    problem: SchedulingProblem,
    placed: list[tuple[Operation, Mode, int | Any, float | Any]] | list[Any],
    waits: bool,
) -> Any | float:
    there = {operation.task_id for operation, *_ in placed}
    left = [o for o in problem.operations if o.task_id not in there]
    if not left:
        return _cost(problem, placed)
    costs = [math.inf]
    for operation in left:
        if not there.issuperset(operation.predecessors):
            continue
        for (number, mode), wait in product(enumerate(operation.modes), waits):
            start = _start(problem, placed, operation, mode, wait)
            if math.isfinite(start):
                costs.append(_least(problem, [*placed, (operation, mode, number, start)], waits))
    return min(costs)


def _start(
    problem: SchedulingProblem,
    placed: list[tuple[Operation, Mode, int | Any, float | Any]] | list[Any],
    operation: Operation,
    mode,
    wait,
) -> Any | float:
    """Return when an operation can start after all that is placed, infinity if never."""
    at = max(problem.now_s, operation.earliest_start_s, wait)
    windows = []
    for other, its, _, start in placed:
        if other.task_id in operation.predecessors or other.areas & operation.areas:
            at = max(at, start + its.duration_s)
    for agent in problem.agents:
        if agent.agent_id not in (*mode.agents, *mode.stilled):
            continue
        free, setup = agent.free_from_s, agent.setup
        for _, its, _, start in placed:
            if agent.agent_id in (*its.agents, *its.stilled):
                free = max(free, start + its.duration_s)
            if agent.agent_id == its.agents[0]:
                setup = its.setup or setup
        is_set_up = mode.setup and agent.agent_id == mode.agents[0]
        change = agent.setup_s.get((setup, mode.setup), 0.0) if is_set_up else 0.0
        at = max(at, max(problem.now_s, free) + change)
        if agent.windows:
            windows.append(agent.windows)
    starts = [at, *(begin for each in windows for begin, _ in each if begin > at)]
    fitting = [
        start
        for start in starts
        if all(
            any(begin <= start and start + mode.duration_s <= end + 1e-9 for begin, end in each)
            for each in windows
        )
    ]
    return min(fitting, default=math.inf)


def _cost(
    problem: SchedulingProblem,
    placed: list[tuple[Operation, Mode, int | Any, float | Any]] | list[Any],
) -> Any | int:
    placements = {
        operation.task_id: Placement(
            task_id=operation.task_id,
            mode=number,
            agents=mode.agents,
            start_s=start,
            end_s=start + mode.duration_s,
        )
        for operation, mode, number, start in placed
    }
    schedule = Schedule(placements=placements, cost_s=0.0, origin='brute force')
    return sum(cost_terms(problem, schedule).values())
