"""Run one node in this process until it is told to end."""

from __future__ import annotations

from collections.abc import Callable
import sys

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor

from cobot_alloc.application.settings import (
    AllocatorParts,
    AllocatorSettings,
    CellParts,
    CellSettings,
)
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.ros.allocator_node import AllocatorNode
from cobot_alloc.ros.cell_node import CellNode


def run_allocator(open_parts: Callable[[AllocatorSettings], AllocatorParts]) -> int:
    """Run the allocator's node; 1 if it refused to start or to go on."""
    with rclpy.init(args=sys.argv):
        node = AllocatorNode(open_parts)
        try:
            if not node.autostart():
                return 1
            executor = SingleThreadedExecutor()
            executor.add_node(node)
            executor.spin()
        except (KeyboardInterrupt, ExternalShutdownException):
            pass
        except JournalError:
            return 1
        finally:
            node.close()
    return 0


def run_cell(open_parts: Callable[[CellSettings], CellParts]) -> int:
    """
    Run the cell's node; 1 if it refused to start.

    One thread steps the world and answers messages in turn: the engine holds the interpreter
    lock while it steps, so that a second thread would only wait.
    """
    with rclpy.init(args=sys.argv):
        node = CellNode(open_parts)
        try:
            if not node.autostart():
                return 1
            executor = SingleThreadedExecutor()
            executor.add_node(node)
            while rclpy.ok():
                wait_s = node.run_slice()
                executor.spin_once(timeout_sec=wait_s)
                for _ in range(MESSAGES_PER_SLICE):
                    executor.spin_once(timeout_sec=0.0)
        except (KeyboardInterrupt, ExternalShutdownException):
            pass
        finally:
            node.close()
    return 0


#: How many callbacks get their turn between two slices of simulation.
MESSAGES_PER_SLICE = 4
