"""Run seeds: one that failed, a range, or until told to stop."""

from __future__ import annotations

import argparse
import itertools
from multiprocessing import Pool
import os
import sys
import time

from simulation.run import Outcome, simulate
from simulation.shrink import describe, shrink


def main() -> int:
    """Return 1 if a seed broke a promise."""
    parser = argparse.ArgumentParser(prog='python -m simulation', description=__doc__)
    parser.add_argument('--seed', type=int, help='run this one and print what happened')
    parser.add_argument('--begin', type=int, help='the first seed; by the time of day if left out')
    parser.add_argument('--count', type=int, help='how many seeds; without end if left out')
    parser.add_argument('--jobs', type=int, default=os.cpu_count() or 1, help='processes')
    wanted = parser.parse_args()
    if wanted.seed is not None:
        return _one(simulate(wanted.seed))
    try:
        begin = int(time.time()) * 1000 if wanted.begin is None else wanted.begin
        return _soak(begin, wanted.count, wanted.jobs)
    except KeyboardInterrupt:
        return 0


def _one(outcome: Outcome) -> int:
    if outcome.violation is None:
        print('\n'.join(outcome.trace))
        print(f'seed {outcome.seed} keeps every promise')
        return 0
    print('making it smaller ...', file=sys.stderr)
    print(describe(shrink(outcome)))
    return 1


def _soak(begin: int, count: int | None, jobs: int) -> int:
    seeds = itertools.count(begin) if count is None else range(begin, begin + count)
    started, said, done, events = time.monotonic(), time.monotonic(), 0, 0
    with Pool(jobs) as pool:
        try:
            for outcome in pool.imap_unordered(simulate, seeds, chunksize=4):
                done, events = done + 1, events + outcome.events
                if outcome.violation is not None:
                    return _one(outcome)
                if time.monotonic() - said >= 2.0:
                    said = time.monotonic()
                    rate = done / (said - started)
                    print(f'{done} seeds, {rate:.1f} a second, {events} events', flush=True)
        finally:
            rate = done / (time.monotonic() - started)
            print(f'{done} seeds from {begin}, {rate:.1f} a second, {events} events')
    return 0


if __name__ == '__main__':
    sys.exit(main())
