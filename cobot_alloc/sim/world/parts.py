"""Loose parts: what they should be, and how far the real ones are from that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.world.strict import STRICT


class DefectKind(str, Enum):
    """What can be wrong with the shape of a part."""

    BUMP = 'bump'  #: a burr stands out of its top
    NARROW_POCKET = 'narrow_pocket'  #: its pocket is too narrow
    SHORT = 'short'  #: its extent along x is too short


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectSpec:
    """
    Something that may be wrong with a part.

    :ivar size_m: how high the bump is, or by how much the pocket is narrow, the part short.
    :ivar probability: with which it is so, drawn from the world's seed.
    """

    __pydantic_config__ = STRICT

    kind: DefectKind
    size_m: float
    probability: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a defect without extent."""
        if not self.size_m > 0:
            raise ValueError(f'size_m must be > 0, got {self.size_m}')
        if not 0 <= self.probability <= 1:
            raise ValueError(f'probability must be 0 to 1, got {self.probability}')


@dataclass(frozen=True, slots=True, kw_only=True)
class PocketSpec:
    """
    A square pocket in the middle of a part's top.

    :ivar side_m: nominal width.
    :ivar spread_m: standard deviation of the true width.
    :ivar tolerance_m: by how much ``inspect`` lets the width be off.
    """

    __pydantic_config__ = STRICT

    side_m: float
    depth_m: float
    spread_m: float = 0.0
    tolerance_m: float = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSpec:
    """
    A loose part, a box.

    What is written here is what everybody believes; the true part may differ, and only
    measuring tells.

    :ivar size: nominal full extent, metres.
    :ivar mass_kg: nominal.
    :ivar finished: nominal full extent after a machine has worked on it; None: it is not for
        a machine.
    :ivar spread_m: standard deviation of the true extents, per axis.
    :ivar mass_spread_kg: standard deviation of the true mass.
    :ivar tolerance_m: by how much ``inspect`` lets each extent be off.
    :ivar flatness_m: by how much ``inspect`` lets the top be uneven.
    """

    __pydantic_config__ = STRICT

    part_id: str
    at: str
    size: Vector = (0.05, 0.05, 0.05)
    mass_kg: float = 0.1
    color: str = 'steel'
    finished: Vector | None = None
    spread_m: Vector = (0.0, 0.0, 0.0)
    mass_spread_kg: float = 0.0
    tolerance_m: Vector = (0.0005, 0.0005, 0.0005)
    flatness_m: float = 0.0005
    pocket: PocketSpec | None = None
    defects: tuple[DefectSpec, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a part without mass or extent, or one that a pocket goes through."""
        if not self.mass_kg > 0:
            raise ValueError(f'mass_kg must be > 0, got {self.mass_kg}')
        if not all(side > 0 for side in self.size):
            raise ValueError(f'size must be three lengths > 0, got {self.size}')
        if self.finished is not None and not all(
            0 < after <= before for after, before in zip(self.finished, self.size, strict=True)
        ):
            raise ValueError(f'finished must be > 0 and at most size, got {self.finished}')
        if not all(spread >= 0 for spread in (*self.spread_m, self.mass_spread_kg)):
            raise ValueError(f'spread_m and mass_spread_kg must be >= 0, got {self.spread_m}')
        if not all(allowed > 0 for allowed in (*self.tolerance_m, self.flatness_m)):
            raise ValueError(f'tolerance_m and flatness_m must be > 0, got {self.tolerance_m}')
        self._check_pocket()

    def _check_pocket(self) -> None:
        pocket, narrowest = self.pocket, min(self.size[:2])
        if pocket is None:
            if any(defect.kind is DefectKind.NARROW_POCKET for defect in self.defects):
                raise ValueError('a narrow_pocket needs a pocket')
        elif not (0 < pocket.side_m < narrowest and 0 < pocket.depth_m < self.size[2]):
            raise ValueError(
                f'pocket must be smaller than the part, got side_m {pocket.side_m} and'
                f' depth_m {pocket.depth_m}'
            )

    @property
    def drawing(self) -> Vector:
        """What it should measure in the end: nominal full extent."""
        return self.finished or self.size
