"""What is shown where the actions are: the offers, and why they cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.application.supervisor_ports import CellView, Offers
from cobot_alloc.domain.case import Subject, SubjectKind
from cobot_alloc.tui.offer_book import OfferBook
from cobot_alloc.tui.requests import Request
from cobot_alloc.tui.wording import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand with the actions on a subject."""

    offers: Offers | None = None
    remark: str = ''
    is_enabled: bool = False


def standing_of(
    subject: Subject | None,
    book: OfferBook,
    view: CellView,
    *,
    actor: str,
    sending: Request | None,
) -> Standing:
    """Return how things stand; whatever cannot be taken has a reason."""
    if subject is None:
        return Standing()
    offers, refusal = book.offers(subject), book.refusal(subject)
    if not view.connected:
        return Standing(offers=offers, remark='Actions are off: the allocator is not heard.')
    if sending is not None:
        return Standing(offers=offers, remark=f'Sending: {sending.label} ...')
    if refusal is not None:
        return Standing(remark=f'No actions ({plain(refusal.code)}): {refusal.message}')
    if offers is None:
        return Standing(remark='Asking what can be done ...')
    return Standing(offers=offers, remark=_remark(offers, view, actor), is_enabled=True)


def _remark(offers: Offers, view: CellView, actor: str) -> str:
    if not offers.actions:
        return 'Nothing can be done about this now.'
    if actor not in view.people and offers.subject.kind is not SubjectKind.CELL:
        return 'You are not signed on: press c first.'
    return ''
