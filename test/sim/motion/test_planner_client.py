"""When answers arrive: as from one planner of a fixed speed, whatever the machine does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.motion.planner_client import EFFORT_S, LEAST_S, PlannerClient
from cobot_alloc.sim.motion.requests import PlanFailure, PlanRequest
from cobot_alloc.sim.motion.traffic import Traffic
from cobot_alloc.sim.world.snapshot import CellSnapshot


class Efforts:
    """Knows beforehand how much work each question is."""

    def __init__(self, *efforts) -> None:
        self.efforts, self.requests = efforts, []

    def ask(self, request: PlanRequest) -> int:
        self.requests.append(request)
        return len(self.requests)

    def answer(self, number: int, effort: int) -> PlanFailure | None:
        needed = self.efforts[number - 1]
        none = PlanFailure(code='blocked', obstacle='wall', detail='', effort=needed)
        return none if needed <= effort else None

    def forget(self, number: int) -> None:
        pass


class Clock:
    now_s = 0.0

    def snapshot(self) -> CellSnapshot:
        return CellSnapshot(at_s=self.now_s, arms={}, parts={})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def planning_of(clock: Clock) -> Callable[..., PlannerClient]:
    return lambda *efforts, traffic=None, held=None: PlannerClient(
        Efforts(*efforts),
        traffic or Traffic(),
        snapshot=clock.snapshot,
        held=lambda: held or {'left': None, 'right': None},
    )


def test_no_answer_arrives_too_early(planning_of: Callable[..., PlannerClient]) -> None:
    planning = planning_of(1)
    number = planning.ask(AgentId('left'), (), (0.0,))
    assert planning.answer(number, 0.9 * LEAST_S) is None
    assert planning.answer(number, LEAST_S) is not None


def test_more_work_takes_longer(planning_of: Callable[..., PlannerClient]) -> None:
    planning = planning_of(4000)
    number = planning.ask(AgentId('left'), (), (0.0,))
    assert planning.answer(number, 3999 * EFFORT_S) is None
    assert planning.answer(number, 4000 * EFFORT_S) is not None


def test_one_question_is_answered_after_the_other(
    planning_of: Callable[..., PlannerClient], clock: Clock
) -> None:
    planning = planning_of(2000, 2000)
    first = planning.ask(AgentId('left'), (), (0.0,))
    clock.now_s = 0.1
    second = planning.ask(AgentId('right'), (), (0.0,))
    assert planning.answer(second, 10.0) is None  # the first has to be there
    assert planning.answer(first, 2000 * EFFORT_S) is not None
    assert planning.answer(second, 3990 * EFFORT_S - 0.1) is None
    assert planning.answer(second, 4000 * EFFORT_S - 0.1) is not None


def test_nobody_waits_for_a_question_that_was_dropped(
    planning_of: Callable[..., PlannerClient],
) -> None:
    planning = planning_of(50_000, 1)
    first, second = (
        planning.ask(AgentId('left'), (), (0.0,)),
        planning.ask(AgentId('right'), (), (0.0,)),
    )
    planning.forget(first)
    assert planning.answer(second, LEAST_S) is not None


def test_other_arms_on_their_ways_count_as_at_home_and_their_parts_as_gone(
    planning_of: Callable[..., PlannerClient],
) -> None:
    traffic = Traffic()
    traffic.claim(AgentId('right'), np.array([1]), 0)
    planning = planning_of(1, traffic=traffic, held={'left': 'mine', 'right': 'theirs'})
    planning.ask(AgentId('left'), (), (0.0,))
    (request,) = planning._planner.requests
    assert (request.at_home, request.absent) == ({'right'}, {'theirs'})
    assert planning.ask(AgentId('right'), (), (0.0,)) == 2
    assert planning._planner.requests[1].at_home == frozenset()
