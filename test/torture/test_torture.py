"""A short torture: the whole of it works, and a broken cell is noticed."""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path
import subprocess
import sys

import pytest
from support.ros_domains import ros_domain

pytestmark = [pytest.mark.ros, pytest.mark.sim, pytest.mark.slow, pytest.mark.timeout(300)]

TESTS = Path(__file__).parents[1]


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Return an environment with a ROS domain of its own."""
    with ros_domain() as domain:
        yield os.environ | {'ROS_DOMAIN_ID': str(domain), 'PYTHONPATH': str(TESTS)}


def test_a_cell_keeps_its_promises(environment: dict[str, str], tmp_path: Path) -> None:
    """After some seconds of killing, everything comes to its end and nothing is broken."""
    run = subprocess.run(
        [sys.executable, '-m', 'torture', '--seconds', '6', '--restarts', '0', '--seed', '1',
         '--folder', str(tmp_path / 'run')],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert 'BROKEN' not in run.stdout
    assert 'motions begun' in run.stdout
