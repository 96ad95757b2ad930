"""Files that cannot be written or read: a clear error, nothing half done, no going on."""

from __future__ import annotations

from collections.abc import Iterator
import contextlib
from contextlib import contextmanager
from dataclasses import replace
import math
import os
from pathlib import Path
import resource
import shutil
import tempfile
from typing import Any

import apsw
import pytest
from support.cells import CELL
from support.journals import a_history, changing, events_of

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.failure import Measurements
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.storage import durable_file, sqlite_file
from cobot_alloc.storage.journal_office import SqliteJournalOffice
from cobot_alloc.storage.sqlite_journal import SqliteJournal, SqliteJournalReader
from cobot_alloc.storage.sqlite_ledger import SqliteLedger

HISTORY = a_history()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return an empty folder that anybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def path(folder: Path) -> Path:
    """Return a journal with two events."""
    found = folder / 'journal.sqlite'
    journal = SqliteJournal(found, cell_id=CELL)
    journal.append(HISTORY[:2])
    journal.close()
    return found


@contextmanager
def unprivileged() -> Iterator[None]:
    """Let file permissions count, for root too."""
    user = os.geteuid()
    if user:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _a_report(fence: int) -> AttemptReport:
    return AttemptReport(
        agent_id=AgentId('a'),
        task_id=TaskId('t'),
        fence=Fence(fence),
        status=AttemptStatus.RUNNING,
    )


def _read(path: Path) -> list[Any]:
    reader = SqliteJournalReader(path)
    try:
        assert reader.latest_snapshot() is None
        return events_of(reader)
    finally:
        reader.close()


# Full


@pytest.mark.parametrize('room', [0, 100, 5000, 12_000])
def test_a_file_that_cannot_grow_refuses_and_goes_on_when_it_can(path: Path, room: int) -> None:
    """Nothing of the refused events is there, and the next ones follow the last that are."""
    journal = SqliteJournal(path, cell_id=CELL)
    journal.append(HISTORY[2:3])
    size = path.with_name('journal.sqlite-wal').stat().st_size
    with files_up_to(size + room):
        for _ in range(3):
            with pytest.raises(JournalError, match=f'{path}: cannot be written'):
                journal.append(HISTORY * 10)
        assert events_of(journal) == HISTORY[:3] == _read(path)
        assert journal.last_seq == 3
    journal.append(HISTORY[3:])
    journal.close()
    assert _read(path) == HISTORY
    assert SqliteJournalOffice().verify(path).is_sound


def test_a_log_that_cannot_be_brought_over_refuses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was acknowledged stays in the log, over an orderly end too."""
    monkeypatch.setattr(durable_file, 'CHECKPOINT_PAGES', 1)
    journal = SqliteJournal(path, cell_id=CELL)
    connection_before = path.stat().st_size
    with files_up_to(connection_before):
        written = []
        while True:  # the log may not outgrow the file either
            try:
                journal.append(HISTORY[2:3])
            except JournalError:
                break
            written.append(HISTORY[2])
        assert written
        journal.close()
    assert _read(path) == HISTORY[:2] + written


def test_a_ledger_that_cannot_grow_refuses(folder: Path) -> None:
    """An arm does not move for an attempt that it could not note down."""
    ledger = SqliteLedger(folder / 'arms.sqlite')
    ledger.record(_a_report(1))
    size = (folder / 'arms.sqlite-wal').stat().st_size
    with files_up_to(size), pytest.raises(JournalError, match='cannot be written'):
        ledger.record(_a_report(2))
    assert ledger.highest(AgentId('a')) == 1
    ledger.record(_a_report(2))
    ledger.close()


# No permission


def test_a_folder_without_permission_is_refused(folder: Path) -> None:
    """Nothing can be begun in it."""
    folder.chmod(0o555)
    with unprivileged():
        with pytest.raises(JournalError, match=f'{folder}.*: cannot be opened: Permission denied'):
            SqliteJournal(folder / 'journal.sqlite', cell_id=CELL)
        with pytest.raises(JournalError, match='cannot be opened'):
            SqliteJournal(folder / 'new' / 'journal.sqlite', cell_id=CELL)
    folder.chmod(0o755)


def test_a_file_without_permission_is_refused(path: Path) -> None:
    """With its name, for writing and for reading."""
    path.parent.chmod(0o777)
    path.with_name('journal.sqlite.lock').chmod(0o666)
    for mode in (0o444, 0o000):
        path.chmod(mode)
        with unprivileged(), pytest.raises(JournalError, match=f'{path}: cannot be '):
            SqliteJournal(path, cell_id=CELL)
    with unprivileged(), pytest.raises(JournalError, match=f'{path}: cannot be '):
        SqliteJournalReader(path)
    path.chmod(0o644)
    assert _read(path) == HISTORY[:2]


def test_a_copy_that_may_only_be_read_can_be_read(path: Path) -> None:
    """An archived run is looked at where it lies."""
    path.chmod(0o444)
    path.parent.chmod(0o555)
    with unprivileged():
        assert _read(path) == HISTORY[:2]
        assert SqliteJournalOffice().verify(path).is_sound
    path.parent.chmod(0o755)


# Not what it should be


def test_a_folder_is_no_journal(folder: Path) -> None:
    """Nor is what is below a file."""
    (folder / 'journal.sqlite').mkdir()
    with pytest.raises(JournalError, match=r'journal\.sqlite: cannot be opened for writing'):
        SqliteJournal(folder / 'journal.sqlite', cell_id=CELL)
    with pytest.raises(JournalError, match='no such journal'):
        SqliteJournalReader(folder / 'journal.sqlite')
    (folder / 'file').write_text('')
    with pytest.raises(JournalError, match='cannot be opened'):
        SqliteJournal(folder / 'file' / 'journal.sqlite', cell_id=CELL)


@pytest.mark.parametrize('page', range(1, 6))
def test_a_spoiled_page_is_an_error_where_it_is_read(folder: Path, page: int) -> None:
    """Never a shorter or another story."""
    path = folder / 'journal.sqlite'
    journal = SqliteJournal(path, cell_id=CELL)
    while path.stat().st_size < 8 * 4096:
        journal.append(HISTORY)
        journal.file.checkpoint()
    journal.close()
    data = bytearray(path.read_bytes())
    data[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(data)
    with pytest.raises(JournalError, match=str(path)):
        _read(path)
    with contextlib.suppress(JournalError):
        assert not SqliteJournalOffice().verify(path).is_sound


def test_a_cut_file_is_an_error(path: Path) -> None:
    """As a copy that was broken off would be."""
    with path.open('r+b') as file:
        file.truncate(path.stat().st_size - 4096)
    with pytest.raises(JournalError, match=str(path)):
        SqliteJournal(path, cell_id=CELL)
    with pytest.raises(JournalError, match=str(path)):
        _read(path)


# Others


def test_a_file_that_another_program_has_locked_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while, and only as long as it is locked."""
    monkeypatch.setattr(sqlite_file, 'BUSY_MS', 50)
    journal = SqliteJournal(path, cell_id=CELL)
    with changing(path) as other:
        other.execute('BEGIN IMMEDIATE')
        with pytest.raises(JournalError, match=f'{path}: cannot be written: .*locked'):
            journal.append(HISTORY[2:])
        other.execute('ROLLBACK')
    journal.append(HISTORY[2:])
    assert events_of(journal) == HISTORY
    journal.close()


