"""What every ledger promises, in memory and on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from cobot_alloc.application.arm_ports import AttemptLedger
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.storage.memory_ledger import MemoryLedger
from cobot_alloc.storage.sqlite_ledger import SqliteLedger


def a_report(
    fence: int, status: AttemptStatus = AttemptStatus.SUCCEEDED, arm: str = 'a'
) -> AttemptReport:
    """Return what an arm knows of an attempt."""
    return AttemptReport(
        agent_id=AgentId(arm), task_id=TaskId('t'), fence=Fence(fence), status=status
    )


@pytest.fixture(params=[MemoryLedger, SqliteLedger])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AttemptLedger]:
    """Return an empty ledger."""
    make: Callable[..., AttemptLedger] = request.param
    opened = make() if make is MemoryLedger else make(tmp_path / 'arms.sqlite')
    yield opened
    opened.close()


def test_it_remembers_the_latest_word(ledger: AttemptLedger) -> None:
    """A report takes the place of the one before it, for this arm and this attempt alone."""
    ledger.record(a_report(5, AttemptStatus.RUNNING))
    assert [report.fence for report in ledger.unfinished()] == [5]
    ledger.record(a_report(5))
    assert ledger.find(AgentId('a'), Fence(5)) == a_report(5)
    assert ledger.find(AgentId('b'), Fence(5)) is None
    assert (ledger.highest(AgentId('a')), ledger.highest(AgentId('b'))) == (5, 0)
    assert not ledger.unfinished()


def test_it_forgets_the_oldest(ledger: AttemptLedger) -> None:
    """The latest are kept, the highest among them; up to which it forgot is known."""
    for fence in range(1, 11):
        ledger.record(a_report(fence))
    ledger.record(a_report(1, arm='b'))
    ledger.retire(AgentId('a'), keep=4)
    assert [fence for fence in range(1, 11) if ledger.find(AgentId('a'), Fence(fence))] == [
        7,
        8,
        9,
        10,
    ]
    assert (ledger.retired(AgentId('a')), ledger.highest(AgentId('a'))) == (6, 10)
    assert ledger.find(AgentId('b'), Fence(1)) is not None
    assert ledger.retired(AgentId('b')) == 0
    ledger.retire(AgentId('a'), keep=5)
    assert ledger.find(AgentId('a'), Fence(7)) is not None
    assert ledger.retired(AgentId('a')) == 6


def test_a_ledger_of_before_can_be_opened(tmp_path: Path) -> None:
    """One that never forgot anything goes on."""
    path = tmp_path / 'arms.sqlite'
    first = SqliteLedger(path)
    first.record(a_report(3))
    first.close()
    old = apsw.Connection(str(path))
    old.execute('DROP TABLE retired')
    old.close()
    ledger = SqliteLedger(path)
    assert (ledger.highest(AgentId('a')), ledger.retired(AgentId('a'))) == (3, 0)
    ledger.close()
