"""What stands around the rows of a forest plot: headings, axis, footer, signs, page number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from reviewkit.present import marks
from reviewkit.present.axes import write_text
from reviewkit.present.columns import Column
from reviewkit.present.forest_plan import AIR, LEGEND, SPAN, Plan
from reviewkit.present.lettering import CAP_HEIGHT
from reviewkit.present.page import EDGE, LEADING, write_lines

__all__ = [
    "anchor_column",
    "draw_footer",
    "draw_headings",
    "draw_page_line",
    "draw_scale",
    "find_spans",
]


def draw_headings(ax: Axes, plan: Plan) -> list[Artist]:
    """Return the headings, the last lines level, over a rule."""
    bold = plan.style.change(bold=True)
    rule = plan.head - AIR * bold.size
    art = [marks.draw_rule(ax, (EDGE, rule), (plan.width - EDGE, rule), gid="rule-head")]
    for column in plan.columns:
        x, align = anchor_column(column)
        for i, line in enumerate(reversed(column.heading)):
            y = rule - (0.55 + LEADING * i) * bold.size
            art.append(write_text(x, y, line, bold, ax, align))
    for text, lines, (left, right) in find_spans(plan):
        level = rule - (0.55 + LEADING * (lines - 1) + SPAN) * bold.size
        below = level + 0.32 * bold.size
        art.append(marks.draw_rule(ax, (left, below), (right, below), gid=f"rule-span-{left:.0f}"))
        art.append(write_text((left + right) / 2, level, text, bold, ax, "center"))
    return art


def find_spans(plan: Plan) -> Iterator[tuple[str, int, tuple[float, float]]]:
    """Yield each heading over several columns, the lines of these, and where they lie."""
    at = 0
    while at < len(plan.columns):
        group, first = plan.columns[at].group, at
        while at < len(plan.columns) and plan.columns[at].group == group:
            at += 1
        if group:
            some = plan.columns[first:at]
            yield group, max(len(c.heading) for c in some), (some[0].left, some[-1].right)


def anchor_column(column: Column) -> tuple[float, str]:
    """Return where the heading of a column is anchored and how."""
    return {
        "text": (column.left, "left"),
        "number": (column.right, "right"),
        "glyph": (column.left + column.width / 2, "center"),
        "panel": (column.left, "left"),
    }[column.role]


def draw_scale(ax: Axes, plan: Plan, bottom: float) -> list[Artist]:
    """Return faint lines at the ticks, the reference, the axis, its ticks and its label."""
    axis, small, top = plan.axis, plan.small, plan.head - AIR * plan.style.size
    faint = "grid-on-band" if plan.clustered else "grid"
    art: list[Artist] = []
    for i, (tick, label) in enumerate(zip(axis.ticks, axis.labels(), strict=True)):
        x = axis.at(tick)
        art.append(marks.draw_rule(ax, (x, top), (x, bottom), width=0.5, colour=faint))
        art.append(marks.draw_rule(ax, (x, bottom), (x, bottom + 2.5), gid=f"tick-{i}"))
        y = bottom + 4.2 + CAP_HEIGHT * small.size
        art.append(write_text(x, y, label, small, ax, "center"))
    art.append(marks.draw_rule(ax, (axis.left, bottom), (axis.right, bottom), gid="axis"))
    if axis.low <= axis.scale.null <= axis.high:
        x = axis.at(axis.scale.null)
        art.append(marks.draw_rule(ax, (x, top), (x, bottom), gid="null"))
    if math.isfinite(plan.reference) and axis.low <= plan.reference <= axis.high:
        x = axis.at(plan.reference)
        dots: Any = {"width": 0.9, "dotted": True, "gid": "reference"}
        art.append(marks.draw_rule(ax, (x, top), (x, bottom), **dots))
    if plan.mark is not None:
        x = axis.at(plan.mark[0])
        art.append(marks.draw_dashes(ax, (x, top), (x, bottom), gid="reported"))
    middle = (axis.left + axis.right) / 2
    base = bottom + 2.75 * plan.style.size
    return [*art, *write_lines(middle, base, plan.label, plan.style, ax, "center")]


def draw_footer(ax: Axes, plan: Plan, top: float) -> list[Artist]:
    """Return what the signs mean and, below it, the footer."""
    art: list[Artist] = []
    size, x = plan.small.size, EDGE
    for row, names in enumerate(plan.legend_rows):
        x, y = EDGE, top + (0.5 * LEGEND + LEGEND * row) * size
        for name in names:
            gid = f"legend-{name}".replace(" ", "-")
            art += marks.draw_judgement(ax, x + 0.5 * size, y, size, name, gid)
            baseline = y + CAP_HEIGHT / 2 * size
            art.append(write_text(x + 1.4 * size, baseline, name, plan.small, ax))
            x += plan.measure_sign(name)
    top += LEGEND * len(plan.legend_rows) * size
    base = top + (0.6 + CAP_HEIGHT) * size
    return [*art, *write_lines(EDGE, base, plan.footer, plan.small, ax)]


def draw_page_line(ax: Axes, plan: Plan, text: str, bottom: float) -> list[Artist]:
    """Return which page this is, at the lower right."""
    return [write_text(plan.width - EDGE, bottom - EDGE, text, plan.small, ax, "right")]
