"""One contract for every journal: in a file and in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
import math
from pathlib import Path
import subprocess
import sys
from typing import cast

import pytest
from support.cells import a_task, CELL
from support.journals import a_history, changing

from cobot_alloc.application.journal import Journal
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events import Event, PersonSignedOff, TaskSubmitted
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import AgentId, CellId
from cobot_alloc.storage.memory_journal import MemoryJournal
from cobot_alloc.storage.sqlite_journal import SqliteJournal, SqliteJournalReader

Open = Callable[[], Journal]


@pytest.fixture(params=['sqlite', 'memory'])
def journal(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[MemoryJournal | SqliteJournal]:
    """Return an empty journal of each kind."""
    if request.param == 'memory':
        yield MemoryJournal(cell_id=CELL)
        return
    opened = SqliteJournal(tmp_path / 'journal.sqlite', cell_id=CELL)
    yield opened
    opened.close()


def test_what_was_appended_is_read_back_equal(journal: Journal) -> None:
    """Every event comes back as the equal value, in order and without gaps."""
    history = a_history()
    for event in history:
        journal.append([event])
    records = list(journal.read())
    assert [record.event for record in records] == history
    assert [record.seq for record in records] == list(range(1, len(history) + 1))


@pytest.mark.parametrize(
    'event',
    [
        PersonSignedOff(at_s=math.nan, agent_id=AgentId('anna')),
        PersonSignedOff(at_s=math.inf, agent_id=AgentId('anna')),
        PersonSignedOff(at_s=1.0, agent_id=AgentId('\ud800')),
        PersonSignedOff(at_s=1.0, agent_id=cast(AgentId, object())),
        TaskSubmitted(at_s=math.inf, task=a_task()),
    ],
)
def test_what_could_not_be_read_back_is_not_written(journal: Journal, event: Event) -> None:
    """One such record would end every later start."""
    journal.append(a_history())
    with pytest.raises(JournalError, match=f'kind {type(event).__name__} cannot be written'):
        journal.append([*a_history(), event])
    assert len(list(journal.read())) == journal.last_seq == len(a_history())


def test_reading_can_start_anywhere(journal: Journal) -> None:
    """Only what is after the given number is read."""
    history = a_history()
    journal.append(history)
    assert [record.event for record in journal.read(after=3)] == history[3:]


def test_a_replayed_journal_is_the_live_state(journal: Journal) -> None:
    """The encoding loses nothing that the state needs."""
    history = a_history()
    journal.append(history)
    start = CellState(cell_id=CellId(CELL))
    assert replay(start, (r.event for r in journal.read())) == replay(start, history)


def _an_event() -> Event:
    return a_history()[0]


def test_a_file_outlives_its_writer(tmp_path: Path) -> None:
    """A journal that is opened again goes on where it ended."""
    path = tmp_path / 'journal.sqlite'
    history = a_history()
    for part in (history[:2], history[2:]):
        opened = SqliteJournal(path, cell_id=CELL)
        opened.append(part)
        opened.close()
    reader = SqliteJournalReader(path)
    assert [record.event for record in reader.read()] == history
    reader.close()


def test_a_journal_has_one_writer(tmp_path: Path) -> None:
    """A second writer is refused with the reason; readers are welcome."""
    path = tmp_path / 'journal.sqlite'
    first = SqliteJournal(path, cell_id=CELL)
    with pytest.raises(JournalError, match='one writer'):
        SqliteJournal(path, cell_id=CELL)
    SqliteJournalReader(path).close()
    first.close()
    SqliteJournal(path, cell_id=CELL).close()


def test_a_journal_belongs_to_its_cell(tmp_path: Path) -> None:
    """Another cell's allocator does not write into it."""
    path = tmp_path / 'journal.sqlite'
    SqliteJournal(path, cell_id='other').close()
    with pytest.raises(JournalError, match="cell 'other', expected 'cell_t'"):
        SqliteJournal(path, cell_id=CELL)


@pytest.mark.parametrize('content', [b'', b'no database', b'SQLite format 3\0garbage' * 40])
def test_a_file_that_is_no_journal_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing is read from, or written into, a foreign file; an empty one may be begun."""
    path = tmp_path / 'journal.sqlite'
    path.write_bytes(content)
    if content:
        with pytest.raises(JournalError, match=str(path)):
            SqliteJournal(path, cell_id=CELL)
        assert path.read_bytes() == content
    with pytest.raises(JournalError, match=str(path)):
        SqliteJournalReader(path)


def test_a_missing_journal_is_not_made_by_a_reader(tmp_path: Path) -> None:
    """Reading a file that is not there says so and leaves nothing behind."""
    path = tmp_path / 'journal.sqlite'
    with pytest.raises(JournalError, match='no such journal'):
        SqliteJournalReader(path)
    assert list(tmp_path.iterdir()) == []


def test_a_gap_is_noticed(tmp_path: Path) -> None:
    """A record that is gone is an error, not a shorter story."""
    path = tmp_path / 'journal.sqlite'
    journal = SqliteJournal(path, cell_id=CELL)
    journal.append(a_history())
    journal.close()
    with changing(path) as connection:
        connection.execute('DELETE FROM event WHERE seq = 3')
    reader = SqliteJournalReader(path)
    with pytest.raises(JournalError, match='record 3 is missing'):
        list(reader.read())
    reader.close()


def test_a_batch_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What the file refuses half-way leaves nothing, and the journal still knows its end."""
    path = tmp_path / 'journal.sqlite'
    journal = SqliteJournal(path, cell_id=CELL)
    history = a_history()
    journal.append(history[:2])
    with changing(path) as connection:
        connection.execute(
            'CREATE TRIGGER full_disk BEFORE INSERT ON event WHEN new.seq = 5'
            " BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    with pytest.raises(JournalError, match='disk is full'):
        journal.append(history[2:])
    with changing(path) as connection:
        connection.execute('DROP TRIGGER full_disk')
    assert [r.event for r in journal.read()] == history[:2]
    journal.append(history[2:])
    assert [r.event for r in journal.read()] == history
    journal.close()


_WRITE_AND_DIE = """
import os, sys
import math
from pathlib import Path
from cobot_alloc.domain.events import PersonSignedOff
from cobot_alloc.storage.sqlite_journal import SqliteJournal
journal = SqliteJournal(Path(sys.argv[1]), cell_id='cell_t')
for number in range(50):
    journal.append([PersonSignedOff(at_s=float(number), agent_id='anna')])
    os.write(1, b'.')
os.kill(os.getpid(), 9)
"""


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """Every append that returned is there after SIGKILL, and the lock is free again."""
    path = tmp_path / 'journal.sqlite'
    done = subprocess.run(
        [sys.executable, '-c', _WRITE_AND_DIE, str(path)], capture_output=True, check=False
    )
    assert done.returncode == -9
    journal = SqliteJournal(path, cell_id=CELL)
    assert len(list(journal.read())) == len(done.stdout) == 50
    journal.append([_an_event()])
    journal.close()
