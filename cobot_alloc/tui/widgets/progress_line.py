"""How far the tasks are, in one line."""

from __future__ import annotations

from collections import Counter

from rich.text import Text
from textual.widgets import Static

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.lifecycles.task import FINAL, TaskState
from cobot_alloc.tui.palette import QUIET, STATE_COLOURS
from cobot_alloc.tui.wording import plain

BAR_WIDTH = 20


class ProgressLine(Static):
    """A bar of the ended tasks, and the counts by state."""

    def show(self, view: CellView) -> None:
        """Bring it up to date."""
        self.update(progress(view))


def progress(view: CellView) -> Text:
    """Return the bar and the counts."""
    counts = Counter(task.state for task in view.tasks.values())
    total = sum(counts.values())
    if not total:
        return Text('No tasks yet.', style=QUIET)
    ended = sum(counts[state] for state in FINAL)
    line = _bar(counts, total=total).append(f' {ended}/{total} done', 'bold')
    for state in TaskState:
        if counts[state]:
            line.append(f'  {counts[state]} {plain(state.value)}', STATE_COLOURS[state])
    return line


def _bar(counts: Counter[TaskState], *, total: int) -> Text:
    bar = Text()
    ended = 0
    # Each state's stretch ends where its share of all tasks ends, so that the stretches add
    # up to the bar whatever the rounding.
    for state in TaskState:
        if state in FINAL:
            start = ended * BAR_WIDTH // total
            ended += counts[state]
            bar.append('█' * (ended * BAR_WIDTH // total - start), STATE_COLOURS[state])
    return bar.append('░' * (BAR_WIDTH - len(bar.plain)), QUIET)
