"""The parts that need no screen: order, words, keys, what is asked back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.present import present

from cobot_alloc.application.supervisor_ports import AgentView, CellView, TaskView
from cobot_alloc.domain.case import Action, Case, Subject, SubjectKind
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import CaseId, OrderId, TaskId
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.offer import Offer, Offers
from cobot_alloc.domain.task import Task
from cobot_alloc.tui import wording
from cobot_alloc.tui.details import describe
from cobot_alloc.tui.keymap import assign_keys, find_offer, RESERVED
from cobot_alloc.tui.offer_book import OfferBook
from cobot_alloc.tui.palette import MODE_SIGNS, STATE_COLOURS
from cobot_alloc.tui.requests import Request
from cobot_alloc.tui.waiting import waiting_for_people
from cobot_alloc.tui.widgets.progress_line import BAR_WIDTH, progress

CASE = Subject(SubjectKind.CASE, 'case-1')


def an_offer(action: Action, key: str = '', label: str = '', **more: Any) -> Offer:
    return Offer(action=action, label=label or action.value, key=key, **more)


def a_case(case_id: str, *, about: str = 't1', **more: Any) -> Case:
    given: dict[str, Any] = {
        'title': 'x',
        'question': 'y?',
        'failure': Failure(phase=Phase.EXECUTION, code='part_dropped'),
        'agent_id': None,
        'priority': 1,
        'hazardous': False,
        'opened_s': 0.0,
        'due_s': 60.0,
    }
    return Case(
        case_id=CaseId(case_id), subject=Subject(SubjectKind.TASK, about), **(given | more)
    )


def a_task(task_id: str, state: TaskState, *, judgement: bool = False, **more: Any) -> TaskView:
    task = Task(
        task_id=TaskId(task_id),
        order_id=OrderId('o'),
        skill='inspect',
        judgement=judgement,
        **more,
    )
    return TaskView(task=task, state=state, version=1)


@pytest.mark.parametrize(
    ('seconds', 'words'),
    [(0, '0:00'), (42.9, '0:42'), (60, '1:00'), (725, '12:05'), (3723, '1:02:03'), (-3, '0:00')],
)
def test_spans(seconds: float, words: str) -> None:
    assert wording.span(seconds) == words


@pytest.mark.parametrize(
    ('due_s', 'words'),
    [(None, '-'), (float('inf'), '-'), (160.0, 'in 1:00'), (88.0, 'late 0:12')],
)
def test_due_times_are_said_as_seen_from_now(due_s: float | None, words: str) -> None:
    assert wording.due(due_s, now_s=100.0).plain == words


def test_every_mode_has_a_sign_of_its_own_beside_its_colour() -> None:
    assert set(MODE_SIGNS) == set(SafetyMode)
    assert len({sign for sign, _ in MODE_SIGNS.values()}) == len(SafetyMode)
    assert all(value.value in wording.mode(value).plain for value in SafetyMode)


def test_priority_comes_first_then_what_is_due_first() -> None:
    view = CellView(
        cell_id='c',
        cases={
            'case-1': a_case('case-1', priority=1, due_s=10.0),
            'case-2': a_case('case-2', priority=5, due_s=90.0),
            'case-3': a_case('case-3', priority=5, due_s=20.0),
            'case-4': a_case('case-4', priority=9, state=CaseState.RESOLVED),
        },
        tasks={
            't1': a_task('t1', TaskState.MANUAL, priority=5, deadline_s=50.0),
            't2': a_task('t2', TaskState.QUEUED, judgement=True, priority=5),
            't3': a_task('t3', TaskState.QUEUED, priority=9),
            't4': a_task('t4', TaskState.BLOCKED, judgement=True, priority=9),
        },
    )
    ids = [item.subject.id for item in waiting_for_people(view)]
    assert ids == ['case-3', 't1', 'case-2', 't2', 'case-1']


def test_who_works_with_an_arm_sees_it_on_the_desk() -> None:
    together = replace(a_task('t1', TaskState.UNDERWAY), agent_id='panda', helper='anna')
    alone = replace(a_task('t2', TaskState.UNDERWAY), agent_id='kuka')
    over = replace(a_task('t3', TaskState.COMPLETED), agent_id='panda', helper='anna')
    anna = AgentView(
        agent_id='anna', kind='person', skills=('inspect',), payload_kg=10.0, health='ready',
        mode=SafetyMode.NORMAL, held=False, task_id='t1',
    )  # fmt: skip
    tasks = {str(it.task.task_id): it for it in (together, alone, over)}
    view = CellView(cell_id='c', tasks=tasks, agents={'anna': anna})
    (item,) = waiting_for_people(view)
    assert (item.subject.id, item.claimed_by) == ('t1', 'anna')
    assert item.title.endswith('together with panda')
    details = describe(Subject(SubjectKind.TASK, 't1'), view)
    assert [mark.plain for mark in details.marks] == ['anna together with panda']
    assert dict(details.facts)['With'].plain == 'panda with anna'
    assert describe(Subject(SubjectKind.AGENT, 'anna'), view).title.endswith('together with panda')


def test_suggested_keys_are_taken_and_the_terminals_own_are_not() -> None:
    offers = [
        an_offer(Action.CLAIM, key='m', label='Claim'),
        an_offer(Action.CANCEL, key='c', label='Cancel task'),
        an_offer(Action.SCRAP, key='m', label='Scrap'),
        an_offer(Action.SKIP, key='ctrl+x', label='Skip'),
        an_offer(Action.RETRY, key='a', label='Retry'),
    ]
    keys = assign_keys(offers)
    assert {key: offer.action for key, offer in keys.items()} == {
        'm': Action.CLAIM,
        'n': Action.CANCEL,
        's': Action.SCRAP,
        'k': Action.SKIP,
        'a': Action.RETRY,
    }
    assert [*keys.values()] == offers, 'in the order in which they were offered'


def test_whatever_is_offered_every_action_gets_a_key_that_is_free() -> None:
    offers = [an_offer(action, key='q', label='c') for action in Action]
    keys = assign_keys(offers)
    assert len(keys) == len(Action)
    assert not RESERVED & set(keys)


def test_caps_lock_does_not_matter_unless_it_does() -> None:
    keys = {'m': an_offer(Action.CLAIM), 'M': an_offer(Action.SCRAP), 'r': an_offer(Action.RETRY)}
    assert present(find_offer(keys, 'M')).action is Action.SCRAP
    assert present(find_offer(keys, 'R')).action is Action.RETRY
    assert find_offer(keys, None) is None
    assert find_offer(keys, 'z') is None


@pytest.mark.parametrize(
    ('offer', 'is_asked_back'),
    [
        (an_offer(Action.CLAIM), False),
        (an_offer(Action.RELEASE), False),
        (an_offer(Action.SIGN_ON), False),
        (an_offer(Action.STOP), False),
        (an_offer(Action.STOP, needs_note=True), False),
        (an_offer(Action.CLAIM, needs_note=True), True),
        (an_offer(Action.RELEASE, asserts_part='p'), True),
        (an_offer(Action.SIGN_OFF), True),
        (an_offer(Action.RETRY), True),
        (an_offer(Action.RESUME), True),
        (an_offer(Action.RESET_STOP), True),
    ],
    ids=lambda value: value.action.value if isinstance(value, Offer) else '',
)
def test_what_may_move_an_arm_or_settle_a_part_is_asked_back(
    offer: Offer, is_asked_back: bool
) -> None:
    offers = Offers(subject=CASE, version=1, actions=(offer,))
    assert Request.of(offer, offers).is_asked_back is is_asked_back


def test_older_offers_never_replace_newer_ones() -> None:
    book = OfferBook()
    newer = Offers(subject=CASE, version=3, actions=())
    book.keep(newer)
    book.keep(Offers(subject=CASE, version=2, actions=()))
    assert book.offers(CASE) is newer


def test_offers_that_were_asked_for_and_never_came_are_asked_for_again() -> None:
    book, view = OfferBook(), CellView(cell_id='c', connected=True)
    assert book.is_due(CASE, view, monotonic_s=0.0)
    book.ask(CASE, view, monotonic_s=0.0)
    assert not book.is_due(CASE, view, monotonic_s=0.5)
    assert book.is_due(CASE, view, monotonic_s=60.0)


def test_the_bar_is_as_long_as_ever_and_full_when_all_have_ended() -> None:
    states = [TaskState.COMPLETED, TaskState.SCRAPPED, TaskState.SKIPPED]
    for number in range(1, 8):
        tasks = {f't{i}': a_task(f't{i}', states[i % 3]) for i in range(number)}
        bar = progress(CellView(cell_id='c', tasks=tasks)).plain.partition(' ')[0]
        assert bar == '█' * BAR_WIDTH
    assert set(STATE_COLOURS) == set(TaskState)


def test_a_case_tells_its_history_and_who_holds_it() -> None:
    view = CellView(
        cell_id='c',
        now_s=100.0,
        cases={
            'case-1': a_case('case-1', state=CaseState.RESOLVED, resolution='take_over'),
            'case-2': a_case(
                'case-2',
                opened_s=70.0,
                due_s=130.0,
                count=3,
                level=2,
                hazardous=True,
                claimed_by='ben',
                lease_until_s=142.0,
                state=CaseState.CLAIMED,
            ),
        },
    )
    told = describe(Subject(SubjectKind.CASE, 'case-2'), view)
    marks = ' '.join(mark.plain for mark in told.marks)
    assert marks == '⚠ HAZARDOUS ▲ escalated, level 2 happened 3 times'
    facts = {label: value.plain for label, value in told.facts}
    assert facts['Due'] == 'in 0:30, opened 0:30 ago'
    assert facts['Claimed'] == 'by ben, lapses in 0:42'
    assert facts['History'] == '1 earlier case about it, last: take over'


def test_what_the_view_no_longer_has_is_said_so() -> None:
    told = describe(Subject(SubjectKind.TASK, 't9'), CellView(cell_id='c'))
    assert told.title == 'No longer known to the allocator.'
