"""A network, measured: the ring of nodes, its scale, and the legend with their full labels.

Labels of codes are sentences.  They stand in a legend beside or below the ring,
whatever makes the lower figure, and each node bears the number of its label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_significant
from reviewkit.present.axes import MM
from reviewkit.present.lettering import Run, TextStyle, measure_text, wrap_lines
from reviewkit.present.network_data import Link, Node, read_links, read_nodes
from reviewkit.present.network_ring import Ring, lay_ring, most_on_ring
from reviewkit.present.page import LEADING, LEAST_WIDTH, NARROW, RIM, page_style

__all__ = ["Entry", "Plan", "fit_nodes", "plan_network", "scale_rows", "write_count"]

MOST_LINES = 6  # of a label

_WIDEST_RING = 55 * MM  # largest outer radius
_BESIDE = 0.47  # share of the page for the ring, if the legend stands beside it
_GUTTER = 10.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A node or the head of a group in the legend; (x, y) is the upper left corner."""

    lines: tuple[str, ...]
    height: float
    above: float  # air before it, unless a column starts with it
    node: int | None = None  # None for the head of a group
    group: int = 0
    x: float = 0.0
    y: float = 0.0

    def move(self, x: float, y: float) -> Entry:
        """Return the entry elsewhere."""
        return Entry(self.lines, self.height, self.above, self.node, self.group, x, y)


