"""Whatever is done to a journal file, verification finds it and says where."""

from __future__ import annotations

from pathlib import Path
from random import Random
import shutil
from typing import Any, cast

import apsw
import pytest
from support.cells import CELL
from support.journals import a_history, changing, events_of, on, PATH
from support.present import present

from cobot_alloc.application.audit import Verdict
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import BadInput, JournalError
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.storage.chain import link, seal
from cobot_alloc.storage.disk_faults import Faults
from cobot_alloc.storage.head_file import head_of
from cobot_alloc.storage.journal_office import SqliteJournalOffice
from cobot_alloc.storage.simulated_disk import SimulatedDisk
from cobot_alloc.storage.sqlite_journal import SqliteJournal
from cobot_alloc.storage.state_codec import encode_state
from cobot_alloc.storage.verification import verify

HISTORY = a_history()
LAST = len(HISTORY)
OFFICE = SqliteJournalOffice()


def _state(seq: int) -> CellState:
    return replay(CellState(cell_id=CellId(CELL)), HISTORY[:seq])


@pytest.fixture(scope='module')
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sound journal with snapshots after events 3 and 6."""
    path = tmp_path_factory.mktemp('journal') / 'journal.sqlite'
    journal = SqliteJournal(path, cell_id=CELL)
    for event in HISTORY:
        journal.append([event])
    for seq in (3, 6):
        journal.save_snapshot(_state(seq), seq)
    journal.close()
    OFFICE.export_head(path, path.parent / 'head.json')
    return path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    """Return a copy of the sound journal, its exported head beside it."""
    for name in ('journal.sqlite', 'head.json'):
        shutil.copy(sound.parent / name, tmp_path / name)
    return tmp_path / 'journal.sqlite'


def _verdict(path: Path) -> Verdict:
    return OFFICE.verify(path, head=path.parent / 'head.json')


def _spoil(path: Path, statement: str, *values: object) -> Verdict:
    with changing(path) as connection:
        connection.execute(statement, values)
        assert connection.total_changes() > 0
    return _verdict(path)


def test_a_sound_journal_is_sound(path: Path) -> None:
    """Every record and both snapshots are looked at."""
    verdict = _verdict(path)
    assert verdict.is_sound, verdict.fault
    assert (verdict.head.seq, verdict.snapshots, verdict.base) == (LAST, 2, 0)


@pytest.mark.parametrize(
    'change',
    [
        "recorded_at = '2020-01-01T00:00:00.000+00:00'",
        "recorded_at = ''",
        "kind = 'TaskSubmitted'",
        "kind = kind || ' '",
        "body = '{}'",
        "body = replace(body, '0', '1')",
        "body = body || ' '",
        "body = CAST(x'ff41' AS TEXT)",
        "hash = x''",
        'hash = zeroblob(32)',
        'hash = (SELECT hash FROM event WHERE seq = 1)',
    ],
)
@pytest.mark.parametrize('seq', [2, 7, LAST])
def test_an_edit_of_any_column_is_found(path: Path, seq: int, change: str) -> None:
    """At the record that was edited."""
    verdict = _spoil(path, f'UPDATE event SET {change} WHERE seq = ?', seq)
    assert verdict.fault is not None
    assert verdict.fault.seq == seq


@pytest.mark.parametrize('seq', [1, 4, LAST - 1])
def test_a_gap_is_found(path: Path, seq: int) -> None:
    """Wherever something was taken out."""
    fault = _spoil(path, 'DELETE FROM event WHERE seq = ?', seq).fault
    assert fault is not None
    assert (fault.seq, 'is missing' in fault.reason) == (seq, True)


def test_a_number_that_was_moved_is_found(path: Path) -> None:
    """A record is where it was written or nowhere."""
    fault = _spoil(path, 'UPDATE event SET seq = seq + 100 WHERE seq = ?', LAST).fault
    assert fault is not None
    assert fault.seq == LAST


def test_a_record_before_the_first_is_found(path: Path) -> None:
    """Nobody would read it, and nobody wrote it."""
    fault = _spoil(
        path, 'INSERT INTO event SELECT -1, recorded_at, kind, body, hash FROM event LIMIT 1'
    ).fault
    assert fault is not None
    assert fault.seq == -1


def test_a_reordering_is_found(path: Path) -> None:
    """Two records that changed places, hashes and all."""
    with changing(path) as connection:
        for old, new in ((5, 0), (6, 5), (0, 6)):
            connection.execute('UPDATE event SET seq = ? WHERE seq = ?', (new, old))
    fault = _verdict(path).fault
    assert fault is not None
    assert fault.seq == 5


def test_an_edit_with_its_hash_made_good_is_found_at_the_next_record(path: Path) -> None:
    """The chain goes on from what was written."""
    with changing(path) as connection:
        rows = connection.execute(
            'SELECT * FROM event WHERE seq IN (3, 4) ORDER BY seq'
        ).fetchall()
        (_, _, _, _, before), (seq, recorded_at, kind, body, _) = cast(Any, rows)
        body = str(body).replace('{', '{ ', 1)
        hash_ = link(before, seq, recorded_at, kind, body)
        connection.execute('UPDATE event SET body = ?, hash = ? WHERE seq = 4', (body, hash_))
    fault = _verdict(path).fault
    assert fault is not None
    assert fault.seq == 5


def test_a_cut_end_is_found_against_a_head(path: Path) -> None:
    """Without one nobody could tell; the snapshots tell too if they are younger."""
    with changing(path) as connection:
        connection.execute('DELETE FROM event WHERE seq > 8')
    assert OFFICE.verify(path).is_sound
    fault = _verdict(path).fault
    assert fault is not None
    assert fault.seq == 9
    assert 'end was cut after record 8' in fault.reason
    with changing(path) as connection:
        connection.execute('DELETE FROM event WHERE seq > 5')
    fault = OFFICE.verify(path).fault
    assert fault is not None
    assert (fault.seq, 'there is a snapshot of it' in fault.reason) == (6, True)


def test_a_rewritten_history_is_found_against_a_head(path: Path) -> None:
    """A chain made anew from the edit on is whole in itself, but it is another one."""
    with changing(path) as connection:
        connection.execute('DELETE FROM event WHERE seq > 6')
    journal = SqliteJournal(path, cell_id=CELL)
    journal.append(HISTORY[6:])
    journal.close()
    assert OFFICE.verify(path).is_sound
    fault = _verdict(path).fault
    assert fault is not None
    assert (fault.seq, fault.reason) == (LAST, 'is another than when the head was exported')


@pytest.mark.parametrize(
    'change',
    [
        'seq = 4',
        "recorded_at = '2020-01-01T00:00:00.000+00:00'",
        "format = '1-other'",
        "body = x'80'",
        'hash = zeroblob(32)',
    ],
)
def test_an_edit_of_a_snapshot_is_found(path: Path, change: str) -> None:
    """As with events, at the record that it is of."""
    fault = _spoil(path, f'UPDATE snapshot SET {change} WHERE seq = 3').fault
    assert fault is not None
    assert fault.seq in (3, 4)
    assert 'snapshot' in fault.reason


def test_a_snapshot_of_another_story_is_found(path: Path) -> None:
    """Sealed as it should be, and yet not what the events lead to."""
    with changing(path) as connection:
        (hash_,) = present(
            present(
                present(
                    present(
                        present(
                            present(
                                connection.execute(
                                    'SELECT hash FROM event WHERE seq = 6'
                                ).fetchone()
                            )
                        )
                    )
                )
            )
        )
        row = connection.execute('SELECT * FROM snapshot WHERE seq = 6').fetchone()
        body = encode_state(_state(5))
        digest = seal(hash_, 6, present(row)[1], present(row)[2], body)
        connection.execute('UPDATE snapshot SET body = ?, hash = ? WHERE seq = 6', (body, digest))
    fault = _verdict(path).fault
    assert fault is not None
    assert (fault.seq, 'do not lead to' in fault.reason) == (6, True)


def test_events_that_cannot_follow_are_found(tmp_path: Path) -> None:
    """A chain that is whole in itself can still tell a story that cannot be."""
    path = tmp_path / 'journal.sqlite'
    journal = SqliteJournal(path, cell_id=CELL)
    journal.append(HISTORY[:3])
    journal.append(HISTORY[-2:])
    journal.close()
    fault = OFFICE.verify(path).fault
    assert fault is not None
    assert fault.seq in (4, 5)
    assert 'cannot follow' in fault.reason


@pytest.mark.parametrize('seed', range(30))
def test_a_spoiled_page_is_found_or_does_no_harm(path: Path, seed: int) -> None:
    """Bytes changed anywhere in the file: an error, a fault, or nothing that was read."""
    rng = Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(rng.randint(1, 20)):
        data[rng.randrange(len(data))] ^= rng.randint(1, 255)
    path.write_bytes(data)
    try:
        verdict = _verdict(path)
    except JournalError:
        return
    if verdict.is_sound:
        journal = SqliteJournal(path, cell_id=CELL)
        assert events_of(journal) == HISTORY
        journal.close()


def test_a_journal_can_be_verified_while_it_is_written(path: Path) -> None:
    """Up to where it was when the verification began."""
    journal = SqliteJournal(path, cell_id=CELL)
    journal.append(HISTORY[-1:])
    assert _verdict(path).head.seq == LAST + 1
    journal.close()


def test_a_head_of_another_cell_is_no_head_of_this(path: Path) -> None:
    """Nothing can be told from it."""
    head = path.parent / 'head.json'
    head.write_text(head.read_text().replace(CELL, 'other'))
    fault = _verdict(path).fault
    assert fault is not None
    assert "of cell 'other'" in fault.reason


@pytest.mark.parametrize('text', ['', '{}', '[1]', '{"cell": 1}', '\0'])
def test_a_file_that_is_no_head_is_refused(path: Path, text: str) -> None:
    """With its name."""
    (path.parent / 'head.json').write_text(text)
    with pytest.raises(BadInput, match=r'head\.json: is not the head'):
        _verdict(path)
    with pytest.raises(BadInput, match=r'nothing\.json: cannot be read'):
        OFFICE.verify(path, head=path.parent / 'nothing.json')


def test_the_lies_of_a_disk_are_found_against_a_head() -> None:
    """A disk that says it synced and did not loses acknowledged events; the head tells."""
    found = whole = 0
    for seed in range(40):
        disk = SimulatedDisk()
        journal = on(disk)
        journal.append(HISTORY[:4])
        disk.faults.ignore_syncs = True
        for event in HISTORY[4:]:
            journal.append([event])
        exported = head_of(journal.connection, PATH)
        disk.crash(Random(seed))
        journal = on(disk)
        left = events_of(journal)
        assert left == HISTORY[: len(left)]
        verdict = verify(journal.connection, PATH, head=exported)
        assert verdict.is_sound is (left == HISTORY)
        found, whole = found + (not verdict.is_sound), whole + verdict.is_sound
    assert found > 10
    assert whole > 3


def test_faults_are_said_of_the_first_bad_record() -> None:
    """However many there are."""
    disk = SimulatedDisk(faults=Faults())
    journal = on(disk)
    journal.append(HISTORY)
    connection: apsw.Connection = journal.connection
    connection.execute("UPDATE event SET body = '{}' WHERE seq IN (4, 7, 9)")
    fault = verify(connection, PATH).fault
    assert str(fault) == 'record 4 is not what was written after the one before'
