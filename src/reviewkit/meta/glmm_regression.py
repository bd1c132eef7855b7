"""Many meta-regressions by the binomial–normal model: log odds on moderators, exact counts.

As :mod:`~reviewkit.meta.regression_batch`, but the counts are taken as they are: no
correction for studies without an event, no sampling variance that is taken for known.
One tau² is left between studies by all columns of the design together, so that groups
with a common tau² are such a regression on the groups.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, gammaln, ndtri, xlogy

from reviewkit._core.check import check_level
from reviewkit.meta.climb import find_summit
from reviewkit.meta.climb_limits import find_limits
from reviewkit.meta.count_checks import check_counts
from reviewkit.meta.count_fits import CountFits
from reviewkit.meta.design_fits import DesignFits, find_ranks
from reviewkit.meta.engine import join_fits
from reviewkit.meta.logit_surface import LogitSurface
from reviewkit.meta.regression_batch import make_basis

__all__ = ["BatchCountRegression", "find_separation", "fit_glmm_regressions"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_BLOCK = 2**13  # studies in a block of fits; each is looked at with many spreads and nodes
_SEPARATED = 1e-7  # of a direction of length 1: the studies on one side of it


@dataclass(frozen=True, slots=True)
class BatchCountRegression:
    """B regressions of log odds on p columns; NaN where the likelihood has no peak."""

    coefficients: FloatArray  # (B, p)
    covariance: FloatArray  # (B, p, p), from the joint information of coefficients and tau²
    tau2: FloatArray  # (B,), as all that follow
    tau2_se: FloatArray  # NaN where tau² = 0
    tau2_ci_low: FloatArray  # by profile likelihood; NaN where not asked for
    tau2_ci_high: FloatArray
    i2: FloatArray  # tau²/(tau² + typical variance about the design), in [0, 1)
    h2: FloatArray
    q: FloatArray  # likelihood ratio of one prevalence to each study against the design
    q_df: FloatArray
    q_p: FloatArray
    log_likelihood: FloatArray  # with binomial coefficients
    ratio: FloatArray  # twice the log-likelihood above that of tau² = 0
    ratio_p: FloatArray
    k: FloatArray


def fit_glmm_regressions(
    events: ArrayLike,
    total: ArrayLike,
    design: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    level: float = 0.95,
    profile: bool = False,
) -> BatchCountRegression:
    """Regress the log odds of B fits on the columns of a design, by maximum likelihood.

    Parameters
    ----------
    events, total : array-like of shape (k,) or (B, k)
        People with the event and people in all; (k,) is shared by all fits.
    design : array-like of shape (k, p)
        Values of p linearly independent columns, shared by all fits.
    mask : array-like of bool, shape (k,) or (B, k), optional
        Which studies a fit uses; left out, all.
    level : float in (0, 1), default 0.95
        Of the interval of tau².
    profile : bool, default False
        Also find the profile-likelihood interval of tau².

    Returns
    -------
    BatchCountRegression

    Raises
    ------
    InputError
        If shapes disagree, a used count is none, or columns are not independent.

    Notes
    -----
    A fit is NaN if it has no more studies than columns, its studies do not tell the
    columns apart, each of them has none or all, or they are separated: some combination of
    columns divides studies without an event from those with nothing else, and its
    coefficient grows without end (:func:`find_separation` finds it).

    Examples
    --------
    >>> events, total = [35, 94, 81, 66], [80, 260, 443, 138]
    >>> design = [[1, 0], [1, 0], [1, 1], [1, 1]]
    >>> fit_glmm_regressions(events, total, design).coefficients.round(3)
    array([[-0.422, -0.391]])
    """
    fits = CountFits(*check_counts(events, total, mask))
    basis, back = make_basis(design, fits.used.shape[1])
    scale = len(basis[0, 0]) ** 0.5
    columns, back = basis[:, 0].T * scale, back * scale
    tail = (1 + check_level(level)) / 2
    drop = float(ndtri(tail)) ** 2 / 2 if profile else None
    size = max(1, _BLOCK // fits.used.shape[1])
    parts = []
    for start in range(0, len(fits.used), size):
        some = fits.rows(slice(start, start + size))
        whole = _have_peaks(some, columns)
        found = _allocate(len(whole), columns.shape[1])
        if whole.any():
            part = _fit(some.rows(whole), columns, back, drop)
            for field in fields(found):
                getattr(found, field.name)[whole] = getattr(part, field.name)
        parts.append(found)
    return join_fits(parts)


def find_separation(events: FloatArray, total: FloatArray, design: FloatArray) -> FloatArray | None:
    """Return coefficients along which the likelihood rises without end, or None.

    They move no study with some and not all events, none without an event up and none
    with nothing else down (Albert & Anderson 1984, doi:10.1093/biomet/71.1.1); where the
    studies of the first kind span the design there are none, else a linear programme
    looks for them.
    """
    x = design / np.maximum(np.abs(design).max(axis=0), 1e-300)
    some = (events > 0) & (events < total)
    if np.linalg.matrix_rank(x[some], tol=_SEPARATED) == x.shape[1]:
        return None
    from scipy.optimize import linprog

    side = np.where(events == 0, -1.0, 1.0)[~some, None] * x[~some]
    found = linprog(
        -side.sum(axis=0), A_ub=-side, b_ub=np.zeros(len(side)), A_eq=x[some],
        b_eq=np.zeros(int(some.sum())), bounds=(-1, 1), method="highs",
    )  # fmt: skip
    if float(found.fun or 0.0) >= -_SEPARATED:
        return None
    return np.asarray(found.x / np.maximum(np.abs(design).max(axis=0), 1e-300))


def _have_peaks(fits: CountFits, columns: FloatArray) -> BoolArray:
    """Say of each fit whether its likelihood has a peak."""
    x, n, used = fits
    some = ((x > 0) & (x < n)) * (used > 0)
    whole = some.any(axis=1) & (used.sum(axis=1) > columns.shape[1])
    whole &= find_ranks(used, columns.T[:, None])
    # Rarely do studies with some and not all events leave a direction free.
    with np.errstate(invalid="ignore", divide="ignore"):
        spanned = find_ranks(some.astype(float), columns.T[:, None])
    x, n = (np.broadcast_to(part, used.shape) for part in (x, n))
    for row in np.flatnonzero(whole & ~spanned):
        at = used[row] > 0
        whole[row] = find_separation(x[row, at], n[row, at], columns[at]) is None
    return np.asarray(whole)


def _allocate(rows: int, p: int) -> BatchCountRegression:
    """Return fits of which nothing is known."""
    names = [field.name for field in fields(BatchCountRegression)]
    shapes = [(rows, p), (rows, p, p), *[(rows,)] * (len(names) - 2)]
    return BatchCountRegression(*(np.full(shape, np.nan) for shape in shapes))


def _fit(
    fits: CountFits, columns: FloatArray, back: FloatArray, drop: float | None
) -> BatchCountRegression:
    """Return fits whose likelihood has a peak."""
    surface = LogitSurface(fits, columns)
    summit = find_summit(surface)
    covariance, tau2_se = summit.errors()
    low = high = np.full(len(fits.used), np.nan)
    if drop is not None:
        low, high = find_limits(surface, summit, drop)
    x, n = fits.events, fits.total
    k, df = fits.used.sum(axis=1), fits.used.sum(axis=1) - columns.shape[1]
    coefficients = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    saturated = fits.sum(xlogy(x, x / n) + xlogy(n - x, (n - x) / n))
    q = np.maximum(2 * (saturated - surface.edge.value), 0.0)
    least = np.where((x == 0) | (x == n), 0.5, 0.0)
    variances = 1 / (x + least) + 1 / (n - x + least)
    logits = DesignFits(0 * variances, variances, fits.used, columns.T[:, None])
    h2 = 1 + summit.spread * logits.at(np.zeros(1)).trace / df
    ratio = 2 * (summit.value - surface.edge.value)
    return BatchCountRegression(
        coefficients=summit.location @ back.T,
        covariance=back @ covariance @ back.T,
        tau2=summit.spread,
        tau2_se=tau2_se,
        tau2_ci_low=low,
        tau2_ci_high=high,
        i2=1 - 1 / h2,
        h2=h2,
        q=q,
        q_df=df,
        q_p=chdtrc(df, q),
        log_likelihood=fits.sum(coefficients) + summit.value,
        ratio=ratio,
        ratio_p=np.where(ratio == 0, 1.0, chdtrc(1, np.maximum(ratio, 0)) / 2),
        k=k,
    )
