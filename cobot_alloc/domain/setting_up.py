"""Setting up: what an agent is set up for, what a task needs, and how long a change takes."""

from __future__ import annotations

from collections.abc import Iterable

from cobot_alloc.domain.cell import AgentRecord, CellState
from cobot_alloc.domain.changeover import Changeover
from cobot_alloc.domain.experience.belief import belief_about
from cobot_alloc.domain.experience.evidence import changeover_skill
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task


def changeover(
    task: Task, candidate: AgentRecord, state: CellState, rules: CellRules
) -> Changeover:
    """Return what is to be changed on the agent for the task, once it is free."""
    if not rules.limits.requirements.setups:
        return Changeover()  # nothing takes time, so nothing has to be remembered
    before = setup_when_free(candidate, state)
    after = setup_for(task, candidate, state, rules)
    return Changeover(
        before=before,
        after=after,
        is_tool=bool(after) and not _family(task, rules),
        seconds=round(setup_s(candidate, before, after, state, rules), 3),
    )


def setup_for(task: Task, candidate: AgentRecord, state: CellState, rules: CellRules) -> str:
    """
    Return what the agent must be set up for to do the task; empty: whatever it is.

    The family of the first rule that matches; without one, the tool that the skill needs: of
    several that would do, the one that is on, else the first that the arm has.
    """
    family = _family(task, rules)
    if family or candidate.is_person:
        return family
    has = rules.tools.get(candidate.agent.agent_id)
    now = setup_when_free(candidate, state)
    for need in rules.limits.requirements.tools:
        if need.skill == task.skill:
            fitting = [tool for tool in need.tools if has is None or tool in has]
            return now if now in fitting else next(iter(fitting), '')
    return ''


def _family(task: Task, rules: CellRules) -> str:
    families = rules.limits.requirements.families
    return next((rule.family for rule in families if rule.matches(task)), '')


def setup_when_free(candidate: AgentRecord, state: CellState) -> str:
    """Return what the agent is set up for, or will be after what it has in hand."""
    in_hand = state.task_of(candidate.agent.agent_id)
    if in_hand is None or in_hand.holder != candidate.agent.agent_id:
        return candidate.setup  # whoever helps changes nothing
    if in_hand.changeover.after:
        return in_hand.changeover.after
    return candidate.setup


def setup_s(
    candidate: AgentRecord, before: str, after: str, state: CellState, rules: CellRules
) -> float:
    """
    Return how long the agent is expected to take from one setup to another, in seconds.

    By what was measured, beginning with the figure of the first rule that matches; what no
    rule matches takes no time.
    """
    agent = candidate.agent
    if not after or before == after:
        return 0.0
    for rule in rules.limits.requirements.setups:
        if rule.matches(agent.agent_id, before, after):
            if not rule.seconds:
                return 0.0
            return belief_about(
                state.experience,
                skill=changeover_skill(before, after),
                agent_kind=agent.kind,
                agent_id=agent.agent_id,
                part='',
                assumed_s=rule.seconds,
            ).work_s
    return 0.0


def setup_times(
    candidate: AgentRecord, setups: Iterable[str], state: CellState, rules: CellRules
) -> dict[tuple[str, str], float]:
    """Return the seconds of every change among the setups that takes any."""
    names = list(dict.fromkeys(setups))
    times = {
        (before, after): setup_s(candidate, before, after, state, rules)
        for before in names
        for after in names
    }
    return {pair: seconds for pair, seconds in times.items() if seconds}