@dataclass(frozen=True, slots=True)
class Plan:
    """A network that is measured and not yet drawn; lengths in points."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    groups: tuple[str, ...]
    ring: Ring
    middle: tuple[float, float]  # of the ring
    entries: tuple[Entry, ...]
    indent: float  # of the labels in the legend
    footer: tuple[str, ...]
    bottom: float  # where the footer starts
    style: TextStyle
    width: float

    @property
    def height(self) -> float:
        """Return the height of the page."""
        footer = (LEADING * len(self.footer) + 0.8) * self.style.size if self.footer else 0.0
        return self.bottom + footer + RIM


def write_count(value: float, unit: tuple[str, str]) -> str:
    """Return a size with its unit.

    >>> write_count(1, ("study", "studies")), write_count(1200, ("study", "studies"))
    ('1 study', '1,200 studies')
    """
    text = format_count(value) if float(value).is_integer() else format_significant(value)
    return f"{text} {unit[0] if value == 1 else unit[1]}"


def fit_nodes(width: float) -> int:
    """Return how many nodes a page of this width (mm) has room for.

    >>> fit_nodes(84), fit_nodes(174)
    (67, 81)
    """
    points = width * MM
    size = page_style(points).size
    return most_on_ring(_room(points), size, _pitch(99, size))


def scale_rows(ring: Ring, size: float) -> tuple[float, float, float]:
    """Return where the two lines of the scale are below the ring, and where it ends."""
    half = max(ring.largest, 0.6 * size)
    first = size + half
    return first, first + half + 0.9 * size, first + half + 1.6 * size


def _room(points: float) -> float:
    return min((points - 2 * RIM) / 2, _WIDEST_RING)


def _pitch(count: int, size: float) -> float:
    """Return what the number of a node needs from its neighbours."""
    return measure_text(Run("0" * len(str(count)), bold=True), size) + 0.3 * size


def plan_network(
    nodes: pd.DataFrame, edges: pd.DataFrame, points: float, footer: Sequence[str]
) -> Plan:
    """Measure a network for a page of this width in points."""
    if points < LEAST_WIDTH - 0.5:
        raise InputError(
            f"A network must be at least {LEAST_WIDTH / MM:.0f} mm wide. Got {points / MM:.0f} mm."
        )
    read, groups = read_nodes(nodes)
    links = read_links(edges, read)
    style = page_style(points)
    pitch = _pitch(len(read), style.size)
    most = most_on_ring(_room(points), style.size, pitch)
    if len(read) > most:
        raise InputError(
            f"At most {most} nodes can be told apart at {points / MM:.0f} mm. Got {len(read)}. "
            f"Draw the largest ones, or a wider figure."
        )
    note = style.change(colour="soft")
    lines = [line for text in footer for line in wrap_lines(text, note, points - 2 * RIM, 12)]
    plans = []
    for share, columns in _arrangements(points):
        radius = min(_room(points), share * points / 2 - RIM)
        if len(read) <= most_on_ring(radius, style.size, pitch):
            sizes, own = [node.size for node in read], [node.group for node in read]
            ring = lay_ring(sizes, own, radius, style.size, pitch)
            plans.append(_arrange(read, links, groups, ring, share, columns, lines, style, points))
    return min(plans, key=lambda plan: plan.height)


def _arrangements(points: float) -> list[tuple[float, int]]:
    """Return possible shares of the ring in the width, and numbers of columns of the legend."""
    return [(1.0, 1)] if points < NARROW else [(_BESIDE, 1), (1.0, 2)]


def _arrange(
    nodes: tuple[Node, ...], links: tuple[Link, ...], groups: tuple[str, ...], ring: Ring,
    share: float, columns: int, footer: Sequence[str], style: TextStyle, points: float,
) -> Plan:  # fmt: skip
    beside = share < 1
    left = share * points + _GUTTER if beside else RIM
    column = (points - RIM - left - (columns - 1) * _GUTTER) / columns
    number = style.change(bold=True).measure(str(len(nodes)))
    indent = max(number, style.size) + 0.6 * style.size
    entries = _write_entries(nodes, groups, column - indent, style)
    ring_height = 2 * ring.outer + scale_rows(ring, style.size)[-1]
    stacks = _split(entries, columns)
    legend = max(_height(stack) for stack in stacks)
    top = RIM if beside else RIM + ring_height + style.size
    bottom = max(RIM + ring_height, top + legend)
    if beside:  # the lower of both is in the middle
        top += max(0.0, (ring_height - legend) / 2)
    shift = max(0.0, (bottom - RIM - ring_height) / 2) if beside else 0.0
    placed = []
    for number, stack in enumerate(stacks):
        x, y = left + number * (column + _GUTTER), top
        for at, entry in enumerate(stack):
            y += entry.above if at else 0.0
            placed.append(entry.move(x, y))
            y += entry.height
    middle = (share * points / 2, RIM + shift + ring.outer)
    return Plan(
        nodes, links, groups, ring, middle, tuple(placed), indent, tuple(footer), bottom, style, points
    )  # fmt: skip


def _write_entries(
    nodes: Sequence[Node], groups: Sequence[str], room: float, style: TextStyle
) -> list[Entry]:
    """Return the legend, each group under its head."""
    entries, line = [], LEADING * style.size
    for at, node in enumerate(nodes):
        new = at == 0 or node.group != nodes[at - 1].group
        if new and any(groups):
            head = wrap_lines(groups[node.group] or "–", style.change(bold=True), room, MOST_LINES)
            entries.append(Entry(head, line * len(head), style.size, group=node.group))
        count = write_count(node.size, ("", "")).strip()
        text = f"{node.label} (n\u00a0=\u00a0{count})"
        lines = wrap_lines(text, style, room, MOST_LINES)
        entries.append(Entry(lines, line * len(lines), 0.3 * style.size, at, node.group))
    return entries


def _height(stack: Sequence[Entry]) -> float:
    return sum(entry.height + (entry.above if at else 0.0) for at, entry in enumerate(stack))


def _split(entries: list[Entry], columns: int) -> list[list[Entry]]:
    """Return the legend in one column or in two of much the same height."""
    cuts = [at for at in range(1, len(entries)) if entries[at - 1].node is not None]
    if columns == 1 or not cuts:
        return [entries]
    best = min(cuts, key=lambda at: max(_height(entries[:at]), _height(entries[at:])))
    return [entries[:best], entries[best:]]
