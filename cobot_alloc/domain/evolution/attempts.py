"""What attempts are after an event."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.attempt import Attempt, AttemptOutcome
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.evolution.drafts import change_task, Changes, set_fields, set_up
from cobot_alloc.domain.evolution.learning import learn_from_arm
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import Fence, TaskId
from cobot_alloc.domain.lifecycles.task import TaskState

#: Attempts that the arm has begun, if their failure was not before the first motion.
_BEGUN = frozenset({AttemptOutcome.SUCCEEDED, AttemptOutcome.FAILED, AttemptOutcome.CANCELED})
_AT_REST = frozenset({Phase.PRECONDITION, Phase.PLANNING})


def _attempt(
    draft: CellState, task_id: TaskId, fence: Fence, **changes: Any
) -> tuple[Attempt, ...]:
    attempts = draft.tasks[task_id].attempts
    return tuple(replace(a, **changes) if a.fence == fence else a for a in attempts)


def _end_attempt(
    draft: CellState,
    event: ev.AttemptSucceeded | ev.AttemptFailed | ev.AttemptCanceled | ev.AttemptRefused
    | ev.AttemptAbandoned,
    outcome: AttemptOutcome,
) -> None:  # fmt: skip
    attempts = _attempt(
        draft,
        event.task_id,
        event.fence,
        outcome=outcome,
        ended_s=event.at_s,
        failure=getattr(event, 'failure', None),
        measurements=getattr(event, 'measurements', None),
    )
    record = change_task(draft, event.task_id, attempts=attempts)
    learn_from_arm(draft, record, event.fence)
    failure = getattr(event, 'failure', None)
    if outcome in _BEGUN and (failure is None or failure.phase not in _AT_REST):
        agent_id = next(a.agent_id for a in attempts if a.fence == event.fence)
        set_up(draft, agent_id, record.changeover)


def _attempt_started(draft: CellState, event: ev.AttemptStarted) -> None:
    attempt = Attempt(
        fence=event.fence, agent_id=event.agent_id, started_s=event.at_s, helper=event.helper
    )
    change_task(
        draft,
        event.task_id,
        'assign',
        agent_id=event.agent_id,
        attempts=(*draft.tasks[event.task_id].attempts, attempt),
        changeover=event.expected.changeover,
        reason='',
    )
    set_fields(draft, highest_fence=max(draft.highest_fence, event.fence))
    draft.plan.pop(event.task_id, None)


def _fence_raised(draft: CellState, event: ev.FenceRaised) -> None:
    set_fields(draft, highest_fence=max(draft.highest_fence, event.fence))


def _attempt_accepted(draft: CellState, event: ev.AttemptAccepted) -> None:
    step = 'start' if draft.tasks[event.task_id].state is TaskState.ASSIGNED else 'reattach'
    attempts = _attempt(draft, event.task_id, event.fence, accepted=True, held_since_s=None)
    change_task(draft, event.task_id, step, attempts=attempts)


def _attempt_paused(draft: CellState, event: ev.AttemptPaused) -> None:
    attempts = _attempt(draft, event.task_id, event.fence, held_since_s=event.at_s)
    change_task(draft, event.task_id, 'pause', attempts=attempts, reason=event.cause)


def _attempt_resumed(draft: CellState, event: ev.AttemptResumed) -> None:
    attempts = tuple(map(partial(_go_on, at_s=event.at_s), draft.tasks[event.task_id].attempts))
    change_task(draft, event.task_id, 'resume', attempts=attempts, reason='')


def _go_on(attempt: Attempt, *, at_s: float) -> Attempt:
    if attempt.held_since_s is None:
        return attempt
    held_s = attempt.held_s + at_s - attempt.held_since_s
    return replace(attempt, held_s=held_s, held_since_s=None)


def _attempt_cancel_requested(draft: CellState, event: ev.AttemptCancelRequested) -> None:
    attempts = _attempt(draft, event.task_id, event.fence, cancel_requested_by=event.by)
    change_task(draft, event.task_id, attempts=attempts, decided_by=event.by)


def _attempt_succeeded(draft: CellState, event: ev.AttemptSucceeded) -> None:
    _end_attempt(draft, event, AttemptOutcome.SUCCEEDED)


def _attempt_failed(draft: CellState, event: ev.AttemptFailed) -> None:
    _end_attempt(draft, event, AttemptOutcome.FAILED)


def _attempt_canceled(draft: CellState, event: ev.AttemptCanceled) -> None:
    _end_attempt(draft, event, AttemptOutcome.CANCELED)


def _attempt_refused(draft: CellState, event: ev.AttemptRefused) -> None:
    _end_attempt(draft, event, AttemptOutcome.REFUSED)


def _attempt_abandoned(draft: CellState, event: ev.AttemptAbandoned) -> None:
    _end_attempt(draft, event, AttemptOutcome.ABANDONED)


def _reaction_chosen(draft: CellState, event: ev.ReactionChosen) -> None:
    change_task(draft, event.task_id, decided_by=f'rule {event.rule}')


#: What each event changes.
CHANGES: Changes = {
    ev.AttemptStarted: _attempt_started,
    ev.FenceRaised: _fence_raised,
    ev.AttemptAccepted: _attempt_accepted,
    ev.AttemptPaused: _attempt_paused,
    ev.AttemptResumed: _attempt_resumed,
    ev.AttemptCancelRequested: _attempt_cancel_requested,
    ev.AttemptSucceeded: _attempt_succeeded,
    ev.AttemptFailed: _attempt_failed,
    ev.AttemptCanceled: _attempt_canceled,
    ev.AttemptRefused: _attempt_refused,
    ev.AttemptAbandoned: _attempt_abandoned,
    ev.ReactionChosen: _reaction_chosen,
}
