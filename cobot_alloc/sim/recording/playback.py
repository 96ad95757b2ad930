"""Where everything was at any time of a recording, for pictures and films."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.recording.entries import Frame
from cobot_alloc.sim.recording.file import Recording
from cobot_alloc.sim.recording.frames import FrameDecoder
from cobot_alloc.sim.world.snapshot import BareCapsule, CellSnapshot

K = TypeVar('K')


def snapshot_at(recording: Recording, at_s: float) -> CellSnapshot:
    """
    Return where everything was at a time, in simulated seconds.

    :raises BadInput: if the recording does not go as far, or is damaged.
    """
    return next(snapshots_at(recording, [at_s]))


def snapshots_at(recording: Recording, times_s: Iterable[float]) -> Iterator[CellSnapshot]:
    """
    Yield where everything was at times that only grow; between two frames, in between.

    :raises BadInput: if the recording does not go as far, or is damaged.
    """
    frames: Iterator[CellSnapshot] | None = None
    before = after = None
    for at_s in times_s:
        if not 0.0 <= at_s <= recording.duration_s + 1e-9:
            raise BadInput(
                f'{recording.path}: got {at_s:g} s, expected 0 to {recording.duration_s:g} s'
            )
        if frames is None:
            frames = _frames(recording, at_s)
            before = after = next(frames)
        while after is not None and after.at_s < at_s:
            before, after = after, next(frames, None)
        assert before is not None
        yield before if after is None else between(before, after, at_s)


def between(before: CellSnapshot, after: CellSnapshot, at_s: float) -> CellSnapshot:
    """Return a snapshot between two: what moves is taken to move straight on."""
    if after.at_s <= before.at_s or at_s >= after.at_s:
        return after
    share = (at_s - before.at_s) / (after.at_s - before.at_s)
    return replace(
        before,
        at_s=at_s,
        arms=_mixed(before.arms, after.arms, share),
        stations=_mixed(before.stations, after.stations, share),
        parts={
            name: _pose(pose, after.parts.get(name, pose), share)
            for name, pose in before.parts.items()
        },
        people={
            name: _limbs(limbs, after.people.get(name, limbs), share)
            for name, limbs in before.people.items()
        },
    )


def _frames(recording: Recording, from_s: float) -> Iterator[CellSnapshot]:
    hz = recording.world.step_hz
    decoder = FrameDecoder(hz)
    found = False
    for entry in recording.entries(int(from_s * hz + 1e-6)):
        if isinstance(entry, Frame):
            found = True
            yield decoder.decode(entry)
    if not found:
        raise BadInput(f'{recording.path}: there is nothing to be seen at {from_s:g} s')


def _mixed(
    before: Mapping[K, tuple[float, ...]], after: Mapping[K, tuple[float, ...]], share: float
) -> dict[K, tuple[float, ...]]:
    return {name: _mix(values, after.get(name, values), share) for name, values in before.items()}


def _mix(before: tuple[float, ...], after: tuple[float, ...], share: float) -> tuple[float, ...]:
    return tuple(a + (b - a) * share for a, b in zip(before, after, strict=True))


def _point(before: Vector, after: Vector, share: float) -> Vector:
    x, y, z = _mix(before, after, share)
    return (x, y, z)


def _pose(before: Pose, after: Pose, share: float) -> Pose:
    a, b = np.array(before.orientation), np.array(after.orientation)
    turned = a + (b * (1.0 if a @ b >= 0 else -1.0) - a) * share
    x, y, z, w = (turned / np.linalg.norm(turned)).tolist()
    return Pose(position=_point(before.position, after.position, share), orientation=(x, y, z, w))


def _limbs(
    before: tuple[BareCapsule, ...], after: tuple[BareCapsule, ...], share: float
) -> tuple[BareCapsule, ...]:
    return tuple(
        (_point(a[0], b[0], share), _point(a[1], b[1], share), a[2])
        for a, b in zip(before, after, strict=False)
    )
