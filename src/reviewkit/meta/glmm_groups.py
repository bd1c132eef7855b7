"""Groups of studies by the binomial–normal model, with one tau² for all groups.

The groups are the columns of a regression (:mod:`~reviewkit.meta.glmm_regression`).  A
group without an event, or with nothing else, leaves tau² to the others: whatever tau²
is, its likelihood is highest at 0 or 1, where it says nothing of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from reviewkit._core.errors import InputError
from reviewkit.meta.count_fits import CountFit, CountFits, Found, conclude
from reviewkit.meta.glmm import fit_glmm_batch, predict_logit
from reviewkit.meta.glmm_regression import fit_glmm_regressions
from reviewkit.meta.wald import find_wald

__all__ = ["GroupedCounts", "fit_groups"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class GroupedCounts(NamedTuple):
    """G groups with a common tau², and two tests with G - 1 df whether they have one mean."""

    fit: CountFit  # arrays of shape (G,)
    wald: float  # by estimates and their joint covariance; NaN where one has no standard error
    ratio: float  # twice the log-likelihood above that of one mean


def fit_groups(
    events: FloatArray, total: FloatArray, members: BoolArray, *, ci: str, prediction: str,
    level: float,
) -> GroupedCounts:  # fmt: skip
    """Return the groups of `members`, of shape (G, k), and the likelihood-ratio test of them.

    Intervals are those of :func:`~reviewkit.meta.glmm.fit_glmm_batch`, with the
    degrees of freedom of each group.

    Raises
    ------
    InputError
        If no study has some and not all events: no tau² is then the likeliest.
    """
    x, n = members @ events, members @ total
    inner = (x > 0) & (x < n)
    some = members[inner].any(axis=0)
    with np.errstate(divide="ignore"):
        found = Found.common(logit(x / n), np.sqrt(1 / x + 1 / (n - x)))
    found.ratio[:] = np.nan  # no group has a likelihood of its own
    above, wald = 0.0, np.nan
    if inner.any():
        design = members[np.ix_(inner, some)].T.astype(float)
        regression = fit_glmm_regressions(events[some], total[some], design)
        if np.isnan(regression.tau2[0]):
            raise InputError(
                f"A common tau² must have a study with some and not all events, and more such "
                f"studies than groups. Got {int(some.sum())} studies in {int(inner.sum())} groups "
                f"with events and people without. Take tau2='separate', or join groups."
            )
        found.location[inner] = regression.coefficients[0]
        found.se[inner] = np.sqrt(np.diag(regression.covariance[0]))
        found.tau2[:] = regression.tau2[0]
        above = float(regression.log_likelihood[0])
        if inner.all():
            wald = _compare(regression.coefficients[0], regression.covariance[0])
    whole = fit_glmm_batch(events, total, mask=members.any(axis=0))
    ratio = max(0.0, 2 * (above - float(whole.log_likelihood[0])))
    fits = CountFits(events[None], total[None], members.astype(float))
    fit = conclude(fits, found, predict_logit, ci=ci, prediction=prediction, level=level)
    return GroupedCounts(fit, wald, ratio)


def _compare(estimates: FloatArray, covariance: FloatArray) -> float:
    """Return the Wald statistic of the differences from the first group.

    The groups have a little covariance, as all of them share one estimate of tau².
    """
    away = np.hstack([-np.ones((len(estimates) - 1, 1)), np.eye(len(estimates) - 1)])
    columns = tuple(range(len(away)))
    return find_wald(away @ estimates, away @ covariance @ away.T, columns, np.inf)[0]
