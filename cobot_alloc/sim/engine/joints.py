"""The joints of bodies: what they are, where they are, and where they are put."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pybullet

from cobot_alloc.domain.geometry import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class JointInfo:
    """
    A joint and the link that it carries, as the URDF has them.

    :ivar number: of the joint, and of its link.
    :ivar parent: number of the link that carries the joint.
    :ivar is_fixed: whether nothing moves in it.
    :ivar damping: Nm s/rad.
    :ivar lower: rad or m; so is ``upper``.
    :ivar effort: the most that its motor can do, Nm or N.
    :ivar velocity: the fastest that it goes, rad/s or m/s.
    :ivar origin: of the joint, seen from the centre of mass of the parent.
    """

    number: int
    name: str
    link_name: str
    parent: int
    is_fixed: bool
    damping: float
    lower: float
    upper: float
    effort: float
    velocity: float
    origin: Vector


class JointState(NamedTuple):
    """Where a joint is, rad or m, how fast, and what its motor did in the last step, Nm or N."""

    position: float
    velocity: float
    effort: float


class JointStates(NamedTuple):
    """The same of several joints, a column each."""

    positions: tuple[float, ...]
    velocities: tuple[float, ...]
    efforts: tuple[float, ...]


class Joints:
    """The joints of the bodies of one client."""

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def count(self, body: int) -> int:
        """Return how many there are, and so how many links beside the base."""
        count: int = pybullet.getNumJoints(body, physicsClientId=self._client)
        return count

    def info(self, body: int, joint: int) -> JointInfo:
        """Return what a joint is."""
        info = pybullet.getJointInfo(body, joint, physicsClientId=self._client)
        return JointInfo(
            number=info[0],
            name=info[1].decode(),
            link_name=info[12].decode(),
            parent=info[16],
            is_fixed=info[2] == pybullet.JOINT_FIXED,
            damping=info[6],
            lower=info[8],
            upper=info[9],
            effort=info[10],
            velocity=info[11],
            origin=info[14],
        )

    def infos(self, body: int) -> tuple[JointInfo, ...]:
        """Return what all joints are, in the order of their numbers."""
        return tuple(self.info(body, joint) for joint in range(self.count(body)))

    def moving(self, bodies: Iterable[int]) -> list[tuple[int, int]]:
        """Return the joints of some bodies that move, each with its body, one after the other."""
        return [(body, it.number) for body in bodies for it in self.infos(body) if not it.is_fixed]

    def state(self, body: int, joint: int) -> JointState:
        """Return how a joint stands."""
        position, velocity, _, effort = pybullet.getJointState(
            body, joint, physicsClientId=self._client
        )
        return JointState(position, velocity, effort)

    def states(self, body: int, joints: Sequence[int]) -> JointStates:
        """Return how some joints stand, at least one."""
        states = pybullet.getJointStates(body, joints, physicsClientId=self._client)
        positions, velocities, _, efforts = zip(*states, strict=True)
        return JointStates(positions, velocities, efforts)

    def position(self, body: int, joint: int) -> float:
        """Return where a joint is."""
        position: float = pybullet.getJointState(body, joint, physicsClientId=self._client)[0]
        return position

    def positions(self, body: int, joints: Sequence[int]) -> tuple[float, ...]:
        """Return where some joints are."""
        states = pybullet.getJointStates(body, joints, physicsClientId=self._client)
        return tuple([state[0] for state in states or ()])

    def velocities(self, body: int, joints: Sequence[int]) -> list[float]:
        """Return how fast some joints are."""
        states = pybullet.getJointStates(body, joints, physicsClientId=self._client)
        return [state[1] for state in states]

    def put(self, body: int, joint: int, position: float, velocity: float = 0.0) -> None:
        """Put a joint somewhere, whatever is in the way."""
        pybullet.resetJointState(body, joint, position, velocity, physicsClientId=self._client)

    def put_all(self, body: int, joints: Sequence[int], positions: Iterable[float]) -> None:
        """Put some joints somewhere, at rest."""
        pybullet.resetJointStatesMultiDof(
            body, joints, [[position] for position in positions], physicsClientId=self._client
        )
