"""Actions: what a person may do about a subject."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.codes.code import Code

_CASE, _TASK_CASE = 'a case', 'a case about a task'
_TASK, _CELL = 'a task', 'the cell'
_WITH_PERSON = 'it is with a person'


@dataclass(frozen=True, slots=True)
class ActionUse:
    """What an action does to one kind of subject, and when it is offered; for people."""

    about: str
    when: str
    does: str


class Action(Code):
    """
    What a person may do about a subject.

    :ivar uses: by kind of subject.
    """

    uses: tuple[ActionUse, ...]

    def __new__(cls, word: str, *uses: tuple[str, str, str]) -> Action:
        """Make a member of its row."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.uses = tuple(ActionUse(*use) for use in uses)
        member.meaning = member.__doc__ = f'{uses[0][0]}: {uses[0][2]}'
        return member

    # fmt: off
    CLAIM = ('claim',
        (_CASE, 'it is open', 'it is yours until the lease ends'),
        (_TASK, 'it needs judgement and is queued', 'the task is with you'))
    RELEASE = ('release',
        (_CASE, 'it is claimed', 'it is back on the list'),
        (_TASK, _WITH_PERSON, 'someone else shall do it'))
    RETRY = ('retry',
        (_TASK_CASE, 'always',
         'the task is queued again, for any agent; you say that the part is back, if it was gone'))
    REASSIGN = ('reassign',
        (_TASK_CASE, 'another arm could do it',
         'the task is queued again, without the arm that failed'))
    TAKE_OVER = ('take_over',
        (_TASK_CASE, 'the task has no hazard, and a person may do it alone',
         'the task is with you until you say that it is done'))
    DONE_BY_ME = ('done_by_me',
        (_TASK_CASE, 'the task has no hazard, and a person may do it alone',
         'the task is completed, by you'),
        (_TASK, _WITH_PERSON, 'the task is completed, by you'))
    FALSE_POSITIVE = ('false_positive',
        (_TASK_CASE, 'the arm doubts its result, or the outcome is unknown',
         'the task is completed, as it is'))
    SCRAP = ('scrap',
        (_TASK_CASE, 'it has a part',
         'the task ends scrapped: the part is lost; what builds on it becomes a question'),
        (_TASK, 'it is with a person, and has a part', 'likewise'))
    SKIP = ('skip',
        (_TASK_CASE, 'always', 'the task ends skipped; what builds on it goes on'),
        (_TASK, _WITH_PERSON, 'likewise'))
    CANCEL = ('cancel',
        (_TASK_CASE, 'always', 'the task ends canceled; what builds on it becomes a question'),
        (_TASK, 'it has not ended, and no case is open about it',
         'the task ends canceled; a motion comes to rest first'))
    RESUME = ('resume',
        ('a case about an arm, or the arm',
         'it is held, its stop zone is clear, the cell may move',
         'the arm goes on along its path'),
        (_CELL, 'it is stopped', 'arms may move again'))
    STOP = ('stop',
        (_CELL, 'it is not latched', 'every arm comes to rest and stays so'))
    RESET_STOP = ('reset_stop',
        (_CELL, 'it is latched', 'unlatches; nothing moves yet'))
    SIGN_ON = ('sign_on',
        (_CELL, 'always', 'you are there to be asked, and given tasks by skill'))
    SIGN_OFF = ('sign_off',
        (_CELL, 'someone is signed on', 'you are no longer there; your tasks are queued again'))
    # fmt: on
