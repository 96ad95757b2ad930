"""Tasks that an arm and a person do together: who may, who is kept free, and how they end."""

from __future__ import annotations

from dataclasses import replace
import math
from typing import Any

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, PlayedCell, task_subject

from cobot_alloc.application.explain import explain
from cobot_alloc.application.journal import Recorded
from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.decisions.partners import KEPT_S, OVERDUE_S
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.events import AttemptStarted, TaskHandedOver
from cobot_alloc.domain.experience.evidence import Scope
from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.requirements import Absence, CertificateRule, Requirements
from cobot_alloc.domain.task import Task, WorkMode

ARM, PERSON, TOGETHER = WorkMode.ARM, WorkMode.PERSON, WorkMode.TOGETHER
SKILLS = frozenset({'pick_place', 'hold'})


def joint(
    task_id: str = 'held',
    modes: tuple[WorkMode] | tuple[WorkMode, ...] | tuple[WorkMode, WorkMode] = (TOGETHER,),
    **changes: Any,
) -> Task:
    """Return a task that an arm and a person do together."""
    return a_task(task_id, skill='hold', modes=modes, **changes)


def a_pair_cell(*arms: Agent, people: tuple[str, ...] = ('anna',), **rules: Any) -> PlayedCell:
    """Return a cell of arms and people who can all hold parts."""
    arms = arms or (an_arm(skills=SKILLS),)
    cell = a_running_cell(*arms, attended=False, **rules)
    for name in people:
        cell.sign_on(a_person(name, skills=SKILLS))
    return cell


def crew_of(cell: PlayedCell, task_id: str) -> tuple[str | None, str]:
    record = cell.task(task_id)
    return record.agent_id, record.helper


def candidate(cell: PlayedCell, agent_id: str, helper: str = '') -> Candidate:
    decision = [e for e in cell.history if isinstance(e, AttemptStarted | TaskHandedOver)][-1]
    return next(c for c in decision.candidates if (c.agent_id, c.helper) == (agent_id, helper))


def codes(cell: PlayedCell, agent_id: str, helper: str = '') -> set[str]:
    return {reason.code for reason in candidate(cell, agent_id, helper).reasons}


# Who may


def test_it_takes_both_and_frees_both() -> None:
    """The arm has it, the person helps; both are busy until the arm says how it ended."""
    cell = a_pair_cell()
    cell.submit(joint())
    assert crew_of(cell, 'held') == ('panda', 'anna')
    assert cell.state.in_hand == {'held': 'panda'}
    assert cell.state.helping == {'held': 'anna'}
    cell.submit(a_task('alone'))
    assert cell.task('alone').state is TaskState.QUEUED
    cell.begin('held')
    cell.succeed('held')
    assert cell.task('held').done_by == 'panda'
    assert cell.state.helping == {}
    assert cell.task('alone').state in (TaskState.ASSIGNED, TaskState.MANUAL)


def test_neither_does_alone_what_is_to_be_done_together() -> None:
    """It waits for the other, and the explanation says why each alone was ruled out."""
    cell = a_pair_cell(people=())
    cell.submit(joint())
    assert cell.task('held').state is TaskState.QUEUED
    cell.sign_on(a_person(skills=SKILLS))
    assert crew_of(cell, 'held') == ('panda', 'anna')
    assert codes(cell, 'panda') == codes(cell, 'anna') == {'mode_not_allowed'}
    text = candidate(cell, 'panda').reasons[0].text
    assert text == 'would do it alone, it is to be done by an arm and a person together'


@pytest.mark.parametrize(
    ('modes', 'who'),
    [
        ((ARM,), ('panda', '')),
        ((PERSON,), ('anna', '')),
        ((), ('panda', '')),
        ((PERSON, TOGETHER), ('panda', 'anna')),
        ((ARM, TOGETHER), ('panda', '')),
    ],
    ids=lambda it: ' '.join(getattr(m, 'value', m) for m in it) or 'none',
)
def test_modes_say_how_it_may_be_done(modes: tuple[WorkMode, ...], who: tuple[str, str]) -> None:
    """Of those that it allows, the one that costs least."""
    cell = a_pair_cell()
    cell.submit(joint(modes=modes))
    assert crew_of(cell, 'held') == who


