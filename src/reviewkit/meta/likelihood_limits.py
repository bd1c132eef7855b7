"""How sure tau² is by its likelihood: profile-likelihood intervals, for many fits at once.

The interval reaches from the smallest to the largest tau² at which the log-likelihood, of
which nothing else is left to choose, lies no more than half a quantile of chi² with 1
degree of freedom below its highest peak (Hardy and Thompson 1996,
doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A).

**The ends are the outermost ones, because all peaks are known.**  What is likely enough is
a set of one stretch or more, each with a peak in it, and the search for tau² finds every peak
(:mod:`~reviewkit.meta.search`).  Below the first of these peaks, and above the last, the
likelihood crosses its limit once before the next peak that is too low; there the root is
bracketed, and Newton's method on the root of the loss, nearly a straight line, ends it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from reviewkit._core.errors import ConvergenceError
from reviewkit.meta.fits import AnyFits
from reviewkit.meta.search import IntArray, Peaks, find_peaks, measure_deviance
from reviewkit.meta.tau2 import LIKELIHOODS, Tau2Likelihood

__all__ = ["find_likelihood_limits"]

FloatArray = NDArray[np.float64]

_STEP = 1e-12  # of log(1 + tau²/unit); the loss at the limit is then sure to 1e-10
_STEPS = 200
_WIDEN = 4.0  # from one guess above all peaks to the next
_FARTHEST = 1e300  # in units of the least variance


class _Brackets(NamedTuple):
    """One crossing of the limit to each row: `inside` is likely enough, `outside` is not."""

    fit: IntArray
    inside: FloatArray
    outside: FloatArray


def find_likelihood_limits(
    fits: AnyFits, *, method: str, level: float
) -> tuple[FloatArray, FloatArray]:
    """Return the limits of tau² of B fits, of shape (B,) each.

    Parameters
    ----------
    fits : Fits or DesignFits
        B fits, each with more studies than coefficients.
    method : {"ML", "REML"}
        Whose likelihood.
    level : float in (0, 1)

    Returns
    -------
    tuple of ndarray
        The lower limit is 0 where even tau² = 0 is likely enough.

    Examples
    --------
    >>> from reviewkit.meta.fits import Fits
    >>> effects, variances = np.array([[0.1, 0.3, 0.35, 0.65]]), np.array([[0.03, 0.03, 0.05, 0.01]])
    >>> fits = Fits(effects, variances, np.ones((1, 4)))
    >>> find_likelihood_limits(fits, method="REML", level=0.95)
    (array([0.]), array([0.520...]))
    """
    law = LIKELIHOODS[method]
    drop = float(ndtri((1 + level) / 2)) ** 2  # a quantile of chi² with 1 degree of freedom
    peaks = _sort(find_peaks(fits, law.equation))
    deviance = measure_deviance(peaks.scaled.rows(peaks.fit), law.deviance, peaks.tau2)
    least = np.full(len(fits.used), np.inf)
    np.minimum.at(least, peaks.fit, deviance)
    enough = deviance <= least[peaks.fit] + drop
    limits = least + drop
    low, high = np.zeros(len(least)), np.zeros(len(least))
    for ends, brackets in (
        (low, _bracket_below(peaks, enough, law, limits)),
        (high, _bracket_above(peaks, enough, law, limits)),
    ):
        ends[brackets.fit] = _cross(peaks.scaled, brackets, law, least, drop)
    unit = peaks.unit[:, 0]
    return np.asarray(low * unit), np.asarray(high * unit)


def _sort(peaks: Peaks) -> Peaks:
    """Return the peaks of each fit side by side, from the smallest tau² to the largest."""
    order = np.lexsort((peaks.tau2, peaks.fit))
    return peaks._replace(fit=peaks.fit[order], tau2=peaks.tau2[order])


def _bracket_below(
    peaks: Peaks, enough: NDArray[np.bool_], law: Tau2Likelihood, limits: FloatArray
) -> _Brackets:
    """Return where the limit is crossed below the first peak that is likely enough."""
    fit, at = np.unique(peaks.fit[enough], return_index=True)
    first = np.flatnonzero(enough)[at]
    before = np.maximum(first - 1, 0)
    rival = (first > 0) & (peaks.fit[before] == fit)
    outside = np.where(rival, peaks.tau2[before], 0.0)
    beyond = measure_deviance(peaks.scaled.rows(fit), law.deviance, outside) > limits[fit]
    return _Brackets(fit[beyond], peaks.tau2[first][beyond], outside[beyond])


def _bracket_above(
    peaks: Peaks, enough: NDArray[np.bool_], law: Tau2Likelihood, limits: FloatArray
) -> _Brackets:
    """Return where the limit is crossed above the last peak that is likely enough."""
    fit, at = np.unique(peaks.fit[enough][::-1], return_index=True)
    last = np.flatnonzero(enough)[::-1][at]
    after = np.minimum(last + 1, len(enough) - 1)
    rival = (after > last) & (peaks.fit[after] == fit)
    inside = peaks.tau2[last]
    outside = np.where(rival, peaks.tau2[after], 1 + _WIDEN * inside)
    going = np.flatnonzero(~rival)
    while going.size and outside[going].max() < _FARTHEST:
        some = fit[going]
        there = measure_deviance(peaks.scaled.rows(some), law.deviance, outside[going])
        going = going[there <= limits[some]]
        outside[going] *= _WIDEN
    return _Brackets(fit, inside, outside)


def _cross(
    fits: AnyFits, brackets: _Brackets, law: Tau2Likelihood, least: FloatArray, drop: float
) -> FloatArray:
    """Return the one crossing in each bracket, by Newton's steps in log(1 + tau²)."""
    found, active = np.log1p((brackets.inside + brackets.outside) / 2), np.arange(len(brackets.fit))
    inside, outside = np.log1p(brackets.inside), np.log1p(brackets.outside)
    for _ in range(_STEPS):
        if not active.size:
            break
        fit, here = brackets.fit[active], found[active]
        some, tau2 = fits.rows(fit), np.expm1(here)
        sides = law.equation(some.at(tau2))
        loss = measure_deviance(some, law.deviance, tau2) - least[fit]
        root = np.sqrt(np.maximum(loss, 0.0))
        within = root <= drop**0.5
        inside = np.where(within, here, inside)
        outside = np.where(within, outside, here)
        with np.errstate(invalid="ignore", divide="ignore"):  # a step of 0/0 is bisected
            slope = (sides.expected - sides.observed) * (1 + tau2) / (2 * root)
            there = here + (drop**0.5 - root) / slope
        between = (there - inside) * (there - outside) < 0
        there = np.where(between, there, (inside + outside) / 2)
        found[active] = there
        going = np.abs(there - here) > _STEP * (1 + here)
        active, inside, outside = active[going], inside[going], outside[going]
    if active.size:
        raise ConvergenceError(
            f"Limits of tau² must settle in {_STEPS} steps. Got {active.size} unsettled. Take "
            f"tau2_ci='Q-profile', and report the data as a bug."
        )
    return np.asarray(np.expm1(found))
