"""
Take the burr off an edge: press on it with a steady force while the tip passes along.

The force is measured between tip and edge. Where it was in its band the burr is off; where it
was too small the burr is still there; where it was too large there is a notch.
"""

from __future__ import annotations

from dataclasses import replace

from cobot_alloc.application.world import ToolKind
from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose, Quaternion
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.routine import Outcome, Routine
from cobot_alloc.sim.arms.site import Site
from cobot_alloc.sim.motion.query import Leg, Way
from cobot_alloc.sim.skills.handling import failed, play, settled
from cobot_alloc.sim.skills.skill import Skill
from cobot_alloc.sim.skills.workplace import (
    along,
    CLEAR_M,
    come,
    give_up,
    orientations,
    out_of_place,
    station_of,
    tool_of,
)
from cobot_alloc.sim.stations.edge import Edge
from cobot_alloc.sim.tools.deburrer import Deburrer, pressed_in_m

_READY_M = 0.008  # over the edge
_PRESS_MPS = 0.02
_ROUNDING_M = 0.002  # of the path at corners


def unmet(site: Site, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    edge = site.yard.find(task.station, Edge)
    if edge is None:
        detail = f'the cell has no edge {task.station!r}'
        return failed(Phase.PRECONDITION, FailureCode.STATION_UNKNOWN, detail)
    problem = out_of_place(site, edge.datum, Phase.PRECONDITION)
    if problem is None and not edge.burr_m:
        detail = f'{task.station} has no burr any more: {edge.describe()}'
        problem = failed(Phase.PRECONDITION, FailureCode.ALREADY_DONE, detail)
    return problem


def run(site: Site, task: Task) -> Routine:
    """Do the task, from its preconditions to the posture at home."""
    if (problem := unmet(site, task)) is not None:
        return Outcome(failure=problem)
    edge, deburrer = station_of(site, task, Edge), tool_of(site, ToolKind.DEBURRER, Deburrer)
    trip = yield from come(site, task, edge.datum, unmet=unmet, ways=lambda: _ways(site, edge))
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


def unproven(site: Site, task: Task) -> Failure | None:
    """Return what is wrong with the edge, as measured now."""
    edge = station_of(site, task, Edge)
    problem = out_of_place(site, edge.datum, Phase.POSTCONDITION)
    if problem is not None:
        return problem
    if edge.gouged_m:
        return failed(
            Phase.POSTCONDITION, FailureCode.EDGE_GOUGED, f'{task.station}: {edge.describe()}'
        )
    if edge.burr_m:
        start_m, end_m = max(edge.burrs, key=lambda it: it[1] - it[0])
        where = f'the longest is left from {start_m * 1e3:.0f} to {end_m * 1e3:.0f} mm'
        detail = f'{task.station}: {edge.describe()}; {where}'
        return failed(Phase.POSTCONDITION, FailureCode.BURR_LEFT, detail)
    return None


def withdraw(site: Site, task: Task) -> Routine:
    """Draw back, and go home; the edge stays as it is."""
    tool_of(site, ToolKind.DEBURRER, Deburrer).switch_off()
    return (yield from give_up(site, task, Edge))


def _ways(site: Site, edge: Edge) -> tuple[Way, ...]:
    """Return the ways along the edge and back, by how the tool is turned."""
    direction = edge.datum.direction(edge.spec.press)
    touching = frozenset({edge.station_id, edge.datum.on} - {''})
    points = [
        edge.datum.point(at) for at in edge.line.between(0.0, edge.line.length_m, _ROUNDING_M)
    ]
    pressed_m = pressed_in_m(edge.spec)

    def led(name: str, to: Pose, speed_mps: float | None, *via: Pose) -> Leg:
        return Leg(
            name=name,
            to=to,
            via=via,
            tool=ToolKind.DEBURRER,
            straight=True,
            speed_mps=speed_mps,
            touching=touching,
        )

    def way(orientation: Quaternion) -> Way:
        first, *_, last = on = [Pose(position=at, orientation=orientation) for at in points]
        pressed = [along(pose, pressed_m) for pose in on]
        return (
            Leg(name='approach', to=along(first, -CLEAR_M), tool=ToolKind.DEBURRER),
            led('lower', along(first, -_READY_M), None),
            led('press', pressed[0], _PRESS_MPS),
            led('cut', pressed[-1], edge.spec.speed_mps, *pressed[1:-1]),
            led('retreat', along(last, -CLEAR_M), None),
            Leg(name='return'),
        )

    at = edge.datum.point(edge.spec.work_at)
    return tuple(way(orientation) for orientation in orientations(site, at, direction))


def _out_of_band(site: Site, edge: Edge) -> Failure | None:
    """Return by how much the force was off on the last pass, if it was anywhere."""
    low, high = edge.spec.force_n
    if low <= edge.least_n and 0.0 < edge.most_n <= high:
        return None
    problem = out_of_place(site, edge.datum, Phase.EXECUTION)
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
