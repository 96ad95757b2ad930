"""The limits file: what it leaves out has its default, what is out of range is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.limits import DeskClocks, Limits
from cobot_alloc.files.limits import read_limits

SHIPPED = Path(__file__).parents[3] / 'config' / 'cell.yaml'


def test_the_shipped_file_says_what_holds_without_it() -> None:
    """So that a reader of the file can trust its comments, and who deletes it loses nothing."""
    assert read_limits(SHIPPED) == Limits()


def test_what_is_left_out_has_its_default(write: Callable[..., Path]) -> None:
    limits = read_limits(write('desk: {lease_s: 60}\nsilence_s: 3\n'))
    assert limits == Limits(desk=DeskClocks(lease_s=60.0), silence_s=3.0)


def test_a_figure_out_of_range_is_refused_with_its_line(write: Callable[..., Path]) -> None:
    path = write('desk:\n  lease_s: 0\n  unclaimed_s: 60\n')
    with pytest.raises(BadInput) as refusal:
        read_limits(path)
    assert str(refusal.value) == f'{path}:2: desk.lease_s: got 0, expected in 1..86400'
