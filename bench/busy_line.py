"""A line of partitions, kept at work in one and in several processes: prints one line of JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
import json
import os
import sys
import time

from busy_world import busy_line, endless_tasks
import psutil

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.identifiers import Fence
from cobot_alloc.domain.lifecycles.safety_mode import MOVING, SafetyMode
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.motion.remote_planner import RemotePlanner
from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell
from cobot_alloc.sim.partition.partitioning import partition_world

REST_S = 10.0  #: simulated, between two tasks: on a line an arm waits more than it moves
_TURN_S = 0.5  # wall-clock, before the next cell has its turn
_WARM_S = 4.0
_FEED_STEPS = 48


class Busy:
    """
    A cell whose arms have a task now and then, and the time that stepping it took.

    :ivar clock_s: by the clock on the wall.
    :ivar work_s: processor time of this process and the busiest one that steps for it: what
        the clock would have said on a machine with nothing else to do, and cores enough.
    :ivar all_s: processor time of all processes together, those of the planners among them.
    """

    def __init__(self, make: Callable[[], SimulatedCell | PartitionedCell]) -> None:
        before = psutil.Process().children(recursive=True)
        self.cell = cell = make()
        found = psutil.Process().children(recursive=True)
        self._processes = [process for process in found if process not in before]
        self._hosts = getattr(cell, 'process_ids', ())
        self._idle_s: dict[str, float] = {}
        self._tasks = {arm: endless_tasks(int(arm.split('_')[1])) for arm in cell.arm_ids}
        self._fence = 0
        self.begin()
        cell.set_cell_mode(SafetyMode.NORMAL)

    def begin(self) -> None:
        """Count from here on."""
        self.clock_s = self.work_s = self.all_s = self.stepped_s = 0.0
        self.done = 0

    def turn(self) -> None:
        """Step for a while."""
        begun, now_s, spent = time.perf_counter(), self.cell.now_s, self._spent()
        while time.perf_counter() - begun < _TURN_S:
            for _ in range(_FEED_STEPS):
                self.cell.step()
            self._feed()
        self.clock_s += time.perf_counter() - begun
        self.stepped_s += self.cell.now_s - now_s
        took = {process: s - spent[process] for process, s in self._spent().items()}
        self.all_s += sum(took.values())
        self.work_s += took[0] + max((took[host] for host in self._hosts), default=0.0)

    def _spent(self) -> dict[int, float]:
        """Return the processor time so far, by process; 0 is this one."""
        spent = {0: time.process_time()}
        for process in self._processes:
            times = process.cpu_times()
            spent[process.pid] = times.user + times.system
        return spent

    def _feed(self) -> None:
        for report in self.cell.take_reports():
            self.done += report.status is AttemptStatus.SUCCEEDED
        for arm, tasks in self._tasks.items():
            status = self.cell.arm_status(arm)
            if status.held:
                self.cell.resume(arm)
            elif status.fence:
                self._idle_s[arm] = 0.0
            elif status.mode in MOVING and self._idle_s.get(arm, REST_S) >= REST_S:
                self._fence += 1
                self.cell.begin(arm, next(tasks), Fence(self._fence))
            else:
                self._idle_s[arm] += _FEED_STEPS / self.cell.world.step_hz


class Physics:
    """The time that ``stepSimulation`` itself takes in a cell."""

    def __init__(self, cell: SimulatedCell) -> None:
        self.clock_s = self.work_s = self.all_s = 0.0
        self._step, cell._step_physics = cell._step_physics, self._timed

    def _timed(self) -> None:
        clock, work = time.perf_counter(), time.process_time()
        self._step()
        self.clock_s += time.perf_counter() - clock
        self.work_s += time.process_time() - work
        self.all_s = self.work_s


def main() -> None:
    """Run and print the figures."""
    arms, seconds = int(sys.argv[1]), float(sys.argv[2])
    world = busy_line(arms)
    found = partition_world(world)
    cells = {'one': Busy(lambda: SimulatedCell(world, planner=RemotePlanner(world)))}
    one = cells['one'].cell
    assert isinstance(one, SimulatedCell)
    physics = Physics(one)
    for count in (1, 2):
        cells[f'split_{count}'] = Busy(
            partial(PartitionedCell, world, processes=count, partitioning=found)
        )
    _take_turns(cells, _WARM_S * len(cells))
    for cell in cells.values():
        cell.begin()
    physics.clock_s = physics.work_s = physics.all_s = 0.0
    _take_turns(cells, seconds)
    figures: dict[str, float] = {'partitions': len(found.partitions), 'load': os.getloadavg()[0]}
    for by in ('clock', 'work', 'all'):
        figures[f'bare_{by}'] = cells['one'].stepped_s / getattr(physics, f'{by}_s')
        for name, cell in cells.items():
            figures[f'{name}_{by}'] = cell.stepped_s / getattr(cell, f'{by}_s')
    figures |= {f'tasks_{name}': cell.done for name, cell in cells.items()}
    print(json.dumps(figures))
    for cell in cells.values():
        cell.cell.close()


def _take_turns(cells: dict[str, Busy], seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for cell in cells.values():
            cell.turn()


if __name__ == '__main__':
    main()
