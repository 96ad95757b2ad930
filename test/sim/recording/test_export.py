"""Recordings that other programs open."""

from pathlib import Path
import sys

from mcap.reader import make_reader
import pytest
from support.present import present
from typer.testing import CliRunner

from cobot_alloc.cli.main import app
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import AgentId, Fence, OrderId, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.recording.recorder import CellRecorder
from cobot_alloc.sim.world.cell import World

pytestmark = pytest.mark.sim


@pytest.fixture(scope='module')
def path(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of one second with a failure in it."""
    path = tmp_path_factory.mktemp('recordings') / 'run.rec'
    cell = CellRecorder(SimulatedCell(small_world), path)
    task = Task(
        task_id=TaskId('t1'),
        order_id=OrderId('o'),
        skill='pick_place',
        part='block',
        source='aside',
        target='there',
    )
    cell.set_cell_mode(SafetyMode.NORMAL)
    for step in range(240):
        if step == 1:
            cell.resume(AgentId('panda'))
            cell.begin(AgentId('panda'), task, Fence(1))
        cell.step()
        cell.take_reports()
    cell.close()
    return path


def run(*arguments: Path | str) -> str:
    result = CliRunner().invoke(app, ['export', *map(str, arguments)])
    if result.exception is not None:
        raise result.exception
    return result.output


def test_scenes_and_reports_are_in_it_with_known_schemas(path: Path, tmp_path: Path) -> None:
    assert 'MB' in run(path, '--mcap', tmp_path / 'run.mcap')
    with (tmp_path / 'run.mcap').open('rb') as file:
        found = [
            (present(schema).name, channel.topic, message.log_time, message.data)
            for schema, channel, message in make_reader(file).iter_messages()
        ]
    scenes = [(at, data) for name, topic, at, data in found if topic == '/scene']
    assert {name for name, topic, *_ in found if topic == '/scene'} == {'foxglove.SceneUpdate'}
    assert [at for at, _ in scenes] == [round(n / 15 * 1e9) for n in range(16)]
    for thing in (b'parts/block', b'arms/panda', b'people/ada', b'zones/panda_stopped'):
        assert thing in scenes[-1][1]
    assert b'fixtures/bench' in scenes[0][1]
    assert b'fixtures/bench' not in scenes[-1][1]  # it stays
    ((name, _, _, said),) = [it for it in found if it[1] == '/reports']
    assert name == 'foxglove.Log'
    assert b't1: failed: part_misplaced' in said


def test_it_says_what_it_needs(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'foxglove', None)
    with pytest.raises(BadInput, match='MCAP files need foxglove-sdk'):
        run(path, '--mcap', tmp_path / 'run.mcap')


def test_it_says_where_it_cannot_write(path: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match='there is no folder'):
        run(path, '--mcap', tmp_path / 'nowhere' / 'run.mcap')
