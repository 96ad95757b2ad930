"""
Memory of a busy simulated cell over many tasks, for bench_sim.py: prints one line of JSON.

Arms pick and place without end, a person walks, everything is planned in this one process; the
node and its messages are left out, so that what grows would be the simulation's own.
"""

from __future__ import annotations

import json
from pathlib import Path
import sys
import tempfile

from busy_cell import Feeder
from busy_world import busy_world
import psutil

from cobot_alloc.application.arm_desk import ArmDesk
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.storage.sqlite_ledger import SqliteLedger

_READINGS = 10
_STEPS = 24  # from one look at the arms to the next
_MIB = 2**20


def main() -> None:
    """Run until so many tasks are done, and print what was measured on the way."""
    arms, tasks = int(sys.argv[1]), int(sys.argv[2])
    process = psutil.Process()
    world = SimulatedCell(busy_world(arms))
    readings = []
    with tempfile.TemporaryDirectory() as folder:
        desk = ArmDesk(world, SqliteLedger(Path(folder) / 'ledger'))
        feeder = Feeder(world, desk)
        for number in range(1, _READINGS + 1):
            while feeder.done < number * tasks / _READINGS:
                world.set_cell_mode(SafetyMode.NORMAL)
                feeder.feed()
                for _ in range(_STEPS):
                    world.step()
                for report in desk.collect():
                    feeder.note(report)
            readings.append(
                {
                    'tasks': feeder.done,
                    'steps': round(world.now_s * world.world.step_hz),
                    'rss_mib': process.memory_info().rss / _MIB,
                }
            )
            print(readings[-1], file=sys.stderr, flush=True)
    print(json.dumps({'readings': readings}))


if __name__ == '__main__':
    main()
