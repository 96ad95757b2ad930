"""
Work on parts and fixtures: screws to drive, seams to fill, edges to deburr.

All of it is given in frame ``world``. Where it is on a part, it is given for that part
standing upright and square at a location, and goes with the part wherever that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import dist, hypot, isfinite

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.world.strict import STRICT

DOWN: Vector = (0.0, 0.0, -1.0)

#: The longest way that a screw can go in: what the feed of a screwdriver follows.
LONGEST_SCREW_M = 0.016
HARDEST_N = 60.0  #: that a deburrer can press with
_SHORTEST_M = 1e-4  # between two points of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrewSpec:
    """
    A screw that stands loose in its hole, to be driven home.

    :ivar position: where the hole meets the surface; the head rests there once it is seated.
    :ivar direction: the way in which the screw goes in.
    :ivar on: the part or fixture that it is in; empty: nothing that has a name.
    :ivar at: the location where that part stands while it is worked at.
    :ivar torque_nm: to be reached when it is tight.
    :ivar turns: until the head is seated.
    :ivar pitch_m: by how much each turn brings it in.
    :ivar tolerance_m: how far beside its axis a bit may be for the thread to start straight.
    :ivar tolerance_rad: how far off its axis a bit may lean, likewise.
    :ivar head_m: diameter of the head.
    """

    __pydantic_config__ = STRICT

    station_id: str
    position: Vector
    direction: Vector = DOWN
    on: str = ''
    at: str = ''
    torque_nm: float = 1.2
    turns: float = 8.0
    pitch_m: float = 0.0008
    tolerance_m: float = 0.001
    tolerance_rad: float = 0.035
    head_m: float = 0.009

    def __post_init__(self) -> None:
        """Refuse what no thread is like."""
        _check_direction(self.direction, 'direction')
        _check_above_zero(self, 'torque_nm', 'turns', 'pitch_m', 'tolerance_m', 'tolerance_rad')
        if not 0.005 <= self.head_m <= 0.02:
            raise ValueError(f'head_m must be 0.005 to 0.02, got {self.head_m}')
        if not self.turns * self.pitch_m <= LONGEST_SCREW_M:
            raise ValueError(
                f'turns must be at most {LONGEST_SCREW_M / self.pitch_m:.4g}, for the bit to'
                f' follow {LONGEST_SCREW_M} m at this pitch_m, got {self.turns}'
            )

    @property
    def work_at(self) -> Vector:
        """Where an arm works at it."""
        return self.position

    @property
    def depth_m(self) -> float:
        """How far the head is above its seat at first."""
        return self.turns * self.pitch_m


@dataclass(frozen=True, slots=True, kw_only=True)
class SeamSpec:
    """
    A line on a surface that a bead is to be laid along.

    :ivar points: of the line, in order, on the surface.
    :ivar direction: the way in which the nozzle points.
    :ivar on: the part or fixture whose surface it is.
    :ivar at: the location where that part stands while it is worked at.
    :ivar width_m: of the bead.
    :ivar speed_mps: of the nozzle along the line.
    :ivar coverage: the share of the line that has to have a bead in the end.
    :ivar speed_error: how far the speed may be off on average, as a share of it.
    """

    __pydantic_config__ = STRICT

    station_id: str
    points: tuple[Vector, ...]
    direction: Vector = DOWN
    on: str = ''
    at: str = ''
    width_m: float = 0.004
    speed_mps: float = 0.05
    coverage: float = 0.98
    speed_error: float = 0.15

    def __post_init__(self) -> None:
        """Refuse what is no line, and figures that no bead has."""
        _check_line(self.points)
        _check_direction(self.direction, 'direction')
        _check_above_zero(self, 'width_m', 'speed_mps', 'speed_error')
        if not 0 < self.coverage <= 1:
            raise ValueError(f'coverage must be above 0 and at most 1, got {self.coverage}')

    @property
    def work_at(self) -> Vector:
        """Where an arm works at it: the middle of its points."""
        return _middle(self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSpec:
    """
    An edge with a burr on it.

    :ivar points: of the edge, in order.
    :ivar press: the direction in which the tool presses on it, and points.
    :ivar on: the part or fixture whose edge it is.
    :ivar at: the location where that part stands while it is worked at.
    :ivar force_n: the least and the most with which the burr is taken off as it should be.
    :ivar speed_mps: of the tool along the edge.
    """

    __pydantic_config__ = STRICT

    station_id: str
    points: tuple[Vector, ...]
    press: Vector = DOWN
    on: str = ''
    at: str = ''
    force_n: tuple[float, float] = (5.0, 9.0)
    speed_mps: float = 0.04

    def __post_init__(self) -> None:
        """Refuse what is no edge, and a band that no force is in."""
        _check_line(self.points)
        _check_direction(self.press, 'press')
        _check_above_zero(self, 'speed_mps')
        low, high = self.force_n
        if not 0 < low < high <= HARDEST_N:
            raise ValueError(
                f'force_n must be two forces, 0 < least < most <= {HARDEST_N}, got {self.force_n}'
            )

    @property
    def work_at(self) -> Vector:
        """Where an arm works at it: the middle of its points."""
        return _middle(self.points)


def _middle(points: tuple[Vector, ...]) -> Vector:
    x, y, z = (sum(point[axis] for point in points) / len(points) for axis in range(3))
    return (x, y, z)


def _check_direction(direction: Vector, name: str) -> None:
    if not (isfinite(hypot(*direction)) and hypot(*direction) > 0):
        raise ValueError(f'{name} must be a direction, not all 0, got {direction}')


def _check_line(points: tuple[Vector, ...]) -> None:
    steps = pairwise(points)
    if len(points) < 2 or not all(dist(a, b) > _SHORTEST_M for a, b in steps):
        raise ValueError(f'points must be two or more, each apart from the last, got {points}')


def _check_above_zero(spec: object, *names: str) -> None:
    for name in names:
        if not getattr(spec, name) > 0:
            raise ValueError(f'{name} must be > 0, got {getattr(spec, name)}')
