"""The agreement of pairs of raters as a result, with a heat map of kappa."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import check_choice
from reviewkit._core.format import format_number
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RaterComparison", "Row"]

_NO_KAPPA = "no kappa: no item that both decided, or only one category used (0/0)"


class Row(NamedTuple):
    """Two sets of verdicts, compared."""

    first: str
    second: str
    period: str  # "" where time is not looked at
    n: int  # items that both decided
    percent_agreement: float
    cohen_kappa: float
    se: float
    ci_low: float
    ci_high: float
    label: str
    gwet_ac1: float
    note: str


@dataclass(frozen=True, slots=True)
class RaterComparison(PicturedResult):
    """Agreement of each of several pairs."""

    title: ClassVar[str] = "Agreement of pairs of raters"

    rows: tuple[Row, ...]
    raters: tuple[str, ...]
    stage: str
    n_timeless: int = 0  # records that two decided, left out for want of a time

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair, and period where there is one; the interval is that of kappa."""
        return pd.DataFrame(self.rows, columns=list(Row._fields))

    def matrix(self, coefficient: str = "cohen_kappa") -> pd.DataFrame:
        """Return a coefficient as a table of first and second; NaN where there is none."""
        check_choice("coefficient", coefficient, ("cohen_kappa", "percent_agreement", "gwet_ac1"))
        timed = any(row.period for row in self.rows)
        frame = self.to_frame().assign(pair=[f"{r.first} × {r.second}" for r in self.rows])
        down, across = ("pair", "period") if timed else ("first", "second")
        rows, columns = (list(dict.fromkeys(frame[name])) for name in (down, across))
        found = dict(zip(zip(frame[down], frame[across], strict=True), frame[coefficient],
                         strict=True))  # fmt: skip
        values = [[found.get((r, c), nan) for c in columns] for r in rows]
        return pd.DataFrame(values, index=rows, columns=columns, dtype=float)

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw kappa of each pair as a heat map.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm.

        Returns
        -------
        Axes
            In points; each cell bears its number, so that no colour must be read.  A dash is a
            pair, or a period of it, without a kappa.
        """
        from reviewkit.present.heatmap import draw_heatmap

        frame = self.matrix()
        timed = any(row.period for row in self.rows)
        pairs = {(row.first, row.second) for row in self.rows}
        shown = [[timed or (down, across) in pairs for across in frame] for down in frame.index]
        return draw_heatmap(
            frame, ax=ax, width=width, title=self.title, text=self._headline(),
            shown=pd.DataFrame(shown), missing=_NO_KAPPA,
        )  # fmt: skip

    def _headline(self) -> str:
        known = [row for row in self.rows if not np.isnan(row.cohen_kappa)]
        stage = f" ({self.stage})" if self.stage else ""
        many = f"{self.n_timeless} record{'s' * (self.n_timeless != 1)}"
        late = f" Left out: {many} without the time of two verdicts." if self.n_timeless else ""
        if not known:
            return f"No pair of {len(self.rows)}{stage} has a kappa; the notes say why.{late}"
        least = min(known, key=lambda row: row.cohen_kappa)
        most = max(known, key=lambda row: row.cohen_kappa)
        ends = [
            f"{format_number(row.cohen_kappa, 3)} ({row.first} and {row.second}"
            f"{', ' if row.period else ''}{row.period}; n = {row.n})"
            for row in (least, most)
        ]
        lost = len(self.rows) - len(known)
        text = f"Cohen's kappa of {len(known)} comparisons{stage}, from {ends[0]} to {ends[1]}."
        text += f" {lost} without one; the notes say why." if lost else ""
        return text + late
