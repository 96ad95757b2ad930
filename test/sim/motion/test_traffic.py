"""Arms claim the room of their whole way before they move."""

from typing import Any

import numpy as np
import pytest

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.motion.swept_volume import points_in_box, swept
from cobot_alloc.sim.motion.traffic import Traffic

SQUARE = (0.0, 0.0, 0.0, 1.0)
ROD = points_in_box((0.6, 0.1, 0.1))


def room(*middles: tuple[float, float, float]) -> Any:
    """Return the room of a rod along x that passes some places."""
    return swept([ROD], [np.array([(*middle, *SQUARE) for middle in middles])])


MIDDLE = room((-0.3, 0.0, 1.0))  # from x = -0.6 to 0.0


@pytest.fixture
def traffic() -> Traffic:
    traffic = Traffic()
    assert traffic.claim(AgentId('left'), MIDDLE, traffic.mark)
    return traffic


@pytest.mark.parametrize(
    ('middles', 'is_free'),
    [
        ([(0.31, 0.0, 1.0)], False),  # 0.01 m in front of it
        ([(0.55, 0.0, 1.0)], True),  # 0.25 m in front of it
        ([(-0.3, 0.11, 1.0)], False),  # 0.01 m beside it
        ([(-0.3, 0.35, 1.0)], True),
        ([(-0.3, 0.0, 1.35)], True),  # over it
        ([(0.6, 0.3, 1.0), (0.2, 0.05, 1.0)], False),  # only at one moment
    ],
)
def test_a_way_is_free_where_no_two_arms_come_near(
    traffic: Traffic, middles: list[tuple[float, float, float]], is_free: bool
) -> None:
    assert (traffic.blocker(AgentId('right'), room(*middles)) is None) == is_free
    assert traffic.claim(AgentId('right'), room(*middles), traffic.mark) == is_free


def test_rooms_without_a_common_cell_keep_the_links_apart() -> None:
    """However the grid lies: 1 cm between the surfaces is never given to two."""
    for shift in np.linspace(0.0, 0.1, 23):
        for gap_m in (0.0, 0.005, 0.01):
            traffic = Traffic()
            traffic.claim(AgentId('left'), room((shift, shift, shift)), 0)
            beside = room((shift, shift + 0.1 + gap_m, shift))
            assert not traffic.claim(AgentId('right'), beside, traffic.mark)


def test_an_arm_is_not_in_its_own_way(traffic: Traffic) -> None:
    assert traffic.claim(AgentId('left'), MIDDLE, traffic.mark)


def test_a_new_claim_takes_the_place_of_the_old_one(traffic: Traffic) -> None:
    assert traffic.claim(AgentId('left'), room((-0.9, 0.0, 1.0)), traffic.mark)
    assert traffic.claim(AgentId('right'), room((0.2, 0.0, 1.0)), traffic.mark)


def test_a_released_way_is_free(traffic: Traffic) -> None:
    is_free = traffic.when_free(AgentId('right'), MIDDLE)
    assert [is_free(), is_free()] == [False, False]
    traffic.release(AgentId('left'))
    assert is_free()


def test_a_way_planned_before_another_arm_left_the_room_is_none_any_more(traffic: Traffic) -> None:
    """That arm may have set something down there."""
    since = traffic.mark
    traffic.release(AgentId('left'))
    assert not traffic.claim(AgentId('right'), MIDDLE, since)
    assert traffic.claim(AgentId('right'), MIDDLE, traffic.mark)


def test_who_waits_longer_goes_first(traffic: Traffic) -> None:
    second = traffic.when_free(AgentId('second'), MIDDLE)
    third = traffic.when_free(AgentId('third'), MIDDLE)
    traffic.release(AgentId('left'))
    assert second()
    assert not third()
    assert not traffic.claim(AgentId('late'), MIDDLE, traffic.mark)
    assert traffic.blocker(AgentId('late'), MIDDLE) in ('second', 'third')
    assert traffic.claim(AgentId('second'), MIDDLE, traffic.mark)
    traffic.release(AgentId('second'))
    assert third()


def test_who_stands_away_from_home_goes_before_who_waits_longer(traffic: Traffic) -> None:
    at_home = traffic.when_free(AgentId('second'), MIDDLE)
    away = traffic.when_free(AgentId('third'), MIDDLE, is_away=True)
    traffic.release(AgentId('left'))
    assert away()
    assert not at_home()
    assert not traffic.claim(AgentId('second'), MIDDLE, traffic.mark)
    assert traffic.claim(AgentId('third'), MIDDLE, traffic.mark, is_away=True)


def test_nobody_waits_behind_an_arm_that_is_held() -> None:
    held: set[Any] = set()
    traffic = Traffic(held.__contains__)
    traffic.claim(AgentId('left'), MIDDLE, 0)
    traffic.when_free(AgentId('second'), MIDDLE)
    third = traffic.when_free(AgentId('third'), MIDDLE)
    traffic.release(AgentId('left'))
    assert not third()
    held.add('second')
    assert third()


def test_an_arm_that_waits_has_nothing(traffic: Traffic) -> None:
    traffic.claim(AgentId('right'), room((0.9, 0.0, 1.0)), traffic.mark)
    traffic.when_free(AgentId('right'), MIDDLE)
    assert traffic.under_way == {'left'}


def test_an_arm_waits_for_one_that_stands_and_waits_itself(traffic: Traffic) -> None:
    traffic.when_free(AgentId('second'), MIDDLE)
    gone_on = traffic.when_gone_on(AgentId('third'), 'second')
    assert gone_on is not None
    assert not gone_on()
    traffic.release(AgentId('left'))
    traffic.claim(AgentId('second'), MIDDLE, traffic.mark)
    assert gone_on()


def test_nobody_waits_in_a_circle(traffic: Traffic) -> None:
    traffic.when_free(AgentId('second'), MIDDLE)
    assert traffic.when_gone_on(AgentId('third'), 'second') is not None
    assert traffic.when_gone_on(AgentId('fourth'), 'third') is not None
    assert traffic.when_gone_on(AgentId('third'), 'fourth') is None
    assert traffic.when_gone_on(AgentId('second'), 'fourth') is None


def test_nobody_waits_for_what_does_not_move(traffic: Traffic) -> None:
    assert traffic.when_gone_on(AgentId('right'), 'wall') is None
    assert (
        traffic.when_gone_on(AgentId('right'), 'left') is None
    )  # at home it would stand there as well
