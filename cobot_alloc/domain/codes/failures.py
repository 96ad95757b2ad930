"""Failures: what can go wrong in an attempt, or keep a task from going on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.domain.codes.code import Code


class Phase(str, Enum):
    """Where in an attempt it went wrong."""

    PRECONDITION = 'precondition'  #: before the first motion: the world is not as assumed
    PLANNING = 'planning'  #: no motion could be found
    EXECUTION = 'execution'  #: on the way
    POSTCONDITION = 'postcondition'  #: the motion ended, the world is not as wanted
    SAFETY = 'safety'  #: a limit for people's sake was hit, or the outcome is unknown


_BEFORE, _PLAN, _DOING, _AFTER, _SAFETY = Phase
_ALL, _CARRY, _HANDLE = 'all', 'all that carry', 'all that handle a part'
_ALLOCATOR = 'the allocator'


@dataclass(frozen=True, slots=True)
class _Failure:
    word: str
    phases: tuple[Phase, ...]
    by: str
    meaning: str
    headline: str = ''
    part_elsewhere: bool = False
    outcome_unknown: bool = False
    for_a_person: bool = False


def titled(word: str) -> str:
    """Return a headline made of a code: its words, written out."""
    return word.replace('_', ' ').capitalize()


class FailureCode(Code):
    """
    What went wrong in an attempt, or keeps a task from going on.

    Arms of others may have codes of their own; the cell's limits list them.

    :ivar phases: in which it can happen.
    :ivar by: who tells it: skills, all of them, or the allocator; for people.
    :ivar headline: of a case about it, one line.
    :ivar part_elsewhere: the part is, or may be, not where the task would take it from.
    :ivar outcome_unknown: whether it was done is not known; the part may have moved.
    :ivar for_a_person: a person is asked at once; no rule answers it.
    """

    phases: tuple[Phase, ...]
    by: str
    headline: str
    part_elsewhere: bool
    outcome_unknown: bool
    for_a_person: bool

    def __new__(cls, row: _Failure) -> FailureCode:
        """Make a member of its row."""
        member = str.__new__(cls, row.word)
        member._value_, member.phases, member.by = row.word, row.phases, row.by
        member.meaning = member.__doc__ = row.meaning
        member.headline = row.headline or titled(row.word)
        member.part_elsewhere = row.part_elsewhere or row.outcome_unknown
        member.outcome_unknown, member.for_a_person = row.outcome_unknown, row.for_a_person
        return member

    # fmt: off
    SKILL_UNKNOWN = _Failure('skill_unknown', (_BEFORE,), _ALL, 'The arm has no such skill.')
    TOOL_MISSING = _Failure('tool_missing', (_BEFORE,), _ALL,
        'The arm has none of the tools that the skill needs.')
    PART_UNKNOWN = _Failure('part_unknown', (_BEFORE,), _HANDLE, 'The cell has no such part.')
    LOCATION_UNKNOWN = _Failure('location_unknown', (_BEFORE,), _HANDLE,
        'The cell has no such location.')
    STATION_UNKNOWN = _Failure('station_unknown', (_BEFORE,), 'all at a station',
        'The cell has no station of that name and kind.')
    PART_MISSING = _Failure('part_missing', (_BEFORE,), _ALL, 'The part is nowhere in the cell.',
        headline='The part is not there', part_elsewhere=True)
    PART_MISPLACED = _Failure('part_misplaced', (_BEFORE,), _ALL,
        'The part is not where the task says, or not upright.',
        headline='The part is not where it should be', part_elsewhere=True)
    TOO_HEAVY = _Failure('too_heavy', (_BEFORE, _DOING), _CARRY,
        'The part weighs more than the arm lifts; known before, or weighed as it was lifted.')
    TARGET_OCCUPIED = _Failure('target_occupied', (_BEFORE, _DOING), _CARRY,
        'Something is in the way where the part is to stand.', headline='The place is taken')
    GRIPPER_OCCUPIED = _Failure('gripper_occupied', (_BEFORE,), _ALL,
        'Something is still in the grip, and there is no place for it.')
    ALREADY_DONE = _Failure('already_done', (_BEFORE,), 'fasten, dispense, deburr, hold',
        'There is nothing left to do.')
    UNREACHABLE = _Failure('unreachable', (_PLAN,), _ALL,
        'No posture of the arm reaches a pose of the way.', headline='No way to get there')
    BLOCKED = _Failure('blocked', (_PLAN,), _ALL,
        'Something stands in the way; the sentence names it.')
    PLANNER_LOST = _Failure('planner_lost', (_PLAN,), _ALL,
        'The process that plans motions ended before it answered.')
    NO_GRASP = _Failure('no_grasp', (_PLAN,), _CARRY,
        'The gripper cannot hold the part as it lies.')
    CANCELED = _Failure('canceled', (_DOING,), _ALL,
        'The task was canceled; the sentence says where the part is.')
    GRIP_FAILED = _Failure('grip_failed', (_DOING,), _CARRY,
        'The gripper was closed and holds nothing.', headline='The part could not be gripped')
    PART_DROPPED = _Failure('part_dropped', (_DOING, _AFTER), _CARRY,
        'The part left the grip; the sentence says where it lies.',
        headline='The part was lost on the way', part_elsewhere=True)
    NOT_ARRIVING = _Failure('not_arriving', (_DOING,), 'all that carry, inspect',
        'A belt or tray does not bring the part, or a tray that is to be loaded does not come.')
    TOOL_LOST = _Failure('tool_lost', (_DOING,), _ALL, 'The tool is no longer on the flange.')
    NOT_FOLLOWING = _Failure('not_following', (_DOING,), _ALL,
        'The joints do not go where they are sent.')
    MISPLACED = _Failure('misplaced', (_AFTER,), 'all that carry, inspect',
        'The part is not where it should be now.',
        headline='The part was not put where it belongs', part_elsewhere=True)
    MACHINE_BUSY = _Failure('machine_busy', (_BEFORE,), 'machine_tend',
        'Another part is in the machine, or it runs.')
    MACHINE_WITHOUT_POWER = _Failure('machine_without_power', (_BEFORE, _DOING), 'machine_tend',
        'The machine has no power, or lost it.')
    NOT_FOR_A_MACHINE = _Failure('not_for_a_machine', (_BEFORE,), 'machine_tend',
        'The part has no finished size.')
    TOO_WIDE = _Failure('too_wide', (_BEFORE,), 'machine_tend',
        'The part does not go between the jaws.')
    ALREADY_MACHINED = _Failure('already_machined', (_BEFORE,), 'machine_tend',
        'The part at its source has its finished size already.')
    DOOR_STUCK = _Failure('door_stuck', (_DOING,), 'machine_tend',
        'The door does not open, or does not close.')
    CHUCK_STUCK = _Failure('chuck_stuck', (_DOING,), 'machine_tend', 'The jaws hold on.')
    CHUCK_EMPTY = _Failure('chuck_empty', (_DOING,), 'machine_tend',
        'The part is not between the jaws.')
    CYCLE_INTERRUPTED = _Failure('cycle_interrupted', (_DOING,), 'machine_tend',
        'The cycle stopped for another reason.')
    NOT_MACHINED = _Failure('not_machined', (_AFTER,), 'machine_tend',
        'The part does not have its finished size.')
    PALLET_FULL = _Failure('pallet_full', (_BEFORE,), 'palletize', 'Every place is filled.')
    SLOT_BLOCKED = _Failure('slot_blocked', (_BEFORE,), 'palletize',
        'Something lies across the next place.')
    PALLET_CHANGED = _Failure('pallet_changed', (_DOING,), 'palletize',
        'Another place is next than when the task began.')
    NEIGHBOUR_MOVED = _Failure('neighbour_moved', (_AFTER,), 'palletize',
        'A part beside it was pushed.')
    UNSTABLE = _Failure('unstable', (_AFTER,), 'palletize', 'The part leans or moves.')
    PART_MOVED = _Failure('part_moved', (_DOING,), 'inspect',
        'The part was moved while it was measured.')
    MEASUREMENT_FAILED = _Failure('measurement_failed', (_DOING,), 'inspect',
        'The rays did not find the part, or the readings scatter too much to tell.')
    OUT_OF_TOLERANCE = _Failure('out_of_tolerance', (_AFTER,), 'inspect',
        'A feature is off; the sentence has measured, uncertainty, nominal and tolerance.')
    NOT_ALIGNED = _Failure('not_aligned', (_DOING,), 'fasten',
        'The bit is too far beside the screw.')
    NOT_ENGAGED = _Failure('not_engaged', (_DOING,), 'fasten', 'The bit does not find the recess.')
    CROSS_THREADED = _Failure('cross_threaded', (_DOING,), 'fasten',
        'The thread binds before the screw is seated.')
    TORQUE_NOT_REACHED = _Failure('torque_not_reached', (_DOING, _AFTER), 'fasten',
        'The screw turns on without holding.')
    NOT_SEATED = _Failure('not_seated', (_AFTER,), 'fasten', 'The head stands too high.')
    BEAD_GAP = _Failure('bead_gap', (_AFTER,), 'dispense', 'Too little of the seam has a bead.')
    BEAD_TOO_THICK = _Failure('bead_too_thick', (_AFTER,), 'dispense',
        'There is too much of it somewhere.')
    SPEED_ERROR = _Failure('speed_error', (_AFTER,), 'dispense',
        'The nozzle was too fast or too slow.')
    NO_CONTACT = _Failure('no_contact', (_DOING,), 'deburr', 'The tip does not meet the edge.')
    FORCE_OUT_OF_BAND = _Failure('force_out_of_band', (_DOING,), 'deburr',
        'The force did not stay in the band.')
    BURR_LEFT = _Failure('burr_left', (_AFTER,), 'deburr', 'There is burr left.')
    EDGE_GOUGED = _Failure('edge_gouged', (_AFTER,), 'deburr', 'The edge was pressed on too hard.')
    NOT_TAKEN = _Failure('not_taken', (_DOING, _AFTER), 'hand_over', 'Nobody took the part.')
    NOBODY_CAME = _Failure('nobody_came', (_DOING,), 'hold',
        'No hand was at the part while it was held.')
    WORK_UNFINISHED = _Failure('work_unfinished', (_DOING, _AFTER), 'hold',
        'A hand was at the part, but not for long enough.')
    GOAL_LOST = _Failure('goal_lost', (_BEFORE,), _ALLOCATOR,
        'The arm never got the goal, and will not begin it.')
    GOAL_REFUSED = _Failure('goal_refused', (_BEFORE,), _ALLOCATOR,
        'The arm did not take the goal on.')
    CANCELED_AT_ARM = _Failure('canceled_at_arm', (_DOING,), _ALLOCATOR,
        'The arm gave the task up without having been told to.')
    OUTCOME_UNKNOWN = _Failure('outcome_unknown', (_SAFETY,), _ALLOCATOR,
        'The arm was at it when its process ended, or it is too long ago.',
        headline='Nobody knows what became of it', outcome_unknown=True)
    ARM_SILENT = _Failure('arm_silent', (_SAFETY,), _ALLOCATOR,
        'The arm fell silent with the task in hand; a person is asked.',
        headline='The arm is silent', outcome_unknown=True, for_a_person=True)
    HELD = _Failure('held', (_SAFETY,), _ALLOCATOR,
        'The arm stands still, its stop zone is clear, and a person has to let it go on.',
        headline='May the arm go on?', for_a_person=True)
    NO_CAPABLE_AGENT = _Failure('no_capable_agent', (_PLAN,), _ALLOCATOR,
        'Every known agent is ruled out for good; a person is asked.',
        headline='Nobody in this cell can do it', for_a_person=True)
    PREDECESSOR_LOST = _Failure('predecessor_lost', (_BEFORE,), _ALLOCATOR,
        'A task that it builds on ended without having been done; a person is asked.',
        headline='What it builds on was not done', for_a_person=True)
    # fmt: on
