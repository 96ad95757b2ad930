"""A simulated cell that is recorded while it works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell
from cobot_alloc.sim.recording.entries import Check, End, Entry, FRAME_HZ, Input, ReportEntry
from cobot_alloc.sim.recording.file import RecordingWriter
from cobot_alloc.sim.recording.frames import FrameEncoder
from cobot_alloc.sim.world import Chore
from cobot_alloc.sim.wrapped_cell import WrappedCell

_CHECK_S = 1.0  # simulated seconds from one check to the next; a chunk of the file is as long


class CellRecorder(WrappedCell[SimulatedCell | PartitionedCell]):
    """
    Is used like the cell in it; whatever comes in is written down with its step.

    In steps it costs nothing but for frames and checks. What only looks is passed on.
    """

    def __init__(
        self, cell: SimulatedCell | PartitionedCell, path: Path, *, frame_hz: float = FRAME_HZ
    ) -> None:
        """
        Begin a recording of a cell that was not stepped yet.

        :raises BadInput: if the file cannot be written.
        """
        super().__init__(cell)
        self.sensing = _NotedSensing(cell.sensing, self._note)
        self._writer = RecordingWriter(
            path, cell.world, is_split=isinstance(cell, PartitionedCell)
        )
        self._steps = 0
        self._frame_steps = max(1, round(cell.world.step_hz / frame_hz))
        self._check_steps = round(cell.world.step_hz * _CHECK_S)
        self._encoder = FrameEncoder()
        self._entries: list[Entry] = []
        self._is_closed = False
        self._write_frame()

    def step(self) -> None:
        """Advance by one physics step."""
        self._cell.step()
        self._steps += 1
        if self._steps % self._frame_steps == 0 or self._steps % self._check_steps == 0:
            self._write_frame()

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports of attempts that ended since the last call."""
        reports = self._cell.take_reports()
        self._entries += [ReportEntry(self._steps, msgspec.to_builtins(it)) for it in reports]
        return reports

    def close(self) -> None:
        """End the recording and release the physics engine."""
        if not self._is_closed:
            self._is_closed = True
            self._writer.write([*self._entries, End(self._steps)])
            self._writer.close()
        self._cell.close()

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Start a task on an idle arm.

        :raises Refused: as the cell does.
        """
        self._cell.begin(agent_id, task, fence)
        self._note('begin', agent_id=agent_id, task=task, fence=fence)

    def cancel(self, agent_id: AgentId, fence: Fence) -> bool:
        """Bring the attempt's motion to rest on its path and end it; False if not running."""
        was_running = self._cell.cancel(agent_id, fence)
        self._note('cancel', agent_id=agent_id, fence=fence)
        return was_running

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the whole cell."""
        self._cell.set_cell_mode(mode)
        self._note('set_cell_mode', mode=mode)

    def resume(self, agent_id: AgentId) -> bool:
        """Let a held arm go on; False where the zones or the cell's mode do not allow it."""
        goes_on = self._cell.resume(agent_id)
        self._note('resume', agent_id=agent_id)
        return goes_on

    def move_part(self, part: str, location: str) -> None:
        """
        Put a part at a location, as a person's hands would.

        :raises Refused: as the cell does.
        """
        self._cell.move_part(part, location)
        self._note('move_part', part=part, location=location)

    def ask(self, chore: Chore, person_id: str = '') -> int:
        """
        Ask a person to do something by hand.

        :raises Refused: as the cell does.
        """
        ticket = super().ask(chore, person_id)
        self._note('ask', chore=chore, person_id=person_id)
        return ticket

    def set_right(self, name: str) -> None:
        """
        Repair an arm or clear a station, as a person's hands would.

        :raises Refused: as the cell does.
        """
        self._cell.set_right(name)
        self._note('set_right', name=name)

    def place_person(self, person_id: str, at: tuple[float, float]) -> None:
        """Put a person of a cell that is not partitioned somewhere, for tests and trials."""
        assert isinstance(self._cell, SimulatedCell), 'a world with people is not partitioned'
        self._cell.place_person(person_id, at)
        self._note('place_person', person_id=person_id, at=at)

    def _note(self, method: str, **arguments: object) -> None:
        """Write down what was asked and not refused: a refusal changes nothing."""
        given = {name: msgspec.to_builtins(it) for name, it in arguments.items()}
        self._entries.append(Input(self._steps, method, given))

    def _write_frame(self) -> None:
        """Write down where everything is; every second, to the last bit."""
        if self._steps % self._check_steps == 0:
            self._writer.write(self._entries)
            self._entries = [Check(self._steps, self._cell.fingerprint())]
            self._encoder.begin_chunk()
        self._entries.append(self._encoder.encode(self._steps, self._cell.snapshot()))


class _CanFail(Protocol):
    """Sensing that can be made to fail."""

    def freeze(self) -> None: ...

    def poison(self) -> None: ...

    def restore(self) -> None: ...


class _NotedSensing:
    """The sensing of the cell; what it is made to do is written down."""

    def __init__(self, sensing: _CanFail, note: Callable[[str], None]) -> None:
        self._sensing, self._note = sensing, note

    def freeze(self) -> None:
        """Deliver no more sightings: the latest one grows old."""
        self._sensing.freeze()
        self._note('sensing.freeze')

    def poison(self) -> None:
        """Deliver sightings with positions that are not numbers."""
        self._sensing.poison()
        self._note('sensing.poison')

    def restore(self) -> None:
        """Work again."""
        self._sensing.restore()
        self._note('sensing.restore')
