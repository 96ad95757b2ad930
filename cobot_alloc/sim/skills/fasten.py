"""
Drive a screw home: approach, align, turn, torque reached.

All that is judged is measured: where the hole is now, how far the bit is beside it, the torque
and the turns of the spindle, how high the head stands in the end.
"""

from __future__ import annotations

from collections.abc import Generator
from math import degrees, tau

from cobot_alloc.application.world import ToolKind
from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose, Quaternion
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.routine import Outcome, Routine, Step, StepEnd, Wait
from cobot_alloc.sim.arms.site import Site
from cobot_alloc.sim.motion.query import Leg, Way
from cobot_alloc.sim.skills.handling import failed, play, settled
from cobot_alloc.sim.skills.skill import Skill
from cobot_alloc.sim.skills.workplace import (
    along,
    CLEAR_M,
    come,
    give_up,
    leave,
    orientations,
    out_of_place,
    station_of,
    tool_of,
)
from cobot_alloc.sim.stations.screw import Screw, SEATED_M
from cobot_alloc.sim.tools.pointing import z_axis
from cobot_alloc.sim.tools.screwdriver import Screwdriver

_READY_M = 0.008  # over the head, where the bit is aligned
_BEYOND_M = 0.003  # that the bit is pushed in when the screw is seated
_PRESS_MPS = 0.03
_ENGAGE_S = 1.0  # to find the recess
_TOO_FAR = 1.5  # turns past the seat without torque: the thread does not hold
_SLOWEST_RADPS = 0.5  # that the spindle may go on average, people about or not


