"""Recordings: done again they lead to the same to the last bit, and a difference is found."""

from collections.abc import Callable
from dataclasses import replace
import inspect
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cobot_alloc.application.report import Report
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, Fence, OrderId, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.recording.entries import Check, End, Frame, Input, ReportEntry
from cobot_alloc.sim.recording.file import Recording, RecordingWriter
from cobot_alloc.sim.recording.frames import FrameDecoder, FrameEncoder
from cobot_alloc.sim.recording.inputs import INPUTS
from cobot_alloc.sim.recording.recorder import CellRecorder
from cobot_alloc.sim.recording.replay import replay
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.snapshot import CellSnapshot

pytestmark = pytest.mark.sim

#: Of a simulated cell: what changes nothing in it.
LOOKS = {
    'arm_ids',
    'arm_status',
    'close',
    'fingerprint',
    'hand_work',
    'now_s',
    'part_position',
    'people',
    'shapes',
    'snapshot',
    'step',
    'take_chore_reports',
    'take_reports',
    'zone_readings',
}


def a_task(name: str = 'there') -> Task:
    return Task(
        task_id=TaskId(name),
        order_id=OrderId('order'),
        skill='pick_place',
        part='block',
        source='here',
        target='there',
    )


@pytest.fixture(scope='module')
def path(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of 9 s with inputs of several kinds, among them a report."""
    path = tmp_path_factory.mktemp('recordings') / 'run.rec'
    cell = CellRecorder(SimulatedCell(small_world), path)
    for step in range(9 * 240):
        if step == 0:
            cell.set_cell_mode(SafetyMode.NORMAL)
        elif step == 10:
            cell.resume(AgentId('panda'))
        elif step == 20:
            cell.begin(AgentId('panda'), a_task(), Fence(1))
        elif step == 300:
            cell.place_person('ada', (-1.6, 0.0))
        elif step == 500:
            cell.place_person('ada', (-6.0, 0.0))
        elif step == 1900:
            cell.move_part('spare', location='aside')
        cell.step()
        cell.take_reports()
    cell.close()
    return path


def entries_of(path: Path) -> list[Any]:
    recording = Recording(path)
    try:
        return list(recording.entries())
    finally:
        recording.close()


def rewritten(path: Path, to: Path, change: Callable[..., Report | Any]) -> Path:
    """Write a recording again with its entries changed, as a forger would."""
    recording = Recording(path)
    writer = RecordingWriter(to, recording.world)
    writer.write([it for it in (change(it) for it in recording.entries()) if it is not None])
    writer.close()
    recording.close()
    return to


def test_done_again_it_leads_to_the_same(path: Path) -> None:
    found = replay(path)
    assert found.difference == ''
    assert found.is_complete
    assert found.checks == 10
    assert found.reports == 1
    assert found.until_s == pytest.approx(9.0)


def test_it_holds_what_came_in_and_what_came_out(path: Path) -> None:
    entries = entries_of(path)
    inputs = [it for it in entries if isinstance(it, Input)]
    assert [(it.step, it.method) for it in inputs] == [
        (0, 'set_cell_mode'),
        (10, 'resume'),
        (20, 'begin'),
        (300, 'place_person'),
        (500, 'place_person'),
        (1900, 'move_part'),
    ]
    assert inputs[-1].arguments == {'part': 'spare', 'location': 'aside'}
    (report,) = [it.report for it in entries if isinstance(it, ReportEntry)]
    assert report['status'] == 'succeeded'
    checks = [it for it in entries if isinstance(it, Check)]
    assert len({it.digests['arm panda'] for it in checks}) > 5  # it did move


@pytest.mark.parametrize(
    ('change', 'difference'),
    [
        (
            lambda it: (
                Input(it.step, it.method, {**it.arguments, 'location': 'here'})
                if isinstance(it, Input) and it.method == 'move_part'
                else it
            ),
            'at 8.000 s: not the same: part spare; all was the same at 7.000 s',
        ),
        (
            lambda it: None if isinstance(it, Input) and it.step == 300 else it,
            'at 2.000 s: not the same: arm panda',
        ),
        (
            lambda it: (
                Check(it.step, {**it.digests, 'part block': b'?'})
                if isinstance(it, Check) and it.step == 960
                else it
            ),
            'at 4.000 s: not the same: part block; all was the same at 3.000 s',
        ),
        (
            lambda it: (
                ReportEntry(it.step, {**it.report, 'status': 'failed'})
                if isinstance(it, ReportEntry)
                else it
            ),
            'there of panda as succeeded is reported, expected there of panda as failed',
        ),
        (
            lambda it: None if isinstance(it, ReportEntry) else it,
            'there of panda as succeeded is reported, expected no report',
        ),
        (
            lambda it: Input(it.step, 'begin', it.arguments) if it.step == 10 else it,
            'begin cannot be read',
        ),
    ],
)
def test_what_was_changed_in_it_is_found(
    path: Path,
    tmp_path: Path,
    change: Callable[..., Input | Any]
    | Callable[..., Any | None]
    | Callable[..., Check | Any]
    | Callable[..., Report | Any],
    difference: str,
) -> None:
    forged = rewritten(path, tmp_path / 'forged.rec', change)
    try:
        found = replay(forged).difference
    except BadInput as refusal:
        found = str(refusal)
    assert difference in found


def test_a_world_that_was_changed_is_found(path: Path, tmp_path: Path) -> None:
    recording = Recording(path)
    parts = [replace(it, mass_kg=it.mass_kg * 1.001) for it in recording.world.parts]
    writer = RecordingWriter(tmp_path / 'forged.rec', replace(recording.world, parts=tuple(parts)))
    writer.write(list(recording.entries()))
    writer.close()
    recording.close()
    assert 'not the same' in replay(tmp_path / 'forged.rec').difference


def test_its_frames_show_where_everything_was(path: Path, small_world: World) -> None:
    cell, decoder = SimulatedCell(small_world), FrameDecoder(240.0)
    try:
        for entry in entries_of(path)[:40]:
            while round(cell.now_s * 240) < entry.step:
                cell.step()
            if isinstance(entry, Input) and entry.method == 'begin':
                cell.begin(AgentId('panda'), a_task(), Fence(1))
            elif isinstance(entry, Input) and entry.method == 'set_cell_mode':
                cell.set_cell_mode(SafetyMode.NORMAL)
            elif isinstance(entry, Input):
                cell.resume(AgentId('panda'))
            elif isinstance(entry, Frame):
                shown, true = decoder.decode(entry), cell.snapshot()
                assert shown.at_s == pytest.approx(true.at_s)
                assert shown.occupied == true.occupied
                assert shown.arms[AgentId('panda')] == pytest.approx(
                    true.arms[AgentId('panda')], abs=1e-6
                )
                assert shown.parts.keys() == true.parts.keys()
                for part, pose in true.parts.items():
                    assert shown.parts[part].position == pytest.approx(pose.position, abs=1e-6)
                assert shown.people.keys() == true.people.keys()
    finally:
        cell.close()


def test_a_moment_is_found_without_what_was_before(path: Path) -> None:
    recording = Recording(path)
    later = list(recording.entries(from_step=5 * 240 + 17))
    recording.close()
    assert later[0].step == 5 * 240
    assert later == entries_of(path)[-len(later) :]
    whole, part = FrameDecoder(240.0), FrameDecoder(240.0)
    shots = [whole.decode(it) for it in entries_of(path) if isinstance(it, Frame)]
    assert [part.decode(it) for it in later if isinstance(it, Frame)] == shots[-120 - 1 :]


def test_beads_grow_and_begin_anew() -> None:
    encoder, decoder = FrameEncoder(), FrameDecoder(240.0)
    points = ((0.0, 0.0, 0.0), (0.5, 0.0, 0.0), (1.0, 0.0, 0.0))
    for step, laid in enumerate([(), points[:1], points, points, points[1:]]):
        shot = CellSnapshot(at_s=step / 240, arms={}, parts={}, beads={'seam': laid})
        frame = encoder.encode(step, shot)
        assert decoder.decode(frame).beads == {'seam': laid}
        if laid == points:
            assert len(frame.beads.get('seam', (0, b''))[1]) <= 24  # only what is new


def test_a_recording_that_was_cut_off_is_good_up_to_there(path: Path, tmp_path: Path) -> None:
    cut = tmp_path / 'cut.rec'
    body = path.read_bytes()
    cut.write_bytes(body[: len(body) * 2 // 3])
    found = replay(cut)
    assert found.difference == ''
    assert not found.is_complete
    assert 2 < found.until_s < 8


def test_damage_is_told(path: Path, tmp_path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0xFF
    damaged = tmp_path / 'damaged.rec'
    damaged.write_bytes(body)
    with pytest.raises(BadInput, match=r'damaged|cannot be read'):
        replay(damaged)


@pytest.mark.parametrize(
    ('body', 'message'),
    [
        (b'cobot_alloc recording 0\n', 'got a recording of format 0, expected 1'),
        (b'SQLite format 3\x00', 'is no recording'),
        (b'', 'is no recording'),
        (b'cobot_alloc recording 1\n', 'was cut off before it began'),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, body: bytes, message: str) -> None:
    path = tmp_path / 'file.rec'
    path.write_bytes(body)
    with pytest.raises(BadInput, match=message):
        Recording(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match='cannot be read'):
        Recording(tmp_path / 'none.rec')


def test_nothing_that_a_cell_can_be_asked_is_forgotten() -> None:
    """Whoever adds a method to the simulated cell says here or there what it is."""
    methods = {name for name, _ in inspect.getmembers(SimulatedCell) if name[0] != '_'}
    assert methods - LOOKS == {name for name in INPUTS if '.' not in name}
    assert methods >= LOOKS


def test_the_failure_of_a_report_is_compared_too(small_world: World, tmp_path: Path) -> None:
    path = tmp_path / 'failure.rec'
    cell = CellRecorder(SimulatedCell(small_world), path)
    cell.set_cell_mode(SafetyMode.NORMAL)
    cell.step()
    cell.resume(AgentId('panda'))
    cell.begin(AgentId('panda'), replace(a_task(), source='aside'), Fence(1))
    reports: list[Any] = []
    while not reports:
        cell.step()
        reports += cell.take_reports()
    cell.close()
    assert reports[0].failure.phase is Phase.PRECONDITION
    assert replay(path).difference == ''
    forged = rewritten(
        path,
        tmp_path / 'forged.rec',
        lambda it: (
            ReportEntry(it.step, msgspec.to_builtins(replace(reports[0], failure=None)))
            if isinstance(it, ReportEntry)
            else it
        ),
    )
    assert 'expected' in replay(forged).difference


def test_the_last_entry_says_that_it_was_ended(path: Path) -> None:
    assert isinstance(entries_of(path)[-1], End)
