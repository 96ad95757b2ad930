"""Snapshots as frames of a recording, and back: only what changed is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
import struct
from typing import Any

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.recording.entries import Frame
from cobot_alloc.sim.world.snapshot import BareCapsule, CellSnapshot

Packed = dict[str, bytes]


class FrameEncoder:
    """Makes frames of snapshots."""

    def __init__(self) -> None:
        """Begin with a complete frame."""
        self.begin_chunk()

    def begin_chunk(self) -> None:
        """Let the next frame be a complete one."""
        self._before: dict[str, Packed] = {}
        self._beads: dict[str, tuple[Vector, ...]] = {}

    def encode(self, step: int, snapshot: CellSnapshot) -> Frame:
        """Return the frame of a snapshot."""
        return Frame(
            step=step,
            arms=self._changed('arms', snapshot.arms),
            parts=self._changed('parts', _flat_poses(snapshot.parts)),
            sizes=self._changed('sizes', snapshot.sizes),
            stations=self._changed('stations', snapshot.stations),
            people=self._changed('people', _flat_people(snapshot.people)),
            beads=self._longer(snapshot.beads),
            occupied=snapshot.occupied,
        )

    def _changed(self, kind: str, things: Mapping[Any, Iterable[float]]) -> Packed:
        before = self._before.get(kind, {})
        self._before[kind] = now = {name: _pack(values) for name, values in things.items()}
        return {name: body for name, body in now.items() if before.get(name) != body}

    def _longer(self, beads: Mapping[str, tuple[Vector, ...]]) -> dict[str, tuple[int, bytes]]:
        changed = {}
        for name, points in beads.items():
            before = self._beads.get(name, ())
            kept = len(before) if points[: len(before)] == before else 0
            if kept < len(points) or name not in self._beads:
                changed[name] = (kept, _pack(chain.from_iterable(points[kept:])))
        self._beads = dict(beads)
        return changed


class FrameDecoder:
    """Makes snapshots of frames; the first must be the first of a chunk."""

    def __init__(self, step_hz: float) -> None:
        """Begin with nothing."""
        self._dt = 1.0 / step_hz
        self._now: dict[str, dict[str, tuple[float, ...]]] = {}
        self._beads: dict[str, tuple[Vector, ...]] = {}

    def decode(self, frame: Frame) -> CellSnapshot:
        """Return the snapshot of a frame."""
        for name, (kept, body) in frame.beads.items():
            self._beads[name] = self._beads.get(name, ())[:kept] + _vectors(_unpack(body))
        return CellSnapshot(
            at_s=frame.step * self._dt,
            arms={AgentId(name): it for name, it in self._all('arms', frame.arms).items()},
            parts={name: _pose(it) for name, it in self._all('parts', frame.parts).items()},
            sizes={name: _vector(it) for name, it in self._all('sizes', frame.sizes).items()},
            stations=dict(self._all('stations', frame.stations)),
            people={name: _limbs(it) for name, it in self._all('people', frame.people).items()},
            beads=dict(self._beads),
            occupied=tuple(frame.occupied),
        )

    def _all(self, kind: str, changed: Packed) -> Mapping[str, tuple[float, ...]]:
        things = self._now.setdefault(kind, {})
        things.update((name, _unpack(body)) for name, body in changed.items())
        return things


def _pack(values: Iterable[float]) -> bytes:
    given = tuple(values)
    return struct.pack(f'<{len(given)}f', *given)


def _unpack(body: bytes) -> tuple[float, ...]:
    return struct.unpack(f'<{len(body) // 4}f', body)


def _flat_poses(poses: Mapping[str, Pose]) -> dict[str, tuple[float, ...]]:
    return {name: (*pose.position, *pose.orientation) for name, pose in poses.items()}


def _flat_people(people: Mapping[str, tuple[BareCapsule, ...]]) -> dict[str, list[float]]:
    return {
        name: [value for start, end, radius in limbs for value in (*start, *end, radius)]
        for name, limbs in people.items()
    }


def _vector(values: tuple[float, ...]) -> Vector:
    x, y, z = values
    return (x, y, z)


def _vectors(values: tuple[float, ...]) -> tuple[Vector, ...]:
    return tuple(_vector(values[at : at + 3]) for at in range(0, len(values), 3))


def _pose(values: tuple[float, ...]) -> Pose:
    x, y, z, w = values[3:]
    return Pose(position=_vector(values[:3]), orientation=(x, y, z, w))


def _limbs(values: tuple[float, ...]) -> tuple[BareCapsule, ...]:
    return tuple(
        (_vector(values[at : at + 3]), _vector(values[at + 3 : at + 6]), values[at + 6])
        for at in range(0, len(values), 7)
    )
