"""
Taking in what anyone may send: several at a time, none that is too large, none for too long.

An executor of rclpy looks at all topics and services and takes one message of each; the look
costs more than most messages do. In a flood that is too slow, and the reader's queue overflows
with honest messages in it; and one message that is slow to read keeps everyone waiting.
"""

from __future__ import annotations

from collections.abc import Callable
import time
from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.serialization import deserialize_message
from rclpy.service import Service

from cobot_alloc.ros import qos

#: What one topic or service gets in a look before all others get theirs.
AT_ONCE = 100
WITHIN_S = 0.005


class TopicIntake:
    """
    Subscribes to a topic, so that nobody who publishes on it can hold up the node.

    :ivar dropped: messages that were too large to be read, or could not be, so far.
    """

    def __init__(
        self,
        node: Node,
        kind: Any,
        name: str,
        take: Callable[[Any], None],
        quality: QoSProfile,
        *,
        most_bytes: int,
    ) -> None:
        """
        Begin.

        :param most_bytes: of a serialized message; a larger one is dropped unread.
        """
        self._kind = kind
        self._take = take
        self._most_bytes = most_bytes
        self.dropped = 0
        self._subscription = node.create_subscription(
            kind, name, self._on_message, quality, raw=True
        )

    def _on_message(self, first: bytes) -> None:
        until = time.monotonic() + WITHIN_S
        self._read(first)
        for _ in range(AT_ONCE - 1):
            if time.monotonic() >= until:
                return
            with self._subscription.handle:
                taken = self._subscription.handle.take_message(self._kind, True)
            if taken is None:
                return
            self._read(taken[0])

    def _read(self, message: bytes) -> None:
        if len(message) > self._most_bytes:
            self.dropped += 1
            return
        try:
            read = deserialize_message(message, self._kind)
        except RuntimeError:  # of the middleware: these bytes are no such message
            self.dropped += 1
            return
        self._take(read)


def serve(node: Node, kind: Any, name: str, answer: Callable[[Any, Any], Any]) -> Service:
    """
    Offer a service that answers several requests in a look and keeps more of them waiting.

    :param answer: fills in the response to a request, and returns it; must not wait.
    """

    def on_request(request: Any, response: Any) -> Any:
        until = time.monotonic() + WITHIN_S
        first = answer(request, response)
        for _ in range(AT_ONCE - 1):
            if time.monotonic() >= until:
                break
            with service.handle:
                further, header = service.handle.service_take_request(kind.Request)
            if header is None:
                break
            service.send_response(answer(further, kind.Response()), header)
        return first

    service = node.create_service(kind, name, on_request, qos_profile=qos.SERVICE)
    return service


class Share(CallbackGroup):
    """
    Lets a topic or service have a share of the node's time, reading it included.

    What took longer than a look allows has to wait accordingly before it is looked at again;
    its queue goes on meanwhile as the quality of service has it.
    """

    def __init__(self, share: float) -> None:
        """
        Begin with nothing spent.

        :param share: of the time, above 0 and below 1.
        """
        super().__init__()
        self._rest = 1.0 / share - 1.0
        self._begun_at = self._free_at = 0.0

    def can_execute(self, entity: Any) -> bool:
        """Tell whether it has waited for as long as it has to."""
        return time.monotonic() >= self._free_at

    def beginning_execution(self, entity: Any) -> bool:
        """Take note of the time."""
        self._begun_at = time.monotonic()
        return True

    def ending_execution(self, entity: Any) -> None:
        """Work out how long it has to wait."""
        now = time.monotonic()
        took_s = now - self._begun_at
        if took_s > WITHIN_S:
            self._free_at = now + took_s * self._rest
