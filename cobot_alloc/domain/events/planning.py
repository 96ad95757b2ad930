"""Events about the plan."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.events.base import Event
from cobot_alloc.domain.reservation import Reservation


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAdopted(Event):
    """
    Another plan is in force.

    :ivar cost_s: by the policy, from then on, in seconds; ``instead_of_s`` that of the plan
        before it, for the same work at the same time, or None if there was none.
    :ivar policy: the policy's name.
    :ivar origin: what found it.
    """

    reservations: tuple[Reservation, ...]
    cost_s: float
    instead_of_s: float | None
    policy: str
    origin: str
