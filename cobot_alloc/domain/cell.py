"""
The state of a cell: what the journal adds up to.

``CellState`` is a value: ``evolve`` makes a new one, and nobody changes the old one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cobot_alloc.domain.agent import Agent, AgentKind, Health
from cobot_alloc.domain.attempt import Attempt
from cobot_alloc.domain.case import Case, Subject, SubjectKind
from cobot_alloc.domain.changeover import Changeover
from cobot_alloc.domain.experience.evidence import Evidence, Scope
from cobot_alloc.domain.identifiers import AgentId, CaseId, CellId, Fence, OrderId, TaskId, ZoneId
from cobot_alloc.domain.labour import HourlyEnergy, Spell
from cobot_alloc.domain.lifecycles.safety_mode import MOVING, SafetyMode
from cobot_alloc.domain.lifecycles.shift import Shift
from cobot_alloc.domain.lifecycles.task import FINAL, TaskState, WITH_ARM
from cobot_alloc.domain.persistent_dict import PersistentDict
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord:
    """
    A task and where it stands.

    :ivar queued_s: cell time since which it has been queued, or was queued last.
    :ivar version: grows with every change; an action must carry it.
    :ivar agent_id: who has it or had it last.
    :ivar excluded: agents that are not to get it.
    :ivar decided_by: the person or rule behind its last decision, empty if none was needed.
    :ivar reason: why it waits, or how it ended.
    :ivar done_by: who did the work, empty as long as it is not done.
    :ivar handed_s: cell time at which a person got it last, None if none ever did.
    :ivar changeover: expected of whoever got it last.
    """

    task: Task
    state: TaskState
    submitted_s: float
    queued_s: float = 0.0
    version: int = 1
    agent_id: AgentId | None = None
    attempts: tuple[Attempt, ...] = ()
    excluded: frozenset[AgentId] = frozenset()
    case_id: CaseId | None = None
    decided_by: str = ''
    reason: str = ''
    done_by: str = ''
    handed_s: float | None = None
    ended_s: float | None = None
    changeover: Changeover = Changeover()

    @property
    def attempt(self) -> Attempt | None:
        """The latest attempt, or None."""
        return self.attempts[-1] if self.attempts else None

    @property
    def open_attempt(self) -> Attempt | None:
        """The attempt whose outcome is not known yet, or None."""
        latest = self.attempt
        return latest if latest is not None and latest.is_open else None

    @property
    def is_final(self) -> bool:
        """Whether it has ended."""
        return self.state in FINAL

    @property
    def holder(self) -> AgentId | None:
        """Who has it in hand, or None."""
        with_someone = self.state in WITH_ARM or self.state is TaskState.MANUAL
        if with_someone or (not self.is_final and self.open_attempt is not None):
            return self.agent_id
        return None

    @property
    def helper(self) -> AgentId:
        """The person who works, or worked last, with the arm that has it; empty: nobody."""
        latest = self.attempt
        if latest is None or latest.agent_id != (self.done_by or self.agent_id):
            return AgentId('')
        return latest.helper


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRecord:
    """
    An agent as the allocator knows it.

    :ivar lost_s: cell time since which it has been offline, None while it is ready.
    :ivar clear_since_s: cell time since which its stop zone has been clear, None if it is not.
    :ivar still_since_s: cell time since which an arm may not move, None while it may.
    :ivar foreign: an attempt that the arm is at and that is not waited for, 0 if none.
    :ivar resume_asked: a resume was granted for the present standstill.
    :ivar tool: the tool that is on by the arm's own word; empty: it does not say.
    :ivar setup: what it is set up for; empty: unknown.
    """

    agent: Agent
    health: Health = Health.OFFLINE
    boot_id: str = ''
    lost_s: float | None = None
    mode: SafetyMode = SafetyMode.UNKNOWN
    held: bool = True
    clear_since_s: float | None = None
    cause: str = ''
    foreign: Fence = Fence(0)
    resume_asked_s: float | None = None
    tool: str = ''
    setup: str = ''
    still_since_s: float | None = None
    version: int = 1

    @property
    def is_person(self) -> bool:
        """Whether the agent is a person."""
        return self.agent.kind is AgentKind.PERSON

    @property
    def may_move(self) -> bool:
        """Whether an arm may be set in motion as far as its own mode goes."""
        return self.mode in MOVING and not self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRecord:
    """What the sensing said last of a zone."""

    occupied: bool
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """
    An order that was accepted.

    :ivar open_tasks: how many of its tasks have not ended yet.
    :ivar ended_s: cell time at which the last of them ended.
    """

    order_id: OrderId
    idempotency_key: str
    requester: str
    fingerprint: str
    accepted_s: float
    task_ids: tuple[TaskId, ...]
    open_tasks: int
    ended_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is remembered of a submit for as long as it may be repeated."""

    order_id: OrderId
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellState:
    """
    Everything that is true in a cell.

    Finished work is kept for a while and then archived, so that the state is as large as the
    work at hand and not as the past; the journal has the past.

    :ivar queued: the tasks in state queued, in order of arrival.
    :ivar blocked: the tasks in state blocked.
    :ivar in_hand: who has which unfinished task; an attempt whose outcome is unknown still
        counts as in the arm's hand.
    :ivar helping: who works with an arm at which of these; they are free with the arm.
    :ivar open_cases: the cases that wait for an answer.
    :ivar finished: the orders whose tasks have all ended, to the cell time of it, oldest first.
    :ivar receipts: idempotency key of a submit to what came of it, the latest ones.
    :ivar answered: request ids of the latest actions, to the version that they were taken on.
    :ivar plan: waiting tasks, and for whom the plan keeps them.
    :ivar experience: what attempts have taught, those last added to at the end.
    :ivar labour: what each person has done lately.
    :ivar energy: what each arm has drawn in its latest hour at work.
    :ivar version: of the cell as a subject of actions.
    """

    cell_id: CellId
    tasks: PersistentDict[TaskId, TaskRecord] = field(default_factory=PersistentDict)
    orders: PersistentDict[OrderId, OrderRecord] = field(default_factory=PersistentDict)
    receipts: PersistentDict[str, Receipt] = field(default_factory=PersistentDict)
    finished: PersistentDict[OrderId, float] = field(default_factory=PersistentDict)
    cases: PersistentDict[CaseId, Case] = field(default_factory=PersistentDict)
    queued: PersistentDict[TaskId, None] = field(default_factory=PersistentDict)
    blocked: PersistentDict[TaskId, None] = field(default_factory=PersistentDict)
    in_hand: dict[TaskId, AgentId] = field(default_factory=dict)
    helping: dict[TaskId, AgentId] = field(default_factory=dict)
    open_cases: PersistentDict[CaseId, None] = field(default_factory=PersistentDict)
    agents: dict[AgentId, AgentRecord] = field(default_factory=dict)
    zones: dict[ZoneId, ZoneRecord] = field(default_factory=dict)
    answered: PersistentDict[str, int] = field(default_factory=PersistentDict)
    plan: dict[TaskId, Reservation] = field(default_factory=dict)
    experience: PersistentDict[Scope, Evidence] = field(default_factory=PersistentDict)
    labour: dict[AgentId, tuple[Spell, ...]] = field(default_factory=dict)
    energy: dict[AgentId, HourlyEnergy] = field(default_factory=dict)
    mode: SafetyMode = SafetyMode.NORMAL
    mode_cause: str = ''
    shift: Shift = Shift.UNATTENDED
    version: int = 1
    highest_fence: Fence = Fence(0)
    cases_raised: int = 0
    now_s: float = 0.0

    def own_copy(self) -> CellState:
        """Return a state with containers of its own, for whoever is to build the next one."""
        return replace(
            self,
            tasks=self.tasks.copy(),
            orders=self.orders.copy(),
            receipts=self.receipts.copy(),
            finished=self.finished.copy(),
            cases=self.cases.copy(),
            queued=self.queued.copy(),
            blocked=self.blocked.copy(),
            in_hand=self.in_hand.copy(),
            helping=self.helping.copy(),
            open_cases=self.open_cases.copy(),
            agents=self.agents.copy(),
            zones=self.zones.copy(),
            answered=self.answered.copy(),
            plan=self.plan.copy(),
            experience=self.experience.copy(),
            labour=self.labour.copy(),
            energy=self.energy.copy(),
        )

    def task_of(self, agent_id: AgentId) -> TaskRecord | None:
        """Return the task that the agent has in hand or helps at, or None."""
        for at_it in (self.in_hand, self.helping):
            for task_id, who in at_it.items():
                if who == agent_id:
                    return self.tasks[task_id]
        return None

    def people_present(self) -> tuple[AgentRecord, ...]:
        """Return the people who are signed on."""
        return tuple(
            record
            for record in self.agents.values()
            if record.is_person and record.health is Health.READY
        )

    def version_of(self, subject: Subject) -> int | None:
        """Return the subject's current version, or None if it is not known."""
        if subject.kind is SubjectKind.CELL:
            return self.version if subject.id == self.cell_id else None
        if subject.kind is SubjectKind.CASE:
            case = self.cases.get(CaseId(subject.id))
            return case.version if case else None
        if subject.kind is SubjectKind.TASK:
            task = self.tasks.get(TaskId(subject.id))
            return task.version if task else None
        agent = self.agents.get(AgentId(subject.id))
        return agent.version if agent else None
