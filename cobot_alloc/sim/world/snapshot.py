"""Where everything in the cell is at one instant: enough to draw it, or to plan in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.domain.identifiers import AgentId

BareCapsule = tuple[Vector, Vector, float]  #: both ends of its middle line, and its radius


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSnapshot:
    """
    The postures and poses of one instant. Plain, small, and ready for another process.

    :ivar at_s: simulated time.
    :ivar arms: angles of all moving joints of each arm, those of its tools after its own, as
        ``arms.arm_body.chain_of`` orders them.
    :ivar parts: pose of each part's middle.
    :ivar sizes: full extents of the parts whose size is no longer that of the world file.
    :ivar stations: positions of the moving joints of each station that has any.
    :ivar people: the capsules that make up each person.
    :ivar beads: lines of bead, by a name for each; points in frame world.
    :ivar occupied: the zones that count as occupied, by what the sensing says.
    """

    at_s: float
    arms: Mapping[AgentId, tuple[float, ...]]
    parts: Mapping[str, Pose]
    sizes: Mapping[str, Vector] = field(default_factory=dict)
    stations: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    people: Mapping[str, tuple[BareCapsule, ...]] = field(default_factory=dict)
    beads: Mapping[str, tuple[Vector, ...]] = field(default_factory=dict)
    occupied: tuple[str, ...] = ()
