"""
Messages between the parts of the terminal.

Threads change no widget: they post one of these, and its handler does.
"""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget

from cobot_alloc.application.supervisor_ports import Answer, Explanation, Offers
from cobot_alloc.domain.case import Subject
from cobot_alloc.tui.offer_book import Refusal
from cobot_alloc.tui.requests import Request


class Picked(Message):
    """The person went to a table, or to another row of it."""

    def __init__(self, table: Widget) -> None:
        """Carry the table."""
        super().__init__()
        self.table = table


class Chosen(Message):
    """The person chose an action, by key or button."""

    def __init__(self, request: Request) -> None:
        """Carry the request."""
        super().__init__()
        self.request = request


class OffersCame(Message):
    """The gateway said what may be done about a subject."""

    def __init__(self, offers: Offers) -> None:
        """Carry the offers."""
        super().__init__()
        self.offers = offers


class OffersRefused(Message):
    """The gateway did not say what may be done about a subject."""

    def __init__(self, subject: Subject, refusal: Refusal) -> None:
        """Carry the subject and the reason."""
        super().__init__()
        self.subject = subject
        self.refusal = refusal


class Answered(Message):
    """The gateway answered a request, or could not deliver it."""

    def __init__(self, request: Request, answer: Answer) -> None:
        """Carry both."""
        super().__init__()
        self.request = request
        self.answer = answer


class Explained(Message):
    """The gateway told why a task went where it went."""

    def __init__(self, task_id: str, explanation: Explanation) -> None:
        """Carry the explanation."""
        super().__init__()
        self.task_id = task_id
        self.explanation = explanation


class NotExplained(Message):
    """The gateway could not tell."""

    def __init__(self, task_id: str, refusal: Refusal) -> None:
        """Carry the reason."""
        super().__init__()
        self.task_id = task_id
        self.refusal = refusal
