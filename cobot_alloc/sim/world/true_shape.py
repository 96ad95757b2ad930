"""
The true shapes of parts: how far each is from what it should be, drawn from the seed.

A part is a box, with a square pocket in its top where the world says so, and a bump on its
top where it has that defect. All of it is in the physics as boxes, so that whatever touches,
grips or measures the part meets its true shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
import random

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.world import DefectKind, PartSpec

BUMP_M = 0.008  #: side of a bump, seen from above
_BUMP_AT = 0.35  # of the part's extents from its middle, to both sides
_LEAST_M = 0.0005  # nothing gets thinner than this, whatever is drawn

Box = tuple[Vector, Vector]  #: half extents and middle, seen from the part's middle


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShape:
    """
    The true shape of one part, metres.

    :ivar size: full extents, without the bump.
    :ivar pocket: width and depth of the square pocket in its top; None: there is none.
    :ivar bump_m: how high the bump stands out of its top, 0 if there is none.
    """

    size: Vector
    pocket: tuple[float, float] | None = None
    bump_m: float = 0.0

    def boxes(self) -> tuple[Box, ...]:
        """Return the boxes that it is made of."""
        x, y, z = (side / 2 for side in self.size)
        body = tuple(_around(self.size, *self.pocket)) if self.pocket else (((x, y, z), _MIDDLE),)
        if not self.bump_m:
            return body
        # It goes down into the part as far as it is wide: rays miss the top of a thin box.
        half, high = BUMP_M / 2, (self.bump_m + min(BUMP_M, z)) / 2
        return (*body, ((half, half, high), (*self.bump_at, z + self.bump_m - high)))

    @property
    def bump_at(self) -> tuple[float, float]:
        """Where the bump is, if there is one, from the middle of the top."""
        return (self.size[0] * _BUMP_AT, self.size[1] * _BUMP_AT)


_MIDDLE: Vector = (0.0, 0.0, 0.0)


def _around(size: Vector, side: float, depth: float) -> Iterator[Box]:
    """Yield a floor and four walls around a pocket."""
    x, y, z = (extent / 2 for extent in size)
    half, floor = side / 2, (size[2] - depth) / 2
    yield (x, y, floor), (0.0, 0.0, floor - z)
    up = depth / 2
    yield ((x - half) / 2, y, up), ((x + half) / 2, 0.0, z - up)
    yield ((x - half) / 2, y, up), (-(x + half) / 2, 0.0, z - up)
    yield (half, (y - half) / 2, up), (0.0, (y + half) / 2, z - up)
    yield (half, (y - half) / 2, up), (0.0, -(y + half) / 2, z - up)


def true_shape(spec: PartSpec, seed: int) -> PartShape:
    """Return the shape of a part as it was made; each part has draws of its own."""
    draw = random.Random(f'{seed}/shape of {spec.part_id}')
    size = [
        max(draw.gauss(side, spread), _LEAST_M)
        for side, spread in zip(spec.size, spec.spread_m, strict=True)
    ]
    shape = PartShape(size=(size[0], size[1], size[2]))
    if spec.pocket is not None:
        side = draw.gauss(spec.pocket.side_m, spec.pocket.spread_m)
        shape = replace(shape, pocket=(side, spec.pocket.depth_m))
    for defect in spec.defects:
        if draw.random() < defect.probability:
            shape = _spoiled(shape, defect.kind, defect.size_m)
    return shape


def true_mass_kg(spec: PartSpec, seed: int) -> float:
    """Return the mass of a part as it was made."""
    draw = random.Random(f'{seed}/mass of {spec.part_id}')
    return max(draw.gauss(spec.mass_kg, spec.mass_spread_kg), 0.01 * spec.mass_kg)


def _spoiled(shape: PartShape, kind: DefectKind, size_m: float) -> PartShape:
    if kind is DefectKind.BUMP:
        return replace(shape, bump_m=size_m)
    if kind is DefectKind.SHORT:
        x, y, z = shape.size
        return replace(shape, size=(max(x - size_m, _LEAST_M), y, z))
    assert shape.pocket is not None, 'a part with a narrow pocket has a pocket'
    side, depth = shape.pocket
    return replace(shape, pocket=(max(side - size_m, _LEAST_M), depth))
