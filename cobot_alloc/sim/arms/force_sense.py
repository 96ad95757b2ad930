"""Feel at an arm's joints what pulls at its tool."""

from __future__ import annotations

import numpy as np

from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.world import ToolKind


class PullSense:
    """
    The force at a tool, from how the torques of a resting arm differ from those without it.

    An arm at rest is in balance: motor torque and J^T F of what pulls at the tool make up for
    gravity. So F is what explains best, in the sense of least squares, by how much the torques
    have changed since ``tare``.
    """

    def __init__(self, body: ArmBody, kind: ToolKind) -> None:
        """Begin with the present torques as those without a pull."""
        self._body = body
        self._kind = kind
        self._since = 0
        self.tare()

    def tare(self) -> None:
        """Take the present torques as those without a pull; the arm must be at rest."""
        self._without = np.asarray(self._body.torques)
        # The arm stands still from now on, so its Jacobian stays what it is.
        self._solve = np.linalg.pinv(self._body.jacobian(self._kind).T)
        self._since = 0

    @property
    def force_n(self) -> float:
        """The force that pulls at the tool now, newtons."""
        change = np.asarray(self._body.torques) - self._without
        return float(np.linalg.norm((self._solve @ change)[:3]))

    def is_pulled(self, force_n: float, periods: int) -> bool:
        """
        Tell whether at least so much force has been felt in so many periods on end.

        To be asked once in each control period. A bump is over before that.
        """
        self._since = self._since + 1 if self.force_n >= force_n else 0
        return self._since >= periods
