"""Shapes to make bodies of, what pictures show of them, and what bodies are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
import pybullet

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.engine.terms import BASE, Box

Color: TypeAlias = tuple[float, float, float]  #: red, green, blue, 0 to 1

_NO_FILE = b'unknown_file'  # as PyBullet calls it


class SolidKind(Enum):
    """What a solid of a link can be."""

    BOX = 'box'
    SPHERE = 'sphere'
    CYLINDER = 'cylinder'
    CAPSULE = 'capsule'
    MESH = 'mesh'


@dataclass(frozen=True, slots=True, kw_only=True)
class Solid:
    """
    A simple shape of a link, seen from the link's centre of mass.

    :ivar number: among the solids of the link.
    :ivar size: full extents along its own axes, without the half spheres of a capsule; of a
        mesh nothing.
    :ivar is_file: whether a mesh was read from a file; the engine makes others by itself.
    """

    number: int
    kind: SolidKind
    pose: Pose
    size: Vector
    is_file: bool


class Shapes:
    """The shapes of one client."""

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client
        self._kinds = {
            pybullet.GEOM_BOX: SolidKind.BOX,
            pybullet.GEOM_SPHERE: SolidKind.SPHERE,
            pybullet.GEOM_CYLINDER: SolidKind.CYLINDER,
            pybullet.GEOM_CAPSULE: SolidKind.CAPSULE,
            pybullet.GEOM_MESH: SolidKind.MESH,
        }

    # Solids: what can be touched

    def plane(self) -> int:
        """Return everything below z = 0."""
        return self._solid(pybullet.GEOM_PLANE)

    def box(self, half: Sequence[float]) -> int:
        """Return a box of these half extents."""
        return self._solid(pybullet.GEOM_BOX, halfExtents=half)

    def boxes(self, boxes: Sequence[tuple[Vector, Vector]]) -> int:
        """Return boxes in one, each of its half extents about its middle."""
        # Lists: a tuple in their place ends the process.
        halves, middles = map(list, zip(*boxes, strict=True))
        shape: int = pybullet.createCollisionShapeArray(
            shapeTypes=[pybullet.GEOM_BOX] * len(halves),
            halfExtents=halves,
            collisionFramePositions=middles,
            physicsClientId=self._client,
        )
        return shape

    def sphere(self, radius_m: float) -> int:
        """Return a sphere."""
        return self._solid(pybullet.GEOM_SPHERE, radius=radius_m)

    def cylinder(self, radius_m: float, height_m: float) -> int:
        """Return a cylinder along z."""
        return self._solid(pybullet.GEOM_CYLINDER, radius=radius_m, height=height_m)

    def capsule(self, radius_m: float, length_m: float) -> int:
        """Return a capsule along z; the length is that between the middles of its ends."""
        return self._solid(pybullet.GEOM_CAPSULE, radius=radius_m, height=length_m)

    # Looks: what is only seen

    def look_of_boxes(self, boxes: Sequence[tuple[Vector, Vector]], color: Color) -> int:
        """Return what is to be seen of ``boxes``."""
        halves, middles = map(list, zip(*boxes, strict=True))
        shape: int = pybullet.createVisualShapeArray(
            shapeTypes=[pybullet.GEOM_BOX] * len(halves),
            halfExtents=halves,
            visualFramePositions=middles,
            rgbaColors=[(*color, 1.0)] * len(halves),
            physicsClientId=self._client,
        )
        return shape

    def look_of_mesh(
        self,
        vertices: NDArray[np.float64],
        normals: NDArray[np.float64],
        triangles: NDArray[np.int64],
        color: Color,
    ) -> int:
        """Return a mesh to be seen: vertices and normals (n, 3), triangles (m, 3)."""
        shape: int = pybullet.createVisualShape(
            pybullet.GEOM_MESH,
            vertices=vertices.tolist(),
            normals=normals.tolist(),
            indices=triangles.ravel().tolist(),
            rgbaColor=(*color, 1.0),
            physicsClientId=self._client,
        )
        return shape

    # What bodies are made of

    def has_solids(self, body: int, link: int) -> bool:
        """Tell whether there is anything to touch of a link."""
        return bool(pybullet.getCollisionShapeData(body, link, physicsClientId=self._client))

    def solids(self, body: int, link: int = BASE) -> Iterator[Solid]:
        """Yield the solids of a link; a plane is none."""
        found = pybullet.getCollisionShapeData(body, link, physicsClientId=self._client)
        for number, (_, _, kind, sizes, file, position, orientation) in enumerate(found):
            if kind in self._kinds:
                yield Solid(
                    number=number,
                    kind=self._kinds[kind],
                    pose=Pose(position=position, orientation=orientation),
                    size=_size(self._kinds[kind], sizes),
                    is_file=file != _NO_FILE,
                )

    def mesh_box(self, body: int, link: int, number: int) -> Box:
        """Return the box round a mesh of a link, seen from the link's centre of mass."""
        _, vertices = pybullet.getMeshData(
            body, link, collisionShapeIndex=number, physicsClientId=self._client
        )
        (x, y, z), (to_x, to_y, to_z) = (
            pick(vertices, axis=0).tolist() for pick in (np.min, np.max)
        )
        return (x, y, z), (to_x, to_y, to_z)

    def _solid(self, kind: int, **measures: object) -> int:
        shape: int = pybullet.createCollisionShape(kind, physicsClientId=self._client, **measures)
        return shape


def _size(kind: SolidKind, sizes: Sequence[float]) -> Vector:
    if kind is SolidKind.BOX:
        x, y, z = sizes
        return (x, y, z)
    if kind is SolidKind.SPHERE:
        return (2 * sizes[0],) * 3
    if kind is SolidKind.MESH:
        return (0.0, 0.0, 0.0)
    length, radius, _ = sizes
    return (2 * radius, 2 * radius, length)
