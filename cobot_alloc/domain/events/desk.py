"""Events about cases and what people did."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.case import Action, Subject
from cobot_alloc.domain.events.base import Event
from cobot_alloc.domain.failure import Failure
from cobot_alloc.domain.identifiers import AgentId, CaseId


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
