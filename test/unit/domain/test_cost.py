"""Who should: each term of a cost, its weight, and what a policy changes."""

from __future__ import annotations

from typing import Any

import pytest
from support.cells import a_person, a_running_cell, a_task, an_arm, PlayedCell, task_subject
from support.present import present

from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.allocation.expectation import forecast
from cobot_alloc.domain.allocation.in_hand import due_in_s
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.events import AttemptStarted, TaskHandedOver
from cobot_alloc.domain.experience.belief import assumption
from cobot_alloc.domain.experience.draws import draw
from cobot_alloc.domain.experience.evidence import Evidence, Lesson, Scope
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.labour import Ergonomics, Load, Spell, spell, with_joules, with_spell
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.domain.scheduling.policy import MAKESPAN, Policy

BOTH = frozenset({'pick_place'})


def _terms(cell: PlayedCell, agent_id: str | None) -> dict[str, float]:
    """Return the terms of an agent in the latest decision."""
    decision = next(e for e in reversed(cell.history) if getattr(e, 'candidates', ()))
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    assert isinstance(decision, AttemptStarted | TaskHandedOver)
    candidate = next(c for c in decision.candidates if c.agent_id == agent_id)
    assert candidate.cost_s == pytest.approx(sum(term.seconds for term in candidate.terms))
    return {term.name: term.seconds for term in candidate.terms}


def _cell(policy: Policy, *, with_person: bool = True, **rules: Any) -> PlayedCell:
    cell = a_running_cell(
        an_arm(), attended=False, preferences=Preferences(policy=policy), **rules
    )
    if with_person:
        cell.sign_on(a_person('ben', skills=BOTH))
    return cell


def test_every_weight_weighs_its_own_term() -> None:
    """5 s of work by an arm that succeeds with 90 % and draws 200 W; an hour from a day's grid."""
    carbon = tuple(float(hour) for hour in range(24))
    cell = _cell(
        Policy(flow=2.0, lateness=3.0, rework=4.0, energy=0.001, carbon=1000.0,
               carbon_g_per_mj=carbon),
        with_person=False,
    )  # fmt: skip
    cell.wait(2 * 3600.0)
    cell.submit(a_task(deadline_s=1.0))
    assert _terms(cell, 'panda') == pytest.approx(
        {
            'wait': 0.0,
            'work_assumed': 2.0 * 5.0,
            'lateness': 3.0 * 4.0,
            'rework': 4.0 * 0.1 * 5.0,
            'questions': 4.0 * 60.0 * 1.0 * 5.0 / 3600.0,
            'energy': 0.001 * 1000.0,
            'carbon': 1000.0 * 1000.0 * 2.0e-6,
        },
        abs=0.001,
    )


def test_priority_adds_the_terms_of_time_once_more_for_each_step() -> None:
    """Work and lateness as often again, rework and questions once; below 0 it adds nothing."""
    terms = {}
    for priority in (-3, 0, 2):
        cell = _cell(Policy(), with_person=False)
        cell.wait(10.0)
        cell.submit(a_task(priority=priority, deadline_s=2.0))
        terms[priority] = _terms(cell, 'panda')
    assert terms[-3] == terms[0]
    assert terms[0]['lateness'] == 5.0 * 3.0
    assert terms[2] == {**terms[0], 'priority': 2 * (5.0 + 15.0)}


def test_makespan_is_weighed_as_if_there_were_nothing_else_to_do() -> None:
    """Or all would cost the same by a policy that minds the end of all work only."""
    cell = _cell(MAKESPAN, with_person=False)
    cell.submit(a_task())
    assert _terms(cell, 'panda') == {'wait': 0.0, 'work_assumed': 0.0, 'makespan': 5.0}


def test_who_is_overdue_is_waited_for_a_little_longer() -> None:
    """A tenth of the work's duration, as in a plan."""
    cell = a_running_cell(an_arm('a'), an_arm('b'), attended=False)
    cell.submit(a_task('one'))
    busy = cell.task('one').agent_id
    cell.wait(20.0)
    cell.submit(a_task('two'))
    assert _terms(cell, busy)['wait'] == pytest.approx(0.5)


