"""Acting: a named person did something that was offered to them."""

from __future__ import annotations

from collections.abc import Callable

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.case import Action, Case, SubjectKind
from cobot_alloc.domain.cell import TaskRecord
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.decisions.offering import offers
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import AgentId, CaseId, TaskId
from cobot_alloc.domain.inputs import TakeAction
from cobot_alloc.domain.lifecycles.safety_mode import SAFETY_MODE, SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState, WITH_ARM
from cobot_alloc.domain.turn import Turn

#: What may be done by someone who has not signed on: come, and stop everything.
_WITHOUT_SIGNING_ON = frozenset({Action.SIGN_ON, Action.STOP})


def take_action(turn: Turn, given: TakeAction) -> None:
    """
    Apply a person's action; one that was applied before changes nothing.

    :raises Refused: ``stale_version`` if the subject has changed since the person saw it,
        ``not_offered`` if it may not be done now, and others by code.
    """
    if given.request_id in turn.state.answered:
        return
    _check(turn, given)
    turn.emit(
        ev.ActionTaken(
            at_s=turn.now_s,
            request_id=given.request_id,
            actor=given.actor,
            subject=given.subject,
            action=given.action,
            version=given.version,
            note=given.note,
            arguments=given.arguments,
        )
    )
    if given.subject.kind is SubjectKind.CASE:
        _on_case(turn, given, turn.state.cases[CaseId(given.subject.id)])
    elif given.subject.kind is SubjectKind.TASK:
        _on_task(turn, given, turn.state.tasks[TaskId(given.subject.id)])
    elif given.subject.kind is SubjectKind.AGENT:
        _grant(turn, AgentId(given.subject.id), given.actor)
    else:
        _on_cell(turn, given)


def _check(turn: Turn, given: TakeAction) -> None:
    offered = offers(turn.state, given.subject, turn.rules)
    # A stop is never too late and never refused for what the person saw.
    if given.version != offered.version and given.action is not Action.STOP:
        raise Refused(
            RefusalCode.STALE_VERSION,
            f'{given.subject} has changed: got version {given.version}, it is now'
            f' {offered.version}; look again',
        )
    if given.action not in {offer.action for offer in offered.actions}:
        names = ', '.join(offer.action.value for offer in offered.actions) or 'nothing'
        raise Refused(
            RefusalCode.NOT_OFFERED,
            f'{given.action.value} is not possible for {given.subject} now; possible: {names}',
        )
    offer = next(offer for offer in offered.actions if offer.action is given.action)
    if offer.needs_note and not given.note.strip():
        raise Refused(RefusalCode.NOTE_MISSING, f'{given.action.value} needs a note that says why')
    _check_actor(turn, given)


def _check_actor(turn: Turn, given: TakeAction) -> None:
    known = turn.state.agents.get(AgentId(given.actor))
    present = known is not None and known.is_person and known.health is Health.READY
    if not present and given.action not in _WITHOUT_SIGNING_ON:
        raise Refused(RefusalCode.NOT_SIGNED_ON, f'{given.actor} is not signed on; sign on first')
    if known is not None and not known.is_person:
        raise Refused(RefusalCode.NOT_A_PERSON, f'{given.actor} is the name of an arm')
    if given.subject.kind is SubjectKind.CASE:
        case = turn.state.cases[CaseId(given.subject.id)]
        if case.claimed_by and case.claimed_by != given.actor:
            raise Refused(
                RefusalCode.CLAIMED_BY_OTHER, f'{given.subject} is with {case.claimed_by}'
            )
    _check_hands(turn, given)


def _check_hands(turn: Turn, given: TakeAction) -> None:
    """Refuse further work to whoever works with an arm; it may be the arm's own task."""
    takes = given.action is Action.TAKE_OVER or (
        given.action is Action.CLAIM and given.subject.kind is SubjectKind.TASK
    )
    if not takes:
        return
    for task_id, helper in turn.state.helping.items():
        if helper == given.actor and task_id != _task_of(turn, given):
            raise Refused(
                RefusalCode.BUSY,
                f'{given.actor} works with {turn.state.in_hand[task_id]} at task {task_id};'
                ' wait until that has ended, or cancel it',
            )


def _task_of(turn: Turn, given: TakeAction) -> str:
    if given.subject.kind is SubjectKind.CASE:
        return turn.state.cases[CaseId(given.subject.id)].subject.id
    return given.subject.id


# Cases


def _on_case(turn: Turn, given: TakeAction, case: Case) -> None:
    if given.action is Action.CLAIM:
        until_s = turn.now_s + turn.rules.limits.desk.lease_s
        turn.emit(
            ev.CaseClaimed(
                at_s=turn.now_s, case_id=case.case_id, by=given.actor, lease_until_s=until_s
            )
        )
        return
    if given.action is Action.RELEASE:
        due_s = turn.now_s + turn.rules.limits.desk.unclaimed_s
        turn.emit(
            ev.CaseReleased(
                at_s=turn.now_s, case_id=case.case_id, by=given.actor, due_s=due_s
            )
        )  # fmt: skip
        return
    turn.emit(
        ev.CaseResolved(
            at_s=turn.now_s,
            case_id=case.case_id,
            by=given.actor,
            action=given.action,
            note=given.note,
        )
    )
    if case.subject.kind is SubjectKind.AGENT:
        _grant(turn, AgentId(case.subject.id), given.actor)
    else:
        _decide_task(turn, given, turn.state.tasks[TaskId(case.subject.id)])


