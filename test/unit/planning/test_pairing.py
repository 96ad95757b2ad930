"""The pairing of tasks and agents, against trying every one."""

from __future__ import annotations

from itertools import permutations
import math

from hypothesis import given
from hypothesis import strategies as st

from cobot_alloc.planning.pairing import pair_at_least_cost

_COST = st.one_of(st.just(math.inf), st.integers(0, 20).map(float))
_MATRIX = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(_COST, min_size=columns, max_size=columns), min_size=1, max_size=4
    )
)


def _best(costs: list[list[float]]) -> tuple[int, float]:
    """Return the most pairs and their least sum, by trying all."""
    rows, columns = len(costs), len(costs[0])
    slots = [*range(columns), *[None] * rows]
    best = (0, 0.0)
    for chosen in set(permutations(slots, rows)):
        pairs = [costs[r][c] for r, c in enumerate(chosen) if c is not None]
        if all(map(math.isfinite, pairs)):
            best = min(best, (-len(pairs), sum(pairs)))
    return -best[0], best[1]


@given(_MATRIX)
def test_as_many_pairs_as_possible_at_the_least_sum(costs: list[list[float]]) -> None:
    """No forbidden pair, no agent or task twice, and nothing better exists."""
    pairs = pair_at_least_cost(costs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    count, total = _best(costs)
    assert len(pairs) == count
    assert sum(costs[row][column] for row, column in pairs) == total


def test_nothing_to_pair() -> None:
    """An empty matrix, or one without an allowed pair, gives no pairs."""
    assert list(pair_at_least_cost([])) == []
    assert list(pair_at_least_cost([[math.inf, math.inf]])) == []
