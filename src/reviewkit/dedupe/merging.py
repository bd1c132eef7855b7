"""One row a cluster: of each field the most complete value, and the record it came from.

What is the most complete is a measure of a value; the registry at the end has one for each
field.  Of values that measure the same, the one that most records bear is kept, and of
those the first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit.dedupe.groups import list_members

__all__ = ["MEASURES", "merge_records"]

IntArray = NDArray[np.int64]
_RANGE = re.compile(r"\d\W+\d")
_OWN = ("record", "source", "file", "line")  # of a record, not of a work: those of the first stay


def merge_records(records: pd.DataFrame, labels: IntArray, *, origins: bool) -> pd.DataFrame:
    """Return one row a cluster, in the order of the first records."""
    firsts = np.unique(labels)
    members = list_members(labels)
    chosen: dict[str, IntArray] = {}
    for name in records.columns:
        if name not in _OWN:
            chosen[name] = _choose(records[name], firsts, members, MEASURES.get(name, _length))
    merged = records.take(firsts).reset_index(drop=True)
    for name, at in chosen.items():
        merged[name] = records[name].take(at).reset_index(drop=True)
    ids = records["record"].astype(str).to_numpy(dtype=object)
    extra = {
        "cluster": records["record"].take(firsts).to_numpy(),
        "n_records": np.array(
            [len(members.get(at, (at,))) for at in firsts.tolist()], dtype=np.int64
        ),
        "records": _join(ids, firsts, members),
    }
    if "source" in records.columns:
        column = records["source"]
        names = column.astype(object).where(column.notna(), "").astype(str).to_numpy(dtype=object)
        extra["sources"] = _join(names, firsts, members)
    if origins:
        own = records["record"].to_numpy()
        for name, at in chosen.items():
            known = records[name].take(at).notna().to_numpy(dtype=bool)
            extra[f"{name}_from"] = pd.Series(own[at]).where(known).to_numpy()
    return pd.concat([merged, pd.DataFrame(extra)], axis=1)


def _join(values: NDArray[Any], firsts: IntArray, members: dict[int, list[int]]) -> list[str]:
    """Return the values of each cluster, each once, with semicolons between."""
    return [
        "; ".join(dict.fromkeys(values[i] for i in members[at] if values[i]))
        if at in members
        else values[at]
        for at in firsts.tolist()
    ]


def _choose(
    column: pd.Series[Any],
    firsts: IntArray,
    members: dict[int, list[int]],
    measure: Callable[[str], Any],
) -> IntArray:
    """Return, for each cluster, the record whose value is kept."""
    values = column.astype(object).to_numpy(dtype=object)
    missing = column.isna().to_numpy(dtype=bool)
    chosen = firsts.copy()
    for place, first in enumerate(firsts.tolist()):
        if first not in members:
            continue
        there = [i for i in members[first] if not missing[i] and str(values[i]).strip()]
        if there:
            counts = Counter(str(values[i]) for i in there)
            chosen[place] = max(
                there,
                key=lambda i: (*_as_tuple(measure(str(values[i]))), counts[str(values[i])], -i),
            )
    return chosen


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _length(text: str) -> int:
    return len(text)


def _prose(text: str) -> tuple[bool, int]:
    """Prefer text with small letters to the same in capitals, then the longer one."""
    return not text.isupper(), len(text)


def _authors(text: str) -> tuple[int, int]:
    """Prefer more authors, then fuller given names."""
    return text.count(";"), len(text)


def _pages(text: str) -> tuple[bool, int]:
    """Prefer a range to a lone page, then the one written out."""
    return bool(_RANGE.search(text)), len(text)


def _plain(text: str) -> int:
    """Prefer what most records say: one number is not more complete than another."""
    return 0


#: Field → how complete a value is; the longer one for a field that is not here.
MEASURES: MappingProxyType[str, Callable[[str], Any]] = MappingProxyType(
    {
        "title": _prose, "journal": _prose, "authors": _authors, "pages": _pages, "year": _plain,
        "volume": _plain, "issue": _plain, "doi": _plain, "pmid": _plain, "kind": _plain,
        "language": _plain,
    }
)  # fmt: skip
