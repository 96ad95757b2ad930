"""One run of the whole cell from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.geometry import Cylinder
from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import DeskClocks, Limits
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.domain.reactions import Condition, Reaction, ReactionRule
from cobot_alloc.domain.requirements import Absence, Requirements
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.setup_rules import FamilyRule, SetupRule
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.zone import ExclusiveArea, ResumeRule, Zone
from cobot_alloc.planning.pairing import pair_at_least_cost
from simulation.allocator_process import AllocatorProcess
from simulation.cell_process import CellProcess
from simulation.chaos import Chaos, chaos_of
from simulation.history import BY_HAND, History, Violation
from simulation.people import Client, Person, some_order
from simulation.timeline import Network, Timeline

#: Seconds of chaos, and seconds in which everything must come to its end.
WILD_S = 45.0
CALM_S = 900.0

LOCATIONS = {'near_a': (0.3, 0.0, 0.0), 'middle_1': (0.7, 0.1, 0.0),
             'middle_2': (0.7, -0.1, 0.0), 'near_b': (1.1, 0.0, 0.0)}  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """
    How a run went.

    :ivar violation: the promise that was broken, or None.
    """

    seed: int
    chaos: Chaos
    violation: Violation | None
    trace: list[str]
    history: History
    events: int


def simulate(seed: int, chaos: Chaos | None = None) -> Outcome:
    """Run the cell of a seed; with a chaos of one's own instead of the seed's."""
    chaos = chaos or chaos_of(Random(seed ^ 0x5EED))
    timeline, history = Timeline(seed, chaos), History()
    violation, events = None, 0
    try:
        events = _run(timeline, history)
    except Violation as found:
        violation = found
        timeline.note(str(found))
    return Outcome(seed, chaos, violation, list(timeline.trace), history, events)


def _run(timeline: Timeline, history: History) -> int:
    network = Network(timeline)
    cell = CellProcess(timeline, network, history, _arms())
    allocator = AllocatorProcess(timeline, network, history, cell, _rules(timeline.random))
    cell.allocator = allocator
    try:
        return _live(timeline, network, history, cell, allocator)
    finally:
        allocator.close()
        cell.ledger.close()


def _live(
    timeline: Timeline,
    network: Network,
    history: History,
    cell: CellProcess,
    allocator: AllocatorProcess,
) -> int:
    people = [Person(timeline, network, history, allocator, _person(n)) for n in ('anna', 'bert')]
    for number in range(timeline.chaos.orders):
        order = some_order(timeline, number, list(LOCATIONS))
        Client(timeline, network, history, allocator, order)
    _plan_trouble(timeline, network, cell, allocator, people)
    for _ in range(3):
        timeline.run_until(timeline.now + WILD_S / 3)
        allocator.check_whole()
    timeline.calm = True
    _settle(timeline, network, cell, allocator, people)
    return allocator.check_end()


def _settle(
    timeline: Timeline,
    network: Network,
    cell: CellProcess,
    allocator: AllocatorProcess,
    people: list[Person],
) -> None:
    network.cut = False
    cell.floor.demands.clear()
    cell.floor.blind = False
    allocator.stalled_at, allocator.jumped_s = None, 0.0
    for person in people:
        person.away = False
    end = timeline.now + CALM_S
    while timeline.now < end:
        timeline.run_until(timeline.now + 5.0)
        done = allocator.up and not allocator.state.open_cases
        if done and all(t.is_final for t in allocator.state.tasks.values()):
            return


def _plan_trouble(
    timeline: Timeline,
    network: Network,
    cell: CellProcess,
    allocator: AllocatorProcess,
    people: list[Person],
) -> None:
    random, chaos = timeline.random, timeline.chaos
    switch = partial(_switch, timeline)
    for _ in range(chaos.partitions):
        switch(network, 'cut', during_s=8.0)
    for _ in range(chaos.blind):
        switch(cell.floor, 'blind', during_s=5.0)
    _plan_walks(timeline, cell)
    _plan_jumps(timeline, cell, allocator)
    for _ in range(chaos.stops):
        person = random.choice(people)
        timeline.after(WILD_S * random.random(), _setter(timeline, person, 'wants', Action.STOP))
    for person in people[: chaos.absences]:
        switch(person, 'away', during_s=15.0)
    for _ in range(chaos.gone):
        if random.random() < 0.3:
            arm = random.choice(list(_arms()))
            timeline.after(WILD_S * random.random(), partial(cell.gone.add, arm))
    for _ in range(chaos.by_hand):
        timeline.after(WILD_S * random.random(), lambda: _goal_by_hand(timeline, cell))


def _during(
    timeline: Timeline, begin: Callable[[], None], end: Callable[[], None], longest_s: float
) -> None:
    at = WILD_S * timeline.random.random()
    timeline.after(at, begin)
    timeline.after(at + longest_s * timeline.random.random(), end)


def _setter(timeline: Timeline, target: object, name: str, value: object) -> Callable[[], None]:
    def act() -> None:
        if not timeline.calm:
            setattr(target, name, value)

    return act


def _switch(timeline: Timeline, target: object, name: str, *, during_s: float) -> None:
    on, off = (_setter(timeline, target, name, value) for value in (True, False))
    _during(timeline, on, off, during_s)


def _plan_walks(timeline: Timeline, cell: CellProcess) -> None:
    random = timeline.random
    for _ in range(timeline.chaos.walks):
        arm = random.choice(list(_arms()))
        mode = random.choice([SafetyMode.REDUCED, SafetyMode.STOPPED])

        def come(arm: str = arm, mode: SafetyMode = mode) -> None:
            if not timeline.calm:
                cell.floor.demands[arm] = mode

        def go(arm: str = arm) -> None:
            cell.floor.demands.pop(arm, None)

        _during(timeline, come, go, 8.0)


def _plan_jumps(timeline: Timeline, cell: CellProcess, allocator: AllocatorProcess) -> None:
    set_to = partial(_setter, timeline, allocator)
    for _ in range(timeline.chaos.jumps):
        jump = timeline.random.choice([-3.0, 5.0])
        _during(timeline, set_to('jumped_s', jump), set_to('jumped_s', 0.0), 6.0)

        def stall() -> None:
            allocator.stalled_at = cell.raw_time()

        _during(timeline, stall, set_to('stalled_at', None), 4.0)


def _goal_by_hand(timeline: Timeline, cell: CellProcess) -> None:
    arm = timeline.random.choice(list(_arms()))
    fence = cell.ledger.highest(arm) + timeline.random.randint(1, 3)
    task = Task(task_id=TaskId(BY_HAND), order_id=OrderId(BY_HAND), skill='pick_place')
    timeline.note(f'someone sends {arm} a goal by hand as {fence}')
    cell.on_goal(arm, task, fence, 0.0, 0.0)


def _arms() -> dict[str, Agent]:
    return {
        name: Agent(
            agent_id=AgentId(name),
            kind=AgentKind.ARM,
            skills=frozenset({'pick_place'}),
            payload_kg=payload_kg,
            reach_m=0.95,
            base=(x, 0.0, 0.0),
        )
        for name, payload_kg, x in (('arm_a', 3.0, 0.0), ('arm_b', 7.0, 1.4))
    }


def _person(name: str) -> Agent:
    return Agent(
        agent_id=AgentId(name),
        kind=AgentKind.PERSON,
        skills=frozenset({'decide', 'pick_place'}),
        payload_kg=10.0,
        reach_m=None,
    )


def _rules(random: Random) -> CellRules:
    volume = Cylinder(center=(0.0, 0.0, 0.0), radius_m=1.0, height_m=2.0)
    zones = tuple(
        Zone(
            zone_id=ZoneId(f'{arm}_stop'),
            agent_id=AgentId(arm),
            mode=SafetyMode.STOPPED,
            volume=volume,
            resume=random.choice(list(ResumeRule)),
            clear_for_s=1.0,
        )
        for arm in _arms()
    )
    return CellRules(
        reactions=(
            ReactionRule(
                name='again',
                when=Condition(
                    code=frozenset({'grip_failed', 'goal_lost', 'goal_refused'}),
                    hazardous=False,
                    attempts_below=4,
                ),
                attended=Reaction.RETRY,
                unattended=Reaction.RETRY,
            ),
            ReactionRule(
                name='another',
                when=Condition(code=frozenset({'unreachable'}), hazardous=False, attempts_below=3),
                attended=Reaction.REASSIGN,
                unattended=Reaction.HOLD,
            ),
            ReactionRule(name='ask', attended=Reaction.ASK, unattended=Reaction.HOLD),
        ),
        limits=Limits(
            desk=DeskClocks(unclaimed_s=8.0, lease_s=6.0),
            goal_expires_s=random.choice([2.0, 10.0]),
            keep_finished_s=random.choice([5.0, 3600.0]),
            patience_s=3.0,
            requirements=Requirements(
                absences=(
                    Absence(
                        agent=AgentId(next(iter(_arms()))), from_s=9.0, until_s=11.0, every_s=15.0
                    ),
                ),
                families=tuple(FamilyRule(family=s, station=s) for s in ('left', 'right')),
                setups=(SetupRule(from_='any', to='any', seconds=1.5),),
            ),
        ),
        pair=pair_at_least_cost,
        locations=LOCATIONS,
        zones=zones,
        areas=(ExclusiveArea(area_id='middle', locations=frozenset({'middle_1', 'middle_2'})),),
        preferences=Preferences(
            name='drawn', policy=Policy(energy=0.001, heavy=1.0, awkward=1.0), seed=1
        ),
    )
