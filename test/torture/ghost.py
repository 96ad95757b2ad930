"""A network that repeats itself: goals that an arm has seen before come in again."""

from __future__ import annotations

from pathlib import Path
from random import Random
import uuid

from unique_identifier_msgs.msg import UUID

from cobot_alloc.ros import names
from cobot_alloc_msgs import msg
from cobot_alloc_msgs.action import ExecuteTask
from torture.history import History, read_lines
from torture.wire import answer_of, PersonGateway

_SendGoal = ExecuteTask.Impl.SendGoalService


class Ghost:
    """Sends goals of motions that were begun, as new to the middleware as any."""

    def __init__(
        self, gateway: PersonGateway, motions: Path, *, random: Random, history: History
    ) -> None:
        """Connect by way of a gateway."""
        self._motions = motions
        self._random = random
        self._history = history
        self._clients = {
            arm: gateway.client(_SendGoal, f'{names.execute_task(arm)}/_action/send_goal')
            for arm in ('panda', 'kuka')
        }

    def haunt(self) -> None:
        """Repeat one goal, mostly a late one."""
        motions = read_lines(self._motions)
        if not motions:
            return
        one = motions[-1 - min(int(self._random.expovariate(0.3)), len(motions) - 1)]
        arm, task_id, fence = one['agent_id'], one['task_id'], one['fence']
        goal = ExecuteTask.Goal(
            task=msg.Task(task_id=task_id, skill='pick_place', repetition=1), attempt=fence
        )
        self._history.note('goal_repeated', agent_id=arm, fence=fence)
        request = _SendGoal.Request(goal_id=UUID(uuid=list(uuid.uuid4().bytes)), goal=goal)
        response = answer_of(self._clients[arm], request)
        if response is not None:
            self._history.note(
                'goal_answered', agent_id=arm, fence=fence, accepted=response.accepted
            )
