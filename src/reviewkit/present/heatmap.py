"""A heat map: numbers of a matrix, each in a cell whose shade says how high it is.

Each cell bears its number too, so that nothing depends on a shade.
"""

from __future__ import annotations

from math import isnan

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_number
from reviewkit.present.axes import (
    COLOURS,
    MM,
    Group,
    describe_axes,
    new_axes,
    plain_settings,
    use_points,
    write_text,
)
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle, clean_text, wrap_lines

__all__ = ["draw_heatmap"]

_EDGE = 2 * MM
_HIGHEST_CELL, _LEAST_CELL = 9 * MM, 7 * MM
_SHADES = ("shade-1", "shade-2", "shade-3", "shade-4", "shade-5")
_DARK = 3  # from this shade on, letters are white


def draw_heatmap(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    width: float = 174.0,
    limits: tuple[float, float] = (0.0, 1.0),
    decimals: int = 2,
    title: str = "Heat map",
    text: str = "",
) -> Axes:
    """Draw a matrix of numbers as shaded cells.

    Parameters
    ----------
    frame : DataFrame
        Numbers; index and columns are the labels.  NaN is an empty cell.
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

    Returns
    -------
    Axes
        In points from the upper left corner.

    Raises
    ------
    InputError
        If the frame is empty, or does not fit the page.

    Examples
    --------
    >>> frame = pd.DataFrame({"Bo": [0.5]}, index=["Ada"])
    >>> draw_heatmap(frame, width=84).get_label()
    'Heat map of 1 row and 1 column.'
    """
    if frame.empty:
        raise InputError(f"A heat map must have a row and a column. Got shape {frame.shape}.")
    points = width * MM if ax is None else use_points(ax)[0]
    style = TextStyle(7.0)
    rows = [clean_text(str(label)) for label in frame.index]
    label = min(max(map(style.measure, rows)), points / 3) + style.size
    pitch = min((points - 2 * _EDGE - label) / frame.shape[1], 22 * MM)
    if pitch < _LEAST_CELL:
        raise InputError(
            f"A heat map must be wide enough for its numbers. {frame.shape[1]} columns need "
            f"{(label + 2 * _EDGE + _LEAST_CELL * frame.shape[1]) / MM:.0f} mm, it has "
            f"{points / MM:.0f} mm. Draw a wider figure, or a part of the table."
        )
    heads = [wrap_lines(clean_text(str(c)), style, pitch - 2, 3) for c in frame.columns]
    top = _EDGE + max(map(len, heads)) * style.size * 1.3
    needed = top + len(rows) * _HIGHEST_CELL + _EDGE
    if ax is None:
        ax = new_axes(points / MM, needed / MM)
    room = use_points(ax)[1]
    if room < needed - 0.5:
        raise InputError(
            f"`ax` must be high enough for the heat map. It needs {needed / MM:.0f} mm, it has "
            f"{room / MM:.0f} mm. Leave `ax` out for a figure that fits."
        )
    with plain_settings():
        ax.add_artist(_draw_heads(heads, _EDGE + label, pitch, top, style, ax))
        for place, name in enumerate(rows):
            y = top + place * _HIGHEST_CELL
            values = [float(value) for value in frame.iloc[place]]
            ax.add_artist(_draw_row(place, name, values, (_EDGE + label, y, pitch), style, ax,
                                    limits, decimals))  # fmt: skip
    describe_axes(ax, title=title, text=text or f"Heat map of {_count(frame)}.")
    return ax


def _count(frame: pd.DataFrame) -> str:
    """Return how many rows and columns there are."""
    named = zip(frame.shape, ("row", "column"), strict=True)
    return " and ".join(f"{n} {what}{'s' * (n != 1)}" for n, what in named)


def _draw_heads(
    heads: list[tuple[str, ...]], left: float, pitch: float, top: float, style: TextStyle, ax: Axes
) -> Group:
    art = [
        write_text(left + (at + 0.5) * pitch, top - style.size * (0.5 + 1.3 * (len(lines) - 1 - n)),
                   line, style, ax, "center")
        for at, lines in enumerate(heads)
        for n, line in enumerate(lines)
    ]  # fmt: skip
    return Group("heatmap-head", art)


def _draw_row(
    place: int, name: str, values: list[float], where: tuple[float, float, float],
    style: TextStyle, ax: Axes, limits: tuple[float, float], decimals: int,
) -> Group:  # fmt: skip
    left, y, pitch = where
    base = y + _HIGHEST_CELL / 2 + CAP_HEIGHT * style.size / 2
    lines = wrap_lines(name, style, left - _EDGE - style.size / 2, 1)
    art: list[Artist] = [write_text(left - style.size / 2, base, lines[0], style, ax, "right")]
    for at, value in enumerate(values):
        if isnan(value):
            continue
        shade = _shade(value, limits)
        box = Rectangle((left + at * pitch + 0.5, y + 0.5), pitch - 1, _HIGHEST_CELL - 1,
                        facecolor=COLOURS[_SHADES[shade]], edgecolor="none",
                        transform=ax.transData)  # fmt: skip
        look = style.change(colour="paper" if shade >= _DARK else "ink")
        number = format_number(value, decimals)
        middle = left + (at + 0.5) * pitch
        art += [box, write_text(middle, base, number, look, ax, "center")]
    told = "; ".join("none" if isnan(v) else format_number(v, decimals) for v in values)
    return Group(f"heatmap-row-{place}", art, title=name, text=told)


def _shade(value: float, limits: tuple[float, float]) -> int:
    low, high = limits
    share = (value - low) / (high - low)
    return int(min(max(share, 0.0) * len(_SHADES), len(_SHADES) - 1))
