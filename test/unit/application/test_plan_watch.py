"""The watch over the plan: made at once, improved in the background, taken on by the core."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, PlayedCell, task_subject

from cobot_alloc.application import plan_watch
from cobot_alloc.application.plan_watch import PlanWatch
from cobot_alloc.application.planner import DispatchOnly
from cobot_alloc.domain.allocation.cell_problem import cell_problem
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.decisions.candidates import candidates_for
from cobot_alloc.domain.events import PlanAdopted
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.inputs import AdoptPlan
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.domain.scheduling.dispatch import dispatch_schedule, spent_s
from cobot_alloc.domain.scheduling.feasibility import violations
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.domain.task import WorkMode
from cobot_alloc.domain.zone import ExclusiveArea

POLICY = Policy(lateness=5.0, heavy=1.0)


class PlannerByHand(DispatchOnly):
    """A planner that finds what a test puts there."""

    def __init__(self) -> None:
        super().__init__('')
        self.started, self.found, self.ended = [], [], True

    def start(self, problem: SchedulingProblem, incumbent: Schedule) -> None:
        self.started.append((problem, incumbent))
        self.found.clear()

    def has_ended(self, within_s):
        return self.ended

    def poll(self):
        return self.found.pop() if self.found else None


def a_watch(cell, planner=None, **features):
    planner = planner or DispatchOnly('')
    return PlanWatch(planner, rules=cell.rules, policy=('balanced', POLICY), **features)


def look(watch: PlanWatch, cell: PlayedCell) -> None:
    def offer(plan: AdoptPlan) -> bool:
        return any(isinstance(event, PlanAdopted) for event in cell.give(plan))

    return watch.look(cell.state, cell.index, now_s=cell.now_s, offer=offer)


def a_loaded_cell() -> PlayedCell:
    """Return a cell with two arms that may not start yet, a person, and an order of four."""
    cell = a_running_cell(an_arm('left'), an_arm('right'), attended=False)
    cell.hear(an_arm('left'), held=True)
    cell.hear(an_arm('right'), held=True)
    cell.sign_on(a_person(skills=frozenset({'decide'})))
    cell.submit(
        a_task('a', deadline_s=500.0),
        a_task('b', predecessors=('a',)),
        a_task('c', hazards=frozenset({'acid'})),
        a_task('d', skill='decide', judgement=True, predecessors=('b',)),
    )
    return cell


def test_the_problem_of_a_cell_has_what_can_be_reckoned_with() -> None:
    """Who may do what, what waits for what, and nobody who is not there."""
    cell = a_loaded_cell()
    cell.miss('right')
    problem = cell_problem(cell.state, cell.rules, POLICY, now_s=cell.now_s)
    by_id = {operation.task_id: operation for operation in problem.operations}
    assert [agent.agent_id for agent in problem.agents] == ['left', 'anna']
    assert {t: [m.agents for m in o.modes] for t, o in by_id.items()} == {
        'a': [('left',)],
        'b': [('left',)],
        'c': [('left',)],
        'd': [('anna',)],
    }
    assert by_id[TaskId('d')].predecessors == ('b',)
    assert by_id[TaskId('a')].deadline_s == 500.0
    assert violations(problem, dispatch_schedule(problem)) == ()


def test_what_nobody_can_do_now_is_left_out_with_what_waits_for_it() -> None:
    """The person is gone, so nobody decides; a task behind that cannot be planned either."""
    cell = a_running_cell(an_arm('left'), attended=False)
    cell.hear(an_arm('left'), held=True)
    cell.submit(
        a_task('a'), a_task('d', skill='decide', judgement=True), a_task('e', predecessors=('d',))
    )
    problem = cell_problem(cell.state, cell.rules, POLICY, now_s=cell.now_s)
    assert [operation.task_id for operation in problem.operations] == ['a']


def test_work_in_hand_is_under_way_and_areas_are_kept() -> None:
    """What an arm is at stays with it; tasks of one area are not planned at the same time."""
    areas = (ExclusiveArea(area_id='middle', locations=frozenset({'m1', 'm2'})),)
    cell = a_running_cell(an_arm('left'), an_arm('right'), attended=False, areas=areas)
    cell.submit(a_task('a', source='m1'), a_task('b', source='m2'))
    cell.wait(60.0)  # far longer than expected
    problem = cell_problem(cell.state, cell.rules, POLICY, now_s=cell.now_s)
    begun, waiting = problem.operations
    assert begun.underway is not None
    assert begun.underway.started_s == 0.0
    placements = dispatch_schedule(problem).placements
    assert placements[TaskId('b')].start_s >= placements[TaskId('a')].end_s > cell.now_s
    assert begun.areas == waiting.areas == {'middle'}


def test_a_plan_is_made_at_once_and_followed_to_the_end() -> None:
    """Every waiting task gets a place; the cell does all of them, through the plan."""
    cell = a_loaded_cell()
    watch = a_watch(cell)
    look(watch, cell)
    assert set(cell.state.plan) == {'a', 'b', 'c', 'd'}
    cell.hear(an_arm('left'))
    cell.hear(an_arm('right'))
    for task_id in ('a', 'c', 'b'):
        look(watch, cell)
        assert cell.task(task_id).state is TaskState.ASSIGNED
        cell.begin(task_id)
        cell.wait(4.0)
        cell.succeed(task_id)
    look(watch, cell)
    assert cell.task('d').agent_id == 'anna'


def test_nothing_new_plans_nothing_anew() -> None:
    """The planner is started once for one state of affairs."""
    cell, planner = a_loaded_cell(), PlannerByHand()
    watch = a_watch(cell, planner)
    for _ in range(3):
        look(watch, cell)
        cell.wait(0.1)
    assert len(planner.started) == 1
    cell.submit(a_task('more'))
    look(watch, cell)
    assert len(planner.started) == 2
    assert 'more' in cell.state.plan


def test_what_the_planner_finds_is_measured_against_the_plan_in_force() -> None:
    """A plan that is hardly better is left; one that is better by a margin is taken on."""
    cell, planner = a_loaded_cell(), PlannerByHand()
    watch = a_watch(cell, planner)
    look(watch, cell)
    _, incumbent = planner.started[0]
    before = cell.state.plan
    moved = {
        t: replace(p, agents=(AgentId('right'),)) if t == 'c' else p
        for t, p in incumbent.placements.items()
    }
    if before[TaskId('c')].agent_id == 'right':
        moved[TaskId('c')] = replace(moved[TaskId('c')], agents=(AgentId('left'),))
    for share, taken in ((0.99, False), (0.9, True)):
        cost_s = share * incumbent.cost_s
        planner.found.append(replace(incumbent, placements=moved, cost_s=cost_s))
        look(watch, cell)
        assert (cell.state.plan[TaskId('c')].agent_id != before[TaskId('c')].agent_id) is taken


def test_the_same_plan_is_kept_at_its_later_times() -> None:
    """Reservations lapse by their times, so a plan that comes true late must have new ones."""
    cell = a_loaded_cell()
    watch = a_watch(cell)
    look(watch, cell)
    before = dict(cell.state.plan)
    cell.wait(1.0)  # hardly later: it is left as it is
    look(watch, cell)
    assert cell.state.plan == before
    cell.wait(30.0)
    look(watch, cell)
    after = cell.state.plan
    assert {t: r.agent_id for t, r in after.items()} == {t: r.agent_id for t, r in before.items()}
    moved = {t: r.start_s - before[t].start_s for t, r in after.items()}
    assert moved == pytest.approx(dict.fromkeys(before, 2 * 31.0))  # they stand as long again


def test_what_is_hardly_better_does_not_keep_the_plan_from_its_later_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pass finds others for one percent less: not worth a change, the times are."""
    cell = a_loaded_cell()
    watch = a_watch(cell)
    look(watch, cell)
    before = dict(cell.state.plan)

    def hardly_better(problem: SchedulingProblem, *, incumbent: Schedule) -> Schedule:
        schedule = dispatch_schedule(problem, incumbent=incumbent)
        other = {
            task_id: replace(it, agents=(AgentId('left' if it.agents == ('right',) else 'right'),))
            for task_id, it in schedule.placements.items()
        }
        return replace(schedule, placements=other, cost_s=0.99 * schedule.cost_s)

    monkeypatch.setattr(plan_watch, 'dispatch_schedule', hardly_better)
    cell.wait(30.0)
    look(watch, cell)
    moved = {t: r.start_s - before[t].start_s for t, r in cell.state.plan.items()}
    assert moved == pytest.approx(dict.fromkeys(before, 2 * 30.0))  # likewise


