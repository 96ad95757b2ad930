"""Carbon of a day's work: as early as possible, and with the hours that are worth waiting for."""

from __future__ import annotations

from dataclasses import dataclass
import threading
import time
from typing import Any

from cobot_alloc.application.places import find
from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId
from cobot_alloc.domain.scheduling import policy as policies
from cobot_alloc.domain.scheduling.dispatch import dispatch_schedule
from cobot_alloc.domain.scheduling.objective import cost_terms
from cobot_alloc.domain.scheduling.policy import HOUR_S, Policy
from cobot_alloc.domain.scheduling.problem import (
    Mode,
    Operation,
    OrderTarget,
    ScheduledAgent,
    SchedulingProblem,
)
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.files.policies import read_policies
from cobot_alloc.planning.plan_search import PlanSearch

#: The work comes at seven in the morning of the policy's day.
NOW_S = 7 * HOUR_S
PLANNING_S = 1.0
ARMS = (AgentId('left'), AgentId('right'))


@dataclass(frozen=True)
class Work:
    """Tasks in orders of four: how many, how long and with which power, and until when."""

    name: str
    tasks: int
    seconds: float
    watts: float
    hours: float


WORKS = (
    Work('24 tasks of 20 min at 400 W, nine hours', 24, 1200.0, 400.0, 9.0),
    Work('the same, in five hours', 24, 1200.0, 400.0, 5.0),
    Work('60 tasks of 10 s at 200 W, nine hours', 60, 10.0, 200.0, 9.0),
)


def problem_of(work: Work, policy: Policy) -> SchedulingProblem:
    """Return the work as a problem for two arms, one of them a tenth slower."""
    operations = tuple(
        Operation(
            task_id=TaskId(f't{n}'),
            modes=tuple(
                Mode(agents=(arm,), duration_s=share * work.seconds,
                     energy_j=share * work.seconds * work.watts)
                for arm, share in zip(ARMS, (1.0, 1.1), strict=True)
            ),
            order_id=OrderId(f'o{n // 4}'),
            deadline_s=NOW_S + work.hours * HOUR_S,
        )
        for n in range(work.tasks)
    )  # fmt: skip
    orders = dict.fromkeys(operation.order_id for operation in operations)
    return SchedulingProblem(
        agents=tuple(ScheduledAgent(agent_id=arm) for arm in ARMS),
        operations=operations,
        policy=policy,
        orders=tuple(OrderTarget(order_id=order, arrived_s=NOW_S) for order in orders),
        now_s=NOW_S,
    )


def figures(problem: SchedulingProblem, schedule: Schedule) -> dict[str, float]:
    """Return grams of CO2 equivalent, the last end in hours, lateness and cost in seconds."""
    terms = cost_terms(problem, schedule)
    return {
        'grams': terms['carbon'] / problem.policy.carbon,
        'end_h': (schedule.makespan_s - NOW_S) / HOUR_S,
        'late_s': terms['lateness'] / problem.policy.lateness,
        'cost_s': schedule.cost_s,
    }


def measure() -> dict[str, Any]:
    """Plan each work with both searches, with and without hours to wait for, and print it."""
    shipped = read_policies(find('config', 'policies.yaml'))['green']
    found: dict[str, Any] = {}
    print('\nThe policy green, work from 7:00 on; grams of CO2 equivalent, hours to the end')
    print(f'  {"":40} {"":24} {"g":>7} {"end h":>6} {"late s":>7} {"cost s":>8} {"pass ms":>8}')
    for work in WORKS:
        problem = problem_of(work, shipped)
        for name, hours in (('as early as can be', 1), ('in clean hours', policies.HOURS_AHEAD)):
            for who, (schedule, seconds) in _both(problem, hours).items():
                row = figures(problem, schedule)
                found[f'{work.name}, {who} {name}'] = row
                print(
                    f'  {work.name:40} {who:5}{name:19} {row["grams"]:7.1f} {row["end_h"]:6.1f}'
                    f' {row["late_s"]:7.0f} {row["cost_s"]:8.0f} {1e3 * seconds:8.1f}'
                )
    return found


def _both(problem: SchedulingProblem, hours: int) -> dict[str, tuple[Schedule, float]]:
    """Return what pass and planner find with so many hours to choose from, and their times."""
    before, policies.HOURS_AHEAD = policies.HOURS_AHEAD, hours
    try:
        started = time.perf_counter()
        first = dispatch_schedule(problem)
        passed_s = time.perf_counter() - started
        best = [first]
        search = PlanSearch(problem, first, found=best.append)
        timer = threading.Timer(PLANNING_S, search.stop)
        timer.start()
        search.run()
        timer.cancel()
    finally:
        policies.HOURS_AHEAD = before
    planned = min(best, key=lambda schedule: schedule.cost_s)
    return {'pass': (first, passed_s), 'plan': (planned, PLANNING_S)}
