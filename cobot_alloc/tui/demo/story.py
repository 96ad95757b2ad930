"""Who is in the demo cell, what is ordered, and what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Cylinder
from cobot_alloc.domain.identifiers import AgentId, CellId, OrderId, TaskId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import DeskClocks, Limits
from cobot_alloc.domain.reactions import Condition, Reaction, ReactionRule
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.zone import Zone

CELL = CellId('gearbox')
ORDER = OrderId('order-1')


def _arm(agent_id: str, *skills: str, payload_kg: float) -> Agent:
    return Agent(
        agent_id=AgentId(agent_id),
        kind=AgentKind.ARM,
        skills=frozenset(skills),
        payload_kg=payload_kg,
        reach_m=0.85,
    )


ARMS = (
    _arm('arm_1', 'pick_place', 'machine_tend', 'palletize', payload_kg=14.0),
    _arm('arm_2', 'pick_place', 'fasten', 'dispense', payload_kg=3.0),
    _arm('arm_3', 'pick_place', 'deburr', 'palletize', payload_kg=7.0),
)


def person(name: str) -> Agent:
    """Return a person as an agent."""
    return Agent(
        agent_id=AgentId(name),
        kind=AgentKind.PERSON,
        skills=frozenset({'inspect', 'decide', 'pick_place', 'fasten'}),
        payload_kg=10.0,
        reach_m=None,
    )


def _zone(agent_id: str) -> Zone:
    return Zone(
        zone_id=ZoneId(f'{agent_id}_stop'),
        agent_id=AgentId(agent_id),
        mode=SafetyMode.STOPPED,
        volume=Cylinder(center=(0.0, 0.0, 0.0), radius_m=1.0, height_m=2.0),
        clear_for_s=2.0,
    )


ZONES = tuple(_zone(arm.agent_id) for arm in ARMS)


def _pairs(costs: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pair greedily: good enough for three arms."""
    entries = sorted(
        (cost, row, column)
        for row, line in enumerate(costs)
        for column, cost in enumerate(line)
        if cost != float('inf')
    )
    taken: list[tuple[int, int]] = []
    for _, row, column in entries:
        if all(row != other_row and column != other for other_row, other in taken):
            taken.append((row, column))
    return taken


RULES = CellRules(
    reactions=(
        ReactionRule(
            name='grip once more',
            when=Condition(
                code=frozenset({FailureCode.GRIP_FAILED}), hazardous=False, attempts_below=2
            ),
            attended=Reaction.RETRY,
            unattended=Reaction.RETRY,
        ),
        ReactionRule(name='otherwise', attended=Reaction.ASK, unattended=Reaction.HOLD),
    ),
    limits=Limits(desk=DeskClocks(unclaimed_s=30.0, lease_s=120.0)),
    pair=_pairs,
    zones=ZONES,
)  # fmt: skip


def _task(
    number: int,
    skill: str,
    part: str,
    journey: str,
    *,
    after: tuple[int, ...] = (),
    hazards: tuple[str, ...] = (),
    payload_kg: float = 1.2,
    priority: int = 1,
    deadline_s: float | None = None,
) -> Task:
    judgement = skill in (SkillCode.INSPECT, SkillCode.DECIDE)
    source, _, target = journey.partition(' > ')
    return Task(
        task_id=TaskId(f't{number:02}'),
        order_id=ORDER,
        skill=skill,
        part=part,
        source=source,
        target=target or source,
        payload_kg=0.0 if judgement else payload_kg,
        hazards=frozenset(hazards),
        judgement=judgement,
        priority=priority,
        deadline_s=deadline_s,
        predecessors=tuple(TaskId(f't{other:02}') for other in after),
    )


TASKS = (
    _task(1, 'machine_tend', 'housing_1', 'rack > lathe', payload_kg=6.5, priority=3),
    _task(2, 'dispense', 'flange_1', 'press', hazards=('adhesive',), priority=4),
    _task(3, 'deburr', 'gear_1', 'bench', hazards=('dust',), priority=2),
    _task(4, 'pick_place', 'gear_2', 'tray_a.2 > fixture_1', priority=3),
    _task(5, 'fasten', 'flange_1', 'press', after=(2,), priority=3),
    _task(6, 'pick_place', 'seal_1', 'tray_b.1 > fixture_1', priority=2),
    _task(7, 'inspect', 'housing_1', 'lathe', after=(1,), priority=2, deadline_s=240.0),
    _task(8, 'pick_place', 'gear_1', 'bench > fixture_2', after=(3,), priority=2),
    _task(9, 'fasten', 'cover_1', 'fixture_1', after=(4, 6), priority=2),
    _task(10, 'palletize', 'crate_1', 'lathe > pallet', payload_kg=6.8, priority=1),
    _task(11, 'decide', 'batch_7', 'quarantine', priority=1, deadline_s=600.0),
    _task(12, 'fasten', 'shim_1', 'fixture_2', priority=1),
    _task(13, 'inspect', 'gearbox_1', 'fixture_1', after=(9,), priority=1),
    _task(14, 'palletize', 'gearbox_1', 'fixture_1 > pallet', after=(13,), payload_kg=6.9),
)


def _failures(phase: Phase, code: str, *details: str) -> tuple[Failure, ...]:
    return tuple(Failure(phase=phase, code=code, detail=detail) for detail in details)


#: What goes wrong, by task: one failure an attempt, in this order; then it goes well.
FAILURES = {
    't02': _failures(
        Phase.EXECUTION, 'nozzle_blocked', 'flow 0.02 ml/s after 3.1 s, at least 0.15 is needed'
    ),
    't04': _failures(
        Phase.PRECONDITION,
        FailureCode.GRIP_FAILED,
        'fingers closed to 0.4 mm, gear_2 is 24 mm wide',
        'fingers closed to 0.3 mm, gear_2 is 24 mm wide',
    ),
    't06': _failures(
        Phase.POSTCONDITION,
        FailureCode.MISPLACED,
        'seal_1 is 7.2 mm from fixture_1, 2.0 mm are allowed',
    ),
    't10': _failures(
        Phase.EXECUTION,
        FailureCode.PART_DROPPED,
        'contact with crate_1 was lost 0.31 m above the floor',
    ),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A person walks through an arm's stop zone."""

    zone: Zone
    enters_s: float
    leaves_s: float


VISITS = (Visit(ZONES[2], 38.0, 60.0), Visit(ZONES[0], 150.0, 165.0))
