"""Rounds and turns: who is waited for, what has to be there, and how long that may take."""

from __future__ import annotations

import pytest

from cobot_alloc.application.lockstep import LockstepLost, Patience, Published, Turns

BOTH = ('supervisor', 'allocator')


def test_turns_come_in_their_order_whoever_is_done_first() -> None:
    """The second one's word is kept until the first has had its turn."""
    turns = Turns()
    assert turns.next_in_line() == ''
    turns.begin('run', 1, BOTH)
    assert turns.next_in_line() == 'supervisor'
    turns.done('allocator', 'run', 1)
    assert turns.next_in_line() == 'supervisor'
    turns.done('supervisor', 'run', 1)
    assert turns.next_in_line() == ''


def test_a_turn_counts_for_its_round_of_its_run_only() -> None:
    """Neither a turn in the round before nor one of an earlier cell ends this one."""
    turns = Turns()
    turns.begin('run', 2, ('allocator',))
    assert not turns.done('allocator', 'run', 1)
    assert turns.next_in_line() == 'allocator'
    assert not turns.done('allocator', 'another run', 2)
    assert turns.next_in_line() == 'allocator'
    assert turns.done('allocator', 'run', 2)
    assert turns.next_in_line() == ''
    assert turns.begin('run', 3, ('allocator',))
    assert turns.next_in_line() == 'allocator'
    assert turns.begin('next run', 1, ('allocator',))
    assert turns.next_in_line() == 'allocator'


def test_a_turn_may_be_heard_before_its_round() -> None:
    """Nothing is in order across topics."""
    turns = Turns()
    turns.done('supervisor', 'run', 1)
    turns.begin('run', 1, BOTH)
    assert turns.next_in_line() == 'allocator'


def test_nonsense_ends_no_turn_and_hides_none() -> None:
    """Rounds that come twice, turns of other runs and rounds, and very many of them."""
    turns = Turns()
    assert turns.begin('run', 5, BOTH)
    assert turns.done('supervisor', 'run', 5)
    assert not turns.begin('run', 5, BOTH)
    assert not turns.begin('run', 4, BOTH)
    for number in range(200):
        assert not turns.done('supervisor', 'another run', number)
        turns.done(f'stranger {number}', 'run', 5)
    assert not turns.done('supervisor', 'run', 7)
    assert turns.next_in_line() == 'allocator'
    assert turns.begin('run', 6, BOTH)
    assert turns.done('supervisor', 'run', 6)
    assert turns.next_in_line() == 'allocator'


def test_what_was_published_is_waited_for_where_one_goes_by_it() -> None:
    """Told of a message, one waits for it or for a later one; other topics do not matter."""
    published = Published(['tasks', 'mode'])
    assert published.is_here()
    published.told({'tasks': 2.0, 'zones': 9.0})
    assert not published.is_here()
    published.heard('tasks', 1.0)
    assert not published.is_here()
    published.heard('tasks', 2.0)
    assert published.is_here()
    published.told({'tasks': 1.0})
    published.heard('mode', 5.0)
    published.told({'mode': 3.0})
    assert published.is_here()


def test_a_participant_is_given_up_after_so_long() -> None:
    """The error names it, its round and the time."""
    patience = Patience(10.0)
    for now in range(11):
        patience.wait('allocator', 7, now=float(now))
    with pytest.raises(LockstepLost, match='round 7 10 s were waited for allocator'):
        patience.wait('allocator', 7, now=11.0)


def test_a_time_in_which_nobody_looked_is_not_waiting() -> None:
    """A cell that was stopped for a minute finds its participants where they were."""
    patience = Patience(10.0)
    patience.wait('allocator', 7, now=0.0)
    patience.wait('allocator', 7, now=60.0)
    assert patience.waited_s <= 1.0
    patience.rest()
    patience.wait('allocator', 8, now=61.0)
    assert patience.waited_s == 0.0
