"""Beliefs: conjugate updates, what narrower scopes borrow, and what is forgotten."""

from __future__ import annotations

import math
from random import Random
import statistics

import numpy as np
import pytest
from scipy import stats

from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.experience.belief import assumption, Belief, belief_about
from cobot_alloc.domain.experience.evidence import (
    Evidence,
    IDLE_MEMORY_RUNS,
    kind_of_part,
    Lesson,
    MEMORY_RUNS,
    Scope,
    scopes,
)
from cobot_alloc.domain.identifiers import AgentId

ARM = AgentKind.ARM


class Memory:
    """Evidence as a cell gathers it."""

    def __init__(self) -> None:
        """Begin with none."""
        self.experience: dict[Scope, Evidence] = {}

    def learn(
        self, agent_id: str, *seconds: float, part: str = '', succeeded: bool = True
    ) -> None:
        """Add runs."""
        for duration in seconds:
            chain = scopes('pick', ARM, AgentId(agent_id), part)
            runs = self.experience.get(chain[0], Evidence()).runs + 1
            lesson = Lesson(seconds=duration, succeeded=succeeded)
            for scope in chain:
                known = self.experience.get(scope, Evidence(skill_runs=runs - 1))
                self.experience[scope] = known.with_lesson(lesson, skill_runs=runs)

    def believe(self, agent_id: str, part: str = '', assumed_s: float = 10.0) -> Belief:
        """Return what is believed of the next run."""
        return belief_about(
            self.experience,
            skill='pick',
            agent_kind=ARM,
            agent_id=AgentId(agent_id),
            part=part,
            assumed_s=assumed_s,
        )


def test_what_is_assumed_is_what_is_expected_at_first() -> None:
    """Before any run the expected duration is the assumption, with a wide range around it."""
    belief = Memory().believe('a', assumed_s=10.0)
    assert belief.work_s == pytest.approx(10.0)
    assert belief.runs == 0
    assert belief.duration_quantile_s(0.05) < 4.0
    assert belief.duration_quantile_s(0.95) > 25.0
    assert belief.success == 0.9


def test_evidence_is_weighted_as_forgetting_says() -> None:
    """Mean and squares are those of the runs with weights that fall off as exp(-age/memory)."""
    rng = Random(1)
    logs = [math.log(10.0) + rng.gauss(0.0, 0.3) for _ in range(80)]
    memory = Memory()
    memory.learn('a', *map(math.exp, logs))
    kept = memory.experience[Scope('pick', ARM, AgentId('a'))]
    weights = np.exp(-np.arange(len(logs))[::-1] / MEMORY_RUNS)
    mean = np.average(logs, weights=weights)
    assert kept.timed == pytest.approx(weights.sum())
    assert kept.log_mean == pytest.approx(mean)
    assert kept.log_squares == pytest.approx(float(weights @ (np.array(logs) - mean) ** 2))
    assert kept.successes == pytest.approx(weights.sum())


def test_a_belief_after_evidence_is_the_conjugate_posterior() -> None:
    """Against the density worked out on a grid: no formula of the posterior is used here."""
    prior = assumption(10.0, ARM)
    logs = [2.0, 2.3, 2.1, 2.6, 2.2]
    mean = statistics.mean(logs)
    squares = sum((it - mean) ** 2 for it in logs)
    evidence = Evidence(timed=5.0, log_mean=mean, log_squares=squares)
    posterior = prior.given(evidence, runs=5)
    means = np.linspace(0.0, 5.0, 1501)[:, None]
    variances = np.exp(np.linspace(math.log(0.002), math.log(8.0), 1500))[None, :]
    density = stats.invgamma.logpdf(variances, prior.shape, scale=prior.scale) + np.log(variances)
    density = density + stats.norm.logpdf(
        means, prior.log_mean, np.sqrt(variances / prior.strength)
    )
    for it in logs:
        density = density + stats.norm.logpdf(it, means, np.sqrt(variances))
    weight = np.exp(density - density.max())
    weight /= weight.sum()
    assert posterior.log_mean == pytest.approx(float((weight * means).sum()), abs=1e-3)
    inverse = float((weight / variances).sum())
    assert posterior.shape / posterior.scale == pytest.approx(inverse, rel=1e-3)
    spread = math.sqrt(float((weight * (means - posterior.log_mean) ** 2).sum()))
    freedom = 2.0 * posterior.shape
    wanted = posterior.log_mean_error * math.sqrt(freedom / (freedom - 2.0))
    assert spread == pytest.approx(wanted, rel=1e-2)


