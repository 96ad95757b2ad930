"""Machines, conveyors, shuttles and pallets: what handles parts beside the arms."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist, isfinite

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.world.strict import STRICT

CHUCK_M = 0.10  #: height of a machine's chuck floor over its underside
ON_TOP_M = 0.02  #: how far from a belt's surface a place on it may be, up or down


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSpec:
    """
    A machine with a sliding door above its chuck, and a column behind it.

    A part goes into the chuck from above. A cycle cuts it to the size that its ``finished``
    says.

    :ivar position: of the middle of the chuck, seen from above, on the machine's underside.
    :ivar yaw: 0: its column stands towards -x.
    :ivar cycle_s: how long it works on a part.
    :ivar spread_m: standard deviation of what it cuts, per axis.
    """

    __pydantic_config__ = STRICT

    station_id: str
    position: Vector
    yaw: float = 0.0
    cycle_s: float = 8.0
    spread_m: float = 0.00005

    def __post_init__(self) -> None:
        """Refuse a machine without a cycle."""
        if not (isfinite(self.cycle_s) and self.cycle_s > 0):
            raise ValueError(f'cycle_s must be > 0, got {self.cycle_s}')
        if not 0 <= self.spread_m < 0.001:
            raise ValueError(f'spread_m must be 0 to 0.001, got {self.spread_m}')

    @property
    def work_at(self) -> Vector:
        """Where a part's underside rests in the chuck."""
        x, y, z = self.position
        return (x, y, z + CHUCK_M)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConveyorSpec:
    """
    A level belt with a stop and a photo-eye at its end.

    :ivar start: middle of the belt's surface where it begins.
    :ivar end: middle of the belt's surface at the stop: the face of a part comes to rest here.
    :ivar width_m: of the belt.
    :ivar speed_mps: of the belt while it runs.
    """

    __pydantic_config__ = STRICT

    station_id: str
    start: Vector
    end: Vector
    width_m: float = 0.12
    speed_mps: float = 0.15

    def __post_init__(self) -> None:
        """Refuse a belt that goes nowhere, or up."""
        if not dist(self.start, self.end) > 0.2:
            raise ValueError(f'start and end must be more than 0.2 m apart, got {self.end}')
        if self.start[2] != self.end[2]:
            raise ValueError(
                f'start and end must be at one height, got {self.start[2]} and {self.end[2]}'
            )
        if not 0.04 <= self.width_m <= 1.0:
            raise ValueError(f'width_m must be 0.04 to 1, got {self.width_m}')
        if not 0 < self.speed_mps <= 0.5:
            raise ValueError(f'speed_mps must be above 0 and at most 0.5, got {self.speed_mps}')

    @property
    def work_at(self) -> Vector:
        """Where parts are taken off."""
        return self.end

    def bears(self, at: Vector) -> bool:
        """Tell whether a place lies on the belt."""
        length_m = dist(self.start, self.end)
        along = [(b - a) / length_m for a, b in zip(self.start, self.end, strict=True)]
        off = [b - a for a, b in zip(self.start, at, strict=True)]
        along_m = off[0] * along[0] + off[1] * along[1]
        beside_m = off[0] * along[1] - off[1] * along[0]
        on_top = abs(off[2]) <= ON_TOP_M
        return on_top and 0 <= along_m <= length_m and abs(beside_m) <= self.width_m / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ShuttleSpec:
    """
    A tray on a rail that takes parts from one place to another, as through an airlock.

    It goes to ``unload_at`` when there is something on it, and back when there is nothing;
    each time only after nobody has reached over it for ``clear_s``.

    :ivar load_at: middle of the tray's surface where it is loaded.
    :ivar unload_at: middle of the tray's surface where it is emptied, at the same height.
    :ivar size_m: side of the square tray.
    """

    __pydantic_config__ = STRICT

    station_id: str
    load_at: Vector
    unload_at: Vector
    size_m: float = 0.16
    speed_mps: float = 0.2
    clear_s: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a tray that goes nowhere, or up."""
        if not dist(self.load_at, self.unload_at) > self.size_m:
            raise ValueError(
                f'load_at and unload_at must be farther apart than size_m, got {self.unload_at}'
            )
        if self.load_at[2] != self.unload_at[2]:
            heights = f'{self.load_at[2]} and {self.unload_at[2]}'
            raise ValueError(f'load_at and unload_at must be at one height, got {heights}')
        if not 0.05 <= self.size_m <= 0.5:
            raise ValueError(f'size_m must be 0.05 to 0.5, got {self.size_m}')
        if not 0 < self.speed_mps <= 0.5:
            raise ValueError(f'speed_mps must be above 0 and at most 0.5, got {self.speed_mps}')
        if not self.clear_s >= 0:
            raise ValueError(f'clear_s must be >= 0, got {self.clear_s}')

    @property
    def work_at(self) -> Vector:
        """Where parts are taken off."""
        return self.unload_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PalletSpec:
    """
    A pattern of places on something flat, filled layer by layer, row by row.

    It has no body of its own: the pallet that it is on is a fixture.

    :ivar position: where the underside of the very first part rests, in its middle.
    :ivar yaw: of the pattern about z: columns go along its x axis, rows along its y axis.
    :ivar pitch_m: from column to column and from row to row.
    :ivar tolerance_m: how far off its place a part may stand.
    """

    __pydantic_config__ = STRICT

    station_id: str
    position: Vector
    yaw: float = 0.0
    columns: int
    rows: int
    layers: int = 1
    pitch_m: tuple[float, float]
    tolerance_m: float = 0.005

    def __post_init__(self) -> None:
        """Refuse a pattern without places."""
        for name in ('columns', 'rows', 'layers'):
            if getattr(self, name) < 1:
                raise ValueError(f'{name} must be >= 1, got {getattr(self, name)}')
        if not all(pitch > 0 for pitch in self.pitch_m):
            raise ValueError(f'pitch_m must be two lengths > 0, got {self.pitch_m}')
        if not self.tolerance_m > 0:
            raise ValueError(f'tolerance_m must be > 0, got {self.tolerance_m}')

    @property
    def work_at(self) -> Vector:
        """Where the pattern begins."""
        return self.position
