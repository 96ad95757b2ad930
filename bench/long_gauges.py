"""What a long run is watched by, and whether it stays where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
import gc
from pathlib import Path
from typing import Any

from long_cell import LongCell
import numpy as np
from numpy.typing import NDArray
import psutil

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.lifecycles.task import FINAL

#: Left out of the fit, for what is kept for a while to fill up: a share of the run, and hours.
WARM_UP, WARM_UP_HOURS = 1 / 2, 2.0
#: Fewer readings than these tell nothing.
ENOUGH = 5
#: Most growth in a day for something to count as flat: of memory, as a share of what there is.
FLAT_SHARE = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """
    One look at the gauges.

    :ivar done: tasks that reached a final state so far.
    :ivar strays: tasks and cases that ended so long ago that they should have been archived.
    """

    hour: float
    done: int
    memory_mb: float
    journal_mb: float
    journal_bytes_per_task: float
    ledger_mb: float
    files: int
    threads: int
    tasks: int
    waiting: int
    cases: int
    open_cases: int
    strays: int
    inquiries: int
    receipts: int
    answered: int


class Gauges:
    """Reads the gauges of this process and its cell."""

    def __init__(self, cell: LongCell, folder: Path) -> None:
        """Take what is watched."""
        self._cell, self._folder = cell, folder
        self._process = psutil.Process()

    def read(self, submitted: int) -> Reading:
        """
        Return a reading, after what is garbage is gone.

        :param submitted: how many tasks there were so far.
        """
        gc.collect()
        state = self._cell.state
        waiting = sum(task.state not in FINAL for task in state.tasks.values())
        done = submitted - waiting
        journal = self._bytes('journal.sqlite*')
        return Reading(
            hour=self._cell.now_s / 3600.0,
            done=done,
            memory_mb=self._process.memory_info().rss / 1e6,
            journal_mb=journal / 1e6,
            journal_bytes_per_task=journal / max(1, done),
            ledger_mb=self._bytes('arms.sqlite*') / 1e6,
            files=self._process.num_fds(),
            threads=self._process.num_threads(),
            tasks=len(state.tasks),
            waiting=waiting,
            cases=len(state.cases),
            open_cases=len(state.open_cases),
            strays=_strays(state, before_s=state.now_s - 2 * self._cell.keep_finished_s),
            inquiries=len(self._cell.inquiries),
            receipts=len(state.receipts),
            answered=len(state.answered),
        )

    def _bytes(self, pattern: str) -> int:
        return sum(path.stat().st_size for path in self._folder.glob(pattern))


def judge(readings: Sequence[Reading]) -> dict[str, Any]:
    """Return the growth per day of each gauge after the warm-up, and which are flat."""
    begin = max(readings[-1].hour * WARM_UP, WARM_UP_HOURS)
    settled = [reading for reading in readings if reading.hour > begin]
    if len(settled) < ENOUGH:
        return {'fitted': len(settled), 'growth_per_day': {}, 'flat': {}}
    hours = np.array([reading.hour for reading in settled])
    growth, flat = {}, {}
    for name in ('memory_mb', 'files', 'threads', 'waiting', 'strays', 'inquiries'):
        values = np.array([asdict(reading)[name] for reading in settled], dtype=float)
        per_hour, _ = np.polyfit(hours, values, 1)
        growth[name] = float(per_hour) * 24.0
        # Beside a trend there is chance: what it could be by chance alone does not count.
        chance = _trend_by_chance(hours, values) * 24.0
        flat[name] = bool(growth[name] <= max(FLAT_SHARE * values.mean(), chance))
    flat['strays'] = all(reading.strays == 0 for reading in readings)
    return {'fitted': len(settled), 'growth_per_day': growth, 'flat': flat}


def _strays(state: CellState, *, before_s: float) -> int:
    tasks = [task for task in state.tasks.values() if task.ended_s is not None]
    cases = [case for case in state.cases.values() if not case.is_open]
    return sum(task.ended_s is not None and task.ended_s < before_s for task in tasks) + sum(
        case.opened_s < before_s and case.subject.id not in state.tasks for case in cases
    )


def _trend_by_chance(hours: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Return what the slope of a fitted line may be without there being one: 4 sigma."""
    line = np.polyval(np.polyfit(hours, values, 1), hours)
    spread = np.sqrt(((values - line) ** 2).sum() / (len(hours) - 2))
    return float(4.0 * spread / np.sqrt(((hours - hours.mean()) ** 2).sum()))
