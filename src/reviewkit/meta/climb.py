"""The highest peak of a likelihood of two parameters, for many fits at once.

Models that take the counts as they are have a location m (a logit) and a spread
s >= 0 of the true prevalences, which is 0 where one prevalence explains all.  The
spread is searched as ``t = log(1 + s/unit)``, with the finest spread that the data
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

    value: FloatArray
    m: FloatArray
    s: FloatArray
    mm: FloatArray
    ms: FloatArray
    ss: FloatArray


class Edge(NamedTuple):
    """The peak of each fit at s = 0, of shape (B,)."""

    location: FloatArray
    value: FloatArray
    slope: FloatArray  # by s
    information: FloatArray  # of the location


class Surface(Protocol):
    """The log-likelihoods of B fits."""

    unit: FloatArray  # (B,); the finest spread that the data could show
    top: FloatArray  # (B,); the coarsest that they suggest
    edge: Edge
    efforts: int  # levels of effort at which it can be computed

    def guess(self, fit: IntArray, spread: FloatArray) -> FloatArray:
        """Return a first location for fits at given spreads."""

    def at(self, fit: IntArray, location: FloatArray, spread: FloatArray, effort: int) -> Terms:
        """Return value and derivatives at points of the given fits, of shape (rows,)."""


class Summit(NamedTuple):
    """The highest point of each fit, of shape (B,), with the derivatives there."""

    location: FloatArray
    spread: FloatArray
    value: FloatArray
    mm: FloatArray  # second derivatives; by the spread NaN where it is 0
    ms: FloatArray
    ss: FloatArray

    def errors(self) -> tuple[FloatArray, FloatArray]:
        """Return standard errors of location and spread, from their joint information.

        At s = 0 the location is that of one common prevalence, and the spread has none.
        """
        inner = self.spread > 0
        ss, ms = np.where(inner, self.ss, -1.0), np.where(inner, self.ms, 0.0)
        information = ms * ms / ss - self.mm
        spread = np.sqrt(self.mm / np.where(inner, information * ss, np.nan))
        return 1 / np.sqrt(information), spread


class Points(NamedTuple):
    """Points on the surfaces of some fits, of shape (rows,)."""

    fit: IntArray
    m: FloatArray
    t: FloatArray

    def rows(self, index: IntArray | NDArray[np.bool_]) -> Points:
        """Return the points at `index`."""
        return Points(self.fit[index], self.m[index], self.t[index])


def find_summit(surface: Surface) -> Summit:
    """Return the highest peak of each fit, at s = 0 where none is higher."""
    points = _look_around(surface)
    peaks = Terms(*np.empty((len(Terms._fields), len(points.fit))))
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
    columns = [edge.location, np.zeros_like(none), edge.value, -edge.information, none, none]
    summit = Summit(*(column.copy() for column in columns))
    unit = surface.unit[points.fit]
    spread = unit * np.expm1(points.t)
    by_t = spread + unit
    bends = peaks.mm, peaks.ms / by_t, (peaks.ss - peaks.s) / by_t**2
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
        step = np.clip(-terms.m / terms.mm, -_FARTHEST, _FARTHEST)
        points = points._replace(m=points.m + step)
    slope = profile_slope(terms).reshape(t.shape)
    slope = np.column_stack([surface.edge.slope * surface.unit, slope])
    t = np.column_stack([np.zeros(len(t)), t])
    m = points.m.reshape(-1, count)
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
    first = np.maximum(np.abs(dm) * np.sqrt(np.abs(here.mm)), np.abs(dt))
    for _ in range(_STEPS):
        done = (np.abs(dm) < _STEP * (1 + np.abs(m[going]))) & (np.abs(dt) < _STEP)
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
        dm, dt = np.where(up, step[0], dm / 2), np.where(up, step[1], dt / 2)
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
        s=terms.s * by_t, ms=terms.ms * by_t, ss=(terms.ss * by_t + terms.s) * by_t
    )


def profile_slope(terms: Terms) -> FloatArray:
    """Return the slope by t where the location follows."""
    return terms.s - terms.ms * terms.m / terms.mm


def _newton(
    terms: Terms, t: FloatArray, ceiling: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return Newton's step, cut where t ends, and the gain it promises.

    Where the surface bends upwards along t, it is a plain step uphill of any gain.
    """
    mm = -np.maximum(np.abs(terms.mm), 1e-300)
    slope = terms.s - terms.ms * terms.m / mm
    bend = terms.ss - terms.ms**2 / mm
    peaked = bend < 0
    bend = np.where(peaked, bend, -1.0)
    dt = np.where(peaked, -slope / bend, np.sign(slope) * _LONGEST)
    dt = np.clip(t + np.clip(dt, -_LONGEST, _LONGEST), _FLOOR, ceiling) - t
    dm = np.clip(-(terms.m + terms.ms * dt) / mm, -_FARTHEST, _FARTHEST)
    gain = np.where(peaked, -0.5 * (terms.m**2 / mm + slope**2 / bend), np.inf)
    return dm, dt, gain
