"""Verdicts of a person on pairs of records: read, checked against each other, worked in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.spreadsheet import read_table

__all__ = ["WORDS", "Verdict", "add_verdicts", "read_verdicts", "undo_merge"]


class Verdict(NamedTuple):
    """What a person decided on two records, named by position, the first before the second."""

    left: int
    right: int
    duplicate: bool


#: What may stand in the column `duplicate`, in lower case.
WORDS = MappingProxyType(
    {
        **dict.fromkeys(("yes", "y", "true", "t", "1", "1.0", "duplicate", "same", "x"), True),
        **dict.fromkeys(("no", "n", "false", "f", "0", "0.0", "not duplicate", "different"), False),
    }
)


def read_verdicts(
    frame: pd.DataFrame | str | PathLike[str], ids: pd.Series[Any]
) -> tuple[Verdict, ...]:
    """Return the verdicts of a frame or a file; blank ones are left out.

    Raises
    ------
    InputError
        If a column is missing, a record is not known or is compared with itself, or a verdict
        cannot be read.
    """
    if isinstance(frame, str | PathLike):
        frame = read_table(frame).frame
    frame = pd.DataFrame(frame)
    check_columns(frame.columns, {"left": "left", "right": "right", "duplicate": "duplicate"})
    places = {value: at for at, value in enumerate(ids)}
    by_text = {_as_text(value): at for at, value in enumerate(ids)}
    found, wrong = [], []
    columns = (frame[name].astype(object).tolist() for name in ("left", "right", "duplicate"))
    for row, (left, right, given) in enumerate(zip(*columns, strict=True)):
        word = "" if pd.isna(given) else str(given).strip().lower()
        if not word:
            continue
        one, two = (places.get(v, by_text.get(_as_text(v), -1)) for v in (left, right))
        if word not in WORDS:
            wrong.append(f"row {row}: {given!r} is neither yes nor no")
        elif min(one, two) < 0:
            wrong.append(f"row {row}: no record {(left if one < 0 else right)!r}")
        elif one == two:
            wrong.append(f"row {row}: {left!r} with itself")
        else:
            found.append(Verdict(min(one, two), max(one, two), WORDS[word]))
    if wrong:
        raise InputError(
            f"Each verdict must name two records and say yes or no. Got {list_some(wrong, most=5)}. "
            f"Correct the rows; leave `duplicate` blank for what is undecided."
        )
    return tuple(found)


def _as_text(value: object) -> str:
    text = str(value).strip()
    return text.removesuffix(".0")


def add_verdicts(
    before: Sequence[Verdict], given: Sequence[Verdict], ids: pd.Series[Any]
) -> tuple[Verdict, ...]:
    """Return old and new verdicts, new ones in place of old ones on the same pair.

    Raises
    ------
    InputError
        If new verdicts contradict each other, or the old and the new do.
    """
    new: dict[tuple[int, int], bool] = {}
    for left, right, duplicate in given:
        if new.setdefault((left, right), duplicate) != duplicate:
            raise _contradiction([left, right], left, right, ids)
    all_of_them = {(left, right): duplicate for left, right, duplicate in before} | new
    verdicts = tuple(Verdict(*pair, duplicate) for pair, duplicate in sorted(all_of_them.items()))
    _check_together(verdicts, ids)
    return verdicts


def _check_together(verdicts: Iterable[Verdict], ids: pd.Series[Any]) -> None:
    """Raise an InputError if records that are the same by some verdicts differ by another."""
    import networkx as nx

    same: nx.Graph[int] = nx.Graph()
    same.add_edges_from(verdict[:2] for verdict in verdicts if verdict.duplicate)
    for left, right, duplicate in verdicts:
        if not duplicate and left in same and right in same and nx.has_path(same, left, right):
            raise _contradiction(nx.shortest_path(same, left, right), left, right, ids)


def _contradiction(path: list[int], left: int, right: int, ids: pd.Series[Any]) -> InputError:
    names = [repr(ids.iloc[at]) for at in path]
    return InputError(
        f"Verdicts must not contradict each other. Got {' = '.join(names)} by some, and "
        f"{ids.iloc[left]!r} ≠ {ids.iloc[right]!r} by another. Correct one of them; a verdict on "
        f"a pair replaces the one before."
    )


def undo_merge(
    records: Sequence[Any], ids: pd.Series[Any], labels: NDArray[np.int64]
) -> pd.DataFrame:
    """Return the verdicts that hold records apart; the rest of the cluster of one record stays.

    Raises
    ------
    InputError
        If a record is not known, or one alone is in no cluster.
    """
    at = {value: place for place, value in enumerate(ids)}
    unknown = [repr(record) for record in records if record not in at]
    if unknown or not records:
        raise InputError(
            f"`records` must be ids of records. Got {', '.join(unknown) or 'none'}. Ids are in the "
            f"column record of `clusters`."
        )
    chosen = [at[record] for record in records]
    rest = [int(i) for i in np.flatnonzero(labels == labels[chosen[0]]) if i != chosen[0]]
    if len(chosen) == 1 and not rest:
        raise InputError(f"{records[0]!r} must be in a cluster to leave it. It stands alone.")
    if len(chosen) == 1:
        rows = [(chosen[0], other, False) for other in rest]
        rows += [(rest[0], other, True) for other in rest[1:]]
    else:
        rows = [(one, two, False) for k, one in enumerate(chosen) for two in chosen[k + 1 :]]
    names = ids.to_list()
    return pd.DataFrame(
        [(names[one], names[two], duplicate) for one, two, duplicate in rows],
        columns=["left", "right", "duplicate"],
    )
