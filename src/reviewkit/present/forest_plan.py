"""A forest plot, measured: columns as wide as their texts, the panel in what is left."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from reviewkit._core.check import check_choice, check_level
from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM
from reviewkit.present.columns import (
    PANEL,
    Column,
    gap_between,
    make_column,
    make_text_column,
    place_columns,
    widen_groups,
)
from reviewkit.present.forest_looks import find_clusters, read_mark, square_sides, tell_mark
from reviewkit.present.forest_rows import KINDS, Row, check_rows, find_pooled, read_rows
from reviewkit.present.judgement_columns import Judgements, add_judgements
from reviewkit.present.lettering import TextStyle, wrap_lines
from reviewkit.present.marks import JUDGEMENTS
from reviewkit.present.page import EDGE, LEADING, NARROW, page_style
from reviewkit.present.scale import SCALES, Axis, Scale, make_axis

__all__ = ["AIR", "LEGEND", "SPAN", "Plan", "plan_forest"]

PITCH = 1.5  # em from row to row
AIR = 0.25  # em: between rows and rules
LEGEND = 2.0  # em: height of a line that explains the signs
SPAN = 1.5  # em: from the headings of columns to one that some of them have in common
LEAST_PANEL = (20 * MM, 13 * MM)  # the second where judgements need room too
WANTED_PANEL = (0.29, 0.27)  # shares of a narrow and a wide page; texts wrap before it gets less
Heading = str | tuple[str, str]  # or one that neighbours have in common, and the column's own
INTERVALS = ["estimate", "ci_low", "ci_high", "pi_low", "pi_high"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A forest plot that is measured and not yet drawn; lengths in points."""

    frame: pd.DataFrame
    rows: tuple[Row, ...]
    lines: tuple[dict[str, tuple[str, ...]], ...]  # the texts of a row by column, in lines
    columns: tuple[Column, ...]
    axis: Axis
    label: tuple[str, ...]  # under the axis
    reference: float  # NaN for none
    footer: tuple[str, ...]
    style: TextStyle
    width: float
    sides: tuple[float, ...]  # of the squares, by row
    mark: tuple[float, str] | None = None  # a dashed line, and what it is
    clusters: tuple[str, ...] = ()  # of each row that shares one, else ""

    @property
    def small(self) -> TextStyle:
        """Return the style of footer and tick labels."""
        return self.style.change(colour="soft")

    @property
    def head(self) -> float:
        """Return the height of the headings, the rule below them and a little air."""
        lines = [LEADING * (len(c.heading) - 1) + (SPAN if c.group else 0.0) for c in self.columns]
        return EDGE + (max(lines) + 1.45 + AIR) * self.style.size

    @property
    def clustered(self) -> bool:
        """Say whether rows share a cluster."""
        return any(self.clusters)

    def lines_of(self, row: Row) -> dict[str, tuple[str, ...]]:
        """Return the texts of a row by column, in lines."""
        return {"study": row.continued} if row.continued else self.lines[row.at]

    def break_label(self, row: Row, addition: str) -> tuple[str, ...]:
        """Return the label of a row that has no other text, with something added, in lines."""
        study = next(c for c in self.columns if c.name == "study")
        room = next((c.left for c in self.columns if c.left > study.left), self.width) - study.left
        return wrap_lines(f"{row.study} {addition}", row.style, room, 3)

    def row_height(self, row: Row) -> float:
        """Return the height of a row with as many lines as its longest cell."""
        lines = max((len(cell) for cell in self.lines_of(row).values()), default=1)
        return (PITCH * KINDS[row.kind].height + LEADING * (lines - 1)) * self.style.size

    def height(self, rows: Sequence[Row], *, last: bool, numbered: bool = False) -> float:
        """Return the height of a page with these rows; only the last page has the footer."""
        footer = (LEADING * len(self.footer) + 0.6) * self.small.size if self.footer else 0.0
        footer += LEGEND * len(self.legend_rows) * self.small.size
        line = 1.6 * self.small.size if numbered else 0.0
        return self.top_of_footer(rows) + (footer if last else 0.0) + line + EDGE

    @property
    def legend_rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the signs to explain, on as many lines as they need."""
        lines: list[list[str]] = []
        room = 0.0
        for name in self.legend:
            if not lines or self.measure_sign(name) > room:
                lines.append([])
                room = self.width - 2 * EDGE + 1.8 * self.small.size
            lines[-1].append(name)
            room -= self.measure_sign(name)
        return tuple(map(tuple, lines))

    def measure_sign(self, name: str) -> float:
        """Return the width of a sign, its name and the air behind them."""
        return self.small.measure(name) + 3.2 * self.small.size

    @property
    def legend(self) -> tuple[str, ...]:
        """Return the judgements that occur, in the order of the registry."""
        signs = [c for c in self.columns if c.role == "glyph"]
        used = {cell[0] for column in signs for cell in column.cells}
        return tuple(name for name in JUDGEMENTS if name in used)

    def top_of_axis(self, rows: Sequence[Row]) -> float:
        """Return where the axis stands below these rows."""
        return self.head + sum(map(self.row_height, rows)) + AIR * self.style.size

    def top_of_footer(self, rows: Sequence[Row]) -> float:
        """Return where ticks and label of the axis end below these rows."""
        return self.top_of_axis(rows) + (2.0 + LEADING * len(self.label)) * self.style.size


def plan_forest(
    frame: pd.DataFrame,
    width: float,
    *,
    columns: Sequence[str] | Mapping[str, Heading] | None,
    scale: str,
    limits: tuple[float, float] | None,
    reference: float | None,
    level: float,
    footer: Sequence[str],
    mark: float | tuple[float, str] | None,
    judgements: Judgements | None,
    heading: str | None = None,
) -> Plan:
    """Check a frame and measure its picture for a page of `width` points."""
    check_level(level)
    shown = SCALES[check_choice("scale", scale, SCALES)]
    shown = replace(shown, heading=heading or shown.heading)
    frame, added, told = add_judgements(check_rows(frame, shown), judgements)
    marked = read_mark(mark, shown)
    style = page_style(width)
    rows = read_rows(frame, style.size)
    headings = _choose_columns(frame, columns, shown, level, narrow=width < NARROW) | added
    panel = {
        "least": LEAST_PANEL[bool(added)],
        "wanted": WANTED_PANEL[int(width >= NARROW)] * width,
    }
    table = _measure_columns(frame, rows, headings, shown)
    placed = place_columns(table, width, EDGE, style.size, panel)
    if reference is None:
        pooled = find_pooled(rows)
        reference = math.nan if pooled is None else pooled.numbers["estimate"]
    draft = Plan(
        frame, tuple(rows), _break_lines(rows, placed, style), tuple(placed),
        axis=Axis(shown, 0, 1, (0, 1)), label=(str(headings[PANEL]),), reference=reference,
        footer=(), style=style, width=width, sides=square_sides(frame, style.size),
        mark=marked, clusters=find_clusters(frame),
    )  # fmt: skip
    told += [tell_mark(marked, shown)] if marked else []
    return _add_axis_and_footer(draft, limits, [*told, *footer])


def _add_axis_and_footer(
    plan: Plan, limits: tuple[float, float] | None, footer: Sequence[str]
) -> Plan:
    """Return the plan with its axis, which needs the place of the panel, and wrapped footer."""
    lines = [
        line for text in footer for line in wrap_lines(text, plan.small, plan.width - 2 * EDGE, 20)
    ]
    place = next(c for c in plan.columns if c.name == PANEL)
    values = [*plan.frame[INTERVALS].to_numpy().ravel(), plan.reference]
    values += [plan.mark[0]] if plan.mark else []
    axis = make_axis(plan.axis.scale, values, (place.left, place.right), plan.small, limits)
    centre = (place.left + place.right) / 2
    room = 2 * min(centre, plan.width - centre) - 2 * EDGE
    label = wrap_lines(plan.label[0], plan.style, room, 3) if plan.label[0] else ()
    return replace(plan, axis=axis, label=label, footer=tuple(lines))


def _choose_columns(
    frame: pd.DataFrame,
    columns: Sequence[str] | Mapping[str, Heading] | None,
    scale: Scale,
    level: float,
    *,
    narrow: bool,
) -> dict[str, Heading]:
    """Return name and heading of each column from left to right."""
    effect = f"{scale.heading}\n({100 * level:g}% CI)"
    known = {"study": "Study", "events": "Events", "total": "Total", PANEL: scale.heading}
    known |= {"estimate": effect, "weight": "Weight,\n%"}
    if columns is None:
        left_out = {"events", "total", "weight"} if narrow else set()
        kept = [n for n in known if n == PANEL or (n not in left_out and frame[n].notna().any())]
        return {name: known[name] for name in kept}
    names = list(columns)
    unknown = [n for n in names if n != PANEL and n not in frame]
    if unknown or PANEL not in names or "study" not in names:
        raise InputError(
            f"`columns` must name 'study', '{PANEL}' and columns of the frame. Got {names!r}"
            + (f"; not in the frame: {', '.join(map(repr, unknown))}." if unknown else ".")
        )
    if isinstance(columns, Mapping):
        return {name: columns[name] for name in names}
    return {n: known.get(n, n.replace("_", " ").capitalize()) for n in names}


def _measure_columns(
    frame: pd.DataFrame, rows: Sequence[Row], headings: Mapping[str, Heading], scale: Scale
) -> list[Column]:
    """Return all columns with their natural widths; labels may run on over empty cells."""
    styles = [row.style for row in rows]
    pairs = {n: h if isinstance(h, tuple) else ("", h) for n, h in headings.items()}
    others = {
        n: replace(make_column(n, h, frame, styles, scale), group=group)
        for n, (group, h) in pairs.items()
        if n != "study"
    }
    behind = list(headings)[list(headings).index("study") + 1 :]
    spare = [-row.indent for row in rows]
    for row in rows:
        for name in behind if KINDS[row.kind].spans else ():
            column = others[name]
            if name == PANEL or any(column.cells[row.at]):
                break
            spare[row.at] += column.least + gap_between(column, column, styles[0].size)
    names = list(frame["study"])
    study = make_text_column("study", pairs["study"][1], names, styles, spare)
    others = widen_groups(others, styles[0])
    return [study if name == "study" else others[name] for name in headings]


def _break_lines(
    rows: Sequence[Row], columns: Sequence[Column], style: TextStyle
) -> tuple[dict[str, tuple[str, ...]], ...]:
    """Break the texts of each row at the width of their column, or of those they run over."""
    found = []
    for row in rows:
        cells = {}
        for i, column in enumerate(columns):
            if column.role != "text" or not column.cells[row.at][0]:
                continue
            right = column.right
            for left, following in zip(columns[i:], columns[i + 1 :], strict=False):
                if not KINDS[row.kind].spans or column.name != "study" or following.name == PANEL:
                    break
                if any(following.cells[row.at]):
                    right = following.left - gap_between(left, following, style.size)
                    break
                right = following.right
            indent = row.indent if column.name == "study" else 0.0
            room = right - column.left - indent + 0.05
            cells[column.name] = wrap_lines(column.cells[row.at][0], row.style, room, 3)
        found.append(cells)
    return tuple(found)
