"""
A seam and the bead on it: what came out of nozzles, where it landed and how thick.

The bead is a record, not a body: it neither flows nor sets, and an arm does not feel it. It
goes along with what it landed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import dist, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.kinematics.poses import seen_from
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.stations.polyline import Polyline, stretches
from cobot_alloc.sim.stations.reference_frame import ReferenceFrame
from cobot_alloc.sim.world import SeamSpec, World

_CELL_M = 0.001  # the seam is looked at in cells of this length
_PIECE_M = 0.001  # and the bead kept in pieces of this
_BROKEN_M = 0.004  # pieces farther apart than this are not of one line
_SHOWN = 4  # every so manieth piece is enough for a picture
_THIN, _THICK = 0.6, 1.5  # share of the width from which a bead is one, and is too much


@dataclass(slots=True)
class _Piece:
    """
    A piece of bead.

    :ivar on_part: whether it lies on the part of the seam; else on something that stays.
    :ivar at: where, in the part's frame or in frame world.
    :ivar error: of the nozzle's speed, as a share of what it should have been.
    """

    on_part: bool
    at: Vector
    length_m: float = 0.0
    volume_m3: float = 0.0
    error_m: float = 0.0

    @property
    def width_m(self) -> float:
        """Its width: the bead is taken as half of a round rod."""
        return sqrt(8.0 / pi * self.volume_m3 / max(self.length_m, _PIECE_M / 2))


class Seam:
    """
    One seam; implements ``station.Station``.

    :ivar reference: what it is on.
    :ivar line: in the frame of its description.
    """

    def __init__(self, world: World, parts: Parts, spec: SeamSpec) -> None:
        """Begin without a bead."""
        self.spec = spec
        self.reference = ReferenceFrame(world, parts, spec)
        self.line = Polyline(spec.points)
        self._parts = parts
        self._pieces: list[_Piece] = []

    @property
    def station_id(self) -> str:
        """Its name."""
        return self.spec.station_id

    @property
    def bodies(self) -> tuple[int, ...]:
        """None: it is a line on something else."""
        return ()

    def advance(self, dt: float) -> None:
        """Do nothing: a bead lies where it lies."""

    def joints(self) -> tuple[float, ...]:
        """Return nothing: nothing of it moves."""
        return ()

    def describe(self) -> str:
        """Say how much of it has a bead."""
        return f'{self.coverage:.0%} of {self.line.length_m * 1e3:.0f} mm covered'

    @property
    def section_m2(self) -> float:
        """The cross-section that the bead should have."""
        return pi / 8.0 * self.spec.width_m**2

    def lay(
        self, hit: Vector, body: int, volume_m3: float, *, length_m: float, error: float
    ) -> None:
        """
        Take up what came out of a nozzle.

        :param hit: where it landed, frame world; ``body`` is what on.
        :param length_m: by how far the nozzle moved meanwhile.
        :param error: of its speed, as a share of the seam's.
        """
        part = self.reference.part
        on_part = part is not None and body == self._parts.bodies[part]
        if on_part:
            pose = self.reference.pose
            hit = seen_from(pose.position, pose.orientation, hit)
        last = self._pieces[-1] if self._pieces else None
        if last is None or last.on_part != on_part or dist(last.at, hit) >= _PIECE_M:
            last = _Piece(on_part=on_part, at=hit)
            self._pieces.append(last)
        last.length_m += length_m
        last.volume_m3 += volume_m3
        last.error_m += error * length_m

    @property
    def coverage(self) -> float:
        """The share of the seam that has a bead within half a width."""
        return float(np.mean(self._covered()))

    @property
    def is_in_place(self) -> bool:
        """Whether what it is on is where it is worked at, as measured."""
        return self.reference.is_in_place

    @property
    def is_done(self) -> bool:
        """Whether enough of it has a bead."""
        return self.coverage >= self.spec.coverage

    @property
    def gaps(self) -> list[tuple[float, float]]:
        """From where to where along the seam there is no bead, metres."""
        return stretches((~self._covered()).tolist(), self.line.length_m)

    @property
    def thickest_m(self) -> float:
        """The width of the widest piece of bead, on the seam or beside it."""
        return max((piece.width_m for piece in self._pieces), default=0.0)

    @property
    def is_too_thick(self) -> bool:
        """Whether anywhere it is much wider than it should be."""
        return self.thickest_m > _THICK * self.spec.width_m

    @property
    def speed_error(self) -> float:
        """How far the nozzle's speed was off, on average over the bead, as a share of it."""
        length_m = sum(piece.length_m for piece in self._pieces)
        return sum(piece.error_m for piece in self._pieces) / length_m if length_m else 0.0

    @property
    def beads(self) -> tuple[tuple[Vector, ...], ...]:
        """Points of the bead, frame world: a line of them for each time that it was broken off."""
        lines: list[list[Vector]] = []
        last: Vector | None = None
        for at in map(self._position, self._pieces):
            if last is None or dist(at, last) > _BROKEN_M:
                lines.append([])
            lines[-1].append(at)
            last = at
        return tuple((*line[:-1:_SHOWN], line[-1]) for line in lines)

    def work_by_hand(self) -> None:
        """Be given a bead where there is none, as by a person's hand."""
        for start_m, end_m in self.gaps:
            count = max(2, round((end_m - start_m) / _PIECE_M) + 1)
            for along_m in np.linspace(start_m, end_m, count).tolist():
                length_m = (end_m - start_m) / count
                self._pieces.append(
                    _Piece(
                        on_part=self.reference.part is not None,
                        at=self.reference.local(self.line.at(along_m)),
                        length_m=length_m,
                        volume_m3=length_m * self.section_m2,
                    )
                )

    def clear(self) -> None:
        """Be wiped clean, as by a person's hand."""
        self._pieces.clear()

    def _position(self, piece: _Piece) -> Vector:
        """Return where a piece is, frame world."""
        return self.reference.from_local(piece.at) if piece.on_part else piece.at

    def _covered(self) -> NDArray[np.bool_]:
        """Tell of each cell of the seam whether there is a bead on it."""
        _, cells = self.line.middles(_CELL_M)
        beads = [
            self.reference.described(self._position(piece))
            for piece in self._pieces
            if piece.width_m >= _THIN * self.spec.width_m
        ]
        if not beads:
            return np.zeros(len(cells), dtype=bool)
        apart = np.linalg.norm(cells[:, None] - np.array(beads)[None], axis=2)
        return np.asarray(apart.min(axis=1) <= self.spec.width_m / 2)
