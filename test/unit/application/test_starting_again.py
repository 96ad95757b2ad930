"""An allocator that starts again goes on with what the one before it had commanded."""

from __future__ import annotations

from support.cells import a_running_cell, a_task, an_arm, CELL, PlayedCell, task_subject

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.domain.case import Action
from cobot_alloc.storage.memory_journal import MemoryJournal


class SaidToArms:
    """Implements ``ArmCommands``; keeps what was said to whom, with the fence."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self.said: list[tuple[str, str, int]] = []

    def send_goal(self, agent_id, task, fence, *, at_s, expires_s):
        """Take note."""
        self.said.append(('goal', agent_id, fence))

    def cancel(self, agent_id, task_id, fence):
        """Take note."""
        self.said.append(('cancel', agent_id, fence))

    def ask(self, agent_id, task_id, fence):
        """Take note."""
        self.said.append(('ask', agent_id, fence))

    def resume(self, agent_id, *, at_s, authority):
        """Take note."""
        self.said.append(('resume', agent_id, 0))


def start_again(cell: PlayedCell) -> list[tuple[str, str, int]]:
    """Return what is said to the arms at a start on what happened in a cell."""
    journal = MemoryJournal(cell_id=CELL)
    journal.append(cell.history)
    arms = SaidToArms()
    Allocator(CELL, journal=journal, rules=cell.rules).start(arms)
    return arms.said


def test_attempts_in_hand_are_asked_about() -> None:
    """Nothing is guessed of what was given out."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    assert start_again(cell) == [('ask', 'panda', 1)]


def test_a_cancel_is_not_lost() -> None:
    """Who was told that a task is canceled does not see it done after all."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    cell.act(task_subject('t1'), Action.CANCEL)
    assert start_again(cell) == [('cancel', 'panda', 1)]


def test_what_was_given_up_is_asked_about() -> None:
    """An arm that is still at an attempt that a person decided without it is found out about."""
    cell = a_running_cell(an_arm('panda'))
    cell.submit(a_task())
    cell.begin('t1')
    cell.miss('panda')
    cell.act(cell.case_subject(), Action.DONE_BY_ME)
    cell.hear(an_arm('panda'), fence_in_hand=1, highest_fence=1)
    assert start_again(cell) == [('ask', 'panda', 1)]
