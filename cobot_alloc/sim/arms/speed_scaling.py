"""How fast an arm runs along its path: a scale that never jumps."""

from __future__ import annotations

STOP_S = 0.25  #: from any speed to rest
START_S = 0.4  #: back to speed


class SpeedScaling:
    """
    A speed scale of 0 to 1 that follows its target smoothly.

    :ivar scale: of the planned speed, now.
    """

    def __init__(self) -> None:
        """Begin at rest."""
        self.scale = 0.0
        self._from = 0.0
        self._target = 0.0
        self._elapsed_s = 0.0

    def advance(self, target: float, dt: float) -> None:
        """Come nearer to the target scale, for ``dt`` seconds."""
        if self.scale == target == self._target:
            return
        if target != self._target:
            self._from, self._target, self._elapsed_s = self.scale, target, 0.0
        self._elapsed_s += dt
        ramp_s = STOP_S if self._target < self._from else START_S
        u = min(self._elapsed_s / ramp_s, 1.0)
        self.scale = self._from + (self._target - self._from) * u * u * (3.0 - 2.0 * u)
