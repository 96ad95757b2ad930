"""
How long a submit takes over ROS 2, beside the bare service call and the bare commit under it.

One run, side by side and in turn, so that the machine's noise meets all alike: medians are
compared, not single times. Written to ``bench/out/latency.json`` as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
import json
import os
from pathlib import Path
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

HERE = Path(__file__).resolve().parent
CELL = 'cell_a'


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=300)
    wanted = parser.parse_args()
    os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'
    os.environ.setdefault('ROS_DOMAIN_ID', str(120 + os.getpid() % 80))
    with tempfile.TemporaryDirectory(dir=HERE) as folder, _processes(Path(folder)):
        figures = _measure(Path(folder), wanted.rounds)
    _print(figures)
    out = HERE / 'out' / 'latency.json'
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=2) + '\n')


@contextmanager
def _processes(folder: Path) -> Iterator[None]:
    """Run the allocator and a bare server, each in a process of its own."""
    from cobot_alloc.application.processes import cell_nodes, ros_arguments
    from cobot_alloc.bootstrap import prepare_cell

    limits = folder / 'limits.yaml'
    limits.write_text('skills: [bench, nobody]\n')
    layout = prepare_cell(
        'two_arm_cell', limits=str(limits), state=folder, person='anna', speed=1.0
    )
    allocator = next(node for node in cell_nodes(layout) if node.name == 'allocator')
    commands = [
        [sys.executable, '-m', 'cobot_alloc.bootstrap', 'allocator', *ros_arguments(allocator)],
        [sys.executable, __file__, 'bare'],
    ]
    log = (folder / 'log').open('w')
    children = [subprocess.Popen(command, stdout=log, stderr=log) for command in commands]
    try:
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=10)


def _bare_server() -> None:
    """Serve the same types without doing anything."""
    import rclpy
    from rclpy.action import ActionServer
    from rclpy.executors import ExternalShutdownException
    from rclpy.node import Node

    from cobot_alloc_msgs.action import ExecuteTask
    from cobot_alloc_msgs.srv import SubmitOrder

    def accept(request: Any, response: Any) -> Any:
        response.accepted, response.order_id = True, request.order_id
        return response

    def execute(goal: Any) -> Any:
        goal.succeed()
        return ExecuteTask.Result()

    with rclpy.init():
        node = Node('bare', namespace=CELL)
        node.create_service(SubmitOrder, 'bare_submit', accept)
        ActionServer(node, ExecuteTask, 'bare_arm', execute)
        with suppress(KeyboardInterrupt, ExternalShutdownException):
            rclpy.spin(node)


class _Client:
    """A client, and an arm that does whatever it is given at once."""

    def __init__(self) -> None:
        from rclpy.action import ActionClient, ActionServer
        from rclpy.executors import SingleThreadedExecutor
        from rclpy.node import Node
        from rosgraph_msgs.msg import Clock

        from cobot_alloc.ros import names, qos
        from cobot_alloc_msgs.action import ExecuteTask
        from cobot_alloc_msgs.msg import AgentBeat
        from cobot_alloc_msgs.srv import GetAttempt, SubmitOrder

        self.node = Node('bench', namespace=CELL)
        self.executor = SingleThreadedExecutor()
        self.executor.add_node(self.node)
        self.submit = self.node.create_client(SubmitOrder, names.SUBMIT_ORDER)
        self.bare_submit = self.node.create_client(SubmitOrder, 'bare_submit')
        self.bare_arm = ActionClient(self.node, ExecuteTask, 'bare_arm')
        self.beats = self.node.create_publisher(AgentBeat, names.BEATS, qos.BEAT)
        self.clock = self.node.create_publisher(Clock, '/clock', 1)
        self.node.create_service(GetAttempt, names.get_attempt('bench'), self._tell)
        self.arm = ActionServer(
            self.node,
            ExecuteTask,
            names.execute_task('bench'),
            self._execute,
            goal_callback=self._on_goal,
        )
        self.goal_at: float | None = None
        self.highest = 0
        self.done: dict[int, str] = {}
        self.node.create_timer(0.1, self.beat)

    def beat(self) -> None:
        """Say that the arm is there and idle, and what time it is."""
        from rosgraph_msgs.msg import Clock

        from cobot_alloc.ros.conversions import pose_to_msg, time_to_msg
        from cobot_alloc_msgs.msg import AgentBeat

        now = time_to_msg(time.monotonic())
        self.clock.publish(Clock(clock=now))
        self.beats.publish(
            AgentBeat(
                stamp=now,
                agent_id='bench',
                boot_id='bench',
                skills=['bench'],
                payload_kg=10.0,
                reach_m=100.0,
                base=pose_to_msg((0.0, 0.0, 0.0)),
                mode='NORMAL',
                zone_clear=True,
                highest_attempt=self.highest,
            )
        )

    def _on_goal(self, goal: Any) -> Any:
        from rclpy.action import GoalResponse

        self.goal_at = time.perf_counter()
        self.highest = goal.attempt
        self.done[goal.attempt] = goal.task.task_id
        return GoalResponse.ACCEPT

    def _execute(self, goal: Any) -> Any:
        from cobot_alloc_msgs.action import ExecuteTask

        goal.succeed()
        self.beat()
        return ExecuteTask.Result()

    def _tell(self, request: Any, response: Any) -> Any:
        report = response.report
        report.agent_id, report.task_id, report.attempt = 'bench', request.task_id, request.attempt
        report.status = 'succeeded' if request.attempt in self.done else 'unknown'
        return response

    def until(self, is_so: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Answer messages until something is so."""
        deadline = time.monotonic() + timeout_s
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError('the allocator did not answer; is its log in the run folder?')
            self.executor.spin_once(timeout_sec=0.05)

    def call(self, client: Any, request: Any) -> tuple[float, Any]:
        """Return the seconds that a call took, and its answer."""
        begun = time.perf_counter()
        future = client.call_async(request)
        self.until(future.done)
        return time.perf_counter() - begun, future.result()


