"""Stills and films of recorded runs."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
import sys

from imageio_ffmpeg import count_frames_and_secs
import numpy as np
from PIL import Image
import pytest
from typer.testing import CliRunner

from cobot_alloc.application.looks import FilmSpan
from cobot_alloc.cli.main import app
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.geometry import Pose
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.recording.file import Recording
from cobot_alloc.sim.recording.playback import between, snapshot_at, snapshots_at
from cobot_alloc.sim.recording.recorder import CellRecorder
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.snapshot import CellSnapshot

pytestmark = pytest.mark.sim

SIZE = ['--width', '64', '--height', '64']


@pytest.fixture(scope='module')
def path(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of two seconds in which the block falls and a person comes near."""
    path = tmp_path_factory.mktemp('recordings') / 'run.rec'
    cell = CellRecorder(SimulatedCell(small_world), path)
    cell.set_cell_mode(SafetyMode.NORMAL)
    for step in range(2 * 240):
        if step == 240:
            cell.place_person('ada', (-1.2, 0.6))
        cell.step()
    cell.close()
    return path


def run(*arguments: Path | str | float) -> str:
    result = CliRunner().invoke(app, ['render', *map(str, arguments)])
    if result.exception is not None:
        raise result.exception
    return result.output


def test_a_still_shows_the_moment_asked_for(path: Path, tmp_path: Path) -> None:
    pictures = []
    for number, at_s in enumerate([0.5, 0.9, 1.5]):
        out = tmp_path / f'{number}.png'
        assert 'cell time' in run(path, '--at', at_s, '--out', out, *SIZE, '--distance', 8)
        with Image.open(out) as picture:
            pictures.append(np.asarray(picture).astype(int))
    changes = [np.abs(a - b).max() for a, b in pairwise(pictures)]
    assert changes[0] < 40  # nothing happens
    assert changes[1] > 80  # the person has come


def test_a_film_has_its_pictures(path: Path, tmp_path: Path) -> None:
    film = tmp_path / 'run.mp4'
    output = run(path, '--film', film, '--from', 0.5, '--to', 1.5, '--fps', 5, *SIZE)
    assert '5 pictures a second' in output
    assert count_frames_and_secs(film) == (6, pytest.approx(6 / 5))


def test_a_gif_takes_as_long(path: Path, tmp_path: Path) -> None:
    film = tmp_path / 'run.gif'
    run(path, '--film', film, '--from', 0.5, '--to', 1.5, '--fps', 5, *SIZE, '--distance', 8)
    with Image.open(film) as picture:
        shown = []
        for number in range(picture.n_frames):  # those that are the same are one
            picture.seek(number)
            shown.append(picture.info['duration'])
    assert len(shown) >= 2
    assert sum(shown) == 6 * 200


def test_a_faster_film_is_shorter(path: Path) -> None:
    assert len(FilmSpan(speed=4.0, fps=10.0).times(2.0)) == 6
    assert FilmSpan(from_s=0.5, speed=0.5, fps=10.0).times(1.0)[:3] == [0.5, 0.55, 0.6]


@pytest.mark.parametrize(
    ('span', 'message'),
    [
        (FilmSpan(from_s=3.0), 'got a film from 3 s to 2 s'),
        (FilmSpan(to_s=2.5), 'got a film from 0 s to 2.5 s'),
        (FilmSpan(from_s=1.0, to_s=1.0), 'expected a part of the 2 s that were recorded'),
    ],
)
def test_what_was_not_recorded_cannot_be_filmed(span: FilmSpan, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        span.times(2.0)


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (['--film', 'x.mp4'], 'there is no recording to make it of'),
        (['RECORDING', '--film', 'x.avi'], 'expected the name of a .mp4 or .gif file'),
        (['RECORDING', '--film', 'nowhere/x.mp4'], 'there is no folder nowhere'),
        (['RECORDING', '--at', '9'], 'got 9 s, expected 0 to 2 s'),
        (['RECORDING', '--camera', 'top'], "got 'top', expected one of the world: none"),
    ],
)
def test_it_says_what_is_wrong(
    path: Path, tmp_path: Path, arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as refusal:
        run(*[path if it == 'RECORDING' else it for it in arguments])
    assert message in str(refusal.value)


def test_it_says_what_films_need(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'imageio', None)
    with pytest.raises(BadInput, match='films need imageio and imageio-ffmpeg'):
        run(path, '--film', tmp_path / 'x.mp4')


def test_any_time_is_found_the_same_way_from_anywhere(path: Path) -> None:
    recording = Recording(path)
    try:
        times = [0.0, 0.31, 1.0, 1.77, 2.0]
        one_by_one = [snapshot_at(recording, at_s) for at_s in times]
        assert list(snapshots_at(recording, times)) == one_by_one
        assert [it.at_s for it in one_by_one] == pytest.approx(times)
    finally:
        recording.close()


def test_between_two_frames_things_are_in_between() -> None:
    half_turn = (0.0, 0.0, 1.0, 0.0)
    before = CellSnapshot(
        at_s=1.0,
        arms={AgentId('panda'): (0.0, 1.0)},
        parts={'block': Pose(position=(0.0, 0.0, 0.0))},
        people={'ada': (((0.0, 0.0, 0.3), (0.0, 0.0, 1.5), 0.2),)},
    )
    after = replace(
        before,
        at_s=2.0,
        arms={AgentId('panda'): (1.0, 1.0)},
        parts={'block': Pose(position=(4.0, 0.0, 0.0), orientation=half_turn)},
        people={'ada': (((2.0, 0.0, 0.3), (2.0, 0.0, 1.5), 0.2),)},
    )
    middle = between(before, after, 1.5)
    assert middle.arms == {'panda': (0.5, 1.0)}
    assert middle.parts['block'].position == (2.0, 0.0, 0.0)
    quarter = (0.0, 0.0, 0.5**0.5, 0.5**0.5)
    assert middle.parts['block'].orientation == pytest.approx(quarter)
    assert middle.people['ada'][0][0] == (1.0, 0.0, 0.3)
    assert between(before, after, 2.0) == after
