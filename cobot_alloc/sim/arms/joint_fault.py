"""What can be wrong with an arm: joints that do not follow, encoders that lie, no tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.failure import Failure, Phase

FOLLOWING_RAD = 0.10  #: farther from where they were sent than this, joints do not follow
FOLLOWING_S = 0.25  #: for so long


@dataclass(slots=True, eq=False)
class JointFault:
    """
    What is wrong with the joints of an arm.

    :ivar stalled_at: the posture that the joints stay in, or None.
    :ivar encoder_offset: by how much the joints are elsewhere than their encoders say, radians.
    :ivar drift_radps: how fast that grows.
    """

    encoder_offset: NDArray[np.float64]
    stalled_at: NDArray[np.float64] | None = None
    drift_radps: float = 0.0

    def go_on(self, dt: float) -> None:
        """Drift for ``dt`` seconds."""
        self.encoder_offset = self.encoder_offset + self.drift_radps * dt


class FollowingMonitor:
    """Notices, as a drive does, that the joints do not go where they are sent."""

    def __init__(self) -> None:
        """Begin with joints that follow."""
        self._off_since_s: float | None = None

    def check_following(
        self, commanded: Sequence[float], measured: Sequence[float], now_s: float
    ) -> Failure | None:
        """Return what is wrong, once it has been so for long enough."""
        error = [abs(goal - angle) for goal, angle in zip(commanded, measured, strict=True)]
        worst = error.index(max(error))
        if error[worst] < FOLLOWING_RAD:
            self._off_since_s = None
            return None
        if self._off_since_s is None:
            self._off_since_s = now_s
        if now_s - self._off_since_s < FOLLOWING_S:
            return None
        detail = (
            f'joint {worst + 1} is {error[worst]:.2f} rad from where it was sent'
            f' (at most {FOLLOWING_RAD:.2f} rad) and does not follow'
        )
        return Failure(phase=Phase.EXECUTION, code=FailureCode.NOT_FOLLOWING, detail=detail)
