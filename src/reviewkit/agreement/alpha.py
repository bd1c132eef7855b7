"""Krippendorff's alpha on any metric, with missing verdicts, of many samples at once.

With n_k verdicts of category k among n in items that have two or more, alpha is 1 - D/E:
D sums the distances of pairs within an item of r verdicts, each over r - 1, and E those
of all pairs, over n - 1.  The ordinal metric is the squared difference of mid-ranks, which
move with every sample; the others stand still.  To add a metric, name it in
:data:`METRICS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.agreement.patterns import View

__all__ = ["METRICS", "find_alpha"]

FloatArray = NDArray[np.float64]


class _Sums(NamedTuple):
    """Distances within items and of all pairs; slopes in the first sample, over n instead of n - 1."""

    within: FloatArray  # (B,)
    expected: FloatArray  # (B,)
    within_slope: FloatArray  # (m,)
    expected_slope: FloatArray  # (m,)


def find_alpha(view: View) -> tuple[FloatArray, FloatArray, float]:
    """Return alpha in each sample, its slope in the first, and the number of its items.

    References
    ----------
    Krippendorff (2004). doi:10.1111/j.1468-2958.2004.tb00738.x
    Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed. ISBN 978-0-9708062-8-4
    """
    several = view.counts.sum(axis=1) > 1
    counts, times = view.counts[several], view.times[:, several]
    if view.metric == "ordinal":
        sums = _sum_ranks(counts, times)
    else:
        distances = METRICS[view.metric](view) if view.metric else view.penalties
        sums = _sum_distances(counts, times, distances)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(sums.expected > 0, 1 - sums.within / sums.expected, np.nan)
        # As Gwet has it, without the correction n/(n - 1) for few verdicts.
        pooled = float(times[0] @ counts.sum(axis=1))
        expected = sums.expected[0] * (pooled - 1) / pooled
        ratio = sums.within[0] / expected
        moved = (ratio * sums.expected_slope - sums.within_slope) / expected
    n = float(times[0].sum())
    slope = np.zeros(several.size)
    if n:
        size = counts.sum(axis=1)
        moved = n * (moved - times[0] @ moved / n) - ratio * (size * n / pooled - 1) / pooled
    slope[several] = moved
    return np.asarray(values), slope, n


def _sum_distances(counts: FloatArray, times: FloatArray, distances: FloatArray) -> _Sums:
    size = counts.sum(axis=1)
    apart = ((counts @ distances) * counts).sum(axis=1) / (size - 1)
    chosen = times @ counts
    n = times @ size
    carried = chosen @ distances
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (carried * chosen).sum(axis=1) / (n - 1)
        slope = (2 * counts @ carried[0] - size * expected[0] * (n[0] - 1) / n[0]) / n[0]
    return _Sums(times @ apart, expected, apart, slope)


def _sum_ranks(counts: FloatArray, times: FloatArray) -> _Sums:
    """Sum squared differences of mid-ranks: r Σ c R² - (Σ c R)², twice, is all pairs of an item."""
    size = counts.sum(axis=1)
    k = counts.shape[1]
    inner = -counts[:, :, None] * counts[:, None, :]
    inner[:, np.arange(k), np.arange(k)] += size[:, None] * counts
    inner *= 2 / (size - 1)[:, None, None]
    chosen = times @ counts
    n = times @ size
    ranks = chosen.cumsum(axis=1) - chosen / 2
    total = np.tensordot(times, inner, axes=1)
    carried = np.einsum("bkl,bl->bk", total, ranks)
    first, second = (chosen * ranks).sum(axis=1), (chosen * ranks**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = 2 * (n * second - first**2) / (n - 1)
    rank, moved = ranks[0], counts.cumsum(axis=1) - counts / 2
    within_slope = np.einsum("mkl,k,l->m", inner, rank, rank) + 2 * moved @ carried[0]
    by_second = counts @ rank**2 + 2 * moved @ (chosen[0] * rank)
    by_first = counts @ rank + moved @ chosen[0]
    slope = 2 * (size * second[0] + n[0] * by_second - 2 * first[0] * by_first)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (slope - size * expected[0] * (n[0] - 1) / n[0]) / n[0]
    return _Sums((carried * ranks).sum(axis=1), expected, within_slope, slope)


def _nominal(view: View) -> FloatArray:
    return 1 - np.eye(view.counts.shape[1])


def _interval(view: View) -> FloatArray:
    assert view.values is not None  # checked where ratings are read
    return np.asarray(np.subtract.outer(view.values, view.values) ** 2)


def _ratio(view: View) -> FloatArray:
    assert view.values is not None
    total = np.add.outer(view.values, view.values)
    apart = np.subtract.outer(view.values, view.values)
    return np.asarray(np.divide(apart, total, out=np.zeros_like(apart), where=total != 0) ** 2)


#: Squared distances of categories by metric; "ordinal" depends on the sample.
METRICS: Mapping[str, Callable[[View], FloatArray]] = MappingProxyType(
    {"nominal": _nominal, "ordinal": _nominal, "interval": _interval, "ratio": _ratio}
)
