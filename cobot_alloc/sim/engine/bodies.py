"""Bodies: how they come and go, where they are, and how fast they move."""

from __future__ import annotations

from pathlib import Path
import tempfile

import pybullet

from cobot_alloc.domain.geometry import IDENTITY, Pose, Quaternion, Vector
from cobot_alloc.sim.engine.terms import BASE, Box, ORIGIN, Placement

NO_SHAPE = -1


class Bodies:
    """The bodies of one client."""

    def __init__(self, client: int, *, has_looks: bool) -> None:
        """Serve a client; without ``has_looks`` what is only seen of a URDF is left out."""
        self._client = client
        self._has_looks = has_looks

    # How they come and go

    def load(
        self,
        urdf: Path,
        position: Vector = ORIGIN,
        *,
        yaw: float = 0.0,
        scale: float = 1.0,
        is_solid: bool = True,
        can_sleep: bool = False,
        keeps_inertia: bool = False,
    ) -> int:
        """
        Load a URDF as a body whose base stays where it is.

        :param yaw: turn of the base about z.
        :param is_solid: False: without anything that could be touched.
        :param can_sleep: it costs nothing while nothing of it moves.
        :param keeps_inertia: take the inertia from the file; else it is made of the shapes.
        """
        flags = 0 if self._has_looks else pybullet.URDF_IGNORE_VISUAL_SHAPES
        flags |= 0 if is_solid else pybullet.URDF_IGNORE_COLLISION_SHAPES
        flags |= pybullet.URDF_ENABLE_SLEEPING if can_sleep else 0
        flags |= pybullet.URDF_USE_INERTIA_FROM_FILE if keeps_inertia else 0
        body: int = pybullet.loadURDF(
            str(urdf),
            position,
            pybullet.getQuaternionFromEuler((0.0, 0.0, yaw)),
            useFixedBase=True,
            flags=flags,
            globalScaling=scale,
            physicsClientId=self._client,
        )
        return body

    def load_text(
        self,
        urdf: str,
        position: Vector,
        *,
        yaw: float,
        is_solid: bool = True,
        can_sleep: bool = False,
    ) -> int:
        """Load the text of a URDF; see ``load``. The engine itself only reads files."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / 'body.urdf'
            file.write_text(urdf, encoding='utf-8')
            return self.load(file, position, yaw=yaw, is_solid=is_solid, can_sleep=can_sleep)

    def make(
        self,
        shape: int,
        *,
        mass_kg: float = 0.0,
        look: int = NO_SHAPE,
        position: Vector = ORIGIN,
        orientation: Quaternion = IDENTITY,
    ) -> int:
        """Make a body of a shape; without mass nothing moves it."""
        body: int = pybullet.createMultiBody(
            mass_kg,
            shape,
            look,
            basePosition=position,
            baseOrientation=orientation,
            physicsClientId=self._client,
        )
        return body

    def remove(self, body: int) -> None:
        """Remove a body for good."""
        pybullet.removeBody(body, physicsClientId=self._client)

    # Where they are

    def placement(self, body: int) -> Placement:
        """Return where the base is and how it is turned, in bare figures."""
        found: Placement = pybullet.getBasePositionAndOrientation(
            body, physicsClientId=self._client
        )
        return found

    def pose(self, body: int) -> Pose:
        """Return the pose of the base."""
        position, orientation = pybullet.getBasePositionAndOrientation(
            body, physicsClientId=self._client
        )
        return Pose(position=position, orientation=orientation)

    def place(self, body: int, position: Vector, orientation: Quaternion = IDENTITY) -> None:
        """Put a body somewhere."""
        pybullet.resetBasePositionAndOrientation(
            body, position, orientation, physicsClientId=self._client
        )

    def box(self, body: int, link: int = BASE) -> Box:
        """Return the box round a link, somewhat larger than it."""
        found: Box = pybullet.getAABB(body, link, physicsClientId=self._client)
        return found

    def velocity(self, body: int) -> tuple[Vector, Vector]:
        """Return the linear and the angular velocity of the base, m/s and rad/s."""
        found: tuple[Vector, Vector] = pybullet.getBaseVelocity(body, physicsClientId=self._client)
        return found

    def set_velocity(self, body: int, linear: Vector, angular: Vector) -> None:
        """Let a body move like this, m/s and rad/s."""
        pybullet.resetBaseVelocity(body, linear, angular, physicsClientId=self._client)

    def state(self, body: int) -> tuple[object, ...]:
        """
        Return everything that can change of a body, in bare figures, to be compared.

        They are the placement and the velocities of the base, and position and velocity of each
        joint. Recordings hold digests of how Python writes them: they must stay as they are.
        """
        count = pybullet.getNumJoints(body, physicsClientId=self._client)
        joints = (
            pybullet.getJointStates(body, range(count), physicsClientId=self._client)
            if count
            else ()
        )
        return (
            self.placement(body),
            self.velocity(body),
            [(position, velocity) for position, velocity, *_ in joints],
        )
