"""Floods: whatever strangers say, honest callers are answered after a bounded part of it."""

from __future__ import annotations

from contextlib import suppress
import os
from pathlib import Path
import subprocess
import sys
import time
from typing import Any

import pytest
from rclpy.node import Node
from support.waiting import wait_until
from support.wire import Wire

from cobot_alloc.ros import names, qos
from cobot_alloc.ros.intake import AT_ONCE, serve, Share, TopicIntake, WITHIN_S
from cobot_alloc.ros.middleware import repair_soon
from cobot_alloc.ros.slice_executor import SliceExecutor
from cobot_alloc_msgs import msg, srv

MOST_BYTES = 1000
#: Callbacks in a look, and looks from a call to its answer: one more than it takes.
TURNS, LOOKS = 10, 3


class Server:
    """
    A node that looks at what came in when the test lets it.

    :ivar heard: the arms whose beats it took up.
    :ivar asked: the subjects that it was asked about.
    :ivar on_beat: is done at each beat.
    """

    def __init__(self, wire: Wire) -> None:
        self.heard: list[str] = []
        self.asked: list[str] = []
        self.on_beat = lambda: None
        self.node = Node('server', **wire.options())
        self.beats = TopicIntake(
            self.node, msg.AgentBeat, names.BEATS, self._hear, qos.BEAT, most_bytes=MOST_BYTES
        )
        serve(self.node, srv.GetAvailableActions, names.GET_AVAILABLE_ACTIONS, self._answer)
        self.executor = SliceExecutor(context=wire.context)
        self.executor.add_node(self.node)

    def look(self) -> None:
        """Take up one share of everything that came in."""
        self.executor.spin_ready(0.01, most=TURNS)

    def close(self) -> None:
        """Go away."""
        self.executor.shutdown(timeout_sec=1.0)
        self.node.destroy_node()

    def _hear(self, beat: msg.AgentBeat) -> None:
        self.heard.append(beat.agent_id)
        self.on_beat()

    def _answer(self, request: Any, response: Any) -> Any:
        self.asked.append(request.subject_id)
        response.known = True
        return response


