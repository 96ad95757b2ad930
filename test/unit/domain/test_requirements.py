"""Who may: certificates, tools, calendars, energy, hazard classes, reach by kinematics."""

from __future__ import annotations

from typing import Any

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, PlayedCell, task_subject

from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.allocation.cell_problem import cell_problem
from cobot_alloc.domain.allocation.expectation import belief_of
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.events import AttemptStarted, TaskHandedOver
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.requirements import (
    Absence,
    CertificateRule,
    EnergyBudget,
    Requirements,
    ToolRule,
)
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import SchedulingProblem


def _cell(*agents: Agent, attended: bool = False, **requirements: Any) -> PlayedCell:
    limits = Limits(requirements=Requirements(**requirements))
    return a_running_cell(*agents, attended=attended, limits=limits)


def _reasons(cell: PlayedCell, agent_id: str) -> dict[str, str]:
    """Return the reasons against an agent in the latest decision."""
    decision = next(e for e in reversed(cell.history) if getattr(e, 'candidates', ()))
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    candidate = next(c for c in decision.candidates if c.agent_id == agent_id)
    return {reason.code: reason.text for reason in candidate.reasons}


def test_a_skill_can_need_a_certificate() -> None:
    """Of people only; the reason names it."""
    rule = CertificateRule(skill='inspect', certificate='inspection')
    cell = _cell(certificates=(rule,))
    cell.sign_on(a_person('anna'))
    cell.submit(a_task(skill='inspect', judgement=True))
    assert cell.task('t1').state is TaskState.QUEUED
    cell.sign_on(a_person('ben', certificates=frozenset({'inspection'})))
    assert cell.task('t1').agent_id == 'ben'
    assert _reasons(cell, 'anna') == {
        'certificate_missing': 'has no certificate inspection, which inspect needs'
    }


def test_a_skill_can_need_a_tool() -> None:
    """One of several is enough; an arm whose tools are not known is not ruled out."""
    skills = {'skills': frozenset({'fasten'})}
    tools = {'a': frozenset({'suction'}), 'b': frozenset({'suction', 'screwdriver'})}
    rule = ToolRule(skill='fasten', tools=('screwdriver', 'wrench'))
    limits = Limits(requirements=Requirements(tools=(rule,)))
    cell = a_running_cell(
        an_arm('a', **skills), an_arm('b', **skills), an_arm('c', **skills),
        attended=False, limits=limits, tools=tools,
    )  # fmt: skip
    cell.submit(a_task('one', skill='fasten'))
    assert _reasons(cell, 'a') == {
        'tool_missing': 'has suction, fasten needs screwdriver or wrench'
    }
    assert _reasons(cell, 'b') == {}
    assert _reasons(cell, 'c') == {}


def test_an_absent_agent_gets_nothing() -> None:
    """Before and after it does; the next day again."""
    cell = _cell(an_arm(), absences=(Absence(agent=AgentId('panda'), from_s=100.0, until_s=200.0,
                                             every_s=1000.0, reason='maintenance'),))  # fmt: skip
    given = {}
    for at_s in (50.0, 150.0, 250.0, 1150.0, 1250.0):
        cell.wait(at_s - cell.now_s)
        cell.submit(a_task(f't{at_s:.0f}'))
        task = cell.task(f't{at_s:.0f}')
        given[at_s] = task.state is TaskState.ASSIGNED
        if task.state is TaskState.QUEUED:
            cell.wait(300.0 - at_s % 1000.0)  # until it is there again
        cell.begin(f't{at_s:.0f}')
        cell.succeed(f't{at_s:.0f}')
    assert given == {50.0: True, 150.0: False, 250.0: True, 1150.0: False, 1250.0: True}


def test_work_that_would_run_into_an_absence_is_not_begun() -> None:
    """It waits until after it; work that is longer than any time between two does not."""
    absence = Absence(agent=AgentId('panda'), from_s=20.0, until_s=40.0, every_s=60.0)
    other = an_arm('other', payload_kg=1.0)
    cell = _cell(an_arm(), other, absences=(absence,))
    cell.wait(17.0)
    cell.submit(a_task('light'), a_task('heavy', payload_kg=2.0))
    assert cell.task('heavy').state is TaskState.QUEUED
    assert cell.task('light').agent_id == 'other'
    assert _reasons(cell, 'panda')['away_soon'] == (
        'is away from 20 s on (break), and the work would take 5 s'
    )
    cell.wait(23.0)
    assert cell.task('heavy').agent_id == 'panda'
    cell.begin('heavy')
    cell.succeed('heavy', duration_s=500.0)
    cell.wait(1.0)
    cell.submit(a_task('endless', payload_kg=2.0))
    assert cell.task('endless').agent_id == 'panda'


