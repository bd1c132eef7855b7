"""The highest peak of a likelihood of a location and a spread, for many fits at once.

Models that take the counts as they are have a location m (a logit, or the p coefficients
of a design) and a spread s >= 0 of the true prevalences, which is 0 where the location
explains all.  The spread is searched as ``t = log(1 + s/unit)``, with the finest spread that the data
could show as unit: nearly s itself close to 0, and nearly its logarithm far away.

1. On a grid of t the location is brought to its best; between two points where the
   slope of the profile turns from up to down there is a peak.
2. Newton's method climbs from there, halving steps that lead down, with more
   and more effort in the likelihood (nodes of a quadrature) until that changes nothing.
3. The highest peak wins, and s = 0 where nothing is higher.

A model is a :class:`Surface`; adding one takes the likelihood and its derivatives.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.errors import ConvergenceError

__all__ = [
    "CEILING",
    "Edge",
    "Points",
    "Summit",
    "Surface",
    "Terms",
    "find_summit",
    "profile_slope",
    "shorten",
    "solve",
    "terms_at",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

#: The largest spread; a profile that has not fallen by there never does.
CEILING = 1e8

_GRID_STEP = 1.0  # between points of t: spreads nearly three times as wide
_LEAST_POINTS = 6
_SETTLE = 3  # steps of the location at each point of the grid
_LONGEST = 1.0  # step of t: further than this no curvature is to be trusted
_FARTHEST = 3.0  # step of the location, in logits
_STEP = 1e-7  # Newton's steps shrink to their squares
_GAIN = 1e-13  # of log-likelihood; a flat peak has no better place than its noise tells
_HALVINGS = 10
_SAME = 1e-6  # a first step at more effort that is no longer than this ends the search
_FLOOR = 1e-6  # least t; anything closer to s = 0 is s = 0
_STEPS = 50


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


class Summit(NamedTuple):
    """The highest point of each fit, with the derivatives there."""

    location: FloatArray  # (B, p)
    spread: FloatArray  # (B,)
    value: FloatArray  # (B,)
    mm: FloatArray  # (B, p, p); second derivatives, by the spread NaN where it is 0
    ms: FloatArray  # (B, p)
    ss: FloatArray  # (B,)

    def errors(self) -> tuple[FloatArray, FloatArray]:
        """Return the covariance of the location and the standard error of the spread.

        Both come from their joint information.  At s = 0 the location is that of a model
        without spread, and the spread has none.
        """
        inner = self.spread > 0
        ss = np.where(inner, self.ss, -1.0)
        ms = np.where(inner[:, None], self.ms, 0.0)
        information = ms[:, :, None] * ms[:, None] / ss[:, None, None] - self.mm
        bend = np.vecdot(ms, solve(self.mm, ms)) - ss
        spread = 1 / np.sqrt(np.where(inner, bend, np.nan))
        if information.shape[-1] == 1:
            return 1 / information, spread
        return np.asarray(np.linalg.inv(information), dtype=float), spread


class Points(NamedTuple):
    """Points on the surfaces of some fits."""

    fit: IntArray  # (rows,)
    m: FloatArray  # (rows, p)
    t: FloatArray  # (rows,)

    def rows(self, index: IntArray | NDArray[np.bool_]) -> Points:
        """Return the points at `index`."""
        return Points(self.fit[index], self.m[index], self.t[index])


def find_summit(surface: Surface) -> Summit:
    """Return the highest peak of each fit, at s = 0 where none is higher."""
    points = _look_around(surface)
    rows, p = points.m.shape
    shapes = (rows,), (rows, p), (rows,), (rows, p, p), (rows, p), (rows,)
    peaks = Terms(*map(np.empty, shapes))
    going = np.arange(len(points.fit))
    for effort in range(min(1, surface.efforts - 1), surface.efforts):
        if not going.size:
            break
        found, terms, first = _climb(surface, points.rows(going), effort)
        points.m[going], points.t[going] = found.m, found.t
        for column, part in zip(peaks, terms, strict=True):
            column[going] = part
        going = going[first > _SAME]
    edge = surface.edge
    highest, best = edge.value + 1e-10 + 1e-14 * np.abs(edge.value), np.full(len(edge.value), -1)
    for row in np.argsort(peaks.value, kind="stable"):  # few: one or two to a fit
        if peaks.value[row] > highest[points.fit[row]]:
            best[points.fit[row]] = row
    rows = best[best >= 0]
    return _describe(surface, points.rows(rows), Terms(*(part[rows] for part in peaks)))


def _describe(surface: Surface, points: Points, peaks: Terms) -> Summit:
    """Return the fits with these peaks, and the others at s = 0."""
    edge, none = surface.edge, np.full(len(surface.unit), np.nan)
    columns = [edge.location, np.zeros_like(none), edge.value, -edge.information]
    columns += [np.full_like(edge.location, np.nan), none]
    summit = Summit(*(column.copy() for column in columns))
    unit = surface.unit[points.fit]
    spread = unit * np.expm1(points.t)
    by_t = spread + unit
    bends = peaks.mm, peaks.ms / by_t[:, None], (peaks.ss - peaks.s) / by_t**2
    for column, part in zip(summit, (points.m, spread, peaks.value, *bends), strict=True):
        column[points.fit] = part
    return summit


def _look_around(surface: Surface) -> Points:
    """Return a point near each peak with s > 0."""
    widest = np.log1p(surface.top / surface.unit)
    count = max(_LEAST_POINTS, int(np.ceil(widest.max() / _GRID_STEP)))
    t = widest[:, None] * np.linspace(0, 1, count + 1)[1:]
    fit = np.repeat(np.arange(len(widest)), count)
    points = Points(fit, surface.guess(fit, surface.unit[fit] * np.expm1(t.ravel())), t.ravel())
    for _ in range(_SETTLE):
        terms = terms_at(surface, points, 0)
        points = points._replace(m=points.m + shorten(-solve(terms.mm, terms.m)))
    slope = profile_slope(terms).reshape(t.shape)
    slope = np.column_stack([surface.edge.slope * surface.unit, slope])
    t = np.column_stack([np.zeros(len(t)), t])
    m = points.m.reshape(len(t), count, -1)
    row, at = np.nonzero((slope[:, :-1] > 0) & (slope[:, 1:] <= 0))
    share = slope[row, at] / (slope[row, at] - slope[row, at + 1])
    between = t[row, at] + share * (t[row, at + 1] - t[row, at])
    last = np.flatnonzero(slope[:, -1] > 0)
    return Points(
        np.concatenate([row, last]),
        np.concatenate([m[row, at], m[last, -1]]),
        np.concatenate([np.maximum(between, _FLOOR), t[last, -1]]),
    )


def _climb(surface: Surface, points: Points, effort: int) -> tuple[Points, Terms, FloatArray]:
    """Return the peaks above some points, the surface there, and the size of each first step.

    A step is taken if it leads up, or to where less is left to gain: values and slopes
    of a coarse quadrature need not agree.  Else it is halved; where that does not help
    either, the size is infinite, for more effort is needed.
    """
    m, t = points.m.copy(), points.t.copy()
    ceiling = np.log1p(CEILING / surface.unit[points.fit])
    here = terms_at(surface, points, effort)
    going, halved = np.arange(len(m)), np.zeros(len(m))
    dm, dt, gain = _newton(here, t, ceiling)
    first = np.maximum(_length(dm, here.mm), np.abs(dt))
    for _ in range(_STEPS):
        done = (np.abs(dm) < _STEP * (1 + np.abs(m[going]))).all(axis=1) & (np.abs(dt) < _STEP)
        done |= (gain < _GAIN) | (halved > _HALVINGS)
        first[going[done & (halved > 0)]] = np.inf
        last = done & (halved == 0)
        m[going[last]] += dm[last]
        t[going[last]] += dt[last]
        going, halved = going[~done], halved[~done]
        dm, dt, gain = dm[~done], dt[~done], gain[~done]
        if not going.size:
            return points._replace(m=m, t=t), here, first
        there = Points(points.fit[going], m[going] + dm, t[going] + dt)
        terms = terms_at(surface, there, effort)
        step = _newton(terms, there.t, ceiling[going])
        up = (terms.value >= here.value[going]) | (step[2] < gain)
        took = going[up]
        m[took], t[took] = there.m[up], there.t[up]
        for column, part in zip(here, terms, strict=True):
            column[took] = part[up]
        halved = np.where(up, 0, halved + 1)
        dm = np.where(up[:, None], step[0], dm / 2)
        dt = np.where(up, step[1], dt / 2)
        gain = np.where(up, step[2], gain)
    if effort + 1 < surface.efforts:
        first[going] = np.inf
        return points._replace(m=m, t=t), here, first
    raise ConvergenceError(
        f"The likelihood must reach its peak in {_STEPS} steps. Got {going.size} unsettled fits. "
        f"Pool with model='random', and report the data as a bug."
    )


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


def _length(step: FloatArray, mm: FloatArray) -> FloatArray:
    """Return how long steps of the location are in its standard errors."""
    return np.asarray(np.sqrt(np.abs(np.vecdot(step, (mm @ step[..., None])[..., 0]))))


def _newton(
    terms: Terms, t: FloatArray, ceiling: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return Newton's step, cut where t ends, and the gain it promises.

    Where the surface bends upwards along t, it is a plain step uphill of any gain.
    """
    p = terms.m.shape[-1]
    mm = -np.maximum(np.abs(terms.mm), 1e-300) if p == 1 else terms.mm
    toward, along = solve(mm, terms.m), solve(mm, terms.ms)
    slope = terms.s - np.vecdot(terms.ms, toward)
    bend = terms.ss - np.vecdot(terms.ms, along)
    peaked = bend < 0
    bend = np.where(peaked, bend, -1.0)
    dt = np.where(peaked, -slope / bend, np.sign(slope) * _LONGEST)
    dt = np.clip(t + np.clip(dt, -_LONGEST, _LONGEST), _FLOOR, ceiling) - t
    dm = shorten(-(toward + along * dt[:, None]))
    gain = np.where(peaked, -0.5 * (np.vecdot(terms.m, toward) + slope**2 / bend), np.inf)
    return dm, dt, gain
