"""An arm of the test: it keeps to docs/arm_contract.md and does what the test says."""

import time
from typing import Any

from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.task import Future

from cobot_alloc.ros import names, qos
from cobot_alloc.ros.conversions import time_to_msg
from cobot_alloc_msgs import msg, srv
from cobot_alloc_msgs.action import ExecuteTask
from support.wire import Wire

BEAT_PERIOD_S = 0.05


class FakeArm:
    """
    Beats while the test waits, notes what it is asked, and reports what the test lets happen.

    :ivar goals: the goals that came, in order.
    :ivar asked: the fences that it was asked about.
    :ivar resumes: the requests to go on.
    :ivar canceled: the fences that it was told to give up.
    :ivar takes_goals: whether it accepts goals.
    :ivar beating: whether it can be heard.
    """

    def __init__(self, wire: Wire, agent_id: str = 'panda', boot_id: str = 'boot-1') -> None:
        self.agent_id, self.boot_id = agent_id, boot_id
        self.goals: list[ExecuteTask.Goal] = []
        self.asked: list[int] = []
        self.resumes: list[srv.ResumeArm.Request] = []
        self.canceled: list[int] = []
        self.takes_goals = self.beating = True
        self.mode, self.held, self.zone_clear, self.cause = 'NORMAL', False, True, ''
        self.tool = ''
        self._reports: dict[int, msg.AttemptReport] = {}
        self._in_hand = 0
        self._beat_at = 0.0
        self._wire, node = wire, wire.node
        self._beats = node.create_publisher(msg.AgentBeat, names.BEATS, qos.BEAT)
        self._services = [
            node.create_service(srv.GetAttempt, names.get_attempt(agent_id), self._on_get_attempt),
            node.create_service(srv.ResumeArm, names.resume(agent_id), self._on_resume),
        ]
        self._action = ActionServer(
            node,
            ExecuteTask,
            names.execute_task(agent_id),
            execute_callback=self._execute,
            goal_callback=self._on_goal,
            cancel_callback=self._on_cancel,
        )
        self._closing: Future | None = None
        wire.steps.append(self.beat)
        wire.closers.append(self._close)

    def fences(self) -> list[Any]:
        """Return the fences of the goals that came."""
        return [goal.attempt for goal in self.goals]

    def beat(self) -> None:
        """Beat, if it is time to."""
        if not self.beating or time.monotonic() < self._beat_at:
            return
        self._beat_at = time.monotonic() + BEAT_PERIOD_S
        beat = msg.AgentBeat(
            stamp=time_to_msg(time.monotonic()),
            agent_id=self.agent_id,
            boot_id=self.boot_id,
            skills=['pick_place'],
            payload_kg=3.0,
            reach_m=0.9,
            mode=self.mode,
            held=self.held,
            zone_clear=self.zone_clear,
            cause=self.cause,
            tool=self.tool,
            attempt=self._in_hand,
            highest_attempt=max(self._reports, default=0),
        )
        # In the middle of everything the shipped world has.
        beat.base.position.z = 0.7
        beat.base.position.x = -0.66
        self._beats.publish(beat)

    def end(self, status: str, *, phase: str = '', code: str = '') -> None:
        """End the attempt in hand."""
        report = self._reports[self._in_hand]
        report.status = status
        report.failure = msg.Failure(phase=phase, code=code, detail='as the test has it')
        report.measurements.duration_s = 1.5
        self._in_hand = 0

    def _on_goal(self, goal: Any) -> GoalResponse:
        self.goals.append(goal)
        taken = self.takes_goals and not self._in_hand
        self._reports[goal.attempt] = msg.AttemptReport(
            agent_id=self.agent_id,
            task_id=goal.task.task_id,
            attempt=goal.attempt,
            status='running' if taken else 'refused',
        )
        if not taken:
            return GoalResponse.REJECT
        self._in_hand = goal.attempt
        return GoalResponse.ACCEPT

    async def _execute(self, goal: Any) -> Any:
        # The result comes with the end of the test: whoever wants it has to ask.
        self._closing = self._closing or Future()
        await self._closing
        goal.abort()
        return ExecuteTask.Result()

    def _close(self) -> None:
        self.beating = False
        if self._closing is not None:
            self._closing.set_result(None)

    def _on_cancel(self, goal: ServerGoalHandle[Any, Any, Any]) -> CancelResponse:
        self.canceled.append(goal.request.attempt)
        return CancelResponse.ACCEPT

    def _on_get_attempt(self, request: Any, response: Any) -> Any:
        self.asked.append(request.attempt)
        unknown = msg.AttemptReport(
            agent_id=self.agent_id,
            task_id=request.task_id,
            attempt=request.attempt,
            status='unknown',
        )
        response.report = self._reports.setdefault(request.attempt, unknown)
        return response

    def _on_resume(self, request: Any, response: Any) -> Any:
        self.resumes.append(request)
        response.resumed = self.zone_clear
        if response.resumed:
            self.mode, self.held = 'NORMAL', False
        return response
