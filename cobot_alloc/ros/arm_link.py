"""The way to the arms over ROS 2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import uuid

from action_msgs.msg import GoalInfo
from action_msgs.srv import CancelGoal
from rclpy.action import ActionClient
from rclpy.client import Client
from rclpy.node import Node
from rclpy.task import Future
from unique_identifier_msgs.msg import UUID

from cobot_alloc.application.inquiries import Inquiries
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.task import Task
from cobot_alloc.ros import names
from cobot_alloc.ros.conversions import report_from_msg, task_to_msg, time_to_msg
from cobot_alloc.ros.requests import Request, Requests, RequestsInTurn
from cobot_alloc_msgs.action import ExecuteTask
from cobot_alloc_msgs.srv import GetAttempt, ResumeArm

_NAMESPACE = uuid.UUID('6f1a5b0e-3a53-4f0e-9d4c-5a1f0c0b7a11')
#: Cell time for which a resume command is valid.
RESUME_EXPIRES_S = 10.0


def goal_uuid(cell_id: str, task_id: str, fence: int) -> UUID:
    """Return the goal id of an attempt: always the same, so that it can be named after a crash."""
    return UUID(uuid=list(uuid.uuid5(_NAMESPACE, f'{cell_id}/{task_id}/{fence}').bytes))


@dataclass(slots=True)
class _Arm:
    action: ActionClient
    attempt: Client
    resume: Client
    cancel: Client


class ArmLink:
    """
    Implements ``ArmTransport``; what the arms say goes to its ``inquiries``.

    :ivar inquiries: what the allocator commands, and through which it learns.
    """

    def __init__(
        self,
        node: Node,
        *,
        cell_id: str,
        raw_time: Callable[[float], float],
        on_report: Callable[[AttemptReport], None],
        requests: Requests | RequestsInTurn,
        clock: Callable[[], float],
    ) -> None:
        """
        Begin without any arm.

        :param raw_time: turns cell time into the reading of ``/clock`` that stamps carry.
        :param requests: how they are sent.
        :param clock: of seconds, by which is asked again.
        """
        self._node = node
        self._cell_id = cell_id
        self._raw_time = raw_time
        self._arms: dict[AgentId, _Arm] = {}
        self._requests = requests
        self.inquiries = Inquiries(self, clock=clock, on_report=on_report)

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
        """Send a goal."""
        goal = ExecuteTask.Goal(
            task=task_to_msg(task),
            helper=helper,
            attempt=fence,
            stamp=time_to_msg(self._raw_time(at_s)),
            expires_s=float(expires_s),
        )
        goal_id = goal_uuid(self._cell_id, task.task_id, fence)
        action = self._arm(agent_id).action
        self._requests.ask(
            Request(
                is_ready=action.server_is_ready,
                send=lambda: action.send_goal_async(goal, goal_uuid=goal_id),
                on_answer=lambda future: self._on_goal_answer(future, fence),
                regardless=True,  # who was not there to hear it will be asked about it
            )
        )

    def send_cancel(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Send a cancel, by the goal's id: the one who sent the goal may be long gone."""
        goal_id = goal_uuid(self._cell_id, task_id, fence)
        request = CancelGoal.Request(goal_info=GoalInfo(goal_id=goal_id))
        self._requests.ask(_to(self._arm(agent_id).cancel, request))

    def send_question(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Ask what became of an attempt."""
        request = GetAttempt.Request(task_id=task_id, attempt=fence)
        self._requests.ask(_to(self._arm(agent_id).attempt, request, self._on_attempt_answer))

    def send_resume(self, agent_id: AgentId, *, at_s: float, authority: str) -> None:
        """Send the leave to go on."""
        request = ResumeArm.Request(
            stamp=time_to_msg(self._raw_time(at_s)),
            expires_s=RESUME_EXPIRES_S,
            authority=authority,
        )
        self._requests.ask(_to(self._arm(agent_id).resume, request))

    def sweep(self) -> None:
        """Ask what is due, and forget what was not answered; call it often."""
        self._requests.sweep()
        self.inquiries.sweep()

    def close(self) -> None:
        """Let go of every client."""
        for arm in self._arms.values():
            arm.action.destroy()
            for client in (arm.attempt, arm.resume, arm.cancel):
                self._node.destroy_client(client)
        self._arms.clear()
        self.inquiries.clear()

    def _arm(self, agent_id: AgentId) -> _Arm:
        if agent_id not in self._arms:
            self._arms[agent_id] = _Arm(
                action=ActionClient(self._node, ExecuteTask, names.execute_task(agent_id)),
                attempt=self._node.create_client(GetAttempt, names.get_attempt(agent_id)),
                resume=self._node.create_client(ResumeArm, names.resume(agent_id)),
                cancel=self._node.create_client(CancelGoal, names.cancel_goal(agent_id)),
            )
        return self._arms[agent_id]

    def _on_goal_answer(self, future: Future, fence: Fence) -> None:
        if not future.cancelled():
            handle = future.result()
            self.inquiries.goal_answered(fence, accepted=handle is not None and handle.accepted)

    def _on_attempt_answer(self, future: Future) -> None:
        response = None if future.cancelled() else future.result()
        if response is None:
            return
        try:
            report = report_from_msg(response.report)
        except ValueError as error:
            self._node.get_logger().error(f'action=report_ignored reason="{error}"')
            return
        self.inquiries.reported(report)


def _to(
    client: Client, request: object, on_answer: Callable[[Future], None] = lambda _: None
) -> Request:
    return Request(
        is_ready=client.service_is_ready,
        send=lambda: client.call_async(request),
        on_answer=on_answer,
    )
