"""
The journal's figures: durable accepts beside bare SQLite commits, and restarts with an old one.

Printed as tables and written to ``bench/out/journal.json``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
import tempfile
from typing import Any

import journal_rates
import journal_restart

OUT = Path(__file__).resolve().parent / 'out'


def main() -> None:
    """Measure what is asked for, print it and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--folder', type=Path, default=OUT, help='on the disk to be measured')
    parser.add_argument('--restart', action='store_true', help='restarts, in place of rates')
    parser.add_argument('--events', type=int, default=1_000_000, help='in the old journal')
    parser.add_argument('--times', type=int, default=5, help='restarts')
    parser.add_argument('--profile', type=int, default=0, metavar='LINES', help='of top costs')
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    OUT.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any]
    with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
        if wanted.restart:
            found = {'restart': journal_restart.measure(Path(name), wanted.events, wanted.times)}
            _print_restart(found['restart'])
        else:
            found = {'rates': _rates(Path(name)), 'costs_us_per_task': {}}
            for tasks in (1, 100, 1000):
                found['costs_us_per_task'][tasks] = journal_rates.costs(
                    tasks, min(30, 9000 // tasks)
                )
            _print_costs(found['costs_us_per_task'])
    if wanted.profile:
        journal_rates.profile(100, 50, wanted.profile)
    _write(found)


def _rates(folder: Path) -> list[dict[str, float]]:
    print('Tasks accepted per second, every one durable: WAL, synchronous=FULL, one file each.')
    print('bare: the same rows, all rows of an order in one commit.\n')
    names = ('row_by_row', 'sqlite3', 'apsw', 'journal', 'allocator')
    print(
        f'{"tasks":>6} {"row by row":>11} {"bare sqlite3":>13} {"bare apsw":>10} {"journal":>9}'
        f' {"allocator":>10} {"/ sqlite3":>10} {"/ apsw":>7} {"us a task":>10}'
    )
    rows = []
    for tasks, orders in journal_rates.SIZES.items():
        below = folder / str(tasks)
        below.mkdir()
        took = journal_rates.measure(below, tasks, orders)
        rate = {name: tasks / took[name] for name in names}
        to_sqlite3, to_apsw = (rate['allocator'] / rate[bare] for bare in ('sqlite3', 'apsw'))
        print(
            f'{tasks:6} {rate["row_by_row"]:11.0f} {rate["sqlite3"]:13.0f} {rate["apsw"]:10.0f}'
            f' {rate["journal"]:9.0f} {rate["allocator"]:10.0f} {to_sqlite3:10.2f}'
            f' {to_apsw:7.2f} {1e6 / rate["allocator"]:10.1f}'
        )
        rows.append(
            {
                'tasks': tasks,
                **{f'{name}_per_s': rate[name] for name in names},
                'allocator_to_sqlite3': to_sqlite3,
                'allocator_to_apsw': to_apsw,
            }
        )
    return rows


def _print_costs(found: dict[int, dict[str, float]]) -> None:
    print('\nProcessor time for one task, us (the best of several; encode is with the hash):\n')
    print(f'{"tasks":>6} {"decide":>9} {"evolve":>9} {"encode":>9}')
    for tasks, cost in found.items():
        print(f'{tasks:6} {cost["decide"]:9.1f} {cost["evolve"]:9.1f} {cost["encode"]:9.1f}')


def _print_restart(found: dict[str, float]) -> None:
    print(
        f'{found["events"]:.0f} events, {found["bytes"] / 1e6:.0f} MB,'
        f' {found["tasks_in_state"]:.0f} tasks in the state,'
        f' {found["behind"]:.0f} events after the latest snapshot.\n'
        'From the start of the process to its first durable decision, imports and all:'
        f' median {found["median_s"]:.2f} s, worst {found["worst_s"]:.2f} s,'
        f' {found["processor_s"]:.2f} s of a processor;'
        f' without snapshots {found["without_snapshots_s"]:.1f} s.'
    )


def _write(found: dict[str, Any]) -> None:
    """Keep what another run of this benchmark measured of the other part."""
    out = OUT / 'journal.json'
    before = json.loads(out.read_text()) if out.is_file() else {}
    out.write_text(json.dumps({**before, **found}, indent=2) + '\n')


if __name__ == '__main__':
    main()
