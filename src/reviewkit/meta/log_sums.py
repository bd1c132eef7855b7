"""Sums of logarithms of evenly spaced numbers, Σ log(c + ig), with their derivatives.

They are differences between two log-gamma functions.  Where these are so large that
the difference would drown in rounding, two of Stirling's series are taken apart term by
term instead.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, psi, zeta

__all__ = ["LogSums", "sum_logs"]

FloatArray = NDArray[np.float64]

_LARGE = 30.0  # from here on Stirling's series is exact


class LogSums(NamedTuple):
    """Σ log(c + ig) over i < j, and its derivatives by c and g."""

    value: FloatArray
    c: FloatArray
    g: FloatArray
    cc: FloatArray
    cg: FloatArray
    gg: FloatArray


def sum_logs(count: FloatArray, c: FloatArray, g: FloatArray) -> LogSums:
    """Return Σ log(c + ig) over i < count, with derivatives.

    With ``i = ((c + ig) - c)/g`` those by g follow from those by c.
    """
    count, c, g = np.broadcast_arrays(count, c, g)
    value, inverse, squared = np.empty((3, *count.shape))
    large = c >= _LARGE * g
    for part, rule in ((large, _by_stirling), (~large, _by_gamma)):
        value[part], inverse[part], squared[part] = rule(count[part], c[part], g[part])
    by_g = (count - c * inverse) / g
    return LogSums(
        value=value,
        c=inverse,
        g=by_g,
        cc=-squared,
        cg=-(inverse - c * squared) / g,
        gg=-(by_g - c * (inverse - c * squared) / g) / g,
    )


def _by_gamma(
    count: FloatArray, c: FloatArray, g: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return Σ log(c + ig), Σ 1/(c + ig) and Σ 1/(c + ig)² by gamma functions."""
    a = c / g
    b = a + count
    return (
        count * np.log(g) + gammaln(b) - gammaln(a),
        (psi(b) - psi(a)) / g,
        (zeta(2, a) - zeta(2, b)) / (g * g),
    )


def _by_stirling(
    count: FloatArray, c: FloatArray, g: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the same by the differences between two of Stirling's series."""
    a = c / g
    b = a + count
    u, v = 1 / a, 1 / b
    ratio = np.log1p(count / a)
    fall = count * u * v  # 1/a - 1/b
    u2, v2 = u * u, v * v
    rest = [
        u * u2**k * weight - v * v2**k * weight
        for k, weight in enumerate((1 / 12, -1 / 360, 1 / 1260, -1 / 1680))
    ]
    value = count * np.log(c) + (b - 0.5) * ratio - count - sum(rest)
    rest = [
        u2 * u2**k * weight - v2 * v2**k * weight
        for k, weight in enumerate((1 / 12, -1 / 120, 1 / 252, -1 / 240))
    ]
    inverse = (ratio + fall / 2 + sum(rest)) / g
    rest = [
        u * u2 * u2**k * weight - v * v2 * v2**k * weight
        for k, weight in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30))
    ]
    squared = (fall * (1 + (u + v) / 2) + sum(rest)) / (g * g)
    return value, inverse, squared
