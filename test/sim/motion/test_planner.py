"""The planner by itself: straight lines, ways round things, and why there is none."""

from __future__ import annotations

from collections.abc import Callable
from math import dist
from typing import Any, TYPE_CHECKING

import numpy as np
import pytest
from support.plans import as_blocked, as_found
from support.present import present

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.motion.requests import PlanFailure, PlannedPath, Segment
from cobot_alloc.sim.motion.swept_volume import CELL_M
from cobot_alloc.sim.motion.trajectory import SAMPLE_S, Trajectory
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.places import FixtureSpec

if TYPE_CHECKING:
    from sim.motion.conftest import Asker


pytestmark = pytest.mark.sim

FREE = Segment(name='go')
HOME = Segment(name='home')


@pytest.fixture
def over_there(pose_at: Callable[..., Pose]) -> Segment:
    return Segment(name='there', to=pose_at(0.45, -0.30, 0.95))


def nearest_m(
    ask: Asker, trajectories: tuple[Trajectory, ...] | Any, name: str, agent: str = 'panda'
) -> float:
    """Return the smallest distance of an arm on its way from a fixture, measured on its own."""
    body = ask.cell._arms[AgentId(agent)].site.body.body
    engine = ask.cell._engine
    wall = next(it for it, known in ask.cell._scenery.names.items() if known == name)
    joints = ask.cell._arms[AgentId(agent)].site.body.chain.joints
    gaps = []
    for trajectory in trajectories:
        for posture in trajectory.postures[::2]:
            for joint, angle in zip(joints, posture, strict=True):
                engine.joints.put(body, joint, angle)
            gaps.append(min(engine.distances.between_m(body, wall, 1.0), 1.0))
    return min(gaps)


def test_a_line_is_straight(
    asker: Callable[[World], Asker],
    small_world: World,
    cup_at: Callable[..., Pose],
    pose_at: Callable[..., Pose],
) -> None:
    ask = asker(small_world)
    above, down = pose_at(0.4, 0.25, 1.0), pose_at(0.4, 0.25, 0.78)
    found = ask(
        (Segment(name='go', to=above), Segment(name='lower', to=down, straight=True), HOME)
    )
    cups = [cup_at(ask.planner, q).position for q in found.trajectories[1].postures]
    assert all(dist(cup[:2], (0.4, 0.25)) < 5e-4 for cup in cups)
    assert dist(cups[0], above.position) < 5e-4
    assert dist(cups[-1], down.position) < 5e-4


def test_a_line_passes_its_vias_without_stopping_at_a_steady_speed(
    asker: Callable[[World], Asker],
    small_world: World,
    cup_at: Callable[..., Pose],
    pose_at: Callable[..., Pose],
) -> None:
    ask = asker(small_world)
    corners = [pose_at(0.4, 0.15, 0.9), pose_at(0.5, 0.15, 0.9), pose_at(0.5, 0.0, 0.9)]
    bead = Segment(name='bead', to=corners[2], via=(corners[1],), straight=True, speed_mps=0.05)
    found = ask((Segment(name='go', to=corners[0]), bead, HOME))
    run = found.trajectories[1]
    cups = np.array([cup_at(ask.planner, q).position for q in run.postures])
    assert min(dist(cup, corners[1].position) for cup in cups) < 1e-3
    speeds = np.linalg.norm(np.diff(cups, axis=0), axis=1) / SAMPLE_S
    inner = speeds[int(0.2 / SAMPLE_S) : -int(0.2 / SAMPLE_S)]
    assert inner.max() < 0.0525
    assert inner.min() > 0.04  # it slows a little where it turns a corner
    assert run.duration_s == pytest.approx(0.25 / 0.05, rel=0.05)


def test_a_way_goes_round_a_wall(
    asker: Callable[[World], Asker],
    with_fixtures: Callable[..., World],
    wall: Callable[..., FixtureSpec],
    over_there: Segment,
    pose_at: Callable[..., Pose],
) -> None:
    fence = wall('fence', (0.4, 0.02, 0.45), (0.60, 0.0, 0.93))
    ask = asker(with_fixtures(fence))
    here = Segment(name='here', to=pose_at(0.45, 0.30, 0.95))
    found = ask((here, over_there, HOME))
    assert isinstance(found, PlannedPath)
    assert nearest_m(ask, found.trajectories, 'fence') > 0.008


