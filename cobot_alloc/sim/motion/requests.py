"""
What is asked of the motion planner, and what it answers.

Plain records that can go to another process. A way is a chain of legs; of several ways one that
can be gone, all of it, is taken: the first, unless it twists the arm by much more. Poses are
those of a tool's centre point (its z axis points out of the tool) in frame ``world``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.motion.swept_volume import Cells
from cobot_alloc.sim.motion.trajectory import Trajectory
from cobot_alloc.sim.tools.grasp import Grasp
from cobot_alloc.sim.world import ToolKind
from cobot_alloc.sim.world.snapshot import CellSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """
    One stretch of a way, from rest to rest.

    :ivar name: what it is for, in a word or two; a person reads it.
    :ivar to: where the tool's centre point goes; None: the posture at home.
    :ivar tool: whose centre point; None: that of the arm's first tool.
    :ivar straight: lead it on a straight line; otherwise on any way round what is there.
    :ivar via: straight legs only: poses to pass on the way without stopping, for a process
        along a path.
    :ivar speed: share of the arm's full speed, in (0, 1].
    :ivar speed_mps: straight legs only: steady speed of the tool's centre point along the
        line, at most; None: as fast as ``speed`` allows.
    :ivar grasp: what is in the grip on this leg; None: nothing.
    :ivar touching: names of parts, fixtures or stations that the tool, or the part in its
        grip, may touch on this leg.
    """

    name: str
    to: Pose | None = None
    tool: ToolKind | None = None
    straight: bool = False
    via: tuple[Pose, ...] = ()
    speed: float = 1.0
    speed_mps: float | None = None
    grasp: Grasp | None = None
    touching: frozenset[str] = frozenset()


MotionPath: TypeAlias = tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFailure:
    """
    No way can be gone.

    :ivar code: ``unreachable`` (no posture reaches a pose within the joints' limits) or
        ``blocked`` (something stands in the way).
    :ivar obstacle: what stands in the way, by name; empty if nothing does.
    :ivar detail: one sentence for a person, with the leg, the obstacle and figures.
    :ivar effort: see ``PlannedPath``.
    """

    code: str
    obstacle: str
    detail: str
    effort: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedPath:
    """
    A way that can be gone.

    :ivar path: which of those asked for, from 0.
    :ivar trajectories: one per leg.
    :ivar room: the cells that arm, tool and part pass through, see ``motion.volume``.
    :ivar effort: how much work it was, in checks of one posture: the same on every machine.
    """

    path: int
    trajectories: tuple[Trajectory, ...]
    room: Cells
    effort: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """
    Everything that an answer of the planner depends on, beside the world.

    :ivar start: posture of the arm now, radians.
    :ivar now: where everything is.
    :ivar at_home: other arms that stand at home, and those on claimed ways, which end there:
        they are taken to be there.
    :ivar absent: parts on their way in the grip of those.
    """

    agent_id: AgentId
    paths: tuple[MotionPath, ...]
    start: tuple[float, ...]
    now: CellSnapshot
    at_home: frozenset[AgentId] = frozenset()
    absent: frozenset[str] = frozenset()
