"""A traffic light, measured: how headings stand, how labels break, what goes on which page.

Headings lie in lines, stand upright, or are short codes with a key below, in this order of
preference; where even codes are too wide for the page, columns go on in further blocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reviewkit.present.lettering import TextStyle, widest_word, wrap_lines
from reviewkit.present.page import LEADING, RIM
from reviewkit.present.traffic_marks import LEGEND, Entry, pack_entries

__all__ = ["Page", "Plan", "Table", "plan_traffic", "split_rows"]

_AIR = 0.55  # em added to the lines of a row
_GAP = 0.8  # em between labels and signs
_APART = 0.9  # em more before the overall column
_SIGN = 1.45  # em: diameter of a sign, if there is room
_LEAST = 1.15  # em from column to column
_WIDEST = (5.0, 9.0)  # em from column to column: upright headings, and those in lines
_HEAD_LINES = 4
_SHARES = (0.16, 0.22, 0.3, 0.4, 0.5)  # of the page, for the labels of the studies
_HEADS = (6.0, 9.0, 13.0, 18.0, 24.0)  # em: greatest heights of upright headings


@dataclass(frozen=True, slots=True)
class Table:
    """What a traffic light shows."""

    studies: tuple[str, ...]
    columns: tuple[str, ...]
    codes: tuple[str, ...]
    looks: tuple[tuple[str, ...], ...]  # by study, then column
    overall: bool  # whether the last column is the overall judgement
    entries: tuple[Entry, ...]  # of the legend


@dataclass(frozen=True, slots=True)
class Plan:
    """A traffic light that is measured and not yet drawn; lengths in points."""

    table: Table
    style: TextStyle
    width: float
    label: float
    labels: tuple[tuple[str, ...], ...]
    heads: tuple[tuple[str, ...], ...]
    head: float
    mode: str  # "lines", "upright" or "codes"
    pitch: float
    block: int  # columns in a block
    key: tuple[str, ...] = ()  # what codes stand for, in lines
    footer: tuple[str, ...] = ()
    legend: tuple[tuple[Entry, ...], ...] = ()

    @property
    def sign(self) -> float:
        """Return the diameter of a sign."""
        return min(_SIGN * self.style.size, 0.87 * self.pitch)

    @property
    def line(self) -> float:
        """Return the distance between lines."""
        return LEADING * self.style.size

    @property
    def start(self) -> float:
        """Return where the first column starts."""
        return RIM + self.label + _GAP * self.style.size

    @property
    def blocks(self) -> list[range]:
        """The columns of each block."""
        count = len(self.table.columns)
        return [range(at, min(at + self.block, count)) for at in range(0, count, self.block)]

    def middles(self, columns: range) -> list[float]:
        """Return the middle of each column of a block; the overall one stands apart."""
        last = len(self.table.columns) - 1
        apart = _APART * self.style.size if self.table.overall and len(columns) > 1 else 0.0
        return [
            self.start + (place + 0.5) * self.pitch + (apart if at == last else 0.0)
            for place, at in enumerate(columns)
        ]

    def row_height(self, row: int) -> float:
        """Return the height of a study."""
        return max(len(self.labels[row]) * self.line + _AIR * self.style.size, 1.2 * self.sign)

    def block_height(self, rows: range) -> float:
        """Return the height of one block with the air below it."""
        return self.head + sum(map(self.row_height, rows)) + 0.6 * self.style.size

    @property
    def foot(self) -> float:
        """Return the height of key and footer."""
        count = len(self.key) + len(self.footer)
        return count * self.line + (0.5 * self.style.size if count else 0.0)

    @property
    def legend_height(self) -> float:
        """Return the height of the legend, which stands on each page."""
        return len(self.legend) * LEGEND * self.style.size

    def height(self, rows: range, *, last: bool = True, numbered: bool = False) -> float:
        """Return the height of a page with these studies."""
        number = 1.4 * self.style.size if numbered else 0.0
        body = len(self.blocks) * self.block_height(rows) + self.legend_height
        return 2 * RIM + body + (self.foot if last else 0.0) + number


@dataclass(frozen=True, slots=True)
class Page:
    """The studies of a page, and its number among several."""

    rows: range
    number: int = 1
    count: int = 1

    @property
    def last(self) -> bool:
        """Say whether no page follows."""
        return self.number == self.count


def plan_traffic(
    table: Table, width: float, style: TextStyle, footer: Sequence[str]
) -> Plan | None:
    """Return the table as it fits a page of this width best, or None if it does not fit."""
    soft = style.change(colour="soft")
    plans = [*_try_widths(table, width, style)]
    whole = [plan for plan in plans if len(plan.blocks) == 1]
    named = [plan for plan in whole if plan.mode != "codes"]
    every = range(len(table.studies))
    best = min(
        named or whole or plans,
        key=lambda plan: (len(plan.blocks), plan.height(every) + len(plan.key) * plan.line),
        default=None,
    )
    if best is None:
        return None
    room = width - 2 * RIM
    lines = tuple(line for text in footer for line in wrap_lines(text, soft, room, 40))
    key = _write_key(table, soft, room) if best.mode == "codes" else ()
    legend = pack_entries(table.entries, style, room)
    return replace(best, key=key, footer=lines, legend=legend)


def _write_key(table: Table, style: TextStyle, room: float) -> tuple[str, ...]:
    pairs = zip(table.codes, table.columns, strict=True)
    told = [f"{code} {name}".replace(" ", "\u00a0", 1) for code, name in pairs if code != name]
    return wrap_lines("; ".join(told) + ".", style, room, 60) if told else ()


def _try_widths(table: Table, width: float, style: TextStyle) -> Iterator[Plan]:
    """Yield a plan for each way to divide the page between labels and signs."""
    longest = max(style.measure(name) for name in table.studies)
    tried = set()
    for share in _SHARES:
        label = min(max(longest, 2 * style.size), share * width)
        if label in tried:
            continue
        tried.add(label)
        apart = _APART * style.size if table.overall else 0.0
        room = width - 2 * RIM - label - _GAP * style.size - apart
        labels = tuple(wrap_lines(name, style, label, 99) for name in table.studies)
        for heads, head, mode, need, widest in _try_heads(table, room, style):
            block = int(room / need + 1e-9)
            if block < 1:
                continue
            count = len(table.columns)
            block = math.ceil(count / math.ceil(count / block))
            pitch = min(room / block, max(need, widest))
            yield Plan(table, style, width, label, labels, heads, head, mode, pitch, block)


Heads = tuple[tuple[tuple[str, ...], ...], float, str, float, float]


def _try_heads(table: Table, room: float, style: TextStyle) -> Iterator[Heads]:
    """Yield headings, their height and way, and the least and greatest distance of columns."""
    size, bold, air = style.size, style.change(bold=True), 0.6 * style.size
    styles = [style] * len(table.columns)
    if table.overall:
        styles[-1] = bold
    pairs = list(zip(table.columns, styles, strict=True))
    pitch = min(room / len(pairs), _WIDEST[1] * size)
    if max(widest_word([s.run(t)], size) for t, s in pairs) <= pitch - air:
        heads = tuple(wrap_lines(t, s, pitch - air, 99) for t, s in pairs)
        tall = max(map(len, heads))
        if tall <= _HEAD_LINES:
            yield heads, tall * LEADING * size + 0.5 * size, "lines", pitch, pitch
    longest = max(widest_word([s.run(t)], size) for t, s in pairs)
    for em in (em for em in _HEADS if longest <= em * size or em == _HEADS[-1]):
        heads = tuple(wrap_lines(t, s, em * size, 99) for t, s in pairs)
        tall = max(map(len, heads))
        if tall <= _HEAD_LINES:
            reach = max(
                s.measure(line)
                for lines, (_, s) in zip(heads, pairs, strict=True)
                for line in lines
            )
            need = max(_LEAST, tall * LEADING + 0.2) * size
            yield heads, reach + 0.9 * size, "upright", need, _WIDEST[0] * size
    codes = list(zip(table.codes, styles, strict=True))
    need = max(_LEAST * size, *(s.measure(code) + 0.4 * size for code, s in codes))
    widest = _WIDEST[0] * size
    yield tuple((code,) for code, _ in codes), 1.7 * size, "codes", need, widest


def split_rows(plan: Plan, height: float) -> list[Page]:
    """Return the pages of at most `height` points; a page has one study at least."""
    total = len(plan.table.studies)
    if plan.height(range(total)) <= height:
        return [Page(range(total))]
    parts, at = [], 0
    while at < total:
        end = total
        while end > at + 1 and plan.height(range(at, end), last=end == total, numbered=True) > height:  # fmt: skip
            end -= 1
        parts.append(range(at, end))
        at = end
    return [Page(rows, number, len(parts)) for number, rows in enumerate(parts, start=1)]
