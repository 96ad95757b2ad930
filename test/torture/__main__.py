"""Torture a cell for a while and say whether it kept its promises."""

from __future__ import annotations

import argparse
from dataclasses import replace
import os
from pathlib import Path
import signal
import sys
import tempfile
import time

from simulation.mutations import all_mutations
from support.ros_domains import ros_domain

from torture.run import torture, Wish
from torture.table import table
from torture.verdict import check


def main() -> int:
    """Return 1 if a promise was broken."""
    given = _arguments()
    signal.signal(signal.SIGTERM, _interrupt)  # or the processes would outlive this one
    os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'
    if given.folder and (given.folder / 'journal.sqlite').exists():
        sys.exit(f'{given.folder}: has a journal already, expected a new folder')
    seed = int(time.time()) if given.seed is None else given.seed
    wish = Wish(
        seconds=given.seconds,
        folder=given.folder or Path(tempfile.mkdtemp(prefix='cobot_alloc-torture-')),
        seed=seed,
        speed=given.speed,
        patience=given.patience,
        pauses=given.pauses,
        restarts=given.restarts,
    )
    if given.fault:
        wish = replace(wish, entry=('-m', 'torture.faulty', given.fault))
    with ros_domain() as domain:
        os.environ.setdefault('ROS_DOMAIN_ID', str(domain))
        return _torture(wish)


def _torture(wish: Wish) -> int:
    print(f'seed {wish.seed}, ROS domain {os.environ["ROS_DOMAIN_ID"]}, files in {wish.folder}')
    evidence = torture(wish, say=lambda text: print(text, flush=True))
    checks = check(evidence)
    print(table(evidence, checks))
    return 1 if any(found.broken for found in checks) else 0


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m torture', description=__doc__)
    add = parser.add_argument
    add('--seconds', type=float, default=60.0, help='how long')
    add('--seed', type=int, help='of what is random; by the time of day if left out')
    add('--speed', type=float, default=5.0, help='of the simulation; 0: as fast as possible')
    add('--folder', type=Path, help='for what is left; a temporary one if left out')
    add('--patience', type=float, default=0.6, help='share of kills that wait for a motion')
    add('--pauses', type=float, default=0.15, help='share of kills that are pauses instead')
    add('--restarts', type=int, default=5, help='of the allocator, measured in the end')
    faults = [mutation.name for mutation in all_mutations()]
    add('--fault', choices=faults, metavar='NAME', help='of test/simulation/mutations.py')
    return parser.parse_args()


if __name__ == '__main__':
    sys.exit(main())
