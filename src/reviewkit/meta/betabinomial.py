"""The beta-binomial model: prevalences are beta between studies, counts binomial.

Study i draws its prevalence from a beta distribution with mean p and counts x events
among n people.  Two people of one study are alike with correlation rho, the
overdispersion: 0 is one common prevalence, 1 are studies that have none or all.
With ``g = rho/(1 - rho)`` the likelihood of a study needs no integral [1]_,

    Σ log(p + ig) + Σ log(1 - p + jg) - Σ log(1 + lg),

the sums over i < x, j < n - x and l < n (:mod:`~reviewkit.meta.log_sums`).

References
----------
.. [1] Griffiths (1973). doi:10.2307/2529131
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, betaln, expit, logit, ndtri, xlogy, zeta

from reviewkit.meta.climb import Summit, find_summit
from reviewkit.meta.climb_limits import find_limits
from reviewkit.meta.count_fits import (
    CountFit,
    CountFits,
    Found,
    find_edge,
    fit_counts,
)
from reviewkit.meta.log_sums import sum_logs
from reviewkit.meta.quantiles import find_quantiles
from reviewkit.meta.surfaces import CEILING, Terms

__all__ = ["find_beta_quantile", "fit_beta_binomial_batch", "predict_beta"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_TINY = -30.0  # logarithm
_TOP = 10.0  # g at which the search for the first peaks ends


def fit_beta_binomial_batch(
    events: ArrayLike,
    total: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    ci: str = "t",
    prediction: str = "t",
    level: float = 0.95,
    profile: bool = False,
) -> CountFit:
    """Pool the studies of B fits by the beta-binomial model.

    Parameters
    ----------
    events, total, mask, ci, level
        As in :func:`~reviewkit.meta.glmm.fit_glmm_batch`.
    prediction : {"t", "HTS", "z"}, default "t"
        By how much the prediction interval is widened for few studies; see Notes.
    profile : bool, default False
        Also find profile-likelihood intervals of overdispersion and tau².

    Returns
    -------
    CountFit
        Arrays of shape (B,), on the logit scale: `estimate` is the logit of the mean
        prevalence, which lies nearer to 0.5 than the median that a GLMM estimates.

    Raises
    ------
    InputError
        As :func:`~reviewkit.meta.glmm.fit_glmm_batch`.

    Notes
    -----
    The standard error is that of logit p in the joint information of p and rho.  The
    prediction interval holds the quantiles of a beta distribution with mean p and
    variance ``p(1 - p)rho + SE(p)²``, that of the settings and that of the estimate,
    times the squared ratio of quantiles of t, with k - 1 or k - 2 degrees of freedom, and normal.
    It is never narrower than the estimate itself is uncertain: a beta whose mass is all but at
    0 and 1 has both quantiles at one of them.
    `tau2` is the variance of log odds that Beta(a, b) implies, ψ'(a) + ψ'(b); its limits
    are those of rho, at the estimated mean.

    One study, no event at all, nothing but events: as the GLMM.  Each study none or all,
    and both occur: rho = 1, tau² is infinite, p is the share of studies that have all.

    Examples
    --------
    >>> fit = fit_beta_binomial_batch([35, 94, 81, 66], [80, 260, 443, 138])
    >>> fit.estimate.round(4), fit.overdispersion.round(4)
    (array([-0.5823]), array([0.0561]))
    """
    return fit_counts(
        _solve, _predict, (events, total, mask),
        ci=ci, prediction=prediction, level=level, profile=profile,
    )  # fmt: skip


def predict_beta(
    location: FloatArray, variance: FloatArray, rho: FloatArray, widening: FloatArray | float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Return both parameters of the beta of a further setting's prevalence.

    Its mean is that at `location`, its variance ``p(1 - p)rho`` and that of the estimate,
    which is `variance` on the logit scale, together times `widening`.
    """
    p, q = expit(location), expit(-location)
    share = (rho + p * q * variance) * widening
    share = np.minimum(share, 1 - 1e-6)  # at 1 all mass is at 0 and 1
    size = 1 / share - 1
    return p * size, q * size


