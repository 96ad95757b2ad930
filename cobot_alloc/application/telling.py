"""What happened to a task, told event by event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.candidate import Candidate, crew_name

#: What gives a task to an agent.
Decision = ev.AttemptStarted | ev.TaskHandedOver
DECISIONS = (ev.AttemptStarted, ev.TaskHandedOver)


def tell(event: ev.Event) -> Iterator[str]:
    """Return an event in lines, the first with its time; nothing where nobody would ask."""
    at = f'{event.at_s:8.2f} s  '
    if isinstance(event, ev.AttemptStarted):
        who = crew_name(event.agent_id, event.helper)
        yield f'{at}attempt {event.fence} is given to {who}, because:'
        yield from _considered(event.candidates)
    elif isinstance(event, ev.TaskHandedOver):
        because = ', because:' if event.candidates else '.'
        yield f'{at}it is handed to {event.agent_id} by {event.by}{because}'
        yield from _considered(event.candidates)
    elif type(event) in _SENTENCES:
        yield at + _SENTENCES[type(event)](event)


def _considered(candidates: Iterable[Candidate]) -> Iterator[str]:
    ranked = sorted(candidates, key=lambda c: (not c.chosen, bool(c.reasons), c.cost_s))
    for candidate in ranked:
        yield f'              {"*" if candidate.chosen else "-"} {describe(candidate)}'


def describe(candidate: Candidate) -> str:
    """Return in a line what a candidate costs, or why it is ruled out."""
    parts = []
    if candidate.terms:
        terms = ' + '.join(f'{term.name} {term.seconds:.2f}' for term in candidate.terms)
        parts.append(f'costs {candidate.cost_s:.2f} s ({terms})')
    if candidate.reasons:
        parts.append('ruled out: ' + '; '.join(r.text for r in candidate.reasons))
    verdict = 'chosen, ' if candidate.chosen else ''
    return f'{candidate.name}: {verdict}{"; ".join(parts) or "not considered"}'


def _requeued(event: ev.TaskRequeued) -> str:
    without = f' without {", ".join(event.excluded)}' if event.excluded else ''
    return f'it is queued again by {event.by}{without}.'


def _ended(event: ev.TaskEnded) -> str:
    by = f' by {event.by}' if event.by else ''
    note = f' ({event.reason})' if event.reason else ''
    return f'it ended {event.final.value}{by}{note}.'


def _succeeded(event: ev.AttemptSucceeded) -> str:
    measured = event.measurements
    drawn = (
        ''
        if measured.electrical_j is None
        else f', and drew an estimated {measured.electrical_j:.0f} J'
    )
    return (
        f'the arm did it in {measured.duration_s:.1f} s with {measured.energy_j:.0f} J of work at'
        f' its joints{drawn}.'
    )


_SENTENCES: dict[type[ev.Event], Callable[[Any], str]] = {
    ev.TaskSubmitted: lambda e: f'task {e.task.task_id} is accepted with order {e.task.order_id}.',
    ev.TaskUnblocked: lambda _: 'what it builds on has ended; it may be given out.',
    ev.AttemptPaused: lambda e: f'the arm is held on its path: {e.cause}.',
    ev.AttemptResumed: lambda _: 'the arm goes on.',
    ev.AttemptSucceeded: _succeeded,
    ev.AttemptFailed: lambda e: (
        f'it failed in its {e.failure.phase.value}, {e.failure.code}: {e.failure.detail}'
    ),
    ev.AttemptRefused: lambda _: 'the arm did not begin.',
    ev.AttemptCanceled: lambda _: 'the arm came to rest and gave it up.',
    ev.ReactionChosen: lambda e: f'rule {e.rule!r} answers: {e.reaction}.',
    ev.ExceptionRaised: lambda e: f'a person is asked ({e.case_id}): {e.title}.',
    ev.TaskRequeued: _requeued,
    ev.TaskEnded: _ended,
}
