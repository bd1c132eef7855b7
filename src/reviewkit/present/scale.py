"""Scales on which estimates are shown, and the axis below a panel.

A frame holds proportions in [0, 1]; a scale says what the reader sees, per
cent for example.  To add one, name it in :data:`SCALES`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_number
from reviewkit.present.lettering import TextStyle

__all__ = ["SCALES", "Axis", "Scale", "make_axis"]


@dataclass(frozen=True, slots=True)
class Scale:
    """How numbers of a frame are shown: multiplied by `factor`, between `low` and `high`."""

    heading: str
    factor: float = 1.0
    low: float = -math.inf
    high: float = math.inf
    fewest: int = 0  # decimals at least
    unit: float = 60.0  # a range of unit / 10^d shows d decimals
    log: bool = False
    null: float = math.nan  # where there is no effect; proportions have none

    def decimals(self, values: Iterable[float]) -> int:
        """Return how many decimals tell such values apart."""
        span = self.factor * float(np.ptp([v for v in values if math.isfinite(v)] or [0.0]))
        return max(self.fewest, min(6, math.ceil(math.log10(self.unit / span)))) if span else 2

    def show(self, value: float, decimals: int) -> str:
        """Return a value as the reader sees it; a ratio has a digit or more, and not too many."""
        if self.log and math.isfinite(value) and value > 0:
            power = math.floor(math.log10(self.factor * value))
            decimals = max(-power, decimals - max(power, 0), 0)
        return format_number(self.factor * value, decimals)


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `low` to `high`, laid from `left` to `right` (in points)."""

    scale: Scale
    low: float
    high: float
    ticks: tuple[float, ...]
    left: float = 0.0
    right: float = 1.0

    def at(self, value: float) -> float:
        """Return where a value stands, on the edge if it is beyond it."""
        bend = math.log if self.scale.log else float
        low, high = bend(self.low), bend(self.high)
        share = (bend(min(max(value, self.low), self.high)) - low) / (high - low)
        return self.left + share * (self.right - self.left)

    def labels(self) -> tuple[str, ...]:
        """Return the ticks as text, all with the same decimals unless the scale is a log."""
        shown = [self.scale.factor * tick for tick in self.ticks]
        if self.scale.log:
            return tuple(f"{tick:g}" for tick in shown)
        steps = [b - a for a, b in pairwise(shown)] or [1.0]
        decimals = max(0, -math.floor(math.log10(min(steps)) + 1e-9))
        return tuple(format_number(tick, decimals) for tick in shown)


def make_axis(
    scale: Scale,
    values: Iterable[float],
    span: tuple[float, float],
    style: TextStyle,
    limits: tuple[float, float] | None = None,
) -> Axis:
    """Return an axis from ``span[0]`` to ``span[1]`` points with as many ticks as fit.

    Without `limits` it holds all `values`, ends on ticks and stays inside the
    scale: prevalence never runs below 0 or above 100 %.
    """
    low, high = _check_limits(scale, limits) if limits else _find_range(scale, values)
    best = None
    for ticks in _log_ticks(low, high) if scale.log else _linear_ticks(scale, low, high):
        ends = (low, high) if limits or scale.log else (ticks[0], ticks[-1])
        kept = tuple(t for t in ticks if ends[0] - 1e-12 <= t <= ends[1] + 1e-12)
        axis = Axis(scale, *ends, kept, *span)
        if len(kept) < 2 and best is not None:
            break
        best = axis
        if len(kept) <= 8 and _is_clear(axis, style):
            break
    assert best is not None
    if scale.log and not _is_clear(best, style):  # no round numbers suit so short a range
        return replace(best, ticks=(best.ticks[0], best.ticks[-1]))
    return best


def _is_clear(axis: Axis, style: TextStyle) -> bool:
    """Say whether no two tick labels come nearer than 0.7 em."""
    halves = [style.measure(label) / 2 for label in axis.labels()]
    places = [axis.at(tick) for tick in axis.ticks]
    pairs = zip(pairwise(places), pairwise(halves), strict=True)
    return all(b - a >= h + g + 0.7 * style.size for (a, b), (h, g) in pairs)


def _check_limits(scale: Scale, limits: tuple[float, float]) -> tuple[float, float]:
    low, high = limits
    if not (scale.low <= low < high <= scale.high) or (scale.log and low <= 0):
        raise InputError(
            f"`limits` must be two rising numbers between {scale.low:g} and {scale.high:g}. "
            f"Got {limits!r}. For 5 to 40 %, give (0.05, 0.40)."
        )
    return low, high


def _find_range(scale: Scale, values: Iterable[float]) -> tuple[float, float]:
    """Return the range of the values; the whole scale if they fill most of it."""
    finite = [v for v in values if math.isfinite(v)] or [0.5]
    low, high = min(finite), max(finite)
    if scale.high - scale.low < math.inf:
        if high - low > 0.6 * (scale.high - scale.low):
            return scale.low, scale.high
        if low - scale.low < 0.35 * (high - scale.low):
            low = scale.low
    if scale.log:
        return (low, high) if high > low * (1 + 1e-9) else (low / 1.05, high * 1.05)
    if high - low < 1e-9 * max(1.0, abs(high)):
        pad = 0.05 * max(abs(high), 0.2)
        return max(scale.low, low - pad), min(scale.high, high + pad)
    return low, high


def _linear_ticks(scale: Scale, low: float, high: float) -> Iterator[list[float]]:
    """Yield ever sparser ticks that hold the range, as multiples of 1, 2 or 5."""
    low, high = scale.factor * low, scale.factor * high
    power = math.floor(math.log10((high - low) / 10))
    for exponent in range(power, power + 4):
        for digit in (1, 2, 5):
            step = digit * 10.0**exponent
            first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
            ticks = [round(i * step, 12) / scale.factor for i in range(first, last + 1)]
            if scale.low <= ticks[0] and ticks[-1] <= scale.high and len(ticks) > 1:
                yield ticks


def _log_ticks(low: float, high: float) -> Iterator[list[float]]:
    """Yield ever sparser ticks for ratios: 1, 2, 5; 1, 3; 1; each second and third decade."""
    if high / low < 4:
        plain = Scale("", low=low / 2, high=2 * high)
        for ticks in _linear_ticks(plain, low, high):
            yield [t for t in ticks if low <= t <= high] or [low, high]
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    for digits, stride in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3)):
        ticks = [float(f"{d}e{p}") for p in powers if p % stride == 0 for d in digits]
        yield [t for t in ticks if low <= t <= high] or [low, high]


SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "percent": Scale("Prevalence, %", 100, 0, 1, fewest=1, unit=50),
        "per-1000": Scale("Per 1,000", 1000, 0, 1, fewest=1, unit=50),
        "plain": Scale("Effect", fewest=1, unit=60, null=0),
        "ratio": Scale("Ratio", low=0, fewest=2, unit=1, log=True, null=1),
    }
)
