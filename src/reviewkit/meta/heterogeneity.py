"""How sure tau², I² and H² are: confidence intervals by the Q-profile.

At the true tau², ``Q(tau²) = Σ(y - mean)²/(v + tau²)`` is drawn from chi² with
k - 1 degrees of freedom.  The interval holds every tau² at which Q is neither
too large nor too small for that (Viechtbauer 2007, doi:10.1002/sim.2514).  I² and
H² rise with tau², so that its limits give theirs.

Q falls as tau² grows, and ``1/Q`` bends downwards (it is a harmonic mean of the
straight lines ``(a + tau²)/z²``, one to a contrast).  Newton's method on ``1/Q`` therefore
comes to rest from any start: one step at most leads past the root, to its left,
and from the left it never passes it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainccinv, gammaincinv

from reviewkit._core.errors import ConvergenceError
from reviewkit.meta.sums import sums_at

__all__ = ["Heterogeneity", "profile_heterogeneity", "share_heterogeneity"]

FloatArray = NDArray[np.float64]

_STEP = 1e-10  # relative; Newton's steps shrink to their squares
_STEPS = 200
_LARGE = 10_000  # studies from which on they go in strips, for which BLAS needs no threads


class Heterogeneity(NamedTuple):
    """Confidence limits of the between-study variance and its shares; NaN for one study."""

    tau2_low: float
    tau2_high: float
    i2_low: float  # in [0, 1)
    i2_high: float
    h2_low: float  # 1 or more
    h2_high: float


def profile_heterogeneity(
    effects: FloatArray, variances: FloatArray, *, level: float = 0.95, start: float = 0.0
) -> Heterogeneity:
    """Return Q-profile intervals, as ``confint`` of metafor.

    Parameters
    ----------
    effects, variances : ndarray of shape (k,)
        Checked: finite, variances above 0.
    level : float in (0, 1), default 0.95
    start : float, default 0
        A guess at tau², such as an estimate; it changes the time, not the answer.

    Returns
    -------
    Heterogeneity
        A limit is 0 where even tau² = 0 leaves too little scatter for it.  Both
        are 0 where the studies agree better than chance allows: then no tau²
        explains them, and the interval, strictly empty, is [0, 0].  The limits
        do not depend on the estimator of tau², which may lie outside of them.

    Notes
    -----
    I² = tau²/(tau² + s²) and H² = 1 + tau²/s², with s² the typical sampling
    variance of Higgins and Thompson (2002), doi:10.1002/sim.1186.

    Examples
    --------
    >>> effects, variances = np.array([0.1, 0.3, 0.35, 0.65]), np.array([0.03, 0.03, 0.05, 0.01])
    >>> profile_heterogeneity(effects, variances).tau2_high
    0.6999...
    """
    k = effects.size
    if k == 1:
        return Heterogeneity(*[np.nan] * 6)
    tail, half_df = (1 - level) / 2, (k - 1) / 2
    critical = 2 * np.array([gammainccinv(half_df, tail), gammaincinv(half_df, tail)])
    # In units of the smallest variance and about the study that has it, no scale is too small.
    nearest = variances.argmin()
    unit = variances[nearest]
    y, v = (effects - effects[nearest]) / np.sqrt(unit), variances / unit
    tau2 = _solve(y, v, critical, float(start / unit))
    precision = _find_precision(v)
    h2 = 1 + tau2 * precision
    i2 = tau2 * precision / h2
    return Heterogeneity(*map(float, np.stack([tau2 * unit, i2, h2]).ravel()))


def share_heterogeneity(variances: FloatArray, tau2_low: float, tau2_high: float) -> Heterogeneity:
    """Return limits of I² and H² with those of tau², wherever these come from."""
    if variances.size == 1:
        return Heterogeneity(*[np.nan] * 6)
    precision = _find_precision(variances)
    low, high = 1 + tau2_low * precision, 1 + tau2_high * precision
    return Heterogeneity(tau2_low, tau2_high, 1 - 1 / low, 1 - 1 / high, low, high)


def _find_precision(variances: FloatArray) -> float:
    """Return one over the typical sampling variance."""
    w = 1 / variances
    return float((w.sum() - (w * w).sum() / w.sum()) / (w.size - 1))


def _solve(y: FloatArray, v: FloatArray, critical: FloatArray, start: float) -> FloatArray:
    """Return the tau² at which Q meets each critical value, or 0."""
    goals = critical.tolist()
    tau2 = [start for _ in goals]
    for _ in range(_STEPS):
        q, fall = (side.tolist() for side in _scatter(y, v, np.array(tau2)))
        there = [max(0.0, at + _step(*law)) for at, *law in zip(tau2, goals, q, fall, strict=True)]
        if all(abs(b - a) <= _STEP * (1 + b) for a, b in zip(tau2, there, strict=True)):
            return np.array(there)
        tau2 = there
    raise ConvergenceError(
        f"The interval of tau² must settle in {_STEPS} steps. It did not for {y.size} studies. "
        f"Report the data as a bug."
    )


def _scatter(y: FloatArray, v: FloatArray, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Q at each tau², and how fast it falls: two of nine sums, so taken here unless long."""
    if y.size > _LARGE:
        sums = sums_at(y[None], v[None], np.ones((1, y.size)), tau2)
        return sums.q1, sums.q2
    w = 1 / (v + tau2[:, None])
    r = y - ((w @ y) / w.sum(axis=1))[:, None]
    wr = w * r
    return np.vecdot(wr, r), np.vecdot(wr, wr)


def _step(goal: float, q: float, fall: float) -> float:
    """Return Newton's step on 1/Q, nearly a straight line; equal effects have their root at 0."""
    return (q - goal) * q / (goal * fall) if goal * fall > 0 else -np.inf
