"""Publishes the allocator's state: what changed, not more often than anyone can read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import time

from rclpy.node import Node

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import (
    ActionTaken,
    CaseClaimed,
    CaseEscalated,
    CaseExpired,
    CaseReleased,
    CaseResolved,
    CellModeChanged,
    Event,
    ExceptionFolded,
    ExceptionRaised,
    ZoneChanged,
)
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.state_messages import (
    agents_to_msg,
    cases_to_msg,
    mode_to_msg,
    TaskMessages,
)
from cobot_alloc_msgs import msg

_CASE_EVENTS = (
    CaseClaimed,
    CaseEscalated,
    CaseExpired,
    CaseReleased,
    CaseResolved,
    ExceptionFolded,
    ExceptionRaised,
)
#: Events after which no task and no agent is any different.
_ELSEWHERE = (ActionTaken, CellModeChanged, ZoneChanged)
#: Of the time that saying so takes, how much is spent on other things in between.
_REST = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """
    How often the state is said.

    :ivar clock: of seconds.
    :ivar work_every_s: at least between two times that the work is said, for each task.
    """

    clock: Callable[[], float] = time.monotonic
    work_every_s: float = 0.0


class StatePublishers:
    """
    The state topics of one allocator; bursts of events become one message.

    Each message is stamped with the time at which it is said, so that no two of a topic that are
    said at different times have the same stamp.
    """

    def __init__(self, node: Node, pace: Pace) -> None:
        """Create the publishers; a late joiner gets the latest message of each."""
        self._pace = pace
        self._stamps: dict[str, float] = {}
        self._tasks = node.create_publisher(msg.TaskArray, names.TASKS, qos.STATE)
        self._cases = node.create_publisher(msg.CaseArray, names.CASES, qos.STATE)
        self._agents = node.create_publisher(msg.AgentArray, names.AGENTS, qos.STATE)
        self._mode = node.create_publisher(msg.CellMode, names.MODE, qos.MODE)
        self._task_messages = TaskMessages()
        self._cases_changed = False
        self._work_changed = False
        self._work_due_at = float('-inf')
        self._mode_due_at = float('-inf')

    @property
    def stamps(self) -> Mapping[str, float]:
        """The stamp of the latest message of each topic, in seconds."""
        return self._stamps

    def note(self, events: Iterable[Event]) -> None:
        """Remember what the events changed."""
        for event in events:
            if isinstance(event, _CASE_EVENTS):
                self._cases_changed = True
            if not isinstance(event, _ELSEWHERE):
                self._work_changed = True
            if isinstance(event, CellModeChanged):
                self._mode_due_at = float('-inf')

    def publish_all(self, state: CellState, *, now_s: float) -> None:
        """Publish everything."""
        self._cases_changed = self._work_changed = True
        self._mode_due_at = self._work_due_at = float('-inf')
        self.publish_changes(state, now_s=now_s)

    def publish_changes(self, state: CellState, *, now_s: float) -> None:
        """Publish what changed since the last call, and the mode at its steady pace."""
        now = self._pace.clock()
        if self._cases_changed:
            self._cases.publish(cases_to_msg(state, now_s=now_s))
            self._cases_changed = False
            self._stamps[names.CASES] = now_s
        if self._work_changed and now >= self._work_due_at:
            self._publish_work(state, now_s)
            self._work_changed = False
        if now >= self._mode_due_at:
            self._mode.publish(mode_to_msg(state, now_s=now_s))
            self._mode_due_at = self._pace.clock() + qos.MODE_PERIOD_S
            self._stamps[names.MODE] = now_s

    def _publish_work(self, state: CellState, now_s: float) -> None:
        begun = self._pace.clock()
        self._tasks.publish(self._task_messages.of(state, now_s=now_s))
        self._agents.publish(agents_to_msg(state, now_s=now_s))
        self._stamps[names.TASKS] = self._stamps[names.AGENTS] = now_s
        ended = self._pace.clock()
        # A cell with thousands of tasks spends a tenth of its time on saying so, not more.
        rest_s = _REST * (ended - begun) + self._pace.work_every_s * len(state.tasks)
        self._work_due_at = ended + rest_s
