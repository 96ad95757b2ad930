"""Partitions in several processes: parts go from one to the next, and no two runs differ."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from operator import attrgetter
import os
from pathlib import Path
import signal
import subprocess
import sys
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present
from support.waiting import wait_until

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.errors import BadInput, Refused, WorldLost
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.partition.partition_cell import PartitionCell
from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell
from cobot_alloc.sim.partition.remote_call import call
from cobot_alloc.sim.recording.inputs import INPUTS
from cobot_alloc.sim.recording.recorder import CellRecorder
from cobot_alloc.sim.recording.replay import replay
from cobot_alloc.sim.world import FaultKind, FaultSpec
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.islands.conftest import Line


pytestmark = pytest.mark.sim


def owner_of(line, part: str):
    return line.cell._merged.owners[part]


def problem(report: AttemptReport) -> tuple[AttemptStatus, Phase | Any, str]:
    return report.status, present(report.failure).phase, present(report.failure).code


def test_a_part_goes_through_three_partitions(line_of) -> None:
    line = line_of(3, processes=2).ready()
    way = [
        ('arm_0', 'bench_0', 'in_0'),
        ('arm_1', 'out_0', 'in_1'),
        ('arm_2', 'out_1', 'bench_2'),
    ]
    seen = []
    for agent, source, target in way:
        seen.append(owner_of(line, 'part_0'))
        fence = line.begin(AgentId(agent), 'part_0', source, target)
        line.step_for(0.1)
        # What the next arm is to take rides in another partition when it is told.
        assert line.step_of(agent).startswith('wait for belt') == (agent != 'arm_0')
        report = line.finish(fence)
        assert report.failure is None, report.failure
    assert seen == [0, 0, 1]
    assert owner_of(line, 'part_0') == 2
    assert line.off_m('part_0', 'bench_2') < 0.003
    assert len(line.cell.process_ids) == 2


def test_a_full_belt_backs_up_and_goes_on(line_of: Callable[..., Line]) -> None:
    line = line_of(parts=3).ready()
    parts = ['part_0', 'part_1', 'part_2']
    line.cell.move_part(parts[0], 'in_0')
    for ahead, part in pairwise(parts):
        line.step_until(lambda ahead=ahead: line.off_m(ahead, 'in_0') > 0.055)
        line.cell.move_part(part, 'in_0')
    line.step_until(lambda: line.off_m('part_0', 'out_0') < 0.005)
    line.step_for(1.0)
    assert [owner_of(line, part) for part in parts] == [1, 1, 1]
    stood = [line.cell.part_position(part) for part in parts]
    line.step_for(2.0)  # the first is in the way at the end: the belt stands
    for part, at in zip(parts, stood, strict=True):
        assert line.cell.part_position(part) == pytest.approx(at, abs=0.001)
    assert line.finish(line.begin(AgentId('arm_1'), 'part_0', 'out_0', 'bench_1')).failure is None
    line.step_until(lambda: line.off_m('part_1', 'out_0') < 0.005, 10.0)
    gap_m = line.cell.part_position('part_1')[0] - line.cell.part_position('part_2')[0]
    assert gap_m == pytest.approx(stood[1][0] - stood[2][0], abs=0.02)  # as it brakes


def test_the_end_of_a_belt_is_taken_until_the_part_is_taken_off(
    line_of: Callable[..., Line],
) -> None:
    line = line_of().ready()
    line.cell.move_part('part_0', 'in_0')
    line.step_until(lambda: owner_of(line, 'part_0') == 1)
    line.cell.move_part('part_1', 'in_0')
    line.step_for(2.0)
    assert line.off_m('part_1', 'in_0') < 0.02  # it has not begun to ride
    line.cell.move_part('part_0', 'bench_1')
    line.step_until(lambda: line.off_m('part_1', 'out_0') < 0.005, 10.0)


def test_the_belt_stands_while_the_arm_at_its_end_reaches_over_it(
    line_of: Callable[..., Line],
) -> None:
    line = line_of().ready()
    line.cell.move_part('part_0', 'in_0')
    line.step_until(lambda: owner_of(line, 'part_0') == 1)
    fence = line.begin(AgentId('arm_1'), 'part_0', 'out_0', 'bench_1')
    line.step_until(lambda: line.step_of(AgentId('arm_1')) == 'approach')
    line.cell.move_part('part_1', 'in_0')
    line.step_until(lambda: line.step_of(AgentId('arm_1')) == 'lift')
    line.step_for(0.2)
    assert line.off_m('part_1', 'in_0') < 0.02
    assert line.finish(fence).failure is None
    line.step_until(lambda: line.off_m('part_1', 'out_0') < 0.005, 10.0)


def is_running(pid: int) -> bool:
    """Tell whether there is such a process, and not only what is left of one."""
    try:
        return 'Z' not in Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2]
    except FileNotFoundError:
        return False


def play(line: Line) -> tuple[list[list[bool]], list[AttemptReport]]:
    """Let several things happen and return all that was seen of it."""
    line.ready()
    line.begin(AgentId('arm_0'), 'part_0', 'bench_0', 'in_0')
    seen = []
    for second in range(16):
        if second == 5:
            line.cell.move_part('part_1', 'behind_1')
            line.begin(AgentId('arm_1'), 'part_0', 'out_0', 'bench_1')
        if second == 8:
            line.cell.set_cell_mode(SafetyMode.STOPPED)
        if second == 9:
            line.cell.set_cell_mode(SafetyMode.NORMAL)
            line.step_for(0.1)
            seen.append([line.cell.resume(arm) for arm in line.cell.arm_ids])
        line.step_for(1.0)
        statuses = [line.cell.arm_status(arm) for arm in line.cell.arm_ids]
        seen.append((line.cell.fingerprint(), line.cell.snapshot(), statuses))
    return seen, line.reports


def test_the_same_bits_in_whatever_number_of_processes(line_of: Callable[..., Line]) -> None:
    first, *others = (play(line_of(3, processes=count)) for count in (1, 2, 2))
    assert all(other == first for other in others)
    prints = [frames[0]['arm arm_1'] for frames in first[0] if isinstance(frames, tuple)]
    assert len(set(prints)) > 5  # it did move
    assert [it.status for it in first[1]] == [AttemptStatus.SUCCEEDED] * 2


def test_a_recording_of_it_leads_to_the_same(line_of: Callable[..., Line], tmp_path: Path) -> None:
    line, path = line_of(parts=3), tmp_path / 'line.rec'
    line.cell = CellRecorder(line.cell, path)
    line.ready()
    line.begin(AgentId('arm_0'), 'part_0', 'bench_0', 'in_0')
    line.step_for(2.0)
    with pytest.raises(Refused, match='is in the way'):
        line.cell.move_part('part_2', 'behind_0')
    line.cell.move_part('part_1', 'bench_1')
    line.cell.sensing.freeze()
    line.step_for(1.0)
    line.cell.sensing.restore()
    line.step_for(2.0)
    line.cell.close()
    found = replay(path)
    assert found.difference == ''
    assert found.checks == 6


@pytest.mark.parametrize('step', ['wait for belt_0', 'lower'])
def test_what_is_misplaced_by_hand_on_the_belt_is_never_delivered(
    line_of: Callable[..., Line], step: str
) -> None:
    line = line_of().ready()
    line.cell.move_part('part_0', 'in_0')
    line.step_for(0.2)
    fence = line.begin('arm_1', 'part_0', 'out_0', 'bench_1')
    line.step_until(lambda: line.step_of('arm_1') == step)
    line.cell.move_part('part_0', 'bench_0')  # back to the first partition
    report = line.finish(fence, limit_s=80.0)
    assert report.status is AttemptStatus.FAILED
    assert present(report.failure).code in ('part_misplaced', 'grip_failed')
    assert line.off_m('part_0', 'bench_0') < 0.003
    assert owner_of(line, 'part_0') == 0


@pytest.mark.parametrize('step', ['retreat', 'return'])
def test_what_is_taken_off_the_belt_by_hand_is_not_sent(
    line_of: Callable[..., Line], step: str
) -> None:
    line = line_of().ready()
    fence = line.begin(AgentId('arm_0'), 'part_0', 'bench_0', 'in_0')
    line.step_until(lambda: line.step_of(AgentId('arm_0')) == step)
    line.cell.move_part('part_0', 'bench_1')
    report = line.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'misplaced')
    assert 'at bench_1' in present(report.failure).detail


def test_a_part_in_the_grip_cannot_be_had(line_of: Callable[..., Line]) -> None:
    line = line_of().ready()
    fence = line.begin(AgentId('arm_0'), 'part_0', 'bench_0', 'in_0')
    line.step_until(lambda: line.step_of(AgentId('arm_0')) == 'carry')
    with pytest.raises(Refused, match='arm_0 holds part_0'):
        line.cell.move_part('part_0', 'bench_1')
    assert line.finish(fence).failure is None


def test_what_cannot_be_moved_by_hand_stays_as_it_was(line_of: Callable[..., Line]) -> None:
    line = line_of().ready()
    line.cell.move_part('part_1', 'bench_1')
    line.step_for(0.5)
    before = line.cell.fingerprint()
    for part, place, code in [
        ('part_0', 'bench_1', 'location_occupied'),
        ('part_0', 'nowhere', 'location_unknown'),
        ('nothing', 'bench_1', 'part_unknown'),
    ]:
        with pytest.raises(Refused) as refusal:
            line.cell.move_part(part, place)
        assert refusal.value.code == code
    assert line.cell.fingerprint() == before
    assert (owner_of(line, 'part_0'), owner_of(line, 'part_1')) == (0, 1)


def test_a_belt_that_jams_is_cleared_in_both_partitions(line_of) -> None:
    jam = FaultSpec(kind=FaultKind.STATION_JAMMED, station='belt_0', at_s=1.5)
    line = line_of(faults=(jam,)).ready()
    line.cell.move_part('part_0', 'in_0')
    line.step_for(0.2)
    fence = line.begin(AgentId('arm_1'), 'part_0', 'out_0', 'bench_1')
    report = line.finish(fence, limit_s=70.0)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'not_arriving')
    line.cell.set_right('belt_0')
    assert line.finish(line.begin(AgentId('arm_1'), 'part_0', 'out_0', 'bench_1')).failure is None


def test_a_part_that_stopped_half_way_is_brought_on_by_the_other_half(line_of) -> None:
    """Jammed beyond the middle it goes over to the second partition, and rides on from there."""
    jam = FaultSpec(kind=FaultKind.STATION_JAMMED, station='belt_0', at_s=4.0)
    line = line_of(faults=(jam,)).ready()
    line.cell.move_part('part_0', 'in_0')
    line.step_until(lambda: owner_of(line, 'part_0') == 1, 10.0)
    assert line.off_m('part_0', 'out_0') > 0.2
    line.cell.set_right('belt_0')
    assert line.finish(line.begin(AgentId('arm_1'), 'part_0', 'out_0', 'bench_1')).failure is None


def test_a_fault_happens_to_a_part_wherever_it_is(line_of: Callable[..., Line]) -> None:
    gone = FaultSpec(kind=FaultKind.PART_MISSING, part='part_0', at_s=2.0)
    line = line_of(faults=(gone,)).ready()
    line.cell.move_part('part_0', 'bench_1')
    line.step_for(3.0)
    report = line.finish(line.begin(AgentId('arm_1'), 'part_0', 'bench_1', 'behind_1'))
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, 'part_missing')


def test_an_input_counts_from_the_next_slice_on(line_of: Callable[..., Line]) -> None:
    line = line_of()
    for _ in range(3):
        line.cell.step()
    line.cell.set_cell_mode(SafetyMode.NORMAL)
    assert line.cell.now_s == pytest.approx(3 / 240)
    assert line.cell.snapshot().at_s == 0.0
    for _ in range(5):
        line.cell.step()
    assert line.cell.snapshot().at_s == pytest.approx(8 / 240)
    assert all(reading.fresh for reading in line.cell.zone_readings())
    assert [reading.zone_id for reading in line.cell.zone_readings()] == ['stop_0', 'stop_1']


def test_without_sensing_every_arm_is_held(line_of: Callable[..., Line]) -> None:
    line = line_of().ready()
    line.cell.sensing.freeze()
    line.step_for(0.5)
    assert all(line.cell.arm_status(arm).held for arm in line.cell.arm_ids)
    assert not any(reading.fresh for reading in line.cell.zone_readings())
    line.cell.sensing.restore()
    line.step_for(0.1)
    assert all(line.cell.resume(arm) for arm in line.cell.arm_ids)


def test_who_and_what_is_not_there_is_refused(line_of: Callable[..., Line]) -> None:
    line = line_of().ready()
    line.begin('arm_0', 'part_0', 'bench_0', 'in_0')
    for what, code in [
        (lambda: line.begin('arm_0', 'part_0', 'bench_0', 'in_0'), 'busy'),
        (lambda: line.begin('arm_9', 'part_0', 'bench_0', 'in_0'), 'agent_unknown'),
        (lambda: line.cell.set_right('belt_9'), 'subject_unknown'),
    ]:
        with pytest.raises(Refused) as refusal:
            what()
        assert refusal.value.code == code
    assert line.cell.cancel('arm_0', 1)
    assert not line.cell.cancel('arm_0', 7)


def test_it_is_shown_whole(line_of: Callable[..., Line]) -> None:
    line = line_of()
    shapes = line.cell.shapes()
    names = {(shape.group, shape.name) for shape in shapes}
    assert {('parts', 'part_0'), ('stations', 'belt_0'), ('fixtures', 'table_1')} <= names
    assert len([it for it in shapes if (it.group, it.name) == ('parts', 'part_0')]) == 1
    assert set(line.cell.snapshot().arms) == {'arm_0', 'arm_1'}


def test_it_can_be_asked_whatever_a_simulated_cell_can_be_asked_but_for_people(line_of) -> None:
    cell = line_of().cell
    of_people = {'ask', 'people', 'place_person', 'take_chore_reports'}
    assert {it for it in dir(SimulatedCell) if it[0] != '_'} - of_people <= set(dir(cell))
    assert all(callable(attrgetter(name)(cell)) for name in INPUTS - of_people)
    assert cell.hand_work is None


def test_a_process_that_dies_is_told_by_its_arms(line_of: Callable[..., Line]) -> None:
    line = line_of(3, processes=2).ready()
    first, _ = line.cell.process_ids
    os.kill(first, signal.SIGKILL)
    with pytest.raises(WorldLost, match=r'simulates arm_0, arm_2 has ended .* -9'):
        line.step_for(1.0)


def test_what_goes_wrong_in_a_process_is_told(line_of: Callable[..., Line]) -> None:
    line = line_of()
    with pytest.raises(WorldLost, match=r'simulates arm_0, arm_1 cannot go on(.|\n)*KeyError'):
        line.cell._call(1, call(PartitionCell.part_position, 'nothing'))


def test_the_processes_end_with_the_cell(line_of: Callable[..., Line]) -> None:
    line = line_of(processes=2)
    workers = list(line.cell._workers)
    line.cell.close()
    assert [worker.close() for worker in workers] == [0, 0]


def test_the_processes_end_with_the_one_that_began_them_however_it_ends() -> None:
    program = (
        'from cobot_alloc.application.places import find\n'
        'from cobot_alloc.files.worlds import read_world\n'
        'from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell\n'
        'world = read_world(find("worlds", "dark_line"))\n'
        'cell = PartitionedCell(world, processes=2, has_planners=False)\n'
        'print(*cell.process_ids, flush=True)\n'
        'while True: cell.step()\n'
    )
    with subprocess.Popen([sys.executable, '-c', program], stdout=subprocess.PIPE) as began:
        lines = (
            line.split()
            for line in present(
                present(
                    present(
                        present(
                            present(
                                present(
                                    present(
                                        present(
                                            present(
                                                present(
                                                    present(
                                                        present(
                                                            present(
                                                                present(
                                                                    present(
                                                                        present(
                                                                            present(
                                                                                present(
                                                                                    present(
                                                                                        present(
                                                                                            present(
                                                                                                present(
                                                                                                    present(
                                                                                                        present(
                                                                                                            present(
                                                                                                                present(
                                                                                                                    present(
                                                                                                                        present(
                                                                                                                            present(
                                                                                                                                present(
                                                                                                                                    present(
                                                                                                                                        began
                                                                                                                                    )
                                                                                                                                )
                                                                                                                            )
                                                                                                                        )
                                                                                                                    )
                                                                                                                )
                                                                                                            )
                                                                                                        )
                                                                                                    )
                                                                                                )
                                                                                            )
                                                                                        )
                                                                                    )
                                                                                )
                                                                            )
                                                                        )
                                                                    )
                                                                )
                                                            )
                                                        )
                                                    )
                                                )
                                            )
                                        )
                                    )
                                )
                            )
                        )
                    )
                )
            ).stdout
        )
        begun = next([*map(int, ids)] for ids in lines if ids and all(map(bytes.isdigit, ids)))
        began.kill()
    wait_until(lambda: not any(map(is_running, begun)), 20.0)


def test_it_needs_a_process(world_of: Callable[..., World]) -> None:
    with pytest.raises(BadInput, match='got 0, expected at least 1'):
        PartitionedCell(world_of(2), processes=0)


def test_another_shape_of_a_part_is_known_everywhere(line_of: Callable[..., Line]) -> None:
    """It is what the arm that waits for the part has to grip."""
    damage = FaultSpec(
        kind=FaultKind.PART_DAMAGED, part='part_0', size=(0.05, 0.05, 0.03), at_s=0.5
    )
    line = line_of(faults=(damage,)).ready()
    line.step_for(1.0)
    assert line.cell.snapshot().sizes == {'part_0': (0.05, 0.05, 0.03)}
    elsewhere = line.cell._call(1, call(PartitionCell.snapshot))
    assert elsewhere.sizes == {'part_0': (0.05, 0.05, 0.03)}
    line.cell.move_part('part_0', 'bench_1')
    line.step_for(0.2)
    assert line.cell.snapshot().sizes == {'part_0': (0.05, 0.05, 0.03)}
    assert line.cell.part_position('part_0')[2] == pytest.approx(0.715, abs=0.001)


def test_what_is_to_happen_to_a_part_of_an_attempt_waits_until_it_is_here(
    line_of: Callable[..., Line],
) -> None:
    aside = FaultSpec(
        kind=FaultKind.PART_MISPLACED, agent='arm_1', part='part_0', nth=1, offset=(-0.1, 0, 0)
    )
    line = line_of(faults=(aside,)).ready()
    line.cell.move_part('part_0', 'in_0')
    line.step_for(0.5)
    fence = line.begin(AgentId('arm_1'), 'part_0', 'out_0', 'bench_1')
    line.step_for(1.0)
    assert line.step_of(AgentId('arm_1')) == 'wait for belt_0'
    line.step_until(lambda: owner_of(line, 'part_0') == 1)
    line.step_for(0.2)
    assert line.off_m('part_0', 'out_0') > 0.05
    assert line.finish(fence).failure is None  # the belt brings it again
