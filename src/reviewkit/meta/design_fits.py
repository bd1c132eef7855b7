"""Many meta-regressions at once: fits whose mean depends on moderators.

A design X (k studies, p columns) takes the place of the column of ones behind a
pooled mean.  With weights W = diag 1/(v + tau²) and W^½X = QR, what X leaves of
effects y is ``e = (I - QQ')W^½y``, and all that an equation for tau² asks follows
without a matrix of k rows and columns::

    y'Py = e'e        y'P²y = e'We        y'P³y = |(I - QQ')We|²
    tr P = Σw - tr(Q'WQ)        tr P² = Σw² - 2 tr(Q'W²Q) + |Q'WQ|²

In the eigenbasis of the residual space these are sums over its dimensions of
powers of ``1/(a + tau²)``, as for a single mean; the certificate of
:mod:`~reviewkit.meta.search` holds as it stands.

QR is the modified Gram-Schmidt process, column by column for all fits at once;
it is stable for least squares (Björck 1967, doi:10.1007/BF01934122), and the
columns of X come orthonormal, so that only weights can make them alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.meta.fits import Plain, Rows
from reviewkit.meta.sums import BLOCK

__all__ = ["DesignFits", "DesignSums", "Solution", "find_ranks"]

FloatArray = NDArray[np.float64]

_RANK = 1e-9  # relative length of what is left of a column that the others explain


class DesignSums(NamedTuple):
    """Sums over the studies of fits to a design, at some tau²; see the module."""

    k: FloatArray
    df: FloatArray  # k less the columns of the design
    w1: FloatArray  # Σw
    w2: FloatArray  # Σw²
    q1: FloatArray  # y'Py
    q2: FloatArray  # y'P²y
    cube: FloatArray  # y'P³y
    trace: FloatArray  # of P
    trace2: FloatArray  # of P²
    information: FloatArray  # log|X'WX|


class Solution(NamedTuple):
    """Weighted least squares of B fits at their own tau²."""

    coefficients: FloatArray  # (B, p)
    root: FloatArray  # (B, p, p); root @ root' is the inverse of X'WX
    q1: FloatArray  # (B,); weighted squares of the residuals
    w1: FloatArray  # (B,); sum of the weights


class DesignFits(NamedTuple):
    """B fits of p columns to k studies; effects, variances and design may be shared."""

    effects: FloatArray  # (1, k) or (B, k)
    variances: FloatArray  # (1, k) or (B, k)
    used: FloatArray  # (B, k); 1 where the fit uses the study, else 0
    design: FloatArray  # (p, 1, k) or (p, B, k)

    def rows(self, index: Rows) -> DesignFits:
        """Return the fits at `index`; what is shared stays shared."""
        effects, variances = (part if len(part) == 1 else part[index] for part in self[:2])
        design = self.design if self.design.shape[1] == 1 else self.design[:, index]
        return DesignFits(effects, variances, self.used[index], design)

    def at(self, tau2: FloatArray) -> DesignSums:
        """Return the sums of each fit at its own tau², of shape (B,)."""
        return _sums(self, np.broadcast_to(tau2, len(self.used)))

    def on(self, grid: FloatArray) -> DesignSums:
        """Return the sums of each fit on a grid of shape (1 or B, points), block by block."""
        fits, k = self.used.shape
        grid = np.broadcast_to(grid, (fits, grid.shape[1]))
        table = np.empty((len(DesignSums._fields), *grid.shape))
        wide = max(1, BLOCK // k)  # points a block
        high = max(1, BLOCK // (k * min(wide, grid.shape[1])))  # fits a block
        for top in range(0, fits, high):
            some = slice(top, top + high)
            spread = _spread(self.rows(some))
            for left in range(0, grid.shape[1], wide):
                part = slice(left, left + wide)
                table[:, some, part] = _sums(spread, grid[some, part])
        return DesignSums(*table)

    def scale(self) -> tuple[DesignFits, FloatArray]:
        """Return the fits in units of their least variance, and that unit, of shape (B, 1).

        Effects become residuals of the fit with weights 1/v, so that no sum is
        a small difference of large ones.
        """
        unit = self.variances.min(axis=1, keepdims=True)
        left = self.residuals(self.solve(np.zeros(1)).coefficients)
        return self._replace(effects=left / np.sqrt(unit), variances=self.variances / unit), unit

    def spread(self) -> FloatArray:
        """Return the mean square of plain residuals, which bounds where tau² can lie."""
        plain = self.plain()
        return plain.left / plain.df

    def plain(self) -> Plain:
        """Return squares about the plain mean, of plain residuals, and what errors add to these."""
        k = self.used.sum(axis=1)
        mean = np.vecdot(self.used, self.effects) / k
        total = np.vecdot(self.used, (self.effects - mean[:, None]) ** 2)
        even = self._replace(variances=np.ones_like(self.variances))
        basis, _ = _orthogonalise(self.used, self.design)
        left = even.residuals(even.solve(np.zeros(1)).coefficients)
        hat = sum((b * b for b in basis), np.zeros(1))
        sampling = np.vecdot(self.used - hat, np.broadcast_to(self.variances, self.used.shape))
        return Plain(total, np.vecdot(self.used, left**2), sampling, k - len(self.design))

    def residuals(self, coefficients: FloatArray) -> FloatArray:
        """Return what coefficients of shape (B, p) leave of the effects, of shape (B, k)."""
        return np.asarray(self.effects - _combine(self.design, coefficients))

    def solve(self, tau2: FloatArray) -> Solution:
        """Return weighted least squares at each fit's own tau²."""
        w = self.used / (self.variances + np.broadcast_to(tau2, len(self.used))[:, None])
        weight = np.sqrt(w)
        basis, triangle = _orthogonalise(weight, self.design)
        root = np.linalg.inv(triangle)
        found = np.zeros((len(self.used), len(self.design)))
        for _ in range(2):  # what rounding leaves of the residuals is fitted once more
            left = weight * self.residuals(found)
            shares = []
            for b in basis:
                shares.append(np.vecdot(b, left))
                left = left - shares[-1][:, None] * b
            found = found + (root @ np.stack(shares, axis=-1)[..., None])[..., 0]
        return Solution(found, np.asarray(root), np.vecdot(left, left), w.sum(axis=1))


