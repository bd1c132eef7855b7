"""Log-likelihoods of a location and a spread, as surfaces on which peaks are looked for.

A model of counts is a :class:`Surface`; adding one takes the likelihood and its
derivatives.  :mod:`~reviewkit.meta.climb` finds the peak, and
:mod:`~reviewkit.meta.climb_limits` how far the profile reaches around it.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CEILING", "Edge", "Points", "Surface", "Terms", "profile_slope", "shorten", "solve", "terms_at",
]  # fmt: skip

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

#: The largest spread; a profile that has not fallen by there never does.
CEILING = 1e8

_FARTHEST = 3.0  # step of the location, in logits


class Terms(NamedTuple):
    """A log-likelihood and its derivatives by location m and spread s."""

    value: FloatArray  # (rows,)
    m: FloatArray  # (rows, p)
    s: FloatArray  # (rows,)
    mm: FloatArray  # (rows, p, p)
    ms: FloatArray  # (rows, p)
    ss: FloatArray  # (rows,)


class Edge(NamedTuple):
    """The peak of each fit at s = 0."""

    location: FloatArray  # (B, p)
    value: FloatArray  # (B,)
    slope: FloatArray  # (B,); by s
    information: FloatArray  # (B, p, p); of the location


class Surface(Protocol):
    """The log-likelihoods of B fits."""

    unit: FloatArray  # (B,); the finest spread that the data could show
    top: FloatArray  # (B,); the coarsest that they suggest
    edge: Edge
    efforts: int  # levels of effort at which it can be computed

    def guess(self, fit: IntArray, spread: FloatArray) -> FloatArray:
        """Return a first location for fits at given spreads, of shape (rows, p)."""

    def at(self, fit: IntArray, location: FloatArray, spread: FloatArray, effort: int) -> Terms:
        """Return value and derivatives at points of the given fits."""


class Points(NamedTuple):
    """Points on the surfaces of some fits."""

    fit: IntArray  # (rows,)
    m: FloatArray  # (rows, p)
    t: FloatArray  # (rows,)

    def rows(self, index: IntArray | NDArray[np.bool_]) -> Points:
        """Return the points at `index`."""
        return Points(self.fit[index], self.m[index], self.t[index])


def terms_at(surface: Surface, points: Points, effort: int) -> Terms:
    """Return the log-likelihood and its derivatives by m and t."""
    unit = surface.unit[points.fit]
    spread = unit * np.expm1(points.t)
    terms = surface.at(points.fit, points.m, spread, effort)
    by_t = spread + unit
    return terms._replace(
        s=terms.s * by_t, ms=terms.ms * by_t[:, None], ss=(terms.ss * by_t + terms.s) * by_t
    )


def profile_slope(terms: Terms) -> FloatArray:
    """Return the slope by t where the location follows."""
    return np.asarray(terms.s - np.vecdot(terms.ms, solve(terms.mm, terms.m)))


def solve(mm: FloatArray, side: FloatArray) -> FloatArray:
    """Return mm⁻¹ side of each row; mm is negative definite, or nearly so."""
    if mm.shape[-1] == 1:
        return np.asarray(side / mm[:, 0])
    # Where all chances are near 0 or 1 the surface is flat: no step may be infinite there.
    least = 1e-14 * np.abs(mm).max(axis=(1, 2)) + 1e-300
    return np.asarray(
        np.linalg.solve(mm - least[:, None, None] * np.eye(mm.shape[-1]), side[..., None])[..., 0]
    )


def shorten(step: FloatArray) -> FloatArray:
    """Return steps of the location, none longer than any curvature is to be trusted."""
    length = np.sqrt(np.vecdot(step, step))[:, None]
    with np.errstate(invalid="ignore"):
        return np.where(length > _FARTHEST, step * (_FARTHEST / np.maximum(length, 1e-300)), step)
