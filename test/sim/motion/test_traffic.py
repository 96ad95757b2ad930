"""Arms claim the room of their whole way before they move."""

import numpy as np
import pytest

from cobot_alloc.sim.motion.swept_volume import points_in_box, swept
from cobot_alloc.sim.motion.traffic import Traffic

SQUARE = (0.0, 0.0, 0.0, 1.0)
ROD = points_in_box((0.6, 0.1, 0.1))


def room(*middles):
    """Return the room of a rod along x that passes some places."""
    return swept([ROD], [np.array([(*middle, *SQUARE) for middle in middles])])


MIDDLE = room((-0.3, 0.0, 1.0))  # from x = -0.6 to 0.0


@pytest.fixture
def traffic():
    traffic = Traffic()
    assert traffic.claim('left', MIDDLE, traffic.mark)
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
def test_a_way_is_free_where_no_two_arms_come_near(traffic, middles, is_free):
    assert (traffic.blocker('right', room(*middles)) is None) == is_free
    assert traffic.claim('right', room(*middles), traffic.mark) == is_free


def test_rooms_without_a_common_cell_keep_the_links_apart():
    """However the grid lies: 1 cm between the surfaces is never given to two."""
    for shift in np.linspace(0.0, 0.1, 23):
        for gap_m in (0.0, 0.005, 0.01):
            traffic = Traffic()
            traffic.claim('left', room((shift, shift, shift)), 0)
            beside = room((shift, shift + 0.1 + gap_m, shift))
            assert not traffic.claim('right', beside, traffic.mark)


def test_an_arm_is_not_in_its_own_way(traffic):
    assert traffic.claim('left', MIDDLE, traffic.mark)


def test_a_new_claim_takes_the_place_of_the_old_one(traffic):
    assert traffic.claim('left', room((-0.9, 0.0, 1.0)), traffic.mark)
    assert traffic.claim('right', room((0.2, 0.0, 1.0)), traffic.mark)


def test_a_released_way_is_free(traffic):
    is_free = traffic.when_free('right', MIDDLE)
    assert [is_free(), is_free()] == [False, False]
    traffic.release('left')
    assert is_free()


def test_a_way_planned_before_another_arm_left_the_room_is_none_any_more(traffic):
    """That arm may have set something down there."""
    since = traffic.mark
    traffic.release('left')
    assert not traffic.claim('right', MIDDLE, since)
    assert traffic.claim('right', MIDDLE, traffic.mark)


def test_who_waits_longer_goes_first(traffic):
    second = traffic.when_free('second', MIDDLE)
    third = traffic.when_free('third', MIDDLE)
    traffic.release('left')
    assert second()
    assert not third()
    assert not traffic.claim('late', MIDDLE, traffic.mark)
    assert traffic.blocker('late', MIDDLE) in ('second', 'third')
    assert traffic.claim('second', MIDDLE, traffic.mark)
    traffic.release('second')
    assert third()


def test_who_stands_away_from_home_goes_before_who_waits_longer(traffic):
    at_home = traffic.when_free('second', MIDDLE)
    away = traffic.when_free('third', MIDDLE, is_away=True)
    traffic.release('left')
    assert away()
    assert not at_home()
    assert not traffic.claim('second', MIDDLE, traffic.mark)
    assert traffic.claim('third', MIDDLE, traffic.mark, is_away=True)


def test_nobody_waits_behind_an_arm_that_is_held():
    held = set()
    traffic = Traffic(held.__contains__)
    traffic.claim('left', MIDDLE, 0)
    traffic.when_free('second', MIDDLE)
    third = traffic.when_free('third', MIDDLE)
    traffic.release('left')
    assert not third()
    held.add('second')
    assert third()


def test_an_arm_that_waits_has_nothing(traffic):
    traffic.claim('right', room((0.9, 0.0, 1.0)), traffic.mark)
    traffic.when_free('right', MIDDLE)
    assert traffic.under_way == {'left'}


def test_an_arm_waits_for_one_that_stands_and_waits_itself(traffic):
    traffic.when_free('second', MIDDLE)
    gone_on = traffic.when_gone_on('third', 'second')
    assert gone_on is not None
    assert not gone_on()
    traffic.release('left')
    traffic.claim('second', MIDDLE, traffic.mark)
    assert gone_on()


def test_nobody_waits_in_a_circle(traffic):
    traffic.when_free('second', MIDDLE)
    assert traffic.when_gone_on('third', 'second') is not None
    assert traffic.when_gone_on('fourth', 'third') is not None
    assert traffic.when_gone_on('third', 'fourth') is None
    assert traffic.when_gone_on('second', 'fourth') is None


def test_nobody_waits_for_what_does_not_move(traffic):
    assert traffic.when_gone_on('right', 'wall') is None
    assert traffic.when_gone_on('right', 'left') is None  # at home it would stand there as well
