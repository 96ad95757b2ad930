"""Offering: what a person may do about a subject now."""

from __future__ import annotations

from collections.abc import Iterator

from cobot_alloc.domain.case import Action, Case, Subject, SubjectKind
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.codes import FailureCode, RefusalCode
from cobot_alloc.domain.decisions.outcomes import other_arms
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, CaseId, TaskId
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.lifecycles.safety_mode import MOVING, SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.offer import Offer, Offers
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import WorkMode


def offers(state: CellState, subject: Subject, rules: CellRules) -> Offers:
    """
    Return the actions that may be taken about a subject now.

    :raises Refused: ``unknown_subject``.
    """
    version = state.version_of(subject)
    if version is None:
        raise Refused(
            RefusalCode.UNKNOWN_SUBJECT, f'there is no {subject} in cell {state.cell_id}'
        )
    return Offers(subject=subject, version=version, actions=tuple(_of(state, subject, rules)))


def _of(state: CellState, subject: Subject, rules: CellRules) -> Iterator[Offer]:
    if subject.kind is SubjectKind.CASE:
        yield from _of_case(state, state.cases[CaseId(subject.id)], rules)
    elif subject.kind is SubjectKind.TASK:
        yield from _of_task(state.tasks[TaskId(subject.id)])
    elif subject.kind is SubjectKind.AGENT:
        yield from _of_agent(state, state.agents[AgentId(subject.id)])
    else:
        yield from _of_cell(state)


def _of_case(state: CellState, case: Case, rules: CellRules) -> Iterator[Offer]:
    if not case.is_open:
        return
    if case.state is CaseState.OPEN:
        yield Offer(action=Action.CLAIM, label='Claim', key='m', help='I look after this case.')
    else:
        yield Offer(action=Action.RELEASE, label='Release', key='u', help='Back on the list.')
    if case.subject.kind is SubjectKind.AGENT:
        yield from _of_agent(state, state.agents[AgentId(case.subject.id)])
    else:
        yield from _of_question(state, case, state.tasks[TaskId(case.subject.id)], rules)


def _of_question(
    state: CellState, case: Case, record: TaskRecord, rules: CellRules
) -> Iterator[Offer]:
    task, failure = record.task, case.failure
    yield _retry(case, record)
    if record.agent_id and other_arms(record, record.agent_id, state, rules):
        yield Offer(
            action=Action.REASSIGN,
            label='Give to another arm',
            key='g',
            help=f'Anyone but {record.agent_id} may try.',
        )
    if failure.phase is Phase.POSTCONDITION or failure.outcome_unknown:
        yield Offer(
            action=Action.FALSE_POSITIVE,
            label='It is done as it is',
            key='f',
            help='I looked: the work is done, the task is complete.',
            needs_note=True,
        )
    if not task.is_hazardous and task.allows(WorkMode.PERSON):
        yield Offer(
            action=Action.TAKE_OVER,
            label='Take over',
            key='t',
            help='I do it by hand; the task is mine until I say it is done.',
        )
        yield _done_by_me(record)
    yield from _endings(record)


def _retry(case: Case, record: TaskRecord) -> Offer:
    task = record.task
    if case.failure.code == FailureCode.PREDECESSOR_LOST:
        return Offer(
            action=Action.RETRY,
            label='Do it all the same',
            key='r',
            help='Without waiting for it.',
        )
    # Nobody is asked to handle a hazardous part by hand.
    restored = bool(task.part and task.source) and not task.is_hazardous
    if restored and case.failure.part_elsewhere:
        return Offer(
            action=Action.RETRY,
            label='Retry, part put back',
            key='r',
            help=f'Part {task.part} is at {task.source} now; an arm may try again.',
            asserts_part=task.part,
            asserts_location=task.source,
        )
    return Offer(action=Action.RETRY, label='Retry', key='r', help='An arm may try again.')


def _done_by_me(record: TaskRecord) -> Offer:
    task = record.task
    moved = bool(task.part and task.target)
    return Offer(
        action=Action.DONE_BY_ME,
        label='Done by me',
        key='d',
        help=f'Part {task.part} is at {task.target} now.' if moved else 'I did it.',
        needs_note=task.judgement,
        asserts_part=task.part if moved else '',
        asserts_location=task.target if moved else '',
    )


def _endings(record: TaskRecord) -> Iterator[Offer]:
    if record.task.part:
        yield Offer(
            action=Action.SCRAP, label='Scrap', key='x', help='The part is lost.', needs_note=True
        )
    yield Offer(
        action=Action.SKIP,
        label='Skip',
        key='k',
        help='Leave it out; what builds on it goes on.',
        needs_note=True,
    )
    yield _cancel()


def _cancel() -> Offer:
    return Offer(
        action=Action.CANCEL,
        label='Cancel task',
        key='n',
        help='Not wanted any more; a motion comes to rest first.',
        needs_note=True,
    )


def _of_task(record: TaskRecord) -> Iterator[Offer]:
    if record.is_final or record.state is TaskState.AWAITING_DECISION:
        return  # what awaits a decision is decided at its case
    if record.state is TaskState.MANUAL:
        yield _done_by_me(record)
        yield Offer(
            action=Action.RELEASE, label='Give back', key='u', help='Someone else shall do it.'
        )
        yield from _endings(record)
        return
    if record.task.judgement and record.state is TaskState.QUEUED:
        yield Offer(action=Action.CLAIM, label='Claim', key='m', help='I do this one.')
    attempt = record.open_attempt
    if attempt is None or not attempt.cancel_requested_by:
        yield _cancel()


def _of_agent(state: CellState, record: AgentRecord) -> Iterator[Offer]:
    if record.is_person or not record.held or record.mode is not SafetyMode.STOPPED:
        return
    if record.clear_since_s is not None and state.mode in MOVING:
        yield Offer(
            action=Action.RESUME,
            label='Resume',
            key='r',
            help=f'{record.agent.agent_id} goes on along its path; its stop zone is clear.',
        )


def _of_cell(state: CellState) -> Iterator[Offer]:
    yield Offer(action=Action.SIGN_ON, label='Sign on', key='o', help='I am there to be asked.')
    if state.people_present():
        yield Offer(
            action=Action.SIGN_OFF, label='Sign off', key='f', help='I am no longer there.'
        )
    if state.mode is not SafetyMode.LATCHED:
        yield Offer(
            action=Action.STOP,
            label='STOP the cell',
            key='s',
            help='Every arm comes to rest and stays so until a person resets it.',
        )
    else:
        yield Offer(
            action=Action.RESET_STOP,
            label='Reset the stop',
            key='e',
            help='Unlatch; nothing moves before the cell is resumed as well.',
            needs_note=True,
        )
    if state.mode is SafetyMode.STOPPED:
        yield Offer(
            action=Action.RESUME, label='Resume the cell', key='r', help='Arms may move again.'
        )
