"""
Measure a part and compare it with what it should be.

The scanner is held over the part and reads it several times; from the scatter comes how sure
the figures are. A part that is still to be machined is compared with its raw size, one that was
machined with its finished size: with that which it is nearer to.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import dist

from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Outcome, Step, StepEnd, Wait
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.motion.requests import MotionPath, Segment
from cobot_alloc.sim.skills.conveying import arrival, not_coming
from cobot_alloc.sim.skills.handling import (
    begin_empty_handed,
    failed,
    misplaced,
    not_at,
    place_of,
    play,
    settled,
    unfit,
    unknown_names,
    withdraw,
)
from cobot_alloc.sim.skills.transfer import yaw_of
from cobot_alloc.sim.skills.travel import travel
from cobot_alloc.sim.skills.workplace import orientations
from cobot_alloc.sim.tools.gauge import Estimate, estimate, Gauge
from cobot_alloc.sim.tools.scanner import Scanner, STANDOFF_M
from cobot_alloc.sim.world import LocationSpec, PartSpec, ToolKind

READINGS = 5  #: of each feature
_PERIOD_S = 0.1  # from one reading to the next, for the arm's own trembling to show
_MOVED_M = 0.001  # a part that moved farther since it was planned for was not measured rightly
_DOWN: Vector = (0.0, 0.0, -1.0)
_EXTENTS = ('length', 'width', 'height')


def run(site: ArmSite, task: Task) -> MotionProgram:
    """Do the task, from its preconditions to the posture at home."""
    problem = yield from begin_empty_handed(site, task)
    problem = problem or unmet(site, task)
    if problem is None and task.source:
        problem = yield from arrival(site, task.part, place_of(site, task.source))
    problem = problem or _not_at_place(site, task)
    if problem is not None:
        return Outcome(failure=problem)
    seen = site.parts.pose(task.part)
    trip = yield from travel(site, _paths(site, task, seen), task=task)
    if isinstance(trip, Failure):
        return Outcome(failure=_moved(site, task, seen) or trip)
    approach, *home = trip.moves
    yield approach
    yield settled(site, 'settle')
    readings = yield from _read(site, task, seen)
    problem = _moved(site, task, seen) or _judged(site.parts.nominal(task.part), readings)
    yield from play(home)
    return Outcome(failure=problem or _moved(site, task, seen))


def unmet(site: ArmSite, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    problem = unknown_names(site, task.part, *filter(None, (task.source,)))
    if problem is not None:
        return problem
    if task.source:
        return not_coming(site, task.part, place_of(site, task.source))
    return _not_at_place(site, task)


def unproven(site: ArmSite, task: Task) -> Failure | None:
    """Return what is wrong with where the part is, as measured now."""
    place = _place(site, task)
    if place is None:
        detail = f'{task.part} is {site.whereabouts.describe(task.part)}: at no location'
        return failed(Phase.POSTCONDITION, FailureCode.MISPLACED, detail)
    return misplaced(site, task.part, place)


def _place(site: ArmSite, task: Task) -> LocationSpec | None:
    """Return where the part is to be measured: where the task says, or else where it is."""
    if task.source:
        return place_of(site, task.source)
    near = (
        place
        for place in site.world.locations
        if site.parts.distance_m(task.part, place) <= place.tolerance_m
    )
    return next(near, None)


def _not_at_place(site: ArmSite, task: Task) -> Failure | None:
    place = _place(site, task)
    if place is not None:
        return not_at(site, task.part, place)
    where = site.whereabouts.describe(task.part)
    if not site.whereabouts.is_in_cell(task.part):
        return unfit(FailureCode.PART_MISSING, f'{task.part} is {where}')
    return unfit(FailureCode.PART_MISPLACED, f'{task.part} is at no location: it is {where}')


def _paths(site: ArmSite, task: Task, seen: Pose) -> tuple[MotionPath, ...]:
    """Return the ways to hold the scanner over the part, however turned, and home."""
    x, y, z = seen.position
    above = (x, y, z + site.parts.nominal(task.part).size[2] / 2 + STANDOFF_M)
    kind = ToolKind.SCANNER
    return tuple(
        (
            Segment(name='approach', to=Pose(position=above, orientation=turn), tool=kind),
            Segment(name='return', tool=kind),
        )
        for turn in orientations(site, above, _DOWN)
    )


def _read(
    site: ArmSite, task: Task, seen: Pose
) -> Generator[Step, StepEnd, list[dict[str, float] | None]]:
    """Return some readings, one after the other."""
    scanner, place = site.tools[ToolKind.SCANNER], _place(site, task)
    assert isinstance(scanner, Scanner), 'an arm without a scanner is not given the task'
    readings = []
    for _ in range(READINGS):
        yield Wait(name='measure', until=lambda: False, limit_s=_PERIOD_S)
        gauge = Gauge(
            scanner,
            site.parts.nominal(task.part),
            body=site.parts.bodies[task.part],
            datum_m=place.position[2] if place is not None else 0.0,
            yaw=yaw_of(seen.orientation),
        )
        readings.append(gauge.read())
    return readings


def _moved(site: ArmSite, task: Task, seen: Pose) -> Failure | None:
    off_m = dist(site.parts.pose(task.part).position, seen.position)
    if off_m <= _MOVED_M:
        return None
    where = site.whereabouts.describe(task.part)
    detail = f'{task.part} was moved by {1000 * off_m:.1f} mm while it was measured: it is {where}'
    return failed(Phase.EXECUTION, FailureCode.PART_MOVED, detail)


def _judged(spec: PartSpec, readings: Sequence[Mapping[str, float] | None]) -> Failure | None:
    """Return what the readings say against the part."""
    good = [reading for reading in readings if reading is not None]
    if len(good) < len(readings):
        lost = len(readings) - len(good)
        detail = f'{lost} of {len(readings)} readings did not find {spec.part_id}'
        return failed(Phase.EXECUTION, FailureCode.MEASUREMENT_FAILED, detail)
    found = estimate(good)
    limits = list(_limits(spec, found))
    unsure = [it.described() for it in limits if it.found.uncertainty_m > it.tolerance_m]
    if unsure:
        detail = f'{spec.part_id}: not sure enough to tell: {"; ".join(unsure)}'
        return failed(Phase.EXECUTION, FailureCode.MEASUREMENT_FAILED, detail)
    out = [it.described() for it in limits if it.is_exceeded]
    if not out:
        return None
    detail = f'{spec.part_id}: {"; ".join(out)} (means of {len(good)} readings, k = 2)'
    return failed(Phase.POSTCONDITION, FailureCode.OUT_OF_TOLERANCE, detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """What a feature should measure, and does."""

    feature: str
    found: Estimate
    nominal_m: float
    tolerance_m: float

    @property
    def is_exceeded(self) -> bool:
        return abs(self.found.mean_m - self.nominal_m) > self.tolerance_m

    def described(self) -> str:
        """Say it for people, in millimetres."""
        measured = f'{1000 * self.found.mean_m:.3f} +- {1000 * self.found.uncertainty_m:.3f} mm'
        wanted = f'{1000 * self.nominal_m:.3f} +- {1000 * self.tolerance_m:.3f} mm'
        return f'{self.feature} measures {measured}, it should be {wanted}'


def _limits(spec: PartSpec, found: Mapping[str, Estimate]) -> Iterator[_Limit]:
    """Yield every feature beside what it should measure."""
    size = _stage(spec, found)
    for feature, nominal_m, tolerance_m in zip(_EXTENTS, size, spec.tolerance_m, strict=True):
        yield _Limit(
            feature=feature,
            found=found[feature],
            nominal_m=nominal_m,
            tolerance_m=tolerance_m,
        )
    yield _Limit(
        feature='flatness', found=found['flatness'], nominal_m=0.0, tolerance_m=spec.flatness_m
    )
    if spec.pocket is not None:
        yield _Limit(
            feature='pocket',
            found=found['pocket'],
            nominal_m=spec.pocket.side_m,
            tolerance_m=spec.pocket.tolerance_m,
        )


def _stage(spec: PartSpec, found: Mapping[str, Estimate]) -> Vector:
    """Return the nominal size, raw or finished, that the part is nearer to."""
    measured = [found[feature].mean_m for feature in _EXTENTS]
    return min((spec.size, spec.drawing), key=lambda size: dist(size, measured))


SKILL = Skill(
    name=SkillCode.INSPECT,
    tools=frozenset({ToolKind.SCANNER}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
