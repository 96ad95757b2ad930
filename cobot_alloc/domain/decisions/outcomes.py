"""Outcomes: an arm said what became of an attempt."""

from __future__ import annotations

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.attempt import Attempt, AttemptOutcome, AttemptReport, AttemptStatus
from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.decisions.asking import ask_about_task
from cobot_alloc.domain.eligibility import crews, lasting_reasons
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.inputs import ReportAttempt
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.reactions import choose, Reaction
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.turn import Turn


def report_attempt(turn: Turn, given: ReportAttempt) -> None:
    """Take up a report; one with a stale fence changes nothing."""
    report = given.report
    record = turn.state.tasks.get(report.task_id)
    attempt = record.open_attempt if record is not None else None
    if record is None or attempt is None:
        return
    if (attempt.fence, attempt.agent_id) != (report.fence, report.agent_id):
        return
    if report.status is AttemptStatus.RUNNING:
        _accepted(turn, record, attempt)
    elif report.status is AttemptStatus.SUCCEEDED:
        _succeeded(turn, report)
    elif report.status is AttemptStatus.CANCELED:
        _canceled(turn, record, attempt, report)
    elif report.status in (AttemptStatus.REFUSED, AttemptStatus.UNKNOWN):
        _never_began(turn, record, attempt, report)
    else:
        _failed(turn, record, report)


def _accepted(turn: Turn, record: TaskRecord, attempt: Attempt) -> None:
    task_id = record.task.task_id
    agent = turn.state.agents.get(attempt.agent_id)
    if agent is not None and agent.health is not Health.READY:
        return  # said before it fell silent; it is asked again when it is back
    if record.state in (TaskState.ASSIGNED, TaskState.AWAITING_DECISION):
        # An arm that was taken for lost and is still at it has answered the question itself.
        turn.emit(ev.AttemptAccepted(at_s=turn.now_s, task_id=task_id, fence=attempt.fence))
    underway = turn.state.tasks[task_id].state is TaskState.UNDERWAY
    if underway and agent is not None and agent.held:
        turn.emit(
            ev.AttemptPaused(
                at_s=turn.now_s, task_id=task_id, fence=attempt.fence, cause=agent.cause
            )
        )


def _succeeded(turn: Turn, report: AttemptReport) -> None:
    turn.emit(
        ev.AttemptSucceeded(
            at_s=turn.now_s,
            task_id=report.task_id,
            fence=report.fence,
            measurements=report.measurements,
        )
    )
    turn.emit(
        ev.TaskEnded(
            at_s=turn.now_s,
            task_id=report.task_id,
            final=TaskState.COMPLETED,
            by='',
            done_by=report.agent_id,
        )
    )


def _canceled(turn: Turn, record: TaskRecord, attempt: Attempt, report: AttemptReport) -> None:
    turn.emit(
        ev.AttemptCanceled(
            at_s=turn.now_s,
            task_id=report.task_id,
            fence=report.fence,
            failure=report.failure,
            measurements=report.measurements,
        )
    )
    if attempt.cancel_requested_by:
        _end_canceled(turn, record, attempt)
        return
    failure = report.failure or Failure(
        phase=Phase.EXECUTION,
        code=FailureCode.CANCELED_AT_ARM,
        detail=f'{report.agent_id} gave it up without having been told by the allocator',
    )
    react(turn, turn.state.tasks[report.task_id], failure)


def _end_canceled(turn: Turn, record: TaskRecord, attempt: Attempt) -> None:
    turn.emit(
        ev.TaskEnded(
            at_s=turn.now_s,
            task_id=record.task.task_id,
            final=TaskState.CANCELED,
            by=attempt.cancel_requested_by,
        )
    )


def _never_began(turn: Turn, record: TaskRecord, attempt: Attempt, report: AttemptReport) -> None:
    lost = report.status is AttemptStatus.UNKNOWN
    failure = report.failure or Failure(
        phase=Phase.PRECONDITION,
        code=FailureCode.GOAL_LOST if lost else FailureCode.GOAL_REFUSED,
        detail=f'{report.agent_id} {"never got the goal" if lost else "did not take it on"}',
    )
    turn.emit(
        ev.AttemptRefused(
            at_s=turn.now_s, task_id=report.task_id, fence=report.fence, failure=failure
        )
    )
    if attempt.cancel_requested_by:
        _end_canceled(turn, record, attempt)
        return
    react(turn, turn.state.tasks[report.task_id], failure)


def _failed(turn: Turn, record: TaskRecord, report: AttemptReport) -> None:
    failure = report.failure or Failure(
        phase=Phase.SAFETY,
        code=FailureCode.OUTCOME_UNKNOWN,
        detail=f'{report.agent_id} was at it when its process ended; the part may have moved',
    )
    turn.emit(
        ev.AttemptFailed(
            at_s=turn.now_s,
            task_id=report.task_id,
            fence=report.fence,
            failure=failure,
            measurements=report.measurements,
        )
    )
    react(turn, turn.state.tasks[record.task.task_id], failure)


def react(turn: Turn, record: TaskRecord, failure: Failure) -> None:
    """Let the rules answer a failure of the task's latest attempt."""
    attempt = record.attempt
    assert attempt is not None, 'only an attempt can fail'
    if record.state is TaskState.AWAITING_DECISION:
        # A person was asked already; a rule does not answer in their place.
        ask_about_task(turn, record, failure)
        return
    rule = choose(
        turn.rules.reactions,
        failure=failure,
        task=record.task,
        failed_attempts=failed_attempts(record),
        shift=turn.state.shift,
    )
    reaction = rule.reaction(turn.state.shift)
    turn.emit(
        ev.ReactionChosen(
            at_s=turn.now_s,
            task_id=record.task.task_id,
            fence=attempt.fence,
            rule=rule.name,
            reaction=reaction.value,
        )
    )
    by = f'rule {rule.name}'
    if reaction is Reaction.RETRY:
        turn.emit(ev.TaskRequeued(at_s=turn.now_s, task_id=record.task.task_id, by=by))
    elif reaction is Reaction.REASSIGN and other_arms(
        record, attempt.agent_id, turn.state, turn.rules
    ):
        turn.emit(
            ev.TaskRequeued(
                at_s=turn.now_s,
                task_id=record.task.task_id,
                by=by,
                excluded=(attempt.agent_id,),
            )
        )
    elif reaction is Reaction.SCRAP:
        turn.emit(
            ev.TaskEnded(
                at_s=turn.now_s,
                task_id=record.task.task_id,
                final=TaskState.SCRAPPED,
                by=by,
                reason=f'{failure.code}: {failure.detail}',
            )
        )
    else:
        ask_about_task(turn, turn.state.tasks[record.task.task_id], failure)


def failed_attempts(record: TaskRecord) -> int:
    """Return how many attempts at the task failed or never began."""
    bad = (AttemptOutcome.FAILED, AttemptOutcome.REFUSED)
    return sum(attempt.outcome in bad for attempt in record.attempts)


def other_arms(
    record: TaskRecord, agent_id: AgentId, state: CellState, rules: CellRules
) -> tuple[AgentId, ...]:
    """Return the arms beside this one that could do the task, alone or with a person."""
    able = (
        agent.agent.agent_id
        for agent, helper in crews(record.task, state.agents.values())
        if agent.agent.agent_id != agent_id
        and not agent.is_person
        and not lasting_reasons(record, agent, rules, helper=helper)
    )
    return tuple(dict.fromkeys(able))
