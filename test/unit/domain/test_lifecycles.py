"""Every pair of state and trigger of every lifecycle, against a table written out here."""

from __future__ import annotations

from enum import Enum
from itertools import product
from typing import Any

import pytest

from cobot_alloc.domain.errors import IllegalTransition
from cobot_alloc.domain.lifecycles.case import CASE, CaseState
from cobot_alloc.domain.lifecycles.rulebook import Rulebook
from cobot_alloc.domain.lifecycles.safety_mode import (
    after_demand,
    after_resume,
    most_restrictive,
    MOVING,
    SAFETY_MODE,
    SafetyMode,
)
from cobot_alloc.domain.lifecycles.shift import SHIFT, Shift
from cobot_alloc.domain.lifecycles.task import FINAL, TASK, TaskState

# Rows are states, columns triggers; a dot is a step that must be refused.
TABLES = {
    TASK: """
                  unblock assign   start    pause  resume   reattach hand_over requeue ask      complete  fail   cancel   skip    scrap
queued            .       assigned .        .      .        .        manual    .       awaiting .         failed canceled skipped .
blocked           queued  .        .        .      .        .        .         .       awaiting .         failed canceled skipped .
assigned          .       .        underway .      .        .        .         queued  awaiting completed failed canceled skipped scrapped
underway          .       .        .        paused .        .        .         queued  awaiting completed failed canceled skipped scrapped
paused            .       .        .        .      underway .        .         queued  awaiting completed failed canceled skipped scrapped
awaiting_decision .       .        .        .      .        underway manual    queued  .        completed failed canceled skipped scrapped
manual            .       .        .        .      .        .        .         queued  awaiting completed failed canceled skipped scrapped
completed         .       .        .        .      .        .        .         .       .        .         .      .        .       .
failed            .       .        .        .      .        .        .         .       .        .         .      .        .       .
canceled          .       .        .        .      .        .        .         .       .        .         .      .        .       .
skipped           .       .        .        .      .        .        .         .       .        .         .      .        .       .
scrapped          .       .        .        .      .        .        .         .       .        .         .      .        .       .
""",
    CASE: """
         claim   release resolve  expire
open     claimed .       resolved expired
claimed  .       open    resolved expired
resolved .       .       .        .
expired  .       .       .        .
""",
    SAFETY_MODE: """
        slow    clear  stop    lose    latch   resume resume_slowly reset
NORMAL  REDUCED .      STOPPED UNKNOWN LATCHED .      .             .
REDUCED .       NORMAL STOPPED UNKNOWN LATCHED .      .             .
STOPPED .       .      .       UNKNOWN LATCHED NORMAL REDUCED       .
LATCHED .       .      .       .       .       .      .             STOPPED
UNKNOWN .       .      STOPPED .       LATCHED .      .             .
""",
    SHIFT: """
           attend   leave
attended   .        unattended
unattended attended .
""",
}  # fmt: skip


def _cells(rulebook: Rulebook[Any]) -> list[tuple[Rulebook[Any], Enum, str, str]]:
    header, *rows = [line.split() for line in TABLES[rulebook].strip().splitlines()]
    assert set(header) == set(rulebook.triggers)
    assert [row[0] for row in rows] == [state.value for state in rulebook.states]
    return [
        (rulebook, rulebook.states(row[0]), trigger, expected)
        for row in rows
        for trigger, expected in zip(header, row[1:], strict=True)
    ]


ALL_CELLS = [cell for rulebook in TABLES for cell in _cells(rulebook)]


@pytest.mark.parametrize(
    ('rulebook', 'state', 'trigger', 'expected'),
    ALL_CELLS,
    ids=[f'{book.name}-{state.value}-{trigger}' for book, state, trigger, _ in ALL_CELLS],
)
def test_every_step(rulebook: Rulebook[Any], state: Enum, trigger: str, expected: str) -> None:
    """A step leads where the table says, or is refused and named."""
    if expected == '.':
        assert not rulebook.may(state, trigger)
        with pytest.raises(IllegalTransition, match=f'no step {trigger!r} from {state.value!r}'):
            rulebook.after(state, trigger)
    else:
        assert rulebook.after(state, trigger).value.startswith(expected)


