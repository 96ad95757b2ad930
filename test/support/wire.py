"""ROS within a test's own process: one context, one executor, nothing that sleeps."""

from collections.abc import Callable
from typing import Any

import rclpy
from rclpy.context import Context
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile
from rclpy.signals import SignalHandlerOptions

from cobot_alloc.ros.slice_executor import SliceExecutor
from support.waiting import wait_until

#: A bound for a machine that is busy with other things; nothing waits for it to pass.
ANSWER_WITHIN_S = 30.0
LAST_CALLBACKS = 20
#: As many as come in during a step of the slowest kind, or what waits would grow old.
CALLBACKS_PER_STEP = 20


class Latest:
    """What was heard on a topic."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    @property
    def message(self) -> Any | None:
        """The latest message, or None."""
        return self.messages[-1] if self.messages else None


class Wire:
    """
    A context of its own in a ROS domain, and a node of the test in the namespace of a cell.

    :ivar steps: what is done between two callbacks, as long as the test waits.
    :ivar closers: what is done at the end, before the last callbacks.
    """

    def __init__(self, domain: int, namespace: str) -> None:
        """Bring ROS up."""
        self.namespace = namespace
        self.context = Context()
        rclpy.init(
            context=self.context,
            domain_id=domain,
            signal_handler_options=SignalHandlerOptions.NO,
        )
        self.executor = SliceExecutor(context=self.context)
        self.steps: list[Callable[[], object]] = []
        self.closers: list[Callable[[], object]] = []
        self.node = Node('test', **self.options())
        self.executor.add_node(self.node)
        self._clients: dict[str, Any] = {}

    def options(self, **parameters: Any) -> dict[str, Any]:
        """Return the options of a node that is to be on this wire."""
        return {
            'context': self.context,
            'namespace': self.namespace,
            'parameter_overrides': [
                Parameter(name, value=value) for name, value in parameters.items()
            ],
        }

    def spin(self) -> None:
        """Do the steps, then what has come in, or let a hundredth of a second pass."""
        for step in self.steps:
            step()
        self.executor.spin_ready(0.0 if self.steps else 0.01, most=CALLBACKS_PER_STEP)

    def until(
        self, question: Callable[[], Any], timeout_s: float = ANSWER_WITHIN_S, *, what: object = ''
    ) -> Any:
        """Spin until something is so."""
        return wait_until(question, timeout_s, meanwhile=self.spin, what=what)

    def ask(self, kind: Any, name: str, **fields: Any) -> Any:
        """Call a service and return its answer."""
        if name not in self._clients:
            self._clients[name] = self.node.create_client(kind, name)
        client = self._clients[name]
        self.until(client.service_is_ready, what=f'{name} is not there')
        future = client.call_async(kind.Request(**fields))
        self.until(future.done, what=f'{name} does not answer')
        return future.result()

    def hear(self, kind: Any, name: str, quality: QoSProfile) -> Latest:
        """Listen to a topic from now on."""
        heard = Latest()
        self.node.create_subscription(kind, name, heard.messages.append, quality)
        return heard

    def close(self) -> None:
        """Take ROS down."""
        self.steps.clear()
        for closer in self.closers:
            closer()
        for _ in range(LAST_CALLBACKS):
            self.executor.spin_once(timeout_sec=0.0)
        self.executor.shutdown(timeout_sec=1.0)
        self.node.destroy_node()
        self.context.try_shutdown()
