"""
Lay a bead along a seam, wherever there is none yet.

What was laid is measured afterwards: how much of the seam has a bead, how thick it is, and how
far the nozzle's speed was off.
"""

from __future__ import annotations

from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose, Quaternion, Vector
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Outcome
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.motion.requests import MotionPath, Segment
from cobot_alloc.sim.skills.handling import failed, settled
from cobot_alloc.sim.skills.workplace import (
    along,
    approach_station,
    CLEAR_M,
    Lead,
    orientations,
    station_of,
    tool_of,
    unmet_at,
    unproven_at,
    withdraw_from,
)
from cobot_alloc.sim.stations.seam import Seam
from cobot_alloc.sim.tools.nozzle import Nozzle, STANDOFF_M
from cobot_alloc.sim.world import ToolKind

_LAY = 'lay'  # the legs on which the nozzle is open
_LOWER_MPS = 0.1


def unmet(site: ArmSite, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    return unmet_at(
        site,
        task,
        Seam,
        called='seam',
        done=lambda seam: 'has its bead already' if seam.is_done else '',
    )


def run(site: ArmSite, task: Task) -> MotionProgram:
    """Do the task, from its preconditions to the posture at home."""
    if (problem := unmet(site, task)) is not None:
        return Outcome(failure=problem)
    seam, nozzle = station_of(site, task, Seam), tool_of(site, ToolKind.NOZZLE, Nozzle)
    trip = yield from approach_station(
        site, task, seam.reference, unmet=unmet, paths=lambda: _paths(site, seam)
    )
    if isinstance(trip, Failure):
        return Outcome(failure=trip)
    for move in trip.moves:
        if move.name == _LAY:
            yield settled(site, 'settle')
            nozzle.open(seam)
        yield move
        nozzle.switch_off()
    return Outcome()


def unproven(site: ArmSite, task: Task) -> Failure | None:
    """Return what is wrong with the bead, as measured now."""
    return unproven_at(site, task, Seam, _judged)


def _judged(seam: Seam) -> Failure | None:
    if not seam.is_done:
        longest = max(seam.gaps, key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))
        start_mm, end_mm = longest[0] * 1e3, longest[1] * 1e3
        wanted = f'expected {seam.spec.coverage:.0%}'
        gap = f'the longest gap is from {start_mm:.0f} to {end_mm:.0f} mm'
        detail = f'{seam.station_id}: {seam.describe()}, {wanted}; {gap}'
        return failed(Phase.POSTCONDITION, FailureCode.BEAD_GAP, detail)
    if seam.is_too_thick:
        figures = f'{seam.thickest_m * 1e3:.1f} mm wide, expected {seam.spec.width_m * 1e3:.1f} mm'
        detail = f'the bead on {seam.station_id} is up to {figures}'
        return failed(Phase.POSTCONDITION, FailureCode.BEAD_TOO_THICK, detail)
    if seam.speed_error > seam.spec.speed_error:
        figures = f'{seam.speed_error:.0%} on average (tolerance {seam.spec.speed_error:.0%})'
        detail = f'the speed along {seam.station_id} was off by {figures}'
        return failed(Phase.POSTCONDITION, FailureCode.SPEED_ERROR, detail)
    return None


def withdraw(site: ArmSite, task: Task) -> MotionProgram:
    """Close the nozzle, and go home; the bead stays as it is."""
    return (yield from withdraw_from(site, task, Seam, ToolKind.NOZZLE))


def _paths(site: ArmSite, seam: Seam) -> tuple[MotionPath, ...]:
    """Return the ways along all gaps and back, by how the tool is turned."""
    frame, lead = seam.reference, Lead(station=seam, tool=ToolKind.NOZZLE)
    gaps = [
        tuple(map(frame.point, seam.line.between(start_m, end_m, seam.spec.width_m / 2)))
        for start_m, end_m in seam.gaps
    ]

    def path(orientation: Quaternion) -> MotionPath:
        segments = [it for gap in gaps for it in over(gap, orientation)]
        return (*segments, Segment(name='return'))

    def over(gap: tuple[Vector, ...], orientation: Quaternion) -> MotionPath:
        on = [along(Pose(position=at, orientation=orientation), -STANDOFF_M) for at in gap]
        return (
            lead.free('approach', along(on[0], -CLEAR_M)),
            lead.straight('lower', on[0], speed_mps=_LOWER_MPS),
            lead.straight(_LAY, on[-1], *on[1:-1], speed_mps=seam.spec.speed_mps),
            lead.straight('retreat', along(on[-1], -CLEAR_M)),
        )

    at, direction = frame.point(seam.spec.work_at), frame.direction(seam.spec.direction)
    return tuple(path(orientation) for orientation in orientations(site, at, direction))


SKILL = Skill(
    name=SkillCode.DISPENSE,
    tools=frozenset({ToolKind.NOZZLE}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
