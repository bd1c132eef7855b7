"""The page of a picture: its width and height, its artists, and lines of text upon it.

Every picture is drawn in the same four steps: :func:`page_width` says how many points it
has, a plan lays it out, :func:`open_page` returns axes of that height, and
:func:`add_groups` draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from reviewkit._core.errors import InputError
from reviewkit.present.axes import (
    COLOURS,
    MM,
    Group,
    draw_text,
    new_axes,
    plain_settings,
    use_points,
    write_text,
)
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle

__all__ = [
    "EDGE", "HIGHEST", "LEADING", "LEAST_WIDTH", "NARROW", "RIM", "add_groups", "fill_path", "open_page",
    "page_style", "page_width", "write_beside", "write_lines", "write_over", "write_upright",
]  # fmt: skip

EDGE = 3.0  # points left free around a plot
RIM = 4.0  # the same, around a table of marks
LEADING = 1.2  # em from line to line
NARROW = 120 * MM  # pages below this width have smaller text
LEAST_WIDTH = 60 * MM
HIGHEST = 3000 * MM  # higher pages cannot be written at 300 dots per inch


def page_width(ax: Axes | None, width: float) -> float:
    """Return the width in points: that of `ax`, else `width` mm."""
    return width * MM if ax is None else float(use_points(ax)[0])


def page_style(points: float) -> TextStyle:
    """Return the text of a page so wide: smaller for one column of a journal than for two."""
    return TextStyle(7.0 if points < NARROW else 8.0)


def open_page(
    ax: Axes | None, points: float, height: float, what: str,
    advice: str = "Leave `ax` out for a figure that fits.",
) -> Axes:  # fmt: skip
    """Return axes in points with room for a picture; new ones are just as high.

    Raises
    ------
    InputError
        If `ax` is too low for `what`, with both heights and `advice`.
    """
    if ax is None:
        ax = new_axes(points / MM, height / MM)
    room = use_points(ax)[1]
    if room < height - 0.5:
        need = "These need" if what.endswith("s") else "It needs"
        raise InputError(
            f"`ax` must be high enough for {what}. {need} {height / MM:.0f} mm, it has "
            f"{room / MM:.0f} mm. {advice}"
        )
    return ax


def add_groups(ax: Axes, draw: Callable[[], Iterable[Group]]) -> None:
    """Add what `draw` returns or yields, made as if the reader had no settings of their own."""
    with plain_settings():
        for group in draw():
            if group.artists:
                ax.add_artist(group)


def write_lines(
    x: float, base: float, lines: Sequence[str], style: TextStyle, ax: Axes, align: str = "left"
) -> list[Artist]:
    """Return lines of text, the baseline of the first at `base`."""
    return [
        write_text(x, base + at * LEADING * style.size, line, style, ax, align)
        for at, line in enumerate(lines)
    ]


def write_beside(
    x: float, middle: float, lines: Sequence[str], style: TextStyle, ax: Axes, align: str = "left"
) -> list[Artist]:
    """Return lines of text around a middle, as the label of a row."""
    base = middle + CAP_HEIGHT * style.size / 2
    return [
        write_text(x, base + (at - (len(lines) - 1) / 2) * LEADING * style.size, line, style, ax,
                   align)
        for at, line in enumerate(lines)
    ]  # fmt: skip


def write_over(
    x: float, base: float, lines: Sequence[str], style: TextStyle, ax: Axes
) -> list[Artist]:
    """Return centred lines of text, the baseline of the last at `base`, as the head of a column."""
    return [
        write_text(x, base - (len(lines) - 1 - at) * LEADING * style.size, line, style, ax,
                   "center")
        for at, line in enumerate(lines)
    ]  # fmt: skip


def write_upright(
    x: float, foot: float, lines: Sequence[str], style: TextStyle, ax: Axes
) -> list[Artist]:
    """Return lines of text that run upwards from `foot`, around `x`."""
    size = style.size
    return [
        draw_text(x + (at - (len(lines) - 1) / 2) * LEADING * size + CAP_HEIGHT * size / 2, foot,
                  style.run(line), size, ax, rotation=90)
        for at, line in enumerate(lines)
    ]  # fmt: skip


def fill_path(ax: Axes, path: Path, colour: str, gid: str) -> Artist:
    """Return what lies within a path, without an edge: many marks as one artist."""
    return PathPatch(
        path, facecolor=COLOURS[colour], edgecolor="none", linewidth=0, antialiased=True, gid=gid,
        transform=ax.transData,
    )  # fmt: skip
