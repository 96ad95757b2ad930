"""Events about attempts."""

from __future__ import annotations

from dataclasses import dataclass, field

from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.events.base import Event
from cobot_alloc.domain.failure import Failure, Measurements
from cobot_alloc.domain.forecast import Forecast
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted(Event):
    """
    A task is given to an arm; the goal may leave the process from now on.

    :ivar helper: the person who works with the arm; empty: nobody. They have nothing else to
        do until the attempt has ended.
    :ivar expires_s: how long after ``at_s`` the arm may still begin.
    :ivar expected: of the arm that got it.
    """

    task_id: TaskId
    agent_id: AgentId
    fence: Fence
    expires_s: float
    candidates: tuple[Candidate, ...]
    expected: Forecast = field(default_factory=Forecast)
    policy: str = ''
    helper: AgentId = AgentId('')


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
