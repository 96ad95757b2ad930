"""The pane about the selection: what it is, and what may be done about it now."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.markup import escape
from textual.widgets import Static

from cobot_alloc.tui.details import Details
from cobot_alloc.tui.palette import QUIET
from cobot_alloc.tui.widgets.action_bar import ActionBar


class DetailsPane(Vertical):
    """Facts above, actions below."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._shown: Details | None = None

    def compose(self) -> ComposeResult:
        """Lay out both."""
        with VerticalScroll(can_focus=False):
            yield Static(id='details', markup=False)
        yield ActionBar()

    @property
    def actions(self) -> ActionBar:
        """The actions."""
        return self.query_one(ActionBar)

    def show(self, details: Details) -> None:
        """Show what there is to know."""
        if details == self._shown:
            return
        if self._shown is None or details.name != self._shown.name:
            self.border_title = escape(details.name)
            self.query_one(VerticalScroll).scroll_home(animate=False)
        self._shown = details
        self.query_one('#details', Static).update(laid_out(details))

    def turn(self, pages: int) -> None:
        """Scroll by pages; up if negative."""
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_relative(y=pages * scroll.size.height, animate=False)


def laid_out(details: Details) -> RenderableType:
    """Return the details as they are printed."""
    parts: list[RenderableType] = []
    if details.marks:
        parts.append(Text('   ').join(details.marks))
    parts.append(Text(details.title, style='bold'))
    if details.paragraph:
        parts.append(Text(details.paragraph))
    if details.facts:
        parts += [Text(''), _grid(details)]
    return Group(*parts)


def _grid(details: Details) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style=QUIET, no_wrap=True)
    grid.add_column(overflow='fold')
    for label, value in details.facts:
        grid.add_row(label, value)
    return grid