class Stranger:
    """Publishes and calls from the test's node."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.beats = wire.node.create_publisher(msg.AgentBeat, names.BEATS, qos.BEAT)
        self._client = wire.node.create_client(
            srv.GetAvailableActions, names.GET_AVAILABLE_ACTIONS, qos_profile=qos.SERVICE
        )
        wire.until(self._client.service_is_ready)
        wire.until(self.beats.get_subscription_count)

    def beat(self, count: int = 1) -> None:
        """Publish beats."""
        for _ in range(count):
            with suppress(RuntimeError):  # a reader that is behind holds the flood up
                self.beats.publish(msg.AgentBeat(agent_id='loud'))

    def ask(self, subject: str) -> Any:
        """Call, and return the future of the answer."""
        request = srv.GetAvailableActions.Request(subject_kind='task', subject_id=subject)
        return self._client.call_async(request)

    def until_answered(self, server: Server, answer: Any) -> int:
        """Let the server look until there is an answer, and return how often it looked."""
        looks = 0

        def both_look() -> None:
            nonlocal looks
            looks += 1
            server.look()
            self._wire.executor.spin_ready(0.01, most=200)

        wait_until(answer.done, 30.0, meanwhile=both_look)
        return looks


@pytest.fixture
def server(wire):
    """Return a server on the wire."""
    made = Server(wire)
    yield made
    made.close()


def test_a_call_is_answered_after_a_bounded_part_of_a_flood_that_never_ends(wire, server):
    """Each beat that is taken up brings another one, and the call is answered all the same."""
    stranger = Stranger(wire)
    server.on_beat = stranger.beat
    stranger.beat(AT_ONCE)
    looks = stranger.until_answered(server, stranger.ask('mine'))
    assert server.heard
    assert len(server.heard) <= looks * TURNS * AT_ONCE
    assert looks <= LOOKS


def test_one_look_takes_up_many_messages(wire, server):
    """So that a flood does not push honest beats out of the queue."""
    stranger = Stranger(wire)
    stranger.beat(AT_ONCE)
    looks = 0
    while len(server.heard) < AT_ONCE // 2:
        looks += 1
        assert looks < AT_ONCE // 10, server.heard
        server.look()


def test_what_is_slow_to_take_up_is_taken_up_one_by_one(wire, server):
    """A call does not wait for all of them, though each takes longer than a look allows."""
    stranger = Stranger(wire)
    server.on_beat = lambda: time.sleep(2 * WITHIN_S)
    stranger.beat(AT_ONCE)
    looks = stranger.until_answered(server, stranger.ask('mine'))
    assert len(server.heard) <= looks * TURNS
    assert looks <= LOOKS


@pytest.mark.parametrize('nonsense', ['large', 'malformed'])
def test_what_cannot_be_read_is_dropped_and_counted(wire, server, nonsense):
    """The next good message is taken up."""
    stranger = Stranger(wire)
    if nonsense == 'large':
        stranger.beats.publish(msg.AgentBeat(agent_id='x' * MOST_BYTES))
    else:
        stranger.beats.publish(b'\x00\x01\x00\x00' + b'\xff' * 40)
    wait_until(lambda: server.beats.dropped, 30.0, meanwhile=server.look)
    stranger.beat()
    wait_until(lambda: server.heard, 30.0, meanwhile=server.look)
    assert server.heard == ['loud']
    assert server.beats.dropped == 1


def test_a_call_behind_a_flood_of_calls_is_answered_in_its_turn(wire, server):
    """None of them is lost, and it waits for no more than the queue holds."""
    stranger = Stranger(wire)
    for number in range(qos.SERVICE.depth - 1):
        stranger.ask(f'bad_{number}')
    stranger.until_answered(server, stranger.ask('mine'))
    assert server.asked[-1] == 'mine'
    assert len(server.asked) == qos.SERVICE.depth


def test_slices_of_any_length_give_everyone_a_turn(wire):
    """Topics that are always ready do not use up every slice before a service has its turn."""
    node = Node('server', **wire.options())
    publishers, asked = [], []
    for number in range(4):
        publisher = wire.node.create_publisher(msg.CellMode, f'topic_{number}', qos.STATE)
        node.create_subscription(msg.CellMode, f'topic_{number}', publisher.publish, qos.STATE)
        publishers.append(publisher)
    serve(node, srv.GetAttempt, 'question', lambda request, response: asked.append(1) or response)
    executor = SliceExecutor(context=wire.context)
    executor.add_node(node)
    client = wire.node.create_client(srv.GetAttempt, 'question')
    wire.until(client.service_is_ready)
    wire.until(lambda: all(publisher.get_subscription_count() for publisher in publishers))
    for publisher in publishers:
        publisher.publish(msg.CellMode())
    client.call_async(srv.GetAttempt.Request())
    for number in range(100):
        executor.spin_ready(0.001 * (number % 3 + 1), most=2)
        if asked:
            break
    executor.shutdown(timeout_sec=1.0)
    node.destroy_node()
    assert asked


def test_what_took_long_has_to_wait_and_then_gets_its_turn():
    """A hundredth of the time: after a tenth of a second it has to wait for ten."""
    share = Share(0.01)
    assert share.can_execute(None)
    share.beginning_execution(None)
    time.sleep(0.1)
    share.ending_execution(None)
    assert not share.can_execute(None)
    short = Share(0.5)
    short.beginning_execution(None)
    time.sleep(2 * WITHIN_S)
    short.ending_execution(None)
    wait_until(lambda: short.can_execute(None), 30.0)


def test_the_middleware_takes_its_profile():
    """It says nothing about it; of a file that it cannot read it says a lot."""
    code = (
        'from cobot_alloc.ros.middleware import repair_soon; repair_soon()\n'
        'import rclpy; rclpy.init(); rclpy.create_node("node").destroy_node()'
    )
    said = subprocess.run(
        [sys.executable, '-c', code], capture_output=True, text=True, timeout=100
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, '', '')


def test_the_profile_is_there_and_gives_way_to_the_users_own(monkeypatch):
    """The variable names a file of the package, unless it names another one already."""
    (variable,) = {'FASTDDS_DEFAULT_PROFILES_FILE', 'FASTRTPS_DEFAULT_PROFILES_FILE'} & _set_by()
    assert 'heartbeat' in Path(os.environ[variable]).read_text()
    monkeypatch.setenv(variable, '/mine.xml')
    repair_soon()
    assert os.environ[variable] == '/mine.xml'


def _set_by() -> set[str]:
    repair_soon()
    return {name for name in os.environ if name.endswith('_DEFAULT_PROFILES_FILE')}
