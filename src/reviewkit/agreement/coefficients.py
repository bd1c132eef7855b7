"""Coefficients of agreement between two raters, from their cross-table.

One model stands behind all of them.  n items fall into the k² cells of a table,
and the counts are multinomial with shares p.  A coefficient is a smooth function
of p; by the delta method its sampling variance is the variance of its slope over
the cells, divided by n.  For kappa and weighted kappa that is the large-sample
variance of Fleiss, Cohen and Everitt, under sampling and not under chance.

To add a coefficient, write a function from :class:`CrossTable` to its value and
slope and name it in :data:`COEFFICIENTS`; standard error, interval, label, frame
and tests follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import nan, sqrt
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.agreement.intervals import Interval, wald_interval, wilson_interval

__all__ = ["COEFFICIENTS", "WEIGHTS", "Coefficient", "CrossTable", "Measure", "measure"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class CrossTable(NamedTuple):
    """How often two raters chose each pair of categories."""

    counts: IntArray  # (k, k); rows are the first rater's
    categories: tuple[object, ...]  # (k,); in their order, where they have one
    positive: int | None  # place of "include", or of the first of two categories
    negative: int | None  # place of "exclude", or of the second
    weights: str | None  # a key of WEIGHTS

    @property
    def n(self) -> int:
        """Number of items that both raters decided."""
        return int(self.counts.sum())


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


def measure(coefficient: Coefficient, table: CrossTable, z: float) -> Measure:
    """Return a coefficient of a table with its large-sample standard error.

    `z` is the normal quantile of the interval: 1.96 for 95 %.
    """
    point = coefficient.find(table)
    if point.slope is None:
        return Measure(nan, nan, nan, nan, point.note)
    shares = table.counts / table.n
    centred = point.slope - (shares * point.slope).sum()
    se = sqrt(float((shares * centred**2).sum()) / table.n)
    interval = coefficient.interval(table, point.value, se, z)
    notes = [point.note, interval.note]
    if interval.low == interval.high:
        notes.append("standard error 0: the table shows no sampling variation")
    return Measure(point.value, se, interval.low, interval.high, "; ".join(filter(None, notes)))


def _percent_agreement(table: CrossTable) -> Point:
    return Point(_agreed(table) / table.n, np.eye(len(table.counts)))


def _pabak(table: CrossTable) -> Point:
    """Set chance agreement to 1/k, as if all categories were equally frequent."""
    k = len(table.counts)
    if k < 2:
        return Point(nan, None, f"one category only ({table.categories[0]})")
    value = (k * _agreed(table) - table.n) / ((k - 1) * table.n)
    note = f"Brennan and Prediger's, for {k} categories" if k > 2 else ""
    return Point(value, np.eye(k) * k / (k - 1), note)


def _cohen_kappa(table: CrossTable) -> Point:
    return _kappa(table, 1 - np.eye(len(table.counts), dtype=np.int64))


def _weighted_kappa(table: CrossTable) -> Point:
    assert table.weights is not None  # or the coefficient does not apply
    places = np.arange(len(table.counts))
    distance = np.abs(places[:, None] - places)
    point = _kappa(table, WEIGHTS[table.weights](distance))
    order = " < ".join(map(str, table.categories))
    return point._replace(note="; ".join(filter(None, [f"{table.weights}, {order}", point.note])))


def _kappa(table: CrossTable, penalty: IntArray) -> Point:
    """Return 1 - observed/expected disagreement, each cell at its whole-number penalty."""
    rows, columns = table.counts.sum(axis=1), table.counts.sum(axis=0)
    n = table.n
    # Whole numbers up to the one division: a kappa of 0.8 is 0.8 and no hair below a cut-point.
    expected = int(rows @ penalty @ columns)
    observed = n * int((penalty * table.counts).sum())
    if expected == 0:
        only = table.categories[int(rows.argmax())]
        return Point(
            nan, None, f"both raters used one category only ({only}): kappa is 0/0, not 0 or 1"
        )
    by_chance = np.add.outer(penalty @ columns, rows @ penalty) / n
    slope = (by_chance * (observed / expected) - penalty) * (n * n / expected)
    return Point((expected - observed) / expected, slope)


def _specific_agreement(table: CrossTable, place: int | None) -> Point:
    """Return the share of agreement among all choices of one category."""
    assert place is not None  # or the coefficient does not apply
    chosen = np.zeros_like(table.counts, dtype=float)
    chosen[place, :] += 1
    chosen[:, place] += 1
    both, total = int(table.counts[place, place]), int((chosen * table.counts).sum())
    if total == 0:
        return Point(nan, None, f"no rater chose {table.categories[place]}: 0/0")
    slope = -chosen * (2 * both / total)
    slope[place, place] += 2
    return Point(2 * both / total, slope * (table.n / total))


def _prevalence_index(table: CrossTable) -> Point:
    slope = _cells(table, table.positive, table.positive)
    slope -= _cells(table, table.negative, table.negative)
    return Point(float((slope * table.counts).sum()) / table.n, slope)


def _bias_index(table: CrossTable) -> Point:
    slope = _cells(table, table.positive, table.negative)
    slope -= _cells(table, table.negative, table.positive)
    return Point(float((slope * table.counts).sum()) / table.n, slope)


def _cells(table: CrossTable, row: int | None, column: int | None) -> FloatArray:
    """Return a table of zeros with a 1 in one cell."""
    marked = np.zeros(table.counts.shape)
    marked[row, column] = 1
    return marked


def _agreed(table: CrossTable) -> int:
    return int(table.counts.trace())


def _always(table: CrossTable) -> bool:
    return True


def _is_oriented(table: CrossTable) -> bool:
    """Say whether it is known which category is the positive one."""
    return table.positive is not None


def _is_binary(table: CrossTable) -> bool:
    return _is_oriented(table) and len(table.counts) == 2


def _is_weighted(table: CrossTable) -> bool:
    return table.weights is not None


def _of_share(table: CrossTable, value: float, se: float, z: float) -> Interval:
    return wilson_interval(_agreed(table), table.n, z)


def _of_pabak(table: CrossTable, value: float, se: float, z: float) -> Interval:
    """Carry the interval of the share agreed over to its straight-line function."""
    k, share = len(table.counts), _of_share(table, value, se, z)
    return Interval((k * share.low - 1) / (k - 1), (k * share.high - 1) / (k - 1))


def _from_0(table: CrossTable, value: float, se: float, z: float) -> Interval:
    return wald_interval(value, se, z, (0.0, 1.0))


def _from_minus_1(table: CrossTable, value: float, se: float, z: float) -> Interval:
    return wald_interval(value, se, z, (-1.0, 1.0))


#: Penalties of disagreement by the distance of two categories in their order.
WEIGHTS: Mapping[str, Callable[[IntArray], IntArray]] = MappingProxyType(
    {"linear": lambda distance: distance, "quadratic": lambda distance: distance**2}
)

#: Coefficients by name, in the order in which they are printed.
COEFFICIENTS: Mapping[str, Coefficient] = MappingProxyType(
    {
        "percent_agreement": Coefficient(
            "percent agreement", _percent_agreement, _always, _of_share, against_chance=False
        ),
        "cohen_kappa": Coefficient(
            "Cohen's kappa", _cohen_kappa, _always, _from_minus_1, against_chance=True
        ),
        "weighted_kappa": Coefficient(
            "weighted kappa", _weighted_kappa, _is_weighted, _from_minus_1, against_chance=True
        ),
        "pabak": Coefficient("PABAK", _pabak, _always, _of_pabak, against_chance=True),
        "positive_agreement": Coefficient(
            "positive agreement",
            lambda table: _specific_agreement(table, table.positive),
            _is_oriented,
            _from_0,
            against_chance=False,
        ),
        "negative_agreement": Coefficient(
            "negative agreement",
            lambda table: _specific_agreement(table, table.negative),
            _is_oriented,
            _from_0,
            against_chance=False,
        ),
        "prevalence_index": Coefficient(
            "prevalence index", _prevalence_index, _is_binary, _from_minus_1, against_chance=False
        ),
        "bias_index": Coefficient(
            "bias index", _bias_index, _is_binary, _from_minus_1, against_chance=False
        ),
    }
)
