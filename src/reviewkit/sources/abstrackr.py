"""The labels of Abstrackr: one column a labeler, 1, 0 and -1, and ``o`` where there is none.

``consensus`` is what the labelers agreed upon, ``x`` where they did not.  Below the table stand
the citations that nobody has labeled yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.decision_cells import make_cells
from reviewkit.sources.decision_grid import NOT_LABELED
from reviewkit.sources.decision_labels import CONSENSUS
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import plain_name
from reviewkit.sources.spreadsheet import Table

__all__ = ["LABELS", "arrange_abstrackr", "tells_abstrackr"]

_HEADERS = frozenset({"internal_id", "source_id", CONSENSUS})


def tells_abstrackr(table: Table) -> bool:
    """Say whether a table is an export of labels."""
    return {plain_name(str(name)) for name in table.frame.columns} >= _HEADERS


def arrange_abstrackr(table: Table, notes: list[Repair], rater: str) -> pd.DataFrame:
    """Return the votes of labelers and, where there is one, the consensus."""
    names = [str(name) for name in table.frame.columns]
    plain = [plain_name(name) for name in names]
    at = plain.index(CONSENSUS)
    ends = [n for n, name in enumerate(plain) if n > at and " notes (" in names[n]]
    labelers = [
        n for n in range(at, ends[0] if ends else len(names))
        if not plain[n].startswith("labeled_at")
    ]  # fmt: skip
    if labelers == [at]:
        raise ParseError(
            f"{table.path.name!r} must hold decisions. It is an export of Abstrackr without a "
            f"column of a labeler. Export the labels of all labelers."
        )
    frame = table.frame
    is_line = (frame == NOT_LABELED).any(axis=1).to_numpy()
    frame = frame[~is_line]
    record = _choose_ids(frame, names, plain, table, notes)
    title = frame[names[plain.index("title")]] if "title" in plain else ""
    parts = []
    for n in labelers:
        times = n + 1 < len(names) and plain[n + 1].startswith("labeled_at")
        spelled = frame.iloc[:, n].str.strip().str.casefold()
        verdict = _name_labels(spelled, names[n], table)
        columns = {
            "record": record.to_numpy(), "rater": names[n] if n != at else CONSENSUS,
            "verdict": verdict.to_numpy(), "column": names[n],
            "decided_at": frame.iloc[:, n + 1].to_numpy() if times else "",
            "title": title if isinstance(title, str) else title.to_numpy(),
        }  # fmt: skip
        cells = make_cells(columns, frame.index.to_numpy())
        parts.append(cells if n != at else cells[cells["verdict"] != ""])
    return pd.concat(parts, ignore_index=True)


def _choose_ids(
    frame: pd.DataFrame, names: list[str], plain: list[str], table: Table, notes: list[Repair]
) -> pd.Series[str]:
    """Return the user's own ids where each citation has one, else those of Abstrackr."""
    own = frame[names[plain.index("source_id")]]
    kept = names[plain.index("source_id")]
    if not own.is_unique or own.isin(["", "None", "none"]).any():
        kept = names[plain.index("internal_id")]
    what = f"records named by {kept}"
    notes.append(Repair(table.path.name, 1, kept, "", "", what))
    return frame[kept]


def _name_labels(spelled: pd.Series[str], column: str, table: Table) -> pd.Series[str]:
    verdicts = spelled.map(LABELS)
    bad = verdicts.isna()
    if bad.any():
        listed = [f"{spelled[at]!r} (line {table.lines[at]})" for at in spelled.index[bad]]
        raise InputError(
            f"{table.path.name!r} must hold the labels 1, 0, -1 or o. Got {list_some(listed)} in "
            f"the column {column!r}. Correct them, or delete a column that is no labeler's."
        )
    return verdicts


#: Verdicts by label.
LABELS: Mapping[str, str] = MappingProxyType(
    {"1": "include", "0": "maybe", "-1": "exclude", "o": "", "x": "", "": ""}
)