def _decide_task(turn: Turn, given: TakeAction, record: TaskRecord) -> None:
    attempt, task_id = record.open_attempt, record.task.task_id
    if attempt is not None:
        # Its outcome is unknown and the person decided without it: a late report is stale.
        turn.emit(
            ev.AttemptAbandoned(
                at_s=turn.now_s, task_id=task_id, fence=attempt.fence, by=given.actor
            )
        )
    if given.action in _ENDINGS:
        _end(turn, given, record)
    elif given.action is Action.TAKE_OVER:
        turn.emit(
            ev.TaskHandedOver(
                at_s=turn.now_s,
                task_id=task_id,
                agent_id=AgentId(given.actor),
                by=given.actor,
            )
        )
    else:
        failed = record.agent_id if given.action is Action.REASSIGN else None
        turn.emit(
            ev.TaskRequeued(
                at_s=turn.now_s,
                task_id=task_id,
                by=given.actor,
                excluded=(failed,) if failed else (),
                anyone=given.action is Action.RETRY,
            )
        )


_ENDINGS = {
    Action.DONE_BY_ME: TaskState.COMPLETED,
    Action.FALSE_POSITIVE: TaskState.COMPLETED,
    Action.SCRAP: TaskState.SCRAPPED,
    Action.SKIP: TaskState.SKIPPED,
    Action.CANCEL: TaskState.CANCELED,
}


def _end(turn: Turn, given: TakeAction, record: TaskRecord) -> None:
    turn.emit(
        ev.TaskEnded(
            at_s=turn.now_s,
            task_id=record.task.task_id,
            final=_ENDINGS[given.action],
            by=given.actor,
            reason=given.note,
            done_by=_done_by(given, record),
        )
    )


def _done_by(given: TakeAction, record: TaskRecord) -> str:
    if given.action is Action.DONE_BY_ME:
        return given.actor
    return (record.agent_id or '') if given.action is Action.FALSE_POSITIVE else ''


# Tasks, arms, the cell


def _on_task(turn: Turn, given: TakeAction, record: TaskRecord) -> None:
    task_id, attempt = record.task.task_id, record.open_attempt
    if given.action is Action.CLAIM:
        turn.emit(
            ev.TaskHandedOver(
                at_s=turn.now_s,
                task_id=task_id,
                agent_id=AgentId(given.actor),
                by=given.actor,
            )
        )
    elif given.action is Action.RELEASE:
        turn.emit(
            ev.TaskRequeued(
                at_s=turn.now_s,
                task_id=task_id,
                by=given.actor,
                excluded=(record.agent_id,) if record.agent_id else (),
            )
        )
    elif given.action is Action.CANCEL and attempt is not None and record.state in WITH_ARM:
        turn.emit(
            ev.AttemptCancelRequested(
                at_s=turn.now_s, task_id=task_id, fence=attempt.fence, by=given.actor
            )
        )
    else:
        _end(turn, given, record)


def _grant(turn: Turn, agent_id: AgentId, actor: str) -> None:
    turn.emit(ev.ResumeGranted(at_s=turn.now_s, agent_id=agent_id, by=actor))


def _on_cell(turn: Turn, given: TakeAction) -> None:
    _CELL_ACTIONS[given.action](turn, given)


def _sign_on(turn: Turn, given: TakeAction) -> None:
    if given.person is None:
        raise Refused(RefusalCode.UNKNOWN_ACTOR, f'{given.actor} is not an operator of this cell')
    turn.emit(ev.PersonSignedOn(at_s=turn.now_s, agent=given.person))


def _sign_off(turn: Turn, given: TakeAction) -> None:
    agent_id = AgentId(given.actor)
    turn.emit(ev.PersonSignedOff(at_s=turn.now_s, agent_id=agent_id))
    for task_id in [task for task, holder in turn.state.in_hand.items() if holder == agent_id]:
        turn.emit(ev.TaskRequeued(at_s=turn.now_s, task_id=task_id, by=given.actor))


def _change_mode(step: str) -> Callable[[Turn, TakeAction], None]:
    def change(turn: Turn, given: TakeAction) -> None:
        mode: SafetyMode = SAFETY_MODE.after(turn.state.mode, step)
        turn.emit(
            ev.CellModeChanged(
                at_s=turn.now_s,
                mode=mode,
                by=given.actor,
                cause=given.note or f'{given.action.value} by {given.actor}',
            )
        )

    return change


_CELL_ACTIONS: dict[Action, Callable[[Turn, TakeAction], None]] = {
    Action.SIGN_ON: _sign_on,
    Action.SIGN_OFF: _sign_off,
    Action.STOP: _change_mode('latch'),
    Action.RESET_STOP: _change_mode('reset'),
    Action.RESUME: _change_mode('resume'),
}
