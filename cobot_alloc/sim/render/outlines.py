"""Bodies of the physics as simple shapes, read from what they collide with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from cobot_alloc.application.shapes import Rgba, Shape, ShapeKind
from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.shapes import Solid, SolidKind
from cobot_alloc.sim.engine.terms import BASE
from cobot_alloc.sim.engine.transforms import compose
from cobot_alloc.sim.render.rods import along
from cobot_alloc.sim.world.snapshot import BareCapsule

_ARM_WIDTH_M = 0.07
_ROUND_M = 1e-3
_NEAR_M = 3.0  # people farther away have no line to them
_LINE_M, _LETTERS_M = 0.015, 0.12
_NEAR_COLOR: Rgba = (0.9, 0.1, 0.1, 1.0)
_KINDS = {
    SolidKind.BOX: ShapeKind.BOX,
    SolidKind.SPHERE: ShapeKind.SPHERE,
    SolidKind.CYLINDER: ShapeKind.CYLINDER,
    SolidKind.CAPSULE: ShapeKind.CYLINDER,
}


@dataclass(frozen=True, slots=True)
class _LinkShape:
    """A simple shape of one link, seen from its centre of mass."""

    link: int
    kind: ShapeKind
    size: Vector
    pose: Pose


class Outlines:
    """Knows what the bodies of one client look like; each is asked about only once."""

    def __init__(self, engine: Engine) -> None:
        """Begin knowing nothing."""
        self._engine = engine
        self._pieces: dict[int, tuple[_LinkShape, ...]] = {}

    def of(
        self, body: int, *, group: str, name: str, color: Rgba, is_fixed: bool = False
    ) -> Iterator[Shape]:
        """Yield the shapes of a body; a mesh is a box around it."""
        if body not in self._pieces:
            self._pieces[body] = tuple(self._pieces_of(body))
        for piece in self._pieces[body]:
            position, orientation = compose(
                *self._engine.links.centre(body, piece.link),
                piece.pose.position,
                piece.pose.orientation,
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
        links = range(self._engine.joints.count(body))
        placements = self._engine.links.placements(body, links, anew=True)
        base, _ = self._engine.bodies.placement(body)
        return Shape(
            group='arms',
            name=name,
            kind=ShapeKind.LINES,
            size=(_ARM_WIDTH_M,) * 3,
            color=color,
            points=(base, *(at for at, _ in placements)),
        )

    def separation(self, arm: int, people: Iterable[int], *, name: str) -> Iterator[Shape]:
        """Yield a line from an arm to the nearest person, and its length."""
        gaps = (self._engine.distances.gap(arm, person, _NEAR_M) for person in people)
        nearest = min(filter(None, gaps), default=None)
        if nearest is None:
            return
        distance_m, start, end = nearest
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

    def _pieces_of(self, body: int) -> Iterator[_LinkShape]:
        for link in range(BASE, self._engine.joints.count(body)):
            for solid in self._engine.shapes.solids(body, link):
                if solid.kind is SolidKind.MESH:
                    yield self._around(body, link, solid)
                else:
                    yield _LinkShape(link, _KINDS[solid.kind], solid.size, solid.pose)

    def _around(self, body: int, link: int, mesh: Solid) -> _LinkShape:
        """Return what is around a mesh: one that is no file was a cylinder of a URDF."""
        low, high = map(np.array, self._engine.shapes.mesh_box(body, link, mesh.number))
        x, y, z = ((low + high) / 2).tolist()
        dx, dy, dz = (high - low).tolist()
        is_round = not mesh.is_file and abs(dx - dy) < _ROUND_M
        kind = ShapeKind.CYLINDER if is_round else ShapeKind.BOX
        return _LinkShape(link, kind, (dx, dy, dz), Pose(position=(x, y, z)))


def limbs_of(capsules: Iterable[BareCapsule], *, name: str, color: Rgba) -> Iterator[Shape]:
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
