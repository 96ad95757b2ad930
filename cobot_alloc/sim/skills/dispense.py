"""
Lay a bead along a seam, wherever there is none yet.

What was laid is measured afterwards: how much of the seam has a bead, how thick it is, and how
far the nozzle's speed was off.
"""

from __future__ import annotations

from cobot_alloc.application.world import ToolKind
from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose, Quaternion, Vector
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.routine import Outcome, Routine
from cobot_alloc.sim.arms.site import Site
from cobot_alloc.sim.motion.query import Leg, Way
from cobot_alloc.sim.skills.handling import failed, settled
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
from cobot_alloc.sim.stations.seam import Seam
from cobot_alloc.sim.tools.nozzle import Nozzle, STANDOFF_M

_LAY = 'lay'  # the legs on which the nozzle is open
_LOWER_MPS = 0.1


def unmet(site: Site, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    seam = site.yard.find(task.station, Seam)
    if seam is None:
        detail = f'the cell has no seam {task.station!r}'
        return failed(Phase.PRECONDITION, FailureCode.STATION_UNKNOWN, detail)
    problem = out_of_place(site, seam.datum, Phase.PRECONDITION)
    if problem is None and seam.is_done:
        detail = f'{task.station} has its bead already: {seam.describe()}'
        problem = failed(Phase.PRECONDITION, FailureCode.ALREADY_DONE, detail)
    return problem


def run(site: Site, task: Task) -> Routine:
    """Do the task, from its preconditions to the posture at home."""
    if (problem := unmet(site, task)) is not None:
        return Outcome(failure=problem)
    seam, nozzle = station_of(site, task, Seam), tool_of(site, ToolKind.NOZZLE, Nozzle)
    trip = yield from come(site, task, seam.datum, unmet=unmet, ways=lambda: _ways(site, seam))
    if isinstance(trip, Failure):
        return Outcome(failure=trip)
    for move in trip.moves:
        if move.name == _LAY:
            yield settled(site, 'settle')
            nozzle.open(seam)
        yield move
        nozzle.switch_off()
    return Outcome()


def unproven(site: Site, task: Task) -> Failure | None:
    """Return what is wrong with the bead, as measured now."""
    seam = station_of(site, task, Seam)
    problem = out_of_place(site, seam.datum, Phase.POSTCONDITION)
    if problem is not None:
        return problem
    if not seam.is_done:
        longest = max(seam.gaps, key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))
        start_mm, end_mm = longest[0] * 1e3, longest[1] * 1e3
        wanted = f'expected {seam.spec.coverage:.0%}'
        gap = f'the longest gap is from {start_mm:.0f} to {end_mm:.0f} mm'
        detail = f'{task.station}: {seam.describe()}, {wanted}; {gap}'
        return failed(Phase.POSTCONDITION, FailureCode.BEAD_GAP, detail)
    if seam.is_too_thick:
        figures = f'{seam.thickest_m * 1e3:.1f} mm wide, expected {seam.spec.width_m * 1e3:.1f} mm'
        detail = f'the bead on {task.station} is up to {figures}'
        return failed(Phase.POSTCONDITION, FailureCode.BEAD_TOO_THICK, detail)
    if seam.speed_error > seam.spec.speed_error:
        figures = f'{seam.speed_error:.0%} on average (tolerance {seam.spec.speed_error:.0%})'
        detail = f'the speed along {task.station} was off by {figures}'
        return failed(Phase.POSTCONDITION, FailureCode.SPEED_ERROR, detail)
    return None


def withdraw(site: Site, task: Task) -> Routine:
    """Close the nozzle, and go home; the bead stays as it is."""
    tool_of(site, ToolKind.NOZZLE, Nozzle).switch_off()
    return (yield from give_up(site, task, Seam))


def _ways(site: Site, seam: Seam) -> tuple[Way, ...]:
    """Return the ways along all gaps and back, by how the tool is turned."""
    direction = seam.datum.direction(seam.spec.direction)
    touching = frozenset({seam.station_id, seam.datum.on} - {''})
    at = seam.datum.point(seam.spec.work_at)
    gaps = [
        tuple(map(seam.datum.point, seam.line.between(start_m, end_m, seam.spec.width_m / 2)))
        for start_m, end_m in seam.gaps
    ]

    def way(orientation: Quaternion) -> Way:
        legs = [leg for gap in gaps for leg in _legs(gap, orientation)]
        return (*legs, Leg(name='return'))

    def _legs(gap: tuple[Vector, ...], orientation: Quaternion) -> tuple[Leg, ...]:
        on = [along(Pose(position=at, orientation=orientation), -STANDOFF_M) for at in gap]

        def led(name: str, to: Pose, speed_mps: float | None, *via: Pose) -> Leg:
            return Leg(
                name=name,
                to=to,
                via=via,
                tool=ToolKind.NOZZLE,
                straight=True,
                speed_mps=speed_mps,
                touching=touching,
            )

        return (
            Leg(name='approach', to=along(on[0], -CLEAR_M), tool=ToolKind.NOZZLE),
            led('lower', on[0], _LOWER_MPS),
            led(_LAY, on[-1], seam.spec.speed_mps, *on[1:-1]),
            led('retreat', along(on[-1], -CLEAR_M), None),
        )

    return tuple(way(orientation) for orientation in orientations(site, at, direction))


SKILL = Skill(
    name=SkillCode.DISPENSE,
    tools=frozenset({ToolKind.NOZZLE}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
