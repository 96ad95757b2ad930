"""Parts as they truly are: spread, pockets, bumps, mass, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import fmean, stdev
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.sim.world import DefectKind, DefectSpec, PartSpec, PocketSpec
from cobot_alloc.sim.world.true_shape import true_shape

if TYPE_CHECKING:
    from sim.conftest import Trial
    from sim.handling.conftest import Hall


pytestmark = pytest.mark.sim

BLOCK = PartSpec(part_id='block', at='here', size=(0.06, 0.05, 0.04), mass_kg=0.3)


def top_at(hall: Hall, x: float, y: float):
    """Return how high the first thing below a point is."""
    return present(hall.engine.rays.hit((x, y, 1.0), (x, y, -1.0))).position[2]


def box_of(hall: Hall, part: str) -> list[Any]:
    """Return the extents of what the engine takes for the part."""
    low, high = hall.engine.bodies.box(hall.parts.bodies[part])
    return [b - a for a, b in zip(low, high, strict=True)]


def many(spread: tuple[float, float, float], count: int = 1000, seed: int = 0) -> list[Any]:
    specs = [replace(BLOCK, part_id=f'block_{i}', spread_m=spread) for i in range(count)]
    return [true_shape(spec, seed).size for spec in specs]


def test_true_sizes_scatter_as_the_world_says() -> None:
    spread = (0.0001, 0.0002, 0.0)
    columns = list(zip(*many(spread), strict=True))
    for axis in (0, 1):
        # 1000 draws: the mean is within 5 s / sqrt(n), the scatter within 12 %.
        assert fmean(columns[axis]) == pytest.approx(BLOCK.size[axis], abs=spread[axis] / 6)
        assert stdev(columns[axis]) == pytest.approx(spread[axis], rel=0.12)
    assert set(columns[2]) == {0.04}


def test_the_seed_decides() -> None:
    spread = (0.0001, 0.0001, 0.0001)
    assert many(spread, 5, seed=3) == many(spread, 5, seed=3)
    assert many(spread, 5, seed=3) != many(spread, 5, seed=4)


def test_the_physics_has_the_true_size_and_mass(hall: Hall) -> None:
    spec = replace(BLOCK, spread_m=(0.001, 0.001, 0.001), mass_spread_kg=0.02)
    hall.parts.add(spec, (0.0, 0.0, 0.0))
    true = hall.parts.shape('block').size
    assert true != BLOCK.size
    assert box_of(hall, 'block') == pytest.approx(true, abs=1e-4)
    assert hall.parts.spec('block').size == true
    assert hall.parts.nominal('block').size == BLOCK.size
    assert 0.2 < hall.parts.mass_kg('block') < 0.4
    assert hall.parts.mass_kg('block') != 0.3


def test_a_pocket_is_a_hole_in_the_physics(hall: Hall) -> None:
    hall.parts.add(replace(BLOCK, pocket=PocketSpec(side_m=0.02, depth_m=0.015)), (0, 0, 0))
    assert top_at(hall, 0.0, 0.0) == pytest.approx(0.025, abs=1e-3)
    assert top_at(hall, 0.009, 0.009) == pytest.approx(0.025, abs=1e-3)
    for x, y in ((0.011, 0.0), (-0.011, 0.0), (0.0, 0.011), (0.0, -0.011)):
        assert top_at(hall, x, y) == pytest.approx(0.04, abs=1e-3)
    assert box_of(hall, 'block') == pytest.approx(BLOCK.size, abs=1e-4)


def test_a_bump_stands_out_of_the_top(hall: Hall) -> None:
    bump = DefectSpec(kind=DefectKind.BUMP, size_m=0.003)
    hall.parts.add(replace(BLOCK, defects=(bump,)), (0, 0, 0))
    x, y = hall.parts.shape('block').bump_at
    assert top_at(hall, x, y) == pytest.approx(0.043, abs=1e-3)
    assert top_at(hall, -x, -y) == pytest.approx(0.04, abs=1e-3)


def test_what_is_put_on_a_bump_leans(hall: Hall) -> None:
    bump = DefectSpec(kind=DefectKind.BUMP, size_m=0.004)
    hall.parts.add(replace(BLOCK, defects=(bump,)), (0.0, 0.0, 0.0))
    hall.parts.add(replace(BLOCK, part_id='upper'), (0.0, 0.0, 0.046))
    hall.step_for(2.0)
    assert hall.parts.tilt_deg('upper') > 3.0


def test_a_defect_is_as_frequent_as_the_world_says() -> None:
    some = DefectSpec(kind=DefectKind.SHORT, size_m=0.002, probability=0.2)
    sizes = [
        true_shape(replace(BLOCK, part_id=f'block_{i}', defects=(some,)), 0).size[0]
        for i in range(1000)
    ]
    short = [size for size in sizes if size < 0.06]
    assert 150 < len(short) < 250
    assert short == pytest.approx([0.058] * len(short))


def test_a_narrow_pocket_is_narrow(hall: Hall) -> None:
    narrow = DefectSpec(kind=DefectKind.NARROW_POCKET, size_m=0.004)
    pocket = PocketSpec(side_m=0.02, depth_m=0.015)
    hall.parts.add(replace(BLOCK, pocket=pocket, defects=(narrow,)), (0, 0, 0))
    assert top_at(hall, 0.007, 0.0) == pytest.approx(0.025, abs=1e-3)
    assert top_at(hall, 0.009, 0.0) == pytest.approx(0.04, abs=1e-3)


def test_a_part_that_changes_its_size_stays_where_it_stands(hall: Hall) -> None:
    hall.parts.add(BLOCK, (0.3, 0.2, 0.0))
    hall.step_for(0.5)
    hall.parts.reshape('block', (0.05, 0.05, 0.03))
    hall.step_for(0.5)
    assert box_of(hall, 'block') == pytest.approx((0.05, 0.05, 0.03), abs=1e-4)
    assert hall.parts.underside('block') == pytest.approx((0.3, 0.2, 0.0), abs=1e-3)
    assert hall.parts.mass_kg('block') == pytest.approx(0.3 * 0.05 * 0.05 * 0.03 / 0.00012)
    assert hall.parts.changed_sizes() == {'block': (0.05, 0.05, 0.03)}


@pytest.mark.parametrize(('side_m', 'code'), [(0.02, None), (0.026, 'grip_failed')])
def test_a_cup_draws_no_vacuum_over_a_pocket_that_is_too_wide_for_it(
    trial_of: Callable[..., Trial], side_m: float, code: str | None
) -> None:
    spec = replace(BLOCK, at='here', pocket=PocketSpec(side_m=side_m, depth_m=0.01))
    report = trial_of(parts=(spec,)).ready().do()
    assert (report.failure and report.failure.code) == code


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        ({'finished': (0.07, 0.05, 0.04)}, 'finished must be > 0 and at most size'),
        ({'spread_m': (-0.1, 0.0, 0.0)}, 'spread_m and mass_spread_kg must be >= 0'),
        ({'tolerance_m': (0.0, 0.1, 0.1)}, 'tolerance_m and flatness_m must be > 0'),
        ({'pocket': PocketSpec(side_m=0.06, depth_m=0.01)}, 'pocket must be smaller'),
        (
            {'defects': (DefectSpec(kind=DefectKind.NARROW_POCKET, size_m=0.001),)},
            'a narrow_pocket needs a pocket',
        ),
    ],
)
def test_what_no_part_can_be_is_refused(
    changes: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(ValueError, match=message):
        replace(BLOCK, **changes)
