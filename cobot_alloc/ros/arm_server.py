"""One arm of the simulated cell over ROS 2, as ``docs/arm_contract.md`` has it."""

from __future__ import annotations

from collections.abc import Callable
import uuid

from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.node import Node
from rclpy.task import Future

from cobot_alloc.application.arm_desk import ArmDesk, check_age
from cobot_alloc.application.arm_ports import ArmStatus, CellWorld
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import Fence, TaskId
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.conversions import (
    pose_to_msg,
    report_to_msg,
    task_from_msg,
    time_from_msg,
    time_to_msg,
)
from cobot_alloc.ros.intake import serve
from cobot_alloc.sim.world import ArmSpec
from cobot_alloc_msgs import msg, srv
from cobot_alloc_msgs.action import ExecuteTask

#: Seconds between two feedback messages of a goal.
FEEDBACK_PERIOD_S = 0.25


class ArmServer:
    """
    Serves an arm's action and services, and beats for it.

    Everything runs in the thread that steps the world.
    """

    def __init__(
        self,
        node: Node,
        spec: ArmSpec,
        *,
        world: CellWorld,
        desk: ArmDesk,
        clock: Callable[[], float],
    ) -> None:
        """
        Offer the arm.

        :param clock: by which its periods are kept, in seconds.
        """
        self._node = node
        self._spec = spec
        self._world = world
        self._desk = desk
        self._clock = clock
        self._boot_id = uuid.uuid4().hex
        self._running: dict[Fence, Future] = {}
        self._goal: ServerGoalHandle | None = None
        self._said: tuple[object, ...] = ()
        self._beat_at = self._feedback_at = 0.0
        arm = spec.agent_id
        self._beats = node.create_publisher(msg.AgentBeat, names.BEATS, qos.BEAT)
        self._services = [
            serve(node, srv.GetAttempt, names.get_attempt(arm), self._on_get_attempt),
            serve(node, srv.ResumeArm, names.resume(arm), self._on_resume),
        ]
        self._action = ActionServer(
            node,
            ExecuteTask,
            names.execute_task(arm),
            execute_callback=self._execute,
            goal_callback=self._on_goal,
            cancel_callback=self._on_cancel,
        )

    def close(self) -> None:
        """Withdraw the arm."""
        self._action.destroy()
        for service in self._services:
            self._node.destroy_service(service)
        self._node.destroy_publisher(self._beats)

    def finish(self, report: AttemptReport) -> None:
        """Let the goal of an attempt end with its report, if it is this arm's."""
        if report.agent_id != self._spec.agent_id:
            return  # sent by hand, two arms may be at attempts with the same fence
        done = self._running.pop(report.fence, None)
        if done is not None:
            done.set_result(report)

    def say(self, now_s: float) -> msg.AgentBeat | None:
        """
        Beat at a steady pace and at every change; give feedback to whoever sent the goal.

        :return: the beat, if it was time for one.
        """
        status = self._world.arm_status(self._spec.agent_id)
        if status.is_silent:
            return None
        beat = None
        key = (
            status.mode,
            status.held,
            status.zone_clear,
            status.cause,
            status.fence,
            status.tool,
        )
        now = self._clock()
        if key != self._said or now >= self._beat_at:
            self._said, self._beat_at = key, now + qos.BEAT_PERIOD_S
            beat = self._beat(status, now_s)
            self._beats.publish(beat)
        if self._goal is not None and self._goal.is_active and now >= self._feedback_at:
            self._feedback_at = now + FEEDBACK_PERIOD_S
            self._goal.publish_feedback(
                ExecuteTask.Feedback(
                    step=status.step,
                    progress=float(status.progress),
                    speed_scale=float(status.speed_scale),
                    mode=status.mode.value,
                )
            )
        return beat

    def _beat(self, status: ArmStatus, now_s: float) -> msg.AgentBeat:
        spec = self._spec
        return msg.AgentBeat(
            stamp=time_to_msg(now_s),
            agent_id=spec.agent_id,
            boot_id=self._boot_id,
            skills=sorted(spec.skills),
            payload_kg=float(spec.payload_kg),
            reach_m=float(spec.reach_m),
            base=pose_to_msg(spec.base),
            mode=status.mode.value,
            held=status.held,
            zone_clear=status.zone_clear,
            speed_scale=float(status.speed_scale),
            cause=status.cause,
            tool=status.tool,
            task_id=status.task_id or '',
            attempt=status.fence,
            highest_attempt=self._desk.highest_fence(spec.agent_id),
        )

    def _on_goal(self, goal: ExecuteTask.Goal) -> GoalResponse:
        agent_id, fence = self._spec.agent_id, Fence(goal.attempt)
        try:
            check_age(time_from_msg(goal.stamp), goal.expires_s, now_s=self._world.now_s)
            self._desk.begin(agent_id, task_from_msg(goal.task), fence)
        except (Refused, ValueError) as refusal:
            self._node.get_logger().warning(
                f'action=goal_refused agent={agent_id} attempt={fence} reason="{refusal}"'
            )
            return GoalResponse.REJECT
        self._running[fence] = Future()
        with_whom = f' helper={goal.helper}' if goal.helper else ''
        self._node.get_logger().info(
            f'action=goal_accepted agent={agent_id} task={goal.task.task_id} attempt={fence}'
            + with_whom
        )
        return GoalResponse.ACCEPT

    async def _execute(self, goal: ServerGoalHandle) -> ExecuteTask.Result:
        self._goal = goal
        fence = Fence(goal.request.attempt)
        future = self._running.get(fence)
        report = await future if future is not None else None
        if report is None:  # it ended before this was called
            task_id = TaskId(goal.request.task.task_id)
            report = self._desk.what_became_of(self._spec.agent_id, task_id, fence)
        if report.status is AttemptStatus.SUCCEEDED:
            goal.succeed()
        elif report.status is AttemptStatus.CANCELED and goal.is_cancel_requested:
            goal.canceled()
        else:
            goal.abort()
        return ExecuteTask.Result(report=report_to_msg(report))

    def _on_cancel(self, goal: ServerGoalHandle) -> CancelResponse:
        fence = Fence(goal.request.attempt)
        if self._desk.cancel(self._spec.agent_id, fence):
            return CancelResponse.ACCEPT
        return CancelResponse.REJECT

    def _on_get_attempt(
        self, request: srv.GetAttempt.Request, response: srv.GetAttempt.Response
    ) -> srv.GetAttempt.Response:
        report = self._desk.what_became_of(
            self._spec.agent_id, TaskId(request.task_id[:256]), Fence(request.attempt)
        )
        response.report = report_to_msg(report)
        return response

    def _on_resume(
        self, request: srv.ResumeArm.Request, response: srv.ResumeArm.Response
    ) -> srv.ResumeArm.Response:
        agent_id = self._spec.agent_id
        try:
            check_age(time_from_msg(request.stamp), request.expires_s, now_s=self._world.now_s)
        except Refused as refusal:
            response.message = str(refusal)
            return response
        response.resumed = self._world.resume(agent_id)
        if not response.resumed:
            response.message = f'{agent_id} may not go on: {self._status_cause()}'
        self._node.get_logger().info(
            f'action=resume agent={agent_id} resumed={response.resumed}'
            f' authority="{request.authority}"'
        )
        return response

    def _status_cause(self) -> str:
        return self._world.arm_status(self._spec.agent_id).cause
