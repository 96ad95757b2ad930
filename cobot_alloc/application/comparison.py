"""
Why this agent and not another: every candidate beside the chosen one, from the kept figures.

A pass gives out several tasks at once at the least sum of costs, so the chosen one need not be
the cheapest for the task alone. Whoever got another task in the same pass is compared by
swapping the two. What is said to be enough to change the choice is enough; where tasks were
given out together, something smaller may have been as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cobot_alloc.application.telling import Decision
from cobot_alloc.domain.candidate import Candidate, CostTerm, crew_name
from cobot_alloc.domain.codes import ReasonCode, ReasonKind
from cobot_alloc.domain.cost import EXPLORATION, PRIORITY

#: Costs are kept in whole milliseconds; sums of a few of them are equal within this.
SAME_S = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """
    A candidate beside the chosen one.

    :ivar helper: the person who would have worked with the arm; empty: nobody.
    :ivar cost_s: as it was compared; of one that was busy, its waiting included.
    :ivar margin_s: by how much its cost was too high to be chosen; None where it was no
        question of cost. Negative: cheaper for this task alone.
    :ivar ruled_out: 'for good', 'then' or empty.
    :ivar got: the task that it got in the same pass; empty: none.
    :ivar text: the same in sentences.
    """

    agent_id: str
    cost_s: float
    margin_s: float | None
    ruled_out: str
    got: str
    text: str
    helper: str = ''

    @property
    def name(self) -> str:
        """Who it is, for people."""
        return crew_name(self.agent_id, self.helper)


def figure(seconds: float) -> str:
    """Return seconds, or a sum of terms, so that a reader can add them up again."""
    return f'{seconds:.2f}'


def compare(decision: Decision, together: Sequence[Decision]) -> tuple[Comparison, ...]:
    """
    Return all candidates beside the chosen one, those nearest to being chosen first.

    :param together: what else was given out at the same time.
    """
    chosen = next((c for c in decision.candidates if c.chosen), None)
    if chosen is None:
        return ()
    found = [
        _beside(chosen, other, decision, together)
        for other in decision.candidates
        if not other.chosen
    ]
    rank = {'': 0, 'then': 1, 'for good': 2}
    return tuple(
        sorted(found, key=lambda c: (rank[c.ruled_out], c.margin_s is None, c.margin_s or 0.0))
    )


def _beside(
    chosen: Candidate, other: Candidate, decision: Decision, together: Sequence[Decision]
) -> Comparison:
    if any(reason.kind is ReasonKind.PERMANENT for reason in other.reasons):
        return _ruled_out_for_good(other)
    if other.reasons:
        return _ruled_out_then(chosen, other)
    rival = None
    if not _is_by_itself(decision):
        rival = next((d for d in together if _same_pass(d, decision, other.agent_id)), None)
    if rival is None:
        return _dearer(chosen, other, other.cost_s - chosen.cost_s)
    return _swapped(chosen, other, rival)


def _is_by_itself(decision: Decision) -> bool:
    """Tell whether a task was given out by itself, as what may be done together is."""
    return any(candidate.helper for candidate in decision.candidates)


def _same_pass(rival: Decision, decision: Decision, agent_id: str) -> bool:
    """Tell whether the agent got the rival's task while the chosen one was free as well."""
    if rival.agent_id != agent_id or rival.task_id == decision.task_id or _is_by_itself(rival):
        return False
    mine = next((c for c in rival.candidates if c.agent_id == decision.agent_id), None)
    return mine is not None and all(reason.code != ReasonCode.BUSY for reason in mine.reasons)


def _ruled_out_for_good(other: Candidate) -> Comparison:
    reasons = '; '.join(
        reason.text for reason in other.reasons if reason.kind is ReasonKind.PERMANENT
    )
    return _comparison(
        other, ruled_out='for good', text=f'{other.name} is ruled out for good: {reasons}.'
    )


def _ruled_out_then(chosen: Candidate, other: Candidate) -> Comparison:
    reasons = '; '.join(reason.text for reason in other.reasons)
    begin = f'{other.name} was ruled out then: {reasons}.'
    if not other.terms:
        return _comparison(other, ruled_out='then', text=begin)
    free_s = other.cost_s - _seconds(other, 'wait')
    margin_s = free_s - chosen.cost_s
    # What lateness and priority add for the wait would be less as well.
    most = 'at most ' if _seconds(other, 'lateness') or _seconds(other, PRIORITY) else ''
    more = f'{figure(abs(margin_s))} s {"more" if margin_s > 0 else "less"} than {chosen.name}'
    verdict = (
        'so it would not have been cheaper for this task.'
        if margin_s > SAME_S
        else 'so for this task alone it would have been no dearer.'
    )
    text = f'{begin} Without that, it would have cost {most}{figure(free_s)} s, {more}, {verdict}'
    return _comparison(other, ruled_out='then', margin_s=margin_s, text=text)