def test_a_reader_that_stays_does_not_hold_up_the_writer(path: Path) -> None:
    """The log grows meanwhile; nothing is lost and nothing waits."""
    journal = SqliteJournal(path, cell_id=CELL)
    reader = SqliteJournalReader(path)
    reading = reader.read()
    next(reading)
    for _ in range(10):
        journal.append(HISTORY[2:])
        journal.file.checkpoint()
    assert len(list(reading)) == 1
    assert reader.last_seq == journal.last_seq
    reader.close()
    journal.close()


@pytest.mark.parametrize('suffix', ['', '-wal'])
@pytest.mark.parametrize('replaced', [False, True])
def test_a_journal_that_is_deleted_underneath_is_noticed(
    path: Path, suffix: str, replaced: bool
) -> None:
    """What would be written would be in no file any more."""
    journal = SqliteJournal(path, cell_id=CELL)
    journal.append(HISTORY[2:3])
    name = path.with_name(path.name + suffix)
    if replaced:
        shutil.copy(name, name.with_name('other'))
        name.with_name('other').replace(name)
    else:
        name.unlink()
    for _ in range(3):
        with pytest.raises(JournalError, match=f'{path}: was deleted or replaced|cannot be'):
            journal.append(HISTORY[3:4])
    assert journal.last_seq == 3
    journal.close()


def test_a_folder_that_is_moved_away_is_noticed(path: Path) -> None:
    """The path no longer leads to what is written."""
    journal = SqliteJournal(path, cell_id=CELL)
    moved = path.parent / 'moved'
    moved.mkdir()
    for file in list(path.parent.glob('journal*')):
        file.rename(moved / file.name)
    with pytest.raises(JournalError, match='was deleted or replaced'):
        journal.append(HISTORY[2:3])
    journal.close()


def test_a_closed_journal_says_so(path: Path) -> None:
    """And nothing is written."""
    journal = SqliteJournal(path, cell_id=CELL)
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match=f'{path}: cannot be written'):
        journal.append(HISTORY[2:3])
    assert isinstance(apsw.ConnectionClosedError(), apsw.Error)
    assert _read(path) == HISTORY[:2]


def test_a_ledger_takes_no_report_that_it_could_not_read_back(folder: Path) -> None:
    """It would end the next start of the arms."""
    ledger = SqliteLedger(folder / 'arms.sqlite')
    report = replace(_a_report(1), measurements=Measurements(duration_s=math.nan, energy_j=1.0))
    with pytest.raises(JournalError, match='a report cannot be written'):
        ledger.record(report)
    assert ledger.find(AgentId('a'), Fence(1)) is None
    ledger.close()
