"""Rulers: the axes of a panel, made once it is known where they stand.

A ruler is plain, or bent: labelled with what its places mean after a transformation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.format import format_number
from reviewkit.present.lettering import TextStyle
from reviewkit.present.scale import SCALES, make_axis

__all__ = ["MARGIN", "Inverse", "MakeRuler", "Ruler", "bent_ruler", "plain_ruler"]

FloatArray = NDArray[np.float64]
Inverse = Callable[[FloatArray], FloatArray]
MakeRuler = Callable[[tuple[float, float], TextStyle], "Ruler"]

_STEPS = 100  # across a range
FEWEST_TICKS, MOST_TICKS = 4, 9  # of a bent axis, unless none other has room
REACH = 0.25  # of a bent axis that may be free before the first and after the last even tick
AIR = 2.2  # em: between the labels of a bent axis
MARGIN = 1.2  # em: right of the panel, for half a label


@dataclass(frozen=True, slots=True)
class Ruler:
    """An axis: `low` stands at `start` and `high` at `end` (in points)."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]  # place on the axis, label (below a panel, in lines)
    start: float
    end: float

    @property
    def lines(self) -> int:
        """Return how many lines the highest label has."""
        return max((label.count("\n") for _, label in self.ticks), default=0) + 1

    def at(self, value: float) -> float:
        """Return where a value stands; it may lie beyond the ends."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def plain_ruler(
    title: str, values: Iterable[float], scale: str = "plain", *, across: bool = False
) -> MakeRuler:
    """Return a maker of axes with evenly spaced ticks that hold all values.

    An axis `across` ends where its last label still has room on the page.
    """
    kept = [float(value) for value in values]

    def make(span: tuple[float, float], style: TextStyle) -> Ruler:
        axis = make_axis(SCALES[scale], kept, span, style)
        beyond = style.measure(axis.labels()[-1]) / 2 - MARGIN * style.size
        if across and beyond > 0:
            span = span[0], span[1] - beyond
            axis = make_axis(SCALES[scale], kept, span, style)
        ticks = tuple(zip(axis.ticks, axis.labels(), strict=True))
        return Ruler(title, axis.low, axis.high, ticks, *span)

    return make


def bent_ruler(
    title: str, values: Iterable[float], inverse: Inverse | None, scale: str = "percent"
) -> MakeRuler:
    """Return a maker of axes whose labels are `inverse` of what stands there.

    `inverse` rises, and what it returns is shown as `scale` does.  The roundest
    numbers that have room are taken.  Without it the axis is a plain one.
    """
    kept = np.array([value for value in values if math.isfinite(value)])
    if inverse is None:
        return plain_ruler(title, kept, across=True)
    pad = 0.05 * max(float(np.ptp(kept)), 1e-3 * float(np.abs(kept).max()), 1e-12)
    low, high = float(kept.min()) - pad, float(kept.max()) + pad

    def make(span: tuple[float, float], style: TextStyle) -> Ruler:
        ends = (span[1] - span[0]) / (high - low)
        grid = np.linspace(low, high, 4001)
        shown = np.maximum.accumulate(SCALES[scale].factor * inverse(grid))
        even = _even_ticks(grid, shown, span, style)
        if even:
            return Ruler(title, low, high, even, *span)
        taken: dict[float, str] = {}
        for value, decimals in _round_numbers(float(shown[0]), float(shown[-1])):
            if len(taken) >= FEWEST_TICKS and not _is_round(value):
                continue
            label, place = format_number(value, decimals), float(np.interp(value, shown, grid))
            half = style.measure(label) / 2
            gaps = [
                abs(place - other) * ends - half - style.measure(text) / 2
                for other, text in taken.items()
            ]
            room = span[1] + MARGIN * style.size - half - ends * (place - low) - span[0]
            if room >= 0 and min(gaps, default=math.inf) >= AIR * style.size:
                taken[place] = label
        return Ruler(title, low, high, tuple(sorted(taken.items())), *span)

    return make


def _even_ticks(
    grid: FloatArray, shown: FloatArray, span: tuple[float, float], style: TextStyle
) -> tuple[tuple[float, str], ...]:
    """Return the finest even steps that have room and reach far along the axis, or none.

    Between evenly spaced numbers a reader sees how the axis bends.
    """
    first, last = float(shown[0]), float(shown[-1])
    power = math.floor(math.log10(max(last - first, 1e-9))) - 1
    for step in (digit * 10.0**e for e in (power, power + 1) for digit in (1, 2, 5)):
        steps = range(math.ceil(first / step - 1e-9), math.floor(last / step + 1e-9) + 1)
        if not FEWEST_TICKS <= len(steps) <= MOST_TICKS:
            continue
        values = [round(i * step, 12) for i in steps]
        labels = [format_number(v, max(0, -math.floor(math.log10(step)))) for v in values]
        places = np.interp(values, shown, grid)
        at = span[0] + (places - grid[0]) / (grid[-1] - grid[0]) * (span[1] - span[0])
        halves = np.array([style.measure(label) / 2 for label in labels])
        gaps = np.diff(at) - halves[1:] - halves[:-1]
        free = REACH * (span[1] - span[0])
        fits = (
            gaps.min() >= AIR * style.size and at[-1] + halves[-1] <= span[1] + MARGIN * style.size
        )
        if fits and at[0] - span[0] <= free and span[1] - at[-1] <= free:
            return tuple(zip(places.tolist(), labels, strict=True))
    return ()


def _round_numbers(low: float, high: float) -> Iterator[tuple[float, int]]:
    """Yield numbers from low to high with the decimals that they need, the roundest first.

    Steps that are too fine for the whole range still count close to 0 and 100.
    """
    small = min(part for part in (high - low, low, 100 - high) if part > 0)
    finest = math.floor(math.log10(max(small / 100, (high - low) / 1e4, 1e-12)))
    found: dict[float, int] = {}
    for exponent in range(math.ceil(math.log10(max(high, 1e-12))) + 1, finest - 1, -1):
        for step in (digit * 10.0**exponent for digit in (5, 2, 1)):
            first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
            whole = range(first, last + 1) if last - first <= _STEPS else range(1, 10)
            values = [i * step for i in whole]
            values += [100 - i * step for i in range(1, 10)] if last - first > _STEPS else []
            for value in (round(v, 12) for v in values):
                if low <= value <= high:
                    found.setdefault(value, max(0, -exponent))
    yield from sorted(found.items(), key=lambda pair: not _is_round(pair[0]))


def _is_round(value: float) -> bool:
    """Say whether a percentage, or what is left to 100, has one digit, or two and the last is 5."""
    for part in (value, 100 - value):
        if part <= 0 or round(part / 10 ** (math.floor(math.log10(part)) - 1), 6) % 5 == 0:
            return True
    return False
