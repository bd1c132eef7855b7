"""Confidence intervals of a single proportion, for many studies at once.

Each takes events, totals and the tail probability on either side (0.025 for 95 %)
and returns lower and upper limits in [0, 1].  Exact ones invert the binomial
distribution, whose tails are incomplete beta functions.  To add one, name it in
:data:`PROPORTION_INTERVALS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincc, betainccinv, betaincinv, ndtri

from reviewkit._core.check import check_choice, check_level
from reviewkit._core.shares import score_interval

__all__ = ["PROPORTION_INTERVALS", "ProportionInterval", "find_interval"]

FloatArray = NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

_HALVINGS = 60  # of a bracket that is a few times wider than its lower end: to rounding


class ProportionInterval(NamedTuple):
    """A way to the interval of one study."""

    label: str
    limits: Callable[[FloatArray, FloatArray, float], Pair]


def find_interval(
    events: ArrayLike, total: ArrayLike, *, method: str = "clopper-pearson", level: float = 0.95
) -> Pair:
    """Return lower and upper confidence limits of each proportion.

    Parameters
    ----------
    events, total : array-like of shape (k,)
        Whole numbers with 0 <= events <= total, total above 0; not checked.
    method : str, default "clopper-pearson"
        "clopper-pearson", never below its level [1]_; "wilson", the score
        interval; "agresti-coull", its simple cousin; "jeffreys", Beta(½, ½)
        equal-tailed, but ending at 0 or 1 where all or none have the event
        [2]_; "mid-p", Clopper and Pearson's with half the probability of what
        was observed; "arcsine", on the scale of arcsin √p.
    level : float in (0, 1), default 0.95

    Returns
    -------
    tuple of ndarray of shape (k,)
        In [0, 1], on either side of events / total.

    References
    ----------
    .. [1] Clopper & Pearson (1934). doi:10.1093/biomet/26.4.404
    .. [2] Brown, Cai & DasGupta (2001). doi:10.1214/ss/1009213286

    Examples
    --------
    >>> low, high = find_interval([0, 35], [20, 80])
    >>> low.round(3), high.round(3)
    (array([0.   , 0.327]), array([0.168, 0.553]))
    """
    chosen = PROPORTION_INTERVALS[check_choice("method", method, PROPORTION_INTERVALS)]
    x, n = np.asarray(events, dtype=float), np.asarray(total, dtype=float)
    return chosen.limits(x, n, (1 - check_level(level)) / 2)


def _clopper_pearson(x: FloatArray, n: FloatArray, tail: float) -> Pair:
    low = np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), n - x + 1, tail))
    high = np.where(x == n, 1.0, betainccinv(x + 1, np.maximum(n - x, 1), tail))
    return low, high


def _wilson(x: FloatArray, n: FloatArray, tail: float) -> Pair:
    return score_interval(x, n, -float(ndtri(tail)))


def _agresti_coull(x: FloatArray, n: FloatArray, tail: float) -> Pair:
    z = -ndtri(tail)
    size = n + z * z
    p = (x + z * z / 2) / size
    half = z * np.sqrt(p * (1 - p) / size)
    return np.maximum(0.0, p - half), np.minimum(1.0, p + half)


def _jeffreys(x: FloatArray, n: FloatArray, tail: float) -> Pair:
    low = np.where(x == 0, 0.0, betaincinv(x + 0.5, n - x + 0.5, tail))
    high = np.where(x == n, 1.0, betainccinv(x + 0.5, n - x + 0.5, tail))
    return low, high


def _mid_p(x: FloatArray, n: FloatArray, tail: float) -> Pair:
    """Solve P(X > x) + P(X = x)/2 = tail for p, and the same downwards.

    Each lies between the limits that leave out and take in all of P(X = x).
    """
    inner = np.clip(x, 1, np.maximum(n - 1, 1))  # the ends have closed forms
    a, b, m = inner, np.maximum(n - inner, 1), np.maximum(n, 2)
    edge = (2 * tail) ** (1 / n)
    above = betaincinv(a, m - a + 1, tail), betaincinv(a + 1, b, tail)
    below = betainccinv(a, m - a + 1, tail), betainccinv(a + 1, b, tail)
    low = _bisect(lambda p: betainc(a, m - a + 1, p) + betainc(a + 1, b, p) > 2 * tail, *above)
    high = _bisect(lambda p: betaincc(a, m - a + 1, p) + betaincc(a + 1, b, p) < 2 * tail, *below)
    low = np.where(x == 0, 0.0, np.where(x == n, edge, low))
    high = np.where(x == n, 1.0, np.where(x == 0, -np.expm1(np.log(2 * tail) / n), high))
    return low, high


def _bisect(
    beyond: Callable[[NDArray[Any]], NDArray[np.bool_]], low: NDArray[Any], high: NDArray[Any]
) -> FloatArray:
    """Return where `beyond` turns from False to True."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        over = beyond(middle)
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return np.asarray((low + high) / 2)


def _arcsine(x: FloatArray, n: FloatArray, tail: float) -> Pair:
    angle, half = np.arctan2(np.sqrt(x), np.sqrt(n - x)), -ndtri(tail) / (2 * np.sqrt(n))
    low, high = np.maximum(0.0, angle - half), np.minimum(np.pi / 2, angle + half)
    return np.sin(low) ** 2, np.sin(high) ** 2


#: Intervals of a single proportion by name.
PROPORTION_INTERVALS: Mapping[str, ProportionInterval] = MappingProxyType(
    {
        "clopper-pearson": ProportionInterval("Clopper–Pearson", _clopper_pearson),
        "wilson": ProportionInterval("Wilson", _wilson),
        "agresti-coull": ProportionInterval("Agresti–Coull", _agresti_coull),
        "jeffreys": ProportionInterval("Jeffreys", _jeffreys),
        "mid-p": ProportionInterval("mid-P", _mid_p),
        "arcsine": ProportionInterval("arcsine", _arcsine),
    }
)
