"""Explanations: why a task went where it went, from the journal and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cobot_alloc.application.comparison import compare, Comparison, figure
from cobot_alloc.application.journal import Recorded
from cobot_alloc.application.supervisor_ports import Explanation
from cobot_alloc.application.telling import Decision, tell
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.case import SubjectKind
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import OF_THE_ARM
from cobot_alloc.domain.forecast import Forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """
    One decision with all that is known of it: what an explanation says, as data.

    :ivar attempt: its number; 0 where the task went to a person.
    :ivar by: who decided.
    :ivar policy: by which costs were weighed; empty where none was kept.
    :ivar because: why this agent, in sentences.
    :ivar others: every candidate beside it.
    :ivar expected: of the agent that got it.
    :ivar happened: what came of it, in sentences; empty as long as nothing has.
    """

    task_id: str
    at_s: float
    attempt: int
    agent_id: str
    by: str
    policy: str
    because: str
    candidates: Sequence[Candidate]
    others: Sequence[Comparison]
    expected: Forecast
    happened: str


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
        raise Refused('unknown_task', f'the journal has no task {task_id!r}')
    until = [event for event in events if at_s is None or event.at_s <= at_s]
    if not until:
        raise Refused(
            'too_early',
            f'at: got {at_s:g} s, expected {events[0].at_s:g} s or later, when task {task_id!r}'
            ' was accepted',
        )
    lines = [line for event in until for line in tell(event)]
    decision = next((event for event in reversed(until) if isinstance(event, _DECISIONS)), None)
    if decision is None:
        lines.append('It has not been given to anyone yet.')
        return Explanation(text='\n'.join(lines))
    account = _account(decision, events, together)
    return Explanation(
        text='\n'.join([*lines, '', *_told(account)]),
        attempt=account.attempt,
        candidates=decision.candidates,
        account=account,
    )


_DECISIONS = (ev.AttemptStarted, ev.TaskHandedOver)


def _gather(
    records: Iterable[Recorded], task_id: str
) -> tuple[list[ev.Event], dict[float, list[Decision]]]:
    """Return the events about a task, and all decisions at each time at which it got one."""
    events: list[ev.Event] = []
    together: dict[float, list[Decision]] = {}
    latest: list[Decision] = []
    for record in records:
        event = record.event
        if isinstance(event, _DECISIONS):
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


def _account(
    decision: Decision, events: Sequence[ev.Event], together: dict[float, list[Decision]]
) -> Account:
    after = events[events.index(decision) + 1 :]
    others = compare(decision, together[decision.at_s])
    started = isinstance(decision, ev.AttemptStarted)
    return Account(
        task_id=decision.task_id,
        at_s=decision.at_s,
        attempt=decision.fence if isinstance(decision, ev.AttemptStarted) else 0,
        agent_id=decision.agent_id,
        by='allocator' if started else getattr(decision, 'by', ''),
        policy=decision.policy,
        because=_because(decision, others),
        candidates=decision.candidates,
        others=others,
        expected=decision.expected,
        happened=' '.join(_happened(decision, after)),
    )


def _because(decision: Decision, others: Sequence[Comparison]) -> str:
    who = decision.agent_id
    if not decision.candidates:
        return f'{getattr(decision, "by", "A person")} decided it; no costs were compared.'
    chosen = next(c for c in decision.candidates if c.chosen)
    free = [other for other in others if not other.ruled_out]
    if not free:
        return (
            f'{who} was the only one who could take it then, at {figure(chosen.cost_s)} s.'
            f' Had {who} not been free, the task would have waited.'
        )
    cheaper = any(other.cost_s < chosen.cost_s for other in free)
    why = 'with the least sum of costs over the tasks given out together' if cheaper else (
        f'at the least cost of the {len(free) + 1} who could take it then'
    )  # fmt: skip
    text = f'{who} got it {why}: {figure(chosen.cost_s)} s.'
    spare = [other for other in free if not other.got]
    if spare:
        text += (
            f' Had {who} not been free, {min(spare, key=lambda o: o.cost_s).agent_id} was next.'
        )
    return text


def _happened(decision: Decision, after: Iterable[ev.Event]) -> Iterator[str]:
    expected = decision.expected
    for event in after:
        if isinstance(event, _DECISIONS):
            return
        if isinstance(event, ev.AttemptSucceeded):
            yield _took(event.measurements.duration_s, expected)
        elif isinstance(event, ev.AttemptFailed):
            yield f'It failed in its {event.failure.phase.value} ({event.failure.code}).'
            if expected.work_s and event.failure.phase in OF_THE_ARM:
                yield f'That was expected of {1 - expected.success:.0%} of such attempts.'
        elif isinstance(event, ev.AttemptRefused):
            yield 'The arm did not begin.'
        elif isinstance(event, ev.AttemptCanceled):
            yield 'The arm gave it up.'
        elif isinstance(event, ev.TaskEnded):
            if isinstance(decision, ev.TaskHandedOver) and event.done_by == decision.agent_id:
                yield _took(event.at_s - decision.at_s, expected)
            yield f'The task ended {event.final.value}.'


def _took(seconds: float, expected: Forecast) -> str:
    text = f'It took {figure(seconds)} s'
    if not expected.work_s:
        return f'{text}.'
    off_s = seconds - expected.work_s
    text += f', {figure(abs(off_s))} s {"more" if off_s > 0 else "less"} than expected'
    if seconds > expected.high_s:
        return f'{text}, longer than 19 of 20 runs were expected to take.'
    if seconds < expected.low_s:
        return f'{text}, shorter than 19 of 20 runs were expected to take.'
    return f'{text}, within the range of nine runs in ten.'


def _told(account: Account) -> Iterator[str]:
    """Return a decision taken apart, in lines."""
    attempt = f'attempt {account.attempt}, ' if account.attempt else ''
    policy = f', policy {account.policy}' if account.policy else ''
    yield f'Why {account.agent_id} ({attempt}{account.at_s:.2f} s{policy})'
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
    source = f'learned from {expected.runs} of its runs' if expected.runs else 'assumed'
    tries = (
        f', success in {expected.success:.0%} of attempts,'
        f' {expected.exceptions_per_h:.1f} questions an hour, {expected.energy_j:.0f} J'
        if account.attempt
        else ''
    )
    return (
        f'Expected of it: {figure(expected.work_s)} s of work (nine runs in ten'
        f' {figure(expected.low_s)} to {figure(expected.high_s)} s){tries}; {source}.'
    )
