"""``explain`` and ``learned`` on a journal file: what they print and what they write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.cells import a_running_cell, a_task, an_arm, CELL
from typer.testing import CliRunner, Result

from cobot_alloc.application.learned import learned
from cobot_alloc.cli.main import app
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.events.base import Event
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.storage.sqlite_journal import SqliteJournal


def _history() -> list[Event]:
    cell = a_running_cell(
        an_arm('a'), an_arm('b', base=(0.3, 0.0, 0.0)), preferences=Preferences(name='gentle')
    )
    for number in range(3):
        cell.wait(10.0)
        cell.submit(a_task(f't{number}', part=f'gear_{number}'))
        cell.begin(f't{number}')
        cell.succeed(f't{number}', duration_s=6.0)
    return cell.history


HISTORY = _history()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a run's folder."""
    journal = SqliteJournal(tmp_path / 'journal.sqlite', cell_id=CELL)
    journal.append(HISTORY)
    journal.close()
    return tmp_path


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), standalone_mode=False)


def test_explain_prints_and_writes_the_same_figures(folder: Path) -> None:
    """The choice, every candidate beside it, what was expected and what happened."""
    out = folder / 'told' / 't2.json'
    done = _run('explain', 't2', '--state', folder, '--json', out)
    assert done.exception is None
    account = json.loads(out.read_text())['account']
    assert f'Why {account["agent_id"]} (attempt 3, 30.00 s, policy gentle)' in done.output
    assert account['because'] in done.output
    assert all(other['text'] in done.output for other in account['others'])
    assert account['happened'].startswith('It took 6.00 s')
    assert account['expected']['runs'] in (1, 2)
    (chosen,) = [c for c in account['candidates'] if c['chosen']]
    assert chosen['agent_id'] == account['agent_id']
    cost_s = sum(term['seconds'] for term in chosen['terms'])
    assert f'costs {cost_s:.2f} s' in done.output


def test_explain_at_a_time_before_the_task_is_refused(folder: Path) -> None:
    """With the time from which on there is something to say."""
    done = _run('explain', 't2', '--state', folder, '--at', 12)
    assert isinstance(done.exception, Refused)
    assert 'got 12 s, expected 30 s or later' in str(done.exception)


def test_learned_is_what_the_events_lead_to(folder: Path) -> None:
    """Printed in a line for each scope, and written as data."""
    out = folder / 'learned.json'
    done = _run('learned', '--journal', folder / 'journal.sqlite', '--json', out)
    assert done.exception is None
    assert done.output.count('pick_place') == len(json.loads(out.read_text()))
    found = {
        (row['agent_id'], row['part_kind']): row for row in json.loads(out.read_text())
    }  # fmt: skip
    for lesson in learned(replay(CellState(cell_id=CellId(CELL)), HISTORY)):
        row = found[lesson.agent_id, lesson.part_kind]
        assert row['runs'] == lesson.runs
        assert row['work_s'] == pytest.approx(lesson.work_s)
        low_s, high_s = row['work_range_s']
        assert low_s < row['work_s'] < high_s
        assert row['success_range'][0] < row['success'] < row['success_range'][1]
    assert found['', '']['runs'] == 3


def test_a_cell_that_did_nothing_has_learned_nothing(tmp_path: Path) -> None:
    """And says so."""
    SqliteJournal(tmp_path / 'journal.sqlite', cell_id=CELL).close()
    assert 'Nothing was learned yet' in _run('learned', '--state', tmp_path).output
