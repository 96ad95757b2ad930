"""The reaction table as a file: order counts, a faulty one is refused with its lines."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.lifecycles.shift import Shift
from cobot_alloc.domain.reactions import check, choose, Condition, Reaction, ReactionRule
from cobot_alloc.domain.task import Task
from cobot_alloc.files.reactions import read_reactions

SHIPPED = Path(__file__).parents[3] / 'config' / 'reactions.yaml'
TASK = Task(task_id=TaskId('t1'), order_id=OrderId('o1'), skill='pick_place')
HAZARDOUS = replace(TASK, hazards=frozenset({'solvent'}))

TABLE = """\
rules:
  - name: grip
    when: {phase: execution, code: [grip_failed], hazardous: false, attempts_below: 2}
    attended: retry
    unattended: hold
  - name: else
    attended: ask
    unattended: hold
"""


def test_a_table_is_read_in_its_order(write: Callable[..., Path]) -> None:
    assert read_reactions(write(TABLE)) == (
        ReactionRule(
            name='grip',
            when=Condition(
                phase=frozenset({Phase.EXECUTION}),
                code=frozenset({'grip_failed'}),
                hazardous=False,
                attempts_below=2,
            ),
            attended=Reaction.RETRY,
            unattended=Reaction.HOLD,
        ),
        ReactionRule(name='else', attended=Reaction.ASK, unattended=Reaction.HOLD),
    )


@pytest.mark.parametrize(
    ('old', 'new', 'problem'),
    [
        ('execution', 'excution', "3: rules[0].when.phase: got 'excution', expected one of pre"),
        ('execution', '[planning, 3]', '3: rules[0].when.phase[1]: got 3, expected one of'),
        ('[grip_failed]', '3', '3: rules[0].when.code: got 3, expected text or a list of texts'),
        ('[grip_failed]', '[]', '3: rules[0].when.code: got an empty list, expected at least'),
        ('[grip_failed]', "''", "3: rules[0].when.code: got '', expected at least one word"),
        ('hazardous: false', 'hazardous: 0', '3: rules[0].when.hazardous: got 0, expected true'),
        ('attended: retry', 'attended: wait', "4: rules[0].attended: got 'wait', expected one of"),
        ('    unattended: hold\n  -', '  -', '2: rules[0].unattended: got nothing, expected one'),
        (', attempts_below: 2', '', '4: rules[0].attended: retry without attempts_below would'),
        ('attempts_below: 2', 'attempts_below: 1', '3: rules[0].when: attempts_below must be >='),
        ('[grip_failed]', 'held', '3: rules[0].when.code: held is never answered by a rule: a pe'),
        ('name: else', 'name: grip', "6: rules[1].name: 'grip' is the name of an earlier rule"),
        ('name: else', 'name: else\n    when: {code: canceled}', '7: rules[1].when: the last rul'),
    ],
)  # fmt: skip
def test_a_faulty_table_is_refused_with_the_line(
    write: Callable[..., Path], old: str, new: str, problem: str
) -> None:
    assert old in TABLE
    path = write(TABLE.replace(old, new, 1))
    with pytest.raises(BadInput) as refusal:
        read_reactions(path)
    assert str(refusal.value).startswith(f'{path}:{problem}')


def test_an_empty_table_is_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(BadInput, match=':1: rules: the last rule must be a catch-all'):
        read_reactions(write('rules: []\n'))


def test_going_on_with_hazardous_work_while_nobody_is_there_is_refused(
    write: Callable[..., Path],
) -> None:
    """The promise of the unattended shift: hazardous work is held, never continued."""
    risky = TABLE.replace('hazardous: false, ', '').replace(
        'unattended: hold', 'unattended: retry'
    )
    with pytest.raises(BadInput, match=r':5: rules\[0\]\.unattended: retry would go on with haz'):
        read_reactions(write(risky))


@pytest.mark.parametrize(
    ('phase', 'code', 'task', 'failed', 'attended', 'unattended'),
    [
        ('execution', 'grip_failed', TASK, 1, 'retry', 'retry'),
        ('execution', 'grip_failed', TASK, 2, 'ask', 'hold'),
        ('precondition', 'part_missing', TASK, 1, 'ask', 'hold'),
        ('execution', 'part_dropped', TASK, 1, 'ask', 'hold'),
        ('planning', 'unreachable', TASK, 1, 'reassign', 'reassign'),
        ('planning', 'unreachable', TASK, 3, 'ask', 'hold'),
        ('precondition', 'goal_lost', TASK, 1, 'retry', 'retry'),
        ('safety', 'outcome_unknown', TASK, 1, 'ask', 'hold'),
        ('safety', 'grip_failed', TASK, 1, 'ask', 'hold'),
        ('execution', 'never_heard_of', TASK, 1, 'ask', 'hold'),
        ('execution', 'grip_failed', HAZARDOUS, 1, 'ask', 'hold'),
        ('planning', 'unreachable', HAZARDOUS, 1, 'ask', 'hold'),
    ],
)
def test_the_shipped_table(
    phase: str, code: str, task: Task, failed: int, attended: str, unattended: str
) -> None:
    rules = read_reactions(SHIPPED)
    check(rules)
    for shift, expected in ((Shift.ATTENDED, attended), (Shift.UNATTENDED, unattended)):
        failure = Failure(phase=Phase(phase), code=code)
        rule = choose(rules, failure=failure, task=task, failed_attempts=failed, shift=shift)
        assert rule.reaction(shift).value == expected
