"""What is done to the processes, and when."""

from __future__ import annotations

from pathlib import Path
from random import Random
import time

from torture.history import History
from torture.processes import Processes

#: Seconds between two blows, as long as nothing is waited for.
BETWEEN_S = (0.2, 1.0)
PAUSE_S = (0.5, 3.5)
#: Seconds: until the next motion, for a measured restart.
MOTION_WITHIN_S = 8.0
DECISION_WITHIN_S = 20.0


class Blows:
    """
    Kills or pauses a random process at random times.

    Some blows wait until something moves again, and fall soon after: kills that only ever hit
    what is starting would leave nothing to be lost.
    """

    def __init__(
        self,
        processes: Processes,
        motions: Path,
        *,
        random: Random,
        history: History,
        patience: float,
        pauses: float,
    ) -> None:
        """
        Take the processes.

        :param motions: the log of motions.
        :param patience: share of the blows that wait.
        :param pauses: share of the blows that stop a process for a while in place of killing it.
        """
        self._processes = processes
        self._motions = motions
        self._random = random
        self._history = history
        self._patience = patience
        self._pauses = pauses

    def strike(self) -> None:
        """Wait a little, or until something moves; then strike."""
        time.sleep(self._random.uniform(*BETWEEN_S))
        self._processes.watch()
        if self._random.random() < self._patience:
            self._wait_for_motion()
            time.sleep(self._random.uniform(0.0, 1.0))
        name = self._random.choice(self._processes.names)
        if self._random.random() < self._pauses:
            self._processes.pause(name, self._random.uniform(*PAUSE_S))
        else:
            self._processes.kill(name)

    def measured_restart(self) -> None:
        """Kill the allocator and leave everything in peace until it has answered someone."""
        self._processes.kill('allocator')
        before = self._decisions()
        until = time.monotonic() + DECISION_WITHIN_S
        while self._decisions() == before and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.3)

    def _wait_for_motion(self) -> None:
        size, until = _size(self._motions), time.monotonic() + MOTION_WITHIN_S
        while _size(self._motions) == size and time.monotonic() < until:
            time.sleep(0.02)

    def _decisions(self) -> int:
        return self._history.count('submit_answered') + self._history.count('action_answered')


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
