"""The forest plot: a table of studies with a panel of estimates and intervals in it.

Everything is measured first (:mod:`~reviewkit.present.forest_plan`).  The
plan then goes on one page, or on several with the same columns and axis.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from reviewkit.present import marks
from reviewkit.present.axes import MM, Group, describe_axes, write_text
from reviewkit.present.columns import Column, place_cell
from reviewkit.present.forest_frame import (
    anchor_column,
    draw_footer,
    draw_headings,
    draw_page_line,
    draw_scale,
)
from reviewkit.present.forest_pages import Page, split_pages
from reviewkit.present.forest_plan import Plan, plan_forest
from reviewkit.present.forest_rows import Row, count_decimals, describe_rows
from reviewkit.present.judgement_columns import Judgements
from reviewkit.present.lettering import CAP_HEIGHT
from reviewkit.present.page import EDGE, add_groups, open_page, page_width, write_lines

__all__ = ["draw_forest", "draw_forest_pages"]

Point = tuple[float, float]

LONG = 20  # studies from which on bands lead the eye


def draw_forest(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    width: float = 174.0,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    scale: str = "percent",
    limits: tuple[float, float] | None = None,
    reference: float | None = None,
    level: float = 0.95,
    footer: Sequence[str] = (),
    mark: float | tuple[float, str] | None = None,
    judgements: Judgements | None = None,
    heading: str | None = None,
) -> Axes:
    """Draw studies, subgroups and pooled results as a forest plot.

    Parameters
    ----------
    frame : DataFrame
        One row a line of the plot.  ``kind`` is one of ``study`` (if the
        column is missing, all are), ``excluded`` (grey and hollow),
        ``heading`` (starts a block, which ends at the next gap), ``pooled``
        (a diamond), ``prediction`` (a bar), ``gap``, ``note``; ``study`` is
        the label.  Numbers: ``events, total, estimate, ci_low, ci_high,
        pi_low, pi_high, weight``; proportions and weights in [0, 1].  Rows of
        one ``cluster``, if there is such a column, are shaded.  Any
        other column can be shown: numbers, texts, or judgements (a column of
        ``low``, ``some concerns``, ``high`` … is drawn as signs with a legend).
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    columns : sequence or mapping of str, optional
        What stands from left to right; ``panel`` is the place of the plot.  A
        mapping gives headings too; that of ``panel`` goes under the axis.  A pair
        of texts is a heading that neighbours have in common, and the column's own.
    scale : str
        A key of :data:`~reviewkit.present.scale.SCALES`.
    limits : tuple of float, optional
        Ends of the axis, in units of the frame.  What lies beyond is cut and
        ends in an arrow head.  Without it, the axis holds everything.
    reference : float, optional
        Place of the dotted line: the overall result, or NaN for none.
    level : float
        Level of the intervals, for the heading.
    footer : sequence of str
        Paragraphs below: the recipe, tau², I², Q, tests between groups.
    mark : float or (float, str), optional
        Value to mark with a dashed line, in units of the frame, and what it is; the
        footer says so.
    judgements : DataFrame or mapping of DataFrame, optional
        Columns of signs at the right, under the heading "Risk of bias" or the keys of
        the mapping: ``study`` and one column an item, with values of
        :data:`~reviewkit.present.marks.JUDGEMENTS` in any case, or nothing.  Studies
        are matched by label; those of other reviews may be there too.
    heading : str, optional
        What the estimates are, "Log odds ratio" for example, above their column and below
        the axis; left out, the scale says it.

    Returns
    -------
    Axes
        In points from the upper left corner; its label is a sentence for
        those who cannot see the picture.

    Raises
    ------
    InputError
        If a number breaks its range, a judgement is unknown or of no study here, or
        the columns do not fit the width.

    Examples
    --------
    >>> frame = pd.DataFrame({"study": ["Coffey 1999"], "events": [35], "total": [80],
    ...     "estimate": [0.4375], "ci_low": [0.327], "ci_high": [0.553]})
    >>> draw_forest(frame).get_label()
    'Forest plot of 1 study. Prevalence, %: estimates from 43.8 to 43.8.'
    """
    plan = plan_forest(
        frame, page_width(ax, width), columns=columns, scale=scale, limits=limits, reference=reference,
        level=level, footer=footer, mark=mark, judgements=judgements, heading=heading,
    )  # fmt: skip
    return _draw_page(ax, plan, Page(plan.rows))


def draw_forest_pages(frame: pd.DataFrame, *, height: float = 235.0, **options: Any) -> list[Axes]:
    """Draw a long forest plot on pages of at most `height` mm, all with the same axis.

    Each page has the headings, the axis and its number; a block that goes on repeats its
    heading with "(continued)", and the last page has the footer.  `options` are those of
    :func:`draw_forest` but `ax`.
    """
    width = options.pop("width", 174.0) * MM
    defaults: dict[str, Any] = {
        "columns": None,
        "scale": "percent",
        "limits": None,
        "reference": None,
    }
    defaults |= {"level": 0.95, "footer": (), "mark": None, "judgements": None, "heading": None}
    plan = plan_forest(frame, width, **defaults | options)
    return [_draw_page(None, plan, page) for page in split_pages(plan, height * MM)]


def _draw_page(ax: Axes | None, plan: Plan, page: Page) -> Axes:
    """Draw headings, axis, rows and, on the last page, the footer."""
    rows, last = page.rows, page.last
    height = plan.height(rows, last=last, numbered=page.count > 1)
    drawn = open_page(
        ax, plan.width, height, "the rows", "Leave `ax` out, or see draw_forest_pages."
    )
    add_groups(drawn, lambda: [
        Group("bands", _bands(drawn, plan, rows)),
        Group("head", draw_headings(drawn, plan)),
        Group("scale", draw_scale(drawn, plan, plan.top_of_axis(rows))),
        *(_row(drawn, plan, *at) for at in _places(plan, rows) if at[0].kind != "gap"),
        Group("foot", draw_footer(drawn, plan, plan.top_of_footer(rows)) if last else []),
        Group("page", draw_page_line(drawn, plan, page.label, height) if page.label else []),
    ])  # fmt: skip
    heading = " ".join(plan.label) or plan.axis.scale.heading
    scale = plan.axis.scale
    text = describe_rows(plan.rows, scale, heading, count_decimals(plan.frame, scale))
    describe_axes(drawn, title=f"Forest plot: {heading}", text=text)
    return drawn


def _places(plan: Plan, rows: Iterable[Row]) -> Iterator[tuple[Row, float]]:
    """Yield rows and where each begins."""
    top = plan.head
    for row in rows:
        yield row, top
        top += plan.row_height(row)


def _bands(ax: Axes, plan: Plan, rows: Sequence[Row]) -> list[Artist]:
    """Return bands that lead the eye: behind rows of one cluster, or each other study of many."""
    studies = [(row, top) for row, top in _places(plan, rows) if row.kind in ("study", "excluded")]
    across = (EDGE, plan.width - EDGE)
    if plan.clustered:
        return [
            marks.draw_band(ax, across, (top, bottom), colour="grid")
            for top, bottom in _cluster_bands(plan, studies)
        ]
    if sum(row.kind in ("study", "excluded") for row in plan.rows) < LONG:
        return []
    return [
        marks.draw_band(ax, across, (top, top + plan.row_height(row))) for row, top in studies[1::2]
    ]


def _cluster_bands(plan: Plan, studies: Sequence[tuple[Row, float]]) -> Iterator[Point]:
    """Yield top and bottom of rows that share a cluster, neighbours as one, a line apart."""
    before: tuple[str, float, float] | None = None
    for row, top in studies:
        cluster, bottom = plan.clusters[row.at], top + plan.row_height(row)
        if before and before[0] == cluster and math.isclose(before[2], top):
            before = (cluster, before[1], bottom)
            continue
        if before and before[0]:
            yield before[1] + 0.4, before[2] - 0.4
        before = (cluster, top, bottom)
    if before and before[0]:
        yield before[1] + 0.4, before[2] - 0.4


def _row(ax: Axes, plan: Plan, row: Row, top: float) -> Group:
    """Return all that a row shows; its title holds the name in full."""
    y = top + 0.75 * plan.style.size
    baseline = y + CAP_HEIGHT / 2 * plan.style.size
    art = _marks(ax, plan, row, y)
    for place, column in enumerate(plan.columns):
        if not column.cells:
            continue
        cell, gid = column.cells[row.at], f"cell-{row.at}-{place}"
        if column.role == "glyph" and cell[0]:
            art += marks.draw_judgement(
                ax, anchor_column(column)[0], y, plan.style.size, cell[0], gid
            )
        elif column.role == "number":
            for text, x in place_cell(column, cell, row.style):
                art.append(write_text(x, baseline, text, row.style, ax))
        elif column.role == "text":
            art += _cell(ax, plan, row, column, baseline, gid)
    return Group(f"row-{row.at}", art, title=_tell(plan, row))


def _cell(
    ax: Axes, plan: Plan, row: Row, column: Column, baseline: float, gid: str
) -> list[Artist]:
    """Return the lines of a text; if it is elided, under a title with all of it."""
    left = column.left + (row.indent if column.name == "study" else 0.0)
    lines = plan.lines_of(row).get(column.name, ())
    art = write_lines(left, baseline, lines, row.style, ax)
    elided = bool(lines) and lines[-1].endswith("…") and column.name != "study"
    return [Group(gid, art, title=column.cells[row.at][0])] if elided else art


def _marks(ax: Axes, plan: Plan, row: Row, y: float) -> list[Artist]:
    """Return what a row shows in the panel."""
    low, middle, high = (row.numbers[n] for n in ("ci_low", "estimate", "ci_high"))
    ends = row.numbers["pi_low"], row.numbers["pi_high"]
    axis, gid, size = plan.axis, f"mark-{row.at}", plan.style.size
    art: list[Artist] = []
    if row.kind in ("study", "excluded"):
        faint = row.kind == "excluded"
        if axis.low <= middle <= axis.high:
            look: dict[str, Any] = {"colour": "faint" if faint else "mark", "hollow": faint}
            art += marks.draw_square(ax, axis.at(middle), y, plan.sides[row.at], gid=gid, **look)
        if math.isfinite(low + high):
            line = {"colour": "faint" if faint else "ink", "gid": f"interval-{row.at}"}
            art += marks.draw_interval(ax, axis, low, high, y, cap=0.4 * size, **line)
    elif row.kind == "pooled" and math.isfinite(low + middle + high):
        colour = "mark" if row.in_block else "ink"
        values = (low, middle, high)
        art += marks.draw_diamond(ax, axis, values, y, 0.95 * size, colour=colour, gid=gid)
    elif row.kind == "prediction" and math.isfinite(sum(ends)):
        art += marks.draw_bar(ax, axis, *ends, y, 0.38 * size, gid=gid)
    return art


def _tell(plan: Plan, row: Row) -> str:
    """Return a row as a line of text, shown when the mouse rests on it."""
    column = next((c for c in plan.columns if c.name == "estimate"), None)
    middle, *interval = column.cells[row.at] if column else ("",)
    numbers = f"{middle} {''.join(interval)}".strip()
    return f"{row.study}: {numbers}" if numbers else row.study
