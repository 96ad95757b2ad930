"""Setups: what an agent is set up for, what a change costs, and what is learned of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, PlayedCell, task_subject

from cobot_alloc.application.explain import explain
from cobot_alloc.application.journal import Recorded
from cobot_alloc.domain.allocation.cell_problem import cell_problem
from cobot_alloc.domain.allocation.expectation import belief_of
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import AttemptStarted, TaskHandedOver
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.requirements import Absence, Requirements, ToolRule
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.setting_up import setup_for, setup_s, setup_when_free
from cobot_alloc.domain.setup_rules import FamilyRule, SetupRule
from cobot_alloc.domain.task import WorkMode

SKILLS = {'skills': frozenset({'pick_place', 'fasten', 'dispense'})}
TOOLS = (
    ToolRule(skill='pick_place', tools=('suction', 'two_finger')),
    ToolRule(skill='fasten', tools=('screwdriver',)),
)
SETUPS = (
    SetupRule(agent=AgentId('a'), from_='two_finger', to='screwdriver', seconds=9.0),
    SetupRule(from_='any', to='any', seconds=20.0),
)


def _cell(
    *arms: str,
    setups: tuple[SetupRule, ...] = SETUPS,
    families: tuple[FamilyRule, ...] = (),
    tools: dict[Any, Any] | None = None,
    **requirements: Any,
) -> PlayedCell:
    needed = Requirements(tools=TOOLS, setups=setups, families=families, **requirements)
    everything = frozenset({'two_finger', 'screwdriver', 'nozzle'})
    return a_running_cell(
        *(an_arm(name, **SKILLS) for name in arms or ('a',)),
        attended=False,
        limits=Limits(requirements=needed),
        tools=dict.fromkeys(arms or ('a',), everything) if tools is None else tools,
    )


def _do(cell: PlayedCell, task_id: str, **features: Any) -> None:
    times = {k: features.pop(k) for k in ('duration_s', 'setup_s') if k in features}
    cell.submit(a_task(task_id, **features))
    cell.begin(task_id)
    cell.succeed(task_id, **times)


def _candidate(cell: PlayedCell, agent_id: str) -> Candidate:
    decision = next(e for e in reversed(cell.history) if getattr(e, 'candidates', ()))
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    return next(c for c in decision.candidates if c.agent_id == agent_id)


def _terms(cell: PlayedCell, agent_id: str) -> dict[str, float]:
    return {term.name: term.seconds for term in _candidate(cell, agent_id).terms}


def _story(cell: PlayedCell, task_id: str) -> str:
    records = [Recorded(seq=n, recorded_at='', event=e) for n, e in enumerate(cell.history, 1)]
    return explain(records, task_id).text


# Rules


def test_the_first_rule_that_matches_counts() -> None:
    """An agent's own figure before that of all; no change and no rule take no time."""
    cell = _cell('a', 'b', setups=(*SETUPS[:1], SetupRule(from_='x', to='any', seconds=3.0)))
    agents = cell.state.agents
    given = {
        (name, before, after): setup_s(
            agents[AgentId(name)], before, after, cell.state, cell.rules
        )
        for name in ('a', 'b')
        for before, after in (('two_finger', 'screwdriver'), ('x', 'y'), ('x', 'x'), ('x', ''))
    }
    assert {key: round(seconds) for key, seconds in given.items() if seconds} == {
        ('a', 'two_finger', 'screwdriver'): 9,
        ('a', 'x', 'y'): 3,
        ('b', 'x', 'y'): 3,
    }


@pytest.mark.parametrize(
    ('task', 'family'),
    [
        ({'skill': 'dispense', 'part': 'cover_7'}, 'thick'),
        ({'skill': 'dispense', 'part': 'lid_7', 'station': 'left'}, 'at_left'),
        ({'skill': 'dispense', 'part': 'lid_7'}, ''),
        ({'skill': 'fasten', 'station': 'right'}, 'screwdriver'),
        ({'skill': 'fasten', 'station': 'left'}, 'at_left'),
        ({'skill': 'pick_place'}, 'two_finger'),
    ],
)
def test_a_task_s_family_is_that_of_a_rule_or_else_its_tool(
    task: dict[str, str], family: str
) -> None:
    """By skill, kind of part and station; of several tools one that the arm has."""
    families = (
        FamilyRule(family='thick', skill='dispense', part='cover'),
        FamilyRule(family='at_left', station='left'),
    )
    cell = _cell(families=families)
    arm = cell.state.agents[AgentId('a')]
    assert setup_for(a_task(**task), arm, cell.state, cell.rules) == family


