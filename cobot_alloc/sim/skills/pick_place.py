"""
Take a part from one location to another.

Where a belt or a tray brings the part, the arm waits for it; where one takes it away, it is
delivered once it rides there.
"""

from __future__ import annotations

from cobot_alloc.application.world import ToolKind
from cobot_alloc.domain.failure import Failure
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.routine import Outcome, Routine
from cobot_alloc.sim.arms.site import Site
from cobot_alloc.sim.skills.carriage import arrival, bringer, is_carried_off, room, taker
from cobot_alloc.sim.skills.handling import (
    begin_empty_handed,
    bring,
    misplaced,
    no_grasp,
    not_at,
    occupied,
    place_of,
    too_heavy,
    unknown_names,
    unready,
    withdraw,
)
from cobot_alloc.sim.skills.skill import Skill
from cobot_alloc.sim.skills.transfer import ways_from_home
from cobot_alloc.sim.skills.travel import travel


def run(site: Site, task: Task) -> Routine:
    """Do the task, from its preconditions to the posture at home."""
    problem = yield from begin_empty_handed(site, task)
    if problem is None:
        problem = unmet(site, task)
    if problem is not None:
        return Outcome(failure=problem)
    source, target = place_of(site, task.source), place_of(site, task.target)
    while True:
        problem = yield from arrival(site, task.part, source)
        yield from room(site, task.part, target)
        problem = problem or unready(site, task)
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
        if unready(site, task) is None and site.parts.has_stayed(task.part, seen):
            return (yield from bring(site, task, trip.moves, target, lambda: unproven(site, task)))


def unmet(site: Site, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    return (
        unknown_names(site, task.part, task.source, task.target)
        or too_heavy(site, task)
        or _not_at_source(site, task)
        or _occupied(site, task)
    )


def unproven(site: Site, task: Task) -> Failure | None:
    """Return what is wrong with where the part is, as measured now."""
    target = place_of(site, task.target)
    if is_carried_off(site, task.part, target):
        return None
    return misplaced(site, task.part, target)


def _not_at_source(site: Site, task: Task) -> Failure | None:
    source = place_of(site, task.source)
    if bringer(site, task.part, source) is not None:
        return None
    return not_at(site, task.part, source)


def _occupied(site: Site, task: Task) -> Failure | None:
    target = place_of(site, task.target)
    return None if taker(site, target) is not None else occupied(site, task.part, target)


SKILL = Skill(
    name='pick_place',
    tools=frozenset({ToolKind.SUCTION, ToolKind.TWO_FINGER}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
