"""The commands about a journal: their output, their exit status, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.cells import CELL
from support.journals import a_history, changing
from typer.testing import CliRunner, Result

from cobot_alloc.cli.journal import parse_until
from cobot_alloc.cli.main import app
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import BadInput, JournalError
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.storage.sqlite_journal import SqliteJournal

HISTORY = a_history()


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ['journal', *map(str, arguments)], standalone_mode=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a run's folder whose journal has snapshots after events 4 and 7."""
    journal = SqliteJournal(tmp_path / 'journal.sqlite', cell_id=CELL)
    journal.append(HISTORY)
    for seq in (4, 7):
        journal.save_snapshot(replay(CellState(cell_id=CellId(CELL)), HISTORY[:seq]), seq)
    journal.close()
    return tmp_path


def test_verify_says_what_it_looked_at(folder: Path) -> None:
    """And what it could not tell."""
    done = _run('verify', '--state', folder)
    assert done.exception is None
    assert f'records 1 to {len(HISTORY)} are what was written; 2 snapshots' in done.output
    assert 'cannot be told without --head' in done.output
    by_file = _run('verify', '--journal', folder / 'journal.sqlite')
    assert by_file.output == done.output


def test_verify_names_the_first_bad_record(folder: Path) -> None:
    """With exit status 1."""
    with changing(folder / 'journal.sqlite') as connection:
        connection.execute("UPDATE event SET kind = 'AgentLost' WHERE seq = 3")
    done = _run('verify', '--state', folder)
    assert done.return_value == 1
    assert 'NOT SOUND: record 3 is not what was written' in done.output


def test_an_exported_head_finds_a_cut_end(folder: Path) -> None:
    """Which nothing else does."""
    head = folder / 'elsewhere' / 'head.json'
    assert f'record {len(HISTORY)}' in _run('export', '--state', folder, '--head', head).output
    written = json.loads(head.read_text())
    assert (written['cell'], written['seq']) == (CELL, len(HISTORY))
    assert 'head is among them' in _run('verify', '--state', folder, '--head', head).output
    with changing(folder / 'journal.sqlite') as connection:
        connection.execute('DELETE FROM event WHERE seq > 8')
    assert _run('verify', '--state', folder).return_value is None
    done = _run('verify', '--state', folder, '--head', head)
    assert done.return_value == 1
    assert 'record 9 is missing: the end was cut after record 8' in done.output


def test_export_writes_every_record(folder: Path) -> None:
    """To a file or to the output, one line each."""
    target = folder / 'records.jsonl'
    assert _run('export', '--state', folder, '--jsonl', target).exception is None
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line['seq'] for line in lines] == list(range(1, len(HISTORY) + 1))
    assert [line['kind'] for line in lines] == [type(event).__name__ for event in HISTORY]
    assert [line['body']['at_s'] for line in lines] == [event.at_s for event in HISTORY]
    assert _run('export', '--state', folder, '--jsonl', '-').output == target.read_text()


def test_a_broken_journal_is_not_exported(folder: Path) -> None:
    """Half an export would look like a whole one."""
    with changing(folder / 'journal.sqlite') as connection:
        connection.execute('DELETE FROM event WHERE seq = 5')
    target = folder / 'records.jsonl'
    done = _run('export', '--state', folder, '--jsonl', target)
    assert isinstance(done.exception, JournalError)
    assert not list(folder.glob('records*'))


def test_replay_prints_the_state_then(folder: Path) -> None:
    """By number, by cell time and by time of day."""
    target = folder / 'state.json'
    done = _run('replay', '--state', folder, '--until', 8, '--json', target)
    assert done.exception is None
    assert f'{CELL} after event 8, cell time 0.0 s' in done.output
    assert 'anna' in done.output
    state = replay(CellState(cell_id=CellId(CELL)), HISTORY[:8])
    assert json.loads(target.read_text())['agents'].keys() == state.agents.keys()
    done = _run('replay', '--state', folder, '--until', len(HISTORY), '--json', target)
    assert done.exception is None
    learned = json.loads(target.read_text())['experience']
    assert 'pick_place arm b' in learned
    before_last = sum(event.at_s < HISTORY[-1].at_s for event in HISTORY)
    by_time = _run('replay', '--state', folder, '--until', f'{HISTORY[-1].at_s - 1}s')
    assert f'after event {before_last},' in by_time.output
    by_day = _run('replay', '--state', folder, '--until', '2999-01-01')
    assert f'after event {len(HISTORY)},' in by_day.output
    assert 'after event 0,' in _run('replay', '--state', folder, '--until', '1999-01-01').output


def test_replay_refuses_what_is_not_there(folder: Path) -> None:
    """And says what is."""
    done = _run('replay', '--state', folder, '--until', 1000)
    assert isinstance(done.exception, BadInput)
    assert f'got 1000, expected at most {len(HISTORY)}' in str(done.exception)


@pytest.mark.parametrize('text', ['', 'x', '-1', '1.5', 's', 'nans', 'infs', '31.12.2026'])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    """With what was expected."""
    with pytest.raises(BadInput, match='--until: got'):
        parse_until(text)


def test_compact_wants_to_know_what_becomes_of_the_events(folder: Path) -> None:
    """The audit trail is not thrown away by default."""
    archive = folder / 'old.jsonl'
    for arguments in ((), ('--archive', archive, '--discard')):
        done = _run('compact', '--state', folder, *arguments)
        assert isinstance(done.exception, BadInput)
    done = _run('compact', '--state', folder, '--archive', archive)
    assert 'removed 4 events, 5 is the first now' in done.output
    assert len(archive.read_text().splitlines()) == 4
    assert _run('verify', '--state', folder).return_value is None
    assert (
        f'after event {len(HISTORY)},'
        in _run('replay', '--state', folder, '--until', len(HISTORY)).output
    )


@pytest.mark.parametrize('command', ['verify', 'export --jsonl x', 'replay --until 1', 'compact'])
def test_one_journal_at_a_time(folder: Path, command: str) -> None:
    """A folder and a file would be two."""
    more = ['--discard'] if command == 'compact' else []
    done = _run(*command.split(), *more, '--state', folder, '--journal', folder / 'x')
    assert isinstance(done.exception, BadInput)
    missing = _run(*command.split(), *more, '--journal', folder / 'x')
    assert isinstance(missing.exception, JournalError)
