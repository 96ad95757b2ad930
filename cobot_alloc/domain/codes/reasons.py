"""Reasons: why an agent is ruled out for a task."""

from __future__ import annotations

from enum import Enum

from cobot_alloc.domain.codes.code import Code


class ReasonKind(str, Enum):
    """What a reason depends on, and so for how long it holds."""

    PERMANENT = 'permanent'  #: on task, agent and files; not on the moment
    TEMPORARY = 'temporary'  #: on what is going on at the moment
    PLANNED = 'planned'  #: on what the plan, or a cleaner hour, means the agent for


_PERMANENT, _TEMPORARY, _PLANNED = ReasonKind
_FOR_GOOD, _WHILE = 'for good', 'while it is so'


class ReasonCode(Code):
    """
    Why an agent is ruled out for a task.

    :ivar meaning: who is ruled out.
    :ivar until: until when, for people.
    """

    kind: ReasonKind
    until: str

    def __new__(cls, word: str, kind: ReasonKind, meaning: str, until: str) -> ReasonCode:
        """Make a member of its row."""
        member = str.__new__(cls, word)
        member._value_, member.kind, member.until = word, kind, until
        member.meaning = member.__doc__ = meaning
        return member

    # fmt: off
    SKILL_MISSING = ('skill_missing', _PERMANENT,
        "who lacks the task's skill", _FOR_GOOD)
    HAZARD_NOT_FOR_PEOPLE = ('hazard_not_for_people', _PERMANENT,
        'every person, from a task of any hazard class', _FOR_GOOD)
    JUDGEMENT_NEEDS_PERSON = ('judgement_needs_person', _PERMANENT,
        'every arm, from a task that needs judgement', _FOR_GOOD)
    MODE_NOT_ALLOWED = ('mode_not_allowed', _PERMANENT,
        'an agent alone, from a task whose modes do not allow it', _FOR_GOOD)
    CERTIFICATE_MISSING = ('certificate_missing', _PERMANENT,
        'a person without the certificate that the skill needs', _FOR_GOOD)
    TOOL_MISSING = ('tool_missing', _PERMANENT,
        'an arm without any of the tools that the skill needs', _FOR_GOOD)
    TOO_HEAVY = ('too_heavy', _PERMANENT,
        'who lifts less than the part weighs', _FOR_GOOD)
    OUT_OF_REACH = ('out_of_reach', _PERMANENT,
        'an arm too far away, or without a posture that brings a tool there', _FOR_GOOD)
    EXCLUDED = ('excluded', _PERMANENT,
        'who failed at it before and was ruled out by a rule or a person',
        'until a person says otherwise')
    OFFLINE = ('offline', _TEMPORARY,
        'who is silent or has not signed on', _WHILE)
    BUSY = ('busy', _TEMPORARY,
        'who has work in hand', _WHILE)
    BUSY_ELSEWHERE = ('busy_elsewhere', _TEMPORARY,
        'an arm at an attempt that is not of this allocator, or was given up', _WHILE)
    CELL_NOT_MOVING = ('cell_not_moving', _TEMPORARY,
        'every arm of a stopped cell', _WHILE)
    NOT_MOVING = ('not_moving', _TEMPORARY,
        'an arm that is held', _WHILE)
    KEPT_FOR_TASK = ('kept_for_task', _TEMPORARY,
        'who is free and kept for a task that waits for two',
        'until the other is free, or late')
    KEPT_BY_PLAN = ('kept_by_plan', _PLANNED,
        'for whom the plan does not mean it', _WHILE)
    LATER_IN_PLAN = ('later_in_plan', _PLANNED,
        'whom the plan has something else to do before', _WHILE)
    CLEANER_HOUR = ('cleaner_hour', _PLANNED,
        'an arm whose energy is better drawn in a cleaner hour',
        'until it begins')
    PLACE_TAKEN = ('place_taken', _TEMPORARY,
        "everybody, where another part stands at the task's target and a task is to take it away",
        'until that task has ended')
    BEHIND_ON_BELT = ('behind_on_belt', _TEMPORARY,
        "everybody, where the task's part is behind another one on a belt",
        'until somebody has the one in front in hand')
    AREA_TAKEN = ('area_taken', _TEMPORARY,
        'an arm whose task is where another arm is at work', _WHILE)
    AWAY = ('away', _TEMPORARY,
        'who has a break, is off shift or under maintenance', _WHILE)
    AWAY_SOON = ('away_soon', _TEMPORARY,
        'who would not be done before an absence begins', 'until it is over')
    ENERGY_SPENT = ('energy_spent', _TEMPORARY,
        'an arm that would exceed its energy budget', 'until the next hour')
    # fmt: on
