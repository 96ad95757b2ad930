"""
How a person's body is made and how it bends: where trunk and arms are for a hand somewhere.

In the person's own frame: origin on the floor between the feet, x ahead, y to the left, z up.
Lengths as shares of the height are those of Drillis and Contini (1966), as given by Winter,
Biomechanics and Motor Control of Human Movement.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, dist, hypot, radians, sin, sqrt

from cobot_alloc.domain.geometry import Capsule, Vector

ARM_RADIUS_M = 0.045
_TRUNK_RADIUS_M = 0.14
_LEG_RADIUS_M = 0.13
_HEAD_RADIUS_M = 0.105
_HIP, _SHOULDER, _HALF_WIDTH = 0.530, 0.818, 0.129
_UPPER_ARM, _FOREARM, _TO_GRIP = 0.186, 0.146, 0.054  # the grip is in the middle of the hand
_LEAN = radians(75.0)  # of the trunk, at most
_CROUCH = 0.30  # by which the hips come down at most, as a share of the height
_STRETCH = 0.97  # of its length, an arm is not stretched farther
_TRIES = 24
RIGHT, LEFT = -1.0, 1.0  #: side of an arm, the sign of its y


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The proportions of one person, metres."""

    height_m: float
    radius_m: float

    @property
    def ready(self) -> Vector:
        """Where a hand is that is about to reach, or that carries."""
        return (0.22 * self.height_m, -0.06 * self.height_m, 0.62 * self.height_m)

    @property
    def reach_m(self) -> float:
        """How far from the shoulder the grip of a hand can be."""
        return _STRETCH * (self._upper_m + self._fore_m)

    def bend_for(self, hand: Vector) -> float | None:
        """Return how far to bend, 0 to 1, so that the right hand gets there; None: it cannot."""
        last = 0.0
        for number in range(_TRIES + 1):
            bend = number / _TRIES
            if dist(self._shoulder(bend, RIGHT), hand) <= self.reach_m:
                return self._least(last, bend, hand) if number else 0.0
            last = bend
        return None

    def hanging(self, bend: float, side: float) -> Vector:
        """Return where a hand is that hangs down."""
        x, y, z = self._shoulder(bend, side)
        return (x, y, z - min(self._upper_m + self._fore_m, z - 2 * ARM_RADIUS_M))

    def trunk(self, bend: float) -> Capsule:
        """Return trunk and head in one."""
        top = self._above_neck(bend, (1.0 - _SHOULDER) * self.height_m - _TRUNK_RADIUS_M)
        return Capsule(start=self._hip(bend), end=top, radius_m=_TRUNK_RADIUS_M)

    def visible_limbs(self, bend: float) -> tuple[Capsule, Capsule, Capsule]:
        """Return trunk, head and legs one by one, for a picture."""
        hip, foot = self._hip(bend), (0.0, 0.0, _LEG_RADIUS_M)
        top_m = (1.0 - _SHOULDER) * self.height_m - _HEAD_RADIUS_M
        head = [self._above_neck(bend, top_m + by_m) for by_m in (-0.04, 0.0)]
        return (
            Capsule(start=hip, end=self.neck(bend), radius_m=_TRUNK_RADIUS_M),
            Capsule(start=head[0], end=head[1], radius_m=_HEAD_RADIUS_M),
            Capsule(start=foot, end=hip, radius_m=_LEG_RADIUS_M),
        )

    def arm(self, bend: float, side: float, hand: Vector) -> tuple[Capsule, Capsule]:
        """Return upper arm, and forearm with hand; the elbow points down and outwards."""
        shoulder = self._shoulder(bend, side)
        elbow = _elbow(shoulder, hand, self._upper_m, self._fore_m, side)
        return (
            Capsule(start=shoulder, end=elbow, radius_m=ARM_RADIUS_M),
            Capsule(start=elbow, end=hand, radius_m=ARM_RADIUS_M),
        )

    def neck(self, bend: float) -> Vector:
        """Return the middle between the shoulders."""
        x, y, z = self._hip(bend)
        trunk_m, lean = (_SHOULDER - _HIP) * self.height_m, _LEAN * bend
        return (x + trunk_m * sin(lean), y, z + trunk_m * cos(lean))

    @property
    def _upper_m(self) -> float:
        return _UPPER_ARM * self.height_m

    @property
    def _fore_m(self) -> float:
        return (_FOREARM + _TO_GRIP) * self.height_m

    def _least(self, low: float, high: float, hand: Vector) -> float:
        """Return the least bend between one that does not do and one that does."""
        for _ in range(8):
            middle = (low + high) / 2
            if dist(self._shoulder(middle, RIGHT), hand) <= self.reach_m:
                high = middle
            else:
                low = middle
        return high

    def _hip(self, bend: float) -> Vector:
        return (0.0, 0.0, (_HIP - _CROUCH * bend * bend) * self.height_m)

    def _above_neck(self, bend: float, by_m: float) -> Vector:
        hip, neck = self._hip(bend), self.neck(bend)
        share = by_m / dist(hip, neck)
        x, y, z = (b + (b - a) * share for a, b in zip(hip, neck, strict=True))
        return (x, y, z)

    def _shoulder(self, bend: float, side: float) -> Vector:
        # Not wider than the body's capsule: arms that hang down are within it.
        width_m = min(_HALF_WIDTH * self.height_m, self.radius_m - ARM_RADIUS_M)
        x, y, z = self.neck(bend)
        return (x, y + side * width_m, z)


def _elbow(shoulder: Vector, hand: Vector, upper_m: float, fore_m: float, side: float) -> Vector:
    """Return where two lengths meet that begin at the shoulder and at the hand."""
    d = max(dist(shoulder, hand), 1e-6)
    along = [(b - a) / d for a, b in zip(shoulder, hand, strict=True)]
    ahead = max(-upper_m, min(upper_m, (upper_m**2 - fore_m**2 + d**2) / (2 * d)))
    aside = sqrt(max(0.0, upper_m**2 - ahead**2))
    outwards = (-0.3, 0.6 * side, -1.0)
    share = sum(a * b for a, b in zip(outwards, along, strict=True))
    pole = [a - share * b for a, b in zip(outwards, along, strict=True)]
    length = max(hypot(*pole), 1e-6)
    x, y, z = (
        s + ahead * a + aside * p / length for s, a, p in zip(shoulder, along, pole, strict=True)
    )
    return (x, y, z)