def test_who_is_held_is_not_late_and_is_expected_to_be_held_as_long_again() -> None:
    """Of 5 s of work 1 s is done; then 7 s of standstill, and as many more to come."""
    cell = a_running_cell(an_arm('a'), an_arm('b'), attended=False)
    cell.submit(a_task('one'))
    busy = cell.task('one').agent_id
    cell.begin('one')
    cell.wait(1.0)
    fence = present(cell.task('one').attempt).fence
    cell.hear(an_arm(busy), SafetyMode.STOPPED, held=True, fence_in_hand=fence)
    cell.wait(7.0)
    cell.submit(a_task('two'))
    assert _terms(cell, busy)['wait'] == pytest.approx(7.0 + 4.0)
    cell.hear(an_arm(busy), fence_in_hand=fence)
    due_s = due_in_s(cell.state.agents[busy], cell.state, cell.rules, now_s=cell.now_s)
    assert due_s == pytest.approx(4.0)


def test_a_term_without_weight_is_not_kept() -> None:
    """A journal holds what counted and nothing else."""
    cell = _cell(Policy(rework=0.0), with_person=False)
    cell.submit(a_task())
    assert set(_terms(cell, 'panda')) == {'wait', 'work_assumed'}


def test_a_person_s_strain_counts_more_the_more_they_have_borne() -> None:
    """Heavy, repetitive and awkward work, each by its own weight."""
    places = {'floor': (0.0, 0.0, 0.1)}
    policy = Policy(heavy=1.0, repetitive=2.0, awkward=3.0, rework=0.0)
    ergonomics = Ergonomics(bearable_heavy_s=60.0, bearable_repetitive_s=120.0)
    cell = a_running_cell(
        attended=False, locations=places,
        preferences=Preferences(policy=policy, ergonomics=ergonomics),
    )  # fmt: skip
    cell.sign_on(a_person('ben', skills=BOTH))
    task = {'payload_kg': 5.0, 'repetition': 12, 'source': 'floor'}
    cell.submit(a_task('first', **task))
    assert _terms(cell, 'ben') == pytest.approx(
        {'wait': 0.0, 'work_assumed': 60.0, 'heavy': 60.0, 'repetitive': 120.0, 'awkward': 180.0}
    )
    borne = Spell(ended_s=0.0, seconds=60.0, payload_kg=5.0, repetition=12, places=())
    object.__setattr__(cell.state, 'labour', {'ben': (borne,)})
    cell.submit(a_task('second', **task))
    assert 'second' in cell.state.queued  # ben has one in hand; this one is weighed by and by
    _finish(cell)
    terms = _terms(cell, 'ben')
    work = terms['work_measured']
    heavy_before = 60.0 + 60.0  # the spell above and the first task
    assert terms['heavy'] == pytest.approx(work * (1.0 + heavy_before / 60.0), rel=0.01)


def _finish(cell: PlayedCell) -> None:
    cell.wait(60.0)
    cell.act(task_subject('first'), Action.DONE_BY_ME, actor='ben')


@pytest.mark.parametrize(
    ('policy', 'who'),
    [
        (Policy(), 'ben'),  # a person who is known to be quick gets it
        (Policy(heavy=3.0), 'panda'),  # but not where heavy work counts
    ],
)
def test_a_policy_changes_who_gets_heavy_work(policy: Policy, who: str) -> None:
    """The same cell, the same experience, another weight."""
    cell = _cell(policy)
    object.__setattr__(cell.state, 'experience', _a_quick_person())
    cell.submit(a_task(payload_kg=3.0))
    assert cell.task('t1').agent_id == who


def _a_quick_person() -> dict[Scope, Evidence]:
    evidence = Evidence()
    for run in range(30):
        evidence = evidence.with_lesson(
            Lesson(seconds=3.0, succeeded=True), skill_runs=run + 1
        )  # fmt: skip
    person = AgentKind.PERSON
    return {
        Scope('pick_place', person): evidence,
        Scope('pick_place', person, AgentId('ben')): evidence,
    }


