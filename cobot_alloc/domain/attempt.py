"""Attempts: each try of an arm at a task, and what the arm says became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.domain.failure import Failure, Measurements
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId


class AttemptStatus(str, Enum):
    """What an arm knows of an attempt."""

    UNKNOWN = 'unknown'  #: never seen; by saying so the arm also promises never to start it
    REFUSED = 'refused'  #: not started, and never will be
    RUNNING = 'running'  #: the motion goes on, or is held on its path
    SUCCEEDED = 'succeeded'
    FAILED = 'failed'
    CANCELED = 'canceled'
    INTERRUPTED = 'interrupted'  #: begun, then the arm's process ended


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptReport:
    """An arm's answer to "what became of attempt N"."""

    agent_id: AgentId
    task_id: TaskId
    fence: Fence
    status: AttemptStatus
    failure: Failure | None = None
    measurements: Measurements = Measurements()


class AttemptOutcome(str, Enum):
    """How an attempt ended, as the allocator wrote it down."""

    SUCCEEDED = 'succeeded'
    FAILED = 'failed'
    CANCELED = 'canceled'
    REFUSED = 'refused'  #: the arm never began
    ABANDONED = 'abandoned'  #: a person decided before the arm could say


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """
    One try of an arm at a task.

    :ivar helper: the person who works with the arm; empty: nobody.
    :ivar held_s: how long it was held still on its path so far; ``held_since_s`` cell time
        since which it is held again, None if it is not.
    """

    fence: Fence
    agent_id: AgentId
    started_s: float
    accepted: bool = False
    cancel_requested_by: str = ''
    held_s: float = 0.0
    held_since_s: float | None = None
    ended_s: float | None = None
    outcome: AttemptOutcome | None = None
    failure: Failure | None = None
    measurements: Measurements | None = None
    helper: AgentId = AgentId('')

    @property
    def is_open(self) -> bool:
        """Whether its outcome is not known yet."""
        return self.outcome is None
