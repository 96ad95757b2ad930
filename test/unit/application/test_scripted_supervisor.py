"""A scripted supervisor answers what it has an answer to, and only what is offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest
from support.present import present

from cobot_alloc.application.questions import Question
from cobot_alloc.application.scripted_supervisor import (
    choose_answer,
    Comes,
    Script,
    ScriptedAnswer,
    ScriptedSupervisor,
    When,
)
from cobot_alloc.application.supervisor_ports import (
    Answer,
    CellView,
    ChoreInHand,
    Explanation,
    TaskView,
)
from cobot_alloc.domain.case import Action, Case, Subject, SubjectKind
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import AgentId, CaseId, OrderId, TaskId
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.offer import Offer, Offers
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.world import Chore, ChoreKind

CELL = Subject(SubjectKind.CELL, 'cell_a')
ASKED = Subject(SubjectKind.CASE, 'case-1')
TASK = Task(task_id=TaskId('t1'), order_id=OrderId('o1'), skill='pick_place', part='gear')
CASE = Case(
    case_id=CaseId('case-1'),
    subject=Subject(SubjectKind.TASK, 't1'),
    title='The part is not there (t1)',
    question='What shall be done?',
    failure=Failure(phase=Phase.PRECONDITION, code='part_missing'),
    agent_id=AgentId('panda'),
    priority=0,
    hazardous=False,
    opened_s=10.0,
    due_s=130.0,
    version=4,
)
WAITING = TaskView(task=TASK, state=TaskState.AWAITING_DECISION, version=7)
RETRY = ScriptedAnswer(
    when=When(code=frozenset({'part_missing'})), action=Action.RETRY, note='put back', after_s=2.0
)
SKIP = ScriptedAnswer(action=Action.SKIP, note='left out', after_s=5.0)


def offer(action: Action, **given: Any) -> Offer:
    return Offer(action=action, label=action.value, key=action.value[0], **given)


class FakeGateway:
    """A cell that shows what it is told to show, and writes down what is done to it."""

    def __init__(self, **shown: Any) -> None:
        self.shown = {'connected': True, 'people': ('ada',), 'now_s': 20.0, 'version': 1, **shown}
        self.offered = {CELL: (1, [offer(Action.SIGN_ON)])}
        self.answer = Answer(done=True)
        self.refusal: Refused | None = None
        self.acts: list[tuple[Subject, Action, int, str, Offer | None]] = []
        self.has_hands = False
        self.hands: Answer | None = (
            None  # what comes of what is done by hand; None: it is under way
        )
        self.chores: list[Any] = []
        self.asked: list[Any] = []  # whom, for each of them; empty: anybody

    def do_by_hand(self, chore: Chore, *, person_id: str = '') -> ChoreInHand | None:
        if not self.has_hands:
            return None
        self.chores.append(chore)
        self.asked.append(person_id)
        return lambda: self.hands

    def view(self) -> CellView:
        return CellView(cell_id='cell_a', **self.shown)

    def offers(self, subject: Subject) -> Offers:
        if subject not in self.offered:
            raise Refused('unknown_subject', f'there is no {subject}')
        version, actions = self.offered[subject]
        return Offers(subject=subject, version=version, actions=tuple(actions))

    def act(
        self,
        subject: Subject,
        action: Action,
        *,
        version: int,
        note: str = '',
        arguments: Mapping[str, str] | None = None,
        offer: Offer | None = None,
    ) -> Answer:
        if self.refusal is not None:
            raise self.refusal
        self.acts.append((subject, action, version, note, offer))
        return self.answer

    def submit(self, order_id: str, tasks: Sequence[Task], *, idempotency_key: str) -> Answer:
        raise NotImplementedError

    def explain(self, task_id: str) -> Explanation:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def cell_with(
    case: Case = CASE, *actions: Action | Offer, task: TaskView = WAITING, **shown: Any
) -> FakeGateway:
    gateway = FakeGateway(cases={case.case_id: case}, tasks={'t1': task}, **shown)
    made = [offer(action) if isinstance(action, Action) else action for action in actions]
    gateway.offered[ASKED] = (case.version, made)
    return gateway


def supervisor(
    *answers: ScriptedAnswer, otherwise: ScriptedAnswer | None = None
) -> ScriptedSupervisor:
    return ScriptedSupervisor(Script(actor='ada', answers=answers, otherwise=otherwise))


# Signing on


def test_it_signs_on_before_anything_else() -> None:
    gateway = cell_with(CASE, Action.RETRY, people=())
    assert supervisor(RETRY).step(gateway) == ['ada signed on']
    assert [(subject, action) for subject, action, *_ in gateway.acts] == [(CELL, Action.SIGN_ON)]


@pytest.mark.parametrize(
    ('state', 'comes'),
    [
        (TaskState.AWAITING_DECISION, True),
        (TaskState.QUEUED, False),
        (TaskState.ASSIGNED, False),
        (TaskState.UNDERWAY, False),
    ],
)
def test_one_who_comes_when_nothing_goes_on_without_stays_away_until_then(
    state: TaskState, comes: bool
) -> None:
    other = TaskView(task=replace(TASK, task_id=TaskId('t2')), state=state, version=1)
    gateway = cell_with(CASE, Action.RETRY, people=())
    gateway.shown['tasks']['t2'] = other
    ada = ScriptedSupervisor(Script(actor='ada', comes=Comes.WHEN_STUCK, answers=(RETRY,)))
    assert bool(ada.step(gateway)) is comes
    gateway.shown['cases'] = {}
    assert ada.step(gateway) == []  # and there has to be a question


def test_it_signs_on_once_while_the_view_has_not_caught_up() -> None:
    gateway, ada = FakeGateway(people=()), supervisor()
    ada.step(gateway)
    assert ada.step(gateway) == []
    assert len(gateway.acts) == 1


def test_it_signs_on_again_after_someone_signed_it_off() -> None:
    gateway, ada = FakeGateway(people=()), supervisor()
    ada.step(gateway)
    gateway.shown['version'] = 3
    assert ada.step(gateway) == ['ada signed on']


def test_it_does_nothing_while_the_cell_is_not_heard() -> None:
    gateway = cell_with(CASE, Action.RETRY, connected=False)
    assert supervisor(RETRY).step(gateway) == []
    assert gateway.acts == []


def test_a_refused_sign_on_is_told_once_and_tried_again() -> None:
    gateway, ada = FakeGateway(people=()), supervisor()
    gateway.answer = Answer(done=False, reason_code='not_a_person', message='ada is an arm')
    assert ada.step(gateway) == ['ada may not sign on: ada is an arm']
    assert ada.step(gateway) == []
    assert len(gateway.acts) == 2


# Cases


def test_a_case_is_answered_with_the_note_and_the_version_of_the_offers() -> None:
    put_back = offer(Action.RETRY, asserts_part='gear', asserts_location='tray')
    gateway = cell_with(CASE, Action.CLAIM, put_back)
    lines = supervisor(RETRY).step(gateway)
    assert gateway.acts == [(ASKED, Action.RETRY, 4, 'put back', put_back)]
    assert lines == ['case case-1 (The part is not there (t1)): retry, put back']


def test_an_answer_that_cannot_be_made_true_gives_way_to_the_next() -> None:
    gateway = cell_with(CASE, Action.RETRY, Action.SKIP, now_s=60.0)
    ada = supervisor(RETRY, otherwise=SKIP)
    gateway.refusal = Refused('not_so', 'another part lies there')
    ada.step(gateway)
    gateway.refusal = None
    ada.step(gateway)
    assert [action for _, action, *_ in gateway.acts] == [Action.SKIP]


def test_a_case_is_answered_once_while_the_view_has_not_caught_up() -> None:
    gateway, ada = cell_with(CASE, Action.RETRY), supervisor(RETRY)
    ada.step(gateway)
    assert ada.step(gateway) == []
    assert len(gateway.acts) == 1


@pytest.mark.parametrize(('now_s', 'acts'), [(11.9, 0), (12.0, 1)])
def test_an_answer_takes_its_time_since_the_case_opened(now_s: float, acts: int) -> None:
    gateway = cell_with(CASE, Action.RETRY, now_s=now_s)
    supervisor(RETRY, otherwise=replace(SKIP, after_s=0.0)).step(gateway)
    assert len(gateway.acts) == acts


def test_an_action_that_is_not_offered_is_never_taken() -> None:
    gateway = cell_with(CASE, Action.CLAIM, Action.SKIP)
    supervisor(RETRY, otherwise=SKIP).step(gateway)
    assert [action for _, action, *_ in gateway.acts] == [Action.SKIP]


def test_where_nothing_fits_that_is_said_once() -> None:
    gateway, ada = cell_with(CASE, Action.CLAIM), supervisor(RETRY)
    assert ada.step(gateway) == ['case case-1: nothing that is offered is in the script']
    assert ada.step(gateway) == []
    unscripted = supervisor(replace(RETRY, when=When(code=frozenset({'x'}))))
    assert unscripted.step(gateway) == ['case case-1: not in the script']
    assert gateway.acts == []


def test_a_stale_version_is_looked_at_again_in_the_next_step() -> None:
    gateway, ada = cell_with(CASE, Action.RETRY), supervisor(RETRY)
    gateway.answer = Answer(done=False, reason_code='stale_version', message='it has changed')
    assert ada.step(gateway) == [
        'case case-1 (The part is not there (t1)): retry was refused: it has changed'
    ]
    gateway.answer = Answer(done=True)
    assert len(ada.step(gateway)) == 1
    assert len(gateway.acts) == 2


def test_what_it_has_not_seen_yet_is_not_answered() -> None:
    """The offers are of a newer version than the case on the screen: look again first."""
    gateway = cell_with(CASE, Action.RETRY)
    gateway.offered[ASKED] = (5, [offer(Action.RETRY)])
    assert supervisor(RETRY).step(gateway) == []
    assert gateway.acts == []


def test_a_gateway_without_an_answer_is_tolerated() -> None:
    gateway, ada = cell_with(CASE, Action.RETRY), supervisor(RETRY)
    gateway.refusal = Refused('no_answer', 'no answer in 3 s')
    assert ada.step(gateway) == ['case case-1: no answer in 3 s']
    assert ada.step(gateway) == []
    gateway.refusal = None
    assert len(ada.step(gateway)) == 1


def test_a_case_that_is_gone_is_tolerated() -> None:
    gateway = cell_with(CASE, Action.RETRY)
    del gateway.offered[ASKED]
    assert supervisor(RETRY).step(gateway) == ['case case-1: there is no case case-1']


@pytest.mark.parametrize(
    'case',
    [
        replace(CASE, state=CaseState.RESOLVED),
        replace(CASE, state=CaseState.EXPIRED),
        replace(CASE, state=CaseState.CLAIMED, claimed_by='bob'),
    ],
)
def test_what_is_settled_or_with_someone_else_is_left_alone(case: Case) -> None:
    gateway = cell_with(case, Action.RETRY)
    assert supervisor(RETRY).step(gateway) == []
    assert gateway.acts == []


def test_the_most_urgent_case_is_answered_first() -> None:
    urgent = replace(CASE, case_id=CaseId('case-2'), priority=5)
    gateway = cell_with(CASE, Action.RETRY)
    gateway.shown['cases'] = {'case-1': CASE, 'case-2': urgent}
    gateway.offered[Subject(SubjectKind.CASE, 'case-2')] = (4, [offer(Action.RETRY)])
    supervisor(RETRY).step(gateway)
    assert [subject.id for subject, *_ in gateway.acts] == ['case-2', 'case-1']


def test_a_note_is_given_where_one_is_needed_and_the_script_has_none() -> None:
    gateway = cell_with(CASE, offer(Action.SKIP, needs_note=True))
    supervisor(replace(SKIP, note='')).step(gateway)
    assert gateway.acts[0][3] == 'as scripted'


def test_a_case_about_an_arm_has_no_task_and_no_skill() -> None:
    held = replace(
        CASE,
        subject=Subject(SubjectKind.AGENT, 't1'),
        failure=Failure(phase=Phase.SAFETY, code='held'),
    )
    gateway = cell_with(held, Action.RESUME)
    resume = ScriptedAnswer(when=When(code=frozenset({'held'})), action=Action.RESUME)
    of_task = ScriptedAnswer(when=When(task=frozenset({'t1'})), action=Action.RESUME, note='x')
    supervisor(of_task, resume).step(gateway)
    assert [(action, note) for _, action, _, note, _ in gateway.acts] == [(Action.RESUME, '')]


# Tasks that are the person's


MANUAL = replace(WAITING, state=TaskState.MANUAL, agent_id='ada')
DONE = ScriptedAnswer(
    when=When(task=frozenset({'t1'})), action=Action.DONE_BY_ME, note='looked', after_s=3.0
)
MINE = Subject(SubjectKind.TASK, 't1')


def person_with(task: TaskView) -> FakeGateway:
    gateway = FakeGateway(tasks={'t1': task})
    gateway.offered[MINE] = (7, [offer(Action.DONE_BY_ME), offer(Action.RELEASE)])
    return gateway


def test_a_task_is_done_once_the_person_has_had_it_long_enough() -> None:
    gateway, ada = person_with(MANUAL), supervisor(DONE)
    assert ada.step(gateway) == []
    gateway.shown['now_s'] = 23.0
    assert ada.step(gateway) == ['task t1 (pick_place gear): done_by_me, looked']
    assert [act[:4] for act in gateway.acts] == [(MINE, Action.DONE_BY_ME, 7, 'looked')]


def test_a_task_that_comes_back_takes_its_time_anew() -> None:
    gateway, ada = person_with(MANUAL), supervisor(DONE)
    ada.step(gateway)
    gateway.shown.update(now_s=22.0, tasks={'t1': WAITING})
    ada.step(gateway)
    gateway.shown.update(now_s=23.0, tasks={'t1': MANUAL})
    assert ada.step(gateway) == []


@pytest.mark.parametrize(
    'task', [replace(MANUAL, agent_id='bob'), replace(MANUAL, state=TaskState.UNDERWAY)]
)
def test_what_is_not_the_persons_is_left_alone(task: TaskView) -> None:
    gateway = person_with(task)
    assert supervisor(replace(DONE, after_s=0.0)).step(gateway) == []
    assert gateway.acts == []


# The choice


QUESTION = Question(
    subject=ASKED,
    version=1,
    title='The part is not there',
    code='part_missing',
    skill='pick_place',
    task_id='t1',
    hazardous=True,
    since_s=0.0,
)


@pytest.mark.parametrize(
    ('when', 'holds'),
    [
        (When(), True),
        (When(code=frozenset({'part_missing', 'x'})), True),
        (When(code=frozenset({'x'})), False),
        (When(skill=frozenset({'x'})), False),
        (When(task=frozenset({'x'})), False),
        (When(title_contains='PART is'), True),
        (When(title_contains='gone'), False),
        (When(hazardous=True), True),
        (When(hazardous=False), False),
    ],
)
def test_every_condition_must_hold(when: When, holds: bool) -> None:
    assert when.holds(QUESTION) is holds


ANSWERS = st.builds(
    ScriptedAnswer,
    when=st.builds(When, code=st.sampled_from([frozenset(), frozenset({'x'})])),
    action=st.sampled_from(Action),
)


@given(
    answers=st.lists(ANSWERS, max_size=5),
    otherwise=st.none() | ANSWERS,
    offered=st.lists(st.sampled_from(Action), unique=True),
)
def test_the_choice_fits_is_offered_and_is_the_first_such(
    answers: list[ScriptedAnswer], otherwise: ScriptedAnswer | None, offered: list[Action]
) -> None:
    script = Script(actor='ada', answers=tuple(answers), otherwise=otherwise)
    offers = Offers(subject=ASKED, version=1, actions=tuple(offer(it) for it in offered))
    chosen = choose_answer(script, QUESTION, offers)
    possible = [it for it in script.meant_for(QUESTION) if it.action in offered]
    assert (chosen[0] if chosen else None) == (possible[0] if possible else None)
    assert chosen is None or chosen[1].action is chosen[0].action


# By hand


PUT_BACK = offer(Action.RETRY, asserts_part='gear', asserts_location='tray')
PUT_GEAR = Chore(kind=ChoreKind.PUT, part='gear', location='tray')


def by_hand(
    answer: Answer | None = None, *actions: Offer | Action, task: TaskView = WAITING, **shown: Any
) -> FakeGateway:
    """Return a cell in which somebody may be asked to do things by hand."""
    gateway = cell_with(CASE, *(actions or (PUT_BACK,)), task=task, **shown)
    gateway.hands = answer
    gateway.has_hands = True
    return gateway


def test_what_an_answer_asserts_is_done_by_hand_first() -> None:
    gateway, ada = by_hand(), supervisor(RETRY)
    assert ada.step(gateway) == ['case case-1: somebody is asked to put gear at tray']
    assert ada.step(gateway) == []  # it is under way
    assert gateway.acts == []
    gateway.hands = Answer(done=True)
    assert len(ada.step(gateway)) == 1
    (act,) = gateway.acts
    assert act[:4] == (ASKED, Action.RETRY, 4, 'put back')
    assert present(act[4]).asserts_part == ''  # it is so: nobody has to make it so again
    assert gateway.chores == [PUT_GEAR]


def test_what_came_to_nothing_is_tried_again_and_then_given_up() -> None:
    gateway = by_hand(Answer(done=False, message='ben is at put plate'), PUT_BACK, Action.SKIP)
    ada = supervisor(RETRY, otherwise=SKIP)
    lines = []
    for now_s in range(20, 60):
        gateway.shown['now_s'] = float(now_s)
        lines += ada.step(gateway)
    said = 'case case-1: nobody could put gear at tray: ben is at put plate'
    assert lines.count(said) == 3
    assert gateway.chores == [PUT_GEAR] * 3
    assert [action for _, action, *_ in gateway.acts] == [Action.SKIP]


def test_a_second_try_is_enough() -> None:
    gateway, ada = by_hand(Answer(done=False, message='ben is busy')), supervisor(RETRY)
    ada.step(gateway)
    ada.step(gateway)
    gateway.hands = Answer(done=True)
    gateway.shown['now_s'] = 22.9
    assert ada.step(gateway) == []  # not yet again
    gateway.shown['now_s'] = 23.0
    ada.step(gateway)
    ada.step(gateway)
    assert [action for _, action, *_ in gateway.acts] == [Action.RETRY]


@pytest.mark.parametrize(
    ('kind', 'station', 'chore'),
    [
        (ChoreKind.CLEAR, '', Chore(kind=ChoreKind.CLEAR, station='press')),
        (ChoreKind.CLEAR, 'lock', Chore(kind=ChoreKind.CLEAR, station='lock')),
        (ChoreKind.LOAD, '', Chore(kind=ChoreKind.LOAD, part='gear', station='press')),
        (ChoreKind.PUT, '', Chore(kind=ChoreKind.PUT, part='gear', location='nest')),
        (ChoreKind.TAKE, '', Chore(kind=ChoreKind.TAKE, part='gear', location='nest')),
        (ChoreKind.ASSIST, '', Chore(kind=ChoreKind.ASSIST, part='gear', station='press')),
    ],
)
def test_an_answer_may_ask_for_something_by_hand(
    kind: ChoreKind, station: str, chore: Chore
) -> None:
    task = replace(WAITING, task=replace(TASK, station='press', target='nest'))
    gateway = by_hand(None, Action.RETRY, task=task)
    supervisor(replace(RETRY, by_hand=kind, station=station)).step(gateway)
    assert gateway.chores == [chore]


def test_without_a_station_it_is_the_arm_that_is_set_right() -> None:
    gateway = by_hand(None, Action.RETRY, task=replace(WAITING, agent_id='panda'))
    supervisor(replace(RETRY, by_hand=ChoreKind.CLEAR)).step(gateway)
    assert gateway.chores == [Chore(kind=ChoreKind.CLEAR, station='panda')]


def test_a_task_that_does_not_say_enough_for_it_is_told_and_not_answered() -> None:
    gateway = by_hand(None, Action.RETRY)
    lines = supervisor(replace(RETRY, by_hand=ChoreKind.LOAD)).step(gateway)
    assert lines == ['case case-1: t1: load needs part and station, got part']
    assert gateway.acts == []


def test_whoever_is_busy_is_asked_again_as_often_as_it_takes() -> None:
    gateway = by_hand(Answer(done=False, reason_code='nobody_free', message='ben is busy'))
    ada = supervisor(RETRY)
    for now_s in range(20, 80):
        gateway.shown['now_s'] = float(now_s)
        ada.step(gateway)
    assert len(gateway.chores) > 10
    gateway.hands = Answer(done=True)
    for now_s in range(80, 86):
        gateway.shown['now_s'] = float(now_s)
        ada.step(gateway)
    assert [action for _, action, *_ in gateway.acts] == [Action.RETRY]


# Together with an arm


GIVING = TaskView(
    task=replace(TASK, skill='hand_over', source='tray', target='out'),
    state=TaskState.UNDERWAY,
    version=3,
    agent_id='panda',
    helper='ada',
    attempt=7,
)
HOLDING = replace(GIVING, task=replace(TASK, skill='hold', station='before_ada'))
TAKE_GEAR = Chore(kind=ChoreKind.TAKE, part='gear', location='out')


def together(task: TaskView = GIVING, answer: Answer | None = None) -> FakeGateway:
    """Return a cell in which an arm is at a task at which somebody helps."""
    gateway = FakeGateway(tasks={'t1': task})
    gateway.has_hands, gateway.hands = True, answer
    return gateway


@pytest.mark.parametrize(
    ('task', 'chore'),
    [
        (GIVING, TAKE_GEAR),
        (HOLDING, Chore(kind=ChoreKind.ASSIST, part='gear', station='before_ada')),
    ],
)
def test_whoever_works_with_an_arm_is_the_one_who_comes(task: TaskView, chore: Chore) -> None:
    gateway, ada = together(task), supervisor()
    (line,) = ada.step(gateway)
    assert line.startswith('task t1: ada is asked to ')
    assert ada.step(gateway) == []  # it is under way
    assert (gateway.chores, gateway.asked) == ([chore], ['ada'])


@pytest.mark.parametrize(
    'task',
    [
        replace(GIVING, helper=''),
        replace(GIVING, helper='ben'),
        replace(GIVING, state=TaskState.QUEUED),
        replace(GIVING, state=TaskState.COMPLETED),
        replace(GIVING, task=replace(TASK, skill='fasten')),
    ],
)
def test_nobody_comes_where_they_do_not_work_with_an_arm(task: TaskView) -> None:
    gateway = together(task)
    assert supervisor().step(gateway) == []
    assert gateway.chores == []


def test_a_share_is_done_once_for_each_attempt() -> None:
    gateway, ada = together(answer=Answer(done=True)), supervisor()
    for _ in range(4):
        ada.step(gateway)
    assert gateway.chores == [TAKE_GEAR]
    gateway.shown['tasks'] = {'t1': replace(GIVING, attempt=8)}
    for _ in range(4):
        ada.step(gateway)
    assert gateway.chores == [TAKE_GEAR] * 2


def test_an_attempt_that_has_ended_is_forgotten_with_what_was_asked_for_it() -> None:
    """The chore of the last attempt may still be under way when the next one begins."""
    gateway, ada = together(), supervisor()
    ada.step(gateway)
    gateway.shown['tasks'] = {'t1': replace(GIVING, attempt=8)}
    ada.step(gateway)
    assert gateway.chores == [TAKE_GEAR] * 2


def test_a_share_that_came_to_nothing_is_tried_again_for_a_while() -> None:
    gateway, ada = together(answer=Answer(done=False, reason_code='no_way')), supervisor()
    for now_s in range(20, 60):
        gateway.shown['now_s'] = float(now_s)
        ada.step(gateway)
    assert gateway.chores == [TAKE_GEAR] * 3


def test_an_operator_without_a_body_in_the_cell_is_not_missed() -> None:
    """Then whoever is helpful comes by themselves."""
    gateway, ada = together(answer=Answer(done=False, reason_code='person_unknown')), supervisor()
    lines = [line for _ in range(4) for line in ada.step(gateway)]
    assert gateway.chores == [TAKE_GEAR]
    assert len(lines) == 1
