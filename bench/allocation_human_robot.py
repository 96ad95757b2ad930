"""Human-robot work as a single cell: what is saved over the person alone."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean
import time
from typing import Any

from allocation_solvers import by_dispatch, by_planner, Result, warm_planner
from instances import human_alone_s, read_human_robot_cell

from cobot_alloc.domain.scheduling.construction import construct, Rule
from cobot_alloc.domain.scheduling.dispatch import cost_of
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.problem import SchedulingProblem

#: Takes whatever ends first, and looks no further.
GREEDY = Rule(prefer=lambda candidate: (candidate.end,))


def measure(data: Path, limits_s: list[float], best_known: Path) -> dict[str, Any]:
    """Run every instance of a folder, and print the table."""
    known = json.loads(best_known.read_text())['hrc_albp']
    columns = ['greedy', 'dispatch', *(f'plan {s:g}' for s in limits_s)]
    print(
        '\nOne person and one arm: saving over the person alone, %; best: known or found here.\n'
    )
    print(
        f'{"instance":30}{"tasks":>6}{"alone":>8}{"best":>8}'
        + ''.join(f'{name:>10}' for name in columns)
    )
    savings: dict[str, dict[str, float]] = {}
    gaps: dict[str, dict[str, float]] = {}
    took: dict[str, list[float]] = {name: [] for name in columns}
    sizes: dict[str, int] = {}
    planner = warm_planner()
    for path in sorted(data.glob('*.csv')):
        problem = read_human_robot_cell(path)
        row = {'greedy': _greedy(problem), 'dispatch': by_dispatch(problem)[0]}
        for limit_s, result in zip(limits_s, by_planner(planner, problem, limits_s), strict=True):
            row[f'plan {limit_s:g}'] = result
        alone = human_alone_s(problem)
        best = known.get(path.stem, min(result.cost_s for result in row.values()))
        sizes[path.stem] = len(problem.operations)
        savings[path.stem] = {name: 1 - row[name].cost_s / alone for name in columns}
        savings[path.stem]['best'] = 1 - best / alone
        gaps[path.stem] = {name: row[name].cost_s / best - 1 for name in columns}
        for name in columns:
            took[name].append(row[name].took_s)
        print(
            f'{path.stem[:29]:30}{sizes[path.stem]:6}{alone:8.0f}{best:8.0f}'
            + ''.join(f'{100 * savings[path.stem][name]:10.2f}' for name in columns),
            flush=True,
        )
    planner.close()
    if not savings:
        raise SystemExit(f'{data}: no *.csv instances')
    found: dict[str, Any] = {'saving': savings, 'gap': gaps, 'by_tasks': {}}
    for size in sorted(set(sizes.values())):
        mine = [name for name, tasks in sizes.items() if tasks == size]
        saving = {c: mean(savings[i][c] for i in mine) for c in ['best', *columns]}
        gap = {c: mean(gaps[i][c] for i in mine) for c in columns}
        found['by_tasks'][size] = {'saving': saving, 'gap': gap}
        label = f'n={size}, {len(mine)} instances'
        print(
            f'{label:36}{"saving, %":>8}{100 * saving["best"]:8.2f}'
            + ''.join(f'{100 * saving[c]:10.2f}' for c in columns)
        )
        print(f'{"":36}{"gap, %":>16}' + ''.join(f'{100 * gap[c]:10.2f}' for c in columns))
    found['mean_time_s'] = {name: mean(times) for name, times in took.items()}
    print(
        f'{"mean time, ms":52}'
        + ''.join(f'{1e3 * found["mean_time_s"][name]:10.1f}' for name in columns)
    )
    print('No schedule can save more than 33.3 % where the arm takes twice as long (2/3 bound).')
    return found


def _greedy(problem: SchedulingProblem) -> Result:
    begun = time.perf_counter()
    indexed = index(problem)
    cost_s = cost_of(indexed, construct(indexed, GREEDY))
    return Result(cost_s, time.perf_counter() - begun)
