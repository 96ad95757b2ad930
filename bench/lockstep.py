"""
What lockstep costs: cell seconds per wall-clock second with it and without, side by side.

The same shift again and again, in turn with and without, so that the machine's noise meets both
alike. Written to ``bench/out/lockstep.json`` as well.
"""

from __future__ import annotations

import argparse
from datetime import datetime
import json
import os
from pathlib import Path
import statistics
import subprocess
import sys
import tempfile

from cobot_alloc.bootstrap import open_journal_to_read

HERE = Path(__file__).resolve().parent
COMMAND = [sys.executable, '-c', 'from cobot_alloc.cli.main import main; main()']
WAYS = {'lockstep': '--lockstep', 'without': '--no-lockstep'}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--runs', type=int, default=3, help='of each')
    parser.add_argument('--world', default='two_arm_cell')
    parser.add_argument('--orders', default='first_shift')
    wanted = parser.parse_args()
    os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'
    os.environ.setdefault('ROS_DOMAIN_ID', str(20 + os.getpid() % 60))
    figures: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(wanted.runs):
        for way, option in WAYS.items():
            figures[way].append(_run(wanted.world, wanted.orders, option))
    _print(figures)
    out = HERE / 'out' / 'lockstep.json'
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=2) + '\n')


def _run(world: str, orders: str, option: str) -> dict[str, float]:
    """Return what a run took, from its order to its end, in cell time and by the wall clock."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [*COMMAND, 'run', '--world', world, '--orders', orders, '--headless', option,
             '--state', folder],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )  # fmt: skip
        journal = open_journal_to_read(Path(folder) / 'journal.sqlite')
        try:
            records = list(journal.read())
        finally:
            journal.close()
    kinds = [type(record.event).__name__ for record in records]
    first, last = records[kinds.index('TaskSubmitted')], records[-1]
    wall = _moment(last.recorded_at) - _moment(first.recorded_at)
    return {
        'cell_s': last.event.at_s - first.event.at_s,
        'wall_s': wall.total_seconds(),
        'events': len(records),
    }


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace('Z', '+00:00'))


def _print(figures: dict[str, list[dict[str, float]]]) -> None:
    print(f'{"":10} {"cell s":>22} {"wall s":>22} {"cell s per wall s":>18}')
    for way, runs in figures.items():
        cells = ' '.join(f'{run["cell_s"]:.1f}' for run in runs)
        walls = ' '.join(f'{run["wall_s"]:.1f}' for run in runs)
        speed = statistics.median(run['cell_s'] / run['wall_s'] for run in runs)
        print(f'{way:10} {cells:>22} {walls:>22} {speed:18.2f}')


if __name__ == '__main__':
    main()
