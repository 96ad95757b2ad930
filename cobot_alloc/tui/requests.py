"""What a person asked the cell to do, as it goes to the gateway."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.application.supervisor_ports import Offer, Offers
from cobot_alloc.domain.case import Action, Subject
from cobot_alloc.domain.codes import RefusalCode

#: Actions that are sent at once. Whatever may set an arm in motion, settle what becomes of a
#: part or leave the cell without a person is asked back first. A stop never is.
AT_ONCE = frozenset({Action.CLAIM, Action.RELEASE, Action.SIGN_ON, Action.STOP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An action on a subject, with the version of it that the person saw."""

    subject: Subject
    action: Action
    version: int
    label: str
    offer: Offer | None = None
    note: str = ''

    @classmethod
    def of(cls, offer: Offer, offers: Offers) -> Request:
        """Return the request that takes an offer."""
        return cls(
            subject=offers.subject,
            action=offer.action,
            version=offers.version,
            label=offer.label,
            offer=offer,
        )

    @classmethod
    def stop(cls, cell: Subject, offers: Offers | None, version: int) -> Request:
        """Return a request to stop the cell, offered or not: that is for the allocator to say."""
        for offer in offers.actions if offers else ():
            if offers and offer.action is Action.STOP:
                return cls.of(offer, offers)
        return cls(subject=cell, action=Action.STOP, version=version, label='Stop')

    @property
    def is_asked_back(self) -> bool:
        """Whether the person is to confirm it first."""
        if self.action is Action.STOP:
            return False
        return self.action not in AT_ONCE or self.needs_note or bool(self.statement)

    @property
    def needs_note(self) -> bool:
        """Whether it is refused without a note."""
        return self.offer is not None and self.offer.needs_note

    @property
    def help(self) -> str:
        """What it means, in a sentence; empty if the offer does not say."""
        return self.offer.help if self.offer else ''

    @property
    def statement(self) -> str:
        """What the person says about the world by it; empty if nothing."""
        offer = self.offer
        if offer is None or not offer.asserts_part:
            return ''
        if not offer.asserts_location:
            return f'You state: part {offer.asserts_part} is no longer in the cell.'
        return f'You state: part {offer.asserts_part} is at {offer.asserts_location}.'

    def advice(self, reason_code: str) -> str:
        """Say what to do after it was not done for this reason; empty if nothing special."""
        if self.action is Action.STOP:
            return 'Use the stop button at the cell.'
        if reason_code == RefusalCode.STALE_VERSION:
            return 'You see now what is so; decide again.'
        return ''
