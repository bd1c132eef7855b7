"""Bars of judgements, measured: their parts in the order of levels, and where all goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM
from reviewkit.present.lettering import TextStyle, clean_text, wrap_lines
from reviewkit.present.page import LEADING, LEAST_WIDTH, RIM, page_style
from reviewkit.present.traffic_marks import (
    LEGEND,
    LOOKS,
    Entry,
    list_entries,
    pack_entries,
    read_looks,
)

__all__ = ["BAR", "GAP", "BarPart", "BarPlan", "plan_bars", "read_bars"]

GAP = 0.9  # em
BAR = 1.6  # em: height of a bar
_LABELS = 0.42  # of the page, at most
_ROW = 2.15  # em: from bar to bar at least
_APART = 0.7  # em more before the overall bar


class BarPart(NamedTuple):
    """What one judgement has of a bar."""

    look: str
    word: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class BarPlan:
    """Bars that are measured and not yet drawn; lengths in points."""

    items: tuple[str, ...]
    parts: tuple[tuple[BarPart, ...], ...]
    overall: bool
    style: TextStyle
    labels: tuple[tuple[str, ...], ...]
    left: float
    right: float
    label: tuple[str, ...]  # of the axis
    legend: tuple[tuple[Entry, ...], ...]
    footer: tuple[str, ...]

    @property
    def tops(self) -> list[float]:
        """Return where each row begins, and where the last ends."""
        last = len(self.items) - 1
        size = self.style.size
        heights = [
            max(_ROW, len(lines) * LEADING + 0.5) * size
            + (_APART * size if self.overall and at == last and last else 0.0)
            for at, lines in enumerate(self.labels)
        ]
        return [*accumulate(heights, initial=RIM)]

    @property
    def middles(self) -> list[float]:
        """Return the middle of each bar."""
        pairs = zip(self.labels, self.tops[1:], strict=True)
        size = self.style.size
        return [end - max(_ROW, len(t) * LEADING + 0.5) * size / 2 for t, end in pairs]

    @property
    def axis(self) -> float:
        """Return where the axis stands."""
        return self.tops[-1] + 0.3 * self.style.size

    @property
    def foot(self) -> float:
        """Return where the legend begins."""
        return self.axis + (2.2 + LEADING * len(self.label)) * self.style.size

    @property
    def height(self) -> float:
        """Return the height of the page."""
        size = self.style.size
        footer = (0.5 + LEADING * len(self.footer)) * size if self.footer else 0.0
        return self.foot + LEGEND * size * len(self.legend) + footer + RIM


def read_bars(
    frame: pd.DataFrame, looks: Mapping[str, str] | None, overall: str | None
) -> dict[str, tuple[BarPart, ...]]:
    """Return the parts of each bar in the order of levels, the overall one last."""
    check_columns(frame.columns, {name: name for name in ("item", "judgement", "n", "share")})
    if frame.empty:
        raise InputError("Bars must have an item. Got none.")
    words = ["" if pd.isna(word) else str(word) for word in frame["judgement"]]
    levels, order = read_looks(words, looks), list(LOOKS)
    found: dict[str, list[BarPart]] = {}
    rows = zip(frame["item"], words, frame["n"], frame["share"], strict=True)
    for item, word, n, share in rows:
        found.setdefault(str(item), []).append(BarPart(levels[word], word, int(n), float(share)))
    wrong = [
        item for item, parts in found.items()
        if not np.isclose(sum(part.share for part in parts), 1) or min(part.share for part in parts) < 0
    ]  # fmt: skip
    if wrong:
        raise InputError(
            f"The shares of each item must be 0 or more and sum to 1. They do not in "
            f"{list_some([*map(repr, wrong)], sep=', ')}. Divide by their sum."
        )
    names = [*(i for i in found if i != overall), *(i for i in found if i == overall)]
    return {
        item: tuple(sorted((p for p in found[item] if p.share), key=lambda p: order.index(p.look)))
        for item in names
    }


def plan_bars(
    bars: Mapping[str, tuple[BarPart, ...]],
    looks: Mapping[str, str] | None,
    overall: str | None,
    label: str,
    points: float,
    footer: Sequence[str],
) -> BarPlan:
    """Return bars as they fit a page of `points`."""
    if points < LEAST_WIDTH - 0.5:
        raise InputError(
            f"Bars must be wide enough for labels, {LEAST_WIDTH / MM:.0f} mm at least. Got "
            f"{points / MM:.0f} mm. Draw a wider figure."
        )
    style = page_style(points)
    names = [clean_text(item).strip() or "–" for item in bars]
    has_overall = overall in bars
    if has_overall:
        names[-1] = names[-1].capitalize()
    styles = [style.change(bold=has_overall and at == len(names) - 1) for at in range(len(names))]
    widest = max(s.measure(name) for s, name in zip(styles, names, strict=True))
    column = min(widest, _LABELS * points)
    left = RIM + column + GAP * style.size
    right = points - RIM - style.measure("100")  # half of the last tick, and some air
    levels = read_looks((p.word for parts in bars.values() for p in parts), looks)
    own = [p.word for item, parts in bars.items() if item != overall for p in parts]
    whole = [p.word for p in bars[overall]] if has_overall and overall is not None else []
    entries = list_entries(own, whole, levels, missing="no answer")
    room = points - 2 * RIM
    soft = style.change(colour="soft")
    return BarPlan(
        tuple(names), tuple(bars.values()), has_overall, style,
        tuple(wrap_lines(n, s, column, 99) for n, s in zip(names, styles, strict=True)),
        left, right, wrap_lines(f"{label}, %", style, right - left, 3),
        pack_entries(entries, style, room),
        tuple(line for one in footer for line in wrap_lines(one, soft, room, 40)),
    )  # fmt: skip
