"""What may be done about the whole cell."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.tui.messages import Chosen
from cobot_alloc.tui.requests import Request
from cobot_alloc.tui.standing import Standing
from cobot_alloc.tui.widgets.action_bar import ActionBar
from cobot_alloc.tui.widgets.cell_bar import facts


class CellDialog(ModalScreen[Request | None]):
    """Gives back what the person chose, or None if they went back."""

    BINDINGS = [  # noqa: RUF012 - as the library declares it
        Binding('escape,c', 'back', 'Back'),
    ]

    def __init__(self, *, actor: str) -> None:
        """Remember whose terminal it is."""
        super().__init__()
        self._actor = actor

    def compose(self) -> ComposeResult:
        """Lay out the facts and the actions."""
        with Vertical(classes='dialog') as box:
            box.border_title = 'Cell'
            box.border_subtitle = 'Esc back   ! stop'
            yield Static(classes='line')
            yield ActionBar()

    def show(self, view: CellView, standing: Standing) -> None:
        """Bring it up to date."""
        self.query_one('.line', Static).update(facts(view, actor=self._actor))
        self.query_one(ActionBar).show(standing)

    def on_key(self, event: events.Key) -> None:
        """Take an offered action by its key."""
        request = self.query_one(ActionBar).request_for(event.character)
        if request is not None:
            event.stop()
            self.dismiss(request)

    @on(Chosen)
    def _choose(self, event: Chosen) -> None:
        event.stop()
        self.dismiss(event.request)

    def action_back(self) -> None:
        """Go back; nothing is sent."""
        self.dismiss(None)
