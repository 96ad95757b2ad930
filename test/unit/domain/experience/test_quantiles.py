"""Quantiles against another implementation."""

import pytest
from scipy import stats

from cobot_alloc.domain.experience.quantiles import (
    beta_quantile,
    gamma_quantile,
    student_t_quantile,
)

SHARES = (0.01, 0.05, 0.3, 0.5, 0.7, 0.95, 0.99)


@pytest.mark.parametrize('share', SHARES)
@pytest.mark.parametrize(('a', 'b'), [(4.5, 0.5), (1.0, 1.0), (0.5, 30.0), (300.0, 7.0)])
def test_beta(a: float, b: float, share: float) -> None:
    assert beta_quantile(share, a, b) == pytest.approx(stats.beta.ppf(share, a, b), rel=1e-6)


@pytest.mark.parametrize('share', SHARES)
@pytest.mark.parametrize('shape', [0.25, 0.5, 1.0, 4.0, 60.0, 900.0])
def test_gamma(shape: float, share: float) -> None:
    assert gamma_quantile(share, shape) == pytest.approx(stats.gamma.ppf(share, shape), rel=1e-6)


@pytest.mark.parametrize('share', SHARES)
@pytest.mark.parametrize('freedom', [4.0, 5.0, 12.0, 200.0])
def test_student_t(freedom: float, share: float) -> None:
    wanted = stats.t.ppf(share, freedom)
    assert student_t_quantile(share, freedom) == pytest.approx(wanted, rel=0.008, abs=1e-9)
