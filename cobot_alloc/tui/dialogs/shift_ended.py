"""The last page of a shift; it closes by itself."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.tui.waiting import ended_and_all
from cobot_alloc.tui.widgets.progress_line import progress
from cobot_alloc.tui.wording import count_of


class ShiftEndedDialog(ModalScreen[bool]):
    """Gives back whether to quit: after a while or a key; not if the person pressed Esc."""

    def __init__(self, view: CellView, *, close_after_s: int) -> None:
        """Take the last view of the shift."""
        super().__init__()
        self._view = view
        self._left_s = close_after_s

    def compose(self) -> ComposeResult:
        """Lay out the figures and the countdown."""
        with Vertical(classes='dialog') as box:
            box.border_title = 'Shift ended'
            yield Static(_sum(self._view), classes='line')
            yield Static(progress(self._view), classes='line')
            yield Static(self._countdown(), id='countdown')

    def on_mount(self) -> None:
        """Start counting."""
        self.set_interval(1.0, self.count_down)

    def on_key(self, event: events.Key) -> None:
        """Quit on any key, stay on Esc."""
        event.stop()
        self.dismiss(event.key != 'escape')

    def count_down(self) -> None:
        """Let one of the last seconds pass; the last of them closes the terminal."""
        self._left_s -= 1
        if self._left_s <= 0:
            self.dismiss(result=True)
        else:
            self.query_one('#countdown', Static).update(self._countdown())

    def _countdown(self) -> str:
        return f'Closes in {self._left_s} s. Any key closes now, Esc stays.'


def _sum(view: CellView) -> str:
    ended, total = ended_and_all(view)
    answered = sum(bool(case.resolved_by) for case in view.cases.values())
    return f'{ended} of {count_of(total, "task")} done, {count_of(answered, "question")} answered.'
