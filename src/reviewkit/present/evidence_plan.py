"""An evidence map, measured: which panels stand side by side, and how headings run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM
from reviewkit.present.lettering import TextStyle, clean_text, widest_word, wrap_lines
from reviewkit.present.page import LEADING, LEAST_WIDTH, RIM, page_style

__all__ = ["GAP", "Part", "Plan", "plan_map"]

GAP = 0.9  # em
_LABEL = 0.34  # share of the page, at most
_NEED, _WIDEST = 2.1, 9.0  # em from column to column
_LINES = 5  # of a label
_UPRIGHT = 18.0  # em: greatest height of upright headings


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of a panel."""

    panel: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A map that is measured and not yet drawn; lengths in points."""

    labels: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    heads: tuple[tuple[str, ...], ...]
    upright: bool
    head: float
    lines: tuple[tuple[Part, ...], ...]  # parts side by side
    style: TextStyle
    width: float
    label: float
    pitch: float
    named: bool  # whether panels have names
    footer: tuple[str, ...]

    @property
    def heights(self) -> list[float]:
        """Return the height of each row."""
        size = self.style.size
        return [max((LEADING * len(lines) + 0.6) * size, 2.3 * size) for lines in self.labels]

    @property
    def over(self) -> float:
        """Return the height of panel names and headings."""
        return (1.7 * self.style.size if self.named else 0.0) + self.head

    @property
    def block(self) -> float:
        """Return the height of the panels that stand side by side."""
        return self.over + sum(self.heights) + 0.9 * self.style.size

    @property
    def start(self) -> float:
        """Return where the first column starts."""
        return RIM + self.label + GAP * self.style.size

    @property
    def height(self) -> float:
        """Return the height of the page."""
        foot = (LEADING * len(self.footer) + 0.2) * self.style.size if self.footer else 0.0
        return RIM + len(self.lines) * self.block + foot + RIM


def plan_map(frame: pd.DataFrame, names: list[str], points: float, footer: Sequence[str]) -> Plan:
    """Return the places of all that is drawn."""
    style = page_style(points)
    size = style.size
    rows, columns = (
        tuple(clean_text(str(label)).strip() or "–" for label in labels)
        for labels in (frame.index, frame.columns)
    )
    label = min(max(map(style.measure, rows)), _LABEL * points)
    room = points - 2 * RIM - label - GAP * size
    if points < LEAST_WIDTH - 0.5 or room < _NEED * size:
        raise InputError(
            f"An evidence map must be {LEAST_WIDTH / MM:.0f} mm wide or more. "
            f"Got {points / MM:.0f} mm. Draw a wider figure."
        )
    chunk = min(len(columns), int(room / (_NEED * size)))
    parts = [
        Part(name, first, min(first + chunk, len(columns)))
        for name in names
        for first in range(0, len(columns), chunk)
    ]
    beside = max(1, int((room + GAP * size) / (chunk * _NEED * size + GAP * size)))
    beside = min(beside, len(parts))
    pitch = min((room - (beside - 1) * GAP * size) / (beside * chunk), _WIDEST * size)
    lines = tuple(tuple(parts[at : at + beside]) for at in range(0, len(parts), beside))
    heads, upright, head = _fit_heads(columns, pitch, style)
    notes = [line for note in footer for line in wrap_lines(note, style, points - 2 * RIM, 12)]
    labels = tuple(wrap_lines(row, style, label, _LINES) for row in rows)
    return Plan(
        labels, columns, heads, upright, head, lines, style, points, label, pitch,
        any(names), tuple(notes),
    )  # fmt: skip


def _fit_heads(
    columns: Sequence[str], pitch: float, style: TextStyle
) -> tuple[tuple[tuple[str, ...], ...], bool, float]:
    """Return headings in lines, whether they are read from below, and their height."""
    size = style.size
    words = max(widest_word([style.run(name)], size) for name in columns)
    if words <= pitch - 0.5 * size:
        heads = tuple(wrap_lines(name, style, pitch - 0.5 * size, 4) for name in columns)
        return heads, False, (LEADING * max(map(len, heads)) + 0.5) * size
    several = max(1, int((pitch - 0.3 * size) / (LEADING * size)))
    heads = tuple(wrap_lines(name, style, _UPRIGHT * size, several) for name in columns)
    reach = max(style.measure(line) for lines in heads for line in lines)
    return heads, True, reach + 0.9 * size
