"""Axes with little room: round ends, and labels at these and at 0 only."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from reviewkit.present.lettering import TextStyle
from reviewkit.present.scale import SCALES, Axis, make_axis

__all__ = ["choose_ticks", "fit_axis", "measure_ends"]

LARGE, SMALL = 1e5, 1e-3  # beyond, labels are powers of ten
ROOMY = 400.0  # points on which round ends are found


def fit_axis(
    scale: str, values: Iterable[float], span: tuple[float, float], style: TextStyle
) -> Axis:
    """Return an axis that holds all values, and whose labels at both ends lie within a span."""
    finite = [value for value in values if math.isfinite(value)]
    largest = max(map(abs, finite), default=0.0)
    unit = 10.0 ** math.floor(math.log10(largest)) if largest else 1.0
    unit = 1.0 if SCALES[scale].high < math.inf else unit  # shares have ends of their own
    axis = make_axis(SCALES[scale], [v / unit for v in finite], (0.0, ROOMY), style)
    ticks = tuple(unit * tick for tick in axis.ticks)
    axis = replace(axis, low=unit * axis.low, high=unit * axis.high, ticks=ticks)
    labels = _write_ticks(axis)
    inset = max(style.measure(labels[0]), style.measure(labels[-1])) / 2
    return replace(axis, left=span[0] + inset, right=span[1] - inset)


def measure_ends(scale: str, values: Iterable[float], style: TextStyle) -> float:
    """Return the room that the labels of both ends need beside one another."""
    labels = _write_ticks(fit_axis(scale, values, (0.0, 1.0), style))
    longest = max(style.measure(labels[0]), style.measure(labels[-1]))
    both = style.measure(labels[0]) + style.measure(labels[-1])
    return max(both / 2 + 0.2 * style.size + longest, both)


def choose_ticks(axis: Axis, style: TextStyle) -> list[tuple[float, str]]:
    """Return places and labels of both ends, and of 0, as far as there is room."""
    ticks = [*zip(axis.ticks, _write_ticks(axis), strict=True)]
    kept: dict[float, tuple[float, str]] = {}
    for tick, label in (ticks[-1], ticks[0], *(t for t in ticks if t[0] == 0)):
        x, half = axis.at(tick), style.measure(label) / 2 + 0.2 * style.size
        if all(abs(x - y) >= half + style.measure(text) / 2 for y, text in kept.values()):
            kept[tick] = (x, label)
    return [*kept.values()]


def _write_ticks(axis: Axis) -> tuple[str, ...]:
    """Return the labels of all ticks."""
    if SMALL <= axis.scale.factor * max(map(abs, axis.ticks)) < LARGE:
        return axis.labels()
    return tuple(f"{axis.scale.factor * tick:.2g}".replace("-", "−") for tick in axis.ticks)
