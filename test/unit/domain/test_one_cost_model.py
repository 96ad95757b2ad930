"""The dispatcher and the plan weigh with one scale, term by term."""

from __future__ import annotations

from dataclasses import replace
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest
from support.cells import a_person, a_task, an_arm, CELL, REACTIONS

from cobot_alloc.domain.agent import AgentKind, Health
from cobot_alloc.domain.allocation.cell_problem import cell_problem
from cobot_alloc.domain.allocation.order_targets import AGEING_S
from cobot_alloc.domain.attempt import Attempt
from cobot_alloc.domain.cell import AgentRecord, CellState, OrderRecord, TaskRecord
from cobot_alloc.domain.changeover import Changeover
from cobot_alloc.domain.cost import cost_terms, EXPLORATION, PRIORITY
from cobot_alloc.domain.eligibility import crews, lasting_reasons
from cobot_alloc.domain.experience.evidence import Evidence, scopes
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, OrderId, TaskId
from cobot_alloc.domain.labour import Spell
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.domain.requirements import Requirements
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.dispatch import dispatch_schedule, schedule_of
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.objective import cost_terms as plan_terms
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.weighing import PLAN_ONLY
from cobot_alloc.domain.setup_rules import FamilyRule, SetupRule
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.planning.pairing import pair_at_least_cost

ARMS, PEOPLE = ('left', 'right'), ('anna', 'ben')
SKILLS = frozenset({'pick_place'})
PLACES = {'low': (0.3, 0.0, 0.2), 'bench': (0.4, 0.1, 0.9), 'high': (0.2, 0.2, 1.8)}
STRAIN = ('heavy', 'repetitive', 'awkward')
#: The parts in which the dispatcher tells what its time costs.
OF_FLOW = {'wait', 'setup', 'work_assumed', 'work_measured'}

# Few values of each, so that what is found false is soon told in its least form.
WEIGHT = st.sampled_from([0.0, 0.05, 1.0, 7.0])
SECONDS = st.sampled_from([0.0, 3.7, 60.0, 500.0])
POLICIES = st.builds(
    Policy,
    energy=WEIGHT.map(lambda weight: weight / 1000.0),
    carbon_g_per_mj=st.sampled_from([(), (100.0, 10.0, 50.0)]),
    **dict.fromkeys(
        ('makespan', 'flow', 'lateness', 'carbon', 'rework', 'switching', *STRAIN), WEIGHT
    ),
)
EVIDENCE = st.builds(
    Evidence,
    runs=st.sampled_from([0, 30]),
    timed=st.sampled_from([0.0, 1.0, 30.0]),
    log_mean=st.sampled_from([-1.0, 2.0, 5.0]),
    log_squares=st.just(3.0),
    successes=st.sampled_from([0.0, 30.0]),
    failures=st.sampled_from([0.0, 1000.0]),
    exceptions=st.sampled_from([0.0, 20.0]),
    hours=st.just(2.0),
    joules=st.sampled_from([0.0, 1e5]),
    powered_s=st.just(500.0),
)
SPELLS = st.builds(
    Spell,
    ended_s=SECONDS,
    seconds=SECONDS,
    payload_kg=st.sampled_from([0.5, 5.0]),
    repetition=st.sampled_from([1, 20]),
    places=st.sampled_from([(), ('low',)]),
)
FAMILIES = (FamilyRule(family='lids', part='lid'), FamilyRule(family='boxes', part='box'))


@st.composite
def tasks(draw, now_s: float, **more: Any) -> Task:
    modes = st.lists(st.sampled_from(WorkMode), unique=True, max_size=3)
    judgement = draw(st.booleans())
    return a_task(
        'next',
        order_id='o',
        part=draw(st.sampled_from(['', 'lid_1', 'box_2'])),
        source=draw(st.sampled_from(['', *PLACES])),
        target=draw(st.sampled_from(['', *PLACES])),
        payload_kg=draw(st.sampled_from([0.5, 5.0])),
        repetition=draw(st.sampled_from([1, 20])),
        modes=() if judgement else tuple(draw(modes)),
        judgement=judgement,
        priority=draw(st.sampled_from([-2, 0, 0, 1, 15])),
        deadline_s=draw(st.sampled_from([None, now_s + 10.0, now_s + 1e4])),
        **more,
    )


