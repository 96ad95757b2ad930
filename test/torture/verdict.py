"""The promises, held against what is left after a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cobot_alloc.domain.attempt import AttemptStatus as Status
from torture.evidence import Evidence
from torture.wire import NOT_NOW

#: What the arm must know of an attempt for the journal to say how it ended.
GROUNDS = {
    'succeeded': {Status.SUCCEEDED},
    'failed': {Status.FAILED, Status.INTERRUPTED},
    'canceled': {Status.CANCELED},
    'refused': {Status.REFUSED, Status.UNKNOWN},
}


@dataclass(slots=True)
class Check:
    """
    One promise.

    :ivar broken: what broke it, in words.
    """

    promise: str
    broken: list[str] = field(default_factory=list)


def check(evidence: Evidence) -> list[Check]:
    """Return every promise and what broke it."""
    found: list[Check] = []
    for part in (_orders, _motions, _results, _actions, _ends):
        found += part(evidence)
    return found


def _orders(evidence: Evidence) -> list[Check]:
    journal, history = evidence.journal, evidence.history
    lost = Check('acknowledged submits lost')
    twice = Check('tasks or orders made twice')
    refused = Check('submits refused for no reason')
    for line in history.all('submit_answered'):
        key = line['key']
        if not line['accepted']:
            refused.broken.append(f'{key}: {line["code"]}, again: {line["again"]}')
        elif key not in journal.keys:
            lost.broken.append(f'{key} is not in the journal')
    for line in history.all('submit_sent'):
        wanted, key = line['tasks'], line['key']
        if key in journal.keys and [t for t in wanted if t not in journal.tasks]:
            lost.broken.append(f'{key} is there without all of its tasks')
    twice.broken += [f'{what}: {n} times' for what, n in journal.keys.items() if n > 1]
    twice.broken += [f'{what}: {n} times' for what, n in journal.tasks.items() if n > 1]
    return [_once(lost), twice, refused]


def _motions(evidence: Evidence) -> list[Check]:
    journal, motions = evidence.journal, evidence.motions
    twice = Check('motions begun twice for one attempt')
    unknown = Check('motions begun that are not in the journal')
    unwritten = Check('motions begun that are not in the ledger')
    behind = Check('motions begun out of turn, or called off before')
    begun = Counter((m['agent_id'], m['fence']) for m in motions)
    twice.broken += [f'{arm} {fence}: {n} times' for (arm, fence), n in begun.items() if n > 1]
    twice.broken += [f'fence {f} given out {n} times' for f, n in journal.fences.items() if n > 1]
    highest: dict[str, int] = {}
    for motion in motions:
        arm, fence = motion['agent_id'], motion['fence']
        if journal.started.get(fence, ('', ''))[:2] != (arm, motion['task_id']):
            unknown.broken.append(f'{arm} {fence} for {motion["task_id"]}')
        if (arm, fence) not in evidence.ledger:
            unwritten.broken.append(f'{arm} {fence}')
        if fence <= highest.get(arm, 0) or 'refused' in journal.outcomes.get(fence, ()):
            behind.broken.append(f'{arm} {fence} after {highest.get(arm, 0)}')
        highest[arm] = max(fence, highest.get(arm, 0))
    for line in evidence.history.all('goal_answered'):
        if line['accepted']:
            behind.broken.append(f'{line["agent_id"]} took {line["fence"]} on again')
    return [twice, unknown, unwritten, behind]


def _results(evidence: Evidence) -> list[Check]:
    stale = Check('stale results accepted')
    stale.broken += evidence.journal.not_open
    groundless = Check('results that the arm does not know of')
    for fence, outcomes in evidence.journal.outcomes.items():
        agent_id = evidence.journal.started[fence][0]
        report = evidence.ledger.get((agent_id, fence))
        for outcome in outcomes:
            if outcome in GROUNDS and (report is None or report.status not in GROUNDS[outcome]):
                known = report.status.value if report is not None else 'nothing'
                groundless.broken.append(f'{agent_id} {fence}: {outcome}, the arm knows {known}')
    return [stale, groundless]


def _actions(evidence: Evidence) -> list[Check]:
    journal, history = evidence.journal, evidence.history
    lost = Check('actions answered done and lost')
    twice = Check('actions applied twice')
    undone = Check('actions answered refused and applied')
    otherwise = Check('repeated actions answered otherwise')
    old = Check('actions done on an old version')
    for line in history.all('action_answered', 'repetition_answered'):
        request = line['request']
        if line['done'] and request not in journal.actions:
            lost.broken.append(request)
        if not line['done'] and line['what'] == 'action_answered' and request in journal.actions:
            undone.broken.append(f'{request}: {line["code"]}')
    for line in history.all('repetition_answered'):
        if not line['done'] and line['code'] not in (*NOT_NOW, 'expired'):
            otherwise.broken.append(f'{line["request"]}: {line["code"]}')
    twice.broken += [f'{request}: {n} times' for request, n in journal.actions.items() if n > 1]
    old.broken += [line['subject'] for line in history.all('old_screen_done')]
    return [_once(lost), twice, undone, otherwise, old]


def _ends(evidence: Evidence) -> list[Check]:
    journal, history = evidence.journal, evidence.history
    stuck = Check('tasks stuck, or ended twice')
    stuck.broken += [f'{task} never ended' for task in journal.tasks if task not in journal.ended]
    stuck.broken += [f'{task} ended {n} times' for task, n in journal.ended.items() if n > 1]
    cases = Check('cases left open', list(journal.open_cases))
    verified = Check('journal records that do not verify')
    if journal.broken:
        verified.broken.append(journal.broken)
    ended = Check('processes that ended by themselves')
    for line in history.all('ended'):
        ended.broken.append(f'{line["name"]}, status {line["status"]}: {" / ".join(line["log"])}')
    trouble = Check('the trial itself went wrong', [x['why'] for x in history.all('trouble')])
    return [stuck, cases, verified, ended, trouble]


def _once(check: Check) -> Check:
    return Check(check.promise, list(dict.fromkeys(check.broken)))
