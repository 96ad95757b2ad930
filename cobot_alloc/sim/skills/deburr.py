"""
Take the burr off an edge: press on it with a steady force while the tip passes along.

The force is measured between tip and edge. Where it was in its band the burr is off; where it
was too small the burr is still there; where it was too large there is a notch.
"""

from __future__ import annotations

from dataclasses import replace

from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose, Quaternion
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Outcome
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.motion.requests import MotionPath, Segment
from cobot_alloc.sim.skills.handling import failed, play, settled
from cobot_alloc.sim.skills.workplace import (
    along,
    approach_station,
    CLEAR_M,
    Lead,
    orientations,
    out_of_place,
    station_of,
    tool_of,
    unmet_at,
    unproven_at,
    withdraw_from,
)
from cobot_alloc.sim.stations.edge import Edge
from cobot_alloc.sim.tools.deburrer import Deburrer, pressed_in_m
from cobot_alloc.sim.world import ToolKind

_READY_M = 0.008  # over the edge
_PRESS_MPS = 0.02
_ROUNDING_M = 0.002  # of the path at corners


def unmet(site: ArmSite, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    return unmet_at(
        site,
        task,
        Edge,
        called='edge',
        done=lambda edge: '' if edge.burr_m else 'has no burr any more',
    )


def run(site: ArmSite, task: Task) -> MotionProgram:
    """Do the task, from its preconditions to the posture at home."""
    if (problem := unmet(site, task)) is not None:
        return Outcome(failure=problem)
    edge, deburrer = station_of(site, task, Edge), tool_of(site, ToolKind.DEBURRER, Deburrer)
    trip = yield from approach_station(
        site, task, edge.reference, unmet=unmet, paths=lambda: _paths(site, edge)
    )
    if isinstance(trip, Failure):
        return Outcome(failure=trip)
    approach, lower, press, cut, retreat, home = trip.moves
    yield from play((approach, lower))
    yield settled(site, 'settle')
    deburrer.press(edge)
    yield replace(press, adjust=deburrer.adjust)
    deburrer.cut()
    yield replace(cut, adjust=deburrer.adjust)
    deburrer.switch_off()
    yield replace(retreat, adjust=deburrer.ease)
    problem = _out_of_band(site, edge)
    yield home
    return Outcome(failure=problem)


def unproven(site: ArmSite, task: Task) -> Failure | None:
    """Return what is wrong with the edge, as measured now."""
    return unproven_at(site, task, Edge, _judged)


def _judged(edge: Edge) -> Failure | None:
    state = f'{edge.station_id}: {edge.describe()}'
    if edge.gouged_m:
        return failed(Phase.POSTCONDITION, FailureCode.EDGE_GOUGED, state)
    if edge.burr_m:
        start_m, end_m = max(edge.burrs, key=lambda it: it[1] - it[0])
        where = f'the longest is left from {start_m * 1e3:.0f} to {end_m * 1e3:.0f} mm'
        return failed(Phase.POSTCONDITION, FailureCode.BURR_LEFT, f'{state}; {where}')
    return None


def withdraw(site: ArmSite, task: Task) -> MotionProgram:
    """Draw back, and go home; the edge stays as it is."""
    return (yield from withdraw_from(site, task, Edge, ToolKind.DEBURRER))


def _paths(site: ArmSite, edge: Edge) -> tuple[MotionPath, ...]:
    """Return the ways along the edge and back, by how the tool is turned."""
    frame, lead = edge.reference, Lead(station=edge, tool=ToolKind.DEBURRER)
    points = [frame.point(at) for at in edge.line.between(0.0, edge.line.length_m, _ROUNDING_M)]
    pressed_m = pressed_in_m(edge.spec)

    def path(orientation: Quaternion) -> MotionPath:
        first, *_, last = on = [Pose(position=at, orientation=orientation) for at in points]
        pressed = [along(pose, pressed_m) for pose in on]
        return (
            lead.free('approach', along(first, -CLEAR_M)),
            lead.straight('lower', along(first, -_READY_M)),
            lead.straight('press', pressed[0], speed_mps=_PRESS_MPS),
            lead.straight('cut', pressed[-1], *pressed[1:-1], speed_mps=edge.spec.speed_mps),
            lead.straight('retreat', along(last, -CLEAR_M)),
            Segment(name='return'),
        )

    at, direction = frame.point(edge.spec.work_at), frame.direction(edge.spec.press)
    return tuple(path(orientation) for orientation in orientations(site, at, direction))


def _out_of_band(site: ArmSite, edge: Edge) -> Failure | None:
    """Return by how much the force was off on the last pass, if it was anywhere."""
    low, high = edge.spec.force_n
    if low <= edge.least_n and 0.0 < edge.most_n <= high:
        return None
    problem = out_of_place(site, edge.reference, Phase.EXECUTION)
    if problem is not None:
        return problem
    band = f'expected {low:.1f} to {high:.1f} N'
    if edge.most_n == 0.0:
        return failed(
            Phase.EXECUTION, FailureCode.NO_CONTACT, f'the tip never met {edge.station_id}; {band}'
        )
    figures = f'{edge.least_n:.1f} to {edge.most_n:.1f} N'
    detail = f'the force on {edge.station_id} was {figures}, {band}: {edge.describe()}'
    return failed(Phase.EXECUTION, FailureCode.FORCE_OUT_OF_BAND, detail)


SKILL = Skill(
    name=SkillCode.DEBURR,
    tools=frozenset({ToolKind.DEBURRER}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
