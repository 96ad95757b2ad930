"""Pictures of the cell."""

import numpy as np
import pytest

from cobot_alloc.domain.errors import Refused
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.view.raster import Camera

pytestmark = pytest.mark.sim

DOWN = Camera(target=(0.0, 0.0, 0.0), distance_m=8.0, yaw_deg=0.0, pitch_deg=-89.0)


@pytest.fixture(scope='module')
def cell(small_world):
    """Return a cell that is only looked at, so that the tests can share it."""
    cell = SimulatedCell(small_world, visuals=True)
    cell.step()
    yield cell
    cell.close()


def test_a_picture_is_an_array_of_pixels(cell):
    picture = cell.render(64, 36)
    assert picture.shape == (36, 64, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 10  # there is something on it
    assert picture[0].mean() > 200  # and light above it


def test_the_zones_lie_on_the_floor_where_they_are(cell):
    picture = cell.render(81, 81, camera=DOWN, fineness=3).astype(int)
    # Seen from 8 m within 32 degrees over 81 pixels: 0.0566 m per pixel.
    below = picture[41:, 40]
    red, green, blue = below[:, 0], below[:, 1], below[:, 2]
    assert np.argmax(red - green) * 0.0566 == pytest.approx(0.98, abs=0.1)
    assert np.argmax(np.minimum(red, green) - blue) * 0.0566 == pytest.approx(1.58, abs=0.1)


def test_a_person_is_seen(cell):
    without = cell.render(81, 81, camera=DOWN, fineness=1).astype(int)
    cell.place_person('ada', (0.0, -2.0))
    cell.step()
    changed = np.abs(cell.render(81, 81, camera=DOWN, fineness=1).astype(int) - without) > 40
    row, column, _ = np.nonzero(changed)
    # A person of 1.75 m leans outwards in the picture, and throws a shadow.
    assert 50 < np.median(row) < 81
    assert 30 < np.median(column) < 60


def test_a_picture_needs_visuals(trial):
    with pytest.raises(Refused) as refusal:
        trial.cell.render(64, 36)
    assert refusal.value.code == 'no_visuals'


def test_taking_pictures_moves_nothing(trial_of, small_world):
    plain, shown = trial_of().ready(), SimulatedCell(small_world, visuals=True)
    try:
        for _ in range(3):
            plain.cell.step()
        for _ in range(4):
            shown.step()
            shown.render(32, 18, fineness=1)
        seen = shown.arm_status('panda').joint_positions
        assert seen == plain.status().joint_positions
        assert shown.part_position('block') == plain.cell.part_position('block')
    finally:
        shown.close()
