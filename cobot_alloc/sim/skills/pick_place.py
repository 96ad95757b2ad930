"""
Take a part from one location to another.

What is found wrong is always measured in the physics: where the part lies, whether the cup
holds it, where it came to rest.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from math import dist

from cobot_alloc.application.world import LocationSpec, ToolKind
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.routine import Move, Outcome, Routine, Step, StepEnd, Wait
from cobot_alloc.sim.arms.site import Site
from cobot_alloc.sim.scene.scenery import in_metres
from cobot_alloc.sim.skills.skill import Skill
from cobot_alloc.sim.skills.transfer import ways_from_home, ways_with_part
from cobot_alloc.sim.skills.travel import go_home, travel
from cobot_alloc.sim.tools.tool import Gripper

_GRIP_S = 1.0  # for the gripper to close or to open
_SETTLE_S = 0.4  # for the arm to come to rest at the end of a path
_STILL_RADPS = 0.005
_REST_S = 2.0  # for a part to come to rest after it was let go


def run(site: Site, task: Task) -> Routine:
    """Do the task, from its preconditions to the posture at home."""
    yield Wait(name='ready', until=lambda: True, limit_s=0.0)
    if (held := site.held) is not None and not (yield from put_away(site, task, held)):
        return Outcome(failure=_unfit('gripper_occupied', f'{held} is still in the grip'))
    stuck = yield from go_home(site, task=task)
    if stuck is not None:
        return Outcome(failure=stuck)
    target = _place(site, task.target)
    while True:
        problem = unmet(site, task)
        if problem is not None:
            return Outcome(failure=problem)
        ways = ways_from_home(site, task.part, target)
        if not ways:
            return Outcome(failure=no_grasp(site, task))
        seen = site.parts.pose(task.part)
        trip = yield from travel(site, ways, task=task)
        if isinstance(trip, Failure):
            return Outcome(failure=trip)
        # The cell may have changed while the way was planned, or was not free.
        if unmet(site, task) is None and site.parts.has_stayed(task.part, seen):
            return (yield from _transfer(site, task, trip.moves, target))


def withdraw(site: Site, task: Task) -> Routine:
    """Put the part back if the arm has it, and go home."""
    held = site.held
    if held is not None and not (yield from put_away(site, task, held)):
        return Outcome(failure=_canceled(f'{held} is still in the grip: no place for it'))
    stuck = yield from go_home(site, task=task)
    where = f'{task.part} is {site.whereabouts.describe(task.part)}'
    return Outcome(failure=_canceled(where + not_home(stuck)))


def put_away(
    site: Site, task: Task, part: str, *, but: str = ''
) -> Generator[Step, StepEnd, bool]:
    """
    Bring the gripper to be empty; False if there is no place for what it holds.

    :param but: a location at which nothing can be put away.
    """
    gripper = gripper_of(site)
    for place in _refuges(site, task):
        if gripper.has_lost():
            break
        if place.name == but or site.parts.in_the_way(part, place) is not None:
            continue
        trip = yield from travel(site, ways_with_part(site, part, place), task=task)
        if isinstance(trip, Failure):
            continue
        if (yield from _carry_to_end(site, trip.moves)) is StepEnd.DONE:
            yield from play(move for move in trip.moves if move.is_lost is None)
            return True
    if not gripper.has_lost():
        return False
    gripper.open()
    return True


def _transfer(site: Site, task: Task, moves: Sequence[Move], target: LocationSpec) -> Routine:
    approach, lower, *rest = moves
    yield from play((approach, lower))
    yield settled(site, 'grip')
    gripper = gripper_of(site)
    gripper.close(task.part)
    yield Wait(name='grip', until=gripper.is_settled, limit_s=_GRIP_S)
    if not gripper.is_holding():
        gripper.open()
        stuck = yield from go_home(site, task=task)
        where = site.whereabouts.describe(task.part)
        detail = f'nothing in the grip at {task.source}: {task.part} is {where}'
        return Outcome(failure=_failed(Phase.EXECUTION, 'grip_failed', detail + not_home(stuck)))
    if (yield from _carry_to_end(site, rest)) is StepEnd.LOST:
        return (yield from _after_drop(site, task))
    retreat, home = (move for move in rest if move.is_lost is None)
    yield retreat
    yield Wait(name='look', until=lambda: site.parts.is_at_rest(task.part), limit_s=_REST_S)
    error_m = site.parts.distance_m(task.part, target)
    problem = unproven(site, task)
    yield home
    return Outcome(failure=problem, placement_error_m=error_m)


def _carry_to_end(site: Site, moves: Iterable[Move]) -> Generator[Step, StepEnd, StepEnd]:
    """Carry the part to its place and let it go there."""
    for move in moves:
        if move.is_lost is not None and (yield move) is StepEnd.LOST:
            return StepEnd.LOST
    yield settled(site, 'release')
    gripper = gripper_of(site)
    if gripper.has_lost():
        return StepEnd.LOST
    gripper.open()
    yield Wait(name='let go', until=gripper.is_settled, limit_s=_GRIP_S)
    return StepEnd.DONE


def _after_drop(site: Site, task: Task) -> Routine:
    gripper_of(site).open()
    yield Wait(name='part lost', until=lambda: site.parts.is_at_rest(task.part), limit_s=_REST_S)
    where = site.whereabouts.describe(task.part)
    stuck = yield from go_home(site, task=task)
    detail = f'{task.part} left the grip on the way to {task.target} and lies {where}'
    return Outcome(failure=_failed(Phase.EXECUTION, 'part_dropped', detail + not_home(stuck)))


def play(moves: Iterable[Move]) -> Generator[Step, StepEnd, None]:
    for move in moves:  # noqa: UP028 - a list cannot be sent how its steps ended
        yield move


def settled(site: Site, name: str) -> Wait:
    def is_still() -> bool:
        return max(abs(speed) for speed in site.body.velocities) < _STILL_RADPS

    return Wait(name=name, until=is_still, limit_s=_SETTLE_S)


def unmet(site: Site, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    if task.part not in site.parts.bodies:
        return _unfit('part_unknown', f'the cell has no part {task.part!r}')
    for name in (task.source, task.target):
        if site.world.location(name) is None:
            return _unfit('location_unknown', f'the cell has no location {name!r}')
    mass_kg = max(task.payload_kg, site.parts.mass_kg(task.part))
    if mass_kg > site.spec.payload_kg:
        figures = f'{mass_kg:.2f} kg, the arm lifts {site.spec.payload_kg:.2f} kg'
        return _unfit('too_heavy', f'{task.part} weighs {figures}')
    return _not_at_source(site, task) or _occupied(site, task)


def _not_at_source(site: Site, task: Task) -> Failure | None:
    source = _place(site, task.source)
    if not site.whereabouts.is_in_cell(task.part):
        return _unfit('part_missing', f'{task.part} is not at {source.name}, nor in the cell')
    off_m = site.parts.distance_m(task.part, source)
    if off_m <= source.tolerance_m and site.whereabouts.is_upright(task.part):
        return None
    figures = f'{off_m:.3f} m from {source.name} (tolerance {source.tolerance_m:.3f} m)'
    tilt = f'tilted by {site.parts.tilt_deg(task.part):.0f} degrees'
    where = site.whereabouts.describe(task.part)
    return _unfit('part_misplaced', f'{task.part} is {figures}, {tilt}: {where}')


def _occupied(site: Site, task: Task) -> Failure | None:
    other = site.parts.in_the_way(task.part, _place(site, task.target))
    if other is None:
        return None
    at = in_metres(site.parts.pose(other).position)
    return _unfit('target_occupied', f'{other} is in the way at {task.target}: it lies at {at}')


def unproven(site: Site, task: Task) -> Failure | None:
    """Return what is wrong with where the part is, as measured now."""
    target = _place(site, task.target)
    error_m = site.parts.distance_m(task.part, target)
    if error_m <= target.tolerance_m and site.parts.is_at_rest(task.part):
        return None
    rest = 'at rest' if site.parts.is_at_rest(task.part) else 'still moving'
    figures = f'{error_m:.3f} m from {target.name} (tolerance {target.tolerance_m:.3f} m)'
    where = site.whereabouts.describe(task.part)
    detail = f'{task.part} is {figures}, {rest}: {where}'
    return _failed(Phase.POSTCONDITION, 'misplaced', detail)


def gripper_of(site: Site) -> Gripper:
    assert site.gripper is not None, 'an arm without a gripper is not given the task'
    return site.gripper


def no_grasp(site: Site, task: Task) -> Failure:
    size = ' x '.join(f'{side:.3f}' for side in site.parts.spec(task.part).size)
    detail = f'{gripper_of(site).kind.value} has no grasp for {task.part}, {size} m'
    return _failed(Phase.PLANNING, 'no_grasp', detail)


def not_home(stuck: Failure | None) -> str:
    return '' if stuck is None else f'; the arm stays where it is: {stuck.detail}'


def _refuges(site: Site, task: Task) -> Iterator[LocationSpec]:
    tool = site.body.tool_pose().position
    first = [place for place in map(site.world.location, (task.source, task.target)) if place]
    rest = [place for place in site.world.locations if place not in first]
    yield from (*first, *sorted(rest, key=lambda place: dist(place.position, tool)))


def _place(site: Site, name: str) -> LocationSpec:
    place = site.world.location(name)
    assert place is not None, 'preconditions look at the names first'
    return place


def _unfit(code: str, detail: str) -> Failure:
    return _failed(Phase.PRECONDITION, code, detail)


def _canceled(detail: str) -> Failure:
    return _failed(Phase.EXECUTION, 'canceled', detail)


def _failed(phase: Phase, code: str, detail: str) -> Failure:
    return Failure(phase=phase, code=code, detail=detail)


SKILL = Skill(
    name='pick_place',
    tools=frozenset({ToolKind.SUCTION, ToolKind.TWO_FINGER}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
