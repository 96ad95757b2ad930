"""
Times for a sequence: each operation as early as those before it in the sequence leave it.

Every schedule in which no operation can start earlier by itself is the timing of some
sequence, so a search over sequences and modes loses nothing where later is never better.
"""

from __future__ import annotations

from collections.abc import Sequence
import math

from cobot_alloc.domain.scheduling.indexed import IndexedProblem

#: Seconds by which work may end after a window, from adding figures up.
FITS_S = 1e-9


def timed(
    problem: IndexedProblem, sequence: Sequence[int], modes: Sequence[int]
) -> tuple[list[float], list[float]]:
    """
    Return starts and ends of all operations, in seconds.

    :param sequence: all operations, each after its predecessors.
    :param modes: by operation.
    """
    if problem.is_plain:
        return _timed_plain(problem, sequence, modes)
    return _timed(problem, sequence, modes)


def _timed_plain(
    problem: IndexedProblem, sequence: Sequence[int], modes: Sequence[int]
) -> tuple[list[float], list[float]]:
    starts = [0.0] * len(sequence)
    ends = [0.0] * len(sequence)
    free = list(problem.free_from_s)
    predecessors, release = problem.predecessors, problem.release_s
    resources, duration, started = problem.resources_of, problem.duration_s, problem.started_s
    for operation in sequence:
        mode = modes[operation]
        at = release[operation]
        for before in predecessors[operation]:
            if ends[before] > at:
                at = ends[before]
        needed = resources[mode]
        for resource in needed:
            if free[resource] > at:
                at = free[resource]
        fixed = started[operation]
        if fixed is not None:
            at = fixed
        starts[operation] = at
        at += duration[mode]
        ends[operation] = at
        for resource in needed:
            if at > free[resource]:  # what is under way may end before its agent is free
                free[resource] = at
    return starts, ends


def _timed(
    problem: IndexedProblem, sequence: Sequence[int], modes: Sequence[int]
) -> tuple[list[float], list[float]]:
    starts = [0.0] * len(sequence)
    ends = [0.0] * len(sequence)
    free = list(problem.free_from_s)
    setups = list(problem.first_setup)
    predecessors, release, duration = problem.predecessors, problem.release_s, problem.duration_s
    for operation in sequence:
        mode = modes[operation]
        at = release[operation]
        for before in predecessors[operation]:
            if ends[before] > at:
                at = ends[before]
        at = earliest_start(problem, operation, mode, at, free, setups)
        starts[operation] = at
        at += duration[mode]
        ends[operation] = at
        occupy(problem, mode, at, free, setups)
    return starts, ends


def earliest_start(
    problem: IndexedProblem,
    operation: int,
    mode: int,
    at: float,
    free: Sequence[float],
    setups: Sequence[int],
) -> float:
    """
    Return when an operation can start at the end of what its resources have so far.

    :param at: not before.
    :param free: by resource, from when.
    :param setups: by resource, what it is set up for then.
    """
    fixed = problem.started_s[operation]
    if fixed is not None:
        return fixed
    if problem.not_before_s[mode] > at:
        at = problem.not_before_s[mode]
    needed = problem.setup_of[mode]
    if needed >= 0:
        first = problem.resources_of[mode][0]
        ready = free[first] + problem.setup_s[first].get((setups[first], needed), 0.0)
        if ready > at:
            at = ready
    calendars = None
    for resource in problem.resources_of[mode]:
        if free[resource] > at:
            at = free[resource]
        if windows := problem.windows[resource]:
            calendars = [windows] if calendars is None else [*calendars, windows]
    return at if calendars is None else _in_windows(calendars, at, problem.duration_s[mode])


def occupy(
    problem: IndexedProblem, mode: int, until: float, free: list[float], setups: list[int]
) -> None:
    """Note that a mode has its resources until then, and what it leaves them set up for."""
    resources, needed = problem.resources_of[mode], problem.setup_of[mode]
    for resource in resources:
        if until > free[resource]:  # what is under way may end before its agent is free
            free[resource] = until
    if needed >= 0:
        setups[resources[0]] = needed


def _in_windows(
    calendars: Sequence[Sequence[tuple[float, float]]], at: float, duration: float
) -> float:
    """Return the first time from which all agents are there for the whole duration."""
    settled = False
    while not settled:
        settled = True
        for windows in calendars:
            for begin, end in windows:
                first = at if at > begin else begin
                if first + duration <= end + FITS_S:
                    break
            else:
                return math.inf
            if first > at:
                at, settled = first, False
    return at


def cost(
    problem: IndexedProblem,
    starts: Sequence[float],
    ends: Sequence[float],
    modes: Sequence[int],
) -> float:
    """Return what a timed sequence costs by the policy, in seconds."""
    policy = problem.policy
    total = policy.makespan * max(ends, default=0.0) if policy.makespan else 0.0
    for members, arrived, deadline, flow, late in problem.goals:
        end = ends[members[0]] if len(members) == 1 else max([ends[i] for i in members])
        total += flow * (end - arrived)
        if end > deadline:
            total += late * (end - deadline)
    if problem.has_fixed:
        fixed = problem.fixed_s
        total += sum([fixed[mode] for mode in modes])
    if policy.carbon and policy.carbon_g_per_mj:
        total += policy.carbon * sum(
            problem.energy_j[mode] * policy.carbon_per_j(start)
            for mode, start in zip(modes, starts, strict=True)
        )
    return total
