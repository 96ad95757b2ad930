"""What tools have in common."""

from __future__ import annotations

from typing import Protocol

from cobot_alloc.sim.tools.grasp import Grasp
from cobot_alloc.sim.world import ToolKind


class Tool(Protocol):
    """A tool on an arm."""

    @property
    def kind(self) -> ToolKind:
        """What it is."""

    def advance(self, dt: float, scale: float) -> None:
        """
        Work for a step of ``dt`` seconds, before the physics.

        :param scale: of the arm's speed, 0 to 1; at 0 the tool stands still as the arm does.
        """

    def switch_off(self) -> None:
        """Stop working: the attempt is over. A gripper keeps what it holds."""


class Gripper(Tool, Protocol):
    """
    A tool that holds a part.

    :ivar part: the part that it was closed on, or None. Whether it is still there is asked
        with ``has_lost``, which measures.
    """

    part: str | None

    def grasps(self, part: str) -> tuple[Grasp, ...]:
        """Return how it could hold the part as it is turned now, from above; best first."""

    def close(self, part: str) -> None:
        """Begin to grip."""

    def is_settled(self) -> bool:
        """Tell whether gripping, or letting go, has come to its end."""

    def is_holding(self) -> bool:
        """Tell whether the part it was closed on is in the grip, as measured."""

    def has_lost(self) -> bool:
        """Tell whether a part that was gripped has left its place in the grip, as measured."""

    def open(self) -> None:
        """Let go."""

    def break_grip(self) -> None:
        """Let the part go by accident: nobody is told, it just slips."""
