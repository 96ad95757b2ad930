"""The one table that a run prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from torture.evidence import Evidence
from torture.verdict import Check

Row = tuple[str, str]
#: How much of what broke a promise is shown.
SHOWN = 5
#: Seconds after a start within which an answer must still be the one before's.
TOO_EARLY_S = 0.05


def table(evidence: Evidence, checks: list[Check]) -> str:
    """Return the table, with what broke below it."""
    rows = [*_done(evidence), *_suffered(evidence), *_restarts(evidence)]
    rows += [(check.promise, str(len(check.broken))) for check in checks]
    width = max(len(name) for name, _ in rows)
    lines = [f'  {name:{width}}  {value}' for name, value in rows]
    for check in checks:
        shown = check.broken[:SHOWN]
        lines += [f'BROKEN: {check.promise}: {what}' for what in shown]
        if len(check.broken) > SHOWN:
            lines.append(f'BROKEN: {check.promise}: and {len(check.broken) - SHOWN} more')
    return '\n'.join(lines)


def _done(evidence: Evidence) -> Iterator[Row]:
    history, journal = evidence.history, evidence.journal
    submitted = {line['key'] for line in history.all('submit_sent')}
    answered = list(history.all('submit_answered'))
    acknowledged = {line['key'] for line in answered if line['accepted']}
    yield 'orders submitted, acknowledged', f'{len(submitted)}, {len(acknowledged)}'
    sent, again = history.count('submit_sent'), sum(line['again'] for line in answered)
    yield 'submits sent, answered when repeated later', f'{sent}, {again}'
    yield 'tasks, events in the journal', f'{len(journal.tasks)}, {journal.events}'
    outcomes = Counter(outcome for all_ in journal.outcomes.values() for outcome in all_)
    yield 'attempts given out, motions begun', f'{len(journal.started)}, {len(evidence.motions)}'
    yield 'attempts that ended as', _counted(outcomes)
    done = [line for line in history.all('action_answered') if line['done']]
    sent, repeated = history.count('action_sent'), history.count('action_repeated')
    yield 'actions sent, answered done, repeated', f'{sent}, {len(done)}, {repeated}'


def _suffered(evidence: Evidence) -> Iterator[Row]:
    history, journal = evidence.history, evidence.journal
    kills = Counter(line['name'] for line in history.all('killed'))
    yield 'kills', f'{kills.total()} ({_counted(kills)})'
    pauses = Counter(line['name'] for line in history.all('paused'))
    yield 'pauses', f'{pauses.total()} ({_counted(pauses)})'
    stale = sum(
        'abandoned' in outcomes and (journal.started[fence][0], fence) in evidence.ledger
        for fence, outcomes in journal.outcomes.items()
    )
    yield 'results that came too late for a decision', str(stale)
    yield 'old goals sent again', str(history.count('goal_repeated'))
    yield 'actions from an old screen', str(history.count('old_screen'))
    for line in history.all('cleaned'):
        yield 'shared-memory files left by kills', str(line['left'])
        yield (
            'of ours there in the end, removed',
            f'{line["files"]} ({line["bytes"] / 1e6:.1f} MB)',
        )


def _restarts(evidence: Evidence) -> Iterator[Row]:
    starts = [x['at'] for x in evidence.history.all('started') if x['name'] == 'allocator'][1:]
    decisions = sorted(
        [at for _, _, at in evidence.journal.started.values()]
        + [x['at'] for x in evidence.history.all('submit_answered', 'action_answered')]
    )
    took = []
    for start, end in pairwise([*starts, float('inf')]):
        first = next((at for at in decisions if at > start + TOO_EARLY_S), None)
        if first is not None and first < end:
            took.append(first - start)
    name = 'restart to first useful decision'
    if not took:
        yield name, f'none of {len(starts)} lived so long'
        return
    yield name, f'median {median(took):.2f} s, max {max(took):.2f} s'
    yield 'restarts that lived long enough for one', f'{len(took)} of {len(starts)}'


def _counted(counter: Counter[str]) -> str:
    return ', '.join(f'{name} {count}' for name, count in sorted(counter.items())) or 'none'
