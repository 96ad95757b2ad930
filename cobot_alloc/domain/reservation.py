"""A place in the plan."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.identifiers import AgentId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """
    A waiting task, kept for an agent, or for an arm and the person who is to help.

    :ivar start_s: cell time at which it is expected to start.
    :ivar not_before_s: cell time until which it waits for a cleaner hour; None: it does not.
    """

    task_id: TaskId
    agent_id: AgentId
    start_s: float
    helper: AgentId = AgentId('')
    not_before_s: float | None = None

    @property
    def agents(self) -> tuple[AgentId, ...]:
        """All who are to be at it."""
        return (self.agent_id, self.helper) if self.helper else (self.agent_id,)
