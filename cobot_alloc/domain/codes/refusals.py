"""Refusals: why a request was not followed. A refused request has changed nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from cobot_alloc.domain.codes.code import Code


class Door(str, Enum):
    """What was asked for."""

    ACTION = 'action'  #: an action of a person
    ORDER = 'order'  #: that an order is taken on
    QUERY = 'query'  #: an answer, and nothing else
    BEAT = 'beat'  #: to be known as an arm
    GOAL = 'goal'  #: that an arm takes a goal on
    CHORE = 'chore'  #: something done by hand in a simulated cell


_A, _O, _Q, _B, _G, _C = Door
_NO_SUCH = 'the cell has none of that name'


class RefusalCode(Code):
    """
    Why a request was not followed.

    :ivar meanings: what it says, by what was asked for.
    """

    meanings: Mapping[Door, str]

    def __new__(cls, word: str, meanings: Mapping[Door, str]) -> RefusalCode:
        """Make a member of its row."""
        member = str.__new__(cls, word)
        member._value_, member.meanings = word, MappingProxyType(meanings)
        member.meaning = member.__doc__ = '; '.join(dict.fromkeys(meanings.values()))
        return member

    # fmt: off
    UNKNOWN_ACTOR = 'unknown_actor', {_A: 'the name is not on the list of operators'}
    BAD_SIGNATURE = 'bad_signature', {
        _A: "it was not signed with that operator's key, or something was changed after"}
    EXPIRED = 'expired', {
        _A: 'it was signed too long ago, see `signature_age_s` in the limits',
        _G: 'its stamp is too old, or ahead of the time of the arm'}
    NOT_YET_VALID = 'not_yet_valid', {
        _A: 'it was signed ahead of the time here: set the clocks'}
    UNKNOWN_SUBJECT = 'unknown_subject', {
        _A: 'there is no such case, task, agent or cell',
        _Q: 'there is no such case, task, agent or cell'}
    STALE_VERSION = 'stale_version', {
        _A: 'the subject has changed since the actor saw it: look again'}
    NOT_OFFERED = 'not_offered', {
        _A: 'it may not be done now; the sentence says what may',
        _C: 'no arm held the part out there'}
    NOTE_MISSING = 'note_missing', {_A: 'the action needs a note'}
    BUSY = 'busy', {
        _A: 'the actor works with an arm, and would take on another task',
        _G: 'the arm is at another attempt'}
    NOT_SIGNED_ON = 'not_signed_on', {_A: 'the actor has to sign on first'}
    NOT_A_PERSON = 'not_a_person', {_A: "the actor's name is that of an arm"}
    CLAIMED_BY_OTHER = 'claimed_by_other', {_A: 'someone else has the case'}
    NOT_ACTIVE = 'not_active', {
        _A: 'the allocator is not active',
        _O: 'the allocator is not active',
        _Q: 'the allocator is not active',
        _C: 'the simulated cell is not active'}
    BAD_REQUEST = 'bad_request', {
        _A: 'a field is missing, too long or of another kind',
        _O: 'a field is missing, too long or of another kind',
        _C: 'a field is of another kind, or the chore lacks one'}
    JOURNAL_FAILED = 'journal_failed', {
        _A: 'it could not be written down, so it was not done',
        _O: 'it could not be written down, so it was not taken on'}
    NO_ANSWER = 'no_answer', {
        _A: 'the allocator was not heard in time; whether it was done is not known, ask again',
        _O: 'the allocator was not heard in time; submit again with the same key',
        _Q: 'the allocator was not heard in time',
        _C: 'nobody has done it in time'}
    CALL_FAILED = 'call_failed', {_A: 'the terminal could not ask; the sentence says why'}
    NO_KEY = 'no_key', {_A: 'this connection has no key to sign with'}
    UNDER_WAY = 'under_way', {
        _A: 'simulation only: a person of the cell is about to make it so; act again when it is'
            ' done, as `cobot-alloc act` does by itself'}
    NOT_SO = 'not_so', {
        _A: 'simulation only: what the actor said of a part could not be made so'}

    KEY_MISSING = 'key_missing', {_O: 'it has no idempotency key'}
    KEY_REUSED = 'key_reused', {_O: 'its idempotency key was used for other tasks'}
    ORDER_KNOWN = 'order_known', {_O: 'it has no name, or that of another order'}
    NO_TASKS = 'no_tasks', {_O: 'it has no tasks'}
    ORDER_TOO_LARGE = 'order_too_large', {_O: 'it has more tasks than `max_order_tasks`'}
    FULL = 'full', {_O: 'more tasks would wait than `max_waiting_tasks`: submit again later'}
    HAZARD_UNKNOWN = 'hazard_unknown', {_O: 'a hazard is of no class that the cell knows'}
    SKILL_UNKNOWN = 'skill_unknown', {
        _O: 'a skill is none of the product, of the limits, or of anyone in the cell'}
    TASK_KNOWN = 'task_known', {_O: 'a task has the name of another one'}
    PREDECESSOR_UNKNOWN = 'predecessor_unknown', {
        _O: 'a predecessor is no task of the order or the cell'}
    CYCLE = 'cycle', {_O: 'tasks wait for each other'}

    UNKNOWN_TASK = 'unknown_task', {_Q: 'the journal has no such task'}
    TOO_EARLY = 'too_early', {_Q: 'the task had not been given to anyone by then'}

    NOT_AN_ARM = 'not_an_arm', {_B: 'the name is that of a person'}
    TOO_MANY_AGENTS = 'too_many_agents', {_B: '`max_agents` are known already'}

    UNKNOWN_ARM = 'unknown_arm', {_G: 'the cell has no such arm'}
    AGENT_UNKNOWN = 'agent_unknown', {_G: 'the simulated cell has no such arm'}
    BAD_FENCE = 'bad_fence', {_G: 'the fence is above 2^62'}
    STALE_FENCE = 'stale_fence', {_G: 'the fence is not above the highest that the arm has seen'}
    HELD = 'held', {_G: 'the arm is held, or its mode lets nothing move'}

    CHORE_INCOMPLETE = 'chore_incomplete', {_C: 'the task does not say enough for it'}
    PART_UNKNOWN = 'part_unknown', {_C: _NO_SUCH}
    LOCATION_UNKNOWN = 'location_unknown', {_C: _NO_SUCH}
    STATION_UNKNOWN = 'station_unknown', {_C: _NO_SUCH}
    PERSON_UNKNOWN = 'person_unknown', {_C: _NO_SUCH}
    SUBJECT_UNKNOWN = 'subject_unknown', {_C: 'the cell has no such arm or station to set right'}
    PART_HELD = 'part_held', {_C: "it is in an arm's grip, or in somebody's hand"}
    LOCATION_OCCUPIED = 'location_occupied', {_C: 'another part is in the way'}
    TOO_HEAVY = 'too_heavy', {_C: 'the part weighs more than the person lifts'}
    HANDS_FULL = 'hands_full', {_C: 'there is something else in the hand'}
    NOBODY_HELPFUL = 'nobody_helpful', {_C: 'there is nobody to be asked'}
    NOBODY_FREE = 'nobody_free', {_C: 'whoever there is has something to do'}
    NO_WAY = 'no_way', {_C: 'there is no way on foot'}
    UNREACHABLE = 'unreachable', {_C: 'there is nowhere to stand from which a hand gets there'}
    ARM_MOVING = 'arm_moving', {_C: 'an arm near it does not come to rest'}
    ARM_IN_THE_WAY = 'arm_in_the_way', {_C: 'an arm is over the place'}
    PART_MOVED = 'part_moved', {_C: 'the part was moved meanwhile'}
    PART_LOST = 'part_lost', {_C: 'the part is no longer in the hand'}
    NOT_IN_PLACE = 'not_in_place', {_C: 'the part is not where it was put'}
    NOTHING_THERE = 'nothing_there', {_C: 'there is nothing at the location to put a part on'}
    NOT_RELEASED = 'not_released', {_C: 'the part was not let go'}
    NOT_HELD = 'not_held', {
        _C: 'no arm holds the part there, nor has it been told to, or it did not come'}
    NOT_DONE = 'not_done', {
        _C: 'the work came to no end: the thread does not hold, or the arm gave up'}
    NO_WORK_BY_HAND = 'no_work_by_hand', {_C: 'nothing is done by hand at that station'}
    PART_MISPLACED = 'part_misplaced', {_C: 'what the station is on is elsewhere'}
    NOTHING_TO_CLEAR = 'nothing_to_clear', {_C: 'nothing there can jam'}
    # fmt: on
