"""Events about orders and tasks."""

from __future__ import annotations

from dataclasses import dataclass, field

from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.events.base import Event
from cobot_alloc.domain.forecast import Forecast
from cobot_alloc.domain.identifiers import AgentId, CaseId, OrderId, TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAccepted(Event):
    """
    An order is taken on, all its tasks with it.

    :ivar fingerprint: digest of what was asked, to tell a repetition from a misused key.
    """

    order_id: OrderId
    idempotency_key: str
    requester: str
    fingerprint: str
    task_ids: tuple[TaskId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSubmitted(Event):
    """A task exists, queued or blocked by its predecessors."""

    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUnblocked(Event):
    """All predecessors of a task have ended well; it is queued."""

    task_id: TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskHandedOver(Event):
    """
    A task is with a person.

    :ivar expected: of the person who got it, if the allocator chose them.
    """

    task_id: TaskId
    agent_id: AgentId
    by: str
    candidates: tuple[Candidate, ...] = ()
    expected: Forecast = field(default_factory=Forecast)
    policy: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequeued(Event):
    """
    A task waits to be given to someone again.

    :ivar excluded: agents that are not to get it from now on.
    :ivar anyone: whoever was ruled out before may get it again.
    """

    task_id: TaskId
    by: str
    excluded: tuple[AgentId, ...] = ()
    anyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEnded(Event):
    """
    A task reached a final state.

    :ivar by: the person or rule that decided it; empty where nobody had to.
    :ivar done_by: who did the work; empty where it was not done.
    """

    task_id: TaskId
    final: TaskState
    by: str
    reason: str = ''
    done_by: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived(Event):
    """Finished orders and answered cases are no longer kept in the state; the journal has them."""

    order_ids: tuple[OrderId, ...]
    case_ids: tuple[CaseId, ...]