def test_work_waits_for_a_cleaner_hour_as_far_as_its_deadline_allows() -> None:
    """Held back before there is a plan, kept by the plan, and given out when the hour begins."""
    policy = Policy(flow=0.01, carbon=5000.0, carbon_g_per_mj=(100.0, 10.0))
    cell = a_running_cell(
        an_arm('left'), attended=False, preferences=Preferences(policy=policy)
    )  # fmt: skip
    watch = PlanWatch(DispatchOnly(''), rules=cell.rules, policy=('green', policy))
    cell.submit(a_task('soon', deadline_s=100.0), a_task('free'))
    assert cell.task('soon').state is TaskState.ASSIGNED
    cell.begin('soon')
    cell.succeed('soon')
    assert cell.task('free').state is TaskState.QUEUED
    look(watch, cell)
    assert cell.state.plan[TaskId('free')].not_before_s == 3600.0
    cell.wait(1800.0)
    look(watch, cell)
    assert cell.task('free').state is TaskState.QUEUED
    (order,) = cell_problem(cell.state, cell.rules, policy, now_s=cell.now_s).orders
    assert order.weight == 1.0  # who waits on purpose does not grow impatient
    (candidate,) = candidates_for(cell.task('free'), cell.state, cell.rules, now_s=cell.now_s)
    assert [r.text for r in candidate.reasons] == [
        'the plan waits with it until 3600 s, a cleaner hour'
    ]
    cell.wait(1800.0)
    assert cell.task('free').state is TaskState.ASSIGNED


