"""A scheduling problem in whole ticks of time, as constraint solvers count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
import math

from cobot_alloc.domain.scheduling.indexed import IndexedProblem

#: Ticks at most in all the work, one after another, where no longer ones will do.
MOST_TICKS = 10**8
#: Of a tick, by which a time may miss a whole one for having been added up: floating point.
NEARLY = 1e-6
#: Likewise of a figure, as it was given.
SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Ticks:
    """
    A problem in ticks that allows whatever the problem in seconds allows, and maybe more.

    What must not be before is rounded down, and so is how long things take; arrivals and
    deadlines are rounded up, and a change of setup takes no longer than the changes that lead
    to the same. Then every schedule in seconds, with its times rounded down, is a schedule in
    ticks that costs no more: no schedule in seconds costs less than the best in ticks.

    :ivar problem: all times in ticks after the origin; fixed costs in seconds.
    :ivar tick_s: seconds.
    :ivar origin_s: cell time of tick 0.
    :ivar is_exact: whether all times are whole ticks, so that none was rounded.
    :ivar horizon: a tick by which a schedule of least cost has ended.
    :ivar carbon_s: by mode, cost of its carbon in the cleanest hour in which it can begin.
    """

    problem: IndexedProblem
    tick_s: float
    origin_s: float
    is_exact: bool
    horizon: int
    carbon_s: tuple[float, ...]


def in_ticks(problem: IndexedProblem) -> Ticks:
    """Count a problem in ticks: as long as its times allow, or else as short as can be."""
    started = [at for at in problem.started_s if at is not None]
    origin_s = float(math.floor(min([problem.problem.now_s, *started])))
    times = [t for t in _times(problem) if math.isfinite(t)]
    work_s = sum(max(problem.duration_s[m] for m in modes) for modes in problem.modes_of)
    digits = decimals(times, math.floor(math.log10(MOST_TICKS / max(1.0, work_s))))
    per_s = 10.0**digits

    def down(seconds: float) -> float:
        return float(math.floor(seconds * per_s + NEARLY)) if math.isfinite(seconds) else seconds

    def since(at_s: float) -> float:
        return down(at_s - origin_s)

    def up(at_s: float) -> float:
        return -down(origin_s - at_s)

    in_whole = replace(
        problem,
        duration_s=tuple(map(down, problem.duration_s)),
        release_s=tuple(map(since, problem.release_s)),
        not_before_s=tuple(map(since, problem.not_before_s)),
        started_s=tuple(None if at is None else since(at) for at in problem.started_s),
        free_from_s=tuple(map(since, problem.free_from_s)),
        windows=tuple(
            tuple((since(a), since(b)) for a, b in windows) for windows in problem.windows
        ),
        setup_s=tuple(
            {change: down(s) for change, s in _shortest(problem, resource).items()}
            for resource in range(len(problem.setup_s))
        ),
        goals=tuple(
            (members, up(arrived), up(deadline), flow, late)
            for members, arrived, deadline, flow, late in problem.goals
        ),
    )
    horizon = _horizon(in_whole)
    return Ticks(
        problem=in_whole,
        tick_s=1 / per_s,
        origin_s=origin_s,
        is_exact=digits == decimals(times, digits + 1),
        horizon=horizon,
        carbon_s=_least_carbon(problem, origin_s + (horizon + 1) / per_s),
    )


def decimals(values: Iterable[float], most: int) -> int:
    """Return with how many decimals all values can be written, or the most if with none."""
    values = tuple(values)
    for digits in range(most):
        scaled = [value * 10.0**digits for value in values]
        if all(math.isclose(value, round(value), rel_tol=SAME) for value in scaled):
            return digits
    return most


def _times(problem: IndexedProblem) -> Iterable[float]:
    yield from problem.duration_s
    yield from problem.release_s
    yield from problem.not_before_s
    yield from problem.free_from_s
    yield from (at for at in problem.started_s if at is not None)
    for setups in problem.setup_s:
        yield from setups.values()
    for windows in problem.windows:
        for window in windows:
            yield from window
    for _, arrived, deadline, _, _ in problem.goals:
        yield from (arrived, deadline)


def _shortest(problem: IndexedProblem, resource: int) -> Mapping[tuple[int, int], float]:
    """Return the time from setup to setup of a resource, by way of others where that is less."""
    given = problem.setup_s[resource]
    if not given:
        return given
    needed = {problem.setup_on(resource, mode) for mode in range(len(problem.setup_of))} - {-1}
    known = needed | {problem.first_setup[resource]}
    least = {(one, other): given.get((one, other), 0.0) for one in known for other in needed}
    for via in needed:
        for one, other in least:
            least[one, other] = min(least[one, other], least[one, via] + least[via, other])
    return least


def _horizon(problem: IndexedProblem) -> int:
    """
    Return a tick by which a schedule has ended that nothing in it can make end earlier.

    Whatever ends last has waited for others, one after another, and the first of them for a
    time that is given.
    """
    given = [0.0, *problem.release_s, *problem.not_before_s, *problem.free_from_s]
    given += [begin for windows in problem.windows for begin, _ in windows]
    changes = [max(setups.values(), default=0.0) for setups in problem.setup_s]
    work = 0.0
    for modes, started in zip(problem.modes_of, problem.started_s, strict=True):
        longest = max(
            problem.duration_s[m] + max(changes[r] for r in problem.resources_of[m]) for m in modes
        )
        if started is None:
            work += longest + 2  # rounding
        else:
            given.append(started + longest + 1)
    return int(max(at for at in given if math.isfinite(at)) + work)


def _least_carbon(problem: IndexedProblem, end_s: float) -> tuple[float, ...]:
    """
    Return by mode what its carbon costs in the cleanest hour in which it can begin, in seconds.

    What begins after an hour that it might have waited for counts as having waited.
    """
    policy = problem.policy
    found = [0.0] * len(problem.energy_j)
    for i, modes in enumerate(problem.modes_of):
        begun = problem.started_s[i]
        for m in modes:
            per_j = policy.carbon_per_j(begun) if begun is not None else 0.0
            if begun is None:
                later = [
                    problem.not_before_s[other]
                    for other in modes
                    if problem.number_of_mode[other] == problem.number_of_mode[m]
                    and problem.not_before_s[other] > problem.not_before_s[m]
                ]
                first = max(problem.release_s[i], problem.not_before_s[m])
                per_j = policy.least_carbon_per_j(first, min([*later, end_s]))
            found[m] = policy.carbon * problem.energy_j[m] * per_j
    return tuple(found)