def test_a_task_without_modes_has_no_pairs_among_its_candidates() -> None:
    """As before there were pairs."""
    cell = a_pair_cell()
    cell.submit(joint(modes=()))
    last = cell.history[-1]
    assert isinstance(last, AttemptStarted)
    assert {c.helper for c in last.candidates} == {''}


@pytest.mark.parametrize(
    ('given', 'says'),
    [
        (
            {'judgement': True, 'modes': (ARM, TOGETHER)},
            'person among them where judgement is needed, got arm, tog',
        ),
        (
            {'hazards': frozenset({'acid'}), 'modes': (PERSON, TOGETHER)},
            'arm among them where there are hazards, got person, together',
        ),
        ({'modes': (TOGETHER, TOGETHER)}, 'different ones, got together, together'),
    ],
)
def test_modes_that_contradict_the_task_are_bad_input(
    given: dict[str, Any],
    says: str,
) -> None:
    """The message says what was given and what was expected."""
    with pytest.raises(ValueError, match=says):
        a_task(**given)


@pytest.mark.parametrize(
    ('arm', 'person', 'task', 'code'),
    [
        ({'payload_kg': 1.0}, {}, {'payload_kg': 2.0}, 'too_heavy'),
        ({}, {}, {'hazards': frozenset({'acid'}), 'modes': (ARM, TOGETHER)},
         'hazard_not_for_people'),
        ({}, {}, {'judgement': True, 'modes': (PERSON, TOGETHER)}, 'judgement_needs_person'),
    ],
)  # fmt: skip
def test_each_of_the_two_is_ruled_out_by_what_is_its_own(
    arm: dict[str, Any],
    person: dict[str, Any],
    task: dict[str, Any],
    code: str,
) -> None:
    """What is asked of an arm is asked of the arm, what is asked of a person of the helper."""
    cell = a_pair_cell(an_arm(skills=SKILLS, **arm), an_arm('other', skills=SKILLS))
    cell.sign_on(a_person(skills=SKILLS, **person))
    cell.submit(joint(**{'modes': (TOGETHER,), **task}))
    assert code in codes(cell, 'panda', 'anna')


def test_a_helper_needs_skill_and_certificate_and_carries_nothing() -> None:
    """The weak one with the certificate helps; the others are not asked to."""
    limits = Limits(
        requirements=Requirements(certificates=(CertificateRule(skill='hold', certificate='c1'),))
    )
    cell = a_pair_cell(people=(), limits=limits)
    cell.sign_on(a_person('unskilled', certificates=frozenset({'c1'})))
    cell.sign_on(a_person('unexamined', skills=SKILLS))
    cell.sign_on(a_person('fit', skills=SKILLS, certificates=frozenset({'c1'}), payload_kg=0.5))
    cell.submit(joint(payload_kg=2.0))
    assert crew_of(cell, 'held') == ('panda', 'fit')
    assert codes(cell, 'panda', 'unexamined') == {'certificate_missing'}
    last = cell.history[-1]
    assert isinstance(last, AttemptStarted)
    pairs = {c.helper for c in last.candidates if c.helper}
    assert pairs == {'unexamined', 'fit'}


def test_a_helper_is_not_called_from_a_break_nor_into_one() -> None:
    """Away now, or too soon for the work."""
    away = Absence(agent=AgentId('anna'), from_s=10.0, until_s=40.0)
    limits = Limits(requirements=Requirements(absences=(away,)))
    cell = a_pair_cell(people=('anna', 'bert'), limits=limits)
    cell.submit(joint())
    assert crew_of(cell, 'held') == ('panda', 'bert')
    assert codes(cell, 'panda', 'anna') == {'away_soon'}