def _dearer(chosen: Candidate, other: Candidate, margin_s: float) -> Comparison:
    who = other.name
    if abs(margin_s) <= SAME_S:
        text = f'{who} would have cost the same; either could have got it.'
    elif margin_s < 0:
        text = (
            f'{who} would have been {figure(-margin_s)} s cheaper for this task alone; the sum'
            ' over all the tasks that waited was less this way.'
        )
    else:
        text = (
            f'{who} would have cost {figure(margin_s)} s more ({_differences(chosen, other)}).'
            f' {_enough(other, margin_s)}'
        )
    return _comparison(other, margin_s=margin_s, text=text + _without_draws(chosen, other))


def _swapped(chosen: Candidate, other: Candidate, rival: Decision) -> Comparison:
    who, mine = other.agent_id, chosen.agent_id
    there = {c.agent_id: c for c in rival.candidates}
    if not there[chosen.agent_id].is_eligible:
        text = f'{who} got task {rival.task_id} at the same time, which {mine} could not take.'
        return _comparison(other, got=rival.task_id, text=text)
    margin_s = (other.cost_s + there[mine].cost_s) - (chosen.cost_s + there[who].cost_s)
    text = (
        f'{who} got task {rival.task_id} at the same time. The other way round, the two tasks'
        f' would have cost {figure(other.cost_s + there[mine].cost_s)} s in place of'
        f' {figure(chosen.cost_s + there[who].cost_s)} s.'
    )
    if margin_s > SAME_S:
        text += f' {_enough(other, margin_s)}'
    return _comparison(other, margin_s=margin_s, got=rival.task_id, text=text)


def _enough(other: Candidate, margin_s: float) -> str:
    """Say what would have been enough for another to be chosen."""
    work = next((term for term in other.terms if term.name.startswith('work')), None)
    text = (
        f'It would have been chosen at a cost below {figure(other.cost_s - margin_s)} s instead of'
        f' {figure(other.cost_s)} s'
    )
    if work is not None and work.seconds > margin_s:
        text += (
            f'; for instance if it were expected to work less than'
            f' {figure(work.seconds - margin_s)} s instead of {figure(work.seconds)} s'
        )
    return text + '.'


def _without_draws(chosen: Candidate, other: Candidate) -> str:
    """Say it where a draw decided and not what was expected."""
    mine, theirs = _seconds(chosen, EXPLORATION), _seconds(other, EXPLORATION)
    expected_s = (other.cost_s - theirs) - (chosen.cost_s - mine)
    if other.cost_s < chosen.cost_s or expected_s > -SAME_S:
        return ''
    return (
        f' By what was expected alone, {other.name} would have been {figure(-expected_s)} s'
        f' cheaper: {chosen.name} got it as a trial, because little enough is known for it to'
        ' be better (term exploration).'
    )


def _differences(chosen: Candidate, other: Candidate) -> str:
    """Return the terms in which they differ, the largest difference first."""
    names = dict.fromkeys(_plain(term) for term in (*other.terms, *chosen.terms))
    mine, theirs = _by_name(chosen), _by_name(other)
    by_name = {name: theirs.get(name, 0.0) - mine.get(name, 0.0) for name in names}
    shown = [name for name in by_name if abs(by_name[name]) > SAME_S]
    shown.sort(key=lambda name: -abs(by_name[name]))
    return ', '.join(f'{name} {by_name[name]:+.2f} s' for name in shown)


def _plain(term: CostTerm) -> str:
    """Return the name of a term, whether it was assumed or measured."""
    return 'work' if term.name.startswith('work_') else term.name


def _by_name(candidate: Candidate) -> dict[str, float]:
    return {_plain(term): term.seconds for term in candidate.terms}


def _seconds(candidate: Candidate, name: str) -> float:
    return sum(term.seconds for term in candidate.terms if term.name == name)


def _comparison(
    other: Candidate,
    *,
    margin_s: float | None = None,
    ruled_out: str = '',
    got: str = '',
    text: str,
) -> Comparison:
    return Comparison(
        agent_id=other.agent_id,
        helper=other.helper,
        cost_s=round(other.cost_s, 3),
        margin_s=None if margin_s is None else round(margin_s, 3),
        ruled_out=ruled_out,
        got=got,
        text=text,
    )
