"""From a frame of verdicts to the cross-table of two raters.

Read here are the decisions frame (one row a decision) and the wide frame (one
column a rater).  A blank is no verdict: an item that only one rater decided is
left out and counted.  Nothing loops over rows in Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.agreement.categories import (
    MAYBE,
    Declared,
    as_array,
    encode,
    orient_table,
    sort_categories,
)
from reviewkit.agreement.tables import CrossTable

__all__ = [
    "Crossed",
    "as_frame",
    "cross_verdicts",
    "nameless",
    "no_order",
    "require_once",
    "rows_of_stage",
]

IntArray = NDArray[np.int64]
AnyArray = NDArray[Any]

_BLANKS = (None, np.nan, pd.NA, pd.NaT, "")


class Crossed(NamedTuple):
    """The cross-table of two raters, and what is not in it."""

    table: CrossTable
    raters: tuple[str, str]
    stage: str  # "" where the frame has none
    n_single: int  # items that one rater decided
    n_undecided: int  # items that nobody decided
    ordered: bool  # whether the order of categories is known


class _Paired(NamedTuple):
    """Verdicts of two raters on the same items; -1 where there is none."""

    raters: tuple[str, str]
    first: IntArray
    second: IntArray
    verdicts: list[Any]  # distinct ones, by their code
    declared: Declared | None  # categories that the frame itself declares


def cross_verdicts(
    ratings: pd.DataFrame | Mapping[str, Any], *, stage: str | None, weights: str | None, maybe: str
) -> Crossed:
    """Return the cross-table of the two raters of a frame.

    Raises
    ------
    InputError
        If there are not two raters and one stage, a rater has two verdicts on one
        item, a verdict is not known, or no item has two verdicts.
    """
    check_choice("maybe", maybe, MAYBE)
    frame = as_frame(ratings)
    rows, stage = rows_of_stage(frame, stage)
    is_long = {"rater", "verdict"} <= set(frame.columns)
    paired = _pair_decisions(frame, rows) if is_long else _pair_columns(frame, rows)
    places, categories, ordered = sort_categories(
        paired.verdicts, paired.declared, is_decisions=is_long, maybe=maybe
    )
    first, second = (np.append(places, -1)[side] for side in (paired.first, paired.second))
    both = (first >= 0) & (second >= 0)
    n, single = int(both.sum()), int(((first >= 0) ^ (second >= 0)).sum())
    if not n:
        raise InputError(
            f"At least 1 item must have verdicts of both raters. Got none: {single} items with one "
            f"and {first.size - single} without a verdict, of {' and '.join(paired.raters)}. "
            f"Check that both name items alike."
        )
    if weights is not None and not ordered:
        raise no_order(f"weights={weights!r}", categories)
    k = len(categories)
    counts = np.bincount(first[both] * k + second[both], minlength=k * k).reshape(k, k)
    table = orient_table(counts.astype(np.int64), categories, weights, guess=ordered)
    rest = first.size - n - single
    return Crossed(table, paired.raters, stage or "", single, rest, ordered)


def as_frame(ratings: pd.DataFrame | Mapping[str, Any]) -> pd.DataFrame:
    """Return ratings as a frame whose columns are there once each."""
    if not isinstance(ratings, pd.DataFrame | Mapping):
        raise InputError(
            f"`ratings` must be a DataFrame. Got {type(ratings).__name__}. Give the frame of "
            f"read_decisions, or one column a rater; for a cross-table use agreement_from_table."
        )
    frame = pd.DataFrame(ratings)
    if not frame.columns.is_unique:
        twice = sorted(set(map(repr, frame.columns[frame.columns.duplicated()])))
        raise InputError(
            f"Each column must be there once. Got {list_some(twice, sep=', ')} more than once. "
            f"Rename the columns."
        )
    return frame


def rows_of_stage(frame: pd.DataFrame, stage: str | None) -> tuple[AnyArray | None, str | None]:
    """Return which rows to use, None for all, and the name of their stage."""
    if "stage" not in frame.columns:
        if stage is not None:
            raise InputError(
                f"`ratings` must have a column 'stage' to select {stage!r} from. The columns are "
                f"{list_some([repr(column) for column in frame.columns], sep=', ')}. "
                f"Leave out `stage`."
            )
        return None, None
    codes, found = encode(frame["stage"])
    names = [str(value).strip() for value in found]
    listed = [repr(name) for name in names]
    if stage is not None:
        if stage not in names:
            raise InputError(
                f"`stage` must be one of {list_some(listed, sep=', ') or 'no stage'}. "
                f"Got {stage!r}."
            )
        rows = np.isin(codes, [i for i, name in enumerate(names) if name == stage])
        return None if rows.all() else rows, stage
    blank = int((codes < 0).sum()) if names else 0
    if len(set(names)) + (blank > 0) > 1:
        without = [f"{blank} rows without a stage"] if blank else []
        raise InputError(
            f"Agreement must be that of one stage. Got {list_some([*listed, *without], sep=', ')}. "
            f"Choose one, as in stage={listed[0]}."
        )
    return None, names[0] if names else None


def _pair_decisions(frame: pd.DataFrame, rows: AnyArray | None) -> _Paired:
    """Bring the decisions of two raters on one item together."""
    check_columns(frame.columns, {"record": "record", "rater": "rater", "verdict": "verdict"})
    if rows is not None:
        frame = frame.loc[rows]
    who, raters = encode(frame["rater"])
    if len(raters) != 2:
        raise _not_two([str(r) for r in raters], 'ratings[ratings["rater"].isin([{}])]')
    codes, verdicts = encode(frame["verdict"])
    sides = [np.flatnonzero(who == number) for number in range(2)]
    record = as_array(frame["record"])
    items = [pd.Index(record[side], dtype=record.dtype) for side in sides]
    require_once(items[0], f"of {raters[0]}")
    place = items[0].get_indexer(items[1])
    alone = np.flatnonzero(place < 0)  # items of the second rater that the first has not
    if alone.size or np.bincount(place).max() > 1:
        require_once(items[1], f"of {raters[1]}")
    # Looking a blank up is quick: these items are hashed already.
    if (who < 0).any() or any(
        blank in part for part in (items[0], items[1][alone]) for blank in _BLANKS
    ):
        raise nameless(frame)
    first, second = (codes[side] for side in sides)
    met = np.full(first.size + alone.size, -1, dtype=np.int64)
    met[np.where(place < 0, first.size + np.cumsum(place < 0) - 1, place)] = second
    return _Paired(
        (str(raters[0]), str(raters[1])),
        np.append(first, np.full(alone.size, -1)),
        met,
        verdicts,
        None,
    )


def nameless(frame: pd.DataFrame) -> InputError:
    """Return the error of decisions without a record or a rater."""
    blank = frame[["record", "rater"]].isna() | (frame[["record", "rater"]].astype(str) == "")
    at = [f"row {label!r}" for label in frame.index[blank.any(axis=1)]]
    return InputError(
        f"Each decision must name its record and its rater. Got none in {list_some(at)}. "
        f"Fill them in or leave the rows out."
    )


def _pair_columns(frame: pd.DataFrame, rows: AnyArray | None) -> _Paired:
    """Take two columns as two raters, and the index or `record` as their items."""
    if rows is not None:
        frame = frame.loc[rows]
    items = pd.Index(frame["record"]) if "record" in frame.columns else frame.index
    require_once(items, "in the wide frame")
    frame = frame.drop(columns=["record", "stage"], errors="ignore")
    if len(frame.columns) != 2:
        raise _not_two([str(column) for column in frame.columns], "ratings[[{}]]")
    columns = [frame[name] for name in frame.columns]
    kinds = [c.dtype for c in columns if isinstance(c.dtype, pd.CategoricalDtype)]
    shared = len(kinds) == 2 and kinds[0] == kinds[1]
    (first, verdicts), (second, others) = (encode(column) for column in columns)
    merged = list(dict.fromkeys([*verdicts, *others]))
    translate = np.array([*(merged.index(value) for value in others), -1], dtype=np.int64)
    return _Paired(
        (str(frame.columns[0]), str(frame.columns[1])),
        first,
        translate[second],
        merged,
        Declared(tuple(kinds[0].categories), bool(kinds[0].ordered)) if shared else None,
    )


def require_once(items: pd.Index, whose: str) -> None:
    """Raise an InputError that names the items with several rows."""
    if not items.is_unique:
        twice = [repr(item) for item in items[items.duplicated()].unique()]
        raise InputError(
            f"Each item must have one row {whose}. Got several for {list_some(twice, sep=', ')}. "
            f"Keep the final decision of each rater."
        )


def _not_two(raters: list[str], selection: str) -> InputError:
    names = [repr(rater) for rater in raters]
    choice = f"Select two, as in {selection.format(', '.join(names[:2]))}."
    return InputError(
        f"`ratings` must hold the verdicts of two raters or more. Got {len(raters)}: "
        f"{list_some(names, sep=', ') or 'none'}. "
        f"{choice if len(raters) > 2 else 'Add those of another rater.'}"
    )


def no_order(weights: str, categories: Sequence[object]) -> InputError:
    """Return the error of categories whose order nobody declared."""
    listed = list_some([repr(category) for category in categories], sep=", ")
    return InputError(
        f"{weights} must be used on categories whose order is declared. Got {listed}. "
        f"Make both columns ordered, as in "
        f"pandas.Categorical(column, categories=[...], ordered=True), "
        f"with all categories that could have been chosen, lowest first."
    )
