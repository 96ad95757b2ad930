"""One decision with ever more tasks and agents, beside a bare assignment of as many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
import math
import time
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decide import decide_and_evolve
from cobot_alloc.domain.events import AttemptStarted
from cobot_alloc.domain.failure import Measurements
from cobot_alloc.domain.identifiers import AgentId, CellId, OrderId, TaskId
from cobot_alloc.domain.inputs import HearArm, Input, ReportAttempt, SubmitOrder
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.waiting.index import WorkIndex
from cobot_alloc.planning.pairing import pair_at_least_cost

TASKS = (10, 100, 1000, 10_000)
AGENTS = (2, 10, 50, 200)
#: The best of so many runs.
RUNS = 15


def measure() -> dict[str, Any]:
    """Time decisions of every size, and print the table."""
    print('\nOne decision: an arm has done its task and is given the next, all other arms held,')
    print('with the events and every candidate. Processor time, ms, the best of several.')
    print('bare: scipy linear_sum_assignment of a matrix of so many tasks and agents.\n')
    print(f'{"tasks":>7}{"agents":>8}{"decision":>11}{"bare":>10}{"ratio":>8}')
    draw = np.random.default_rng(1)
    rows = []
    for agents in AGENTS:
        for tasks in TASKS:
            matrix = draw.uniform(5.0, 60.0, (tasks, agents))
            bare_s = _best_s(partial(linear_sum_assignment, matrix))
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
        begun = time.process_time()
        call()
        best = min(best, time.process_time() - begun)
    return best


def _decision_s(tasks: int, agents: int) -> float:
    """Return the best time for an arm's success and its next task, all other arms held."""
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
    first = arms[0].agent_id
    free = HearArm(agent=arms[0], boot_id='b', mode=SafetyMode.NORMAL, held=False, zone_clear=True)
    index = WorkIndex(rules)  # the allocator keeps one
    inputs: tuple[Input, ...] = (*beats, order, free)
    for given in inputs:
        _, state = decide_and_evolve(state, given, now_s=0.0, rules=rules, index=index)
    best = math.inf
    for _ in range(min(RUNS, tasks - 1)):
        done = ReportAttempt(report=_success(state, first))
        begun = time.process_time()
        events, state = decide_and_evolve(state, done, now_s=1.0, rules=rules, index=index)
        best = min(best, time.process_time() - begun)
        assert any(isinstance(event, AttemptStarted) for event in events), events
    return best


def _success(state: CellState, arm: AgentId) -> AttemptReport:
    """Return an arm's word that it has done what it has in hand."""
    record = state.task_of(arm)
    assert record is not None
    assert record.attempt is not None
    return AttemptReport(
        agent_id=arm,
        task_id=record.task.task_id,
        fence=record.attempt.fence,
        status=AttemptStatus.SUCCEEDED,
        measurements=Measurements(duration_s=5.0),
    )


def _growth(rows: list[dict[str, float]]) -> float:
    """Return the mean exponent of the decision's time in the number of tasks."""
    took = {(row['tasks'], row['agents']): row['decision_s'] for row in rows}
    exponents = [
        math.log(took[TASKS[-1], agents] / took[100, agents]) / math.log(TASKS[-1] / 100)
        for agents in AGENTS
    ]
    return sum(exponents) / len(exponents)
