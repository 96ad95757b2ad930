"""A cell that is used like the cell in it: the base of what watches one while it works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from cobot_alloc.application.arm_ports import (
    ArmStatus,
    CellWorld,
    ChoreReport,
    HandWork,
    ZoneReading,
)
from cobot_alloc.application.shapes import Shape
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.world import Chore
from cobot_alloc.sim.world.snapshot import CellSnapshot


class SeenCell(CellWorld, Protocol):
    """A cell of which it can be told where everything is."""

    def snapshot(self) -> CellSnapshot:
        """Return where everything is now."""


C = TypeVar('C', bound=SeenCell)


class WrappedCell(Generic[C]):
    """Passes everything on to the cell in it; implements ``SeenCell`` and ``HandWork``."""

    def __init__(self, cell: C) -> None:
        """Stand before a cell, which is closed with this one."""
        self._cell = cell

    @property
    def now_s(self) -> float:
        """Simulated time in seconds since the world was made."""
        return self._cell.now_s

    def step(self) -> None:
        """Advance by one physics step."""
        self._cell.step()

    def close(self) -> None:
        """Release the physics engine."""
        self._cell.close()

    @property
    def arm_ids(self) -> Sequence[AgentId]:
        """The arms of the cell."""
        return self._cell.arm_ids

    def arm_status(self, agent_id: AgentId) -> ArmStatus:
        """Return the arm at this instant."""
        return self._cell.arm_status(agent_id)

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Start a task on an idle arm.

        :raises Refused: as the cell does.
        """
        self._cell.begin(agent_id, task, fence)

    def cancel(self, agent_id: AgentId, fence: Fence) -> bool:
        """Bring the attempt's motion to rest on its path and end it; False if not running."""
        return self._cell.cancel(agent_id, fence)

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports of attempts that ended since the last call."""
        return self._cell.take_reports()

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the whole cell."""
        self._cell.set_cell_mode(mode)

    def resume(self, agent_id: AgentId) -> bool:
        """Let a held arm go on; False where the zones or the cell's mode do not allow it."""
        return self._cell.resume(agent_id)

    def zone_readings(self) -> Sequence[ZoneReading]:
        """Return what the sensing says of every zone."""
        return self._cell.zone_readings()

    def move_part(self, part: str, location: str) -> None:
        """
        Put a part at a location, as a person's hands would.

        :raises Refused: as the cell does.
        """
        self._cell.move_part(part, location)

    @property
    def hand_work(self) -> HandWork | None:
        """What the people of the cell do by hand, asked through this one."""
        return self if self._cell.hand_work is not None else None

    def ask(self, chore: Chore, person_id: str = '') -> int:
        """
        Ask a person to do something by hand, in a cell that has people.

        :raises Refused: as the cell does.
        """
        assert self._cell.hand_work is not None, 'there is somebody'
        return self._cell.hand_work.ask(chore, person_id)

    def take_chore_reports(self) -> Sequence[ChoreReport]:
        """Return the reports of chores that ended since the last call."""
        return () if self._cell.hand_work is None else self._cell.hand_work.take_chore_reports()

    def shapes(self) -> Sequence[Shape]:
        """Return everything that there is to be shown but the zones, as simple shapes."""
        return self._cell.shapes()

    def snapshot(self) -> CellSnapshot:
        """Return where everything is now."""
        return self._cell.snapshot()
