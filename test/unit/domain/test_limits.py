"""Limits refuse figures that no shift could work with."""

import math
from typing import Any, cast

import pytest

from cobot_alloc.domain.limits import DeskClocks, Limits


@pytest.mark.parametrize(
    ('kind', 'name', 'value'),
    [
        (DeskClocks, 'unclaimed_s', 0.0),
        (DeskClocks, 'unclaimed_s', math.nan),
        (DeskClocks, 'lease_s', math.inf),
        (Limits, 'goal_expires_s', 0.0),
        (Limits, 'silence_s', -1.0),
        (Limits, 'max_waiting_tasks', 0),
        (Limits, 'max_order_tasks', 100_001),
        (Limits, 'signature_age_s', math.nan),
    ],
)
def test_a_figure_out_of_range_is_refused_by_name(
    kind: type[DeskClocks] | type[Limits], name: str, value: float
) -> None:
    """The message names the figure, the range and the value."""
    with pytest.raises(ValueError, match=rf'{name} must be in .*, got {value}'):
        kind(**cast('dict[str, Any]', {name: value}))


def test_the_defaults_are_within_their_ranges() -> None:
    """A cell without a file of its own has limits all the same."""
    assert Limits().desk.unclaimed_s > 0
