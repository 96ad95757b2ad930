"""Faults on demand. They act on the physics only; the rest sees what can be measured."""

from __future__ import annotations

from collections.abc import Iterable

from cobot_alloc.application.world import FaultKind, FaultSpec
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.arms.drive import Drive
from cobot_alloc.sim.arms.routine import Move
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.tools.tool import Gripper

_ELSEWHERE: Vector = (100.0, 100.0, 0.0)  # where missing parts wait, a metre apart


def take_away_missing(faults: Iterable[FaultSpec], parts: Parts) -> None:
    """Put the parts that are to be missing out of the cell."""
    missing = [fault.part for fault in faults if fault.kind is FaultKind.PART_MISSING]
    for number, part in enumerate(missing):
        x, y, z = _ELSEWHERE
        parts.put(part, (x + number, y, z))


class GripSlips:
    """Breaks the grip in the middle of certain carries."""

    def __init__(self, faults: Iterable[FaultSpec]) -> None:
        """Wait for the carries named."""
        self._faults = [fault for fault in faults if fault.kind is FaultKind.GRIP_SLIP]
        self._carries: dict[str, int] = {}
        self._last: dict[Drive, Move] = {}

    def watch(self, drive: Drive, gripper: Gripper) -> None:
        """Let the part slip if the carry that is under way is one that should fail."""
        move, part = drive.step, gripper.part
        if part is None or not isinstance(move, Move) or move.name != 'carry':
            return
        if self._last.get(drive) is not move:
            self._last[drive] = move
            self._carries[part] = self._carries.get(part, 0) + 1
        if any(
            fault.part == part
            and fault.nth_carry == self._carries[part]
            and drive.fraction >= fault.after_fraction
            for fault in self._faults
        ):
            gripper.break_grip()
