"""What is to go wrong, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.world.strict import STRICT


class FaultKind(str, Enum):
    """Faults that the simulation can make happen; each acts on the physics only."""

    PART_MISSING = 'part_missing'  #: it is taken out of the cell
    PART_MISPLACED = 'part_misplaced'  #: it is moved by ``offset``
    PART_WRONG = 'part_wrong'  #: it and ``other`` change places
    PART_DAMAGED = 'part_damaged'  #: its true size becomes ``size``
    PART_TOO_HEAVY = 'part_too_heavy'  #: its true mass becomes ``mass_kg``
    GRIP_SLIP = 'grip_slip'  #: it slips from the grip
    STATION_JAMMED = 'station_jammed'  #: door, tray or belt of the station stick
    TORQUE_NOT_REACHED = 'torque_not_reached'  #: the screw's thread is stripped
    BEAD_GAP = 'bead_gap'  #: nothing comes out of the nozzle
    ARM_STALLED = 'arm_stalled'  #: the joints no longer follow
    ARM_DRIFT = 'arm_drift'  #: the joints are elsewhere than they say, by ``drift_radps`` x time
    TOOL_LOST = 'tool_lost'  #: the tool falls off
    ARM_SILENT = 'arm_silent'  #: the arm stands still and says nothing
    CAMERA_DARK = 'camera_dark'  #: what measures parts sees nothing
    SENSING_DARK = 'sensing_dark'  #: the sensing of people delivers nonsense
    SENSING_FROZEN = 'sensing_frozen'  #: the sensing of people delivers nothing new
    POWER_DIP = 'power_dip'  #: the station is without power


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSpec:
    """
    A fault on demand: what happens to whom, and when.

    It happens at a time (``at_s``), or to attempts: those that match every one of ``part``,
    ``agent``, ``station``, ``place`` and ``skill`` that is given; of these the ``nth``, or
    each; and of these a share, drawn from the world's seed. With neither a time nor anything
    about attempts but a part, it is so from the start.

    :ivar part: the part concerned, or of the attempts; empty: the attempt's own.
    :ivar agent: the arm, likewise.
    :ivar station: the station, likewise.
    :ivar place: a location that the attempt takes a part from or brings it to.
    :ivar skill: of the attempts.
    :ivar at_s: simulated time at which it happens; None: during attempts.
    :ivar nth: which of the matching attempts, from 1; None: every one.
    :ivar probability: of happening to an attempt that matches.
    :ivar during: name of the leg that it happens on; empty: anywhere on the way.
    :ivar after_fraction: how far along the attempt, or along the leg, it happens.
    :ivar lasts_s: how long; None: until a person sets it right.
    :ivar offset: by how much a part is moved, metres.
    :ivar other: the part that lies there instead.
    :ivar size: full extents of a damaged part, metres.
    :ivar mass_kg: true mass of a part that is too heavy.
    :ivar drift_radps: how fast the joints drift, rad/s.
    """

    __pydantic_config__ = STRICT

    kind: FaultKind
    part: str = ''
    agent: str = ''
    station: str = ''
    place: str = ''
    skill: str = ''
    at_s: float | None = None
    nth: int | None = None
    probability: float = 1.0
    during: str = ''
    after_fraction: float = 0.0
    lasts_s: float | None = None
    offset: Vector = (0.0, 0.0, 0.0)
    other: str = ''
    size: Vector | None = None
    mass_kg: float | None = None
    drift_radps: float = 0.0

    @property
    def is_from_the_start(self) -> bool:
        """Whether the part is so before anything has happened."""
        of_attempts = self.agent or self.station or self.place or self.skill or self.nth
        return bool(
            self.kind in AT_THE_START
            and self.part
            and self.at_s is None
            and not of_attempts
            and self.probability == 1.0
        )


#: What can be so before the shift begins.
AT_THE_START = frozenset(
    {
        FaultKind.PART_MISSING,
        FaultKind.PART_MISPLACED,
        FaultKind.PART_WRONG,
        FaultKind.PART_DAMAGED,
        FaultKind.PART_TOO_HEAVY,
    }
)
