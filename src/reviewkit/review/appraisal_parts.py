"""The appraisal of the studies: read from ``appraisal/``, drawn by itself and beside the forest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from reviewkit.present.picture import PicturedResult
from reviewkit.review.reading import Ledger

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reviewkit.appraisal.appraised import Appraisal
    from reviewkit.meta.pooling import PooledPrevalence
    from reviewkit.review.folder import Review

__all__ = ["JudgedForest", "judge_forest", "read_appraisals"]

_MOST_ITEMS = 12  # columns of judgements that a forest plot of 174 mm has room for


def read_appraisals(ledger: Ledger) -> dict[str, Appraisal]:
    """Return the appraisal of each table in ``appraisal/``, by the name of its file."""
    from reviewkit.appraisal.appraising import appraise

    found: dict[str, Appraisal] = {}
    for path in ledger.tables("appraisal"):
        if ledger.is_filled(path):
            result = ledger.attempt(ledger.name(path), appraise, path)
            if result is not None:
                found[path.stem] = result
                ledger.notes += [f"{ledger.name(path)}: {note}" for note in result.notes]
    return found


@dataclass(frozen=True, slots=True)
class JudgedForest(PicturedResult):
    """A forest plot with a column for each item of an appraisal."""

    title: ClassVar[str] = "Forest plot with judgements"

    pooled: PooledPrevalence
    heading: str
    judgements: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the studies with their judgements."""
        return self.pooled.to_frame().merge(self.judgements, on="study", how="left")

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the plot; where a page is too narrow for the columns, without them."""
        wide = width >= 120
        told = {self.heading: self.judgements} if wide else None
        return self.pooled.plot(ax=ax, width=width, judgements=told)

    def _headline(self) -> str:
        return self.pooled._headline()


def judge_forest(review: Review, pooled: PooledPrevalence) -> PicturedResult:
    """Return what draws a pooled result, beside the appraisal of its studies where there is one."""
    appraisal = review.appraisal
    if appraisal is None or len(appraisal.instrument.items) > _MOST_ITEMS:
        return pooled
    frame = appraisal.as_judgements()
    known = set(map(str, frame["study"]))
    if not known & set(map(str, pooled.to_frame()["study"])):
        return pooled
    return JudgedForest(pooled, appraisal.instrument.title, frame)