def test_nobody_who_could_ever_is_said_of_the_two() -> None:
    """The question names the pair and what is missing."""
    cell = a_pair_cell(an_arm(skills=SKILLS, payload_kg=1.0))
    cell.submit(joint(payload_kg=2.0))
    cell.wait(cell.rules.limits.patience_s)
    failure = cell.the_case().failure
    assert failure.code == 'no_capable_agent'
    assert 'panda with anna: panda lifts 1 kg, the part has 2 kg' in failure.detail


def test_it_waits_for_people_without_a_question() -> None:
    """That nobody has come yet is no reason to ask."""
    cell = a_pair_cell(people=())
    cell.submit(joint())
    cell.wait(10.0 * cell.rules.limits.patience_s)
    assert cell.open_cases() == []


# Who is kept free for it


def with_busy_person(**rules: Any) -> PlayedCell:
    """Return a cell in which anna has work of about a minute, and the arm is free."""
    cell = a_pair_cell(**rules)
    cell.submit(joint('by_hand', modes=(PERSON,)))
    assert cell.task('by_hand').agent_id == 'anna'
    return cell


def only_by_arm(task_id: str) -> Task:
    return joint(task_id, modes=(ARM,))


def test_an_arm_works_on_while_the_person_is_busy_for_long() -> None:
    """Nothing stands idle for a wait that is long and has just begun."""
    cell = with_busy_person()
    cell.submit(joint(), only_by_arm('behind'))
    assert cell.task('held').state is TaskState.QUEUED
    assert cell.task('behind').agent_id == 'panda'


def test_an_arm_is_kept_while_the_person_is_soon_free() -> None:
    """What is behind in order waits, and its explanation says for what."""
    cell = with_busy_person()
    cell.wait(60.0 - KEPT_S)
    cell.submit(joint(), only_by_arm('behind'))
    assert cell.task('behind').state is TaskState.QUEUED
    cell.act(task_subject('by_hand'), Action.DONE_BY_ME)
    assert crew_of(cell, 'held') == ('panda', 'anna')


def test_what_is_ahead_in_order_is_not_kept_waiting() -> None:
    """The arm is kept from what is behind only."""
    cell = with_busy_person()
    cell.wait(60.0 - KEPT_S)
    cell.submit(joint(), joint('ahead', modes=(ARM,), priority=1))
    assert cell.task('ahead').agent_id == 'panda'


def test_an_explanation_says_for_what_an_arm_was_kept() -> None:
    """The other arm, dearer, gets it, and the free one was kept."""
    cell = a_pair_cell(an_arm(skills=SKILLS), an_arm('slow', base=(2.0, 0.0, 0.0), reach_m=5.0))
    cell.submit(joint('by_hand', modes=(PERSON,)))
    cell.wait(60.0 - KEPT_S)
    cell.submit(joint(), a_task('behind'))
    assert cell.task('behind').agent_id == 'slow'
    (reason,) = candidate(cell, 'panda').reasons
    assert reason.code == 'kept_for_task'
    assert reason.text == 'is kept for task held, which waits for anna too'


def test_an_arm_is_not_kept_for_work_that_should_long_have_ended() -> None:
    """Nobody stands idle for whoever forgot to say that they were done."""
    cell = with_busy_person()
    cell.wait(60.0 + OVERDUE_S + 1.0)
    cell.submit(joint(), only_by_arm('behind'))
    assert cell.task('behind').agent_id == 'panda'


