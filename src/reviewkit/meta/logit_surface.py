"""The likelihood of the binomial–normal model, of a mean or of a design, for many fits.

The log odds of study i are drawn from ``Normal(x_i'b, tau²)``: one column of ones is a
mean, p columns are a meta-regression or groups.  For any tau² the log-likelihood is concave
in b, since that of a logit is, and integrating a concave one over a normal keeps it so
(Prékopa 1973); only tau² can have several peaks.
:mod:`~reviewkit.meta.climb` finds them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from reviewkit._core.errors import ConvergenceError
from reviewkit.meta.count_fits import CountFits, find_edge
from reviewkit.meta.quadrature import LADDER, integrate_logits
from reviewkit.meta.surfaces import Edge, Terms, shorten, solve

__all__ = ["LogitSurface"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_BLOCK = 2**14  # studies that are integrated at a time
_STEP = 1e-10  # Newton's steps shrink to their squares
_STEPS = 100
_HALVINGS = 30


class LogitSurface:
    """The log-likelihood of fits by b and tau², as :mod:`~reviewkit.meta.climb` sees it.

    `design` has shape (k, p) and is shared by all fits; left out, it is a column of ones.
    Its columns have squares of mean 1, so that steps of b are steps of logits.
    """

    efforts = len(LADDER)

    def __init__(self, fits: CountFits, design: FloatArray | None = None) -> None:
        x, n = fits.events, fits.total
        self.fits = fits
        self.y = np.log((x + 0.5) / (n - x + 0.5))
        self.variance = (n + 1) / ((x + 0.5) * (n - x + 0.5))
        self.unit = -fits.most(-self.variance)
        self.top = (fits.most(self.y) + fits.most(-self.y)) ** 2 + 4
        self.design = np.ones((fits.used.shape[1], 1)) if design is None else design
        k, p = self.design.shape
        self.products = (self.design[:, :, None] * self.design[:, None]).reshape(k, p * p)
        if design is None:
            self.edge = find_edge(fits, lambda r, v: 0.5 * (r * r - v))
        else:
            self.edge = self._find_edge()

    def guess(self, fit: IntArray, spread: FloatArray) -> FloatArray:
        """Return least squares of the logits, weighted as if they were normal."""
        rows = self.fits.used[fit]
        y, variance = (part if len(part) == 1 else part[fit] for part in (self.y, self.variance))
        weight = rows / (variance + spread[:, None])
        return solve(-self._square(weight), -(weight * y) @ self.design)

    def at(self, fit: IntArray, location: FloatArray, spread: FloatArray, effort: int) -> Terms:
        """Return the log-likelihood and its derivatives, some rows at a time."""
        parts = []
        for start in range(0, len(fit), step := max(1, _BLOCK // self.fits.used.shape[1])):
            some = slice(start, start + step)
            x, n, used = self.fits.rows(fit[some])
            eta = location[some] @ self.design.T
            cells = integrate_logits(x, n, eta, spread[some, None], LADDER[effort])
            parts.append(
                (
                    np.vecdot(cells.value, used),
                    (cells.m * used) @ self.design,
                    np.vecdot(cells.s, used),
                    self._square(cells.mm * used),
                    (cells.ms * used) @ self.design,
                    np.vecdot(cells.ss, used),
                )
            )
        if len(parts) == 1:
            return Terms(*parts[0])
        return Terms(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _square(self, cells: FloatArray) -> FloatArray:
        """Return X' diag(cells) X of each row."""
        p = self.design.shape[1]
        return np.asarray((cells @ self.products).reshape(len(cells), p, p))

    def _find_edge(self) -> Edge:
        """Return logistic regressions, the fits without spread, by Newton's method."""
        used = self.fits.used
        b = self.guess(np.arange(len(used)), self.unit)
        value, slope, information, _ = self._logistic(b)
        for _ in range(_STEPS):
            step = shorten(solve(-information, -slope))
            gain = np.vecdot(step, slope)
            if (gain <= _STEP**2).all():
                break
            for _ in range(_HALVINGS):
                there = self._logistic(b + step)
                worse = there[0] < value - 1e-9 * np.abs(value)
                if not worse.any():
                    break
                step[worse] /= 2
            b = b + step
            value, slope, information, _ = there
        else:
            raise ConvergenceError(
                f"A logistic regression must settle in {_STEPS} steps. Got fits that did not. "
                f"Pool with model='random', and report the data as a bug."
            )
        return Edge(b, value, self._logistic(b)[3], information)

    def _logistic(self, b: FloatArray) -> tuple[FloatArray, ...]:
        """Return the log-likelihood at tau² = 0, its slope and information, and slope by tau²."""
        x, n, used = self.fits
        eta = b @ self.design.T
        p = expit(eta)
        r, v = x - n * p, n * p * expit(-eta)
        value = np.vecdot(x * eta - n * np.logaddexp(0, eta), used)
        return (
            value, (r * used) @ self.design, self._square(v * used),
            np.vecdot(0.5 * (r * r - v), used),
        )  # fmt: skip
