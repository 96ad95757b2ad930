"""
The allocation's figures, each table side by side in one run.

Written to ``bench/out/allocation_*.json`` as well. The parts: job-shops, human-robot, online,
setups, carbon, scale; and physics, which takes a quarter of an hour and more, and only if it is
asked for.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import allocation_carbon
import allocation_human_robot
import allocation_job_shops
import allocation_online
import allocation_physics
import allocation_scale
import allocation_setups

HERE = Path(__file__).resolve().parent
PARTS = ('job-shops', 'human-robot', 'online', 'setups', 'carbon', 'scale')
SLOW = ('physics',)


def main() -> None:
    """Measure what is asked for, print it and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        '--part', choices=(*PARTS, *SLOW), action='append', help='default: all but physics'
    )
    parser.add_argument(
        '--data', type=Path, default=HERE / 'data', help='folder with fjsp/ and hrc_albp/'
    )
    parser.add_argument('--seconds', type=float, nargs='+', help='limits of the planner')
    parser.add_argument('--orders', type=int, default=120, help='of each shift, for online')
    parser.add_argument('--shifts', type=int, default=3, help='for each load, for online')
    physics = parser.add_argument_group('physics')
    physics.add_argument(
        '--scenario', choices=allocation_physics.SCENARIOS, action='append', help='default: all'
    )
    physics.add_argument('--size', type=int, default=0, help='so many tasks of each order; 0: all')
    physics.add_argument('--runs', type=int, default=1, help='of each, with other seeds')
    wanted = parser.parse_args()
    best_known = HERE / 'data' / 'best_known.json'
    print(f'load average of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores')
    for part in wanted.part or PARTS:
        if part == 'job-shops':
            limits = wanted.seconds or [0.5, 2.0, 10.0]
            found = allocation_job_shops.measure(wanted.data / 'fjsp', limits, best_known)
        elif part == 'human-robot':
            limits = wanted.seconds or [0.1, 1.0]
            found = allocation_human_robot.measure(wanted.data / 'hrc_albp', limits, best_known)
        elif part == 'online':
            found = allocation_online.measure(wanted.orders, wanted.shifts)
        elif part == 'setups':
            found = allocation_setups.measure()
        elif part == 'carbon':
            found = allocation_carbon.measure()
        elif part == 'physics':
            names = wanted.scenario or list(allocation_physics.SCENARIOS)
            found = allocation_physics.measure(names, runs=wanted.runs, size=wanted.size)
        else:
            found = allocation_scale.measure()
        _write(part, found)


def _write(part: str, found: dict[str, Any]) -> None:
    out = HERE / 'out'
    out.mkdir(parents=True, exist_ok=True)
    name = f'allocation_{part.replace("-", "_")}.json'
    (out / name).write_text(json.dumps(found, indent=2) + '\n')


if __name__ == '__main__':
    main()