def unmet(site: Site, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    screw = site.yard.find(task.station, Screw)
    if screw is None:
        detail = f'the cell has no screw {task.station!r}'
        return failed(Phase.PRECONDITION, FailureCode.STATION_UNKNOWN, detail)
    problem = out_of_place(site, screw.datum, Phase.PRECONDITION)
    if problem is None and screw.is_done:
        detail = f'{task.station} is tight already: {screw.describe()}'
        problem = failed(Phase.PRECONDITION, FailureCode.ALREADY_DONE, detail)
    return problem


def run(site: Site, task: Task) -> Routine:
    """Do the task, from its preconditions to the posture at home."""
    if (problem := unmet(site, task)) is not None:
        return Outcome(failure=problem)
    screw, driver = station_of(site, task, Screw), tool_of(site, ToolKind.SCREWDRIVER, Screwdriver)
    trip = yield from come(site, task, screw.datum, unmet=unmet, ways=lambda: _ways(site, screw))
    if isinstance(trip, Failure):
        return Outcome(failure=trip)
    approach, align, press, *home = trip.moves
    yield from play((approach, align))
    yield settled(site, 'settle')
    problem = _not_aligned(site, screw)
    if problem is not None:
        return (yield from leave(site, task, problem))
    driver.drive(screw)
    yield press
    problem = yield from _turn(site, screw, driver)
    driver.switch_off()
    yield from play(home)
    return Outcome(failure=problem)


def _turn(
    site: Site, screw: Screw, driver: Screwdriver
) -> Generator[Step, StepEnd, Failure | None]:
    """Turn until the torque is reached, or it is clear that it will not be."""
    engage = Wait(name='engage', until=lambda: driver.is_engaged, limit_s=_ENGAGE_S)
    if (yield engage) is StepEnd.TIMED_OUT:
        return _lost(site, screw, driver, 'the bit finds no recess')
    was_in = screw.turned - driver.turned  # turns, before the bit took it
    to_go = screw.spec.turns - was_in + _TOO_FAR
    yield Wait(
        name='turn',
        until=lambda: driver.is_stalled or driver.turned > to_go or not driver.is_engaged,
        limit_s=to_go * tau / _SLOWEST_RADPS,
    )
    figures = f'{driver.peak_nm:.2f} Nm of {screw.spec.torque_nm:.2f} Nm'
    where = f'after {screw.turned:.1f} turns of {screw.spec.turns:.1f}'
    if not driver.is_engaged:
        return _lost(site, screw, driver, f'the bit left the recess {where}, {figures}')
    if not driver.is_stalled:
        detail = f'{screw.station_id} turns on at {figures} {where}'
        return failed(Phase.EXECUTION, FailureCode.TORQUE_NOT_REACHED, detail)
    if screw.height_m > SEATED_M:
        high = f'its head {screw.height_m * 1e3:.1f} mm over its seat'
        detail = f'{screw.station_id} took {figures} {where} already, {high}'
        return failed(Phase.EXECUTION, FailureCode.CROSS_THREADED, detail)
    return None


def unproven(site: Site, task: Task) -> Failure | None:
    """Return what is wrong with the screw, as measured now."""
    screw = station_of(site, task, Screw)
    problem = out_of_place(site, screw.datum, Phase.POSTCONDITION)
    if problem is not None or screw.is_done:
        return problem
    at_seat = screw.height_m <= SEATED_M
    code = FailureCode.TORQUE_NOT_REACHED if at_seat else FailureCode.NOT_SEATED
    wanted = f'expected {screw.spec.torque_nm:.2f} Nm with the head on its seat'
    return failed(Phase.POSTCONDITION, code, f'{task.station}: {screw.describe()}, {wanted}')


def withdraw(site: Site, task: Task) -> Routine:
    """Let go of the screw where it is, and go home."""
    tool_of(site, ToolKind.SCREWDRIVER, Screwdriver).switch_off()
    return (yield from give_up(site, task, Screw))


def _ways(site: Site, screw: Screw) -> tuple[Way, ...]:
    """Return the ways to the screw and back, by how the tool is turned."""
    axis, touching = screw.axis, frozenset({screw.station_id, screw.datum.on} - {''})

    def way(orientation: Quaternion) -> Way:
        head = Pose(position=screw.head, orientation=orientation)
        home = Pose(position=screw.head_at(0.0), orientation=orientation)
        above, ready, pressed = (
            along(head, -CLEAR_M),
            along(head, -_READY_M),
            along(home, _BEYOND_M),
        )
        tool = ToolKind.SCREWDRIVER
        return (
            Leg(name='approach', to=above, tool=tool),
            Leg(name='align', to=ready, tool=tool, straight=True, touching=touching),
            Leg(
                name='press',
                to=pressed,
                tool=tool,
                straight=True,
                speed_mps=_PRESS_MPS,
                touching=touching,
            ),
            Leg(name='retreat', to=above, tool=tool, straight=True, touching=touching),
            Leg(name='return'),
        )

    return tuple(way(orientation) for orientation in orientations(site, screw.head, axis))


def _not_aligned(site: Site, screw: Screw) -> Failure | None:
    """Return by how much the bit is beside the hole, if that is too much."""
    problem = out_of_place(site, screw.datum, Phase.EXECUTION)
    if problem is not None:
        return problem
    tool = site.body.tool_pose(ToolKind.SCREWDRIVER)
    beside_m = screw.beside_m(tool.position)
    lean = screw.lean_rad(z_axis(tool.orientation))
    if beside_m <= screw.spec.tolerance_m and lean <= screw.spec.tolerance_rad:
        return None
    figures = (
        f'{beside_m * 1e3:.1f} mm beside the hole (tolerance'
        f' {screw.spec.tolerance_m * 1e3:.1f} mm) and leans by {degrees(lean):.1f} degrees'
        f' (tolerance {degrees(screw.spec.tolerance_rad):.1f})'
    )
    return failed(Phase.EXECUTION, FailureCode.NOT_ALIGNED, f'the bit is {figures}')


def _lost(site: Site, screw: Screw, driver: Screwdriver, what: str) -> Failure:
    """Return why the bit is not in the recess."""
    problem = out_of_place(site, screw.datum, Phase.EXECUTION)
    if problem is not None:
        return problem
    beside = f'{screw.beside_m(driver.tip) * 1e3:.1f} mm beside the screw'
    return failed(Phase.EXECUTION, FailureCode.NOT_ENGAGED, f'{what}: its tip is {beside}')


SKILL = Skill(
    name=SkillCode.FASTEN,
    tools=frozenset({ToolKind.SCREWDRIVER}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
