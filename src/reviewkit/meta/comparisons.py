"""Effects of a comparison: two groups that count events or measure means, and correlations.

What a review of correlates pools beside prevalences.  Each effect is a function of the
columns that it names; it returns effects and their sampling variances.  To add
one, name it in :data:`COMPARISONS`; checks, messages and ``compute_effects`` follow.

Group 1 is compared with group 2: ratios are of 1 over 2, differences 1 less 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from reviewkit.meta.studies import Rule

__all__ = ["COMPARISONS", "Comparison"]

FloatArray = NDArray[np.float64]
Columns = Mapping[str, FloatArray]
Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An effect, the columns that it is made of and what these must hold."""

    label: str
    columns: tuple[str, ...]
    compute: Callable[[Columns], Pair]
    rules: tuple[Rule, ...]
    rule: str  # all of them in words


def _cells(columns: Columns) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return events and others of both groups; 0.5 goes to the four cells of a table with a 0."""
    a, n1, c, n2 = (columns[name] for name in _TABLE)
    cells = np.stack([a, n1 - a, c, n2 - c])
    a, b, c, d = cells + 0.5 * (cells == 0).any(axis=0)
    return a, b, c, d


def _log_odds_ratio(columns: Columns) -> Pair:
    a, b, c, d = _cells(columns)
    return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d


def _log_risk_ratio(columns: Columns) -> Pair:
    a, b, c, d = _cells(columns)
    n1, n2 = a + b, c + d
    return np.log(a / n1) - np.log(c / n2), b / (a * n1) + d / (c * n2)


def _risk_difference(columns: Columns) -> Pair:
    a, b, c, d = _cells(columns)
    n1, n2 = a + b, c + d
    return a / n1 - c / n2, a * b / n1**3 + c * d / n2**3


def _mean_difference(columns: Columns) -> Pair:
    m1, s1, n1, m2, s2, n2 = (columns[name] for name in _MEANS)
    return m1 - m2, s1**2 / n1 + s2**2 / n2


def _hedges_g(columns: Columns) -> Pair:
    """Standardise by the pooled deviation, without the bias of small samples (Hedges 1981)."""
    m1, s1, n1, m2, s2, n2 = (columns[name] for name in _MEANS)
    df = n1 + n2 - 2
    pooled = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
    exact = np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    g = exact * (m1 - m2) / pooled
    return g, 1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2))


def _fisher_z(columns: Columns) -> Pair:
    return np.arctanh(columns["correlation"]), 1 / (columns["total"] - 3)


def _not_whole(name: str) -> Rule:
    return Rule(name, "not a whole number", lambda c: np.floor(c[name]) < c[name])


def _not_above(name: str, least: float, why: str) -> Rule:
    return Rule(name, why, lambda c: c[name] <= least)


def _count_rules(group: int) -> tuple[Rule, ...]:
    events, total = f"events_{group}", f"total_{group}"
    return (
        Rule(events, "below 0", lambda c: c[events] < 0),
        _not_whole(events),
        _not_above(total, 0, "not above 0"),
        _not_whole(total),
        Rule(events, f"more than {total}", lambda c: (c[events] > c[total]) & (c[total] > 0)),
    )


def _mean_rules(group: int) -> tuple[Rule, ...]:
    deviation, total = f"sd_{group}", f"total_{group}"
    return (
        _not_above(deviation, 0, "not above 0"),
        _not_above(total, 1, "not above 1"),
        _not_whole(total),
    )


_TABLE = ("events_1", "total_1", "events_2", "total_2")
_MEANS = ("mean_1", "sd_1", "total_1", "mean_2", "sd_2", "total_2")
_COUNTED = (
    (*_count_rules(1), *_count_rules(2)),
    "Events and totals of both groups must be whole numbers, 0 <= events <= total and total > 0",
)
_MEASURED = (
    (*_mean_rules(1), *_mean_rules(2)),
    "Means must be numbers, standard deviations above 0 and totals whole numbers above 1",
)
_CORRELATED = (
    (
        Rule("correlation", "not between −1 and 1", lambda c: np.abs(c["correlation"]) >= 1),
        _not_above("total", 3, "not above 3"),
        _not_whole("total"),
    ),
    "Correlations must lie between −1 and 1, and totals be whole numbers above 3",
)

#: Effects of a comparison by name.
COMPARISONS: Mapping[str, Comparison] = MappingProxyType(
    {
        "log-odds-ratio": Comparison("log odds ratios", _TABLE, _log_odds_ratio, *_COUNTED),
        "log-risk-ratio": Comparison("log risk ratios", _TABLE, _log_risk_ratio, *_COUNTED),
        "risk-difference": Comparison("risk differences", _TABLE, _risk_difference, *_COUNTED),
        "mean-difference": Comparison("mean differences", _MEANS, _mean_difference, *_MEASURED),
        "hedges-g": Comparison("Hedges’ g", _MEANS, _hedges_g, *_MEASURED),
        "fisher-z": Comparison("Fisher’s z", ("correlation", "total"), _fisher_z, *_CORRELATED),
    }
)
