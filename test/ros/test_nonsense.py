"""Nonsense on every topic, service and action: refused or ignored, and the cell goes on."""

from __future__ import annotations

from contextlib import suppress
import math
from pathlib import Path
from random import Random
from typing import Any

from action_msgs.srv import CancelGoal
from builtin_interfaces.msg import Time
import pytest
import rclpy
from rclpy.action import ActionClient
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from support.shift import Shift, shipped_order
from support.waiting import wait_until

from cobot_alloc.ros import names, qos
from cobot_alloc_msgs import msg, srv
from cobot_alloc_msgs.action import ExecuteTask

pytestmark = pytest.mark.ros

ROUNDS = 30
TEXTS = ['', 'panda', 'kuka', 'anna', 'cell_a', 'case', 'task', 'NORMAL', 'retry', 'case-1',
         'house_1', '../../etc', "'; drop table event", '\x00', 'ü€😀', 'x' * 70_000]  # fmt: skip
FLOATS = [0.0, -0.0, 1.0, -1.0, 1e-300, 1e308, -1e308, math.inf, -math.inf, math.nan]


def nonsense(kind: Any, random: Random, depth: int = 0) -> Any:
    """Return a message of a kind with whatever its fields can hold."""
    if kind is Time:
        sec = random.choice([0, -(2**31), 2**31 - 1, random.randint(0, 10**6)])
        return Time(sec=sec, nanosec=random.choice([0, 10**9 - 1, 2**32 - 1]))
    message = kind()
    for name, declared in kind.get_fields_and_field_types().items():
        setattr(message, name, _value(declared, message, name, random, depth))
    return message


def _value(declared: str, message: Any, name: str, random: Random, depth: int) -> Any:
    if declared.startswith('sequence<'):
        inner = declared[len('sequence<') : -1]
        count = random.choice([0, 1, 3, 3000 if depth == 0 else 5])
        return [_single(inner, random, depth + 1) for _ in range(count)]
    return _single(declared, random, depth, getattr(message, name))


def _single(declared: str, random: Random, depth: int, example: Any = None) -> Any:
    if declared == 'string':
        return random.choice(TEXTS[:-1] if depth else TEXTS)
    if declared == 'boolean':
        return random.random() < 0.5
    if declared in ('double', 'float'):
        return random.choice(FLOATS)
    if declared == 'uint8[16]':
        return [random.randint(0, 255) for _ in range(16)]
    if declared in ('octet', 'byte', 'uint8'):
        return random.randint(0, 255)
    if declared.startswith('uint'):
        return random.choice([0, 1, 2, 2 ** int(declared[4:]) - 1])
    if declared.startswith('int'):
        return random.choice([0, 1, -1, 2 ** (int(declared[3:]) - 1) - 1])
    if example is None:
        example = getattr(msg, declared.split('/')[-1])()
    return nonsense(type(example), random, depth + 1)


class _Stranger:
    """A node in the cell's namespace that talks nonsense."""

    def __init__(self, cell_id: str) -> None:
        self._context = Context()
        rclpy.init(context=self._context)
        self.node = Node('stranger', namespace=cell_id, context=self._context)
        self.executor = SingleThreadedExecutor(context=self._context)
        self.executor.add_node(self.node)
        create = self.node.create_publisher
        self.publishers = [
            (msg.AgentBeat, create(msg.AgentBeat, names.BEATS, qos.BEAT)),
            (msg.ZoneArray, create(msg.ZoneArray, names.ZONES, qos.STATE)),
            (msg.TaskArray, create(msg.TaskArray, names.TASKS, qos.STATE)),
            (msg.CaseArray, create(msg.CaseArray, names.CASES, qos.STATE)),
            (msg.AgentArray, create(msg.AgentArray, names.AGENTS, qos.STATE)),
            (msg.CellMode, create(msg.CellMode, names.MODE, qos.MODE)),
        ]
        services = [
            (srv.SubmitOrder, names.SUBMIT_ORDER),
            (srv.GetAvailableActions, names.GET_AVAILABLE_ACTIONS),
            (srv.ExecuteAction, names.EXECUTE_ACTION),
            (srv.ExplainTask, names.EXPLAIN_TASK),
            (srv.MovePart, names.MOVE_PART),
            (srv.GetAttempt, names.get_attempt('panda')),
            (srv.ResumeArm, names.resume('panda')),
            (CancelGoal, names.cancel_goal('panda')),
        ]
        self.clients = [(kind, self.node.create_client(kind, name)) for kind, name in services]
        self.arm = ActionClient(self.node, ExecuteTask, names.execute_task('panda'))
        for _, client in self.clients:
            self.until(client.service_is_ready)
        self.until(self.arm.server_is_ready)

    def until(self, question: Any, timeout_s: float = 20.0) -> Any:
        """Spin until something is so."""
        return wait_until(
            question, timeout_s, meanwhile=lambda: self.executor.spin_once(timeout_sec=0.02)
        )

    def talk(self, random: Random) -> None:
        """Say one thing on everything, and wait for every answer."""
        for kind, publisher in self.publishers:
            publisher.publish(nonsense(kind, random))
        answers = [
            client.call_async(nonsense(kind.Request, random)) for kind, client in self.clients
        ]
        answers.append(self.arm.send_goal_async(nonsense(ExecuteTask.Goal, random)))
        self.until(lambda: all(answer.done() for answer in answers))

    def flood(self, count: int) -> None:
        """Publish as fast as it goes."""
        random = Random(1)
        beats = [nonsense(msg.AgentBeat, random) for _ in range(20)]
        zones = nonsense(msg.ZoneArray, random)
        for number in range(count):
            # A reader that is behind holds up whoever floods it: that is as it should be.
            with suppress(RuntimeError):
                self.publishers[0][1].publish(beats[number % len(beats)])
            with suppress(RuntimeError):
                self.publishers[1][1].publish(zones)

    def close(self) -> None:
        """Go away, and what was said last with it."""
        self.arm.destroy()
        self.executor.shutdown()
        self.node.destroy_node()
        self._context.try_shutdown()


@pytest.mark.timeout(120)
def test_nonsense_is_refused_and_the_cell_goes_on(tmp_path: Path) -> None:
    """After nonsense everywhere and a flood, both nodes live, and an order runs to its end."""
    shift = Shift(tmp_path)
    try:
        shift.until(shift.ready_arms)
        processes = shift.runner.process_ids()
        stranger = _Stranger(shift.layout.cell_id)
        try:
            for seed in range(ROUNDS):
                stranger.talk(Random(seed))
            stranger.flood(3000)
        finally:
            stranger.close()
        order = shipped_order('house_1', 'load_gear_1', 'release_lot')
        order = _without_predecessors(order)
        shift.until(lambda: len(shift.ready_arms()) >= 2)
        shift.submit(order)
        shift.until_over(order, timeout_s=60.0)
        assert shift.runner.process_ids() == processes, shift.said
    finally:
        shift.close()
    for log in (tmp_path / 'logs').iterdir():
        assert 'Traceback' not in log.read_text(), log.read_text()[-3000:]


def _without_predecessors(order: Any) -> Any:
    from dataclasses import replace

    tasks = tuple(replace(task, predecessors=()) for task in order.tasks)
    return replace(order, order_id='after_nonsense', tasks=tasks)
