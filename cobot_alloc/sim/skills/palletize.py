"""
Set a part down in the next free place of a pattern, and see that it and its neighbours stand.

Which place is next is measured: the first of the pattern in which no part stands as it should.
"""

from __future__ import annotations

from collections.abc import Mapping

from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Outcome, Wait
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.scene.scenery import in_metres
from cobot_alloc.sim.skills.carrying import carry
from cobot_alloc.sim.skills.conveying import arrival, not_coming
from cobot_alloc.sim.skills.handling import (
    begin_empty_handed,
    failed,
    not_at,
    place_of,
    too_heavy,
    unfit,
    unknown_names,
    withdraw,
)
from cobot_alloc.sim.skills.transfer import paths_from_home
from cobot_alloc.sim.stations.pallet import Pallet, Slot, UPRIGHT_DEG
from cobot_alloc.sim.world import ToolKind

STAND_S = 1.0  #: how long the part has to stand before it is judged
_NUDGED_M = 0.002  # a neighbour that moved farther than this was pushed


def run(site: ArmSite, task: Task) -> MotionProgram:
    """Do the task, from its preconditions to the posture at home."""
    problem = yield from begin_empty_handed(site, task)
    problem = problem or unmet(site, task)
    pallet = site.stations.find(task.station, Pallet)
    if problem is not None or pallet is None:
        return Outcome(failure=problem)
    source = place_of(site, task.source)
    problem = yield from arrival(site, task.part, source)
    slot = pallet.next_free()
    problem = problem or unmet(site, task)
    if problem is not None or slot is None:
        return Outcome(failure=problem)
    target, neighbours = pallet.place(slot), pallet.positions()

    def unready() -> Failure | None:
        moved = None if pallet.next_free() == slot else _changed(task, pallet, slot)
        return moved or unmet(site, task) or not_at(site, task.part, source)

    outcome = yield from carry(
        site,
        task,
        target,
        unready=unready,
        paths=lambda: paths_from_home(site, task.part, target, facing=pallet.spec.yaw),
        judge=lambda: _unstable(site, task, pallet, neighbours),
    )
    if outcome.failure is None:
        # What is going to topple does so within a moment.
        yield Wait(name='watch it stand', until=lambda: False, limit_s=STAND_S)
        return Outcome(
            failure=_unstable(site, task, pallet, neighbours),
            placement_error_m=outcome.placement_error_m,
        )
    return outcome


def unmet(site: ArmSite, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    pallet = site.stations.find(task.station, Pallet)
    if pallet is None:
        return unfit(FailureCode.STATION_UNKNOWN, f'the cell has no pallet {task.station!r}')
    return (
        unknown_names(site, task.part, task.source)
        or too_heavy(site, task)
        or not_coming(site, task.part, place_of(site, task.source))
        or _no_slot(site, task, pallet)
    )


def unproven(site: ArmSite, task: Task) -> Failure | None:
    """Return what is wrong with how the part stands, as measured now."""
    pallet = site.stations.find(task.station, Pallet)
    assert pallet is not None, 'preconditions look at it first'
    return _unstable(site, task, pallet, {})


def _no_slot(site: ArmSite, task: Task, pallet: Pallet) -> Failure | None:
    """Return why there is no place for the part."""
    slot = pallet.next_free()
    if slot is None:
        return unfit(FailureCode.PALLET_FULL, f'{task.station} is full: {pallet.describe()}')
    other = site.parts.in_the_way(task.part, pallet.place(slot))
    if other is None:
        return None
    at = in_metres(site.parts.pose(other).position)
    leans = f'leaning by {site.parts.tilt_deg(other):.0f} degrees'
    detail = f'{other} lies in {slot} of {task.station}, at {at}, {leans}'
    return unfit(FailureCode.SLOT_BLOCKED, detail)


def _changed(task: Task, pallet: Pallet, slot: Slot) -> Failure:
    detail = f'{slot} of {task.station} was next, now it is {pallet.next_free()}'
    return failed(Phase.EXECUTION, FailureCode.PALLET_CHANGED, detail)


def _unstable(
    site: ArmSite, task: Task, pallet: Pallet, before: Mapping[str, Vector]
) -> Failure | None:
    """Return what is wrong with how the part and its neighbours stand."""
    nudged, far_m = pallet.moved_m(before)
    if far_m > _NUDGED_M:
        detail = f'{nudged} on {task.station} was moved by {1000 * far_m:.1f} mm'
        return failed(Phase.POSTCONDITION, FailureCode.NEIGHBOUR_MOVED, detail)
    if pallet.slot_of(task.part) is not None:
        return None
    slot, off_m = pallet.nearest(task.part)
    tilt_deg, still = site.parts.tilt_deg(task.part), site.parts.is_at_rest(task.part)
    figures = (
        f'{1000 * off_m:.1f} mm from {slot} (tolerance {1000 * pallet.spec.tolerance_m:.1f} mm),'
        f' leaning by {tilt_deg:.1f} degrees (at most {UPRIGHT_DEG:.1f}),'
        f' {"at rest" if still else "moving"}'
    )
    is_upright = tilt_deg < UPRIGHT_DEG and still
    code = FailureCode.MISPLACED if is_upright else FailureCode.UNSTABLE
    return failed(Phase.POSTCONDITION, code, f'{task.part} is {figures}')


SKILL = Skill(
    name=SkillCode.PALLETIZE,
    tools=frozenset({ToolKind.SUCTION, ToolKind.TWO_FINGER}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
