"""The main screen: desk above, selection and arms below."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import DataTable

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.case import Subject
from cobot_alloc.tui.details import describe
from cobot_alloc.tui.messages import Chosen, Picked
from cobot_alloc.tui.widgets.action_bar import ActionBar
from cobot_alloc.tui.widgets.cell_bar import CellBar
from cobot_alloc.tui.widgets.desk import Desk
from cobot_alloc.tui.widgets.details_pane import DetailsPane
from cobot_alloc.tui.widgets.key_line import KeyLine
from cobot_alloc.tui.widgets.live_table import LiveTable
from cobot_alloc.tui.widgets.progress_line import ProgressLine
from cobot_alloc.tui.widgets.side_pane import SidePane


class DeskScreen(Screen[None]):
    """Shows a view; asks nothing of the gateway itself."""

    BINDINGS = [  # noqa: RUF012 - as the library declares it
        Binding('escape', 'back', 'Back to the desk', show=False),
        # Before the table's own: the list is short, the details may not be.
        Binding('pagedown', 'scroll_details(1)', 'Scroll', show=False, priority=True),
        Binding('pageup', 'scroll_details(-1)', 'Scroll', show=False, priority=True),
    ]

    def __init__(self, *, actor: str) -> None:
        """Remember whose terminal it is."""
        super().__init__()
        self._actor = actor
        self._is_at_side = False

    def compose(self) -> ComposeResult:
        """Lay out the parts."""
        yield CellBar(self._actor)
        yield Desk()
        with Horizontal(id='lower'):
            yield DetailsPane()
            yield SidePane()
        yield ProgressLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the desk."""
        self.query_one(Desk).table.focus()

    @property
    def subject(self) -> Subject | None:
        """What is selected: on the desk, or among the agents once the person went there."""
        return self._table.subject

    @property
    def _table(self) -> LiveTable:
        return self.query_one('#agent-table' if self._is_at_side else '#desk-table', LiveTable)

    @property
    def actions(self) -> ActionBar:
        """The actions on the selection."""
        return self.query_one(DetailsPane).actions

    def show(self, view: CellView) -> None:
        """Bring everything up to date."""
        self.set_class(not view.connected, 'lost')
        self.query_one(CellBar).show(view)
        self.query_one(Desk).show(view)
        self.query_one(SidePane).show(view)
        self.query_one(ProgressLine).show(view)
        self.show_details(view)

    def show_details(self, view: CellView) -> None:
        """Bring the pane about the selection up to date."""
        self.query_one(DetailsPane).show(describe(self.subject, view))

    @on(Picked)
    def _remember_table(self, event: Picked) -> None:
        # On the way to a button the selection stays, so the focus alone does not tell.
        side = self.query_one(SidePane).table
        self._is_at_side = event.table is side
        side.set_class(self._is_at_side, 'chosen')

    @on(Chosen)
    def _leave_button(self) -> None:
        # The button may be gone in a moment; the arrow keys are to work all the same.
        self._table.focus()

    def on_key(self, event: events.Key) -> None:
        """Take an offered action by its key."""
        request = self.actions.request_for(event.character)
        if request is not None:
            event.stop()
            # From here and not from the bar: a message stops where it was caused.
            self.post_message(Chosen(request))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Move on from a row to its actions."""
        event.stop()
        self.actions.focus_first()

    def action_back(self) -> None:
        """Go back to the desk."""
        self.query_one(Desk).table.focus()

    def action_scroll_details(self, pages: int) -> None:
        """Turn the pages of the details."""
        self.query_one(DetailsPane).turn(pages)
