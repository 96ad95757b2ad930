"""An airlock tray: it goes when it is loaded and nobody is near, and comes back when emptied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TYPE_CHECKING

import pytest

from cobot_alloc.sim.stations.shuttle import Shuttle
from cobot_alloc.sim.world import PartSpec, ShuttleSpec

if TYPE_CHECKING:
    from sim.handling.conftest import Hall


pytestmark = pytest.mark.sim

SPEC = ShuttleSpec(station_id='lock', load_at=(0.0, 0.0, 0.75), unload_at=(0.0, 0.8, 0.75))
AWAY = (5.0, 5.0, 1.0)


@pytest.fixture
def lock(hall: Hall) -> Shuttle:
    return hall.add(Shuttle(hall.engine, SPEC, hall.parts))


@pytest.fixture
def person(hall: Hall, lock: Shuttle) -> int:
    """Return a body that stands for a person, far away at first."""
    body = hall.body_at(AWAY, size=(0.5, 0.5, 1.7))
    lock.watch_for({body})
    return body


def move(hall: Hall, body: int, position: tuple[float, float, float]) -> None:
    hall.engine.bodies.place(body, position, (0.0, 0.0, 0.0, 1.0))


def load(hall: Hall, part: str = 'block', at: tuple[float, float] = (0.01, 0.02)) -> None:
    spec = PartSpec(part_id=part, at='', size=(0.05, 0.05, 0.06), mass_kg=0.4)
    hall.parts.add(spec, (*at, 0.7505))


def is_in(lock: Shuttle) -> bool:
    return lock.at_m == pytest.approx(0.8, abs=0.003)


def is_out(lock: Shuttle) -> bool:
    return lock.at_m == pytest.approx(0.0, abs=0.003)


def test_it_takes_a_part_in_and_comes_back_for_the_next(hall: Hall, lock: Shuttle) -> None:
    hall.step_for(3.0)
    assert is_out(lock)
    load(hall)
    hall.step_until(lambda: is_in(lock), limit_s=8.0)
    hall.step_for(1.0)
    # Carried by friction, it has not slid.
    assert hall.parts.underside('block') == pytest.approx((0.01, 0.82, 0.75), abs=0.002)
    assert hall.parts.tilt_deg('block') < 0.2
    hall.parts.put('block', (2.0, 0.0, 0.0))
    hall.step_until(lambda: is_out(lock), limit_s=8.0)


def test_it_waits_while_a_person_stands_where_it_is_loaded(
    hall: Hall, lock: Shuttle, person: int
) -> None:
    move(hall, person, (0.0, -0.45, 0.85))
    load(hall)
    hall.step_for(6.0)
    assert is_out(lock)
    move(hall, person, AWAY)
    hall.step_for(0.7)  # it has to be clear for a second
    assert is_out(lock)
    hall.step_until(lambda: is_in(lock), limit_s=8.0)


def test_it_stops_on_its_way_when_somebody_reaches_in(
    hall: Hall, lock: Shuttle, person: int
) -> None:
    load(hall)
    hall.step_until(lambda: lock.at_m > 0.3, limit_s=6.0)
    move(hall, person, (0.0, 0.8, 0.85))
    hall.step_for(0.6)
    before = lock.at_m
    hall.step_for(2.0)
    assert lock.at_m == pytest.approx(before, abs=5e-4)
    assert 0.3 < before < 0.5
    move(hall, person, AWAY)
    hall.step_until(lambda: is_in(lock), limit_s=6.0)
    hall.step_for(1.0)
    assert hall.parts.underside('block') == pytest.approx((0.01, 0.82, 0.75), abs=0.002)


def test_jammed_it_stays_until_it_is_cleared(hall: Hall, lock: Shuttle) -> None:
    load(hall)
    hall.step_until(lambda: lock.at_m > 0.2, limit_s=6.0)
    lock.jam()
    hall.step_for(1.0)
    before = lock.at_m
    hall.step_for(3.0)
    assert lock.at_m == pytest.approx(before, abs=5e-4)
    assert 'tray' in lock.describe()
    lock.clear()
    hall.step_until(lambda: is_in(lock), limit_s=8.0)


def test_without_power_it_stays(hall: Hall, lock: Shuttle) -> None:
    load(hall)
    hall.step_until(lambda: lock.at_m > 0.2, limit_s=6.0)
    lock.set_power(on=False)
    hall.step_for(1.0)
    before = lock.at_m
    hall.step_for(2.0)
    assert lock.at_m == pytest.approx(before, abs=5e-4)
    lock.set_power(on=True)
    hall.step_until(lambda: is_in(lock), limit_s=8.0)


def test_a_part_taken_off_on_the_way_is_not_on_it(hall: Hall, lock: Shuttle) -> None:
    load(hall)
    hall.step_until(lambda: lock.at_m > 0.3, limit_s=6.0)
    hall.parts.put('block', (2.0, 0.0, 0.0))
    hall.step_for(0.3)
    assert not lock.bears('block')
    hall.step_until(lambda: is_out(lock), limit_s=15.0)  # there is nothing to wait for inside


def test_the_same_bits_twice(hall_of: Callable[..., Hall]) -> None:
    figures = []
    for _ in range(2):
        hall = hall_of()
        lock = hall.add(Shuttle(hall.engine, SPEC, hall.parts))
        load(hall)
        seen: list[Any] = []
        hall.step_for(
            7.0,
            lambda hall=hall, lock=lock, seen=seen: seen.append(
                (hall.parts.pose('block'), lock.joints())
            ),
        )
        assert is_in(lock)
        figures.append(seen)
    assert figures[0] == figures[1]


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        ({'unload_at': (0.1, 0.0, 0.75)}, 'farther apart than size_m'),
        ({'unload_at': (1.0, 0.0, 0.70)}, 'at one height'),
        ({'clear_s': -1.0}, 'clear_s must be >= 0'),
        ({'speed_mps': 2.0}, 'speed_mps must be above 0'),
    ],
)
def test_what_no_tray_can_be_is_refused(changes: dict[str, Any], message: str) -> None:
    given = {'station_id': 'l', 'load_at': (0.0, 0.0, 0.75), 'unload_at': (1.0, 0.0, 0.75)}
    with pytest.raises(ValueError, match=message):
        ShuttleSpec(**{**given, **changes})
