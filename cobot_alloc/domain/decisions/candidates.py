"""Candidates: everyone who is considered for a task, with costs and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from cobot_alloc.domain.candidate import Candidate, crew_name, Reason
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.cost import cost_terms
from cobot_alloc.domain.eligibility import (
    area_reasons,
    crews,
    lasting_reasons,
    passing_reasons,
    reserve_reasons,
)
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.plan import Outlook, outlook
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.waiting.index import WorkIndex

#: Nobody is kept.
_NOBODY: Mapping[AgentId, Reason] = MappingProxyType({})


def candidates_for(
    record: TaskRecord,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
    plan: Outlook | None = None,
    kept: Mapping[AgentId, Reason] = _NOBODY,
) -> tuple[Candidate, ...]:
    """
    Return everyone, alone or two at once, as candidates for the task, none chosen yet.

    :param kept: who is kept for another task at this moment.
    """
    if plan is None:
        plan = outlook(state, WorkIndex.of(state, rules), now_s=now_s)
    return tuple(
        Candidate(
            agent_id=agent.agent.agent_id,
            helper=AgentId('') if helper is None else helper.agent.agent_id,
            reasons=(lasting := lasting_reasons(record, agent, rules, helper=helper))
            + passing_reasons(agent, state, rules, now_s=now_s, helper=helper)
            + area_reasons(record, agent, state, rules)
            + reserve_reasons(record, agent, state, rules, now_s=now_s, helper=helper)
            + plan.reasons(record, agent, helper=helper)
            + _kept_reasons(agent, helper, kept),
            terms=()
            if lasting
            else cost_terms(record, agent, state, rules, now_s=now_s, helper=helper),
        )
        for agent, helper in crews(record.task, state.agents.values())
    )


def _kept_reasons(
    agent: AgentRecord, helper: AgentRecord | None, kept: Mapping[AgentId, Reason]
) -> tuple[Reason, ...]:
    if helper is None:
        mine = kept.get(agent.agent.agent_id)
        return () if mine is None else (mine,)
    return tuple(
        replace(kept[a], text=f'{a} {kept[a].text}')
        for a in (agent.agent.agent_id, helper.agent.agent_id)
        if a in kept
    )


def is_gone(agent: AgentRecord, rules: CellRules, now_s: float) -> bool:
    """Tell whether an arm has been offline for so long that nobody should wait for it."""
    return agent.lost_s is not None and now_s - agent.lost_s >= rules.limits.patience_s


def nobody_can(record: TaskRecord, state: CellState, rules: CellRules, *, now_s: float) -> str:
    """Return, in a sentence, why nobody who is known can do the task."""
    parts = []
    for agent, helper in crews(record.task, state.agents.values()):
        reasons: Sequence[Reason] = lasting_reasons(record, agent, rules, helper=helper)
        reasons = reasons or passing_reasons(agent, state, rules, now_s=now_s, helper=helper)
        who: str = agent.agent.agent_id
        if helper is not None:
            who = f'{crew_name(who, helper.agent.agent_id)}:'
        parts.append(f'{who} {"; ".join(reason.text for reason in reasons)}')
    return '. '.join(parts) + '.' if parts else 'No agent is known.'
