"""What the allocation benchmarks measure, each as one call: rules, dispatch, planner, peer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
import time
import warnings

from cobot_alloc.application.planner import Planner
from cobot_alloc.domain.scheduling.construction import construct
from cobot_alloc.domain.scheduling.dispatch import cost_of, dispatch_schedule
from cobot_alloc.domain.scheduling.dispatch_rules import rules
from cobot_alloc.domain.scheduling.feasibility import violations
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.planning.planner_process import PlannerProcess

CLASSIC = ('SPT', 'FIFO', 'MOPNR', 'MWKR', 'ECT')
#: Seconds between two looks at the planner.
_LOOK_S = 0.002


@dataclass(frozen=True)
class Result:
    """A cost in seconds, and the seconds of wall time it took."""

    cost_s: float
    took_s: float


class Infeasible(Exception):
    """A schedule that breaks its problem: the benchmark is worth nothing."""


def by_rule(problem: SchedulingProblem, name: str) -> Result:
    """Schedule by one classic rule."""
    begun = time.perf_counter()
    indexed = index(problem)
    cost_s = cost_of(indexed, construct(indexed, rules(indexed)[name]))
    return Result(cost_s, time.perf_counter() - begun)


def by_dispatch(problem: SchedulingProblem) -> tuple[Result, Schedule]:
    """Schedule by the dispatch pass."""
    begun = time.perf_counter()
    schedule = dispatch_schedule(problem)
    took_s = time.perf_counter() - begun
    _check(problem, schedule)
    return Result(schedule.cost_s, took_s), schedule


def warm_planner() -> PlannerProcess:
    """Return a planner that has come up, as a node has one."""
    planner = PlannerProcess()
    while not planner.is_ready:
        planner.poll()
        if planner.absence:
            raise SystemExit(planner.absence)
        time.sleep(_LOOK_S)
    return planner


def by_planner(
    planner: Planner, problem: SchedulingProblem, limits_s: Sequence[float]
) -> list[Result]:
    """
    Plan through the port: dispatch first, then the background planner.

    One run, looked at after each limit; the time of the dispatch pass and of the way to the
    planner's process counts.
    """
    begun = time.perf_counter()
    best = dispatch_schedule(problem)
    found_s = time.perf_counter() - begun
    planner.start(problem, best)
    results = []
    for limit_s in limits_s:
        while time.perf_counter() - begun < limit_s:
            if (better := planner.poll()) is not None:
                _check(problem, better)
                best, found_s = better, time.perf_counter() - begun
            time.sleep(_LOOK_S)
        results.append(Result(best.cost_s, found_s))
    planner.cancel()
    return results


def has_peer() -> bool:
    """Tell whether PyJobShop is installed."""
    return find_spec('pyjobshop') is not None


def by_peer(problem: SchedulingProblem, limit_s: float) -> Result:
    """Solve a makespan problem with PyJobShop on OR-Tools, two workers."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        from pyjobshop import Model
    model = Model()
    machines = {agent.agent_id: model.add_machine() for agent in problem.agents}
    tasks = {}
    for operation in problem.operations:
        tasks[operation.task_id] = task = model.add_task()
        for mode in operation.modes:
            model.add_mode(task, [machines[a] for a in mode.agents], int(mode.duration_s))
        for before in operation.predecessors:
            model.add_end_before_start(tasks[before], task)
    begun = time.perf_counter()
    result = model.solve(solver='ortools', time_limit=limit_s, num_workers=2, display=False)
    return Result(float(result.objective), time.perf_counter() - begun)


def _check(problem: SchedulingProblem, schedule: Schedule) -> None:
    broken = violations(problem, schedule)
    if broken:
        raise Infeasible('; '.join(broken))
