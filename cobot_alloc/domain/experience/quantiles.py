"""
Quantiles of the distributions that beliefs have: Student's t, beta and gamma.

In plain arithmetic, because the core imports no statistics beyond the standard library's.
"""

from __future__ import annotations

from collections.abc import Callable
import math
from statistics import NormalDist

_NORMAL = NormalDist()
_SMALLEST = 1e-300
_TERMS = 500
_EPSILON = 1e-12


def normal_quantile(share: float) -> float:
    """Return below which value a standard normal variable is with that probability."""
    return _NORMAL.inv_cdf(share)


def student_t_quantile(share: float, freedom: float) -> float:
    """
    Return the quantile of Student's t.

    By its expansion about the normal one (Abramowitz and Stegun 26.7.5), with four degrees of
    freedom within 0.2 % at the 95 % point, and closer with more.
    """
    z = _NORMAL.inv_cdf(share)
    square = z * z
    first = (square + 1.0) * z / 4.0
    second = ((5.0 * square + 16.0) * square + 3.0) * z / 96.0
    third = (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) * z / 384.0
    return z + (first + (second + third / freedom) / freedom) / freedom


def beta_quantile(share: float, a: float, b: float) -> float:
    """Return the quantile of Beta(a, b)."""
    return _bisect(lambda x: beta_share(x, a, b), share, 0.0, 1.0)


def gamma_quantile(share: float, shape: float) -> float:
    """Return the quantile of Gamma(shape) at rate 1."""
    highest = shape + 1.0
    while gamma_share(highest, shape) < share:
        highest *= 2.0
    return _bisect(lambda x: gamma_share(x, shape), share, 0.0, highest)


def beta_share(x: float, a: float, b: float) -> float:
    """Return the share of Beta(a, b) below x: the regularised incomplete beta function."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_share(1.0 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    # The continued fraction of DLMF 8.17.22, by Lentz's method.
    c, d = 1.0, 1.0 / _off_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for part in (even, odd):
            d = 1.0 / _off_zero(1.0 + part * d)
            c = _off_zero(1.0 + part / c)
            value *= c * d
        if abs(c * d - 1.0) < _EPSILON:
            break
    return front * value / a


def gamma_share(x: float, shape: float) -> float:
    """Return the share of Gamma(shape) below x: the regularised incomplete gamma function."""
    if x <= 0.0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:  # the series of DLMF 8.7.1
        term = total = 1.0 / shape
        for n in range(1, _TERMS):
            term *= x / (shape + n)
            total += term
            if term < total * _EPSILON:
                break
        return front * total
    # The continued fraction of DLMF 8.9.2, by Lentz's method.
    b = x + 1.0 - shape
    c, d = 1.0 / _SMALLEST, 1.0 / _off_zero(b)
    value = d
    for n in range(1, _TERMS):
        b += 2.0
        part = -n * (n - shape)
        d = 1.0 / _off_zero(part * d + b)
        c = _off_zero(b + part / c)
        value *= c * d
        if abs(c * d - 1.0) < _EPSILON:
            break
    return 1.0 - front * value


def _off_zero(value: float) -> float:
    return value if abs(value) > _SMALLEST else _SMALLEST


def _bisect(share_of: Callable[[float], float], share: float, low: float, high: float) -> float:
    for _ in range(60):
        middle = 0.5 * (low + high)
        if share_of(middle) < share:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
