"""
Partners: a free agent is kept for a task that waits for two, while the other is soon free.

Without this, tasks that need one agent would keep one of the two busy whenever the other is
free, and whoever waits for both would wait for ever. An agent is kept for no longer than the
task itself has waited, or a few seconds where it has not: so the wait of the task bounds what
it may cost, and in the end exceeds any work that it waits for.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from cobot_alloc.domain.allocation.in_hand import due_in_s
from cobot_alloc.domain.candidate import Reason
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.codes import ReasonCode
from cobot_alloc.domain.cost import cost_terms
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


def soon_free(state: CellState, rules: CellRules, *, now_s: float) -> dict[AgentId, float]:
    """
    Return who is at work and nothing else stands against them, and when they will be free.

    In seconds from now, below 0 by how long it has been overdue; those long overdue are not in it.
    """
    found = {}
    for agent_id, agent in state.agents.items():
        reasons = passing_reasons(agent, state, rules, now_s=now_s)
        if reasons and all(reason.code == ReasonCode.BUSY for reason in reasons):
            due_s = due_in_s(agent, state, rules, now_s=now_s)
            if due_s >= -OVERDUE_S:
                found[agent_id] = due_s
    return found


def partners_for(
    record: TaskRecord,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
    plan: Outlook,
    free: Container[AgentId],
    soon: Mapping[AgentId, float],
) -> dict[AgentId, Reason]:
    """
    Return the two who are kept for a task from now on, with the reason to give others.

    Empty where nobody is free, or nobody soon enough, or where the plan looks after the task.

    :param free: who is, and is not kept for another task.
    :param soon: who will be, as ``soon_free`` returns it, without those kept for another task.
    """
    task_id = record.task.task_id
    if task_id in plan.kept:
        return {}
    within_s = max(KEPT_S, waited_s(record, now_s))
    soon_enough = {agent_id for agent_id, due_s in soon.items() if due_s <= within_s}
    if not soon_enough:
        return {}
    there = [
        a for agent_id, a in state.agents.items() if agent_id in soon_enough or agent_id in free
    ]
    pairs = [
        (cost_terms(record, arm, state, rules, now_s=now_s, helper=person), arm, person)
        for arm, person in crews(record.task, there)
        if person is not None
        and (arm.agent.agent_id in free) is not (person.agent.agent_id in free)
        and _may(record, arm, person, state, rules, now_s)
    ]
    if not pairs:
        return {}
    _, arm, person = min(pairs, key=lambda pair: sum(term.seconds for term in pair[0]))
    arm_id, person_id = arm.agent.agent_id, person.agent.agent_id
    return {
        mine: Reason(
            code=ReasonCode.KEPT_FOR_TASK,
            text=f'is kept for task {task_id}, which waits for {other} too',
        )
        for mine, other in ((arm_id, person_id), (person_id, arm_id))
    }


def _may(
    record: TaskRecord,
    arm: AgentRecord,
    person: AgentRecord,
    state: CellState,
    rules: CellRules,
    now_s: float,
) -> bool:
    """Tell whether nothing but their work stands against the two."""
    return not (
        lasting_reasons(record, arm, rules, helper=person)
        or area_reasons(record, arm, state, rules)
        or reserve_reasons(record, arm, state, rules, now_s=now_s, helper=person)
    )
