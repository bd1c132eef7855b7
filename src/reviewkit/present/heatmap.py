"""A heat map: numbers of a matrix, each in a cell whose shade says how high it is.

Each cell bears its number too, so that nothing depends on a shade.  A cell without a number is
an outline with a dash, explained below; where there is no cell at all, the page stays empty.
"""

from __future__ import annotations

from math import isnan
from typing import NamedTuple

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_number
from reviewkit.present.axes import COLOURS, MM, Group, describe_axes, write_text
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle, clean_text, wrap_lines
from reviewkit.present.page import add_groups, open_page, page_width

__all__ = ["draw_heatmap"]

_EDGE = 2 * MM
_HIGHEST_CELL, _LEAST_CELL = 9 * MM, 7 * MM
_STYLE = TextStyle(7.0)
_LEADING = 1.25 * _STYLE.size
_MOST_LINES = 12  # of a label: names are broken, not cut
_SHADES = ("shade-1", "shade-2", "shade-3", "shade-4", "shade-5")
_DARK = 3  # from this shade on, letters are white


class _Plan(NamedTuple):
    """Where everything stands, in points from the upper left corner."""

    heads: list[tuple[str, ...]]
    names: list[str]
    labels: list[tuple[str, ...]]
    notes: tuple[str, ...]
    left: float  # of the cells
    top: float
    pitch: float
    heights: list[float]  # of each row

    @property
    def foot(self) -> float:
        return self.top + sum(self.heights)

    @property
    def height(self) -> float:
        return self.foot + len(self.notes) * _LEADING + _EDGE


class _Look(NamedTuple):
    """How a number is shown."""

    limits: tuple[float, float]
    decimals: int


def draw_heatmap(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    width: float = 174.0,
    limits: tuple[float, float] = (0.0, 1.0),
    decimals: int = 2,
    title: str = "Heat map",
    text: str = "",
    shown: pd.DataFrame | None = None,
    missing: str = "no number",
) -> Axes:
    """Draw a matrix of numbers as shaded cells.

    Parameters
    ----------
    frame : DataFrame
        Numbers; index and columns are the labels.  NaN is a cell without a number: a dash.
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm.
    limits : tuple of float
        Numbers that have the lightest and the darkest shade; others have the nearest.
    decimals : int
        Of the numbers in the cells.
    title : str
        What the picture is called.
    text : str, optional
        The picture in words.
    shown : DataFrame of bool, optional
        Which cells there are, in the shape of `frame`; by default all.  In a table of pairs
        half of them would only repeat the others.
    missing : str
        What a dash means, for the line below; it is written where there is a dash.

    Returns
    -------
    Axes
        In points from the upper left corner.

    Raises
    ------
    InputError
        If the frame is empty, `shown` has another shape, or it does not fit the page.

    Examples
    --------
    >>> frame = pd.DataFrame({"Bo": [0.5]}, index=["Ada"])
    >>> draw_heatmap(frame, width=84).get_label()
    'Heat map of 1 row and 1 column.'
    """
    if frame.empty:
        raise InputError(f"A heat map must have a row and a column. Got shape {frame.shape}.")
    if shown is not None and shown.shape != frame.shape:
        raise InputError(
            f"`shown` must have a cell for each of the frame, {frame.shape[0]} × {frame.shape[1]}. "
            f"Got {shown.shape[0]} × {shown.shape[1]}. Leave it out to show all."
        )
    cells = _list_cells(frame, shown)
    has_dash = any(value is not None and isnan(value) for row in cells for value in row)
    points = page_width(ax, width)
    plan = _lay_out(frame, points, missing if has_dash else "")
    page = open_page(ax, points, plan.height, "the heat map")
    look = _Look(limits, decimals)
    rows = enumerate(cells)
    add_groups(page, lambda: [
        _draw_heads(plan, page),
        *(_draw_row(place, values, plan, look, page) for place, values in rows),
        _draw_notes(plan, page),
    ])  # fmt: skip
    describe_axes(page, title=title, text=text or f"Heat map of {_count(frame)}.")
    return page


