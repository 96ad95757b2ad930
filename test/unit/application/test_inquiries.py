"""An attempt that was given out is asked about until its arm has said what became of it."""

from __future__ import annotations

from support.cells import a_task

from cobot_alloc.application.cell_clock import CellClock
from cobot_alloc.application.inquiries import ANSWER_WITHIN_S, ASK_AGAIN_AFTER_S, Inquiries
from cobot_alloc.application.silence import SilenceWatch
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.task import Task


class _Wire:
    """Keeps what was sent, and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.heard: list[AttemptReport] = []
        self.now = 100.0
        self.inquiries = Inquiries(self, clock=lambda: self.now, on_report=self.heard.append)

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
        self.sent.append(('goal', fence))

    def send_cancel(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        self.sent.append(('cancel', fence))

    def send_question(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        self.sent.append(('question', fence))

    def send_resume(self, agent_id: AgentId, *, at_s: float, authority: str) -> None:
        self.sent.append(('resume', 0))

    def give(self, fence: int = 1) -> None:
        self.inquiries.send_goal(
            AgentId('a'), a_task(), Fence(fence), helper=AgentId(''), at_s=0.0, expires_s=5.0
        )

    def sweep(self, after_s: float = 0.0) -> list[str]:
        """Let time pass and return what was sent then."""
        self.now += after_s
        before = len(self.sent)
        self.inquiries.sweep()
        return [what for what, _ in self.sent[before:]]

    def report(self, status: AttemptStatus, fence: int = 1) -> None:
        self.inquiries.reported(
            AttemptReport(
                agent_id=AgentId('a'), task_id=TaskId('t1'), fence=Fence(fence), status=status
            )
        )


def test_silence_is_asked_about() -> None:
    """A goal that nobody answers is asked about after a while, again and again."""
    wire = _Wire()
    wire.give()
    assert wire.sweep() == []
    assert wire.sweep(ANSWER_WITHIN_S) == ['question']
    assert wire.sweep() == []
    assert wire.sweep(ASK_AGAIN_AFTER_S) == ['question']


def test_a_refused_goal_is_asked_about_at_once() -> None:
    """Why it was refused is the arm's to say."""
    wire = _Wire()
    wire.give()
    wire.inquiries.goal_answered(Fence(1), accepted=False)
    assert wire.heard == []
    assert wire.sweep() == ['question']


def test_an_accepted_goal_is_reported_as_running() -> None:
    """And asked about as soon as its arm seems idle, not before."""
    wire = _Wire()
    wire.inquiries.arm_is_idle(AgentId('a'))
    wire.give()
    wire.inquiries.arm_is_idle(AgentId('a'))
    assert wire.sweep() == [], 'the goal is still on its way'
    wire.inquiries.goal_answered(Fence(1), accepted=True)
    assert [report.status for report in wire.heard] == [AttemptStatus.RUNNING]
    wire.inquiries.arm_is_idle(AgentId('b'))
    assert wire.sweep() == []
    wire.inquiries.arm_is_idle(AgentId('a'))
    assert wire.sweep() == ['question']


def test_an_end_ends_the_questions() -> None:
    """Running does not; any other status does."""
    wire = _Wire()
    wire.give()
    wire.report(AttemptStatus.RUNNING)
    assert wire.sweep(10.0) == ['question']
    wire.report(AttemptStatus.SUCCEEDED)
    assert wire.sweep(10.0) == []
    assert len(wire.heard) == 2


def test_a_cancel_is_repeated_until_the_end() -> None:
    """A cancel may be lost like everything else."""
    wire = _Wire()
    wire.give()
    wire.inquiries.cancel(AgentId('a'), TaskId('t1'), Fence(1))
    assert wire.sweep() == ['cancel', 'question']
    assert wire.sweep(ASK_AGAIN_AFTER_S) == ['cancel', 'question']
    wire.report(AttemptStatus.CANCELED)
    assert wire.sweep(10.0) == []


def looks(watch: SilenceWatch, begin: float, end: float) -> list[tuple[str, float]]:
    """Return who is missing while somebody looks ten times a second."""
    times = [begin + tenth / 10 for tenth in range(round((end - begin) * 10) + 1)]
    return [found for now in times for found in watch.missing(now=now, silence_s=2.0)]


def test_an_arm_is_missing_once() -> None:
    """Silence is said once, and the next beat starts the count anew."""
    watch = SilenceWatch()
    watch.expect(['a', 'b'], now=0.0)
    watch.heard('b', now=1.5)
    assert looks(watch, 0.0, 2.1) == [('a', 2.1)]
    assert looks(watch, 2.2, 3.0) == []
    watch.heard('a', now=4.0)
    assert [arm for arm, _ in looks(watch, 3.1, 8.0)] == ['b', 'a']


def test_a_time_in_which_nobody_looked_is_nobodys_silence() -> None:
    """Stopped for 17 s, the allocator finds beats that wait; who says nothing then is missing."""
    watch = SilenceWatch()
    watch.expect(['a', 'b'], now=0.0)
    assert looks(watch, 0.0, 1.0) == []
    assert looks(watch, 18.0, 18.2) == []
    watch.heard('a', now=18.3)
    assert [arm for arm, _ in looks(watch, 18.3, 19.8)] == ['b']


def test_cell_time_never_runs_backwards() -> None:
    """A simulation that begins anew goes on where the journal ended."""
    clock = CellClock(resume_at_s=50.0)
    assert clock.read(3.0) == 50.0
    assert clock.read(4.0) == 51.0
    assert clock.raw(51.0) == 4.0
    assert clock.read(0.5) == 51.0
    assert clock.read(2.0) == 52.5
    assert clock.raw(52.5) == 2.0


def test_cell_time_is_the_simulations_where_nothing_broke() -> None:
    """An allocator that was started again beside a running cell reads the same time."""
    clock = CellClock(resume_at_s=50.0)
    assert clock.read(0.0) == 50.0, 'nothing was heard yet'
    assert clock.read(60.0) == 60.0
    assert clock.raw(60.0) == 60.0
