"""Run one node in this process until it is told to end."""

from __future__ import annotations

from collections.abc import Callable
import gc
import signal
import sys

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

from cobot_alloc.application.lockstep import LockstepLost
from cobot_alloc.application.settings import (
    AllocatorParts,
    AllocatorSettings,
    CellParts,
    CellSettings,
)
from cobot_alloc.domain.errors import JournalError, WorldLost
from cobot_alloc.ros.allocator_node import AllocatorNode
from cobot_alloc.ros.cell_node import CellNode
from cobot_alloc.ros.middleware import repair_soon
from cobot_alloc.ros.slice_executor import SliceExecutor

#: How many callbacks get their turn between two slices of simulation.
MESSAGES_PER_SLICE = 5
#: Wall-clock seconds after which an idle node looks whether it was told to end.
LOOK_EVERY_S = 0.1


_ENDING = (signal.SIGINT, signal.SIGTERM)


class _Signals:
    """
    Takes note of SIGINT and SIGTERM and does nothing else.

    rclpy's own handlers take the context down wherever the node is just then, and Python's
    raises KeyboardInterrupt there. A terminal's Ctrl-C even comes twice, from the terminal and
    from ``ros2 launch``, and must not interrupt the clean-up after itself.
    """

    def __init__(self) -> None:
        self.told_to_end = False
        for number in _ENDING:
            signal.signal(number, self._on_signal)

    def close(self) -> None:
        """Let none of them cut short the end of the process."""
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)

    def _on_signal(self, _number: int, _frame: object) -> None:
        self.told_to_end = True


def run_allocator(open_parts: Callable[[AllocatorSettings], AllocatorParts]) -> int:
    """Run the allocator's node; 1 if it refused to start or to go on."""
    signals = _Signals()
    repair_soon()
    with rclpy.init(args=sys.argv, signal_handler_options=SignalHandlerOptions.NO):
        node = AllocatorNode(open_parts)
        try:
            if not node.autostart():
                return 1
            # What is there now stays: modules, and the state as it was recovered. Looking
            # through it for garbage again and again would make the slowest answers slower.
            gc.collect()
            gc.freeze()
            executor = SingleThreadedExecutor()
            executor.add_node(node)
            while not signals.told_to_end:
                executor.spin_once(timeout_sec=LOOK_EVERY_S)
        except JournalError:
            return 1
        finally:
            node.close()
            signals.close()
    return 0


def run_cell(open_parts: Callable[[CellSettings], CellParts]) -> int:
    """
    Run the cell's node; 1 if it refused to start or to go on.

    One thread steps the world and answers messages in turn: the engine holds the interpreter
    lock while it steps, so that a second thread would only wait.
    """
    signals = _Signals()
    repair_soon()
    with rclpy.init(args=sys.argv, signal_handler_options=SignalHandlerOptions.NO):
        node = CellNode(open_parts)
        try:
            if not node.autostart():
                return 1
            executor = SliceExecutor()
            executor.add_node(node)
            while not signals.told_to_end:
                executor.spin_ready(node.run_slice(), most=MESSAGES_PER_SLICE)
        except JournalError as error:
            node.get_logger().fatal(f'action=ledger_failed reason="{error}"')
            return 1
        except LockstepLost as error:
            node.get_logger().fatal(f'action=lockstep_lost reason="{error}"')
            return 1
        except WorldLost as error:
            node.get_logger().fatal(f'action=world_lost reason="{error}"')
            return 1
        finally:
            node.close()
            signals.close()
    return 0
