"""Items as patterns: which verdicts they got, and how many items got the same.

A coefficient depends on an item by its pattern alone, so ten thousand items with a
few categories are some dozens of rows.  A bootstrap draws how often each pattern
comes, which is drawing the items themselves, and all draws are one matrix product.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Patterns", "View", "draw_times", "find_patterns", "patterns_of_table", "view_once"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_MOST_CODES = 2**62


class Patterns(NamedTuple):
    """Distinct rows of verdicts."""

    codes: IntArray  # (m, r); -1 where there is no verdict
    times: IntArray  # (m,); how many items
    k: int  # categories

    @property
    def counts(self) -> FloatArray:
        """Return how many raters chose each category, of shape (m, k)."""
        places = np.arange(self.k)
        return np.asarray((self.codes[:, :, None] == places).sum(axis=1), dtype=float)


class View(NamedTuple):
    """Patterns as one or several samples hold them."""

    codes: IntArray  # (m, r)
    counts: FloatArray  # (m, k)
    times: FloatArray  # (B, m)
    penalties: FloatArray  # (k, k); of disagreement, from 0 to 1
    metric: str = "nominal"  # of alpha, "" where the penalties are its metric
    values: FloatArray | None = None  # (k,); the categories, where they are numbers


def find_patterns(codes: IntArray, k: int) -> Patterns:
    """Return the distinct rows of verdicts that hold any.

    >>> find_patterns(np.array([[0, 1], [-1, -1], [0, 1], [1, -1]]), 2).times
    array([2, 1])
    """
    codes = codes[(codes >= 0).any(axis=1)]
    if (k + 1) ** codes.shape[1] >= _MOST_CODES:
        rows, times = np.unique(codes, axis=0, return_counts=True)
        return Patterns(rows, times.astype(np.int64), k)
    keys = np.zeros(len(codes), dtype=np.int64)
    for column in codes.T:
        keys = keys * (k + 1) + (column + 1)
    _, first, times = np.unique(keys, return_index=True, return_counts=True)
    return Patterns(codes[first], times.astype(np.int64), k)


def patterns_of_table(table: IntArray) -> Patterns:
    """Return a pattern for each cell of a cross-table, row by row, empty ones too."""
    k = len(table)
    rows, columns = np.divmod(np.arange(k * k), k)
    return Patterns(np.stack([rows, columns], axis=1), table.ravel(), k)


def view_once(
    patterns: Patterns,
    penalties: FloatArray,
    metric: str = "nominal",
    values: FloatArray | None = None,
) -> View:
    """Return the one sample that there is."""
    times = patterns.times[None, :].astype(float)
    return View(patterns.codes, patterns.counts, times, penalties, metric, values)


def draw_times(times: IntArray, draws: int, rng: np.random.Generator) -> FloatArray:
    """Return how often each pattern comes when all items are drawn anew, of shape (draws, m)."""
    n = int(times.sum())
    return rng.multinomial(n, times / n, size=draws).astype(float)