def test_nine_runs_in_ten_are_in_the_range() -> None:
    """Whatever the arm is like, after few runs and after many."""
    inside = []
    for seed in range(300):
        rng = Random(seed)
        mean = math.log(8.0) + rng.gauss(0.0, 0.3)
        memory = Memory()
        memory.learn('a', *(math.exp(rng.gauss(mean, 0.3)) for _ in range(rng.choice([2, 8, 60]))))
        belief = memory.believe('a')
        following = math.exp(rng.gauss(mean, 0.3))
        inside.append(
            belief.duration_quantile_s(0.05) <= following <= belief.duration_quantile_s(0.95)
        )
    assert 0.86 <= statistics.mean(inside) <= 0.98


def test_success_is_counted() -> None:
    """Failures lower it, and the range holds the truth's share of the belief."""
    memory = Memory()
    memory.learn('a', *[8.0] * 20)
    good = memory.believe('a')
    memory.learn('a', *[8.0] * 10, succeeded=False)
    worse = memory.believe('a')
    assert worse.success < 0.75 < 0.9 < good.success < 1.0
    assert worse.success_quantile(0.05) < worse.success < worse.success_quantile(0.95)
    assert worse.work_s == pytest.approx(good.work_s, rel=0.05)  # how long a failure takes


def test_an_unknown_arm_borrows_from_the_others_and_an_unknown_part_from_the_arm() -> None:
    """But holds it lightly: it is less sure than whoever made the runs."""
    memory = Memory()
    memory.learn('a', *[6.0] * 30, part='gear_1')
    known, other_part = memory.believe('a', 'gear_7'), memory.believe('a', 'plate')
    unknown = memory.believe('b', 'gear_1')
    for belief in (known, other_part, unknown):
        assert belief.work_s == pytest.approx(6.0, rel=0.15)
    assert known.log_mean_error < other_part.log_mean_error < unknown.log_mean_error
    assert (known.runs, other_part.runs, unknown.runs) == (30, 30, 0)
    assert unknown.work_quantile_s(0.95) > 8.0
    assert unknown.success_quantile(0.05) < 0.75
    assert known.strength < 30.0


def test_people_and_arms_are_apart() -> None:
    """What people need says nothing of arms."""
    memory = Memory()
    memory.learn('a', *[6.0] * 30)
    person = belief_about(
        memory.experience,
        skill='pick',
        agent_kind=AgentKind.PERSON,
        agent_id=AgentId('anna'),
        part='',
        assumed_s=60.0,
    )
    assert person.work_s == pytest.approx(60.0)
    assert person.power_w == 0.0


def test_what_was_long_ago_counts_less() -> None:
    """An arm that changed is believed to have after some tens of runs."""
    memory = Memory()
    memory.learn('a', *[6.0] * 200)
    memory.learn('a', *[12.0] * int(2 * MEMORY_RUNS))
    assert memory.believe('a').work_s > 10.0


def test_an_arm_that_got_nothing_for_long_is_less_known() -> None:
    """So that it is tried again one day, and may have been repaired."""
    memory = Memory()
    memory.learn('bad', *[8.0] * 20, succeeded=False)
    before = memory.believe('bad')
    memory.learn('good', *[8.0] * int(3 * IDLE_MEMORY_RUNS))
    after = memory.believe('bad')
    assert after.success_quantile(0.95) > before.success_quantile(0.95) + 0.3
    assert after.success > before.success


@pytest.mark.parametrize(
    ('part', 'kind'),
    [('gear_2', 'gear'), ('gear', 'gear'), ('plate-10', 'plate'), ('7', '7'), ('', '')],
)
def test_the_kind_of_a_part_is_its_name_without_the_number(part: str, kind: str) -> None:
    """Parts of one kind are numbered."""
    assert kind_of_part(part) == kind
