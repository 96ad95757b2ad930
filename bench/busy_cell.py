"""One cell node on one core, kept busy, for bench_sim.py: prints one line of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
import json
import os
from pathlib import Path
import sys
import tempfile
import time
from typing import Any, ParamSpec, TypeVar

from busy_world import busy_world, endless_tasks
import psutil
import rclpy
from rclpy.node import Node
from rclpy.parameter import Parameter

from cobot_alloc.application.arm_desk import ArmDesk
from cobot_alloc.application.settings import CellParts
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.lifecycles.safety_mode import MOVING, SafetyMode
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.cell_node import CellNode
from cobot_alloc.ros.run_node import MESSAGES_PER_SLICE
from cobot_alloc.ros.slice_executor import SliceExecutor
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.storage.sqlite_ledger import SqliteLedger
from cobot_alloc_msgs import msg

_IDLE_STEPS = 240
_ROUNDS = 2  # of all its tasks, for every arm, until nearly all ways are known
_MIB = 2**20


P = ParamSpec('P')
R = TypeVar('R')


class Watch:
    """Adds up the processor time spent in functions; the inner one of two counts."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._open: list[float] = []

    def over(self, name: str, function: Callable[P, R]) -> Callable[P, R]:
        """Return the function with a watch over it."""
        self.spent.setdefault(name, 0.0)

        def timed(*args: P.args, **more: P.kwargs) -> R:
            begun = time.perf_counter()
            self._open.append(0.0)
            try:
                return function(*args, **more)
            finally:
                took = time.perf_counter() - begun
                self.spent[name] += took - self._open.pop()
                if self._open:
                    self._open[-1] += took

        return timed


class Feeder:
    """Gives every idle arm its next task."""

    def __init__(self, world: SimulatedCell, desk: ArmDesk) -> None:
        self._world, self._desk = world, desk
        self._tasks: dict[str, Iterator[Any]] = {
            arm: endless_tasks(int(arm.split('_')[1])) for arm in world.arm_ids
        }
        self._fence = 0
        self.done = 0

    def feed(self) -> None:
        """Resume what is held and begin what can be begun."""
        for arm, tasks in self._tasks.items():
            status = self._world.arm_status(AgentId(arm))
            if status.held:
                self._world.resume(AgentId(arm))
            elif not status.fence and status.mode in MOVING:
                self._fence += 1
                self._desk.begin(AgentId(arm), next(tasks), Fence(self._fence))

    def note(self, report: AttemptReport) -> None:
        """Count what was done, and say aloud what was not."""
        if report.status is AttemptStatus.SUCCEEDED:
            self.done += 1
        else:
            print(report, file=sys.stderr)


def main() -> None:
    """Run and print the figures."""
    arms, seconds = int(sys.argv[1]), float(sys.argv[2])
    process = psutil.Process()
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})
    before_mib = process.memory_info().rss / _MIB
    world = SimulatedCell(busy_world(arms))
    built_mib = process.memory_info().rss / _MIB
    idle = SimulatedCell(busy_world(arms))
    with tempfile.TemporaryDirectory() as folder, rclpy.init():
        figures = _Bench(world, idle, Path(folder)).figures(seconds)
    figures['rss_mib'] = process.memory_info().rss / _MIB
    figures['mib_per_arm'] = (built_mib - before_mib) / arms
    print(json.dumps(figures))


