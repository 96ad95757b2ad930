"""A record is made from a file, or every problem is named: file, line, key, got, expected."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, NewType

from pydantic import Field
import pytest

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.validation import validate
from cobot_alloc.files.yaml_source import load

Name = NewType('Name', str)


class Color(str, Enum):
    RED = 'red'
    BLUE = 'blue'


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - as the package's records

    size_m: float
    spokes: int = 8

    def __post_init__(self) -> None:
        if not self.size_m > 0:
            raise ValueError(f'size_m must be > 0, got {self.size_m}')
        if self.spokes == 13:
            raise ValueError('thirteen spokes bring bad luck')


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - as the package's records

    name: Name
    come_from: Annotated[str, Field(alias='from')] = ''
    color: Color = Color.RED
    is_new: bool = False
    load_kg: float | None = None
    at: tuple[float, float] = (0.0, 0.0)
    tags: frozenset[str] = frozenset()
    colors: tuple[Color, ...] = ()
    owner: str | tuple[str, ...] = ()
    front: Wheel = field(default_factory=lambda: Wheel(size_m=0.5))
    wheels: tuple[Wheel, ...] = ()


def test_a_good_file_becomes_a_record(write: Callable[..., Path]) -> None:
    path = write(
        """
name: tom
from: here
color: blue
is_new: true
load_kg: 3
at: [1, 2.5]
tags: [a, b]
colors: [red]
owner: [ada, bob]
front: {size_m: 1}
wheels:
  - size_m: 0.5
    spokes: 4
"""
    )
    assert validate(load(path), Cart) == Cart(
        name=Name('tom'),
        come_from='here',
        color=Color.BLUE,
        is_new=True,
        load_kg=3.0,
        at=(1.0, 2.5),
        tags=frozenset({'a', 'b'}),
        colors=(Color.RED,),
        owner=('ada', 'bob'),
        front=Wheel(size_m=1.0),
        wheels=(Wheel(size_m=0.5, spokes=4),),
    )


@pytest.mark.parametrize(
    ('line', 'problem'),
    [
        ('name: 3', 'name: got 3, expected text'),
        ('name: [a]', 'name: got a list of 1, expected text'),
        ('from: true', 'from: got true, expected text'),
        ('come_from: x', "come_from: got an unknown key, expected 'from'"),
        ('colour: red', "colour: got an unknown key, expected 'color'"),
        ('color: green', "color: got 'green', expected one of red, blue"),
        ('is_new: 1', 'is_new: got 1, expected true or false'),
        ('is_new: yes', "is_new: got 'yes', expected true or false"),
        ('load_kg: true', 'load_kg: got true, expected a number or nothing'),
        ('load_kg: .nan', "load_kg: got '.nan', expected a number or nothing"),
        ('load_kg: -.inf', "load_kg: got '-.inf', expected a number or nothing"),
        ('load_kg: "3"', "load_kg: got '3', expected a number or nothing"),
        ('at: [1]', 'at: got a list of 1, expected a list of 2 numbers'),
        ('at: [1, 2, 3]', 'at: got a list of 3, expected a list of 2 numbers'),
        ('at: [1, x]', "at[1]: got 'x', expected a number"),
        ('tags: a', "tags: got 'a', expected a list of texts"),
        ('colors: red', "colors: got 'red', expected a list of words, each one of red, blue"),
        ('colors: [rad]', "colors[0]: got 'rad', expected one of red, blue"),
        ('owner: {str: 1}', 'owner: got a mapping, expected text or a list of texts'),
        ('owner: [ada, 2]', 'owner[1]: got 2, expected text'),
        ('front: 3', 'front: got 3, expected a mapping (key: value)'),
        ('front: {}', 'front.size_m: got nothing, expected a number'),
        ('front: {size_m: -1}', 'front.size_m: got -1, expected > 0'),
        ('front: {size_m: 1, spokes: 13}', 'front: thirteen spokes bring bad luck'),
        ('front: {size_m: 1, spokes: 1.0}', 'front.spokes: got 1.0, expected a whole number'),
        ('wheels: {}', 'wheels: got an empty mapping, expected a list of mappings'),
        ('wheels: [{size_m: 1, spike: 3}]', 'wheels[0].spike: got an unknown key, expected'),
    ],
)  # fmt: skip
def test_a_problem_is_named_with_line_key_got_and_expected(
    write: Callable[..., Path], line: str, problem: str
) -> None:
    rest = '' if line.startswith('name') else '\nname: tom'
    path = write(f'\n{line}{rest}\n')
    with pytest.raises(BadInput) as refusal:
        validate(load(path), Cart)
    assert str(refusal.value).startswith(f'{path}:2: {problem}')
    assert '\n' not in str(refusal.value)


def test_an_unknown_key_like_no_other_lists_them_all(write: Callable[..., Path]) -> None:
    path = write('name: tom\nfront:\n  xyz: 1\n  size_m: 1\n')
    with pytest.raises(BadInput, match=r':3: front\.xyz: .* expected one of size_m, spokes$'):
        validate(load(path), Cart)


def test_every_problem_is_named_in_the_order_of_the_file(write: Callable[..., Path]) -> None:
    path = write('wheels:\n  - spokes: x\ncolor: 1\nname: 2\nzzz: 3\n')
    with pytest.raises(BadInput) as refusal:
        validate(load(path), Cart)
    assert [line.split(': ')[0].rsplit(':')[-1] for line in str(refusal.value).split('\n')] == [
        '2',
        '2',
        '3',
        '4',
        '5',
    ]


def test_a_problem_inside_an_alias_is_named_where_it_is_written(
    write: Callable[..., Path],
) -> None:
    path = write('name: tom\nfront: &w\n  size_m: x\nwheels: [*w]\n')
    with pytest.raises(BadInput) as refusal:
        validate(load(path), Cart)
    assert str(refusal.value).split('\n') == [
        f"{path}:3: front.size_m: got 'x', expected a number",
        f"{path}:3: wheels[0].size_m: got 'x', expected a number",
    ]


def test_a_key_with_a_line_break_stays_on_its_line(write: Callable[..., Path]) -> None:
    path = write('name: tom\n"a\\nb\\e[2J": 1\n')
    with pytest.raises(BadInput) as refusal:
        validate(load(path), Cart)
    assert str(refusal.value).startswith(f'{path}:2: a\\nb\\x1b[2J: got an unknown key')
