"""Offers: what a person may do about a subject now."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.case import Action, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    One action that may be taken now.

    :ivar key: suggested key of a terminal.
    :ivar asserts_part: the part that the person, by acting, says is at ``asserts_location``.
    """

    action: Action
    label: str
    key: str
    help: str = ''
    needs_note: bool = False
    asserts_part: str = ''
    asserts_location: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The actions on a subject, good for one version of it."""

    subject: Subject
    version: int
    actions: tuple[Offer, ...]