def test_a_draw_is_a_term_of_its_own() -> None:
    """What an arm as it was drawn would cost, less what is expected of it."""
    cell = a_running_cell(attended=False, preferences=Preferences(seed=7))
    cell.submit(a_task())
    terms = _terms(cell, 'panda')
    drawn = draw(assumption(5.0, AgentKind.ARM), seed=7, purpose='t1 1 panda')
    questions = 60.0 * drawn.exceptions_per_h / 3600.0
    as_drawn = drawn.work_s * (1.0 + (1.0 - drawn.success) + questions)
    assert sum(terms.values()) == pytest.approx(as_drawn, abs=0.003)
    assert abs(terms['exploration']) > 0.1


def test_waiting_for_a_busy_arm_counts_what_is_left_of_its_work() -> None:
    """By what is expected of the work in hand, less what has passed."""
    cell = a_running_cell(an_arm('a'), an_arm('b'), attended=False)
    cell.submit(a_task('one'))
    busy = cell.task('one').agent_id
    cell.wait(2.0)
    cell.submit(a_task('two'))
    assert _terms(cell, busy)['wait'] == pytest.approx(3.0)


# Labour


def test_a_spell_counts_as_far_as_it_is_in_the_window() -> None:
    """Of an hour that ended an hour ago, a window of ninety minutes holds half."""
    ergonomics = Ergonomics(window_s=5400.0)
    past = Spell(ended_s=3600.0, seconds=3600.0, payload_kg=9.0, repetition=1, places=())
    assert ergonomics.load_borne([past], now_s=7200.0, places={}) == Load(heavy_s=1800.0)
    assert ergonomics.load_borne([past], now_s=9001.0, places={}) == Load()


def test_what_is_awkward_is_above_or_below_the_comfortable_heights() -> None:
    """At any of the places of a task; a place that is not known is none."""
    places = {'low': (0, 0, 0.2), 'bench': (0, 0, 0.9), 'high': (0, 0, 1.8)}
    awkward = {
        name: Ergonomics().load_of(a_task(source='bench', target=name), 10.0, places).awkward_s
        for name in (*places, 'unknown')
    }
    assert awkward == {'low': 10.0, 'bench': 0.0, 'high': 10.0, 'unknown': 0.0}


def test_spells_are_forgotten_when_old_or_many() -> None:
    """What a person did yesterday is in the journal and not in the state."""
    spells: tuple[Spell, ...] = ()
    for n in range(500):
        spells = with_spell(spells, spell(a_task(), ended_s=60.0 * n, seconds=50.0))
    assert len(spells) == 200
    late = with_spell(spells, spell(a_task(), ended_s=1e6, seconds=50.0))
    assert [s.ended_s for s in late] == [1e6]


def test_energy_is_counted_by_the_hour() -> None:
    """A new hour begins with none."""
    first = with_joules(None, joules=10.0, at_s=100.0)
    second = with_joules(first, joules=5.0, at_s=3599.0)
    third = with_joules(second, joules=5.0, at_s=3600.0)
    assert [(it.hour, it.joules) for it in (first, second, third)] == [(0, 10), (0, 15), (1, 5)]


@pytest.mark.parametrize(
    ('figures', 'problem'),
    [
        ({'window_s': 0.0}, 'window_s must be in'),
        ({'comfortable_m': (1.4, 0.7)}, 'comfortable_m must be lowest, then highest'),
        ({'bearable_heavy_s': 0.0}, 'bearable_heavy_s must be > 0'),
    ],
)
def test_ergonomics_that_cannot_be_are_refused(figures: dict[str, Any], problem: str) -> None:
    """Naming the figure."""
    with pytest.raises(ValueError, match=problem):
        Ergonomics(**figures)


def test_a_person_is_expected_to_fetch_and_put_sooner_than_to_decide() -> None:
    """Before anything was measured: 10 s from one place to another, 60 s for anything else."""
    cell = a_running_cell()
    cell.sign_on(a_person(skills=frozenset({'decide', 'pick_place'})))
    cell.hear(an_arm(), held=True)
    cell.submit(
        a_task('fetch', source='here', target='there', payload_kg=5.0),
        a_task('judge', source='here', target='there', skill='decide', judgement=True),
    )
    anna = cell.state.agents[AgentId('anna')]
    expected = {
        t: forecast(cell.task(t), anna, cell.state, cell.rules).work_s for t in ('fetch', 'judge')
    }
    assert expected == {'fetch': pytest.approx(10.0), 'judge': pytest.approx(60.0)}
