"""What a cell learns from what happens in it, and what that changes."""

from __future__ import annotations

import math

import pytest
from support.cells import (
    a_person,
    a_running_cell,
    a_task,
    an_arm,
    CELL,
    PlayedCell,
    task_subject,
)
from support.present import present

from cobot_alloc.application.learned import learned
from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.evolution.learning import KEPT_SCOPES
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.experience.evidence import Evidence, Scope
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, CellId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.storage.state_codec import decode_state, encode_state

PANDA = Scope('pick_place', AgentKind.ARM, AgentId('panda'))


def _evidence(cell: PlayedCell, scope: Scope = PANDA) -> Evidence:
    return cell.state.experience.get(scope, Evidence())


def test_a_run_teaches_three_scopes() -> None:
    """The skill, the arm, and the arm with that kind of part."""
    cell = a_running_cell()
    cell.submit(a_task(part='gear_3'))
    cell.begin('t1')
    cell.succeed('t1', duration_s=7.5)
    assert set(cell.state.experience) == {
        Scope('pick_place', AgentKind.ARM),
        PANDA,
        Scope('pick_place', AgentKind.ARM, AgentId('panda'), 'gear'),
    }
    assert all(e.runs == 1 and e.successes == 1.0 for e in cell.state.experience.values())


@pytest.mark.parametrize(
    ('phase', 'failures'),
    [
        (Phase.PRECONDITION, 0.0),
        (Phase.PLANNING, 1.0),
        (Phase.EXECUTION, 1.0),
        (Phase.POSTCONDITION, 1.0),
        (Phase.SAFETY, 0.0),
    ],
)
def test_only_the_arm_s_own_failures_count_against_it(phase: Phase, failures: float) -> None:
    """A part that is not there says nothing of the arm."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    cell.fail('t1', 'drawn', phase)
    assert _evidence(cell).failures == failures
    assert _evidence(cell).timed == 0.0


def test_what_an_arm_was_held_is_not_its_work() -> None:
    """Ten seconds, of which a person in its zone took six: it works for four."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    for _ in range(2):
        cell.wait(1.0)
        cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=False, fence_in_hand=1)
        cell.wait(3.0)
        cell.hear(an_arm(), fence_in_hand=1)
    assert present(cell.task('t1').attempt).held_s == 6.0
    cell.succeed('t1', duration_s=10.0)
    assert _evidence(cell).log_mean == pytest.approx(math.log(4.0))


def test_questions_are_counted_over_the_hours_at_work() -> None:
    """A failure that a rule answers is none; one that a person has to answer is."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    cell.fail('t1', 'grip_failed')
    assert _evidence(cell).exceptions == 0.0
    cell.begin('t1')
    cell.fail('t1', 'part_dropped')
    assert _evidence(cell).exceptions == 1.0
    assert _evidence(cell).hours == pytest.approx(8.0 / 3600.0, rel=0.05)


def test_a_person_is_learned_from_hand_over_to_done() -> None:
    """And what they did is kept as work that they have borne."""
    cell = a_running_cell()
    cell.submit(a_task(skill='inspect', judgement=True, payload_kg=4.0))
    cell.wait(42.0)
    cell.act(task_subject('t1'), Action.DONE_BY_ME)
    anna = Scope('inspect', AgentKind.PERSON, AgentId('anna'))
    (row,) = [row for row in learned(cell.state) if row.agent_id == 'anna']
    assert _evidence(cell, anna).runs == 1
    assert 30.0 < row.work_s < 60.0
    (spell,) = cell.state.labour[AgentId('anna')]
    assert (spell.seconds, spell.payload_kg) == (42.0, 4.0)


def test_everything_that_was_learned_comes_back_from_the_journal() -> None:
    """Events alone lead to it, and the state keeps it byte for byte."""
    cell = _a_cell_that_worked(6)
    again = replay(CellState(cell_id=CellId(CELL)), cell.history)
    assert again.experience == cell.state.experience != {}
    assert learned(again) == learned(cell.state)
    assert learned(decode_state(encode_state(cell.state))) == learned(cell.state)


def _a_cell_that_worked(tasks: int) -> PlayedCell:
    cell = a_running_cell(an_arm('a'), an_arm('b'), preferences=Preferences(seed=1))
    for n in range(tasks):
        cell.wait(1.0)
        cell.submit(a_task(f't{n}', part=f'gear_{n}'))
        cell.begin(f't{n}')
        cell.succeed(f't{n}', duration_s=5.0 + n)
    return cell


def test_what_is_kept_is_bounded() -> None:
    """Whoever has not been at work for longest is forgotten first."""
    cell = a_running_cell()
    rows = dict(_a_cell_that_worked(1).state.experience)
    scope, known = next(iter(rows.items()))
    many = {scope._replace(skill=f's{n}'): known for n in range(KEPT_SCOPES)}
    object.__setattr__(cell.state, 'experience', many)
    cell.submit(a_task())
    cell.begin('t1')
    cell.succeed('t1')
    assert len(cell.state.experience) == KEPT_SCOPES
    assert PANDA in cell.state.experience
    assert scope._replace(skill='s0') not in cell.state.experience


def test_the_better_arm_gets_the_work() -> None:
    """Of two arms alike, the one that turned out slow is left alone."""
    cell = a_running_cell(an_arm('a'), an_arm('b'), attended=False)
    for n in range(20):
        cell.submit(a_task(f't{n}'))
        holder = cell.task(f't{n}').agent_id
        cell.begin(f't{n}')
        cell.succeed(f't{n}', duration_s=9.0 if holder == 'a' else 4.0)
    assert [cell.task(f't{n}').agent_id for n in range(10, 20)] == ['b'] * 10


def test_a_little_known_arm_is_tried() -> None:
    """With draws it gets work now and then; without, never."""
    tried = {}
    for seed in (None, 3):
        cell = a_running_cell(
            an_arm('a'), an_arm('b'), attended=False, preferences=Preferences(seed=seed)
        )
        cell.submit(a_task('t'))
        holder = cell.task('t').agent_id
        cell.begin('t')
        cell.succeed('t', duration_s=5.0)
        tried[seed] = 0
        for n in range(30):
            cell.submit(a_task(f't{n}'))
            tried[seed] += cell.task(f't{n}').agent_id != holder
            cell.begin(f't{n}')
            cell.succeed(f't{n}', duration_s=5.0)
    assert tried[None] == 0 < tried[3]


def test_a_person_is_never_a_trial() -> None:
    """Nobody draws lots about people."""
    person = a_person('ben', skills=frozenset({'pick_place'}))
    cell = a_running_cell(an_arm(), attended=False, preferences=Preferences(seed=1))
    cell.sign_on(person)
    cell.submit(a_task())
    decision = next(e for e in reversed(cell.history) if hasattr(e, 'candidates'))
    names = {c.agent_id: {term.name for term in c.terms} for c in decision.candidates}
    assert 'exploration' in names['panda']
    assert 'exploration' not in names['ben']
