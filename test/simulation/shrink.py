"""Make a failing run smaller: take away what it does not need to fail."""

from __future__ import annotations

from dataclasses import replace

from simulation.chaos import Chaos
from simulation.run import Outcome, simulate


def shrink(failing: Outcome) -> Outcome:
    """
    Return a run of the same seed that breaks the same promise with less chaos.

    Of those found, the one with the shortest history.
    """
    best, tried = failing, True
    while tried:
        tried = False
        for smaller in _smaller(best.chaos):
            outcome = simulate(failing.seed, smaller)
            if outcome.violation is None or failing.violation is None:
                continue
            if outcome.violation.promise == failing.violation.promise:
                best, tried = outcome, True
                break
    return best


def _smaller(chaos: Chaos) -> list[Chaos]:
    without = [chaos.without(name) for name in Chaos.names() if getattr(chaos, name)]
    fewer = [replace(chaos, orders=n) for n in range(1, chaos.orders)]
    return fewer + without


def describe(outcome: Outcome) -> str:
    """Return what a person needs to find the fault: the chaos, the trace, the command."""
    needed = {name: getattr(outcome.chaos, name) for name in ('orders', *Chaos.names())}
    shown = ' '.join(f'{name}={value}' for name, value in needed.items() if value)
    return '\n'.join(
        [
            f'seed {outcome.seed} breaks {outcome.violation}',
            f'with {shown}',
            *outcome.trace,
            f'reproduce: PYTHONPATH=test python -m simulation --seed {outcome.seed}',
        ]
    )
