"""Lockstep over ROS 2: the cell leads, its participants follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import takewhile
import threading
import time
import uuid

from rclpy.node import Node

from cobot_alloc.application.lockstep import Patience, Published, Turns
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.conversions import time_from_msg, time_to_msg
from cobot_alloc_msgs import msg

#: Request ids that are kept until a turn names them; more of them are a stranger's.
_MOST_REQUESTS = 1000
#: Participants that are listened to; more of them are a stranger's.
_MOST_OTHERS = 16


class Leader:
    """Publishes the rounds of a cell and knows when the next one may begin."""

    def __init__(self, node: Node, participants: tuple[str, ...], *, given_up_s: float) -> None:
        """
        Begin before the first round.

        :param participants: in the order of their turns.
        :param given_up_s: wall-clock seconds after which one that does not answer is given up.
        """
        self._participants = participants
        self._turns = Turns()
        self._run = uuid.uuid4().hex
        self._number = 0
        self._stamps: dict[str, float] = {}
        self._cell_time_s = 0.0
        self._mode = Published([names.MODE])
        self._asked: dict[str, None] = {}
        self._told: set[str] = set()
        self._patience = Patience(given_up_s)
        self._rounds = node.create_publisher(msg.Round, names.ROUNDS, qos.STATE)
        for participant in participants:
            node.create_subscription(
                msg.Turn, names.turns(participant), partial(self._on_turn, participant), qos.STATE
            )

    @property
    def number(self) -> int:
        """Of the round that was begun last."""
        return self._number

    def waits_for(self) -> str:
        """Return who or what the next round waits for; empty if it may begin."""
        if participant := self._turns.next_in_line():
            return participant
        if not self._mode.is_here():
            return names.MODE
        return names.DO_BY_HAND if self._told else ''

    def wait(self) -> None:
        """
        Wait; call it often.

        :raises LockstepLost: if that has been too long.
        """
        self._patience.wait(self.waits_for(), self._number, now=time.monotonic())

    def begin(
        self,
        now_s: float,
        *,
        arms: list[str],
        beats: list[msg.AgentBeat],
        zones: list[msg.ZoneState],
        hands: bool,
        chores: list[str],
    ) -> None:
        """Begin the next round: say how the cell stands."""
        self._patience.rest()
        self._number += 1
        self._turns.begin(self._run, self._number, self._participants)
        self._rounds.publish(
            msg.Round(
                stamp=time_to_msg(now_s),
                cell_time=time_to_msg(self._cell_time_s),
                run=self._run,
                number=self._number,
                participants=self._participants,
                published=_to_msg(self._stamps),
                arms=arms,
                beats=beats,
                zones=zones,
                hands=hands,
                chores=chores,
            )
        )

    def heard_mode(self, message: msg.CellMode) -> None:
        """Take note that a mode was heard."""
        self._mode.heard(names.MODE, time_from_msg(message.stamp))

    def heard_request(self, request_id: str) -> None:
        """Take note of a request of ``do_by_hand``."""
        if request_id in self._told:
            self._told.discard(request_id)
        elif request_id and len(self._asked) < _MOST_REQUESTS:
            self._asked[request_id] = None

    def _on_turn(self, participant: str, message: msg.Turn) -> None:
        now = (self._run, self._number)
        if (message.run, message.number) != now or not _is_bounded(message):
            return
        self._turns.done(participant, message.run, message.number)
        stamps = _from_msg(message.published)
        self._stamps.update(stamps)
        self._mode.told(stamps)
        self._cell_time_s = max(self._cell_time_s, time_from_msg(message.cell_time))
        for request_id in message.chores:
            if request_id in self._asked:
                del self._asked[request_id]
            elif len(self._told) < _MOST_REQUESTS:
                self._told.add(request_id)


class Follower:
    """Knows when one participant of a cell has its turn. For several threads."""

    def __init__(
        self,
        node: Node,
        name: str,
        *,
        topics: Iterable[str] = (),
        on_change: Callable[[], None],
    ) -> None:
        """
        Begin before the first round.

        :param topics: state topics by which this participant goes.
        :param on_change: is called when a turn may have come.
        """
        self._node = node
        self._name = name
        self._others: set[str] = set()
        self._turns = Turns()
        self._published = Published(topics)
        self._on_change = on_change
        self._lock = threading.Lock()
        self._round: msg.Round | None = None
        self._topic = node.create_publisher(msg.Turn, names.turns(name), qos.STATE)
        node.create_subscription(msg.Round, names.ROUNDS, self._on_round, qos.STATE)

    @property
    def latest(self) -> msg.Round | None:
        """The round that was heard last, whoever's turn it is."""
        return self._round

    def turn(self) -> msg.Round | None:
        """Return the round in which it is this participant's turn, or None if it is not."""
        with self._lock:
            mine = self._turns.next_in_line() == self._name and self._published.is_here()
            return self._round if mine else None

    def heard(self, topic: str, stamp_s: float) -> None:
        """Take note of a message of one of the topics."""
        with self._lock:
            self._published.heard(topic, stamp_s)

    def done(
        self,
        *,
        cell_time_s: float = 0.0,
        published: Mapping[str, float] | None = None,
        chores: Iterable[str] = (),
    ) -> None:
        """
        End the turn.

        :param cell_time_s: of whoever keeps it; 0: it is not kept here.
        :param published: the latest stamp of each state topic.
        :param chores: the ids of the requests of ``do_by_hand`` that were sent.
        """
        with self._lock:
            run, number = self._turns.run, self._turns.number
            self._turns.done(self._name, run, number)
        self._topic.publish(
            msg.Turn(
                run=run,
                number=number,
                cell_time=time_to_msg(cell_time_s),
                published=_to_msg(published or {}),
                chores=list(chores),
            )
        )

    def _on_round(self, message: msg.Round) -> None:
        if not _is_bounded(message) or not self._is_of_the_cell(message):
            return
        with self._lock:
            if not self._turns.begin(message.run, message.number, message.participants):
                return
            self._round = message
            self._published.told(_from_msg(message.published))
        for participant in takewhile(lambda it: it != self._name, message.participants):
            self._listen_to(participant)
        self._on_change()

    def _listen_to(self, participant: str) -> None:
        if participant not in self._others and len(self._others) < _MOST_OTHERS:
            self._others.add(participant)
            self._node.create_subscription(
                msg.Turn, names.turns(participant), partial(self._on_turn, participant), qos.STATE
            )

    def _on_turn(self, participant: str, message: msg.Turn) -> None:
        if not _is_bounded(message):
            return
        with self._lock:
            if self._turns.done(participant, message.run, message.number):
                self._published.told(_from_msg(message.published))
        self._on_change()

    def _is_of_the_cell(self, message: msg.Round) -> bool:
        """Tell whether a round is of the known cell, or of the only one there is."""
        if self._turns.run in ('', message.run):
            return True
        if self._node.count_publishers(names.ROUNDS) <= 1:
            return True  # the cell was started again
        self._node.get_logger().error(
            'action=round_ignored reason="two publish rounds in this cell"',
            throttle_duration_sec=5.0,
        )
        return False


def _is_bounded(message: msg.Round | msg.Turn) -> bool:
    """Tell whether a message is no longer than those of ours; another one is a stranger's."""
    names_ = getattr(message, 'participants', [])
    short = len(message.run) <= 64 and len(names_) <= _MOST_OTHERS and len(message.published) <= 64
    return short and all(it.isidentifier() and len(it) <= 64 for it in names_)


def _to_msg(stamps: Mapping[str, float]) -> list[msg.TopicStamp]:
    return [
        msg.TopicStamp(topic=topic, stamp=time_to_msg(stamp_s))
        for topic, stamp_s in stamps.items()
    ]


def _from_msg(stamps: Iterable[msg.TopicStamp]) -> dict[str, float]:
    return {it.topic: time_from_msg(it.stamp) for it in stamps}
