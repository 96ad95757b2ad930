"""Journals of older versions are brought up to date by their writer, and by nobody else."""

from __future__ import annotations

from pathlib import Path
from random import Random

import apsw
import pytest
from support.cells import CELL
from support.journals import a_history, changing, events_of, on, PATH
from support.present import present

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.storage import schema
from cobot_alloc.storage.chain import link, START
from cobot_alloc.storage.codec import encode_event
from cobot_alloc.storage.journal_office import SqliteJournalOffice
from cobot_alloc.storage.simulated_disk import SimulatedDisk
from cobot_alloc.storage.sqlite_journal import SqliteJournal, SqliteJournalReader

HISTORY = a_history()

#: As version 1 of the package made it.
VERSION_1 = """
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
    seq         INTEGER PRIMARY KEY,
    recorded_at TEXT NOT NULL,
    kind        TEXT NOT NULL,
    body        TEXT NOT NULL,
    hash        BLOB NOT NULL
) STRICT;
INSERT INTO meta VALUES ('cell_id', 'cell_t'), ('schema_version', '1');
"""


def _fill_as_version_1(connection: apsw.Connection) -> None:
    connection.execute('PRAGMA journal_mode=WAL').fetchall()
    connection.execute(VERSION_1)
    before = START
    for seq, event in enumerate(HISTORY, 1):
        kind, encoded = encode_event(event)
        body = encoded.decode()
        before = link(before, seq, '2026-01-01T00:00:00.000+00:00', kind, body)
        row = (seq, '2026-01-01T00:00:00.000+00:00', kind, body, before)
        connection.execute('INSERT INTO event VALUES (?, ?, ?, ?, ?)', row)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a journal of version 1."""
    found = tmp_path / 'journal.sqlite'
    with changing(found) as connection:
        _fill_as_version_1(connection)
    return found


def test_a_journal_of_version_1_goes_on_as_one_of_today(path: Path) -> None:
    """With every event, the same chain, and snapshots from now on."""
    journal = SqliteJournal(path, cell_id=CELL)
    assert events_of(journal) == HISTORY
    journal.append(HISTORY[-1:])
    state = replay(CellState(cell_id=CellId(CELL)), HISTORY)
    journal.save_snapshot(state, len(HISTORY))
    journal.close()
    reader = SqliteJournalReader(path)
    assert present(reader.latest_snapshot()).state == state
    reader.close()
    verdict = SqliteJournalOffice().verify(path)
    assert verdict.is_sound, verdict.fault


def test_a_migrated_journal_has_the_tables_of_a_new_one(path: Path, tmp_path: Path) -> None:
    """The two ways to the present version lead to the same place."""
    SqliteJournal(path, cell_id=CELL).close()
    SqliteJournal(tmp_path / 'new.sqlite', cell_id=CELL).close()
    found = []
    for name in (path, tmp_path / 'new.sqlite'):
        with changing(name) as connection:
            tables = connection.execute('SELECT name FROM sqlite_master ORDER BY name').fetchall()
            columns = [connection.execute(f'PRAGMA table_info({t})').fetchall() for (t,) in tables]
            meta = connection.execute('SELECT key, value FROM meta ORDER BY key').fetchall()
            found.append((tables, columns, meta))
    assert found[0] == found[1]


def test_a_reader_leaves_an_older_journal_as_it_is(path: Path) -> None:
    """And says how to go on."""
    before = path.read_bytes()
    with pytest.raises(JournalError, match=r'version 1, expected 2; start its cell once'):
        SqliteJournalReader(path)
    with pytest.raises(JournalError, match='start its cell once'):
        SqliteJournalOffice().verify(path)
    assert path.read_bytes() == before


def test_a_newer_journal_is_refused(path: Path) -> None:
    """By reader and writer, with nothing changed."""
    with changing(path) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    before = path.read_bytes()
    for opening in (lambda: SqliteJournal(path, cell_id=CELL), lambda: SqliteJournalReader(path)):
        with pytest.raises(JournalError, match='version 99, expected at most 2; it was written'):
            opening()
    assert path.read_bytes() == before


@pytest.mark.parametrize('value', ['', 'two', '2.0'])
def test_a_version_that_is_none_is_refused(path: Path, value: str) -> None:
    """Nobody guesses what a journal is."""
    with changing(path) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (value,))
    with pytest.raises(JournalError, match='is not a journal: schema_version'):
        SqliteJournal(path, cell_id=CELL)


def test_another_program_s_database_is_left_as_it_is(tmp_path: Path) -> None:
    """Even its way of writing is not touched."""
    path = tmp_path / 'journal.sqlite'
    with changing(path) as connection:
        connection.execute('CREATE TABLE song (title TEXT); INSERT INTO song VALUES (1)')
    before = path.read_bytes()
    with pytest.raises(JournalError, match='has tables, but no table meta'):
        SqliteJournal(path, cell_id=CELL)
    assert path.read_bytes() == before


def test_a_failed_migration_leaves_the_version_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is one transaction with the number that it leads to."""
    monkeypatch.setattr(schema, '_migration', lambda _: 'CREATE TABLE half (a); SELECT nonsense')
    with pytest.raises(JournalError, match=f'{path}: cannot be written: .*nonsense'):
        SqliteJournal(path, cell_id=CELL)
    monkeypatch.undo()
    journal = SqliteJournal(path, cell_id=CELL)
    assert events_of(journal) == HISTORY
    found = journal.connection.execute("SELECT * FROM sqlite_master WHERE name = 'half'")
    assert found.fetchall() == []
    journal.close()


@pytest.mark.parametrize('seed', range(20))
def test_a_crash_while_migrating_is_no_harm(seed: int) -> None:
    """The next start goes on from whichever version is there."""
    rng = Random(seed)
    disk = SimulatedDisk()
    connection = apsw.Connection(str(PATH), vfs=disk.vfs_name)
    connection.execute('PRAGMA locking_mode=EXCLUSIVE')
    _fill_as_version_1(connection)
    connection.close()
    disk.faults.power_off_after = rng.randrange(9)
    try:
        on(disk)
    except JournalError:
        assert disk.faults.is_off
    disk.crash(rng)
    assert events_of(on(disk)) == HISTORY


def test_every_migration_has_its_number_and_there_are_no_gaps() -> None:
    """The last one is what a new journal gets."""
    folder = Path(schema.__file__).parent / 'migrations'
    numbers = [int(file.name[:4]) for file in sorted(folder.glob('*.sql'))]
    assert numbers == list(range(1, schema.SCHEMA_VERSION + 1))
