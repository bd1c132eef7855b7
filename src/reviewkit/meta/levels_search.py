"""The highest peak of the likelihood of two variances, and how far each can move.

The likelihood can have several peaks, and peaks at 0.  It is computed on a grid of both
variances, from 0 to where no scatter of the effects could lead; from every point of the
grid that none of its neighbours exceeds Newton's method climbs on, and the highest
summit is the estimate, once bounds of all rectangles prove that none is higher
(:mod:`~reviewkit.meta.levels_bounds`).  Profile intervals hold each value of a variance that, with the
best value of the other, lowers twice the log-likelihood by no more than chi² allows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chdtri

from reviewkit._core.errors import ConvergenceError, InputError
from reviewkit.meta.levels import Levels, Point
from reviewkit.meta.levels_bounds import find_lower

__all__ = ["Limits", "Summit", "drop_sigma2", "find_sigma2", "profile_sigma2"]

FloatArray = NDArray[np.float64]

_GRID_STEP = 1.6  # ratio of neighbours
_GRID_LIMIT = 48  # points; beyond, the steps widen
_WIDEST = 1e100  # range of effects in units of the smallest standard error, squared
_STEP = 1e-10  # relative; Newton's steps shrink to their squares
_STEPS = 200
_NOISE = 1e-14  # slope of the deviance by log(1 + variance) that is nothing but rounding
_RECTANGLES = 12  # to begin with, on each axis
_LIMIT = 1e-7  # relative precision of a limit, and of the other variance at it


class Summit(NamedTuple):
    """The highest peak."""

    sigma2: FloatArray  # (2,); between, within
    point: Point
    grid: FloatArray  # of both variances, in units of the least sampling variance
    table: FloatArray  # deviance there; (within, between)


class Limits(NamedTuple):
    """Confidence limits of a variance."""

    low: float
    high: float  # infinite where the likelihood never falls enough


def find_sigma2(levels: Levels) -> Summit:
    """Return the likeliest variances, in the unit of the effects squared.

    Parameters
    ----------
    levels : Levels
        Two clusters or more, one of them with two effects or more, and more effects than
        coefficients.

    Returns
    -------
    Summit

    Raises
    ------
    InputError
        If effects differ by more than 1e50 of the smallest standard error.
    ConvergenceError
        If a climb does not settle in 200 steps; no data known does this.
    """
    scaled, unit = levels.scale()
    grid = _grid(scaled)
    table = scaled.on(grid, grid)
    padded = np.pad(table, 1, constant_values=np.inf)
    n = grid.size
    lowest = np.min([padded[i : i + n, j : j + n] for i in range(3) for j in range(3)], axis=0)
    starts = np.argwhere(table <= lowest)
    tops = [_climb(scaled, grid[[column, row]], (True, True)) for row, column in starts]
    best = min(tops, key=lambda top: top[1].deviance)
    sigma2 = _prove(scaled, grid, best, (True, True)) * unit
    return Summit(sigma2, levels.at(sigma2), grid, table)


def profile_sigma2(levels: Levels, summit: Summit, level: float) -> tuple[Limits, Limits]:
    """Return profile-likelihood limits of the variance between and within clusters."""
    scaled, unit = levels.scale()
    sigma2 = summit.sigma2 / unit
    ceiling = scaled.at(sigma2).deviance + float(chdtri(1, 1 - level))
    # The best of the other variance is near that on the nearest line of the grid.
    ridges = (summit.grid[summit.table.argmin(axis=axis)] for axis in (0, 1))
    found = [
        _find_limits(scaled, sigma2, which, (summit.grid, ridge), ceiling)
        for which, ridge in enumerate(ridges)
    ]
    between, within = (Limits(low * unit, high * unit) for low, high in found)
    return between, within


def drop_sigma2(levels: Levels, summit: Summit, which: int) -> float:
    """Return by how much the deviance rises where one of the variances (0 or 1) is 0."""
    scaled, unit = levels.scale()
    edge = summit.table[:, 0] if which == 0 else summit.table[0]
    start = np.zeros(2)
    start[1 - which] = summit.grid[edge.argmin()]
    free = (which != 0, which != 1)
    sigma2 = _prove(scaled, summit.grid, _climb(scaled, start, free), free)
    return max(0.0, scaled.at(sigma2).deviance - scaled.at(summit.sigma2 / unit).deviance)


def _prove(
    levels: Levels, grid: FloatArray, best: tuple[FloatArray, Point], free: tuple[bool, bool]
) -> FloatArray:
    """Return the likeliest variances: the best known, unless bounds lead to a better one."""

    def climb(start: FloatArray) -> tuple[FloatArray, float]:
        sigma2, point = _climb(levels, start, free)
        return sigma2, float(point.deviance)

    held = None if all(free) else free.index(False)
    edges = grid[:: max(1, grid.size // _RECTANGLES)]
    known = best[0], float(best[1].deviance)
    sigma2, _, proven = find_lower(levels, edges, known, climb, zero=held)
    if not proven:
        raise ConvergenceError(
            f"The likeliest variances must be proven to be so. Rectangles were left for "
            f"{levels.effects.size} effects. Report the data as a bug."
        )
    return sigma2


def _grid(levels: Levels) -> FloatArray:
    """Return points from 0 to the squared range of the effects, even in log(1 + variance)."""
    top = 4 * np.ptp(levels.effects) ** 2 + 2
    if not top < _WIDEST:
        raise InputError(
            f"Effects must differ by less than {_WIDEST**0.5:.0e} of the smallest standard error. "
            f"Got {np.sqrt(top):.0e}. Correct the variances."
        )
    points = min(_GRID_LIMIT, int(np.log(top + 1) / np.log(_GRID_STEP)) + 4)
    return np.asarray((top + 1) ** np.linspace(0, 1, points) - 1)


def _climb(
    levels: Levels, start: FloatArray, free: tuple[bool, bool], precision: float = _STEP
) -> tuple[FloatArray, Point]:
    """Return the peak that Newton's method reaches in the free variances, none below 0."""
    here = np.array(start, dtype=float)
    point = levels.at(here)
    for _ in range(_STEPS):
        moving = np.array(free) & ((here > 0) | (point.slope < 0))
        moving &= np.abs(point.slope) * (1 + here) > _NOISE
        if not moving.any():
            return here, point
        step = _newton(point, moving)
        there, ahead = _walk(levels, here, point, step)
        settled = np.abs(there - here).max() <= precision * (1 + there.max())
        here, point = there, ahead
        if settled:
            return here, point
    raise ConvergenceError(
        f"The search for two variances must settle in {_STEPS} steps. It did not for "
        f"{levels.effects.size} effects. Report the data as a bug."
    )


