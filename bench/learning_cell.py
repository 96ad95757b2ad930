"""A cell without a clock of its own: arms whose durations and successes are drawn by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import math
from random import Random
from typing import Protocol

from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decide import decide_and_evolve
from cobot_alloc.domain.failure import Failure, Measurements, Phase
from cobot_alloc.domain.identifiers import AgentId, CellId, OrderId, TaskId
from cobot_alloc.domain.inputs import HearArm, Input, ReportAttempt, SubmitOrder
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.domain.reactions import Reaction, ReactionRule
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.waiting.index import WorkIndex
from cobot_alloc.planning.pairing import pair_at_least_cost

#: Coefficient of variation of every arm's durations.
CV = 0.3
SPREAD = math.sqrt(math.log1p(CV * CV))


@dataclass(frozen=True)
class Truth:
    """What an arm really is like: mean duration in seconds and probability of success."""

    work_s: float
    success: float

    @property
    def cost_s(self) -> float:
        """What an attempt costs on average by a policy with weights of one."""
        return self.work_s * (2.0 - self.success)

    def draw(self, rng: Random, cv: float = CV) -> tuple[float, bool]:
        """Return the duration and the success of one attempt."""
        spread = math.sqrt(math.log1p(cv * cv))
        seconds = self.work_s * math.exp(rng.gauss(-0.5 * spread * spread, spread))
        return seconds, rng.random() < self.success


class Chooser(Protocol):
    """Whoever gives out the tasks, one after the other."""

    def choose(self, number: int) -> int:
        """Return the arm that gets a task."""

    def learn(self, arm: int, seconds: float, *, succeeded: bool) -> None:
        """Take up what came of it."""


class Allocator:
    """The project's own decisions, one task at a time; all arms are free for each."""

    def __init__(self, arms: int, *, seed: int | None) -> None:
        """Begin a cell; ``seed`` is of the draws, None for none."""
        self._ids = [AgentId(f'arm_{n}') for n in range(arms)]
        ending = ReactionRule(name='end', attended=Reaction.SCRAP, unattended=Reaction.SCRAP)
        self._rules = CellRules(
            reactions=(ending,),
            limits=Limits(keep_finished_s=1.0),
            pair=pair_at_least_cost,
            preferences=Preferences(policy=Policy(), seed=seed),
        )
        self._state = CellState(cell_id=CellId('bench'))
        self._index = WorkIndex(self._rules)
        self._now_s = 0.0
        self._task = TaskId('')
        for agent_id in self._ids:
            self._give(HearArm(agent=_agent(agent_id), boot_id='b', mode=SafetyMode.NORMAL,
                               held=False, zone_clear=True))  # fmt: skip

    def choose(self, number: int) -> int:
        """Submit a task and see who gets it."""
        self._task = TaskId(f't{number}')
        task = Task(task_id=self._task, order_id=OrderId(''), skill='pick_place')
        order = OrderId(f'o{number}')
        self._give(
            SubmitOrder(order_id=order, idempotency_key=order, requester='bench', tasks=(task,))
        )
        return self._ids.index(self._state.in_hand[self._task])

    def learn(self, arm: int, seconds: float, *, succeeded: bool) -> None:
        """Report the attempt."""
        self._report(arm, AttemptStatus.RUNNING, 0.0)
        self._now_s += seconds
        self._report(arm, AttemptStatus.SUCCEEDED if succeeded else AttemptStatus.FAILED, seconds)

    def _report(self, arm: int, status: AttemptStatus, seconds: float) -> None:
        attempt = self._state.tasks[self._task].attempt
        assert attempt is not None
        failed = status is AttemptStatus.FAILED
        self._give(
            ReportAttempt(
                report=AttemptReport(
                    agent_id=self._ids[arm],
                    task_id=self._task,
                    fence=attempt.fence,
                    status=status,
                    failure=Failure(phase=Phase.EXECUTION, code='drawn') if failed else None,
                    measurements=Measurements(duration_s=seconds),
                )
            )
        )

    def _give(self, given: Input) -> None:
        _, self._state = decide_and_evolve(
            self._state, given, now_s=self._now_s, rules=self._rules, index=self._index
        )


def _agent(agent_id: AgentId) -> Agent:
    return Agent(
        agent_id=agent_id,
        kind=AgentKind.ARM,
        skills=frozenset({'pick_place'}),
        payload_kg=1.0,
        reach_m=1.0,
    )


class PlainMeans:
    """The least mean of all durations so far, as it was done before; failures teach nothing."""

    def __init__(self, arms: int) -> None:
        """Begin with each arm once."""
        self._runs, self._sums = [0] * arms, [0.0] * arms

    def choose(self, number: int) -> int:
        """Return the arm with the least mean, each of them once at first."""
        if 0 in self._runs:
            return self._runs.index(0)
        means = [total / runs for total, runs in zip(self._sums, self._runs, strict=True)]
        return means.index(min(means))

    def learn(self, arm: int, seconds: float, *, succeeded: bool) -> None:
        """Add a duration."""
        if succeeded:
            self._runs[arm] += 1
            self._sums[arm] += seconds


class AnyArm:
    """Whoever chance takes."""

    def __init__(self, arms: int, seed: int) -> None:
        """Begin."""
        self._arms, self._rng = arms, Random(seed)

    def choose(self, number: int) -> int:
        """Return any arm."""
        return self._rng.randrange(self._arms)

    def learn(self, arm: int, seconds: float, *, succeeded: bool) -> None:
        """Learn nothing."""


def regrets(
    chooser: Chooser, phases: Sequence[tuple[int, Sequence[Truth]]], *, seed: int, cv: float = CV
) -> tuple[list[float], list[float]]:
    """
    Return what was lost beside the one who knows, added up after each task.

    :param phases: number of tasks, and what the arms are like during them.
    :return: seconds of expected cost; probability of success.
    """
    rng = Random(seed)
    seconds_lost, success_lost = [0.0], [0.0]
    number = 0
    for tasks, truths in phases:
        best = min(truths, key=lambda truth: truth.cost_s)
        for _ in range(tasks):
            arm = chooser.choose(number)
            seconds, succeeded = truths[arm].draw(rng, cv)
            chooser.learn(arm, seconds, succeeded=succeeded)
            seconds_lost.append(seconds_lost[-1] + truths[arm].cost_s - best.cost_s)
            success_lost.append(success_lost[-1] + best.success - truths[arm].success)
            number += 1
    return seconds_lost, success_lost
