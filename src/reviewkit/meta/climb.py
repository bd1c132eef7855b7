"""The highest peak of a likelihood of a location and a spread, for many fits at once.

Models that take the counts as they are have a location m (a logit, or the p coefficients
of a design) and a spread s >= 0 of the true prevalences, which is 0 where the location
explains all.  The spread is searched as ``t = log(1 + s/unit)``, with the finest spread that the data
could show as unit: nearly s itself close to 0, and nearly its logarithm far away.

1. On a grid of t the location is brought to its best; between two points where the
   slope of the profile turns from up to down there is a peak.  Intervals at whose ends
   the slope bends as if it turned twice within are divided.
2. Newton's method climbs from there, halving steps that lead down, with more
   and more effort in the likelihood (nodes of a quadrature) until that changes nothing.
3. The highest peak wins, and s = 0 where nothing is higher.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.errors import ConvergenceError
from reviewkit.meta.surfaces import (
    CEILING,
    Points,
    Surface,
    Terms,
    profile_slope,
    shorten,
    solve,
    terms_at,
)

__all__ = ["Summit", "find_summit"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_GRID_STEP = 1.0  # between points of t: spreads nearly three times as wide
_LEAST_POINTS = 6
_DIVISIONS = 5  # of an interval that may hide a peak
_SETTLE = 3  # steps of the location at each point of the grid
_LONGEST = 1.0  # step of t: further than this no curvature is to be trusted
_STEP = 1e-7  # Newton's steps shrink to their squares
_GAIN = 1e-13  # of log-likelihood; a flat peak has no better place than its noise tells
_HALVINGS = 10
_SAME = 1e-6  # a first step at more effort that is no longer than this ends the search
_FLOOR = 1e-6  # least t; anything closer to s = 0 is s = 0
_STEPS = 50


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
    t = widest[:, None] * np.linspace(0, 1, count + 1)
    every = np.arange(len(t))
    m, slope, bend = _survey(surface, every, t[:, 1:])
    edge, unknown = surface.edge.slope * surface.unit, np.full(len(t), np.nan)
    m = np.concatenate([m[:, :1], m], axis=1)
    slope, bend = np.column_stack([edge, slope]), np.column_stack([unknown, bend])
    found = [_find_turns(every, t, m, slope)]
    row, at = np.nonzero(_may_hide(slope, bend))
    if row.size:
        fine = np.linspace(t[row, at], t[row, at + 1], _DIVISIONS + 1, axis=1)
        inner, between, _ = _survey(surface, row, fine[:, 1:-1])
        between = np.column_stack([slope[row, at], between, slope[row, at + 1]])
        inner = np.concatenate([inner[:, :1], inner, m[row, at + 1, None]], axis=1)
        found.append(_find_turns(row, fine, inner, between))
    last = np.flatnonzero(slope[:, -1] > 0)
    found.append(Points(last, m[last, -1], t[last, -1]))
    return Points(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _survey(
    surface: Surface, fit: IntArray, t: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return location, slope and bend of the profiles of some fits, at t of shape (rows, points)."""
    rows, count = t.shape
    fit = np.repeat(fit, count)
    spread = surface.unit[fit] * np.expm1(t.ravel())
    points = Points(fit, surface.guess(fit, spread), t.ravel())
    for _ in range(_SETTLE):
        terms = terms_at(surface, points, 0)
        points = points._replace(m=points.m + shorten(-solve(terms.mm, terms.m)))
    bend = terms.ss - np.vecdot(terms.ms, solve(terms.mm, terms.ms))
    slope = profile_slope(terms)
    return points.m.reshape(rows, count, -1), slope.reshape(t.shape), bend.reshape(t.shape)


def _may_hide(slope: FloatArray, bend: FloatArray) -> NDArray[np.bool_]:
    """Say of which intervals the slope may turn twice, unseen from their ends.

    It leads down at both ends but bends up from the left and down to the right, or the
    other way round.  At s = 0 the bend is not known, NaN.
    """
    down = (slope[:, :-1] <= 0) & (slope[:, 1:] <= 0) & ~(bend[:, :-1] <= 0) & (bend[:, 1:] < 0)
    up = (slope[:, :-1] > 0) & (slope[:, 1:] > 0) & ~(bend[:, :-1] >= 0) & (bend[:, 1:] > 0)
    return np.asarray(down | up)


def _find_turns(fit: IntArray, t: FloatArray, m: FloatArray, slope: FloatArray) -> Points:
    """Return about where slopes at t, of shape (rows, points), turn from up to down."""
    row, at = np.nonzero((slope[:, :-1] > 0) & (slope[:, 1:] <= 0))
    share = slope[row, at] / (slope[row, at] - slope[row, at + 1])
    between = t[row, at] + share * (t[row, at + 1] - t[row, at])
    return Points(fit[row], m[row, at], np.maximum(between, _FLOOR))


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
