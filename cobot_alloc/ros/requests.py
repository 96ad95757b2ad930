"""
How the allocator asks the arms: at once, or in lockstep one request after another.

Every request has a deadline after which it is forgotten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
import time

from rclpy.task import Future

from cobot_alloc.application.inquiries import ANSWER_WITHIN_S

#: In lockstep, where time does not go on meanwhile; wall-clock seconds.
ANSWER_IN_LOCKSTEP_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    Something to be asked.

    :ivar is_ready: tells whether whoever answers it is there.
    :ivar send: sends it.
    :ivar on_answer: takes the answer, or that there is none: then the future is canceled.
    :ivar regardless: sent even if nobody seems to be there.
    """

    is_ready: Callable[[], bool]
    send: Callable[[], Future]
    on_answer: Callable[[Future], None] = lambda _: None
    regardless: bool = False


class Requests:
    """Sends each request at once; what nobody is there for is not sent."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self._pending: list[tuple[float, Future]] = []

    def ask(self, request: Request) -> None:
        """Send a request."""
        if request.regardless or request.is_ready():
            self._pending.append((time.monotonic() + ANSWER_WITHIN_S, request.send()))
            self._pending[-1][1].add_done_callback(request.on_answer)

    def sweep(self) -> None:
        """Forget what was not answered in time; call it often."""
        now = time.monotonic()
        for deadline, future in self._pending:
            if now >= deadline and not future.done():
                future.cancel()  # its client then forgets the request
        self._pending = [
            (at, future)
            for at, future in self._pending
            if not (future.done() or future.cancelled())
        ]

    def clear(self) -> None:
        """Send nothing more of what has not been sent; all has."""


class RequestsInTurn:
    """
    Sends requests in the turn of whoever asks, each once the one before is answered.

    Answers that overtake each other would make of one run another.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        """
        Begin with nothing asked.

        :param on_change: is called after each answer.
        """
        self._on_change = on_change
        self._line: deque[Request] = deque()
        self._sent: Future | None = None
        self._deadline = 0.0

    def ask(self, request: Request) -> None:
        """Put a request in line."""
        self._line.append(request)

    def sweep(self) -> None:
        """Forget what was not answered in time; call it often."""
        if self._sent is not None and time.monotonic() >= self._deadline:
            self._sent.cancel()

    def go_on(self) -> bool:
        """Send what is next in line, if it can be; return whether all has been answered."""
        if self._sent is None and self._line and self._line[0].is_ready():
            request = self._line.popleft()
            self._sent = request.send()
            self._deadline = time.monotonic() + ANSWER_IN_LOCKSTEP_S
            self._sent.add_done_callback(lambda future: self._on_answer(request, future))
        return self._sent is None and not self._line

    def clear(self) -> None:
        """Send nothing more of what has not been sent."""
        self._line.clear()

    def _on_answer(self, request: Request, future: Future) -> None:
        self._sent = None
        request.on_answer(future)
        self._on_change()
