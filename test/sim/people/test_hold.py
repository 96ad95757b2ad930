"""An arm holds a part at rest while a person works on it: what counts is a hand at the part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import degrees, hypot
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.engine.transforms import compose, from_euler
from cobot_alloc.sim.kinematics.poses import angle
from cobot_alloc.sim.people.floor_plan import Floor
from cobot_alloc.sim.stations.workhold import Workhold
from cobot_alloc.sim.world import (
    Character,
    Chore,
    ChoreKind,
    ScriptStep,
    ToolKind,
    ToolSpec,
    WorkholdSpec,
)
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.people import PersonSpec

if TYPE_CHECKING:
    from sim.people.conftest import Scene


pytestmark = pytest.mark.sim

WORK_S, PATIENCE_S = 4.0, 5.0
BEFORE = WorkholdSpec(
    station_id='before_ada',
    position=(0.45, -0.45, 0.95),
    side=(0.0, -1.0),
    tilt=0.4,
    work_s=WORK_S,
    patience_s=PATIENCE_S,
)
BESIDE = (0.45, -1.0)  # where somebody stands who works there


@pytest.fixture
def holding_of(scene_of: Callable[..., Scene], small_world: World) -> Callable[..., Scene]:
    """Return a function that makes a scene whose arm can hold the block before somebody."""

    def make(
        *people: PersonSpec,
        workhold: WorkholdSpec = BEFORE,
        tool: ToolKind = ToolKind.SUCTION,
        model: str = 'franka_panda',
        **changes: Any,
    ) -> Scene:
        arm = replace(
            small_world.arms[0],
            model=model,
            skills=frozenset({'pick_place', 'hold'}),
            tools=(ToolSpec(kind=tool),),
        )
        return scene_of(*people, arms=(arm,), workholds=(workhold,), **changes)

    return make


@pytest.fixture
def holding(holding_of: Callable[..., Scene]) -> Scene:
    """Return a scene with somebody helpful, who comes when an arm holds a part still."""
    return holding_of()


@pytest.fixture
def alone(holding_of: Callable[..., Scene], someone: Callable[..., PersonSpec]) -> Scene:
    """Return a scene with somebody who does nothing by themselves."""
    return holding_of(someone(character=Character.INDIFFERENT))


def begin(scene: Scene) -> int:
    return scene.trial.begin('block', 'here', 'there', skill='hold', station='before_ada')


def hold(scene: Scene) -> int:
    """Bring the block to where it is held and return the attempt."""
    fence = begin(scene)
    scene.until(lambda: scene.trial.status().step == 'hold still')
    return fence


def station(scene: Scene):
    return scene.cell._stations.find('before_ada', Workhold)


def worked_s(scene: Scene) -> float:
    return present(station(scene)).worked_s('block')


def lay_hand(scene: Scene) -> None:
    """Have Ada stand there with her hand at the block."""
    person = scene.person()
    person.at = BESIDE
    person.heading = person.heading_to(scene.cell.part_position('block'))
    x, y, z = scene.cell.part_position('block')
    person.reaching = person.to_local((x, y - 0.03, z))


def step_back(scene: Scene) -> None:
    scene.cell.place_person('ada', (-3.0, 0.0))


def end(scene: Scene, fence: int, limit_s: float = 60.0) -> AttemptReport:
    """Let the arm go on whenever it may, and return the report."""

    def is_reported() -> bool:
        scene.cell.resume(AgentId('panda'))
        return any(it.fence == fence for it in scene.trial.reports)

    scene.until(is_reported, limit_s)
    return next(it for it in scene.trial.reports if it.fence == fence)


def problem(report: AttemptReport) -> tuple[Any, Any, Any]:
    return report.status, present(report.failure).phase, present(report.failure).code


def pull_away(scene: Scene) -> None:
    """Pull the block out of the grip, stronger than any cup holds."""
    present(scene.cell._arms[AgentId('panda')].site.gripper).break_grip()


@pytest.mark.parametrize('tool', [ToolKind.SUCTION, ToolKind.TWO_FINGER])
@pytest.mark.parametrize('model', ['franka_panda', 'kuka_iiwa'])
def test_a_person_works_on_it_while_the_arm_stands_still(
    holding_of: Callable[..., Scene], tool: ToolKind, model: str
) -> None:
    scene = holding_of(tool=tool, model=model)
    fence = hold(scene)
    scene.trial.step_for(0.3)
    fastest, held_s = [], []

    def is_done() -> bool:
        fastest.append(scene.fastest())
        held_s.append(scene.is_in_stop_zone() / 240)
        return present(station(scene)).is_done('block')

    scene.until(is_done)
    assert max(fastest) < 0.02  # rad/s: it does not give way
    assert sum(held_s) > WORK_S
    report = end(scene, fence)
    assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
    assert scene.trial.distance('block', 'there') < 0.003
    assert present(report.measurements.min_separation_m) < 0.1
    assert scene.person().at == scene.person().spec.start or not scene.is_in_stop_zone()


def test_it_is_held_in_the_posture_that_the_world_says(alone: Scene) -> None:
    hold(alone)
    alone.trial.step_for(0.3)
    pose = alone.cell._parts.pose('block')
    assert angle(pose, present(station(alone)).pose) < 0.02
    assert pose.position == pytest.approx(BEFORE.position, abs=0.003)
    assert alone.cell._parts.tilt_deg('block') == pytest.approx(degrees(BEFORE.tilt), abs=1.0)
    top = compose(pose.position, pose.orientation, (0, 0, 0.1), (0, 0, 0, 1))[0]
    assert top[1] < pose.position[1] - 0.03  # leaning to the side on which she stands


@pytest.mark.parametrize('side', [(0.0, -1.0), (2.0, -2.0), (1.0, 0.2)])
def test_she_comes_from_the_side_that_the_world_says(
    holding_of: Callable[..., Scene], side: tuple[float, float]
) -> None:
    scene = holding_of(workhold=replace(BEFORE, side=side, tilt=0.0))
    fence = hold(scene)
    scene.until(lambda: worked_s(scene) > 0.0)
    x, y = (at - middle for at, middle in zip(scene.person().at, BEFORE.position, strict=False))
    assert side[0] * x + side[1] * y >= 0.5 * hypot(*side) * hypot(x, y)
    assert end(scene, fence).failure is None


def test_nobody_comes_and_it_is_put_back(alone: Scene) -> None:
    report = end(alone, hold(alone))
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'nobody_came')
    assert (
        'nobody worked on block at before_ada in 5 s; block is at here'
        in present(report.failure).detail
    )
    assert alone.trial.distance('block', 'here') < 0.005
    assert alone.cell._arms[AgentId('panda')].site.body.is_home()


def test_work_that_was_too_short_is_not_done(alone: Scene) -> None:
    fence = hold(alone)
    lay_hand(alone)
    alone.trial.step_for(WORK_S / 2)
    step_back(alone)
    report = end(alone, fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'work_unfinished')
    assert '2.0 s of 4.0 s of work done on block' in present(report.failure).detail
    assert alone.trial.distance('block', 'here') < 0.005


def test_a_hand_that_goes_away_and_comes_back_works_on(alone: Scene) -> None:
    fence = hold(alone)
    for _ in range(4):  # three times a third are not yet all of it
        assert not present(station(alone)).is_done('block')
        lay_hand(alone)
        alone.trial.step_for(WORK_S * 0.3)
        step_back(alone)
        alone.trial.step_for(PATIENCE_S / 2)
    assert present(station(alone)).is_done('block')
    assert end(alone, fence).failure is None


def test_what_was_worked_on_before_counts_at_the_next_try(alone: Scene) -> None:
    fence = hold(alone)
    lay_hand(alone)
    alone.trial.step_for(WORK_S / 2)
    step_back(alone)
    assert present(end(alone, fence).failure).code == 'work_unfinished'
    fence = hold(alone)
    lay_hand(alone)
    alone.trial.step_for(WORK_S / 2 + 0.1)
    step_back(alone)
    assert end(alone, fence).failure is None
    report = alone.trial.do('block', 'there', 'here', skill='hold', station='before_ada')
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, 'already_done')


def test_a_person_beside_it_is_no_hand_at_the_part(alone: Scene) -> None:
    fence = hold(alone)
    alone.cell.place_person('ada', BESIDE)
    alone.trial.step_for(2.0)
    assert worked_s(alone) == 0.0
    x, y, z = alone.cell.part_position('block')
    alone.person().reaching = alone.person().to_local((x, y - 0.15, z))
    alone.trial.step_for(2.0)
    assert worked_s(alone) == 0.0
    step_back(alone)
    assert present(end(alone, fence).failure).code == 'nobody_came'


@pytest.mark.parametrize(('aside_m', 'turned'), [(0.05, 0.0), (0.0, 0.5)])
def test_only_what_is_in_its_pose_is_worked_on(
    alone: Scene, aside_m: float, turned: float
) -> None:
    hold(alone)
    workhold, engine = station(alone), alone.cell._engine
    lay_hand(alone)
    alone.trial.step_for(0.5)
    so_far_s = worked_s(alone)
    assert so_far_s > 0.4
    (x, y, z), turn = workhold.pose.position, workhold.pose.orientation
    about_x = from_euler(turned, 0.0, 0.0)
    turn = compose((0, 0, 0), turn, (0, 0, 0), about_x)[1]
    body = alone.cell._parts.bodies['block']
    engine.bodies.place(body, (x + aside_m, y, z), turn)
    workhold.add_work('block', 1.0)
    assert worked_s(alone) == so_far_s


def test_a_part_that_is_pulled_away_is_dropped(alone: Scene) -> None:
    fence = hold(alone)
    lay_hand(alone)
    alone.trial.step_for(1.0)
    pull_away(alone)
    alone.move('block', (-1.2, 0.8, 0.025))
    alone.trial.step_for(1.0)
    so_far_s = worked_s(alone)
    assert so_far_s < 1.2
    alone.trial.step_for(1.0)
    assert worked_s(alone) == so_far_s  # nothing is held there any more
    step_back(alone)
    report = end(alone, fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'part_dropped')
    assert alone.cell._arms[AgentId('panda')].site.body.is_home()


def test_a_part_that_is_carried_off_after_the_work_is_not_where_it_should_be(alone: Scene) -> None:
    fence = hold(alone)
    lay_hand(alone)
    alone.until(lambda: present(station(alone)).is_done('block'))
    step_back(alone)
    pull_away(alone)
    alone.trial.step_for(0.3)
    present(alone.cell._arms[AgentId('panda')].site.gripper).open()
    alone.cell.move_part('block', 'there')  # where it belongs, but not by the arm
    report = end(alone, fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'part_dropped')


@pytest.mark.parametrize('step', ['retreat', 'return'])
def test_a_part_that_is_moved_after_its_release_is_misplaced(alone: Scene, step: str) -> None:
    fence = hold(alone)
    lay_hand(alone)
    alone.until(lambda: present(station(alone)).is_done('block'))
    step_back(alone)

    def is_there() -> bool:
        alone.cell.resume(AgentId('panda'))
        return alone.trial.status().step == step

    alone.until(is_there)
    alone.cell.move_part('block', 'aside')
    report = end(alone, fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'misplaced')


def test_a_part_that_is_moved_before_it_is_taken_up_is_not_held(alone: Scene) -> None:
    fence = begin(alone)
    alone.trial.reach('lower')
    alone.cell.move_part('block', 'aside')
    assert present(end(alone, fence).failure).code == 'grip_failed'


def test_a_target_that_is_taken_meanwhile_is_found_and_the_part_put_back(alone: Scene) -> None:
    fence = hold(alone)
    alone.cell.move_part('spare', 'there')
    lay_hand(alone)
    alone.until(lambda: present(station(alone)).is_done('block'))
    step_back(alone)
    report = end(alone, fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'target_occupied')
    assert alone.trial.distance('block', 'here') < 0.005


@pytest.mark.parametrize('is_somebody_there', [False, True])
def test_it_can_be_canceled_while_it_holds(alone: Scene, is_somebody_there: bool) -> None:
    fence = hold(alone)
    if is_somebody_there:
        lay_hand(alone)
        alone.trial.step_for(1.0)
    assert alone.cell.cancel(AgentId('panda'), Fence(fence))
    alone.trial.step_for(2.0)
    assert not is_somebody_there or alone.fastest() < 0.02  # it waits until she is away
    step_back(alone)
    report = end(alone, fence)
    assert report.status is AttemptStatus.CANCELED
    assert 'block is at here' in present(report.failure).detail
    assert alone.trial.distance('block', 'here') < 0.005


def test_what_cannot_be_reached_is_refused_before_the_first_motion(
    holding_of: Callable[..., Scene],
) -> None:
    far = replace(BEFORE, position=(0.45, -1.4, 0.95))
    scene = holding_of(workhold=far)
    report = end(scene, begin(scene))
    assert problem(report) == (AttemptStatus.FAILED, Phase.PLANNING, 'unreachable')
    assert report.measurements.path_length_m < 0.05


@pytest.mark.parametrize(
    ('task', 'code'),
    [
        ({'station': 'nowhere'}, 'station_unknown'),
        ({'station': 'before_ada', 'part': 'ghost'}, 'part_unknown'),
        ({'station': 'before_ada', 'source': 'aside'}, 'part_misplaced'),
        ({'station': 'before_ada', 'payload_kg': 9.0}, 'too_heavy'),
    ],
)
def test_an_unmet_precondition_ends_it_before_the_first_motion(
    alone: Scene, task: dict[str, Any], code: str
) -> None:
    report = alone.trial.do(skill='hold', **task)
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, code)


# The chore


def test_the_chore_is_done_when_the_work_is(holding: Scene) -> None:
    fence = begin(holding)
    report = holding.do('assist', part='block', station='before_ada')
    assert (report.person_id, report.is_done, report.detail) == ('ada', True, '')
    assert worked_s(holding) == pytest.approx(WORK_S, abs=0.02)
    assert end(holding, fence).failure is None


def test_she_comes_without_being_asked_when_an_arm_holds_a_part_still(holding: Scene) -> None:
    fence = hold(holding)
    assert end(holding, fence).failure is None
    assert worked_s(holding) >= WORK_S


def test_what_no_arm_holds_cannot_be_worked_on(holding: Scene) -> None:
    with pytest.raises(Refused) as refusal:
        holding.ask('assist', part='block', station='before_ada')
    assert refusal.value.code == 'not_held'
    holding.trial.begin('block', 'here', 'there')  # it is carried, but not held there
    with pytest.raises(Refused) as refusal:
        holding.ask('assist', part='block', station='before_ada')
    assert refusal.value.code == 'not_held'


@pytest.mark.parametrize(
    ('chore', 'code'),
    [
        ({'part': 'block', 'station': 'nowhere'}, 'station_unknown'),
        ({'part': 'ghost', 'station': 'before_ada'}, 'part_unknown'),
    ],
)
def test_what_there_is_not_cannot_be_worked_on(
    holding: Scene, chore: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        holding.ask('assist', **chore)
    assert refusal.value.code == code


def test_work_that_the_arm_gives_up_ends_the_chore(holding: Scene) -> None:
    fence = begin(holding)
    ticket = holding.ask('assist', part='block', station='before_ada')
    holding.until(lambda: worked_s(holding) > 1.0)
    assert holding.cell.cancel(AgentId('panda'), Fence(fence))
    report = holding.until_reported(ticket)
    assert (report.is_done, report.code) == (False, 'not_done')
    assert 's of 4.0 s of work done on block' in report.detail
    assert end(holding, fence).status is AttemptStatus.CANCELED


def test_an_arm_that_does_not_come_to_hold_is_an_answer(
    holding: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('cobot_alloc.sim.people.assisting._HOLD_S', 1.0)
    begin(holding)
    report = holding.do('assist', part='block', station='before_ada')
    assert (report.is_done, report.code) == (False, 'not_held')
    assert holding.person().at == holding.person().spec.start


def test_a_script_can_have_it_done(
    holding_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    chore = Chore(kind=ChoreKind.ASSIST, part='block', station='before_ada')
    ada = someone(
        character=Character.INDIFFERENT, start_after_s=1.0, script=(ScriptStep(chore=chore),)
    )
    scene = holding_of(ada)
    assert end(scene, begin(scene)).failure is None


def test_it_goes_the_same_way_twice(holding_of: Callable[..., Scene]) -> None:
    def played() -> tuple[Any, Floor, tuple[float, float, float], float]:
        scene = holding_of()
        report = end(scene, hold(scene))
        return report, scene.person().at, scene.cell.part_position('block'), scene.cell.now_s

    assert played() == played()
