"""Agents and areas in a constraint model: one operation at a time, in windows, set up for it."""

from __future__ import annotations

from collections.abc import Set
from itertools import combinations, pairwise
import math
from typing import Any, NamedTuple

from cobot_alloc.domain.scheduling.construction import Choice
from cobot_alloc.planning.cp_times import Option, Times


class _User(NamedTuple):
    """An operation that may use a resource, and how."""

    operation: int
    option: Option


class Resources:
    """
    Adds resources to a model.

    Operations that are not free keep their order on each of their resources.
    """

    def __init__(self, times: Times, choice: Choice, free: Set[int]) -> None:
        """Prepare for a model whose times there are."""
        self._times = times
        self._problem = times.ticks.problem
        self._sequence, self._modes = choice
        self._free = free

    def add(self) -> None:
        """Add all of them."""
        problem = self._problem
        users: dict[int, list[_User]] = {}
        for operation in self._sequence:
            for option in self._times.options[operation]:
                for resource in problem.resources_of[option.mode]:
                    users.setdefault(resource, []).append(_User(operation, option))
        for resource, everyone in users.items():
            begun = [user for user in everyone if problem.started_s[user.operation] is not None]
            # What is under way is as it is: a person may be near an arm that is at work.
            mine = [user for user in everyone if problem.started_s[user.operation] is None]
            self._wait(resource, begun, mine)
            blocks = self._blocks(resource)
            if blocks or any(user.operation in self._free for user in mine):
                intervals = [user.option.interval for user in mine]
                self._times.model.add_no_overlap(intervals + blocks)
            self._keep_order(
                resource, [u.operation for u in mine if u.operation not in self._free]
            )
            if problem.setup_s[resource]:
                self._add_setups(resource, mine)

    def _wait(self, resource: int, begun: list[_User], users: list[_User]) -> None:
        """Start nothing before a resource is free, has ended what is under way, and is set up."""
        problem, times = self._problem, self._times
        free = max([problem.free_from_s[resource], *(times.hint_ends[i] for i, _ in begun)])
        setups = [problem.setup_on(resource, option.mode) for _, option in begun]
        first = [problem.first_setup[resource], *(setup for setup in setups if setup >= 0)][-1]
        for operation, option in users:
            change = (first, problem.setup_on(resource, option.mode))
            earliest = free + problem.setup_s[resource].get(change, 0.0)
            if earliest > problem.release_s[operation]:
                times.enforce(times.starts[operation] >= int(earliest), option.literal)

    def _blocks(self, resource: int) -> list[Any]:
        """Return intervals outside of the windows of a resource."""
        windows = self._problem.windows[resource]
        if not windows:
            return []
        end = self._times.horizon + 1.0
        edges = [0.0, *(edge for window in windows for edge in window), end]
        return [
            self._times.model.new_fixed_size_interval_var(int(begin), int(end) - int(begin), '')
            for begin, end in zip(edges[::2], edges[1::2], strict=True)
            if math.isfinite(begin) and end > begin
        ]

    def _keep_order(self, resource: int, operations: list[int]) -> None:
        starts, ends = self._times.starts, self._times.ends
        for one, other in pairwise(operations):
            change = self._change(resource, self._modes[one], self._modes[other])
            self._times.model.add(starts[other] >= ends[one] + change)

    def _change(self, resource: int, one: int, other: int) -> int:
        """Return the time from one mode's setup to the other's, 0 where either needs none."""
        problem = self._problem
        change = problem.setup_on(resource, one), problem.setup_on(resource, other)
        return int(problem.setup_s[resource].get(change, 0)) if min(change) >= 0 else 0

    def _add_setups(self, resource: int, users: list[_User]) -> None:
        """Keep the time for a change of setup between any two, at least one of them free."""
        times, model = self._times, self._times.model
        starts, ends = times.starts, times.ends
        for (one, its), (other, others) in combinations(users, 2):
            there = self._change(resource, its.mode, others.mode)
            back = self._change(resource, others.mode, its.mode)
            if one == other or not (there or back) or not {one, other} & self._free:
                continue
            is_first = model.new_bool_var('')
            model.add_hint(is_first, times.hint_starts[one] <= times.hint_starts[other])
            both = its.literal, others.literal
            times.enforce(starts[other] >= ends[one] + there, is_first, *both)
            times.enforce(starts[one] >= ends[other] + back, ~is_first, *both)
