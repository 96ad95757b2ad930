"""The plan in force: what it keeps for whom, when that lapses, and what is taken on at all."""

from __future__ import annotations

from typing import Any

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, PlayedCell, task_subject
from support.present import present

from cobot_alloc.application.explain import explain
from cobot_alloc.application.journal import Recorded
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.decisions.dispatching import PUT_OFF_S
from cobot_alloc.domain.decisions.planning import LATE_S
from cobot_alloc.domain.events import AttemptStarted, PlanAdopted
from cobot_alloc.domain.events.base import Event
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.inputs import AdoptPlan
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.plan import GRACE_S
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.task import Task, WorkMode


def plan(
    cell: PlayedCell,
    *places: tuple[str, str, float],
    cost: float = 10.0,
    instead_of: float | None = None,
) -> tuple[Event, ...]:
    """Let a plan be found: task, agent, and in how many seconds it starts."""
    return cell.give(
        AdoptPlan(
            reservations=tuple(
                Reservation(task_id=TaskId(t), agent_id=AgentId(a), start_s=cell.now_s + s)
                for t, a, s in places
            ),
            cost_s=cost,
            instead_of_s=instead_of,
            policy='balanced',
            origin='test',
        )
    )


@pytest.fixture
def busy_left() -> PlayedCell:
    """Return two arms, the left one at work, the right one held until the plan is there."""
    cell = a_running_cell(an_arm('left'), an_arm('right'), attended=False)
    cell.hear(an_arm('right'), held=True)
    cell.submit(a_task('first'), a_task('second'))
    assert cell.task('first').agent_id == 'left'
    plan(cell, ('second', 'left', 5.0))
    cell.hear(an_arm('right'))
    return cell


def test_what_is_kept_for_one_is_not_given_to_another(busy_left: PlayedCell) -> None:
    """The right arm is free and could, but the plan waits for the left one."""
    assert busy_left.task('second').state is TaskState.QUEUED
    busy_left.begin('first')
    busy_left.succeed('first')
    assert busy_left.task('second').agent_id == 'left'
    assert 'second' not in busy_left.state.plan


def test_an_explanation_says_that_the_plan_kept_it(busy_left: PlayedCell) -> None:
    """And who could have taken it without the plan."""
    busy_left.begin('first')
    busy_left.succeed('first')
    records = (
        Recorded(seq=n, recorded_at='', event=event)
        for n, event in enumerate(busy_left.history, 1)
    )
    account = explain(records, 'second').account
    assert present(account).because.startswith('The plan kept it for left, at')
    assert present(account).because.endswith(
        'Without the plan, right could have taken it as well.'
    )
    (right,) = present(account).others
    assert right.ruled_out == 'then'
    assert 'the plan keeps it for left' in right.text


def test_nothing_waits_for_a_plan_whose_time_is_over(busy_left: PlayedCell) -> None:
    """Ten seconds after the planned start, whoever is free takes it."""
    busy_left.wait(5.0 + GRACE_S)
    assert busy_left.task('second').state is TaskState.QUEUED
    busy_left.wait(0.1)
    assert busy_left.task('second').agent_id == 'right'


@pytest.mark.parametrize('how', ['missed', 'held', 'foreign'])
def test_nothing_waits_for_an_agent_that_cannot_be_reckoned_with(
    busy_left: PlayedCell, how: str
) -> None:
    """Silent, held still or at work for somebody else: its reservation does not count."""
    if how == 'missed':
        busy_left.miss('left')
    elif how == 'held':
        busy_left.hear(an_arm('left'), held=True)
        busy_left.wait(GRACE_S)
        plan(busy_left, ('second', 'left', 5.0))
        assert busy_left.task('second').state is TaskState.QUEUED
        busy_left.wait(0.1)
    else:
        busy_left.hear(an_arm('left'), fence_in_hand=77, highest_fence=77)
    assert busy_left.task('second').agent_id == 'right'


def test_the_decision_says_what_the_plan_kept(busy_left: PlayedCell) -> None:
    """The agent that might have done it stands there with the reason."""
    busy_left.begin('first')
    busy_left.succeed('first')
    started = [e for e in busy_left.history if isinstance(e, AttemptStarted)][-1]
    reasons = {c.agent_id: {r.code for r in c.reasons} for c in started.candidates}
    assert reasons[AgentId('right')] == {'kept_by_plan'}


