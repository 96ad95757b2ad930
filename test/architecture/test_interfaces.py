"""The built interfaces are those of the sources, and every one of them can be sent."""

import importlib
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[2] / 'cobot_alloc_msgs'
KINDS = {
    'msg': ('',),
    'srv': ('Request', 'Response'),
    'action': ('Goal', 'Result', 'Feedback'),
}

rclpy_serialization = pytest.importorskip('rclpy.serialization')


def interfaces() -> list[Any]:
    """Return the kind and name of every interface in the sources."""
    paths = sorted(path for kind in KINDS for path in (SOURCES / kind).glob(f'*.{kind}'))
    return [(path.parent.name, path.stem) for path in paths]


@pytest.mark.parametrize(('kind', 'name'), interfaces(), ids='/'.join)
def test_it_survives_the_wire(kind: str, name: str) -> None:
    """Each message of an interface comes back from its serialized form as it was."""
    built = getattr(importlib.import_module(f'cobot_alloc_msgs.{kind}'), name)
    for part in KINDS[kind]:
        message_type = getattr(built, part) if part else built
        message = message_type()
        wire = rclpy_serialization.serialize_message(message)
        assert rclpy_serialization.deserialize_message(wire, message_type) == message
