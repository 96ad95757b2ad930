"""The cell on-line at growing load: every rule and the planner through the same shifts."""

from __future__ import annotations

import math
from statistics import mean
import threading
import time
from typing import Any

from online_cell import Decider, OnlineCell
from online_stream import draw_shift

from cobot_alloc.domain.scheduling.construction import construct
from cobot_alloc.domain.scheduling.dispatch import dispatch_schedule, schedule_of
from cobot_alloc.domain.scheduling.dispatch_rules import rules
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.planning.plan_search import PlanSearch

LOADS = (0.5, 0.7, 0.85, 0.95)
RULES = ('SPT', 'FIFO', 'MOPNR', 'MWKR', 'ECT', 'EDD', 'SOF')
#: Seconds of planning for each decision; the simulated time stands still meanwhile.
PLANNING_S = 0.08
#: What counts here: the orders' time in the cell, and their lateness more.
POLICY = Policy(flow=1.0, lateness=2.0, rework=0.0, heavy=0.5, repetitive=0.1, switching=1.0)
_SHOWN = {
    'flow_mean_s': 'flow s',
    'flow_p95_s': 'p95',
    'late_mean_s': 'late s',
    'late_p95_s': 'p95',
    'use_arms': 'arms',
    'use_person': 'person',
    'hazardous_min': 'hazard',
    'heavy_min': 'heavy',
    'repetitive_min': 'repet.',
}


def by_rule(name: str) -> Decider:
    """Follow one rule."""

    def decide(problem: SchedulingProblem, _followed: Schedule | None) -> Schedule:
        indexed = index(problem)
        return schedule_of(indexed, construct(indexed, rules(indexed)[name]), origin=name)

    return decide


def by_dispatch(problem: SchedulingProblem, followed: Schedule | None) -> Schedule:
    """Follow the dispatch pass, which takes the plan in force into account."""
    return dispatch_schedule(problem, incumbent=followed)


def by_planner(problem: SchedulingProblem, followed: Schedule | None) -> Schedule:
    """Follow the dispatch pass, improved by the planner for a moment."""
    best = [dispatch_schedule(problem, incumbent=followed)]
    search = PlanSearch(problem, best[0], found=best.append)
    timer = threading.Timer(PLANNING_S, search.stop)
    timer.start()
    search.run()
    timer.cancel()
    return min(best, key=lambda schedule: schedule.cost_s)


def measure(orders: int, shifts: int) -> dict[str, Any]:
    """Run every decider through the same shifts at every load, and print the table."""
    deciders: dict[str, Decider] = {name: by_rule(name) for name in RULES}
    deciders |= {'dispatch': by_dispatch, 'planner': by_planner}
    print(
        f'\nOn-line: two arms and a person, {shifts} shifts of {orders} orders, tasks that fail,'
        ' arms that break down,\npauses. Schedules are followed as they come, without the'
        ' allocator; the rules are baselines.\nPer order: flow time and lateness; use of the'
        ' agents; minutes of a person in hazardous, heavy\nand repetitive work; ms for one'
        ' decision.\n'
    )
    found: dict[str, Any] = {}
    for load in LOADS:
        print(
            f'{"load":>5} {"":10}'
            + ''.join(f'{title:>8}' for title in _SHOWN.values())
            + f'{"ms":>8}'
        )
        rows = {name: _run(decide, load, orders, shifts) for name, decide in deciders.items()}
        for name, row in rows.items():
            print(
                f'{load:5.2f} {name:10}'
                + ''.join(f'{row[key]:8.{2 if key.startswith("use") else 1}f}' for key in _SHOWN)
                + f'{row["decision_ms"]:8.1f}',
                flush=True,
            )
        for key in ('flow_mean_s', 'late_mean_s'):
            best = min(RULES, key=lambda name: rows[name][key])
            print(
                f'      {key}: planner {rows["planner"][key]:.1f}, dispatch'
                f' {rows["dispatch"][key]:.1f}, best rule {rows[best][key]:.1f} ({best})'
            )
        found[f'{load:g}'] = rows
    return found


def _run(decide: Decider, load: float, orders: int, shifts: int) -> dict[str, float]:
    took = _Stopwatch(decide)
    summaries = [
        OnlineCell(draw_shift(seed, load, orders), POLICY, took).run().summary()
        for seed in range(shifts)
    ]
    figures = {key: mean(summary[key] for summary in summaries) for key in summaries[0]}
    return {**figures, 'decision_ms': took.mean_ms}


class _Stopwatch:
    """A decider that counts its time."""

    def __init__(self, decide: Decider) -> None:
        self._decide = decide
        self._took: list[float] = []

    def __call__(self, problem: SchedulingProblem, followed: Schedule | None) -> Schedule:
        begun = time.perf_counter()
        schedule = self._decide(problem, followed)
        self._took.append(time.perf_counter() - begun)
        return schedule

    @property
    def mean_ms(self) -> float:
        return 1e3 * mean(self._took) if self._took else math.nan
