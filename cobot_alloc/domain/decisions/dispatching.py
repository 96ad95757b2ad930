"""The dispatch pass: give what waits to whoever is free, at the least sum of costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
import math
from types import MappingProxyType

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.allocation.expectation import forecast
from cobot_alloc.domain.candidate import Candidate, crew_name, Reason
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.cost import cost_terms
from cobot_alloc.domain.decisions.partners import partners_for, soon_free, waited_s
from cobot_alloc.domain.eligibility import (
    alone,
    area_reasons,
    crews,
    lasting_reasons,
    passing_reasons,
    reserve_reasons,
)
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.plan import Outlook, outlook
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import WorkMode
from cobot_alloc.domain.turn import Turn

#: Seconds for which a plan may put off a task that may be done together; from then on it is
#: given out in its turn, whatever is planned.
PUT_OFF_S = 60.0

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
    plan = outlook(state, rules, now_s=now_s) if plan is None else plan
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


def is_doable(record: TaskRecord, state: CellState, rules: CellRules, *, now_s: float) -> bool:
    """Tell whether anyone who can be reckoned with could ever do the task."""
    there = [agent for agent in state.agents.values() if not _is_gone(agent, rules, now_s)]
    return any(
        not lasting_reasons(record, agent, rules, helper=helper)
        for agent, helper in crews(record.task, there)
    )


def _is_gone(agent: AgentRecord, rules: CellRules, now_s: float) -> bool:
    """Tell whether an arm has been offline for so long that nobody should wait for it."""
    return agent.lost_s is not None and now_s - agent.lost_s >= rules.limits.patience_s


def dispatch(turn: Turn) -> None:
    """
    Give tasks to free agents until nothing more fits.

    Tasks are taken in order of priority, deadline and age; of as many as there are free
    agents, the pairing with the least sum of costs is chosen. A task that may be done together
    is given out by itself, in its turn, to whoever costs least. What the plan in force keeps
    for someone waits for them.
    """
    free = {
        agent_id
        for agent_id, agent in turn.state.agents.items()
        if not passing_reasons(agent, turn.state, turn.rules, now_s=turn.now_s)
    }
    waiting = _in_order(turn) if free else []
    kept: dict[AgentId, Reason] = {}
    soon: dict[AgentId, float] | None = None
    plan: Outlook | None = None
    while free and waiting:
        plan = outlook(turn.state, turn.rules, now_s=turn.now_s) if plan is None else plan
        if waiting[0].task.allows(WorkMode.TOGETHER):
            record = waiting.pop(0)
            if _give_together(turn, record, free, plan, kept):
                plan = None
                continue
            if soon is None:
                soon = soon_free(turn.state, turn.rules, now_s=turn.now_s)
            _keep_partners(turn, record, free, plan, kept, soon)
            continue
        window, waiting = _window(turn, waiting, free, plan, kept)
        if not window:
            continue
        pairs = _pairs(turn, window, free)
        if not pairs:
            return
        for row, candidate in pairs:
            record, candidates = window[row]
            holder = turn.state.agents[candidate.agent_id]
            if area_reasons(record, holder, turn.state, turn.rules):
                continue  # the pair before it has just taken the area
            _give(turn, record, candidate, candidates)
            free.discard(candidate.agent_id)
            window[row] = (record, ())
        plan = None
        # What lost its agent to a neighbour in the window may still fit the rest.
        waiting = [record for record, candidates in window if candidates] + waiting


_Window = list[tuple[TaskRecord, tuple[Candidate, ...]]]


def _in_order(turn: Turn) -> list[TaskRecord]:
    ready = [
        record
        for record in map(turn.state.tasks.__getitem__, turn.state.queued)
        if record.task.earliest_start_s <= turn.now_s
    ]
    return sorted(
        ready,
        key=lambda record: (
            -record.task.priority,
            math.inf if record.task.deadline_s is None else record.task.deadline_s,
            record.submitted_s,
        ),
    )


def _give_together(
    turn: Turn,
    record: TaskRecord,
    free: set[AgentId],
    plan: Outlook,
    kept: dict[AgentId, Reason],
) -> bool:
    """Give out a task that may be done together, if it can be; tell whether it could."""
    state, now_s = turn.state, turn.now_s
    plan = _as_it_counts(plan, record, now_s)
    able = crews(record.task, [state.agents[agent_id] for agent_id in free])
    if not any(
        _fits(turn, record, agent, plan, helper)
        for agent, helper in able
        if helper is not None or record.task.allows(alone(agent))
    ):
        return False
    candidates = candidates_for(record, state, turn.rules, now_s=now_s, plan=plan, kept=kept)
    best = min((c for c in candidates if c.is_eligible), key=lambda c: c.cost_s)
    _give(turn, record, best, candidates)
    free.difference_update((best.agent_id, best.helper))
    return True


def _keep_partners(
    turn: Turn,
    record: TaskRecord,
    free: set[AgentId],
    plan: Outlook,
    kept: dict[AgentId, Reason],
    soon: dict[AgentId, float],
) -> None:
    """Keep for a task who is free already, and whom they wait for."""
    plan = _as_it_counts(plan, record, turn.now_s)
    partners = partners_for(
        record, turn.state, turn.rules, now_s=turn.now_s, plan=plan, free=free, soon=soon
    )
    for agent_id in partners:
        free.discard(agent_id)
        soon.pop(agent_id, None)
    kept |= partners


def _as_it_counts(plan: Outlook, record: TaskRecord, now_s: float) -> Outlook:
    """Return the plan, or nothing of it for a task put off for too long, but not on purpose."""
    mine = plan.kept.get(record.task.task_id)
    on_purpose = mine is not None and (mine.not_before_s or 0.0) > now_s
    if on_purpose or waited_s(record, now_s) < PUT_OFF_S:
        return plan
    return replace(plan, kept={}, next_of={})  # where parts lie counts nevertheless


def _window(
    turn: Turn,
    waiting: Sequence[TaskRecord],
    free: set[AgentId],
    plan: Outlook,
    kept: Mapping[AgentId, Reason],
) -> tuple[_Window, list[TaskRecord]]:
    """
    Take the first tasks that can all be given out at once, and return those behind them.

    It ends at a task that may be done together. A task that could only be served in place of
    one before it does not get in, however cheap it is: the pairing weighs agents, not the order
    of the tasks.
    """
    window: _Window = []
    able: list[list[AgentId]] = []
    served: dict[AgentId, int] = {}
    agents = {agent_id: turn.state.agents[agent_id] for agent_id in free}
    open_to_more = dict(agents)
    for index, record in enumerate(waiting):
        if record.task.allows(WorkMode.TOGETHER):
            return window, list(waiting[index:])
        # Only who could take one more is looked at for most, as long as nothing fits them.
        if not any(_fits(turn, record, agent, plan) for agent in open_to_more.values()):
            continue
        able.append(
            [agent_id for agent_id in agents if _fits(turn, record, agents[agent_id], plan)]
        )
        tried: set[AgentId] = set()
        if not _serve(len(able) - 1, able, served, tried):
            able.pop()
            for agent_id in tried:
                open_to_more.pop(agent_id, None)
            continue
        candidates = candidates_for(
            record, turn.state, turn.rules, now_s=turn.now_s, plan=plan, kept=kept
        )
        window.append((record, candidates))
        if len(window) == len(free):
            return window, list(waiting[index + 1 :])
    return window, []


def _serve(
    row: int, able: list[list[AgentId]], served: dict[AgentId, int], tried: set[AgentId]
) -> bool:
    """Find an agent for one more row, moving others where that helps (Kuhn's algorithm)."""
    for agent_id in able[row]:
        if agent_id in tried:
            continue
        tried.add(agent_id)
        if agent_id not in served or _serve(served[agent_id], able, served, tried):
            served[agent_id] = row
            return True
    return False


def _fits(
    turn: Turn,
    record: TaskRecord,
    agent: AgentRecord,
    plan: Outlook,
    helper: AgentRecord | None = None,
) -> bool:
    """Tell whether agents that are free may do the task now."""
    state, rules = turn.state, turn.rules
    return not (
        plan.reasons(record, agent, helper=helper)
        or lasting_reasons(record, agent, rules, helper=helper)
        or area_reasons(record, agent, state, rules)
        or reserve_reasons(record, agent, state, rules, now_s=turn.now_s, helper=helper)
    )


def _pairs(
    turn: Turn, window: _Window, free: Iterable[AgentId]
) -> list[tuple[int, Candidate]]:  # fmt: skip
    columns = sorted(free)
    by_agent = [{c.agent_id: c for c in candidates} for _, candidates in window]
    costs = [
        [row[a].cost_s if row[a].is_eligible else math.inf for a in columns] for row in by_agent
    ]
    return [(row, by_agent[row][columns[column]]) for row, column in turn.rules.pair(costs)]


def _give(
    turn: Turn, record: TaskRecord, chosen: Candidate, considered: tuple[Candidate, ...]
) -> None:
    task_id, agent_id, helper = record.task.task_id, chosen.agent_id, chosen.helper
    agent = turn.state.agents[agent_id]
    expected = forecast(record, agent, turn.state, turn.rules, together=bool(helper))
    policy = turn.rules.preferences.name
    candidates = tuple(replace(c, chosen=c is chosen) for c in considered)
    if agent.is_person:
        turn.emit(
            ev.TaskHandedOver(
                at_s=turn.now_s,
                task_id=task_id,
                agent_id=agent_id,
                by='allocator',
                candidates=candidates,
                expected=expected,
                policy=policy,
            )
        )
        return
    turn.emit(
        ev.AttemptStarted(
            at_s=turn.now_s,
            task_id=task_id,
            agent_id=agent_id,
            fence=Fence(turn.state.highest_fence + 1),
            expires_s=turn.rules.limits.goal_expires_s,
            candidates=candidates,
            expected=expected,
            policy=policy,
            helper=helper,
        )
    )


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
