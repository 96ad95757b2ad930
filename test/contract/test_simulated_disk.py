"""The journal on a disk that fails: what was acknowledged is kept, the rest is whole or gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support.cells import CELL
from support.journals import a_history, events_of, on, PATH

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events.base import Event
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.storage import durable_file
from cobot_alloc.storage.disk_faults import Faults
from cobot_alloc.storage.simulated_disk import SimulatedDisk
from cobot_alloc.storage.simulated_file import SimulatedFile

HISTORY = a_history()


def _state(seq: int) -> CellState:
    """Return any state; the events are not a true story."""
    return CellState(cell_id=CellId(CELL), version=seq)


def _batches(rng: Random) -> Iterator[list[Event]]:
    """Return the history over and over in batches of one to five."""
    while True:
        start = rng.randrange(len(HISTORY))
        yield HISTORY[start : start + rng.randint(1, 5)]


@pytest.mark.parametrize('checkpoint_pages', [1000, 4])
@pytest.mark.parametrize('seed', range(40))
def test_a_crash_at_any_instant_loses_nothing_acknowledged(
    seed: int, checkpoint_pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whatever the power failed in, all that returned is there, and of the rest all or nothing.

    Opening, migrating and checkpoints are among what it fails in.
    """
    monkeypatch.setattr(durable_file, 'CHECKPOINT_PAGES', checkpoint_pages)
    rng = Random(seed)
    disk = SimulatedDisk()
    batches = _batches(rng)
    kept: list[Any] = []
    saved = 0
    for _ in range(12):
        disk.faults.power_off_after = rng.randrange(80)
        given: list[Any] = []
        try:
            journal = on(disk)
            assert events_of(journal) == kept
            while True:
                given = next(batches)
                journal.append(given)
                kept += given
                if rng.random() < 0.1:
                    journal.save_snapshot(_state(len(kept)), len(kept))
                    saved = len(kept)
        except JournalError:
            assert disk.faults.is_off
        disk.crash(rng)
        journal = on(disk)
        left = events_of(journal)
        assert left in (kept, kept + given)
        snapshot = journal.latest_snapshot()
        if snapshot is not None:
            assert snapshot.seq >= saved
            assert snapshot.state == _state(snapshot.seq)
        else:
            assert saved == 0
        kept = left
        journal.close() if rng.random() < 0.3 else disk.crash(rng)


@pytest.mark.parametrize('fault', ['refuse_writes', 'refuse_syncs', 'read_only', 'full'])
def test_a_refused_append_wrote_nothing(fault: str) -> None:
    """It says so; when the disk is well again the journal goes on where it was."""
    disk = SimulatedDisk()
    journal = on(disk)
    journal.append(HISTORY[:2])
    if fault == 'full':
        disk.faults.capacity = disk.faults.used + 5000
    else:
        setattr(disk.faults, fault, True)
    for _ in range(3):
        with pytest.raises(JournalError, match=f'{PATH}: cannot be written: .*disk'):
            journal.append(HISTORY)
    assert events_of(journal) == HISTORY[:2]
    disk.faults.capacity = None
    if fault != 'full':
        setattr(disk.faults, fault, False)
    journal.append(HISTORY[2:])
    assert events_of(journal) == HISTORY
    disk.crash(Random(1))
    assert events_of(on(disk)) == HISTORY


@pytest.mark.parametrize('fault', ['refuse_writes', 'refuse_syncs'])
@pytest.mark.parametrize('seed', range(20))
def test_a_refused_append_does_not_come_back(seed: int, fault: str) -> None:
    """A commit that was refused only at its sync is in the log; no crash may bring it back."""
    disk = SimulatedDisk()
    journal = on(disk)
    journal.append(HISTORY[:2])
    setattr(disk.faults, fault, True)
    disk.faults.relent_after = 1
    with pytest.raises(JournalError):
        journal.append(HISTORY[2:5])
    disk.crash(Random(seed))
    assert events_of(on(disk)) == HISTORY[:2]


def test_a_disk_that_is_read_only_from_the_start_is_refused() -> None:
    """There is nothing to go on with."""
    disk = SimulatedDisk(faults=Faults(read_only=True))
    with pytest.raises(JournalError, match=f'{PATH}: cannot be opened'):
        on(disk)
    disk.faults.read_only = False
    on(disk).close()
    disk.faults.read_only = True
    with pytest.raises(JournalError, match=f'{PATH}: cannot be '):
        on(disk)


def test_a_disk_that_only_says_that_it_syncs_loses() -> None:
    """The tests above would see a sync that is left out."""
    lost = 0
    for seed in range(20):
        disk = SimulatedDisk(faults=Faults(ignore_syncs=True))
        journal = on(disk)
        for event in HISTORY:
            journal.append([event])
        disk.crash(Random(seed))
        try:
            lost += events_of(on(disk)) != HISTORY
        except JournalError:
            lost += 1
    assert lost > 10


def test_a_file_on_the_disk_has_one_writer_until_the_crash() -> None:
    """The lock is let go of as the kernel would."""
    disk = SimulatedDisk()
    on(disk)
    with pytest.raises(JournalError, match='one writer'):
        on(disk)
    disk.crash(Random(0))
    on(disk).close()
    on(disk).close()


def test_a_crash_is_decided_by_its_source_of_randomness() -> None:
    """The same seed leaves the same bytes, others leave others."""

    def left(seed: int) -> bytes:
        file = SimulatedFile(Faults(), bytearray(b'.' * 3000))
        file.xWrite(b'a' * 1000, 0)
        file.xSync(0)
        file.xWrite(b'b' * 2000, 500)
        file.xTruncate(2000)
        file.xWrite(b'c' * 700, 2500)
        settled = bytes(file.settled(Random(seed)).data)
        assert settled[:500] == b'a' * 500
        return settled

    assert [left(seed) for seed in range(50)] == [left(seed) for seed in range(50)]
    assert len({left(seed) for seed in range(50)}) > 15


def test_what_is_left_open_at_a_crash_does_not_reach_the_disk() -> None:
    """A process that is gone writes nothing more, however its file is let go of."""
    disk = SimulatedDisk()
    journal = on(disk)
    journal.append(HISTORY)
    disk.crash(Random(3))
    before = {name: disk.read(Path(name)) for name in disk.names()}
    journal.append(HISTORY)
    journal.close()
    assert {name: disk.read(Path(name)) for name in disk.names()} == before
