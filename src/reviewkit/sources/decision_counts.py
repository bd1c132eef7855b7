"""Who saw what: how many records each rater decided, and how many nobody or one rater did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.sources.decision_labels import CONSENSUS

__all__ = ["DecisionCounts", "StageCounts", "count_votes"]


class RaterCounts(NamedTuple):
    """What one rater did at one stage."""

    stage: str
    rater: str
    records: int  # that the files hold at this stage
    decided: int
    include: int
    exclude: int
    maybe: int
    undecided: int
    alone: int  # decided by this rater and no other


class StageCounts(NamedTuple):
    """How many records of a stage were decided by how many raters; the consensus is none of them."""

    stage: str
    records: int
    by_nobody: int
    by_one: int
    by_several: int
    agreed: int  # with a verdict of the consensus


@dataclass(frozen=True, slots=True)
class DecisionCounts(Result):
    """How many records each rater decided, and how many were decided by one or by nobody."""

    title: ClassVar[str] = "Who decided what"

    raters: tuple[RaterCounts, ...]
    stages: tuple[StageCounts, ...]

    # pandas copies `attrs` on almost every operation; what cannot change need not be copied.
    def __copy__(self) -> DecisionCounts:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> DecisionCounts:
        return self

    def to_frame(self) -> pd.DataFrame:
        """Return one row a stage and rater."""
        return pd.DataFrame(self.raters, columns=list(RaterCounts._fields))

    def _headline(self) -> str:
        lines = [
            f"{stage.stage + ': ' if stage.stage else ''}of {format_count(stage.records)} records, "
            f"{format_count(stage.by_several)} decided by several raters, "
            f"{format_count(stage.by_one)} by one, {format_count(stage.by_nobody)} by nobody"
            f"{f'; {format_count(stage.agreed)} agreed upon' if stage.agreed else ''}."
            for stage in self.stages
        ]
        return " ".join(lines) or "No records."


def count_votes(cells: pd.DataFrame) -> DecisionCounts:
    """Return the counts of cells, one a record and rater, whose verdict is "" where undecided."""
    raters: list[RaterCounts] = []
    stages: list[StageCounts] = []
    for stage, at_stage in cells.groupby("stage", sort=False):
        decided = at_stage[at_stage["verdict"] != ""]
        votes = decided[decided["rater"].str.casefold() != CONSENSUS]
        several = votes.groupby("record")["rater"].nunique()
        records = at_stage["record"].nunique()
        alone = votes[votes["record"].map(several) == 1]
        for rater in dict.fromkeys(at_stage["rater"]):
            own = decided.loc[decided["rater"] == rater, "verdict"]
            kinds = [int((own == verdict).sum()) for verdict in ("include", "exclude", "maybe")]
            lone = int((alone["rater"] == rater).sum())
            counts = (records, len(own), *kinds, records - len(own), lone)
            raters.append(RaterCounts(str(stage), str(rater), *counts))
        one, more = int((several == 1).sum()), int((several > 1).sum())
        agreed = decided.loc[decided["rater"].str.casefold() == CONSENSUS, "record"].nunique()
        stages.append(StageCounts(str(stage), records, records - one - more, one, more, agreed))
    return DecisionCounts(tuple(raters), tuple(stages))
