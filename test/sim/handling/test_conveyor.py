"""Belts: what lies on them comes to the stop, in order, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TYPE_CHECKING

import pytest

from cobot_alloc.sim.stations.conveyor import Conveyor
from cobot_alloc.sim.world import ConveyorSpec, PartSpec

if TYPE_CHECKING:
    from sim.handling.conftest import Hall


pytestmark = pytest.mark.sim

SPEC = ConveyorSpec(station_id='belt', start=(0.0, 0.0, 0.7), end=(1.2, 0.5, 0.7))  # 1.3 m long
LENGTH_M = 1.3


@pytest.fixture
def belt(hall: Hall) -> Conveyor:
    return hall.add(Conveyor(hall.engine, SPEC, hall.parts))


def spot(along: float, aside: float = 0.0) -> tuple[float, float, float]:
    """Return a position on the belt."""
    u = (1.2 / LENGTH_M, 0.5 / LENGTH_M)
    return (along * u[0] - aside * u[1], along * u[1] + aside * u[0], 0.7005)


def along(hall: Hall, part: str) -> float:
    """Return how far along the belt the middle of a part is."""
    x, y, _ = hall.parts.pose(part).position
    return (x * 1.2 + y * 0.5) / LENGTH_M


def aside(hall: Hall, part: str) -> float:
    x, y, _ = hall.parts.pose(part).position
    return (y * 1.2 - x * 0.5) / LENGTH_M


def load(
    hall: Hall, *places: tuple[float, ...], size: tuple[float, float, float] = (0.05, 0.05, 0.04)
) -> None:
    for number, place in enumerate(places):
        spec = PartSpec(part_id=f'p{number}', at='', size=size, mass_kg=0.3)
        hall.parts.add(spec, spot(*place))


def test_a_part_comes_to_rest_at_the_stop(hall: Hall, belt: Conveyor) -> None:
    load(hall, (0.1,))
    hall.step_until(lambda: belt.is_running, limit_s=1.0)
    hall.step_until(belt.sees_part, limit_s=12.0)
    hall.step_for(1.0)
    assert not belt.is_running
    # The belt is turned; the part keeps its own direction and is a little longer along it.
    assert along(hall, 'p0') == pytest.approx(LENGTH_M - 0.033, abs=0.006)
    assert aside(hall, 'p0') == pytest.approx(0.0, abs=0.002)
    assert hall.parts.is_at_rest('p0')


def test_it_moves_at_its_speed(hall: Hall, belt: Conveyor) -> None:
    load(hall, (0.1,))
    hall.step_for(2.0)
    before = along(hall, 'p0')
    hall.step_for(3.0)
    assert (along(hall, 'p0') - before) / 3.0 == pytest.approx(0.15, rel=0.01)


def test_a_belt_with_nothing_on_it_stands(hall: Hall, belt: Conveyor) -> None:
    hall.step_for(2.0)
    assert not belt.is_running


def test_parts_queue_without_touching_each_other(hall: Hall, belt: Conveyor) -> None:
    load(hall, (0.10,), (0.25,), (0.45, 0.02), (0.60, -0.02))
    gaps = [along(hall, f'p{i + 1}') - along(hall, f'p{i}') for i in range(3)]
    hall.step_until(belt.sees_part)
    hall.step_for(3.0)
    after = [along(hall, f'p{i + 1}') - along(hall, f'p{i}') for i in range(3)]
    assert after == pytest.approx(gaps, abs=0.003)
    assert belt.load() == ['p3', 'p2', 'p1', 'p0']


def test_the_next_one_comes_when_the_first_is_taken(hall: Hall, belt: Conveyor) -> None:
    load(hall, (0.10,), (0.30,))
    hall.step_until(belt.sees_part)
    hall.step_for(0.5)
    hall.parts.put('p1', (3.0, 3.0, 0.0))
    hall.step_for(0.2)
    assert not belt.is_running  # the eye has to be clear for a while
    hall.step_until(belt.sees_part)
    hall.step_for(0.5)
    assert along(hall, 'p0') == pytest.approx(LENGTH_M - 0.033, abs=0.006)


def test_only_the_part_in_front_of_the_eye_has_been_brought(hall: Hall, belt: Conveyor) -> None:
    load(hall, (0.10,), (0.40,))
    assert not belt.has_brought('p1')
    hall.step_until(belt.sees_part)
    hall.step_for(0.5)
    assert belt.has_brought('p1')
    assert not belt.has_brought('p0')
    # Something else interrupts the eye while p1 is lifted off: p0 is not there for that.
    x, y, z = hall.parts.underside('p1')
    hall.parts.put('p1', (3.0, 3.0, 0.0))
    hall.body_at((x, y, z + 0.02), size=(0.06, 0.06, 0.03))
    hall.step_for(0.2)
    assert not belt.has_brought('p0')


def test_for_minutes_no_part_is_lost_and_none_overtakes(hall: Hall, belt: Conveyor) -> None:
    """What is taken off at the stop is put on again at the start, for two simulated minutes."""
    load(hall, (0.10,), (0.25,), (0.40,), (0.55,))
    order = ['p3', 'p2', 'p1', 'p0']
    taken = []
    while hall.now_s < 120.0:
        hall.step_until(belt.sees_part)
        hall.step_for(0.5)
        first = belt.load()[0]
        taken.append(first)
        assert abs(aside(hall, first)) < 0.004
        assert hall.parts.tilt_deg(first) < 0.5
        hall.parts.put(first, (3.0, 3.0, 0.0))
        hall.step_until(lambda: along(hall, belt.load()[-1]) > 0.2, limit_s=10.0)
        hall.parts.put(first, spot(0.06))
        hall.step_for(0.5)
        assert len(belt.load()) == 4
    assert len(taken) > 12
    assert taken == [order[i % 4] for i in range(len(taken))]


def test_a_jammed_belt_stands_until_it_is_cleared(hall: Hall, belt: Conveyor) -> None:
    load(hall, (0.1,))
    hall.step_for(1.0)
    belt.jam()
    hall.step_for(0.5)
    before = along(hall, 'p0')
    hall.step_for(3.0)
    assert along(hall, 'p0') == pytest.approx(before, abs=5e-4)
    belt.clear()
    hall.step_until(belt.sees_part, limit_s=12.0)


def test_without_power_it_stands(hall: Hall, belt: Conveyor) -> None:
    load(hall, (0.1,))
    hall.step_for(1.0)
    belt.set_power(on=False)
    hall.step_for(3.0)
    assert not belt.is_running
    assert hall.parts.is_at_rest('p0')
    belt.set_power(on=True)
    hall.step_until(belt.sees_part, limit_s=12.0)


def test_it_stands_while_somebody_reaches_over_it(hall: Hall, belt: Conveyor) -> None:
    hand = hall.body_at((0.4, 0.2, 0.8), size=(0.1, 0.1, 0.1))
    belt.watch_for({hand})
    load(hall, (0.1,))
    hall.step_for(2.0)
    assert not belt.is_running
    hall.engine.bodies.place(hand, (0.4, 0.2, 2.0), (0, 0, 0, 1))
    hall.step_until(lambda: belt.is_running, limit_s=1.0)


def test_a_part_that_leaves_the_belt_is_not_on_it(hall: Hall, belt: Conveyor) -> None:
    load(hall, (0.1,), (0.3,))
    hall.step_for(1.0)
    assert belt.bears('p0')
    hall.parts.put('p0', (2.0, 2.0, 0.0))
    hall.step_for(0.2)
    assert not belt.bears('p0')
    assert belt.bears('p1')


def test_where_it_is_loaded_and_where_it_brings_parts(belt: Conveyor) -> None:
    assert belt.is_loaded_at(spot(0.1))
    assert not belt.is_loaded_at(spot(1.27))
    assert belt.brings_to(spot(1.27))
    assert not belt.brings_to(spot(0.1))
    assert not belt.is_loaded_at((0.4, -0.4, 0.7))
    assert not belt.is_loaded_at((0.1, 0.04, 0.0))


def test_the_same_bits_twice(hall_of: Callable[..., Hall]) -> None:
    figures = []
    for _ in range(2):
        hall = hall_of()
        belt = hall.add(Conveyor(hall.engine, SPEC, hall.parts))
        load(hall, (0.10, 0.02), (0.25,), (0.45, -0.01))
        seen: list[Any] = []
        hall.step_for(
            12.0,
            lambda hall=hall, seen=seen: seen.append(
                [hall.parts.pose(part) for part in hall.parts.bodies]
            ),
        )
        assert belt.sees_part()
        figures.append(seen)
    assert figures[0] == figures[1]


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        ({'end': (0.1, 0.0, 0.7)}, r'more than 0\.2 m apart'),
        ({'end': (1.0, 0.0, 0.5)}, 'at one height'),
        ({'speed_mps': 0.0}, 'speed_mps must be above 0'),
        ({'width_m': 0.01}, r'width_m must be 0\.04 to 1'),
    ],
)
def test_what_no_belt_can_be_is_refused(changes: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {
        'station_id': 'belt',
        'start': (0.0, 0.0, 0.7),
        'end': (1.0, 0.0, 0.7),
        **changes,
    }
    with pytest.raises(ValueError, match=message):
        ConveyorSpec(**given)
