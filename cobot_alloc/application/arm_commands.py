"""What the allocator sends to arms."""

from __future__ import annotations

from typing import Protocol

from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.task import Task


class ArmCommands(Protocol):
    """
    The way to the arms. No call blocks or fails: what comes of it enters as an input.

    A command may be lost or answered late; the fence makes each harmless to repeat.
    """

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
        """
        Give a task to an arm; it may begin until ``expires_s`` after ``at_s`` (cell time).

        :param helper: the person who works with it; empty: nobody.
        """

    def cancel(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Tell an arm to come to rest and give the attempt up."""

    def ask(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Ask an arm what became of an attempt, until it answers or is offline."""

    def resume(self, agent_id: AgentId, *, at_s: float, authority: str) -> None:
        """Let a held arm go on along its path."""