@st.composite
def agents(draw, now_s: float) -> dict[Any, Any]:
    """Draw arms that may move or stand still, and people, each set up for something."""
    setups = st.sampled_from(['', 'lids', 'boxes'])
    known = [
        an_arm(arm, skills=SKILLS, payload_kg=9.0, reach_m=None, base=(0.1 * n, 0.0, 0.7))
        for n, arm in enumerate(ARMS)
    ]
    known += [a_person(person, skills=SKILLS) for person in PEOPLE[: draw(st.integers(0, 2))]]
    return {
        agent.agent_id: AgentRecord(
            agent=agent,
            health=Health.READY,
            mode=SafetyMode.NORMAL,
            held=False,
            setup=draw(setups),
            still_since_s=now_s - draw(SECONDS)
            if agent.kind is AgentKind.ARM and draw(st.booleans())
            else None,
        )
        for agent in known
    }


@st.composite
def work_in_hand(draw: CellState, state, now_s: float, *, may_help: bool):
    """Let somebody be at a task, or nobody: begun, overdue or held, alone or with a helper."""
    holder = draw(st.sampled_from(['', *(ARMS if not may_help else state.agents)]))
    if not holder:
        return state
    begun_s = now_s - draw(SECONDS)
    is_person = holder in PEOPLE
    helper = '' if is_person or not may_help else draw(st.sampled_from(['', *state.agents]))
    helper = helper if helper in PEOPLE else ''
    attempt = Attempt(
        fence=Fence(1),
        agent_id=holder,
        started_s=begun_s,
        helper=helper,
        held_s=draw(st.sampled_from([0.0, 3.0])),
        held_since_s=draw(st.sampled_from([None, max(begun_s, now_s - 7.0)])),
    )
    record = TaskRecord(
        task=a_task('busy', order_id='b', modes=(WorkMode.TOGETHER,) if helper else ()),
        state=TaskState.MANUAL if is_person else TaskState.UNDERWAY,
        submitted_s=begun_s,
        agent_id=holder,
        attempts=() if is_person else (attempt,),
        handed_s=begun_s if is_person else None,
        changeover=draw(
            st.sampled_from([Changeover(), Changeover(before='lids', after='boxes', seconds=4.0)])
        ),
    )
    return replace(
        state,
        tasks={**state.tasks, 'busy': record},
        in_hand={'busy': holder},
        helping={'busy': helper} if helper else {},
    )


@st.composite
def cells(draw) -> tuple[Any, CellRules, Any]:
    """Draw a cell with one task waiting that has just come, and at most one in hand."""
    now_s = 3600.0 * draw(st.sampled_from([0.0, 1.5, 2.999]))
    task = draw(tasks(now_s))
    changes = draw(st.booleans())
    known = [
        *((AgentKind.ARM, arm, together) for arm in ARMS for together in (False, True)),
        *((AgentKind.PERSON, person, False) for person in PEOPLE),
    ]
    learned = draw(st.lists(EVIDENCE, max_size=3))
    experience = {
        scope: learned[n % len(learned)]
        for n, (kind, agent, together) in enumerate(known if learned else ())
        for scope in scopes('pick_place', kind, AgentId(agent), task.part, together=together)
    }
    state = CellState(
        cell_id=CellId(CELL),
        agents=draw(agents(now_s)),
        tasks={TaskId('next'): TaskRecord(task=task, state=TaskState.QUEUED, submitted_s=now_s)},
        queued={TaskId('next'): None},
        orders={OrderId('o'): _an_order('o', 'next', now_s)},
        experience=experience,
        labour={person: tuple(draw(st.lists(SPELLS, max_size=2))) for person in PEOPLE},
    )
    # A helper who is busy while the arm could change its tool is the docs' own exception: the
    # plan lets the arm do so ahead.
    state = draw(work_in_hand(state, now_s, may_help=not changes))
    setups = (SetupRule(from_='any', to='any', seconds=draw(st.sampled_from([0.0, 9.0]))),)
    rules = CellRules(
        reactions=REACTIONS,
        limits=Limits(
            requirements=Requirements(families=FAMILIES, setups=setups if changes else ())
        ),
        pair=pair_at_least_cost,
        locations=PLACES,
        preferences=Preferences(policy=draw(POLICIES), seed=draw(st.sampled_from([None, 7]))),
    )
    return state, rules, now_s


