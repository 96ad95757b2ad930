"""The check of schedules: each rule of a problem, broken once, is named."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.scheduling import a_problem, an_agent, an_operation

from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.scheduling.dispatch import dispatch_schedule
from cobot_alloc.domain.scheduling.feasibility import violations
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import Mode, Operation, Underway
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.domain.setup_rules import FamilyRule, SetupRule

ARM = an_agent(
    AgentId('panda'),
    free_from_s=2.0,
    windows=((0.0, 30.0), (50.0, 200.0)),
    setup='suction',
    setup_s={('suction', 'gripper'): 4.0},
)
PROBLEM = a_problem(
    an_operation('first', ('panda', 5), ('kuka', 6), setup='gripper', areas=frozenset({'table'})),
    an_operation('then', ('kuka', 5), predecessors=('first',), earliest_start_s=20.0),
    an_operation('beside', ('kuka', 5), areas=frozenset({'table'})),
    an_operation('begun', ('anna', 8), underway=Underway(mode=0, started_s=0.0)),
    agents=[ARM, AgentId('kuka'), AgentId('anna')],
    now_s=1.0,
)


def moved(task_id: str, **changes: Any) -> Schedule:
    schedule = dispatch_schedule(PROBLEM)
    placement = schedule.placements[TaskId(task_id)]
    if 'start_s' in changes:
        changes.setdefault('end_s', changes['start_s'] + placement.end_s - placement.start_s)
    changed = {**schedule.placements, TaskId(task_id): replace(placement, **changes)}
    return replace(schedule, placements=changed)


@pytest.mark.parametrize(
    ('schedule', 'complaint'),
    [
        (moved('first', mode=2), 'has no mode'),
        (moved('first', agents=('anna',)), 'its mode is for'),
        (moved('first', end_s=100.0), 'takes'),
        (moved('first', mode=0, agents=('panda',), start_s=5.0, end_s=10.0), 'of setup'),
        (moved('first', mode=0, agents=('panda',), start_s=28.0, end_s=33.0), 'outside'),
        (moved('then', start_s=19.0), 'before 20'),
        (moved('then', start_s=2.0), 'before first ends'),
        (moved('beside', start_s=2.0), 'both in table'),
        (moved('beside', start_s=0.5), 'before 1.0'),
        (moved('begun', start_s=2.0), 'is under way'),
        (replace(dispatch_schedule(PROBLEM), placements={}), 'not in both'),
    ],
)
def test_what_is_not_allowed_is_named(schedule: Schedule, complaint: str) -> None:
    """The sentence says which rule was broken."""
    assert violations(PROBLEM, dispatch_schedule(PROBLEM)) == ()
    assert any(complaint in sentence for sentence in violations(PROBLEM, schedule))


@pytest.mark.parametrize(
    ('build', 'complaint'),
    [
        (lambda: Mode(agents=(), duration_s=1.0), 'agents must be'),
        (lambda: Mode(agents=('a',), duration_s=float('nan')), 'duration_s must be'),
        (lambda: Mode(agents=('a',), duration_s=1.0, rework=1.1), 'rework must be'),
        (lambda: Operation(task_id='t', modes=()), 't: modes must not be empty'),
        (lambda: an_operation('t', underway=Underway(mode=3, started_s=0)), 'below 1, got 3'),
        (lambda: an_agent(windows=((5.0, 2.0),)), 'windows must be in order'),
        (lambda: Policy(lateness=-1.0), 'lateness must be a number >= 0, got -1.0'),
        (lambda: a_problem(an_operation('t', ('bob', 1))), r"unknown agents \['bob'\]"),
        (lambda: a_problem(an_operation('t'), an_operation('t')), r"twice: \['t'\]"),
        (lambda: a_problem(an_operation('t', predecessors=('u',))), r"predecessors \['u'\]"),
        (lambda: a_problem(an_operation('t', order_id='o')), "order 'o'"),
        (
            lambda: a_problem(an_operation('t', underway=Underway(mode=0, started_s=9.0))),
            'started_s must be <= 0.0, got 9.0',
        ),
        (
            lambda: index(
                a_problem(
                    an_operation('a', predecessors=('b',)), an_operation('b', predecessors=('a',))
                )
            ),
            r"a circle among \['a', 'b'\]",
        ),
    ],
)
def test_what_cannot_be_a_problem_is_refused(
    build: Callable[[], FamilyRule] | Callable[[], SetupRule], complaint: str
) -> None:
    """The message names the field and the value."""
    with pytest.raises(ValueError, match=complaint):
        build()
