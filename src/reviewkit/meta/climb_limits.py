"""Profile-likelihood limits of a spread, for many fits at once.

The interval holds every spread at which the likelihood, with the best location for it,
is not too far below the summit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reviewkit.meta.climb import Summit
from reviewkit.meta.surfaces import (
    CEILING,
    Points,
    Surface,
    profile_slope,
    shorten,
    solve,
    terms_at,
)

__all__ = ["find_limits"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_LEAST = 1e-6  # least log(1 + spread/unit)
_LONGEST = 1.0  # step of it
_OWED = 1e-3  # log-likelihood that a better location may add, for a point to be trusted
_STEP = 1e-7  # of Newton's method, whose steps shrink to their squares
_SAME = 1e-5  # a first step at more effort that is no longer than this ends the search
_STEPS = 50


def find_limits(surface: Surface, summit: Summit, drop: float) -> tuple[FloatArray, FloatArray]:
    """Return the spreads at which the profile lies `drop` below the summit.

    0 where it does not fall as far on the way down, infinity on the way up.
    """
    low, high = np.zeros(len(summit.value)), np.full(len(summit.value), np.inf)
    peak = np.log1p(summit.spread / surface.unit)
    falls = np.flatnonzero(summit.value - surface.edge.value > drop)
    low[falls] = _cross(surface, summit, falls, np.full(falls.size, _LEAST), drop)
    ceiling = np.log1p(CEILING / surface.unit)
    every = np.flatnonzero(ceiling > peak)
    high[every] = _cross(surface, summit, every, ceiling[every], drop)
    return low, np.where(high < 0.99 * CEILING, high, np.inf)


def _cross(
    surface: Surface, summit: Summit, fit: IntArray, end: FloatArray, drop: float
) -> FloatArray:
    """Return where the profile crosses its limit between the summit and `end`."""
    z = np.sqrt(2 * drop)
    points = _start_crossing(summit, fit, surface.unit[fit], end, z)
    going = np.arange(fit.size)
    for effort in range(min(2, surface.efforts - 1), surface.efforts):
        if not going.size:
            break
        found, first = _find_root(surface, summit, points.rows(going), end[going], z, effort)
        points.m[going], points.t[going] = found.m, found.t
        going = going[first > _SAME]
    return np.asarray(surface.unit[fit] * np.expm1(points.t))


def _find_root(
    surface: Surface, summit: Summit, points: Points, outside: FloatArray, z: float, effort: int
) -> tuple[Points, FloatArray]:
    """Return the crossings at one effort, and the size of each first step.

    The root of twice the loss is nearly straight in t: Newton's method on it, halving
    where it leaves the bracket.
    """
    fit = points.fit
    inside = np.log1p(summit.spread[fit] / surface.unit[fit])
    side, first = np.sign(outside - inside), None
    for _ in range(_STEPS):
        terms = terms_at(surface, points, effort)
        toward = solve(terms.mm, terms.m)
        owed = -np.vecdot(terms.m, toward) / 2  # what the best location would still add
        loss = summit.value[fit] - terms.value - owed
        root, t, slope = np.sqrt(2 * np.maximum(loss, 0.0)), points.t, profile_slope(terms)
        sure = owed < _OWED  # the loss is known well enough to narrow the bracket
        inside = np.where(sure & (root < z), t, inside)
        outside = np.where(sure & (root >= z), t, outside)
        falling = slope * side < 0
        dt = np.where(falling, (root - z) * root / np.where(falling, slope, 1), side * _LONGEST)
        there = t + np.clip(dt, -_LONGEST, _LONGEST)
        between = ((there - inside) * side > 0) & ((outside - there) * side >= 0)
        between |= np.abs(dt) < _STEP  # rounding
        there = np.where(between, there, (inside + outside) / 2)
        dt = there - t
        first = np.abs(dt) if first is None else first
        dm = shorten(-(toward + solve(terms.mm, terms.ms) * dt[:, None]))
        points = Points(fit, points.m + dm, there)
        if (np.abs(dt) < _STEP).all() and (np.abs(dm) < 10 * _STEP * (1 + np.abs(points.m))).all():
            break
    assert first is not None
    return points, first


def _start_crossing(
    summit: Summit, fit: IntArray, unit: FloatArray, end: FloatArray, z: float
) -> Points:
    """Return where the profile would cross if it were a parabola, or somewhere within."""
    peak = np.log1p(summit.spread[fit] / unit)
    room, side = np.abs(end - peak), np.sign(end - peak)
    by_t = summit.spread[fit] + unit
    inner = summit.spread[fit] > 0
    ms = np.where(inner[:, None], summit.ms[fit], 0.0)
    along = solve(summit.mm[fit], ms)
    ridge = -along * by_t[:, None]
    bend = np.where(inner, np.vecdot(ms, along) - summit.ss[fit], 1.0)
    step = side * np.minimum(z / np.sqrt(np.maximum(bend, 1e-300)) / by_t, np.minimum(1, room / 2))
    return Points(fit, summit.location[fit] + ridge * step[:, None], peak + step)