def test_an_agent_does_its_tasks_in_the_order_of_the_plan() -> None:
    """The task that came later goes first, because the plan says so."""
    cell = a_running_cell(an_arm('left'), attended=False)
    cell.hear(an_arm('left'), held=True)
    cell.submit(a_task('old'), a_task('new'))
    plan(cell, ('new', 'left', 0.0), ('old', 'left', 4.0))
    cell.hear(an_arm('left'))
    assert cell.task('new').agent_id == 'left'
    assert cell.task('old').state is TaskState.QUEUED


def test_what_the_plan_does_not_know_is_given_out_at_once(busy_left: PlayedCell) -> None:
    """A task that came after the plan needs no plan."""
    busy_left.submit(a_task('third'))
    assert busy_left.task('third').agent_id == 'right'


def test_a_plan_is_taken_on_only_if_it_is_better_by_a_margin(busy_left: PlayedCell) -> None:
    """Of what costs a hundred seconds now, one second is not enough, five are."""
    assert plan(busy_left, ('second', 'right', 0.0), cost=99.0, instead_of=100.0) == ()
    events = plan(busy_left, ('second', 'right', 0.0), cost=95.0, instead_of=100.0)
    assert [type(event) for event in events] == [PlanAdopted, AttemptStarted]
    assert busy_left.task('second').agent_id == 'right'


def test_what_has_begun_is_left_where_it_is(busy_left: PlayedCell) -> None:
    """A plan that was made for an earlier state moves nothing that is under way."""
    plan(busy_left, ('first', 'right', 0.0), ('nothing', 'left', 0.0), ('second', 'bob', 0.0))
    assert busy_left.task('first').agent_id == 'left'
    assert busy_left.state.plan == {}


def test_hazardous_work_is_kept_for_no_person() -> None:
    """Not by any plan."""
    cell = PlayedCell()
    cell.sign_on(a_person(skills=frozenset({'pick_place'})))
    cell.submit(a_task('acid', hazards=frozenset({'acid'})))
    assert plan(cell, ('acid', 'anna', 0.0)) == ()
    assert cell.task('acid').state is TaskState.QUEUED


# Plans for two

SKILLS = frozenset({'pick_place', 'hold'})


LATER = ('later', 'panda', 40.0)


def together(task_id: str) -> Task:
    return a_task(task_id, skill='hold', modes=(WorkMode.TOGETHER,))


def plan_for_two(
    cell: PlayedCell,
    task_id: str,
    in_s: float,
    *,
    others: tuple[tuple[str, str, float]] | list[Any] = (LATER,),
) -> tuple[Event, ...]:
    """Let a plan be found in which the panda and anna do a task together."""
    now_s = cell.now_s
    pair = Reservation(
        task_id=TaskId(task_id),
        agent_id=AgentId('panda'),
        helper=AgentId('anna'),
        start_s=now_s + in_s,
    )
    alone = [Reservation(task_id=t, agent_id=a, start_s=now_s + s) for t, a, s in others]
    return cell.give(
        AdoptPlan(
            reservations=(pair, *alone), cost_s=1.0, instead_of_s=None, policy='p', origin='test'
        )
    )


@pytest.fixture
def two_busy() -> PlayedCell:
    """Return a cell whose arm and people are at work, with a task for two behind."""
    cell = a_running_cell(an_arm(skills=SKILLS), attended=False)
    cell.sign_on(a_person(skills=SKILLS))
    cell.submit(
        a_task('of_arm', modes=(WorkMode.ARM,)),
        a_task('of_anna', skill='hold', modes=(WorkMode.PERSON,)),
    )
    cell.submit(together('both'), a_task('later', modes=(WorkMode.ARM,)))
    return cell


def test_what_is_kept_for_two_is_given_to_these_two(two_busy: PlayedCell) -> None:
    """Another person is free and could, but the plan waits for anna."""
    plan_for_two(two_busy, 'both', 2.0)
    two_busy.sign_on(a_person('bert', skills=SKILLS))
    two_busy.begin('of_arm')
    two_busy.succeed('of_arm')
    assert two_busy.task('both').state is TaskState.QUEUED
    two_busy.act(task_subject('of_anna'), Action.DONE_BY_ME)
    assert (two_busy.task('both').agent_id, two_busy.task('both').helper) == ('panda', 'anna')
    started = two_busy.history[-1]
    assert isinstance(started, AttemptStarted)
    (reason,) = next(c for c in started.candidates if c.helper == 'bert').reasons
    assert reason.text == 'the plan keeps it for panda with anna, from 2.0 s'


