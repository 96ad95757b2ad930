"""Arms among walls, parked parts and each other: every way is judged by the physics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import dist
import random
import re
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.application.comparison import Comparison
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, CellId
from cobot_alloc.sim.world import ArmSpec, LocationSpec, PartSpec, World
from cobot_alloc.sim.world.places import FixtureSpec

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim


class Touch:
    """Looks in every eighth step whether an arm or its part comes near some bodies."""

    def __init__(
        self,
        trial: Trial,
        *others: Sequence[Comparison],
        agent: str = 'panda',
        part: str = 'block',
    ) -> None:
        self._trial, self._others = trial, others
        cell = trial.cell
        self._movers = cell._arms[AgentId(agent)].site.body.body, cell._parts.bodies[part]
        self._steps = 0
        self.gap_m = float('inf')

    def finish(self, fence: int, limit_s: float = 40.0) -> AttemptReport:
        def is_over() -> bool:
            self._steps += 1
            if self._steps % 8 == 0:
                self._look()
            return any(it.fence == fence for it in self._trial.reports)

        self._trial.step_until(is_over, limit_s)
        return self._trial.reports[-1]

    def _look(self) -> None:
        for mover in self._movers:
            for other in self._others:
                gap_m = self._trial.cell._engine.distances.between_m(mover, other, 0.3)
                self.gap_m = min(self.gap_m, gap_m)


def body_of(trial: Trial, fixture: str) -> int:
    return next(body for body, name in trial.cell._scenery.names.items() if name == fixture)


def test_a_part_is_carried_round_a_wall(
    trial_of: Callable[..., Trial],
    with_fixtures: Callable[..., World],
    wall: Callable[..., FixtureSpec],
) -> None:
    fence = wall('fence', (0.4, 0.02, 0.45), (0.60, 0.0, 0.93))
    trial = trial_of(with_fixtures(fence)).ready()
    touch = Touch(trial, body_of(trial, 'fence'))
    report = touch.finish(trial.begin())
    assert report.failure is None
    assert trial.distance('block', 'there') < 0.002
    assert touch.gap_m > 0.003  # planned at 0.010, less what the arm lags behind


def test_a_parked_part_is_gone_round(
    trial_of: Callable[..., Trial], small_world: World, post: PartSpec
) -> None:
    trial = trial_of(parts=(*small_world.parts, post)).ready()
    stood = trial.cell.part_position('post')
    touch = Touch(trial, trial.cell._parts.bodies['post'])
    assert touch.finish(trial.begin()).failure is None
    assert touch.gap_m > 0.003
    assert dist(trial.cell.part_position('post'), stood) < 1e-3


def test_a_part_that_is_walled_in_is_refused_by_the_wall_s_name(
    trial_of: Callable[..., Trial],
    with_fixtures: Callable[..., World],
    wall: Callable[..., FixtureSpec],
) -> None:
    lid = wall('lid', (0.3, 0.3, 0.02), (0.40, 0.25, 0.85))
    trial = trial_of(with_fixtures(lid)).ready()
    before = trial.status().joint_positions
    report = trial.do()
    assert report.status is AttemptStatus.FAILED
    assert (present(report.failure).phase, present(report.failure).code) == (
        Phase.PLANNING,
        'blocked',
    )
    assert 'lid stands in the way' in present(report.failure).detail
    assert trial.status().joint_positions == pytest.approx(before, abs=1e-3)
    trial.cell.step()
    assert trial.status().task_id is None


def test_a_target_behind_a_wall_is_refused_before_anything_is_gripped(
    trial_of: Callable[..., Trial],
    with_fixtures: Callable[..., World],
    wall: Callable[..., FixtureSpec],
) -> None:
    lid = wall('lid', (0.3, 0.3, 0.02), (0.45, -0.20, 0.85))
    trial = trial_of(with_fixtures(lid)).ready()
    report = trial.do()
    assert (present(report.failure).phase, present(report.failure).code) == (
        Phase.PLANNING,
        'blocked',
    )
    assert 'lid' in present(report.failure).detail
    assert trial.distance('block', 'here') < 0.002


def facing(gap_m: float, seed: int, table: FixtureSpec) -> World:
    """Two arms that face each other across a bench, and parts that both can reach."""
    rows = {
        'middle': [(gap_m / 2, y) for y in (-0.30, -0.15, 0.0, 0.15, 0.30)],
        'left': [(0.30, y) for y in (-0.35, 0.35)],
        'right': [(gap_m - 0.30, y) for y in (-0.35, 0.35)],
    }
    places = tuple(
        LocationSpec(name=f'{row}_{number}', position=(x, y, 0.70))
        for row, at in rows.items()
        for number, (x, y) in enumerate(at)
    )
    arm: dict[str, Any] = {'skills': frozenset({'pick_place'}), 'payload_kg': 3.0, 'reach_m': 0.8}
    return World(
        cell=CellId('facing'),
        seed=seed,
        arms=(
            ArmSpec(agent_id=AgentId('left'), model='franka_panda', base=(0.0, 0.0, 0.7), **arm),
            ArmSpec(
                agent_id=AgentId('right'),
                model='kuka_iiwa',
                base=(gap_m, 0.0, 0.7),
                yaw=3.14159,
                **arm,
            ),
        ),
        fixtures=(table,),
        locations=places,
        parts=(
            PartSpec(part_id='a', at='left_0'),
            PartSpec(part_id='b', at='middle_2'),
            PartSpec(part_id='c', at='right_1'),
        ),
    )


class Crossing:
    """Two arms that carry parts about at random, across each other's room."""

    def __init__(self, trial: Trial, seed: int) -> None:
        self.trial, self._draw = trial, random.Random(seed)
        self.at = {part.part_id: part.at for part in trial.cell.world.parts}
        self.gap_m, self.waits = float('inf'), 0
        self.codes: list[Any] = []
        self._bodies = [arm.site.body.body for arm in trial.cell._arms.values()]
        self._busy: dict[Any, Any] = {}

    def run(self, count: int) -> None:
        steps = begun = 0
        while begun < count or self._busy:
            for agent in self.trial.cell.arm_ids:
                if begun < count and agent not in self._busy:
                    begun += self._begin(agent)
            self.trial.cell.step()
            steps += 1
            for report in self.trial.cell.take_reports():
                part, target = self._busy.pop(report.agent_id)
                self.codes.append(report.failure.code if report.failure else 'done')
                if report.failure is None:
                    self.at[part] = target
            if steps % 12 == 0:
                self._look()
            assert self.trial.cell.now_s < 20.0 * count, 'they wait for each other for ever'

    def _begin(self, agent: AgentId) -> int:
        mine = ('middle', agent)
        parts = [
            part
            for part, at in self.at.items()
            if at.startswith(mine) and part not in [busy[0] for busy in self._busy.values()]
        ]
        taken = {*self.at.values(), *(target for _, target in self._busy.values())}
        free = [
            place.name
            for place in self.trial.cell.world.locations
            if place.name.startswith(mine) and place.name not in taken
        ]
        if not parts or not free:
            return 0
        part, target = self._draw.choice(parts), self._draw.choice(free)
        self.trial.begin(part, self.at[part], target, agent=agent)
        self._busy[agent] = part, target
        return 1

    def _look(self) -> None:
        gap_m = self.trial.cell._engine.distances.between_m(*self._bodies, 0.2)
        self.gap_m = min(self.gap_m, gap_m)
        self.waits += any(
            self.trial.status(agent).step.startswith('wait for') for agent in self._busy
        )


