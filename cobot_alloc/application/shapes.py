"""Simple shapes that a viewer can show of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from cobot_alloc.domain.geometry import Pose, Vector

Rgba: TypeAlias = tuple[float, float, float, float]


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
