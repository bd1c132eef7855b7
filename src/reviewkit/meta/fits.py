"""Many pooled effects at once, and the sums over studies that their equations need.

A fit is a choice of studies whose effects have one mean.  Everything else in the
engine asks a fit for its sums at some tau² and for its scale, and not how they come
about; :mod:`~reviewkit.meta.design_fits` answers the same questions for fits
whose mean depends on moderators.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "AnyFits", "Fits", "Plain", "Scatter", "Sums", "sums_at", "sums_on"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Rows = IntArray | NDArray[np.bool_] | slice

BLOCK = 2**16  # numbers in a table of weights: half a MB, which a processor keeps at hand
#: Numbers in a strip of the weights of one data set.  Its tables are small enough for the
#: allocator to hand out again without new pages, and its product for BLAS to need no threads.
_STRIP = 2**13
_ALONE = 2**18  # products of numbers up to which OpenBLAS uses one thread
_LARGE = 2**24  # and from which on it may use more
_ROWS, _MANY_ROWS = 9_000, 2**17  # the same for numbers in a table whose rows are added


class Scatter(Protocol):
    """How far studies scatter about their fit, at some tau²; W = diag 1/(v + tau²).

    P = W - WX(X'WX)⁻¹X'W leaves of the effects y what the design X does not explain,
    weighted; X is a column of ones where there are no moderators.
    """

    @property
    def k(self) -> FloatArray: ...  # noqa: D102  number of studies
    @property
    def df(self) -> FloatArray: ...  # noqa: D102  k less the columns of X
    @property
    def w1(self) -> FloatArray: ...  # noqa: D102  Σw
    @property
    def w2(self) -> FloatArray: ...  # noqa: D102  Σw²
    @property
    def q1(self) -> FloatArray: ...  # noqa: D102  y'Py
    @property
    def q2(self) -> FloatArray: ...  # noqa: D102  y'P²y, by which q1 falls as tau² grows
    @property
    def cube(self) -> FloatArray: ...  # noqa: D102  y'P³y; q2 falls by twice that
    @property
    def trace(self) -> FloatArray: ...  # noqa: D102  of P
    @property
    def trace2(self) -> FloatArray: ...  # noqa: D102  of P², by which that of P falls
    @property
    def information(self) -> FloatArray: ...  # noqa: D102  log|X'WX|


class Plain(NamedTuple):
    """What unweighted least squares says of each fit; arrays of shape (B,)."""

    total: FloatArray  # squared deviations from the plain mean
    left: FloatArray  # squared residuals
    sampling: FloatArray  # what sampling errors alone add to them
    df: FloatArray


class AnyFits(Protocol):
    """B fits, of one mean or of a design, as the search and the estimators see them."""

    @property
    def effects(self) -> FloatArray: ...  # noqa: D102
    @property
    def variances(self) -> FloatArray: ...  # noqa: D102
    @property
    def used(self) -> FloatArray: ...  # noqa: D102
    def rows(self, index: Rows) -> Self: ...  # noqa: D102
    def at(self, tau2: FloatArray) -> Scatter: ...  # noqa: D102
    def on(self, grid: FloatArray) -> Scatter: ...  # noqa: D102
    def scale(self) -> tuple[Self, FloatArray]: ...  # noqa: D102
    def spread(self) -> FloatArray: ...  # noqa: D102
    def plain(self) -> Plain: ...  # noqa: D102


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


class Fits(NamedTuple):
    """B fits to k columns of studies; effects and variances may be shared by all fits."""

    effects: FloatArray  # (1, k) or (B, k)
    variances: FloatArray  # (1, k) or (B, k)
    used: FloatArray  # (B, k); 1 where the fit uses the study, else 0

    def rows(self, index: Rows) -> Fits:
        """Return the fits at `index`; what is shared stays shared."""
        return Fits(*(part if len(part) == 1 else part[index] for part in self))

    def at(self, tau2: FloatArray) -> Sums:
        """Return the sums of each fit at its own tau², of shape (B,)."""
        return sums_at(self, tau2)

    def on(self, grid: FloatArray) -> Sums:
        """Return the sums of each fit on a grid of shape (1 or B, points)."""
        return sums_on(self, grid)

    def scale(self) -> tuple[Fits, FloatArray]:
        """Return the fits in units of their least variance, and that unit, of shape (B, 1).

        Measured from the most precise study too, neither the third power of a
        weight nor the mean in the sums costs any digits.
        """
        unit = self.variances.min(axis=1, keepdims=True)
        nearest = self.variances.argmin(axis=1)
        origin = self.effects[np.arange(len(self.effects)), nearest][:, None]
        effects = (self.effects - origin) / np.sqrt(unit)
        return Fits(effects, self.variances / unit, self.used), unit

    def spread(self) -> FloatArray:
        """Return the largest variance of any choice of effects: half the squared range."""
        return np.asarray(np.ptp(self.effects, axis=1) ** 2 / 2)

    def plain(self) -> Plain:
        """Return squared deviations from the plain mean, and what sampling errors add."""
        k = self.used.sum(axis=1)
        mean = np.vecdot(self.used, self.effects) / k
        squares = np.asarray(np.vecdot(self.used, (self.effects - mean[:, None]) ** 2))
        return Plain(squares, squares, np.vecdot(self.used, self.variances) / k * (k - 1), k - 1)


def sums_at(fits: Fits, tau2: FloatArray) -> Sums:
    """Return the sums of each fit at its own tau², of shape (B,)."""
    effects, variances, used = fits
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


def _add(rows: FloatArray) -> FloatArray:
    """Return sums of rows: a product with ones is several times as fast as sum().

    Of a middling table it is taken row by row, which needs no threads.
    """
    one = np.ones(rows.shape[1])
    return np.asarray(np.vecdot(rows, one) if _ROWS < rows.size < _MANY_ROWS else rows @ one)


def _multiply(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return values @ weights', for one data set in pieces that BLAS does without threads.

    Threads pay in large products only; in small ones they wait for a busy machine.
    """
    sets, rows, size = values.shape
    high = _ALONE // (weights.shape[1] * size)  # rows a piece
    if sets > 1 or not 1 <= high < rows or values.size * weights.shape[1] > _LARGE:
        return np.asarray(values @ weights.swapaxes(1, 2))
    whole = rows // high * high
    pieces = values[0, :whole].reshape(-1, high, size) @ weights[0].T
    found = np.concatenate([pieces.reshape(whole, -1), values[0, whole:] @ weights[0].T])
    return found[None]


def sums_on(fits: Fits, grid: FloatArray) -> Sums:
    """Return the sums of each fit at every point of a grid, of shape (B, points).

    Fits that share effects, variances and grid are one matrix product: which
    studies are used, times powers of their weights.  Else each fit is its own.
    """
    effects, variances, used = fits
    shared = max(len(effects), len(variances), len(grid)) == 1
    used = used[None] if shared else used[:, None]  # (data sets, fits to each, k)
    points, size = grid.shape[1], used.shape[2]
    sets = max(len(effects), len(variances), len(grid))
    step = min(size, max(1, (_STRIP if sets == 1 else BLOCK) // points))
    room = np.empty((sets, 3, points, step))  # one to three powers of the weights
    table: FloatArray = np.zeros(())
    for start in range(0, size, step):
        part = slice(start, start + step)
        y, u = effects[:, None, part], used[:, :, part]
        weights = room[..., : u.shape[2]]
        w, ww, www = weights.swapaxes(0, 1)
        np.add(variances[:, None, part], grid[:, :, None], out=w)
        np.divide(1, w, out=w)
        np.multiply(w, w, out=ww)
        np.multiply(ww, w, out=www)
        uy = u * y
        values = np.concatenate([u, uy, uy * y], axis=1)
        table = table + _multiply(values, weights.reshape(sets, 3 * points, -1))
    table = table.reshape(len(table), 3, -1, 3, points).swapaxes(0, 1)
    s0, s1, s2 = table.reshape(3, -1, 3, points).swapaxes(1, 2)  # by power of effect, of weight
    mean = s1[0] / s0[0]
    r1 = s1 - mean * s0
    q1, q2, q3 = s2 - mean * (s1 + r1)
    k = np.broadcast_to(used.sum(axis=2).reshape(-1, 1), q1.shape)
    return Sums(k, mean, s0[0], s0[1], s0[2], r1[1], q1, q2, q3)
