"""Exception cases, and what a person may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.domain.codes import Action as Action
from cobot_alloc.domain.failure import Failure
from cobot_alloc.domain.identifiers import AgentId, CaseId
from cobot_alloc.domain.lifecycles.case import CaseState


class SubjectKind(str, Enum):
    """What an action or a case can be about."""

    CASE = 'case'
    TASK = 'task'
    AGENT = 'agent'
    CELL = 'cell'


@dataclass(frozen=True, slots=True)
class Subject:
    """What an action or a case is about."""

    kind: SubjectKind
    id: str

    def __str__(self) -> str:
        """Return it as people write it."""
        return f'{self.kind.value} {self.id}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    One well-formed question to a person.

    :ivar subject: the task or agent it is about.
    :ivar count: how often the same thing happened, folded into this case.
    :ivar due_s: cell time by which someone should have claimed or answered; then it escalates.
    :ivar lease_until_s: cell time until which the claim holds.
    :ivar version: grows with every change; an action must carry it.
    """

    case_id: CaseId
    subject: Subject
    title: str
    question: str
    failure: Failure
    agent_id: AgentId | None
    priority: int
    hazardous: bool
    opened_s: float
    due_s: float
    state: CaseState = CaseState.OPEN
    version: int = 1
    count: int = 1
    level: int = 0
    claimed_by: str = ''
    lease_until_s: float = 0.0
    resolved_by: str = ''
    resolution: str = ''
    note: str = ''

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state in (CaseState.OPEN, CaseState.CLAIMED)
