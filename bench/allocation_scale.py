"""One decision with ever more tasks and agents, beside a bare assignment of the same matrix."""

from __future__ import annotations

from collections.abc import Callable
import math
import time
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from cobot_alloc.domain.scheduling.allotment import allot
from cobot_alloc.planning.pairing import pair_at_least_cost

TASKS = (10, 100, 1000, 10_000)
AGENTS = (2, 10, 50, 200)
#: The best of so many runs.
RUNS = 7


def measure() -> dict[str, Any]:
    """Time decisions of every size, and print the table."""
    print(
        '\nOne decision: who of the free agents gets which of the waiting tasks; all agents free.'
    )
    print('bare: scipy linear_sum_assignment of the matrix of durations. Best of several, ms.\n')
    print(f'{"tasks":>7}{"agents":>8}{"decision":>11}{"bare":>10}{"ratio":>8}')
    draw = np.random.default_rng(1)
    rows = []
    for agents in AGENTS:
        for tasks in TASKS:
            duration_s = draw.uniform(5.0, 60.0, (tasks, agents))
            latest_s = draw.uniform(0.0, 3600.0, tasks)
            everyone = range(agents)
            took_s, bare_s = _side_by_side(
                lambda d=duration_s, s=latest_s, e=everyone: allot(d, s, e, pair_at_least_cost),
                lambda d=duration_s: linear_sum_assignment(d),
            )
            rows.append({'tasks': tasks, 'agents': agents, 'decision_s': took_s, 'bare_s': bare_s})
            print(
                f'{tasks:7}{agents:8}{1e3 * took_s:11.3f}{1e3 * bare_s:10.3f}'
                f'{took_s / bare_s:8.1f}',
                flush=True,
            )
    growth = _growth(rows)
    print(f'\nThe time grows with the tasks to the power of {growth:.2f} (100 to 10,000 tasks).')
    return {'rows': rows, 'growth_exponent': growth}


def _side_by_side(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """Return the best times of both, measured in turn."""
    best = [math.inf, math.inf]
    for _ in range(RUNS):
        for which, call in enumerate((ours, bare)):
            begun = time.perf_counter()
            call()
            best[which] = min(best[which], time.perf_counter() - begun)
    return best[0], best[1]


def _growth(rows: list[dict[str, float]]) -> float:
    """Return the mean exponent of the decision's time in the number of tasks."""
    took = {(row['tasks'], row['agents']): row['decision_s'] for row in rows}
    exponents = [
        math.log(took[TASKS[-1], agents] / took[100, agents]) / math.log(TASKS[-1] / 100)
        for agents in AGENTS
    ]
    return sum(exponents) / len(exponents)
