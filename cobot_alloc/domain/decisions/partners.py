"""
Partners: a free agent is kept for a task that waits for two, while the other is soon free.

Without this, tasks that need one agent would keep one of the two busy whenever the other is
free, and whoever waits for both would wait for ever. An agent is kept for no longer than the
task itself has waited, or a few seconds where it has not: so the wait of the task bounds what
it may cost, and in the end exceeds any work that it waits for.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from cobot_alloc.domain.candidate import Reason
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.cost import cost_terms, due_in_s
from cobot_alloc.domain.eligibility import (
    area_reasons,
    crews,
    lasting_reasons,
    passing_reasons,
    reserve_reasons,
)
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.plan import Outlook
from cobot_alloc.domain.rules import CellRules

#: Seconds that an agent is kept for, however short the task has waited.
KEPT_S = 10.0
#: Seconds after which nobody counts on work that should have ended.
OVERDUE_S = 10.0


def waited_s(record: TaskRecord, now_s: float) -> float:
    """Return for how long a task could have been begun and was not."""
    return now_s - max(record.queued_s, record.task.earliest_start_s)


def partners_for(
    record: TaskRecord,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
    plan: Outlook,
    kept: Container[AgentId],
) -> dict[AgentId, Reason]:
    """
    Return the two who are kept for a task from now on, with the reason to give others.

    Empty where nobody is free, or nobody soon enough, or where the plan looks after the task.

    :param kept: who is kept for another task already.
    """
    task_id = record.task.task_id
    if task_id in plan.kept:
        return {}
    within_s = max(KEPT_S, waited_s(record, now_s))
    found = [
        (sum(t.seconds for t in cost_terms(record, arm, state, rules, now_s=now_s, helper=person)),
         arm, person)
        for arm, person in _nearly(record, state, rules, now_s, within_s)
        if arm.agent.agent_id not in kept and person.agent.agent_id not in kept
    ]  # fmt: skip
    if not found:
        return {}
    _, arm, person = min(found, key=lambda it: it[0])
    arm_id, person_id = arm.agent.agent_id, person.agent.agent_id
    return {
        mine: Reason(
            code='kept_for_task', text=f'is kept for task {task_id}, which waits for {other} too'
        )
        for mine, other in ((arm_id, person_id), (person_id, arm_id))
    }


def _nearly(
    record: TaskRecord, state: CellState, rules: CellRules, now_s: float, within_s: float
) -> Iterator[tuple[AgentRecord, AgentRecord]]:
    """Return the arms and people of whom one is free and the other soon will be."""
    for arm, person in crews(record.task, state.agents.values()):
        if person is None:
            continue
        busy = [agent for agent in (arm, person) if state.task_of(agent.agent.agent_id)]
        if len(busy) != 1:
            continue
        passing = passing_reasons(arm, state, rules, now_s=now_s, helper=person)
        if any(reason.code != 'busy' for reason in passing):
            continue
        if not -OVERDUE_S <= due_in_s(busy[0], state, rules, now_s=now_s) <= within_s:
            continue
        if not (
            lasting_reasons(record, arm, rules, helper=person)
            or area_reasons(record, arm, state, rules)
            or reserve_reasons(record, arm, state, rules, now_s=now_s, helper=person)
        ):
            yield arm, person
