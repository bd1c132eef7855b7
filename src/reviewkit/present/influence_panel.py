"""Influence of studies: measures side by side, one row a study, on axes of their own.

Rows share the names on the left, so that a study that stands out in one measure is
found in all others.  Measures stand in :data:`MEASURES`; to add one, name it there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.present import marks
from reviewkit.present.axes import COLOURS, Group, describe_axes, write_text
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle, widest_word, wrap_lines
from reviewkit.present.page import (
    EDGE,
    LEADING,
    NARROW,
    add_groups,
    open_page,
    page_style,
    page_width,
    write_lines,
)
from reviewkit.present.panel import draw_dot
from reviewkit.present.scale import Axis
from reviewkit.present.slim_axis import choose_ticks, fit_axis, measure_ends

__all__ = ["MEASURES", "draw_influence"]

PITCH = 1.5  # em from row to row
MOST_NAMES = (0.33, 0.27)  # of a narrow and a wide page
GAP = 0.9  # em: between the tick labels of neighbours
LONG = 20  # studies from which on bands lead the eye
MANY = 60  # studies beyond which rows are closer, and only influential ones are named
LEAST = 0.7  # points from row to row
MOST_LINES = 30  # of a caption
STAR = "★ "


class Measure(NamedTuple):
    """How a measure is shown."""

    heading: str
    scale: str = "plain"
    narrow: bool = True  # shown on narrow pages too


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The picture, measured and not yet drawn; lengths in points."""

    frame: pd.DataFrame
    axes: tuple[tuple[str, Axis], ...]  # by column of the frame
    names: tuple[str, ...]  # as they fit; empty for none
    headings: tuple[tuple[float, tuple[str, ...]], ...]  # left end, lines
    caption: tuple[str, ...]
    style: TextStyle
    width: float
    pitch: float

    @property
    def small(self) -> TextStyle:
        return self.style.change(colour="soft")

    @property
    def top(self) -> float:
        lines = max(len(lines) for _, lines in self.headings)
        return EDGE + (LEADING * lines + 0.5) * self.style.size

    @property
    def bottom(self) -> float:
        return self.top + self.pitch * len(self.frame) + 0.5 * self.style.size

    @property
    def height(self) -> float:
        lines = LEADING * len(self.caption) + 0.6 * bool(self.caption)
        return self.bottom + (2.0 + lines) * self.style.size + EDGE

    def row(self, at: int) -> float:
        """Return the middle of a row."""
        return self.top + self.pitch * (at + 0.5) + 0.25 * self.style.size


def draw_influence(
    frame: pd.DataFrame,
    *,
    guides: Mapping[str, Sequence[float]] = MappingProxyType({}),
    ax: Axes | None = None,
    width: float = 174.0,
    footer: Sequence[str] = (),
) -> Axes:
    """Draw measures of influence, one row a study.

    Parameters
    ----------
    frame : DataFrame
        One row a study: ``study``, ``influential`` (True or False), and any of the
        columns in :data:`MEASURES`.  NaN is not drawn.
    guides : mapping of str to numbers
        Where dotted lines stand, by column.
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    footer : sequence of str
        Paragraphs of the caption.

    Returns
    -------
    Axes
        In points from the upper left corner; its label is a sentence for
        those who cannot see the picture.

    Raises
    ------
    InputError
        If a column is missing, there is no row or no measure, or `ax` is too low.

    Examples
    --------
    >>> frame = pd.DataFrame({"study": list("AB"), "influential": [False, True],
    ...                       "rstudent": [0.3, 4.1], "cook_d": [0.1, 2.0]})
    >>> draw_influence(frame, guides={"cook_d": [0.45]}).get_label()
    'Influence of 2 studies on the result; influential: B.'
    """
    check_columns(frame.columns, {n: n for n in ("study", "influential")})
    shown = [name for name in MEASURES if name in frame]
    if frame.empty or not shown:
        raise InputError(
            f"An influence panel must have a study or more and a measure of "
            f"{', '.join(map(repr, MEASURES))}. Got {len(frame)} rows with {len(shown)} of them."
        )
    points = page_width(ax, width)
    sheet = _measure(frame.reset_index(drop=True), shown, guides, points, footer)
    page = open_page(ax, points, sheet.height, "the rows")
    add_groups(page, lambda: _draw(page, sheet, guides))
    names = [str(name) for name in frame["study"][frame["influential"].to_numpy(dtype=bool)]]
    told = f"influential: {list_some(names, sep=', ')}" if names else "none is influential"
    text = f"Influence of {format_count(len(frame))} studies on the result; {told}."
    describe_axes(page, title="Influence of single studies", text=text)
    return page


def _measure(
    frame: pd.DataFrame, shown: Sequence[str], guides: Mapping[str, Sequence[float]],
    width: float, footer: Sequence[str],
) -> _Sheet:  # fmt: skip
    """Return the picture with its names, axes and caption broken into lines."""
    narrow = width < NARROW
    style = page_style(width)
    small = style.change(colour="soft")
    kept = [name for name in shown if MEASURES[name].narrow or not narrow]
    flagged = frame["influential"].to_numpy(dtype=bool)
    few = len(frame) <= MANY
    names = tuple(
        _name(name, star, style, width) for name, star in zip(frame["study"], flagged, strict=True)
    )
    named = [n for n, star in zip(names, flagged, strict=True) if few or star]
    left = EDGE + max((style.change(bold=True).measure(n) for n in named), default=0.0)
    gap = GAP * style.size
    head = style.change(bold=True)
    values = [[*frame[name].to_numpy(dtype=float), *guides.get(name, ())] for name in kept]
    needs = [
        max(measure_ends(MEASURES[name].scale, some, small),
            widest_word([head.run(MEASURES[name].heading)], head.size)) + gap
        for name, some in zip(kept, values, strict=True)
    ]  # fmt: skip
    axes, headings, right = [], [], left
    shares = _share_room(needs, width - EDGE - left)
    for name, some, share in zip(kept, values, shares, strict=True):
        span, right = (right + gap, right + share), right + share
        axes.append((name, fit_axis(MEASURES[name].scale, some, span, small)))
        heading = wrap_lines(MEASURES[name].heading, head, share - gap + 0.05, 3)
        headings.append((span[0], heading))
    lines = [x for text in footer for x in wrap_lines(text, small, width - 2 * EDGE, MOST_LINES)]
    pitch = PITCH * style.size
    if not few:
        pitch = max(LEAST, pitch * MANY / len(frame))
    return _Sheet(frame, tuple(axes), names, tuple(headings), tuple(lines), style, width, pitch)


