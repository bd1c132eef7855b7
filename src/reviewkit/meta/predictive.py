"""How true prevalences are spread over settings, and what that makes of counts.

A pooled result says two things about settings.  The fitted distribution takes its
parameters at their word: its mean is the population-averaged prevalence.  The predictive
one, for a setting not seen yet, is wider by what the estimate is uncertain; its
quantiles are the prediction interval.  Both are a location and a scale on which the
logit (or another transformation of prevalence) is normal or t, or a beta distribution.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betainc, betaincc, betaincinv, betaln, gammaln, ndtr, stdtr, stdtrit

__all__ = ["BetaLaw", "PredictiveLaw", "ScaledLaw", "average_normal"]

FloatArray = NDArray[np.float64]

_END = 9.0  # standard deviations, beyond which a normal has 1e-19 of its mass
_NODES = 10  # to a panel
_PANEL = 0.05  # width of a panel in standard deviations, at most
_MOST_PANELS = 2**15
_HALVINGS = 200


class PredictiveLaw(ABC):
    """The distribution of a setting's true prevalence."""

    @abstractmethod
    def exceed(self, share: float) -> float:
        """Return the probability that the prevalence is more than `share`."""

    @abstractmethod
    def count_at_most(self, cases: int, people: int) -> float:
        """Return the probability of so many cases or fewer among people of one setting."""

    def find_cases(self, people: int, tail: float) -> int:
        """Return the fewest cases that are not exceeded with probability `tail` or more."""
        low, high = 0, people
        while low < high:
            middle = (low + high) // 2
            if self.count_at_most(middle, people) >= tail:
                high = middle
            else:
                low = middle + 1
        return low


@dataclass(frozen=True, slots=True)
class ScaledLaw(PredictiveLaw):
    """A prevalence whose transformation is t, or normal where `df` is infinite."""

    inverse: Callable[[FloatArray], FloatArray]  # from the scale of the analysis, increasing
    location: float
    scale: float
    df: float

    def exceed(self, share: float) -> float:
        """Return the probability that the prevalence is more than `share`."""
        low, high = -1e3, 1e3  # no transformation has prevalences beyond
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if float(self.inverse(np.array(middle))) <= share:
                low = middle
            else:
                high = middle
        if self.scale == 0:
            return float(self.location > low)
        distance = (self.location - low) / self.scale
        return float(ndtr(distance) if np.isinf(self.df) else stdtr(self.df, distance))

    def count_at_most(self, cases: int, people: int) -> float:
        """Return the probability of so many cases or fewer among people of one setting."""
        z, weight = _panels(-_END, _END, min(_PANEL, 1 / (self.scale * people**0.5 + 1e-9)))
        t = z
        if not np.isinf(self.df):  # from the near tail, where a probability keeps its digits
            t = np.where(z > 0, -1.0, 1.0) * stdtrit(self.df, ndtr(-np.abs(z)))
        share = self.inverse(self.location + self.scale * t)
        return float(weight @ bdtr(cases, people, share))


@dataclass(frozen=True, slots=True)
class BetaLaw(PredictiveLaw):
    """A prevalence that is beta."""

    alpha: float
    beta: float

    def exceed(self, share: float) -> float:
        """Return the probability that the prevalence is more than `share`."""
        return float(betaincc(self.alpha, self.beta, share))

    def median(self) -> float:
        """Return the prevalence that half of all settings exceed."""
        found = float(betaincinv(self.alpha, self.beta, 0.5))
        return found if np.isfinite(found) else float(betainc(self.alpha, self.beta, 0.5) < 0.5)

    def count_at_most(self, cases: int, people: int) -> float:
        """Return the probability of so many cases or fewer among people of one setting."""
        x = np.arange(cases + 1.0)
        choose = gammaln(people + 1) - gammaln(x + 1) - gammaln(people - x + 1)
        ratio = betaln(x + self.alpha, people - x + self.beta) - betaln(self.alpha, self.beta)
        return min(1.0, float(np.exp(choose + ratio).sum()))


def average_normal(
    inverse: Callable[[FloatArray], FloatArray], location: float, spread: float
) -> float:
    """Return the mean prevalence where the transformation is normal.

    Parameters
    ----------
    inverse : callable
        From the scale of the analysis to a prevalence; increasing, cut at 0 and 1.
    location, spread : float
        Mean and standard deviation.
    """
    if spread == 0 or not np.isfinite(location):
        return float(inverse(np.array(location)))

    def share_at(z: FloatArray) -> FloatArray:
        return inverse(location + spread * z)

    # What is cut has a corner: integrate between corners, and add the mass at 1.
    low, high = _find_corner(share_at, 0.0), _find_corner(share_at, 1.0)
    if high <= low:
        return float(ndtr(-high))
    z, weight = _panels(low, high, min(_PANEL * 4, 0.5 / spread))
    return float(weight @ share_at(z) + (ndtr(-high) if high < _END else 0.0))


def _find_corner(share_at: Callable[[FloatArray], FloatArray], cut: float) -> float:
    """Return the last z with a share of 0, or the first with one of 1."""
    low, high = -_END, _END
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        share = float(share_at(np.array(middle)))
        if share >= 1 if cut else share > 0:
            high = middle
        else:
            low = middle
    return high if cut else low


def _panels(low: float, high: float, width: float) -> tuple[FloatArray, FloatArray]:
    """Return nodes between two ends, and their weights for the normal density."""
    count = int(np.clip(np.ceil((high - low) / width), 1, _MOST_PANELS))
    node, weight = _legendre()
    edges = np.linspace(low, high, count + 1)
    half = np.diff(edges)[:, None] / 2
    z = (edges[:-1, None] + half * (1 + node)).ravel()
    return z, (half * weight).ravel() * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


@cache
def _legendre() -> tuple[FloatArray, FloatArray]:
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    node.flags.writeable = weight.flags.writeable = False
    return node, weight
