"""Round rods between points: limbs and beads."""

from __future__ import annotations

from collections.abc import Iterable
from math import dist

import numpy as np

from cobot_alloc.domain.geometry import Quaternion, Vector
from cobot_alloc.sim.engine.bodies import NO_SHAPE
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.render.meshes import capsule

Color = tuple[float, float, float]
Rod = tuple[Vector, Vector, float, Color]  #: both ends, radius, and red, green, blue

_STEP_M = 0.001  # rods whose lengths differ by less are the same
_OUT_OF_SIGHT: Vector = (0.0, 0.0, -100.0)


class Rods:
    """As many rods as are wanted; those of the last time are used again."""

    def __init__(self, engine: Engine) -> None:
        """Begin with none."""
        self._engine = engine
        self._bodies: list[int] = []
        self._made: list[tuple[float, float, Color]] = []

    def show(self, rods: Iterable[Rod]) -> None:
        """Show these rods and no others."""
        count = 0
        for start, end, radius, color in rods:
            length = round(dist(start, end) / _STEP_M) * _STEP_M
            self._be(count, (length, radius, color))
            x, y, z = ((a + b) / 2 for a, b in zip(start, end, strict=True))
            self._engine.bodies.place(self._bodies[count], (x, y, z), along(start, end))
            count += 1
        for body in self._bodies[count:]:
            self._engine.bodies.place(body, _OUT_OF_SIGHT)

    def _be(self, number: int, kind: tuple[float, float, Color]) -> None:
        """Have a rod of that kind in that place of the list."""
        if number < len(self._made) and self._made[number] == kind:
            return
        body = self._make(*kind)
        if number < len(self._made):
            self._engine.bodies.remove(self._bodies[number])
            self._bodies[number], self._made[number] = body, kind
        else:
            self._bodies.append(body)
            self._made.append(kind)

    def _make(self, length: float, radius: float, color: Color) -> int:
        vertices, normals, triangles = capsule(length, radius)
        look = self._engine.shapes.look_of_mesh(vertices, normals, triangles, color)
        return self._engine.bodies.make(NO_SHAPE, look=look)


def along(start: Vector, end: Vector) -> Quaternion:
    """Return the shortest turn of the z axis into a direction."""
    way = np.subtract(end, start)
    length = float(np.linalg.norm(way))
    if length == 0.0 or way[2] <= -length * (1 - 1e-9):
        return (1.0, 0.0, 0.0, 0.0)
    x, y, z = way / length
    turn = np.array((-y, x, 0.0, 1.0 + z))
    turn /= np.linalg.norm(turn)
    return (float(turn[0]), float(turn[1]), float(turn[2]), float(turn[3]))