def test_a_person_s_break_is_theirs_alone() -> None:
    """Whoever else is there gets the work."""
    cell = _cell(absences=(Absence(agent=AgentId('anna'), from_s=0.0, until_s=600.0),))
    cell.sign_on(a_person('anna'))
    cell.submit(a_task(skill='inspect', judgement=True))
    assert cell.task('t1').state is TaskState.QUEUED
    cell.sign_on(a_person('ben'))
    assert cell.task('t1').agent_id == 'ben'
    assert _reasons(cell, 'anna') == {'away': 'is away until 600 s: break'}


def test_an_arm_that_has_drawn_its_energy_waits_for_the_next_hour() -> None:
    """What it has drawn and what the work would take are both counted, and said."""
    budget = EnergyBudget(agent=AgentId('panda'), joules_per_hour=2000.0)
    cell = _cell(an_arm(), energy_budgets=(budget,))
    begun = 0
    for n in range(400):
        cell.submit(a_task(f't{n}'))
        if cell.task(f't{n}').state is TaskState.QUEUED:
            break
        cell.begin(f't{n}')
        cell.succeed(f't{n}')  # 10 J each, by the test's own arm
        begun += 1
    # It would draw 5 s at 200 W, as long as nothing electrical was measured.
    assert begun == pytest.approx((2000 - 4 * 200) / 10, abs=12)
    assert cell.state.energy[AgentId('panda')].joules == 10.0 * begun
    cell.wait(3600.0)
    assert cell.task(f't{begun}').state is TaskState.ASSIGNED


def test_an_order_with_an_unknown_hazard_is_refused() -> None:
    """A slip in a hazard class must not make work harmless."""
    cell = _cell(an_arm(), hazards=('acid', 'heat'))
    cell.submit(a_task('a', hazards=frozenset({'acid'})))
    with pytest.raises(Refused, match='got accid, expected only classes that the cell knows'):
        cell.submit(a_task('b', hazards=frozenset({'accid'})))
    assert 'b' not in cell.state.tasks


def _first_work(*, from_s: float, every_s: float = 0.0) -> TaskState:
    """Let an arm that needs a known time get a task while an absence of 50 s is near."""
    pause = Absence(agent=AgentId('panda'), from_s=from_s, until_s=from_s + 50.0, every_s=every_s)
    cell = _cell(an_arm(), absences=(pause,))
    cell.submit(a_task())
    return cell.task('t1').state


def _expected_s() -> float:
    cell = _cell(an_arm())
    cell.submit(a_task())
    return belief_of(cell.task('t1').task, cell.state.agents[AgentId('panda')], cell.state,
                     cell.rules).work_s  # fmt: skip


def test_work_is_begun_only_if_it_ends_before_the_next_absence() -> None:
    """What ends just as it begins is; a moment less is too little."""
    assert _first_work(from_s=_expected_s()) is TaskState.ASSIGNED
    assert _first_work(from_s=_expected_s() - 0.001) is TaskState.QUEUED


def test_work_that_fits_between_no_two_absences_may_begin_before_any() -> None:
    """Or it would never be begun. What fits between them has to wait for that."""
    work_s = _expected_s()
    assert _first_work(from_s=1.0, every_s=50.0 + work_s - 0.001) is TaskState.ASSIGNED
    assert _first_work(from_s=1.0, every_s=50.0 + work_s + 0.001) is TaskState.QUEUED
    assert _first_work(from_s=1.0) is TaskState.QUEUED


def _problem(cell: PlayedCell) -> SchedulingProblem:
    return cell_problem(cell.state, cell.rules, Policy(), now_s=cell.now_s)


def test_an_arm_that_stands_is_planned_to_stand_as_long_again() -> None:
    """Nobody says how long it will be held."""
    cell = a_running_cell(an_arm(), attended=False)
    cell.wait(100.0)
    assert _problem(cell).agents[0].free_from_s == pytest.approx(100.0)
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=False)
    cell.wait(7.0)
    assert _problem(cell).agents[0].free_from_s == pytest.approx(107.0 + 7.0)


def test_work_in_hand_is_planned_to_end_when_it_is_believed_to() -> None:
    """Time that the arm was held does not count as worked."""
    cell = a_running_cell(an_arm(), attended=False)
    cell.wait(100.0)
    cell.submit(a_task())
    cell.begin('t1')
    (whole,) = _problem(cell).operations
    cell.wait(2.0)
    (later,) = _problem(cell).operations
    assert later.modes[0].duration_s == pytest.approx(whole.modes[0].duration_s)
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=False)
    cell.begin('t1')
    cell.wait(3.0)
    (held,) = _problem(cell).operations
    # Three seconds more than believed for the standstill so far, three for what is left of it.
    assert held.modes[0].duration_s == pytest.approx(whole.modes[0].duration_s + 6.0)


