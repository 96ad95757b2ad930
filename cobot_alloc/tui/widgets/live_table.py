"""A table that is brought up to date in place, its cursor staying with its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.widgets import DataTable

from cobot_alloc.domain.case import Subject
from cobot_alloc.tui.messages import Picked

#: What a column without a width keeps on the smallest screen.
MIN_WIDTH = 5


@dataclass(frozen=True, slots=True)
class Column:
    """A column; without a width it takes what the others leave. Figures stand to the right."""

    label: str
    width: int | None = None
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is about, and its cells."""

    subject: Subject
    cells: tuple[Text, ...]


class LiveTable(DataTable[Text]):
    """A table of subjects, one a row."""

    BINDINGS = [  # noqa: RUF012 - as the library declares it
        # By itself the library goes to the first and last column.
        Binding('home', 'scroll_top', 'First', show=False),
        Binding('end', 'scroll_bottom', 'Last', show=False),
    ]

    def __init__(self, columns: Sequence[Column], *, id: str) -> None:
        """Start empty."""
        super().__init__(id=id, cursor_type='row', cursor_foreground_priority='renderable')
        self._columns = columns
        self._shown: list[Row] = []

    @property
    def subject(self) -> Subject | None:
        """What the row under the cursor is about; None if there is no row."""
        if not self._shown:
            return None
        return self._shown[min(self.cursor_row, len(self._shown) - 1)].subject

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows; only what differs is drawn again."""
        if [row.subject for row in rows] != [row.subject for row in self._shown]:
            self._rebuild(rows)
            return
        for row, shown in zip(rows, self._shown, strict=True):
            for index, (new, old) in enumerate(zip(row.cells, shown.cells, strict=True)):
                if new != old or new.style != old.style:
                    self.update_cell(str(row.subject), str(index), new)
        self._shown = list(rows)

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._rebuild(self._shown)

    def on_focus(self) -> None:
        """Tell that this table's row counts from now on."""
        self.post_message(Picked(self))

    @on(DataTable.RowHighlighted)
    def _tell(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        if self.has_focus:
            self.post_message(Picked(self))

    def _rebuild(self, rows: Sequence[Row]) -> None:
        kept, position = self.subject, self.cursor_row
        subjects = [row.subject for row in rows]
        target = subjects.index(kept) if kept in subjects else min(position, len(rows) - 1)
        # The cursor is moved by the program here, not by the person.
        with self.prevent(DataTable.RowHighlighted):
            self.clear(columns=True)
            for index, column in enumerate(self._columns):
                width = column.width if column.width is not None else self._width_left()
                label = Text(column.label, justify='right' if column.is_figure else 'left')
                self.add_column(label, width=width, key=str(index))
            for row in rows:
                self.add_row(*row.cells, key=str(row.subject))
            self._shown = list(rows)
            self.move_cursor(row=max(target, 0), animate=False)

    def _width_left(self) -> int:
        padding = 2 * self.cell_padding * len(self._columns)
        taken = sum(column.width or 0 for column in self._columns)
        # One column is kept free for the scroll bar.
        return max(MIN_WIDTH, self.size.width - taken - padding - 1)
