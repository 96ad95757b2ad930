"""The background planner: a process of its own, so that the caller never waits for it."""

from __future__ import annotations

import contextlib
from importlib.util import find_spec
from queue import SimpleQueue
import threading

from cobot_alloc.application.planner import DispatchOnly, Planner
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

#: Number of the work, problem and incumbent; without them the work is given up.
_Letter = tuple[int, SchedulingProblem | None, Schedule | None]


def open_planner(*, niceness: int = 10) -> Planner:
    """
    Start the planner, or what stands in for it where the solver is not installed.

    :param niceness: added to the process's own, so that the cell goes first.
    """
    if find_spec('ortools') is None:
        return DispatchOnly(NO_SOLVER)
    return PlannerProcess(niceness=niceness)


class PlannerProcess:
    """
    The planner's process, seen from the caller.

    It takes about a second to come up; a problem that is given before waits for it.

    :ivar absence: empty while the process lives.
    """

    def __init__(self, *, niceness: int = 0) -> None:
        """Start the process."""
        self._child = ChildProcess(CHILD, str(niceness))
        self._number = 0
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
        self._number += 1
        self._letters.put((self._number, problem, incumbent))

    def poll(self) -> Schedule | None:
        """Return the best schedule found since the last call, or None."""
        best: Schedule | None = None
        try:
            while not self.absence and self._child.has_message():
                message = self._child.receive()
                if not isinstance(message, tuple):
                    self._is_ready = True
                elif message[0] == self._number and (
                    best is None or message[1].cost_s < best.cost_s
                ):
                    best = message[1]
        except ChildEnded:
            self.absence = 'The planner has ended: the dispatch pass plans alone.'
        return best

    def cancel(self) -> None:
        """Give up what is being worked on."""
        self._number += 1  # what is still on its way is of no interest
        self._letters.put((self._number, None, None))

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
