"""Recordings as MCAP files, which Foxglove and others open without any code of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from cobot_alloc.application.shapes import Shape, ShapeKind, shapes_of_zones
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.sim.recording.entries import ReportEntry
from cobot_alloc.sim.recording.file import Recording
from cobot_alloc.sim.recording.playback import snapshots_at
from cobot_alloc.sim.render.stage import Stage
from cobot_alloc.sim.world.snapshot import CellSnapshot

RATE_HZ = 15.0  #: scenes per simulated second
_FRAME = 'world'


def export_mcap(
    recording: Recording, path: Path, *, progress: Callable[[float, float], None]
) -> None:
    """
    Write the scenes of a recording on topic ``/scene``, and the arms' reports on ``/reports``.

    :param progress: told how many simulated seconds are done, of how many.
    :raises BadInput: if the file cannot be written, or what it takes is not installed.
    """
    try:
        import foxglove
        from foxglove import channels, messages
    except ImportError as error:
        raise BadInput(
            f'{path}: MCAP files need foxglove-sdk:'
            f" python -m pip install 'cobot_alloc[foxglove]' ({error})"
        ) from error
    context = foxglove.Context()
    try:
        writer = foxglove.open_mcap(path, allow_overwrite=True, context=context)
    except OSError as error:
        raise BadInput(f'{path}: cannot be written: {error.strerror or error}') from error
    with writer:
        scene = channels.SceneUpdateChannel('/scene', context=context)
        reports = channels.LogChannel('/reports', context=context)
        _write_reports(recording, reports, messages)
        stage = Stage(recording.world)
        try:
            first = True
            count = int(recording.duration_s * RATE_HZ) + 1
            for snapshot in snapshots_at(recording, (n / RATE_HZ for n in range(count))):
                stage.pose(snapshot)
                update = _update(recording, snapshot, stage.shapes(), messages, with_fixed=first)
                scene.log(update, log_time=_nanoseconds(snapshot.at_s))
                progress(snapshot.at_s, recording.duration_s)
                first = False
        finally:
            stage.close()


def _update(
    recording: Recording,
    snapshot: CellSnapshot,
    shapes: Iterable[Shape],
    messages: ModuleType,
    *,
    with_fixed: bool,
) -> Any:
    things: dict[str, list[Shape]] = {}
    zones = shapes_of_zones(recording.world.zones, snapshot.occupied)
    for shape in (*zones, *shapes):
        if with_fixed or not shape.is_fixed:
            things.setdefault(f'{shape.group}/{shape.name}', []).append(shape)
    stamp = _stamp(snapshot.at_s, messages)
    return messages.SceneUpdate(
        entities=[_entity(name, several, stamp, messages) for name, several in things.items()]
    )


def _entity(name: str, shapes: list[Shape], stamp: Any, messages: ModuleType) -> Any:
    """Return one thing; it stays until a newer one of its name takes its place."""
    made: dict[str, list[Any]] = {'cubes': [], 'cylinders': [], 'spheres': [], 'lines': []}
    for shape in shapes:
        red, green, blue, alpha = shape.color
        color = messages.Color(r=red, g=green, b=blue, a=alpha)
        look = {'pose': _pose(shape, messages), 'color': color}
        size = messages.Vector3(x=shape.size[0], y=shape.size[1], z=shape.size[2])
        if shape.kind is ShapeKind.BOX:
            made['cubes'].append(messages.CubePrimitive(size=size, **look))
        elif shape.kind is ShapeKind.CYLINDER:
            made['cylinders'].append(
                messages.CylinderPrimitive(size=size, bottom_scale=1.0, top_scale=1.0, **look)
            )
        elif shape.kind is ShapeKind.SPHERE:
            made['spheres'].append(messages.SpherePrimitive(size=size, **look))
        elif shape.kind is ShapeKind.LINES:
            points = [messages.Point3(x=x, y=y, z=z) for x, y, z in shape.points]
            kind = messages.LinePrimitiveLineType.LineStrip
            made['lines'].append(
                messages.LinePrimitive(type=kind, thickness=shape.size[0], points=points, **look)
            )
    return messages.SceneEntity(timestamp=stamp, frame_id=_FRAME, id=name, **made)


def _pose(shape: Shape, messages: ModuleType) -> Any:
    x, y, z = shape.pose.position
    qx, qy, qz, qw = shape.pose.orientation
    return messages.Pose(
        position=messages.Vector3(x=x, y=y, z=z),
        orientation=messages.Quaternion(x=qx, y=qy, z=qz, w=qw),
    )


def _write_reports(recording: Recording, channel: Any, messages: ModuleType) -> None:
    for entry in recording.entries():
        if isinstance(entry, ReportEntry):
            failure = entry.report.get('failure') or {}
            level = messages.LogLevel.Error if failure else messages.LogLevel.Info
            said = f'{entry.report["task_id"]}: {entry.report["status"]}'
            if failure:
                said += f': {failure["code"]}: {failure["detail"]}'
            at_s = entry.step / recording.world.step_hz
            log = messages.Log(
                timestamp=_stamp(at_s, messages),
                level=level,
                message=said,
                name=entry.report['agent_id'],
            )
            channel.log(log, log_time=_nanoseconds(at_s))


def _stamp(at_s: float, messages: ModuleType) -> Any:
    seconds, rest = divmod(_nanoseconds(at_s), 10**9)
    return messages.Timestamp(sec=seconds, nsec=rest)


def _nanoseconds(at_s: float) -> int:
    return round(at_s * 1e9)
