"""The supervisor's terminal on a gateway."""

from __future__ import annotations

from collections.abc import Callable
import time

from textual import on
from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from cobot_alloc.application.pictures import picture_of
from cobot_alloc.application.supervisor_ports import CellView, SupervisorGateway
from cobot_alloc.domain.case import Subject, SubjectKind
from cobot_alloc.tui import messages
from cobot_alloc.tui.acting import Acting
from cobot_alloc.tui.calls import Calls
from cobot_alloc.tui.desk_screen import DeskScreen
from cobot_alloc.tui.dialogs.cell import CellDialog
from cobot_alloc.tui.dialogs.confirm import ConfirmDialog
from cobot_alloc.tui.dialogs.picture import PictureDialog
from cobot_alloc.tui.dialogs.reading import ReadingDialog
from cobot_alloc.tui.dialogs.shift_ended import ShiftEndedDialog
from cobot_alloc.tui.explanation_page import explanation_page
from cobot_alloc.tui.help_page import help_page
from cobot_alloc.tui.news import closed_by_other, has_new_case, reasons_to_stay
from cobot_alloc.tui.offer_book import OfferBook
from cobot_alloc.tui.palette import THEME
from cobot_alloc.tui.requests import Request
from cobot_alloc.tui.standing import Standing, standing_of
from cobot_alloc.tui.waiting import case_behind, task_behind
from cobot_alloc.tui.wording import plain

#: How long the last page of a shift stays before the terminal closes by itself.
LAST_PAGE_S = 8


