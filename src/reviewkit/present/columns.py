"""Columns of a table that is drawn: their cells as text, their widths, their places.

A cell is a tuple of slots.  A text has one; ``40.9 (24.7–59.4)`` has three, so
that three decimal points stand below one another.  Widths come from measured
text; what a page lacks is taken from the widest texts, which then wrap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number
from reviewkit.present.axes import MM
from reviewkit.present.forest_rows import count_decimals
from reviewkit.present.lettering import TextStyle
from reviewkit.present.marks import JUDGEMENTS
from reviewkit.present.scale import Scale

__all__ = [
    "PANEL",
    "Column",
    "gap_between",
    "make_column",
    "make_text_column",
    "place_cell",
    "place_columns",
    "widen_groups",
]

GAP = 1.3  # em: between columns
PANEL = "panel"  # the name that keeps a place for the plotting panel
MISSING = "–"
SHARES = ("weight", "i2")  # shown in per cent

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in a column, how wide it is and where; lengths in points."""

    name: str
    heading: tuple[str, ...]
    role: Literal["text", "number", "glyph", "panel"]
    cells: tuple[Cell, ...] = ()
    points: tuple[float, ...] = ()  # where the decimal points stand, from the right edge
    joint: int | None = None  # the slot between two numbers: the dash of an interval
    least: float = 0.0
    width: float = 0.0
    left: float = 0.0
    group: str = ""  # a heading that neighbours have in common

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.left + self.width


def make_column(
    name: str, heading: str, frame: pd.DataFrame, styles: Sequence[TextStyle], scale: Scale
) -> Column:
    """Return a column of a checked forest frame; `styles` has one style a row.

    ``estimate`` shows estimate and interval; ``weight`` and ``i2`` are shown in per
    cent, all others by what they hold.
    """
    head = styles[0].change(bold=True)
    if name == PANEL:
        return Column(name, (), "panel")
    counted = frame["kind"].isin(["study", "excluded"]).to_numpy()
    values = frame[name]
    if name == "estimate":
        return _number_column(name, heading, _interval_cells(frame, scale), styles, head)
    if pd.api.types.is_numeric_dtype(values):
        cells = _number_cells(name, values.to_numpy(dtype=float), counted)
        return _number_column(name, heading, cells, styles, head)
    texts = ["" if pd.isna(v) else str(v) for v in values]
    if any(texts) and {t.lower() for t in texts if t} <= set(JUDGEMENTS):
        lines = _wrap_heading(heading, head)
        width = max(1.25 * head.size, *(head.measure(line) for line in lines))
        signs = tuple((t.lower(),) for t in texts)
        return Column(name, lines, "glyph", signs, (), None, width, width)
    return make_text_column(name, heading, texts, styles)


def _number_cells(name: str, values: np.ndarray, counted: np.ndarray) -> list[Cell]:
    """Write counts, shares (in per cent) or other numbers; a study without one gets a dash."""
    finite = values[np.isfinite(values)]
    if name in SHARES:
        cells = [format_number(100 * v, 1) for v in values]
    elif (finite == np.round(finite)).all():
        cells = [format_count(v) for v in values]
    else:
        scale = Scale("")
        cells = [scale.show(v, scale.decimals(finite)) for v in values]
    return [
        (c or (MISSING if is_study else ""),) for c, is_study in zip(cells, counted, strict=True)
    ]


def _interval_cells(frame: pd.DataFrame, scale: Scale) -> list[Cell]:
    """Write ``40.9 (24.7–59.4)`` in four slots; a prediction row has no first one."""
    numbers = frame[["estimate", "ci_low", "ci_high", "pi_low", "pi_high"]].to_numpy(dtype=float)
    decimals = count_decimals(frame, scale)
    dash = "to" if (numbers < 0).any() else "–"
    cells: list[Cell] = []
    for kind, row in zip(frame["kind"], numbers, strict=True):
        middle, low, high = (scale.show(v, decimals) for v in row[:3])
        if kind == "prediction":
            middle, low, high = ("", *(scale.show(v, decimals) for v in row[3:]))
        elif not middle and kind in ("study", "excluded"):
            middle = MISSING
        interval = (f"({low}", dash, f"{high})") if low and high else ("", "", "")
        cells.append((middle, *interval))
    return cells


def _number_column(
    name: str, heading: str, cells: Sequence[Cell], styles: Sequence[TextStyle], head: TextStyle
) -> Column:
    """Return a column in which each slot has its decimal points below one another."""
    joint = 2 if len(cells[0]) == 4 else None
    points, end = [], 0.0
    for i in reversed(range(len(cells[0]))):
        slot = [(cell[i], style) for cell, style in zip(cells, styles, strict=True) if cell[i]]
        sizes = [(s.measure(t), _measure_tail(t, s)) for t, s in slot]
        wide = max((w for w, _ in sizes), default=0.0)
        if i == joint:  # a word wants more air than a dash
            end += wide + (0.5 if wide > 0.6 * head.size else 0.1) * head.size
            points.append(end)
            continue
        points.append(end + max((t for _, t in sizes), default=0.0))
        end = points[-1] + max((w - t for w, t in sizes), default=0.0)
        end += 0.5 * head.size if i == 1 else 0.0
    lines = _wrap_heading(heading, head)
    width = max(end, *(head.measure(line) for line in lines))
    return Column(name, lines, "number", tuple(cells), tuple(points[::-1]), joint, width, width)


