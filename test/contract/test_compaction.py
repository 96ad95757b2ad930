"""A compacted journal is shorter, still verifiable, and leads to the same state."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from support.cells import CELL
from support.journals import a_history, changing, on, PATH

from cobot_alloc.application.recovery import recover
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import BadInput, JournalError
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.storage import compaction
from cobot_alloc.storage.chain import link, START
from cobot_alloc.storage.journal_office import SqliteJournalOffice
from cobot_alloc.storage.simulated_disk import SimulatedDisk
from cobot_alloc.storage.sqlite_journal import SqliteJournal, SqliteJournalReader
from cobot_alloc.storage.state_codec import encode_state

HISTORY = a_history()
LAST = len(HISTORY)
OFFICE = SqliteJournalOffice()


def _state(seq: int) -> CellState:
    return replay(CellState(cell_id=CellId(CELL)), HISTORY[:seq])


def _filled(path: Path, *snapshots: int) -> Path:
    journal = SqliteJournal(path, cell_id=CELL)
    journal.append(HISTORY)
    for seq in snapshots:
        journal.save_snapshot(_state(seq), seq)
    journal.close()
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a journal with snapshots after events 4 and 7."""
    return _filled(tmp_path / 'journal.sqlite', 4, 7)


def test_events_before_the_last_snapshot_but_one_are_removed(path: Path) -> None:
    """They are in the archive, the rest is where it was, and the chain holds."""
    done = OFFICE.compact(path, archive=path.with_name('old.jsonl'))
    assert (done.first, done.removed) == (5, 4)
    assert done.bytes_after == path.stat().st_size
    journal = SqliteJournal(path, cell_id=CELL)
    assert [r.event for r in journal.read(after=4)] == HISTORY[4:]
    assert encode_state(recover(journal, CellId(CELL))) == encode_state(_state(LAST))
    assert recover(journal, CellId(CELL), up_to=5) == _state(5)
    journal.append(HISTORY[-1:])
    journal.close()
    verdict = OFFICE.verify(path)
    assert verdict.is_sound, verdict.fault
    assert (verdict.base, verdict.head.seq, verdict.snapshots) == (4, LAST + 1, 1)


def test_space_is_given_back(tmp_path: Path) -> None:
    """It is what people compact for."""
    path = tmp_path / 'journal.sqlite'
    journal = SqliteJournal(path, cell_id=CELL)
    sign_off = HISTORY[:1]
    journal.append(sign_off * 2000)
    for seq in (1999, 2000):
        state = replay(CellState(cell_id=CellId(CELL)), sign_off * seq)
        journal.save_snapshot(state, seq)
    journal.close()
    done = OFFICE.compact(path, archive=None)
    assert done.bytes_after < done.bytes_before / 5


def test_the_archive_is_the_chain_that_was_removed(path: Path) -> None:
    """Whoever has both can verify the whole story."""
    archive = path.with_name('old.jsonl')
    OFFICE.compact(path, archive=archive)
    before = START
    for seq, line in enumerate(archive.read_text().splitlines(), 1):
        record = json.loads(line)
        body = line[line.index('"body":') + 7 : line.rindex(',"hash"')]
        before = link(before, seq, record['recorded_at'], record['kind'], body)
        assert (record['seq'], record['hash']) == (seq, before.hex())
    with changing(path) as connection:
        assert connection.execute('SELECT seq, hash FROM base').fetchall() == [(4, before)]


def test_what_was_removed_is_not_read_as_if_it_had_never_been(path: Path) -> None:
    """Whoever needs the whole story is told that it is not here."""
    OFFICE.compact(path, archive=None)
    reader = SqliteJournalReader(path)
    with pytest.raises(JournalError, match='record 0 is gone: records up to 4 were removed'):
        list(reader.read())
    with pytest.raises(JournalError, match='is gone'):
        recover(reader, CellId(CELL), up_to=2)
    reader.close()


def test_a_journal_is_compacted_again_and_again(path: Path) -> None:
    """Each time from where it begins to its last snapshot but one."""
    OFFICE.compact(path, archive=None)
    with pytest.raises(JournalError, match='nothing to remove'):
        OFFICE.compact(path, archive=None)
    journal = SqliteJournal(path, cell_id=CELL)
    for seq in (8, 9, 10):
        journal.save_snapshot(_state(seq), seq)
    journal.close()
    assert OFFICE.verify(path).snapshots == 2
    done = OFFICE.compact(path, archive=None)
    assert (done.first, done.removed) == (10, 5)
    assert OFFICE.verify(path).is_sound


