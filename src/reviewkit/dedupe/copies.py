"""Records that are the same in all that is compared: one of them stands for all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit.dedupe.inputs import text_of
from reviewkit.dedupe.pairs import Pairs
from reviewkit.dedupe.rules import Decision
from reviewkit.dedupe.titles import read_title

__all__ = ["find_copies", "pair_copies"]

IntArray = NDArray[np.int64]

_FIELDS = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "abstract",
    "kind", "language",
)  # fmt: skip


def find_copies(frame: pd.DataFrame) -> IntArray:
    """Return for each record the first that is the same in all fields; itself, if there is none.

    Fields that are the same and say too little, such as a title alone or "Editorial" without
    pages, make no copies.
    """
    text = {name: text_of(frame, name) for name in _FIELDS if name in frame.columns}
    own = np.arange(len(frame), dtype=np.int64)
    if not len(frame):
        return own
    codes = pd.DataFrame({name: pd.factorize(values)[0] for name, values in text.items()})
    group = codes.groupby(list(codes.columns), sort=False).ngroup().to_numpy()
    first = np.full(int(group.max()) + 1, -1, dtype=np.int64)
    places, at = np.unique(group, return_index=True)
    first[places] = at
    found = first[group]
    repeated = found != own
    for place in np.unique(found[repeated]).tolist():
        if not _says_enough({name: values[place] for name, values in text.items()}):
            members = found == place
            found[members] = own[members]
    return found


def _says_enough(record: dict[str, Any]) -> bool:
    """Tell whether two records with these values must be of one work."""
    has = {name for name, value in record.items() if value.strip()}
    if has & {"doi", "pmid"}:
        return True
    title = read_title(record.get("title", ""))
    if not title.key:
        return {"authors", "journal", "volume", "pages"} <= has
    if title.generic or title.brief or title.serial:
        return {"journal", "pages"} <= has and bool(has & {"volume", "year"})
    return bool(has & {"authors", "abstract"}) or (
        "journal" in has and bool(has & {"pages", "volume"})
    )


def pair_copies(copy_of: IntArray) -> Pairs:
    """Return each copy with the record that stands for it, as a sure pair."""
    right = np.flatnonzero(copy_of != np.arange(len(copy_of)))
    return Pairs(
        left=copy_of[right],
        right=right,
        score=np.ones(len(right)),
        decision=np.full(len(right), Decision.SURE, dtype=np.int8),
        barred=np.zeros(len(right), dtype=bool),
        reason=np.full(len(right), "all fields the same", dtype=object),
    )
