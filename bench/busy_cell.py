"""One cell node on one core, kept busy, for bench_sim.py: prints one line of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
import json
import os
from pathlib import Path
import sys
import tempfile
import time
from typing import Any

from busy_world import busy_world, endless_tasks
import psutil
import rclpy
from rclpy.node import Node
from rclpy.parameter import Parameter

from cobot_alloc.application.arm_desk import ArmDesk
from cobot_alloc.application.settings import CellParts, CellSettings
from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.lifecycles.safety_mode import MOVING, SafetyMode
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.cell_node import CellNode
from cobot_alloc.ros.run_node import MESSAGES_PER_SLICE
from cobot_alloc.ros.slice_executor import SliceExecutor
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.storage.sqlite_ledger import SqliteLedger
from cobot_alloc_msgs import msg

_IDLE_STEPS = 240
_MIB = 2**20


class Watch:
    """Adds up the processor time spent in functions; the inner one of two counts."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._open: list[float] = []

    def over(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with a watch over it."""
        self.spent[name] = 0.0

        def timed(*args: Any, **more: Any) -> Any:
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
            status = self._world.arm_status(arm)
            if status.held:
                self._world.resume(arm)
            elif not status.fence and status.mode in MOVING:
                self._fence += 1
                self._desk.begin(arm, next(tasks), self._fence)

    def note(self, report: Any) -> None:
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
    watch = Watch()
    world._step_physics = watch.over('physics', world._step_physics)
    for arm in world._arms.values():
        arm.control = watch.over('control', arm.control)
        arm.measure = watch.over('measuring', arm.measure)
        arm.site.body.drive = watch.over('motors', arm.site.body.drive)
        arm.guard.observe = watch.over('zones', arm.guard.observe)
        arm.look_at = watch.over('people', arm.look_at)
    world._people.advance = watch.over('people', world._people.advance)
    world._control = watch.over('loop', world._control)
    world.step = watch.over('loop', world.step)
    with tempfile.TemporaryDirectory() as folder, rclpy.init():
        figures = _run(world, idle, watch, seconds, Path(folder), process)
    figures['mib_per_arm'] = (built_mib - before_mib) / arms
    print(json.dumps(figures))


def _run(
    world: SimulatedCell,
    idle: SimulatedCell,
    watch: Watch,
    seconds: float,
    folder: Path,
    process: psutil.Process,
) -> dict[str, float]:
    ledger = SqliteLedger(folder / 'ledger')
    desk = ArmDesk(world, ledger)
    feeder = Feeder(world, desk)

    def open_parts(_: CellSettings) -> CellParts:
        return CellParts(world=world, desk=desk, ledger=ledger, spec=world.world)

    node = CellNode(open_parts, parameter_overrides=[Parameter('speed', value=0.0)])
    collect = desk.collect
    desk.collect = lambda: [feeder.note(it) or it for it in collect()]  # type: ignore[method-assign,func-returns-value]
    node._after_steps = watch.over('publishing', node._after_steps)  # type: ignore[method-assign]
    assert node.autostart()
    executor = SliceExecutor()
    executor.add_node(node)
    voice = Node('voice')
    mode = voice.create_publisher(msg.CellMode, names.MODE, qos.MODE)
    spin = watch.over('messages', executor.spin_ready)
    feed = watch.over('feeding', feeder.feed)
    say = lambda: mode.publish(msg.CellMode(mode=SafetyMode.NORMAL.value))  # noqa: E731

    def play(for_s: float) -> float:
        """Run the node as it is run, with the idle copy in between; return the node's time."""
        until, spent = time.perf_counter() + for_s, 0.0
        while time.perf_counter() < until:
            begun = time.perf_counter()
            say()
            for _ in range(20):
                spin(node.run_slice(), most=MESSAGES_PER_SLICE)
                feed()
            spent += time.perf_counter() - begun
            _step_idle()
        return spent

    idle_s = [0.0, 0]

    def _step_idle() -> None:
        begun = time.perf_counter()
        for _ in range(_IDLE_STEPS):
            idle._bullet.stepSimulation()
        idle_s[0] += time.perf_counter() - begun
        idle_s[1] += _IDLE_STEPS

    play(3.0)
    for name in watch.spent:
        watch.spent[name] = 0.0
    idle_s[:] = [0.0, 0]
    begun_s, tasks = world.now_s, feeder.done
    took_s = play(seconds)
    simulated_s = world.now_s - begun_s
    physics_s = watch.spent['physics']
    figures = {
        'factor': simulated_s / took_s,
        'factor_bare': simulated_s / physics_s,
        'ratio': physics_s / took_s,
        'factor_idle': idle_s[1] / world.world.step_hz / idle_s[0],
        'tasks': feeder.done - tasks,
        'rss_mib': process.memory_info().rss / _MIB,
    }
    figures |= {f'share_{name}': spent / took_s for name, spent in watch.spent.items()}
    figures['share_other'] = 1.0 - sum(watch.spent.values()) / took_s
    node.close()
    return figures


if __name__ == '__main__':
    main()