def test_of_several_tools_that_would_do_the_one_that_is_on_does() -> None:
    """An arm is not set up for another one without need."""
    cell = _cell(tools={})
    assert (
        setup_for(a_task(), cell.state.agents[AgentId('a')], cell.state, cell.rules) == 'suction'
    )
    cell.hear(an_arm('a', **SKILLS), tool='two_finger')
    assert (
        setup_for(a_task(), cell.state.agents[AgentId('a')], cell.state, cell.rules)
        == 'two_finger'
    )


@pytest.mark.parametrize(
    ('build', 'problem'),
    [
        (lambda: FamilyRule(family='any'), "family must be a name other than 'any'"),
        (lambda: SetupRule(from_='', to='b', seconds=1.0), "got '', 'b'"),
        (lambda: SetupRule(from_='a', to='b', seconds=-1.0), 'seconds must be a number >= 0'),
    ],
)
def test_what_cannot_be_a_rule_is_refused(
    build: Callable[[], FamilyRule] | Callable[[], SetupRule], problem: str
) -> None:
    """Naming the key."""
    with pytest.raises(ValueError, match=problem):
        build()


# What is on


def test_an_arm_is_set_up_for_what_it_did_last() -> None:
    """Not for what it never began: a failure before the first motion changes no tool."""
    cell = _cell()
    _do(cell, 'screw', skill='fasten')
    assert cell.state.agents[AgentId('a')].setup == 'screwdriver'
    cell.submit(a_task('lift'))
    cell.fail('lift', 'part_missing', Phase.PRECONDITION)
    assert cell.state.agents[AgentId('a')].setup == 'screwdriver'
    cell.submit(a_task('other'))
    cell.fail('other', 'part_dropped')
    assert cell.state.agents[AgentId('a')].setup == 'two_finger'


def test_what_an_arm_says_of_itself_counts_more() -> None:
    """A beat without it says nothing; the same again makes no event."""
    cell = _cell()
    arm = an_arm('a', **SKILLS)
    _do(cell, 'screw', skill='fasten')
    assert len(cell.hear(arm, tool='nozzle')) == 1
    assert cell.hear(arm, tool='nozzle') == ()
    cell.hear(arm)
    assert cell.state.agents[AgentId('a')].setup == 'nozzle'
    _do(cell, 'again', skill='fasten')  # though it needed the screwdriver
    assert cell.state.agents[AgentId('a')].setup == 'nozzle'


def test_a_family_stays_until_the_arm_says_another_tool() -> None:
    """An arm knows of tools and not of families: the same word again changes nothing."""
    families = (FamilyRule(family='red', part='red'), FamilyRule(family='blue', part='blue'))
    cell = _cell(families=families)
    arm = an_arm('a', **SKILLS)
    cell.hear(arm, tool='nozzle')
    _do(cell, 'first', skill='dispense', part='red_1')
    cell.hear(arm, tool='nozzle')
    assert cell.state.agents[AgentId('a')].setup == 'red'
    cell.submit(a_task('second', skill='dispense', part='red_2'))
    assert cell.task('second').changeover.seconds == 0.0
    cell.hear(arm, tool='screwdriver')
    assert cell.state.agents[AgentId('a')].setup == 'screwdriver'


def test_it_follows_from_the_events() -> None:
    """A start with the journal knows what is on."""
    cell = _cell()
    _do(cell, 'screw', skill='fasten')
    cell.hear(an_arm('a', **SKILLS), tool='nozzle')
    cell.submit(a_task('next', skill='fasten'))
    again = replay(CellState(cell_id=cell.state.cell_id), cell.history)
    assert again == replace(cell.state, now_s=again.now_s)
    assert again.tasks[TaskId('next')].changeover.before == 'nozzle'


# Who gets it


