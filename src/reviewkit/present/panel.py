"""A panel: points on two axes with a caption below.  Funnel and Doi plots stand on it.

A panel is measured first, as everything here: the labels of the axes decide how much
room is left.  An axis is a :class:`Ruler`; one whose labels are taken back to
another scale (log odds shown in per cent) comes from :func:`bent_ruler`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_number
from reviewkit.present import marks
from reviewkit.present.axes import COLOURS, MM, Group, new_axes, use_points, write_text
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle, wrap_lines
from reviewkit.present.page import EDGE, LEADING, page_style, write_lines
from reviewkit.present.scale import SCALES, make_axis

__all__ = [
    "Panel", "Ruler", "bent_ruler", "draw_area", "draw_dot", "draw_frame", "draw_path",
    "open_panel", "plain_ruler",
]  # fmt: skip

FloatArray = NDArray[np.float64]
Inverse = Callable[[FloatArray], FloatArray]
MakeRuler = Callable[[tuple[float, float], TextStyle], "Ruler"]

LEAST_HEIGHT = 15 * MM  # of the panel itself
HEIGHT = (24 * MM, 0.36)  # of the panel: so much, and so much of the width
MOST_LINES = 30  # of a caption
_STEPS = 100  # across a range
FEWEST_TICKS = 4  # of a bent axis, unless none other has room
MARGIN = 1.2  # em: right of the panel, for half a label
AIR = 2.2  # em: between the labels of a bent axis


@dataclass(frozen=True, slots=True)
class Ruler:
    """An axis: `low` stands at `start` and `high` at `end` (in points)."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]  # place on the axis, label
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value stands; it may lie beyond the ends."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that is measured and not yet drawn; lengths in points."""

    x: Ruler
    y: Ruler  # runs from the top down
    width: float
    height: float
    label: tuple[str, ...]  # under the axis
    caption: tuple[str, ...]
    style: TextStyle

    @property
    def small(self) -> TextStyle:
        """Return the style of tick labels and caption."""
        return self.style.change(colour="soft")

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of the panel."""
        return self.x.start, self.y.start, self.x.end, self.y.end

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point."""
        return self.x.at(x), self.y.at(y)


def open_panel(
    ax: Axes | None, width: float, make_x: MakeRuler, make_y: MakeRuler, caption: Sequence[str]
) -> tuple[Axes, Panel]:
    """Return axes in points and the panel that fills them; `width` is in mm.

    Rulers are made once their place is known, that of y first.
    """
    points, room = (width * MM, math.inf) if ax is None else map(float, use_points(ax))
    style = page_style(points)
    size, small = style.size, style.change(colour="soft")
    lines = [x for text in caption for x in wrap_lines(text, small, points - 2 * EDGE, MOST_LINES)]
    head = EDGE + 1.9 * size
    foot = (LEADING * len(lines) + 0.6) * size * bool(lines) + EDGE
    tall = HEIGHT[0] + HEIGHT[1] * points if math.isinf(room) else room - head - foot - 4.4 * size
    if tall < LEAST_HEIGHT:
        raise InputError(
            f"`ax` must be higher: the panel has {max(tall, 0) / MM:.0f} mm left beside its "
            f"texts and needs {LEAST_HEIGHT / MM:.0f}. Leave `ax` out to get a fitting one."
        )
    y = make_y((head, head + tall), style)
    left = EDGE + max((small.measure(text) for _, text in y.ticks), default=0.0) + 0.8 * size
    x = make_x((left, points - EDGE - MARGIN * size), style)
    label = wrap_lines(x.title, style, points - left - EDGE, 2)
    height = head + tall + (1.6 + LEADING * len(label)) * size + foot
    panel = Panel(x, y, points, height, label, tuple(lines), style)
    if ax is None:
        ax = new_axes(points / MM, height / MM)
        use_points(ax)
    return ax, panel


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


def draw_frame(ax: Axes, panel: Panel) -> list[Group]:
    """Return the axes with their ticks and titles, and the caption."""
    left, top, right, bottom = panel.box
    size, small = panel.style.size, panel.small
    down: list[Artist] = [marks.draw_rule(ax, (left, top), (left, bottom), gid="axis-y")]
    for place, text in panel.y.ticks:
        y = panel.y.at(place)
        down.append(marks.draw_rule(ax, (left - 2.5, y), (left, y)))
        baseline = y + CAP_HEIGHT / 2 * size
        down.append(write_text(left - 0.6 * size, baseline, text, small, ax, "right"))
    down.append(write_text(EDGE, EDGE + CAP_HEIGHT * size, panel.y.title, panel.style, ax))
    across: list[Artist] = [marks.draw_rule(ax, (left, bottom), (right, bottom), gid="axis-x")]
    for i, (place, text) in enumerate(panel.x.ticks):
        x = panel.x.at(place)
        across.append(marks.draw_rule(ax, (x, bottom), (x, bottom + 2.5), gid=f"tick-{i}"))
        baseline = bottom + 4.0 + CAP_HEIGHT * size
        across.append(write_text(x, baseline, text, small, ax, "center"))
    middle = (left + right) / 2
    across += write_lines(middle, bottom + 2.6 * size, panel.label, panel.style, ax, "center")
    below = panel.height - EDGE - LEADING * len(panel.caption) * size
    caption = write_lines(EDGE, below + 0.95 * size, panel.caption, small, ax)
    return [Group("axis-down", down), Group("axis-across", across), Group("foot", caption)]


def draw_area(ax: Axes, corners: Sequence[tuple[float, float]], fill: str, gid: str) -> Artist:
    """Return a filled area without an edge."""
    return PathPatch(
        Path([*corners, corners[0]]), facecolor=COLOURS[fill], edgecolor="none", linewidth=0,
        antialiased=True, gid=gid, transform=ax.transData,
    )  # fmt: skip


def draw_path(
    ax: Axes, points: Sequence[tuple[float, float]], *, colour: str, dotted: bool, gid: str,
    width: float = 0.75,
) -> Artist:  # fmt: skip
    """Return a line through points."""
    style: Any = (0, (0.1, 2.6)) if dotted else "-"
    return PathPatch(
        Path([*points]), facecolor="none", edgecolor=COLOURS[colour], linewidth=width,
        linestyle=style, capstyle="round" if dotted else "butt", joinstyle="round",
        antialiased=True, gid=gid, transform=ax.transData,
    )  # fmt: skip


def draw_dot(
    ax: Axes, place: tuple[float, float], radius: float, *, open: bool, gid: str
) -> Artist:
    """Return a round point; an open one stands for what was not observed."""
    return Circle(
        place, radius, facecolor=COLOURS["paper" if open else "mark"], antialiased=True,
        edgecolor=COLOURS["ink" if open else "paper"], linewidth=0.75 if open else 0.4,
        gid=gid, transform=ax.transData,
    )  # fmt: skip
