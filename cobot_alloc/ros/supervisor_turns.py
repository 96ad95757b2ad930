"""The turns of a supervisor in a cell that is in lockstep."""

from __future__ import annotations

from collections.abc import Callable
import threading

from rclpy.node import Node
from rclpy.task import Future

from cobot_alloc.application.lockstep import SUPERVISOR
from cobot_alloc.ros import names
from cobot_alloc.ros.conversions import time_from_msg
from cobot_alloc.ros.lockstep import Follower
from cobot_alloc_msgs import msg

#: What a supervisor goes by.
TOPICS = (names.TASKS, names.CASES, names.AGENTS, names.MODE)


class SupervisorTurns:
    """
    Waits in one thread for what comes in another.

    What people were asked to do by hand counts as answered from the turn on that follows the
    round in which the cell says so, not from when the answer happens to arrive.
    """

    def __init__(self, node: Node, *, is_connected: Callable[[bool], bool]) -> None:
        """
        Begin before the first turn.

        :param is_connected: tells whether everything is there that a turn needs; is told whether
            there are people to be asked.
        """
        self._is_connected = is_connected
        self._change = threading.Condition()
        self._follower = Follower(node, SUPERVISOR, topics=TOPICS, on_change=self._notify)
        self._round: msg.Round | None = None
        self._asked: list[str] = []
        self._open: dict[str, Future] = {}

    @property
    def have_begun(self) -> bool:
        """Whether there was a first turn."""
        return self._round is not None

    @property
    def cell_time_s(self) -> float:
        """At the turn that began last."""
        return 0.0 if self._round is None else time_from_msg(self._round.cell_time)

    def heard(self, topic: str, stamp_s: float) -> None:
        """Take note of a message."""
        self._follower.heard(topic, stamp_s)
        self._notify()

    def begin(self, within_s: float) -> bool:
        """Wait so many wall-clock seconds for a turn; False if it has not come."""
        with self._change:
            if not self._change.wait_for(self._has_come, within_s):
                return False
            self._round = self._follower.turn()
        assert self._round is not None
        for request_id in self._round.chores:
            self._open.pop(request_id, None)
        return True

    def end(self) -> None:
        """Let the cell go on."""
        asked, self._asked = self._asked, []
        self._follower.done(chores=asked)

    def asked(self, request_id: str, future: Future) -> None:
        """Take note of what people were asked to do by hand."""
        self._asked.append(request_id)
        self._open[request_id] = future
        future.add_done_callback(lambda _: self._notify())

    def is_answered(self, request_id: str) -> bool:
        """Tell whether it is known what came of it."""
        return request_id not in self._open

    def _has_come(self) -> bool:
        round_ = self._follower.turn()
        if round_ is None or not (self.have_begun or self._is_connected(round_.hands)):
            return False
        ended = [self._open[it] for it in round_.chores if it in self._open]
        return all(future.done() for future in ended)

    def _notify(self) -> None:
        with self._change:
            self._change.notify_all()
