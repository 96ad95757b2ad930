"""Do again what was recorded, and find the first difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
import os
from pathlib import Path
from typing import Any

import msgspec

from cobot_alloc.domain.errors import Refused
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell
from cobot_alloc.sim.recording.entries import Check, End, Frame, Input, ReportEntry
from cobot_alloc.sim.recording.file import Recording
from cobot_alloc.sim.recording.inputs import apply

_SHOWN = 4  # of the things that differ, in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """
    What came of doing a recording again.

    :ivar made_by: version of the package that recorded it.
    :ivar checks: how many times the full state was compared.
    :ivar reports: how many reports of arms were compared.
    :ivar until_s: simulated time up to which everything was the same.
    :ivar difference: the first one, in a sentence; empty if there is none.
    :ivar is_complete: whether the recording was ended; else it was cut off.
    """

    made_by: str
    checks: int
    reports: int
    until_s: float
    difference: str
    is_complete: bool


def replay(path: Path, *, progress: Callable[[float, float], None] | None = None) -> Replay:
    """
    Build the world of a recording again, give it the same inputs, and compare.

    :param progress: told now and then how many simulated seconds are done, of how many.
    :raises BadInput: if the recording cannot be read.
    """
    recording = Recording(path)
    try:
        cell = _cell_of(recording)
        try:
            return _Repetition(recording, cell).run(progress)
        finally:
            cell.close()
    finally:
        recording.close()


def _cell_of(recording: Recording) -> SimulatedCell | PartitionedCell:
    if not recording.is_split:
        return SimulatedCell(recording.world)
    return PartitionedCell(recording.world, processes=os.cpu_count() or 1, has_planners=False)


class _Repetition:
    """One repetition of a recording, up to the first difference."""

    def __init__(self, recording: Recording, cell: SimulatedCell | PartitionedCell) -> None:
        self._recording, self._cell = recording, cell
        self._steps = self._checks = self._reports = 0
        self._same_at_s = 0.0
        self._told: list[Any] = []

    def run(self, progress: Callable[[float, float], None] | None) -> Replay:
        """Compare all of it."""
        difference = next(self._differences(progress), '')
        return Replay(
            made_by=self._recording.made_by,
            checks=self._checks,
            reports=self._reports,
            until_s=self._same_at_s,
            difference=difference,
            is_complete=self._recording.is_complete,
        )

    def _differences(self, progress: Callable[[float, float], None] | None) -> Iterator[str]:
        for entry in self._recording.entries():
            self._step_to(entry.step)
            if isinstance(entry, Input):
                yield from self._ask(entry)
            elif isinstance(entry, Check):
                yield from self._compare(entry)
                if progress is not None:
                    progress(self._cell.now_s, self._recording.duration_s)
            elif isinstance(entry, ReportEntry):
                yield from self._expect(entry)
            elif isinstance(entry, End):
                yield from self._nothing_more()
            else:
                assert isinstance(entry, Frame)  # for pictures only

    def _step_to(self, step: int) -> None:
        while self._steps < step:
            self._cell.step()
            self._steps += 1

    def _ask(self, entry: Input) -> Iterator[str]:
        try:
            apply(self._cell, entry.method, entry.arguments)
        except Refused as refusal:
            yield f'{self._when()}: {entry.method} is refused now: {refusal}'

    def _compare(self, entry: Check) -> Iterator[str]:
        self._checks += 1
        found = self._cell.fingerprint()
        names = [*found, *(name for name in entry.digests if name not in found)]
        other = [name for name in names if found.get(name) != entry.digests.get(name)]
        if other:
            more = f' and {len(other) - _SHOWN} more' if len(other) > _SHOWN else ''
            yield (
                f'{self._when()}: not the same: {", ".join(other[:_SHOWN])}{more};'
                f' all was the same at {self._same_at_s:.3f} s'
            )
        self._same_at_s = self._cell.now_s

    def _expect(self, entry: ReportEntry) -> Iterator[str]:
        self._collect()
        self._reports += 1
        if not self._told:
            yield f'{self._when()}: {_named(entry.report)} is not reported now'
        elif (told := self._told.pop(0)) != entry.report:
            yield f'{self._when()}: {_named(told)} is reported, expected {_named(entry.report)}'

    def _nothing_more(self) -> Iterator[str]:
        self._collect()
        if self._told:
            yield f'{self._when()}: {_named(self._told[0])} is reported, expected no report'

    def _collect(self) -> None:
        self._told += [msgspec.to_builtins(report) for report in self._cell.take_reports()]

    def _when(self) -> str:
        return f'at {self._cell.now_s:.3f} s'


def _named(report: dict[str, Any]) -> str:
    failure = report.get('failure') or {}
    end = failure.get('code') or report['status']
    return f'{report["task_id"]} of {report["agent_id"]} as {end}'
