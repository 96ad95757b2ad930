"""
The shipped cells in their physics: every rule, the dispatch pass and the planner, one by one.

The same world with the same seed, faults, orders and answers for each. A rule decides as in
``online_cell``: whenever something has changed, it schedules all that is known, and what is due
at once is given out. Simulated time stands still while anybody decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

from allocation_online import by_rule
from physics_cell import PhysicsCell, Planning

from cobot_alloc.application.order import Order
from cobot_alloc.application.plan_watch import Offer, PlanWatch, reserved
from cobot_alloc.application.report import report
from cobot_alloc.application.scripted_supervisor import Script
from cobot_alloc.bootstrap import PERSON_SKILLS
from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.allocation.cell_problem import cell_problem
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import TaskEnded, TaskHandedOver
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.inputs import AdoptPlan
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.domain.waiting.index import WorkIndex
from cobot_alloc.domain.words import PRODUCT
from cobot_alloc.files.answers import read_answers
from cobot_alloc.files.limits import read_limits
from cobot_alloc.files.orders import read_order
from cobot_alloc.files.policies import read_policies
from cobot_alloc.files.reactions import read_reactions
from cobot_alloc.files.worlds import read_world
from cobot_alloc.planning.pairing import pair_at_least_cost
from cobot_alloc.planning.plan_search import PlanSearch
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.motion.reachability import unreachable_locations
from cobot_alloc.sim.world import World

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / 'bench' / 'data' / 'orders'
RULES = ('SPT', 'FIFO', 'MOPNR', 'MWKR', 'ECT')
OURS = ('none', 'fastest', 'balanced')
#: What the planner may do for each decision: steps of its local search, then parts that it
#: repairs, one after another, each with so much work of the solver by its own measure (about a
#: tenth of a second). Counted, not timed: the same decisions on every machine.
LOCAL_STEPS, REPAIRS, WORK = 500, 2, 0.01
#: Simulated seconds after which a run is given up; by which the orders of the next one come later.
GIVEN_UP_S, LATER_S = 1800.0, 0.37
#: What the table shows of the figures.
_SHOWN = {
    'makespan_s': 'end s',
    'order_flow_mean_s': 'orders s',
    'task_flow_mean_s': 'tasks s',
    'late_s': 'late s',
    'completed': 'done',
    'tasks': 'of',
    'cases': 'cases',
    'person_min': 'person min',
    'energy_kj': 'kJ',
}


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """
    A world and what is asked of it.

    :ivar orders: each with the cell time at which it comes, from when the arms are ready.
    """

    name: str
    world: World
    orders: Sequence[tuple[float, Order]]
    script: Script


#: By name: world, answers, and the order files with the seconds after which each comes.
SCENARIOS: dict[str, tuple[str, Sequence[tuple[float, Path]]]] = {
    'assembly_cell': ('assembly_cell', [(0.0, ROOT / 'orders' / 'assembly_cell.yaml')]),
    'dark_line': ('dark_line', [(0.0, ROOT / 'orders' / 'dark_line.yaml')]),
    'assembly_mix': (
        'assembly_cell',
        [
            (0.0, DATA / 'covers.yaml'),
            (10.0, DATA / 'one_cover.yaml'),
            (20.0, DATA / 'urgent_screws.yaml'),
        ],
    ),
    'dark_line_mix': (
        'dark_line',
        [(0.0, DATA / 'lot.yaml'), (40.0, DATA / 'urgent_blanks.yaml')],
    ),
}


def scenario(name: str, *, size: int = 0, number: int = 0) -> Scenario:
    """
    Return a world with its orders and its answers.

    :param size: so many tasks of each order only, the first; 0: all.
    :param number: of the run: another seed of the world, and the orders come a little later, so
        that what is chance in one run is not taken for a difference.
    """
    world_name, files = SCENARIOS[name]
    world = read_world(ROOT / 'worlds' / f'{world_name}.yaml')
    orders = []
    for at_s, path in files:
        order = read_order(path, world=world)
        if size:
            order = replace(order, tasks=order.tasks[:size])
        orders.append((at_s + LATER_S * number, order))
    return Scenario(
        name=name,
        world=replace(world, seed=world.seed + number),
        orders=orders,
        script=read_answers(
            ROOT / 'config' / 'answers' / f'{world_name}.yaml',
            words=PRODUCT.with_skills(world.skills_of_people),
        ),
    )


class Gate:
    """A pairing that pairs only while it is open: nothing is given out that a rule did not."""

    def __init__(self) -> None:
        """Begin closed."""
        self.is_open = False

    def pair(self, costs: Sequence[Sequence[float]]) -> Sequence[tuple[int, int]]:
        """Pair at the least sum of costs, or nothing."""
        return pair_at_least_cost(costs) if self.is_open else ()


class RuleWatch:
    """Plans by one rule, whenever something has changed, and gives out what is due at once."""

    def __init__(self, name: str, rules: CellRules, gate: Gate) -> None:
        """Begin without a plan."""
        self._decide = by_rule(name)
        self._name, self._rules, self._gate = name, rules, gate
        self._seen: object = None

    def look(self, state: CellState, index: WorkIndex, *, now_s: float, offer: Offer) -> None:
        """Decide, if there is something new."""
        waiting = [state.tasks[task_id].task for task_id in state.queued]
        seen = (
            [task.task_id for task in waiting if task.earliest_start_s <= now_s],
            tuple(state.blocked),
            tuple(state.in_hand.items()),
            [(a, agent.health, agent.may_move) for a, agent in state.agents.items()],
        )
        if seen == self._seen:
            return
        self._seen = seen
        problem = cell_problem(state, self._rules, Policy(), now_s=now_s, index=index)
        schedule = self._decide(problem, None)
        self._gate.is_open = True
        offer(
            AdoptPlan(
                reservations=reserved(schedule),
                cost_s=0.0,
                instead_of_s=None,
                policy=self._name,
                origin=schedule.origin,
            )
        )
        self._gate.is_open = False


class StepPlanner:
    """Implements ``Planner`` in this process: the search is done when it is asked for."""

    absence = ''

    def __init__(self) -> None:
        """Begin with nothing found."""
        self._found: Schedule | None = None

    def start(self, problem: SchedulingProblem, incumbent: Schedule) -> None:
        """Search to the end."""
        found: list[Schedule] = []
        search = PlanSearch(problem, incumbent, found=found.append)
        search.run_counted(steps=LOCAL_STEPS, repairs=REPAIRS, work=WORK)
        self._found = min(found, key=lambda it: it.cost_s, default=None)

    def has_ended(self, within_s: float) -> bool:  # noqa: ARG002 - as its port has it
        """Tell that the search is over."""
        return True

    def poll(self) -> Schedule | None:
        """Return what was found, once."""
        found, self._found = self._found, None
        return found

    def cancel(self) -> None:
        """Forget what was found."""
        self._found = None

    def close(self) -> None:
        """Nothing to end."""


class Run:
    """One world under one way of deciding."""

    def __init__(
        self, scenario: Scenario, decider: str, unreachable: Mapping[AgentId, Any]
    ) -> None:
        """Build the world and the allocator."""
        self.scenario = scenario
        limits = read_limits(ROOT / 'config' / 'cell.yaml')
        world, gate = scenario.world, Gate()
        policies = read_policies(ROOT / 'config' / 'policies.yaml')
        policy = policies.get(decider, Policy())
        rules = CellRules(
            reactions=read_reactions(ROOT / 'config' / 'reactions.yaml'),
            limits=limits,
            pair=gate.pair if decider in RULES else pair_at_least_cost,
            locations=world.named_positions,
            zones=world.zones,
            areas=world.exclusive_areas,
            belts=world.belts,
            single_places=world.single_places,
            tools={arm.agent_id: frozenset(t.kind.value for t in arm.tools) for arm in world.arms},
            unreachable=unreachable,
            preferences=Preferences(
                name=decider if decider in policies else '',
                policy=policy,
                ergonomics=limits.ergonomics,
                seed=limits.seed if limits.explore else None,
            ),
        )
        self._cell_physics = SimulatedCell(world)
        self.cell = PhysicsCell(
            world,
            self._cell_physics,
            rules,
            plans=_planning(decider, rules, policy, gate),
            script=scenario.script,
            skills=PERSON_SKILLS.union(*(someone.skills for someone in world.people)),
        )

    def run(self, say: Callable[[str], None] = lambda _: None) -> dict[str, float]:
        """Let the cell do all its orders, and return the figures."""
        cell = self.cell
        arms = [arm.agent_id for arm in self.scenario.world.arms]
        while not all(_is_ready(cell.state, arm) for arm in arms):
            cell.tick()
        begun_s, coming = cell.now_s, list(self.scenario.orders)
        while coming or not self._is_over():
            while coming and cell.now_s - begun_s >= coming[0][0]:
                order = coming.pop(0)[1]
                cell.submit(order.order_id, order.tasks)
            for line in cell.tick():
                say(f'{cell.now_s:7.1f} {line}')
            if cell.now_s - begun_s > GIVEN_UP_S:
                break
        return self._figures()

    def close(self) -> None:
        """Let go of the physics."""
        self._cell_physics.close()

    def _is_over(self) -> bool:
        state = self.cell.state
        return all(task.is_final for task in state.tasks.values()) and not state.open_cases

    def _figures(self) -> dict[str, float]:
        state = self.cell.state
        tasks = state.tasks.values()
        told = report(self.cell.journal.read(), cell_id=state.cell_id)
        now_s = self.cell.now_s
        orders = state.orders.values()
        measured = [a.measurements for task in tasks for a in task.attempts if a.measurements]
        return {
            'makespan_s': max(t.ended_s or now_s for t in tasks)
            - min(t.submitted_s for t in tasks),
            'order_flow_mean_s': mean((o.ended_s or now_s) - o.accepted_s for o in orders),
            'task_flow_mean_s': mean((t.ended_s or now_s) - t.submitted_s for t in tasks),
            'late_s': sum(row.late_s or 0.0 for row in told.tasks),
            'completed': sum(t.state is TaskState.COMPLETED for t in tasks),
            'tasks': len(tasks),
            'cases': len(told.cases),
            'person_min': _person_s(self.cell) / 60.0,
            'energy_kj': sum(m.electrical_j or m.energy_j for m in measured) / 1e3,
        }


def _person_s(cell: PhysicsCell) -> float:
    """Return the seconds for which people had tasks in hand."""
    handed: dict[str, float] = {}
    spent = 0.0
    for record in cell.journal.read():
        event = record.event
        if isinstance(event, TaskHandedOver):
            handed[event.task_id] = event.at_s
        elif isinstance(event, TaskEnded) and event.task_id in handed:
            spent += event.at_s - handed.pop(event.task_id)
    return spent


def _is_ready(state: CellState, arm: str) -> bool:
    record = state.agents.get(AgentId(arm))
    return record is not None and record.health is Health.READY and record.may_move


def _planning(decider: str, rules: CellRules, policy: Policy, gate: Gate) -> Planning | None:
    if decider == 'none':
        return None
    if decider in RULES:
        return RuleWatch(decider, rules, gate)
    return PlanWatch(StepPlanner(), rules=rules, policy=(decider, policy))


def measure(
    names: Sequence[str], *, runs: int, size: int, deciders: Sequence[str] = (*RULES, *OURS)
) -> dict[str, Any]:
    """Run every scenario under every way of deciding, one after another; print the tables."""
    found: dict[str, Any] = {}
    for name in names:
        print(
            f'\nIn the physics: {name}, {runs} run(s) each; simulated seconds from the first order'
            '\nto the end of the last task; of an order, of a task in the cell (mean); late (sum).'
            f'\nThe planner: {LOCAL_STEPS} steps and {REPAIRS} parts of {WORK:g} for a decision.'
            '\nnone: the dispatch pass with nothing planned ahead.\n'
        )
        print(f'{"":10}' + ''.join(f'{title:>11}' for title in _SHOWN.values()))
        unreachable = unreachable_locations(scenario(name).world)
        rows: dict[str, dict[str, float]] = {}
        for decider in deciders:
            figures = [
                _run(scenario(name, size=size, number=number), decider, unreachable)
                for number in range(runs)
            ]
            rows[decider] = {key: mean(row[key] for row in figures) for key in figures[0]}
            shown = ''.join(f'{rows[decider][key]:11.1f}' for key in _SHOWN)
            print(f'{decider:10}{shown}', flush=True)
        found[name] = rows
    return found


def _run(given: Scenario, decider: str, unreachable: Mapping[AgentId, Any]) -> dict[str, float]:
    run = Run(given, decider, unreachable)
    try:
        return run.run()
    finally:
        run.close()
