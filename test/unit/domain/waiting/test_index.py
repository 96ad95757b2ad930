"""The index says what a walk over the whole state says, and nothing that waits is overlooked."""

from __future__ import annotations

import pytest
from support.random_cell import RandomCell
from support.whole_walk import behind, indexed_behind, indexed_taken, waits_for_place

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decide import decide
from cobot_alloc.domain.decisions.fitting import Fitting
from cobot_alloc.domain.events import AttemptStarted, Event
from cobot_alloc.domain.inputs import PassTime
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.waiting.index import WorkIndex

SEEDS = range(12)
MOVES = 80


def picture(index: WorkIndex, cell: RandomCell) -> object:
    """Return what an index says of a cell's state."""
    state = cell.state
    index.reflect(state)
    waiting = [record.task.task_id for record in index.first_waiting(1000)]
    return {
        'waiting': waiting,
        'behind': {t: index.behind(state.tasks[t]) for t in waiting},
        'taken': {t: index.place_taken(state.tasks[t]) for t in waiting},
        'successors': {t: set(index.successors(t)) for t in state.tasks},
        'unfinished': index.unfinished,
        'open to': {
            agent_id: {
                tuple(rank[-1] for rank in ranks)
                for _, _, ranks in index.open_to(agent, cell.now_s)
            }
            for agent_id, agent in state.agents.items()
        },
        'undoable': {
            tuple(kind.by_age) for kind in index.kinds.undoable(state.agents.values())
        },
        'due': {case.case_id for case in index.cases.due(state.now_s + 10.0, state)},
        'about': {
            case_id: [c.case_id for c in index.cases.about(case.subject, state)]
            for case_id, case in state.cases.items()
        },
    }  # fmt: skip


@pytest.mark.parametrize('seed', SEEDS)
def test_an_index_that_follows_says_what_one_made_anew_says(seed: int) -> None:
    """After every input, whatever went before."""
    cell = RandomCell(seed)
    for _ in range(MOVES):
        cell.play()
        fresh = WorkIndex.of(cell.state, cell.rules)
        assert picture(cell.index, cell) == picture(fresh, cell)


@pytest.mark.parametrize('seed', SEEDS)
def test_what_is_behind_or_has_no_place_is_what_a_walk_over_all_tasks_finds(seed: int) -> None:
    """Of the tasks that wait."""
    cell = RandomCell(seed)
    for _ in range(MOVES):
        cell.play()
        waiting = {*cell.state.queued, *cell.state.blocked}
        of_all = behind(cell.state, cell.rules)
        assert indexed_behind(cell.state, cell.rules) == {
            t: before for t, before in of_all.items() if t in waiting
        }
        of_all = waits_for_place(cell.state, cell.rules)
        assert indexed_taken(cell.state, cell.rules) == {
            t: before for t, before in of_all.items() if t in waiting
        }


def by_a_walk_over_all(
    monkeypatch: pytest.MonkeyPatch, state: CellState, rules: CellRules, now_s: float
) -> tuple[Event, ...]:
    """Return what time alone leads to where dispatch looks at every task that waits."""

    def walk(self: Fitting, _agents: object) -> object:
        turn = self._turn
        index = WorkIndex.of(turn.state, rules)
        for record in index.first_waiting(10_000):
            begun = record.task.earliest_start_s <= turn.now_s
            if begun and record.task.task_id in turn.state.queued:
                yield turn.index.kind(record.task.task_id), record

    with monkeypatch.context() as patch:
        patch.setattr(Fitting, 'walk', walk)
        return decide(state, PassTime(), now_s=now_s, rules=rules)


@pytest.mark.parametrize('seed', SEEDS)
def test_dispatch_gives_out_what_a_walk_over_all_that_waits_would(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same tasks to the same agents, for the same reasons."""
    cell = RandomCell(seed)
    given_out = 0
    for _ in range(MOVES):
        cell.play()
        cell.now_s += 3.0
        expected = by_a_walk_over_all(monkeypatch, cell.state, cell.rules, cell.now_s)
        events = cell.give(PassTime())
        assert events == expected
        given_out += sum(isinstance(event, AttemptStarted) for event in events)


def test_an_index_that_is_asked_about_an_earlier_state_says_what_was_true_then() -> None:
    """As after an input that was refused when something had been decided already."""
    cell = RandomCell(1)
    for _ in range(60):
        cell.play()
    earlier = cell.state
    cell.submit(*cell.some_tasks(), order='another')
    cell.state = earlier
    assert picture(cell.index, cell) == picture(WorkIndex.of(earlier, cell.rules), cell)
