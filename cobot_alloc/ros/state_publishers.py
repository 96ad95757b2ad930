"""Publishes the allocator's state: what changed, not more often than anyone can read."""

from __future__ import annotations

from collections.abc import Iterable
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


class StatePublishers:
    """The state topics of one allocator; bursts of events become one message."""

    def __init__(self, node: Node) -> None:
        """Create the publishers; a late joiner gets the latest message of each."""
        self._tasks = node.create_publisher(msg.TaskArray, names.TASKS, qos.STATE)
        self._cases = node.create_publisher(msg.CaseArray, names.CASES, qos.STATE)
        self._agents = node.create_publisher(msg.AgentArray, names.AGENTS, qos.STATE)
        self._mode = node.create_publisher(msg.CellMode, names.MODE, qos.MODE)
        self._task_messages = TaskMessages()
        self._cases_changed = False
        self._work_changed = False
        self._work_due_at = 0.0
        self._mode_due_at = 0.0

    def note(self, events: Iterable[Event]) -> None:
        """Remember what the events changed."""
        for event in events:
            if isinstance(event, _CASE_EVENTS):
                self._cases_changed = True
            if not isinstance(event, _ELSEWHERE):
                self._work_changed = True
            if isinstance(event, CellModeChanged):
                self._mode_due_at = 0.0

    def publish_all(self, state: CellState, *, now_s: float) -> None:
        """Publish everything."""
        self._cases_changed = self._work_changed = True
        self._mode_due_at = self._work_due_at = 0.0
        self.publish_changes(state, now_s=now_s)

    def publish_changes(self, state: CellState, *, now_s: float) -> None:
        """Publish what changed since the last call, and the mode at its steady pace."""
        if self._cases_changed:
            self._cases.publish(cases_to_msg(state))
            self._cases_changed = False
        if self._work_changed and time.monotonic() >= self._work_due_at:
            self._publish_work(state)
            self._work_changed = False
        if time.monotonic() >= self._mode_due_at:
            self._mode.publish(mode_to_msg(state, now_s=now_s))
            self._mode_due_at = time.monotonic() + qos.MODE_PERIOD_S

    def _publish_work(self, state: CellState) -> None:
        begun = time.monotonic()
        self._tasks.publish(self._task_messages.of(state))
        self._agents.publish(agents_to_msg(state))
        ended = time.monotonic()
        # A cell with thousands of tasks spends a tenth of its time on saying so, not more.
        self._work_due_at = ended + 9.0 * (ended - begun)