def test_without_carbon_s_weight_nothing_waits() -> None:
    """The same hours, and work is given out at once."""
    policy = Policy(flow=0.01, carbon=0.0, carbon_g_per_mj=(100.0, 10.0))
    cell = a_running_cell(attended=False, preferences=Preferences(policy=policy))
    cell.submit(a_task('free'))
    assert cell.task('free').state is TaskState.ASSIGNED


def test_the_margin_does_not_grow_with_the_age_of_an_order() -> None:
    """After an hour of waiting, what is past already makes no saving look small."""
    cell, planner = a_loaded_cell(), PlannerByHand()
    watch = a_watch(cell, planner)
    cell.wait(3600.0)
    look(watch, cell)
    _, incumbent = planner.started[0]
    before = cell.state.plan[TaskId('c')].agent_id
    other = AgentId('left' if before == 'right' else 'right')
    there = replace(incumbent.placements[TaskId('c')], agents=(other,))
    moved = {**incumbent.placements, TaskId('c'): there}
    # Of what is yet to come: in one hour an order's wait has cost as much again.
    saved_s = 0.03 * (incumbent.cost_s - spent_s(index(planner.started[0][0])))
    planner.found.append(replace(incumbent, placements=moved, cost_s=incumbent.cost_s - saved_s))
    assert 0.02 * incumbent.cost_s > saved_s
    look(watch, cell)
    assert cell.state.plan[TaskId('c')].agent_id == other


def better(planner):
    """Let the planner have found a much better plan, with `c` for the other arm."""
    _, incumbent = planner.started[-1]
    other = 'left' if incumbent.placements['c'].agents == ('right',) else 'right'
    moved = dict(incumbent.placements, c=replace(incumbent.placements['c'], agents=(other,)))
    planner.found.append(replace(incumbent, placements=moved, cost_s=0.5 * incumbent.cost_s))
    return other


@pytest.mark.parametrize('early', [True, False])
def test_in_lockstep_an_answer_is_looked_at_when_it_is_due(early):
    """Neither before, however quick the planner was, nor after, however long it takes."""
    cell, planner = a_loaded_cell(), PlannerByHand()
    watch = a_watch(cell, planner, lockstep=True)
    assert look(watch, cell)
    before = cell.state.plan['c'].agent_id
    planner.ended = early
    other = better(planner) if early else ''
    cell.wait(plan_watch.ANSWER_AFTER_S - 0.1)
    assert look(watch, cell)
    assert cell.state.plan['c'].agent_id == before
    cell.wait(0.1)
    if not early:
        assert not look(watch, cell)
        assert not look(watch, cell)
        planner.ended, other = True, better(planner)
    assert look(watch, cell)
    assert cell.state.plan['c'].agent_id == other
    better(planner)
    cell.wait(0.1)
    look(watch, cell)  # one problem has one answer
    assert cell.state.plan['c'].agent_id == other