def _an_order(order_id: str, task_id: str, accepted_s: float) -> OrderRecord:
    return OrderRecord(
        order_id=OrderId(order_id),
        idempotency_key=order_id,
        requester='test',
        fingerprint='',
        accepted_s=accepted_s,
        task_ids=(task_id,),
        open_tasks=1,
    )


def _planned(problem: SchedulingProblem, agent_ids: tuple[AgentId, ...]) -> dict[str, float]:
    """Return the terms of a plan in which the waiting task is done by these, as soon as it can."""
    indexed = index(problem)
    (number, operation), *_ = (
        (n, o) for n, o in enumerate(problem.operations) if o.task_id == 'next'
    )
    modes = [choices[0] for choices in indexed.modes_of]
    modes[number] = next(
        mode
        for mode in indexed.modes_of[number]
        if operation.modes[indexed.number_of_mode[mode]].agents == agent_ids
        and math.isinf(indexed.not_before_s[mode])
    )
    schedule = schedule_of(indexed, (list(indexed.order), modes), origin='test')
    alone = replace(problem, operations=(replace(operation, predecessors=()),))
    only = replace(schedule, placements={'next': schedule.placements['next']})
    terms = dict(plan_terms(alone, only))
    terms['makespan'] -= problem.policy.makespan * problem.now_s  # what is past already
    return terms


@given(cells())
def test_what_the_dispatcher_weighs_the_plan_weighs_the_same(
    cell: tuple[Any, CellRules, Any],
) -> None:
    """For every crew that may do a task which has just come, and by every policy."""
    state, rules, now_s = cell
    record, policy = state.tasks['next'], rules.preferences.policy
    problem = cell_problem(state, rules, policy, now_s=now_s)
    weight = 1.0 + max(0, record.task.priority)

    for agent, helper in crews(record.task, state.agents.values()):
        if lasting_reasons(record, agent, rules, helper=helper):
            continue
        weighed = cost_terms(record, agent, state, rules, now_s=now_s, helper=helper)
        mine = {term.name: term.seconds for term in weighed}
        names = tuple(it.agent.agent_id for it in (agent, helper) if it is not None)
        planned = _planned(problem, names)
        flow_s = sum(mine.pop(name, 0.0) for name in OF_FLOW)
        late_s = mine.get('lateness', 0.0)
        exact = {'rel': 1e-6, 'abs': 0.0021 * weight}  # what rounding to milliseconds leaves
        assert planned.pop('flow') == pytest.approx(weight * flow_s, **exact), names
        assert planned.pop('lateness') == pytest.approx(weight * late_s, **exact), names
        extra_s = (weight - 1.0) * (flow_s + late_s)
        assert mine.pop(PRIORITY, 0.0) == pytest.approx(extra_s, **exact), names
        mine.pop('lateness', None)
        mine.pop(EXPLORATION, None)
        for name in planned.keys() - PLAN_ONLY:
            assert planned[name] == pytest.approx(mine.pop(name, 0.0), **exact), (name, names)
        assert mine == {}, 'terms that the plan does not have'


