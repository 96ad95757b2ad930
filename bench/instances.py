"""Readers of public instance files: flexible job shops, and human-robot assembly work."""

from __future__ import annotations

import csv
from pathlib import Path

from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.scheduling.policy import MAKESPAN
from cobot_alloc.domain.scheduling.problem import (
    Mode,
    Operation,
    ScheduledAgent,
    SchedulingProblem,
)

HUMAN, ROBOT = AgentId('human'), AgentId('robot')


class MalformedInstance(Exception):
    """A file that is no instance of its kind; the message says where."""


def read_flexible_job_shop(path: Path) -> SchedulingProblem:
    """
    Read a flexible job shop, objective: makespan.

    First line: jobs, machines. Then a line per job: the number of its operations, and for each
    the number of eligible machines and as many pairs of machine and duration. Machines count
    from 0 or from 1; durations may be 0.

    :raises MalformedInstance: if the figures do not add up.
    """
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    try:
        jobs, machines = int(lines[0][0]), int(lines[0][1])
        chains = [_chain([int(float(word)) for word in line]) for line in lines[1 : jobs + 1]]
        if len(chains) != jobs:
            raise ValueError(f'{jobs} jobs expected, {len(chains)} found')
    except (IndexError, ValueError) as error:
        raise MalformedInstance(f'{path}: no flexible job shop: {error}') from error
    first = min(machine for chain in chains for choices in chain for machine, _ in choices)
    names = [AgentId(f'm{machine + first}') for machine in range(machines)]
    operations = [
        Operation(
            task_id=TaskId(f'{job}.{step}'),
            modes=tuple(
                Mode(agents=(AgentId(f'm{machine}'),), duration_s=float(duration))
                for machine, duration in choices
            ),
            predecessors=(TaskId(f'{job}.{step - 1}'),) if step else (),
        )
        for job, chain in enumerate(chains)
        for step, choices in enumerate(chain)
    ]
    return SchedulingProblem(
        agents=tuple(ScheduledAgent(agent_id=name) for name in names),
        operations=tuple(operations),
        policy=MAKESPAN,
    )


def _chain(figures: list[int]) -> list[list[tuple[int, int]]]:
    """Return the operations of a job, each as pairs of machine and duration."""
    steps, at = [], 1
    for _ in range(figures[0]):
        count = figures[at]
        pairs = figures[at + 1 : at + 1 + 2 * count]
        if count < 1 or len(pairs) != 2 * count:
            raise ValueError(f'{count} machines announced, {len(pairs)} figures follow')
        steps.append(list(zip(pairs[::2], pairs[1::2], strict=True)))
        at += 1 + 2 * count
    if at != len(figures):
        raise ValueError(f'{len(figures) - at} figures too many in a line')
    return steps


def read_human_robot_cell(path: Path) -> SchedulingProblem:
    """
    Read human-robot assembly work as one cell: a person and an arm, objective: makespan.

    Rows of: task, human time, robot time, joint time (-1: not so), predecessors.

    :raises MalformedInstance: if a row is not like that.
    """
    with path.open(newline='') as file:
        rows = [[word for word in row if word.strip()] for row in csv.reader(file)]
    operations = []
    try:
        for row in rows[3:]:
            if not row:
                continue
            human, robot, joint = (float(word) for word in row[1:4])
            choices = (((HUMAN,), human), ((ROBOT,), robot), ((HUMAN, ROBOT), joint))
            operations.append(
                Operation(
                    task_id=TaskId(row[0]),
                    modes=tuple(Mode(agents=a, duration_s=d) for a, d in choices if d >= 0),
                    predecessors=tuple(
                        TaskId(word) for cell in row[4:] for word in cell.replace(',', ' ').split()
                    ),
                )
            )
        return SchedulingProblem(
            agents=(ScheduledAgent(agent_id=HUMAN), ScheduledAgent(agent_id=ROBOT)),
            operations=tuple(operations),
            policy=MAKESPAN,
        )
    except (IndexError, ValueError) as error:
        raise MalformedInstance(f'{path}: no human-robot instance: {error}') from error


def human_alone_s(problem: SchedulingProblem) -> float:
    """Return how long a person alone takes."""
    return sum(
        min(mode.duration_s for mode in operation.modes if mode.agents == (HUMAN,))
        for operation in problem.operations
    )
