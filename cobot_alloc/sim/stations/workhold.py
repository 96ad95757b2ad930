"""
Where an arm holds a part for a person to work on it, and how much of the work is done.

A place in the air has no body. What is measured there is how long a hand was at the part: the
work itself is not simulated.
"""

from __future__ import annotations

from collections.abc import Collection
from math import atan2, cos, dist, radians, sin

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.kinematics.poses import after, angle
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.world import WorkholdSpec

_REACH_M = 0.02  # from hand to part: nearer than this it is at work
_OFF_M, _OFF_RAD = 0.02, radians(10.0)  # a part within this of its pose is held there


class Workhold:
    """One such place; implements ``station.Station``."""

    def __init__(self, engine: Engine, spec: WorkholdSpec, parts: Parts) -> None:
        """Begin with no work done."""
        self._engine = engine
        self._parts = parts
        self._hands: Collection[int] = ()
        self._worked_s: dict[str, float] = {}
        self.spec = spec
        heading = atan2(spec.side[1], spec.side[0])
        upright = Pose(position=spec.position, orientation=_about((0.0, 0.0, 1.0), heading))
        leaning = _turn((0.0, 1.0, 0.0), spec.tilt)
        self.pose = after(after(upright, leaning), _turn((0.0, 0.0, 1.0), spec.turn))

    @property
    def station_id(self) -> str:
        """Its name."""
        return self.spec.station_id

    @property
    def bodies(self) -> tuple[int, ...]:
        """Return none."""
        return ()

    def joints(self) -> tuple[float, ...]:
        """Return none."""
        return ()

    def advance(self, dt: float) -> None:
        """Do nothing: work is done by hands."""

    def watch_for(self, hands: Collection[int]) -> None:
        """Take these bodies for people's hands."""
        self._hands = tuple(hands)

    def add_work(self, part: str, dt: float) -> None:
        """Add ``dt`` seconds of work if a hand is at the part, and the part at its place."""
        if self.is_at(part) and any(self._is_touched(part, hand) for hand in self._hands):
            self._worked_s[part] = self.worked_s(part) + dt

    def is_at(self, part: str) -> bool:
        """Tell whether a part is in the pose in which it is worked on, as measured."""
        pose = self._parts.pose(part)
        off_m = dist(pose.position, self.pose.position)
        return off_m <= _OFF_M and angle(pose, self.pose) <= _OFF_RAD

    def worked_s(self, part: str) -> float:
        """Return for how long a part has been worked on here so far."""
        return self._worked_s.get(part, 0.0)

    def is_done(self, part: str) -> bool:
        """Tell whether the work on a part is done."""
        return self.worked_s(part) >= self.spec.work_s

    def describe(self) -> str:
        """Say how much of the work is done, part by part."""
        return ', '.join(map(self.progress, self._worked_s)) or 'no work done'

    def progress(self, part: str) -> str:
        """Say how much of the work on a part is done."""
        return f'{self.worked_s(part):.1f} s of {self.spec.work_s:.1f} s of work done on {part}'

    def _is_touched(self, part: str, hand: int) -> bool:
        return self._engine.distances.is_within(self._parts.bodies[part], hand, _REACH_M)


def _about(axis: tuple[float, float, float], turn: float) -> tuple[float, float, float, float]:
    x, y, z = (component * sin(turn / 2) for component in axis)
    return (x, y, z, cos(turn / 2))


def _turn(axis: tuple[float, float, float], turn: float) -> Pose:
    return Pose(position=(0.0, 0.0, 0.0), orientation=_about(axis, turn))
