"""What holds for every test."""

import os

from hypothesis import HealthCheck, settings
import pytest

# The default announces every node to the whole network, also where pytest is run by hand.
os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'

# A busy machine is no fault in the code: nothing is judged by the time that it takes, and
# pytest's own timeout ends what hangs.
settings.register_profile(
    'any', deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
# The same examples in every run, so that no run is red by chance ...
settings.register_profile('fixed', settings.get_profile('any'), derandomize=True, database=None)
# ... and ever new ones, where that is what the run is for: `make soak`.
settings.register_profile('random', settings.get_profile('any'), max_examples=200)
settings.load_profile(os.environ.get('PROPERTY_EXAMPLES', 'fixed'))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker of pytest-xdist have all tests of live nodes, one after the other."""
    for item in items:
        if item.get_closest_marker('ros'):
            item.add_marker(pytest.mark.xdist_group('ros'))