def test_whoever_asks_often_is_dear_to_both() -> None:
    """Two arms of one speed, of which one needs a person every other minute."""
    state, rules, now_s = _two_arms(exceptions={'left': 60.0})
    problem = cell_problem(state, rules, Policy(), now_s=now_s)
    assert dispatch_schedule(problem).placements['next'].agents == ('right',)
    costs = {
        arm: sum(
            t.seconds
            for t in cost_terms(
                state.tasks[TaskId('next')], state.agents[AgentId(arm)], state, rules, now_s=now_s
            )
        )
        for arm in ARMS
    }
    assert costs['left'] > 1.2 * costs['right']


def test_what_an_arm_that_always_fails_costs_is_not_capped() -> None:
    """The plan took it for good in one of twenty, whatever was known."""
    state, rules, now_s = _two_arms(failures={'left': 5000.0})
    (operation,) = cell_problem(state, rules, Policy(), now_s=now_s).operations
    rework = {mode.agents[0]: mode.rework for mode in operation.modes}
    assert rework['left'] > 0.98


def test_only_a_plan_lets_what_has_waited_count_more() -> None:
    """The dispatcher takes tasks by their age; a plan would let what is dear wait for ever."""
    state, rules, now_s = _two_arms()
    later_s = now_s + AGEING_S
    weights, costs = [], []
    for at_s in (now_s, later_s):
        (order,) = cell_problem(state, rules, Policy(), now_s=at_s).orders
        weights.append(order.weight)
        costs.append(
            cost_terms(
                state.tasks[TaskId('next')],
                state.agents[AgentId('left')],
                state,
                rules,
                now_s=at_s,
            )
        )
    assert weights == [1.0, 2.0]
    assert costs[0] == costs[1]


def test_whoever_helps_changes_nothing_in_a_plan() -> None:
    """Two at a task need the arm's setup, and wait for no change of the person's."""
    state, rules, now_s = _two_arms()
    rule = SetupRule(from_='any', to='any', seconds=9.0)
    rules = replace(
        rules, limits=Limits(requirements=Requirements(families=FAMILIES, setups=(rule,)))
    )
    modes = (WorkMode.TOGETHER, WorkMode.PERSON)
    task = a_task('next', order_id='o', part='lid_1', modes=modes)
    anna = AgentRecord(agent=a_person('anna', skills=SKILLS), health=Health.READY, setup='boxes')
    state = replace(
        state,
        agents={'left': replace(state.agents[AgentId('left')], setup='lids'), 'anna': anna},
        tasks={TaskId('next'): replace(state.tasks[TaskId('next')], task=task)},
    )
    problem = cell_problem(state, rules, Policy(), now_s=now_s)
    placement = dispatch_schedule(problem).placements['next']
    assert (placement.agents, placement.start_s) == (('left', 'anna'), now_s)


def _two_arms(
    *, exceptions: dict[Any, Any] | None = None, failures: dict[Any, Any] | None = None
) -> tuple[CellState, CellRules, float]:
    """Return a cell of two arms that are known to be alike, but for these figures."""
    now_s = 100.0
    experience = {
        scopes('pick_place', AgentKind.ARM, AgentId(arm), '')[1]: Evidence(
            runs=50,
            timed=50.0,
            log_mean=math.log(5.0),
            successes=50.0,
            failures=(failures or {}).get(arm, 0.0),
            exceptions=(exceptions or {}).get(arm, 0.0),
            hours=2.0,
        )
        for arm in ARMS
    }
    state = CellState(
        cell_id=CellId(CELL),
        agents={
            arm: AgentRecord(
                agent=an_arm(arm), health=Health.READY, mode=SafetyMode.NORMAL, held=False
            )
            for arm in ARMS
        },
        tasks={
            TaskId('next'): TaskRecord(
                task=a_task('next', order_id='o'), state=TaskState.QUEUED, submitted_s=now_s
            )
        },
        queued={TaskId('next'): None},
        orders={OrderId('o'): _an_order('o', 'next', now_s)},
        experience=experience,
    )
    return state, CellRules(reactions=REACTIONS, limits=Limits(), pair=pair_at_least_cost), now_s
