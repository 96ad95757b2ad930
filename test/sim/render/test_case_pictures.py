"""Whoever is asked about a failure gets a picture of it, and nothing waits for the picture."""

from collections.abc import Iterator
from dataclasses import replace
import os
from pathlib import Path
import signal
import subprocess
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from PIL import Image
import pytest
from support.present import present

from cobot_alloc.application.arm_desk import ArmDesk
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Pose
from cobot_alloc.domain.identifiers import AgentId, Fence, OrderId, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.render.evidence import marks_of
from cobot_alloc.sim.render.failure_pictures import FailurePictures
from cobot_alloc.sim.render.marks import Marks
from cobot_alloc.sim.render.render_client import RenderClient
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.snapshot import CellSnapshot
from cobot_alloc.storage.memory_ledger import MemoryLedger

pytestmark = pytest.mark.sim

MISSING = Failure(phase=Phase.PRECONDITION, code='part_missing', detail='block is not here')
HOME = (0.0, -0.785, 0.0, -2.356, 0.0, 1.571, 0.785)


def a_task(source: str = 'aside') -> Task:
    return Task(
        task_id=TaskId('t1'),
        order_id=OrderId('order'),
        skill='pick_place',
        part='block',
        source=source,
        target='there',
    )


def a_report(failure: Failure = MISSING) -> AttemptReport:
    return AttemptReport(
        agent_id=AgentId('panda'),
        task_id=TaskId('t1'),
        fence=Fence(3),
        status=AttemptStatus.FAILED,
        failure=failure,
    )


def a_snapshot(at: tuple[float, float, float] = (0.4, 0.25, 0.725), **more: Any) -> CellSnapshot:
    return CellSnapshot(
        at_s=1.5, arms={AgentId('panda'): HOME}, parts={'block': Pose(position=at)}, **more
    )


def wait_for(path: Path | None, limit_s: float = 30.0) -> NDArray[Any]:
    """Return the picture once it is there."""
    deadline = time.monotonic() + limit_s
    while not present(path).is_file():
        assert time.monotonic() < deadline, f'{path} did not appear'
        time.sleep(0.02)
    with Image.open(present(path)) as picture:
        return np.asarray(picture).astype(int)


@pytest.fixture
def render_client(small_world, tmp_path: Path) -> Iterator[RenderClient]:
    render_client = RenderClient(small_world, tmp_path / 'pictures', size=(160, 90))
    yield render_client
    render_client.close(within_s=20.0)


def test_a_failure_has_its_picture(
    small_world, render_client: RenderClient, tmp_path: Path
) -> None:
    """From the failed attempt to the report that the arm's ledger keeps."""
    cell = FailurePictures(SimulatedCell(small_world), small_world, render_client)
    ledger = MemoryLedger()
    desk = ArmDesk(cell, ledger)
    cell.set_cell_mode(SafetyMode.NORMAL)
    cell.step()
    cell.resume(AgentId('panda'))
    desk.begin(AgentId('panda'), a_task(), Fence(1))
    reports: list[Any] = []
    for _ in range(240):
        cell.step()
        reports += desk.collect()
    cell.close()
    (report,) = reports
    assert report.failure.code == 'part_misplaced'
    path = Path(urlsplit(report.failure.picture).path)
    assert path == tmp_path / 'pictures' / 'panda-1.png'
    assert (
        present(present(ledger.find(AgentId('panda'), Fence(1))).failure).picture
        == report.failure.picture
    )
    assert wait_for(path).shape == (90, 160, 3)


def test_what_succeeds_has_none(small_world, render_client: RenderClient, tmp_path: Path) -> None:
    cell = FailurePictures(SimulatedCell(small_world), small_world, render_client)
    report = replace(a_report(), status=AttemptStatus.SUCCEEDED, failure=None)
    assert cell._with_picture(report) == report
    cell.close()
    assert not (tmp_path / 'pictures').exists()
    assert render_client._child is None  # none was started


