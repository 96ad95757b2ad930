"""Beats: what an arm says of itself, and what of it is believed."""

from __future__ import annotations

from cobot_alloc.application.arm_desk import HIGHEST_FENCE
from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.inputs import HearArm
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.ros.conversions import bounded_number, bounded_text, bounded_texts, member_of
from cobot_alloc_msgs import msg


def hear_arm(beat: msg.AgentBeat) -> HearArm:
    """
    Return what a beat says.

    :raises ValueError: if a field cannot be believed; the message names it.
    """
    return HearArm(
        agent=_arm(beat),
        boot_id=bounded_text('boot_id', beat.boot_id, most=256),
        mode=member_of(SafetyMode, 'mode', beat.mode),
        held=beat.held,
        zone_clear=beat.zone_clear,
        cause=bounded_text('cause', beat.cause, most=512),
        fence_in_hand=_fence('attempt', beat.attempt),
        highest_fence=_fence('highest_attempt', beat.highest_attempt),
        tool=bounded_text('tool', beat.tool, most=64),
    )


def _arm(beat: msg.AgentBeat) -> Agent:
    base = beat.base.position
    return Agent(
        agent_id=AgentId(_name('agent_id', beat.agent_id)),
        kind=AgentKind.ARM,
        skills=frozenset(bounded_texts('skills', beat.skills)),
        payload_kg=bounded_number('payload_kg', beat.payload_kg),
        reach_m=bounded_number('reach_m', beat.reach_m),
        base=(
            bounded_number('base.position.x', base.x),
            bounded_number('base.position.y', base.y),
            bounded_number('base.position.z', base.z),
        ),
    )


def _name(field: str, value: str) -> str:
    # It becomes part of the names of services and actions.
    if not (value.isidentifier() and value.isascii() and len(value) <= 64):
        raise ValueError(
            f'{field}: got {value[:64]!r}, expected letters, digits and _, 64 at most'
        )
    return value


def _fence(field: str, value: int) -> Fence:
    if value > HIGHEST_FENCE:
        raise ValueError(f'{field}: got {value}, expected at most {HIGHEST_FENCE}')
    return Fence(value)
