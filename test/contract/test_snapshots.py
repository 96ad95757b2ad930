"""One contract for the snapshots of every journal, and what is done about spoiled ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from support.cells import CELL
from support.journals import a_history, changing

from cobot_alloc.application.journal import Journal
from cobot_alloc.application.recovery import recover
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.storage import snapshot_table
from cobot_alloc.storage.memory_journal import MemoryJournal
from cobot_alloc.storage.sqlite_journal import SqliteJournal, SqliteJournalReader
from cobot_alloc.storage.state_codec import decode_state, encode_state

HISTORY = a_history()


def _state(seq: int) -> CellState:
    return replay(CellState(cell_id=CellId(CELL)), HISTORY[:seq])


@pytest.fixture(params=['sqlite', 'memory'])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """Return a journal of each kind that holds the history."""
    if request.param == 'memory':
        opened: Journal = MemoryJournal(cell_id=CELL)
    else:
        opened = SqliteJournal(tmp_path / 'journal.sqlite', cell_id=CELL)
    opened.append(HISTORY)
    yield opened
    opened.close()


def test_without_a_snapshot_everything_is_read(journal: Journal) -> None:
    """The events are enough."""
    assert journal.latest_snapshot() is None
    assert recover(journal, CellId(CELL)) == _state(len(HISTORY))


def test_a_snapshot_and_the_rest_are_the_state(journal: Journal) -> None:
    """Byte for byte, wherever it was taken; events before it are not read."""
    for seq in range(1, len(HISTORY) + 1):
        journal.save_snapshot(_state(seq), seq)
        snapshot = journal.latest_snapshot()
        assert snapshot is not None
        assert (snapshot.seq, snapshot.state) == (seq, _state(seq))
        recovered = recover(journal, CellId(CELL))
        assert encode_state(recovered) == encode_state(_state(len(HISTORY)))


def test_the_state_at_any_event_can_be_recovered(journal: Journal) -> None:
    """A snapshot of later events is not used for it."""
    journal.save_snapshot(_state(5), 5)
    for seq in (0, 1, 4, 5, 6, len(HISTORY)):
        assert recover(journal, CellId(CELL), up_to=seq) == _state(seq)


def test_the_last_two_snapshots_are_kept(journal: Journal) -> None:
    """One to use, and one in case it cannot be used."""
    for seq in (2, 4, 6):
        journal.save_snapshot(_state(seq), seq)
    found = [journal.latest_snapshot(up_to=seq) for seq in (6, 5, 3)]
    assert [snapshot and snapshot.seq for snapshot in found] == [6, 4, None]


def test_the_order_in_dictionaries_is_part_of_a_state() -> None:
    """Who came first is served first, after a restart too."""
    state = _state(len(HISTORY))
    turned = replace(state, agents=dict(reversed(state.agents.items())))
    assert turned == state
    assert encode_state(turned) != encode_state(state)
    assert list(decode_state(encode_state(turned)).agents) == list(turned.agents)


def test_no_record_of_the_state_holds_a_dictionary() -> None:
    """The encoder would sort it; only the dictionaries of the state itself keep their order."""
    seen: set[Any] = set()
    found: list[str] = []

    def look(kind: object, where: str) -> None:
        if get_origin(kind) is dict and where.count('.') > 1:
            found.append(where)
        for part in get_args(kind):
            look(part, where)
        if is_dataclass(kind) and kind not in seen:
            seen.add(kind)
            hints = get_type_hints(kind)
            for field in fields(kind):
                look(hints[field.name], f'{where}.{field.name}')

    look(CellState, 'CellState')
    assert len(seen) > 5
    assert found == []


def test_a_state_of_an_earlier_shape_can_be_read() -> None:
    """
    What it lacks has its default, what is no longer known is passed over.

    It is needed where a journal was compacted: then the events are gone.
    """
    state = _state(len(HISTORY))
    image = msgspec.msgpack.decode(encode_state(state))
    for name in ('experience', 'labour', 'energy'):
        del image[name]
    image['durations'] = [['pick_place@panda', {'runs': 3, 'total_s': 12.0}]]
    for _, task in image['tasks']:
        del task['handed_s']
    read = decode_state(msgspec.msgpack.encode(image))
    assert read == replace(state, experience={}, labour={}, energy={})


# In a file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a journal file with snapshots after events 3 and 6."""
    found = tmp_path / 'journal.sqlite'
    journal = SqliteJournal(found, cell_id=CELL)
    journal.append(HISTORY)
    for seq in (3, 6):
        journal.save_snapshot(_state(seq), seq)
    journal.close()
    return found


def _used(path: Path) -> int:
    """Return the event of the snapshot that a start uses, and check the outcome."""
    reader = SqliteJournalReader(path)
    snapshot = reader.latest_snapshot()
    assert recover(reader, CellId(CELL)) == _state(len(HISTORY))
    reader.close()
    return snapshot.seq if snapshot else 0


@pytest.mark.parametrize(
    'change',
    [
        "body = x'00'",
        "hash = x'00'",
        "format = '1-0123456789abcdef'",
        "recorded_at = '2026-01-01T00:00:00.000+00:00'",
    ],
)
def test_a_spoiled_snapshot_is_passed_over(path: Path, change: str) -> None:
    """An older one is used, or none; the state is the same."""
    assert _used(path) == 6
    with changing(path) as connection:
        connection.execute(f'UPDATE snapshot SET {change} WHERE seq = 6')
    assert _used(path) == 3
    with changing(path) as connection:
        connection.execute(f'UPDATE snapshot SET {change}')
    assert _used(path) == 0


def test_a_snapshot_is_bound_to_its_place(path: Path) -> None:
    """One that is moved to another event is not believed."""
    with changing(path) as connection:
        connection.execute('UPDATE snapshot SET seq = 8 WHERE seq = 6')
    assert _used(path) == 3


@pytest.mark.parametrize('made', ['state_format', 'encode_state'])
def test_a_snapshot_of_another_format_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    """The events may lead to another state now, or it cannot be read at all."""
    path = tmp_path / 'journal.sqlite'
    journal = SqliteJournal(path, cell_id=CELL)
    journal.append(HISTORY)
    other: Callable[..., Any] = {
        'state_format': lambda: '1-other',
        'encode_state': lambda _: b'\x81',
    }[made]
    with monkeypatch.context() as patch:
        patch.setattr(snapshot_table, made, other)
        journal.save_snapshot(_state(6), 6)
    journal.close()
    assert _used(path) == 0


def test_a_snapshot_of_events_that_are_gone_is_an_error(path: Path) -> None:
    """The end of the journal is lost, and nobody may go on as if it had never been."""
    with changing(path) as connection:
        connection.execute('DELETE FROM event WHERE seq > 5')
    reader = SqliteJournalReader(path)
    with pytest.raises(JournalError, match='snapshot of record 6 but not the record'):
        recover(reader, CellId(CELL))
    reader.close()


def test_a_snapshot_needs_its_event(tmp_path: Path) -> None:
    """A state that is ahead of the events is refused."""
    journal = SqliteJournal(tmp_path / 'journal.sqlite', cell_id=CELL)
    journal.append(HISTORY[:2])
    with pytest.raises(JournalError, match='needs record 3'):
        journal.save_snapshot(_state(3), 3)
    journal.append(HISTORY[2:])
    journal.close()
