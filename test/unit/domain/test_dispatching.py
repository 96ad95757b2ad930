"""Who may and who should: eligibility, cost, and the pairing of tasks and free agents."""

from __future__ import annotations

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, PlayedCell

from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.events import AttemptStarted, TaskHandedOver
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.zone import ExclusiveArea

WIDE = {'reach_m': 100.0}


def _codes(cell: PlayedCell, agent_id: str) -> set[str]:
    candidate = _candidate(cell, agent_id)
    return {reason.code for reason in candidate.reasons}


def _candidate(cell: PlayedCell, agent_id: str) -> Candidate:
    decision = next(
        event
        for event in reversed(cell.history)
        if isinstance(event, AttemptStarted | TaskHandedOver)
    )
    return next(c for c in decision.candidates if c.agent_id == agent_id)


@pytest.mark.parametrize(
    ('task', 'other', 'code'),
    [
        (a_task(payload_kg=5.0), an_arm('b', payload_kg=3.0), 'too_heavy'),
        (a_task(skill='deburr'), an_arm('b'), 'skill_missing'),
        (a_task(source='far'), an_arm('b', reach_m=0.5), 'out_of_reach'),
        (a_task(hazards=frozenset({'acid'})), a_person('b'), 'hazard_not_for_people'),
    ],
)
def test_who_may_not_is_kept_with_the_reason(task: Task, other: Agent, code: str) -> None:
    """Each agent that is ruled out stands in the decision with its reason code."""
    able = an_arm('able', payload_kg=9.0, skills=frozenset({'pick_place', 'deburr'}), **WIDE)
    cell = a_running_cell(able, attended=False, locations={'far': (2.0, 0.0, 0.0)})
    if other.agent_id == 'b' and other.kind.value == 'person':
        cell.sign_on(a_person('b', skills=frozenset({'pick_place'})))
    else:
        cell.hear(other)
    cell.submit(task)
    assert cell.task('t1').agent_id == 'able'
    assert code in _codes(cell, 'b')


def test_hazardous_work_never_goes_to_a_person() -> None:
    """Not even where a person has the skill and nobody else is there."""
    cell = PlayedCell()
    cell.sign_on(a_person(skills=frozenset({'pick_place'})))
    cell.submit(a_task('mild'), a_task('acid', hazards=frozenset({'acid'})))
    assert cell.task('mild').state is TaskState.MANUAL
    assert cell.task('acid').state is TaskState.QUEUED


def test_judgement_never_goes_to_an_arm() -> None:
    """It waits for a person, even for an arm that claims the skill."""
    cell = a_running_cell(an_arm(skills=frozenset({'decide'})), attended=False)
    cell.submit(a_task(skill='decide', judgement=True))
    assert cell.task('t1').state is TaskState.QUEUED
    cell.sign_on()
    assert cell.task('t1').state is TaskState.MANUAL
    assert cell.task('t1').agent_id == 'anna'
    assert 'judgement_needs_person' in _codes(cell, 'panda')


def test_an_arm_never_holds_two_tasks() -> None:
    """The second task waits until the first has ended."""
    cell = a_running_cell()
    cell.submit(a_task('a'), a_task('b'))
    assert cell.task('b').state is TaskState.QUEUED
    cell.begin('a')
    cell.succeed('a')
    assert cell.task('b').state is TaskState.ASSIGNED


def test_the_pairing_has_the_least_sum() -> None:
    """Two tasks and two arms: not the best for the first, but the best for both."""
    places = {'near_a': (0.0, 0.0, 0.0), 'between': (1.0, 0.0, 0.0), 'near_b': (2.5, 0.0, 0.0)}
    a, b = an_arm('a', **WIDE), an_arm('b', base=(2.5, 0.0, 0.0), **WIDE)
    cell = a_running_cell(a, b, attended=False, locations=places)
    cell.submit(
        a_task('first', source='between', target='between'),
        a_task('second', source='near_a', target='near_a'),
    )
    # "between" alone would be cheaper for a (2 m of travel against 3 m).
    assert cell.task('first').agent_id == 'b'
    assert cell.task('second').agent_id == 'a'


