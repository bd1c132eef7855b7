"""Fits of models that take the counts as they are: what goes in, and what comes out.

The binomial likelihood needs no correction for studies without an event, and no
sampling variance that is taken for known.  Models of this kind differ in how true
prevalences are spread; checks, intervals and tests are the same, and stand here.
A model is a way to solve fits that show something (:data:`Solve`) and a way to
predict a further setting (:data:`Predict`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, chdtrc, gammaln, logit, ndtri, xlogy

from reviewkit._core.check import check_choice, check_level
from reviewkit.meta.count_checks import check_counts
from reviewkit.meta.engine import INTERVALS, PREDICTIONS, BatchFit, join_fits
from reviewkit.meta.quantiles import find_quantiles
from reviewkit.meta.surfaces import Edge

__all__ = [
    "CountFit",
    "CountFits",
    "Found",
    "Likelihood",
    "conclude",
    "find_edge",
    "fit_counts",
]

FloatArray = NDArray[np.float64]
AnyFloat = NDArray[np.floating[Any]]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

_BLOCK = 2**13  # studies in a block of fits; each is looked at with many spreads and nodes


class CountFits(NamedTuple):
    """B fits to k columns of studies; counts may be shared by all fits."""

    events: FloatArray  # (1, k) or (B, k)
    total: FloatArray  # (1, k) or (B, k)
    used: FloatArray  # (B, k); 1 where the fit uses the study, else 0

    def rows(self, index: slice | IntArray | BoolArray) -> CountFits:
        """Return the fits at `index`; what is shared stays shared."""
        events, total = (part if len(part) == 1 else part[index] for part in self[:2])
        return CountFits(events, total, self.used[index])

    def sum(self, cells: AnyFloat) -> FloatArray:
        """Return sums over the studies of each fit, of shape (B,)."""
        return np.asarray(np.vecdot(cells, self.used))

    def most(self, cells: AnyFloat) -> FloatArray:
        """Return the largest value among the studies of each fit, of shape (B,)."""
        return np.asarray(np.where(self.used > 0, cells, -np.inf).max(axis=1))


class Found(NamedTuple):
    """What a model finds; every array has shape (B,)."""

    location: FloatArray  # logit of the pooled prevalence
    se: FloatArray  # from the joint information of location and spread
    tau2: FloatArray  # variance of log odds between studies
    tau2_se: FloatArray  # NaN where tau² = 0
    tau2_low: FloatArray  # by profile likelihood; NaN where not asked for
    tau2_high: FloatArray
    rho: FloatArray  # overdispersion of a beta-binomial; else NaN
    rho_low: FloatArray
    rho_high: FloatArray
    ratio: FloatArray  # twice the log-likelihood above that of one common prevalence

    @classmethod
    def common(cls, location: FloatArray, se: FloatArray) -> Found:
        """Return fits of one common prevalence."""
        found = cls(location, se, *np.full((len(cls._fields) - 2, location.size), np.nan))
        found.tau2[:] = found.ratio[:] = 0.0
        return found

    def put(self, where: BoolArray, found: Found) -> None:
        """Write what was found in some of the fits."""
        for column, part in zip(self, found, strict=True):
            column[where] = part


@dataclass(frozen=True, slots=True)
class CountFit(BatchFit):
    """B pooled results on the logit scale; every array has shape (B,).

    `q` tests one common prevalence against one to each study by their likelihoods,
    `q_wald` by squared distances; `ratio` tests it against the model.
    """

    tau2_se: FloatArray  # NaN where tau² = 0
    tau2_ci_low: FloatArray  # by profile likelihood; NaN where not asked for
    tau2_ci_high: FloatArray
    overdispersion: FloatArray  # in [0, 1]; NaN but for a beta-binomial
    overdispersion_ci_low: FloatArray
    overdispersion_ci_high: FloatArray
    log_likelihood: FloatArray  # with binomial coefficients
    ratio: FloatArray
    ratio_p: FloatArray
    q_wald: FloatArray
    q_wald_p: FloatArray

    def read_likelihood(self) -> Likelihood:
        """Return what the first fit says of its likelihood."""
        return Likelihood(*(float(getattr(self, f.name)[0]) for f in fields(Likelihood)))


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What one fit says of its likelihood; see :class:`CountFit`."""

    log_likelihood: float
    ratio: float
    ratio_p: float
    q_wald: float
    q_wald_p: float
    tau2_se: float
    overdispersion: float
    overdispersion_ci_low: float
    overdispersion_ci_high: float


