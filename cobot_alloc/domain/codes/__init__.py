"""
Codes: words for programs, each a member of an enum that says what it means.

The wire, the journal and files have the words. What is known of a word beside its meaning is an
attribute of the member, so that nobody keeps a list of words by hand. The tables of the
documentation are made of these members, by ``scripts/list_codes.py``.
"""

from __future__ import annotations

from cobot_alloc.domain.codes.actions import Action
from cobot_alloc.domain.codes.code import Code
from cobot_alloc.domain.codes.failures import FailureCode, Phase
from cobot_alloc.domain.codes.reasons import ReasonCode, ReasonKind
from cobot_alloc.domain.codes.refusals import Door, RefusalCode
from cobot_alloc.domain.codes.skills import SkillCode

__all__ = [
    'Action',
    'Code',
    'Door',
    'FailureCode',
    'Phase',
    'ReasonCode',
    'ReasonKind',
    'RefusalCode',
    'SkillCode',
]
