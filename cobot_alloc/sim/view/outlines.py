"""Bodies of the physics as simple shapes, read from what they collide with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from cobot_alloc.application.shapes import Rgba, Shape, ShapeKind
from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.scene.snapshot import Capsule
from cobot_alloc.sim.view.rods import along

_ARM_WIDTH_M = 0.07
_ROUND_M = 1e-3
_NO_FILE = b'unknown_file'  # as PyBullet calls it
_NEAR_M = 3.0  # people farther away have no line to them
_LINE_M, _LETTERS_M = 0.015, 0.12
_NEAR_COLOR: Rgba = (0.9, 0.1, 0.1, 1.0)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A simple shape of one link, seen from its centre of mass."""

    link: int
    kind: ShapeKind
    size: Vector
    pose: Pose


class Outlines:
    """Knows what the bodies of one client look like; each is asked about only once."""

    def __init__(self, bullet: Bullet) -> None:
        """Begin knowing nothing."""
        self._bullet = bullet
        self._pieces: dict[int, tuple[_Piece, ...]] = {}

    def of(
        self, body: int, *, group: str, name: str, color: Rgba, is_fixed: bool = False
    ) -> Iterator[Shape]:
        """Yield the shapes of a body; a mesh is a box around it."""
        if body not in self._pieces:
            self._pieces[body] = tuple(self._pieces_of(body))
        for piece in self._pieces[body]:
            at, turn = self._middle(body, piece.link)
            position, orientation = self._bullet.multiplyTransforms(
                at, turn, piece.pose.position, piece.pose.orientation
            )
            yield Shape(
                group=group,
                name=name,
                kind=piece.kind,
                pose=Pose(position=position, orientation=orientation),
                size=piece.size,
                color=color,
                is_fixed=is_fixed,
            )

    def stick(self, body: int, *, name: str, color: Rgba) -> Shape:
        """Return an arm as a line through its joints."""
        links = range(self._bullet.getNumJoints(body))
        states = self._bullet.getLinkStates(body, links, computeForwardKinematics=1)
        base = self._bullet.getBasePositionAndOrientation(body)[0]
        return Shape(
            group='arms',
            name=name,
            kind=ShapeKind.LINES,
            size=(_ARM_WIDTH_M,) * 3,
            color=color,
            points=(base, *(state[4] for state in states)),
        )

    def separation(self, arm: int, people: Iterable[int], *, name: str) -> Iterator[Shape]:
        """Yield a line from an arm to the nearest person, and its length."""
        nearest: tuple[float, Vector, Vector] = (inf, (0.0,) * 3, (0.0,) * 3)
        for person in people:
            for point in self._bullet.getClosestPoints(arm, person, _NEAR_M):
                nearest = min(nearest, (point[8], point[5], point[6]))
        distance_m, start, end = nearest
        if distance_m == inf:
            return
        x, y, z = ((a + b) / 2 for a, b in zip(start, end, strict=True))
        yield Shape(
            group='separation',
            name=name,
            kind=ShapeKind.LINES,
            size=(_LINE_M,) * 3,
            color=_NEAR_COLOR,
            points=(start, end),
        )
        yield Shape(
            group='separation',
            name=name,
            kind=ShapeKind.TEXT,
            pose=Pose(position=(x, y, z + _LETTERS_M)),
            size=(_LETTERS_M,) * 3,
            color=_NEAR_COLOR,
            text=f'{distance_m:.2f} m',
        )

    def _middle(self, body: int, link: int) -> tuple[Vector, tuple[float, ...]]:
        if link < 0:
            found: tuple[Vector, tuple[float, ...]]
            found = self._bullet.getBasePositionAndOrientation(body)
            return found
        state = self._bullet.getLinkState(body, link, computeForwardKinematics=1)
        return state[0], state[1]

    def _pieces_of(self, body: int) -> Iterator[_Piece]:
        bullet = self._bullet
        kinds = {
            bullet.GEOM_BOX: ShapeKind.BOX,
            bullet.GEOM_SPHERE: ShapeKind.SPHERE,
            bullet.GEOM_CYLINDER: ShapeKind.CYLINDER,
            bullet.GEOM_CAPSULE: ShapeKind.CYLINDER,
        }
        for link in range(-1, bullet.getNumJoints(body)):
            for number, shape in enumerate(bullet.getCollisionShapeData(body, link)):
                pose = Pose(position=shape[5], orientation=shape[6])
                if shape[2] in kinds:
                    size = _size(kinds[shape[2]], shape[3])
                    yield _Piece(link, kinds[shape[2]], size, pose)
                elif shape[2] == bullet.GEOM_MESH:
                    yield self._around(body, link, number, is_file=shape[4] != _NO_FILE)

    def _around(self, body: int, link: int, number: int, *, is_file: bool) -> _Piece:
        """Return what is around a mesh: one that is no file was a cylinder of a URDF."""
        _, vertices = self._bullet.getMeshData(body, link, collisionShapeIndex=number)
        low, high = np.min(vertices, axis=0), np.max(vertices, axis=0)
        x, y, z = ((low + high) / 2).tolist()
        dx, dy, dz = (high - low).tolist()
        is_round = not is_file and abs(dx - dy) < _ROUND_M
        kind = ShapeKind.CYLINDER if is_round else ShapeKind.BOX
        return _Piece(link, kind, (dx, dy, dz), Pose(position=(x, y, z)))


def limbs_of(capsules: Iterable[Capsule], *, name: str, color: Rgba) -> Iterator[Shape]:
    """Yield a person's capsules as shapes."""
    for start, end, radius_m in capsules:
        x, y, z = ((a + b) / 2 for a, b in zip(start, end, strict=True))
        length_m = sum((b - a) ** 2 for a, b in zip(start, end, strict=True)) ** 0.5
        yield Shape(
            group='people',
            name=name,
            kind=ShapeKind.CYLINDER,
            pose=Pose(position=(x, y, z), orientation=along(start, end)),
            size=(2 * radius_m, 2 * radius_m, length_m + radius_m),
            color=color,
        )


def _size(kind: ShapeKind, dimensions: tuple[float, ...]) -> Vector:
    if kind is ShapeKind.BOX:
        x, y, z = dimensions
        return (x, y, z)
    if kind is ShapeKind.SPHERE:
        return (2 * dimensions[0],) * 3
    return (2 * dimensions[1], 2 * dimensions[1], dimensions[0])
