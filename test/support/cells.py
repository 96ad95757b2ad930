"""Builders of domain records, and a cell that a test can play with without any shell."""

from __future__ import annotations

from typing import Any

from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.case import Action, Case, Subject, SubjectKind
from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.decide import decide_and_evolve
from cobot_alloc.domain.decisions.offering import offers
from cobot_alloc.domain.events import Event
from cobot_alloc.domain.failure import Failure, Measurements, Phase
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, OrderId, TaskId
from cobot_alloc.domain.inputs import (
    HearArm,
    Input,
    MissAgent,
    PassTime,
    ReportAttempt,
    SubmitOrder,
    TakeAction,
)
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.offer import Offers
from cobot_alloc.domain.reactions import Condition, Reaction, ReactionRule
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.waiting.index import WorkIndex
from cobot_alloc.planning.pairing import pair_at_least_cost

CELL = 'cell_t'

#: Retries a failed grip once, asks about all else.
REACTIONS = (
    ReactionRule(
        name='grip again',
        when=Condition(code=frozenset({'grip_failed'}), attempts_below=2, hazardous=False),
        attended=Reaction.RETRY,
        unattended=Reaction.RETRY,
    ),
    ReactionRule(
        name='another arm',
        when=Condition(code=frozenset({'unreachable'}), attempts_below=3, hazardous=False),
        attended=Reaction.REASSIGN,
        unattended=Reaction.HOLD,
    ),
    ReactionRule(
        name='lost part',
        when=Condition(code=frozenset({'crushed'})),
        attended=Reaction.SCRAP,
        unattended=Reaction.SCRAP,
    ),
    ReactionRule(name='all else', attended=Reaction.ASK, unattended=Reaction.HOLD),
)


def a_task(task_id: str = 't1', **changes: Any) -> Task:
    """Return a pick and place of a light part."""
    given: dict[str, Any] = {'task_id': task_id, 'order_id': '', 'skill': 'pick_place', **changes}
    return Task(**given)


def an_arm(agent_id: str = 'panda', **changes: Any) -> Agent:
    """Return an arm at the origin that can pick and place."""
    given: dict[str, Any] = {
        'agent_id': agent_id,
        'kind': AgentKind.ARM,
        'skills': frozenset({'pick_place'}),
        'payload_kg': 3.0,
        'reach_m': 0.9,
        **changes,
    }
    return Agent(**given)


def a_person(agent_id: str = 'anna', **changes: Any) -> Agent:
    """Return a person who can decide, and could pick and place as well."""
    given: dict[str, Any] = {
        'agent_id': agent_id,
        'kind': AgentKind.PERSON,
        'skills': frozenset({'decide', 'inspect'}),
        'payload_kg': 10.0,
        'reach_m': None,
        **changes,
    }
    return Agent(**given)


