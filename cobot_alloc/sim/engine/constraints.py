"""What ties bodies to each other, or to a place that moves."""

from __future__ import annotations

import pybullet

from cobot_alloc.domain.geometry import IDENTITY, Pose, Quaternion, Vector
from cobot_alloc.sim.engine.terms import BASE, ORIGIN

_WORLD = -1  # in place of a body


class Constraints:
    """The constraints between bodies of one client."""

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def fix(self, body: int, link: int, other: int, pose: Pose) -> int:
        """Fix another body to a link; ``pose`` is the other's, seen from the link."""
        constraint: int = pybullet.createConstraint(
            body,
            link,
            other,
            BASE,
            pybullet.JOINT_FIXED,
            ORIGIN,
            pose.position,
            ORIGIN,
            pose.orientation,
            physicsClientId=self._client,
        )
        return constraint

    def gear(
        self,
        body: int,
        joint: int,
        other: int,
        other_joint: int,
        *,
        axis: Vector,
        softness: float,
        force: float,
    ) -> int:
        """
        Gear two joints to each other, so that they go the same way at the same speed.

        :param axis: of both, in the frames of their links.
        :param softness: share of an error that is made good in a step.
        :param force: that the gear passes on at most, N or Nm.
        """
        constraint: int = pybullet.createConstraint(
            body,
            joint,
            other,
            other_joint,
            pybullet.JOINT_GEAR,
            axis,
            ORIGIN,
            ORIGIN,
            physicsClientId=self._client,
        )
        pybullet.changeConstraint(
            constraint,
            gearRatio=-1,
            erp=softness,
            maxForce=force,
            physicsClientId=self._client,
        )
        return constraint

    def hold(self, body: int, pose: Pose, *, force_n: float) -> int:
        """Hold a body in a pose, with no more than a force; ``move`` leads it on."""
        constraint: int = pybullet.createConstraint(
            body,
            BASE,
            _WORLD,
            BASE,
            pybullet.JOINT_FIXED,
            ORIGIN,
            ORIGIN,
            pose.position,
            IDENTITY,
            pose.orientation,
            physicsClientId=self._client,
        )
        pybullet.changeConstraint(constraint, maxForce=force_n, physicsClientId=self._client)
        return constraint

    def pull(self, body: int, position: Vector, *, force_n: float) -> int:
        """Pull the middle of a body to a position, with no more than a force."""
        constraint: int = pybullet.createConstraint(
            body,
            BASE,
            _WORLD,
            BASE,
            pybullet.JOINT_POINT2POINT,
            ORIGIN,
            ORIGIN,
            position,
            physicsClientId=self._client,
        )
        pybullet.changeConstraint(constraint, maxForce=force_n, physicsClientId=self._client)
        return constraint

    def move(self, constraint: int, position: Vector, orientation: Quaternion) -> None:
        """Lead what is held, or pulled at, to somewhere else."""
        pybullet.changeConstraint(
            constraint,
            jointChildPivot=position,
            jointChildFrameOrientation=orientation,
            physicsClientId=self._client,
        )

    def remove(self, constraint: int) -> None:
        """Untie it."""
        pybullet.removeConstraint(constraint, physicsClientId=self._client)
