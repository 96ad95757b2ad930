"""Simple shapes that a viewer can show of a cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.zone import Zone

Rgba: TypeAlias = tuple[float, float, float, float]


_ZONES = {SafetyMode.REDUCED: (0.95, 0.75, 0.1), SafetyMode.STOPPED: (0.9, 0.2, 0.1)}
_CLEAR_ALPHA, _OCCUPIED_ALPHA = 0.15, 0.5


class ShapeKind(str, Enum):
    """What a shape can be."""

    BOX = 'box'  #: size is its full extent
    CYLINDER = 'cylinder'  #: upright in its own frame; size is diameter, diameter, height
    SPHERE = 'sphere'  #: size is its diameter, three times
    LINES = 'lines'  #: from point to point; size is the width, three times
    TEXT = 'text'  #: size is the height of the letters, three times


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """
    One shape, in frame ``world``.

    :ivar group: what it belongs to: fixtures, stations, parts, arms, people, separation.
    :ivar name: of the thing; several shapes may have it.
    :ivar points: of lines, in frame ``world`` whatever the pose.
    :ivar is_fixed: whether it stays where it is for good.
    """

    group: str
    name: str
    kind: ShapeKind
    pose: Pose = Pose(position=(0.0, 0.0, 0.0))
    size: Vector = (1.0, 1.0, 1.0)
    color: Rgba = (0.7, 0.7, 0.7, 1.0)
    points: tuple[Vector, ...] = ()
    text: str = ''
    is_fixed: bool = False


def shapes_of_zones(zones: Iterable[Zone], occupied: Collection[str]) -> Iterator[Shape]:
    """Yield the zones; those that count as occupied are more solid."""
    for zone in zones:
        x, y, z = zone.volume.center
        width_m, height_m = 2 * zone.volume.radius_m, zone.volume.height_m
        alpha = _OCCUPIED_ALPHA if zone.zone_id in occupied else _CLEAR_ALPHA
        yield Shape(
            group='zones',
            name=zone.zone_id,
            kind=ShapeKind.CYLINDER,
            pose=Pose(position=(x, y, z + height_m / 2)),
            size=(width_m, width_m, height_m),
            color=(*_ZONES[zone.mode], alpha),
        )
