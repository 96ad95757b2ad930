"""
The way to the arms over ROS 2.

The network answers late or never, and a result that was sent while one side was down is gone.
So nothing is waited for: an attempt that was given out is asked about, now and then and whenever
its arm seems idle, until the arm has said what became of it. Every request has a deadline after
which it is forgotten and made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import time
import uuid

from action_msgs.msg import GoalInfo
from action_msgs.srv import CancelGoal
from rclpy.action import ActionClient
from rclpy.action.client import ClientGoalHandle
from rclpy.client import Client
from rclpy.node import Node
from rclpy.task import Future
from unique_identifier_msgs.msg import UUID

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.task import Task
from cobot_alloc.ros import names
from cobot_alloc.ros.conversions import report_from_msg, task_to_msg, time_to_msg
from cobot_alloc_msgs.action import ExecuteTask
from cobot_alloc_msgs.srv import GetAttempt, ResumeArm

#: Wall-clock seconds.
ANSWER_WITHIN_S = 2.0
ASK_AGAIN_AFTER_S = 0.5
_NAMESPACE = uuid.UUID('6f1a5b0e-3a53-4f0e-9d4c-5a1f0c0b7a11')


def goal_uuid(cell_id: str, task_id: str, fence: int) -> UUID:
    """Return the goal id of an attempt: always the same, so that it can be named after a crash."""
    return UUID(uuid=list(uuid.uuid5(_NAMESPACE, f'{cell_id}/{task_id}/{fence}').bytes))


@dataclass(slots=True)
class _Arm:
    action: ActionClient
    attempt: Client
    resume: Client
    cancel: Client


@dataclass(slots=True)
class _Inquiry:
    """An attempt whose end is awaited; times are of the wall clock's monotonic count."""

    agent_id: AgentId
    task_id: TaskId
    ask_at: float
    accepted: bool = False
    cancel: bool = False
    asking: Future | None = None


