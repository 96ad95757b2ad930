"""
An edge with a burr: where a tool pressed on it as it passed, and how hard.

The burr is a record, kept in short cells, not a body: the tool does not feel it, and the part
keeps its shape. A cell is judged by the mean force with which the tool passed it.
"""

from __future__ import annotations

from enum import Enum
from math import inf

import numpy as np

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.stations.polyline import Polyline, stretches
from cobot_alloc.sim.stations.reference_frame import ReferenceFrame
from cobot_alloc.sim.world import EdgeSpec, World

_CELL_M = 0.002
_NEAR_M = 0.003  # a contact farther from the edge than this is not on it


class Burr(str, Enum):
    """What a cell of an edge is like."""

    THERE = 'there'
    OFF = 'off'
    GOUGED = 'gouged'  #: pressed on too hard: there is a notch now


class Edge:
    """
    One edge; implements ``station.Station``.

    :ivar reference: what it is on.
    :ivar line: in the frame of its description.
    :ivar least_n: the smallest mean force on a cell since ``begin_pass``.
    :ivar most_n: the largest.
    """

    def __init__(self, world: World, parts: Parts, spec: EdgeSpec) -> None:
        """Begin with a burr all along."""
        self.spec = spec
        self.reference = ReferenceFrame(world, parts, spec)
        self.line = Polyline(spec.points)
        _, self._middles = self.line.middles(_CELL_M)
        self._cells = [Burr.THERE] * len(self._middles)
        self._passing: int | None = None
        self._impulse_ns = self._passed_s = 0.0
        self.least_n, self.most_n = inf, 0.0

    @property
    def station_id(self) -> str:
        """Its name."""
        return self.spec.station_id

    @property
    def bodies(self) -> tuple[int, ...]:
        """None: it is a line on something else."""
        return ()

    def advance(self, dt: float) -> None:
        """Do nothing: a burr stays."""

    def joints(self) -> tuple[float, ...]:
        """Return nothing: nothing of it moves."""
        return ()

    def describe(self) -> str:
        """Say how much of it has a burr, and a notch."""
        notches = f', {self.gouged_m * 1e3:.0f} mm gouged' if self.gouged_m else ''
        return f'burr on {self.burr_m * 1e3:.0f} of {self.line.length_m * 1e3:.0f} mm{notches}'

    @property
    def is_in_place(self) -> bool:
        """Whether what it is on is where it is worked at, as measured."""
        return self.reference.is_in_place

    @property
    def is_done(self) -> bool:
        """Whether it has neither burr nor notch."""
        return all(cell is Burr.OFF for cell in self._cells)

    @property
    def burr_m(self) -> float:
        """The length that still has its burr."""
        return self._length_m(Burr.THERE)

    @property
    def gouged_m(self) -> float:
        """The length with a notch."""
        return self._length_m(Burr.GOUGED)

    @property
    def burrs(self) -> list[tuple[float, float]]:
        """From where to where along the edge there is a burr, metres."""
        return stretches([cell is Burr.THERE for cell in self._cells], self.line.length_m)

    def begin_pass(self) -> None:
        """Begin to note the forces anew."""
        self._passing = None
        self.least_n, self.most_n = inf, 0.0

    def touch(self, contact: Vector, force_n: float, dt: float) -> None:
        """
        Be pressed on by a tool that passes.

        :param contact: where, frame world.
        """
        off = np.linalg.norm(self._middles - np.array(self.reference.described(contact)), axis=1)
        nearest = int(off.argmin())
        if off[nearest] > _NEAR_M:
            self.leave()
            return
        if nearest != self._passing:
            self.leave()
            self._passing = nearest
        self._impulse_ns += force_n * dt
        self._passed_s += dt

    def leave(self) -> None:
        """Be left by the tool: judge the cell that it was on last."""
        if self._passing is not None and self._passed_s > 0.0:
            force_n = self._impulse_ns / self._passed_s
            self.least_n, self.most_n = min(self.least_n, force_n), max(self.most_n, force_n)
            low, high = self.spec.force_n
            if force_n > high:
                self._cells[self._passing] = Burr.GOUGED
            elif force_n >= low and self._cells[self._passing] is Burr.THERE:
                self._cells[self._passing] = Burr.OFF
        self._passing = None
        self._impulse_ns = self._passed_s = 0.0

    def work_by_hand(self) -> None:
        """Have its burr filed off, as by a person's hand; notches stay."""
        self._cells = [Burr.OFF if it is Burr.THERE else it for it in self._cells]

    def _length_m(self, kind: Burr) -> float:
        return self.line.length_m * self._cells.count(kind) / len(self._cells)
