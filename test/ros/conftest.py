"""Nodes in the test's own process; each test has its own context in its own ROS domain."""

from pathlib import Path

import pytest
from support.ros_domains import ros_domain
from support.wire import Wire

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Mark everything here."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.ros)
            item.add_marker(pytest.mark.timeout(120))


@pytest.fixture(autouse=True)
def domain(monkeypatch):
    """Hold a ROS domain of this machine only."""
    with ros_domain() as number:
        monkeypatch.setenv('ROS_DOMAIN_ID', str(number))
        monkeypatch.setenv('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
        yield number


@pytest.fixture
def wire(domain):
    """Return ROS for this test, in the namespace of cell_a."""
    made = Wire(domain, 'cell_a')
    yield made
    made.close()