class SupervisorApp(App[None]):
    """Shows what waits for a person, and takes their answers to the gateway."""

    TITLE = 'cobot_alloc supervisor'
    CSS_PATH = 'supervisor.tcss'
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, '-narrow'), (100, '-wide')]  # noqa: RUF012 - the library's way
    BINDINGS = [  # noqa: RUF012 - as the library declares it
        Binding('c,C', 'cell', 'Cell'),
        # Before every other binding, so that it works from a text field too.
        Binding('exclamation_mark', 'stop', 'Stop', priority=True),
        Binding('w,W', 'why', 'Why'),
        Binding('p,P', 'picture', 'Picture'),
        Binding('question_mark', 'help', 'Help'),
        Binding('q,Q', 'leave', 'Quit'),
    ]

    def __init__(
        self,
        gateway: SupervisorGateway,
        *,
        actor: str,
        poll_hz: float = 4.0,
        exit_when: Callable[[CellView], bool] | None = None,
    ) -> None:
        """
        Take a gateway, which remains the caller's to close.

        :param actor: the person whose key the gateway holds.
        :param poll_hz: how often the view is looked at; 0 for never by itself.
        :param exit_when: tells from the view that the shift has ended.
        """
        super().__init__()
        self._gateway = gateway
        self._actor = actor
        self._poll_hz = poll_hz
        self._exit_when = exit_when
        self._calls = Calls(self, gateway)
        self._acting = Acting(self, self._calls)
        self._book = OfferBook()
        self.desk = DeskScreen(actor=actor)
        self._view = gateway.view()
        self._is_over = False
        self.register_theme(THEME)
        self.theme = THEME.name

    def get_default_screen(self) -> Screen[None]:
        """Begin with the desk."""
        return self.desk

    def on_ready(self) -> None:
        """Show the first view and begin to look for others."""
        self.desk.show(self._view)
        self.refresh_view()
        if self._poll_hz > 0:
            self.set_interval(1.0 / self._poll_hz, self.refresh_view)

    # The view

    def refresh_view(self) -> None:
        """Take over the gateway's view; draw only what differs."""
        before, self._view = self._view, self._gateway.view()
        if _face(before) != _face(self._view):
            looked_at = self.desk.subject
            self.desk.show(self._view)
            self._tell_news(looked_at, before)
        self._tend()
        self._end_shift()

    def _tell_news(self, looked_at: Subject | None, before: CellView) -> None:
        if has_new_case(before, self._view):
            self.bell()
        closed = closed_by_other(looked_at, before, self._view, actor=self._actor)
        if closed:
            self.notify(closed, markup=False)

    def _end_shift(self) -> None:
        was_over = self._is_over
        is_over = self._exit_when is not None and self._exit_when(self._view)
        # Whoever is in the middle of a question is not torn out of it.
        self._is_over = is_over and (was_over or self.screen is self.desk)
        if self._is_over and not was_over:
            page = ShiftEndedDialog(self._view, close_after_s=LAST_PAGE_S)
            self.push_screen(page, lambda quits: self.exit() if quits else None)

    # The offers

    @property
    def _cell(self) -> Subject:
        return Subject(SubjectKind.CELL, self._view.cell_id)

    @on(messages.Picked)
    def _look_at_other(self) -> None:
        self.desk.show_details(self._view)
        if self.desk.subject is not None:
            self._book.doubt(self.desk.subject)
        self._tend()

    def _tend(self) -> None:
        """Ask for the offers that are due, and show those that are known."""
        now_s = time.monotonic()
        for subject, group in ((self.desk.subject, 'selection'), (self._cell, 'cell')):
            if subject is not None and self._book.is_due(subject, self._view, monotonic_s=now_s):
                self._book.ask(subject, self._view, monotonic_s=now_s)
                self._calls.fetch_offers(subject, group=group)
        self._show_actions()

    def _show_actions(self) -> None:
        self.desk.actions.show(self._standing(self.desk.subject))
        if isinstance(self.screen, CellDialog):
            self.screen.show(self._view, self._standing(self._cell))

    def _standing(self, subject: Subject | None) -> Standing:
        return standing_of(
            subject, self._book, self._view, actor=self._actor, sending=self._acting.sending
        )

    @on(messages.OffersCame)
    def _take_offers(self, event: messages.OffersCame) -> None:
        self._book.keep(event.offers)
        self._show_actions()

    @on(messages.OffersRefused)
    def _miss_offers(self, event: messages.OffersRefused) -> None:
        self._book.refuse(event.subject, event.refusal)
        self._show_actions()

    # Acting

    @on(messages.Chosen)
    def _choose(self, event: messages.Chosen) -> None:
        self._consider(event.request)

    def _consider(self, request: Request | None) -> None:
        if request is not None:
            self._acting.consider(request, self._view)
            self._show_actions()

    @on(messages.Answered)
    def _take_answer(self, event: messages.Answered) -> None:
        self._acting.take_answer(event.request, event.answer)
        self._book.doubt(event.request.subject)
        self.refresh_view()

    async def action_stop(self) -> None:
        """Open what may be done about the cell; a second time there, stop it."""
        if not isinstance(self.screen, CellDialog):
            await self.action_cell()
            return
        self.screen.action_back()
        # Asked of the allocator whatever the screen knows: a stop is never held back here.
        offers = self._book.offers(self._cell)
        self._acting.send(Request.stop(self._cell, offers, self._view.version))

    # Other pages

    async def action_cell(self) -> None:
        """Show what may be done about the cell."""
        await self.push_screen(CellDialog(actor=self._actor), self._consider)
        self._show_actions()

    def action_help(self) -> None:
        """Show the help page."""
        self.push_screen(ReadingDialog(title='Help', text=help_page()))

    def action_why(self) -> None:
        """Ask why the selected task went where it went."""
        task_id = task_behind(self.desk.subject, self._view)
        if task_id:
            self._calls.explain(task_id)
        else:
            self.notify('Choose a task, or a case about one, to see why it went where it went.')

    def action_picture(self) -> None:
        """Show the picture of the failure behind the selection."""
        case = case_behind(self.desk.subject, self._view)
        if case is None or not case.failure.picture:
            self.notify('Choose a case that has a picture.')
            return
        path, uri = picture_of(case.failure), case.failure.picture
        self.push_screen(PictureDialog(title=f'{case.case_id}: {case.title}', uri=uri, path=path))

    @on(messages.Explained)
    def _show_explanation(self, event: messages.Explained) -> None:
        page = explanation_page(event.explanation)
        self.push_screen(ReadingDialog(title=f'Why: task {event.task_id}', text=page))

    @on(messages.NotExplained)
    def _miss_explanation(self, event: messages.NotExplained) -> None:
        title = f'No explanation: {plain(event.refusal.code)}'
        self.notify(event.refusal.message, title=title, severity='error', markup=False)

    def action_leave(self) -> None:
        """Quit; ask back if something would be left behind."""
        reasons = () if self._is_over else reasons_to_stay(self._view, actor=self._actor)
        if not reasons:
            self.exit()
            return
        dialog = ConfirmDialog(title='Quit?', lines=reasons, confirm='Quit')
        self.push_screen(dialog, lambda note: self.exit() if note is not None else None)


def _face(view: CellView) -> tuple[object, ...]:
    # Ages and due times are shown to the second, so a new second is a change too.
    return view.serial, view.connected, int(view.now_s)
