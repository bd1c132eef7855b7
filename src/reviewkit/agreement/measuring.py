"""Every coefficient that applies, with standard error, interval and label."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_level
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.agreement.agreed import SPANS, Row
from reviewkit.agreement.alpha import METRICS
from reviewkit.agreement.chance import CHANCE, Chance
from reviewkit.agreement.coefficients import COEFFICIENTS, measure
from reviewkit.agreement.intervals import INTERVALS, Interval, logit_interval, wald_interval
from reviewkit.agreement.panels import Panel
from reviewkit.agreement.patterns import View, draw_times, view_once
from reviewkit.agreement.scales import Scale
from reviewkit.agreement.tables import Coefficient, CrossTable, Measure
from reviewkit.agreement.weights import Weighting, penalize

__all__ = ["Asked", "as_numbers", "ask", "measure_panel", "measure_table"]

FloatArray = NDArray[np.float64]
Rng = np.random.Generator | int | None

#: Weighted coefficients that have a name of their own.
_WEIGHTED = {"gwet_ac1": "gwet_ac2"}


@dataclass(frozen=True, slots=True)
class Asked:
    """How a caller wants coefficients to be told."""

    level: float
    scale: Scale
    interval: str
    draws: int
    rng: Rng

    @property
    def z(self) -> float:
        """Normal quantile of the interval: 1.96 for 95 %."""
        return NormalDist().inv_cdf((1 + self.level) / 2)


class _Named(NamedTuple):
    """A coefficient of many raters under the name of its row."""

    name: str
    chance: Chance
    view: View
    weighted: bool
    note: str

    @property
    def bounds(self) -> tuple[float, float]:
        least = 0.0 if not self.chance.against_chance else -inf if self.weighted else -1.0
        return least, 1.0


def ask(level: float, scale: Scale, interval: str, draws: int, rng: Rng) -> Asked:
    """Return options that are sound."""
    check_choice("interval", interval, INTERVALS)
    if draws < 100:
        raise InputError(f"`draws` must be 100 or more. Got {draws!r}. 2000 are usual.")
    return Asked(check_level(level), scale, interval, draws, rng)


def as_numbers(categories: tuple[object, ...], metric: str) -> FloatArray | None:
    """Return the categories as numbers where the metric of alpha needs them."""
    check_choice("metric", metric, METRICS)
    if metric not in ("interval", "ratio"):
        return None
    try:
        values = np.array([float(str(category)) for category in categories])
    except ValueError:
        raise InputError(
            f"metric={metric!r} must be used on numbers. Got {list(categories)}. "
            f"Recode the verdicts, or use the metric 'nominal' or 'ordinal'."
        ) from None
    if metric == "ratio" and (values < 0).any():
        raise InputError(
            f"metric='ratio' must be used on numbers from 0 up. Got {values.min():g}. "
            f"Use the metric 'interval'."
        )
    return values


def measure_table(table: CrossTable, asked: Asked) -> tuple[Row, ...]:
    """Return every coefficient of two raters that applies."""
    draws = None
    if asked.interval == "bootstrap":
        draws = draw_times(table.counts.ravel(), asked.draws, np.random.default_rng(asked.rng))
    rows = []
    for name, coefficient in COEFFICIENTS.items():
        if coefficient.applies(table):
            found = measure(coefficient, table, asked.z)
            if not isnan(found.value) and asked.interval != "large-sample":
                drawn = None if draws is None else _draw(coefficient, table, draws)
                found = _replace(found, coefficient.bounds, asked, drawn)
            rows.append(_as_row(name, found, asked, coefficient.against_chance))
    return tuple(rows)


def _draw(coefficient: Coefficient, table: CrossTable, draws: FloatArray) -> FloatArray:
    if coefficient.draw is not None:
        return coefficient.draw(table, draws)
    shape = table.counts.shape
    tables = (table._replace(counts=row.astype(np.int64).reshape(shape)) for row in draws)
    return np.array([coefficient.find(one).value for one in tables])


def measure_panel(panel: Panel, weighting: Weighting, metric: str, asked: Asked) -> tuple[Row, ...]:
    """Return every coefficient of any number of raters that applies."""
    k = len(panel.categories)
    values = as_numbers(panel.categories, metric)
    plain = view_once(panel.patterns, penalize(None, k).astype(float), metric, values)
    named = [
        _Named(name, chance, plain, False, f"{metric} metric" * (name == "krippendorff_alpha"))
        for name, chance in CHANCE.items()
        if name != "scott_pi"
    ]
    if weighting.name is not None:
        penalties = penalize(weighting.name, k, weighting.fit(k)).astype(float)
        weighted = plain._replace(penalties=penalties / max(penalties.max(), 1e-300), metric="")
        named += [
            one._replace(name=_WEIGHTED.get(one.name, f"weighted_{one.name}"), view=weighted,
                         weighted=True, note=weighting.name)
            for one in named
            if one.name != "light_kappa"
        ]  # fmt: skip
    draws = None
    if asked.interval == "bootstrap":
        draws = draw_times(panel.patterns.times, asked.draws, np.random.default_rng(asked.rng))
    found = [(one, _measure_one(one, k, asked, draws)) for one in named]
    return tuple(_as_row(o.name, m, asked, o.chance.against_chance) for o, m in found)


def _measure_one(one: _Named, k: int, asked: Asked, draws: FloatArray | None) -> Measure:
    if k < 2 and one.chance.against_chance:
        return Measure(nan, nan, nan, nan, "all raters used one category only: 0/0, not 0 or 1")
    with np.errstate(divide="ignore", invalid="ignore"):
        found = one.chance.find(one.view)
    value, n = float(found.values[0]), found.items
    if isnan(value):
        note = "one category only, or raters without a common item: 0/0, not 0 or 1"
        return Measure(nan, nan, nan, nan, note)
    squares = float(one.view.times[0] @ found.slope**2)
    se = sqrt(squares / (n * (n - 1))) if n > 1 else nan
    interval = wald_interval(value, se, asked.z, one.bounds)
    note = "; ".join(filter(None, [one.note, interval.note]))
    measured = Measure(value, se, interval.low, interval.high, note)
    if asked.interval == "large-sample":
        return measured
    drawn = None
    if draws is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = one.chance.find(one.view._replace(times=draws)).values
    return _replace(measured._replace(note=one.note), one.bounds, asked, drawn)


def _replace(
    found: Measure, bounds: tuple[float, float], asked: Asked, drawn: FloatArray | None
) -> Measure:
    """Return a measure with the interval that was asked for."""
    if drawn is None:
        interval = logit_interval(found.value, found.se, asked.z, bounds)
        return _with(found, interval)
    known = drawn[~np.isnan(drawn)]
    tail = (1 - asked.level) / 2
    low, high = np.quantile(known, [tail, 1 - tail]) if known.size else (nan, nan)
    lost = drawn.size - known.size
    note = f"0/0 in {format_count(lost)} of {format_count(drawn.size)} draws" if lost else ""
    return _with(found, Interval(float(low), float(high), note))


def _with(found: Measure, interval: Interval) -> Measure:
    kept = [part for part in found.note.split("; ") if part and " cut at " not in part]
    notes = "; ".join([*kept, *filter(None, [interval.note])])
    return found._replace(low=interval.low, high=interval.high, note=notes)


def _as_row(name: str, found: Measure, asked: Asked, against_chance: bool) -> Row:
    label, notes = "", [found.note]
    if against_chance and not isnan(found.value):
        # Weighted ones can fall below -1: for words, that is the lowest band.
        value, low, high = (max(x, -1.0) for x in (found.value, found.low, found.high))
        label = asked.scale.label(value)
        spanned = asked.scale.labels_between(low, high)
        if len(spanned) > 1:
            notes.append(f"{SPANS} {spanned[0]} to {spanned[-1]}")
    note = "; ".join(filter(None, notes))
    return Row(name, found.value, found.se, found.low, found.high, label, note)