def test_the_base_can_be_edited_as_little_as_anything_else(path: Path) -> None:
    """The snapshot there is bound to it, and so is the first record."""
    OFFICE.compact(path, archive=None)
    for change in ("hash = x'00'", 'seq = 3', 'seq = 6'):
        spoiled = path.with_name('spoiled.sqlite')
        spoiled.write_bytes(path.read_bytes())
        with changing(spoiled) as connection:
            connection.execute(f'UPDATE base SET {change}')
        assert not OFFICE.verify(spoiled).is_sound, change
    with changing(path) as connection:
        connection.execute('DELETE FROM snapshot WHERE seq = 4')
    fault = OFFICE.verify(path).fault
    assert str(fault) == 'record 4 has no snapshot to begin from'


def test_a_head_of_what_was_removed_proves_nothing(path: Path) -> None:
    """It is said, not passed over; a newer one does."""
    head = path.with_name('head.json')
    early = _filled(path.with_name('early.sqlite'))
    with changing(early) as connection:
        connection.execute('DELETE FROM event WHERE seq > 3')
    OFFICE.export_head(early, head)
    OFFICE.compact(path, archive=None)
    fault = OFFICE.verify(path, head=head).fault
    assert 'export a newer head' in str(fault)
    OFFICE.export_head(path, head)
    assert OFFICE.verify(path, head=head).is_sound


def test_too_few_snapshots_are_a_refusal(tmp_path: Path) -> None:
    """Nothing is removed that the last usable snapshot might turn out to need."""
    path = _filled(tmp_path / 'journal.sqlite', 5)
    with pytest.raises(JournalError, match='two snapshots'):
        OFFICE.compact(path, archive=None)
    assert OFFICE.verify(path).base == 0


def test_a_journal_in_use_is_not_compacted(path: Path) -> None:
    """Its writer has the lock."""
    journal = SqliteJournal(path, cell_id=CELL)
    with pytest.raises(JournalError, match='one writer'):
        OFFICE.compact(path, archive=None)
    journal.close()


def test_a_journal_that_is_not_sound_is_not_compacted(path: Path) -> None:
    """What was removed could not be verified any more."""
    with changing(path) as connection:
        connection.execute("UPDATE event SET body = '{}' WHERE seq = 2")
    with pytest.raises(JournalError, match='not sound: record 2'):
        OFFICE.compact(path, archive=path.with_name('old.jsonl'))
    assert not path.with_name('old.jsonl').exists()


def test_an_archive_is_never_replaced(path: Path) -> None:
    """Nor is anything removed without one that was asked for."""
    archive = path.with_name('old.jsonl')
    archive.write_text('dear\n')
    with pytest.raises(JournalError, match='is there already'):
        OFFICE.compact(path, archive=archive)
    with pytest.raises(BadInput, match='cannot be written'):
        OFFICE.compact(path, archive=archive / 'below')
    assert archive.read_text() == 'dear\n'
    assert OFFICE.verify(path).base == 0


def test_a_journal_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Nor a lock for it."""
    with pytest.raises(JournalError, match='no such journal'):
        OFFICE.compact(tmp_path / 'journal.sqlite', archive=None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('seed', range(20))
def test_a_crash_while_compacting_loses_nothing(seed: int) -> None:
    """The events are all there, or the snapshot that stands for them is."""
    rng = Random(seed)
    disk = SimulatedDisk()
    journal = on(disk)
    journal.append(HISTORY)
    for number in (4, 7):
        journal.save_snapshot(_state(number), number)
    disk.faults.power_off_after = rng.randrange(12)
    try:
        compaction.remove(journal.file, 4)
        journal.connection.execute('VACUUM')
    except Exception:  # noqa: BLE001 - whatever it is, the power is off
        assert disk.faults.is_off
    disk.crash(rng)
    journal = on(disk)
    assert encode_state(recover(journal, CellId(CELL))) == encode_state(_state(LAST))
    assert journal.last_seq == LAST
    assert compaction.verify(journal.connection, PATH).is_sound
