"""What a coefficient of two raters is made of: its table, its value and slope, its registry entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.agreement.intervals import Interval
from reviewkit.agreement.weights import penalize

__all__ = ["Coefficient", "CrossTable", "Measure", "Point"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class CrossTable(NamedTuple):
    """How often two raters chose each pair of categories."""

    counts: IntArray  # (k, k); rows are the first rater's
    categories: tuple[object, ...]  # (k,); in their order, where they have one
    positive: int | None  # place of "include", or of the first of two categories
    negative: int | None  # place of "exclude", or of the second
    weights: str | None  # a key of WEIGHTS, or "own weights"
    penalties: NDArray[Any] | None = None  # (k, k); of disagreement, where weights are the caller's
    metric: str = "nominal"  # of Krippendorff's alpha

    @property
    def n(self) -> int:
        """Number of items that both raters decided."""
        return int(self.counts.sum())

    @property
    def distances(self) -> NDArray[Any]:
        """Penalty of each pair of categories, in whole numbers where it can be."""
        return penalize(self.weights, len(self.counts), self.penalties)


class Point(NamedTuple):
    """The value of a coefficient and its slope, or why there is none."""

    value: float
    slope: FloatArray | None  # (k, k); derivative by the share of each cell
    note: str = ""


class Measure(NamedTuple):
    """A coefficient with its standard error and interval; NaN where undefined."""

    value: float
    se: float
    low: float
    high: float
    note: str


class Coefficient(NamedTuple):
    """A coefficient: what it is called, where it applies, how it is found."""

    label: str
    find: Callable[[CrossTable], Point]
    applies: Callable[[CrossTable], bool]
    interval: Callable[[CrossTable, float, float, float], Interval]  # of table, value, se, z
    against_chance: bool  # on the scale of kappa, so that a verbal label has a meaning
    bounds: tuple[float, float] = (-1.0, 1.0)
    draw: Callable[[CrossTable, FloatArray], FloatArray] | None = None  # of (B, k²) counts
