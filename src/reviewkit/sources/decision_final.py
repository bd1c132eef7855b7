"""The list of a consensus meeting, as it comes back: final verdicts and reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reviewkit.sources.decision_cells import make_cells
from reviewkit.sources.decision_labels import CONSENSUS
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import plain_name
from reviewkit.sources.spreadsheet import Table

__all__ = ["arrange_final", "tells_final"]

_HEADERS = frozenset({"record", "final", "final_reason"})


def tells_final(table: Table) -> bool:
    """Say whether a table is a list of conflicts, as saved for a meeting."""
    return {plain_name(str(name)) for name in table.frame.columns} >= _HEADERS


def arrange_final(table: Table, notes: list[Repair], rater: str) -> pd.DataFrame:
    """Return the final verdicts; the votes beside them stand in the decisions already."""
    frame = table.frame.rename(columns={name: plain_name(str(name)) for name in table.frame})
    what = "list of conflicts: final verdicts read, votes of raters left where they came from"
    notes.append(Repair(table.path.name, 1, "final", "", "", what))
    columns = {
        "record": frame["record"].to_numpy(), "rater": CONSENSUS,
        "stage": frame["stage"].to_numpy() if "stage" in frame else "",
        "verdict": frame["final"].to_numpy(), "reason": frame["final_reason"].to_numpy(),
        "column": "final",
    }  # fmt: skip
    return make_cells(columns, np.arange(len(frame)))
