"""
The speed of the simulated cell beside bare ``stepSimulation`` of the same world.

For each number of arms, one process on one core runs the cell's ROS node as it is shipped:
pick and place on every arm, zones, a walking person, energy, planning, and everything that the
node publishes. The bare figure is the time that ``stepSimulation`` itself takes in that very
run, for the same motions; a second one, of an idle copy of the world stepped in turn with the
first, is printed beside it. The ratio is that of work that repeats itself, whose ways the
planner remembers; the ratio of the first two rounds, while ways are new, is printed as well.
What is not physics is broken down into where it goes.

A second table is of worlds that fall into partitions, which belts join: the cell as it is, without
its node, in one process and in several, on all cores. They have their turns one after the
other, so that whatever else the machine does concerns all of them alike. ``by work`` counts
the processor time of the process that steps and of the busiest one beside it, instead of the
clock: what the clock would have said on a machine with cores enough and nothing else to do.
``by all`` counts that of every process, the planners' too.

With ``--memory`` a third one tells how much memory a cell of eight arms takes while it does so
many tasks.

Written to ``bench/out/sim.json`` as well.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
import subprocess
import sys
import time
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument('--arms', type=int, nargs='*', default=[1, 2, 4, 8, 16])
    parser.add_argument('--line', type=int, nargs='*', default=[8, 16], help='arms, in partitions')
    parser.add_argument('--seconds', type=float, default=20.0, help='wall-clock, per figure')
    parser.add_argument('--memory', type=int, default=0, metavar='TASKS', help='0: leave it out')
    wanted = parser.parse_args()
    rows = []
    for number, arms in enumerate(wanted.arms):
        print(f'{arms} arms, {wanted.seconds:g} s ...', file=sys.stderr, flush=True)
        rows.append(_measured(arms, wanted.seconds, domain=60 + (os.getpid() + number) % 100))
    lines = []
    for arms in wanted.line:
        print(f'{arms} arms in partitions ...', file=sys.stderr, flush=True)
        lines.append({'arms': arms, **_run('busy_line.py', arms, 4 * wanted.seconds)})
    memory = []
    if wanted.memory:
        print(f'{wanted.memory} tasks ...', file=sys.stderr, flush=True)
        memory = _run('busy_memory.py', 8, wanted.memory)['readings']
        _print_memory(memory)
    if rows:
        _print(rows)
    if lines:
        _print_lines(lines)
    out = HERE / 'out' / 'sim.json'
    out.parent.mkdir(exist_ok=True)
    out.write_text(
        json.dumps({'cores': 1, 'rows': rows, 'lines': lines, 'memory': memory}, indent=2) + '\n'
    )


def _measured(arms: int, seconds: float, *, domain: int) -> dict[str, float]:
    begun = time.monotonic()
    figures = _run('busy_cell.py', arms, seconds, ROS_DOMAIN_ID=str(domain))
    return {'arms': arms, **figures, 'took_s': time.monotonic() - begun}


def _run(script: str, arms: int, amount: float, **more: str) -> dict[str, Any]:
    """Run a script in a process of its own and return the figures that it prints."""
    command = [sys.executable, str(HERE / script), str(arms), str(amount)]
    environment = dict(
        os.environ,
        ROS_AUTOMATIC_DISCOVERY_RANGE='LOCALHOST',
        # One core for physics, node and planner alike; numpy must not want more.
        OMP_NUM_THREADS='1',
        OPENBLAS_NUM_THREADS='1',
        **more,
    )
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=600 + 6 * amount
    )
    if done.returncode:
        raise SystemExit(f'{arms} arms: the run failed\n{done.stderr[-2000:]}')
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _print_lines(lines: list[dict[str, float]]) -> None:
    table = Table(title=f'Simulated seconds per second, {os.cpu_count()} cores, in partitions')
    headings = ('arms', 'partitions', 'by', 'bare', 'one process', 'ratio', '1 beside', 'ratio')
    for heading in (*headings, '2 beside', 'ratio', 'gain', 'tasks', 'load'):
        table.add_column(heading, justify='right')
    for line in lines:
        for by in ('clock', 'work', 'all'):
            cells = []
            for name in ('one', 'split_1', 'split_2'):
                speed = line[f'{name}_{by}']
                cells += [f'{speed:.1f}', f'{speed / line[f"bare_{by}"]:.2f}']
            table.add_row(
                f'{line["arms"]:.0f}',
                f'{line["partitions"]:.0f}',
                by,
                f'{line[f"bare_{by}"]:.1f}',
                *cells,
                f'{line[f"split_2_{by}"] / line[f"one_{by}"]:.2f}',
                f'{line["tasks_split_2"]:.0f}',
                f'{line["load"]:.1f}',
            )
    Console(width=120).print(table)


def _print_memory(readings: list[dict[str, float]]) -> None:
    table = Table(title='Memory of a cell of eight arms')
    for heading in ('tasks', 'steps', 'MiB'):
        table.add_column(heading, justify='right')
    for reading in readings:
        table.add_row(
            f'{reading["tasks"]:.0f}', f'{reading["steps"]:.0f}', f'{reading["rss_mib"]:.0f}'
        )
    Console(width=120).print(table)


def _print(rows: list[dict[str, float]]) -> None:
    parts = [key for key in rows[0] if key.startswith('share_')]
    table = Table(title='Simulated seconds per second, one core')
    headings = (
        'arms',
        'cell',
        'bare',
        'ratio',
        'new ways',
        'bare, idle',
        'tasks',
        'MiB',
        'an arm',
    )
    for heading in headings:
        table.add_column(heading, justify='right')
    for part in parts:
        table.add_column(part.removeprefix('share_').replace('_', ' '), justify='right')
    for row in rows:
        table.add_row(
            f'{row["arms"]:.0f}',
            f'{row["factor"]:.1f}',
            f'{row["factor_bare"]:.1f}',
            f'{row["ratio"]:.2f}',
            f'{row["ratio_new_ways"]:.2f}',
            f'{row["factor_idle"]:.1f}',
            f'{row["tasks"]:.0f}',
            f'{row["rss_mib"]:.0f}',
            f'{row["mib_per_arm"]:.0f}',
            *(f'{100 * row[part]:.0f} %' for part in parts),
        )
    Console(width=150).print(table)


if __name__ == '__main__':
    main()
