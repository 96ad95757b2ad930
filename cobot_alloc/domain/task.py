"""A task: one unit of work, for one agent or for an arm and a person together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
import math

from cobot_alloc.domain.codes import SkillCode
from cobot_alloc.domain.identifiers import OrderId, TaskId


class WorkMode(str, Enum):
    """How a task may be done."""

    ARM = 'arm'  #: by an arm alone
    PERSON = 'person'  #: by a person alone
    TOGETHER = 'together'  #: by an arm and a person at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    One unit of work as it was accepted.

    :ivar part: the part handled; empty if none.
    :ivar source: the location the part is taken from ("from" in order files).
    :ivar target: the location the part is brought to ("to" in order files).
    :ivar station: the machine, screw, seam or the like at which the work is done; empty if
        there is none.
    :ivar hazards: hazard classes; a task with any of them never goes to a person.
    :ivar repetition: how often this movement recurs in its order, at least 1.
    :ivar judgement: true if only a person may do it.
    :ivar modes: how it may be done; none: by an arm or by a person, alone.
    :ivar priority: the larger, the sooner.
    :ivar earliest_start_s: cell time before which it may not start.
    :ivar deadline_s: cell time by which it should have ended, or None.
    :ivar predecessors: tasks that must end first.
    """

    task_id: TaskId
    order_id: OrderId
    skill: str
    part: str = ''
    source: str = ''
    target: str = ''
    station: str = ''
    payload_kg: float = 0.0
    hazards: frozenset[str] = frozenset()
    repetition: int = 1
    judgement: bool = False
    modes: tuple[WorkMode, ...] = ()
    priority: int = 0
    earliest_start_s: float = 0.0
    deadline_s: float | None = None
    predecessors: tuple[TaskId, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be a task, naming the field."""
        if not self.task_id or not self.skill:
            raise ValueError('a task needs a task_id and a skill')
        if not (math.isfinite(self.payload_kg) and self.payload_kg >= 0):
            raise ValueError(f'payload_kg must be a number >= 0, got {self.payload_kg}')
        if self.repetition < 1:
            raise ValueError(f'repetition must be >= 1, got {self.repetition}')
        if not (math.isfinite(self.earliest_start_s) and self.earliest_start_s >= 0):
            raise ValueError(f'earliest_start_s must be >= 0, got {self.earliest_start_s}')
        if self.deadline_s is not None and not (
            math.isfinite(self.deadline_s) and self.deadline_s > self.earliest_start_s
        ):
            raise ValueError(
                f'deadline_s must be after earliest_start_s ({self.earliest_start_s}),'
                f' got {self.deadline_s}'
            )
        if self.judgement and self.hazards:
            raise ValueError(
                'a task cannot need judgement (a person only) and be hazardous (a person never)'
            )
        self._check_modes()

    def _check_modes(self) -> None:
        given = ', '.join(mode.value for mode in self.modes)
        if len(set(self.modes)) != len(self.modes):
            raise ValueError(f'modes must be different ones, got {given}')
        if self.judgement and not self.allows(WorkMode.PERSON):
            raise ValueError(
                f'modes must be with person among them where judgement is needed, got {given}'
            )
        if self.hazards and not self.allows(WorkMode.ARM):
            raise ValueError(
                f'modes must be with arm among them where there are hazards, got {given}'
            )

    def allows(self, mode: WorkMode) -> bool:
        """Tell whether it may be done in this way, as far as its modes go."""
        return mode in self.modes if self.modes else mode is not WorkMode.TOGETHER

    @property
    def brings_to_stand(self) -> bool:
        """Whether what it has brought to its target stands there, and takes the place."""
        known = SkillCode.known(self.skill)
        return known is None or known.stands

    @property
    def is_hazardous(self) -> bool:
        """Whether any hazard class applies."""
        return bool(self.hazards)