def _measure(folder: Path, rounds: int) -> dict[str, Any]:
    import apsw
    import rclpy

    rclpy.init()
    client = _Client()
    commits = apsw.Connection(str(folder / 'bare.sqlite'))
    for statement in ('journal_mode=WAL', 'synchronous=FULL'):
        commits.execute(f'PRAGMA {statement}').fetchall()
    commits.execute('CREATE TABLE t (a, b, c)')
    client.until(
        lambda: client.submit.service_is_ready() and client.bare_submit.service_is_ready()
    )
    client.until(lambda: client.bare_arm.server_is_ready() and _is_active(client))
    times: dict[str, list[float]] = {
        name: [] for name in ('call', 'commit', 'submit', 'goal', 'submit_to_goal')
    }
    for number in range(rounds):
        times['call'].append(client.call(client.bare_submit, _order(number))[0])
        times['commit'].append(_commit(commits, number))
        times['submit'].append(_accepted(client, _order(number, skill='nobody')))
        times['goal'].append(_bare_goal(client))
        times['submit_to_goal'].append(_to_goal(client, _order(number, skill='bench', at='g')))
    client.executor.shutdown()
    client.node.destroy_node()
    rclpy.shutdown()
    return _figures(times, rounds)


def _is_active(client: _Client) -> bool:
    _, answer = client.call(client.submit, _order(0, skill='nobody', at='first'))
    return bool(answer.accepted)


def _order(number: int, *, skill: str = 'nobody', at: str = 's') -> Any:
    from cobot_alloc_msgs.msg import Task
    from cobot_alloc_msgs.srv import SubmitOrder

    name = f'{at}{number}'
    # Far in the future where nobody is to do it, so that nobody is asked about it either.
    earliest_start_s = 1e6 if skill == 'nobody' else 0.0
    task = Task(task_id=name, skill=skill, repetition=1, earliest_start_s=earliest_start_s)
    return SubmitOrder.Request(
        idempotency_key=name, order_id=name, requester='bench', tasks=[task]
    )


def _commit(connection: Any, number: int) -> float:
    begun = time.perf_counter()
    connection.execute('INSERT INTO t VALUES (?, ?, ?)', (number, 'TaskSubmitted', 'x' * 300))
    return time.perf_counter() - begun


def _accepted(client: _Client, order: Any) -> float:
    seconds, answer = client.call(client.submit, order)
    assert answer.accepted, answer.message
    return seconds


def _bare_goal(client: _Client) -> float:
    from cobot_alloc_msgs.action import ExecuteTask

    begun = time.perf_counter()
    future = client.bare_arm.send_goal_async(ExecuteTask.Goal())
    client.until(future.done)
    return time.perf_counter() - begun


def _to_goal(client: _Client, order: Any) -> float:
    client.goal_at = None
    begun = time.perf_counter()
    future = client.submit.call_async(order)
    client.until(lambda: client.goal_at is not None and future.done())
    arrived = client.goal_at
    assert arrived is not None
    before = len(client.done)
    deadline = time.monotonic() + 0.05
    client.until(lambda: time.monotonic() > deadline)  # the allocator learns that it is done
    assert len(client.done) == before
    return arrived - begun


def _figures(times: dict[str, list[float]], rounds: int) -> dict[str, Any]:
    median = {name: statistics.median(values) for name, values in times.items()}
    p99 = {name: sorted(values)[int(0.99 * len(values))] for name, values in times.items()}
    return {
        'rounds': rounds,
        'median_ms': {name: 1e3 * value for name, value in median.items()},
        'p99_ms': {name: 1e3 * value for name, value in p99.items()},
        'submit_over_call_and_commit': median['submit'] / (median['call'] + median['commit']),
        'submit_to_goal_over_call_goal_and_commit': median['submit_to_goal']
        / (median['call'] + median['goal'] + median['commit']),
    }


_NAMES = {
    'call': 'bare service call',
    'commit': 'bare commit (WAL, FULL)',
    'submit': 'submit, durably accepted',
    'goal': 'bare action goal, accepted',
    'submit_to_goal': 'submit until the goal is at the arm',
}


def _print(figures: dict[str, Any]) -> None:
    print(f'{"":38}{"median, ms":>12}{"p99, ms":>10}')
    for name, text in _NAMES.items():
        print(f'{text:38}{figures["median_ms"][name]:12.3f}{figures["p99_ms"][name]:10.3f}')
    print(f'submit / (call + commit)                {figures["submit_over_call_and_commit"]:.2f}')
    ratio = figures['submit_to_goal_over_call_goal_and_commit']
    print(f'submit to goal / (call + goal + commit) {ratio:.2f}')


if __name__ == '__main__':
    if sys.argv[1:] == ['bare']:
        _bare_server()
    else:
        main()
