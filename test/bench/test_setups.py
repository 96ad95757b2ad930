"""A cell of arms that change tools: few changes, nobody starves, and breaks are kept."""

import math
from pathlib import Path
import sys

import pytest

from cobot_alloc.domain.events import AttemptStarted
from cobot_alloc.domain.identifiers import AgentId, TaskId

BENCH = Path(__file__).parents[2] / 'bench'
sys.path.insert(0, str(BENCH))

from allocation_setups import batch, stream  # noqa: E402
from setup_cell import a_task, CHANGE_S, SetupCell, WORK_S  # noqa: E402

from cobot_alloc.application.explain import explain  # noqa: E402
from cobot_alloc.application.journal import Recorded  # noqa: E402
from cobot_alloc.application.planner import DispatchOnly  # noqa: E402
from cobot_alloc.domain.allocation import order_targets  # noqa: E402
from cobot_alloc.domain.requirements import Absence  # noqa: E402

ONE, TWO = {'a': 'two_finger'}, {'a': 'two_finger', 'b': 'screwdriver'}


def at_once() -> DispatchOnly:
    return DispatchOnly('')


@pytest.mark.parametrize('orders', [False, True])
def test_a_batch_of_two_tools_in_turn_takes_one_change(orders: bool) -> None:
    """As few as can be, where one task after the other would take one for each."""
    arrivals = batch(16, orders=orders)
    assert SetupCell(ONE).run(arrivals).changes == 15
    figures = SetupCell(ONE, planner=at_once()).run(arrivals)
    assert figures.changes == 1
    assert figures.end_s == 16 * WORK_S + CHANGE_S


def test_streams_take_fewer_changes_and_shorter_waits_with_a_plan() -> None:
    """Of three tools on two arms that are nearly always at work."""
    unknown, weighed, planned = (
        [SetupCell(TWO, **how()).run(stream(seed, 5.5, count=50)).summary() for seed in range(3)]
        for how in (lambda: {'told': False}, dict, lambda: {'planner': DispatchOnly('')})
    )
    for figure, share in (('changes', 0.85), ('flow_mean_s', 0.7), ('flow_max_s', 0.8)):
        sums = [sum(run[figure] for run in runs) for runs in (unknown, weighed, planned)]
        assert sums[2] < share * min(sums[:2]), figure


@pytest.mark.parametrize(('ageing_s', 'is_last'), [(20.0, False), (math.inf, True)])
def test_what_needs_a_change_does_not_wait_for_ever(
    ageing_s: float, is_last: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One screw among more lifting than the arm can do; without ageing it would be the last."""
    monkeypatch.setattr(order_targets, 'AGEING_S', ageing_s)
    lifts = [(5.0 * n, [a_task(f'lift_{n}', 'pick_place')]) for n in range(60)]
    arrivals = sorted([*lifts, (10.0, [a_task('screw', 'fasten')])], key=lambda one: one[0])
    figures = SetupCell(ONE, planner=at_once()).run(arrivals)
    place = [task_id for task_id, _ in figures.given].index(TaskId('screw'))
    assert (place == 60) is is_last
    assert place == 60 or place < 40


def test_a_task_that_does_not_fit_before_a_break_waits_or_goes_to_somebody_else() -> None:
    """The other arm changes its tool for it; alone, the arm does it after the break."""
    pause = Absence(agent=AgentId('b'), from_s=10.0, until_s=60.0, reason='calibration')
    orders = [(7.0, [a_task('screw', 'fasten')])]
    both = SetupCell(TWO, planner=at_once(), absences=[pause])
    assert both.run(orders).given == [('screw', 'a')]
    text = _story(both, 'screw')
    assert 'b: costs' in text
    assert 'is away from 10 s on (calibration), and the work would take 5 s' in text
    assert 'setup 9.00' in text
    alone = SetupCell({'b': 'screwdriver'}, planner=at_once(), absences=[pause])
    alone.run(orders)
    assert alone.figures.flow_s[TaskId('screw')] == pytest.approx(60.0 + WORK_S - 7.0, abs=1.0)


def test_the_plan_is_made_around_a_break() -> None:
    """Ten tasks, and an arm that goes away between: none is begun that would not end in time."""
    pause = Absence(agent=AgentId('a'), from_s=20.0, until_s=50.0, reason='break')
    cell = SetupCell(TWO, planner=at_once(), absences=[pause])
    cell.run([(0.0, [a_task(f't{n}', 'pick_place') for n in range(10)])])
    begun = [
        event.at_s
        for event in cell.history
        if isinstance(event, AttemptStarted) and event.agent_id == 'a'
    ]
    assert begun
    assert all(at_s + WORK_S <= 20.0 or at_s >= 50.0 for at_s in begun)


def _story(cell: SetupCell, task_id: str) -> str:
    records = [Recorded(seq=n, recorded_at='', event=e) for n, e in enumerate(cell.history, 1)]
    return explain(records, task_id).text
