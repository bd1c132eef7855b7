"""The score interval of a share, which agreement and prevalence both need."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["score_interval"]

FloatArray = NDArray[np.float64]


def score_interval(events: ArrayLike, total: ArrayLike, z: float) -> tuple[FloatArray, FloatArray]:
    """Return both limits of Wilson's interval; `z` is the normal quantile of its level.

    References
    ----------
    Wilson (1927). doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> low, high = score_interval(92, 97, 1.959964)
    >>> round(float(low), 4), round(float(high), 4)
    (0.885, 0.9778)
    """
    x, n = np.asarray(events, dtype=float), np.asarray(total, dtype=float)
    return _score_low(x, n, z), 1 - _score_low(n - x, n, z)


def _score_low(x: FloatArray, n: FloatArray, z: float) -> FloatArray:
    """Return the lower root of (n + z²)p² - (2x + z²)p + x²/n, by way of the upper one."""
    upper = x + z * z / 2 + z * np.sqrt(x * (n - x) / n + z * z / 4)
    return np.asarray(x * x / (n * upper))
