"""Quantiles of t and of the normal, by which intervals reach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

__all__ = ["find_quantile", "find_quantiles"]

FloatArray = NDArray[np.float64]


def find_quantile(df: float, tail: float) -> float:
    """Return the quantile of t; of the normal where `df` is infinite, NaN where it is below 1.

    >>> round(find_quantile(9, 0.975), 3), round(find_quantile(np.inf, 0.975), 3)
    (2.262, 1.96)
    """
    if not df >= 1:
        return np.nan
    return float(ndtri(tail) if np.isinf(df) else stdtrit(min(df, 1e300), tail))


def find_quantiles(df: FloatArray, tail: float) -> FloatArray:
    """Return the same of many, of shape (B,); few are distinct, as many fits have the same k."""
    if df.size == 1:
        return np.array([find_quantile(float(df[0]), tail)])
    distinct, where = np.unique(df, return_inverse=True)
    return np.array([find_quantile(one, tail) for one in distinct.tolist()])[where]
