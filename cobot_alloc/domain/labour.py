"""
Labour: what people have done lately and what arms have drawn, as facts.

Whether a piece of work was heavy, repetitive or awkward is not a fact but a judgement, made by
the cell's ``Ergonomics`` when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.task import Task

#: What is kept of each person: no window is longer, and no one does more in it.
KEPT_S = 8 * 3600.0
KEPT_SPELLS = 200

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A piece of work that a person has done, in cell time."""

    ended_s: float
    seconds: float
    payload_kg: float
    repetition: int
    places: tuple[str, ...]


def spell(task: Task, *, ended_s: float, seconds: float) -> Spell:
    """Return what is kept of a task that a person has done."""
    return Spell(
        ended_s=ended_s,
        seconds=seconds,
        payload_kg=task.payload_kg,
        repetition=task.repetition,
        places=_places(task),
    )


def _places(task: Task) -> tuple[str, ...]:
    return tuple(filter(None, (task.source, task.target, task.station)))


def with_spell(spells: tuple[Spell, ...], new: Spell) -> tuple[Spell, ...]:
    """Return the spells with one more, without those that are too old or too many."""
    kept = [s for s in spells if s.ended_s > new.ended_s - KEPT_S]
    return (*kept[1 - KEPT_SPELLS :], new)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyEnergy:
    """
    Energy that an arm has drawn in one hour of cell time, joules.

    Electrical by the arm's own estimate; where it has none, its mechanical work.
    """

    hour: int
    joules: float


def with_joules(known: HourlyEnergy | None, *, joules: float, at_s: float) -> HourlyEnergy:
    """Return what was drawn in the hour, with so much more."""
    hour = int(at_s // HOUR_S)
    before = known.joules if known is not None and known.hour == hour else 0.0
    return HourlyEnergy(hour=hour, joules=before + joules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Seconds of heavy, repetitive and awkward work."""

    heavy_s: float = 0.0
    repetitive_s: float = 0.0
    awkward_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ergonomics:
    """
    What counts as heavy, repetitive and awkward, and how much of it a person may bear.

    The cell's own choice, not a limit of any standard.

    :ivar window_s: how far back work counts.
    :ivar heavy_kg: from this payload on, work is heavy.
    :ivar repetitive_from: from so many repetitions on, it is repetitive.
    :ivar comfortable_m: lowest and highest place at which hands work without bending or
        reaching up; above the floor.
    :ivar bearable_heavy_s: after so much heavy work in the window a further second of it counts
        double, after twice as much three times; likewise the next two.
    """

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    window_s: float = 7200.0
    heavy_kg: float = 3.0
    repetitive_from: int = 10
    comfortable_m: tuple[float, float] = (0.7, 1.4)
    bearable_heavy_s: float = 900.0
    bearable_repetitive_s: float = 3600.0
    bearable_awkward_s: float = 1800.0

    def __post_init__(self) -> None:
        """Refuse what cannot be, naming the field."""
        if not 1.0 <= self.window_s <= KEPT_S:
            raise ValueError(f'window_s must be in 1..{KEPT_S:g}, got {self.window_s}')
        if not self.comfortable_m[0] <= self.comfortable_m[1]:
            raise ValueError(
                f'comfortable_m must be lowest, then highest, got {self.comfortable_m}'
            )
        for name in (
            'heavy_kg',
            'bearable_heavy_s',
            'bearable_repetitive_s',
            'bearable_awkward_s',
        ):
            if not getattr(self, name) > 0:
                raise ValueError(f'{name} must be > 0, got {getattr(self, name)}')

    def load_of(self, task: Task, seconds: float, places: Mapping[str, Vector]) -> Load:
        """Return what a task of so many seconds asks of the person who does it."""
        return self._load(seconds, task.payload_kg, task.repetition, _places(task), places)

    def load_borne(
        self, spells: Iterable[Spell], *, now_s: float, places: Mapping[str, Vector]
    ) -> Load:
        """Return what a person has borne within the window."""
        heavy = repetitive = awkward = 0.0
        for past in spells:
            within = min(past.seconds, past.ended_s - (now_s - self.window_s))
            if within > 0:
                load = self._load(within, past.payload_kg, past.repetition, past.places, places)
                heavy += load.heavy_s
                repetitive += load.repetitive_s
                awkward += load.awkward_s
        return Load(heavy_s=heavy, repetitive_s=repetitive, awkward_s=awkward)

    def strain(self, load: Load, borne: Load) -> Load:
        """Return a load, each second the dearer the more of its kind was borne already."""
        return Load(
            heavy_s=load.heavy_s * (1.0 + borne.heavy_s / self.bearable_heavy_s),
            repetitive_s=load.repetitive_s
            * (1.0 + borne.repetitive_s / self.bearable_repetitive_s),
            awkward_s=load.awkward_s * (1.0 + borne.awkward_s / self.bearable_awkward_s),
        )

    def _load(
        self,
        seconds: float,
        payload_kg: float,
        repetition: int,
        names: Iterable[str],
        places: Mapping[str, Vector],
    ) -> Load:
        low, high = self.comfortable_m
        awkward = any(not low <= places[name][2] <= high for name in names if name in places)
        return Load(
            heavy_s=seconds if payload_kg >= self.heavy_kg else 0.0,
            repetitive_s=seconds if repetition >= self.repetitive_from else 0.0,
            awkward_s=seconds if awkward else 0.0,
        )
