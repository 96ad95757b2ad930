"""``cobot-alloc render`` writes a picture of a world."""

from pathlib import Path

from PIL import Image
import pytest
from support.present import present
from typer.testing import CliRunner, Result

from cobot_alloc.cli.main import app
from cobot_alloc.cli.render import play
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.orders import read_order
from cobot_alloc.files.worlds import read_world
from cobot_alloc.sim.cell import SimulatedCell

pytestmark = pytest.mark.sim

ROOT = Path(__file__).parents[2]


def draw(out: Path, *arguments: str) -> Result:
    size = ['--width', '64', '--height', '64']
    return CliRunner().invoke(app, ['render', '--out', str(out), *size, *arguments])


def test_it_writes_a_picture(tmp_path: Path) -> None:
    out = tmp_path / 'cell.png'
    result = draw(out, '--at', '0.1')
    assert result.exit_code == 0, result.output
    assert '64 x 64' in result.output
    with Image.open(out) as picture:
        assert picture.size == (64, 64)
        assert len(present(picture.getcolors(maxcolors=64 * 64))) > 100


@pytest.mark.parametrize(
    ('name', 'message'),
    [
        ('cell.jpg', r'expected the name of a \.png file'),
        ('missing/cell.png', 'cannot be written'),
    ],
)
def test_it_says_what_is_wrong_with_the_file(tmp_path: Path, name: str, message: str) -> None:
    result = draw(tmp_path / name)
    assert isinstance(result.exception, BadInput)
    with pytest.raises(BadInput, match=message):
        raise result.exception


def test_the_arms_work_until_the_moment_asked_for() -> None:
    world = read_world(ROOT / 'worlds' / 'two_arm_cell.yaml')
    order = read_order(ROOT / 'orders' / 'first_shift.yaml', world=world)
    cell = SimulatedCell(world)
    try:
        play(cell, world, order, until_s=3.0)
        assert cell.now_s == pytest.approx(3.0, abs=1 / world.step_hz)
        in_hand = [cell.arm_status(arm).task_id for arm in cell.arm_ids]
        assert in_hand == ['house_1', 'move_motor']
    finally:
        cell.close()