def test_the_arm_with_the_tool_on_gets_the_work() -> None:
    """The other one is dearer by its change, and the explanation says so."""
    cell = _cell('a', 'b')
    _do(cell, 'warm', skill='fasten')
    ready = cell.task('warm').attempts[0].agent_id
    other = {'a': 'b', 'b': 'a'}[ready]
    cell.hear(an_arm(other, **SKILLS), tool='two_finger')
    cell.submit(a_task('screw', skill='fasten'))
    assert cell.task('screw').agent_id == ready
    expected_s = {'a': 9.0, 'b': 20.0}[other]
    assert _terms(cell, other)['setup'] == expected_s
    assert 'setup' not in _terms(cell, ready)
    assert f'setup +{expected_s:.2f} s' in _story(cell, 'screw')


def test_a_change_counts_for_deadlines_waiting_and_the_policy() -> None:
    """It delays the end; the one who waits for the arm waits for it too; flow weighs it."""
    cell = _cell(setups=SETUPS[:1])
    cell.hear(an_arm('a', **SKILLS), tool='two_finger')
    flow = replace(cell.rules.preferences, policy=Policy(flow=2.0, lateness=1.0))
    cell.rules = replace(cell.rules, preferences=flow)
    cell.submit(a_task('screw', skill='fasten', deadline_s=1.0), a_task('next', skill='fasten'))
    terms = _terms(cell, 'a')
    assert terms['setup'] == 18.0
    assert terms['lateness'] == 9.0 + 5.0 - 1.0
    cell.begin('screw')
    cell.hear(an_arm('b', payload_kg=0.0, skills=SKILLS['skills']))
    cell.submit(a_task('light', skill='fasten'))
    waits = _terms_of_waiting(cell, 'next')
    assert waits['wait'] == 2.0 * (9.0 + 5.0)
    assert 'setup' not in waits  # it will have the screwdriver on by then


def _terms_of_waiting(cell: PlayedCell, task_id: str) -> dict[str, float]:
    from cobot_alloc.domain.cost import cost_terms

    terms = cost_terms(
        cell.task(task_id),
        cell.state.agents[AgentId('a')],
        cell.state,
        cell.rules,
        now_s=cell.now_s,
    )
    return {term.name: term.seconds for term in terms}


def test_a_change_that_does_not_fit_before_a_break_is_not_begun() -> None:
    """5 s of work would fit into 10 s, but not after 9 s of change."""
    absence = Absence(agent=AgentId('a'), from_s=10.0, until_s=40.0)
    cell = _cell(absences=(absence,))
    cell.hear(an_arm('a', **SKILLS), tool='two_finger')
    cell.submit(a_task('screw', skill='fasten'))
    assert cell.task('screw').state is TaskState.QUEUED
    cell.submit(a_task('lift'))
    assert cell.task('lift').state is TaskState.ASSIGNED


def test_a_person_is_set_up_too() -> None:
    """By families; a hand-over changes it, and the change is no part of the work."""
    families = (FamilyRule(family='clean', skill='inspect'), FamilyRule(family='dirty'))
    cell = _cell(families=families)
    cell.sign_on(a_person('ben'))
    for name, skill in (('look', 'inspect'), ('think', 'decide'), ('think_again', 'decide')):
        cell.submit(a_task(name, skill=skill, judgement=True))
        cell.wait(50.0)
        cell.act(task_subject(name), Action.DONE_BY_ME, actor='ben')
    assert cell.state.agents[AgentId('ben')].setup == 'dirty'
    assert cell.task('think').changeover.seconds == 20.0
    assert cell.task('think_again').changeover.seconds == 0.0
    assert [spell.seconds for spell in cell.state.labour[AgentId('ben')]] == [30.0, 30.0, 50.0]


# What is learned


@pytest.mark.parametrize(
    ('duration_s', 'measured_s', 'learned_s'), [(24.0, None, 15.0), (24.0, 20.0, 20.0)]
)
def test_a_change_is_no_part_of_the_work(
    duration_s: float, measured_s: float | None, learned_s: float
) -> None:
    """Measured or as expected, it is taken off, and what it takes is learned by itself."""
    cell = _cell()
    arm = an_arm('a', **SKILLS)
    for n in range(10):
        cell.hear(arm, tool='two_finger')
        change_s = _expected_change_s(cell)
        measured = {} if measured_s is None else {'setup_s': measured_s}
        work_s = duration_s - (change_s if measured_s is None else measured_s)
        _do(cell, f't{n}', skill='fasten', duration_s=duration_s, **measured)
        assert work_s > 0
    belief = belief_of(
        a_task(skill='fasten'), cell.state.agents[AgentId('a')], cell.state, cell.rules
    )
    assert belief.work_s == pytest.approx(work_s, rel=0.06)
    if measured_s is None:
        assert work_s == learned_s
        assert _expected_change_s(cell) == 9.0
    else:
        assert _expected_change_s(cell) == pytest.approx(learned_s, rel=0.06)