class PlayedCell:
    """
    A cell whose inputs a test makes up.

    It keeps the events of the latest input and of all; cell time moves on by hand.
    """

    def __init__(self, **rules: Any) -> None:
        """Begin an empty cell."""
        given = {'reactions': REACTIONS, 'limits': Limits(), 'pair': pair_at_least_cost, **rules}
        self.rules = CellRules(**given)
        self.index = WorkIndex(self.rules)
        self.state = CellState(cell_id=CellId(CELL))
        self.now_s = 0.0
        self.history: list[Event] = []
        self._requests = 0

    def give(self, given: Input) -> tuple[Event, ...]:
        """Let the cell take up an input."""
        events, self.state = decide_and_evolve(
            self.state, given, now_s=self.now_s, rules=self.rules, index=self.index
        )
        self.history.extend(events)
        return events

    # Inputs

    def wait(self, seconds: float) -> tuple[Event, ...]:
        """Let time pass."""
        self.now_s += seconds
        return self.give(PassTime())

    def submit(self, *tasks: Task, key: str = '', order: str = '') -> tuple[Event, ...]:
        """Submit an order."""
        order = order or f'order-{len(self.state.orders) + 1}'
        return self.give(
            SubmitOrder(
                order_id=OrderId(order),
                idempotency_key=key or order,
                requester='test',
                tasks=tasks,
            )
        )

    def hear(
        self,
        arm: Agent,
        mode: SafetyMode = SafetyMode.NORMAL,
        *,
        held: bool = False,
        zone_clear: bool = True,
        boot_id: str = 'boot-1',
        **more: Any,
    ) -> tuple[Event, ...]:
        """Let an arm beat."""
        return self.give(
            HearArm(
                agent=arm, boot_id=boot_id, mode=mode, held=held, zone_clear=zone_clear, **more
            )
        )

    def miss(self, agent_id: str) -> tuple[Event, ...]:
        """Let an arm be silent."""
        return self.give(MissAgent(agent_id=AgentId(agent_id), reason='silent for 2.0 s'))

    def report(
        self, task_id: str, status: AttemptStatus, *, failure: Failure | None = None,
        fence: int | None = None, duration_s: float = 4.0, setup_s: float | None = None,
    ) -> tuple[Event, ...]:  # fmt: skip
        """Let the arm that has a task say what became of its latest attempt."""
        attempt = self.task(task_id).attempt
        assert attempt is not None, f'{task_id} was never given out'
        return self.give(
            ReportAttempt(
                report=AttemptReport(
                    agent_id=attempt.agent_id,
                    task_id=TaskId(task_id),
                    fence=Fence(attempt.fence if fence is None else fence),
                    status=status,
                    failure=failure,
                    measurements=Measurements(
                        duration_s=duration_s, setup_s=setup_s, energy_j=10.0
                    ),
                )
            )
        )

    def begin(self, task_id: str) -> tuple[Event, ...]:
        """Let the arm say that it is at it."""
        return self.report(task_id, AttemptStatus.RUNNING)

    def succeed(self, task_id: str, **more: Any) -> tuple[Event, ...]:
        """Let the arm say that it did it."""
        return self.report(task_id, AttemptStatus.SUCCEEDED, **more)

    def fail(self, task_id: str, code: str, phase: Phase = Phase.EXECUTION) -> tuple[Event, ...]:
        """Let the arm say that it could not do it."""
        failure = Failure(phase=phase, code=code, detail='as told by the test')
        return self.report(task_id, AttemptStatus.FAILED, failure=failure)

    def sign_on(self, person: Agent | None = None) -> tuple[Event, ...]:
        """Let a person sign on."""
        person = person or a_person()
        return self.act(self.cell_subject, Action.SIGN_ON, actor=person.agent_id, person=person)

    def act(
        self,
        subject: Subject,
        action: Action,
        *,
        actor: str = 'anna',
        version: int | None = None,
        note: str = 'because',
        request_id: str = '',
        person: Agent | None = None,
    ) -> tuple[Event, ...]:
        """Let a person act on what they see now, or on an earlier version."""
        self._requests += 1
        seen = self.state.version_of(subject) if version is None else version
        assert seen is not None, f'{subject} is not known'
        return self.give(
            TakeAction(
                request_id=request_id or f'request-{self._requests}',
                actor=actor,
                subject=subject,
                action=action,
                version=seen,
                note=note,
                person=person,
            )
        )

    # Looks

    @property
    def cell_subject(self) -> Subject:
        """The cell as a subject."""
        return Subject(SubjectKind.CELL, CELL)

    def task(self, task_id: str) -> TaskRecord:
        """Return a task."""
        return self.state.tasks[TaskId(task_id)]

    def open_cases(self) -> list[Case]:
        """Return the open cases."""
        return [case for case in self.state.cases.values() if case.is_open]

    def the_case(self) -> Case:
        """Return the only open case."""
        (case,) = self.open_cases()
        return case

    def case_subject(self) -> Subject:
        """Return the only open case as a subject."""
        return Subject(SubjectKind.CASE, self.the_case().case_id)

    def offers(self, subject: Subject) -> Offers:
        """Return what may be done about a subject now."""
        return offers(self.state, subject, self.rules)

    def offered(self, subject: Subject) -> set[Action]:
        """Return the actions offered about a subject now."""
        return {offer.action for offer in self.offers(subject).actions}


def task_subject(task_id: str) -> Subject:
    """Return a task as a subject."""
    return Subject(SubjectKind.TASK, task_id)


def a_running_cell(*arms: Agent, attended: bool = True, **rules: Any) -> PlayedCell:
    """Return a cell whose arms are there and may move, with anna signed on if attended."""
    cell = PlayedCell(**rules)
    for arm in arms or (an_arm(),):
        cell.hear(arm)
    if attended:
        cell.sign_on()
    return cell
