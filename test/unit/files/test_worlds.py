"""World files: read whole, or refused with every problem."""

from collections.abc import Callable
from pathlib import Path
import re

import pytest
from support.present import present

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.files.worlds import read_world

SHIPPED = Path(__file__).parents[3] / 'worlds' / 'two_arm_cell.yaml'

WORLD = """\
cell: cell_a
arms:
  - agent_id: panda
    model: franka_panda
    base: [0, 0, 0.7]
    skills: [pick_place]
    payload_kg: 3
    reach_m: 0.8
locations:
  - {name: tray, position: [0.5, 0, 0.7]}
  - {name: nest, position: [0, 0.5, 0.7]}
parts:
  - {part_id: gear, at: tray}
people:
  - person_id: visitor
    start: [-3, 2]
    script:
      - {to: [-1, 0], stay_s: 4}
zones:
  - zone_id: slow
    agent_id: panda
    mode: REDUCED
    volume: {center: [0, 0, 0], radius_m: 2, height_m: 2.2}
  - zone_id: stop
    agent_id: panda
    mode: STOPPED
    volume: {center: [0, 0, 0], radius_m: 1, height_m: 2.2}
faults:
  - {kind: grip_slip, part: gear}
"""
MACHINE = '{station_id: m, position: [2, 0, 0]}'
PALLET = '{station_id: m, position: [3, 0, 0], columns: 1, rows: 1, pitch_m: [0.1, 0.1]}'
BELT = '{station_id: b, start: [2, 0, 0.7], end: [3, 0, 0.6]}'
CAMERA = '{name: c, position: [0, 0, 3], target: [0, 2, 0]'


def test_the_shipped_world_is_read() -> None:
    world = read_world(SHIPPED)
    assert world.cell == 'cell_a'
    assert {arm.agent_id for arm in world.arms} == {'panda', 'kuka'}


def test_a_world_is_read_whole(write: Callable[..., Path]) -> None:
    world = read_world(write(WORLD))
    assert world.arms[0].payload_kg == 3.0
    assert world.people[0].script[0].to == (-1.0, 0.0)
    assert world.zones[1].mode is SafetyMode.STOPPED
    assert present(world.location('nest')).position == (0.0, 0.5, 0.7)


@pytest.mark.parametrize(
    ('old', 'new', 'problems'),
    [
        ('cell: cell_a', 'cell: cell-a', ["1: cell: got 'cell-a', expected a letter, then"]),
        ('agent_id: panda\n    model', 'agent_id: 7up\n    model', [
            "3: arms[0].agent_id: got '7up', expected a letter",
            '3: arms[0].agent_id: got no zone with mode STOPPED for 7up',
            '3: arms[0].agent_id: got no zone with mode REDUCED for 7up',
            "21: zones[0].agent_id: got 'panda', expected an arm: one of 7up",
            "25: zones[1].agent_id: got 'panda', expected an arm: one of 7up",
        ]),
        ('[pick_place]', '[]', ['6: arms[0].skills: got an empty list, expected at least one']),
        ('[pick_place]', "['']", ['6: arms[0].skills: got a list of 1, expected at least one']),
        ('name: nest', 'name: tray', [
            "11: locations[1].name: got 'tray', expected a name of its own; line 10 has it",
        ]),
        ('name: nest', "name: ''", ["11: locations[1].name: got '', expected a name"]),
        ('at: tray', 'at: try', ["13: parts[0].at: got 'try', expected a location: 'tray'"]),
        ('at: tray}', 'at: tray}\n  - {part_id: nut, at: tray}', [
            "14: parts[1].at: got 'tray', expected a free location; part gear lies there",
        ]),
        ('part: gear', 'part: gaer', ["29: faults[0].part: got 'gaer', expected a part: 'gear'"]),
        ('part: gear', 'part: gear, nth: 0', ['29: faults[0].nth: got 0, expected']),
        ('part: gear', 'part: gear, after_fraction: 1', ['29: faults[0].after_fraction: got 1']),
        ('mode: STOPPED', 'mode: REDUCED', [
            '3: arms[0].agent_id: got no zone with mode STOPPED for panda',
        ]),
        ('mode: STOPPED', 'mode: NORMAL', [
            "26: zones[1].mode: got 'NORMAL', expected REDUCED or STOPPED",
        ]),
        ('zone_id: stop', 'zone_id: slow', ["24: zones[1].zone_id: got 'slow', expected a name"]),
        ('radius_m: 1', 'radius_m: 0', ['27: zones[1].volume: a cylinder needs radius_m > 0']),
        ('reach_m: 0.8', 'reach_m: 0', ['8: arms[0].reach_m: got 0, expected > 0']),
        ('stay_s: 4', 'stay_s: -1', ['18: people[0].script[0].stay_s: got -1, expected >= 0']),
        ('cell: cell_a', 'cell: cell_a\nstep_hz: 0', ['2: step_hz: got 0, expected 10 to']),
        ('cell: cell_a', 'cell: cell_a\nreduced_speed: 1', ['2: reduced_speed: got 1, exp']),
        ('cell: cell_a', 'cell: cell_a\nsensing: {rate_hz: 0}', ['2: sensing.rate_hz: got 0']),
        ('cell: cell_a', f'cell: cell_a\ncameras: [{CAMERA}, field_deg: 0}}]', [
            '2: cameras[0].field_deg: got 0, expected 1 to 120',
        ]),
        ('cell: cell_a', f'cell: cell_a\ncameras: [{CAMERA}}}, {CAMERA}}}]', [
            "2: cameras[1].name: got 'c', expected a name of its own; line 2 has it",
        ]),
        ('cell: cell_a', f'cell: cell_a\ncameras: [{CAMERA.replace("2", "0")}}}]', [
            '2: cameras[0].target: got a list of 3, expected a point that is not straight above',
        ]),
        ('cell: cell_a', f'cell: cell_a\nmachines: [{MACHINE}]\npallets: [{PALLET}]', [
            "3: pallets[0].station_id: got 'm', expected a name of its own; line 2 has it",
        ]),
        ('cell: cell_a', 'cell: cell_a\nmachines: [{station_id: "", position: [2, 0, 0]}]', [
            "2: machines[0].station_id: got '', expected a name",
        ]),
        ('cell: cell_a', f'cell: cell_a\nconveyors: [{BELT}]', [
            '2: conveyors[0]: start and end must be at one height, got 0.7 and 0.6',
        ]),
        ('at: tray}', 'at: tray, finished: [0.06, 0.05, 0.05]}', [
            '13: parts[0].finished: got a list of 3, expected > 0 and at most size',
        ]),
        ('at: tray}', 'at: tray, defects: [{kind: narrow_pocket, size_m: 0.001}]}', [
            '13: parts[0]: a narrow_pocket needs a pocket',
        ]),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_line_by_line(
    write: Callable[..., Path], old: str, new: str, problems: list[str]
) -> None:
    assert old in WORLD
    text = re.sub(re.escape(old) + r'(?!\d)', new.replace('\\', r'\\'), WORLD, count=1)
    path = write(text)
    with pytest.raises(BadInput) as refusal:
        read_world(path)
    lines = str(refusal.value).split('\n')
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        assert line.startswith(f'{path}:{problem}')


def test_a_world_without_arms_is_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(BadInput, match=':2: arms: got an empty list, expected at least one arm'):
        read_world(write('cell: c\narms: []\n'))
