"""Arms claim their way before they move."""

import pytest

from cobot_alloc.sim.motion.traffic import sweep, Traffic

LEFT, RIGHT = (-0.6, 0.0, 0.7), (0.6, 0.0, 0.7)
MIDDLE = sweep(LEFT, [(-0.3, 0.0, 1.0), (0.0, 0.0, 1.0)])


@pytest.fixture
def traffic():
    traffic = Traffic()
    assert traffic.claim('left', MIDDLE)
    return traffic


@pytest.mark.parametrize(
    ('tools', 'is_free'),
    [
        ([(0.0, 0.1, 1.0)], False),  # 0.1 m beside the other's tool
        ([(0.3, 0.0, 1.0)], True),  # 0.3 m in front of it
        ([(0.1, 0.3, 1.0)], True),
        ([(-0.2, 0.1, 1.0)], False),  # beside the other's arm
        ([(0.4, 0.3, 1.0), (0.1, 0.05, 1.0)], False),  # only at one moment
    ],
)
def test_a_way_is_free_where_no_two_arms_come_near(traffic, tools, is_free):
    way = sweep(RIGHT, tools)
    assert (traffic.blocker('right', way) is None) == is_free
    assert traffic.claim('right', way) == is_free


def test_crossing_arms_are_in_conflict_though_their_ends_are_apart(traffic):
    across = sweep((-0.3, -0.6, 0.7), [(-0.3, 0.6, 1.0)])
    assert traffic.blocker('right', across) == 'left'


def test_an_arm_is_not_in_its_own_way(traffic):
    assert traffic.claim('left', MIDDLE)


def test_a_released_way_is_free(traffic):
    is_free = traffic.when_free('right', sweep(RIGHT, [(0.0, 0.1, 1.0)]))
    assert [is_free(), is_free()] == [False, False]
    traffic.release('left')
    assert is_free()


def test_claims_add_up(traffic):
    assert traffic.claim('left', sweep(LEFT, [(-0.6, 0.5, 1.0)]))
    assert traffic.blocker('right', sweep(RIGHT, [(0.0, 0.1, 1.0)])) == 'left'
