"""Shares of the answers to each item, by studies or by their weight: one result, one picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from reviewkit._core.format import format_percent
from reviewkit.appraisal.answers import LEVELS
from reviewkit.appraisal.matching import read_weights
from reviewkit.appraisal.picturing import make_picture
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reviewkit.appraisal.appraised import Appraisal

__all__ = ["SummaryBars", "make_bars"]

_RANK = (*LEVELS, "")


@dataclass(frozen=True, slots=True)
class SummaryBars(PicturedResult):
    """For each item, how many studies have each answer, and which share of the weight."""

    title: ClassVar[str] = "Summary of an appraisal"

    rows: tuple[tuple[str, str, str, int, float], ...]  # item, answer, level, n, share
    instrument: str
    weighted: bool
    weights: str  # what the weights are, in words
    rule: str
    has_overall: bool

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item and answer: ``item, judgement, level, n, share`` (in [0, 1])."""
        columns = ["item", "judgement", "level", "n", "share"]
        frame = pd.DataFrame([*self.rows], columns=columns)
        texts = ["item", "judgement", "level"]
        return frame.assign(**{n: frame[n].replace("", None).astype("str") for n in texts[1:]})

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw one bar an item, divided by the answers.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
        """
        from reviewkit.present.traffic_bars import draw_traffic_bars

        looks = {word: level for _, word, level, _, _ in self.rows if word}
        label = "Weight of studies" if self.weighted else "Studies"
        return draw_traffic_bars(
            self.to_frame(), looks=looks, overall="overall" if self.has_overall else None,
            label=label, ax=ax, width=width, title=f"Summary: {self.instrument}",
            footer=[f"{self.instrument}. {self.weights} {self.rule}"],
        )  # fmt: skip

    def _headline(self) -> str:
        bad: dict[str, float] = {}
        for item, _, level, _, share in self.rows:
            bad[item] = bad.get(item, 0.0) + (share if level in ("high", "critical") else 0.0)
        bad.pop("overall", None)
        item = max(bad, key=lambda name: bad[name])
        of = "of the weight" if self.weighted else "of the studies"
        return f"{self.instrument}: most often unfavourable in {item}, {format_percent(bad[item])} {of}."  # fmt: skip


def make_bars(appraisal: Appraisal, weights: Any) -> SummaryBars:
    """Return the shares of answers of an appraisal."""
    found, told = read_weights(weights, appraisal.studies)
    shares, one = found / found.sum(), appraisal.instrument
    frame, options = make_picture(appraisal)
    rows: list[tuple[str, str, str, int, float]] = []
    for name in frame.columns[1:]:
        words = ["" if pd.isna(word) else str(word) for word in frame[name]]
        levels = {word: options["looks"].get(word, "") for word in words}
        ranked = sorted((_RANK.index(level), word) for word, level in levels.items())
        for _, word in ranked:
            own = [at for at, w in enumerate(words) if w == word and shares[at] > 0]
            if own:
                rows.append((str(name), word, levels[word], len(own), float(shares[own].sum())))
    return SummaryBars(
        tuple(rows), one.title, weights is not None, told, appraisal.rule,
        options["overall"] is not None,
    )  # fmt: skip
