"""Explanations: why a task went where it went, from the journal and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cobot_alloc.application.journal import Recorded
from cobot_alloc.application.supervisor_ports import Explanation
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.case import SubjectKind
from cobot_alloc.domain.errors import Refused


def explain(records: Iterable[Recorded], task_id: str) -> Explanation:
    """
    Return the story of a task in sentences, with the candidates of its latest decision.

    :raises Refused: ``unknown_task`` if the journal has no such task.
    """
    events = [record.event for record in records if _concerns(record.event, task_id)]
    if not events:
        raise Refused('unknown_task', f'the journal has no task {task_id!r}')
    lines = [line for event in events for line in _lines(event)]
    decision = next((event for event in reversed(events) if isinstance(event, _DECISIONS)), None)
    if decision is None:
        lines.append('It has not been given to anyone yet.')
        return Explanation(text='\n'.join(lines))
    return Explanation(
        text='\n'.join(lines),
        attempt=decision.fence if isinstance(decision, ev.AttemptStarted) else 0,
        candidates=decision.candidates,
    )


_DECISIONS = (ev.AttemptStarted, ev.TaskHandedOver)


def _concerns(event: ev.Event, task_id: str) -> bool:
    if isinstance(event, ev.TaskSubmitted):
        return event.task.task_id == task_id
    if isinstance(event, ev.ExceptionRaised):
        return event.subject.kind is SubjectKind.TASK and event.subject.id == task_id
    return getattr(event, 'task_id', None) == task_id


def _lines(event: ev.Event) -> Iterator[str]:
    at = f'{event.at_s:8.2f} s  '
    if isinstance(event, ev.AttemptStarted):
        yield f'{at}attempt {event.fence} is given to {event.agent_id}, because:'
        yield from _considered(event.candidates)
    elif isinstance(event, ev.TaskHandedOver):
        because = ', because:' if event.candidates else '.'
        yield f'{at}it is handed to {event.agent_id} by {event.by}{because}'
        yield from _considered(event.candidates)
    else:
        text = _sentence(event)
        if text:
            yield at + text


def _considered(candidates: Iterable[Candidate]) -> Iterator[str]:
    ranked = sorted(candidates, key=lambda c: (not c.chosen, bool(c.reasons), c.cost_s))
    for candidate in ranked:
        yield f'              {"*" if candidate.chosen else "-"} {describe(candidate)}'


def describe(candidate: Candidate) -> str:
    """Return in a line what a candidate costs, or why it is ruled out."""
    parts = []
    if candidate.terms:
        terms = ' + '.join(f'{term.name} {term.seconds:.1f}' for term in candidate.terms)
        parts.append(f'would finish in {candidate.cost_s:.1f} s ({terms})')
    if candidate.reasons:
        parts.append('ruled out: ' + '; '.join(r.text for r in candidate.reasons))
    verdict = 'chosen, ' if candidate.chosen else ''
    return f'{candidate.agent_id}: {verdict}{"; ".join(parts) or "not considered"}'


def _sentence(event: ev.Event) -> str:
    if isinstance(event, ev.TaskSubmitted):
        return f'task {event.task.task_id} is accepted with order {event.task.order_id}.'
    if isinstance(event, ev.TaskUnblocked):
        return 'what it builds on has ended; it may be given out.'
    if isinstance(event, ev.AttemptPaused):
        return f'the arm is held on its path: {event.cause}.'
    if isinstance(event, ev.AttemptResumed):
        return 'the arm goes on.'
    if isinstance(event, ev.AttemptSucceeded):
        measured = event.measurements
        return f'the arm did it in {measured.duration_s:.1f} s with {measured.energy_j:.0f} J.'
    if isinstance(event, ev.AttemptFailed):
        failure = event.failure
        return f'it failed in its {failure.phase.value}, {failure.code}: {failure.detail}'
    if isinstance(event, ev.AttemptRefused):
        return 'the arm did not begin.'
    if isinstance(event, ev.AttemptCanceled):
        return 'the arm came to rest and gave it up.'
    if isinstance(event, ev.ReactionChosen):
        return f'rule {event.rule!r} answers: {event.reaction}.'
    if isinstance(event, ev.ExceptionRaised):
        return f'a person is asked ({event.case_id}): {event.title}.'
    if isinstance(event, ev.TaskRequeued):
        without = f' without {", ".join(event.excluded)}' if event.excluded else ''
        return f'it is queued again by {event.by}{without}.'
    if isinstance(event, ev.TaskEnded):
        by = f' by {event.by}' if event.by else ''
        note = f' ({event.reason})' if event.reason else ''
        return f'it ended {event.final.value}{by}{note}.'
    return ''