def _list_cells(frame: pd.DataFrame, shown: pd.DataFrame | None) -> list[list[float | None]]:
    """Return the numbers row by row; None where there is no cell."""
    numbers = [[float(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    if shown is None:
        return [list(row) for row in numbers]
    there = shown.to_numpy(dtype=bool)
    return [
        [value if there[at, n] else None for n, value in enumerate(row)]
        for at, row in enumerate(numbers)
    ]


def _lay_out(frame: pd.DataFrame, points: float, missing: str) -> _Plan:
    """Return where everything stands: labels take the lines that they need."""
    size = _STYLE.size
    names = [clean_text(str(label)) for label in frame.index]
    label = min(max(map(_STYLE.measure, names)), points / 3) + size
    pitch = min((points - 2 * _EDGE - label) / frame.shape[1], 22 * MM)
    if pitch < _LEAST_CELL:
        raise InputError(
            f"A heat map must be wide enough for its numbers. {frame.shape[1]} columns need "
            f"{(label + 2 * _EDGE + _LEAST_CELL * frame.shape[1]) / MM:.0f} mm, it has "
            f"{points / MM:.0f} mm. Draw a wider figure, or a part of the table."
        )
    labels = [wrap_lines(name, _STYLE, label - size / 2, _MOST_LINES) for name in names]
    heads = [
        wrap_lines(clean_text(str(name)), _STYLE, pitch - 2, _MOST_LINES) for name in frame.columns
    ]
    note = f"– {clean_text(missing)}" if missing else ""
    return _Plan(
        heads=heads,
        names=names,
        labels=labels,
        notes=wrap_lines(note, _STYLE, points - 2 * _EDGE, _MOST_LINES) if note else (),
        left=_EDGE + label,
        top=_EDGE + max(map(len, heads)) * size * 1.3,
        pitch=pitch,
        heights=[max(_HIGHEST_CELL, len(lines) * _LEADING + size / 2) for lines in labels],
    )


def _count(frame: pd.DataFrame) -> str:
    """Return how many rows and columns there are."""
    named = zip(frame.shape, ("row", "column"), strict=True)
    return " and ".join(f"{n} {what}{'s' * (n != 1)}" for n, what in named)


def _draw_heads(plan: _Plan, ax: Axes) -> Group:
    size = _STYLE.size
    art = [
        write_text(plan.left + (at + 0.5) * plan.pitch,
                   plan.top - size * (0.5 + 1.3 * (len(lines) - 1 - n)), line, _STYLE, ax, "center")
        for at, lines in enumerate(plan.heads)
        for n, line in enumerate(lines)
    ]  # fmt: skip
    return Group("heatmap-head", art)


def _draw_row(place: int, values: list[float | None], plan: _Plan, look: _Look, ax: Axes) -> Group:
    y, height = plan.top + sum(plan.heights[:place]), plan.heights[place]
    base = y + height / 2 + CAP_HEIGHT * _STYLE.size / 2
    lines = plan.labels[place]
    art: list[Artist] = [
        write_text(plan.left - _STYLE.size / 2, base + (n - (len(lines) - 1) / 2) * _LEADING, line,
                   _STYLE, ax, "right")
        for n, line in enumerate(lines)
    ]  # fmt: skip
    for at, value in enumerate(values):
        if value is None:
            continue
        left = plan.left + at * plan.pitch
        shade = -1 if isnan(value) else _shade(value, look.limits)
        fill, edge = (COLOURS["paper"], COLOURS["faint"]) if shade < 0 else (
            COLOURS[_SHADES[shade]], "none")  # fmt: skip
        box = Rectangle((left + 0.5, y + 0.5), plan.pitch - 1, height - 1, facecolor=fill,
                        edgecolor=edge, linewidth=0.5, transform=ax.transData)  # fmt: skip
        style = _STYLE.change(colour="paper" if shade >= _DARK else "ink")
        number = _write(value, look)
        art += [box, write_text(left + plan.pitch / 2, base, number, style, ax, "center")]
    told = "; ".join(_write(v, look, "none") for v in values if v is not None)
    return Group(f"heatmap-row-{place}", art, title=plan.names[place], text=told)


def _write(value: float, look: _Look, missing: str = "–") -> str:
    return missing if isnan(value) else format_number(value, look.decimals)


def _draw_notes(plan: _Plan, ax: Axes) -> Group:
    """Say below the cells what a dash means."""
    style = _STYLE.change(colour="soft")
    art = [
        write_text(_EDGE, plan.foot + (n + 1) * _LEADING, line, style, ax)
        for n, line in enumerate(plan.notes)
    ]
    return Group("heatmap-notes", art)


def _shade(value: float, limits: tuple[float, float]) -> int:
    low, high = limits
    share = (value - low) / (high - low)
    return int(min(max(share, 0.0) * len(_SHADES), len(_SHADES) - 1))
