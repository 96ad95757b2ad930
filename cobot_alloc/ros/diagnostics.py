"""A node's health on ``/diagnostics``, where the usual monitors look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.clock import Clock, ClockType
from rclpy.node import Node

from cobot_alloc.ros import names, qos

#: Seconds of the wall clock between two messages.
PERIOD_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a node is: in a line, and the figures behind it."""

    summary: str
    needs_attention: bool = False
    figures: Mapping[str, object] = field(default_factory=dict)


class Diagnostics:
    """Publishes the health of one node at a steady pace."""

    def __init__(self, node: Node, look: Callable[[], Health]) -> None:
        """
        Begin.

        :param look: tells how the node is now.
        """
        self._node = node
        self._look = look
        self._topic = node.create_publisher(DiagnosticArray, names.DIAGNOSTICS, qos.TELEMETRY)
        node.create_timer(PERIOD_S, self._say, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def _say(self) -> None:
        health = self._look()
        name = self._node.get_fully_qualified_name()
        status = DiagnosticStatus(
            level=DiagnosticStatus.WARN if health.needs_attention else DiagnosticStatus.OK,
            name=name,
            hardware_id=name,
            message=health.summary,
            values=[KeyValue(key=key, value=str(value)) for key, value in health.figures.items()],
        )
        message = DiagnosticArray(status=[status])
        message.header.stamp = self._node.get_clock().now().to_msg()
        self._topic.publish(message)
