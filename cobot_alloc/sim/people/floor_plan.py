"""Where people can walk, and the way there: a grid on the floor, searched with A*."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from math import ceil, dist, floor, hypot, inf

from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.world import World

Floor = tuple[float, float]  #: a position on the floor: x, y in frame world, metres
Cell = tuple[int, int]
Box = tuple[Floor, Floor]  #: lowest and highest corner on the floor

CELL_M = 0.12
_AROUND_M = 1.5  # of the grid, around everything that is in the world
_IN_A_ZONE = 6.0  # a metre in a stop zone counts as so many
_STEPS = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)]


class FloorPlan:
    """
    A grid of the floor: cells that are free, blocked, or in the stop zone of an arm.

    What lies outside of the grid is free.
    """

    def __init__(
        self, world: World, *, blocks: Iterable[tuple[Box, Callable[[Floor], bool]]]
    ) -> None:
        """
        Draw the plan.

        :param blocks: for each body the box beyond which it blocks nobody, and a question
            whether a person who stands somewhere is in conflict with it.
        """
        points = [(at[0], at[1]) for at in world.named_positions.values()]
        points += [arm.base[:2] for arm in world.arms] + [it.start for it in world.people]
        points += [step.to for it in world.people for step in it.script if step.to is not None]
        self._low: Floor = _corner(min, points, -_AROUND_M)
        high: Floor = _corner(max, points, _AROUND_M)
        self._size = (self._index(high)[0] + 1, self._index(high)[1] + 1)
        self._blocked = {
            cell
            for (low, far), is_blocked in blocks
            for cell in self._cells(low, far)
            if is_blocked(self.middle(cell))
        }
        radius_m = max((it.radius_m for it in world.people), default=0.0)
        self._zoned = {
            cell
            for zone in world.zones
            if zone.mode is SafetyMode.STOPPED
            for cell in self._disc(zone.volume.center[:2], zone.volume.radius_m + radius_m)
        }
        self._rooms = self._all_rooms()

    def is_free(self, at: Floor) -> bool:
        """Tell whether a person can stand there."""
        return self._index(at) not in self._blocked

    def is_zoned(self, at: Floor) -> bool:
        """Tell whether a person who stands there is in a stop zone."""
        return self._index(at) in self._zoned

    def is_joined(self, start: Floor, goal: Floor) -> bool:
        """Tell whether there may be a way on foot from one point to another."""
        here, there = self._rooms.get(self._within(start)), self._rooms.get(self._within(goal))
        return here is None or here == there  # whoever stands in a fixture may try anything

    def middle(self, cell: Cell) -> Floor:
        """Return the middle of a cell."""
        return (
            self._low[0] + (cell[0] + 0.5) * CELL_M,
            self._low[1] + (cell[1] + 0.5) * CELL_M,
        )

    def around(self, at: Floor, radius_m: float) -> list[Floor]:
        """Return the middles of the free cells around a point, in a fixed order."""
        cells = self._disc(at, radius_m)
        return [self.middle(cell) for cell in cells if cell not in self._blocked]

    def route(self, start: Floor, goal: Floor, *, shuns_zones: bool) -> list[Floor] | None:
        """
        Return the points to walk to one after the other, the goal last; None: no way.

        A start that is blocked may be left, a goal that is blocked is never reached.

        :param shuns_zones: go round stop zones where the way is not much longer.
        """
        weigh = self._weight if shuns_zones else self._plain
        if self._is_clear(start, goal, weigh, limit=weigh(self._index(start))):
            return [goal]
        cells = self._search(self._within(start), self._within(goal), weigh)
        if cells is None:
            return None
        points = [start, *(self.middle(cell) for cell in cells[1:-1]), goal]
        return self._straightened(points, weigh)

    def _all_rooms(self) -> dict[Cell, int]:
        """Return a number for each cell, the same where there is a way between two."""
        rooms: dict[Cell, int] = {}
        for x in range(self._size[0]):
            for y in range(self._size[1]):
                if (x, y) not in self._blocked and (x, y) not in rooms:
                    self._flood((x, y), len(rooms), rooms)
        return rooms

    def _flood(self, cell: Cell, number: int, rooms: dict[Cell, int]) -> None:
        rooms[cell] = number
        edge = [cell]
        while edge:
            x, y = edge.pop()
            for dx, dy in _STEPS:
                near = (x + dx, y + dy)
                if self._is_inside(near) and near not in self._blocked and near not in rooms:
                    rooms[near] = number
                    edge.append(near)

    def _search(
        self, start: Cell, goal: Cell, weigh: Callable[[Cell], float]
    ) -> list[Cell] | None:
        if goal in self._blocked:
            return None
        came: dict[Cell, Cell] = {}
        costs = {start: 0.0}
        queue: list[tuple[float, Cell]] = [(0.0, start)]
        closed: set[Cell] = set()
        while queue:
            _, cell = heappop(queue)
            if cell == goal:
                return _unwound(came, cell)
            if cell in closed:
                continue
            closed.add(cell)
            for x, y in _STEPS:
                near = (cell[0] + x, cell[1] + y)
                if not self._is_inside(near) or near in self._blocked or near in closed:
                    continue
                cost = costs[cell] + hypot(x, y) * weigh(near)
                if cost < costs.get(near, inf):
                    costs[near], came[near] = cost, cell
                    heappush(queue, (cost + dist(near, goal), near))
        return None

    def _straightened(self, points: list[Floor], weigh: Callable[[Cell], float]) -> list[Floor]:
        """Leave out the points that lie on a straight line which is as good."""
        kept, here = [], 0
        while here < len(points) - 1:
            limit, best = weigh(self._index(points[here])), here + 1
            for there in range(here + 1, len(points)):
                limit = max(limit, weigh(self._index(points[there])))
                if self._is_clear(points[here], points[there], weigh, limit=limit):
                    best = there
            kept.append(points[best])
            here = best
        return kept

    def _is_clear(
        self, start: Floor, goal: Floor, weigh: Callable[[Cell], float], *, limit: float
    ) -> bool:
        number = max(1, ceil(dist(start, goal) / (CELL_M / 2)))
        first = self._index(start)
        for step in range(number + 1):
            share = step / number
            x, y = (a + (b - a) * share for a, b in zip(start, goal, strict=True))
            cell = self._index((x, y))
            if (cell in self._blocked and cell != first) or weigh(cell) > limit:
                return False
        return True

    def _weight(self, cell: Cell) -> float:
        return _IN_A_ZONE if cell in self._zoned else 1.0

    def _plain(self, cell: Cell) -> float:
        return 1.0

    def _index(self, at: Floor) -> Cell:
        return (floor((at[0] - self._low[0]) / CELL_M), floor((at[1] - self._low[1]) / CELL_M))

    def _within(self, at: Floor) -> Cell:
        """Return the cell of a point, or the one at the edge that is nearest to it."""
        x, y = (
            min(max(i, 0), size - 1) for i, size in zip(self._index(at), self._size, strict=True)
        )
        return (x, y)

    def _is_inside(self, cell: Cell) -> bool:
        return 0 <= cell[0] < self._size[0] and 0 <= cell[1] < self._size[1]

    def _cells(self, low: Floor, high: Floor) -> Iterator[Cell]:
        (left, bottom), (right, top) = self._index(low), self._index(high)
        for x in range(left, right + 1):
            for y in range(bottom, top + 1):
                yield (x, y)

    def _disc(self, at: Floor, radius_m: float) -> list[Cell]:
        x, y = at
        cells = self._cells((x - radius_m, y - radius_m), (x + radius_m, y + radius_m))
        return [cell for cell in cells if dist(self.middle(cell), at) <= radius_m]


def _corner(pick: Callable[..., float], points: list[Floor], by_m: float) -> Floor:
    return (pick(x for x, _ in points) + by_m, pick(y for _, y in points) + by_m)


def _unwound(came: dict[Cell, Cell], cell: Cell) -> list[Cell]:
    cells = [cell]
    while cells[-1] in came:
        cells.append(came[cells[-1]])
    return cells[::-1]
