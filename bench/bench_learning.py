"""
What the allocator learns: the error of its estimates, and what its choices lose meanwhile.

Three tables: an arm whose assumed duration is 40 % too long, and which gets slower later on;
three arms of which one fails less than the others; two arms of which the better one breaks
half and is repaired. Losses are beside one who knows each arm as it is. Baselines, which the
product does not run, are plain means, any arm and who never forgets. Written to
``bench/out/allocation_learning.json``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
import json
from pathlib import Path
from random import Random
import statistics
from typing import Any
from unittest import mock

from learning_cell import Allocator, AnyArm, Chooser, CV, PlainMeans, regrets, Truth

from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.experience import evidence
from cobot_alloc.domain.experience.belief import belief_about
from cobot_alloc.domain.experience.evidence import Evidence, Lesson, Scope, scopes
from cobot_alloc.domain.identifiers import AgentId

OUT = Path(__file__).resolve().parent / 'out' / 'allocation_learning.json'

TRUE_S = 8.0
ASSUMED_S = 1.4 * TRUE_S
SLOWER_AFTER, SLOWER_BY = 100, 1.5
LOOKS = (1, 3, 5, 10, 20, 50, 100, 105, 110, 120, 150, 200)

BANDIT = (Truth(8.0, 0.95), Truth(8.0, 0.85), Truth(8.0, 0.70))

WELL, BROKEN, OTHER = Truth(6.5, 0.97), Truth(10.0, 0.5), Truth(8.0, 0.95)
PHASES = ((300, (OTHER, WELL)), (300, (OTHER, BROKEN)), (600, (OTHER, WELL)))
PHASE_LOOKS = (50, 300, 320, 350, 400, 600, 700, 800, 900, 1200)


def main() -> None:
    """Measure, print the tables and write them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--runs', type=int, default=20, help='of each way to choose [20]')
    parser.add_argument('--arms', type=int, default=400, help='drawn for the first table [400]')
    parser.add_argument('--seed', type=int, default=0, help='of the first run [0]')
    wanted = parser.parse_args()
    found = {
        'estimates': _estimates(wanted.arms, wanted.seed),
        'bandit': _bandit(wanted.runs, wanted.seed),
        'repair': _repair(wanted.runs, wanted.seed),
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=2) + '\n')


# Estimates


def _estimates(arms: int, seed: int) -> list[dict[str, float]]:
    print(f'Error of the expected duration, assumed 40 % too long, {SLOWER_BY:g} times as long')
    print(f'after run {SLOWER_AFTER}; durations lognormal, CV {CV:g}; mean of {arms} arms.\n')
    print(
        f'{"runs":>5} {"learned":>9} {"plain mean":>11} {"floor":>7} {"next run in its 90 %":>22}'
    )
    errors: dict[int, list[float]] = {look: [] for look in LOOKS}
    plain: dict[int, list[float]] = {look: [] for look in LOOKS}
    inside: dict[int, list[bool]] = {look: [] for look in LOOKS}
    for arm in range(arms):
        for look, error, mean_error, within in _one_arm(Random(1_000_003 * seed + arm)):
            errors[look].append(error)
            plain[look].append(mean_error)
            inside[look].append(within)
    rows = []
    for look in LOOKS:
        # The mean of the absolute error of a mean of so many runs: 0.8 standard errors.
        floor = 0.8 * CV / look**0.5 if look <= SLOWER_AFTER else float('nan')
        row = {
            'runs': look,
            'error': statistics.mean(errors[look]),
            'plain_mean_error': statistics.mean(plain[look]),
            'coverage': statistics.mean(inside[look]),
        }
        shown = f'{100 * floor:6.1f}%' if floor == floor else ' ' * 7
        print(
            f'{look:5} {100 * row["error"]:8.1f}% {100 * row["plain_mean_error"]:10.1f}% {shown}'
            f' {100 * row["coverage"]:17.1f}%'
        )
        rows.append(row)
    return rows


