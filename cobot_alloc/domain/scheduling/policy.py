"""
What a plan is judged by: weights that turn every concern into seconds.

A weight says how many seconds of one order's waiting are worth one unit of the concern, so
that the terms can be added and an explanation can print them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
import math

HOUR_S = 3600.0
#: How far ahead cleaner hours are looked for.
HOURS_AHEAD = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """
    The weights of the terms.

    :ivar makespan: per second until everything has ended.
    :ivar flow: per second of an order's time in the cell.
    :ivar lateness: per second after a deadline.
    :ivar energy: seconds per joule.
    :ivar carbon: seconds per gram of CO2 equivalent.
    :ivar rework: per second of work expected to be done again.
    :ivar heavy: per second of heavy work of a person; likewise the next two.
    :ivar switching: seconds per task that the plan moves to other agents.
    :ivar carbon_g_per_mj: by hour of cell time, from hour 0, repeated; empty: none.
    """

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    makespan: float = 0.0
    flow: float = 1.0
    lateness: float = 5.0
    energy: float = 0.0
    carbon: float = 0.0
    rework: float = 1.0
    heavy: float = 0.0
    repetitive: float = 0.0
    awkward: float = 0.0
    switching: float = 0.0
    carbon_g_per_mj: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a weight that would reward what it should cost."""
        for name in (f.name for f in fields(self) if f.name != 'carbon_g_per_mj'):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f'{name} must be a number >= 0, got {value}')
        if any(not value >= 0 for value in self.carbon_g_per_mj):
            raise ValueError(f'carbon_g_per_mj must be >= 0, got {self.carbon_g_per_mj}')

    def carbon_per_j(self, at_s: float) -> float:
        """Return grams of CO2 equivalent per joule drawn at a cell time."""
        if not self.carbon_g_per_mj:
            return 0.0
        return self.carbon_g_per_mj[int(at_s // HOUR_S) % len(self.carbon_g_per_mj)] * 1e-6

    def least_carbon_per_j(self, begin_s: float, end_s: float) -> float:
        """Return the least of it in the hours between two cell times, the first at least."""
        hours = len(self.carbon_g_per_mj)
        first = int(begin_s // HOUR_S)
        after = min(max(math.ceil(end_s / HOUR_S), first + 1), first + max(hours, 1))
        return min(self.carbon_per_j(hour * HOUR_S) for hour in range(first, after))

    def cleaner_hours(self, now_s: float) -> Iterator[tuple[float, float]]:
        """
        Yield the hours to come that are cleaner than all before them.

        Their beginnings in cell time, and grams of CO2 equivalent per joule; none where carbon
        has no weight.
        """
        least = self.carbon_per_j(now_s) if self.carbon else 0.0
        for hour in range(1, HOURS_AHEAD if least else 0):
            begin_s = (now_s // HOUR_S + hour) * HOUR_S
            per_j = self.carbon_per_j(begin_s)
            if per_j < least:
                least = per_j
                yield begin_s, per_j


#: The end of all work as early as possible, and nothing else: the benchmarks' objective.
MAKESPAN = Policy(makespan=1.0, flow=0.0, lateness=0.0, rework=0.0)
