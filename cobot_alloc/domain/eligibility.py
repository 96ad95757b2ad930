"""Who may: the hard conditions that rule an agent out for a task, with reason codes."""

from __future__ import annotations

from collections.abc import Iterator

from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.candidate import Reason
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.geometry import distance_m
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task


def lasting_reasons(
    record: TaskRecord, candidate: AgentRecord, rules: CellRules
) -> tuple[Reason, ...]:
    """Return why the agent can never do the task, whatever it is doing now."""
    return tuple(_lasting(record, candidate, rules))


def passing_reasons(candidate: AgentRecord, state: CellState) -> tuple[Reason, ...]:
    """Return why the agent cannot be given anything at this moment."""
    return tuple(_passing(candidate, state))


def area_reasons(
    record: TaskRecord, candidate: AgentRecord, state: CellState, rules: CellRules
) -> tuple[Reason, ...]:
    """Return why the arm must keep out of where the task is at this moment."""
    areas = rules.areas_of(record.task)
    if not areas or candidate.is_person:
        return ()
    return tuple(
        Reason(
            code='area_taken', text=f'{holder} has task {task_id} in hand in the same area'
        )
        for task_id, holder in state.in_hand.items()
        if holder != candidate.agent.agent_id and rules.areas_of(state.tasks[task_id].task) & areas
    )  # fmt: skip


def _lasting(record: TaskRecord, candidate: AgentRecord, rules: CellRules) -> Iterator[Reason]:
    task, agent = record.task, candidate.agent
    if task.skill not in agent.skills:
        yield Reason(code='skill_missing', text=f'lacks the skill {task.skill}')
    if candidate.is_person and task.is_hazardous:
        hazards = ', '.join(sorted(task.hazards))
        yield Reason(code='hazard_not_for_people', text=f'a person, and the task has {hazards}')
    if task.judgement and not candidate.is_person:
        yield Reason(code='judgement_needs_person', text='not a person, and judgement is needed')
    if task.payload_kg > agent.payload_kg:
        yield Reason(
            code='too_heavy',
            text=f'lifts {agent.payload_kg:g} kg, the part has {task.payload_kg:g} kg',
        )
    yield from _out_of_reach(task, candidate, rules)
    if agent.agent_id in record.excluded:
        yield Reason(code='excluded', text='failed at it before and was ruled out')


def _out_of_reach(task: Task, candidate: AgentRecord, rules: CellRules) -> Iterator[Reason]:
    agent = candidate.agent
    for name in (task.source, task.target, task.station):
        place = rules.locations.get(name)
        if place is None:
            continue
        distance = distance_m(agent.base, place)
        if agent.reach_m is not None and distance > agent.reach_m:
            yield Reason(
                code='out_of_reach',
                text=f'reaches {agent.reach_m:g} m, {name} is {distance:.2f} m from its base',
            )


def _passing(candidate: AgentRecord, state: CellState) -> Iterator[Reason]:
    if candidate.health is not Health.READY:
        yield Reason(code='offline', text=candidate.cause or 'not heard of')
        return
    in_hand = state.task_of(candidate.agent.agent_id)
    if in_hand is not None:
        yield Reason(code='busy', text=f'has task {in_hand.task.task_id} in hand')
    if candidate.is_person:
        return
    if candidate.foreign:
        text = f'is at attempt {candidate.foreign}, which is not of this allocator or given up'
        yield Reason(code='busy_elsewhere', text=text)
    if state.mode not in MOVING:
        yield Reason(code='cell_not_moving', text=f'the cell is {state.mode.value}')
    if not candidate.may_move:
        cause = f': {candidate.cause}' if candidate.cause else ''
        yield Reason(code='not_moving', text=f'is {candidate.mode.value} and held{cause}')