def test_without_the_wall_the_way_is_straight_through_the_joints(
    asker: Callable[[World], Asker],
    small_world: World,
    over_there: Segment,
    pose_at: Callable[..., Pose],
) -> None:
    ask = asker(small_world)
    here = Segment(name='here', to=pose_at(0.45, 0.30, 0.95))
    across = ask((here, over_there, HOME)).trajectories[1]
    share = np.array([across.fraction(at) for at in np.linspace(0, across.duration_s, 50)])
    line = across.start + (across.end - across.start) * share[:, None]
    played = np.array([across.sample(at)[0] for at in np.linspace(0, across.duration_s, 50)])
    assert np.abs(played - line).max() < 0.02


def test_what_is_walled_in_is_refused_by_the_name_of_the_wall(
    asker: Callable[[World], Asker],
    with_fixtures: Callable[..., World],
    wall: Callable[..., FixtureSpec],
    pose_at: Callable[..., Pose],
) -> None:
    lid = wall('lid', (0.3, 0.3, 0.02), (0.4, 0.25, 0.90))
    down = Segment(name='lower', to=pose_at(0.4, 0.25, 0.78), straight=True)
    answer = asker(with_fixtures(lid))(
        (Segment(name='go', to=pose_at(0.4, 0.25, 1.0)), down, HOME)
    )
    assert isinstance(answer, PlanFailure)
    assert (answer.code, answer.obstacle) == ('blocked', 'lid')
    assert answer.detail.startswith('lower: lid stands in the way to (0.400, 0.250, 0.780) m')


def test_a_goal_inside_something_is_blocked_by_it(
    asker: Callable[[World], Asker], small_world: World, pose_at: Callable[..., Pose]
) -> None:
    answer = asker(small_world)((Segment(name='go', to=pose_at(0.4, 0.0, 0.66)), HOME))
    assert (answer.code, answer.obstacle) == ('blocked', 'bench')


def test_what_is_out_of_reach_is_unreachable(
    asker: Callable[[World], Asker], small_world: World, pose_at: Callable[..., Pose]
) -> None:
    answer = asker(small_world)((Segment(name='go', to=pose_at(1.4, 0.0, 0.9)), HOME))
    assert (answer.code, answer.obstacle) == ('unreachable', '')
    assert '1.41 m from the base' in answer.detail


def test_no_ways_are_no_way(asker: Callable[[World], Asker], small_world: World) -> None:
    assert as_blocked(asker(small_world)()).code == 'unreachable'


def test_the_next_way_is_taken_where_the_first_is_blocked(
    asker: Callable[[World], Asker],
    with_fixtures: Callable[..., World],
    wall: Callable[..., FixtureSpec],
    pose_at: Callable[..., Pose],
) -> None:
    lid = wall('lid', (0.3, 0.3, 0.02), (0.4, 0.25, 0.90))
    ask = asker(with_fixtures(lid))
    paths = [
        (
            Segment(name='go', to=pose_at(*above)),
            Segment(name='lower', to=pose_at(*to), straight=True),
        )
        for above, to in (
            ((0.40, 0.25, 1.0), (0.40, 0.25, 0.78)),
            ((0.45, -0.2, 1.0), (0.45, -0.2, 0.78)),
        )
    ]
    assert ask(*paths).path == 1


def test_what_may_be_touched_may_not_be_gone_through(
    asker: Callable[[World], Asker],
    with_fixtures: Callable[..., World],
    wall: Callable[..., FixtureSpec],
    pose_at: Callable[..., Pose],
) -> None:
    lid = wall('lid', (0.3, 0.3, 0.02), (0.4, 0.25, 0.90))
    touching = frozenset({'lid'})

    def lower_to(z: float) -> tuple[Segment, Segment, Segment]:
        down = Segment(name='lower', to=pose_at(0.4, 0.25, z), straight=True, touching=touching)
        return (Segment(name='go', to=pose_at(0.4, 0.25, 1.05)), down, HOME)

    ask = asker(with_fixtures(lid))
    assert isinstance(ask(lower_to(0.912)), PlannedPath)
    assert ask(lower_to(0.88)).obstacle == 'lid'


