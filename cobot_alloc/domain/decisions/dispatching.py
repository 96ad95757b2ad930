"""The dispatch pass: give what waits to whoever is free, at the least sum of costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
import math

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.candidate import Candidate, Reason
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.cost import cost_terms, forecast
from cobot_alloc.domain.eligibility import (
    area_reasons,
    lasting_reasons,
    passing_reasons,
    reserve_reasons,
)
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.plan import Outlook, outlook
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.turn import Turn


def candidates_for(
    record: TaskRecord,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
    plan: Outlook | None = None,
) -> tuple[Candidate, ...]:
    """Return every agent as a candidate for the task, none of them chosen yet."""
    plan = outlook(state, rules, now_s=now_s) if plan is None else plan
    return tuple(
        Candidate(
            agent_id=agent_id,
            reasons=(lasting := lasting_reasons(record, agent, rules))
            + passing_reasons(agent, state, rules, now_s=now_s)
            + area_reasons(record, agent, state, rules)
            + reserve_reasons(record, agent, state, rules, now_s=now_s)
            + plan.reasons(record, agent),
            terms=() if lasting else cost_terms(record, agent, state, rules, now_s=now_s),
        )
        for agent_id, agent in state.agents.items()
    )


def is_doable(record: TaskRecord, state: CellState, rules: CellRules, *, now_s: float) -> bool:
    """Tell whether any agent that can be reckoned with could ever do the task."""
    return any(
        not lasting_reasons(record, agent, rules)
        for agent in state.agents.values()
        if not _is_gone(agent, rules, now_s)
    )


def _is_gone(agent: AgentRecord, rules: CellRules, now_s: float) -> bool:
    """Tell whether an arm has been offline for so long that nobody should wait for it."""
    return agent.lost_s is not None and now_s - agent.lost_s >= rules.limits.patience_s


def dispatch(turn: Turn) -> None:
    """
    Give tasks to free agents until nothing more fits.

    Tasks are taken in order of priority, deadline and age; of as many as there are free
    agents, the pairing with the least sum of costs is chosen. What the plan in force keeps for
    someone waits for them.
    """
    free = {
        agent_id
        for agent_id, agent in turn.state.agents.items()
        if not passing_reasons(agent, turn.state, turn.rules, now_s=turn.now_s)
    }
    waiting = _in_order(turn) if free else []
    while free and waiting:
        plan = outlook(turn.state, turn.rules, now_s=turn.now_s)
        window, waiting = _window(turn, waiting, free, plan)
        if not window:
            return
        pairs = _pairs(turn, window, free)
        if not pairs:
            return
        for row, candidate in pairs:
            record, candidates = window[row]
            holder = turn.state.agents[candidate.agent_id]
            if area_reasons(record, holder, turn.state, turn.rules):
                continue  # the pair before it has just taken the area
            others = tuple(replace(c, chosen=c.agent_id == candidate.agent_id) for c in candidates)
            _give(turn, record, holder, others)
            free.discard(candidate.agent_id)
            window[row] = (record, ())
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


def _window(
    turn: Turn, waiting: Sequence[TaskRecord], free: set[AgentId], plan: Outlook
) -> tuple[_Window, list[TaskRecord]]:
    """
    Take the first tasks that can all be given out at once, and return those behind them.

    A task that could only be served in place of one before it does not get in, however cheap
    it is: the pairing weighs agents, not the order of the tasks.
    """
    window: _Window = []
    able: list[list[AgentId]] = []
    served: dict[AgentId, int] = {}
    agents = {agent_id: turn.state.agents[agent_id] for agent_id in free}
    open_to_more = dict(agents)
    for index, record in enumerate(waiting):
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
        candidates = candidates_for(record, turn.state, turn.rules, now_s=turn.now_s, plan=plan)
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


def _fits(turn: Turn, record: TaskRecord, agent: AgentRecord, plan: Outlook) -> bool:
    """Tell whether an agent that is free may do the task now."""
    return not (
        plan.reasons(record, agent)
        or lasting_reasons(record, agent, turn.rules)
        or area_reasons(record, agent, turn.state, turn.rules)
        or reserve_reasons(record, agent, turn.state, turn.rules, now_s=turn.now_s)
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
    turn: Turn, record: TaskRecord, agent: AgentRecord, candidates: tuple[Candidate, ...]
) -> None:
    task_id, agent_id = record.task.task_id, agent.agent.agent_id
    expected = forecast(record, agent, turn.state, turn.rules)
    policy = turn.rules.preferences.name
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
        )
    )


def nobody_can(record: TaskRecord, state: CellState, rules: CellRules, *, now_s: float) -> str:
    """Return, in a sentence, why no agent that is known can do the task."""
    parts = []
    for agent_id, agent in state.agents.items():
        reasons: Sequence[Reason] = lasting_reasons(record, agent, rules)
        reasons = reasons or passing_reasons(agent, state, rules, now_s=now_s)
        parts.append(f'{agent_id} {"; ".join(reason.text for reason in reasons)}')
    return '. '.join(parts) + '.' if parts else 'No agent is known.'
