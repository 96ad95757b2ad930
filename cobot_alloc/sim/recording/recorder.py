"""A simulated cell that is recorded while it works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from types import MethodType
from typing import Any

import msgspec

from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell
from cobot_alloc.sim.recording.entries import Check, End, Entry, FRAME_HZ, Input, ReportEntry
from cobot_alloc.sim.recording.file import RecordingWriter
from cobot_alloc.sim.recording.frames import FrameEncoder
from cobot_alloc.sim.recording.inputs import as_data, INPUTS

_CHECK_S = 1.0  # simulated seconds from one check to the next; a chunk of the file is as long


class CellRecorder:
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
        self._cell = cell
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

    def __getattr__(self, name: str) -> Any:
        """Pass on what the cell offers; what it is asked to do is written down before."""
        return self._watched(name, getattr(self._cell, name))

    def _watched(self, name: str, found: Any) -> Any:
        if name in INPUTS:
            return self._noted(name, found)
        if any(method.startswith(f'{name}.') for method in INPUTS):
            return _PartOfCell(self, name, found)
        return found

    def _noted(self, name: str, call: MethodType) -> Callable[..., Any]:
        @wraps(call)
        def noted(*args: Any, **kwargs: Any) -> Any:
            arguments = as_data(call, args, kwargs)
            # Not if it is refused: a refusal changes nothing.
            result = call(*args, **kwargs)
            self._entries.append(Input(self._steps, name, arguments))
            return result

        return noted

    def _write_frame(self) -> None:
        """Write down where everything is; every second, to the last bit."""
        if self._steps % self._check_steps == 0:
            self._writer.write(self._entries)
            self._entries = [Check(self._steps, self._cell.fingerprint())]
            self._encoder.begin_chunk()
        self._entries.append(self._encoder.encode(self._steps, self._cell.snapshot()))


class _PartOfCell:
    """A part of the cell that can be asked to do things as well."""

    def __init__(self, recorder: CellRecorder, name: str, part: Any) -> None:
        self._recorder, self._name, self._part = recorder, name, part

    def __getattr__(self, name: str) -> Any:
        return self._recorder._watched(f'{self._name}.{name}', getattr(self._part, name))
