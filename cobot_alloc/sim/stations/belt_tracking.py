"""What rides on a belt: from where on, moved by nothing but the belt."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist
from typing import TypeAlias

from cobot_alloc.sim.world import ConveyorSpec

Spot: TypeAlias = tuple[float, float]  #: along and aside on a belt, m

_FRICTION = 0.7
_LOOSE_M = 0.008  # by which a part moves that is pushed by the next one, or settles
_TOLD_S = 1 / 30  # how old the place of a part may be that is simulated elsewhere
_G = 9.81


@dataclass(slots=True)
class _Ride:
    """From where on a part rides, and how far it has come; metres."""

    begin: Spot
    belt_at_begin: float
    last: Spot
    belt_at_last: float
    farthest: float


class BeltTracking:
    """
    The parts on one belt.

    A part that rides comes no farther than the belt, slips back by no more than a little, and
    keeps to its line. What does otherwise was moved by something else, a hand: from there on
    its ride is a new one.
    """

    def __init__(self, spec: ConveyorSpec) -> None:
        """Begin with none."""
        self._rides: dict[str, _Ride] = {}
        braking_m = spec.speed_mps**2 / (2 * _FRICTION * _G)
        self._slip_m = _LOOSE_M + braking_m + spec.speed_mps * _TOLD_S

    @property
    def parts(self) -> tuple[str, ...]:
        """Those that rode when it was looked last."""
        return tuple(self._rides)

    def update(self, part: str, spot: Spot, belt_m: float) -> None:
        """Take note of where a part lies when the belt has gone so far since the beginning."""
        ride = self._rides.get(part)
        if ride is None or not self._is_carried(ride, spot, belt_m):
            self._rides[part] = _Ride(spot, belt_m, spot, belt_m, spot[0])
            return
        ride.last, ride.belt_at_last = spot, belt_m
        ride.farthest = max(ride.farthest, spot[0])

    def drop(self, part: str) -> None:
        """Take note that a part is not on the belt."""
        self._rides.pop(part, None)

    def rides_from(self, part: str, spot: Spot, within_m: float) -> bool:
        """Tell whether a part rides, and has done so from a spot on."""
        ride = self._rides.get(part)
        return ride is not None and dist(ride.begin, spot) <= within_m

    def _is_carried(self, ride: _Ride, spot: Spot, belt_m: float) -> bool:
        """Tell whether the belt alone can have brought a part to where it is seen now."""
        (along, aside), (first, line), (last, _) = spot, ride.begin, ride.last
        return (
            along <= last + (belt_m - ride.belt_at_last) + self._slip_m
            and along <= first + (belt_m - ride.belt_at_begin) + self._slip_m
            and along >= ride.farthest - _LOOSE_M
            and abs(aside - line) <= self._slip_m
        )
