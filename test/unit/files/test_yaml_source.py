"""A file is read as plain data that knows its lines, or refused with file and line."""

from collections.abc import Callable
import os
from pathlib import Path
import re
from typing import Any, cast

from hypothesis import example, given
from hypothesis import strategies as st
import pytest

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files import tree_builder, yaml_source
from cobot_alloc.files.document import dotted, Place, Scalar, shown
from cobot_alloc.files.yaml_source import load


def plain(path: Path) -> object:
    return load(path).root.plain()


def test_values_keep_their_lines(write: Callable[..., Path]) -> None:
    document = load(write('# a cell\narms:\n  - name: ada\n    skills:\n      - pick\n'))
    assert document.place(('arms',)) == Place(line=2, column=1)
    assert document.place(('arms', 0, 'name')) == Place(line=3, column=5)
    assert document.place(('arms', 0, 'skills', 0)) == Place(line=5, column=9)


def test_what_is_missing_is_looked_for_at_the_nearest_thing_above(
    write: Callable[..., Path],
) -> None:
    document = load(write('arms:\n  - name: ada\n'))
    assert document.place(('arms', 0, 'reach_m')) == Place(line=2, column=5)
    assert document.find(('arms', 0, 'reach_m')) is None
    assert document.find(('arms', 7)) is None


@pytest.mark.parametrize(
    ('text', 'value'),
    [
        ('1', 1),
        ('-0x1F', '-0x1F'),
        ('0x1F', 31),
        ('0o17', 15),
        ('017', 17),
        ('1.5', 1.5),
        ('1e3', 1000.0),
        ('.5', 0.5),
        ('~', None),
        ('', None),
        ('true', True),
        ('"true"', 'true'),
        ("'1'", '1'),
        ('2026-11-22', '2026-11-22'),
        # Words that other readers take for truths: a country code stays one.
        ('no', 'no'),
        ('on', 'on'),
        # No figure of a cell may be any of these, so they are not numbers.
        ('.nan', '.nan'),
        ('-.inf', '-.inf'),
        ('1e999', '1e999'),
        ('9223372036854775807', 2**63 - 1),
        ('9223372036854775808', '9223372036854775808'),
        ('1' * 5000, '1' * 5000),
    ],
)
def test_what_an_unquoted_text_stands_for(
    write: Callable[..., Path], text: str, value: Scalar
) -> None:
    read = cast(Any, plain(write(f'key: {text}')))['key']
    assert read == value
    assert type(read) is type(value)


def test_an_alias_stands_for_its_anchor(write: Callable[..., Path]) -> None:
    assert plain(write('a: &x [1, 2]\nb: *x\n')) == {'a': [1, 2], 'b': [1, 2]}


BOMB = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n' + ''.join(
    f'a{n}: &a{n} [{", ".join([f"*a{n - 1}"] * 10)}]\n' for n in range(1, 10)
)
DEEP_ALIASES = 'a0: &a0 [x]\n' + ''.join(f'a{n}: &a{n} [*a{n - 1}]\n' for n in range(1, 40))