#: Takes fits of two studies or more with some and not all events, and the fall of the
#: log-likelihood at which limits of tau² stand, if they are wanted.
Solve = Callable[[CountFits, float | None], Found]
#: Takes what was found, degrees of freedom and tail; returns limits on the logit scale.
Predict = Callable[[Found, FloatArray, float], tuple[FloatArray, FloatArray]]


def fit_counts(
    solve: Solve,
    predict: Predict,
    counts: tuple[ArrayLike, ArrayLike, ArrayLike | None],
    *,
    ci: str,
    prediction: str,
    level: float,
    profile: bool,
) -> CountFit:
    """Return the fits of a model to events, totals and a mask, a block of fits at a time."""
    fits = CountFits(*check_counts(*counts))
    check_choice("ci", ci, INTERVALS)
    check_choice("prediction", prediction, PREDICTIONS)
    tail = (1 + check_level(level)) / 2
    drop = float(ndtri(tail)) ** 2 / 2 if profile else None
    size = max(1, _BLOCK // fits.used.shape[1])
    parts = []
    for start in range(0, len(fits.used), size):
        some = fits.rows(slice(start, start + size))
        found = _find(solve, some, drop)
        parts.append(conclude(some, found, predict, ci=ci, prediction=prediction, level=level))
    return join_fits(parts)


def conclude(
    fits: CountFits, found: Found, predict: Predict, *, ci: str, prediction: str, level: float
) -> CountFit:
    """Return intervals and tests of what a model found in these fits."""
    k, lost = fits.used.sum(axis=1), PREDICTIONS[prediction].lost
    df = np.where((k > 1) & INTERVALS[ci].t, k - 1, np.inf)
    ahead = np.where(k > 1, np.inf if lost is None else k - lost, 0.0)
    return _pool(fits, found, predict, df, ahead, (1 + level) / 2)


def find_edge(fits: CountFits, slope: Callable[[FloatArray, FloatArray], FloatArray]) -> Edge:
    """Return the fits of one common prevalence.

    `slope` is that of the log-likelihood by the spread, given each study's residual
    ``x - np`` and variance ``np(1 - p)``.
    """
    x, n = fits.sum(fits.events), fits.sum(fits.total)
    p = (x / n)[:, None]
    residual, variance = fits.events - fits.total * p, fits.total * p * (1 - p)
    return Edge(
        location=np.log(x / (n - x))[:, None],
        value=np.asarray(xlogy(x, x / n) + xlogy(n - x, (n - x) / n), dtype=float),
        slope=fits.sum(slope(residual, variance)),
        information=fits.sum(variance)[:, None, None],
    )


def _find(solve: Solve, fits: CountFits, drop: float | None) -> Found:
    """Return what the model finds; where there is nothing to find, one common prevalence."""
    x, n = fits.sum(fits.events), fits.sum(fits.total)
    some = (x > 0) & (x < n) & (fits.used.sum(axis=1) > 1)
    if some.all():
        return solve(fits, drop)
    with np.errstate(divide="ignore"):
        found = Found.common(logit(x / n), np.sqrt(1 / x + 1 / (n - x)))
    if some.any():
        found.put(some, solve(fits.rows(some), drop))
    return found


def _pool(
    fits: CountFits, found: Found, predict: Predict, df: FloatArray, ahead: FloatArray, tail: float
) -> CountFit:
    """Return estimates, intervals and tests."""
    k, x, n = fits.used.sum(axis=1), fits.sum(fits.events), fits.sum(fits.total)
    low, high, pi_low, pi_high = _find_limits(x, n, found, predict, df, ahead, tail)
    q, q_wald, h2 = _measure(fits, found.tau2)
    some_df = np.maximum(k - 1, 1)
    coefficients = gammaln(fits.total + 1) - gammaln(fits.events + 1)
    coefficients = coefficients - gammaln(fits.total - fits.events + 1)
    common = xlogy(x, x / n) + xlogy(n - x, (n - x) / n)
    return CountFit(
        estimate=found.location,
        se=found.se,
        ci_low=low,
        ci_high=high,
        pi_low=pi_low,
        pi_high=pi_high,
        tau2=found.tau2,
        i2=1 - 1 / h2,
        h2=h2,
        q=q,
        q_df=k - 1,
        q_p=np.where(k > 1, chdtrc(some_df, q), 1.0),
        k=k,
        tau2_se=found.tau2_se,
        tau2_ci_low=found.tau2_low,
        tau2_ci_high=found.tau2_high,
        overdispersion=found.rho,
        overdispersion_ci_low=found.rho_low,
        overdispersion_ci_high=found.rho_high,
        log_likelihood=fits.sum(coefficients) + common + found.ratio / 2,
        ratio=found.ratio,
        ratio_p=np.where(found.ratio == 0, 1.0, chdtrc(1, found.ratio) / 2),
        q_wald=q_wald,
        q_wald_p=np.where(k > 1, chdtrc(some_df, q_wald), 1.0),
    )


def _find_limits(
    x: FloatArray,
    n: FloatArray,
    found: Found,
    predict: Predict,
    df: FloatArray,
    ahead: FloatArray,
    tail: float,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return confidence and prediction limits, given all events and people of each fit."""
    none, full = x == 0, x == n
    with np.errstate(invalid="ignore"):  # infinite logits of no or all events
        half = found.se * find_quantiles(df, tail)
        low, high = found.location - half, found.location + half
        pi_low, pi_high = predict(found, ahead, tail)
    # Of no events, only an upper limit can be known: Clopper and Pearson's for all people.
    low = np.where(none, -np.inf, np.where(full, logit(betaincinv(x, 1, 1 - tail)), low))
    high = np.where(full, np.inf, np.where(none, logit(betaincinv(1, n, tail)), high))
    pi_low = np.where(ahead < 1, np.nan, np.where(none | full, low, pi_low))
    pi_high = np.where(ahead < 1, np.nan, np.where(none | full, high, pi_high))
    return low, high, pi_low, pi_high


def _measure(fits: CountFits, tau2: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return both Q of one common prevalence, and total over typical sampling variance."""
    x, n = fits.events, fits.total
    least = np.where((x == 0) | (x == n), 0.5, 0.0)
    p = np.clip(fits.sum(x) / fits.sum(n), 1e-300, 1 - 1e-16)[:, None]
    own = xlogy(x, x / (n * p)) + xlogy(n - x, (n - x) / (n * (1 - p)))
    extreme = (fits.sum(x) == 0) | (fits.sum(x) == fits.sum(n))
    q = np.where(extreme, 0.0, np.maximum(2 * fits.sum(own), 0.0))

    weight = fits.used * np.where(least > 0, 0.0, x * (n - x) / n)
    y = np.log((x + least) / (n - x + least))
    total = weight.sum(axis=1)
    mean = np.vecdot(weight, y) / np.where(total > 0, total, 1)
    q_wald = np.vecdot(weight, (y - mean[:, None]) ** 2)

    weight = fits.used / (1 / (x + least) + 1 / (n - x + least))
    total = weight.sum(axis=1)
    k = fits.used.sum(axis=1)
    precision = (total - np.vecdot(weight, weight) / total) / np.maximum(k - 1, 1)
    # Of one study the sum is rounding, which an infinite tau² would not forgive.
    return q, q_wald, np.where(k > 1, 1 + tau2 * np.where(k > 1, precision, 1.0), 1.0)
