"""What a scanner measures is the truth with an error; how large, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import fmean, stdev
from typing import Any, cast, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.engine.transforms import from_euler
from cobot_alloc.sim.kinematics.pointing import tool_down
from cobot_alloc.sim.tools.gauge import estimate, Gauge
from cobot_alloc.sim.tools.scanner import Scanner, STANDOFF_M
from cobot_alloc.sim.world import (
    ArmSpec,
    DefectKind,
    DefectSpec,
    PartSpec,
    PocketSpec,
    ToolKind,
    ToolSpec,
)

if TYPE_CHECKING:
    from sim.handling.conftest import Hall


pytestmark = pytest.mark.sim

BLOCK = PartSpec(
    part_id='block',
    at='',
    size=(0.06, 0.04, 0.03),
    mass_kg=0.3,
    pocket=PocketSpec(side_m=0.015, depth_m=0.01),
)


class Flange:
    """Holds the scanner over the origin, in place of an arm."""

    def __init__(self, at: tuple[float, float] = (0.0, 0.0), yaw: float = 0.0) -> None:
        x, y = at
        self.pose = tool_down((x + 0.001, y - 0.002, BLOCK.size[2] + STANDOFF_M), yaw)

    def tool_pose(self, kind: ToolKind | None) -> Pose:
        return self.pose


def scanner(
    hall: Hall,
    noise_m: float = 2e-5,
    bias_m: float = 0.0,
    seed: int = 0,
    at: tuple[float, float] = (0.0, 0.0),
    yaw: float = 0.0,
) -> Scanner:
    tool = ToolSpec(kind=ToolKind.SCANNER, noise_m=noise_m, bias_m=bias_m)
    arm = ArmSpec(
        agent_id=AgentId('panda'),
        model='franka_panda',
        base=(0.0, 0.0, 0.0),
        skills=frozenset({'inspect'}),
        payload_kg=1.0,
        reach_m=1.0,
        tools=(tool,),
    )
    return Scanner(hall.engine, arm, cast(Any, Flange(at, yaw)), hall.parts, seed=seed)


def gauge(
    hall: Hall,
    spec: PartSpec = BLOCK,
    *,
    at: tuple[float, float] = (0.0, 0.0),
    yaw: float = 0.0,
    tool: Scanner | None = None,
    **errors: Any,
) -> Gauge:
    """Put a part under a scanner and return what measures it."""
    hall.parts.add(spec, (*at, 0.0))
    hall.step_for(0.1)
    # Nothing stands quite upright; the engine's own rays are far off then.
    hall.engine.bodies.place(
        hall.parts.bodies[spec.part_id],
        hall.parts.pose(spec.part_id).position,
        from_euler(4e-5, -3e-5, yaw),
    )
    tool = tool or scanner(hall, at=at, **errors)
    return Gauge(tool, spec, body=hall.parts.bodies[spec.part_id], datum_m=0.0, yaw=yaw)


@pytest.mark.parametrize('yaw', [0.0, 0.4, -2.0])
@pytest.mark.parametrize('at', [(0.0, 0.0), (1.7, -0.9)])
@pytest.mark.parametrize('pocket', [None, BLOCK.pocket])
def test_it_finds_the_true_sizes(
    hall: Hall, pocket: PocketSpec | None, at: tuple[float, float], yaw: float
) -> None:
    spec = replace(BLOCK, spread_m=(0.0004, 0.0004, 0.0004), pocket=pocket)
    one = gauge(hall, spec, at=at, yaw=yaw)
    found = estimate([present(one.read()) for _ in range(10)])
    true = hall.parts.shape('block')
    assert true.size != BLOCK.size
    for feature, truth in zip(('length', 'width', 'height'), true.size, strict=True):
        assert found[feature].mean_m == pytest.approx(truth, abs=4e-5)
    if pocket is not None:
        assert found['pocket'].mean_m == pytest.approx(0.015, abs=4e-5)
    assert found['flatness'].mean_m < 6e-5


def test_its_scatter_is_what_it_says(hall: Hall) -> None:
    """The uncertainty claimed from five readings covers the truth about as often as it says."""
    one = gauge(hall, noise_m=5e-5)
    lengths = [present(one.read())['length'] for _ in range(200)]
    assert 2e-5 < stdev(lengths) < 2e-4
    assert fmean(lengths) == pytest.approx(0.06, abs=3e-5)
    batches = [estimate([{'length': x} for x in lengths[i : i + 5]]) for i in range(0, 200, 5)]
    covered = sum(
        abs(batch['length'].mean_m - 0.06) <= batch['length'].uncertainty_m for batch in batches
    )
    assert 0.75 <= covered / len(batches) <= 1.0


def test_repetition_lessens_the_scatter_but_not_the_bias(hall: Hall) -> None:
    few = gauge(hall, noise_m=5e-5, bias_m=0.0002)
    readings = [few.read() for _ in range(30)]
    assert (
        estimate(readings)['length'].uncertainty_m
        < estimate(readings[:3])['length'].uncertainty_m + 1e-5
    )
    found = estimate(readings)
    assert found['length'].mean_m - 0.06 == pytest.approx(0.0002, abs=5e-5)
    assert found['height'].mean_m - 0.03 == pytest.approx(0.0002, abs=5e-5)
    assert found['pocket'].mean_m - 0.015 == pytest.approx(-0.0002, abs=6e-5)


def test_a_bump_shows_in_the_flatness(hall: Hall) -> None:
    bump = DefectSpec(kind=DefectKind.BUMP, size_m=0.001)
    reading = gauge(hall, replace(BLOCK, defects=(bump,))).read()
    assert present(reading)['flatness'] == pytest.approx(0.001, abs=2e-4)
    assert present(reading)['length'] == pytest.approx(0.06, abs=1e-4)


def test_a_narrow_pocket_is_measured(hall: Hall) -> None:
    narrow = DefectSpec(kind=DefectKind.NARROW_POCKET, size_m=0.001)
    reading = gauge(hall, replace(BLOCK, defects=(narrow,))).read()
    assert present(reading)['pocket'] == pytest.approx(0.014, abs=1e-4)


def test_a_part_without_the_pocket_it_should_have_reads_zero(hall: Hall) -> None:
    hall.parts.add(replace(BLOCK, pocket=None), (0.0, 0.0, 0.0))
    hall.step_for(0.1)
    one = Gauge(scanner(hall), BLOCK, body=hall.parts.bodies['block'], datum_m=0.0, yaw=0.0)
    assert present(one.read())['pocket'] == 0.0


def test_what_is_not_there_is_not_measured(hall: Hall) -> None:
    one = gauge(hall)
    assert one.read() is not None
    hall.parts.put('block', (1.0, 0.0, 0.0))
    assert one.read() is None


def test_another_part_in_its_place_is_not_taken_for_it(hall: Hall) -> None:
    one = gauge(hall)
    hall.parts.put('block', (1.0, 0.0, 0.0))
    hall.parts.add(replace(BLOCK, part_id='twin'), (0.0, 0.0, 0.0))
    hall.step_for(0.1)
    assert one.read() is None


def test_in_the_dark_it_sees_nothing(hall: Hall) -> None:
    tool = scanner(hall)
    one = gauge(hall, tool=tool)
    tool.set_dark(dark=True)
    assert one.read() is None
    tool.set_dark(dark=False)
    assert one.read() is not None


def test_true_sizes_near_the_limit_are_sometimes_judged_wrongly(hall: Hall) -> None:
    """
    Accepting and refusing by a measurement goes wrong near the limit, and only there.

    The limit is half a millimetre; with a scatter of some 0.05 mm a part at the very limit is
    refused about every other time, and one that is 0.2 mm inside or outside hardly ever.
    """

    def refused(off_m: float) -> bool:
        hall.parts.reshape('block', (0.06 + off_m, 0.04, 0.03))
        one = Gauge(tool, BLOCK, body=hall.parts.bodies['block'], datum_m=0.0, yaw=0.0)
        readings = [present(one.read())['length'] for _ in range(60)]
        return sum(abs(x - 0.06) > 0.0005 for x in readings) / len(readings)

    tool = scanner(hall, noise_m=5e-5)
    gauge(hall, tool=tool)
    assert refused(0.0003) == 0.0
    assert 0.2 < refused(0.0005) < 0.8
    assert refused(0.0007) == 1.0


def test_its_errors_come_from_the_seed(hall_of: Callable[..., Hall]) -> None:
    readings = [[gauge(hall_of(), seed=seed).read() for _ in range(1)] for seed in (1, 1, 2)]
    assert readings[0] == readings[1]
    assert readings[0] != readings[2]
