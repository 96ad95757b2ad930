"""
What skills that handle a part share: is it there, can it be brought, is it where it should be.

What is found wrong is always measured in the physics: where the part lies, whether the gripper
holds it, where it came to rest.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from math import dist

from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Move, Outcome, Step, StepEnd, Wait
from cobot_alloc.sim.scene.scenery import in_metres
from cobot_alloc.sim.skills.transfer import paths_with_part
from cobot_alloc.sim.skills.travel import go_home, travel
from cobot_alloc.sim.tools.tool import Gripper
from cobot_alloc.sim.world import LocationSpec

GRIP_S = 1.0  #: for the gripper to close or to open
_SETTLE_S = 0.4  # for the arm to come to rest at the end of a path
_STILL_RADPS = 0.005
REST_S = 2.0  #: for a part to come to rest after it was let go


def failed(phase: Phase, code: str, detail: str) -> Failure:
    """Return a failure."""
    return Failure(phase=phase, code=code, detail=detail)


def unfit(code: str, detail: str) -> Failure:
    """Return a precondition that does not hold."""
    return failed(Phase.PRECONDITION, code, detail)


def unknown_names(site: ArmSite, part: str, *places: str) -> Failure | None:
    """Return which of the names of a task the cell does not have."""
    if part not in site.parts.bodies:
        return unfit(FailureCode.PART_UNKNOWN, f'the cell has no part {part!r}')
    for name in places:
        if site.world.location(name) is None:
            return unfit(FailureCode.LOCATION_UNKNOWN, f'the cell has no location {name!r}')
    return None


def too_heavy(site: ArmSite, task: Task) -> Failure | None:
    """Return whether the part weighs more than the arm lifts, as far as anybody knows."""
    mass_kg = max(task.payload_kg, site.parts.nominal(task.part).mass_kg)
    if mass_kg <= site.spec.payload_kg:
        return None
    figures = f'{mass_kg:.2f} kg, the arm lifts {site.spec.payload_kg:.2f} kg'
    return unfit(FailureCode.TOO_HEAVY, f'{task.part} weighs {figures}')


def not_at(site: ArmSite, part: str, source: LocationSpec) -> Failure | None:
    """Return what is wrong with where a part is that is to be taken up."""
    if not site.whereabouts.is_in_cell(part):
        return unfit(FailureCode.PART_MISSING, f'{part} is not at {source.name}, nor in the cell')
    off_m = site.parts.distance_m(part, source)
    if off_m <= source.tolerance_m and site.whereabouts.is_upright(part):
        return None
    figures = f'{off_m:.3f} m from {source.name} (tolerance {source.tolerance_m:.3f} m)'
    tilt = f'tilted by {site.parts.tilt_deg(part):.0f} degrees'
    where = site.whereabouts.describe(part)
    return unfit(FailureCode.PART_MISPLACED, f'{part} is {figures}, {tilt}: {where}')


def occupied(site: ArmSite, part: str, target: LocationSpec) -> Failure | None:
    """Return what lies where a part is to stand."""
    other = site.parts.in_the_way(part, target)
    if other is None:
        return None
    at = in_metres(site.parts.pose(other).position)
    return unfit(
        FailureCode.TARGET_OCCUPIED, f'{other} is in the way at {target.name}: it lies at {at}'
    )


def misplaced(site: ArmSite, part: str, target: LocationSpec) -> Failure | None:
    """Return what is wrong with where a part is that was set down."""
    error_m = site.parts.distance_m(part, target)
    if error_m <= target.tolerance_m and site.parts.is_at_rest(part):
        return None
    rest = 'at rest' if site.parts.is_at_rest(part) else 'still moving'
    figures = f'{error_m:.3f} m from {target.name} (tolerance {target.tolerance_m:.3f} m)'
    detail = f'{part} is {figures}, {rest}: {site.whereabouts.describe(part)}'
    return failed(Phase.POSTCONDITION, FailureCode.MISPLACED, detail)


def unready(site: ArmSite, task: Task) -> Failure | None:
    """Return why the part cannot be taken from the one location to the other now."""
    problem = unknown_names(site, task.part, task.source, task.target) or too_heavy(site, task)
    return (
        problem
        or not_at(site, task.part, place_of(site, task.source))
        or occupied(site, task.part, place_of(site, task.target))
    )


def no_grasp(site: ArmSite, task: Task) -> Failure:
    """Return that the gripper cannot hold the part."""
    size = ' x '.join(f'{side:.3f}' for side in site.parts.spec(task.part).size)
    detail = f'{gripper_of(site).kind.value} has no grasp for {task.part}, {size} m'
    return failed(Phase.PLANNING, FailureCode.NO_GRASP, detail)


def begin_empty_handed(site: ArmSite, task: Task) -> Generator[Step, StepEnd, Failure | None]:
    """Put away what is still in the grip, and go home; return why that cannot be done."""
    yield Wait(name='ready', until=lambda: True, limit_s=0.0)
    if (held := site.held) is not None and not (yield from put_away(site, task, held)):
        return unfit(FailureCode.GRIPPER_OCCUPIED, f'{held} is still in the grip')
    return (yield from go_home(site, task=task))


def put_back(site: ArmSite, task: Task, failure: Failure) -> MotionProgram:
    """Put the part away and go home, because of a failure; it says where the part is then."""
    is_away = yield from put_away(site, task, task.part)
    stuck = (yield from go_home(site, task=task)) if is_away else None
    where = site.whereabouts.describe(task.part) if is_away else 'still in the grip'
    detail = f'{failure.detail}; {task.part} is {where}{not_home(stuck)}'
    return Outcome(failure=replace(failure, detail=detail))


def withdraw(site: ArmSite, task: Task) -> MotionProgram:
    """Put the part back if the arm has it, and go home."""
    held = site.held
    if held is not None and not (yield from put_away(site, task, held)):
        detail = f'{held} is still in the grip: no place for it'
        return Outcome(failure=failed(Phase.EXECUTION, FailureCode.CANCELED, detail))
    stuck = yield from go_home(site, task=task)
    where = f'{task.part} is {site.whereabouts.describe(task.part)}'
    return Outcome(failure=failed(Phase.EXECUTION, FailureCode.CANCELED, where + not_home(stuck)))


def play(moves: Iterable[Move]) -> Generator[Step, StepEnd, None]:
    """Yield moves one after the other."""
    for move in moves:  # noqa: UP028 - a list cannot be sent how its steps ended
        yield move


def settled(site: ArmSite, name: str) -> Wait:
    """Return the wait for the arm to come to rest."""

    def is_still() -> bool:
        return max(abs(speed) for speed in site.body.velocities) < _STILL_RADPS

    return Wait(name=name, until=is_still, limit_s=_SETTLE_S)


def not_home(stuck: Failure | None) -> str:
    """Return where the arm is if it could not go home, to be added to a sentence."""
    return '' if stuck is None else f'; the arm stays where it is: {stuck.detail}'


def gripper_of(site: ArmSite) -> Gripper:
    """Return the gripper of an arm that has one."""
    assert site.gripper is not None, 'an arm without a gripper is not given the task'
    return site.gripper


def place_of(site: ArmSite, name: str) -> LocationSpec:
    """Return a location that the cell has."""
    place = site.world.location(name)
    assert place is not None, 'preconditions look at the names first'
    return place


def put_away(site: ArmSite, task: Task, part: str) -> Generator[Step, StepEnd, bool]:
    """Bring the gripper to be empty; False if there is no place for what it holds."""
    gripper = gripper_of(site)
    for place in _refuges(site, task):
        if gripper.has_lost():
            break
        can_stand = site.whereabouts.can_stand(part, place)
        if not can_stand or site.parts.in_the_way(part, place) is not None:
            continue
        trip = yield from travel(site, paths_with_part(site, part, place), task=task)
        if isinstance(trip, Failure):
            continue
        if (yield from carry_to_end(site, trip.moves)) is StepEnd.DONE:
            yield from play(move for move in trip.moves if move.is_lost is None)
            return True
    if not gripper.has_lost():
        return False
    gripper.open()
    return True


def carry_to_end(site: ArmSite, moves: Iterable[Move]) -> Generator[Step, StepEnd, StepEnd]:
    """Carry the part to its place and let it go there."""
    for move in moves:
        if move.is_lost is not None and (yield move) is StepEnd.LOST:
            return StepEnd.LOST
    yield settled(site, 'release')
    gripper = gripper_of(site)
    if gripper.has_lost():
        return StepEnd.LOST
    gripper.open()
    yield Wait(name='let go', until=gripper.is_settled, limit_s=GRIP_S)
    return StepEnd.DONE


def after_drop(site: ArmSite, task: Task, target: LocationSpec) -> MotionProgram:
    """Go home without the part that slipped from the grip, and say where it fell."""
    gripper_of(site).open()
    yield Wait(name='part lost', until=lambda: site.parts.is_at_rest(task.part), limit_s=REST_S)
    where = site.whereabouts.describe(task.part)
    stuck = yield from go_home(site, task=task)
    detail = f'{task.part} left the grip on the way to {target.name} and lies {where}'
    return Outcome(
        failure=failed(Phase.EXECUTION, FailureCode.PART_DROPPED, detail + not_home(stuck))
    )


def _refuges(site: ArmSite, task: Task) -> Iterator[LocationSpec]:
    tool = site.body.tool_pose().position
    first = [place for place in map(site.world.location, (task.source, task.target)) if place]
    rest = [place for place in site.world.locations if place not in first]
    yield from (*first, *sorted(rest, key=lambda place: dist(place.position, tool)))
