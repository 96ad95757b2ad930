"""Explanations: why a task went where it went, from the journal and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cobot_alloc.application.account import Account, account_of
from cobot_alloc.application.comparison import figure
from cobot_alloc.application.journal import Recorded
from cobot_alloc.application.supervisor_ports import Explanation
from cobot_alloc.application.telling import Decision, DECISIONS, tell
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.candidate import crew_name
from cobot_alloc.domain.case import SubjectKind
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused


def explain(
    records: Iterable[Recorded], task_id: str, *, at_s: float | None = None
) -> Explanation:
    """
    Return the story of a task in sentences, and its latest decision taken apart.

    :param at_s: cell time at which to look: the story goes until then, and the decision is the
        latest until then; what came of it is told whenever it was. None: all of it.
    :raises Refused: ``unknown_task`` if the journal has no such task; ``too_early`` if it did
        not have it yet at that time.
    """
    events, together = _gather(records, task_id)
    if not events:
        raise Refused(RefusalCode.UNKNOWN_TASK, f'the journal has no task {task_id!r}')
    until = [event for event in events if at_s is None or event.at_s <= at_s]
    if not until:
        raise Refused(
            RefusalCode.TOO_EARLY,
            f'at: got {at_s:g} s, expected {events[0].at_s:g} s or later, when task {task_id!r}'
            ' was accepted',
        )
    lines = [line for event in until for line in tell(event)]
    decision = next((event for event in reversed(until) if isinstance(event, DECISIONS)), None)
    if decision is None:
        lines.append('It has not been given to anyone yet.')
        return Explanation(text='\n'.join(lines))
    account = account_of(
        decision,
        after=events[events.index(decision) + 1 :],
        together=together[decision.at_s],
    )
    return Explanation(
        text='\n'.join([*lines, '', *_told(account)]),
        attempt=account.attempt,
        candidates=decision.candidates,
        account=account,
    )


def _gather(
    records: Iterable[Recorded], task_id: str
) -> tuple[list[ev.Event], dict[float, list[Decision]]]:
    """Return the events about a task, and all decisions at each time at which it got one."""
    events: list[ev.Event] = []
    together: dict[float, list[Decision]] = {}
    latest: list[Decision] = []
    for record in records:
        event = record.event
        if isinstance(event, DECISIONS):
            if not latest or latest[-1].at_s != event.at_s:
                latest = []
            latest.append(event)
            if event.task_id == task_id:
                together[event.at_s] = latest
        if _concerns(event, task_id):
            events.append(event)
    return events, together


def _concerns(event: ev.Event, task_id: str) -> bool:
    if isinstance(event, ev.TaskSubmitted):
        return event.task.task_id == task_id
    if isinstance(event, ev.ExceptionRaised):
        return event.subject.kind is SubjectKind.TASK and event.subject.id == task_id
    return getattr(event, 'task_id', None) == task_id


def _told(account: Account) -> Iterator[str]:
    """Return a decision taken apart, in lines."""
    attempt = f'attempt {account.attempt}, ' if account.attempt else ''
    policy = f', policy {account.policy}' if account.policy else ''
    who = crew_name(account.agent_id, account.helper)
    yield f'Why {who} ({attempt}{account.at_s:.2f} s{policy})'
    yield f'  {account.because}'
    expected = account.expected
    if expected.work_s:
        yield f'  {_foreseen(account)}'
    if account.happened:
        yield f'  {account.happened}'
    if account.others:
        yield 'What would have changed it'
        yield from (f'  {other.text}' for other in account.others)


def _foreseen(account: Account) -> str:
    expected = account.expected
    runs = f'{expected.runs} of its runs{" with a person" if account.helper else ""}'
    source = f'learned from {runs}' if expected.runs else 'assumed'
    tries = (
        f', success in {expected.success:.0%} of attempts,'
        f' {expected.exceptions_per_h:.1f} questions an hour, {expected.energy_j:.0f} J drawn'
        if account.attempt
        else ''
    )
    change = expected.changeover
    setup = ''
    if change.seconds:
        was = change.before or 'what is not known'
        setup = f'{figure(change.seconds)} s to change from {was} to {change.after}, then '
    return (
        f'Expected of it: {setup}{figure(expected.work_s)} s of work (nine runs in ten'
        f' {figure(expected.low_s)} to {figure(expected.high_s)} s){tries}; {source}.'
    )
