"""What holds for every test."""

import os

from hypothesis import settings
import pytest

# The default announces every node to the whole network, also where pytest is run by hand.
os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'

# A busy machine is no fault in the code; pytest's own timeout ends what hangs.
settings.register_profile('cobot_alloc', deadline=None)
settings.load_profile('cobot_alloc')


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker of pytest-xdist have all tests of live nodes, one after the other."""
    for item in items:
        if item.get_closest_marker('ros'):
            item.add_marker(pytest.mark.xdist_group('ros'))