@pytest.mark.parametrize(('first_s', 'then_s'), [(7.0, 7.0), (30.0, 60.0)])
def test_no_stream_of_other_work_keeps_two_apart_for_ever(first_s: float, then_s: float) -> None:
    """Each has the next task waiting, and is never free, or soon free, with the other."""
    cell = a_pair_cell()
    ends: dict[str, float] = {}
    for number in range(2):
        cell.submit(joint(f'p{number}', modes=(PERSON,)), only_by_arm(f'a{number}'))
    while cell.now_s < 600.0 and not cell.state.helping:
        for task_id, who in cell.state.in_hand.items():
            arms_s = then_s if len(ends) > 1 else first_s
            ends.setdefault(task_id, cell.now_s + (60.0 if who == 'anna' else arms_s))
        task_id = min(cell.state.in_hand, key=ends.__getitem__)
        cell.wait(ends[task_id] - cell.now_s)
        # By then it is known how long the work takes.
        if 'held' not in cell.state.tasks and cell.now_s >= 300.0:
            cell.submit(joint())
        cell.submit(
            replace(
                cell.task(task_id).task,
                task_id=TaskId(f'{task_id[0]}{len(cell.state.tasks)}'),
                order_id=OrderId(''),
                earliest_start_s=0.0,
            )
        )
        if cell.task(task_id).state is TaskState.MANUAL:
            cell.act(task_subject(task_id), Action.DONE_BY_ME)
        else:
            cell.begin(task_id)
            cell.succeed(task_id, duration_s=then_s)
    assert crew_of(cell, 'held') == ('panda', 'anna')
    assert 360.0 <= cell.now_s < 480.0


# How it goes and ends


def test_a_helper_who_signs_off_leaves_the_attempt_to_the_arm() -> None:
    """Only the arm says how it ended; when they are back they are still at it."""
    cell = a_pair_cell()
    cell.submit(joint())
    cell.begin('held')
    cell.act(cell.cell_subject, Action.SIGN_OFF)
    assert cell.task('held').state is TaskState.UNDERWAY
    cell.sign_on(a_person(skills=SKILLS))
    cell.submit(joint('next', modes=(PERSON,)))
    assert cell.task('next').state is TaskState.QUEUED
    cell.fail('held', 'nobody_came')
    assert cell.the_case().failure.code == 'nobody_came'
    assert 'by panda with anna' in cell.the_case().question
    assert cell.task('next').agent_id == 'anna'


def test_a_retry_takes_whoever_is_there_now() -> None:
    """The helper of before has gone; another takes their place."""
    cell = a_pair_cell()
    cell.submit(joint())
    cell.begin('held')
    cell.act(cell.cell_subject, Action.SIGN_OFF)
    cell.fail('held', 'grip_failed')
    assert cell.task('held').state is TaskState.QUEUED
    cell.sign_on(a_person('bert', skills=SKILLS))
    assert crew_of(cell, 'held') == ('panda', 'bert')
    assert [a.helper for a in cell.task('held').attempts] == ['anna', 'bert']


def test_another_arm_may_try_together_too() -> None:
    """The rule rules the arm out and not the person."""
    arms = an_arm(skills=SKILLS), an_arm('other', skills=SKILLS)
    cell = a_pair_cell(*arms)
    cell.submit(joint())
    first = cell.task('held').agent_id
    cell.begin('held')
    cell.fail('held', 'unreachable')
    assert crew_of(cell, 'held')[1] == 'anna'
    assert cell.task('held').agent_id not in (None, first)


def test_taking_over_is_for_what_a_person_may_do_alone() -> None:
    """Neither to take over nor to have done it, where it takes two."""
    for modes, offered in (((TOGETHER,), False), ((PERSON, TOGETHER), True), ((ARM,), False)):
        cell = a_pair_cell()
        cell.submit(joint(modes=modes))
        cell.begin('held')
        cell.fail('held', 'part_dropped')
        actions = cell.offered(cell.case_subject())
        assert (Action.TAKE_OVER in actions) is offered, modes
        assert (Action.DONE_BY_ME in actions) is offered, modes
        assert Action.RETRY in actions


def test_the_arm_reports_and_not_the_helper() -> None:
    """While it goes on, it can only be canceled, as today."""
    cell = a_pair_cell()
    cell.submit(joint())
    cell.begin('held')
    assert cell.offered(task_subject('held')) == {Action.CANCEL}


