"""
Lay a bead along a seam, wherever there is none yet.

What was laid is measured afterwards: how much of the seam has a bead, how thick it is, and how
far the nozzle's speed was off.
"""

from __future__ import annotations

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
    orientations,
    out_of_place,
    station_of,
    tool_of,
    withdraw_from,
)
from cobot_alloc.sim.stations.seam import Seam
from cobot_alloc.sim.tools.nozzle import Nozzle, STANDOFF_M
from cobot_alloc.sim.world import ToolKind

_LAY = 'lay'  # the legs on which the nozzle is open
_LOWER_MPS = 0.1


def unmet(site: ArmSite, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    seam = site.stations.find(task.station, Seam)
    if seam is None:
        detail = f'the cell has no seam {task.station!r}'
        return failed(Phase.PRECONDITION, 'station_unknown', detail)
    problem = out_of_place(site, seam.reference, Phase.PRECONDITION)
    if problem is None and seam.is_done:
        detail = f'{task.station} has its bead already: {seam.describe()}'
        problem = failed(Phase.PRECONDITION, 'already_done', detail)
    return problem


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
    seam = station_of(site, task, Seam)
    problem = out_of_place(site, seam.reference, Phase.POSTCONDITION)
    if problem is not None:
        return problem
    if not seam.is_done:
        longest = max(seam.gaps, key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))
        start_mm, end_mm = longest[0] * 1e3, longest[1] * 1e3
        wanted = f'expected {seam.spec.coverage:.0%}'
        gap = f'the longest gap is from {start_mm:.0f} to {end_mm:.0f} mm'
        detail = f'{task.station}: {seam.describe()}, {wanted}; {gap}'
        return failed(Phase.POSTCONDITION, 'bead_gap', detail)
    if seam.is_too_thick:
        figures = f'{seam.thickest_m * 1e3:.1f} mm wide, expected {seam.spec.width_m * 1e3:.1f} mm'
        detail = f'the bead on {task.station} is up to {figures}'
        return failed(Phase.POSTCONDITION, 'bead_too_thick', detail)
    if seam.speed_error > seam.spec.speed_error:
        figures = f'{seam.speed_error:.0%} on average (tolerance {seam.spec.speed_error:.0%})'
        detail = f'the speed along {task.station} was off by {figures}'
        return failed(Phase.POSTCONDITION, 'speed_error', detail)
    return None


def withdraw(site: ArmSite, task: Task) -> MotionProgram:
    """Close the nozzle, and go home; the bead stays as it is."""
    tool_of(site, ToolKind.NOZZLE, Nozzle).switch_off()
    return (yield from withdraw_from(site, task, Seam))


def _paths(site: ArmSite, seam: Seam) -> tuple[MotionPath, ...]:
    """Return the ways along all gaps and back, by how the tool is turned."""
    direction = seam.reference.direction(seam.spec.direction)
    touching = frozenset({seam.station_id, seam.reference.on} - {''})
    at = seam.reference.point(seam.spec.work_at)
    gaps = [
        tuple(map(seam.reference.point, seam.line.between(start_m, end_m, seam.spec.width_m / 2)))
        for start_m, end_m in seam.gaps
    ]

    def path(orientation: Quaternion) -> MotionPath:
        segments = [segment for gap in gaps for segment in _segments(gap, orientation)]
        return (*segments, Segment(name='return'))

    def _segments(gap: tuple[Vector, ...], orientation: Quaternion) -> tuple[Segment, ...]:
        on = [along(Pose(position=at, orientation=orientation), -STANDOFF_M) for at in gap]

        def led(name: str, to: Pose, speed_mps: float | None, *via: Pose) -> Segment:
            return Segment(
                name=name,
                to=to,
                via=via,
                tool=ToolKind.NOZZLE,
                straight=True,
                speed_mps=speed_mps,
                touching=touching,
            )

        return (
            Segment(name='approach', to=along(on[0], -CLEAR_M), tool=ToolKind.NOZZLE),
            led('lower', on[0], _LOWER_MPS),
            led(_LAY, on[-1], seam.spec.speed_mps, *on[1:-1]),
            led('retreat', along(on[-1], -CLEAR_M), None),
        )

    return tuple(path(orientation) for orientation in orientations(site, at, direction))


SKILL = Skill(
    name='dispense',
    tools=frozenset({ToolKind.NOZZLE}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