def find_ranks(used: FloatArray, design: FloatArray) -> NDArray[np.bool_]:
    """Say of each fit whether the studies that it uses tell all columns apart."""
    with np.errstate(invalid="ignore", divide="ignore"):
        _, triangle = _orthogonalise(used, design)
    left = np.abs(np.diagonal(triangle, axis1=-2, axis2=-1))
    whole = np.sqrt((triangle**2).sum(axis=-2))
    return np.asarray((left > _RANK * whole).all(axis=-1))


def _spread(fits: DesignFits) -> DesignFits:
    """Return fits with an axis for the points of a grid."""
    return DesignFits(*(part[..., None, :] for part in fits))


def _combine(design: FloatArray, coefficients: FloatArray) -> FloatArray:
    """Return the weighted sum of the columns for each fit."""
    return np.asarray(
        sum(c[:, None] * column for c, column in zip(coefficients.T, design, strict=True))
    )


def _orthogonalise(weight: FloatArray, design: FloatArray) -> tuple[list[FloatArray], FloatArray]:
    """Return the columns of Q, and R of shape (…, p, p), of weight × X = QR."""
    basis: list[FloatArray] = []
    size = len(design)
    triangle = np.zeros((*weight.shape[:-1], size, size))
    for j, column in enumerate(design):
        left = weight * column
        for i, b in enumerate(basis):
            share = np.vecdot(b, left)
            triangle[..., i, j] = share
            left -= share[..., None] * b
        length = np.sqrt(np.vecdot(left, left))
        triangle[..., j, j] = length
        left /= length[..., None]
        basis.append(left)
    return basis, triangle


def _sums(fits: DesignFits, tau2: FloatArray) -> DesignSums:
    """Return the sums at tau², whose shape is that of the fits without the studies."""
    effects, variances, used, design = fits
    w = used / (variances + tau2[..., None])
    weight = np.sqrt(w)
    basis, triangle = _orthogonalise(weight, design)
    e = weight * effects
    for b in basis:
        e -= np.vecdot(b, e)[..., None] * b
    w1, w2 = w.sum(axis=-1), np.vecdot(w, w)
    trace, trace2 = w1.copy(), w2.copy()
    we = w * e
    cube = np.vecdot(we, we)
    for i, b in enumerate(basis):
        wb = w * b
        cube -= np.vecdot(b, we) ** 2
        own = np.vecdot(b, wb)
        trace -= own
        trace2 += own**2 - 2 * np.vecdot(wb, wb)
        for other in basis[:i]:
            trace2 += 2 * np.vecdot(other, wb) ** 2
    k = np.broadcast_to(used.sum(axis=-1), tau2.shape)
    logs = np.log(np.diagonal(triangle, axis1=-2, axis2=-1)).sum(axis=-1)
    return DesignSums(
        k, k - len(design), w1, w2, np.vecdot(e, e), np.vecdot(we, e), cube, trace, trace2, 2 * logs
    )