def _predict(found: Found, df: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    """Return limits for the log odds of a further setting."""
    ends = np.full((2, len(found.location)), [[-np.inf], [np.inf]])
    some = np.flatnonzero(np.isfinite(found.se) & np.isfinite(found.tau2))
    rho = np.where(found.tau2 > 0, found.rho, 0.0)[some]
    location, se = found.location[some], found.se[some]
    quantile = find_quantiles(np.maximum(df, 1), tail)[some]
    alpha, beta = predict_beta(location, se**2, rho, (quantile / ndtri(tail)) ** 2)
    low, high = find_beta_quantile(alpha, beta, 1 - tail), find_beta_quantile(beta, alpha, 1 - tail)
    ends[0, some] = np.minimum(logit(low), location - quantile * se)
    ends[1, some] = np.maximum(-logit(high), location + quantile * se)
    return ends[0], ends[1]


def find_beta_quantile(alpha: FloatArray, beta: FloatArray, tail: float) -> FloatArray:
    """Return the lower quantile of beta distributions, also where all mass is near 0 and 1."""
    # Close to 0 the distribution function is a power, which betaincinv does not always reach.
    power = (np.log(tail) + np.log(alpha) + betaln(alpha, beta)) / alpha
    low = power + np.log1p(beta) < _TINY
    some = np.where(low, 1.0, alpha)
    return np.where(low, np.exp(np.minimum(power, 0.0)), betaincinv(some, beta, tail))


def _solve(fits: CountFits, drop: float | None) -> Found:
    """Return the peaks of fits; rho = 1 where each study has none or all."""
    between = (fits.events > 0) & (fits.events < fits.total)
    peaked = fits.most(between * 1.0) > 0
    if peaked.all():
        return _climb(fits, drop)
    if not peaked.any():
        return _find_ends(fits, drop)
    found = Found.common(*np.zeros((2, len(peaked))))
    found.put(peaked, _climb(fits.rows(peaked), drop))
    found.put(~peaked, _find_ends(fits.rows(~peaked), drop))
    return found


def _find_ends(fits: CountFits, drop: float | None) -> Found:
    """Return fits to studies that have none or all: of single people, nothing is known of rho."""
    single = fits.most(fits.total) < 2
    k, full = fits.used.sum(axis=1), fits.sum((fits.events == fits.total) * 1.0)
    location = np.log(full / (k - full))
    found = Found.common(location, np.sqrt(1 / full + 1 / (k - full)))
    pooled = find_edge(fits, lambda r, v: 0 * v)
    ends = xlogy(full, full / k) + xlogy(k - full, 1 - full / k)
    found = found._replace(
        rho=np.where(single, 0.0, 1.0),
        tau2=np.where(single, 0.0, np.inf),
        ratio=np.where(single, 0.0, 2 * (ends - pooled.value)),
    )
    if drop is not None:
        far, flat = np.full(len(k), CEILING), np.zeros(len(k))
        bend = (-full * (k - full) / k)[:, None, None]
        summit = Summit(location[:, None], far, ends, bend, flat[:, None], flat)
        low, high = find_limits(_Betas(fits), summit, drop)
        found = _put_limits(found, np.where(single, 0.0, low), high)
    return found


def _climb(fits: CountFits, drop: float | None) -> Found:
    surface = _Betas(fits)
    summit = find_summit(surface)
    location = summit.location[:, 0]
    found = Found.common(location, np.sqrt(summit.errors()[0][:, 0, 0]))
    found = found._replace(
        rho=summit.spread / (1 + summit.spread),
        tau2=_spread_logits(location, summit.spread),
        ratio=2 * (summit.value - surface.edge.value),
    )
    if drop is None:
        return found
    return _put_limits(found, *find_limits(surface, summit, drop))


def _put_limits(found: Found, low: FloatArray, high: FloatArray) -> Found:
    """Return limits of rho and tau² from those of g."""
    with np.errstate(invalid="ignore"):
        rho_high = np.where(np.isinf(high), 1.0, high / (1 + high))
    return found._replace(
        rho_low=low / (1 + low),
        rho_high=rho_high,
        tau2_low=_spread_logits(found.location, low),
        tau2_high=_spread_logits(found.location, high),
    )


def _spread_logits(location: FloatArray, g: FloatArray) -> FloatArray:
    """Return the variance of log odds under a beta distribution."""
    inner = (g > 0) & np.isfinite(g)
    some = np.where(inner, g, 1.0)
    tau2 = zeta(2, expit(location) / some) + zeta(2, expit(-location) / some)
    return np.where(inner, tau2, np.where(g > 0, np.inf, 0.0))


class _Betas:
    """The log-likelihood of fits by logit p and g, as :mod:`~reviewkit.meta.climb` sees it."""

    efforts = 1

    def __init__(self, fits: CountFits) -> None:
        self.fits = fits
        self.unit = 1 / fits.most(fits.total)
        self.top = np.full(len(fits.used), _TOP)
        p = (fits.sum(fits.events) / fits.sum(fits.total))[:, None]

        def slope(r: FloatArray, v: FloatArray) -> FloatArray:
            return (r * r - r * (1 - 2 * p) - v) / (2 * p * (1 - p))

        self.edge = find_edge(fits, slope)

    def guess(self, fit: IntArray, spread: FloatArray) -> FloatArray:
        """Return the mean prevalence, with weights for the variance at this spread."""
        x, n, used = self._rows(fit)
        weight = used / (1 + n * spread[:, None])
        return np.asarray(logit(np.vecdot(weight, x) / np.vecdot(weight, n)))[:, None]

    def at(self, fit: IntArray, location: FloatArray, spread: FloatArray, effort: int) -> Terms:
        """Return the log-likelihood and its derivatives by logit p and g."""
        x, n, used = self._rows(fit)
        p, q, g = expit(location), expit(-location), spread[:, None]
        some, other, every = sum_logs(x, p, g), sum_logs(n - x, q, g), sum_logs(n, 1 + 0 * g, g)
        slope, bend = p * q, p * q * (q - p)  # of p by its logit
        by_p, by_pp = some.c - other.c, some.cc + other.cc
        cells = {
            "value": some.value + other.value - every.value,
            "m": by_p * slope,
            "s": some.g + other.g - every.g,
            "mm": by_pp * slope**2 + by_p * bend,
            "ms": (some.cg - other.cg) * slope,
            "ss": some.gg + other.gg - every.gg,
        }
        sums = {name: np.asarray(np.vecdot(cell, used)) for name, cell in cells.items()}
        sums |= {"m": sums["m"][:, None], "ms": sums["ms"][:, None]}
        return Terms(**sums | {"mm": sums["mm"][:, None, None]})

    def _rows(self, fit: IntArray) -> CountFits:
        x, n, used = self.fits
        x, n = (part if len(part) == 1 else part[fit] for part in (x, n))
        return CountFits(x, n, used[fit])
