"""What the processes of a cell are told when they start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.application.arm_desk import ArmDesk
from cobot_alloc.application.arm_ports import AttemptLedger, CellWorld
from cobot_alloc.application.journal import Journal
from cobot_alloc.application.plan_watch import PlanWatch
from cobot_alloc.application.signing import Authenticator
from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.limits import Limits
from cobot_alloc.sim.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocatorSettings:
    """
    Where the allocator finds its files; all are read and checked before it begins.

    :ivar cell_id: must be the world's cell.
    :ivar policies: what plans are judged by; None: nothing is planned ahead.
    :ivar policy: one of them by name.
    :ivar reach: places that arms cannot reach though they are near; None: none is known.
    :ivar lockstep: whether its cell waits for it, so that nothing may depend on the wall clock.
    """

    cell_id: str
    world: Path
    reactions: Path
    limits: Path
    operators: Path
    journal: Path
    policies: Path | None = None
    policy: str = 'balanced'
    reach: Path | None = None
    lockstep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocatorParts:
    """
    What an allocator's node works with.

    :ivar plans: makes and keeps the plan; None: nothing is planned ahead.
    """

    allocator: Allocator
    journal: Journal
    authenticator: Authenticator
    people: dict[str, Agent]
    limits: Limits
    plans: PlanWatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSettings:
    """
    Where the simulated cell finds its files.

    :ivar ledger: the arms' durable memory of attempts.
    :ivar record: file for a recording of the simulation; None: it is not recorded.
    :ivar pictures: folder for pictures of failures; None: none are taken.
    :ivar processes: how many simulate the world; 0: as many as it gains from.
    """

    cell_id: str
    world: Path
    ledger: Path
    record: Path | None = None
    pictures: Path | None = None
    processes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CellParts:
    """
    What a cell's node works with.

    :ivar note: why fewer processes simulate the world than were asked for; empty if not.
    """

    world: CellWorld
    desk: ArmDesk
    ledger: AttemptLedger
    spec: World
    note: str = ''

    def close(self) -> None:
        """Let go of the physics engine and the ledger."""
        self.world.close()
        self.ledger.close()
