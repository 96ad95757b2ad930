"""From a chosen action to its answer: asks back where needed, sends, tells what came of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual.app import App

from cobot_alloc.application.supervisor_ports import Answer, CellView
from cobot_alloc.domain.case import Action, SubjectKind
from cobot_alloc.tui.calls import Calls
from cobot_alloc.tui.details import describe
from cobot_alloc.tui.dialogs.confirm import ConfirmDialog
from cobot_alloc.tui.requests import Request
from cobot_alloc.tui.wording import plain, subject_name


class Acting:
    """
    One action at a time, except for a stop, which waits for no other.

    :ivar sending: what was sent and is not answered yet.
    """

    def __init__(self, app: App[None], calls: Calls) -> None:
        """Nothing is being sent."""
        self._app = app
        self._calls = calls
        self.sending: Request | None = None

    def consider(self, request: Request, view: CellView) -> None:
        """Send a request, after asking back if it is of that kind."""
        if not request.is_asked_back:
            self.send(request)
            return
        dialog = ConfirmDialog(
            title=f'{request.label}: {subject_name(request.subject)}',
            lines=_what_is_asked(request, view),
            statement=request.statement,
            confirm=request.label,
            needs_note=request.needs_note,
        )
        self._app.push_screen(dialog, partial(self._confirmed, request))

    def send(self, request: Request) -> None:
        """Send a request."""
        if request.action is not Action.STOP:
            self.sending = request
        self._calls.act(request)

    def take_answer(self, request: Request, answer: Answer) -> None:
        """Tell the person what came of it."""
        if self.sending is request:
            self.sending = None
        if answer.done:
            words = f'{request.label}: {subject_name(request.subject)}'
            self._app.notify(words, markup=False, timeout=3)
            return
        title = f'{request.label} was not done: {plain(answer.reason_code)}'
        advice = request.advice(answer.reason_code)
        words = f'{answer.message.rstrip(".")}. {advice}' if advice else answer.message
        self._app.notify(words, title=title, severity='error', markup=False, timeout=10)

    def _confirmed(self, request: Request, note: str | None) -> None:
        if note is not None:
            self.send(replace(request, note=note))


def _what_is_asked(request: Request, view: CellView) -> tuple[str, ...]:
    # The cell needs no introduction; of everything else the person reads what it is.
    is_cell = request.subject.kind is SubjectKind.CELL
    title = '' if is_cell else describe(request.subject, view).title
    return tuple(line for line in (title, request.help) if line)
