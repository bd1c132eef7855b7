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
from math import inf, nan, sqrt
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviewkit.agreement.chance import CHANCE
from reviewkit.agreement.intervals import Interval, wald_interval, wilson_interval
from reviewkit.agreement.patterns import View, patterns_of_table, view_once
from reviewkit.agreement.tables import Coefficient, CrossTable, Measure, Point
from reviewkit.agreement.weights import penalize

__all__ = ["COEFFICIENTS", "measure"]

FloatArray = NDArray[np.float64]


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


def _conger_kappa(table: CrossTable) -> Point:
    point = _cohen_kappa(table)
    return point if point.note else point._replace(note="of two raters: Cohen's kappa")


def _weighted_kappa(table: CrossTable) -> Point:
    assert table.weights is not None  # or the coefficient does not apply
    point = _kappa(table, table.distances)
    order = " < ".join(map(str, table.categories))
    return point._replace(note="; ".join(filter(None, [f"{table.weights}, {order}", point.note])))


def _kappa(table: CrossTable, penalty: NDArray[Any]) -> Point:
    """Return 1 - observed/expected disagreement, each cell at its whole-number penalty."""
    rows, columns = table.counts.sum(axis=1), table.counts.sum(axis=0)
    n = table.n
    # Whole numbers up to the one division: a kappa of 0.8 is 0.8 and no hair below a cut-point.
    expected = (rows @ penalty @ columns).item()
    observed = n * (penalty * table.counts).sum().item()
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


def _view(table: CrossTable, weighted: bool) -> View:
    """Return the cells of a table as patterns of items."""
    k = len(table.counts)
    weights = table.weights if weighted else None
    distances = penalize(weights, k, table.penalties if weighted else None)
    scaled = distances / max(distances.max(), 1e-300)
    metric = "" if weighted else table.metric
    values = None
    if metric in ("interval", "ratio"):
        values = np.array([float(str(category)) for category in table.categories])
    return view_once(patterns_of_table(table.counts), scaled, metric, values)


def _by_chance(
    name: str, label: str = "", *, weighted: bool = False, note: str = "",
    applies: Callable[[CrossTable], bool] | None = None,
) -> Coefficient:  # fmt: skip
    """Return a coefficient of any number of raters as one of two."""
    chance = CHANCE[name]

    def find(table: CrossTable) -> Point:
        if not (table.counts.size > 1):
            return Point(nan, None, f"one category only ({table.categories[0]}): 0/0")
        found = chance.find(_view(table, weighted))
        value = float(found.values[0])
        if np.isnan(value):
            return Point(nan, None, "both raters used one category only: 0/0, not 0 or 1")
        metric = table.metric if name == "krippendorff_alpha" and not weighted else ""
        notes = [f"{metric} metric" if metric else "", note]
        notes.append(table.weights or "" if weighted else "")
        said = "; ".join(filter(None, notes))
        return Point(value, found.slope.reshape(table.counts.shape), said)

    def draw(table: CrossTable, times: FloatArray) -> FloatArray:
        return chance.find(_view(table, weighted)._replace(times=times)).values

    floor = 0.0 if not chance.against_chance else -inf if weighted else -1.0
    bounds = (floor, 1.0)
    return Coefficient(
        label or chance.label, find, applies or (_is_weighted if weighted else _always),
        lambda table, value, se, z: wald_interval(value, se, z, bounds),
        against_chance=chance.against_chance, bounds=bounds, draw=draw,
    )  # fmt: skip


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


#: Coefficients by name, in the order in which they are printed.
COEFFICIENTS: Mapping[str, Coefficient] = MappingProxyType(
    {
        "percent_agreement": Coefficient(
            "percent agreement",
            _percent_agreement,
            _always,
            _of_share,
            against_chance=False,
            bounds=(0.0, 1.0),
        ),
        "cohen_kappa": Coefficient(
            "Cohen's kappa", _cohen_kappa, _always, _from_minus_1, against_chance=True
        ),
        "weighted_kappa": Coefficient(
            "weighted kappa", _weighted_kappa, _is_weighted, _from_minus_1, against_chance=True
        ),
        "pabak": Coefficient("PABAK", _pabak, _always, _of_pabak, against_chance=True),
        "gwet_ac1": _by_chance("gwet_ac1"),
        "gwet_ac2": _by_chance("gwet_ac1", "Gwet's AC2", weighted=True),
        "scott_pi": _by_chance("scott_pi"),
        "fleiss_kappa": _by_chance("fleiss_kappa", note="of two raters: Scott's pi"),
        "conger_kappa": Coefficient(
            "Conger's kappa", _conger_kappa, _always, _from_minus_1, against_chance=True
        ),
        "krippendorff_alpha": _by_chance("krippendorff_alpha"),
        "weighted_percent_agreement": _by_chance("percent_agreement", weighted=True),
        "weighted_pabak": _by_chance("pabak", weighted=True),
        "weighted_scott_pi": _by_chance("scott_pi", weighted=True),
        "weighted_krippendorff_alpha": _by_chance("krippendorff_alpha", weighted=True),
        "positive_agreement": Coefficient(
            "positive agreement",
            lambda table: _specific_agreement(table, table.positive),
            _is_oriented,
            _from_0,
            against_chance=False,
            bounds=(0.0, 1.0),
        ),
        "negative_agreement": Coefficient(
            "negative agreement",
            lambda table: _specific_agreement(table, table.negative),
            _is_oriented,
            _from_0,
            against_chance=False,
            bounds=(0.0, 1.0),
        ),
        "prevalence_index": Coefficient(
            "prevalence index", _prevalence_index, _is_binary, _from_minus_1, against_chance=False
        ),
        "bias_index": Coefficient(
            "bias index", _bias_index, _is_binary, _from_minus_1, against_chance=False
        ),
    }
)
