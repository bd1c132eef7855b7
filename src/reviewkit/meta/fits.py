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

from reviewkit.meta.sums import Sums, sums_at, sums_on

__all__ = ["AnyFits", "Fits", "Plain", "Rows", "Scatter"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Rows = IntArray | NDArray[np.bool_] | slice


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
        return sums_at(*self, tau2)

    def on(self, grid: FloatArray) -> Sums:
        """Return the sums of each fit on a grid of shape (1 or B, points)."""
        return sums_on(*self, grid)

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
        return np.asarray((self.effects.max(axis=1) - self.effects.min(axis=1)) ** 2 / 2)

    def plain(self) -> Plain:
        """Return squared deviations from the plain mean, and what sampling errors add."""
        k = self.used.sum(axis=1)
        mean = np.vecdot(self.used, self.effects) / k
        squares = np.asarray(np.vecdot(self.used, (self.effects - mean[:, None]) ** 2))
        return Plain(squares, squares, np.vecdot(self.used, self.variances) / k * (k - 1), k - 1)
