"""Draws follow the belief, and are the same whenever they are asked for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.experience.belief import assumption, Belief
from cobot_alloc.domain.experience.draws import BETWEEN_AGENTS, draw

BELIEF = assumption(8.0, AgentKind.ARM)


@pytest.mark.parametrize(('good', 'bad'), [(4.5, 0.5), (20.0, 3.0), (0.5, 9.0), (1.0, 1.0)])
def test_success_is_drawn_from_the_beta_belief(good: float, bad: float) -> None:
    """By the Kolmogorov distance of 4000 draws."""
    belief = BELIEF._replace(successes=good, failures=bad)
    drawn = [draw(belief, seed=1, purpose=str(n)).success for n in range(4000)]
    assert stats.kstest(drawn, 'beta', args=(good, bad)).statistic < 0.035


def test_durations_are_drawn_around_the_expected_one() -> None:
    """Their logarithm has the belief's own distribution, Student's t."""
    belief = BELIEF._replace(strength=9.0)
    assert belief.log_mean_error < BETWEEN_AGENTS
    assert _drawn_spread(belief, belief.log_mean_error) < 0.035


def test_what_all_agents_have_in_common_is_not_drawn() -> None:
    """An assumption that may be wrong by half says nothing of one arm beside another."""
    assert BELIEF.log_mean_error > 2.0 * BETWEEN_AGENTS
    assert _drawn_spread(BELIEF, BETWEEN_AGENTS) < 0.035


def _drawn_spread(belief: Belief, scale: float) -> float:
    drawn = np.array([draw(belief, seed=2, purpose=str(n)).work_s for n in range(4000)])
    scaled = np.log(drawn / belief.work_s) / scale
    return float(stats.kstest(scaled, 't', args=(2.0 * belief.shape,)).statistic)


def test_exceptions_are_drawn_from_the_gamma_belief() -> None:
    """Likewise."""
    belief = BELIEF._replace(exceptions=3.0, hours=2.0)
    drawn = [draw(belief, seed=3, purpose=str(n)).exceptions_per_h for n in range(4000)]
    assert stats.kstest(drawn, 'gamma', args=(3.0, 0.0, 0.5)).statistic < 0.035


def test_a_draw_is_the_same_for_one_seed_and_purpose() -> None:
    """A task that waits is not drawn for until the draw is a good one."""
    again = draw(BELIEF, seed=5, purpose='t1 3 panda')
    assert draw(BELIEF, seed=5, purpose='t1 3 panda') == again
    assert draw(BELIEF, seed=6, purpose='t1 3 panda') != again
    assert draw(BELIEF, seed=5, purpose='t1 4 panda') != again
