"""The state is what the events add up to, and nothing else."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest
from support.cells import a_running_cell, a_task, an_arm, PlayedCell

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import EVENT_TYPES
from cobot_alloc.domain.evolve import _CHANGES, evolve, replay
from cobot_alloc.domain.failure import Failure, Phase


def test_every_event_has_its_change() -> None:
    """No kind of event is without effect by oversight."""
    assert set(_CHANGES) == set(EVENT_TYPES)


def test_evolve_leaves_the_old_state_alone() -> None:
    """A state that was handed out never changes under its reader."""
    cell = a_running_cell()
    cell.submit(a_task())
    before, tasks = cell.state, dict(cell.state.tasks)
    cell.begin('t1')
    assert before.tasks == tasks
    assert cell.state.tasks != tasks
    with pytest.raises(FrozenInstanceError):
        before.now_s = 1.0  # type: ignore[misc]


_STATUSES = st.sampled_from(list(AttemptStatus))
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(['report', 'miss', 'hear', 'hold', 'wait', 'answer', 'submit']),
        st.integers(0, 5),
        _STATUSES,
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(_STEPS)
def test_replay_gives_the_live_state(steps: list[tuple[str, int, AttemptStatus]]) -> None:
    """Whatever happened, replaying the events from the beginning gives the same state."""
    cell = a_running_cell(an_arm('a'), an_arm('b'))
    cell.submit(*(a_task(f't{i}') for i in range(6)))
    for number, (step, index, status) in enumerate(steps):
        _play(cell, step, index, status, number)
    assert replay(CellState(cell_id=cell.state.cell_id), cell.history) == cell.state
    one_by_one = CellState(cell_id=cell.state.cell_id)
    for event in cell.history:
        one_by_one = evolve(one_by_one, event)
    assert one_by_one == cell.state


def _play(cell: PlayedCell, step: str, index: int, status: AttemptStatus, number: int) -> None:
    arm = an_arm('a' if index % 2 else 'b')
    record = cell.task(f't{index}')
    if step == 'report' and record.attempt is not None:
        failure = Failure(phase=Phase.EXECUTION, code='grip_failed')
        cell.report(
            f't{index}', status, failure=failure if status is AttemptStatus.FAILED else None
        )
    elif step == 'miss':
        cell.miss(arm.agent_id)
    elif step == 'hear':
        cell.hear(arm)
    elif step == 'hold':
        from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode

        cell.hear(arm, SafetyMode.STOPPED, held=True, zone_clear=False)
    elif step == 'wait':
        cell.wait(30.0 * index)
    elif step == 'submit':
        cell.submit(a_task(f'more{number}'))
    elif step == 'answer' and cell.open_cases():
        from cobot_alloc.domain.case import Subject, SubjectKind

        subject = Subject(SubjectKind.CASE, cell.open_cases()[0].case_id)
        offers = cell.offers(subject).actions
        offer = offers[index % len(offers)]
        cell.act(subject, offer.action)
