"""Where everything in a specification curve stands, measured before it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM
from reviewkit.present.lettering import TextStyle, clean_text, wrap_lines
from reviewkit.present.page import EDGE, LEADING, page_style
from reviewkit.present.scale import SCALES, Axis, make_axis

__all__ = ["Line", "Plan", "indent", "plan_curve"]

_LEAST = 20 * MM  # of the panel, both ways
_TALL = (20 * MM, 0.2)  # of the panel: so much, and so much of the width
_LABELS = (0.42, 48 * MM)  # labels may take this share of the width, and no more than that
_MOST_LINES = 3  # of a label


@dataclass(frozen=True, slots=True)
class Line:
    """A row below the panel: a heading, or an option with the columns that have it."""

    lines: tuple[str, ...]
    top: float  # below the panel
    height: float
    has: np.ndarray | None  # None for a heading


@dataclass(frozen=True, slots=True)
class Plan:
    """A curve that is measured and not yet drawn; lengths in points."""

    axis: Axis  # of estimates; runs upwards from 0
    rows: tuple[Line, ...]
    left: float  # of the panel
    right: float
    top: float
    tall: float
    width: float
    height: float
    footer: tuple[str, ...]
    style: TextStyle

    @property
    def bottom(self) -> float:
        """Return where the panel ends and the rows begin."""
        return self.top + self.tall

    def y(self, value: float) -> float:
        """Return the height at which a value stands."""
        return self.bottom - self.axis.at(value)

    def x(self, count: int) -> np.ndarray:
        """Return the middle of each column."""
        step = (self.right - self.left) / count
        return np.asarray(self.left + step * (np.arange(count) + 0.5))


def plan_curve(
    frame: pd.DataFrame, choices: Mapping[str, str], order: Mapping[str, Sequence[str]],
    points: float, scale: str, level: float, footer: Sequence[str],
) -> Plan:  # fmt: skip
    """Return the places of all that is drawn."""
    style = page_style(points)
    size, small = style.size, style.change(colour="soft")
    rows = _list_rows(frame, choices, order, min(_LABELS[0] * points, _LABELS[1]), style)
    tall = _TALL[0] + _TALL[1] * points
    low, high = float(frame["ci_low"].min()), float(frame["ci_high"].max())
    # An axis lies flat where its labels are measured; upright they need less room.
    axis = make_axis(SCALES[scale], [low, high], (0.0, tall), style)
    widest = [small.measure(label) for label in axis.labels()]
    widest += [
        style.change(bold=row.has is None).measure(x) + indent(row, size)
        for row in rows
        for x in row.lines
    ]
    left = EDGE + max(widest) + 0.8 * size
    if points - left - 2 * EDGE < _LEAST:
        raise InputError(
            f"The page must leave {_LEAST / MM:.0f} mm for the curve beside the names of options. "
            f"Got {max(points - left - 2 * EDGE, 0) / MM:.0f}. Draw a wider figure."
        )
    lines = [line for text in footer for line in wrap_lines(text, small, points - 2 * EDGE, 30)]
    top = EDGE + 1.9 * size
    ends = (rows[-1].top + rows[-1].height if rows else 0.0) + 0.6 * size
    foot = (LEADING * len(lines) + 0.4) * size * bool(lines) + EDGE
    return Plan(
        axis, tuple(rows), left, points - EDGE, top, tall, points, top + tall + ends + foot,
        tuple(lines), style,
    )  # fmt: skip


def indent(row: Line, size: float) -> float:
    """Return how far a row is moved in: options stand under their heading."""
    return 0.0 if row.has is None else 0.8 * size


def _list_rows(
    frame: pd.DataFrame, choices: Mapping[str, str], order: Mapping[str, Sequence[str]],
    width: float, style: TextStyle,
) -> list[Line]:  # fmt: skip
    """Return a heading for each choice, and a row for each option that is taken."""
    rows: list[Line] = []
    size, top = style.size, 0.6 * style.size
    for name, heading in choices.items():
        cells = frame[name].astype(str).to_numpy()
        present = [option for option in dict.fromkeys(cells) if option]
        options = [o for o in order.get(name, present) if o in present]
        options += [o for o in present if o not in options]
        bold = style.change(bold=True)
        entries = [(wrap_lines(clean_text(heading), bold, width, _MOST_LINES), None)]
        entries += [
            (
                wrap_lines(clean_text(option), style, width - 0.8 * size, _MOST_LINES),
                cells == option,
            )
            for option in options
        ]
        for lines, has in entries:
            height = (LEADING * len(lines) + 0.15) * size
            rows.append(Line(lines, top, height, has))
            top += height
        top += 0.5 * size
    return rows
