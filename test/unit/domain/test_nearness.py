"""A person near an arm: plans reckon with its standing still."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, PlayedCell

from cobot_alloc.domain.allocation.cell_problem import cell_problem
from cobot_alloc.domain.geometry import Cylinder
from cobot_alloc.domain.identifiers import AgentId, TaskId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.nearness import stilled_by
from cobot_alloc.domain.scheduling.dispatch import dispatch_schedule
from cobot_alloc.domain.scheduling.feasibility import violations
from cobot_alloc.domain.scheduling.policy import MAKESPAN
from cobot_alloc.domain.zone import Zone

PLACES = {'near': (0.5, 0.0, 0.7), 'far': (3.0, 0.0, 0.7), 'shelf': (4.0, 0.0, 0.7)}


def zone(mode: SafetyMode, radius_m: float) -> Zone:
    volume = Cylinder(center=(0.0, 0.0, 0.0), radius_m=radius_m, height_m=2.0)
    return Zone(zone_id=ZoneId(mode.value), agent_id=AgentId('panda'), mode=mode, volume=volume)


@pytest.fixture
def bench() -> PlayedCell:
    """Return an arm that is held, with a zone that stops it, and a person who can fetch."""
    cell = a_running_cell(
        an_arm(reach_m=9.0),
        attended=False,
        locations=PLACES,
        zones=(zone(SafetyMode.REDUCED, 5.0), zone(SafetyMode.STOPPED, 1.0)),
    )
    cell.hear(an_arm(reach_m=9.0), held=True)
    cell.sign_on(a_person(skills=frozenset({'pick_place'})))
    return cell


@pytest.mark.parametrize(
    ('source', 'target', 'arms'),
    [('near', 'far', ('panda',)), ('shelf', 'near', ('panda',)), ('shelf', 'far', ())],
)
def test_who_reaches_into_a_stop_zone_stills_its_arm(
    bench: PlayedCell, source: str, target: str, arms: tuple[str]
) -> None:
    """Whichever end is in it; a zone that only slows the arm does not count."""
    task = a_task('t', source=source, target=target)
    assert stilled_by(task, bench.state, bench.rules) == arms


def test_what_is_brought_to_the_person_is_not_fetched(bench: PlayedCell) -> None:
    """The task before it ends with the part in reach of whoever goes on with it."""
    bench.submit(
        a_task('busy', source='far', target='shelf', payload_kg=2.0),
        a_task('give', part='lid', source='far', target='near'),
        a_task('fit', part='lid', source='near', target='shelf', predecessors=('give',)),
    )
    assert stilled_by(bench.task('fit').task, bench.state, bench.rules) == ()


def test_a_plan_lets_the_arm_do_nothing_meanwhile(bench: PlayedCell) -> None:
    """The arm welds before the person is near or after, not while they are."""
    arm = an_arm(reach_m=9.0, skills=frozenset({'weld'}))
    bench.miss('panda')  # until all is said: nothing is to be given out yet
    bench.submit(
        a_task('fetch', source='near', target='far', earliest_start_s=100.0),
        a_task('weld', skill='weld', earliest_start_s=100.0),
    )
    bench.hear(arm, held=True)
    problem = cell_problem(bench.state, bench.rules, MAKESPAN, now_s=bench.now_s)
    (mode,) = next(o for o in problem.operations if o.task_id == 'fetch').modes
    assert (mode.agents, mode.stilled) == (('anna',), ('panda',))
    schedule = dispatch_schedule(problem)
    assert violations(problem, schedule) == ()
    weld, fetch = schedule.placements[TaskId('weld')], schedule.placements[TaskId('fetch')]
    assert weld.end_s <= fetch.start_s or fetch.end_s <= weld.start_s
    durations = weld.end_s - weld.start_s + fetch.end_s - fetch.start_s
    assert schedule.makespan_s == pytest.approx(100.0 + durations)
    together = replace(
        weld, start_s=fetch.start_s, end_s=fetch.start_s + weld.end_s - weld.start_s
    )
    at_once = replace(schedule, placements={**schedule.placements, TaskId('weld'): together})
    assert violations(problem, at_once) == ('fetch stills panda, which is at weld',)
