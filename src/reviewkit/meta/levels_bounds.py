"""No likelier pair of variances is missed: bounds of the deviance on rectangles.

With V the covariance of all effects, an affine function of both variances, -2 log-likelihood is
``L + q``: under ML ``L = log|V|``, under REML ``log|V| + log|X'V⁻¹X|``, which but for a constant
is the log-determinant of V among the contrasts; and q is the least ``r'V⁻¹r`` over the
coefficients.  On a rectangle of variances

* L rises with either variance and q falls, so that L at the lower corner plus q at the
  upper one is a bound;
* L is concave and q convex, since the log-determinant and the matrix fraction are (Boyd and
  Vandenberghe 2004, sections 3.1.5 and 3.1.7).  A tangent plane of q lies below it, and a
  concave function plus a plane is least at a corner: the least of four numbers is a bound,
  whose gap shrinks with the square of the rectangle.

Rectangles whose bound is no less than the least deviance known are done; the others are
divided.  Around a peak a few survive each division, until the bound is as good as the
deviance itself, so that the search ends with a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.meta.levels import Levels

__all__ = ["HIDDEN", "find_lower"]

FloatArray = NDArray[np.float64]
Climb = Callable[[FloatArray], tuple[FloatArray, float]]

#: -2 log-likelihood by which a peak may be lower than the one that is found, per unit of it
#: and of 1; rounding of sums over many effects is no less.
HIDDEN = 1e-8

_FAR = 1e60  # in units of the least sampling variance; nothing changes beyond
_DIVISIONS = 80
_MOST = 20_000  # rectangles that are divided at a time


class Rectangles(NamedTuple):
    """Pairs of variances from `low` to `high`, both of shape (n, 2)."""

    low: FloatArray
    high: FloatArray

    def rows(self, index: NDArray[np.bool_]) -> Rectangles:
        """Return some of them."""
        return Rectangles(self.low[index], self.high[index])

    def divide(self, sides: NDArray[np.bool_]) -> Rectangles:
        """Return the parts of each that is halved along `sides`, even in log(1 + variance)."""
        middle = np.expm1((np.log1p(self.low) + np.log1p(self.high)) / 2)
        lows, highs = [], []
        for upper in np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=bool):
            kept = (sides | ~upper).all(axis=1)
            lows.append(np.where(upper, middle, self.low)[kept])
            highs.append(np.where(sides & ~upper, middle, self.high)[kept])
        return Rectangles(np.concatenate(lows), np.concatenate(highs))


class Bounds(NamedTuple):
    """What is known of rectangles."""

    least: FloatArray  # (n,); the deviance is nowhere below
    centres: FloatArray  # (n, 2)
    deviance: FloatArray  # (n,); at the centres
    sides: NDArray[np.bool_]  # (n, 2); along which it changes most


def find_lower(
    levels: Levels,
    edges: FloatArray,
    known: tuple[FloatArray, float],
    climb: Climb,
    *,
    zero: int | None = None,
) -> tuple[FloatArray, float, bool]:
    """Return the likeliest variances, their deviance, and whether that is proven.

    Parameters
    ----------
    levels : Levels
        In units of the least sampling variance.
    edges : ndarray
        Rising variances from 0 that divide the quarter plane at first.
    known : tuple
        Variances of shape (2,) and their deviance: the best so far.
    climb : callable
        From variances to the peak above them and its deviance.
    zero : {0, 1}, optional
        A variance that is held at 0.
    """
    sides = [np.append(edges, _FAR) for _ in range(2)]
    if zero is not None:
        sides[zero] = np.zeros(2)
    corners = [(side[:-1], side[1:]) for side in sides]
    low, high = (
        np.stack(np.meshgrid(*(pair[end] for pair in corners), indexing="ij"), -1).reshape(-1, 2)
        for end in (0, 1)
    )
    rectangles, best = Rectangles(low, high), known
    for _ in range(_DIVISIONS):
        bounds = _bound(levels, rectangles)
        lowest = int(bounds.deviance.argmin())
        if bounds.deviance[lowest] < best[1] - _slack(best[1]):
            found = climb(bounds.centres[lowest])
            best = min(best, found, key=lambda pair: pair[1])
        going = bounds.least < best[1] - _slack(best[1])
        if not going.any():
            return *best, True
        if going.sum() > _MOST:
            break
        rectangles = rectangles.rows(going).divide(bounds.sides[going])
    return *best, False


def _slack(deviance: float) -> float:
    return HIDDEN * (1 + abs(deviance))


def _bound(levels: Levels, rectangles: Rectangles) -> Bounds:
    """Return bounds of the deviance on rectangles, and along which sides to halve them."""
    low, high = rectangles
    centres = np.expm1((np.log1p(low) + np.log1p(high)) / 2)
    corners = [
        np.where(upper, high, low)
        for upper in ([False, False], [True, False], [False, True], [True, True])
    ]
    centre, top = levels.parts(centres), levels.parts(high)
    spreads = [*(levels.spreads(at) for at in corners[:-1]), top.spread]
    plane = [
        spread + centre.distance + np.vecdot(centre.slope, at - centres)
        for spread, at in zip(spreads, corners, strict=True)
    ]
    least = np.maximum(spreads[0] + top.distance, np.min(plane, axis=0))
    changes = np.stack(spreads[1:3], axis=1) - spreads[0][:, None] - centre.slope * (high - low)
    sides = (changes >= changes.max(axis=1, keepdims=True) / 2) & (high > low)
    return Bounds(least, centres, centre.spread + centre.distance, sides)
