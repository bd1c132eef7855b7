"""Sums over the studies of many fits at once: powers of weights times powers of effects.

All that the equations for tau² ask of a fit are nine sums, of w, w² and w³ times 1, y
and y².  Of fits that share their data they are one matrix product; the fits then lie
side by side in memory, so that every table is read in the order in which it lies.
Squares about the mean are taken from squares about the most precise study; where that
would cancel more than two digits, the fit is summed about its own mean.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "Sums", "sums_at", "sums_on"]

FloatArray = NDArray[np.float64]

BLOCK = 2**16  # numbers in a table of weights: half a MB, which a processor keeps at hand
#: Numbers in a strip of the weights of one data set.  Its tables are small enough for the
#: allocator to hand out again without new pages, and its product for BLAS to need no threads.
_STRIP = 2**13
_CELLS = 2**15  # weights of a strip of fits that share their data
_MANY = 8  # fits that share their data, from which on they are laid side by side
_LONG = 10_000  # studies to which OpenBLAS multiplies vectors without threads
_CANCELS = 100.0  # share of a sum of squares that may cancel: two digits of sixteen
_ALONE = 2**18  # products of numbers up to which OpenBLAS uses one thread
_WIDE = 32  # columns of a piece of such a product, or it would be slow
_ROWS, _MANY_ROWS = 9_000, 2**17  # the same for numbers in a table whose rows are added


class Sums(NamedTuple):
    """Sums over the studies of a fit, at some tau²; w = 1/(v + tau²), r = y - mean."""

    k: FloatArray  # number of studies
    mean: FloatArray  # Σwy/Σw
    w1: FloatArray  # Σw
    w2: FloatArray  # Σw²
    w3: FloatArray  # Σw³
    r2: FloatArray  # Σw²r
    q1: FloatArray  # Σwr²
    q2: FloatArray  # Σw²r²
    q3: FloatArray  # Σw³r²

    @property
    def df(self) -> FloatArray:
        """Studies less the one mean."""
        return self.k - 1

    @property
    def cube(self) -> FloatArray:
        """Σw³r², less what moving the mean takes of it."""
        return self.q3 - self.r2**2 / self.w1

    @property
    def trace(self) -> FloatArray:
        """Σw, less what is lost by estimating the mean."""
        return self.w1 - self.w2 / self.w1

    @property
    def trace2(self) -> FloatArray:
        """Σw², less the same."""
        return self.w2 - 2 * self.w3 / self.w1 + (self.w2 / self.w1) ** 2

    @property
    def information(self) -> FloatArray:
        """Logarithm of the weight of the mean."""
        return np.log(self.w1)


def sums_at(effects: FloatArray, variances: FloatArray, used: FloatArray, tau2: FloatArray) -> Sums:
    """Return the sums of each fit at its own tau², of shape (B,)."""
    few = len(used) < _MANY
    if max(len(effects), len(variances)) > 1 or (few and used.shape[1] <= _LONG):
        return _sums_of_each(effects, variances, used, tau2)
    origin = effects[0, variances.argmin()]
    data = effects[0] - origin, variances[0], used
    if few:
        table = _tabulate_few(*data, tau2)
    elif len(tau2) == 1:
        table = _tabulate_on(*data, tau2)[:, :, 0]
    else:
        table = _tabulate(*data, tau2)
    sums = _read_table(table, _add(used))
    shift = sums.mean**2
    lost = shift * sums.w1 > _CANCELS * sums.q1
    lost |= (shift * sums.w2 > _CANCELS * sums.q2) | (shift * sums.w3 > _CANCELS * sums.q3)
    sums = sums._replace(mean=sums.mean + origin)
    if not lost.any():
        return sums
    used, tau2 = np.broadcast_to(used, (len(lost), used.shape[1])), np.broadcast_to(tau2, len(lost))
    again = _sums_of_each(effects, variances, used[lost], tau2[lost])
    for whole, part in zip(sums, again, strict=True):
        whole[lost] = part
    return sums


def _sums_of_each(
    effects: FloatArray, variances: FloatArray, used: FloatArray, tau2: FloatArray
) -> Sums:
    """Return sums of squares about the mean itself, which costs no digits and more time."""
    w = used / (variances + tau2[:, None])
    total = _add(w)
    mean = np.vecdot(w, effects) / total
    r = effects - mean[:, None]
    wr, ww = w * r, w * w
    wwr = w * wr
    return Sums(
        k=_add(used),
        mean=mean,
        w1=total,
        w2=_add(ww),
        w3=np.vecdot(ww, w),
        r2=_add(wwr),
        q1=np.vecdot(wr, r),
        q2=np.vecdot(wr, wr),
        q3=np.vecdot(wwr, wr),
    )


def _tabulate(
    effects: FloatArray, variances: FloatArray, used: FloatArray, tau2: FloatArray
) -> FloatArray:
    """Return sums over studies by power of effect and of weight, of shape (3, 3, B).

    All fits share the data, and each has its own tau².  Studies come strip by strip, and the fits of a strip
    side by side, so that every table is read in the order in which it lies.
    """
    fits, size = used.shape
    powers = np.stack([np.ones(size), effects, effects * effects])
    step = min(size, max(1, _CELLS // fits))
    room = np.empty((3, step, fits))  # one to three powers of the weights
    table: FloatArray = np.zeros(())
    for start in range(0, size, step):
        part = slice(start, start + step)
        weights = room[:, : min(step, size - start)]
        _weigh(weights, variances[part, None], tau2, used.T[part])
        table = table + powers[:, part] @ weights
    return table.swapaxes(0, 1)


def _tabulate_few(
    effects: FloatArray, variances: FloatArray, used: FloatArray, tau2: FloatArray
) -> FloatArray:
    """Return the same of few fits to many studies: those of a strip lie side by side."""
    fits, size = max(len(used), len(tau2)), used.shape[1]
    step = _STRIP // fits
    room = np.empty((3, fits, step))
    table: FloatArray = np.zeros(())
    for start in range(0, size, step):
        part = slice(start, start + step)
        weights, y = room[..., : min(step, size - start)], effects[part]
        _weigh(weights, variances[part], tau2[:, None], used[:, part])
        powers = np.stack([np.ones(y.size), y, y * y])
        table = table + np.vecdot(weights, powers[:, None, None])
    return table


def _weigh(
    powers: FloatArray, variances: FloatArray, tau2: FloatArray, used: FloatArray | float
) -> None:
    """Fill a table with weights, their squares and their cubes."""
    w, ww, www = powers
    np.add(variances, tau2, out=w)
    np.divide(used, w, out=w)
    np.multiply(w, w, out=ww)
    np.multiply(ww, w, out=www)


def _read_table(table: FloatArray, k: FloatArray) -> Sums:
    """Return sums about the mean, from those by power of effect and of weight."""
    s0, s1, s2 = table
    mean = s1[0] / s0[0]
    r1 = s1 - mean * s0
    s2 = s2 - mean * (s1 + r1)
    return Sums(k, mean, s0[0], s0[1], s0[2], r1[1], s2[0], s2[1], s2[2])


def _add(rows: FloatArray) -> FloatArray:
    """Return sums of rows: of many, a product with ones is several times as fast as sum().

    Of a middling table it is taken row by row, which needs no threads.
    """
    if len(rows) == 1:
        return np.asarray(np.add.reduce(rows, axis=1))
    one = np.ones(rows.shape[1])
    return np.asarray(np.vecdot(rows, one) if _ROWS < rows.size < _MANY_ROWS else rows @ one)


def _multiply(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return left @ right, in pieces that BLAS does without threads: these wait for one another."""
    (rows, size), columns = left.shape, right.shape[1]
    wide = max(1, _ALONE // (rows * size))  # columns a piece
    if wide >= columns:
        return np.asarray(left @ right)
    product = np.empty((rows, columns))
    for start in range(0, columns, wide):
        part = slice(start, start + wide)
        np.matmul(left, right[:, part], out=product[:, part])
    return product


def sums_on(effects: FloatArray, variances: FloatArray, used: FloatArray, grid: FloatArray) -> Sums:
    """Return the sums of each fit at every point of a grid, of shape (B, points).

    Fits that share effects, variances and grid are one matrix product: which
    studies are used, times powers of their weights.  Else each fit is its own.
    """
    shared = max(len(effects), len(variances), len(grid)) == 1
    if shared and len(used) >= _MANY:
        # All fits at a point lie side by side, here and in what is made of it.
        table = _tabulate_on(effects[0], variances[0], used, grid[0]).swapaxes(2, 3)
        k = _add(used)
    else:
        rows = used[None] if shared else used[:, None]  # (data sets, fits to each, k)
        table = _tabulate_sets(effects, variances, rows, grid)
        k = rows.sum(axis=2).reshape(-1)
    return _read_table(table, np.broadcast_to(k[:, None], table.shape[2:]))


def _tabulate_sets(
    effects: FloatArray, variances: FloatArray, used: FloatArray, grid: FloatArray
) -> FloatArray:
    """Return sums over studies by power of effect and of weight, of shape (3, 3, B, points).

    Each of the data sets has its fits: `used` has the shape (data sets, fits to each, k).
    """
    (sets, _, size), points = used.shape, grid.shape[1]
    sets = max(sets, len(effects), len(variances), len(grid))
    step = min(size, max(1, (_STRIP if sets == 1 else BLOCK) // points))
    room = np.empty((sets, 3, points, step))  # one to three powers of the weights
    table: FloatArray = np.zeros(())
    for start in range(0, size, step):
        part = slice(start, start + step)
        y, u = effects[:, None, part], used[:, :, part]
        weights = room[..., : u.shape[2]]
        _weigh(weights.swapaxes(0, 1), variances[:, None, part], grid[:, :, None], 1)
        uy = u * y
        values = np.concatenate([u, uy, uy * y], axis=1)
        weights = weights.reshape(sets, 3 * points, -1).swapaxes(1, 2)
        table = table + (values @ weights if sets > 1 else _multiply(values[0], weights[0]))
    table = table.reshape(sets, 3, -1, 3, points).transpose(1, 3, 0, 2, 4)
    return table.reshape(3, 3, -1, points)


def _tabulate_on(
    effects: FloatArray, variances: FloatArray, used: FloatArray, grid: FloatArray
) -> FloatArray:
    """Return sums over studies by power of effect and of weight, of shape (3, 3, points, B).

    All fits share the data and the grid.
    """
    (fits, size), points = used.shape, grid.size
    step = min(size, max(1, _ALONE // (9 * points * _WIDE)))
    room = np.empty((3, 3, points, step))
    table = None
    for start in range(0, size, step):
        part = slice(start, start + step)
        terms = room[..., : min(step, size - start)]
        _weigh(terms[0], variances[part], grid[:, None], 1)
        np.multiply(terms[0], effects[part], out=terms[1])
        np.multiply(terms[1], effects[part], out=terms[2])
        product = _multiply(terms.reshape(9 * points, -1), used.T[part])
        table = product if table is None else np.add(table, product, out=table)
    assert table is not None
    return table.reshape(3, 3, points, fits)
