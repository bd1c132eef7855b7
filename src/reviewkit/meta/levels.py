"""Effects within clusters: the likelihood of two variances, between and within clusters.

Effect i of cluster j is drawn from ``Normal(x_i'b + u_j, v_i + within)`` with
``u_j`` from ``Normal(0, between)``, so that effects of one cluster are alike.  The
covariance of a cluster is a diagonal plus a constant.  With ``a = 1/(v + within)``, ``A = Σa``
and ``c = between/(1 + between·A)`` its inverse is ``diag(a) - c·aa'`` and its log-determinant
``Σ log(v + within) + log(1 + between·A)``: sums over clusters are all that is needed, and no
matrix is as large as a cluster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Inverse", "Levels", "Parts", "Point", "arrange"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_BLOCK = 2**21  # numbers in a table of clusters by points of a grid (16 MB)


class Point(NamedTuple):
    """The likelihood at some (between, within), and how it bends there."""

    deviance: float  # -2 log-likelihood, without the constant
    slope: FloatArray  # (2,); of the deviance
    observed: FloatArray  # (2, 2); its second derivatives
    expected: FloatArray  # (2, 2); what these are on average; never negative
    coefficients: FloatArray  # (p,)
    covariance: FloatArray  # (p, p)


class Parts(NamedTuple):
    """The deviance of n pairs of variances as the sum of two, of shape (n,) each."""

    spread: FloatArray  # log-determinants; rises with either variance, and is concave
    distance: FloatArray  # weighted squares of residuals; falls, and is convex
    slope: FloatArray  # (n, 2); of the distance


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Effects, design and clusters, sorted so that a cluster is one stretch of rows."""

    effects: FloatArray  # (k,)
    variances: FloatArray  # (k,)
    design: FloatArray  # (k, p)
    starts: IntArray  # (clusters,); first row of each
    sizes: IntArray  # (clusters,)
    restricted: bool  # REML, else ML

    def scale(self) -> tuple[Levels, float]:
        """Return the same in units of the least variance, and that unit.

        What plain least squares explain is taken off the effects, so that a common
        part that is large does not cost digits of the deviance.
        """
        unit = float(self.variances.min())
        crude = np.linalg.lstsq(self.design, self.effects)[0]
        effects = (self.effects - self.design @ crude) / np.sqrt(unit)
        rest = self.design, self.starts, self.sizes, self.restricted
        return Levels(effects, self.variances / unit, *rest), unit

    def add(self, rows: FloatArray) -> FloatArray:
        """Return sums over the rows of each cluster."""
        return np.asarray(np.add.reduceat(rows, self.starts, axis=0))

    def spread(self, clusters: FloatArray) -> FloatArray:
        """Return for each row what belongs to its cluster."""
        return np.repeat(clusters, self.sizes, axis=0)

    def on(self, between: FloatArray, within: FloatArray) -> FloatArray:
        """Return the deviance on a grid, of shape (within, between)."""
        z = np.column_stack([self.design, self.effects])
        squares = (z[:, :, None] * z[:, None, :]).reshape(len(z), -1)
        table = []
        step = max(1, _BLOCK // max(len(z), len(self.starts) * between.size))
        for start in range(0, within.size, step):
            total = self.variances[:, None] + within[start : start + step]
            a = 1 / total  # (k, points)
            weight = self.add(a)  # (clusters, points)
            sums = self.add(a[:, :, None] * z[:, None, :])
            outer = (sums[..., :, None] * sums[..., None, :]).reshape(*sums.shape[:2], -1)
            inflated = 1 + between * weight[..., None]  # (clusters, points, between)
            shrink = (between / inflated).transpose(1, 2, 0)
            cross = (a.T @ squares)[:, None] - shrink @ outer.transpose(1, 0, 2)
            logs = np.log(total).sum(axis=0)[:, None] + np.log(inflated).sum(axis=0)
            table.append(logs + self._explain(cross.reshape(*cross.shape[:2], *[z.shape[1]] * 2)))
        return np.concatenate(table)

    def spreads(self, sigma2: FloatArray) -> FloatArray:
        """Return the log-determinants at pairs (between, within) of shape (n, 2)."""
        return np.concatenate([self._parts(some, self.design)[0] for some in self._cut(sigma2)])

    def parts(self, sigma2: FloatArray) -> Parts:
        """Return the deviance at pairs (between, within) of shape (n, 2), in its two parts."""
        z = np.column_stack([self.design, self.effects])
        found = []
        for some in self._cut(sigma2):
            spread, cross, near = self._parts(some, z)
            solved = np.linalg.solve(cross[:, :-1, :-1], cross[:, :-1, -1:])[..., 0]
            away, middle = (part[..., -1] - np.vecdot(part[..., :-1], solved) for part in near[:2])
            a, share = near[2:]
            u = a * (away + self.spread(share * middle))
            weight = self.add(a) * share
            distance = (a * away**2).sum(axis=0) + (weight * middle**2).sum(axis=0)
            slope = -np.column_stack([((weight * middle) ** 2).sum(axis=0), (u * u).sum(axis=0)])
            found.append(Parts(spread, distance, slope))
        return Parts(*map(np.concatenate, zip(*found, strict=True)))

    def _cut(self, sigma2: FloatArray) -> list[FloatArray]:
        """Return pairs of variances in blocks."""
        step = max(1, _BLOCK // (4 * len(self.effects) * (self.design.shape[1] + 1)))
        return [sigma2[start : start + step] for start in range(0, len(sigma2), step)]

    def _parts(
        self, sigma2: FloatArray, z: FloatArray
    ) -> tuple[FloatArray, FloatArray, tuple[FloatArray, ...]]:
        """Return log-determinants, cross-products z'V⁻¹z, and what these are made of.

        Columns are split into the mean of each cluster and what is away from it, measured
        from a row of the cluster: no sum is then a small difference of large ones, however
        much more clusters vary than rows.
        """
        between, within = sigma2.T
        total = self.variances[:, None] + within
        a = 1 / total  # (k, points)
        weight = self.add(a)  # (clusters, points)
        inflated = 1 + between * weight
        first = z[self.starts]
        away = (z - self.spread(first))[:, None]
        mean = self.add(a[..., None] * away) / weight[..., None]
        away, middle = away - self.spread(mean), first[:, None] + mean
        rows, clusters = away.transpose(1, 2, 0), middle.transpose(1, 2, 0)
        cross = (rows * a.T[:, None]) @ rows.swapaxes(1, 2)
        cross += (clusters * (weight / inflated).T[:, None]) @ clusters.swapaxes(1, 2)
        spread = np.log(total).sum(axis=0) + np.log(inflated).sum(axis=0)
        if self.restricted:
            p = self.design.shape[1]
            spread = spread + np.linalg.slogdet(cross[:, :p, :p])[1]
        return spread, cross, (away, middle, a, 1 / inflated)

    def _explain(self, cross: FloatArray) -> FloatArray:
        """Return weighted squared residuals (and log|X'WX| under REML) of cross-products."""
        information, right = cross[..., :-1, :-1], cross[..., :-1, -1:]
        solved = np.linalg.solve(information, right)
        left = cross[..., -1, -1] - (right * solved).sum(axis=(-1, -2))
        return np.asarray(left + (np.linalg.slogdet(information)[1] if self.restricted else 0.0))

    def at(self, sigma2: FloatArray) -> Point:
        """Return the likelihood and its derivatives at (between, within).

        With V_m the derivative of the covariance V by a variance, W the inverse of V and
        ``P = W - WX(X'WX)⁻¹X'W``, the slopes are ``tr(PV_m) - y'PV_mPy`` and the second
        derivatives ``2y'PV_mPV_nPy - tr(PV_mPV_n)``; ML has W for P in the traces.
        """
        inverse = self.invert(sigma2)
        wx = inverse.solve(self.design)
        covariance = np.asarray(np.linalg.inv(self.design.T @ wx), dtype=float)
        coefficients = covariance @ (wx.T @ self.effects)
        residuals = self.effects - self.design @ coefficients
        u = inverse.solve(residuals[:, None])
        moves = np.hstack([self._move(m, u) for m in (0, 1)])
        reach = wx.T @ moves
        quadratic = moves.T @ inverse.solve(moves) - reach.T @ covariance @ reach
        traces, squares = inverse.traces()
        deviance = inverse.log_determinant + residuals @ u[:, 0]
        if self.restricted:
            deviance -= np.linalg.slogdet(covariance)[1]
            moved = [self._move(m, wx) for m in (0, 1)]
            inner = [covariance @ (wx.T @ part) for part in moved]
            for m, n in ((0, 0), (0, 1), (1, 0), (1, 1)):
                mixed = covariance @ (moved[m].T @ inverse.solve(moved[n]))
                squares[m, n] += np.trace(inner[m] @ inner[n] - 2 * mixed)
            traces -= [np.trace(part) for part in inner]
        slope = traces - u[:, 0] @ moves
        observed = 2 * quadratic - squares
        return Point(
            float(deviance),
            slope,
            observed,
            squares,
            np.asarray(coefficients),
            np.asarray(covariance),
        )

    def invert(self, sigma2: FloatArray) -> Inverse:
        """Return the inverse of the covariance at (between, within)."""
        between, within = sigma2
        a = 1 / (self.variances + within)
        weight = self.add(a)
        inflated = 1 + between * weight
        return Inverse(self, a, weight, inflated, between / inflated)

    def _move(self, variance: int, rows: FloatArray) -> FloatArray:
        """Return V_m times some columns: their sums over clusters, or they themselves."""
        return rows if variance else self.spread(self.add(rows))


class Inverse(NamedTuple):
    """The inverse W of the covariance of all effects, by its parts."""

    levels: Levels
    a: FloatArray  # (k,); its diagonal, before …
    weight: FloatArray  # (clusters,); sums of that
    inflated: FloatArray  # 1 + between·weight
    shrink: FloatArray  # … so much of aa' is taken off in each cluster

    def solve(self, rows: FloatArray) -> FloatArray:
        """Return W times some columns."""
        scaled = self.a[:, None] * rows
        lost = self.levels.spread(self.shrink[:, None] * self.levels.add(scaled))
        return np.asarray(scaled - self.a[:, None] * lost)

    @property
    def log_determinant(self) -> float:
        """That of the covariance itself."""
        return float(np.log(self.inflated).sum() - np.log(self.a).sum())

    def traces(self) -> tuple[FloatArray, FloatArray]:
        """Return tr(WV_m), and tr(WV_mWV_n) as a matrix."""
        _, a, weight, inflated, shrink = self
        second, third = self.levels.add(a**2), self.levels.add(a**3)
        both = (second / inflated**2).sum()
        alone = (second - 2 * shrink * third + (shrink * second) ** 2).sum()
        squares = np.array([[((weight / inflated) ** 2).sum(), both], [both, alone]])
        return np.array([(weight / inflated).sum(), weight.sum() - shrink @ second]), squares


def arrange(
    effects: FloatArray, variances: FloatArray, design: FloatArray, clusters: IntArray, method: str
) -> Levels:
    """Return the rows sorted by cluster; `clusters` numbers the cluster of each row."""
    order = np.argsort(clusters, kind="stable")
    sizes = np.bincount(clusters)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    parts = (effects[order], variances[order], design[order])
    return Levels(*parts, starts, sizes, method == "REML")