def place_cell(column: Column, cell: Cell, style: TextStyle) -> list[tuple[str, float]]:
    """Return the texts of a cell with numbers, and where the left end of each goes.

    A dash stands half way between its two numbers, so that there is no more
    room on one side of it than on the other where one number is short.
    """
    spans = []
    for text, offset in zip(cell, column.points, strict=True):
        end = column.right - offset + _measure_tail(text, style)
        spans.append((end - style.measure(text), end))
    if column.joint is not None:
        middle = (spans[column.joint - 1][1] + spans[column.joint + 1][0]) / 2
        spans[column.joint] = (middle - style.measure(cell[column.joint]) / 2, middle)
    return [(text, left) for text, (left, _) in zip(cell, spans, strict=True) if text]


def _measure_tail(text: str, style: TextStyle) -> float:
    """Return the width of what stands right of the last figure before the decimal point."""
    found = re.search(r"\d(\.\d+)?\D*$", text)
    return style.measure(text[found.start() + 1 :]) if found else 0.0


def make_text_column(
    name: str,
    heading: str,
    texts: Sequence[str],
    styles: Sequence[TextStyle],
    spare: Sequence[float] | None = None,
) -> Column:
    """Return a column of texts; its least width is that of its longest word, within reason.

    A text of row i may run on for ``spare[i]`` points (below 0: it is indented).
    """
    head = styles[0].change(bold=True)
    lines = _wrap_heading(heading, head)
    spare = spare or [0.0] * len(texts)
    sets = list(zip(texts, styles, spare, strict=True))
    longest = max((s.measure(w) - x for t, s, x in sets for w in t.split()), default=0.0)
    natural = max((s.measure(t) - x for t, s, x in sets), default=0.0)
    heading_width = max(head.measure(line) for line in lines)
    least = max(heading_width, min(longest, 9 * head.size), min(natural, 5 * head.size))
    cells = tuple((t,) for t in texts)
    return Column(name, lines, "text", cells, (), None, least, max(natural, heading_width))


def _wrap_heading(heading: str, style: TextStyle) -> tuple[str, ...]:
    """Break a heading where it says so, or else into the two most even lines."""
    words = heading.split()
    if "\n" in heading or len(words) < 2 or len(heading) < 10:
        return tuple(heading.split("\n"))
    splits = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return min(splits, key=lambda pair: max(style.measure(line) for line in pair))


def place_columns(
    columns: Sequence[Column], width: float, edge: float, size: float, panel: Mapping[str, float]
) -> list[Column]:
    """Give each column its width and place; the panel takes what the others leave.

    `width` is that of the page, `edge` what stays free on both sides.
    `panel` holds the ``least`` and ``wanted`` width of the panel, in points.

    Raises
    ------
    InputError
        If the columns do not fit, with the width that they need.
    """
    gaps = [gap_between(a, b, size) for a, b in pairwise(columns)]
    # A panel at the edge of the page leaves room for half a tick label.
    before, after = (1.8 * size if columns[end].role == "panel" else 0.0 for end in (0, -1))
    fixed = sum(c.width for c in columns if c.role not in ("text", "panel"))
    fixed += sum(gaps) + before + after
    texts = [c for c in columns if c.role == "text"]
    has_panel = any(c.role == "panel" for c in columns)
    wanted, least = (panel["wanted"], panel["least"]) if has_panel else (0.0, 0.0)
    shortest = 2 * edge + fixed + sum(c.least for c in texts)
    if shortest + least > width + 0.1:
        raise InputError(
            f"The columns must fit into the width of the figure. These need "
            f"{np.ceil((shortest + least) / MM):.0f} mm, the figure has {width / MM:.0f} mm. "
            f"Name fewer in `columns` or give a larger `width`."
        )
    room = width - 2 * edge - fixed - max(least, min(wanted, width - shortest))
    cap = _find_cap(texts, room)
    widths = {c.name: max(c.least, min(c.width, cap)) for c in texts}
    rest = width - 2 * edge - fixed - sum(widths.values())
    placed, left = [], edge + before
    for column, gap in zip(columns, [*gaps, 0.0], strict=True):
        taken = rest if column.role == "panel" else widths.get(column.name, column.width)
        placed.append(replace(column, left=left, width=taken))
        left += taken + gap
    return placed


def widen_groups(columns: Mapping[str, Column], style: TextStyle) -> dict[str, Column]:
    """Return columns of signs, wide enough together for the heading that they have in common."""
    head = style.change(bold=True)
    found = dict(columns)
    for group in {c.group: None for c in columns.values() if c.group}:
        some = [c for c in columns.values() if c.group == group]
        gaps = sum(gap_between(a, b, style.size) for a, b in pairwise(some))
        lack = head.measure(group) - gaps - sum(c.width for c in some)
        for column in some if lack > 0 else ():
            width = column.width + lack / len(some)
            found[column.name] = replace(column, width=width, least=width)
    return found


def gap_between(left: Column, right: Column, size: float) -> float:
    """Return the space between two neighbours."""
    if PANEL in (left.name, right.name):
        return 1.5 * size
    together = left.role == right.role == "glyph" and left.group == right.group
    return (0.3 if together else GAP) * size


def _find_cap(texts: Sequence[Column], room: float) -> float:
    """Return the width above which texts must wrap so that all fit into `room`."""
    low, high = 0.0, max((c.width for c in texts), default=0.0)
    if sum(c.width for c in texts) <= room:
        return high
    for _ in range(50):
        middle = (low + high) / 2
        if sum(max(c.least, min(c.width, middle)) for c in texts) <= room:
            low = middle
        else:
            high = middle
    return low