def test_neither_of_two_is_given_what_is_planned_for_later(two_busy: PlayedCell) -> None:
    """The arm waits for its part in the plan's first, for as long as that counts."""
    plan_for_two(two_busy, 'both', 2.0)
    two_busy.begin('of_arm')
    two_busy.succeed('of_arm')
    assert two_busy.task('later').state is TaskState.QUEUED
    two_busy.wait(2.0 + GRACE_S + 0.1)
    assert two_busy.task('later').agent_id == 'panda'


def test_a_plan_for_two_lapses_with_either(two_busy: PlayedCell) -> None:
    """Signed off: another may help."""
    plan_for_two(two_busy, 'both', 2.0)
    two_busy.sign_on(a_person('bert', skills=SKILLS))
    two_busy.begin('of_arm')
    two_busy.succeed('of_arm')
    two_busy.act(two_busy.cell_subject, Action.SIGN_OFF)
    assert (two_busy.task('both').agent_id, two_busy.task('both').helper) == ('panda', 'bert')


def test_a_plan_puts_a_task_of_two_off_for_so_long_only(two_busy: PlayedCell) -> None:
    """From then on it goes in its turn, though the plan has something else before it."""
    later = two_busy.now_s + PUT_OFF_S
    for put_off in (True, False):
        plan_for_two(two_busy, 'both', 30.0, others=[('later', 'panda', 0.0)])
        if put_off:
            two_busy.wait(later - two_busy.now_s)
            continue
        two_busy.act(task_subject('of_anna'), Action.DONE_BY_ME)
        two_busy.begin('of_arm')
        two_busy.succeed('of_arm')
    assert two_busy.task('both').helper == 'anna'
    assert two_busy.task('later').state is TaskState.QUEUED


@pytest.mark.parametrize(
    ('agent_id', 'helper'), [('anna', 'panda'), ('panda', 'nobody'), ('anna', 'anna')]
)
def test_a_plan_for_no_pair_is_left_out(two_busy: PlayedCell, agent_id: str, helper: str) -> None:
    """An arm and a person who are both there, or nothing."""
    odd = Reservation(
        task_id=TaskId('both'), agent_id=AgentId(agent_id), helper=AgentId(helper), start_s=1.0
    )
    two_busy.give(
        AdoptPlan(reservations=(odd,), cost_s=1.0, instead_of_s=None, policy='p', origin='test')
    )
    assert two_busy.state.plan == {}


def test_a_plan_that_moves_nobody_is_told_anew_when_the_one_in_force_is_late(
    busy_left: PlayedCell,
) -> None:
    """No better, but its times are of now: what is kept does not lapse though it is still best."""
    assert plan(busy_left, ('second', 'left', 6.0), instead_of=10.0) == ()
    busy_left.wait(5.0 + LATE_S + 0.1)
    assert plan(busy_left, ('second', 'right', 6.0), instead_of=10.0) == ()
    (adopted,) = plan(busy_left, ('second', 'left', 6.0), instead_of=10.0)
    assert isinstance(adopted, PlanAdopted)
    busy_left.wait(GRACE_S)
    assert busy_left.task('second').state is TaskState.QUEUED


def test_a_plan_that_costs_the_same_may_change_who_begins_with_what() -> None:
    """The same agents, another order: nobody is sent elsewhere."""
    cell = a_running_cell(an_arm('left'), attended=False)
    cell.hear(an_arm('left'), held=True)
    cell.submit(a_task('old'), a_task('new'))
    plan(cell, ('old', 'left', 0.0), ('new', 'left', 4.0))
    assert plan(cell, ('new', 'left', 0.0), ('old', 'left', 4.0), cost=10.1, instead_of=10.0) == ()
    plan(cell, ('new', 'left', 0.0), ('old', 'left', 4.0), instead_of=10.0)
    cell.hear(an_arm('left'))
    assert cell.task('new').agent_id == 'left'
