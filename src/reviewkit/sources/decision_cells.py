"""Votes on their way from a file to the frame: one row a record and rater, undecided ones too.

Each reader of an export brings its file into this form; what follows is the same for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import pandas as pd

__all__ = ["COLUMNS", "cross_votes", "make_cells"]

#: Columns of votes, all text and "" where unknown; but `row` is the position in the table, and
#: `is_shared` says whether the reason stands beside several raters.
COLUMNS = (
    "record", "rater", "stage", "verdict", "reason", "decided_at",
    "record_reason", "record_labels", "title",
)  # fmt: skip


def make_cells(columns: dict[str, object], rows: object) -> pd.DataFrame:
    """Return votes with "" in the columns that are not given."""
    length = len(np.atleast_1d(np.asarray(rows)))
    filled = {name: columns.get(name, "") for name in COLUMNS}
    column = columns.get("column", "")
    return pd.DataFrame(
        {**filled, "row": rows, "column": column, "is_shared": False}, index=range(length)
    )


def cross_votes(
    records: Sequence[str], votes: Sequence[dict[str, str]], raters: Sequence[str] = ()
) -> pd.DataFrame:
    """Return one row for each rater and record, in that order, "" where the rater has no vote.

    >>> cross_votes(["7", "9"], [{"Ada": "include"}, {}])[["record", "rater", "verdict"]]
      record rater  verdict
    0      7   Ada  include
    1      9   Ada
    """
    named = list(dict.fromkeys([*raters, *chain.from_iterable(votes)]))
    rows = np.tile(np.arange(len(records)), len(named))
    verdicts = [vote.get(rater, "") for rater in named for vote in votes]
    columns = {
        "record": np.array(records, dtype=object)[rows] if len(rows) else [],
        "rater": np.repeat(np.array(named, dtype=object), len(records)),
        "verdict": verdicts,
    }
    return make_cells(dict(columns), rows)
