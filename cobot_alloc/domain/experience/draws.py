"""
Draws from beliefs: what an agent may well be like, for Thompson sampling.

An agent that is little known gets a good draw now and then and is tried; one that is well known
to be worse hardly ever does. The core has no chance of its own: a draw follows from the seed
and what it is for, and is the same whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
import hashlib
import math
from typing import NamedTuple

from cobot_alloc.domain.experience.belief import Belief
from cobot_alloc.domain.experience.quantiles import normal_quantile, student_t_quantile

#: By how much agents of one kind differ at most, as a spread of logarithms: what is unknown
#: beyond that, such as an assumption that is wrong for all, they have in common.
BETWEEN_AGENTS = 0.3

_WORDS = 7
_OUT_OF = 2.0**64


class Drawn(NamedTuple):
    """One draw of what is believed: expected duration, probability of success, exceptions."""

    work_s: float
    success: float
    exceptions_per_h: float


def draw(belief: Belief, *, seed: int, purpose: str) -> Drawn:
    """Return a draw from a belief, always the same for one seed and purpose."""
    shares = _shares(seed, purpose)
    t = student_t_quantile(next(shares), 2.0 * belief.shape)
    good = _gamma(belief.successes, shares)
    bad = _gamma(belief.failures, shares)
    return Drawn(
        work_s=belief.work_s * math.exp(t * min(belief.log_mean_error, BETWEEN_AGENTS)),
        success=good / (good + bad) if good + bad > 0.0 else belief.success,
        exceptions_per_h=_gamma(belief.exceptions, shares) / belief.hours,
    )


def _shares(seed: int, purpose: str) -> Iterator[float]:
    """Return numbers spread evenly over (0, 1), as if by chance."""
    key = f'{seed} {purpose}'.encode('utf-8', 'surrogatepass')
    digest = hashlib.blake2b(key, digest_size=8 * _WORDS).digest()
    for at in range(0, 8 * _WORDS, 8):
        yield (int.from_bytes(digest[at : at + 8], 'big') + 0.5) / _OUT_OF


def _gamma(shape: float, shares: Iterator[float]) -> float:
    """
    Return a draw from Gamma(shape) at rate 1.

    By the cube of Wilson and Hilferty (1931), within 2 % of the quantiles in the middle 98 % for
    shapes of 1 and more; below, from a shape larger by 1 times a power of another share.
    """
    boost = 1.0
    z = normal_quantile(next(shares))
    share = next(shares)
    if shape < 1.0:
        boost = share ** (1.0 / shape)
        shape += 1.0
    ninth = 1.0 / (9.0 * shape)
    return shape * max(0.0, 1.0 - ninth + z * math.sqrt(ninth)) ** 3 * boost
