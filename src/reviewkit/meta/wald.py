"""Tests of several coefficients at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, fdtrc

__all__ = ["find_wald"]

FloatArray = NDArray[np.float64]


def find_wald(
    coefficients: FloatArray, covariance: FloatArray, columns: tuple[int, ...], df: float
) -> tuple[float, int, float, float]:
    """Return Wald statistic, its degrees of freedom, those of the residuals, and p-value."""
    at = [*columns]
    if not at:
        return np.nan, 0, df, np.nan
    b, c = coefficients[at], covariance[np.ix_(at, at)]
    scale = np.sqrt(np.diag(c))
    if not (scale > 0).all():
        return np.nan, len(at), df, np.nan
    z = b / scale
    chi2 = float(z @ np.linalg.solve(c / np.outer(scale, scale), z))
    if np.isinf(df):
        return chi2, len(at), df, float(chdtrc(len(at), chi2))
    return chi2 / len(at), len(at), df, float(fdtrc(len(at), df, chi2 / len(at)))
