"""Chores are done in the physics, and what cannot be done is an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import dist
from typing import TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Cylinder
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.world import (
    Character,
    Chore,
    ChoreKind,
    FixtureSpec,
    LocationSpec,
    PartSpec,
    ScriptStep,
)
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.people import PersonSpec

if TYPE_CHECKING:
    from sim.people.conftest import Scene


pytestmark = pytest.mark.sim


def test_a_part_is_put_where_it_belongs(scene: Scene) -> None:
    report = scene.do('put', part='block', location='there')
    assert (report.person_id, report.is_done, report.detail) == ('ada', True, '')
    assert scene.trial.distance('block', 'there') < 0.002
    assert scene.cell._parts.is_at_rest('block')


def test_a_part_is_carried_and_not_conjured(scene: Scene) -> None:
    """From step to step it goes as far as a hand goes, and no farther."""
    ticket, seen = scene.ask('put', part='block', location='there'), []
    scene.until(lambda: seen.append(scene.cell.part_position('block')) or ticket in scene.reports)
    steps = [dist(here, there) * 240 for here, there in pairwise(seen)]
    assert max(steps) < 4.0  # metres per second: a hand at 2.0, and what a constraint overshoots
    assert max(z for _, _, z in seen) > 0.9


@pytest.mark.parametrize(
    ('at', 'turned'),
    [
        ((-1.2, 0.8, 0.025), (0.0, 0.0, 0.6)),  # on the floor
        ((0.40, 0.30, 0.725), (1.5708, 0.0, 0.4)),  # on its side
        ((0.60, -0.05, 0.725), (0.0, 0.0, 0.3)),
    ],
)
def test_a_part_is_taken_from_where_it_lies_and_stood_upright(
    scene: Scene, at: tuple[float, float, float], turned: tuple[float, float, float]
) -> None:
    scene.move('block', at, turned)
    scene.trial.step_for(0.5)
    assert scene.do('put', part='block', location='here').is_done
    assert scene.trial.distance('block', 'here') < 0.002
    assert scene.cell._parts.tilt_deg('block') < 0.5


def test_an_arm_can_go_on_with_what_was_put_back(scene: Scene) -> None:
    scene.move('block', (0.6, 0.0, 0.725))
    assert present(scene.trial.do().failure).code == 'part_misplaced'
    assert scene.do('put', part='block', location='here').is_done
    scene.until(lambda: scene.person().at == (-3.0, 0.0))  # she goes back to where she was
    scene.until(lambda: scene.cell.resume(AgentId('panda')))
    assert scene.trial.do().status is AttemptStatus.SUCCEEDED


def test_a_part_that_is_not_in_the_cell_is_brought_from_outside(scene: Scene) -> None:
    scene.cell._parts.put('block', (100.0, 100.0, 0.0))
    assert scene.do('put', part='block', location='here').is_done
    assert scene.trial.distance('block', 'here') < 0.002


def test_what_is_so_already_is_done_without_a_step(scene: Scene) -> None:
    assert scene.do('put', part='block', location='here').is_done
    assert scene.cell.now_s < 0.1
    assert scene.person().at == (-3.0, 0.0)


@pytest.mark.parametrize(
    ('chore', 'code'),
    [
        ({'part': 'ghost', 'location': 'there'}, 'part_unknown'),
        ({'part': 'block', 'location': 'nowhere'}, 'location_unknown'),
        ({'part': 'spare', 'location': 'here'}, 'location_occupied'),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(
    scene: Scene, chore: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        scene.ask('put', **chore)
    assert refusal.value.code == code


def test_a_part_in_an_arm_s_grip_is_refused(scene: Scene) -> None:
    scene.trial.begin()
    scene.trial.reach('carry')
    with pytest.raises(Refused, match='panda holds block') as refusal:
        scene.ask('put', part='block', location='aside')
    assert refusal.value.code == 'part_held'


def test_what_is_too_heavy_for_a_person_is_refused(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    heavy = PartSpec(part_id='block', at='here', size=(0.1, 0.1, 0.1), mass_kg=12.0)
    scene = scene_of(parts=(heavy,))
    with pytest.raises(Refused, match=r'12\.00 kg, ada lifts 10\.00 kg'):
        scene.ask('put', part='block', location='there')
    strong = scene_of(someone(lifts_kg=15.0), parts=(heavy,))
    assert strong.do('put', part='block', location='there').is_done


@pytest.mark.parametrize('character', [Character.INDIFFERENT, Character.ANTAGONISTIC])
def test_who_is_not_helpful_does_no_chores(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec], character: Character
) -> None:
    with pytest.raises(Refused) as refusal:
        scene_of(someone(character=character)).ask('put', part='block', location='there')
    assert refusal.value.code == 'nobody_helpful'


def test_one_chore_at_a_time(scene: Scene) -> None:
    scene.ask('put', part='block', location='there')
    with pytest.raises(Refused, match='ada is at put block') as refusal:
        scene.ask('put', part='spare', location='aside')
    assert refusal.value.code == 'nobody_free'


def test_two_people_do_two_chores(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    scene = scene_of(someone(), someone(person_id='bob', start=(3.0, 1.0)))
    first = scene.ask('put', part='block', location='there')
    second = scene.ask('put', part='spare', location='aside')
    reports = [scene.until_reported(it) for it in (first, second)]
    assert [(it.person_id, it.is_done) for it in reports] == [('ada', True), ('bob', True)]
    assert scene.trial.distance('spare', 'aside') < 0.002


def test_a_place_that_was_taken_meanwhile_is_a_refusal_and_the_part_goes_back(
    scene: Scene,
) -> None:
    ticket = scene.ask('put', part='block', location='there')
    scene.until(lambda: scene.person().hand.part == 'block')
    scene.cell.move_part('spare', 'there')
    report = scene.until_reported(ticket)
    assert (report.is_done, report.code) == (False, 'location_occupied')
    scene.until(lambda: scene.person().hand.part is None)
    scene.trial.step_for(0.5)
    assert scene.trial.distance('block', 'here') < 0.002


def test_a_part_knocked_away_as_it_is_let_go_is_not_done(scene: Scene) -> None:
    ticket = scene.ask('put', part='block', location='there')
    scene.until(lambda: scene.person().hand.part == 'block')
    scene.until(lambda: scene.person().hand.part is None)
    scene.move('block', (0.55, -0.20, 0.725))
    report = scene.until_reported(ticket)
    assert (report.is_done, report.code) == (False, 'not_in_place')
    assert '0.10' in report.detail


def test_nobody_reaches_past_a_moving_arm(
    scene_of: Callable[..., Scene], small_world: World
) -> None:
    """Where no zone stops it, a helpful person waits until the arm is at rest."""
    tiny = Cylinder(center=(0.0, 0.0, 5.0), radius_m=0.1, height_m=0.1)
    scene = scene_of(zones=tuple(replace(it, volume=tiny) for it in small_world.zones))
    scene.move('spare', (0.6, 0.3, 0.725))
    ticket = scene.ask('put', part='spare', location='aside')
    scene.until(lambda: scene.person().at != (-3.0, 0.0))
    scene.trial.begin()
    moved, reached = 0, 0
    while ticket not in scene.reports:
        scene.step()
        moved += scene.fastest() > 0.1
        if reached == 0 and scene.person().reaching is not None:
            reached = scene.cell.now_s
            assert scene.fastest() < 0.05
    assert moved > 240
    assert scene.reports[ticket].is_done


def test_a_script_may_have_chores(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    chore = Chore(kind=ChoreKind.PUT, part='block', location='aside')
    script = (ScriptStep(chore=chore), ScriptStep(to=(-3.0, 1.0), stay_s=1.0))
    scene = scene_of(someone(script=script, character=Character.INDIFFERENT))
    scene.until(lambda: scene.person().at == (-3.0, 1.0))
    assert scene.trial.distance('block', 'aside') < 0.002


def test_whoever_follows_a_script_helps_and_goes_on_with_it(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    script = (ScriptStep(to=(-3.0, 4.0), stay_s=1.0), ScriptStep(to=(-3.0, -4.0), stay_s=1.0))
    scene = scene_of(someone(script=script))
    scene.trial.step_for(1.0)
    left = scene.person().at
    assert scene.do('put', part='block', location='there').is_done
    scene.until(lambda: dist(scene.person().at, left) < 0.05)
    scene.until(lambda: scene.person().at == (-3.0, 4.0))
    scene.until(lambda: scene.person().at == (-3.0, -4.0))


def test_nobody_reaches_through_a_wall(scene_of: Callable[..., Scene]) -> None:
    """A second table top, 8 cm above the first one."""
    bench = FixtureSpec(fixture_id='bench', urdf='bench.urdf', position=(0.2, 0.0, 0.0))
    lid = FixtureSpec(fixture_id='lid', urdf='bench.urdf', position=(0.2, 0.0, 0.12))
    scene = scene_of(fixtures=(bench, lid))
    report = scene.do('put', part='block', location='there')
    assert (report.is_done, report.code) == (False, 'unreachable')
    assert scene.trial.distance('block', 'here') < 0.002


def test_nobody_sets_a_part_down_through_an_arm(scene: Scene) -> None:
    """The arm has stopped over the place; what is put there would push it aside."""
    scene.move('spare', (0.6, 0.3, 0.725))
    scene.trial.begin('block', 'here', 'there')
    scene.trial.reach('lift')
    scene.until(lambda: scene.trial.distance('block', 'here') > 0.06)
    scene.cell.set_cell_mode(SafetyMode.STOPPED)
    ticket = scene.ask('put', part='spare', location='here')
    report = scene.until_reported(ticket)
    assert (report.is_done, report.code) == (False, 'arm_in_the_way')


def test_nothing_is_put_in_the_air(scene_of: Callable[..., Scene], small_world: World) -> None:
    air = LocationSpec(name='air', position=(0.4, 0.0, 1.0))
    scene = scene_of(locations=(*small_world.locations, air))
    with pytest.raises(Refused, match='nothing at air to put block on') as refusal:
        scene.ask('put', part='block', location='air')
    assert refusal.value.code == 'nothing_there'
