"""The binomial–normal model (GLMM): logits are normal between studies, counts binomial.

Study i draws its log odds from ``Normal(mu, tau²)`` and counts x events among n people
with that chance.  Both parameters are those of the highest likelihood [1]_; it
is integrated by adaptive quadrature (:mod:`~reviewkit.meta.quadrature`) and climbed
by Newton's method for many fits at once (:mod:`~reviewkit.meta.climb`).

References
----------
.. [1] Stijnen, Hamza & Özdemir (2010). doi:10.1002/sim.4040
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reviewkit.meta.climb import find_summit
from reviewkit.meta.climb_limits import find_limits
from reviewkit.meta.count_fits import (
    CountFit,
    CountFits,
    Found,
    fit_counts,
)
from reviewkit.meta.logit_surface import LogitSurface
from reviewkit.meta.quantiles import find_quantiles

__all__ = ["fit_glmm_batch", "predict_logit"]

FloatArray = NDArray[np.float64]


def fit_glmm_batch(
    events: ArrayLike,
    total: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    ci: str = "t",
    prediction: str = "t",
    level: float = 0.95,
    profile: bool = False,
) -> CountFit:
    """Pool the studies of B fits by the binomial–normal model.

    Parameters
    ----------
    events, total : array-like of shape (k,) or (B, k)
        People with the event and people in all; (k,) is shared by all fits.
    mask : array-like of bool, shape (k,) or (B, k), optional
        Which studies a fit uses; left out, all.  Entries not used may be NaN.
    ci : {"t", "z", "HK", "HK-adhoc"}, default "t"
        Quantiles of t with k - 1 degrees of freedom, or of the normal.  Hartung and
        Knapp's scaling has no counterpart here: their names mean "t" (as in R's meta).
    prediction : {"t", "HTS", "z"}, default "t"
        t with k - 1 or k - 2 degrees of freedom, or normal.
    level : float in (0, 1), default 0.95
        Of all intervals.
    profile : bool, default False
        Also find the profile-likelihood interval of tau².

    Returns
    -------
    CountFit
        Arrays of shape (B,), on the logit scale.

    Raises
    ------
    InputError
        If shapes disagree, a used count is none, a fit uses no study, or an option is
        unknown.

    Notes
    -----
    The standard error is that of mu in the joint information of mu and tau²; where
    tau² = 0, that of one common prevalence.  ``ratio`` tests tau² = 0, and its p-value is that
    of half chi² with 1 degree of freedom and half a point mass at 0 [1]_; R prints twice that.

    * One study has tau² = 0 and its own standard error, and nothing to predict.
    * No event at all, or nothing but events: the estimate is 0 or 1 (an infinite logit)
      with tau² = 0 and Clopper and Pearson's limit for all people together.
    * Each study none or all, and both occur: the likelihood rises with tau² without
      end; the fit is NaN.  Single people say nothing about tau²: then it is 0.

    The log-likelihood of a study is exact to 1e-8 up to tau = 5; beyond that, if the study
    has none or all, to 1e-4 at tau = 10 and 2e-3 at 20.

    References
    ----------
    .. [1] Self & Liang (1987). doi:10.1080/01621459.1987.10478472

    Examples
    --------
    >>> events, total = [35, 94, 81, 66], [80, 260, 443, 138]
    >>> fit = fit_glmm_batch(events, total)
    >>> fit.estimate.round(4), fit.tau2.round(4)
    (array([-0.6197]), array([0.2831]))
    >>> without_each = ~np.eye(4, dtype=bool)
    >>> fit_glmm_batch(events, total, mask=without_each).tau2.round(3)
    array([0.324, 0.385, 0.024, 0.255])
    """
    return fit_counts(
        _solve, predict_logit, (events, total, mask),
        ci=ci, prediction=prediction, level=level, profile=profile,
    )  # fmt: skip


def _solve(fits: CountFits, drop: float | None) -> Found:
    """Return the peaks of fits; NaN where the likelihood has none."""
    between = (fits.events > 0) & (fits.events < fits.total)
    peaked = fits.most(between * 1.0) > 0
    if peaked.all():
        return _climb(fits, drop)
    single = fits.most(fits.total) < 2
    x, n = fits.sum(fits.events), fits.sum(fits.total)
    edge = np.where(single, np.log(x / (n - x)), np.nan)
    found = Found.common(edge, np.where(single, np.sqrt(1 / x + 1 / (n - x)), np.nan))
    found.tau2[~single] = found.ratio[~single] = np.nan
    if drop is not None:
        found.tau2_low[single], found.tau2_high[single] = 0.0, np.inf
    if peaked.any():
        found.put(peaked, _climb(fits.rows(peaked), drop))
    return found


def _climb(fits: CountFits, drop: float | None) -> Found:
    surface = LogitSurface(fits)
    summit = find_summit(surface)
    covariance, tau2_se = summit.errors()
    found = Found.common(summit.location[:, 0], np.sqrt(covariance[:, 0, 0]))
    if drop is not None:
        low, high = find_limits(surface, summit, drop)
        found = found._replace(tau2_low=low, tau2_high=high)
    ratio = 2 * (summit.value - surface.edge.value)
    return found._replace(tau2=summit.spread, tau2_se=tau2_se, ratio=ratio)


def predict_logit(found: Found, df: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    """Return limits for the log odds of a further setting."""
    reach = np.sqrt(found.tau2 + found.se**2) * find_quantiles(df, tail)
    return found.location - reach, found.location + reach
