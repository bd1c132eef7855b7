"""The specification curve: sorted estimates with intervals, and below what was chosen.

Each column is one specification.  Above stand its estimate and interval; below, a mark
in the row of each option that it has.  What runs along with the estimates from left to
right is what moves them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from reviewkit._core.check import check_choice, check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.present.axes import COLOURS, Group, describe_axes, write_text
from reviewkit.present.curve_plan import Plan, indent, plan_curve
from reviewkit.present.lettering import CAP_HEIGHT
from reviewkit.present.marks import draw_band, draw_rule
from reviewkit.present.page import (
    EDGE,
    LEADING,
    add_groups,
    fill_path,
    open_page,
    page_width,
    write_lines,
)
from reviewkit.present.scale import SCALES

__all__ = ["draw_curve"]

_DOT = 1.9  # points; radius of an estimate at most
_NUMBERS = ("estimate", "ci_low", "ci_high")


def draw_curve(
    frame: pd.DataFrame,
    *,
    choices: Mapping[str, str],
    order: Mapping[str, Sequence[str]] | None = None,
    ax: Axes | None = None,
    width: float = 174.0,
    scale: str = "percent",
    level: float = 0.95,
    footer: Sequence[str] = (),
) -> Axes:
    """Draw a specification curve.

    Parameters
    ----------
    frame : DataFrame
        One row a specification: ``estimate, ci_low, ci_high``, and a column of text for
        each choice, empty where it does nothing.
    choices : mapping
        Columns of choices, and the heading of each.
    order : mapping, optional
        Options of each choice in the order in which they are listed; left out, as they come.
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    scale : str
        A key of :data:`~reviewkit.present.scale.SCALES`.
    level : float
        Level of the intervals, for the title of the axis.
    footer : sequence of str
        Paragraphs below.

    Returns
    -------
    Axes
        In points from the upper left corner; its label is a sentence for those who
        cannot see the picture.

    Raises
    ------
    InputError
        If a column is missing, a number is not finite, or the page is too small.

    Examples
    --------
    >>> frame = pd.DataFrame({"estimate": [0.3, 0.2], "ci_low": [0.2, 0.1], "ci_high": [0.4, 0.3],
    ...                       "model": ["random", "common"]})
    >>> draw_curve(frame, choices={"model": "Model"}, width=84).get_label()
    'Specification curve of 2 specifications. Estimates rise from 20.0 to 30.0. Choices: Model.'
    """
    frame = _check(frame, choices, scale)
    points = page_width(ax, width)
    plan = plan_curve(frame, choices, order or {}, points, scale, level, footer)
    page = open_page(ax, points, plan.height, "all options")
    add_groups(page, lambda: _draw(page, plan, frame, scale, level))
    describe_axes(page, title="Specification curve", text=_tell(frame, choices, scale))
    return page


def _check(frame: pd.DataFrame, choices: Mapping[str, str], scale: str) -> pd.DataFrame:
    """Return the rows sorted by estimate."""
    check_choice("scale", scale, SCALES)
    check_columns(frame.columns, {name: name for name in (*_NUMBERS, *choices)})
    numbers = frame[[*_NUMBERS]].to_numpy(dtype=float)
    wrong = np.flatnonzero(~np.isfinite(numbers).all(axis=1)).tolist()
    if wrong or frame.empty:
        where = f"Rows {list_some([*map(str, wrong)], sep=', ')} have not" if wrong else "Got none"
        raise InputError(
            f"A specification curve must have one row or more with finite estimate and interval. "
            f"{where}. Leave out specifications without a result."
        )
    return frame.sort_values("estimate", kind="stable").reset_index(drop=True)


def _tell(frame: pd.DataFrame, choices: Mapping[str, str], scale: str) -> str:
    """Return the picture in words."""
    unit = SCALES[scale]
    estimates = frame["estimate"].to_numpy(dtype=float)
    decimals = unit.decimals(estimates)
    ends = [unit.show(float(v), decimals) for v in (estimates[0], estimates[-1])]
    count = f"{format_count(len(frame))} specification{'s' * (len(frame) != 1)}"
    text = f"Specification curve of {count}. Estimates rise from {ends[0]} to {ends[1]}."
    return text + (f" Choices: {', '.join(choices.values())}." if choices else "")


def _draw(ax: Axes, plan: Plan, frame: pd.DataFrame, scale: str, level: float) -> list[Group]:
    """Return the panel, the rows and the footer."""
    size, small = plan.style.size, plan.style.change(colour="soft")
    title = f"{SCALES[scale].heading} ({100 * level:g}% CI)"
    frame_of: list[Artist] = [write_text(EDGE, EDGE + CAP_HEIGHT * size, title, plan.style, ax)]
    for tick, label in zip(plan.axis.ticks, plan.axis.labels(), strict=True):
        y = plan.y(tick)
        frame_of.append(draw_rule(ax, (plan.left, y), (plan.right, y), colour="grid"))
        baseline = y + CAP_HEIGHT / 2 * size
        frame_of.append(write_text(plan.left - 0.6 * size, baseline, label, small, ax, "right"))
    null = SCALES[scale].null
    if plan.axis.low <= null <= plan.axis.high:
        ends = (plan.left, plan.y(null)), (plan.right, plan.y(null))
        frame_of.append(draw_rule(ax, *ends, gid="null"))
    below = plan.height - EDGE - LEADING * len(plan.footer) * size
    foot = write_lines(EDGE, below + 0.95 * size, plan.footer, small, ax)
    return [
        Group("axis", frame_of), Group("curve", _draw_estimates(ax, plan, frame)),
        *_draw_rows(ax, plan, len(frame)), Group("foot", foot),
    ]  # fmt: skip


def _draw_estimates(ax: Axes, plan: Plan, frame: pd.DataFrame) -> list[Artist]:
    """Return intervals as one path, the median and estimates as another."""
    x = plan.x(len(frame))
    step = (plan.right - plan.left) / len(frame)
    estimates, low, high = (frame[n].to_numpy(dtype=float) for n in _NUMBERS)
    at = [np.array([plan.y(v) for v in values]) for values in (low, high, estimates)]
    ends = np.stack([np.stack([x, at[0]], axis=1), np.stack([x, at[1]], axis=1)], axis=1)
    codes = np.tile(np.array([Path.MOVETO, Path.LINETO], dtype=np.uint8), len(frame))
    intervals = PathPatch(
        Path(ends.reshape(-1, 2), codes), facecolor="none", edgecolor=COLOURS["tint"],
        linewidth=min(1.5, 0.7 * step), capstyle="butt", antialiased=True, gid="intervals",
        transform=ax.transData,
    )  # fmt: skip
    y = plan.y(float(np.median(estimates)))
    middle = draw_rule(ax, (plan.left, y), (plan.right, y), width=0.9, colour="ink", dotted=True,
                       gid="median")  # fmt: skip
    radius = min(_DOT, max(0.7, 0.45 * step))
    dots = fill_path(ax, _circles(x, at[2], radius), "mark", "estimates")
    return [intervals, middle, dots]


def _draw_rows(ax: Axes, plan: Plan, count: int) -> list[Group]:
    """Return a group for each option: band, label, and its marks as one path."""
    size, x = plan.style.size, plan.x(count)
    step = (plan.right - plan.left) / count
    half = min(1.5, 0.4 * step)
    groups, shaded = [], False
    for i, row in enumerate(plan.rows):
        top = plan.bottom + row.top
        style = plan.style.change(bold=row.has is None)
        artists: list[Artist] = []
        shaded = not shaded and row.has is not None
        if shaded:
            artists.append(draw_band(ax, (plan.left, plan.right), (top, top + row.height)))
        artists += write_lines(EDGE + indent(row, size), top + size, row.lines, style, ax)
        if row.has is not None:
            middle, tall = top + row.height / 2, 0.48 * size  # as high in rows of several lines
            marks = _bars(x[row.has], half, middle - tall, middle + tall)
            artists.append(fill_path(ax, marks, "mark", f"taken-{i}"))
        groups.append(Group(f"row-{i}", artists, title=" ".join(row.lines)))
    return groups


def _bars(x: np.ndarray, half: float, top: float, bottom: float) -> Path:
    """Return upright bars as one path."""
    corners = np.array([[-half, top], [half, top], [half, bottom], [-half, bottom], [-half, top]])
    vertices = corners + np.stack([x, np.zeros_like(x)], axis=1)[:, None]
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(vertices.reshape(-1, 2), np.tile(np.array(codes, dtype=np.uint8), x.size))


def _circles(x: np.ndarray, y: np.ndarray, radius: float) -> Path:
    """Return dots as one path."""
    unit = Path.unit_circle()
    vertices = radius * np.asarray(unit.vertices) + np.stack([x, y], axis=1)[:, None]
    assert unit.codes is not None
    return Path(vertices.reshape(-1, 2), np.tile(unit.codes, x.size))
