"""One decision with ever more tasks and agents, beside a bare assignment of as many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import math
import time
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decide import decide, decide_and_evolve
from cobot_alloc.domain.identifiers import AgentId, CellId, OrderId, TaskId
from cobot_alloc.domain.inputs import HearArm, Input, PassTime, SubmitOrder
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task
from cobot_alloc.planning.pairing import pair_at_least_cost

TASKS = (10, 100, 1000, 10_000)
AGENTS = (2, 10, 50, 200)
#: The best of so many runs.
RUNS = 7


def measure() -> dict[str, Any]:
    """Time decisions of every size, and print the table."""
    print('\nOne decision: the allocator gives one free arm its next task, all other arms held,')
    print('with the events and every candidate. Best of several, ms.')
    print('bare: scipy linear_sum_assignment of a matrix of so many tasks and agents.\n')
    print(f'{"tasks":>7}{"agents":>8}{"decision":>11}{"bare":>10}{"ratio":>8}')
    draw = np.random.default_rng(1)
    rows = []
    for agents in AGENTS:
        for tasks in TASKS:
            matrix = draw.uniform(5.0, 60.0, (tasks, agents))
            bare_s = _best_s(lambda costs=matrix: linear_sum_assignment(costs))
            took_s = _decision_s(tasks, agents)
            rows.append({'tasks': tasks, 'agents': agents, 'decision_s': took_s, 'bare_s': bare_s})
            print(
                f'{tasks:7}{agents:8}{1e3 * took_s:11.3f}{1e3 * bare_s:10.3f}'
                f'{took_s / bare_s:8.1f}',
                flush=True,
            )
    growth = _growth(rows)
    print(f'\nThe time grows with the tasks to the power of {growth:.2f} (100 to 10,000 tasks).')
    return {'rows': rows, 'growth_exponent': growth}


def _best_s(call: Callable[[], object]) -> float:
    """Return the best time of several calls."""
    best = math.inf
    for _ in range(RUNS):
        begun = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begun)
    return best


def _decision_s(tasks: int, agents: int) -> float:
    """Return the best time in which the allocator's core gives one arm a task, others held."""
    rules = CellRules(
        reactions=(),
        limits=Limits(max_waiting_tasks=tasks, max_order_tasks=tasks, patience_s=1e4),
        pair=pair_at_least_cost,
    )
    state = CellState(cell_id=CellId('cell'))
    arms = [
        Agent(
            agent_id=AgentId(f'arm_{i}'),
            kind=AgentKind.ARM,
            skills=frozenset({'pick_place'}),
            payload_kg=3.0,
            reach_m=None,
        )
        for i in range(agents)
    ]
    work = tuple(
        Task(task_id=TaskId(f't{i}'), order_id=OrderId(''), skill='pick_place')
        for i in range(tasks)
    )
    order = SubmitOrder(order_id=OrderId('o'), idempotency_key='o', requester='bench', tasks=work)
    beats = [
        HearArm(agent=arm, boot_id='b', mode=SafetyMode.NORMAL, held=True, zone_clear=False)
        for arm in arms
    ]
    inputs: list[Input] = [*beats, order]
    for given in inputs:
        _, state = decide_and_evolve(state, given, now_s=0.0, rules=rules)
    first = arms[0].agent_id
    free = {**state.agents, first: replace(state.agents[first], held=False)}
    state = replace(state, agents=free)

    def give_out() -> None:
        events = decide(state, PassTime(), now_s=1.0, rules=rules)
        assert len(events) == 1, events

    return _best_s(give_out)


def _growth(rows: list[dict[str, float]]) -> float:
    """Return the mean exponent of the decision's time in the number of tasks."""
    took = {(row['tasks'], row['agents']): row['decision_s'] for row in rows}
    exponents = [
        math.log(took[TASKS[-1], agents] / took[100, agents]) / math.log(TASKS[-1] / 100)
        for agents in AGENTS
    ]
    return sum(exponents) / len(exponents)
