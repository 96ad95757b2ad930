"""The state of a cell as tables for a terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cobot_alloc.domain.candidate import crew_name
from cobot_alloc.domain.cell import CellState


def print_state(state: CellState, seq: int, console: Console) -> None:
    """Print the cell, its tasks, cases and agents after event ``seq``."""
    console.print(
        f'{state.cell_id} after event {seq}, cell time {state.now_s:.1f} s:'
        f' {state.mode.value}, {state.shift.value}',
        markup=False,
    )
    console.print(_tasks(state))
    if state.cases:
        console.print(_cases(state))
    console.print(_agents(state))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify='left', box=box.SIMPLE_HEAD)
    for name in columns:
        table.add_column(name, overflow='fold')
    return table


def _add(table: Table, *cells: str) -> None:
    """Add a row of texts that are shown as they are, whatever brackets people typed."""
    table.add_row(*(Text(cell) for cell in cells))


def _tasks(state: CellState) -> Table:
    table = _table('Tasks', 'task', 'skill', 'state', 'agent', 'attempts', 'decided by', 'why')
    for record in state.tasks.values():
        _add(
            table,
            record.task.task_id,
            record.task.skill,
            record.state.value,
            crew_name(record.agent_id, record.helper) if record.agent_id else '-',
            str(len(record.attempts)),
            record.decided_by or '-',
            record.reason or '-',
        )
    return table


def _cases(state: CellState) -> Table:
    table = _table('Cases', 'case', 'about', 'what happened', 'state', 'answered by', 'action')
    for case in state.cases.values():
        _add(
            table,
            case.case_id,
            str(case.subject),
            case.title,
            case.state.value,
            case.resolved_by or '-',
            case.resolution or '-',
        )
    return table


def _agents(state: CellState) -> Table:
    table = _table('Agents', 'agent', 'kind', 'health', 'mode', 'cause')
    for agent_id, record in state.agents.items():
        _add(
            table,
            agent_id,
            record.agent.kind.value,
            record.health.value,
            '-' if record.is_person else record.mode.value,
            record.cause or '-',
        )
    return table
