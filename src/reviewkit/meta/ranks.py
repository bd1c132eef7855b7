"""Ranks of studies: Kendall's correlation, the LFK index, and events expected in a 2×2 table."""

from __future__ import annotations

from math import fsum, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr, ndtri

from reviewkit._core.errors import InputError

__all__ = [
    "Doi",
    "Ranked",
    "correlate_ranks",
    "expect_events",
    "range_over_ties",
    "rank_from_middle",
]

FloatArray = NDArray[np.float64]

_MOST_EXACT = 170  # values; beyond, k! is no float, and the normal approximation is as good


class Ranked(NamedTuple):
    """Kendall's rank correlation."""

    tau: float  # tau-b
    z: float  # of the normal approximation, which allows for ties
    p_value: float  # two-sided; exact where no values tie
    exact: bool


class Doi(NamedTuple):
    """Studies as a Doi plot shows them, and its index of asymmetry."""

    order: NDArray[np.intp]  # studies from the smallest effect to the largest
    z: FloatArray  # normal quantile of the weighted rank, in that order
    lfk: float  # index of asymmetry


def correlate_ranks(first: FloatArray, second: FloatArray) -> Ranked:
    """Return how alike two columns of k values are ordered.

    The p-value is that of R's ``cor.test``: exact where no values tie and k <= 170,
    else normal with the variance for ties and no continuity correction.

    Raises
    ------
    InputError
        If all values of a column are equal.
    """
    from scipy.stats import kendalltau

    k = first.size
    pairs = k * (k - 1) / 2
    ties = [np.unique(column, return_counts=True)[1].astype(float) for column in (first, second)]
    lost = [float((t * (t - 1)).sum()) / 2 for t in ties]
    if max(lost) == pairs:
        raise InputError(
            "Studies must differ in effect and in precision to be ranked. Got equal ones. "
            "Small-study effects cannot be tested here."
        )
    tau = float(kendalltau(first, second, method="asymptotic").statistic)
    score = tau * np.sqrt((pairs - lost[0]) * (pairs - lost[1]))
    z = float(score / np.sqrt(_score_variance(k, *ties)))
    if max(lost) or k > _MOST_EXACT:
        return Ranked(tau, z, float(2 * ndtr(-abs(z))), exact=False)
    return Ranked(tau, z, _exact_p(k, round((score + pairs) / 2)), exact=True)


def _score_variance(k: int, first: FloatArray, second: FloatArray) -> float:
    """Return the variance of concordant less discordant pairs, given the sizes of ties."""
    spread = k * (k - 1) * (2 * k + 5) - sum(
        float((t * (t - 1) * (2 * t + 5)).sum()) for t in (first, second)
    )
    twos = np.prod([(t * (t - 1)).sum() for t in (first, second)]) / (2 * k * (k - 1))
    threes = np.prod([(t * (t - 1) * (t - 2)).sum() for t in (first, second)])
    return float(spread / 18 + twos + threes / (9 * k * (k - 1) * max(k - 2, 1)))


def _exact_p(k: int, concordant: int) -> float:
    """Return the two-sided p-value of so many concordant pairs among k values.

    The distribution of k values follows from that of k - 1: the new value is at
    any of k places with the same chance.
    """
    chance = np.ones(1)
    for size in range(2, k + 1):
        chance = np.convolve(chance, np.full(size, 1 / size))
    below, above = chance[: concordant + 1].sum(), chance[concordant:].sum()
    return float(min(1.0, 2 * min(below, above)))


def rank_from_middle(effects: FloatArray, variances: FloatArray) -> Doi:
    """Return the weighted ranks of studies and the LFK index.

    A study takes a stretch of the ranks in proportion to 1/variance, the least
    precise one 100; z is the normal quantile of its middle.  The index compares z
    with effects that are stretched to the same range and have the same tip
    (Furuya-Kanamori, Barendregt & Doi 2018).  It depends on the order of equal effects:
    they are taken as they come, as R's metasens does; :func:`range_over_ties` says
    how much that matters.

    Raises
    ------
    InputError
        If all effects are equal.
    """
    span = float(np.ptp(effects))
    if not span > 0:
        raise InputError(
            "Effects must differ for a Doi plot. Got equal ones, which have no asymmetry. "
            "Report them as they are."
        )
    order = np.argsort(effects, kind="stable")
    y, v = effects[order], variances[order]
    stretch = 100 * v.max() / v
    # Each half of the ranks is counted from its own end: beside a study of enormous precision
    # the last rank would round to all of them, of which there is no quantile.
    below = np.cumsum(stretch) - stretch / 2 - 0.5
    above = np.cumsum(stretch[::-1])[::-1] - stretch / 2 + 0.5
    nearer = np.minimum(below, above) / stretch.sum()
    z = np.asarray(np.where(below < above, 1.0, -1.0) * ndtri(nearer))
    from_tip = y - y[np.abs(z).argmin()]
    lfk = 5 / (2 * y.size) * float((z + np.ptp(z) / span * from_tip).sum())
    return Doi(order, z, lfk)


def range_over_ties(effects: FloatArray, variances: FloatArray) -> tuple[float, float]:
    """Return the LFK index with equal effects from the least to the most precise, and reversed."""
    found = []
    for way in (variances, -variances):
        order = np.lexsort((way, effects))
        found.append(rank_from_middle(effects[order], variances[order]).lfk)
    return min(found), max(found)


def expect_events(
    a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of the events in the first group, given the margins.

    Events follow Fisher's noncentral hypergeometric distribution with the odds ratio
    of Mantel and Haenszel; where a cell is 0, 0.5 is added to the four of its table.
    """
    cells = np.stack([a, n1 - a, c, n2 - c])
    cells = cells + 0.5 * (cells == 0).any(axis=0)
    n = cells.sum(axis=0)
    # Exact sums: no order of studies rounds a tie of ranks one way or the other.
    ratio = fsum(cells[0] * cells[3] / n) / fsum(cells[1] * cells[2] / n)
    found = [_noncentral(*margins, log(ratio)) for margins in zip(n1, n2, a + c, strict=True)]
    mean, variance = np.array(found).T
    return mean, variance


def _noncentral(n1: float, n2: float, events: float, log_odds: float) -> tuple[float, float]:
    """Return mean and variance of Fisher's noncentral hypergeometric distribution."""
    x = np.arange(max(0.0, events - n2), min(n1, events) + 1)
    logs = x * log_odds - sum(
        gammaln(part + 1) for part in (x, n1 - x, events - x, n2 - events + x)
    )
    chance = np.exp(logs - logs.max())
    chance /= chance.sum()
    mean = float(chance @ x)
    return mean, float(chance @ (x - mean) ** 2)
