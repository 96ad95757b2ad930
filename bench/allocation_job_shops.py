"""Flexible job shops: rules, the dispatch pass, the planner and a peer, side by side."""

from __future__ import annotations

import json
import math
from pathlib import Path
from statistics import mean
from typing import Any

from allocation_solvers import (
    by_dispatch,
    by_peer,
    by_planner,
    by_rule,
    CLASSIC,
    has_peer,
    Result,
    warm_planner,
)
from instances import read_flexible_job_shop


def measure(data: Path, limits_s: list[float], best_known: Path) -> dict[str, Any]:
    """Run every instance of a folder with every solver, and print the table."""
    known = json.loads(best_known.read_text())['fjsp']
    columns = [*CLASSIC, 'dispatch', *(f'plan {s:g}' for s in limits_s)]
    if has_peer():
        columns += [f'peer {s:g}' for s in limits_s]
    else:
        print(
            'PyJobShop is not installed, so there is no peer: make bench-allocation installs it.'
        )
    print('\nFlexible job shops: makespan; plan and peer (PyJobShop) after so many seconds.\n')
    print(f'{"instance":12}{"ops":>5}{"best":>7}' + ''.join(f'{name:>9}' for name in columns))
    rows: dict[str, dict[str, Result]] = {}
    references: dict[str, float] = {}
    planner = warm_planner()
    for path in sorted(data.glob('*.txt')):
        problem = read_flexible_job_shop(path)
        row = {name: by_rule(problem, name) for name in CLASSIC}
        row['dispatch'], _ = by_dispatch(problem)
        for limit_s, result in zip(limits_s, by_planner(planner, problem, limits_s), strict=True):
            row[f'plan {limit_s:g}'] = result
        for limit_s in limits_s if has_peer() else []:
            row[f'peer {limit_s:g}'] = by_peer(problem, limit_s)
        rows[path.stem] = row
        found = [r.cost_s for r in row.values() if math.isfinite(r.cost_s)]
        references[path.stem] = known.get(path.stem, min(found))
        print(
            f'{path.stem:12}{len(problem.operations):5}{references[path.stem]:7.0f}'
            + ''.join(f'{row[name].cost_s:9.0f}' for name in columns),
            flush=True,
        )
    planner.close()
    if not rows:
        raise SystemExit(f'{data}: no *.txt instances')
    return _summary(rows, references, columns, known)


def _summary(
    rows: dict[str, dict[str, Result]],
    references: dict[str, float],
    columns: list[str],
    known: dict[str, float],
) -> dict[str, Any]:
    gaps = {
        name: mean(
            # No schedule at all counts as twice the best known.
            min(row[name].cost_s / references[instance] - 1, 1.0)
            for instance, row in rows.items()
        )
        for name in columns
    }
    took = {name: mean(row[name].took_s for row in rows.values()) for name in columns}
    print(f'{"mean gap, %":24}' + ''.join(f'{100 * gaps[name]:9.2f}' for name in columns))
    print(f'{"mean time, ms":24}' + ''.join(f'{1e3 * took[name]:9.1f}' for name in columns))
    unknown = sorted(set(rows) - set(known))
    if unknown:
        print(f'No best known value, so the best found here: {", ".join(unknown)}.')
    print('The time of plan is when its last improvement came.')
    return {
        'mean_gap': gaps,
        'mean_time_s': took,
        'reference': references,
        'makespan': {
            instance: {name: row[name].cost_s for name in columns}
            for instance, row in rows.items()
        },
    }
