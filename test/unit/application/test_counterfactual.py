"""What an explanation says would have changed a choice is checked against the pairing itself."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, PlayedCell

from cobot_alloc.application.account import Account
from cobot_alloc.application.comparison import Comparison
from cobot_alloc.application.explain import explain
from cobot_alloc.application.journal import Recorded
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.events import AttemptStarted
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.planning.pairing import pair_at_least_cost

WIDE = {'reach_m': 100.0}


def _records(cell: PlayedCell) -> Iterator[Recorded]:
    for seq, event in enumerate(cell.history, 1):
        yield Recorded(seq=seq, recorded_at='', event=event)


def _account(cell: PlayedCell, task_id: str, **more: Any) -> Account:
    account = explain(_records(cell), task_id, **more).account
    assert account is not None
    return account


def _beside(cell: PlayedCell, task_id: str, agent_id: str) -> Comparison:
    return next(o for o in _account(cell, task_id).others if o.agent_id == agent_id)


def _a_drawn_cell(seed: int) -> PlayedCell:
    """Return a cell with arms and tasks in chance places, and some arms already at work."""
    rng = Random(seed)
    places = {f'p{n}': (rng.uniform(-1, 1), rng.uniform(-1, 1), 0.8) for n in range(8)}
    arms = [
        an_arm(f'arm_{n}', base=(rng.uniform(-1, 1), rng.uniform(-1, 1), 0.8), **WIDE)
        for n in range(rng.randint(2, 4))
    ]
    cell = a_running_cell(
        *arms, attended=False, locations=places, preferences=Preferences(seed=seed)
    )
    names = list(places)
    for wave in range(2):
        cell.wait(1.0)
        cell.submit(
            *(
                a_task(f'w{wave}-{n}', source=rng.choice(names), target=rng.choice(names))
                for n in range(rng.randint(1, 3))
            )
        )
    return cell


def _with_less(decisions: list[AttemptStarted], task_id: str, agent_id: str, less_s: float) -> str:
    """Return who gets a task if another's cost for it is so much less."""
    agents = sorted({c.agent_id for d in decisions for c in d.candidates if c.is_eligible})
    costs = [
        [
            next(
                c.cost_s - (less_s if (d.task_id, c.agent_id) == (task_id, agent_id) else 0.0)
                if c.is_eligible
                else float('inf')
                for c in d.candidates
                if c.agent_id == agent
            )
            for agent in agents
        ]
        for d in decisions
    ]
    got = {decisions[row].task_id: agents[column] for row, column in pair_at_least_cost(costs)}
    return got[TaskId(task_id)]


@pytest.mark.parametrize('seed', range(40))
def test_what_is_said_to_be_enough_is_enough(seed: int) -> None:
    """A cost lower by a little more than the margin changes the pairing of the pass."""
    cell = _a_drawn_cell(seed)
    checked = 0
    for decision in cell.history:
        if not isinstance(decision, AttemptStarted):
            continue
        together = [
            d
            for d in cell.history
            if isinstance(d, AttemptStarted)
            and d.at_s == decision.at_s
            and [c.reasons for c in d.candidates] == [c.reasons for c in decision.candidates]
        ]
        for other in _account(cell, decision.task_id).others:
            if other.ruled_out or other.margin_s is None or other.margin_s <= 0.001:
                continue
            margin_s = other.margin_s
            gets = _with_less(together, decision.task_id, other.agent_id, margin_s + 0.002)
            assert gets == other.agent_id
            if len(together) == 1:
                gets = _with_less(together, decision.task_id, other.agent_id, margin_s - 0.002)
                assert gets == decision.agent_id
            checked += 1
    assert checked


def test_the_figures_are_those_of_the_candidates() -> None:
    """The margin is the difference of the kept costs, and its terms add up to it."""
    cell = _a_drawn_cell(1)
    account = _account(cell, 'w0-0')
    chosen = next(c for c in account.candidates if c.chosen)
    for other in account.others:
        candidate = next(c for c in account.candidates if c.agent_id == other.agent_id)
        assert other.cost_s == round(candidate.cost_s, 3)
        if not other.got:
            assert other.margin_s == pytest.approx(candidate.cost_s - chosen.cost_s, abs=0.001)


def test_who_is_ruled_out_for_good_and_who_only_then() -> None:
    """A person without the skill never could; an arm at work could have been free."""
    cell = a_running_cell(an_arm('a'), an_arm('b'))
    cell.submit(a_task('first'), a_task('second'))
    cell.submit(a_task('third'))
    cell.begin('first')
    holder = cell.task('first').agent_id
    cell.succeed('first')
    anna = _beside(cell, 'third', 'anna')
    assert (anna.ruled_out, anna.margin_s) == ('for good', None)
    assert 'anna is ruled out for good: lacks the skill' in anna.text
    other = _beside(cell, 'third', 'b' if holder == 'a' else 'a')
    assert other.ruled_out == 'then'
    assert 'has task second in hand. Without that, it would have cost' in other.text
    account = _account(cell, 'third')
    assert 'was the only one who could take it then' in account.because
    mine, theirs = (
        next(c for c in account.candidates if c.agent_id == name)
        for name in (account.agent_id, other.agent_id)
    )
    wait_s = next(term.seconds for term in theirs.terms if term.name == 'wait')
    assert wait_s > 0.0
    assert other.margin_s == pytest.approx(theirs.cost_s - wait_s - mine.cost_s, abs=0.001)


