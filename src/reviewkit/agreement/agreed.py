"""The agreement of raters as a result: its coefficients, its cross-table, its finding in a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_interval, format_number, format_percent
from reviewkit._core.result import Result
from reviewkit.agreement.paradox import explain_paradox

__all__ = ["SPANS", "Agreement", "Row"]

#: What a note begins with where an interval spans several labels.
SPANS = "interval spans"


class Row(NamedTuple):
    """One coefficient of an agreement."""

    coefficient: str  # a key of COEFFICIENTS
    estimate: float  # NaN where undefined; `note` says why
    se: float
    ci_low: float
    ci_high: float
    label: str  # word for the estimate; "" where the coefficient is not on kappa's scale
    note: str

    @property
    def spans(self) -> str:
        """What the note says of labels that the interval spans; else empty."""
        return next((part for part in self.note.split("; ") if part.startswith(SPANS)), "")


@dataclass(frozen=True, slots=True)
class Agreement(Result):
    """Agreement of two raters or more, by every coefficient that applies."""

    title: ClassVar[str] = "Agreement of raters"

    rows: tuple[Row, ...]
    counts: tuple[tuple[int, ...], ...]  # (k, k), rows the first rater's; () for more than two
    categories: tuple[Any, ...]
    raters: tuple[str, ...]
    n_items: int  # decided by two raters or more
    n_single: int  # decided by one rater
    n_undecided: int  # decided by nobody, left out
    level: float
    scale: str  # name of the verbal scale
    stage: str = ""
    maybe: str = "separate"  # what became of verdicts "maybe"
    interval: str = "large-sample"
    draws: int = 0  # of the bootstrap
    n_agreed: int = 0  # verdicts of the consensus, which are nobody's votes and left out

    @property
    def n_raters(self) -> int:
        """Number of raters."""
        return len(self.raters)

    @property
    def table(self) -> pd.DataFrame:
        """Cross-table: how many items the raters put into each pair of categories."""
        if not self.counts:
            raise InputError(
                f"A cross-table must be that of two raters. Got {self.n_raters}. "
                f"Use compare_raters for each pair of them."
            )
        first, second = self.raters
        return pd.DataFrame(
            [list(row) for row in self.counts],
            index=pd.Index(self.categories, name=first),
            columns=pd.Index(self.categories, name=second),
        )

    @property
    def prevalence_index(self) -> float:
        """Share that both include minus share that both exclude; NaN unless 2 × 2."""
        return self._estimate("prevalence_index")

    @property
    def bias_index(self) -> float:
        """Share that the first alone includes minus that of the second; NaN unless 2 × 2."""
        return self._estimate("bias_index")

    @property
    def maximum_kappa(self) -> float:
        """Greatest kappa that the raters' own margins allow; NaN unless there are two raters.

        Cohen (1960), doi:10.1177/001316446002000104: a kappa falls short of it by disagreement,
        and it falls short of 1 by a bias between the raters.
        """
        counts = np.array(self.counts or [[0]])
        n, rows, columns = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
        by_chance = rows @ columns
        if n * n == by_chance:
            return float("nan")
        return float((n * np.minimum(rows, columns).sum() - by_chance) / (n * n - by_chance))

    @property
    def paradox(self) -> str:
        """A sentence for a kappa that prevalence makes low in spite of agreement; else empty."""
        return explain_paradox(self.counts, self.categories)

    def _estimate(self, coefficient: str) -> float:
        found = (row.estimate for row in self.rows if row.coefficient == coefficient)
        return next(found, float("nan"))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient, as its index; `k` categories, `n` items."""
        frame = pd.DataFrame(self.rows, columns=list(Row._fields)).set_index("coefficient")
        frame.insert(5, "k", len(self.categories))
        frame.insert(6, "n", self.n_items)
        columns = ["estimate", "se", "ci_low", "ci_high", "label", "k", "n", "note"]
        return frame[columns]

    def _headline(self) -> str:
        rows = {row.coefficient: row for row in self.rows}
        two = bool(self.counts)
        kappa = rows["cohen_kappa" if two else "krippendorff_alpha"]
        name = "Cohen's kappa" if two else "Krippendorff's alpha"
        share = rows["percent_agreement"]
        who = " and ".join(self.raters) if two else self._name_raters()
        items = f"{format_count(self.n_items)} item{'s' * (self.n_items != 1)}"
        text = f"Agreement {format_percent(share.estimate)} of {items}"
        text += f" decided by {who}"
        text += f" ({self.stage})" if self.stage else ""
        if kappa.label:
            interval = format_interval(kappa.ci_low, kappa.ci_high, 3)
            text += f"; {name} {format_number(kappa.estimate, 3)} "
            text += f"({100 * self.level:g} % interval {interval}), {kappa.label} on {self.scale}."
            text += f" The {kappa.spans}." if kappa.spans else ""
        else:
            text += f"; {name} undefined: {kappa.note}."
        if self.maybe != "separate":
            text += f" Maybe counts as {self.maybe}."
        paradox = f" {self.paradox}" if self.paradox else ""
        return text + self._left_out() + paradox

    def _name_raters(self) -> str:
        listed = list_some(list(self.raters), most=6, sep=", ")
        return f"two or more of {self.n_raters} raters ({listed})"

    def _left_out(self) -> str:
        parts = [
            f"{format_count(number)} {what}"
            for number, what in (
                (self.n_single, "decided by one rater only"),
                (self.n_undecided, "decided by neither" if self.counts else "decided by nobody"),
            )
            if number
        ]
        if self.n_agreed:
            parts.append(f"{format_count(self.n_agreed)} verdicts of the consensus")
        return f" Left out: {', '.join(parts)}." if parts else ""
