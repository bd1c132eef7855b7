"""Fit the three-level model to checked rows: numbers, before anyone reads them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri, stdtrit

from reviewkit._core.errors import InputError
from reviewkit.meta.clusters import Clusters
from reviewkit.meta.levels import Levels, arrange
from reviewkit.meta.levels_search import Limits, drop_sigma2, find_sigma2, profile_sigma2

__all__ = ["LIKELIHOODS", "MULTILEVEL_INTERVALS", "LevelFit", "find_reach", "fit_levels"]

FloatArray = NDArray[np.float64]


class LevelInterval(NamedTuple):
    """A way to quantiles of an interval."""

    label: str
    counts: str | None  # what loses p degrees of freedom; None is the normal


class LevelFit(NamedTuple):
    """The three-level model of k rows in J clusters with p coefficients."""

    coefficients: FloatArray  # (p,)
    covariance: FloatArray  # (p, p)
    between: float  # variance between clusters
    within: float
    between_limits: Limits
    within_limits: Limits
    typical: float  # sampling variance (Higgins & Thompson), as multilevel I² takes it
    q: float  # Cochran's, of the residuals
    q_p: float
    log_likelihood: float
    between_p: float  # likelihood-ratio tests of no variance
    within_p: float
    df: float  # of intervals; infinite for the normal


def fit_levels(
    effects: FloatArray, variances: FloatArray, design: FloatArray, clusters: Clusters, *,
    tau2: str, ci: str, level: float,
) -> LevelFit:  # fmt: skip
    """Return the fit, or say why two variances cannot be told apart."""
    k, p = design.shape
    _require_two_levels(clusters, p)
    levels = arrange(effects, variances, design, clusters.numbers, tau2)
    summit = find_sigma2(levels)
    between, within = map(float, summit.sigma2)
    between_limits, within_limits = profile_sigma2(levels, summit, level)
    q, trace = _find_crude(levels)
    drops = [drop_sigma2(levels, summit, which) for which in (0, 1)]
    between_p, within_p = (0.5 * float(chdtrc(1, d)) if d > 0 else 1.0 for d in drops)
    constant = k * np.log(2 * np.pi)
    if levels.restricted:
        constant = (k - p) * np.log(2 * np.pi) - np.linalg.slogdet(design.T @ design)[1]
    counted = MULTILEVEL_INTERVALS[ci].counts
    df = {None: np.inf, "rows": k - p, "clusters": clusters.sizes.size - p}[counted]
    return LevelFit(
        coefficients=summit.point.coefficients, covariance=summit.point.covariance,
        between=between, within=within, between_limits=between_limits,
        within_limits=within_limits, typical=(k - p) / trace, q=q, q_p=float(chdtrc(k - p, q)),
        log_likelihood=float(-(constant + summit.point.deviance) / 2),
        between_p=between_p, within_p=within_p, df=float(df),
    )  # fmt: skip


def find_reach(df: float, level: float) -> float:
    """Return how many standard errors an interval reaches on each side."""
    tail = (1 + level) / 2
    return float(ndtri(tail) if np.isinf(df) else stdtrit(df, tail))


def _require_two_levels(clusters: Clusters, p: int) -> None:
    """Raise an InputError where the variances between and within clusters are one number."""
    count, most = clusters.sizes.size, int(clusters.sizes.max())
    if count <= p:
        raise InputError(
            f"There must be more clusters than coefficients: 2 or more for a mean. Got {count} in "
            f"{clusters.name!r} for {p}. Rows of one cluster cannot tell how clusters differ; use "
            f"pool_prevalence or pool_effects."
        )
    if most < 2:
        raise InputError(
            f"At least one cluster must have 2 rows. Each of the {count} in {clusters.name!r} has "
            f"one, so that variances between and within clusters cannot be told apart. Use "
            f"pool_prevalence or pool_effects."
        )


def _find_crude(levels: Levels) -> tuple[float, float]:
    """Return Q, and the trace of what weights 1/v leave of the effects."""
    w = 1 / levels.variances
    wx = w[:, None] * levels.design
    bread = np.linalg.inv(levels.design.T @ wx)
    residuals = levels.effects - levels.design @ (bread @ (wx.T @ levels.effects))
    return float(w @ residuals**2), float(w.sum() - np.trace(bread @ (wx.T @ wx)))


#: Likelihoods by the name of the estimator of both variances.
LIKELIHOODS: Mapping[str, str] = MappingProxyType(
    {"REML": "restricted maximum likelihood", "ML": "maximum likelihood"}
)

#: Intervals by name.
MULTILEVEL_INTERVALS: Mapping[str, LevelInterval] = MappingProxyType(
    {
        "t": LevelInterval("t, rows less coefficients", "rows"),
        "t-clusters": LevelInterval("t, clusters less coefficients", "clusters"),
        "z": LevelInterval("normal quantiles", None),
    }
)
