"""The answers of a scripted supervisor as a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_alloc.application.scripted_supervisor import Script, ScriptedAnswer, When
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.answers import read_answers
from cobot_alloc.files.orders import read_order
from cobot_alloc.sim.world import ChoreKind

SHIPPED = Path(__file__).parents[3]

FILE = """\
actor: ada
answers:
  - when: {code: [part_missing, held], skill: pick_place, title_contains: part, hazardous: false}
    action: retry
    note: put back
    after_s: 2
  - when:
      task: look
    action: done_by_me
    by_hand: clear
    station: press
otherwise: {action: skip, note: left out, after_s: 3}
"""


def test_a_script_is_read(write: Callable[..., Path]) -> None:
    assert read_answers(write(FILE)) == Script(
        actor='ada',
        answers=(
            ScriptedAnswer(
                when=When(
                    code=frozenset({'part_missing', 'held'}),
                    skill=frozenset({'pick_place'}),
                    title_contains='part',
                    hazardous=False,
                ),
                action=Action.RETRY,
                note='put back',
                after_s=2.0,
            ),
            ScriptedAnswer(
                when=When(task=frozenset({'look'})),
                action=Action.DONE_BY_ME,
                by_hand=ChoreKind.CLEAR,
                station='press',
            ),
        ),
        otherwise=ScriptedAnswer(action=Action.SKIP, note='left out', after_s=3.0),
    )


@pytest.mark.parametrize(
    ('old', 'new', 'problem'),
    [
        ('actor: ada', "actor: ''", "1: actor: got '', expected the name of an operator"),
        ('[part_missing, held]', '[]', '3: answers[0].when.code: got an empty list, expected at'),
        ('[part_missing, held]', "['']", '3: answers[0].when.code: got a list of 1, expected at'),
        ('action: retry', 'action: retri', "4: answers[0].action: got 'retri', expected one of"),
        ('after_s: 2', 'after_s: -2', '6: answers[0].after_s: got -2, expected >= 0'),
        ('task: look', 'tsk: look', "8: answers[1].when.tsk: got an unknown key, expected 'task'"),
        ('by_hand: clear', 'by_hand: fix', "10: answers[1].by_hand: got 'fix', expected one of"),
        ('after_s: 3', 'after_s: -1', '12: otherwise.after_s: got -1, expected >= 0'),
        ('otherwise: {', 'otherwise: {when: 3, ', '12: otherwise.when: got an unknown key'),
    ],
)  # fmt: skip
def test_a_problem_is_named_with_its_line(
    write: Callable[..., Path], old: str, new: str, problem: str
) -> None:
    assert old in FILE
    path = write(FILE.replace(old, new, 1))
    with pytest.raises(BadInput) as refusal:
        read_answers(path)
    assert str(refusal.value).startswith(f'{path}:{problem}')


def test_the_shipped_script_answers_for_the_shipped_order() -> None:
    """Every task that it names is one of the order, the decision among them."""
    script = read_answers(SHIPPED / 'config' / 'answers' / 'first_shift.yaml')
    order = read_order(SHIPPED / 'orders' / 'first_shift.yaml')
    named = {task for answer in script.answers for task in answer.when.task}
    assert named <= {task.task_id for task in order.tasks}
    assert {task.task_id for task in order.tasks if task.judgement} <= named
    assert script.otherwise is not None
