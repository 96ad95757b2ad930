"""The gateway's blocking calls, made in threads, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock

from textual.app import App
from textual.message import Message
from textual.worker import get_current_worker

from cobot_alloc.application.supervisor_ports import Answer, SupervisorGateway
from cobot_alloc.domain.case import Action, Subject
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.tui.messages import Answered, Explained, NotExplained, OffersCame, OffersRefused
from cobot_alloc.tui.offer_book import Refusal
from cobot_alloc.tui.requests import Request


class Calls:
    """Makes the calls and posts what came of them to the app."""

    def __init__(self, app: App[None], gateway: SupervisorGateway) -> None:
        """Nothing is called yet."""
        self._app = app
        self._gateway = gateway
        # The gateway allows one call at a time. A call that was superseded while it waited
        # for its turn is never made, so an action waits for one call at most.
        self._turn = Lock()

    def fetch_offers(self, subject: Subject, *, group: str) -> None:
        """Ask what may be done; a newer question in the group supersedes this one."""
        self._run(partial(self._offers, subject), group=group)

    def act(self, request: Request) -> None:
        """Deliver a request."""
        group = 'stop' if request.action is Action.STOP else 'act'
        self._run(partial(self._answer, request), group=group)

    def explain(self, task_id: str) -> None:
        """Ask why a task went where it went."""
        self._run(partial(self._explanation, task_id), group='explain')

    def _run(self, call: Callable[[], Message], *, group: str) -> None:
        def work() -> None:
            worker = get_current_worker()
            with self._turn:
                if worker.is_cancelled:
                    return
                message = call()
            # Once made, a call counts, superseded or not: its answer says what it is about.
            self._app.post_message(message)

        self._app.run_worker(work, thread=True, group=group, exclusive=True)

    def _offers(self, subject: Subject) -> Message:
        try:
            return OffersCame(self._gateway.offers(subject))
        except Exception as error:  # noqa: BLE001 - the screen outlives any failed call
            return OffersRefused(subject, _refusal(error))

    def _answer(self, request: Request) -> Message:
        try:
            return Answered(request, self._act(request))
        except Exception as error:  # noqa: BLE001 - the screen outlives any failed call
            refusal = _refusal(error)
            answer = Answer(done=False, reason_code=refusal.code, message=refusal.message)
            return Answered(request, answer)

    def _act(self, request: Request) -> Answer:
        return self._gateway.act(
            request.subject,
            request.action,
            version=request.version,
            note=request.note,
            offer=request.offer,
        )

    def _explanation(self, task_id: str) -> Message:
        try:
            return Explained(task_id, self._gateway.explain(task_id))
        except Exception as error:  # noqa: BLE001 - the screen outlives any failed call
            return NotExplained(task_id, _refusal(error))


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refused):
        return Refusal(code=error.code, message=str(error))
    return Refusal(code=RefusalCode.CALL_FAILED, message=f'{type(error).__name__}: {error}')
