"""
Inquiries: how the allocator learns what became of the attempts that it gave out.

The network answers late or never, and a result that was sent while one side was down is gone.
So nothing is waited for: an attempt that was given out is asked about, now and then and whenever
its arm seems idle, until the arm has said what became of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.task import Task

#: Seconds of the wall clock.
ANSWER_WITHIN_S = 2.0
ASK_AGAIN_AFTER_S = 0.5


class ArmTransport(Protocol):
    """Sends things to arms. Every one may be lost, late or doubled; none of them blocks."""

    def send_goal(
        self,
        agent_id: AgentId,
        task: Task,
        fence: Fence,
        *,
        helper: AgentId,
        at_s: float,
        expires_s: float,
    ) -> None:
        """Send a goal; its acceptance or refusal may come back later."""

    def send_cancel(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Send the wish that an attempt be given up."""

    def send_question(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Ask what became of an attempt; the report may come back later."""

    def send_resume(self, agent_id: AgentId, *, at_s: float, authority: str) -> None:
        """Send the leave to go on."""


@dataclass(slots=True)
class _Inquiry:
    agent_id: AgentId
    task_id: TaskId
    ask_at: float
    accepted: bool = False
    cancel: bool = False


class Inquiries:
    """Implements ``ArmCommands`` over a transport; times are of a clock that never stands."""

    def __init__(
        self,
        transport: ArmTransport,
        *,
        clock: Callable[[], float],
        on_report: Callable[[AttemptReport], None],
    ) -> None:
        """
        Begin with nothing to ask.

        :param on_report: is given whatever the arms say, also what was said before.
        """
        self._transport = transport
        self._clock = clock
        self._on_report = on_report
        self._inquiries: dict[Fence, _Inquiry] = {}

    # What the allocator commands

    def send_goal(
        self,
        agent_id: AgentId,
        task: Task,
        fence: Fence,
        *,
        helper: AgentId,
        at_s: float,
        expires_s: float,
    ) -> None:
        """Give a task to an arm and find out what becomes of it."""
        ask_at = self._clock() + ANSWER_WITHIN_S
        self._inquiries[fence] = _Inquiry(agent_id, task.task_id, ask_at)
        self._transport.send_goal(
            agent_id, task, fence, helper=helper, at_s=at_s, expires_s=expires_s
        )

    def cancel(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Tell an arm to give an attempt up, again and again until it has ended."""
        self._soon(agent_id, task_id, fence).cancel = True

    def ask(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Ask an arm what became of an attempt until it has ended."""
        self._soon(agent_id, task_id, fence)

    def resume(self, agent_id: AgentId, *, at_s: float, authority: str) -> None:
        """Let a held arm go on; a lost command is given again by the rules, not here."""
        self._transport.send_resume(agent_id, at_s=at_s, authority=authority)

    # What the arms' side says

    def goal_answered(self, fence: Fence, *, accepted: bool) -> None:
        """Take up an arm's answer to a goal."""
        inquiry = self._inquiries.get(fence)
        if inquiry is None:
            return
        if not accepted:
            inquiry.ask_at = 0.0  # the arm's own word says why not
            return
        inquiry.accepted = True
        self._on_report(
            AttemptReport(
                agent_id=inquiry.agent_id,
                task_id=inquiry.task_id,
                fence=fence,
                status=AttemptStatus.RUNNING,
            )
        )

    def reported(self, report: AttemptReport) -> None:
        """Take up an arm's word on an attempt."""
        inquiry = self._inquiries.get(report.fence)
        if report.status is not AttemptStatus.RUNNING:
            self._inquiries.pop(report.fence, None)
        elif inquiry is not None:
            inquiry.accepted = True
        self._on_report(report)

    def arm_is_idle(self, agent_id: AgentId) -> None:
        """Ask soon about what an arm that has nothing in hand had begun."""
        for inquiry in self._inquiries.values():
            if inquiry.agent_id == agent_id and inquiry.accepted:
                inquiry.ask_at = 0.0

    def sweep(self) -> None:
        """Send the questions and cancels that are due; call it often."""
        now = self._clock()
        for fence, inquiry in list(self._inquiries.items()):
            if now < inquiry.ask_at:
                continue
            inquiry.ask_at = now + ASK_AGAIN_AFTER_S
            if inquiry.cancel:
                self._transport.send_cancel(inquiry.agent_id, inquiry.task_id, fence)
            self._transport.send_question(inquiry.agent_id, inquiry.task_id, fence)

    def __len__(self) -> int:
        """Return how many attempts there are whose end the arms have not told."""
        return len(self._inquiries)

    def clear(self) -> None:
        """Ask no more."""
        self._inquiries.clear()

    def _soon(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> _Inquiry:
        inquiry = self._inquiries.setdefault(fence, _Inquiry(agent_id, task_id, 0.0))
        inquiry.ask_at = 0.0
        return inquiry
