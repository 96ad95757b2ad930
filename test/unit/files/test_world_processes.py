"""Work in a world file, screws to workholds: read whole, or refused with every problem."""

from collections.abc import Callable
from pathlib import Path
import re

import pytest

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.worlds import read_world

WORLD = """\
cell: cell_a
arms:
  - agent_id: panda
    model: franka_panda
    base: [0, 0, 0.7]
    skills: [fasten]
    payload_kg: 3
    reach_m: 0.8
fixtures:
  - {fixture_id: bench, urdf: bench.urdf, position: [0, 0, 0]}
locations:
  - {name: nest, position: [0.4, 0, 0.7]}
parts:
  - {part_id: lid, at: nest}
zones:
  - {zone_id: a, agent_id: panda, mode: REDUCED,
     volume: {center: [0, 0, 0], radius_m: 2, height_m: 2.2}}
  - {zone_id: b, agent_id: panda, mode: STOPPED,
     volume: {center: [0, 0, 0], radius_m: 1, height_m: 2.2}}
screws:
  - {station_id: s1, position: [0.4, 0, 0.75], on: lid, at: nest, turns: 8, pitch_m: 0.0008}
seams:
  - {station_id: s2, points: [[0.4, 0, 0.75], [0.42, 0, 0.75]], on: lid, at: nest, width_m: 0.004}
edges:
  - {station_id: s3, points: [[0.4, 0, 0.7], [0.5, 0, 0.7], [0.5, 0.1, 0.7]], on: bench,
     force_n: [5, 9]}
workholds:
  - {station_id: s4, position: [0.4, 0.1, 1.0], side: [0, 1], tilt: -0.5, work_s: 6}
"""


def test_they_are_read(write: Callable[..., Path]) -> None:
    world = read_world(write(WORLD))
    assert [it.station_id for it in world.stations] == ['s1', 's2', 's3', 's4']
    assert world.screws[0].depth_m == pytest.approx(0.0064)
    assert world.workholds[0].patience_s == 60.0
    assert world.named_positions['s4'] == (0.4, 0.1, 1.0)
    assert world.named_positions['s3'] == pytest.approx((1.4 / 3, 0.1 / 3, 0.7))


@pytest.mark.parametrize(
    ('old', 'new', 'problems'),
    [
        ('on: lid, at: nest, turns', 'on: lit, at: nest, turns', [
            "21: screws[0].on: got 'lit', expected a part or a fixture: 'lid'",
            "21: screws[0].at: got 'nest', expected nothing: only a part stands",
        ]),
        ('on: lid, at: nest, turns', 'on: lid, turns', [
            '21: screws[0].at: got nothing, expected the location where lid stands',
        ]),
        ('on: bench,', 'on: bench, at: nest,', [
            "25: edges[0].at: got 'nest', expected nothing: only a part stands at a location",
        ]),
        ('turns: 8', 'turns: 21', [
            '21: screws[0].turns: got 21, expected at most 20, for the bit to follow 0.016 m',
        ]),
        ('turns: 8', 'head_m: 0.05', ['21: screws[0].head_m: got 0.05, expected 0.005 to 0.02']),
        ('turns: 8', 'direction: [0, 0, 0]', [
            '21: screws[0].direction: got a list of 3, expected a direction, not all 0',
        ]),
        ('turns: 8', 'torque_nm: 0', ['21: screws[0].torque_nm: got 0, expected > 0']),
        ('width_m: 0.004', 'coverage: 1.2', [
            '23: seams[0].coverage: got 1.2, expected above 0 and at most 1',
        ]),
        ('[[0.4, 0, 0.75], [0.42, 0, 0.75]]', '[[0.4, 0, 0.75], [0.4, 0, 0.75]]', [
            '23: seams[0].points: got a list of 2, expected two or more, each apart from',
        ]),
        ('force_n: [5, 9]', 'force_n: [9, 5]', [
            '26: edges[0].force_n: got a list of 2, expected two forces, 0 < least < most',
        ]),
        ('side: [0, 1]', 'side: [0, 0]', [
            '28: workholds[0].side: got a list of 2, expected a direction, not all 0',
        ]),
        ('tilt: -0.5', 'tilt: 2', ['28: workholds[0].tilt: got 2, expected above -pi/2']),
        ('work_s: 6', 'work_s: 0', ['28: workholds[0].work_s: got 0, expected > 0']),
        ('work_s: 6', 'patience_s: 6', ['28: workholds[0].work_s: got nothing']),
        ('station_id: s4', 'station_id: s1', ['28: workholds[0].station_id: got']),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_line_by_line(
    write: Callable[..., Path], old: str, new: str, problems: list[str]
) -> None:
    assert old in WORLD
    with pytest.raises(BadInput) as refusal:
        read_world(write(WORLD.replace(old, new)))
    lines = str(refusal.value).splitlines()
    assert len(lines) == len(problems), lines
    for line, problem in zip(lines, problems, strict=True):
        assert re.sub(r'^.*?\.yaml:', '', line).startswith(problem), line
