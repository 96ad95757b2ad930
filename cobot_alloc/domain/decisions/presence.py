"""Presence: arms and people come and go, arms change their mode, zones fill and empty."""

from __future__ import annotations

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.case import Subject, SubjectKind
from cobot_alloc.domain.cell import AgentRecord
from cobot_alloc.domain.codes import FailureCode, RefusalCode
from cobot_alloc.domain.decisions.asking import ask_about_arm, ask_about_task
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.inputs import HearArm, MissAgent, ReadZone, StartAgain
from cobot_alloc.domain.lifecycles.safety_mode import MOVING, SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState, WITH_ARM
from cobot_alloc.domain.turn import Turn
from cobot_alloc.domain.zone import ResumeRule


def hear_arm(turn: Turn, given: HearArm) -> None:
    """
    Take up what an arm says of itself; nothing new makes no event.

    :raises Refused: ``too_many_agents``, or ``not_an_arm`` if it has the name of a person.
    """
    agent_id = given.agent.agent_id
    known = turn.state.agents.get(agent_id)
    if known is not None and known.is_person:
        raise Refused(RefusalCode.NOT_AN_ARM, f'{agent_id} is the name of a person')
    if known is None and len(turn.state.agents) >= turn.rules.limits.max_agents:
        raise Refused(
            RefusalCode.TOO_MANY_AGENTS, f'{len(turn.state.agents)} agents are known already'
        )
    if known is None or known.agent != given.agent:
        turn.emit(ev.AgentRegistered(at_s=turn.now_s, agent=given.agent))
    known = turn.state.agents[agent_id]
    if known.health is not Health.READY or known.boot_id != given.boot_id:
        turn.emit(ev.AgentReturned(at_s=turn.now_s, agent_id=agent_id, boot_id=given.boot_id))
    if given.highest_fence > turn.state.highest_fence:
        turn.emit(ev.FenceRaised(at_s=turn.now_s, agent_id=agent_id, fence=given.highest_fence))
    if given.tool and given.tool != turn.state.agents[agent_id].tool:
        turn.emit(ev.ToolChanged(at_s=turn.now_s, agent_id=agent_id, tool=given.tool))
    foreign = _foreign(turn, given)
    if _mode_differs(turn.state.agents[agent_id], given, foreign):
        turn.emit(
            ev.AgentModeChanged(
                at_s=turn.now_s,
                agent_id=agent_id,
                mode=given.mode,
                held=given.held,
                zone_clear=given.zone_clear,
                cause=given.cause,
                foreign=foreign,
            )
        )
    _pause_or_resume(turn, agent_id)


def start_again(turn: Turn, _given: StartAgain) -> None:
    """Take every arm for held until it is heard: nothing is given out on an old word."""
    for agent_id, known in list(turn.state.agents.items()):
        if known.is_person or known.health is not Health.READY:
            continue
        if known.mode is SafetyMode.UNKNOWN and known.held:
            continue
        turn.emit(
            ev.AgentModeChanged(
                at_s=turn.now_s,
                agent_id=agent_id,
                mode=SafetyMode.UNKNOWN,
                held=True,
                zone_clear=False,
                cause='not heard since the start',
                foreign=known.foreign,
            )
        )
        _pause_or_resume(turn, agent_id)


def miss_agent(turn: Turn, given: MissAgent) -> None:
    """Take a silent arm for offline; what it had in hand becomes a question."""
    known = turn.state.agents.get(given.agent_id)
    if known is None or known.health is Health.OFFLINE:
        return
    record = turn.state.task_of(given.agent_id)
    turn.emit(ev.AgentLost(at_s=turn.now_s, agent_id=given.agent_id, reason=given.reason))
    if record is not None and record.state in WITH_ARM:
        failure = Failure(
            phase=Phase.SAFETY,
            code=FailureCode.ARM_SILENT,
            detail=f'{given.reason}; whether it was done is unknown, the part may have moved',
        )
        ask_about_task(turn, record, failure)


def read_zone(turn: Turn, given: ReadZone) -> None:
    """Write down that someone entered or left a zone, or that its sensing came or went."""
    if all(zone.zone_id != given.zone_id for zone in turn.rules.zones):
        return
    known = turn.state.zones.get(given.zone_id)
    if known is None or (known.occupied, known.fresh) != (given.occupied, given.fresh):
        turn.emit(
            ev.ZoneChanged(
                at_s=turn.now_s,
                zone_id=given.zone_id,
                occupied=given.occupied,
                fresh=given.fresh,
            )
        )


def grant_resumes(turn: Turn) -> None:
    """Let held arms go on where their rule says so; ask a person where it says that."""
    for agent_id, record in list(turn.state.agents.items()):
        if _could_resume(turn, record):
            _resume_by_rule(turn, agent_id, record)


def _foreign(turn: Turn, given: HearArm) -> Fence:
    record = turn.state.task_of(given.agent.agent_id)
    expected = record.open_attempt if record is not None else None
    if expected is not None and expected.fence == given.fence_in_hand:
        return Fence(0)
    return given.fence_in_hand


def _mode_differs(known: AgentRecord, given: HearArm, foreign: Fence) -> bool:
    clear = known.clear_since_s is not None
    return (known.mode, known.held, clear, known.cause, known.foreign) != (
        given.mode,
        given.held,
        given.zone_clear,
        given.cause,
        foreign,
    )


def _pause_or_resume(turn: Turn, agent_id: AgentId) -> None:
    record = turn.state.task_of(agent_id)
    if record is None or record.attempt is None:
        return
    agent, task_id = turn.state.agents[agent_id], record.task.task_id
    fence = record.attempt.fence
    if record.state is TaskState.UNDERWAY and agent.held:
        turn.emit(
            ev.AttemptPaused(at_s=turn.now_s, task_id=task_id, fence=fence, cause=agent.cause)
        )
    elif record.state is TaskState.PAUSED and not agent.held:
        turn.emit(ev.AttemptResumed(at_s=turn.now_s, task_id=task_id, fence=fence))


def _could_resume(turn: Turn, record: AgentRecord) -> bool:
    if record.is_person or record.health is not Health.READY or not record.held:
        return False
    if record.mode is not SafetyMode.STOPPED or turn.state.mode not in MOVING:
        return False
    asked = record.resume_asked_s
    # A grant can be lost on its way; it is given again, but not at every beat.
    return asked is None or turn.now_s - asked >= turn.rules.limits.resume_again_s


def _resume_by_rule(turn: Turn, agent_id: AgentId, record: AgentRecord) -> None:
    zones = turn.rules.stop_zones(agent_id)
    since = record.clear_since_s
    wait_s = max((zone.clear_for_s for zone in zones), default=0.0)
    if since is None or turn.now_s - since < wait_s:
        return
    if any(zone.resume is ResumeRule.PERSON for zone in zones):
        if turn.index.cases.open_about(_subject(agent_id), turn.state) is None:
            detail = f'its stop zone has been clear for {turn.now_s - since:.1f} s'
            ask_about_arm(
                turn, agent_id, Failure(phase=Phase.SAFETY, code=FailureCode.HELD, detail=detail)
            )
        return
    turn.emit(
        ev.ResumeGranted(at_s=turn.now_s, agent_id=agent_id, by='rule resume when clear')
    )  # fmt: skip


def _subject(agent_id: AgentId) -> Subject:
    return Subject(SubjectKind.AGENT, agent_id)
