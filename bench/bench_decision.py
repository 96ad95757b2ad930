"""
What one decision costs while few and while many tasks wait.

Printed as a table and written to ``bench/out/decision.json``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
import gc
import json
from pathlib import Path
import statistics
import time

from decision_cell import DecisionCell

from cobot_alloc.domain.inputs import Input, PassTime

OUT = Path(__file__).resolve().parent / 'out'
SECOND = 20  # ticks, and as many heartbeats


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--waiting', type=int, nargs='+', default=[100, 1000, 10_000])
    parser.add_argument('--seconds', type=int, default=30, help='of cell time for each figure')
    wanted = parser.parse_args()
    print(
        'Processor time of decisions, by how many tasks wait: belts, single places, exclusive\n'
        'areas, setups, tasks for two, absences; four arms busy, three idle. A second has\n'
        '20 ticks and 20 heartbeats.\n'
    )
    print(
        f'{"cell":28} {"waiting":>8} {"a second, ms":>13} {"input, us":>10} {"p99, us":>8}'
        f' {"worst, us":>10}'
    )
    found = {
        name: {n: _print(name, n, _measure(make(n), feed, wanted.seconds)) for n in wanted.waiting}
        for name, (make, feed) in CELLS.items()
    }
    few, many = min(wanted.waiting), max(wanted.waiting)
    print(f'\nA second with {many} waiting over one with {few}:')
    for name, rows in found.items():
        print(f'  {name:26} {rows[many]["second_ms"] / rows[few]["second_ms"]:.2f}')
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / 'decision.json').write_text(json.dumps(found, indent=2) + '\n')


def _attended(waiting: int) -> DecisionCell:
    """Return a cell at work, with a person there who can do nothing of what waits."""
    cell = DecisionCell(waiting)
    cell.sign_on('bert', 'hold')  # who will be back, so that nobody is asked about work for two
    cell.sign_off('bert')
    cell.sign_on('anna', 'supervise')
    return cell


def _helped(waiting: int) -> DecisionCell:
    """Return the same with a person who helps at tasks for two, when an arm is free for it."""
    cell = DecisionCell(waiting)
    cell.sign_on('anna', 'hold')
    return cell


def _quiet(cell: DecisionCell) -> Iterator[Input]:
    """Walk the inputs of a second in which nothing ends."""
    for n in range(SECOND):
        cell.now_s += 1.0 / SECOND
        yield PassTime()
        yield cell.beat(cell.arms[n % len(cell.arms)])


def _lively(cell: DecisionCell) -> Iterator[Input]:
    """Walk the inputs of a second in which one arm ends its task and gets another."""
    yield from _quiet(cell)
    arm = cell.arms[int(cell.now_s) % len(cell.arms)]
    ending = cell.ending(arm)
    if ending is not None:
        yield ending


CELLS: dict[str, tuple[Callable[[int], DecisionCell], Callable[[DecisionCell], Iterator[Input]]]]
CELLS = {
    'a person watches': (_attended, _quiet),
    'the same, a task ends': (_attended, _lively),
    'a person helps': (_helped, _quiet),
    'the same, a task ends ': (_helped, _lively),
}


def _measure(
    cell: DecisionCell, feed: Callable[[DecisionCell], Iterator[Input]], seconds: int
) -> dict[str, float]:
    """Return the figures of a cell; what was set up before is not garbage, and left alone."""
    for given in feed(cell):  # whatever is found out once has been found out
        cell.give(given)
    gc.collect()
    gc.freeze()
    took: list[float] = []
    for _ in range(seconds):
        for given in feed(cell):
            begun = time.process_time()
            cell.give(given)
            took.append(time.process_time() - begun)
    gc.unfreeze()
    took.sort()
    return {
        'second_ms': 1e3 * sum(took) / seconds,
        'input_us': 1e6 * statistics.fmean(took),
        'p99_us': 1e6 * took[int(0.99 * len(took))],
        'worst_us': 1e6 * took[-1],
    }


def _print(name: str, waiting: int, row: dict[str, float]) -> dict[str, float]:
    print(
        f'{name:28} {waiting:8} {row["second_ms"]:13.2f} {row["input_us"]:10.0f}'
        f' {row["p99_us"]:8.0f} {row["worst_us"]:10.0f}',
        flush=True,
    )
    return row


if __name__ == '__main__':
    main()
