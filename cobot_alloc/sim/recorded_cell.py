"""A simulated cell that writes down every motion before it begins, for trials."""

from __future__ import annotations

import json
import os
from pathlib import Path
import time

from cobot_alloc.application.world import World
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.motion.planning import Answers


class RecordedCell(SimulatedCell):
    """
    Keeps a log of motions beside journal and ledger, for whoever wants to check those.

    One line of JSON for each motion, on disk before the motion begins: a line may be there
    without its motion, but no motion without its line.
    """

    def __init__(self, world: World, *, motion_log: Path, answers: Answers | None = None) -> None:
        """Build the world; the log is added to."""
        self._log = -1
        super().__init__(world, answers=answers)
        self._log = os.open(motion_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Write the motion down, then start the task.

        :raises Refused: if there is no such arm, or it is busy; nothing is written then.
        """
        if not self.arm_status(agent_id).fence:
            line = {'at': time.time(), 'pid': os.getpid(), 'agent_id': agent_id}
            line |= {'task_id': task.task_id, 'fence': fence}
            os.write(self._log, (json.dumps(line) + '\n').encode())
            os.fsync(self._log)
        super().begin(agent_id, task, fence)

    def close(self) -> None:
        """Release the physics engine and the log."""
        super().close()
        if self._log >= 0:
            os.close(self._log)
            self._log = -1
