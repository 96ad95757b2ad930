"""
The planner's own process: ``python -m cobot_alloc.planning.planner_child FD NICENESS``.

It speaks over a connected pair of sockets: problems come in, better schedules go out. It ends
when the other end is closed, however that came about.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
import os
import sys
import threading

from cobot_alloc.application.planner import PlanningWork
from cobot_alloc.child_process import serve
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.planning.plan_search import PlanSearch

#: The first word to the parent: imports are done.
READY = 'ready'


class _Desk:
    """Runs the latest search, one at a time."""

    def __init__(self, link: Connection) -> None:
        self._link = link
        self._sending = threading.Lock()
        self._search: PlanSearch | None = None
        self._worker: threading.Thread | None = None

    def begin(
        self,
        number: int,
        problem: SchedulingProblem,
        incumbent: Schedule,
        work: PlanningWork | None,
    ) -> None:
        """
        Start the search of a problem; its number goes with everything that it finds.

        :param work: how much is to be done; None: until it is stopped.
        """
        self.end()
        search = self._search = PlanSearch(
            problem, incumbent, found=lambda schedule: self.send((number, schedule))
        )

        def run() -> None:
            if work is None:
                search.run()
            else:
                search.run_counted(steps=work.steps, repairs=work.repairs, work=work.work)
            self.send((number, None))  # this was all

        self._worker = threading.Thread(target=run, daemon=True)
        self._worker.start()

    def end(self) -> None:
        """Stop the search that runs, and wait for it."""
        if self._search is not None and self._worker is not None:
            self._search.stop()
            self._worker.join()

    def send(self, message: object) -> None:
        """Tell the parent."""
        with self._sending:
            self._link.send(message)


def work(link: Connection) -> None:
    """Serve one parent until it is gone."""
    desk = _Desk(link)
    try:
        desk.send(READY)
        while True:
            number, problem, incumbent, work = link.recv()
            if problem is None:
                desk.end()
            else:
                desk.begin(number, problem, incumbent, work)
    except (EOFError, OSError):
        # Whatever still computes is for nobody.
        os._exit(0)


if __name__ == '__main__':
    serve(work, niceness=int(sys.argv[2]))
