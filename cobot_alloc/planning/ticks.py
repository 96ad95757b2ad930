"""A scheduling problem in whole ticks of time, as constraint solvers count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
import math

from cobot_alloc.domain.scheduling.indexed import IndexedProblem

#: Ticks in the time that a schedule takes, where seconds are no whole numbers.
RESOLUTION = 20_000


@dataclass(frozen=True, slots=True)
class Ticks:
    """
    A problem in ticks.

    Everything is rounded so that what fits in ticks fits in seconds: durations, setups and
    starts up, ends of windows down.

    :ivar problem: the same problem, all times in ticks after the origin.
    :ivar tick_s: seconds.
    """

    problem: IndexedProblem
    tick_s: float


def in_ticks(problem: IndexedProblem, horizon_s: float) -> Ticks:
    """Count a problem in ticks; in seconds where all of its times are whole seconds."""
    started = [at for at in problem.started_s if at is not None]
    origin = float(math.floor(min([problem.problem.now_s, *started])))
    tick = 1.0
    if not all(float(t).is_integer() for t in _times(problem) if math.isfinite(t)):
        tick = max(1e-3, (horizon_s - origin) / RESOLUTION)

    def up(seconds: float) -> float:
        return float(math.ceil(seconds / tick - 1e-6)) if math.isfinite(seconds) else seconds

    def after(seconds: float) -> float:
        return up(seconds - origin)

    def down(seconds: float) -> float:
        finite = math.isfinite(seconds)
        return float(math.floor((seconds - origin) / tick + 1e-6)) if finite else seconds

    return Ticks(
        replace(
            problem,
            duration_s=tuple(map(up, problem.duration_s)),
            fixed_s=tuple(cost / tick for cost in problem.fixed_s),
            release_s=tuple(map(after, problem.release_s)),
            not_before_s=tuple(map(after, problem.not_before_s)),
            carbon_s=tuple(cost / tick for cost in problem.carbon_s),
            started_s=tuple(None if at is None else down(at) for at in problem.started_s),
            free_from_s=tuple(map(after, problem.free_from_s)),
            windows=tuple(
                tuple((after(a), down(b)) for a, b in windows) for windows in problem.windows
            ),
            setup_s=tuple({k: up(s) for k, s in setups.items()} for setups in problem.setup_s),
            goals=tuple(
                (members, after(arrived), down(deadline), flow, late)
                for members, arrived, deadline, flow, late in problem.goals
            ),
        ),
        tick,
    )


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
