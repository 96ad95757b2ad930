"""The background planner: a process of its own, so that the caller never waits for it."""

from __future__ import annotations

import contextlib
from importlib.util import find_spec
from queue import SimpleQueue
import threading
import time

from cobot_alloc.application.planner import DispatchOnly, Planner, PlanningWork
from cobot_alloc.child_process import ChildEnded, ChildProcess
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule

CHILD = 'cobot_alloc.planning.planner_child'
#: Said where the solver is not installed.
NO_SOLVER = (
    'OR-Tools is not installed: the dispatch pass plans alone.'
    " To plan ahead in the background: pip install 'cobot_alloc[plan]'."
)
#: Seconds that the process gets to end.
GRACE_S = 2.0

#: Number of the work, problem, incumbent and how much is to be done; without a problem the work
#: is given up.
_Letter = tuple[int, SchedulingProblem | None, Schedule | None, PlanningWork | None]


def open_planner(*, niceness: int = 10, work: PlanningWork | None = None) -> Planner:
    """
    Start the planner, or what stands in for it where the solver is not installed.

    :param niceness: added to the process's own, so that the cell goes first.
    :param work: for each problem; None: as much as there is time for.
    """
    if find_spec('ortools') is None:
        return DispatchOnly(NO_SOLVER)
    return PlannerProcess(niceness=niceness, work=work)


class PlannerProcess:
    """
    The planner's process, seen from the caller.

    It takes about a second to come up; a problem that is given before waits for it.

    :ivar absence: empty while the process lives.
    """

    def __init__(self, *, niceness: int = 0, work: PlanningWork | None = None) -> None:
        """
        Start the process.

        :param work: for each problem; None: until it is given up or the optimum is proved.
        """
        self._work = work
        self._child = ChildProcess(CHILD, str(niceness))
        self._number = 0
        self._ended = 0
        self._best: Schedule | None = None
        self._is_ready = False
        self.absence = ''
        self._letters: SimpleQueue[_Letter | None] = SimpleQueue()
        self._sender = threading.Thread(target=self._send, name='planner', daemon=True)
        self._sender.start()

    @property
    def process_id(self) -> int:
        """The process's number."""
        return self._child.process.pid

    @property
    def is_ready(self) -> bool:
        """Whether the process had come up at the latest ``poll``."""
        return self._is_ready

    def start(self, problem: SchedulingProblem, incumbent: Schedule) -> None:
        """Work on a problem, from a schedule of it."""
        self._begin_anew()
        self._letters.put((self._number, problem, incumbent, self._work))

    def has_ended(self, within_s: float) -> bool:
        """Tell whether the search has come to its end, or will in so many wall-clock seconds."""
        until = time.monotonic() + within_s
        self._hear(0.0)
        while self._ended != self._number and not self.absence and time.monotonic() < until:
            self._hear(max(0.0, until - time.monotonic()))
        return self._ended == self._number or bool(self.absence)

    def poll(self) -> Schedule | None:
        """Return the best schedule found since the last call, or None."""
        self._hear(0.0)
        best, self._best = self._best, None
        return best

    def cancel(self) -> None:
        """Give up what is being worked on."""
        self._begin_anew()
        self._letters.put((self._number, None, None, None))

    def _begin_anew(self) -> None:
        self._number += 1  # what is still on its way is of no interest
        self._best = None

    def _hear(self, within_s: float) -> None:
        """Wait so long for a word of the process, then take in all that it has said."""
        try:
            while not self.absence and self._child.has_message(within_s):
                within_s = 0.0
                message = self._child.receive()
                if not isinstance(message, tuple):
                    self._is_ready = True
                elif message[0] == self._number:
                    self._take(message[1])
        except ChildEnded:
            self.absence = 'The planner has ended: the dispatch pass plans alone.'

    def _take(self, found: Schedule | None) -> None:
        if found is None:
            self._ended = self._number
        elif self._best is None or found.cost_s < self._best.cost_s:
            self._best = found

    def close(self) -> None:
        """End the process."""
        self.absence = 'The planner was closed.'
        self._child.process.terminate()
        if self._child.wait(GRACE_S) is None:
            self._child.kill()
        self._letters.put(None)
        self._sender.join()
        self._child.close()

    def _send(self) -> None:
        """Send letters, in a thread of its own: a link can be full while the other end is busy."""
        with contextlib.suppress(ChildEnded):  # ``poll`` sees it
            while (letter := self._letters.get()) is not None:
                self._child.send(letter)