def test_what_priority_adds_for_a_wait_is_said_to_be_less_without_it() -> None:
    """Of who was busy: without the wait, it would have cost at most so much."""
    cell = a_running_cell(an_arm('a'), an_arm('b'), attended=False)
    cell.submit(a_task('first'))
    cell.submit(a_task('second', priority=1))
    beside = _beside(cell, 'second', cell.task('first').agent_id)
    assert 'Without that, it would have cost at most ' in beside.text


def test_a_task_that_was_swapped_is_named() -> None:
    """Where the cheapest arm got another task, the sum is what decided, and it is shown."""
    places = {'near_a': (0.0, 0.0, 0.0), 'between': (1.0, 0.0, 0.0), 'near_b': (2.5, 0.0, 0.0)}
    a, b = an_arm('a', **WIDE), an_arm('b', base=(2.5, 0.0, 0.0), **WIDE)
    cell = a_running_cell(a, b, attended=False, locations=places)
    cell.submit(
        a_task('first', source='between', target='between'),
        a_task('second', source='near_a', target='near_a'),
    )
    assert cell.task('first').agent_id == 'b'
    account = _account(cell, 'first')
    assert 'the least sum of costs over the tasks given out together' in account.because
    (beside,) = account.others
    assert (beside.agent_id, beside.got) == ('a', 'second')
    assert 'The other way round, the two tasks would have cost' in beside.text


def test_what_was_given_out_later_at_the_same_time_is_no_swap() -> None:
    """The chosen one was busy by then, so the two could not have been exchanged."""
    cell = a_running_cell(an_arm('a'), an_arm('b', base=(0.5, 0.0, 0.0)), attended=False,
                          locations={'x': (0.0, 0.0, 0.0)})  # fmt: skip
    cell.submit(a_task('first', source='x'))
    cell.submit(a_task('second', source='x'))
    assert cell.task('second').agent_id == 'b'
    beside = _beside(cell, 'first', 'b')
    assert beside.got == ''
    assert beside.text.startswith('b would have cost 2.23 s more (work +2.00 s, rework +0.20 s')


def test_a_draw_that_decided_is_said() -> None:
    """By expectation alone it would have been the other arm."""
    for seed in range(100):
        places = {'x': (0.2, 0.0, 0.0)}
        cell = a_running_cell(
            an_arm('a'), an_arm('b', base=(0.1, 0.0, 0.0)),
            attended=False, locations=places, preferences=Preferences(seed=seed),
        )  # fmt: skip
        cell.submit(a_task(source='x'))
        if cell.task('t1').agent_id == 'a':  # a is farther away
            assert 'By what was expected alone, b would have been' in _beside(cell, 't1', 'b').text
            return
    pytest.fail('no seed tried the arm that is farther away')


def test_an_earlier_time_is_looked_at() -> None:
    """The story until then, the decision in force then, and a time before it is refused."""
    cell = a_running_cell(an_arm('a'))
    cell.wait(5.0)
    cell.submit(a_task())
    cell.begin('t1')
    cell.wait(5.0)
    cell.fail('t1', 'grip_failed')
    cell.begin('t1')
    cell.wait(5.0)
    cell.succeed('t1')
    assert _account(cell, 't1').attempt == 2
    before = explain(_records(cell), 't1', at_s=7.0)
    assert before.account is not None
    assert before.account.attempt == 1
    assert 'grip_failed' not in before.text.split('Why')[0]
    assert 'It failed in its execution (grip_failed).' in before.account.happened
    with pytest.raises(Refused, match='expected 5 s or later') as refusal:
        explain(_records(cell), 't1', at_s=4.0)
    assert refusal.value.code == 'too_early'


def test_what_was_expected_stands_beside_what_happened() -> None:
    """With the kept range: a run far outside of it is called so."""
    cell = a_running_cell(an_arm('a'), attended=False)
    for n in range(12):
        cell.submit(a_task(f't{n}'))
        cell.begin(f't{n}')
        cell.succeed(f't{n}', duration_s=40.0 if n == 11 else 8.0)
    account = _account(cell, 't11')
    assert account.expected.runs == 11
    assert account.expected.low_s < 8.0 < account.expected.high_s
    assert 'It took 40.00 s' in account.happened
    assert 'longer than 19 of 20 runs' in account.happened
    assert 'within the range' in _account(cell, 't10').happened


def test_what_it_was_held_is_told_apart_from_its_work() -> None:
    """A visitor in the zone does not make a slow arm."""
    cell = a_running_cell(an_arm(), attended=False)
    cell.submit(a_task())
    cell.begin('t1')
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=False, fence_in_hand=1)
    cell.wait(20.0)
    cell.hear(an_arm(), fence_in_hand=1)
    cell.succeed('t1', duration_s=26.0)
    assert _account(cell, 't1').happened.startswith(
        'It took 26.00 s, held still for 20.00 s of it; 6.00 s of work are 1.00 s more than'
        ' expected, within the range'
    )


def test_a_person_s_own_choice_is_told_as_such() -> None:
    """Nobody compared costs, and none are made up."""
    from cobot_alloc.domain.case import Action

    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    cell.fail('t1', 'part_dropped')
    cell.act(cell.case_subject(), Action.TAKE_OVER)
    account = _account(cell, 't1')
    assert account.because == 'anna decided it; no costs were compared.'
    assert account.others == ()


def test_a_person_is_compared_like_an_arm() -> None:
    """With their own terms, the strain of the work among them."""
    person = a_person('ben', skills=frozenset({'pick_place'}))
    cell = a_running_cell(an_arm('a'), attended=False)
    cell.sign_on(person)
    cell.submit(a_task(payload_kg=2.0))
    assert cell.task('t1').agent_id == 'a'
    assert 'work +' in _beside(cell, 't1', 'ben').text
