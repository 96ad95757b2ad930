"""
Between domain records and messages: pure functions, ``x_to_msg`` and ``x_from_msg``.

Whatever comes from the network is checked here; what cannot be is a ``ValueError`` that names
the field.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
import math
from typing import TypeVar

from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Pose

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Failure, Measurements, Phase
from cobot_alloc.domain.identifiers import AgentId, Fence, OrderId, TaskId
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc_msgs import msg

_Kind = TypeVar('_Kind', bound=Enum)

NAN = math.nan
#: No mass, length or time in a cell is larger; a time of this many seconds is thirty years.
MOST = 1e9


def time_to_msg(seconds: float) -> Time:
    """Return a time in seconds as a message."""
    whole, part = divmod(round(seconds * 1e9), 10**9)
    return Time(sec=whole, nanosec=part)


def time_from_msg(stamp: Time) -> float:
    """Return a stamp in seconds."""
    return float(stamp.sec) + float(stamp.nanosec) * 1e-9


def bounded_text(field: str, value: str, *, most: int = 4096) -> str:
    """
    Return the text of a message field.

    :raises ValueError: if it is longer than anyone would write.
    """
    if len(value) > most:
        raise ValueError(f'{field}: got {len(value)} characters, expected at most {most}')
    return value


def bounded_number(field: str, value: float, *, most: float = MOST) -> float:
    """
    Return the number of a message field.

    :raises ValueError: if it is not finite, or larger than anything in a cell.
    """
    if not (math.isfinite(value) and abs(value) <= most):
        raise ValueError(f'{field}: got {value}, expected a number of at most {most:g}')
    return float(value)


def bounded_texts(field: str, values: Sequence[str], *, most: int = 1000) -> list[str]:
    """
    Return the texts of a message field.

    :raises ValueError: if there are too many, or one is too long.
    """
    if len(values) > most:
        raise ValueError(f'{field}: got {len(values)} entries, expected at most {most}')
    return [bounded_text(field, value, most=256) for value in values]


def member_of(kind: type[_Kind], field: str, value: str) -> _Kind:
    """
    Return the member of an enumeration that a message field names.

    :raises ValueError: if there is none.
    """
    try:
        return kind(value)
    except ValueError:
        known = ', '.join(str(member.value) for member in kind)
        raise ValueError(f'{field}: got {value[:64]!r}, expected one of {known}') from None


def _or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def task_to_msg(task: Task) -> msg.Task:
    """Return a task as a message."""
    return msg.Task(
        task_id=task.task_id,
        order_id=task.order_id,
        skill=task.skill,
        part=task.part,
        source=task.source,
        target=task.target,
        station=task.station,
        payload_kg=float(task.payload_kg),
        hazards=sorted(task.hazards),
        repetition=task.repetition,
        judgement=task.judgement,
        modes=[mode.value for mode in task.modes],
        priority=task.priority,
        earliest_start_s=float(task.earliest_start_s),
        has_deadline=task.deadline_s is not None,
        deadline_s=float(task.deadline_s or 0.0),
        predecessors=list(task.predecessors),
    )


def task_from_msg(message: msg.Task) -> Task:
    """
    Return the task of a message.

    :raises ValueError: if it cannot be one; the message names the field.
    """
    before = bounded_texts('predecessors', message.predecessors, most=10_000)
    modes = bounded_texts('modes', message.modes)
    deadline_s = None
    if message.has_deadline:
        deadline_s = bounded_number('deadline_s', message.deadline_s)
    return Task(
        task_id=TaskId(bounded_text('task_id', message.task_id, most=256)),
        order_id=OrderId(bounded_text('order_id', message.order_id, most=256)),
        skill=bounded_text('skill', message.skill, most=256),
        part=bounded_text('part', message.part, most=256),
        source=bounded_text('source', message.source, most=256),
        target=bounded_text('target', message.target, most=256),
        station=bounded_text('station', message.station, most=256),
        payload_kg=bounded_number('payload_kg', message.payload_kg),
        hazards=frozenset(bounded_texts('hazards', message.hazards)),
        repetition=max(1, message.repetition),
        judgement=message.judgement,
        modes=tuple(member_of(WorkMode, 'modes', mode) for mode in modes),
        priority=message.priority,
        earliest_start_s=bounded_number('earliest_start_s', message.earliest_start_s),
        deadline_s=deadline_s,
        predecessors=tuple(map(TaskId, before)),
    )


def failure_to_msg(failure: Failure | None) -> msg.Failure:
    """Return a failure as a message; none has an empty phase."""
    if failure is None:
        return msg.Failure()
    return msg.Failure(
        phase=failure.phase.value,
        code=failure.code,
        detail=failure.detail,
        picture=failure.picture,
    )


def failure_from_msg(message: msg.Failure) -> Failure | None:
    """
    Return the failure of a message, or None.

    :raises ValueError: if the phase is not one.
    """
    if not message.phase:
        return None
    return Failure(
        phase=member_of(Phase, 'failure.phase', message.phase),
        code=bounded_text('failure.code', message.code, most=256),
        detail=bounded_text('failure.detail', message.detail),
        picture=bounded_text('failure.picture', message.picture),
    )


def measurements_to_msg(measured: Measurements) -> msg.Measurements:
    """Return measurements as a message."""
    electrical, separation = measured.electrical_j, measured.min_separation_m
    error, setup = measured.placement_error_m, measured.setup_s
    return msg.Measurements(
        duration_s=float(measured.duration_s),
        setup_s=0.0 if setup is None else float(setup),
        energy_j=float(measured.energy_j),
        electrical_j=NAN if electrical is None else float(electrical),
        path_length_m=float(measured.path_length_m),
        peak_contact_force_n=float(measured.peak_contact_force_n),
        min_separation_m=math.inf if separation is None else float(separation),
        placement_error_m=NAN if error is None else float(error),
    )


def measurements_from_msg(message: msg.Measurements) -> Measurements:
    """
    Return the measurements of a message.

    :raises ValueError: if a figure that must be a number is not one.
    """
    duration_s, setup_s = bounded_number('duration_s', message.duration_s), message.setup_s
    return Measurements(
        duration_s=duration_s,
        # What an arm leaves out is 0, and NaN compares with nothing.
        setup_s=float(setup_s) if 0.0 < setup_s <= duration_s else None,
        energy_j=bounded_number('energy_j', message.energy_j),
        electrical_j=_or_none(message.electrical_j),
        path_length_m=bounded_number('path_length_m', message.path_length_m),
        peak_contact_force_n=bounded_number('peak_contact_force_n', message.peak_contact_force_n),
        min_separation_m=_or_none(message.min_separation_m),
        placement_error_m=_or_none(message.placement_error_m),
    )


def report_to_msg(report: AttemptReport) -> msg.AttemptReport:
    """Return an attempt's report as a message."""
    return msg.AttemptReport(
        agent_id=report.agent_id,
        task_id=report.task_id,
        attempt=report.fence,
        status=report.status.value,
        failure=failure_to_msg(report.failure),
        measurements=measurements_to_msg(report.measurements),
    )


def report_from_msg(message: msg.AttemptReport) -> AttemptReport:
    """
    Return the report of a message.

    :raises ValueError: if it cannot be one.
    """
    return AttemptReport(
        agent_id=AgentId(bounded_text('agent_id', message.agent_id, most=256)),
        task_id=TaskId(bounded_text('task_id', message.task_id, most=256)),
        fence=Fence(message.attempt),
        status=member_of(AttemptStatus, 'status', message.status),
        failure=failure_from_msg(message.failure),
        measurements=measurements_from_msg(message.measurements),
    )


def pose_to_msg(position: tuple[float, float, float]) -> Pose:
    """Return a position in frame ``world``, unrotated, as a message."""
    x, y, z = (float(value) for value in position)
    pose = Pose(position=Point(x=x, y=y, z=z))
    pose.orientation.w = 1.0
    return pose
