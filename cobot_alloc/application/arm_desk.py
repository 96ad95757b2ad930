"""
The arms' side of the contract: which goals are taken on, and what became of each.

A motion is not idempotent, so the fence is checked and the attempt is durably written down
before the first motor moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cobot_alloc.application.arm_ports import ArmControl, AttemptLedger
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.codes import FailureCode, RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.domain.task import Task

#: A fence above this would leave no room for the next ones in files and messages.
HIGHEST_FENCE = 2**62
#: How many attempts of each arm are remembered, and how many are begun between two clear-ups.
#: What can still be asked about is among the very latest.
KEPT, CLEAR_UP_EVERY = 2000, 100


class ArmDesk:
    """Admits goals for the arms of one cell and keeps their ledger. Not for several threads."""

    def __init__(self, world: ArmControl, ledger: AttemptLedger) -> None:
        """Write off what was running when the process ended the last time."""
        self._world = world
        self._ledger = ledger
        self._begun = 0
        for report in ledger.unfinished():
            ledger.record(_with_status(report, AttemptStatus.INTERRUPTED))

    def check(self, agent_id: AgentId, fence: Fence) -> None:
        """
        Check whether an arm would take a goal on.

        :raises Refused: ``unknown_arm``, ``stale_fence``, ``busy`` or ``held``.
        """
        if agent_id not in self._world.arm_ids:
            raise Refused(RefusalCode.UNKNOWN_ARM, f'there is no arm {agent_id!r} in this cell')
        if fence > HIGHEST_FENCE:
            raise Refused(
                RefusalCode.BAD_FENCE, f'attempt: got {fence}, expected at most {HIGHEST_FENCE}'
            )
        highest = self._ledger.highest(agent_id)
        if fence <= highest:
            raise Refused(
                RefusalCode.STALE_FENCE,
                f'attempt: got {fence}, expected one above {highest}, the highest that {agent_id}'
                ' has seen',
            )
        status = self._world.arm_status(agent_id)
        if status.fence:
            raise Refused(RefusalCode.BUSY, f'{agent_id} is at attempt {status.fence}')
        if status.held or status.mode not in MOVING:
            raise Refused(
                RefusalCode.HELD, f'{agent_id} is {status.mode.value} and held: {status.cause}'
            )

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Take a goal on: write it down, then start the motion.

        :raises Refused: as ``check``; nothing was started.
        """
        running = AttemptReport(
            agent_id=agent_id, task_id=task.task_id, fence=fence, status=AttemptStatus.RUNNING
        )
        try:
            self.check(agent_id, fence)
            self._clear_up()
            self._ledger.record(running)
            self._world.begin(agent_id, task, fence)
        except Refused as refusal:
            if refusal.code in (RefusalCode.BUSY, RefusalCode.HELD):
                self._ledger.record(_refused(running, refusal))
            raise

    def cancel(self, agent_id: AgentId, fence: Fence) -> bool:
        """Bring a running attempt to rest and end it; False if it is not running."""
        return self._world.cancel(agent_id, fence)

    def collect(self) -> Sequence[AttemptReport]:
        """Write down the attempts that ended since the last call, then return them."""
        reports = self._world.take_reports()
        for report in reports:
            self._ledger.record(report)
        return reports

    def what_became_of(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> AttemptReport:
        """
        Return what is known of an attempt.

        One that was never seen is retired by the question: its goal may still be on its way,
        and whoever asked is about to give the task to someone else.
        """
        unknown = AttemptReport(
            agent_id=agent_id,
            task_id=task_id,
            fence=fence,
            status=AttemptStatus.UNKNOWN,
            failure=Failure(
                phase=Phase.PRECONDITION,
                code=FailureCode.GOAL_LOST,
                detail=f'{agent_id} never saw attempt {fence} and will not start it',
            ),
        )
        if not 0 < fence <= HIGHEST_FENCE:
            return unknown  # and no goal with it is ever taken on
        known = self._ledger.find(agent_id, fence)
        if known is None and fence <= self._ledger.retired(agent_id):
            return _forgotten(unknown)
        if known is None:
            self._ledger.record(unknown)
        # Where the fence went to another task, it was used up by that one.
        return known if known is not None and known.task_id == task_id else unknown

    def _clear_up(self) -> None:
        if self._begun % CLEAR_UP_EVERY == 0:
            for agent_id in self._world.arm_ids:
                self._ledger.retire(agent_id, keep=KEPT)
        self._begun += 1

    def highest_fence(self, agent_id: AgentId) -> Fence:
        """Return the highest fence that the arm has seen."""
        return self._ledger.highest(agent_id)


def _refused(report: AttemptReport, refusal: Refused) -> AttemptReport:
    failure = Failure(phase=Phase.PRECONDITION, code=FailureCode.GOAL_REFUSED, detail=str(refusal))
    return replace(report, status=AttemptStatus.REFUSED, failure=failure)


def _forgotten(report: AttemptReport) -> AttemptReport:
    failure = Failure(
        phase=Phase.SAFETY,
        code=FailureCode.OUTCOME_UNKNOWN,
        detail=f'attempt {report.fence} is too long ago; the part may have moved',
    )
    return replace(report, status=AttemptStatus.INTERRUPTED, failure=failure)


def _with_status(report: AttemptReport, status: AttemptStatus) -> AttemptReport:
    return replace(report, status=status)


def check_age(sent_s: float, expires_s: float, *, now_s: float) -> None:
    """
    Check that a command is not too old to be followed.

    :param sent_s: its stamp in cell time; one of zero was sent by hand and does not expire.
    :param expires_s: how long it is valid; zero or less: for ever.
    :raises Refused: ``expired``.
    """
    if sent_s == 0.0 or expires_s <= 0.0:
        return
    age_s = now_s - sent_s
    # A little ahead of time is the rounding of a stamp or a clock that was read later.
    if not -1.0 <= age_s <= expires_s:
        raise Refused(
            RefusalCode.EXPIRED, f'the command is {age_s:.1f} s old, expected 0..{expires_s:g} s'
        )
