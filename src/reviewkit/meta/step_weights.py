"""A selection model of steps: studies are published with weights that depend on their p-value.

A study with effect y and sampling variance v has the one-sided p-value Φ(-y/√v), small
where y is large.  Steps cut p-values into intervals; a study in interval j is
published δ_j times as often as one in the first (δ_1 = 1).  What is published
then has the density::

    δ_g φ((y - μ)/s)/s / A,   A = Σ_j δ_j P_j,   s² = v + τ²

with P_j the probability that a study of this v falls into interval j.  Given μ and τ²
the likelihood is concave in log δ, and δ_j ← n_j/Σ(P_j/A) climbs it (Hunter 2004,
doi:10.1214/aos/1079120141); on a grid of μ and τ² this shows where peaks are,
from which a quasi-Newton method goes on in all parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from reviewkit.meta.fits import Fits
from reviewkit.meta.tau2 import ESTIMATORS

__all__ = ["MOST", "StepFit", "fit_steps"]

FloatArray = NDArray[np.float64]

MOST = 100.0  # largest weight; beyond, data no longer tell weights apart
_LEAST = 1e-8  # smaller weights are 0
_NOUGHT = 1e-100  # in the place of 0 below a fraction bar; its square is no more than a float holds
_MEANS, _SPREADS = 9, (0.0, 0.1, 0.3, 1.0, 3.0)  # of the grid
_CLIMBS = 60  # steps of the weights at each of its points
_STARTS = 6  # highest peaks of the grid from which to go on
_NUDGE = 1e-4  # of the unit of a parameter, for second derivatives
_ZERO = 1e-7  # of the unit; smaller tau² is 0
_ROOT_2PI = float(np.sqrt(2 * np.pi))


class StepFit(NamedTuple):
    """The highest peak of the likelihood; standard errors are NaN where there is none."""

    mean: float
    mean_se: float
    tau2: float
    tau2_se: float
    weights: FloatArray  # (J,); the first is 1
    weights_se: FloatArray
    counts: NDArray[np.intp]  # (J,); studies in each interval
    log_likelihood: float
    plain: float  # log-likelihood with all weights 1


class _Parts(NamedTuple):
    """What the likelihood is made of, at G points: (G, k), or (G, k, J) by interval."""

    total: FloatArray  # A
    shares: FloatArray  # P
    u: FloatArray  # (G, k, J - 1): limits of the intervals as normal quantiles
    s: FloatArray


@dataclass(frozen=True, slots=True)
class _Sample:
    """Studies in units of their spread, large effects favoured."""

    y: FloatArray
    v: FloatArray
    limits: FloatArray  # (k, J - 1); effects at which p-values meet the steps
    group: NDArray[np.intp]  # interval of each study
    varies: bool

    @property
    def counts(self) -> NDArray[np.intp]:
        return np.bincount(self.group, minlength=self.limits.shape[1] + 1)

    def parts(self, mean: FloatArray, tau2: FloatArray, weights: FloatArray) -> _Parts:
        """Return A and P; arguments have shape (G,), (G,) and (G, J)."""
        s = np.sqrt(self.v + tau2[:, None])
        u = (self.limits - mean[:, None, None]) / s[..., None]
        ends = np.full((*u.shape[:2], 1), np.inf)
        upper, lower = np.concatenate([ends, u], axis=2), np.concatenate([u, -ends], axis=2)
        # Of two tails the smaller is taken, so that no share is lost to rounding.
        flip = lower > 0
        a, b = np.where(flip, -lower, upper), np.where(flip, -upper, lower)
        shares = ndtr(a) - ndtr(b)
        return _Parts((shares * weights[:, None]).sum(axis=2), shares, u, s)

    def value(self, mean: FloatArray, tau2: FloatArray, weights: FloatArray) -> FloatArray:
        """Return the log-likelihood at G points."""
        parts = self.parts(mean, tau2, weights)
        own = -np.log(_ROOT_2PI * parts.s) - ((self.y - mean[:, None]) / parts.s) ** 2 / 2
        with np.errstate(divide="ignore"):  # a weight of 0 with studies in it: minus infinity
            logs = np.log(weights)
        return np.asarray((own - np.log(parts.total) + logs[:, self.group]).sum(axis=1))

    def slope(self, x: FloatArray) -> tuple[float, FloatArray]:
        """Return the log-likelihood and its gradient by mean, tau² and weights 2 to J."""
        weights = np.concatenate([[1.0], x[2:]])
        mean, tau2 = x[:1], x[1:2]
        parts = self.parts(mean, tau2, weights[None])
        s, u, total = parts.s[0], parts.u[0], parts.total[0]
        density = np.exp(-(u**2) / 2) / _ROOT_2PI
        rise = np.diff(weights)
        by_mean = -(density @ rise) / s
        by_tau2 = -((density * u) @ rise) / (2 * s**2)
        r = (self.y - mean) / s
        gradient = [
            (r / s - by_mean / total).sum(),
            ((r**2 - 1) / (2 * s**2) - by_tau2 / total).sum(),
            *(
                self.counts[1:] / weights[1:]
                - (parts.shares[0, :, 1:] / total[:, None]).sum(axis=0)
            ),
        ]
        return float(self.value(mean, tau2, weights[None])[0]), np.array(gradient)


def fit_steps(
    effects: FloatArray, variances: FloatArray, steps: FloatArray, *, varies: bool, greater: bool
) -> StepFit:
    """Return the maximum-likelihood fit.

    Parameters
    ----------
    effects, variances : ndarray of shape (k,)
    steps : ndarray of shape (J - 1,)
        One-sided p-values at which weights change, rising, in (0, 1).
    varies : bool
        Whether tau² is estimated, or 0.
    greater : bool
        Whether small p-values belong to large effects, or to small ones.
    """
    sign = 1.0 if greater else -1.0
    tau2 = float(
        ESTIMATORS["ML"](Fits(effects[None], variances[None], np.ones((1, effects.size))))[0]
    )
    tau2 = tau2 if varies else 0.0
    w = 1 / (variances + tau2)
    middle = float(w @ effects / w.sum())
    unit = float(np.sqrt(np.median(variances) + tau2))
    # Limits are set before effects are measured from their middle, as p-values look at 0.
    limits = (np.sqrt(variances)[:, None] * -ndtri(steps) - sign * middle) / unit
    y, v = sign * (effects - middle) / unit, variances / unit**2
    group = (y[:, None] < limits).sum(axis=1)
    sample = _Sample(y, v, limits, group, varies)
    best, x = max(
        (_climb(sample, start) for start in _look_around(sample, tau2 / unit**2)), key=_first
    )
    if x[1] < _ZERO:
        x[1] = 0.0
    se = _find_errors(sample, x)
    ones = np.ones((1, len(steps) + 1))
    plain = float(sample.value(np.zeros(1), np.array([tau2 / unit**2]), ones)[0])
    shift = effects.size * float(np.log(unit))
    return StepFit(
        mean=middle + sign * unit * x[0],
        mean_se=unit * se[0],
        tau2=unit**2 * x[1],
        tau2_se=unit**2 * se[1],
        weights=np.concatenate([[1.0], np.where(x[2:] <= _LEAST, 0.0, x[2:])]),
        weights_se=np.concatenate([[np.nan], se[2:]]),
        counts=sample.counts,
        log_likelihood=best - shift,
        plain=plain - shift,
    )


def _first(pair: tuple[float, FloatArray]) -> float:
    return pair[0]


def _look_around(sample: _Sample, tau2: float) -> list[FloatArray]:
    """Return the highest peaks of a grid of means and tau², with weights that suit them."""
    reach = 2.0 * max(1.0, float(np.std(sample.y)))
    means = np.linspace(-reach, reach, _MEANS)
    spreads = np.array(_SPREADS if sample.varies else _SPREADS[:1]) * max(tau2, 0.1)
    mean, spread = (part.ravel() for part in np.meshgrid(means, spreads, indexing="ij"))
    weights = np.ones((mean.size, len(sample.counts)))
    for _ in range(_CLIMBS):
        parts = sample.parts(mean, spread, weights)
        expected = (parts.shares / parts.total[..., None]).sum(axis=1)
        weights = sample.counts / np.maximum(expected, _NOUGHT)
        weights = np.clip(weights / np.maximum(weights[:, :1], _NOUGHT), _LEAST, MOST)
        weights[:, 0] = 1.0
    height = sample.value(mean, spread, weights).reshape(len(means), len(spreads))
    padded = np.pad(height, 1, constant_values=-np.inf)
    around = [np.roll(padded, shift, axis)[1:-1, 1:-1] for axis in (0, 1) for shift in (-1, 1)]
    peaks = np.flatnonzero((height >= np.max(around, axis=0)).ravel())
    order = peaks[np.argsort(-height.ravel()[peaks], kind="stable")][:_STARTS]
    return [np.array([mean[at], spread[at], *weights[at, 1:]]) for at in order]


def _climb(sample: _Sample, start: FloatArray) -> tuple[float, FloatArray]:
    """Return the peak near a start; weights are climbed as logarithms."""
    from scipy.optimize import minimize

    def deviance(z: FloatArray) -> tuple[float, FloatArray]:
        x = np.concatenate([z[:2], np.exp(z[2:])])
        value, gradient = sample.slope(x)
        return -value, -np.concatenate([gradient[:2], gradient[2:] * x[2:]])

    z = np.concatenate([start[:2], np.log(start[2:])])
    ends: list[tuple[Any, Any]] = [(None, None), (0.0, None if sample.varies else 0.0)]
    ends += [(np.log(_LEAST), np.log(MOST))] * (len(z) - 2)
    options = {"maxiter": 500, "ftol": 1e-15, "gtol": 1e-9, "maxcor": 20}
    climb: Any = minimize  # whose stubs know no function that also returns a gradient
    found = climb(deviance, z, jac=True, method="L-BFGS-B", bounds=ends, options=options)
    return -float(found.fun), np.concatenate([found.x[:2], np.exp(found.x[2:])])


def _find_errors(sample: _Sample, x: FloatArray) -> FloatArray:
    """Return standard errors from the curvature; NaN for what lies on its lower limit.

    A weight at its upper limit counts as free while the curvature allows it.
    """
    free = np.array([True, bool(x[1] > 0), *(x[2:] > 10 * _LEAST)])
    below = np.concatenate([free[:2], free[2:] & (x[2:] < MOST * (1 - 1e-6))])
    se = np.full(len(x), np.nan)
    for some in (free, below):
        at = np.flatnonzero(some)
        information = -_curve(sample, x, at)
        values = np.linalg.eigvalsh(information)
        if np.isfinite(information).all() and values[0] > 1e-12 * values[-1]:
            se[at] = np.sqrt(np.diag(np.linalg.inv(information)))
            return se
    return se


def _curve(sample: _Sample, x: FloatArray, free: NDArray[np.intp]) -> FloatArray:
    """Return second derivatives by the free parameters, from differences of the gradient."""
    rows = []
    for at in free:
        step = _NUDGE * min(1.0, x[at]) if at else _NUDGE
        ends = []
        for side in (-1, 1):
            there = x.copy()
            there[at] += side * step
            ends.append(sample.slope(there)[1][free])
        rows.append((ends[1] - ends[0]) / (2 * step))
    found = np.array(rows)
    return np.asarray((found + found.T) / 2)
