"""How a chain of links follows its joints: inverse kinematics, Jacobian, inverse dynamics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
import pybullet

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.engine.terms import ORIGIN

Array = NDArray[np.float64]


class Dynamics:
    """
    Questions about the chains of one client.

    Where positions of joints are asked for, they are those of all that move, in the order of
    their numbers.
    """

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def inverse_kinematics(
        self, body: int, link: int, pose: Pose, *, damping: Sequence[float]
    ) -> Array:
        """
        Return positions of all moving joints that bring a link to a pose, (joints,).

        The damped solver with many iterations: exact to micrometres where there is a solution,
        but it ignores the joints' limits. It starts from where the joints are, and moves them.
        """
        found = pybullet.calculateInverseKinematics(
            body,
            link,
            pose.position,
            pose.orientation,
            jointDamping=damping,
            maxNumIterations=200,
            residualThreshold=1e-6,
            physicsClientId=self._client,
        )
        return np.array(found)

    def jacobian(self, body: int, link: int, positions: Sequence[float]) -> Array:
        """
        Return how a link follows the joints, (6, joints): linear, then angular velocity.

        That of the link's centre of mass, in frame world, per rad/s or m/s of each joint.
        """
        still = [0.0] * len(positions)
        linear, angular = pybullet.calculateJacobian(
            body, link, ORIGIN, positions, still, still, physicsClientId=self._client
        )
        return np.vstack((linear, angular))

    def inverse_dynamics(
        self,
        body: int,
        positions: Sequence[float],
        velocities: Sequence[float],
        accelerations: Sequence[float],
    ) -> Array:
        """Return what the joints need to move like this, gravity included, (joints,), Nm or N."""
        efforts = pybullet.calculateInverseDynamics(
            body, positions, velocities, accelerations, physicsClientId=self._client
        )
        return np.asarray(efforts)
