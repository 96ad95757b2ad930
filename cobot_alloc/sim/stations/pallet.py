"""A pattern of places: which are filled is found by looking at what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import dist

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.scene.parts import Parts, turned
from cobot_alloc.sim.world import LocationSpec, PalletSpec

UPRIGHT_DEG = 3.0  #: a part that leans more does not stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place of the pattern, counted from 1."""

    layer: int
    row: int
    column: int

    def __str__(self) -> str:
        """Return what a person calls it."""
        return f'layer {self.layer}, row {self.row}, column {self.column}'


class Pallet:
    """One pattern; implements ``station.Station``."""

    bodies: tuple[int, ...] = ()

    def __init__(self, spec: PalletSpec, parts: Parts) -> None:
        """Look at the parts of a cell."""
        self.spec = spec
        self._parts = parts

    @property
    def station_id(self) -> str:
        """Its name."""
        return self.spec.station_id

    def advance(self, dt: float) -> None:
        """Do nothing."""

    def joints(self) -> tuple[float, ...]:
        """Return nothing: it does not move."""
        return ()

    def describe(self) -> str:
        """Say how many of its places are filled."""
        filled = sum(self.occupant(slot) is not None for slot in self.slots())
        return f'{filled} of {len(list(self.slots()))} places filled'

    def slots(self) -> Iterator[Slot]:
        """Yield the places in the order in which they are filled."""
        spec = self.spec
        for layer in range(1, spec.layers + 1):
            for row in range(1, spec.rows + 1):
                for column in range(1, spec.columns + 1):
                    yield Slot(layer=layer, row=row, column=column)

    def next_free(self) -> Slot | None:
        """Return the first place in which no part stands, or None if all are filled."""
        return next((slot for slot in self.slots() if self.occupant(slot) is None), None)

    def place(self, slot: Slot) -> LocationSpec:
        """Return where the underside of a part rests in a slot: on what stands below."""
        x, y = turned(
            self.spec.yaw,
            (slot.column - 1) * self.spec.pitch_m[0],
            (slot.row - 1) * self.spec.pitch_m[1],
        )
        at = self.spec.position
        return LocationSpec(
            name=f'{self.station_id} ({slot})',
            position=(at[0] + x, at[1] + y, at[2] + self._height_m(slot)),
            tolerance_m=self.spec.tolerance_m,
        )

    def occupant(self, slot: Slot) -> str | None:
        """Return the part that stands in a slot as it should, at rest and upright."""
        place = self.place(slot)
        return next((part for part in self._parts.bodies if self._stands(part, place)), None)

    def slot_of(self, part: str) -> Slot | None:
        """Return the slot in which a part stands as it should."""
        return next((s for s in self.slots() if self._stands(part, self.place(s))), None)

    def nearest(self, part: str) -> tuple[Slot, float]:
        """Return the slot nearest to where a part is, and how far off it is."""
        off_m = {slot: self._parts.distance_m(part, self.place(slot)) for slot in self.slots()}
        slot = min(off_m, key=lambda slot: off_m[slot])
        return slot, off_m[slot]

    def positions(self) -> dict[str, Vector]:
        """Return where every part is that stands in the pattern."""
        parts = filter(None, (self.occupant(slot) for slot in self.slots()))
        return {part: self._parts.pose(part).position for part in parts}

    def moved_m(self, before: Mapping[str, Vector]) -> tuple[str, float]:
        """Return the part that has moved farthest since, and how far."""
        moved = {part: dist(at, self._parts.pose(part).position) for part, at in before.items()}
        worst = max(moved, key=lambda part: moved[part], default='')
        return worst, moved.get(worst, 0.0)

    def _stands(self, part: str, place: LocationSpec) -> bool:
        return (
            self._parts.distance_m(part, place) <= place.tolerance_m
            and self._parts.tilt_deg(part) < UPRIGHT_DEG
            and self._parts.is_at_rest(part)
        )

    def _height_m(self, slot: Slot) -> float:
        """Return how high the parts that stand below a slot are together."""
        if slot.layer == 1:
            return 0.0
        below = Slot(layer=slot.layer - 1, row=slot.row, column=slot.column)
        part = self.occupant(below)
        return self._height_m(below) + (0.0 if part is None else self._parts.spec(part).size[2])
