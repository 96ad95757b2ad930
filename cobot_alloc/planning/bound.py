"""What every schedule of a problem costs at least, and when that proves an optimum."""

from __future__ import annotations

from dataclasses import dataclass
import math

from cobot_alloc.domain.scheduling.urgency import SAME_S


@dataclass(frozen=True, slots=True, order=True)
class Bound:
    """
    A cost that no schedule has been found to go below, by looking at all of them.

    :ivar cost_s: in seconds.
    :ivar rounding_s: by how much the least cost may be more, for rounding alone.
    """

    cost_s: float = -math.inf
    rounding_s: float = 0.0

    def proves(self, cost_s: float) -> bool:
        """
        Tell whether no schedule costs less than one of this cost, by more than ``rounding_s``.

        One that costs less than the bound proves nothing but that the bound is wrong.
        """
        return -SAME_S <= cost_s - self.cost_s <= self.rounding_s + SAME_S
