"""Preferences: what a cell's costs are weighed by."""

from __future__ import annotations

from dataclasses import dataclass, field

from cobot_alloc.domain.labour import Ergonomics
from cobot_alloc.domain.scheduling.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """
    What a cell's costs are weighed by.

    :ivar name: of the policy, for explanations.
    :ivar seed: of the draws by which little-known arms are tried; None: none are made.
    """

    name: str = ''
    policy: Policy = field(default_factory=Policy)
    ergonomics: Ergonomics = field(default_factory=Ergonomics)
    seed: int | None = None
