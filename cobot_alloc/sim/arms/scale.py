"""Weigh at an arm's joints what is in its grip, while it is lifted and at rest."""

from __future__ import annotations

from collections import deque

import numpy as np

from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.world import ToolKind

ERROR = 0.03  #: of what is weighed, as a share of it: less than this at any speed
ERROR_KG = 0.03  #: and this, where it weighs next to nothing
_READINGS = 4  # so many on end have to be too much
_LOOK_M = 0.03  # what was not too heavy on its first centimetres is not on those that follow
_FREE_M = 0.003  # lifted less than this, a part may still be borne by what it stood on
_INSTANT_S = 1e-3
_UP = np.array((0.0, 0.0, 9.81))  # what bears the weight of 1 kg, N


class Scale:
    """
    The mass of what hangs at a tool, from the torques that the arm alone does not account for.

    To hold a mass m and to accelerate it takes the torques J^T m (a + g), with the Jacobian J
    and the acceleration a of the tool's centre point. Inverse dynamics tells what the arm and
    its tools take; of what is left of the torques, the m that explains most, in the sense of
    least squares, is the reading. While something else bears the part as well, it is less.
    """

    def __init__(self, body: ArmBody, kind: ToolKind) -> None:
        """Begin before the lift. ``close`` must be called in the end."""
        self._body = body
        self._kind = kind
        self._readings: deque[float] = deque(maxlen=_READINGS)
        self._from_m: float = body.tool_pose(kind).position[2]
        body.sense_force(on=True)

    def close(self) -> None:
        """Weigh no longer."""
        self._body.sense_force(on=False)

    def describe(self) -> str:
        """Say what hangs at the tool of an arm at rest."""
        mass_kg = self.mass_kg
        if self._risen_m < _FREE_M:
            return f'at least {mass_kg:.2f} kg, weighed at the joints'
        error_kg = ERROR * mass_kg + ERROR_KG
        return f'{mass_kg:.2f} kg, weighed at the joints to {error_kg:.2f} kg'

    @property
    def mass_kg(self) -> float:
        """What hangs at the tool now."""
        now, soon = (self._body.jacobian(self._kind, in_s=at)[:3] for at in (0.0, _INSTANT_S))
        turning = (soon - now) / _INSTANT_S
        acceleration = now @ self._body.accelerations + turning @ self._body.velocities
        per_kg = now.T @ (acceleration + _UP)
        left_nm = np.asarray(self._body.torques) - self._body.own_torques()
        return float(left_nm @ per_kg / (per_kg @ per_kg))

    def is_above(self, limit_kg: float) -> bool:
        """
        Tell whether it is certain that something heavier than this is being lifted.

        To be asked again and again while it is lifted.
        """
        if self._risen_m > _LOOK_M:
            return False
        self._readings.append(self.mass_kg)
        sure_kg = limit_kg * (1.0 + ERROR) + ERROR_KG
        return len(self._readings) == _READINGS and min(self._readings) > sure_kg

    @property
    def _risen_m(self) -> float:
        return self._body.tool_pose(self._kind).position[2] - self._from_m