@pytest.mark.parametrize(
    ('content', 'where', 'what'),
    [
        ('', ':1', 'got an empty file, expected a mapping'),
        ('# nothing\n', ':1', 'got an empty file'),
        ('\n- 1\n', ':2', 'got a list of 1, expected a mapping'),
        ('just words', ':1', "got 'just words', expected a mapping"),
        ('a: [1\nb: 2\n', ':2:2', 'not YAML'),
        ('a: 1\n\tb: 2\n', ':2:1', 'not YAML'),
        ('a: 1\nb: \x00\n', ':2', 'not YAML: special characters are not allowed'),
        ('a: 1\nb: 2\na: 3\n', ':3:1', "'a' is given twice, first in line 1"),
        ('a: 1\n---\nb: 2\n', ':2:1', 'got a second document'),
        ('a: 1\n2: 3\n', ':2:1', 'got 2, expected a key that is text'),
        ('? [1]\n: 2\n', ':1:3', 'got a list, expected a key'),
        ('? {a: 1}\n: 2\n', ':1:3', 'got a mapping, expected a key'),
        ('a: &x {b: 1}\n<<: *x\n', ':2:1', "got '<<', expected a key that is text"),
        ('a: !!python/object/apply:os.system [ls]\n', ':1:4', 'got the tag'),
        ('a: !!float 1\n', ':1:4', 'got the tag'),
        ('a: *x\n', ':1:4', '*x stands for nothing'),
        ('a: &x [*x]\n', ':1:8', '*x stands for nothing'),
        ('a: "\\ud800"\n', ':1:4', 'surrogate'),
        (b'a: 1\nb: \xff\n', ':2', 'got byte 0xff, expected text in UTF-8'),
        ('a: 1'.encode('utf-16'), ':1', 'expected text in UTF-8'),
        (BOMB, ':5:', 'more than 100,000 values'),
        (DEEP_ALIASES, ':30:', 'nested more than 30 deep'),
        ('a: ' + '[' * 1000, ':1:33', 'nested more than 30 deep'),
        ('[' * 10_000, ':1:31', 'nested more than 30 deep'),
        ('- ' * 5_000, ':1:61', 'nested more than 30 deep'),
        # Takes the parser minutes.
        ('a: 1\n' + '!' * 4_900_000, ':2', 'longer than 10,000 characters'),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_what_is_not_plain_data_is_refused_with_its_place(
    write: Callable[..., Path], content: str | bytes, where: str, what: str
) -> None:
    path = write(content)
    with pytest.raises(BadInput) as refusal:
        load(path)
    assert str(refusal.value).startswith(f'{path}{where}')
    assert what in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r'cell\.yaml: cannot be read: No such file'):
        load(tmp_path / 'cell.yaml')


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match='not a file'):
        load(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_someone_to_write(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / 'pipe')
    with pytest.raises(BadInput, match='not a file'):
        load(tmp_path / 'pipe')


def test_an_impossible_name_is_refused() -> None:
    with pytest.raises(BadInput, match='cannot be read'):
        load('a\x00b')


def test_an_unreadable_file_is_refused(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise PermissionError(13, 'Permission denied')

    path = write('a: 1')
    monkeypatch.setattr(yaml_source.Path, 'open', refuse)
    with pytest.raises(BadInput, match='cannot be read: Permission denied'):
        load(path)


def test_a_file_too_large_is_refused_before_it_is_parsed(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_source, 'MAX_BYTES', 100)
    with pytest.raises(BadInput, match='larger than 100 bytes'):
        load(write('a: ' + 'x' * 100))


def test_too_many_values_are_refused(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_builder, 'MAX_VALUES', 10)
    assert plain(write('a: [1, 2, 3, 4, 5, 6, 7, 8]'))
    with pytest.raises(BadInput, match='more than 10 values'):
        load(write('a: [1, 2, 3, 4, 5, 6, 7, 8, 9]'))


def test_ways_and_values_are_shown_as_people_write_them() -> None:
    assert dotted(('arms', 0, 'base', 2)) == 'arms[0].base[2]'
    assert [shown(it) for it in (None, True, 'x', 1.5, [], [1], {}, {'a': 1})] == [
        'nothing',
        'true',
        "'x'",
        '1.5',
        'an empty list',
        'a list of 1',
        'an empty mapping',
        'a mapping',
    ]
    assert len(shown('x' * 1000)) <= 60


NAMES_FILE_AND_LINE = re.compile(r'.*given\.yaml:\d+')
# Characters that mean something to a parser, so that the text is often nearly YAML.
NEARLY_YAML = st.text(alphabet='ab1: \n\t-[]{},&*!|>\'"%@`#?\\~.\x00\x85\u2028\ufeff', max_size=60)


@given(NEARLY_YAML | st.text(max_size=60).map(lambda text: f'a: {text}') | st.binary(max_size=60))
@example('a: "\\U00110000"')
@example('a: "\\UFFFFFFFF"')
@example('%YAML 9.9\n---\na: 1')
@example('a: &\n')
@example('"\\')
def test_any_text_is_read_or_refused_with_file_and_line(
    refusal_of: Callable[..., str | None], content: str
) -> None:
    refusal = refusal_of(load, content)
    assert refusal is None or NAMES_FILE_AND_LINE.match(refusal)
