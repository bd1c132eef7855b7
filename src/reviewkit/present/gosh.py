"""The graph of all subsets (GOSH): which estimate comes with which heterogeneity, how often.

Cells of a grid are the darker, the more subsets fell there; histograms at the edges show
each axis alone.  One cloud means that the studies agree on one result, several that
some studies pull it to and fro.  Few subsets are drawn as points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.path import Path
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_columns
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.present.axes import COLOURS, Group, describe_axes, write_text
from reviewkit.present.lettering import TextStyle
from reviewkit.present.page import EDGE, add_groups, fill_path
from reviewkit.present.panel import Panel, draw_dot, draw_frame, open_panel
from reviewkit.present.rising import rising_ruler
from reviewkit.present.rulers import MakeRuler, Ruler, plain_ruler
from reviewkit.present.scale import SCALES

__all__ = ["draw_gosh"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FEW = 1500  # subsets up to which each is a point
CELL = 2.4  # points: side of a cell
SHADES = tuple(name for name in COLOURS if name.startswith("shade-"))
MARGIN = 26.0  # points: height of a histogram
GAP = 3.0


def draw_gosh(
    frame: pd.DataFrame,
    *,
    scale: str = "percent",
    whole: tuple[float, float] | None = None,
    ax: Axes | None = None,
    width: float = 174.0,
    footer: Sequence[str] = (),
) -> Axes:
    """Draw subsets by their estimate and I².

    Parameters
    ----------
    frame : DataFrame
        One row a subset: ``estimate``, ``i2`` in [0, 1].  Rows with NaN are not drawn,
        and counted in the caption.
    scale : str
        A key of :data:`~reviewkit.present.scale.SCALES`, for the estimates.
    whole : tuple of float, optional
        Estimate and I² of all studies, marked by an open point.
    ax : Axes, optional
        Draw here; `width` is then that of the axes.
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
        If a column is missing, or no row has both numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"estimate": [0.2, 0.3, 0.25], "i2": [0.0, 0.0, 0.4]})
    >>> draw_gosh(frame).get_label()
    'GOSH plot of 3 subsets: estimates from 20.0 to 30.0, I² from 0 to 40 %.'
    """
    check_columns(frame.columns, {n: n for n in ("estimate", "i2")})
    shown = SCALES[check_choice("scale", scale, SCALES)]
    x, y = (frame[n].to_numpy(dtype=float) for n in ("estimate", "i2"))
    kept = np.isfinite(x) & np.isfinite(y)
    if not kept.any():
        raise InputError("A GOSH plot must have one subset or more with a finite result. Got none.")
    lost = len(x) - int(kept.sum())
    x, y = x[kept], y[kept]
    ends = [float(x.min()), float(x.max()), *(whole[:1] if whole else ())]
    caption = [*footer, _explain(len(x), lost, marked=whole is not None)]
    across = _shorten(plain_ruler(shown.heading, ends, scale, across=True), after=MARGIN)
    down = _shorten(rising_ruler("", [0.0, 1.0], "percent"), before=MARGIN - GAP)
    page, panel = open_panel(ax, width, across, down, caption)
    add_groups(page, lambda: _draw(page, panel, x, y, whole))
    decimals = shown.decimals(ends)
    low, high = (shown.show(value, decimals) for value in (x.min(), x.max()))
    i2 = [format_count(100 * value) for value in (y.min(), y.max())]
    text = (
        f"GOSH plot of {format_count(len(x))} subsets: estimates from {low} to {high}, I² from "
        f"{i2[0]} to {i2[1]} %."
    )
    describe_axes(page, title="Subsets of the studies", text=text)
    return page


def _explain(count: int, lost: int, *, marked: bool) -> str:
    """Return what is drawn, in a few sentences."""
    parts = ["Each filled point: a subset of the studies."]
    if count > FEW:
        parts = ["Darker: more subsets, in equal steps of the logarithm."]
    parts += ["Open point: all studies."] * marked + ["Histograms: each axis alone."]
    if lost:
        parts.append(f"{format_count(lost)} subsets without an answer are not shown.")
    return " ".join(parts)


def _shorten(make: MakeRuler, *, before: float = 0.0, after: float = 0.0) -> MakeRuler:
    """Return a maker of axes that leave room for a histogram."""

    def shorter(span: tuple[float, float], style: TextStyle) -> Ruler:
        return replace(make((span[0] + before, span[1] - after), style))

    return shorter


def _draw(
    ax: Axes, panel: Panel, x: FloatArray, y: FloatArray, whole: tuple[float, float] | None
) -> list[Group]:
    """Return subsets, histograms, axes and the mark of all studies."""
    left, top, right, bottom = panel.box
    columns, rows = max(8, int((right - left) / CELL)), max(8, int((bottom - top) / CELL))
    at_x = _place(panel.x, x, columns)
    at_y = _place(panel.y, y, rows)
    if len(x) <= FEW:
        points = zip(x.tolist(), y.tolist(), strict=True)
        art: list[Artist] = [
            draw_dot(ax, panel.at(*pair), 1.3, open=False, gid=f"dot-{i}")
            for i, pair in enumerate(points)
        ]
    else:
        counts = np.bincount(at_y * columns + at_x, minlength=rows * columns)
        art = [*_shades(ax, panel, counts.reshape(rows, columns))]
    sides: list[Artist] = [
        _histogram(ax, panel, np.bincount(at_x, minlength=columns), across=True),
        _histogram(ax, panel, np.bincount(at_y, minlength=rows), across=False),
    ]
    title = write_text(EDGE, top - 1.1 * panel.style.size, "I², %", panel.style, ax)
    return [
        Group("subsets", art), Group("histograms", sides), *draw_frame(ax, panel),
        Group("title-y", [title]), Group("whole", _mark(ax, panel, whole)),
    ]  # fmt: skip


def _place(ruler: Ruler, values: FloatArray, cells: int) -> IntArray:
    """Return the cell of each value, counted from where the axis starts."""
    share = (values - ruler.low) / (ruler.high - ruler.low)
    return np.clip((share * cells).astype(np.int64), 0, cells - 1)


def _shades(ax: Axes, panel: Panel, counts: IntArray) -> Iterator[Artist]:
    """Yield one area a shade; each covers all darker ones too, so that no seam shows."""
    ratio = float(counts.max()) ** (1 / len(SHADES))
    for level, shade in enumerate(SHADES):
        cells = counts >= ratio**level
        yield fill_path(ax, _cells_to_path(panel, cells), shade, f"{shade}-cells")


def _cells_to_path(panel: Panel, cells: NDArray[np.bool_]) -> Path:
    """Return the outline of cells, neighbours in a row as one rectangle."""
    left, top, right, bottom = panel.box
    wide, high = (right - left) / cells.shape[1], (bottom - top) / cells.shape[0]
    edges = np.diff(cells.astype(np.int8), axis=1, prepend=0, append=0)
    row, start = np.nonzero(edges > 0)
    stop = np.nonzero(edges < 0)[1]
    a, b = left + wide * start, left + wide * stop
    c, d = top + high * row, top + high * (row + 1)
    return _rectangles(a, b, c, d)


def _rectangles(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> Path:
    """Return rectangles from left to right and from top to bottom as one path."""
    corners = np.stack([a, c, b, c, b, d, a, d, a, c], axis=1).reshape(-1, 2)
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY] * len(a)
    return Path(corners, codes)


def _histogram(ax: Axes, panel: Panel, counts: IntArray, *, across: bool) -> Artist:
    """Return the bars of one axis, above or to the right of the panel."""
    left, top, right, bottom = panel.box
    tall = (MARGIN - GAP) * counts / counts.max()
    if across:
        edges = np.linspace(left, right, len(counts) + 1)
        foot = np.full(len(counts), top - GAP)
        path = _rectangles(edges[:-1], edges[1:], foot - tall, foot)
        return fill_path(ax, path, "shade-3", "histogram-estimate")
    edges = np.linspace(top, bottom, len(counts) + 1)
    foot = np.full(len(counts), right + GAP)
    path = _rectangles(foot, foot + tall, edges[:-1], edges[1:])
    return fill_path(ax, path, "shade-3", "histogram-i2")


def _mark(ax: Axes, panel: Panel, whole: tuple[float, float] | None) -> list[Artist]:
    """Return an open point where all studies together stand."""
    if whole is None or not np.isfinite(whole).all():
        return []
    return [draw_dot(ax, panel.at(*whole), 2.8, open=True, gid="whole-mark")]