def _expected_change_s(cell: PlayedCell) -> float:
    arm = cell.state.agents[AgentId('a')]
    return round(setup_s(arm, 'two_finger', 'screwdriver', cell.state, cell.rules), 3)


def test_an_explanation_tells_the_change_from_the_work() -> None:
    """What was expected of it, and what it took, by the arm's own measurement."""
    cell = _cell()
    cell.hear(an_arm('a', **SKILLS), tool='two_finger')
    _do(cell, 'screw', skill='fasten', duration_s=16.0, setup_s=10.0)
    text = _story(cell, 'screw')
    assert 'Expected of it: 9.00 s to change from two_finger to screwdriver, then 5.00 s' in text
    assert (
        'It took 16.00 s, set up for 10.00 s of it (measured); 6.00 s of work are 1.00 s more'
        ' than expected'
    ) in text


# What is planned


def test_the_plan_s_problem_knows_the_setups() -> None:
    """Each mode its own; what is under way leaves its own behind; times as they are learned."""
    cell = _cell('a', 'b', tools={'a': frozenset({'two_finger', 'screwdriver'}),
                                  'b': frozenset({'suction'})})  # fmt: skip
    cell.hear(an_arm('a', **SKILLS), tool='two_finger')
    cell.submit(a_task('screw', skill='fasten'), a_task('lift'), a_task('more'))
    problem = cell_problem(cell.state, cell.rules, Policy(), now_s=cell.now_s)
    operations = {operation.task_id: operation for operation in problem.operations}
    (screwing,) = operations[TaskId('screw')].modes
    assert operations[TaskId('screw')].underway
    assert (screwing.duration_s, screwing.setup) == (9.0 + 5.0, 'screwdriver')
    waiting = operations[TaskId('more' if 'more' in cell.state.queued else 'lift')]
    assert {m.agents[0]: m.setup for m in waiting.modes} == {'a': 'two_finger', 'b': 'suction'}
    a = problem.agents[0]
    assert a.setup == 'screwdriver'
    assert a.setup_s == {
        ('screwdriver', 'two_finger'): pytest.approx(20.0),
        ('two_finger', 'screwdriver'): pytest.approx(9.0),
    }


def test_a_cell_without_setups_plans_as_before() -> None:
    """No rule for a change: nothing of it is in the problem, and nothing is remembered."""
    cell = _cell(setups=())
    cell.submit(a_task('screw', skill='fasten'), a_task('lift'))
    problem = cell_problem(cell.state, cell.rules, Policy(), now_s=cell.now_s)
    assert {m.setup for o in problem.operations for m in o.modes} == {''}
    assert problem.agents[0].setup_s == {}
    assert cell.state.agents[AgentId('a')].setup == ''


def test_whoever_helps_is_not_set_up_with_the_arm() -> None:
    """The arm changes its tool and both wait for it; the person is as before."""
    cell = _cell()
    cell.hear(an_arm('a', **SKILLS), tool='two_finger')
    cell.sign_on(a_person('ben', skills=frozenset({'fasten'})))
    task = a_task('screw', skill='fasten', modes=(WorkMode.TOGETHER,))
    cell.submit(task)
    assert (cell.task('screw').agent_id, cell.task('screw').helper) == ('a', 'ben')
    assert cell.task('screw').changeover.seconds == 9.0
    assert [
        setup_when_free(cell.state.agents[AgentId(who)], cell.state) for who in ('a', 'ben')
    ] == [
        'screwdriver',
        '',
    ]
    problem = cell_problem(cell.state, cell.rules, Policy(), now_s=cell.now_s)
    (operation,) = problem.operations
    assert [(m.agents, m.duration_s) for m in operation.modes] == [(('a', 'ben'), 39.0)]