def test_an_answer_does_not_depend_on_what_was_asked_before(
    asker: Callable[[World], Asker],
    with_fixtures: Callable[..., World],
    wall: Callable[..., FixtureSpec],
    over_there: Segment,
    pose_at: Callable[..., Pose],
) -> None:
    ask = asker(with_fixtures(wall('fence', (0.4, 0.02, 0.45), (0.60, 0.0, 0.93))))
    here = Segment(name='here', to=pose_at(0.45, 0.30, 0.95))
    first = ask((here, over_there, HOME))
    ask((Segment(name='other', to=pose_at(0.3, -0.35, 0.9)), HOME))
    ask((Segment(name='none', to=pose_at(0.4, 0.0, 0.66)), HOME))
    again = ask((here, over_there, HOME))
    assert first.effort == again.effort
    for a, b in zip(as_found(first).trajectories, as_found(again).trajectories, strict=True):
        assert np.array_equal(a.postures, b.postures)


def test_an_arm_does_not_run_into_itself(
    asker: Callable[[World], Asker], small_world: World
) -> None:
    """Folded right back its tool would be inside its own base."""
    ask = asker(small_world)
    folded = ask.planner._reaches[AgentId('panda')].tool_pose(
        np.array([0.0, 1.5, 0.0, -3.0, 0.0, 1.6, 0.785]), None
    )
    answer = ask((Segment(name='fold', to=folded), HOME))
    if isinstance(answer, PlanFailure):
        assert answer.obstacle in ('panda', 'bench')
    else:
        gaps = own_gaps(ask, answer.trajectories[0].end)
        assert min(gaps) > 0.0


def own_gaps(ask: Asker, posture):
    body, engine = ask.site.body.body, ask.cell._engine
    for joint, angle in zip(ask.site.body.chain.joints, posture, strict=True):
        engine.joints.put(body, joint, angle)
    names = ask.site.body.chain.links
    tool = names['tool/suction/suction_cup']
    return [
        engine.distances.between_m(body, body, 2.0, tool, link)
        for link in (-1, names['panda_link1'], names['panda_link2'])
    ]


def test_the_room_of_a_way_holds_the_whole_arm(
    asker: Callable[[World], Asker], small_world: World, over_there: Segment
) -> None:
    """Every point of the cup on its way, and of the part of the arm that stays at home."""
    ask = asker(small_world)
    found = ask((over_there, HOME))
    known = set(as_found(found).room.tolist())
    reach = ask.planner._reaches[AgentId('panda')]
    for posture in as_found(found).trajectories[0].postures[::10]:
        x, y, z = np.array(reach.tool_pose(posture, None).position)
        index = np.floor(np.array([x, y, z + 0.02]) / CELL_M).astype(int)
        cells = [
            ((index[0] + i + (1 << 19)) << 40)
            + ((index[1] + j + (1 << 19)) << 20)
            + (index[2] + k + (1 << 19))
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            for k in (-1, 0, 1)
        ]
        assert known & set(cells)


def test_a_part_is_carried_about_level(
    asker: Callable[[World], Asker],
    with_fixtures: Callable[..., World],
    wall: Callable[..., FixtureSpec],
    cup_at: Callable[..., Pose],
    pose_at: Callable[..., Pose],
) -> None:
    """Round a wall as well, where the arm has to leave the straight way."""
    ask = asker(with_fixtures(wall('fence', (0.34, 0.02, 0.90), (0.55, 0.0, 1.15))))
    grasp = present(ask.site.gripper).grasps('block')[0]
    seat = pose_at(0.40, 0.25, 0.752)
    touching = frozenset({'block', 'bench'})
    found = ask(
        (
            Segment(name='go', to=seat, touching=touching),
            Segment(
                name='lift',
                to=pose_at(0.4, 0.25, 0.95),
                straight=True,
                grasp=grasp,
                touching=touching,
            ),
            Segment(name='carry', to=pose_at(0.45, -0.2, 0.95), grasp=grasp),
            HOME,
        )
    )
    leans = []
    for posture in as_found(found).trajectories[2].postures[::5]:
        x, y, _, _ = cup_at(ask.planner, posture).orientation
        leans.append(np.degrees(np.arccos(min(1.0, 2 * (x * x + y * y) - 1))))
    assert max(leans) < 46.0
    assert nearest_m(ask, as_found(found).trajectories[2:3], 'fence') > 0.008
