"""What is told afterwards, from the journal alone: explanations and reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, CELL, PlayedCell
from support.present import present

from cobot_alloc.application.explain import explain
from cobot_alloc.application.journal import Recorded
from cobot_alloc.application.learned import learned
from cobot_alloc.application.report import report
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.task import WorkMode


def _records(cell: PlayedCell) -> Iterator[Recorded]:
    for seq, event in enumerate(cell.history, 1):
        yield Recorded(seq=seq, recorded_at='', event=event)


@pytest.fixture
def cell() -> PlayedCell:
    """Return a cell in which one task succeeded and one failed and was done by anna."""
    cell = a_running_cell(an_arm('panda'), an_arm('kuka', payload_kg=7.0))
    cell.submit(a_task('light'), a_task('heavy', payload_kg=5.0, hazards=frozenset({'heat'})))
    for task_id in ('light', 'heavy'):
        cell.begin(task_id)
    cell.succeed('heavy', duration_s=6.5)
    cell.fail('light', 'part_dropped')
    cell.act(cell.case_subject(), Action.DONE_BY_ME, note='put it there')
    return cell


def test_an_explanation_names_every_agent(cell: PlayedCell) -> None:
    """The chosen one with its cost, each other with the reason against it."""
    explanation = explain(_records(cell), 'heavy')
    assert '* kuka: chosen, costs' in explanation.text
    assert 'panda: ruled out: lifts 3 kg, the part has 5 kg' in explanation.text
    assert 'anna: ruled out: lacks the skill pick_place; a person, and the task has heat' in (
        explanation.text
    )
    assert {c.agent_id for c in explanation.candidates} == {'panda', 'kuka', 'anna'}
    assert explanation.attempt == 2


def test_an_explanation_tells_the_story(cell: PlayedCell) -> None:
    """Failure, rule, question and answer stand in their order."""
    text = explain(_records(cell), 'light').text
    steps = ['is accepted', 'is given to', 'part_dropped', "rule 'all else'", 'a person is asked',
             'completed by anna (put it there)']  # fmt: skip
    places = [text.index(step) for step in steps]
    assert places == sorted(places)


def test_an_unknown_task_is_refused(cell: PlayedCell) -> None:
    """A task that the journal does not have cannot be explained."""
    with pytest.raises(Refused) as refused:
        explain(_records(cell), 'ghost')
    assert refused.value.code == 'unknown_task'


def test_a_report_says_who_did_it(cell: PlayedCell) -> None:
    """The arm that succeeded, or the person who did it; with time and energy of all attempts."""
    found = report(_records(cell), cell_id=CELL)
    rows = {row.task_id: row for row in found.tasks}
    assert (rows['heavy'].agent, rows['heavy'].decided_by) == ('kuka', '')
    assert rows['heavy'].duration_s == 6.5
    assert (rows['light'].agent, rows['light'].decided_by) == ('anna', 'anna')
    assert found.is_complete
    assert found.energy_j == 20.0


def test_a_report_is_not_complete_while_anything_waits(cell: PlayedCell) -> None:
    """An unfinished task or an open case is said."""
    cell.submit(a_task('more'))
    assert not report(_records(cell), cell_id=CELL).is_complete
    assert report(_records(cell), cell_id=CELL, orders=['order-1']).is_complete
    cell.begin('more')
    cell.fail('more', 'part_dropped')
    found = report(_records(cell), cell_id=CELL)
    assert found.open_cases == (cell.the_case().case_id,)


def test_a_report_has_what_was_archived(cell: PlayedCell) -> None:
    """Work that left the state long ago is still told of."""
    before = report(_records(cell), cell_id=CELL)
    cell.wait(cell.rules.limits.keep_finished_s + 1.0)
    assert cell.state.tasks == {}
    after = report(_records(cell), cell_id=CELL)
    assert (after.tasks, after.cases) == (before.tasks, before.cases)


# Work of two


@pytest.fixture
def two() -> PlayedCell:
    """Return a cell in which the panda and anna did a task together."""
    skilled: dict[str, Any] = {'skills': frozenset({'pick_place', 'hold'})}
    cell = a_running_cell(an_arm('panda', **skilled), an_arm('kuka', payload_kg=1.0, **skilled))
    cell.sign_on(a_person(**skilled))
    cell.submit(a_task('held', skill='hold', payload_kg=2.0, modes=(WorkMode.TOGETHER,)))
    cell.begin('held')
    cell.succeed('held', duration_s=20.0)
    return cell


def test_an_explanation_names_both(two: PlayedCell) -> None:
    """The pair that was chosen, the pair that was not, and each alone."""
    explanation = explain(_records(two), 'held')
    account = explanation.account
    assert account is not None
    assert (account.agent_id, account.helper) == ('panda', 'anna')
    assert 'attempt 1 is given to panda with anna, because:' in explanation.text
    assert '* panda with anna: chosen, costs 3' in explanation.text
    assert 'Why panda with anna (attempt 1' in explanation.text
    assert account.because.startswith('panda with anna was the only one who could take it then')
    others = {(other.agent_id, other.helper): other.text for other in account.others}
    assert others['kuka', 'anna'] == (
        'kuka with anna is ruled out for good: kuka lifts 1 kg, the part has 2 kg.'
    )
    assert others['anna', ''] == (
        'anna is ruled out for good: would do it alone, it is to be done by an arm and a person'
        ' together.'
    )


def test_what_would_have_changed_it_is_said_of_pairs(two: PlayedCell) -> None:
    """Another helper would have cost as much, another arm with its own figures something else."""
    two.sign_on(a_person('bert', skills=frozenset({'hold'})))
    two.submit(a_task('next', skill='hold', modes=(WorkMode.TOGETHER,)))
    account = explain(_records(two), 'next').account
    assert account is not None
    texts = {(other.agent_id, other.helper): other for other in account.others}
    other = {'anna': 'bert', 'bert': 'anna'}[account.helper]
    same = texts[account.agent_id, other]
    assert (
        same.text
        == f'{account.agent_id} with {other} would have cost the same; either could have got it.'
    )
    kuka = texts['kuka', account.helper]
    assert kuka.margin_s is not None
    assert kuka.margin_s > 0.0
    assert kuka.text.startswith(
        f'kuka with {account.helper} would have cost {kuka.margin_s:.2f} s'
    )
    two.begin('next')
    two.succeed('next')
    assert 'learned from 1 of its runs with a person' in explain(_records(two), 'next').text


def test_a_report_names_both(two: PlayedCell) -> None:
    """The arm did it, and who helped stands beside it."""
    (row,) = report(_records(two), cell_id=CELL).tasks
    assert (row.agent, row.helper) == ('panda', 'anna')


def test_what_was_learned_of_two_stands_by_itself(two: PlayedCell) -> None:
    """Beside what the arm does alone, and with its own assumption."""
    two.submit(a_task('alone', skill='hold', modes=(WorkMode.ARM,)))
    agent_id = two.task('alone').agent_id
    two.begin('alone')
    two.succeed('alone', duration_s=4.0)
    lessons = {(row.agent_id, row.together): row for row in learned(two.state)}
    assert set(lessons) == {('', False), (agent_id, False), ('', True), ('panda', True)}
    assert 15.0 < lessons['panda', True].work_s < 32.0
    assert lessons[present(agent_id), False].work_s < 8.0
