"""The connection to the cell: the real gateway of a person, and services for the others."""

from __future__ import annotations

import threading
import time
from typing import Any

from rclpy.client import Client

from cobot_alloc.domain.errors import Refused
from cobot_alloc.ros.supervisor_client import RosGateway
from cobot_alloc_msgs import srv
from torture.history import History

#: Seconds of the wall clock: for an answer, and until a request is given up.
ANSWER_WITHIN_S = 1.0
GIVE_UP_AFTER_S = 12.0
#: Answers that only say "not now".
NOT_NOW = ('not_active', 'full', 'journal_failed')


class PersonGateway(RosGateway):
    """
    The real gateway of a person; each signed request and each answer is in the history.

    All others of this process share its node: several participants of one process can lock
    each other up for ever in Fast DDS 3.2, where one delivers to the other within the process
    while both look up types.
    """

    def __init__(self, cell_id: str, *, actor: str, signer: Any, history: History) -> None:
        """Connect."""
        self._history = history
        self.done: list[srv.ExecuteAction.Request] = []
        super().__init__(cell_id, actor=actor, signer=signer)

    def client(self, kind: Any, name: str) -> Client:
        """Return a client of a service, for ``answer_of`` in any one thread."""
        return self._node.create_client(kind, name)

    def repeat(self, request: srv.ExecuteAction.Request) -> None:
        """Send an action again that was answered as done."""
        self._history.note('action_repeated', request=request.request_id)
        response = answer_of(self._execute, request)
        if response is not None:
            self._note_answer(request, response, what='repetition_answered')

    def _call(self, client: Client, request: Any) -> Any:
        if not isinstance(request, srv.ExecuteAction.Request):
            response = answer_of(client, request)
            if response is None:
                raise Refused('no_answer', f'{client.srv_name} did not answer')
            return response
        return self._execute_until_answered(client, request)

    def _execute_until_answered(self, client: Client, request: srv.ExecuteAction.Request) -> Any:
        until = time.monotonic() + GIVE_UP_AFTER_S
        while time.monotonic() < until and not self._closing.is_set():
            self._history.note(
                'action_sent',
                request=request.request_id,
                action=request.action,
                subject=f'{request.subject_kind} {request.subject_id}',
                version=request.version,
            )
            response = answer_of(client, request)
            if response is not None and response.reason_code not in NOT_NOW:
                self._note_answer(request, response, what='action_answered')
                if response.done:
                    self.done.append(request)
                return response
        raise Refused('no_answer', f'{client.srv_name} did not answer')

    def _note_answer(self, request: Any, response: Any, *, what: str) -> None:
        self._history.note(
            what, request=request.request_id, done=response.done, code=response.reason_code
        )


def answer_of(client: Client, request: Any) -> Any:
    """Return the answer to one request, or None if there is none in time."""
    if not client.wait_for_service(timeout_sec=ANSWER_WITHIN_S):
        return None
    answered = threading.Event()
    future = client.call_async(request)
    future.add_done_callback(lambda _: answered.set())
    if not answered.wait(ANSWER_WITHIN_S):
        future.cancel()
        return None
    return future.result()
