"""People, what they do, and how they are sensed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.sim.world.chores import Chore
from cobot_alloc.sim.world.strict import STRICT


class Character(str, Enum):
    """How a person goes about in the cell."""

    HELPFUL = 'helpful'  #: does chores when asked; keeps out of stop zones where they can
    INDIFFERENT = 'indifferent'  #: follows the script and nothing else
    ANTAGONISTIC = 'antagonistic'  #: gets in the way, reaches for arms, misplaces parts


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptStep:
    """
    A step of a person's script: walk, or do a chore, then stay a while.

    :ivar to: where to walk on the floor (x, y); None: nowhere.
    """

    __pydantic_config__ = STRICT

    to: tuple[float, float] | None = None
    chore: Chore | None = None
    stay_s: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a step that is two, or none."""
        if self.to is not None and self.chore is not None:
            raise ValueError('got to and chore, expected one of them in each step')
        if self.to is None and self.chore is None and not self.stay_s > 0:
            raise ValueError('got nothing to do, expected to, chore or stay_s above 0')


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSpec:
    """
    A person in the cell.

    :ivar skills: work that the cell's people can be given, besides deciding and inspecting.
    :ivar repeat: whether the script starts over after its last step.
    :ivar speed_mps: at which they walk.
    :ivar reach_mps: at which they move a hand.
    :ivar radius_m: of the capsule that stands for the body.
    :ivar lifts_kg: the heaviest part that they take up.
    """

    __pydantic_config__ = STRICT

    person_id: str
    start: tuple[float, float]
    character: Character = Character.INDIFFERENT
    skills: frozenset[str] = frozenset()
    script: tuple[ScriptStep, ...] = ()
    start_after_s: float = 0.0
    speed_mps: float = 1.6
    reach_mps: float = 2.0
    radius_m: float = 0.25
    height_m: float = 1.75
    lifts_kg: float = 10.0
    repeat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SensingSpec:
    """The sensing of people: how often, and when a sighting is too old to be believed."""

    __pydantic_config__ = STRICT

    rate_hz: float = 30.0
    max_age_s: float = 0.2