def test_unknown_triggers_are_refused() -> None:
    """A trigger that no table has is an error, not a silent no."""
    with pytest.raises(IllegalTransition):
        TASK.after(TaskState.QUEUED, 'explode')


def test_final_states_have_no_way_out() -> None:
    """A task that ended stays so."""
    assert all(TASK.allowed(state) == () for state in FINAL)


@pytest.mark.parametrize(('mode', 'demanded'), list(product(SafetyMode, SafetyMode)))
def test_a_demand_never_ends_a_standstill(mode: SafetyMode, demanded: SafetyMode) -> None:
    """Whatever the zones demand, an arm that stands still goes on standing."""
    if mode not in MOVING:
        assert after_demand(mode, demanded) not in MOVING


@pytest.mark.parametrize(
    ('mode', 'demanded', 'expected'),
    [
        ('NORMAL', 'NORMAL', 'NORMAL'),
        ('NORMAL', 'REDUCED', 'REDUCED'),
        ('NORMAL', 'STOPPED', 'STOPPED'),
        ('NORMAL', 'UNKNOWN', 'UNKNOWN'),
        ('REDUCED', 'NORMAL', 'NORMAL'),
        ('REDUCED', 'STOPPED', 'STOPPED'),
        ('STOPPED', 'NORMAL', 'STOPPED'),
        ('STOPPED', 'UNKNOWN', 'UNKNOWN'),
        ('UNKNOWN', 'NORMAL', 'STOPPED'),
        ('UNKNOWN', 'UNKNOWN', 'UNKNOWN'),
        ('LATCHED', 'NORMAL', 'LATCHED'),
        ('LATCHED', 'UNKNOWN', 'LATCHED'),
    ],
)
def test_demands(mode: str, demanded: str, expected: str) -> None:
    """What the zones demand is taken up at once when it is the stricter."""
    assert after_demand(SafetyMode(mode), SafetyMode(demanded)) is SafetyMode(expected)


def test_a_resume_needs_zones_that_allow_it() -> None:
    """A resume while someone stands in the zone leaves the arm where it is."""
    stopped = SafetyMode.STOPPED
    assert after_resume(stopped, SafetyMode.STOPPED) is stopped
    assert after_resume(stopped, SafetyMode.UNKNOWN) is stopped
    assert after_resume(stopped, SafetyMode.REDUCED) is SafetyMode.REDUCED
    assert after_resume(stopped, SafetyMode.NORMAL) is SafetyMode.NORMAL


@pytest.mark.parametrize('mode', [SafetyMode.UNKNOWN, SafetyMode.LATCHED])
def test_only_a_stopped_arm_can_be_resumed(mode: SafetyMode) -> None:
    """Nothing but a reset ends LATCHED, and nothing but sensing ends UNKNOWN."""
    with pytest.raises(IllegalTransition):
        after_resume(mode, SafetyMode.NORMAL)


def test_the_most_restrictive_mode_wins() -> None:
    """Of several zones the strictest counts; of none, nothing is demanded."""
    assert most_restrictive([SafetyMode.REDUCED, SafetyMode.STOPPED]) is SafetyMode.STOPPED
    assert most_restrictive([SafetyMode.UNKNOWN, SafetyMode.STOPPED]) is SafetyMode.UNKNOWN
    assert most_restrictive([]) is SafetyMode.NORMAL


def test_states_are_what_the_tables_name() -> None:
    """The lifecycles have exactly the states of the vocabulary."""
    assert len(TaskState) == 12
    assert [state.value for state in CaseState] == ['open', 'claimed', 'resolved', 'expired']
    assert {shift.value for shift in Shift} == {'attended', 'unattended'}
