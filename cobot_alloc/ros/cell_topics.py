"""What a cell says on its topics: checked, bounded, and handed on."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
import time

from rclpy.node import Node

from cobot_alloc.application.work_share import WorkShare
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import AgentId, ZoneId
from cobot_alloc.domain.inputs import HearArm, ReadZone
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.beats import hear_arm
from cobot_alloc.ros.intake import TopicIntake
from cobot_alloc_msgs import msg

#: What no arm's beat and no cell's zones come near.
MOST_BEAT_BYTES = 16_384
MOST_ZONES_BYTES = 65_536
#: The share of the time that one sender may take, and how much of it at once. All names that
#: the cell does not know yet are one sender, and so is the topic of the zones.
SHARE, AT_ONCE_S = 0.05, 0.5
_STRANGERS, _ZONES = '', 'zones of the cell'


class CellTopics:
    """
    Subscribes to ``beats`` and ``zones`` of the cell, as long as somebody listens.

    Anyone can publish there, and as much as they like: what cannot be believed, or makes more
    work than its sender may, goes no further and is counted.
    """

    def __init__(
        self,
        node: Node,
        *,
        now_s: Callable[[], float],
        on_beat: Callable[[HearArm], None],
        on_zone: Callable[[ReadZone], None],
    ) -> None:
        """
        Subscribe; nothing is handed on before ``listen``.

        :param now_s: tells the cell time.
        :param on_beat: is told of each beat, and may refuse it.
        :param on_zone: is told of each reading of a zone.
        """
        self._node = node
        self._cell_now_s = now_s
        self._on_beat, self._on_zone = on_beat, on_zone
        self._knows: Callable[[AgentId], bool] | None = None
        self._zone_ids: Container[ZoneId] = ()
        self._work = WorkShare(SHARE, at_once_s=AT_ONCE_S)
        self._latest_zones: msg.ZoneArray | None = None
        self._late_beats = self._late_zones = 0
        self._beats = TopicIntake(
            node,
            msg.AgentBeat,
            names.BEATS,
            self._hear_beat,
            qos.BEAT,
            most_bytes=MOST_BEAT_BYTES,
        )
        self._zones = TopicIntake(
            node,
            msg.ZoneArray,
            names.ZONES,
            self._hear_zones,
            qos.STATE,
            most_bytes=MOST_ZONES_BYTES,
        )

    def listen(self, *, knows: Callable[[AgentId], bool], zone_ids: Container[ZoneId]) -> None:
        """
        Hand on what is heard from now on.

        :param knows: tells whether the cell has an agent of that name.
        :param zone_ids: the zones of the cell; no other ones are read.
        """
        self._knows, self._zone_ids = knows, zone_ids

    def rest(self) -> None:
        """Hand on nothing more."""
        self._knows = self._latest_zones = None

    def dropped(self) -> dict[str, int]:
        """Return how many messages of each topic were not taken up so far."""
        return {
            names.BEATS: self._beats.dropped + self._late_beats,
            names.ZONES: self._zones.dropped + self._late_zones,
        }

    def read_zones(self) -> None:
        """Hand on the latest readings, if they were too many before; call it often."""
        if self._latest_zones is None or not self._work.admits(_ZONES, now_s=self._now_s()):
            return
        begun = time.monotonic()
        # Of a zone that is named twice the last word counts.
        zones = {ZoneId(zone.zone_id): zone for zone in self._latest_zones.zones}
        self._latest_zones = None
        for zone_id, zone in zones.items():
            if zone_id in self._zone_ids:
                self._on_zone(read_zone(zone))
        self._work.charge(_ZONES, time.monotonic() - begun)

    def _hear_beat(self, message: msg.AgentBeat) -> None:
        if self._knows is None:
            return
        begun = time.monotonic()
        agent_id = AgentId(message.agent_id)
        sender = agent_id if self._knows(agent_id) else _STRANGERS
        if not self._work.admits(sender, now_s=self._now_s()):
            self._late_beats += 1
            return
        with reporting_beats(self._node, message):
            self._on_beat(hear_arm(message))
        self._work.charge(sender, time.monotonic() - begun)

    def _hear_zones(self, message: msg.ZoneArray) -> None:
        if self._knows is None:
            return
        self._late_zones += self._latest_zones is not None
        self._latest_zones = message
        self.read_zones()

    def _now_s(self) -> float:
        """Return what shares go by: where the simulation hurries, arms say more in a second."""
        return time.monotonic() + self._cell_now_s()


@contextmanager
def reporting_beats(node: Node, message: msg.AgentBeat) -> Iterator[None]:
    """Say in the log, now and then, why a beat was not taken up."""
    try:
        yield
    except (ValueError, Refused) as error:
        node.get_logger().warning(
            f'action=beat_ignored agent={message.agent_id[:64]!r} reason="{error}"',
            throttle_duration_sec=5.0,
        )


def read_zone(zone: msg.ZoneState) -> ReadZone:
    """Return what was said of a zone."""
    return ReadZone(zone_id=ZoneId(zone.zone_id), occupied=zone.occupied, fresh=zone.sensing_fresh)
