"""Nodes in the test's own process; each test has its own context in its own ROS domain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.ros_domains import ros_domain
from support.wire import Wire

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.ros)
            item.add_marker(pytest.mark.timeout(120))


@pytest.fixture(autouse=True)
def domain(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Hold a ROS domain of this machine only."""
    with ros_domain() as number:
        monkeypatch.setenv('ROS_DOMAIN_ID', str(number))
        monkeypatch.setenv('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
        yield number


@pytest.fixture
def wire(domain: int) -> Iterator[Wire]:
    """Return ROS for this test, in the namespace of cell_a."""
    made = Wire(domain, 'cell_a')
    yield made
    made.close()