@pytest.fixture
def table(wall: Callable[..., FixtureSpec]) -> FixtureSpec:
    return wall('table', (2.0, 1.2, 0.10), (0.55, 0.0, 0.65))


@pytest.mark.parametrize('seed', range(4))
def test_two_arms_in_one_room_take_turns_and_both_finish(
    trial_of: Callable[..., Trial], table: FixtureSpec, seed: int
) -> None:
    crossing = Crossing(trial_of(facing(1.1, seed, table)).ready(), seed)
    crossing.run(8)
    assert crossing.codes.count('done') == len(crossing.codes) >= 8
    assert crossing.waits > 0  # they did want the same room
    assert crossing.gap_m > 0.005


def test_an_arm_that_waits_says_for_whom(
    trial_of: Callable[..., Trial], table: FixtureSpec
) -> None:
    trial = trial_of(facing(1.1, 0, table)).ready()
    trial.begin('a', 'left_0', 'middle_3', agent='left')
    trial.reach('approach', agent='left')
    fence = trial.begin('b', 'middle_2', 'middle_4', agent='right')
    trial.reach('wait for left to clear the way', agent='right')
    assert trial.finish(fence).failure is None


def test_an_arm_stuck_with_a_part_in_its_grip_is_an_obstacle(
    trial_of: Callable[..., Trial], table: FixtureSpec
) -> None:
    trial = trial_of(facing(1.1, 0, table)).ready()
    fence = trial.begin('b', 'middle_2', 'left_1', agent='left')
    trial.reach('carry', agent='left')
    trial.cell._arms[AgentId('left')].site.body.stall()
    report = trial.finish(fence)
    assert present(report.failure).code == 'not_following'
    report = trial.do('c', 'right_1', 'middle_2', agent='right')
    assert (present(report.failure).phase, present(report.failure).code) == (
        Phase.PLANNING,
        'blocked',
    )
    assert re.search('(left|b) stands in the way', present(report.failure).detail)


def test_an_arm_that_did_not_follow_goes_on_from_where_it_stands(trial: Trial) -> None:
    fence = trial.begin()
    trial.reach('carry')
    trial.cell._arms[AgentId('panda')].site.body.stall()
    assert present(trial.finish(fence).failure).code == 'not_following'
    trial.cell.set_right('panda')
    speeds = []
    fence = trial.begin()
    trial.step_until(
        lambda: (
            speeds.append(max(map(abs, trial.status().joint_velocities)))
            or trial.status().step == 'plan'
        )
    )
    trial.step_for(0.05)
    assert max(speeds) < 0.1
    assert trial.finish(fence).failure is None  # it put the part back first
