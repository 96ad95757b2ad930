"""The arms' side of the contract: fences, durable memory, and what an arm says of an attempt."""

from __future__ import annotations

from typing import Any, cast

import pytest
from simulation.chaos import Chaos
from simulation.fake_world import FakeWorld, Floor
from simulation.history import BY_HAND, History
from simulation.timeline import Timeline
from support.cells import a_task
from support.present import present

from cobot_alloc.application.arm_desk import ArmDesk, check_age
from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.storage.memory_ledger import MemoryLedger

TASK = a_task(BY_HAND)


class _Cell:
    """A cell of two arms that may move, with the desk before it."""

    def __init__(self) -> None:
        self.timeline = Timeline(1, Chaos(fail=0.0))
        self.history = History()
        self.ledger = MemoryLedger()
        self.start()

    def start(self) -> None:
        """Start the process, or start it again on the same ledger."""
        floor = Floor()
        self.world = FakeWorld(self.timeline, self.history, floor, ['a', 'b'])
        self.desk = ArmDesk(cast(Any, self.world), self.ledger)

    def let_move(self) -> None:
        """Let both arms move."""
        self.world.set_cell_mode(SafetyMode.NORMAL)
        self.world.step()
        for arm in self.world.arm_ids:
            assert self.world.resume(arm)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.timeline.run_until(self.timeline.now + seconds)
        self.world.step()
        self.desk.collect()

    def refusal(self, agent_id: str, fence: int) -> str:
        """Return the code with which a goal is refused."""
        with pytest.raises(Refused) as refused:
            self.desk.begin(AgentId(agent_id), TASK, Fence(fence))
        return refused.value.code

    def status(self, agent_id: str, fence: int, task_id: str = BY_HAND) -> AttemptStatus:
        """Return what the arm says of an attempt."""
        return self.desk.what_became_of(AgentId(agent_id), TaskId(task_id), Fence(fence)).status


@pytest.fixture
def cell() -> _Cell:
    """Return a cell whose arms may move."""
    cell = _Cell()
    cell.let_move()
    return cell


def test_an_attempt_is_remembered_from_begin_to_end(cell: _Cell) -> None:
    """It is running as soon as it was taken on, and its end is known for ever."""
    cell.desk.begin(AgentId('a'), TASK, Fence(5))
    assert cell.status('a', 5) is AttemptStatus.RUNNING
    cell.run(10.0)
    assert cell.status('a', 5) is AttemptStatus.SUCCEEDED


@pytest.mark.parametrize('fence', [0, 1, 4, 5])
def test_only_a_higher_fence_is_taken(cell: _Cell, fence: int) -> None:
    """The same goal again, or an older one that was late, moves nothing."""
    cell.desk.begin(AgentId('a'), TASK, Fence(5))
    cell.run(10.0)
    assert cell.refusal('a', fence) == 'stale_fence'
    assert cell.history.motions.total() == 1


def test_an_arm_does_one_thing_at_a_time(cell: _Cell) -> None:
    """A goal for a busy arm is refused, and the refusal is remembered."""
    cell.desk.begin(AgentId('a'), TASK, Fence(5))
    assert cell.refusal('a', 6) == 'busy'
    report = cell.desk.what_became_of(AgentId('a'), TaskId(BY_HAND), Fence(6))
    assert report.status is AttemptStatus.REFUSED
    assert 'attempt 5' in present(report.failure).detail
    cell.desk.begin(AgentId('b'), TASK, Fence(7))


def test_a_held_arm_takes_nothing_on() -> None:
    """An arm that was never resumed refuses goals."""
    cell = _Cell()
    assert cell.refusal('a', 5) == 'held'


def test_a_question_retires_what_was_never_seen(cell: _Cell) -> None:
    """Whoever asks gives the task to someone else; the late goal must not begin any more."""
    assert cell.status('a', 5) is AttemptStatus.UNKNOWN
    assert cell.refusal('a', 5) == 'stale_fence'
    assert cell.status('a', 5) is AttemptStatus.UNKNOWN


def test_a_question_about_another_task_of_the_same_fence(cell: _Cell) -> None:
    """A fence that someone used for a goal of their own is no answer for our task."""
    cell.desk.begin(AgentId('a'), TASK, Fence(5))
    assert cell.status('a', 5, 'another') is AttemptStatus.UNKNOWN
    assert cell.status('a', 5) is AttemptStatus.RUNNING


def test_what_ran_when_the_process_ended_is_interrupted(cell: _Cell) -> None:
    """Nobody knows how far it came, and the fence is used up."""
    cell.desk.begin(AgentId('a'), TASK, Fence(5))
    cell.start()
    assert cell.status('a', 5) is AttemptStatus.INTERRUPTED
    cell.let_move()
    assert cell.refusal('a', 5) == 'stale_fence'
    cell.desk.begin(AgentId('a'), TASK, Fence(6))


def test_fences_are_counted_for_each_arm(cell: _Cell) -> None:
    """What one arm has seen does not bind the other."""
    cell.desk.begin(AgentId('a'), TASK, Fence(5))
    assert (cell.desk.highest_fence(AgentId('a')), cell.desk.highest_fence(AgentId('b'))) == (5, 0)
    cell.desk.begin(AgentId('b'), TASK, Fence(3))


@pytest.mark.parametrize(
    ('sent_s', 'expires_s', 'now_s', 'is_valid'),
    [
        (10.0, 5.0, 10.0, True),
        (10.0, 5.0, 15.0, True),
        (10.0, 5.0, 15.1, False),
        (10.0, 5.0, 9.5, True),
        (10.0, 5.0, 8.9, False),
        (0.0, 5.0, 900.0, True),
        (10.0, 0.0, 900.0, True),
        (float('nan'), 5.0, 10.0, False),
    ],
)
def test_commands_expire(sent_s: float, expires_s: float, now_s: float, is_valid: bool) -> None:
    """A command is valid from its stamp for its time; one without either is always valid."""
    if is_valid:
        check_age(sent_s, expires_s, now_s=now_s)
        return
    with pytest.raises(Refused) as refused:
        check_age(sent_s, expires_s, now_s=now_s)
    assert refused.value.code == 'expired'


def test_old_attempts_are_forgotten_and_not_guessed(
    cell: _Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An arm that has forgotten an attempt does not say that it never began it."""
    monkeypatch.setattr('cobot_alloc.application.arm_desk.KEPT', 3)
    monkeypatch.setattr('cobot_alloc.application.arm_desk.CLEAR_UP_EVERY', 1)
    for fence in range(10, 20):
        cell.desk.begin(AgentId('a'), TASK, Fence(fence))
        cell.run(10.0)
    assert cell.status('a', 19) is AttemptStatus.SUCCEEDED
    assert cell.status('a', 17) is AttemptStatus.SUCCEEDED
    report = cell.desk.what_became_of(AgentId('a'), TaskId(BY_HAND), Fence(10))
    assert report.status is AttemptStatus.INTERRUPTED
    assert present(report.failure).code == 'outcome_unknown'
    assert cell.status('b', 10) is AttemptStatus.UNKNOWN
    assert cell.refusal('a', 10) == 'stale_fence'