class _Bench:
    """The cell's node as it is run, and an idle copy of its world that is stepped in turn."""

    def __init__(self, world: SimulatedCell, idle: SimulatedCell, folder: Path) -> None:
        ledger = SqliteLedger(folder / 'ledger')
        desk = ArmDesk(world, ledger)
        self._world, self._idle = world, idle
        self._feeder = Feeder(world, desk)
        self._feed = self._feeder.feed
        parts = CellParts(world=world, desk=desk, ledger=ledger, spec=world.world)
        self._node = CellNode(lambda _: parts, parameter_overrides=[Parameter('speed', value=0.0)])
        collect = desk.collect
        desk.collect = lambda: [self._feeder.note(it) or it for it in collect()]  # type: ignore[method-assign,func-returns-value]
        assert self._node.autostart()
        executor = SliceExecutor()
        executor.add_node(self._node)
        self._spin = executor.spin_ready
        self._voice = Node('voice')
        self._mode = self._voice.create_publisher(msg.CellMode, names.MODE, qos.MODE)
        self._idle_s, self._idle_steps = 0.0, 0

    def figures(self, seconds: float) -> dict[str, float]:
        """Return what was found: while ways are new, once they repeat, and where time goes."""
        watch = Watch()
        self._world._step_physics = watch.over('physics', self._world._step_physics)
        begun_s = self._world.now_s
        new_s = self._play(lambda: self._feeder.done >= _ROUNDS * 6 * len(self._world.arm_ids))
        new = watch.spent['physics'] / new_s
        figures = {'ratio_new_ways': new, 'new_ways_s': self._world.now_s - begun_s}
        watch.spent['physics'], self._idle_s, self._idle_steps = 0.0, 0.0, 0
        begun_s, tasks = self._world.now_s, self._feeder.done
        took_s = self._play_for(seconds)
        simulated_s, physics_s = self._world.now_s - begun_s, watch.spent['physics']
        figures |= {
            'factor': simulated_s / took_s,
            'factor_bare': simulated_s / physics_s,
            'ratio': physics_s / took_s,
            'factor_idle': self._idle_steps / self._world.world.step_hz / self._idle_s,
            'tasks': self._feeder.done - tasks,
        }
        self._watch_all(watch)
        took_s = self._play_for(seconds / 2)
        figures |= {f'share_{name}': spent / took_s for name, spent in watch.spent.items()}
        figures['share_other'] = 1.0 - sum(watch.spent.values()) / took_s
        self._node.close()
        return figures

    def _watch_all(self, watch: Watch) -> None:
        """Put watches everywhere. They cost time themselves: this is for the shares only."""
        world = self._world
        for arm in world._arms.values():
            arm.control = watch.over('control', arm.control)  # type: ignore[method-assign]
            arm.measure = watch.over('measuring', arm.measure)  # type: ignore[method-assign]
            body = arm.site.body
            body.drive = watch.over('motors', body.drive)  # type: ignore[method-assign]
            arm.monitor.observe = watch.over('zones', arm.monitor.observe)  # type: ignore[method-assign]
            arm.measure_people = watch.over('people', arm.measure_people)  # type: ignore[method-assign]
        world._people.advance = watch.over('people', world._people.advance)  # type: ignore[method-assign]
        world._control = watch.over('loop', world._control)  # type: ignore[method-assign]
        world.step = watch.over('loop', world.step)  # type: ignore[method-assign]
        after = self._node._after_steps
        self._node._after_steps = watch.over('publishing', after)  # type: ignore[method-assign]
        self._spin = watch.over('messages', self._spin)
        self._feed = watch.over('feeding', self._feed)
        for name in watch.spent:
            watch.spent[name] = 0.0

    def _play_for(self, seconds: float) -> float:
        until = time.perf_counter() + seconds
        return self._play(lambda: time.perf_counter() >= until)

    def _play(self, is_over: Callable[[], bool]) -> float:
        """Run the node as it is run, with the idle copy in between; return the node's time."""
        spent = 0.0
        while not is_over():
            begun = time.perf_counter()
            self._mode.publish(msg.CellMode(mode=SafetyMode.NORMAL.value))
            for _ in range(20):
                self._spin(self._node.run_slice(), most=MESSAGES_PER_SLICE)
                self._feed()
            spent += time.perf_counter() - begun
            begun = time.perf_counter()
            for _ in range(_IDLE_STEPS):
                self._idle._engine.step()
            self._idle_s += time.perf_counter() - begun
            self._idle_steps += _IDLE_STEPS
        return spent


if __name__ == '__main__':
    main()
