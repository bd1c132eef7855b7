"""An evidence map: how many studies are in each cell of a table, and where there are none.

Each cell bears its number on a disc whose area is in proportion to it; an empty cell is a
gap in the evidence and has a dot.  Panels (of a third facet) stand side by side, or below
each other where the page is narrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.present.axes import COLOURS, Group, describe_axes, write_text
from reviewkit.present.evidence_plan import GAP, Part, Plan, plan_map
from reviewkit.present.lettering import CAP_HEIGHT, clean_text, wrap_lines
from reviewkit.present.marks import draw_band, draw_rule
from reviewkit.present.page import (
    RIM,
    add_groups,
    open_page,
    page_width,
    write_beside,
    write_lines,
    write_over,
    write_upright,
)

__all__ = ["draw_evidence"]


def draw_evidence(
    panels: Mapping[str, pd.DataFrame],
    *,
    ax: Axes | None = None,
    width: float = 174.0,
    title: str = "Evidence map",
    text: str = "",
    footer: Sequence[str] = (),
) -> Axes:
    """Draw counts of studies by two or three facets.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Counts by the name of a panel, all with the same index and columns; the name of a
        single panel may be empty.
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm, 60 or more; its height follows from the labels.
    title : str
        What the picture is called.
    text : str, optional
        The picture in words; by default its numbers.
    footer : sequence of str
        Paragraphs below.

    Returns
    -------
    Axes
        In points from the upper left corner.

    Raises
    ------
    InputError
        If there is no panel, no row or no column, panels differ in these, or the page is too
        small.

    Examples
    --------
    >>> frame = pd.DataFrame({"Burnout": [3, 0]}, index=["Mind", "Work"])
    >>> draw_evidence({"Individual": frame, "Team": frame}, width=84).get_label()
    'Evidence map of 2 rows, 1 column and 2 panels; 2 of 4 cells hold a study.'
    """
    frames = list(panels.values())
    if not frames or frames[0].empty:
        raise InputError("An evidence map must have a panel with a row and a column. Got none.")
    if any(
        not (f.index.equals(frames[0].index) and f.columns.equals(frames[0].columns))
        for f in frames
    ):
        raise InputError("All panels of an evidence map must have the same rows and columns.")
    points = page_width(ax, width)
    plan = plan_map(frames[0], [*panels], points, footer)
    page = open_page(ax, points, plan.height, "the map")
    counts = {name: frame.to_numpy(dtype=float) for name, frame in panels.items()}
    add_groups(page, lambda: _groups(plan, counts, page))
    describe_axes(page, title=title, text=text or _describe(frames))
    return page


def _describe(frames: Sequence[pd.DataFrame]) -> str:
    rows, columns = frames[0].shape
    filled = sum(int((frame.to_numpy() > 0).sum()) for frame in frames)
    told = [
        f"{n} {what}{'s' * (n != 1)}"
        for n, what in ((rows, "row"), (columns, "column"), (len(frames), "panel"))
    ]
    cells = rows * columns * len(frames)
    return f"Evidence map of {told[0]}, {told[1]} and {told[2]}; {filled} of {cells} cells hold a study."


def _groups(plan: Plan, counts: Mapping[str, np.ndarray], ax: Axes) -> Iterator[Group]:
    most = max(max(float(found.max()) for found in counts.values()), 1.0)
    for number, parts in enumerate(plan.lines):
        top = RIM + number * plan.block
        lefts, x = [], plan.start
        for part in parts:
            lefts.append(x)
            x += (part.last - part.first) * plan.pitch + GAP * plan.style.size
        right = x - GAP * plan.style.size
        yield Group(f"evidence-head-{number}", _draw_heads(plan, parts, lefts, top, ax))
        starts = accumulate(plan.heights, initial=top + plan.over)
        for row, (y, tall) in enumerate(zip(starts, plan.heights, strict=False)):
            art = _draw_row(plan, row, (y, y + tall), right, ax)
            told = []
            for part, left in zip(parts, lefts, strict=True):
                cells = counts[part.panel][row, part.first : part.last]
                art += _draw_cells(plan, cells, left, y + tall / 2, most, ax)
                names = plan.columns[part.first : part.last]
                told += [
                    f"{part.panel} {name}: {format_count(cell)}".strip()
                    for name, cell in zip(names, cells.tolist(), strict=True)
                ]
            label = " ".join(plan.labels[row])
            yield Group(f"evidence-row-{number}-{row}", art, title=label, text="; ".join(told))
    soft = plan.style.change(colour="soft")
    base = RIM + len(plan.lines) * plan.block + CAP_HEIGHT * soft.size
    yield Group("evidence-footer", write_lines(RIM, base, plan.footer, soft, ax))


def _draw_heads(
    plan: Plan, parts: Sequence[Part], lefts: Sequence[float], top: float, ax: Axes
) -> list[Artist]:
    """Return names of panels, headings of columns, and the rules below both."""
    style, size = plan.style, plan.style.size
    bold, bottom = style.change(bold=True), top + plan.over
    art: list[Artist] = []
    for part, left in zip(parts, lefts, strict=True):
        wide = (part.last - part.first) * plan.pitch
        if plan.named:
            name = wrap_lines(clean_text(part.panel).strip() or "–", bold, wide, 1)[0]
            art.append(write_text(left + wide / 2, top + 0.95 * size, name, bold, ax, "center"))
            rule = top + 1.4 * size
            art.append(draw_rule(ax, (left, rule), (left + wide, rule)))
        art.append(draw_rule(ax, (left, bottom - 0.15 * size), (left + wide, bottom - 0.15 * size)))
        for at in range(part.first, part.last):
            x = left + (at - part.first + 0.5) * plan.pitch
            if plan.upright:
                art += write_upright(x, bottom - 0.5 * size, plan.heads[at], style, ax)
            else:
                art += write_over(x, bottom - 0.55 * size, plan.heads[at], style, ax)
    return art


def _draw_row(
    plan: Plan, row: int, down: tuple[float, float], right: float, ax: Axes
) -> list[Artist]:
    art: list[Artist] = [draw_band(ax, (RIM, right), down)] if row % 2 == 0 else []
    return [*art, *write_beside(RIM, sum(down) / 2, plan.labels[row], plan.style, ax)]


def _draw_cells(
    plan: Plan, cells: np.ndarray, left: float, middle: float, most: float, ax: Axes
) -> list[Artist]:
    """Return a disc with its number for each count, and a dot for none."""
    size = plan.style.size
    largest = 0.5 * min(plan.pitch, 2.3 * size) - 0.6
    art: list[Artist] = []
    for at, count in enumerate(cells.tolist()):
        x = left + (at + 0.5) * plan.pitch
        radius = largest * (count / most) ** 0.5 if count else 0.08 * size
        fill = COLOURS["tint" if count else "faint"]
        art.append(
            Circle((x, middle), radius, facecolor=fill, edgecolor="none", linewidth=0,
                   antialiased=True, gid="disc" if count else "gap", transform=ax.transData)
        )  # fmt: skip
        if count:
            base = middle + CAP_HEIGHT * size / 2
            art.append(write_text(x, base, format_count(count), plan.style, ax, "center"))
    return art
