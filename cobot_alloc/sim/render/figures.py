"""What people look like in a picture: vest and helmet on the trunk, arms and legs as bent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Quaternion, Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.render.rods import Rod, Rods
from cobot_alloc.sim.scene.assets import find_urdf
from cobot_alloc.sim.world.snapshot import BareCapsule

_VEST = (0.95, 0.42, 0.06)
_SLEEVE = (0.24, 0.30, 0.40)
_SKIN = (0.80, 0.60, 0.48)
_TROUSERS = (0.16, 0.20, 0.29)
_SHOES = (0.10, 0.10, 0.11)

#: Of the person in person.urdf: height, and heights of hip and neck.
_HEIGHT_M, _HIP_M, _NECK_M = 1.75, 0.530 * 1.75, 0.818 * 1.75
_ASIDE = 0.052  # of a leg from the middle, as a share of the height
_THIGH, _SHIN = 0.245, 0.246  # lengths as shares of the height
_ANKLE = 0.045  # height of an ankle, likewise
_OUT_OF_SIGHT: Vector = (0.0, 0.0, -100.0)

Point = NDArray[np.float64]


class Figures:
    """
    The people of a snapshot.

    A person's capsules are trunk, head, legs, and two for each arm, the right one first, as
    ``people.person.Person.visible_limbs`` has them. Whoever has others is drawn as those.
    """

    def __init__(self, engine: Engine) -> None:
        """Begin with nobody."""
        self._engine = engine
        self._rods = Rods(engine)
        self._trunks: dict[str, int] = {}

    def pose(self, people: Mapping[str, tuple[BareCapsule, ...]]) -> None:
        """Show these people, and nobody else."""
        for name in self._trunks.keys() - people.keys():
            self._place(name, _OUT_OF_SIGHT, (0.0, 0.0, 0.0, 1.0))
        rods: list[Rod] = []
        for name, capsules in people.items():
            if len(capsules) == _Body.CAPSULES:
                body = _Body(capsules)
                self._dress(name, body)
                rods += body.limbs()
            else:
                rods += [(start, end, radius, _VEST) for start, end, radius in capsules]
        self._rods.show(rods)

    def _dress(self, name: str, body: _Body) -> None:
        if name not in self._trunks:
            self._trunks[name] = self._engine.bodies.load(
                find_urdf('person.urdf'), scale=body.scale
            )
        self._place(name, *body.trunk_pose())

    def _place(self, name: str, position: Vector, orientation: Quaternion) -> None:
        self._engine.bodies.place(self._trunks[name], position, orientation)


class _Body:
    """One person's body, taken from the capsules: what is where, and how it is turned."""

    CAPSULES = 7

    def __init__(self, capsules: tuple[BareCapsule, ...]) -> None:
        trunk, _, legs, *arms = capsules
        self._arms = arms
        self._hip, neck = np.array(trunk[0]), np.array(trunk[1])
        length_m = float(np.linalg.norm(neck - self._hip))
        self.scale = round(length_m / (_NECK_M - _HIP_M), 3)
        self._height_m = self.scale * _HEIGHT_M
        self._foot = np.array((*legs[0][:2], 0.0))
        across = np.subtract(arms[2][0], arms[0][0])  # from the right shoulder to the left one
        self._left = across / max(float(np.linalg.norm(across)), 1e-9)
        self._up = (neck - self._hip) / max(length_m, 1e-9)
        self._ahead = np.cross(self._left, (0.0, 0.0, 1.0))

    def trunk_pose(self) -> tuple[Vector, Quaternion]:
        """Return where the origin of person.urdf is, and how it is turned."""
        forward = np.cross(self._left, self._up)
        forward /= max(float(np.linalg.norm(forward)), 1e-9)
        left = np.cross(self._up, forward)
        origin = self._hip - self._up * _HIP_M * self.scale
        return _vector(origin), _quaternion(np.column_stack((forward, left, self._up)))

    def limbs(self) -> Iterator[Rod]:
        """Yield arms and legs."""
        for upper, lower in (self._arms[:2], self._arms[2:]):
            yield upper[0], upper[1], 0.062 * self.scale, _VEST
            yield lower[0], lower[1], 0.042 * self.scale, _SLEEVE
            yield _ahead_of(lower), lower[1], 0.046 * self.scale, _SKIN
        for side in (1.0, -1.0):
            yield from self._leg(side * self._left * _ASIDE * self._height_m)

    def _leg(self, aside: Point) -> Iterator[Rod]:
        high = self._hip + aside
        ankle = self._foot + aside + (0.0, 0.0, _ANKLE * self._height_m)
        knee = _knee(high, ankle, _THIGH * self._height_m, _SHIN * self._height_m, self._ahead)
        yield _vector(high), _vector(knee), 0.085 * self.scale, _TROUSERS
        yield _vector(knee), _vector(ankle), 0.065 * self.scale, _TROUSERS
        sole = self._foot + aside + (0.0, 0.0, 0.05 * self.scale)
        heel, toe = sole - 0.05 * self.scale * self._ahead, sole + 0.14 * self.scale * self._ahead
        yield _vector(heel), _vector(toe), 0.05 * self.scale, _SHOES


def _knee(high: Point, low: Point, thigh_m: float, shin_m: float, ahead: Point) -> Point:
    """Return where two lengths meet that begin at the hip and at the ankle."""
    way = low - high
    d = float(np.linalg.norm(way))
    along = way / max(d, 1e-9)
    share = min(thigh_m, (thigh_m**2 - shin_m**2 + d**2) / (2 * max(d, 1e-9)))
    bent = ahead - along * float(ahead @ along)
    aside = np.sqrt(max(thigh_m**2 - share**2, 0.0))
    at: NDArray[np.float64] = (
        high + along * share + bent / max(float(np.linalg.norm(bent)), 1e-9) * aside
    )
    return at


def _ahead_of(forearm: BareCapsule) -> Vector:
    """Return where the wrist is."""
    start, end = np.array(forearm[0]), np.array(forearm[1])
    return _vector(end - (end - start) * 0.25)


def _vector(point: Point) -> Vector:
    x, y, z = point.tolist()
    return (x, y, z)


def _quaternion(matrix: NDArray[np.float64]) -> Quaternion:
    """Return the quaternion of a rotation matrix, (x, y, z, w)."""
    # Of the four squares the largest one is never small.
    squares = np.array(
        [1 + 2 * matrix[i, i] - np.trace(matrix) for i in range(3)] + [1 + np.trace(matrix)]
    )
    i = int(np.argmax(squares))
    found = np.empty(4)
    j, k = (i + 1) % 3, (i + 2) % 3
    if i == 3:
        found[:3] = [matrix[b, a] - matrix[a, b] for a, b in ((1, 2), (2, 0), (0, 1))]
    else:
        found[j], found[k] = matrix[j, i] + matrix[i, j], matrix[k, i] + matrix[i, k]
        found[3] = matrix[k, j] - matrix[j, k]
    found[i] = squares[i]
    x, y, z, w = (found / np.linalg.norm(found)).tolist()
    return (x, y, z, w)
