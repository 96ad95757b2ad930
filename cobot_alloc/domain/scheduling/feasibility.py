"""
Whether a schedule keeps to its problem, checked from the records alone.

It shares nothing with the searches, so that it can judge them.
"""

from __future__ import annotations

from collections.abc import Iterator
import math

from cobot_alloc.domain.scheduling.problem import Operation, ScheduledAgent, SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Placement, Schedule

#: Seconds by which figures may differ after they were added up in another order.
TOLERANCE_S = 1e-6


def violations(problem: SchedulingProblem, schedule: Schedule) -> tuple[str, ...]:
    """Return what the schedule does that the problem does not allow, a sentence each."""
    missing = {o.task_id for o in problem.operations} ^ set(schedule.placements)
    if missing:
        return (f'{sorted(missing)} are not in both, the problem and the schedule',)
    found: list[str] = []
    for operation in problem.operations:
        found += _of_operation(problem, operation, schedule)
    for agent in problem.agents:
        found += _of_agent(problem, agent, schedule)
    found += _of_areas(problem, schedule)
    found += _of_stilled(problem, schedule)
    return tuple(found)


def _of_operation(
    problem: SchedulingProblem, operation: Operation, schedule: Schedule
) -> Iterator[str]:
    placement = schedule.placements[operation.task_id]
    name = operation.task_id
    if not 0 <= placement.mode < len(operation.modes):
        yield f'{name} has no mode {placement.mode}'
        return
    mode = operation.modes[placement.mode]
    if not math.isfinite(placement.start_s):
        yield f'{name} never starts: none of its agents is there for long enough'
        return
    if set(mode.agents) != set(placement.agents):
        yield f'{name} is with {placement.agents}, its mode is for {mode.agents}'
    if abs(placement.end_s - placement.start_s - mode.duration_s) > TOLERANCE_S:
        yield f'{name} takes {placement.end_s - placement.start_s} s, not {mode.duration_s} s'
    if operation.underway is not None:
        begun = operation.underway
        if (placement.mode, placement.start_s) != (begun.mode, begun.started_s):
            yield f'{name} is under way since {begun.started_s} s in mode {begun.mode}'
        return
    earliest = max(problem.now_s, operation.earliest_start_s)
    if placement.start_s < earliest - TOLERANCE_S:
        yield f'{name} starts at {placement.start_s} s, before {earliest} s'
    for before in operation.predecessors:
        end = schedule.placements[before].end_s
        if placement.start_s < end - TOLERANCE_S:
            yield f'{name} starts at {placement.start_s} s, before {before} ends at {end} s'


def _of_agent(
    problem: SchedulingProblem, agent: ScheduledAgent, schedule: Schedule
) -> Iterator[str]:
    operations = {operation.task_id: operation for operation in problem.operations}
    free, before = max(problem.now_s, agent.free_from_s), agent.setup
    for placement in schedule.of_agent(agent.agent_id):
        operation = operations[placement.task_id]
        needed = _setup(operation, placement, agent)
        setup = agent.setup_s.get((before, needed), 0.0) if needed else 0.0
        before = needed or before
        if operation.underway is None:
            if placement.start_s < free + setup - TOLERANCE_S:
                yield (
                    f'{placement.task_id} starts at {placement.start_s} s on {agent.agent_id},'
                    f' which is free at {free} s and needs {setup} s of setup'
                )
            if agent.windows and not any(
                start - TOLERANCE_S <= placement.start_s and placement.end_s <= end + TOLERANCE_S
                for start, end in agent.windows
            ):
                yield f'{placement.task_id} is outside the windows of {agent.agent_id}'
        free = max(free, placement.end_s)


def _setup(operation: Operation, placement: Placement, agent: ScheduledAgent) -> str:
    if not 0 <= placement.mode < len(operation.modes):
        return ''  # said already
    mode = operation.modes[placement.mode]
    return mode.setup if mode.agents[0] == agent.agent_id else ''


def _of_stilled(problem: SchedulingProblem, schedule: Schedule) -> Iterator[str]:
    begun = {o.task_id for o in problem.operations if o.underway is not None}
    for operation in problem.operations:
        placement = schedule.placements[operation.task_id]
        if not 0 <= placement.mode < len(operation.modes):
            continue  # said already
        for agent_id in operation.modes[placement.mode].stilled:
            for other in schedule.of_agent(agent_id):
                apart = (
                    other.start_s >= placement.end_s - TOLERANCE_S
                    or placement.start_s >= other.end_s - TOLERANCE_S
                )
                # What is under way already, both of it, is as it is.
                both = {other.task_id, placement.task_id}
                if not apart and len(both) == 2 and not both <= begun:
                    yield f'{placement.task_id} stills {agent_id}, which is at {other.task_id}'


def _of_areas(problem: SchedulingProblem, schedule: Schedule) -> Iterator[str]:
    inside: dict[str, list[Placement]] = {}
    for operation in problem.operations:
        for area in operation.areas:
            inside.setdefault(area, []).append(schedule.placements[operation.task_id])
    for area, placements in inside.items():
        placements.sort(key=lambda p: (p.start_s, p.end_s))
        latest = placements[0]
        for placement in placements[1:]:
            if placement.start_s < latest.end_s - TOLERANCE_S:
                yield (
                    f'{latest.task_id} and {placement.task_id} are both in {area}'
                    f' at {placement.start_s} s'
                )
            latest = max(latest, placement, key=lambda p: p.end_s)
