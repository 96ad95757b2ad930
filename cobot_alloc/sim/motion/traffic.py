"""
Keep two arms out of each other's way: an arm claims its whole way before it moves.

Seen from above, an arm is taken as the line from its base to its tool. Two ways are in
conflict where these lines come too near at any two moments, whatever the timing. All or
nothing, claimed at rest in the posture at home: so nobody waits for anybody in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId

KEEP_APART_M = 0.22  #: between the middle lines of two arms

Sweep = NDArray[np.float64]  #: (n, 2, 2): n lines from above, each from base to tool, x and y


def sweep(base: Vector, tools: Sequence[Vector]) -> Sweep:
    """Return the lines that an arm takes while its tool passes the given positions."""
    return np.array([(base[:2], tool[:2]) for tool in tools])


class Traffic:
    """The ways that the arms of one cell have claimed."""

    def __init__(self) -> None:
        """Begin with none."""
        self._claims: dict[AgentId, Sweep] = {}
        self._changes = 0

    def blocker(self, agent_id: AgentId, way: Sweep) -> AgentId | None:
        """Return an arm whose claim is in conflict with a way, or None."""
        for other, claimed in self._claims.items():
            if other != agent_id and _gap_m(way, claimed) < KEEP_APART_M:
                return other
        return None

    def claim(self, agent_id: AgentId, way: Sweep) -> bool:
        """Claim a way in addition to what the arm has; False where another is in conflict."""
        if self.blocker(agent_id, way) is not None:
            return False
        held = self._claims.get(agent_id)
        self._claims[agent_id] = way if held is None else np.concatenate((held, way))
        self._changes += 1
        return True

    def release(self, agent_id: AgentId) -> None:
        """Give up everything that an arm has claimed."""
        self._claims.pop(agent_id, None)
        self._changes += 1

    def when_free(self, agent_id: AgentId, way: Sweep) -> Callable[[], bool]:
        """Return a question whether a way is free, which may be asked in every step."""
        asked_at = -1

        def is_free() -> bool:
            nonlocal asked_at
            if asked_at == self._changes:
                return False
            asked_at = self._changes
            return self.blocker(agent_id, way) is None

        return is_free


def _gap_m(ways: Sweep, others: Sweep) -> float:
    """Return the smallest distance between any line of one and any line of the other."""
    a, b = np.repeat(ways, len(others), axis=0), np.tile(others, (len(ways), 1, 1))
    if np.any(_cross(a, b)):
        return 0.0
    ends = [_to_line(a[:, i], b) for i in (0, 1)] + [_to_line(b[:, i], a) for i in (0, 1)]
    return float(np.min(ends))


def _to_line(points: Sweep, lines: Sweep) -> NDArray[np.float64]:
    start, along = lines[:, 0], lines[:, 1] - lines[:, 0]
    length2 = np.einsum('ij,ij->i', along, along) + 1e-12
    share = np.clip(np.einsum('ij,ij->i', points - start, along) / length2, 0.0, 1.0)
    return np.asarray(np.linalg.norm(points - start - share[:, None] * along, axis=1))


def _cross(a: Sweep, b: Sweep) -> NDArray[np.bool_]:
    def side(line: Sweep, point: Sweep) -> NDArray[np.float64]:
        u, v = line[:, 1] - line[:, 0], point - line[:, 0]
        return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])

    return np.asarray(
        (side(a, b[:, 0]) * side(a, b[:, 1]) < 0) & (side(b, a[:, 0]) * side(b, a[:, 1]) < 0)
    )