def _share_room(needs: Sequence[float], room: float) -> list[float]:
    """Return equal shares if they are enough, else what each needs and as much more for all."""
    each = room / len(needs)
    if max(needs) <= each:
        return [each] * len(needs)
    more = (room - sum(needs)) / len(needs)
    return [need + more for need in needs]


def _name(name: object, star: bool, style: TextStyle, width: float) -> str:
    """Return a name as it fits, with a star if it is influential."""
    room = MOST_NAMES[width >= NARROW] * width
    bold = style.change(bold=star)
    mark = STAR if star else ""
    return mark + wrap_lines(str(name), bold, room - bold.measure(mark), 1)[0]


def _draw(ax: Axes, sheet: _Sheet, guides: Mapping[str, Sequence[float]]) -> Iterator[Group]:
    """Yield bands, scales, rows and caption."""
    yield Group("bands", [*_bands(ax, sheet)])
    for (name, axis), heading in zip(sheet.axes, sheet.headings, strict=True):
        yield Group(f"scale-{name}", [*_scale(ax, sheet, axis, heading, guides.get(name, ()))])
    flagged = sheet.frame["influential"].to_numpy(dtype=bool)
    free = -math.inf
    for at, study in enumerate(sheet.frame["study"]):
        art: list[Artist] = []
        y, size = sheet.row(at), sheet.style.size
        if len(sheet.frame) <= MANY or (flagged[at] and y - free >= LEADING * size):
            style = sheet.style.change(bold=bool(flagged[at]))
            art.append(write_text(EDGE, y + CAP_HEIGHT / 2 * size, sheet.names[at], style, ax))
            free = y
        art += _dots(ax, sheet, at, flagged=bool(flagged[at]))
        yield Group(f"row-{at}", art, title=str(study))
    below = sheet.height - EDGE - LEADING * len(sheet.caption) * sheet.style.size
    base = below + 0.95 * sheet.style.size
    yield Group("foot", write_lines(EDGE, base, sheet.caption, sheet.small, ax))


def _bands(ax: Axes, sheet: _Sheet) -> Iterator[Artist]:
    """Yield a pale band behind every other of many rows, as long as rows have names."""
    if LONG <= len(sheet.frame) <= MANY:
        for at in range(1, len(sheet.frame), 2):
            down = sheet.row(at) - sheet.pitch / 2, sheet.row(at) + sheet.pitch / 2
            yield marks.draw_band(ax, (EDGE, sheet.width - EDGE), down)


def _scale(
    ax: Axes,
    sheet: _Sheet,
    axis: Axis,
    heading: tuple[float, tuple[str, ...]],
    guides: Sequence[float],
) -> Iterator[Artist]:
    """Yield heading, axis, ticks and dotted lines of one measure."""
    size, top, bottom = sheet.style.size, sheet.top, sheet.bottom
    bold = sheet.style.change(bold=True)
    for i, line in enumerate(reversed(heading[1])):
        baseline = top - (0.4 + LEADING * i) * size
        yield write_text(heading[0], baseline, line, bold, ax)
    yield marks.draw_rule(ax, (axis.left, bottom), (axis.right, bottom), gid="axis")
    for x, label in choose_ticks(axis, sheet.small):
        yield marks.draw_rule(ax, (x, top), (x, bottom), width=0.5, colour="grid")
        yield marks.draw_rule(ax, (x, bottom), (x, bottom + 2.5))
        yield write_text(x, bottom + 4.0 + CAP_HEIGHT * size, label, sheet.small, ax, "center")
    for value in guides:
        if axis.low <= value <= axis.high:
            x = axis.at(value)
            yield marks.draw_rule(ax, (x, top), (x, bottom), width=0.9, dotted=True)


def _dots(ax: Axes, sheet: _Sheet, at: int, *, flagged: bool) -> Iterator[Artist]:
    """Yield the values of a study; those of an influential one are larger and dark."""
    radius = min(2.2, max(0.9, 0.42 * sheet.pitch))
    for name, axis in sheet.axes:
        value = float(sheet.frame[name].iloc[at])
        if math.isfinite(value):
            place = (axis.at(value), sheet.row(at))
            dot = draw_dot(ax, place, radius, open=False, gid=f"mark-{name}-{at}")
            if flagged:
                dot.set(facecolor=COLOURS["alarm"], radius=1.3 * radius)
            yield dot


#: Measures by column, from left to right.
MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "rstudent": Measure("Residual in SE"),
        "dffits": Measure("DFFITS"),
        "cook_d": Measure("Cook’s distance"),
        "cov_r": Measure("Variance ratio", narrow=False),
        "tau2_del": Measure("τ² without", narrow=False),
        "q_del": Measure("Q without", narrow=False),
        "hat": Measure("Weight, %", "percent"),
    }
)
