"""What drives the joints of bodies."""

from __future__ import annotations

from collections.abc import Sequence

import pybullet


class Motors:
    """
    The motors of the bodies of one client; each has what it was told last until it is told anew.

    Forces are N, or Nm where a joint turns, and are never exceeded.
    """

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def lead(
        self,
        body: int,
        joints: Sequence[int],
        positions: Sequence[float],
        velocities: Sequence[float],
        forces: Sequence[float],
    ) -> None:
        """
        Lead several joints to positions that they pass at some velocities.

        No arrays: PyBullet takes numbers out of them much more slowly.
        """
        pybullet.setJointMotorControlArray(
            body,
            joints,
            pybullet.POSITION_CONTROL,
            targetPositions=positions,
            targetVelocities=velocities,
            forces=forces,
            physicsClientId=self._client,
        )

    def hold(self, body: int, joint: int, position: float, *, force: float) -> None:
        """Lead a joint to a position and hold it there."""
        pybullet.setJointMotorControl2(
            body,
            joint,
            pybullet.POSITION_CONTROL,
            targetPosition=position,
            force=force,
            physicsClientId=self._client,
        )

    def hold_all(self, body: int, joints: Sequence[int], position: float, *, force: float) -> None:
        """Lead several joints to one and the same position and hold them there."""
        pybullet.setJointMotorControlArray(
            body,
            joints,
            pybullet.POSITION_CONTROL,
            targetPositions=[position] * len(joints),
            forces=[force] * len(joints),
            physicsClientId=self._client,
        )

    def follow(
        self, body: int, joint: int, position: float, *, velocity: float, force: float
    ) -> None:
        """Lead a joint to a position that it passes at a velocity."""
        pybullet.setJointMotorControl2(
            body,
            joint,
            pybullet.POSITION_CONTROL,
            targetPosition=position,
            targetVelocity=velocity,
            force=force,
            physicsClientId=self._client,
        )

    def send(self, body: int, joint: int, position: float, *, force: float, most: float) -> None:
        """Send a joint to a position, never faster than ``most``."""
        pybullet.setJointMotorControl2(
            body,
            joint,
            pybullet.POSITION_CONTROL,
            targetPosition=position,
            force=force,
            maxVelocity=most,
            physicsClientId=self._client,
        )

    def run(self, body: int, joint: int, velocity: float, *, force: float) -> None:
        """Keep a joint at a velocity; at 0 it brakes with the force, like friction."""
        pybullet.setJointMotorControl2(
            body,
            joint,
            pybullet.VELOCITY_CONTROL,
            targetVelocity=velocity,
            force=force,
            physicsClientId=self._client,
        )
