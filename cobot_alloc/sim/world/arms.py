"""The arms of a world, their tools, and what they draw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.world.strict import STRICT


class ToolKind(str, Enum):
    """What an arm can have at its end."""

    SUCTION = 'suction'  #: a vacuum cup
    TWO_FINGER = 'two_finger'  #: two fingers that are geared to each other
    SCREWDRIVER = 'screwdriver'
    NOZZLE = 'nozzle'  #: lays a bead
    DEBURRER = 'deburrer'
    SCANNER = 'scanner'  #: measures distances along rays


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """
    One tool on the flange of an arm.

    :ivar offset: of the tool's mounting face from the flange, in the flange's frame, metres.
    :ivar lean: turn of the tool about the flange's x axis, radians; two tools on one flange
        lean away from each other.
    :ivar noise_m: of a scanner: standard deviation of what it measures along one ray.
    :ivar bias_m: of a scanner: by how much it makes every length too long.
    """

    __pydantic_config__ = STRICT

    kind: ToolKind
    offset: Vector = (0.0, 0.0, 0.0)
    lean: float = 0.0
    noise_m: float = 0.00002
    bias_m: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a scatter that there cannot be."""
        if not self.noise_m >= 0:
            raise ValueError(f'noise_m must be >= 0, got {self.noise_m}')


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerSpec:
    """
    What an arm draws, for an estimate: P = idle + sum(torque x speed, if > 0) + copper loss.

    :ivar idle_w: of controller and brakes, watts.
    :ivar copper_w_per_nm2: loss in the windings per squared joint torque, W/(Nm)^2.
    :ivar source: where the figures come from.
    """

    __pydantic_config__ = STRICT

    idle_w: float
    copper_w_per_nm2: float
    source: str

    def __post_init__(self) -> None:
        """Refuse what would make energy out of nothing."""
        if not (self.idle_w >= 0 and self.copper_w_per_nm2 >= 0):
            raise ValueError(
                f'idle_w and copper_w_per_nm2 must be >= 0, got {self.idle_w} and'
                f' {self.copper_w_per_nm2}'
            )
        if not self.source:
            raise ValueError('source must say where the figures come from')


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSpec:
    """
    One robot arm.

    :ivar model: a known model (``franka_panda``, ``kuka_iiwa``) or a URDF path.
    :ivar speed: fraction of the model's joint speed limits used at full speed, in (0, 1].
    :ivar tools: at least one; two lean away from each other.
    :ivar home: posture at rest, one angle per joint, radians; empty: the model's own.
    :ivar flange: link that carries the tools; empty: the model's own, or the URDF's only leaf.
    :ivar power: None: the model's own figures, if it has any.
    """

    __pydantic_config__ = STRICT

    agent_id: AgentId
    model: str
    base: Vector
    yaw: float = 0.0
    skills: frozenset[str]
    payload_kg: float
    reach_m: float
    speed: float = 0.8
    tools: tuple[ToolSpec, ...] = (ToolSpec(kind=ToolKind.SUCTION),)
    home: tuple[float, ...] = ()
    flange: str = ''
    power: PowerSpec | None = None

    def __post_init__(self) -> None:
        """Refuse figures that no arm has."""
        if not self.payload_kg > 0:
            raise ValueError(f'payload_kg must be > 0, got {self.payload_kg}')
        if not self.reach_m > 0:
            raise ValueError(f'reach_m must be > 0, got {self.reach_m}')
        if not 0 < self.speed <= 1:
            raise ValueError(f'speed must be in (0, 1], got {self.speed}')
        kinds = [tool.kind for tool in self.tools]
        if not kinds or len(set(kinds)) < len(kinds):
            raise ValueError('tools must be at least one, each of another kind')