def test_overdue_work_in_hand_is_planned_to_take_a_tenth_longer() -> None:
    cell = a_running_cell(an_arm(), attended=False)
    cell.wait(100.0)
    cell.submit(a_task())
    cell.begin('t1')
    believed_s = _problem(cell).operations[0].modes[0].duration_s
    cell.wait(10.0 * believed_s)
    planned_s = _problem(cell).operations[0].modes[0].duration_s
    assert planned_s == pytest.approx(10.1 * believed_s)


def test_reach_is_by_kinematics_where_it_was_worked_out() -> None:
    """Near is no help to an arm that cannot bend there."""
    places = {'near': (0.3, 0.0, 0.0), 'far': (5.0, 0.0, 0.0)}
    unreachable = {'a': frozenset({'near'})}
    cell = a_running_cell(
        an_arm('a'), an_arm('b'), attended=False, locations=places, unreachable=unreachable
    )
    cell.submit(a_task('near', source='near'))
    assert cell.task('near').agent_id == 'b'
    assert (
        'no posture of its joints brings its tool to near' in (_reasons(cell, 'a')['out_of_reach'])
    )
    cell.submit(a_task('far', source='far'))
    assert cell.task('far').state is TaskState.QUEUED


def test_a_plan_knows_when_an_agent_is_there() -> None:
    """Between its absences, and before and after them; without any, at all times."""
    away = Absence(agent=AgentId('a'), from_s=100.0, until_s=200.0, every_s=1000.0)
    once = Absence(agent=AgentId('a'), from_s=150.0, until_s=300.0)
    needed = Requirements(absences=(away, once))
    assert needed.windows(AgentId('b'), 0.0, 2000.0) == ()
    assert needed.windows(AgentId('a'), 0.0, 2000.0) == (
        (0.0, 100.0),
        (300.0, 1100.0),
        (1200.0, 4000.0),
    )
    assert needed.windows(AgentId('a'), 120.0, 500.0) == ((300.0, 1120.0),)


def test_a_plan_is_made_of_what_is_believed() -> None:
    """Duration, energy and rework of each arm, and the times at which it is there."""
    absence = Absence(agent=AgentId('a'), from_s=50.0, until_s=60.0)
    cell = _cell(an_arm('a'), absences=(absence,))
    for n in range(5):
        cell.submit(a_task(f't{n}'))
        cell.begin(f't{n}')
        cell.succeed(f't{n}', duration_s=9.0)
    cell.submit(a_task('busy'), a_task('next'))
    problem = cell_problem(cell.state, cell.rules, Policy(), now_s=cell.now_s)
    (mode,) = next(o for o in problem.operations if o.task_id == 'next').modes
    belief = belief_of(
        cell.task('next').task, cell.state.agents[AgentId('a')], cell.state, cell.rules
    )
    assert mode.duration_s == belief.work_s == pytest.approx(9.0, abs=0.6)
    assert mode.energy_j == pytest.approx(200.0 * belief.work_s)
    assert mode.rework == pytest.approx(1.0 - belief.success)
    assert problem.agents[0].windows[0] == (0.0, 50.0)


@pytest.mark.parametrize(
    ('record', 'figures', 'problem'),
    [
        (Absence, {'from_s': 10.0, 'until_s': 10.0}, 'until_s must be after from_s'),
        (Absence, {'from_s': -1.0, 'until_s': 10.0}, 'from_s must be a number >= 0'),
        (
            Absence,
            {'from_s': 0.0, 'until_s': 10.0, 'every_s': 5.0},
            'every_s must be 0 or',
        ),
        (EnergyBudget, {'joules_per_hour': 0.0}, 'joules_per_hour must be > 0'),
    ],
)
def test_what_cannot_be_is_refused(
    record: type[Absence] | type[EnergyBudget], figures: dict[str, Any], problem: str
) -> None:
    """Naming the figure."""
    with pytest.raises(ValueError, match=problem):
        record(agent=AgentId('a'), **figures)


def test_hazard_stays_away_from_people_whatever_they_were_examined_for() -> None:
    """No certificate changes that."""
    rule = CertificateRule(skill='pick_place', certificate='acid')
    limits = Limits(requirements=Requirements(certificates=(rule,), hazards=('acid',)))
    cell = PlayedCell(limits=limits)
    cell.sign_on(
        a_person(skills=frozenset({'pick_place'}), certificates=frozenset({'acid'}))
    )  # fmt: skip
    cell.submit(a_task(hazards=frozenset({'acid'})))
    assert cell.task('t1').state is TaskState.QUEUED
    offered = {offer.action for offer in cell.offers(task_subject('t1')).actions}
    assert not offered & {Action.TAKE_OVER, Action.DONE_BY_ME, Action.CLAIM}