def test_the_part_its_places_the_arm_and_the_zone_are_marked(small_world: World) -> None:
    marks = marks_of(small_world, a_snapshot(), a_report(), MISSING, a_task())
    at = {mark.name: mark.at for mark in marks.things}
    assert at['block'] == (0.4, 0.25, 0.725)
    assert at['aside'] == present(small_world.location('aside')).position
    assert at['there'] == present(small_world.location('there')).position
    assert at['panda'][:2] == (0.0, 0.0)
    assert marks.zones == ('panda_stopped',)
    assert 'panda_stopped' in at
    assert marks.caption == '1.5 s  panda, t1: part_missing: block is not here'
    assert marks.focus == at['block']


def test_an_occupied_zone_is_the_one_that_is_marked(small_world: World) -> None:
    shot = a_snapshot(occupied=('panda_reduced',))
    assert marks_of(small_world, shot, a_report(), MISSING, a_task()).zones == ('panda_reduced',)


def test_a_part_that_is_nowhere_is_said_to_be_nowhere(small_world: World) -> None:
    shot = a_snapshot(at=(100.0, 100.0, 0.0))
    marks = marks_of(small_world, shot, a_report(), MISSING, a_task())
    assert 'block' not in [mark.name for mark in marks.things]
    assert marks.caption.endswith('(block is not in the picture)')
    assert marks.focus == present(small_world.location('aside')).position


def test_what_it_is_about_is_shown_from_nearby_in_a_corner(render_client: RenderClient) -> None:
    plain = wait_for(render_client.take('plain', a_snapshot(), Marks()))
    near = wait_for(render_client.take('near', a_snapshot(), Marks(focus=(0.4, 0.25, 0.725))))
    changed = (plain != near).any(axis=-1)
    corners = {'left': np.s_[:34, :57], 'right': np.s_[:34, -57:]}
    (corner,) = [it for it in corners if changed[corners[it]].mean() > 0.5]
    assert changed[corners[corner]].sum() == changed.sum()
    assert near[:34, 0 if corner == 'left' else -1].min() == 255  # its border


def test_pictures_come_in_the_order_in_which_they_were_asked_for(
    render_client: RenderClient,
) -> None:
    paths = [render_client.take(f'p{number}', a_snapshot(), Marks()) for number in range(3)]
    for path in paths:
        wait_for(path)
    times = [present(path).stat().st_mtime_ns for path in paths]
    assert times == sorted(times)
    assert not list(present(paths[0]).parent.glob('*.part'))


def test_asking_does_not_wait_and_what_is_too_much_gets_no_picture(
    render_client: RenderClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render_client, '_sender', object())  # nobody takes them away
    taken = [render_client.take(f'p{number}', a_snapshot(), Marks()) for number in range(40)]
    monkeypatch.setattr(render_client, '_sender', None)
    assert sum(path is not None for path in taken) == 32
    assert taken[-1] is None


def test_the_renderer_ends_with_its_parent(tmp_path: Path) -> None:
    """Even if that is killed."""
    script = (
        'import sys\n'
        'from pathlib import Path\n'
        'from cobot_alloc.files.worlds import read_world\n'
        'from cobot_alloc.sim.world.snapshot import CellSnapshot\n'
        'from cobot_alloc.sim.render.marks import Marks\n'
        'from cobot_alloc.sim.render.render_client import RenderClient\n'
        'render_client = RenderClient(read_world(sys.argv[1]), Path(sys.argv[2]), size=(64, 36))\n'
        'shot = CellSnapshot(at_s=0.0, arms={}, parts={})\n'
        "path = render_client.take('p', shot, Marks())\n"
        'while render_client._child is None or not path.is_file():\n'
        '    pass\n'
        'print(render_client._child.process.pid, flush=True)\n'
        'sys.stdin.read()\n'
    )
    world = Path(__file__).parents[2] / 'support' / 'one_arm_cell.yaml'
    parent = subprocess.Popen(
        [sys.executable, '-c', script, str(world), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with parent:
        renderer = int(present(parent.stdout).readline())
        os.kill(renderer, 0)  # it is there
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20.0
    while Path(f'/proc/{renderer}').exists():
        assert time.monotonic() < deadline, 'the renderer is left behind'
        time.sleep(0.02)
