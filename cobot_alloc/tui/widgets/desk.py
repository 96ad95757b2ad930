"""The desk: open cases and human tasks, the most pressing first."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.case import SubjectKind
from cobot_alloc.tui.palette import ACCENT, BAD, QUIET, WATCH
from cobot_alloc.tui.waiting import ended_and_all, Waiting, waiting_for_people
from cobot_alloc.tui.widgets.line import Line
from cobot_alloc.tui.widgets.live_table import Column, LiveTable, Row
from cobot_alloc.tui.wording import count_of, due, span

COLUMNS = (
    Column('', 2),
    Column('Pr', 2, is_figure=True),
    Column('Waiting for a person'),
    Column('Age', 6, is_figure=True),
    Column('Due', 9),
    Column('Claimed', 8),
    Column('#', 2),
    Column('Lv', 2),
)


class Desk(Vertical):
    """The list of what waits, or a friendly word when nothing does."""

    BORDER_TITLE = 'Desk'

    def compose(self) -> ComposeResult:
        """Lay out the table and the word that stands in for it."""
        yield LiveTable(COLUMNS, id='desk-table')
        yield Line(id='desk-empty')

    @property
    def table(self) -> LiveTable:
        """The table."""
        return self.query_one(LiveTable)

    def show(self, view: CellView) -> None:
        """Bring the list up to date."""
        waiting = waiting_for_people(view)
        self.table.show([_row(item, now_s=view.now_s) for item in waiting])
        self.set_class(not waiting, 'empty')
        self.query_one('#desk-empty', Line).say(_empty(view))
        self.border_subtitle = _summary(waiting)


def _row(item: Waiting, *, now_s: float) -> Row:
    is_case = item.subject.kind is SubjectKind.CASE
    age = '-' if item.since_s is None else span(now_s - item.since_s)
    cells = (
        _sign(item, is_case=is_case),
        Text(str(item.priority), justify='right'),
        Text(item.title, overflow='ellipsis', no_wrap=True),
        Text(age, style=QUIET, justify='right'),
        due(item.due_s, now_s=now_s),
        Text(item.claimed_by or '-', style='' if item.claimed_by else QUIET),
        Text(str(item.count) if item.count > 1 else '', style=WATCH),
        Text(str(item.level) if item.level else '', style=f'bold {WATCH}'),
    )
    return Row(item.subject, cells)


def _sign(item: Waiting, *, is_case: bool) -> Text:
    sign = Text('?' if is_case else '·', style=f'bold {ACCENT}' if is_case else QUIET)
    return sign.append('⚠', f'bold {BAD}') if item.hazardous else sign


def _summary(waiting: list[Waiting]) -> str:
    cases = sum(item.subject.kind is SubjectKind.CASE for item in waiting)
    return f'{count_of(cases, "open case")}, {count_of(len(waiting) - cases, "human task")}'


def _empty(view: CellView) -> str:
    if view.serial == 0 and not view.connected:
        return f'Waiting for the allocator of {view.cell_id} ...'
    ended, total = ended_and_all(view)
    tasks = f'{ended} of {total} tasks done.' if total else 'No tasks yet.'
    return f'No open cases. {tasks}'
