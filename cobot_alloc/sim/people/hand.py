"""What a hand does to a part in the physics: it holds it, or pulls at it."""

from __future__ import annotations

from math import acos, dist

from cobot_alloc.domain.geometry import IDENTITY, Pose, Quaternion, Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.transforms import between
from cobot_alloc.sim.scene.parts import Parts

_PULL_N = 12.0  # gently, beyond the weight of the part
_HOLD_N = 60.0  # beyond twice the weight of the part
_G = 9.81
_TURN_RADPS = 3.0  # of a part in the hand
_LOST_M = 0.08  # a part this far from where the hand would have it has been lost


class Hand:
    """
    One hand: a constraint of bounded force between a part and a place that moves.

    On its way in a hand a part passes by what is around it: a person turns it out of the way.
    ``solid`` makes it touch things again, before it is set down.

    :ivar part: what it holds or pulls at, or None.
    """

    def __init__(self, engine: Engine, parts: Parts) -> None:
        """Begin with nothing."""
        self._engine = engine
        self._parts = parts
        self._constraint: int | None = None
        self._offset: Vector = (0.0, 0.0, 0.0)
        self._turned: Quaternion = IDENTITY
        self.part: str | None = None

    def grip(self, part: str, at: Vector) -> None:
        """Take hold of a part with the hand at a place; it keeps its distance to the hand."""
        self._begin(part, at)
        pose = self._parts.pose(part)
        self._turned = pose.orientation
        self._hold(pose)
        self._touches(solid=False)

    def pull(self, part: str, at: Vector) -> None:
        """Take hold of a part that somebody else holds, gently."""
        self._begin(part, at)
        position = self._parts.pose(part).position
        self._constraint = self._engine.constraints.pull(
            self._parts.bodies[part], position, force_n=_PULL_N + self._weight_n()
        )

    def has_come_free(self, at: Vector) -> bool:
        """Tell whether the part that is pulled at follows the hand, as measured."""
        return self.part is not None and self._off_m(at) < 0.01

    def keep(self, at: Vector) -> None:
        """Hold what was pulled free."""
        part = self.part
        assert part is not None
        self.let_go()
        self.grip(part, at)

    def follow(self, at: Vector, dt: float) -> None:
        """Bring the part to where the hand is now, and turn it upright and square."""
        if self._constraint is None or self.part is None:
            return
        goal = self._goal(at)
        self._turned = self._nearer_to_square(dt)
        self._engine.constraints.move(self._constraint, goal, self._turned)

    def is_holding(self, at: Vector) -> bool:
        """Tell whether the part is in the hand, as measured."""
        return self.part is not None and self._off_m(at) < _LOST_M

    def is_square(self) -> bool:
        """Tell whether what is in the hand has been turned upright and square."""
        return self._turned == IDENTITY

    def at_for(self, middle: Vector) -> Vector:
        """Return where the hand has to be for the part's middle to be at a point."""
        x, y, z = (a - b for a, b in zip(middle, self._offset, strict=True))
        return (x, y, z)

    def solid(self) -> None:
        """Let the part touch what is around it again, as it must before it is let go."""
        self._touches(solid=True)

    def let_go(self) -> None:
        """Open the hand."""
        if self._constraint is not None:
            self._engine.constraints.remove(self._constraint)
            self._constraint = None
        if self.part is not None:
            self._touches(solid=True)
            self._parts.let_sleep(self.part)
            self._parts.wake(self.part)
        self.part = None

    def _begin(self, part: str, at: Vector) -> None:
        position = self._parts.pose(part).position
        x, y, z = (b - a for a, b in zip(at, position, strict=True))
        self.part, self._offset = part, (x, y, z)
        self._parts.stay_awake(part)

    def _hold(self, pose: Pose) -> None:
        assert self.part is not None
        self._constraint = self._engine.constraints.hold(
            self._parts.bodies[self.part], pose, force_n=_HOLD_N + 2 * self._weight_n()
        )

    def _weight_n(self) -> float:
        assert self.part is not None
        return self._parts.mass_kg(self.part) * _G

    def _goal(self, at: Vector) -> Vector:
        x, y, z = (a + b for a, b in zip(at, self._offset, strict=True))
        return (x, y, z)

    def _off_m(self, at: Vector) -> float:
        assert self.part is not None
        return dist(self._parts.pose(self.part).position, self._goal(at))

    def _nearer_to_square(self, dt: float) -> Quaternion:
        x, y, z, w = self._turned
        off = 2.0 * acos(min(1.0, abs(w)))
        if off < 1e-4:
            return IDENTITY
        near = (x, y, z, w) if w >= 0.0 else (-x, -y, -z, -w)
        share = min(1.0, _TURN_RADPS * dt / off)
        return between(near, IDENTITY, share)

    def _touches(self, *, solid: bool) -> None:
        if self.part is not None:
            change = self._engine.contacts.allow if solid else self._engine.contacts.forbid
            change(self._parts.bodies[self.part])