def test_a_helper_takes_on_nothing_else_until_the_arm_has_ended() -> None:
    """The arm waits for them; what they may decide is what becomes of its own task."""
    cell = a_pair_cell(an_arm(skills=SKILLS), an_arm('other'))
    cell.submit(a_task('broken', modes=(ARM, PERSON)))
    alone = cell.task('broken').agent_id
    cell.submit(joint())
    cell.begin('broken')
    cell.fail('broken', 'part_dropped')
    if crew_of(cell, 'held')[0] is None:
        pytest.fail(f'{alone} was to be free for it')
    with pytest.raises(Refused, match='anna works with panda at task held') as refused:
        cell.act(cell.case_subject(), Action.TAKE_OVER)
    assert refused.value.code == 'busy'
    cell.begin('held')
    cell.succeed('held')
    cell.act(cell.case_subject(), Action.TAKE_OVER)
    assert cell.task('broken').state is TaskState.MANUAL


def test_a_helper_may_take_over_what_the_silent_arm_left() -> None:
    """Then the attempt is given up, and they are no longer a helper of it."""
    cell = a_pair_cell()
    cell.submit(joint(modes=(PERSON, TOGETHER)))
    cell.begin('held')
    cell.miss('panda')
    assert cell.state.helping == {'held': 'anna'}
    cell.act(cell.case_subject(), Action.TAKE_OVER)
    assert crew_of(cell, 'held') == ('anna', '')
    assert cell.state.helping == {}


# What is learned


def test_working_together_is_learned_apart() -> None:
    """What the arm needs alone says nothing of it, and the other way round."""
    cell = a_pair_cell()
    cell.submit(only_by_arm('alone'))
    cell.begin('alone')
    cell.succeed('alone', duration_s=4.0)
    cell.submit(joint())
    assumed = {t.name: t.seconds for t in candidate(cell, 'panda', 'anna').terms}
    assert assumed['work_assumed'] == 30.0
    cell.begin('held')
    cell.succeed('held', duration_s=20.0)
    runs = {scope: evidence.runs for scope, evidence in cell.state.experience.items()}
    alone = Scope('hold', AgentKind.ARM, AgentId('panda'))
    assert runs[alone] == runs[alone._replace(together=True)] == 1
    cell.submit(joint('again'))
    measured = {t.name: t.seconds for t in candidate(cell, 'panda', 'anna').terms}
    assert 19.0 < measured['work_measured'] < 29.0


def test_an_arm_that_is_held_while_they_work_is_at_work() -> None:
    """The helper stands in its stop zone: that is the work, and not in its way."""
    cell = a_pair_cell()
    cell.submit(joint())
    cell.begin('held')
    arm = an_arm(skills=SKILLS)
    cell.hear(arm, SafetyMode.STOPPED, held=True, zone_clear=False, fence_in_hand=1)
    assert cell.task('held').state is TaskState.PAUSED
    cell.wait(18.0)
    cell.hear(arm, fence_in_hand=1)
    cell.succeed('held', duration_s=20.0)
    assert cell.state.labour[AgentId('anna')][0].seconds == 20.0
    (evidence, *_) = cell.state.experience.values()
    assert evidence.log_mean == pytest.approx(math.log(20.0))
    records = (
        Recorded(seq=n, recorded_at='', event=event) for n, event in enumerate(cell.history, 1)
    )
    assert 'It took 20.00 s, 10.00 s less than expected' in explain(records, 'held').text


def test_work_of_two_counts_as_the_helpers_strain() -> None:
    """Heavy work with an arm makes the next heavy work dearer, as heavy work alone does."""
    cell = a_pair_cell()
    cell.submit(joint(payload_kg=3.0))
    cell.begin('held')
    cell.succeed('held', duration_s=25.0)
    (spell,) = cell.state.labour[AgentId('anna')]
    assert (spell.seconds, spell.payload_kg) == (25.0, 3.0)


def test_work_that_nobody_came_to_is_nobodys_strain() -> None:
    """A failed attempt is no work done."""
    cell = a_pair_cell()
    cell.submit(joint(payload_kg=3.0))
    cell.begin('held')
    cell.fail('held', 'nobody_came')
    assert cell.state.labour == {}
