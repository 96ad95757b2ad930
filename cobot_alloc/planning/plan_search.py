"""
The planner's search: better and better schedules until it is stopped.

A local search takes what is quickly had. Then two searches at once let parts of the schedule
loose and repair them with CP-SAT (large neighbourhood search: Shaw 1998); one of them begins
with the whole problem, which proves the optimum of a small one. Parts grow while they are
solved to the end, and shrink while they are not.

A solver's optimum proves nothing yet. But the model of the whole allows every schedule of the
problem, so what it cannot go below is a bound for all of them; the optimum is proved once the
schedule in hand, timed and judged by the domain, costs that.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
import math
import threading
import time

from ortools.sat.python import cp_model

from cobot_alloc.domain.scheduling.construction import Choice
from cobot_alloc.domain.scheduling.dispatch import choice_of, cost_of, schedule_of
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.local_search import LocalSearch
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.domain.scheduling.urgency import SAME_S, urgent_first
from cobot_alloc.planning.bound import Bound
from cobot_alloc.planning.cp_model import ScheduleModel
from cobot_alloc.planning.neighbourhoods import Neighbourhoods
from cobot_alloc.planning.ticks import in_ticks

#: Work for one part, and for the whole at the beginning, in the solver's own measure, which a
#: busy machine does not change: some seven seconds of a processor are one.
PART, WHOLE = 0.03, 0.06
#: Work for a part at most, after it has grown to the whole.
LONGEST = 1.0
#: Seconds after which a part is given up on any machine.
GIVEN_UP_S = 5.0
#: Seconds of local search at the beginning.
LOCAL_S = 0.06
#: Operations in the first part, and what share of all it is at most.
FIRST_PART, FIRST_SHARE = 35, 0.6
SMALLEST_PART = 10
#: The whole is tried with no more operations than this.
LARGEST_WHOLE = 400
SEARCHES = 2


class PlanSearch:
    """
    One search for a better schedule of one problem.

    It ends when it is stopped, or when the whole has been solved to the end. That proves the
    optimum but where the model allows what the problem does not: a change of setup during work
    that needs none, carbon of a cleaner hour than there was room in.
    """

    def __init__(
        self,
        problem: SchedulingProblem,
        incumbent: Schedule,
        *,
        found: Callable[[Schedule], None],
        seed: int = 0,
    ) -> None:
        """
        Prepare a search.

        :param found: is told every better schedule, from any thread.
        """
        self._indexed = index(problem)
        self._found = found
        self._seed = seed
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._solvers: set[cp_model.CpSolver] = set()
        self._best = choice_of(self._indexed, incumbent)
        self._best_s = cost_of(self._indexed, self._best)
        self._ticks = in_ticks(self._indexed)
        self._bound = Bound()
        self._given_up_s = GIVEN_UP_S

    @property
    def bound(self) -> Bound:
        """What every schedule costs at least, as far as that has been shown."""
        return self._bound

    @property
    def is_proved(self) -> bool:
        """Whether no schedule costs less than the best that was found, rounding apart."""
        with self._lock:
            return self._bound.proves(self._best_s)

    def stop(self) -> None:
        """End the search soon."""
        self._stopped.set()
        with self._lock:
            for solver in self._solvers:
                solver.stop_search()

    def run(self) -> None:
        """Search until stopped or done."""
        if not self._is_open():
            return
        self._search_locally()
        with ThreadPoolExecutor(SEARCHES) as pool:
            for ended in [pool.submit(self._repair_parts, n) for n in range(SEARCHES)]:
                ended.result()

    def run_counted(self, *, steps: int, repairs: int, work: float) -> None:
        """
        Search for so many steps, then repair so many parts one after another.

        Nothing depends on a clock: the same problem always gives the same schedule.

        :param work: for one part, in the solver's own measure.
        """
        if not self._is_open():
            return
        self._given_up_s = math.inf
        search = LocalSearch(self._indexed, self._best, seed=self._seed)
        search.cool(steps)
        self._offer(search.best, search.best_s, 'local search')
        neighbourhoods = self._neighbourhoods(0)
        size = round(min(FIRST_PART, FIRST_SHARE * neighbourhoods.largest))
        for turn in range(repairs):
            part = neighbourhoods.draw(self._best, size)
            self._repair(self._best, part, work, seed=turn)

    def _is_open(self) -> bool:
        """Tell whether there is anything to search for."""
        if self._neighbourhoods(0).largest:
            return math.isfinite(self._best_s)  # or else somebody is never there
        self._bound = Bound(self._best_s)
        return False

    def _search_locally(self) -> None:
        search = LocalSearch(self._indexed, self._best, seed=self._seed)
        until = time.monotonic() + LOCAL_S
        while not self._stopped.is_set() and time.monotonic() < until:
            search.cool(200)
            self._offer(search.best, search.best_s, 'local search')

    def _neighbourhoods(self, number: int) -> Neighbourhoods:
        return Neighbourhoods(self._indexed, self._seed * SEARCHES + number)

    def _repair_parts(self, number: int) -> None:
        """Repair one part after another, until stopped or the whole is solved."""
        neighbourhoods = self._neighbourhoods(number)
        first = min(FIRST_PART, FIRST_SHARE * neighbourhoods.largest)
        size, limit = first, PART
        if number == 0 and neighbourhoods.largest <= LARGEST_WHOLE:
            size, limit = float(neighbourhoods.largest), WHOLE
        turn = 0
        while not self._stopped.is_set():
            turn += 1
            with self._lock:
                choice = self._best
            part = neighbourhoods.draw(choice, round(size))
            solved = self._repair(choice, part, limit, seed=turn * SEARCHES + number)
            whole = len(part) == neighbourhoods.largest
            if whole and (solved or self.is_proved):
                self.stop()
                return
            if limit == WHOLE:
                size, limit = first, PART
            elif whole:
                limit = min(limit * 1.5, LONGEST)
            elif solved:
                size = min(size * 1.1, neighbourhoods.largest)
            else:
                size = max(size * 0.85, SMALLEST_PART)

    def _repair(self, choice: Choice, part: set[int], limit: float, *, seed: int) -> bool:
        """Solve a part, offer what is found, and tell whether it was solved to the end."""
        whole = len(part) == self._neighbourhoods(0).largest
        model = ScheduleModel(self._ticks, choice, part)
        solver = cp_model.CpSolver()
        solver.parameters.max_deterministic_time = limit
        solver.parameters.max_time_in_seconds = self._given_up_s
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.linearization_level = 0
        if not whole:
            solver.parameters.cp_model_probing_level = 0
            solver.parameters.symmetry_level = 0
        with self._lock:
            if self._stopped.is_set():
                return False
            self._solvers.add(solver)
        status = solver.solve(model.model)
        with self._lock:
            self._solvers.discard(solver)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return False
        found = model.choice(solver)
        self._offer(found, cost_of(self._indexed, found), 'plan')
        if whole:
            with self._lock:
                self._bound = max(self._bound, model.bound(solver))
        return bool(status == cp_model.OPTIMAL)

    def _offer(self, choice: Choice, cost_s: float, origin: str) -> None:
        """Take a choice that is no worse, and tell of it if it is better."""
        with self._lock:
            better = cost_s < self._best_s - SAME_S
            if cost_s <= self._best_s:
                self._best, self._best_s = choice, cost_s
            if better and not (self._stopped.is_set() and origin != 'plan'):
                told = urgent_first(self._indexed, choice)
                self._found(schedule_of(self._indexed, told, origin=origin))
