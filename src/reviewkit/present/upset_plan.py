"""Overlaps of sets, measured: how many combinations a page has room for, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.present.axes import MM
from reviewkit.present.lettering import TextStyle, clean_text, wrap_lines
from reviewkit.present.page import LEADING, LEAST_WIDTH, RIM, page_style

__all__ = ["GAP", "Plan", "plan_overlaps"]

_AIR, GAP = 0.55, 0.9  # em
_LABEL, _BAR = 0.38, 0.16  # shares of the page, at most
_TALL = (14 * MM, 0.1)  # of the bars above: so much, and so much of the width
_WIDEST = 2.6  # em from column to column
_LINES = 5  # of a label


@dataclass(frozen=True, slots=True)
class Plan:
    """A picture that is measured and not yet drawn; lengths in points."""

    labels: tuple[tuple[str, ...], ...]
    sizes: tuple[int, ...]  # of the sets
    members: np.ndarray  # (combinations, sets)
    counts: tuple[int, ...]
    style: TextStyle
    width: float
    label: float
    bar: float
    pitch: float
    tall: float
    footer: tuple[str, ...]

    @property
    def top(self) -> float:
        """Return where the rows of the sets start."""
        return RIM + 1.6 * self.style.size + self.tall + 0.6 * self.style.size

    @property
    def heights(self) -> list[float]:
        """Return the height of each row."""
        size = self.style.size
        return [max((LEADING * len(lines) + _AIR) * size, 1.7 * size) for lines in self.labels]

    @property
    def start(self) -> float:
        """Return where the combinations start."""
        number = self.style.measure(format_count(max(self.sizes)))
        return RIM + self.label + self.bar + number + 3.0 * GAP * self.style.size

    @property
    def columns(self) -> list[float]:
        """Return the middle of each combination."""
        return [self.start + (at + 0.5) * self.pitch for at in range(len(self.counts))]

    @property
    def right(self) -> float:
        """Return where the combinations end."""
        return self.start + self.pitch * len(self.counts)

    @property
    def height(self) -> float:
        """Return the height of the page."""
        foot = (LEADING * len(self.footer) + 0.8) * self.style.size if self.footer else 0.0
        return self.top + sum(self.heights) + foot + RIM


def plan_overlaps(
    members: pd.DataFrame, counts: Sequence[int], sizes: Sequence[int], points: float,
    footer: Sequence[str],
) -> Plan:  # fmt: skip
    """Return the places of all that is drawn."""
    style = page_style(points)
    size = style.size
    if points < LEAST_WIDTH - 0.5:
        raise InputError(
            f"Overlaps must be drawn {LEAST_WIDTH / MM:.0f} mm wide or more. "
            f"Got {points / MM:.0f} mm. Draw a wider figure."
        )
    names = [clean_text(str(name)).strip() or "–" for name in members.columns]
    label = min(max(map(style.measure, names)), _LABEL * points)
    labels = tuple(wrap_lines(name, style, label, _LINES) for name in names)
    bar = _BAR * points
    number = style.measure(format_count(max(sizes)))
    room = points - 2 * RIM - label - bar - number - 3.0 * GAP * size
    need = max(1.5 * size, style.measure(format_count(max(counts))) + 0.5 * size)
    most = max(int(room / need), 1)
    drawn = min(len(counts), most)
    notes = [*footer]
    if drawn < len(counts):
        left = format_count(len(counts) - drawn)
        notes.append(f"The {drawn} largest combinations; {left} smaller ones are not drawn.")
    lines = [line for note in notes for line in wrap_lines(note, style, points - 2 * RIM, 12)]
    return Plan(
        labels, tuple(map(int, sizes)), members.to_numpy(dtype=bool)[:drawn],
        tuple(map(int, counts[:drawn])), style, points, label, bar,
        min(room / drawn, max(_WIDEST * size, need)), _TALL[0] + _TALL[1] * points, tuple(lines),
    )  # fmt: skip