def test_without_work_there_is_nothing_to_plan():
    """An empty cell starts no planner."""
    cell, planner = a_running_cell(), PlannerByHand()
    look(a_watch(cell, planner), cell)
    assert planner.started == []
    assert cell.state.plan == {}


def a_cell_of_two(**rules: Any) -> PlayedCell:
    """Return a cell with a person, one arm that may not start yet, and work of every mode."""
    skills = frozenset({'pick_place', 'hold'})
    cell = a_running_cell(an_arm(skills=skills), attended=False, **rules)
    cell.hear(an_arm(skills=skills), held=True)
    cell.sign_on(a_person(skills=skills))
    cell.submit(
        a_task('arms', modes=(WorkMode.ARM,)),
        a_task('both', skill='hold', modes=(WorkMode.TOGETHER,), source='m1'),
        a_task('either', skill='hold', modes=(WorkMode.PERSON, WorkMode.TOGETHER)),
    )
    return cell


def test_work_of_two_is_planned_for_both() -> None:
    """In every mode that a task allows; neither is anywhere else meanwhile."""
    areas = (ExclusiveArea(area_id='middle', locations=frozenset({'m1'})),)
    cell = a_cell_of_two(areas=areas)
    cell.act(cell.cell_subject, Action.SIGN_OFF)
    alone = cell_problem(cell.state, cell.rules, POLICY, now_s=cell.now_s)
    assert [operation.task_id for operation in alone.operations] == ['arms']
    cell.sign_on(a_person(skills=frozenset({'pick_place', 'hold'})))
    cell.submit(a_task('next', skill='hold', modes=(WorkMode.TOGETHER,)))
    problem = cell_problem(cell.state, cell.rules, POLICY, now_s=cell.now_s)
    by_id = {o.task_id: o for o in problem.operations}
    pair = ('panda', 'anna')
    assert {t: [m.agents for m in o.modes] for t, o in by_id.items() if o.underway is None} == {
        'arms': [('panda',)],
        'both': [pair],
        'next': [pair],
    }
    assert by_id[TaskId('both')].areas == {'middle'}
    assert by_id[TaskId('both')].modes[0].duration_s == pytest.approx(30.0)
    assert by_id[TaskId('either')].modes[0].agents == ('anna',)
    assert violations(problem, dispatch_schedule(problem)) == ()


def test_a_plan_for_two_is_followed_to_the_end() -> None:
    """The pair is reserved as such, and does the task when the plan says so."""
    cell = a_cell_of_two()
    watch = a_watch(cell)
    look(watch, cell)
    assert cell.state.plan[TaskId('both')].agents == ('panda', 'anna')
    cell.hear(an_arm(skills=frozenset({'pick_place', 'hold'})))
    cell.begin('arms')
    cell.wait(4.0)
    cell.succeed('arms')
    look(watch, cell)
    assert cell.task('both').state is TaskState.QUEUED
    cell.wait(56.0)
    cell.act(task_subject('either'), Action.DONE_BY_ME)
    look(watch, cell)
    assert (cell.task('both').agent_id, cell.task('both').helper) == ('panda', 'anna')
    begun = cell_problem(cell.state, cell.rules, POLICY, now_s=cell.now_s).operations[0]
    assert begun.modes[0].agents == ('panda', 'anna')
    cell.act(cell.cell_subject, Action.SIGN_OFF)
    begun = cell_problem(cell.state, cell.rules, POLICY, now_s=cell.now_s).operations[0]
    assert begun.modes[0].agents == ('panda',)


def test_who_helps_a_silent_arm_is_not_planned_elsewhere() -> None:
    """They are busy until the arm or a person says what became of it."""
    cell = a_cell_of_two()
    cell.act(task_subject('either'), Action.DONE_BY_ME)
    cell.submit(a_task('mine', skill='hold', modes=(WorkMode.PERSON,), earliest_start_s=1.0))
    cell.hear(an_arm(skills=frozenset({'pick_place', 'hold'})))
    cell.begin('arms')
    cell.succeed('arms')
    assert cell.task('both').helper == 'anna'
    cell.miss('panda')
    begun, waiting = cell_problem(cell.state, cell.rules, POLICY, now_s=cell.now_s).operations
    assert (begun.task_id, begun.modes[0].agents) == ('both', ('anna',))
    assert waiting.modes[0].agents == ('anna',)
