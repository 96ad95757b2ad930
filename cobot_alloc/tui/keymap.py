"""Which key takes which of the offered actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase, digits

from cobot_alloc.application.supervisor_ports import Offer

#: Keys of the terminal itself; no action gets one, whatever its offer suggests.
RESERVED = frozenset('c?pqw!')


def assign_keys(offers: Sequence[Offer]) -> dict[str, Offer]:
    """
    Return the offers by key, in the order in which they were made.

    A suggested key is taken if it is one free character. The others get a letter of their
    label, or any that is left.
    """
    keys: dict[str, Offer] = {}
    for offer in offers:
        if _is_usable(offer.key):
            keys.setdefault(offer.key, offer)
    for offer in offers:
        if offer not in keys.values():
            free = (key for key in _candidates(offer) if _is_usable(key) and key not in keys)
            keys.update({key: offer for key in [next(free, '')] if key})
    return dict(sorted(keys.items(), key=lambda item: offers.index(item[1])))


def find_offer(keys: Mapping[str, Offer], character: str | None) -> Offer | None:
    """Return the offer behind a key; with caps lock on, a letter still counts."""
    if character is None:
        return None
    return keys.get(character) or keys.get(character.lower())


def _candidates(offer: Offer) -> Iterator[str]:
    yield from (letter for letter in offer.label.lower() if letter in ascii_lowercase)
    yield from ascii_lowercase + digits


def _is_usable(key: str) -> bool:
    return len(key) == 1 and key.isprintable() and not key.isspace() and key not in RESERVED
