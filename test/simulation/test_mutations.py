"""Each promise is broken once on purpose, and the seeds find it."""

from __future__ import annotations

import pytest

from simulation.history import Violation
from simulation.mutations import all_mutations, Mutation
from simulation.run import simulate
from simulation.shrink import shrink

#: More seeds than any mutation has been seen to need.
SEEDS = 150


@pytest.mark.parametrize('mutation', all_mutations(), ids=lambda m: m.name.replace(' ', '-'))
def test_the_seeds_find_it(mutation: Mutation) -> None:
    """Some seed reports one of the promises that this fault breaks."""
    found = None
    with mutation.apply():
        for seed in range(SEEDS):
            found = _violation(seed)
            if found is not None and found.promise in mutation.promises:
                return
    pytest.fail(f'{SEEDS} seeds did not notice that {mutation.name}; last: {found}')


def test_every_promise_is_broken_once() -> None:
    """The list of faults leaves no promise out."""
    broken = frozenset[int]().union(*(mutation.promises for mutation in all_mutations()))
    assert broken == {1, 2, 3, 4, 5, 6, 7, 8}


def test_a_failing_run_is_made_smaller() -> None:
    """What a fault does not need to show itself is taken away."""
    mutation = next(m for m in all_mutations() if m.name == 'hazard is not looked at')
    with mutation.apply():
        failing = simulate(7)
        small = shrink(failing)
    assert small.violation is not None
    assert small.violation.promise == 5
    needed = [name for name in small.chaos.names() if getattr(small.chaos, name)]
    assert len(needed) <= 2, f'it does not need {needed}'


def _violation(seed: int) -> Violation | None:
    try:
        return simulate(seed).violation
    except (KeyError, AssertionError):
        return None  # a fault may as well bring the core down; that is not the proof asked for
