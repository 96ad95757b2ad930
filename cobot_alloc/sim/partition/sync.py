"""
What partitions and the cell that they make up tell each other.

The records are without slots: so they are pickled in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cobot_alloc.application.arm_ports import ArmStatus, ZoneReading
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.engine.terms import Placement
from cobot_alloc.sim.scene.parts import PartState
from cobot_alloc.sim.stations.conveyor import BeltSync


@dataclass(frozen=True, kw_only=True)
class SyncMessage:
    """
    What came of a slice of time in one partition.

    :ivar moved: where those parts are that are there and have moved.
    :ivar states: of those parts that have another shape now, or have left.
    :ivar leaving: to which partition those go that have left, by part.
    :ivar belts: of those that two partitions share.
    """

    moved: Mapping[str, Placement] = field(default_factory=dict)
    states: Mapping[str, PartState] = field(default_factory=dict)
    leaving: Mapping[str, int] = field(default_factory=dict)
    belts: Mapping[str, BeltSync] = field(default_factory=dict)
    reports: tuple[AttemptReport, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SyncBroadcast:
    """
    What the partitions are told of each other between two slices.

    :ivar belts: what the partitions say of each belt that two of them share, by their numbers.
    """

    moved: Mapping[str, Placement] = field(default_factory=dict)
    states: Mapping[str, PartState] = field(default_factory=dict)
    leaving: Mapping[str, int] = field(default_factory=dict)
    belts: Mapping[str, Mapping[int, BeltSync]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PartitionStatus:
    """How the arms and the zones of one partition stand."""

    arms: Mapping[AgentId, ArmStatus]
    zones: tuple[ZoneReading, ...]
