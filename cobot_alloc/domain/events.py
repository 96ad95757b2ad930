"""
Events: what happened, in the past tense. The journal holds these and nothing else.

Each carries ``at_s``, the cell time in seconds at which it was decided. The first line of a
class says what is true from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.case import Action, Subject
from cobot_alloc.domain.failure import Failure, Measurements
from cobot_alloc.domain.identifiers import AgentId, CaseId, Fence, OrderId, TaskId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact."""

    at_s: float


# Orders and tasks


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
    """A task is with a person."""

    task_id: TaskId
    agent_id: AgentId
    by: str
    candidates: tuple[Candidate, ...] = ()


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


# Attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted(Event):
    """
    A task is given to an arm; the goal may leave the process from now on.

    :ivar expires_s: how long after ``at_s`` the arm may still begin.
    """

    task_id: TaskId
    agent_id: AgentId
    fence: Fence
    expires_s: float
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FenceRaised(Event):
    """An arm has seen a fence that was not given out here; the next ones are higher."""

    agent_id: AgentId
    fence: Fence


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptAccepted(Event):
    """The arm said that it is at it."""

    task_id: TaskId
    fence: Fence


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptPaused(Event):
    """The arm is held still on its path."""

    task_id: TaskId
    fence: Fence
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptResumed(Event):
    """The arm goes on from where it stood."""

    task_id: TaskId
    fence: Fence


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCancelRequested(Event):
    """The arm is to come to rest and end the attempt; the task then ends canceled."""

    task_id: TaskId
    fence: Fence
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSucceeded(Event):
    """The arm did it and measured that it did."""

    task_id: TaskId
    fence: Fence
    measurements: Measurements


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFailed(Event):
    """The arm could not do it."""

    task_id: TaskId
    fence: Fence
    failure: Failure
    measurements: Measurements


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCanceled(Event):
    """The arm came to rest and gave the attempt up, as it was told."""

    task_id: TaskId
    fence: Fence
    failure: Failure | None
    measurements: Measurements


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRefused(Event):
    """The arm never began, and never will."""

    task_id: TaskId
    fence: Fence
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptAbandoned(Event):
    """A person decided about the task before the arm could say what became of it."""

    task_id: TaskId
    fence: Fence
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionChosen(Event):
    """A rule answered a failure."""

    task_id: TaskId
    fence: Fence
    rule: str
    reaction: str


# Cases and people


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRaised(Event):
    """A case is open."""

    case_id: CaseId
    subject: Subject
    title: str
    question: str
    failure: Failure
    agent_id: AgentId | None
    priority: int
    hazardous: bool
    due_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionFolded(Event):
    """The same thing happened again; the open case counts it."""

    case_id: CaseId
    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClaimed(Event):
    """Someone has the case until the lease ends."""

    case_id: CaseId
    by: str
    lease_until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReleased(Event):
    """The case is back on the list; ``by`` is empty where the lease ran out."""

    case_id: CaseId
    by: str
    due_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEscalated(Event):
    """Nobody took it in time; it is one level up."""

    case_id: CaseId
    level: int
    due_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResolved(Event):
    """A person answered."""

    case_id: CaseId
    by: str
    action: Action
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExpired(Event):
    """The subject settled before anyone answered."""

    case_id: CaseId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTaken(Event):
    """
    A named person acted; the events after it are what the action did.

    :ivar version: the version of the subject that the person saw.
    """

    request_id: str
    actor: str
    subject: Subject
    action: Action
    version: int
    note: str = ''
    arguments: tuple[tuple[str, str], ...] = ()


# Agents, zones, the cell


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRegistered(Event):
    """An agent is known, or known anew with other abilities."""

    agent: Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReturned(Event):
    """
    An agent can be reckoned with.

    :ivar boot_id: tells one run of an arm's process from another.
    """

    agent_id: AgentId
    boot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLost(Event):
    """An agent is silent or gone."""

    agent_id: AgentId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentModeChanged(Event):
    """
    An arm reported another mode, or that it is held, or that its stop zone is clear.

    :ivar foreign: the attempt that the arm is at though it is not one that is waited for: a
        goal sent by hand, or one given up by a person while the arm was silent; 0 if none.
    """

    agent_id: AgentId
    mode: SafetyMode
    held: bool
    zone_clear: bool
    cause: str
    foreign: Fence = Fence(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeGranted(Event):
    """A held arm may go on; the command may leave the process from now on."""

    agent_id: AgentId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChanged(Event):
    """Someone entered or left a zone, or its sensing came or went."""

    zone_id: ZoneId
    occupied: bool
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellModeChanged(Event):
    """The mode of the whole cell is another."""

    mode: SafetyMode
    by: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedOn(Event):
    """A person is there to be asked and, by skill, to be given tasks."""

    agent: Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedOff(Event):
    """A person is no longer there."""

    agent_id: AgentId


#: Every kind of event, for whoever writes or reads them all.
EVENT_TYPES: tuple[type[Event], ...] = tuple(
    kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
)
