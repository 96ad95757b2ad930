"""palletize against the physics: the pattern is filled, and what does not stand is noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.stations.pallet import Pallet, Slot
from cobot_alloc.sim.world import (
    DefectKind,
    DefectSpec,
    LocationSpec,
    PalletSpec,
    PartSpec,
)
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim

STACK = PalletSpec(
    station_id='stack',
    position=(0.42, -0.25, 0.70),
    yaw=0.3,
    columns=2,
    rows=1,
    layers=2,
    pitch_m=(0.07, 0.07),
)
NAMES = ['p1', 'p2', 'p3', 'p4', 'p5']


@pytest.fixture
def stack_world(small_world: World) -> World:
    (arm,) = small_world.arms
    places = [
        LocationSpec(
            name=f'in_{i}', position=(0.30 + 0.09 * (i % 3), 0.22 + 0.09 * (i // 3), 0.70)
        )
        for i in range(5)
    ]
    return replace(
        small_world,
        arms=(replace(arm, skills=frozenset({'palletize'})),),
        locations=(*places, LocationSpec(name='aside', position=(0.10, 0.45, 0.70))),
        pallets=(STACK,),
        parts=tuple(
            PartSpec(part_id=name, at=f'in_{i}', size=(0.06, 0.05, 0.04), mass_kg=0.3)
            for i, name in enumerate(NAMES)
        ),
    )


@pytest.fixture
def stacking(trial_of: Callable[..., Trial], stack_world: World) -> tuple[Trial, Any]:
    trial = trial_of(stack_world).ready()
    return trial, pallet_of(trial)


def pallet_of(trial):
    return trial.cell._stations.find('stack', Pallet)


def begin(trial: Trial, part: str, **more: Any) -> int:
    given = {
        'source': f'in_{NAMES.index(part)}' if part in NAMES else 'in_0',
        'target': '',
        'skill': 'palletize',
        'station': 'stack',
        **more,
    }
    return trial.begin(part, **given)


def do(trial: Trial, part: str, **more: Any) -> AttemptReport:
    return trial.finish(begin(trial, part, **more))


def problem(report: AttemptReport) -> tuple[Any, Any, Any]:
    return report.status, present(report.failure).phase, present(report.failure).code


def set_in(trial: Trial, part: str, slot: Slot, *, aside: float = 0.0) -> None:
    """Put a part into a slot, as a hand would."""
    x, y, z = present(pallet_of(trial)).place(slot).position
    trial.cell._parts.put(part, (x + aside, y, z + 0.0005))
    trial.step_for(0.2)


def test_the_pattern_is_filled_layer_by_layer_and_then_it_is_full(
    stacking: tuple[Trial, Any],
) -> None:
    trial, pallet = stacking
    for part in NAMES[:4]:
        report = do(trial, part)
        assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
        assert report.measurements.placement_error_m < 0.002
    assert [pallet.occupant(slot) for slot in pallet.slots()] == NAMES[:4]
    for part, layer in zip(NAMES, (0, 0, 1, 1), strict=False):
        assert trial.cell.part_position(part)[2] == pytest.approx(0.72 + 0.04 * layer, abs=0.001)
        _, _, z, w = trial.cell._parts.pose(part).orientation
        assert abs(abs(z / w) - 0.1511) < 0.02 or abs(abs(w / z) - 0.1511) < 0.02  # tan(0.15)
    assert problem(do(trial, 'p5')) == (AttemptStatus.FAILED, Phase.PRECONDITION, 'pallet_full')


@pytest.mark.parametrize(
    ('part', 'task', 'code'),
    [
        ('p1', {'station': 'shelf'}, 'station_unknown'),
        ('ghost', {}, 'part_unknown'),
        ('p1', {'source': 'nowhere'}, 'location_unknown'),
        ('p1', {'source': 'in_3'}, 'part_misplaced'),
        ('p1', {'payload_kg': 9.0}, 'too_heavy'),
    ],
)
def test_an_unmet_precondition_ends_it_before_the_first_motion(
    stacking: tuple[Trial, Any], part: str, task: dict[str, Any], code: str
) -> None:
    trial, _ = stacking
    report = do(trial, part, **task)
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, code)
    assert report.measurements.duration_s < 0.1


def test_a_place_that_was_filled_by_hand_is_left_out(stacking: tuple[Trial, Any]) -> None:
    trial, pallet = stacking
    first, second, *_ = pallet.slots()
    # Square to the cell, not to the pattern: it stands there all the same.
    set_in(trial, 'p5', first)
    assert do(trial, 'p1').failure is None
    assert pallet.occupant(second) == 'p1'


def test_a_place_that_became_empty_is_filled_again(stacking: tuple[Trial, Any]) -> None:
    trial, pallet = stacking
    first, *_ = pallet.slots()
    do(trial, 'p1')
    do(trial, 'p2')
    trial.cell.move_part('p1', 'aside')
    assert do(trial, 'p3').failure is None
    assert pallet.occupant(first) == 'p3'


def test_what_lies_across_a_place_is_named(stacking: tuple[Trial, Any]) -> None:
    trial, pallet = stacking
    first, *_ = pallet.slots()
    set_in(trial, 'p5', first, aside=0.02)
    report = do(trial, 'p1')
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, 'slot_blocked')
    assert 'p5 lies in layer 1, row 1, column 1' in present(report.failure).detail


def test_nothing_is_put_on_what_stands_out(
    trial_of: Callable[..., Trial], stack_world: World
) -> None:
    bump = DefectSpec(kind=DefectKind.BUMP, size_m=0.006)
    parts = [
        replace(part, defects=(bump,)) if part.part_id == 'p1' else part
        for part in stack_world.parts
    ]
    trial = trial_of(stack_world, parts=tuple(parts)).ready()
    pallet = pallet_of(trial)
    slots = list(present(pallet).slots())
    set_in(trial, 'p1', slots[0])
    set_in(trial, 'p2', slots[1])
    report = do(trial, 'p3')
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, 'slot_blocked')
    assert 'p1 lies in layer 2' in present(report.failure).detail


@pytest.mark.parametrize('step', ['retreat', 'watch it stand'])
def test_a_part_moved_after_its_release_is_misplaced(
    stacking: tuple[Trial, Any], step: str
) -> None:
    trial, _ = stacking
    fence = begin(trial, 'p1')
    trial.reach(step)
    trial.cell.move_part('p1', 'aside')
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'misplaced')


def test_a_part_that_falls_over_after_its_release_is_unstable(stacking: tuple[Trial, Any]) -> None:
    trial, _ = stacking
    fence = begin(trial, 'p1')
    trial.reach('return')
    engine, body = trial.cell._engine, trial.cell._parts.bodies['p1']
    engine.bodies.set_velocity(body, (0.3, 0.0, 0.5), (0.0, 12.0, 0.0))
    report = trial.finish(fence)
    assert report.status is AttemptStatus.FAILED
    assert present(report.failure).code in ('unstable', 'misplaced')


def test_a_neighbour_that_is_pushed_is_noticed(stacking: tuple[Trial, Any]) -> None:
    trial, _ = stacking
    do(trial, 'p1')
    fence = begin(trial, 'p2')
    trial.reach('set down')
    x, y, z = trial.cell._parts.underside('p1')
    trial.cell._parts.put('p1', (x - 0.004, y, z))
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'neighbour_moved')
    assert 'p1 on stack was moved by 4.0 mm' in present(report.failure).detail


def test_a_place_taken_while_the_arm_is_on_its_way_is_not_stacked_upon(
    stacking: tuple[Trial, Any],
) -> None:
    trial, pallet = stacking
    first, *_ = pallet.slots()
    fence = begin(trial, 'p1')
    trial.reach('plan')
    set_in(trial, 'p5', first)
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'pallet_changed')
    assert do(trial, 'p1').failure is None


@pytest.mark.parametrize('step', ['approach', 'lower', 'carry', 'set down', 'watch it stand'])
def test_it_can_be_canceled_at_any_time(stacking: tuple[Trial, Any], step: str) -> None:
    trial, pallet = stacking
    fence = begin(trial, 'p1')
    trial.reach(step)
    trial.step_for(0.1)
    assert trial.cell.cancel(AgentId('panda'), Fence(fence))
    report = trial.finish(fence, limit_s=30.0)
    assert report.status is AttemptStatus.CANCELED
    assert trial.cell._arms[AgentId('panda')].site.body.is_home()
    if step == 'watch it stand':
        assert pallet.slot_of('p1') is not None
    else:
        assert present(report.failure).detail == 'p1 is at in_0'


def test_the_same_bits_twice(trial_of: Callable[..., Trial], stack_world: World) -> None:
    figures = []
    for _ in range(2):
        trial = trial_of(stack_world).ready()
        reports = [do(trial, part).measurements for part in NAMES[:3]]
        figures.append((trial.cell.snapshot(), reports))
    assert figures[0] == figures[1]


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        ({'columns': 0}, 'columns must be >= 1'),
        ({'layers': 0}, 'layers must be >= 1'),
        ({'pitch_m': (0.0, 0.1)}, 'pitch_m must be two lengths > 0'),
        ({'tolerance_m': 0.0}, 'tolerance_m must be > 0'),
    ],
)
def test_what_no_pattern_can_be_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(STACK, **changes)
