"""Whole cells in processes of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.ros_domains import ros_domain

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here: it starts nodes and steps the physics."""
    for item in items:
        if HERE in item.path.parents:
            for mark in (pytest.mark.ros, pytest.mark.sim, pytest.mark.slow):
                item.add_marker(mark)
            # Half a minute on a machine that has nothing else to do.
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(autouse=True)
def domain(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Give each test a ROS domain of its own on this machine only."""
    with ros_domain() as number:
        monkeypatch.setenv('ROS_DOMAIN_ID', str(number))
        monkeypatch.setenv('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
        yield number
