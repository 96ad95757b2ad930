"""Parameters with descriptions, declared the same way by every node."""

from __future__ import annotations

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.node import Node


def declare_text(node: Node, name: str, default: str, description: str) -> None:
    """Declare a text that is fixed once the node runs."""
    node.declare_parameter(
        name, default, ParameterDescriptor(description=description, read_only=True)
    )


def declare_flag(node: Node, name: str, default: bool, description: str) -> None:
    """Declare a truth value that is fixed once the node runs."""
    node.declare_parameter(
        name, default, ParameterDescriptor(description=description, read_only=True)
    )


def declare_number(
    node: Node, name: str, default: float, description: str, *, low: float, high: float
) -> None:
    """Declare a number within a range that may be changed while the node runs."""
    limits = FloatingPointRange(from_value=low, to_value=high, step=0.0)
    node.declare_parameter(
        name,
        default,
        ParameterDescriptor(description=description, floating_point_range=[limits]),
    )


def declare_count(
    node: Node, name: str, default: int, description: str, *, low: int, high: int
) -> None:
    """Declare a count within a range that is fixed once the node runs."""
    limits = IntegerRange(from_value=low, to_value=high, step=1)
    node.declare_parameter(
        name,
        default,
        ParameterDescriptor(description=description, read_only=True, integer_range=[limits]),
    )


def text(node: Node, name: str) -> str:
    """Return a text parameter."""
    return str(node.get_parameter(name).value)


def flag(node: Node, name: str) -> bool:
    """Return a truth value."""
    return bool(node.get_parameter(name).value)


def count(node: Node, name: str) -> int:
    """Return a count."""
    return int(node.get_parameter(name).value)


def number(node: Node, name: str) -> float:
    """Return a number."""
    return float(node.get_parameter(name).value)