def _one_arm(rng: Random) -> Iterator[tuple[int, float, float, bool]]:
    arm = AgentId('arm')
    experience: dict[Scope, Evidence] = {}
    total_s = 0.0
    for run in range(1, LOOKS[-1] + 1):
        truth = Truth(TRUE_S * (SLOWER_BY if run > SLOWER_AFTER else 1.0), 1.0)
        seconds, _ = truth.draw(rng)
        total_s += seconds
        for scope in scopes('pick_place', AgentKind.ARM, arm, ''):
            known = experience.get(scope, Evidence(skill_runs=run - 1))
            lesson = Lesson(seconds=seconds, succeeded=True)
            experience[scope] = known.with_lesson(lesson, skill_runs=run)
        if run in LOOKS:
            belief = belief_about(
                experience,
                skill='pick_place',
                agent_kind=AgentKind.ARM,
                agent_id=arm,
                part='',
                assumed_s=ASSUMED_S,
            )
            following, _ = truth.draw(rng)
            low_s, high_s = (belief.duration_quantile_s(share) for share in (0.05, 0.95))
            yield (
                run,
                abs(belief.work_s / truth.work_s - 1.0),
                abs(total_s / run / truth.work_s - 1.0),
                low_s <= following <= high_s,
            )


# Choices


def _bandit(runs: int, seed: int) -> dict[str, Any]:
    chances = '/'.join(f'{truth.success:.2f}' for truth in BANDIT)
    print(f'\nThree arms that succeed with {chances} and take 8 s, 1000 tasks, {runs} runs:')
    print('successes lost beside one who knows (standard error in brackets). Baselines: no')
    print('forgetting, any arm.\n')
    ways: dict[str, Callable[[int], Chooser]] = {
        'learning, trying': lambda n: Allocator(3, seed=n),
        'learning, not trying': lambda _: Allocator(3, seed=None),
        'trying, no forgetting': lambda n: Allocator(3, seed=n),
        'any arm': lambda n: AnyArm(3, n),
    }
    found = {}
    for name, make in ways.items():
        with _no_forgetting() if 'no forgetting' in name else nullcontext():
            lost = [
                regrets(make(seed + n), ((1000, BANDIT),), seed=seed + n, cv=0.01)[1][-1]
                for n in range(runs)
            ]
        found[name] = {'lost': statistics.mean(lost), 'error': _error(lost)}
        print(f'{name:>22} {found[name]["lost"]:8.1f} ({found[name]["error"]:.1f})')
    return found


def _repair(runs: int, seed: int) -> dict[str, Any]:
    print(
        f'\nTwo arms: one takes {OTHER.work_s:g} s and succeeds with {OTHER.success:g}; the other'
    )
    print(f'{WELL.work_s:g} s and {WELL.success:g}, from task 300 to 600 {BROKEN.work_s:g} s and')
    print(f'{BROKEN.success:g}. Seconds of expected cost lost beside one who knows, {runs} runs.')
    print('Baselines: no forgetting, plain means, any arm.\n')
    ways: dict[str, Callable[[int], Chooser]] = {
        'learning, trying': lambda n: Allocator(2, seed=n),
        'learning, not trying': lambda _: Allocator(2, seed=None),
        'trying, no forgetting': lambda n: Allocator(2, seed=n),
        'plain means': lambda _: PlainMeans(2),
        'any arm': lambda n: AnyArm(2, n),
    }
    print(f'{"after task":>22} ' + ' '.join(f'{look:>6}' for look in PHASE_LOOKS))
    found = {}
    for name, make in ways.items():
        with _no_forgetting() if 'no forgetting' in name else nullcontext():
            lost = [regrets(make(seed + n), PHASES, seed=seed + n)[0] for n in range(runs)]
        means = [statistics.mean(run[look] for run in lost) for look in PHASE_LOOKS]
        found[name] = {
            'lost_s': dict(zip(map(str, PHASE_LOOKS), means, strict=True)),
            'error_s': _error([run[-1] for run in lost]),
        }
        figures = ' '.join(f'{mean:6.0f}' for mean in means)
        print(f'{name:>22} {figures} ({found[name]["error_s"]:.0f})')
    return found


@contextmanager
def _no_forgetting() -> Iterator[None]:
    with mock.patch.multiple(evidence, _KEEP=1.0, _KEEP_IDLE=1.0):
        yield


def _error(values: Sequence[float]) -> float:
    return statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0


if __name__ == '__main__':
    main()
