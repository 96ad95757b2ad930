"""A cell on-line, event by event: orders arrive, tasks take what they take, some fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
import heapq
from itertools import count
import math
from statistics import mean

import numpy as np
from online_stream import AGENTS, ANNA, ARMS, Arrival, Shift, TOOL_CHANGE_S, Work

from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import (
    Mode,
    Operation,
    ScheduledAgent,
    SchedulingProblem,
    Underway,
)
from cobot_alloc.domain.scheduling.schedule import Schedule

#: Decides: a problem, and the schedule that was followed so far, to the one to follow.
Decider = Callable[[SchedulingProblem, Schedule | None], Schedule]
#: Kinds of tool changes.
_SETUP = {('suction', 'gripper'): TOOL_CHANGE_S, ('gripper', 'suction'): TOOL_CHANGE_S}


@dataclass
class _Try:
    """A try at a task, under way; ``serial`` tells it from earlier tries."""

    work: Work
    mode: int
    started_s: float
    serial: int


@dataclass
class Figures:
    """
    What a shift came to.

    :ivar flow_s: time in the cell of each order.
    :ivar late_s: time after its deadline of each order, at least 0.
    :ivar strain_s: seconds of a person's work, by kind.
    """

    flow_s: list[float] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)
    busy_s: dict[AgentId, float] = field(default_factory=lambda: dict.fromkeys(AGENTS, 0.0))
    strain_s: dict[str, float] = field(default_factory=dict)
    end_s: float = 0.0

    def summary(self) -> dict[str, float]:
        """Return the figures of the table; times in seconds, strain in minutes."""
        return {
            'flow_mean_s': mean(self.flow_s),
            'flow_p95_s': float(np.percentile(self.flow_s, 95)),
            'late_mean_s': mean(self.late_s),
            'late_p95_s': float(np.percentile(self.late_s, 95)),
            'use_arms': mean(self.busy_s[arm] for arm in ARMS) / self.end_s,
            'use_person': self.busy_s[ANNA] / self.end_s,
            **{
                f'{kind}_min': self.strain_s.get(kind, 0.0) / 60
                for kind in ('hazardous', 'heavy', 'repetitive')
            },
        }


class OnlineCell:
    """One shift under one decider."""

    def __init__(self, shift: Shift, policy: Policy, decide: Decider) -> None:
        """Begin before the first arrival."""
        self._shift = shift
        self._policy = policy
        self._decide = decide
        self._now = 0.0
        self._waiting: dict[TaskId, Work] = {}
        self._tries: dict[TaskId, _Try] = {}
        self._open: dict[OrderId, tuple[Arrival, set[TaskId]]] = {}
        self._failed: dict[TaskId, int] = {}
        self._tools = dict.fromkeys(ARMS, 'suction')
        self._down: dict[AgentId, bool] = dict.fromkeys(ARMS, False)
        self._followed: Schedule | None = None
        self._serial = count()
        self._events: list[tuple[float, int, str, object]] = []
        self.figures = Figures()
        for arrival in shift.arrivals:
            self._at(arrival.at_s, 'arrive', arrival)
        for arm, breakdowns in shift.breakdowns.items():
            for begin, end in breakdowns:
                self._at(begin, 'break', arm)
                self._at(end, 'repair', arm)
        for _, end in shift.windows:
            self._at(end, 'look', None)
        for begin, _ in shift.windows:
            self._at(begin, 'look', None)

    def _at(self, at_s: float, what: str, subject: object) -> None:
        heapq.heappush(self._events, (at_s, next(self._serial), what, subject))

    def run(self) -> Figures:
        """Go on until every order is finished."""
        left = len(self._shift.arrivals)
        while len(self.figures.flow_s) < left:
            self._now, _, what, subject = heapq.heappop(self._events)
            if getattr(self, f'_on_{what}')(subject) and self._waiting:
                self._give_out()
        self.figures.end_s = self._now
        return self.figures

    def _on_arrive(self, arrival: Arrival) -> bool:
        tasks = {TaskId(work.operation.task_id) for work in arrival.works}
        self._open[OrderId(arrival.target.order_id)] = (arrival, tasks)
        self._waiting.update({TaskId(w.operation.task_id): w for w in arrival.works})
        return True

    def _on_break(self, arm: AgentId) -> bool:
        self._down[arm] = True
        for task_id, current in list(self._tries.items()):
            if arm in current.work.operation.modes[current.mode].agents:
                self._end_try(task_id)
                self._waiting[task_id] = current.work
        return True

    def _on_repair(self, arm: AgentId) -> bool:
        self._down[arm] = False
        return True

    def _on_look(self, _: object) -> bool:
        return True

    def _on_end(self, subject: tuple[TaskId, int]) -> bool:
        task_id, serial = subject
        current = self._tries.get(task_id)
        if current is None or current.serial != serial:
            return False  # broken off before
        self._end_try(task_id)
        tries = self._failed.get(task_id, 0)
        if tries < current.work.failing:
            self._failed[task_id] = tries + 1
            self._waiting[task_id] = current.work
            return True
        order_id = current.work.operation.order_id
        arrival, left = self._open[OrderId(order_id)]
        left.discard(task_id)
        if not left:
            del self._open[OrderId(order_id)]
            self.figures.flow_s.append(self._now - arrival.at_s)
            deadline = arrival.target.deadline_s or math.inf
            self.figures.late_s.append(max(0.0, self._now - deadline))
        return True

    def _end_try(self, task_id: TaskId) -> None:
        """Book what a try has cost so far, and let its agents go."""
        current = self._tries.pop(task_id)
        spent = max(0.0, self._now - current.started_s)
        for agent in current.work.operation.modes[current.mode].agents:
            self.figures.busy_s[AgentId(agent)] += spent
            if agent == ANNA:
                kind = current.work.kind
                joint = len(current.work.operation.modes[current.mode].agents) > 1
                if not (joint and kind == 'heavy'):  # the arm carries
                    self.figures.strain_s[kind] = self.figures.strain_s.get(kind, 0.0) + spent

    def _give_out(self) -> None:
        """Ask the decider, and begin everything that is due now."""
        problem = self._problem()
        self._followed = self._decide(problem, self._followed)
        for task_id, placement in self._followed.placements.items():
            work = self._waiting.get(TaskId(task_id))
            if work is None:
                continue
            mode = work.operation.modes[placement.mode]
            setup = max(self._setup(AgentId(agent), mode.setup) for agent in mode.agents)
            if placement.start_s <= self._now + setup + 1e-6 and self._is_possible(work, mode):
                self._begin(work, placement.mode, setup)

    def _is_possible(self, work: Work, mode: Mode) -> bool:
        busy = {
            agent
            for current in self._tries.values()
            for agent in current.work.operation.modes[current.mode].agents
        }
        unfinished = self._waiting.keys() | self._tries.keys()
        return not (
            busy & set(mode.agents)
            or any(self._down.get(AgentId(agent), False) for agent in mode.agents)
            or unfinished & set(work.operation.predecessors)
        )

    def _setup(self, agent: AgentId, tool: str) -> float:
        return _SETUP.get((self._tools.get(agent, ''), tool), 0.0)

    def _begin(self, work: Work, mode: int, setup_s: float) -> None:
        task_id = work.operation.task_id
        chosen = work.operation.modes[mode]
        for agent in chosen.agents:
            if agent in self._tools and chosen.setup:
                self._tools[AgentId(agent)] = chosen.setup
        started = self._now + setup_s
        serial = next(self._serial)
        self._tries[TaskId(task_id)] = _Try(work, mode, started, serial)
        del self._waiting[TaskId(task_id)]
        self._at(started + chosen.duration_s * work.share, 'end', (task_id, serial))

    def _problem(self) -> SchedulingProblem:
        """Return what the cell knows now; real durations and failures to come it does not."""
        present = self._waiting.keys() | self._tries.keys()
        operations = [
            replace(
                work.operation,
                predecessors=tuple(p for p in work.operation.predecessors if p in present),
                planned=self._planned(task_id),
            )
            for task_id, work in self._waiting.items()
        ]
        busy_until = dict.fromkeys(AGENTS, self._now)
        for current in self._tries.values():
            operation = self._underway(current)
            if operation.underway is None:  # still changing tools: begins for certain
                end = current.started_s + operation.modes[0].duration_s
                for agent in operation.modes[0].agents:
                    busy_until[AgentId(agent)] = end
            operations.append(operation)
        return SchedulingProblem(
            agents=tuple(
                ScheduledAgent(
                    agent_id=agent,
                    free_from_s=self._free_from(agent),
                    windows=self._shift.windows if agent == ANNA else (),
                    setup=self._tools.get(agent, ''),
                    setup_s=_SETUP if agent in ARMS else {},
                )
                for agent in AGENTS
            ),
            operations=tuple(operations),
            policy=self._policy,
            orders=tuple(arrival.target for arrival, _ in self._open.values()),
            now_s=self._now,
        )

    def _planned(self, task_id: TaskId) -> tuple[AgentId, ...]:
        if self._followed is None or task_id not in self._followed.placements:
            return ()
        return tuple(map(AgentId, self._followed.placements[task_id].agents))

    def _underway(self, current: _Try) -> Operation:
        """Return a try as the cell sees it: at least a little longer, if it is overdue."""
        mode = current.work.operation.modes[current.mode]
        begun = min(current.started_s, self._now)
        setup_left = current.started_s - begun
        expected = setup_left + mode.duration_s
        left = max(expected - (self._now - begun), 0.05 * mode.duration_s)
        return replace(
            current.work.operation,
            modes=(replace(mode, duration_s=self._now - begun + left),),
            predecessors=(),
            underway=Underway(mode=0, started_s=begun),
        )

    def _free_from(self, agent: AgentId) -> float:
        """Return when an agent can be reckoned with; of a repair only the mean is known."""
        if not self._down.get(agent, False):
            return self._now
        from online_stream import REPAIR_S

        return self._now + REPAIR_S
