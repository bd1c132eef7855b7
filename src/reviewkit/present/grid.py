"""A grid of marks: what stands behind what, with totals beside it.

It is measured first (:mod:`~reviewkit.present.grid_plan`), which also decides
whether it is turned or goes on in further blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.path import Path

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM, Group, describe_axes, write_text
from reviewkit.present.grid_plan import GAP, Plan, Table, plan_grid
from reviewkit.present.lettering import CAP_HEIGHT, clean_text
from reviewkit.present.marks import draw_band, draw_rule
from reviewkit.present.page import (
    HIGHEST,
    LEAST_WIDTH,
    RIM,
    add_groups,
    fill_path,
    open_page,
    page_style,
    page_width,
    write_beside,
    write_lines,
    write_over,
    write_upright,
)

__all__ = ["draw_grid"]

_MARK, _DOT = 0.34, 0.07  # em: radius of a mark, and of the dot where there is none


def draw_grid(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    width: float = 174.0,
    totals: pd.DataFrame | None = None,
    title: str = "Grid",
    text: str = "",
    footer: Sequence[str] = (),
) -> Axes:
    """Draw a table of True and False as marks in a grid.

    Parameters
    ----------
    frame : DataFrame
        True or False in each cell; index and columns are the labels, of any length.
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm; its height follows from the labels.
    totals : DataFrame, optional
        Texts to stand beside each row, one column each; as many rows as `frame`.
    title : str
        What the picture is called.
    text : str, optional
        The picture in words; by default its numbers.
    footer : sequence of str
        Paragraphs below.

    Returns
    -------
    Axes
        In points from the upper left corner.  If the columns do not fit side by side, the grid
        is turned (totals are then below), or its columns go on in further blocks.

    Raises
    ------
    InputError
        If the frame is empty or holds other things than True and False; if the page is too
        narrow or the axes are too low.

    Examples
    --------
    >>> frame = pd.DataFrame({"Lee (10)": [True, True], "Berg (17)": [False, True]},
    ...     index=["Mind", "Work"])
    >>> draw_grid(frame, width=84, totals=pd.DataFrame({"Studies": ["1", "2"]})).get_label()
    'Grid of 2 rows and 2 columns; 3 of 4 cells have a mark.'
    """
    table = _read_table(frame, totals)
    points = page_width(ax, width)
    plan = _measure(table, points, footer)
    page = open_page(ax, points, plan.height, "the grid")
    add_groups(page, lambda: _groups(plan, page))
    filled = f"{int(table.marks.sum())} of {table.marks.size} cells have a mark"
    rows, columns = (
        _count(n, what) for n, what in zip(table.marks.shape, ("row", "column"), strict=True)
    )
    describe_axes(page, title=title, text=text or f"Grid of {rows} and {columns}; {filled}.")
    return page


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _measure(table: Table, points: float, footer: Sequence[str]) -> Plan:
    """Return the plan of a grid that fits its page."""
    plan = plan_grid(table, points, page_style(points), footer)
    if plan is None or points < LEAST_WIDTH - 0.5:
        raise InputError(
            f"A grid must be wide enough for labels, marks and totals, "
            f"{LEAST_WIDTH / MM:.0f} mm at least. Got {points / MM:.0f} mm. Draw a wider figure."
        )
    if plan.height > HIGHEST:
        raise InputError(
            f"A grid must fit a page of {HIGHEST / MM / 1000:.0f} m. {table.marks.shape[0]} rows and "
            f"{table.marks.shape[1]} columns need {plan.height / MM / 1000:.1f} m. Draw a part of it."
        )
    return plan


def _read_table(frame: pd.DataFrame, totals: pd.DataFrame | None) -> Table:
    if frame.empty:
        raise InputError(f"A grid must have a row and a column. Got shape {frame.shape}.")
    wrong = [
        repr(name)
        for name, dtype in zip(frame.columns, frame.dtypes, strict=True)
        if dtype != np.bool_
    ]
    if wrong:
        raise InputError(
            f"All cells of a grid must be True or False. It is not so in {list_some(wrong)}."
        )
    if totals is None:
        totals = pd.DataFrame(index=frame.index)
    if len(totals) != len(frame):
        raise InputError(
            f"`totals` must have a row for each row of the grid ({len(frame)}). Got {len(totals)}."
        )
    cells = tuple(tuple(clean_text(str(cell)) for cell in totals[name]) for name in totals)
    rows, columns, heads = (
        tuple(clean_text(str(label)).strip() or "–" for label in labels)
        for labels in (frame.index, frame.columns, totals.columns)
    )
    return Table(rows, columns, frame.to_numpy(dtype=bool), heads, cells)


def _groups(plan: Plan, ax: Axes) -> Iterator[Group]:
    """Yield all that is drawn, block by block."""
    for number, columns in enumerate(plan.blocks):
        top = RIM + number * plan.block_height
        yield Group(f"grid-head-{number}", _draw_heads(plan, columns, top, ax))
        is_last = columns.stop == len(plan.table.columns)
        starts = accumulate(plan.row_heights, initial=top + plan.head)
        for row, (y, height) in enumerate(zip(starts, plan.row_heights, strict=False)):
            art = _draw_row(plan, row, columns, (y, y + height), ax, with_totals=is_last)
            marked = [plan.table.columns[at] for at in columns if plan.table.marks[row, at]]
            label = plan.table.rows[row]
            told = "; ".join(marked) or "no mark"
            yield Group(f"grid-row-{number}-{row}", art, title=label, text=told)
        if plan.table.turned and plan.table.headings:
            foot = _draw_foot(plan, columns, top + plan.head + sum(plan.row_heights), ax)
            yield Group(f"grid-foot-{number}", foot)
    soft = plan.style.change(colour="soft")
    base = RIM + len(plan.blocks) * plan.block_height + CAP_HEIGHT * soft.size
    yield Group("grid-footer", write_lines(RIM, base, plan.footer, soft, ax))


def _start(plan: Plan) -> float:
    """Return where the first column starts."""
    return RIM + plan.label + GAP * plan.style.size


def _middles(plan: Plan, columns: range) -> list[float]:
    """Return the middles of the columns of a block."""
    return [_start(plan) + (at + 0.5) * plan.pitch for at in range(len(columns))]


def _ends(plan: Plan) -> list[float]:
    """Return the right ends of the totals beside the rows."""
    return [*accumulate(plan.sides, initial=_start(plan) + plan.block * plan.pitch)][1:]


def _right(plan: Plan, columns: range) -> float:
    """Return where the rules of a block end."""
    is_last = columns.stop == len(plan.table.columns)
    return (
        _ends(plan)[-1] if plan.sides and is_last else _middles(plan, columns)[-1] + plan.pitch / 2
    )


def _draw_heads(plan: Plan, columns: range, top: float, ax: Axes) -> list[Artist]:
    """Return the headings of columns and totals, and the rule below them."""
    style, size, bottom = plan.style, plan.style.size, top + plan.head
    rule = bottom - 0.2 * size
    art: list[Artist] = [draw_rule(ax, (RIM, rule), (_right(plan, columns), rule))]
    for at, x in zip(columns, _middles(plan, columns), strict=True):
        if plan.upright:
            art += write_upright(x, bottom - 0.5 * size, plan.heads[at], style, ax)
        else:
            art += write_over(x, bottom - 0.6 * size, plan.heads[at], style, ax)
    if plan.sides and columns.stop == len(plan.table.columns):
        bold = style.change(bold=True)
        for x, name in zip(_ends(plan), plan.table.headings, strict=True):
            art.append(write_text(x, bottom - 0.6 * size, name, bold, ax, "right"))
    return art


def _draw_row(
    plan: Plan, row: int, columns: range, down: tuple[float, float], ax: Axes, *, with_totals: bool
) -> list[Artist]:
    """Return a row with its label, its marks and its totals."""
    size, middle = plan.style.size, sum(down) / 2
    base = middle + CAP_HEIGHT * size / 2
    art: list[Artist] = []
    if row % 2 == 0:
        art.append(draw_band(ax, (RIM, _right(plan, columns)), down))
    art += write_beside(RIM, middle, plan.labels[row], plan.style, ax)
    middles = _middles(plan, columns)
    for filled, radius, colour in ((True, _MARK, "mark"), (False, _DOT, "faint")):
        spots = [
            (x, middle)
            for x, at in zip(middles, columns, strict=True)
            if bool(plan.table.marks[row, at]) is filled
        ]
        if spots:
            kind = "mark" if filled else "dot"
            path = Path.make_compound_path(*(Path.circle(spot, radius * size) for spot in spots))
            art.append(fill_path(ax, path, colour, f"{kind}-{row}"))
    if with_totals and plan.sides:
        for x, cells in zip(_ends(plan), plan.table.totals, strict=True):
            art.append(write_text(x, base, cells[row], plan.style, ax, "right"))
    return art


def _draw_foot(plan: Plan, columns: range, top: float, ax: Axes) -> list[Artist]:
    """Return the totals below the rows of a turned grid."""
    size, bold = plan.style.size, plan.style.change(bold=True)
    art: list[Artist] = [draw_rule(ax, (RIM, top), (_right(plan, columns), top))]
    step = plan.foot / len(plan.table.headings)
    for number, (name, cells) in enumerate(
        zip(plan.table.headings, plan.table.totals, strict=True)
    ):
        y = top + (number + 0.5) * step + CAP_HEIGHT * size / 2
        art.append(write_text(RIM, y, name, bold, ax))
        for at, x in zip(columns, _middles(plan, columns), strict=True):
            art.append(write_text(x, y, cells[at], plan.style, ax, "center"))
    return art
