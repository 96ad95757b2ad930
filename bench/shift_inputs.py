"""A made-up cell that works without end: its inputs, for benchmarks of core and journal."""

from __future__ import annotations

from collections.abc import Iterator

from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.failure import Measurements
from cobot_alloc.domain.identifiers import AgentId, Fence, OrderId, TaskId
from cobot_alloc.domain.inputs import HearArm, Input, ReportAttempt, SubmitOrder
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.reactions import Reaction, ReactionRule
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task
from cobot_alloc.planning.pairing import pair_at_least_cost

RULES = CellRules(
    reactions=(ReactionRule(name='all', attended=Reaction.ASK, unattended=Reaction.HOLD),),
    limits=Limits(keep_finished_s=600.0),
    pair=pair_at_least_cost,
)


def an_order(number: int, tasks: int) -> SubmitOrder:
    """Return an order of so many pick and place tasks."""
    return SubmitOrder(
        order_id=OrderId(f'order-{number}'),
        idempotency_key=f'key-{number}',
        requester='bench',
        tasks=tuple(
            Task(
                task_id=TaskId(f'task-{number}-{index}'),
                order_id=OrderId(''),
                skill='pick_place',
                part='bracket',
                source='tray_in',
                target='tray_out',
                payload_kg=1.5,
                hazards=frozenset({'sharp_edges'}),
                deadline_s=3600.0,
            )
            for index in range(tasks)
        ),
    )


def the_arms(count: int) -> Iterator[HearArm]:
    """Return what so many arms say when they announce themselves."""
    for index in range(count):
        agent = Agent(
            agent_id=AgentId(f'arm-{index}'),
            kind=AgentKind.ARM,
            skills=frozenset({'pick_place'}),
            payload_kg=3.0,
            reach_m=0.9,
        )
        yield HearArm(
            agent=agent, boot_id='boot', mode=SafetyMode.NORMAL, held=False, zone_clear=True
        )


def what_the_arms_report(state: CellState) -> list[Input]:
    """Return that every arm that has a task begins it and does it."""
    given: list[Input] = []
    for task_id, agent_id in state.in_hand.items():
        attempt = state.tasks[task_id].open_attempt
        for status in (AttemptStatus.RUNNING, AttemptStatus.SUCCEEDED):
            report = AttemptReport(
                agent_id=agent_id,
                task_id=task_id,
                fence=Fence(attempt.fence if attempt else 0),
                status=status,
                measurements=Measurements(duration_s=4.0, energy_j=120.0),
            )
            given.append(ReportAttempt(report=report))
    return given
