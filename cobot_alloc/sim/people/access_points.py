"""Where at a station a hand has something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.people.person_context import PersonContext
from cobot_alloc.sim.world import Chore, ChoreKind, LocationSpec


@runtime_checkable
class CanClear(Protocol):
    """A station whose mechanism can be freed by hand."""

    def clear(self) -> None:
        """Work again."""


@runtime_checkable
class CanBeWorkedAt(Protocol):
    """A station whose work a person can do as well."""

    @property
    def is_in_place(self) -> bool:
        """Whether what it is on is where it is worked at, as measured."""

    @property
    def is_done(self) -> bool:
        """Whether its work is done, as measured."""

    def describe(self) -> str:
        """Say in a few words how it stands, as measured."""

    def work_by_hand(self) -> None:
        """Have its work done by a person's hands, as far as that is possible."""


def access_point(context: PersonContext, chore: Chore) -> LocationSpec:
    """
    Return where a station is loaded, or where a hand gets at what has to be freed.

    :raises Refused: ``station_unknown``.
    """
    arm = context.arms.get(AgentId(chore.station))
    if arm is not None and chore.kind is ChoreKind.CLEAR:
        return LocationSpec(name=chore.station, position=arm.site.body.tool_pose().position)
    for spec in context.world.stations:
        if spec.station_id == chore.station:
            position: Vector = getattr(spec, 'load_at', spec.work_at)
            return LocationSpec(name=spec.station_id, position=position)
    raise Refused(RefusalCode.STATION_UNKNOWN, f'the cell has no station {chore.station!r}')


def clearing_of(context: PersonContext, chore: Chore) -> Callable[[], None]:
    """
    Return what frees a station, or sets an arm right.

    :raises Refused: ``nothing_to_clear``.
    """
    arm = context.arms.get(AgentId(chore.station))
    if arm is not None:
        return arm.set_right
    station = context.stations.find(chore.station, CanClear)  # type: ignore[type-abstract]
    if station is None:
        raise Refused(RefusalCode.NOTHING_TO_CLEAR, f'nothing at {chore.station} can jam')
    return station.clear


def work_of(context: PersonContext, chore: Chore) -> CanBeWorkedAt:
    """
    Return the station whose work is to be done.

    :raises Refused: ``no_work_by_hand``.
    """
    station = context.stations.find(chore.station, CanBeWorkedAt)  # type: ignore[type-abstract]
    if station is None:
        raise Refused(RefusalCode.NO_WORK_BY_HAND, f'nothing is done by hand at {chore.station}')
    return station
