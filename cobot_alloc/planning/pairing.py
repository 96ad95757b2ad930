"""The pairing of free agents and waiting tasks at the least sum of costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment


def pair_at_least_cost(
    costs: Sequence[Sequence[float]] | NDArray[np.float64],
) -> Sequence[tuple[int, int]]:
    """
    Pair rows with columns: as many pairs as possible, at the least sum of costs.

    Infinite entries are never paired. Deterministic for one matrix.
    """
    if not len(costs):
        return ()
    matrix = np.asarray(costs, dtype=float)
    allowed = np.isfinite(matrix)
    if not allowed.any():
        return ()
    # A forbidden pair costs more than all allowed ones together, so that it is taken only
    # where nothing else is left, and then it is dropped.
    forbidden = float(matrix[allowed].sum()) + 1.0
    rows, columns = linear_sum_assignment(np.where(allowed, matrix, forbidden))
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if allowed[r, c]]
