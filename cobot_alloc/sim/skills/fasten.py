"""
Drive a screw home: approach, align, turn, torque reached.

All that is judged is measured: where the hole is now, how far the bit is beside it, the torque
and the turns of the spindle, how high the head stands in the end.
"""

from __future__ import annotations

from collections.abc import Generator
from math import degrees, tau

from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose, Quaternion
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Outcome, Step, StepEnd, Wait
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.kinematics.pointing import z_axis
from cobot_alloc.sim.motion.requests import MotionPath, Segment
from cobot_alloc.sim.skills.handling import failed, play, settled
from cobot_alloc.sim.skills.workplace import (
    along,
    approach_station,
    CLEAR_M,
    Lead,
    leave,
    orientations,
    out_of_place,
    station_of,
    tool_of,
    unmet_at,
    unproven_at,
    withdraw_from,
)
from cobot_alloc.sim.stations.screw import Screw, SEATED_M
from cobot_alloc.sim.tools.screwdriver import Screwdriver
from cobot_alloc.sim.world import ToolKind

_READY_M = 0.008  # over the head, where the bit is aligned
_BEYOND_M = 0.003  # that the bit is pushed in when the screw is seated
_PRESS_MPS = 0.03
_ENGAGE_S = 1.0  # to find the recess
_TOO_FAR = 1.5  # turns past the seat without torque: the thread does not hold
_SLOWEST_RADPS = 0.5  # that the spindle may go on average, people about or not


def unmet(site: ArmSite, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    return unmet_at(
        site,
        task,
        Screw,
        called='screw',
        done=lambda screw: 'is tight already' if screw.is_done else '',
    )


def run(site: ArmSite, task: Task) -> MotionProgram:
    """Do the task, from its preconditions to the posture at home."""
    if (problem := unmet(site, task)) is not None:
        return Outcome(failure=problem)
    screw, driver = station_of(site, task, Screw), tool_of(site, ToolKind.SCREWDRIVER, Screwdriver)
    trip = yield from approach_station(
        site, task, screw.reference, unmet=unmet, paths=lambda: _paths(site, screw)
    )
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
    site: ArmSite, screw: Screw, driver: Screwdriver
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


def unproven(site: ArmSite, task: Task) -> Failure | None:
    """Return what is wrong with the screw, as measured now."""
    return unproven_at(site, task, Screw, _judged)


def _judged(screw: Screw) -> Failure | None:
    if screw.is_done:
        return None
    seated = screw.height_m <= SEATED_M
    code = FailureCode.TORQUE_NOT_REACHED if seated else FailureCode.NOT_SEATED
    wanted = f'expected {screw.spec.torque_nm:.2f} Nm with the head on its seat'
    detail = f'{screw.station_id}: {screw.describe()}, {wanted}'
    return failed(Phase.POSTCONDITION, code, detail)


def withdraw(site: ArmSite, task: Task) -> MotionProgram:
    """Let go of the screw where it is, and go home."""
    return (yield from withdraw_from(site, task, Screw, ToolKind.SCREWDRIVER))


def _paths(site: ArmSite, screw: Screw) -> tuple[MotionPath, ...]:
    """Return the ways to the screw and back, by how the tool is turned."""
    lead = Lead(station=screw, tool=ToolKind.SCREWDRIVER)

    def path(orientation: Quaternion) -> MotionPath:
        head = Pose(position=screw.head, orientation=orientation)
        home = Pose(position=screw.head_at(0.0), orientation=orientation)
        above = along(head, -CLEAR_M)
        return (
            lead.free('approach', above),
            lead.straight('align', along(head, -_READY_M)),
            lead.straight('press', along(home, _BEYOND_M), speed_mps=_PRESS_MPS),
            lead.straight('retreat', above),
            Segment(name='return'),
        )

    return tuple(path(orientation) for orientation in orientations(site, screw.head, screw.axis))


def _not_aligned(site: ArmSite, screw: Screw) -> Failure | None:
    """Return by how much the bit is beside the hole, if that is too much."""
    problem = out_of_place(site, screw.reference, Phase.EXECUTION)
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


def _lost(site: ArmSite, screw: Screw, driver: Screwdriver, what: str) -> Failure:
    """Return why the bit is not in the recess."""
    problem = out_of_place(site, screw.reference, Phase.EXECUTION)
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