def _newton(point: Point, moving: NDArray[np.bool_]) -> FloatArray:
    """Return the step to the peak of a parabola; where it opens upwards, a surer one."""
    at = np.flatnonzero(moving)
    bend = point.observed[np.ix_(at, at)]
    if np.linalg.eigvalsh(bend)[0] <= 1e-8 * np.abs(bend).max():
        bend = point.expected[np.ix_(at, at)]
    step = np.zeros(2)
    step[at] = -np.linalg.lstsq(bend, point.slope[at])[0]
    return step


def _walk(
    levels: Levels, here: FloatArray, point: Point, step: FloatArray
) -> tuple[FloatArray, Point]:
    """Return the first point on the way of a step, halved and halved, that is no lower."""
    for _ in range(60):
        there = np.maximum(0.0, here + step)
        ahead = levels.at(there)
        if ahead.deviance <= point.deviance:
            return there, ahead
        step = step / 2
    return here, point


def _find_limits(
    levels: Levels,
    sigma2: FloatArray,
    which: int,
    ridge: tuple[FloatArray, FloatArray],
    ceiling: float,
) -> tuple[float, float]:
    """Return where the profile of a variance crosses the ceiling, left and right of the peak."""
    cache: dict[float, float] = {}

    def rise(value: float) -> float:
        if value not in cache:
            cache[value] = _profile(levels, which, value, ridge) - ceiling
        return cache[value]

    peak = float(sigma2[which])
    low = 0.0 if peak == 0 or rise(0.0) <= 0 else _solve(rise, 0.0, peak)
    step = max(peak, 1.0)
    while rise(peak + step) <= 0:
        step *= 4
        if step > _WIDEST:
            return low, np.inf
    return low, _solve(rise, peak + step / 4 if step > max(peak, 1.0) else peak, peak + step)


def _solve(rise: Callable[[float], float], first: float, last: float) -> float:
    """Return a crossing, to so many digits of the variance in units of the least one."""
    return float(brentq(rise, first, last, xtol=_LIMIT * 1e-2, rtol=_LIMIT))


def _profile(
    levels: Levels, which: int, value: float, ridge: tuple[FloatArray, FloatArray]
) -> float:
    """Return the least deviance at a value of one variance."""
    grid, others = ridge
    start = np.full(2, value)
    start[1 - which] = others[np.abs(grid - value).argmin()]
    free = (which != 0, which != 1)
    return _climb(levels, start, free, _LIMIT)[1].deviance
