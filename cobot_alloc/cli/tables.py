"""Reports as tables for a terminal and as data for a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
import json
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from cobot_alloc.application.learned import Lesson
from cobot_alloc.application.report import CaseRow, Report, TaskRow
from cobot_alloc.domain.candidate import crew_name

#: Columns of a table that goes to a file or a pipe, which have no width of their own.
PLAIN_WIDTH = 130


def terminal() -> Console:
    """Return a console as wide as the terminal, or wide enough for the tables without one."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(
        highlight=False, soft_wrap=True, width=PLAIN_WIDTH
    )  # fmt: skip


def print_report(report: Report, console: Console) -> None:
    """Print what became of each task, who was asked what, and the totals."""
    console.print(_task_table(report.tasks))
    if report.cases:
        console.print(_case_table(report.cases))
    finals = sum(row.state in _GOOD or row.state in _ENDED for row in report.tasks)
    console.print(
        f'{finals} of {len(report.tasks)} tasks final, {len(report.open_cases)} cases open,'
        f' {report.duration_s:.1f} s of cell time,'
        f' {report.energy_j:.0f} J mechanical work at the joints (estimate).'
    )


def write_report(report: Report, path: Path) -> None:
    """Write the same as data."""
    write_data({**asdict(report), 'is_complete': report.is_complete}, path)


def write_data(data: object, path: Path) -> None:
    """Write data as JSON, and make the folder if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2, allow_nan=False) + '\n')


def print_learned(lessons: Sequence[Lesson], console: Console) -> None:
    """Print what was learned, a line for each scope."""
    if not lessons:
        console.print('Nothing was learned yet: no attempt has ended.')
        return
    table = Table(
        title='Learned; in brackets where nine tenths of the belief lie',
        title_justify='left',
        box=box.SIMPLE_HEAD,
    )
    for name in ('skill', 'agent', 'parts'):
        table.add_column(name, no_wrap=True)
    for name in ('runs', 'work, s', 'next run, s', 'success, %', 'questions/h', 'W'):
        table.add_column(name, justify='right', no_wrap=True)
    for row in lessons:
        table.add_row(
            row.skill,
            _whose(row),
            row.part_kind or 'any',
            str(row.runs),
            f'{row.work_s:.1f} {_between(row.work_range_s, 1)}',
            _between(row.next_s, 1),
            f'{100 * row.success:.0f} {_between((100 * p for p in row.success_range), 0)}',
            _questions(row),
            f'{row.power_w:.0f}' if row.power_w else '-',
        )
    console.print(table)


def _whose(row: Lesson) -> str:
    who = row.agent_id or f'any {row.agent_kind}'
    return crew_name(who, 'a person' if row.together else '')


def _questions(row: Lesson) -> str:
    if row.agent_kind == 'person':
        return '-'
    return f'{row.questions_per_h:.1f} {_between(row.questions_range_per_h, 1)}'


def _between(bounds: Iterable[float], digits: int) -> str:
    low, high = bounds
    return f'[{low:.{digits}f}, {high:.{digits}f}]'


_GOOD = frozenset({'completed'})
_ENDED = frozenset({'failed', 'canceled', 'skipped', 'scrapped'})


def _task_table(rows: tuple[TaskRow, ...]) -> Table:
    table = Table(title='Tasks', title_justify='left', box=box.SIMPLE_HEAD)
    table.add_column('task', no_wrap=True)
    table.add_column('what', overflow='fold')
    for name in ('state', 'agent'):
        table.add_column(name, no_wrap=True)
    for name in ('tries', 'time, s', 'energy, J'):
        table.add_column(name, justify='right', no_wrap=True)
    table.add_column('decided by', overflow='fold')
    for row in rows:
        marks = ' [red](hazard)[/]' if row.hazards else ''
        marks += ' [cyan](judgement)[/]' if row.judgement else ''
        late = f' [yellow](late {row.late_s:.0f} s)[/]' if row.late_s else ''
        table.add_row(
            row.task_id,
            row.what + marks,
            _colored(row.state) + late,
            crew_name(row.agent, row.helper) or '-',
            str(row.attempts),
            _number(row.duration_s, 1),
            _number(row.energy_j, 0),
            row.decided_by or '-',
        )
    return table


def _case_table(rows: tuple[CaseRow, ...]) -> Table:
    table = Table(title='Cases', title_justify='left', box=box.SIMPLE_HEAD)
    for name in ('case', 'about', 'what happened', 'state', 'answered by', 'action'):
        table.add_column(name, no_wrap=True)
    table.add_column('note', overflow='fold')
    for row in rows:
        times = f' (x{row.count})' if row.count > 1 else ''
        table.add_row(
            row.case_id,
            row.subject,
            row.code + times,
            row.state,
            row.answered_by or '-',
            row.action or '-',
            row.note or '-',
        )
    return table


def _colored(state: str) -> str:
    color = 'green' if state in _GOOD else 'yellow' if state in _ENDED else 'red'
    return f'[{color}]{state}[/]'


def _number(value: float | None, digits: int) -> str:
    return '-' if value is None else f'{value:.{digits}f}'
