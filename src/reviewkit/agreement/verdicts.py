"""From a frame of verdicts to codes of items and raters, and to the cross-table of two raters.

Read here are the decisions frame (one row a decision) and the wide frame (one
column a rater).  A blank is no verdict: an item that only one rater decided is
left out and counted.  What a team agreed upon, the rater "consensus" of the
decisions frame, is nobody's vote and is left out too.  Nothing loops over rows in
Python, and each column is hashed once.
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
    "CONSENSUS",
    "Crossed",
    "Ratings",
    "as_frame",
    "cross_verdicts",
    "no_order",
    "read_ratings",
    "require_once",
    "rows_of_stage",
]

IntArray = NDArray[np.int64]
AnyArray = NDArray[Any]

#: The rater of verdicts that a team agreed upon.
CONSENSUS = "consensus"


class Ratings(NamedTuple):
    """Verdicts of raters on the same items."""

    raters: tuple[str, ...]
    codes: IntArray  # (n, r); -1 where there is none
    verdicts: list[Any]  # distinct ones, by their code
    declared: Declared | None  # categories that the frame itself declares
    is_decisions: bool
    stage: str  # "" where the frame has none
    n_agreed: int = 0  # verdicts of the consensus, left out


class Crossed(NamedTuple):
    """The cross-table of two raters, and what is not in it."""

    table: CrossTable
    n_single: int  # items that one rater decided
    n_undecided: int  # items that nobody decided
    ordered: bool  # whether the order of categories is known


def cross_verdicts(ratings: Ratings, *, weights: str | None, maybe: str) -> Crossed:
    """Return the cross-table of two raters.

    Raises
    ------
    InputError
        If a verdict is not known, or no item has two verdicts.
    """
    check_choice("maybe", maybe, MAYBE)
    places, categories, ordered = sort_categories(
        ratings.verdicts, ratings.declared, is_decisions=ratings.is_decisions, maybe=maybe
    )
    first, second = np.append(places, -1)[ratings.codes.T]
    both = (first >= 0) & (second >= 0)
    n, single = int(both.sum()), int(((first >= 0) ^ (second >= 0)).sum())
    if not n:
        raise InputError(
            f"At least 1 item must have verdicts of both raters. Got none: {single} items with one "
            f"and {first.size - single} without a verdict, of {' and '.join(ratings.raters)}. "
            f"Check that both name items alike."
        )
    if weights is not None and not ordered:
        raise no_order(f"weights={weights!r}", categories)
    k = len(categories)
    counts = np.bincount(first[both] * k + second[both], minlength=k * k).reshape(k, k)
    table = orient_table(counts.astype(np.int64), categories, weights, guess=ordered)
    return Crossed(table, single, first.size - n - single, ordered)


def read_ratings(ratings: pd.DataFrame | Mapping[str, Any], stage: str | None) -> Ratings:
    """Return the verdicts of all raters of a frame at one stage.

    Raises
    ------
    InputError
        If there are fewer than two raters or several stages, a decision names no record or rater,
        or a rater has two verdicts on one item.
    """
    frame = as_frame(ratings)
    rows, stage = rows_of_stage(frame, stage)
    is_long = {"rater", "verdict"} <= set(frame.columns)
    return (_read_decisions if is_long else _read_columns)(frame, rows, stage or "")


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


def _read_decisions(frame: pd.DataFrame, rows: AnyArray | None, stage: str) -> Ratings:
    """Bring the decisions on one item together."""
    check_columns(frame.columns, {"record": "record", "rater": "rater", "verdict": "verdict"})
    record, rater, verdict = (
        frame[name] if rows is None else frame[name][rows]
        for name in ("record", "rater", "verdict")
    )
    who, raters = encode(rater)
    item, items = _number_items(record)
    if (who < 0).any() or (item < 0).any():
        raise _nameless(record, rater)
    codes, verdicts = encode(verdict)
    votes = [n for n, name in enumerate(raters) if str(name).strip().casefold() != CONSENSUS]
    if len(votes) < 2:
        raise _too_few([str(name) for name in raters], [str(raters[n]) for n in votes])
    if len(votes) < len(raters):
        who = np.array([votes.index(n) if n in votes else -1 for n in range(len(raters))])[who]
        codes, item, who = (part[who >= 0] for part in (codes, item, who))
        used = np.unique(codes[codes >= 0])  # a verdict of the consensus alone is no category
        codes = np.where(codes >= 0, np.searchsorted(used, codes), -1)
        verdicts = [verdicts[n] for n in used]
    cell = item * len(votes) + who
    if cell.size and np.bincount(cell).max() > 1:
        for number, name in enumerate(votes):
            require_once(pd.Index(items)[item[who == number]], f"of {raters[name]}")
    grid = np.full(len(items) * len(votes), -1, dtype=np.int64)
    grid[cell] = codes
    names = tuple(str(raters[n]) for n in votes)
    agreed = len(record) - len(cell)
    return Ratings(names, grid.reshape(-1, len(votes)), verdicts, None, True, stage, agreed)


def _number_items(record: pd.Series[Any]) -> tuple[IntArray, Any]:
    """Return a number for each record, -1 where there is none, and the records."""
    is_text = isinstance(record.dtype, pd.StringDtype)
    values = record.array if is_text else as_array(record)
    half = len(values) // 2
    # One rater's rows below another's, on the same records: half of them need be hashed.
    is_twice = _are_halves_alike(values, half)
    numbers, items = pd.factorize(values[:half] if is_twice else values)
    if is_text or values.dtype == object:
        blank = np.asarray(items == "", dtype=bool)
        if blank.any():
            numbers = np.where(np.append(blank, False)[numbers], -1, numbers)
    return np.tile(numbers, 2) if is_twice else numbers, items


def _are_halves_alike(values: Any, half: int) -> bool:
    if half < 2 or len(values) % 2:
        return False
    for at in (0, half // 2, half - 1):  # cheap to see that they are not
        first, second = values[at], values[half + at]
        if pd.isna(first) or pd.isna(second) or first != second:
            return False
    same = values[:half] == values[half:]
    return bool(np.asarray(pd.isna(same)).sum() == 0 and np.asarray(same, dtype=bool).all())


def _nameless(record: pd.Series[Any], rater: pd.Series[Any]) -> InputError:
    """Return the error of decisions without a record or a rater."""
    names = pd.DataFrame({"record": record, "rater": rater})
    blank = names.isna() | names.astype(str).apply(lambda column: column.str.strip() == "")
    at = [f"row {label!r}" for label in names.index[blank.any(axis=1)]]
    return InputError(
        f"Each decision must name its record and its rater. Got none in {list_some(at)}. "
        f"Fill them in or leave the rows out."
    )


def _read_columns(frame: pd.DataFrame, rows: AnyArray | None, stage: str) -> Ratings:
    """Take columns as raters, and the index or `record` as their items."""
    if rows is not None:
        frame = frame.loc[rows]
    items = pd.Index(frame["record"]) if "record" in frame.columns else frame.index
    require_once(items, "in the wide frame")
    frame = frame.drop(columns=["record", "stage"], errors="ignore")
    names = [str(name) for name in frame.columns]
    if len(names) < 2:
        raise _too_few(names, names)
    columns = [frame[name] for name in frame.columns]
    encoded = [encode(column) for column in columns]
    merged = list(dict.fromkeys(value for _, verdicts in encoded for value in verdicts))
    codes = np.empty((len(columns), len(frame)), dtype=np.int64)
    for place, (found, verdicts) in enumerate(encoded):
        translate = np.array([*(merged.index(value) for value in verdicts), -1], dtype=np.int64)
        codes[place] = translate[found]
    kinds = [c.dtype for c in columns if isinstance(c.dtype, pd.CategoricalDtype)]
    shared = len(kinds) == len(columns) and all(kind == kinds[0] for kind in kinds)
    declared = Declared(tuple(kinds[0].categories), bool(kinds[0].ordered)) if shared else None
    return Ratings(tuple(names), codes.T, merged, declared, False, stage)


def require_once(items: pd.Index, whose: str) -> None:
    """Raise an InputError that names the items with several rows."""
    if not items.is_unique:
        twice = [repr(item) for item in items[items.duplicated()].unique()]
        raise InputError(
            f"Each item must have one row {whose}. Got several for {list_some(twice, sep=', ')}. "
            f"Keep the final decision of each rater."
        )


def _too_few(raters: list[str], votes: list[str]) -> InputError:
    named = list_some([repr(rater) for rater in votes], sep=", ") or "none"
    text = f"`ratings` must hold the verdicts of two raters or more. Got {len(votes)}: {named}. "
    if len(votes) == len(raters):
        return InputError(text + "Add those of another rater.")
    kind = "agreed verdicts only" if not votes else "one rater's verdicts beside agreed ones"
    advice = "; compare_with_consensus holds a rater against the consensus" if votes else ""
    return InputError(
        f"{text}The decisions hold {kind}, those of {CONSENSUS!r}, and agreement is that of votes "
        f"from before. Read the file that holds the votes of each rater{advice}."
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
