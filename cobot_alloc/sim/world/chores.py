"""What a simulated person can do with their hands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.sim.world.strict import STRICT


class ChoreKind(str, Enum):
    """What a person can do in the simulated world."""

    PUT = 'put'  #: take the part from where it lies, be it the floor, and put it at the location
    TAKE = 'take'  #: take the part from the arm that offers it at the location, and keep it
    LOAD = 'load'  #: put the part into the station: a tray, a shuttle
    CLEAR = 'clear'  #: free what is jammed at the station
    ASSIST = 'assist'  #: work on the part that an arm holds at the station, for its time
    WORK = 'work'  #: do the work of the station: tighten the screw, lay the bead, file the edge


_NEEDS = {
    ChoreKind.PUT: ('part', 'location'),
    ChoreKind.TAKE: ('part', 'location'),
    ChoreKind.LOAD: ('part', 'station'),
    ChoreKind.CLEAR: ('station',),
    ChoreKind.ASSIST: ('part', 'station'),
    ChoreKind.WORK: ('station',),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """
    One thing to be done by hand.

    :ivar part: what is handled; empty: nothing.
    :ivar location: where it is put, or for ``take`` where it is offered; empty: nowhere.
    :ivar station: where a jam is cleared, a part is loaded or held, or work is done; empty:
        none.
    """

    __pydantic_config__ = STRICT

    kind: ChoreKind
    part: str = ''
    location: str = ''
    station: str = ''

    def __post_init__(self) -> None:
        """Refuse a chore that lacks what it needs, or names what it has no use for."""
        needs = _NEEDS[self.kind]
        given = {'part': self.part, 'location': self.location, 'station': self.station}
        if tuple(key for key, name in given.items() if name) != needs:
            got = ', '.join(key for key, name in given.items() if name) or 'none of them'
            raise ValueError(f'{self.kind.value} needs {" and ".join(needs)}, got {got}')
