"""One decision with all that is known of it: why this agent, what was expected, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cobot_alloc.application.comparison import compare, Comparison, figure
from cobot_alloc.application.telling import Decision, DECISIONS
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.codes import ReasonKind
from cobot_alloc.domain.failure import OF_THE_ARM
from cobot_alloc.domain.forecast import Forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """
    One decision with all that is known of it: what an explanation says, as data.

    :ivar attempt: its number; 0 where the task went to a person.
    :ivar helper: the person who works with that arm; empty: nobody.
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
    helper: str
    by: str
    policy: str
    because: str
    candidates: Sequence[Candidate]
    others: Sequence[Comparison]
    expected: Forecast
    happened: str


def account_of(
    decision: Decision, *, after: Iterable[ev.Event], together: Sequence[Decision]
) -> Account:
    """
    Return a decision with all that is known of it.

    :param after: what happened to the task from then on.
    :param together: all decisions of that moment.
    """
    others = compare(decision, together)
    started = isinstance(decision, ev.AttemptStarted)
    return Account(
        task_id=decision.task_id,
        at_s=decision.at_s,
        attempt=decision.fence if isinstance(decision, ev.AttemptStarted) else 0,
        agent_id=decision.agent_id,
        helper=decision.helper if isinstance(decision, ev.AttemptStarted) else '',
        by='allocator' if started else getattr(decision, 'by', ''),
        policy=decision.policy,
        because=_because(decision, others),
        candidates=decision.candidates,
        others=others,
        expected=decision.expected,
        happened=' '.join(_happened(decision, after)),
    )


def _because(decision: Decision, others: Sequence[Comparison]) -> str:
    if not decision.candidates:
        return f'{getattr(decision, "by", "A person")} decided it; no costs were compared.'
    chosen = next(c for c in decision.candidates if c.chosen)
    who = chosen.name
    free = [other for other in others if not other.ruled_out]
    kept_from = [c.name for c in decision.candidates if _only_by_plan(c)]
    if not free and kept_from:
        return (
            f'The plan kept it for {who}, at {figure(chosen.cost_s)} s. Without the plan,'
            f' {" or ".join(kept_from)} could have taken it as well.'
        )
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
        text += f' Had {who} not been free, {min(spare, key=lambda o: o.cost_s).name} was next.'
    return text


def _only_by_plan(candidate: Candidate) -> bool:
    kinds = {reason.kind for reason in candidate.reasons}
    return kinds == {ReasonKind.PLANNED}


_GOES_ON = (ev.AttemptResumed, ev.AttemptSucceeded)


def _happened(decision: Decision, after: Iterable[ev.Event]) -> Iterator[str]:
    expected = decision.expected
    held_s, held_since_s = 0.0, None
    for event in after:
        if isinstance(event, DECISIONS):
            return
        if isinstance(event, ev.AttemptPaused):
            held_since_s = event.at_s
        elif held_since_s is not None and isinstance(event, _GOES_ON):
            held_s += event.at_s - held_since_s
            held_since_s = None
        if isinstance(event, ev.AttemptSucceeded):
            # While a helper works beside it, an arm is held: that is part of the work.
            alone = not getattr(decision, 'helper', '')
            yield _took(
                event.measurements.duration_s,
                expected,
                held_s=held_s if alone else 0.0,
                setup_s=event.measurements.setup_s,
            )
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


def _took(
    seconds: float, expected: Forecast, *, held_s: float = 0.0, setup_s: float | None = None
) -> str:
    text = f'It took {figure(seconds)} s'
    others = []
    if 0.0 < held_s < seconds:
        seconds -= held_s
        others.append(f'held still for {figure(held_s)} s of it')
    change = expected.changeover
    measured = 'measured' if setup_s is not None else 'as expected'
    setup_s = change.seconds if setup_s is None else setup_s
    if 0.0 < setup_s < seconds:
        seconds -= setup_s
        others.append(f'set up for {figure(setup_s)} s of it ({measured})')
    if others:
        text += f', {", ".join(others)}; {figure(seconds)} s of work'
    if not expected.work_s:
        return f'{text}.'
    off_s = seconds - expected.work_s
    more = f'{figure(abs(off_s))} s {"more" if off_s > 0 else "less"} than expected'
    text += f' are {more}' if others else f', {more}'
    if seconds > expected.high_s:
        return f'{text}, longer than 19 of 20 runs were expected to take.'
    if seconds < expected.low_s:
        return f'{text}, shorter than 19 of 20 runs were expected to take.'
    return f'{text}, within the range of nine runs in ten.'
