"""Failures and reasons with codes of the product, and with words of others."""

from __future__ import annotations

import pytest
from support.cells import a_running_cell, a_task

from cobot_alloc.domain.candidate import Reason
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.codes import FailureCode, ReasonCode, ReasonKind, SkillCode
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.reactions import Condition, Reaction, ReactionRule
from cobot_alloc.storage.codec import decode_event, encode_event
from cobot_alloc.storage.state_codec import encode_state


@pytest.mark.parametrize('code', FailureCode)
def test_a_failure_is_the_same_by_member_and_by_word(code: FailureCode) -> None:
    """Live it has the member, read from a journal the word."""
    live, read = (Failure(phase=code.phases[0], code=it) for it in (code, code.value))
    assert live == read
    assert hash(live) == hash(read)
    assert live.known is read.known is code
    for name in ('headline', 'outcome_unknown', 'part_elsewhere'):
        assert getattr(live, name) == getattr(read, name) == getattr(code, name)


def test_of_a_word_of_others_nothing_is_taken_for_granted() -> None:
    """It is written out as it is, and says nothing about where the part is."""
    failure = Failure(phase=Phase.EXECUTION, code='arc_lost')
    assert failure.known is None
    assert failure.headline == 'Arc lost'
    assert not failure.part_elsewhere
    assert not failure.outcome_unknown


@pytest.mark.parametrize('code', ReasonCode)
def test_a_reason_has_the_kind_of_its_code(code: ReasonCode) -> None:
    """Also where it was read as a word."""
    assert Reason(code=code.value, text='').kind is code.kind


def test_a_reason_of_another_version_is_of_the_moment() -> None:
    """It does not rule anyone out for good."""
    assert Reason(code='too_blue', text='').kind is ReasonKind.TEMPORARY


def test_what_a_hand_over_brought_stands_nowhere() -> None:
    """Of a skill of others it is taken to stand where it was brought."""
    stands = {skill: a_task(skill=skill.value).brings_to_stand for skill in SkillCode}
    assert [skill for skill in stands if not stands[skill]] == [SkillCode.HAND_OVER]
    assert a_task(skill='weld').brings_to_stand


def test_a_failure_with_a_code_of_others_is_kept_and_asked_about() -> None:
    """Only a rule that names no code answers it, and nothing of it is lost."""
    naming = tuple(
        ReactionRule(
            name=f'names {code}',
            when=Condition(code=frozenset({code}), attempts_below=9),
            attended=Reaction.SCRAP,
            unattended=Reaction.SCRAP,
        )
        for code in FailureCode
    )
    last = ReactionRule(name='else', attended=Reaction.ASK, unattended=Reaction.HOLD)
    cell = a_running_cell(reactions=(*naming, last))
    cell.submit(a_task())
    cell.begin('t1')
    cell.fail('t1', 'arc_lost')
    assert cell.task('t1').state is TaskState.AWAITING_DECISION
    case = cell.the_case()
    assert case.failure.code == 'arc_lost'
    assert case.title == 'Arc lost (t1)'
    assert Action.RETRY in cell.offered(cell.case_subject())


@pytest.mark.parametrize('code', ['arc_lost', *FailureCode])
def test_the_journal_has_the_word_and_leads_to_the_same_state(code: str) -> None:
    """Byte for byte, whether the code is of the product or of others."""
    cell = a_running_cell()
    cell.submit(a_task(), a_task('t2', payload_kg=9.0))
    cell.begin('t1')
    cell.fail('t1', code, Phase.SAFETY)  # a person is asked, whatever it is
    cell.wait(cell.rules.limits.patience_s)
    written = [encode_event(event) for event in cell.history]
    assert any(f'"code":"{code}"'.encode() in body for _, body in written)
    again = replay(CellState(cell_id=cell.state.cell_id), [decode_event(*it) for it in written])
    assert again == cell.state
    assert encode_state(again) == encode_state(cell.state)
