"""A weighted line through the effects of studies, for the tests of small-study effects.

The same studies in another order give the same bits: they are put in one order before
anything is summed.  Effects and predictors are measured from one of them, so that values
which differ only in their last digits keep what these say; their means, which are
rounded, would drown it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr

from reviewkit._core.errors import InputError
from reviewkit.meta.design_fits import DesignFits
from reviewkit.meta.engine import INTERVALS
from reviewkit.meta.models import MODELS, Method
from reviewkit.meta.tau2 import ESTIMATORS

__all__ = ["Line", "fit_line", "fit_mixed_line", "require_three"]

FloatArray = NDArray[np.float64]

_ROUNDING = 1e-13  # relative; what is left of effects that lie on a line


class Line(NamedTuple):
    """A line through effects; NaN where they leave nothing to judge it by."""

    slope: float
    slope_se: float
    statistic: float
    df: float  # NaN: normal
    p_value: float
    limit: float  # the effect where the predictor is 0
    limit_se: float
    k: int  # studies


def fit_line(effects: FloatArray, predictor: FloatArray, weights: FloatArray, name: str) -> Line:
    """Lay a line by weighted least squares; the error is multiplicative, t has k - 2 df.

    Effects that lie on a line leave no error: standard errors are 0 then, and the
    statistic NaN.  About its weighted mean and in units of its range, no
    predictor is too small or too large to be squared.
    """
    check_line(effects, predictor, name)
    effects, predictor, w = _arrange(effects, predictor, weights / weights.max())
    k, unit = effects.size, float(np.ptp(predictor))
    x, y = (predictor - predictor[0]) / unit, effects - effects[0]
    x_mean, y_mean = float(w @ x) / w.sum(), float(w @ y) / w.sum()
    x, y = x - x_mean, y - y_mean
    spread = float(w @ x**2)
    slope = float(w @ (x * y)) / spread
    left = y - slope * x
    error = float(w @ left**2) / (k - 2)
    if error <= _ROUNDING**2 * float(w @ effects**2):
        error = 0.0
    slope_se = (error / spread) ** 0.5
    at_zero = float(predictor[0]) / unit + x_mean
    limit_se = (error * (1 / w.sum() + at_zero**2 / spread)) ** 0.5
    statistic = slope / slope_se if slope_se > 0 else float("nan")
    p_value = float(2 * stdtr(k - 2, -abs(statistic)))
    limit = float(effects[0] + y_mean) - slope * at_zero
    return Line(slope / unit, slope_se / unit, statistic, k - 2, p_value, limit, float(limit_se), k)


def _arrange(*columns: FloatArray) -> tuple[FloatArray, ...]:
    """Return columns of studies in an order that does not depend on the one they come in."""
    order = np.lexsort(columns)
    return tuple(column[order] for column in columns)


def require_three(count: int) -> None:
    """Raise an InputError if there are too few studies for any test."""
    if count < 3:
        raise InputError(
            f"At least 3 studies are needed to test for small-study effects. Got {count}. "
            f"10 or more are advised."
        )


def check_line(effects: FloatArray, predictor: FloatArray, name: str) -> None:
    """Raise an InputError if there is no one line through the studies."""
    require_three(effects.size)
    if np.ptp(predictor) <= _ROUNDING * np.abs(predictor).max():
        raise InputError(
            f"The {name} must differ between studies. Got {predictor[0]:g} in all "
            f"{effects.size}. Choose another predictor; studies of one size have no small ones."
        )


def fit_mixed_line(
    effects: FloatArray, variances: FloatArray, predictor: FloatArray, method: Method, name: str
) -> Line:
    """Lay a line by meta-regression; the error is the sampling one and tau² of its own.

    tau² and the interval are those of `method`: normal, t with k - 2 df, or Knapp and
    Hartung's.  As metafor's ``regtest`` of a model.
    """
    check_line(effects, predictor, name)
    effects, predictor, variances = _arrange(effects, predictor, variances)
    k, unit = effects.size, float(np.ptp(predictor))
    x = (predictor - predictor[0]) / unit
    x_mean = float(x.mean())
    design = np.stack([np.ones(k), x - x_mean])[:, None, :]
    fits = DesignFits(effects[None], variances[None], np.ones((1, k)), design)
    varies = MODELS[method.model].varies
    found = fits.solve(ESTIMATORS[method.tau2](fits) if varies else np.zeros(1))
    interval = INTERVALS[method.ci]
    scale = max(float(found.q1[0]) / (k - 2), interval.floor) if interval.scaled else 1.0
    at_zero = float(predictor[0]) / unit + x_mean
    to_zero = np.array([[0.0, 1 / unit], [1.0, -at_zero]])  # slope, limit
    slope, limit = to_zero @ found.coefficients[0]
    roots = to_zero @ found.root[0]
    slope_se, limit_se = np.sqrt(scale * np.vecdot(roots, roots))
    statistic = float(slope / slope_se) if slope_se > 0 else float("nan")
    tail = stdtr(k - 2, -abs(statistic)) if interval.t else ndtr(-abs(statistic))
    df = k - 2 if interval.t else float("nan")
    p_value = float(2 * tail)
    return Line(
        float(slope), float(slope_se), statistic, df, p_value, float(limit), float(limit_se), k
    )
