"""A grid of marks, measured: which way it lies, how labels break, where rows and columns go.

A grid of few rows and many columns may be turned, or go on in further blocks
below.  All ways are measured and the lowest page wins; a grid that fits in one
block as it was given is not turned.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reviewkit.present.lettering import TextStyle, widest_word, wrap_lines
from reviewkit.present.page import LEADING, RIM

__all__ = ["AIR", "GAP", "Plan", "Table", "plan_grid"]

AIR = 0.5  # em added to the lines of a row
GAP = 0.9  # em between labels, marks and totals

_HEAD_LINES = 4
_LABEL_LINES = 6
_WIDEST = 4.0  # em from column to column, if there is room for more
_ROOMY = 12.0  # em: the same, where headings stand upright no longer
_SHARES = (0.26, 0.36, 0.46)  # of the page, for the labels of the rows
_HEADS = (7.0, 11.0, 16.0, 24.0, 34.0)  # em: greatest heights of upright headings


@dataclass(frozen=True, slots=True)
class Table:
    """What a grid shows; totals stand beside the rows, or below if the grid is turned."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    marks: NDArray[np.bool_]  # of shape (rows, columns)
    headings: tuple[str, ...]  # of the totals
    totals: tuple[tuple[str, ...], ...]  # by heading, then by row (or column, if turned)
    turned: bool = False

    def turn(self) -> Table:
        """Return the grid with rows as columns."""
        return Table(self.columns, self.rows, self.marks.T, self.headings, self.totals, True)


@dataclass(frozen=True, slots=True)
class Plan:
    """A grid that is measured and not yet drawn; lengths in points."""

    table: Table
    style: TextStyle
    width: float
    label: float  # width of the labels of the rows
    labels: tuple[tuple[str, ...], ...]
    heads: tuple[tuple[str, ...], ...]
    head: float  # height of the headings
    upright: bool  # whether headings are read from below
    pitch: float  # from column to column
    block: int  # columns in a block
    sides: tuple[float, ...]  # widths of the totals beside the rows
    footer: tuple[str, ...]

    @property
    def blocks(self) -> list[range]:
        """The columns of each block."""
        count = len(self.table.columns)
        return [range(at, min(at + self.block, count)) for at in range(0, count, self.block)]

    @property
    def line(self) -> float:
        """Return the distance between lines."""
        return LEADING * self.style.size

    @property
    def row_heights(self) -> list[float]:
        """Return the height of each row."""
        return [len(lines) * self.line + AIR * self.style.size for lines in self.labels]

    @property
    def foot(self) -> float:
        """Return the height of the totals below the rows."""
        size = self.style.size
        return len(self.table.headings) * (self.line + AIR * size) if self.table.turned else 0.0

    @property
    def block_height(self) -> float:
        """Return the height of one block, with the air below it."""
        return self.head + sum(self.row_heights) + self.foot + 1.2 * self.style.size

    @property
    def height(self) -> float:
        """Return the height of the page."""
        return 2 * RIM + len(self.blocks) * self.block_height + len(self.footer) * self.line


def plan_grid(table: Table, width: float, style: TextStyle, footer: Sequence[str]) -> Plan | None:
    """Return the grid as it fits a page of this width best, or None if it does not fit."""
    lines = tuple(line for text in footer for line in wrap_lines(text, style, width - 2 * RIM, 12))
    given = list(_try_widths(table, width, style, lines))
    whole = [plan for plan in given if len(plan.blocks) == 1]
    plans = whole or [*given, *_try_widths(table.turn(), width, style, lines)]
    return min(plans, key=lambda plan: plan.height, default=None)


def _try_widths(
    table: Table, width: float, style: TextStyle, footer: tuple[str, ...]
) -> Iterator[Plan]:
    """Yield a plan for each way to divide the page between labels and marks."""
    bold = style.change(bold=True)
    below = table.headings if table.turned else ()
    longest = max(
        *(style.measure(label) for label in table.rows),
        *(bold.measure(name) for name in below),
        1.0,
    )
    sides = () if table.turned else tuple(
        max(bold.measure(name), *(style.measure(cell) for cell in cells)) + GAP * style.size
        for name, cells in zip(table.headings, table.totals, strict=True)
    )  # fmt: skip
    tried = set()
    for share in _SHARES:
        label = min(longest, share * width)
        if label in tried:
            continue
        tried.add(label)
        room = width - 2 * RIM - label - GAP * style.size - sum(sides)
        labels = tuple(wrap_lines(text, style, label, _LABEL_LINES) for text in table.rows)
        for heads, head, upright, need in _try_heads(table, room, style):
            block = int(room / need)
            if block < 1:
                continue
            block = math.ceil(len(table.columns) / math.ceil(len(table.columns) / block))
            widest = max(_WIDEST * style.size, need) if upright else need
            yield Plan(
                table, style, width, label, labels, heads, head, upright,
                min(room / block, widest), block, sides, footer,
            )  # fmt: skip


Heads = tuple[tuple[tuple[str, ...], ...], float, bool, float]


def _try_heads(table: Table, room: float, style: TextStyle) -> Iterator[Heads]:
    """Yield headings in lines, their height, whether they are upright, and the pitch they need."""
    size, least = style.size, LEADING * style.size
    cells = [style.measure(cell) for one in table.totals for cell in one] if table.turned else []
    least = max([least, *(wide + 0.6 * size for wide in cells)])
    pitch = min(room / len(table.columns), _ROOMY * size)
    air = 0.5 * size
    words = max(widest_word([style.run(text)], size) for text in table.columns)
    if max(words, least - air) <= pitch - air:
        heads = tuple(wrap_lines(text, style, pitch - air, 99) for text in table.columns)
        tall = max(map(len, heads))
        if tall <= _HEAD_LINES:
            yield heads, tall * LEADING * size + 0.5 * size, False, pitch
    for em in _HEADS:
        heads = tuple(wrap_lines(text, style, em * size, _HEAD_LINES) for text in table.columns)
        tall = max(map(len, heads))
        reach = max(style.measure(line) for lines in heads for line in lines)
        yield heads, reach + 0.8 * size, True, max(least, tall * LEADING * size + 0.35 * size)
