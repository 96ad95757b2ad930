"""
Events: what happened, in the past tense. The journal holds these and nothing else.

Each carries ``at_s``, the cell time in seconds at which it was decided. The first line of a
class says what is true from then on.
"""

from __future__ import annotations

from cobot_alloc.domain.events.attempts import *
from cobot_alloc.domain.events.base import Event as Event
from cobot_alloc.domain.events.desk import *
from cobot_alloc.domain.events.planning import *
from cobot_alloc.domain.events.presence import *
from cobot_alloc.domain.events.work import *

#: Every kind of event, for whoever writes or reads them all.
EVENT_TYPES: tuple[type[Event], ...] = tuple(
    kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
)
