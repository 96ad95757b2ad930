"""Where a station is that goes along with a part."""

from __future__ import annotations

from math import hypot

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.kinematics.poses import seen_from, seen_in
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.world import EdgeSpec, LocationSpec, ScrewSpec, SeamSpec, World


class ReferenceFrame:
    """
    The frame of a station, as measured.

    A station is described in frame ``world`` (see sim.world.processes). If it is on
    a part, that holds for the part standing at its place; where the part is really, there the
    station is.

    :ivar on: name of the part or fixture; empty if there is none.
    :ivar part: name of the part; None if it is not on a part.
    :ivar place: where the part has to stand to be worked at; None if it is not on a part.
    """

    def __init__(self, world: World, parts: Parts, spec: ScrewSpec | SeamSpec | EdgeSpec) -> None:
        """Take the part to be where it is described."""
        self._parts = parts
        self.on = spec.on
        self.part: str | None = spec.on if spec.on in parts.bodies else None
        self.place: LocationSpec | None = world.location(spec.at) if self.part else None
        self._origin: Vector = (0.0, 0.0, 0.0)
        if self.part is not None:
            assert self.place is not None, 'the reader of world files asks for it'
            self._origin = self.place.position

    @property
    def pose(self) -> Pose:
        """
        The pose of the part's underside, or of nothing: the frame of ``ReferenceFrame.local``.

        That of the underside, because a machine may cut the part to another height meanwhile.
        """
        if self.part is None:
            return Pose(position=(0.0, 0.0, 0.0))
        middle = self._parts.pose(self.part)
        down = (0.0, 0.0, -self._parts.shape(self.part).size[2] / 2)
        return Pose(position=seen_in(middle, down), orientation=middle.orientation)

    @property
    def is_in_place(self) -> bool:
        """Whether the part is where it is worked at, as measured."""
        if self.part is None or self.place is None:
            return True
        return self._parts.distance_m(self.part, self.place) <= self.place.tolerance_m

    def local(self, described: Vector) -> Vector:
        """Return a point of the description in the part's own frame."""
        x, y, z = (a - b for a, b in zip(described, self._origin, strict=True))
        return (x, y, z)

    def point(self, described: Vector) -> Vector:
        """Return where a point of the description is, frame world."""
        return self.from_local(self.local(described))

    def from_local(self, point: Vector) -> Vector:
        """Return where a point of the part is, frame world."""
        return seen_in(self.pose, point) if self.part is not None else point

    def direction(self, described: Vector) -> Vector:
        """Return a direction of the description as it is now, of length 1, frame world."""
        length = hypot(*described)
        x, y, z = (component / length for component in described)
        turn = Pose(position=(0.0, 0.0, 0.0), orientation=self.pose.orientation)
        return seen_in(turn, (x, y, z))

    def described(self, position: Vector) -> Vector:
        """Return where a position of frame world is in the description."""
        if self.part is None:
            return position
        pose = self.pose
        x, y, z = seen_from(pose.position, pose.orientation, position)
        return (x + self._origin[0], y + self._origin[1], z + self._origin[2])
