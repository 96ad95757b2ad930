"""An allocator that starts again goes on with what the one before it had commanded."""

from __future__ import annotations

from support.cells import a_person, a_running_cell, a_task, an_arm, CELL, PlayedCell, task_subject

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, TaskId
from cobot_alloc.domain.inputs import HearArm, PassTime
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.storage.memory_journal import MemoryJournal


class SaidToArms:
    """Implements ``ArmCommands``; keeps what was said to whom, with the fence."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self.said: list[tuple[str, str, int]] = []

    def send_goal(
        self,
        agent_id: AgentId,
        task: Task,
        fence: Fence,
        *,
        helper: AgentId,
        at_s: float,
        expires_s: float,
    ) -> None:
        """Take note."""
        self.said.append(('goal', agent_id, fence))

    def cancel(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Take note."""
        self.said.append(('cancel', agent_id, fence))

    def ask(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Take note."""
        self.said.append(('ask', agent_id, fence))

    def resume(self, agent_id: AgentId, *, at_s: float, authority: str) -> None:
        """Take note."""
        self.said.append(('resume', agent_id, 0))


def start_allocator(cell: PlayedCell) -> tuple[Allocator, list[tuple[str, str, int]]]:
    """Return an allocator that starts on what happened in a cell, and what it tells the arms."""
    journal = MemoryJournal(cell_id=CELL)
    journal.append(cell.history)
    arms = SaidToArms()
    allocator = Allocator(CellId(CELL), journal=journal, rules=cell.rules)
    allocator.start(arms)
    return allocator, arms.said


def start_again(cell: PlayedCell) -> list[tuple[str, str, int]]:
    """Return what is said to the arms at a start on what happened in a cell."""
    return start_allocator(cell)[1]


def test_attempts_in_hand_are_asked_about() -> None:
    """Nothing is guessed of what was given out."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    assert start_again(cell) == [('ask', 'panda', 1)]


def test_the_arm_is_asked_and_not_who_helps() -> None:
    """A person is no arm, and has no attempt of their own."""
    cell = a_running_cell()
    cell.sign_on(a_person(skills=frozenset({'pick_place'})))
    cell.submit(a_task(modes=(WorkMode.TOGETHER,)))
    cell.begin('t1')
    assert cell.task('t1').helper == 'anna'
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
    assert set(start_again(cell)) == {('ask', 'panda', 1)}


def test_nothing_is_given_out_on_an_old_word() -> None:
    """An arm that could move before gets nothing until it says so again."""
    cell = a_running_cell()
    cell.submit(a_task('t1', earliest_start_s=5.0))
    allocator, said = start_allocator(cell)
    allocator.handle(PassTime(), now_s=10.0)
    assert not said
    beat = HearArm(
        agent=an_arm(), boot_id='boot-1', mode=SafetyMode.NORMAL, held=False, zone_clear=True
    )
    allocator.handle(beat, now_s=10.5)
    assert said == [('goal', 'panda', 1)]


def test_work_in_hand_goes_on_when_its_arm_is_heard() -> None:
    """In between it shows as paused, because nobody knows better."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    allocator, _ = start_allocator(cell)
    assert allocator.state.tasks[TaskId('t1')].state is TaskState.PAUSED
    allocator.handle(
        HearArm(
            agent=an_arm(),
            boot_id='boot-1',
            mode=SafetyMode.NORMAL,
            held=False,
            zone_clear=True,
            fence_in_hand=Fence(1),
        ),
        now_s=1.0,
    )
    assert allocator.state.tasks[TaskId('t1')].state is TaskState.UNDERWAY
