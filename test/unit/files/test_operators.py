"""The operators' file: what is written can be read again, and nobody is there twice."""

from collections.abc import Callable
import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import pytest

from cobot_alloc.application.operators import Operator, Role
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.operators import read_operators, write_operators

ADA = Operator(
    name='ada', public_key=b'a' * 32, skills=frozenset({'decide'}), role=Role.SUPERVISOR
)
BOB = Operator(
    name='bob', public_key=b'b' * 32, payload_kg=8.0, certificates=frozenset({'inspection'})
)

FILE = f"""\
operators:
  - name: ada
    role: supervisor
    skills: [decide]
    public_key: ed25519:{ADA.public_key.hex()}
  - name: bob
    payload_kg: 8
    certificates: [inspection]
    public_key: ed25519:{BOB.public_key.hex()}
"""


def test_operators_are_read(write: Callable[..., Path]) -> None:
    assert read_operators(write(FILE)) == (ADA, BOB)


def test_a_cell_may_have_none(write: Callable[..., Path]) -> None:
    assert read_operators(write('operators: []\n')) == ()


OPERATORS = st.builds(
    Operator,
    name=st.from_regex(r'[A-Za-z][A-Za-z0-9_-]{0,9}', fullmatch=True)
    | st.sampled_from(['no', 'null', 'true', 'e1']),
    public_key=st.binary(min_size=32, max_size=32),
    skills=st.frozensets(st.from_regex(r'[a-z][a-z0-9_]{0,9}', fullmatch=True), max_size=3),
    role=st.sampled_from(Role),
    certificates=st.frozensets(st.from_regex(r'[a-z][a-z0-9_]{0,9}', fullmatch=True), max_size=2),
    payload_kg=st.floats(0.001, 50.0),
)
CREWS = st.lists(
    OPERATORS, max_size=3, unique_by=(lambda it: it.name, lambda it: it.public_key)
)  # fmt: skip


@given(crew=CREWS)
def test_what_is_written_can_be_read_again(
    tmp_path_factory: pytest.TempPathFactory, crew: list[Operator]
) -> None:
    path = tmp_path_factory.getbasetemp() / 'crew' / 'operators.yaml'
    write_operators(path, crew)
    assert read_operators(path) == tuple(crew)


def test_a_write_that_fails_leaves_the_file_as_it_was(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(FILE)

    def refuse(_handle: int) -> None:
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(os, 'fsync', refuse)
    with pytest.raises(BadInput, match='cannot be written: No space left'):
        write_operators(path, [BOB])
    assert path.read_text() == FILE
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ('old', 'new', 'problem'),
    [
        ('name: bob', 'name: ada', "6: operators[1].name: got 'ada', expected one of their own;"),
        (BOB.public_key.hex(), ADA.public_key.hex(), '9: operators[1].public_key: got'),
        ('ed25519:61', '61', '5: operators[0].public_key: got 6.16'),
        ('ed25519:61', 'x', "5: operators[0].public_key: got 'x6161"),
        ('name: ada', 'name: ../ada', "2: operators[0].name: got '../ada', expected a letter,"),
        ('role: supervisor', 'role: boss', "3: operators[0].role: got 'boss', expected one of"),
        ('payload_kg: 8', 'payload_kg: 80', '7: operators[1].payload_kg: got 80, expected above'),
        ('skills', 'skils', "4: operators[0].skils: got an unknown key, expected 'skills'"),
    ],
)  # fmt: skip
def test_a_problem_is_named_with_its_line(
    write: Callable[..., Path], old: str, new: str, problem: str
) -> None:
    assert old in FILE
    path = write(FILE.replace(old, new, 1))
    with pytest.raises(BadInput) as refusal:
        read_operators(path)
    assert str(refusal.value).startswith(f'{path}:{problem}')
