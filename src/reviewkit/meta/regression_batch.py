"""Many meta-regressions at once, as :mod:`~reviewkit.meta.engine` pools many means at once.

A single regression is one row of a mask, leave-one-out k rows, a permutation test B
rows of effects and variances in other orders.  Estimators of tau² are those of
:data:`~reviewkit.meta.tau2.ESTIMATORS`, intervals those of
:data:`~reviewkit.meta.engine.INTERVALS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from reviewkit._core.check import check_batch, check_choice
from reviewkit._core.errors import InputError
from reviewkit.meta.design_fits import DesignFits, find_ranks
from reviewkit.meta.engine import INTERVALS, Interval, join_fits
from reviewkit.meta.tau2 import ESTIMATORS

__all__ = ["BatchRegression", "fit_regressions", "make_basis"]

FloatArray = NDArray[np.float64]

_BLOCK = 2**19  # numbers a block of fits may hold in one array: 4 MB
_ROUNDING = (64 * np.finfo(float).eps) ** 2  # of squared residuals, relative to squared effects
_RANK = 1e-10  # length of what is left of a column of length 1 that the others explain


@dataclass(frozen=True, slots=True)
class BatchRegression:
    """B regressions on p columns; NaN where a fit has too few studies to tell them apart."""

    coefficients: FloatArray  # (B, p)
    covariance: FloatArray  # (B, p, p), as the chosen interval takes it
    statistic: FloatArray  # (B, p); coefficient over standard error; NaN if that is 0
    tau2: FloatArray  # (B,), as all that follow
    i2: FloatArray  # share of residual variance that is between studies, in [0, 1)
    h2: FloatArray
    q: FloatArray  # Q of the residuals, at tau² = 0
    q_df: FloatArray
    q_p: FloatArray
    omnibus: FloatArray  # Wald statistic of the tested columns together, not yet over their number
    k: FloatArray


def fit_regressions(
    effects: ArrayLike,
    variances: ArrayLike,
    design: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    tau2: str | None = "REML",
    ci: str = "HK",
    tested: Sequence[int] | None = None,
) -> BatchRegression:
    """Regress the effects of B fits on the columns of a design, weighted by precision.

    Parameters
    ----------
    effects, variances : array-like of shape (k,) or (B, k)
        Effects and their sampling variances, above 0; (k,) is shared by all fits.
    design : array-like of shape (k, p)
        Values of p linearly independent columns, shared by all fits.
    mask : array-like of bool, shape (k,) or (B, k), optional
        Which studies a fit uses; left out, all.
    tau2 : {"REML", "DL", "PM", "ML", "EB", "HE", "HS", "SJ"} or None
        Estimator of the residual between-study variance; None assumes there is none.
    ci : {"HK", "HK-adhoc", "z", "t"}, default "HK"
        Whether variances of coefficients are multiplied by the mean weighted
        squared residual (never by less than 1 under "HK-adhoc") [1]_.
    tested : sequence of int, optional
        Columns that the omnibus statistic tests; left out, all.

    Returns
    -------
    BatchRegression

    Raises
    ------
    InputError
        If shapes disagree, a used value is not finite, a variance is not above
        0, columns are not independent, or an option is unknown.

    References
    ----------
    .. [1] Knapp & Hartung (2003). doi:10.1002/sim.1482

    Examples
    --------
    >>> effects, variances = [0.1, 0.3, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01]
    >>> design = [[1, 1990], [1, 2000], [1, 2005], [1, 2020]]
    >>> f"{fit_regressions(effects, variances, design, tau2='DL').coefficients[0, 1]:.4f}"
    '0.0182'
    """
    y, v, used = check_batch(effects, variances, mask)
    if tau2 is not None:
        check_choice("tau2", tau2, ESTIMATORS)
    interval = INTERVALS[check_choice("ci", ci, INTERVALS)]
    basis, back = make_basis(design, y.shape[1])
    columns = np.arange(len(back)) if tested is None else np.asarray(tested, dtype=int)
    size = max(1, _BLOCK // y.shape[1])
    parts = []
    for start in range(0, len(used), size):
        fits = _block(y, v, used, basis, slice(start, start + size))
        whole = fits.used.sum(axis=1) > len(back)
        if not fits.used.all():
            whole &= find_ranks(fits.used, fits.design)
        found = _fit(fits.rows(whole) if not whole.all() else fits, back, tau2, interval, columns)
        parts.append(found if whole.all() else _spread(found, whole))
    return join_fits(parts)


def make_basis(design: ArrayLike, k: int) -> tuple[FloatArray, FloatArray]:
    """Return a design as orthonormal columns of shape (p, 1, k), and the way back.

    The second value takes coefficients of these columns to those of the design.
    """
    x = np.array(design, dtype=float)
    if x.ndim != 2 or len(x) != k or not np.isfinite(x).all():
        raise InputError(
            f"`design` must hold finite numbers of shape (k, p), k = {k} studies. "
            f"Got shape {x.shape}. Leave out studies without a moderator."
        )
    length = np.sqrt((x * x).sum(axis=0))
    q, r = np.linalg.qr(x / np.where(length > 0, length, 1.0))
    left = np.abs(np.diag(r))
    if len(left) < x.shape[1] or (left < _RANK).any():
        at = int(np.argmax(left < _RANK)) if (left < _RANK).any() else len(left)
        raise InputError(
            f"Columns of `design` must be linearly independent. Column {at} is a sum of "
            f"multiples of those before it. Leave it out."
        )
    return np.ascontiguousarray(q.T)[:, None], np.linalg.inv(r) / length[:, None]


def _block(
    y: FloatArray, v: FloatArray, used: NDArray[np.bool_], basis: FloatArray, rows: slice
) -> DesignFits:
    """Return some of the fits, free of anything that is not finite."""
    mask = used[rows]
    y, v = (part if len(part) == 1 else part[rows] for part in (y, v))
    if max(len(y), len(v)) > 1 and not mask.all():
        y = np.where(mask, y, 0.0)
        v = np.where(mask, v, np.where(mask, v, np.inf).min(axis=1, keepdims=True))
    return DesignFits(y, v, mask.astype(float), basis)


def _fit(
    fits: DesignFits,
    back: FloatArray,
    method: str | None,
    interval: Interval,
    tested: NDArray[np.intp],
) -> BatchRegression:
    """Return coefficients, their covariance and heterogeneity of fits that have an answer."""
    count, p = len(fits.used), len(back)
    tau2 = np.zeros(count) if method is None else ESTIMATORS[method](fits)
    crude, found = fits.at(np.zeros(1)), fits.solve(tau2)
    df = fits.used.sum(axis=1) - p
    w = fits.used / (fits.variances + tau2[:, None])
    left = np.where(found.q1 > _ROUNDING * np.vecdot(w, fits.effects**2), found.q1, 0.0)
    scale = np.maximum(left / df, interval.floor) if interval.scaled else np.ones(count)
    root = back @ found.root
    covariance = root @ root.swapaxes(1, 2) * scale[:, None, None]
    coefficients = found.coefficients @ back.T
    se = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    se = np.where(se > 0, se, np.nan)
    h2 = crude.q1 / df if method is None else 1 + tau2 * crude.trace / df
    return BatchRegression(
        coefficients=coefficients,
        covariance=covariance,
        statistic=coefficients / se,
        tau2=tau2,
        i2=1 - 1 / np.maximum(h2, 1),
        h2=h2,
        q=crude.q1,
        q_df=df,
        q_p=chdtrc(df, crude.q1),
        omnibus=_wald(coefficients[:, tested], covariance[:, tested[:, None], tested]),
        k=fits.used.sum(axis=1),
    )


def _wald(coefficients: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return b'C⁻¹b of each fit; NaN where nothing is tested."""
    if not coefficients.shape[1]:
        return np.full(len(coefficients), np.nan)
    scale = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    scale = np.where(scale > 0, scale, np.nan)
    correlation = covariance / scale[:, :, None] / scale[:, None]
    z = coefficients / scale
    return np.asarray(np.vecdot(z, np.linalg.solve(correlation, z[..., None])[..., 0]))


def _spread(found: BatchRegression, whole: NDArray[np.bool_]) -> BatchRegression:
    """Return fits at their places, with NaN where there is no answer."""
    spread = []
    for field in fields(BatchRegression):
        values = getattr(found, field.name)
        wide = np.full((len(whole), *values.shape[1:]), np.nan)
        wide[whole] = values
        spread.append(wide)
    return BatchRegression(*spread)
