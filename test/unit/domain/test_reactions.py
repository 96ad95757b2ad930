"""The reaction table: first match wins, every failure has an answer, hazards are held."""

from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.lifecycles.shift import Shift
from cobot_alloc.domain.reactions import (
    check,
    choose,
    Condition,
    CONTINUING,
    faults,
    LAST_RESORT,
    Reaction,
    ReactionRule,
)
from cobot_alloc.domain.task import Task

TASK = Task(task_id=TaskId('t1'), order_id=OrderId('o1'), skill='pick_place')
HAZARDOUS = replace(TASK, hazards=frozenset({'solvent'}))
GRIP_FAILED = Failure(phase=Phase.EXECUTION, code='grip_failed')
CATCH_ALL = ReactionRule(name='else', attended=Reaction.ASK, unattended=Reaction.HOLD)
RETRY_GRIP = ReactionRule(
    name='retry a grip',
    when=Condition(code=frozenset({'grip_failed'}), hazardous=False, attempts_below=2),
    attended=Reaction.RETRY,
    unattended=Reaction.RETRY,
)


def chosen(
    *rules: ReactionRule,
    task: Task = TASK,
    failure: Failure = GRIP_FAILED,
    failed_attempts: int = 1,
    shift: Shift = Shift.ATTENDED,
) -> ReactionRule:
    return choose(rules, failure=failure, task=task, failed_attempts=failed_attempts, shift=shift)


def test_the_first_match_wins() -> None:
    assert chosen(RETRY_GRIP, CATCH_ALL) is RETRY_GRIP
    assert chosen(CATCH_ALL, RETRY_GRIP) is CATCH_ALL


@pytest.mark.parametrize(('failed_attempts', 'rule'), [(1, RETRY_GRIP), (2, CATCH_ALL)])
def test_attempts_below_counts_the_failure_at_hand(
    failed_attempts: int, rule: ReactionRule
) -> None:
    """With attempts_below 2 the first failure is retried and the second is not."""
    assert chosen(RETRY_GRIP, CATCH_ALL, failed_attempts=failed_attempts) is rule


@pytest.mark.parametrize(
    'when',
    [
        Condition(phase=frozenset({Phase.PLANNING})),
        Condition(code=frozenset({'part_missing'})),
        Condition(skill=frozenset({'deburr'})),
        Condition(hazardous=True),
        Condition(attempts_below=2, code=frozenset({'grip_failed', 'x'}), hazardous=True),
    ],
)
def test_every_condition_must_hold(when: Condition) -> None:
    assert chosen(replace(RETRY_GRIP, when=when), CATCH_ALL) is CATCH_ALL


def test_each_shift_has_its_own_reaction() -> None:
    assert CATCH_ALL.reaction(Shift.ATTENDED) is Reaction.ASK
    assert CATCH_ALL.reaction(Shift.UNATTENDED) is Reaction.HOLD


def test_a_table_that_was_never_checked_still_answers() -> None:
    assert chosen() is LAST_RESORT


def test_a_good_table_is_accepted() -> None:
    check([RETRY_GRIP, CATCH_ALL])


@pytest.mark.parametrize(
    ('rules', 'row', 'text'),
    [
        ([], 0, 'catch-all'),
        ([RETRY_GRIP], 0, 'catch-all'),
        ([CATCH_ALL, RETRY_GRIP], 1, 'never reached'),
        ([CATCH_ALL, CATCH_ALL], 1, 'name of an earlier rule'),
        ([replace(CATCH_ALL, name='')], 0, 'needs a name'),
        ([replace(CATCH_ALL, attended=Reaction.RETRY)], 0, 'without end'),
        ([replace(CATCH_ALL, attended=Reaction.REASSIGN)], 0, 'without end'),
        (
            [replace(RETRY_GRIP, when=Condition(hazardous=False, attempts_below=1)), CATCH_ALL],
            0,
            'attempts_below must be >= 2, got 1',
        ),
        (
            [replace(RETRY_GRIP, when=Condition(attempts_below=2)), CATCH_ALL],
            0,
            'hazardous work while nobody is there',
        ),
    ],
)
def test_a_faulty_table_is_refused_with_row_and_reason(
    rules: list[ReactionRule], row: int, text: str
) -> None:
    found = [fault for fault in faults(rules) if text in fault.text]
    assert [fault.row for fault in found] == [row]
    with pytest.raises(BadInput, match=f'rule {row + 1}, .*{text}'):
        check(rules)


def test_a_rule_below_one_for_all_hazardous_work_may_retry_unattended() -> None:
    """The rule above takes every hazardous failure, so the retry never gets one."""
    hazard = replace(CATCH_ALL, name='hazard', when=Condition(hazardous=True))
    retry = replace(RETRY_GRIP, when=Condition(attempts_below=2))
    check([hazard, retry, CATCH_ALL])
    partial = replace(hazard, when=Condition(hazardous=True, code=frozenset({'x'})))
    assert faults([partial, retry, CATCH_ALL])


VALUES = {
    'phase': st.frozensets(st.sampled_from([Phase.EXECUTION, Phase.PLANNING])),
    'code': st.frozensets(st.sampled_from(['grip_failed', 'x'])),
    'skill': st.frozensets(st.sampled_from(['pick_place', 'deburr'])),
    'hazardous': st.sampled_from([None, True, False]),
    'attempts_below': st.sampled_from([None, 2, 3]),
}
CONDITIONS = st.builds(Condition, **VALUES)
REACTIONS = st.sampled_from(Reaction)
TABLES = st.lists(
    st.builds(
        ReactionRule,
        name=st.just('n'),
        when=CONDITIONS,
        attended=REACTIONS,
        unattended=REACTIONS,
    ),
    max_size=4,
)
SITUATIONS: list[dict[str, Any]] = [
    {
        'failure': Failure(phase=phase, code=code),
        'task': replace(task, skill=skill),
        'failed_attempts': failed_attempts,
    }
    for phase, code, skill, task, failed_attempts in product(
        [Phase.EXECUTION, Phase.PLANNING],
        ['grip_failed', 'x'],
        ['pick_place', 'deburr'],
        [TASK, HAZARDOUS],
        [1, 2, 3],
    )
]


@settings(max_examples=50)
@given(CONDITIONS, CONDITIONS)
def test_a_condition_that_covers_another_holds_wherever_that_one_does(
    one: Condition, other: Condition
) -> None:
    if one.covers(other):
        for situation in SITUATIONS:
            assert one.holds(**situation) or not other.holds(**situation)


@settings(max_examples=30)
@given(TABLES)
def test_no_table_goes_on_with_hazardous_work_while_nobody_is_there(
    rules: list[ReactionRule],
) -> None:
    """Checked or not: whatever the table says."""
    for situation in SITUATIONS:
        rule = choose(rules, shift=Shift.UNATTENDED, **situation)
        if situation['task'].is_hazardous:
            assert rule.reaction(Shift.UNATTENDED) not in CONTINUING


@settings(max_examples=30)
@given(TABLES)
def test_in_a_checked_table_the_plain_first_match_is_what_counts(
    rules: list[ReactionRule],
) -> None:
    """What check accepts never needs the rule that passes over others."""
    table = [replace(rule, name=str(row)) for row, rule in enumerate(rules)] + [CATCH_ALL]
    if faults(table):
        return
    for situation in SITUATIONS:
        first = next(rule for rule in table if rule.when.holds(**situation))
        assert choose(table, shift=Shift.UNATTENDED, **situation) is first