class ArmLink:
    """Implements ``ArmCommands``; reports come back through ``on_report``."""

    def __init__(
        self,
        node: Node,
        *,
        cell_id: str,
        raw_time: Callable[[float], float],
        on_report: Callable[[AttemptReport], None],
    ) -> None:
        """
        Begin without any arm.

        :param raw_time: turns cell time into the reading of ``/clock`` that stamps carry.
        """
        self._node = node
        self._cell_id = cell_id
        self._raw_time = raw_time
        self._on_report = on_report
        self._arms: dict[AgentId, _Arm] = {}
        self._inquiries: dict[Fence, _Inquiry] = {}
        self._pending: list[tuple[float, Future]] = []

    def send_goal(
        self, agent_id: AgentId, task: Task, fence: Fence, *, at_s: float, expires_s: float
    ) -> None:
        """Give a task to an arm and await its end."""
        goal = ExecuteTask.Goal(
            task=task_to_msg(task),
            attempt=fence,
            stamp=time_to_msg(self._raw_time(at_s)),
            expires_s=float(expires_s),
        )
        self._inquiries[fence] = _Inquiry(
            agent_id, task.task_id, ask_at=time.monotonic() + ANSWER_WITHIN_S
        )
        action = self._arm(agent_id).action
        goal_id = goal_uuid(self._cell_id, task.task_id, fence)
        sent = self._await(action.send_goal_async(goal, goal_uuid=goal_id))
        sent.add_done_callback(lambda future: self._on_goal_answer(future, fence))

    def cancel(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Tell an arm to give an attempt up, again and again until it has ended."""
        inquiry = self._inquiries.setdefault(fence, _Inquiry(agent_id, task_id, ask_at=0.0))
        inquiry.cancel = True
        inquiry.ask_at = 0.0

    def ask(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Ask an arm what became of an attempt until it has ended."""
        inquiry = self._inquiries.setdefault(fence, _Inquiry(agent_id, task_id, ask_at=0.0))
        inquiry.ask_at = 0.0

    def resume(self, agent_id: AgentId, *, at_s: float, authority: str) -> None:
        """Let a held arm go on; a lost command is given again by the rules, not here."""
        client = self._arm(agent_id).resume
        request = ResumeArm.Request(
            stamp=time_to_msg(self._raw_time(at_s)), expires_s=10.0, authority=authority
        )
        if client.service_is_ready():
            self._await(client.call_async(request))

    def notice_idle(self, agent_id: AgentId) -> None:
        """Ask soon about what an arm that has nothing in hand was given."""
        for inquiry in self._inquiries.values():
            if inquiry.agent_id == agent_id and inquiry.accepted:
                inquiry.ask_at = 0.0

    def sweep(self) -> None:
        """Ask and cancel what is due, and forget what was not answered; call it often."""
        now = time.monotonic()
        self._forget_unanswered(now)
        for fence, inquiry in list(self._inquiries.items()):
            answered = inquiry.asking is None or inquiry.asking.done()
            if answered and now >= inquiry.ask_at:
                self._ask_now(self._arm(inquiry.agent_id), fence, inquiry, now)

    def close(self) -> None:
        """Let go of every client."""
        for arm in self._arms.values():
            arm.action.destroy()
            for client in (arm.attempt, arm.resume, arm.cancel):
                self._node.destroy_client(client)
        self._arms.clear()
        self._inquiries.clear()

    def _arm(self, agent_id: AgentId) -> _Arm:
        if agent_id not in self._arms:
            self._arms[agent_id] = _Arm(
                action=ActionClient(self._node, ExecuteTask, names.execute_task(agent_id)),
                attempt=self._node.create_client(GetAttempt, names.get_attempt(agent_id)),
                resume=self._node.create_client(ResumeArm, names.resume(agent_id)),
                cancel=self._node.create_client(CancelGoal, names.cancel_goal(agent_id)),
            )
        return self._arms[agent_id]

    def _ask_now(self, arm: _Arm, fence: Fence, inquiry: _Inquiry, now: float) -> None:
        inquiry.ask_at = now + ASK_AGAIN_AFTER_S
        if inquiry.cancel and arm.cancel.service_is_ready():
            goal_id = goal_uuid(self._cell_id, inquiry.task_id, fence)
            request = CancelGoal.Request(goal_info=GoalInfo(goal_id=goal_id))
            self._await(arm.cancel.call_async(request))
        if not arm.attempt.service_is_ready():
            return
        request = GetAttempt.Request(task_id=inquiry.task_id, attempt=fence)
        inquiry.asking = self._await(arm.attempt.call_async(request))
        inquiry.asking.add_done_callback(self._on_attempt_answer)

    def _on_goal_answer(self, future: Future, fence: Fence) -> None:
        inquiry = self._inquiries.get(fence)
        if inquiry is None or future.cancelled():
            return
        handle: ClientGoalHandle | None = future.result()
        if handle is None or not handle.accepted:
            inquiry.ask_at = 0.0  # the arm's own word says why not
            return
        inquiry.accepted = True
        self._report(
            AttemptReport(
                agent_id=inquiry.agent_id,
                task_id=inquiry.task_id,
                fence=fence,
                status=AttemptStatus.RUNNING,
            )
        )

    def _on_attempt_answer(self, future: Future) -> None:
        response = None if future.cancelled() else future.result()
        if response is not None:
            self._take(response.report)

    def _take(self, message: object) -> None:
        try:
            report = report_from_msg(message)
        except ValueError as error:
            self._node.get_logger().error(f'action=report_ignored reason="{error}"')
            return
        self._report(report)

    def _report(self, report: AttemptReport) -> None:
        if report.status is not AttemptStatus.RUNNING:
            self._inquiries.pop(report.fence, None)
        self._on_report(report)

    def _await(self, future: Future) -> Future:
        self._pending.append((time.monotonic() + ANSWER_WITHIN_S, future))
        return future

    def _forget_unanswered(self, now: float) -> None:
        for deadline, future in self._pending:
            if now >= deadline and not future.done():
                future.cancel()  # its client then forgets the request
        self._pending = [(at, future) for at, future in self._pending if not future.done()]
