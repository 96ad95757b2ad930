"""Modes: what each agent, or an arm with a helper, is expected to make of a task."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from cobot_alloc.domain.allocation.expectation import belief_of
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.eligibility import Crew, crews, lasting_reasons
from cobot_alloc.domain.experience.belief import Belief
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.labour import HOUR_S, Load
from cobot_alloc.domain.nearness import stilled_by
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.problem import Mode, Strain
from cobot_alloc.domain.scheduling.weighing import Expectation
from cobot_alloc.domain.setting_up import setup_for
from cobot_alloc.domain.task import Task


def expectation_of(
    task: Task, crew: Crew, belief: Belief, state: CellState, rules: CellRules, *, now_s: float
) -> Expectation:
    """
    Return what is expected of a crew at a task: what the dispatcher weighs, and the plan.

    A person alone asks nobody.

    :param belief: about the crew's run.
    """
    agent, helper = crew
    person = agent if agent.is_person else helper
    work_s = belief.work_s
    return Expectation(
        duration_s=work_s,
        energy_j=belief.power_w * work_s,
        rework=1.0 - belief.success,
        questions=0.0 if agent.is_person else belief.exceptions_per_h * work_s / HOUR_S,
        strain=Strain()
        if person is None
        else _strain(task, person, work_s, state, rules, now_s=now_s),
    )


def modes_of(
    record: TaskRecord,
    agents: Collection[AgentRecord],
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
) -> Iterator[Mode]:
    """Yield a mode for every crew of the agents that may ever do the task, as a plan needs it."""
    task, changes = record.task, bool(rules.limits.requirements.setups)
    for agent, helper in crews(task, agents):
        if lasting_reasons(record, agent, rules, helper=helper):
            continue
        belief = belief_of(task, agent, state, rules, together=helper is not None)
        expected = expectation_of(task, (agent, helper), belief, state, rules, now_s=now_s)
        crew = tuple(it.agent.agent_id for it in (agent, helper) if it is not None)
        setup = setup_for(task, agent, state, rules) if changes else ''
        by_person = agent.is_person or helper is not None
        yield Mode(
            agents=crew,
            setup=setup,
            stilled=_stilled(task, crew, agents, state, rules) if by_person and not setup else (),
            **expected._asdict(),
        )


def _stilled(
    task: Task,
    crew: Sequence[AgentId],
    agents: Collection[AgentRecord],
    state: CellState,
    rules: CellRules,
) -> tuple[AgentId, ...]:
    """Return the other arms that stand still while a person is at a task."""
    there = {it.agent.agent_id for it in agents if it.agent.agent_id not in crew}
    return tuple(arm for arm in stilled_by(task, state, rules) if arm in there)


def _strain(
    task: Task,
    person: AgentRecord,
    work_s: float,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
) -> Strain:
    """Return what is asked of a person, each second the dearer the more they have borne by now."""
    ergonomics, places = rules.preferences.ergonomics, rules.locations
    load = ergonomics.load_of(task, work_s, places)
    if load == Load():
        return Strain()
    spells = state.labour.get(person.agent.agent_id, ())
    borne = ergonomics.load_borne(spells, now_s=now_s, places=places)
    strain = ergonomics.strain(load, borne)
    return Strain(
        heavy_s=strain.heavy_s, repetitive_s=strain.repetitive_s, awkward_s=strain.awkward_s
    )