def test_no_agent_idles_while_something_fits_it() -> None:
    """Tasks that only one arm can do do not block the other arm's work behind them."""
    strong, weak = an_arm('strong', payload_kg=9.0), an_arm('weak', payload_kg=1.0)
    cell = a_running_cell(strong, weak, attended=False)
    cell.submit(*(a_task(f'heavy{i}', payload_kg=5.0) for i in range(4)), a_task('light'))
    assert cell.task('light').agent_id == 'weak'


def test_what_is_more_urgent_goes_first_though_another_arm_is_free_too() -> None:
    """Two tasks want the one strong arm while a weak one is free as well: urgency decides."""
    places = {'far': (3.0, 0.0, 0.0)}
    strong, weak = an_arm('strong', payload_kg=9.0, **WIDE), an_arm('weak', payload_kg=1.0, **WIDE)
    cell = a_running_cell(strong, weak, attended=False, locations=places)
    cell.submit(
        a_task('urgent', payload_kg=5.0, priority=2, source='far', target='far'),
        a_task('cheap', payload_kg=5.0, priority=1),
    )
    assert cell.task('urgent').agent_id == 'strong'
    assert cell.task('cheap').state is TaskState.QUEUED


def test_order_of_work() -> None:
    """Priority first, then the nearer deadline, then the older task."""
    cell = a_running_cell()
    cell.submit(a_task('busy'))
    cell.submit(
        a_task('old'),
        a_task('late', deadline_s=500.0),
        a_task('soon', deadline_s=50.0),
        a_task('urgent', priority=5),
    )
    done = []
    for _ in range(5):
        underway = next(
            t.task.task_id for t in cell.state.tasks.values() if t.state is TaskState.ASSIGNED
        )
        done.append(underway)
        cell.begin(underway)
        cell.succeed(underway)
    assert done == ['busy', 'urgent', 'soon', 'late', 'old']


def test_measured_durations_replace_the_assumption() -> None:
    """After a first run most of the cost is what was measured, and the term's name says so."""
    cell = a_running_cell()
    cell.submit(a_task('a'), a_task('b'))
    assumed = {t.name: t.seconds for t in _candidate(cell, 'panda').terms}
    assert assumed['work_assumed'] == 5.0
    cell.begin('a')
    cell.succeed('a', duration_s=7.5)
    measured = {t.name: t.seconds for t in _candidate(cell, 'panda').terms}
    assert 'work_assumed' not in measured
    assert 6.5 < measured['work_measured'] < 8.0


@pytest.mark.parametrize(
    'mode', [SafetyMode.STOPPED, SafetyMode.UNKNOWN, SafetyMode.LATCHED], ids=lambda m: m.value
)
def test_nothing_starts_on_an_arm_that_may_not_move(mode: SafetyMode) -> None:
    """A stopped, unknown or latched arm is given nothing."""
    cell = PlayedCell()
    cell.hear(an_arm(), mode, held=True, zone_clear=False)
    cell.submit(a_task())
    assert cell.task('t1').state is TaskState.QUEUED
    cell.hear(an_arm())
    assert cell.task('t1').state is TaskState.ASSIGNED


def test_nothing_starts_in_a_cell_that_was_stopped() -> None:
    """A pressed stop keeps everything waiting until it is reset and the cell resumed."""
    cell = a_running_cell()
    cell.act(cell.cell_subject, Action.STOP)
    cell.submit(a_task())
    assert cell.task('t1').state is TaskState.QUEUED
    cell.act(cell.cell_subject, Action.RESET_STOP)
    cell.wait(10.0)
    assert cell.task('t1').state is TaskState.QUEUED
    cell.act(cell.cell_subject, Action.RESUME)
    assert cell.task('t1').state is TaskState.ASSIGNED


def test_an_exclusive_area_has_one_arm_at_a_time() -> None:
    """Two free arms, two tasks in one area: the second waits, and is not lost for the arm."""
    area = ExclusiveArea(area_id='middle', locations=frozenset({'x', 'y'}))
    cell = a_running_cell(an_arm('a'), an_arm('b'), attended=False, areas=(area,))
    cell.submit(a_task('one', source='x'), a_task('two', target='y'), a_task('else'))
    assert cell.task('one').state is TaskState.ASSIGNED
    assert cell.task('two').state is TaskState.QUEUED
    assert cell.task('else').state is TaskState.ASSIGNED
    cell.begin('one')
    cell.succeed('one')
    assert cell.task('two').state is TaskState.ASSIGNED
