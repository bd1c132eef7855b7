"""Trim and fill: how many studies a lopsided funnel seems to lack on one side.

The most extreme studies of one side are trimmed until the rest is symmetric, which
gives a centre; then they are put back, and for each its mirror image is filled in.  How
many to trim follows from the ranks of the distances from the centre; the three
ways of Duval and Tweedie stand in :data:`ESTIMATORS_OF_MISSING`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.errors import ConvergenceError, InputError

__all__ = ["ESTIMATORS_OF_MISSING", "SIDES", "Missing", "find_missing"]

FloatArray = NDArray[np.float64]
Centre = Callable[[NDArray[np.intp]], float]

SIDES = ("left", "right")

_ROUNDING = 1e-13  # relative to the largest effect; what is nearer to the centre is on it


class Missing(NamedTuple):
    """How many studies are missing on one side, and which are the images of theirs."""

    number: int
    se: float  # of the number before it is rounded; NaN where its variance is negative
    mirrored: NDArray[np.intp]  # studies whose images are filled in
    centre: float  # about which they are mirrored


def find_missing(effects: FloatArray, side: str, estimator: str, centre: Centre) -> Missing:
    """Return the missing studies of a side.

    Parameters
    ----------
    effects : ndarray of shape (k,)
    side : {"left", "right"}
        Where studies are missing.
    estimator : str
        A key of :data:`ESTIMATORS_OF_MISSING`.
    centre : callable
        From the rows of some studies to their pooled effect.

    Raises
    ------
    InputError
        If the estimator has no answer.
    ConvergenceError
        If trimming goes round in circles.
    """
    sign = 1.0 if side == "left" else -1.0
    order = np.argsort(sign * effects, kind="stable")
    count, k, seen = 0, effects.size, set()
    while count not in seen:
        seen.add(count)
        middle = centre(order[: k - count])
        ranks = _rank(sign * (effects[order] - middle), float(np.abs(effects).max()))
        found, se = ESTIMATORS_OF_MISSING[estimator](ranks)
        previous, count = count, min(max(0, round(found)), k - 1)
        if count == previous:
            return Missing(count, se, order[k - count :], middle)
    raise ConvergenceError(
        f"Trim and fill must settle on a number of studies. It went round in circles at "
        f"{count} of {k}. Choose another estimator of 'L0', 'R0' and 'Q0', or the other side."
    )


def _rank(distances: FloatArray, unit: float) -> FloatArray:
    """Return signed ranks of the distances; ties are ranked as they stand, 0 has no sign."""
    distances = np.where(np.abs(distances) <= _ROUNDING * unit, 0.0, distances)
    ranks = np.empty(distances.size)
    ranks[np.argsort(np.abs(distances), kind="stable")] = np.arange(1, distances.size + 1)
    return np.asarray(np.sign(distances) * ranks)


def _l0(ranks: FloatArray) -> tuple[float, float]:
    """Compare the rank sum of the upper side with what symmetry expects."""
    k = ranks.size
    found = float((4 * ranks[ranks > 0].sum() - k * (k + 1)) / (2 * k - 1))
    return found, 4 * _root(_rank_variance(k, found)) / (2 * k - 1)


def _r0(ranks: FloatArray) -> tuple[float, float]:
    """Count how far the upper side reaches beyond the farthest study of the lower one."""
    lower = -ranks[ranks < 0]
    found = float(ranks.size - lower.max() - 1) if lower.size else 0.0
    return found, (2 * max(0.0, found) + 2) ** 0.5


def _q0(ranks: FloatArray) -> tuple[float, float]:
    """Solve the quadratic equation for what L0 takes to be linear."""
    k, upper = ranks.size, float(ranks[ranks > 0].sum())
    square = 2 * k**2 - 4 * upper + 0.25
    if square < 0:
        raise InputError(
            f"Estimator 'Q0' must have studies on both sides of the centre. Got a rank sum of "
            f"{upper:g} of at most {k * (k + 1) // 2} on one side, for which its equation has no "
            f"root. Use estimator='L0' or 'R0'."
        )
    found = k - 0.5 - square**0.5
    below = (k - 0.5) ** 2 - found * (2 * k - found - 1)
    return found, 2 * _root(_rank_variance(k, found)) / _root(below) if below > 0 else np.nan


def _rank_variance(k: int, count: float) -> float:
    """Return the variance of the rank sum if so many studies are missing."""
    cubic = 10 * count**3 + 27 * count**2 + 17 * count
    mixed = 6 * k**2 * count - 18 * k * count**2 - 18 * k * count
    return (k * (k + 1) * (2 * k + 1) + cubic + mixed) / 24


def _root(value: float) -> float:
    return value**0.5 if value >= 0 else np.nan


#: Ways to count missing studies: from signed ranks to their number and its standard error.
ESTIMATORS_OF_MISSING: Mapping[str, Callable[[FloatArray], tuple[float, float]]] = MappingProxyType(
    {"L0": _l0, "R0": _r0, "Q0": _q0}
)
