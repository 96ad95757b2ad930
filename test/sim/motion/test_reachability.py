"""Which places an arm cannot reach though they are near, and the file that says so."""

from dataclasses import replace
from pathlib import Path
import subprocess
import sys

import pytest
from support.worlds import ONE_ARM_CELL

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.reach import read_reach
from cobot_alloc.files.worlds import read_world
from cobot_alloc.sim.motion.reachability import unreachable_locations
from cobot_alloc.sim.world import LocationSpec


def test_a_place_in_the_arm_s_own_column_is_out_of_reach() -> None:
    """It is nearer than any other, and no posture brings a tool down to it."""
    world = read_world(ONE_ARM_CELL)
    column = LocationSpec(name='column', position=(0.02, 0.0, 0.7))
    far = LocationSpec(name='far', position=(5.0, 0.0, 0.7))  # that is the distance's to say
    world = replace(world, locations=(*world.locations, column, far))
    assert unreachable_locations(world) == {'panda': ('column',)}


def test_it_is_worked_out_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Whoever brings a cell up never loads the physics; the file is read by the allocator."""
    out = tmp_path / 'reach.json'
    command = [sys.executable, '-m', 'cobot_alloc.bootstrap', 'reach', ONE_ARM_CELL, out]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert read_reach(out) == {'panda': frozenset()}
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize('text', ['', '[]', '{"panda": 3}', '\0'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / 'reach.json'
    path.write_text(text)
    with pytest.raises(BadInput, match='expected a list of places for each arm'):
        read_reach(path)
