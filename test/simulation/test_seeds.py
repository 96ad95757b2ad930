"""A thousand cells from a thousand seeds keep every promise."""

from __future__ import annotations

import pytest

from simulation.run import simulate
from simulation.shrink import describe, shrink

#: Seeds, and how many of them share a test.
SEEDS, TOGETHER = 1000, 50


@pytest.mark.parametrize('first', range(0, SEEDS, TOGETHER))
def test_promises(first: int) -> None:
    """No seed breaks a promise; one that does is made smaller and printed."""
    for seed in range(first, first + TOGETHER):
        outcome = simulate(seed)
        if outcome.violation is not None:
            pytest.fail(describe(shrink(outcome)), pytrace=False)


def test_the_simulation_is_wild() -> None:
    """The seeds do what they are for: crashes, refusals, answers, orders that are done."""
    outcomes = [simulate(seed) for seed in range(40)]
    assert sum(o.history.crashes['allocator'] for o in outcomes) >= 10
    assert sum(o.history.crashes['cell'] for o in outcomes) >= 10
    assert sum(o.history.refusals['stale_version'] for o in outcomes) >= 10
    assert sum(len(o.history.done) for o in outcomes) >= 60
    assert sum(len(o.history.accepted) for o in outcomes) >= 60
    assert sum(len(o.history.motions) for o in outcomes) >= 60
    assert sum(len(o.history.helpers) for o in outcomes) >= 20
    assert sum(o.history.refusals['busy'] for o in outcomes) >= 1


def test_a_seed_determines_everything() -> None:
    """The same seed gives the same story, to the last line."""
    assert simulate(7).trace == simulate(7).trace
    assert simulate(7).trace != simulate(8).trace
