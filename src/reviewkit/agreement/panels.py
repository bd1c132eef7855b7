"""From a frame of verdicts to the patterns of more than two raters.

An item with one verdict stays: it tells how its rater chooses.  One without is counted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.agreement.categories import MAYBE, Declared, encode, sort_categories
from reviewkit.agreement.patterns import Patterns, find_patterns
from reviewkit.agreement.verdicts import as_frame, nameless, require_once, rows_of_stage

__all__ = ["Panel", "count_raters", "read_panel"]

IntArray = NDArray[np.int64]


class Panel(NamedTuple):
    """What many raters chose, and what is not in it."""

    patterns: Patterns
    categories: tuple[Any, ...]
    ordered: bool
    raters: tuple[str, ...]
    stage: str
    n_items: int  # with two verdicts or more
    n_single: int
    n_undecided: int


class _Codes(NamedTuple):
    raters: tuple[str, ...]
    codes: IntArray  # (n, r); -1 for a blank
    verdicts: list[Any]  # distinct ones, by their code
    declared: Declared | None


def count_raters(frame: pd.DataFrame, rows: NDArray[Any] | None) -> int:
    """Return how many raters a frame of verdicts has."""
    if {"rater", "verdict"} <= set(frame.columns):
        rater = frame["rater"] if rows is None else frame["rater"][rows]
        return len(encode(rater)[1])
    return len(frame.columns.difference(["record", "stage"]))


def read_panel(ratings: Any, *, stage: str | None, maybe: str) -> Panel:
    """Return the verdicts of all raters of a frame.

    Raises
    ------
    InputError
        If there are several stages, a rater has two verdicts on one item, a verdict is not
        known, or no item has two verdicts.
    """
    check_choice("maybe", maybe, MAYBE)
    frame = as_frame(ratings)
    rows, stage = rows_of_stage(frame, stage)
    frame = frame if rows is None else frame.loc[rows]
    is_long = {"rater", "verdict"} <= set(frame.columns)
    read = _read_decisions(frame) if is_long else _read_columns(frame)
    places, categories, ordered = sort_categories(
        read.verdicts, read.declared, is_decisions=is_long, maybe=maybe
    )
    codes = np.append(places, -1)[read.codes]
    decided = (codes >= 0).sum(axis=1)
    silent = [repr(name) for name, column in zip(read.raters, codes.T, strict=True)
              if not (column >= 0).any()]  # fmt: skip
    if silent:
        raise InputError(
            f"Each rater must have a verdict. Got none of {list_some(silent, sep=', ')}. "
            f"Leave these raters out."
        )
    n, single = int((decided > 1).sum()), int((decided == 1).sum())
    if not n:
        raise InputError(
            f"At least 1 item must have verdicts of two raters. Got none: {single} items with "
            f"one, of {list_some([*read.raters], sep=', ')}. Check that all name items alike."
        )
    patterns = find_patterns(codes, len(categories))
    rest = decided.size - n - single
    return Panel(patterns, categories, ordered, read.raters, stage or "", n, single, rest)


def _read_decisions(frame: pd.DataFrame) -> _Codes:
    check_columns(frame.columns, {"record": "record", "rater": "rater", "verdict": "verdict"})
    who, raters = encode(frame["rater"])
    record = pd.Index(frame["record"])
    if (who < 0).any() or record.isna().any() or (record.astype(str).str.strip() == "").any():
        raise nameless(frame)
    verdict, verdicts = encode(frame["verdict"])
    item, items = pd.factorize(record)
    cell = item * len(raters) + who
    if len(np.unique(cell)) < len(cell):
        for number, name in enumerate(raters):
            require_once(record[who == number], f"of {name}")
    codes = np.full(len(items) * len(raters), -1, dtype=np.int64)
    codes[cell] = verdict
    return _Codes(tuple(map(str, raters)), codes.reshape(-1, len(raters)), verdicts, None)


def _read_columns(frame: pd.DataFrame) -> _Codes:
    items = pd.Index(frame["record"]) if "record" in frame.columns else frame.index
    require_once(items, "in the wide frame")
    frame = frame.drop(columns=["record", "stage"], errors="ignore")
    columns = [frame[name] for name in frame.columns]
    encoded = [encode(column) for column in columns]
    merged = list(dict.fromkeys(value for _, verdicts in encoded for value in verdicts))
    codes = np.empty((len(frame), len(columns)), dtype=np.int64)
    for place, (found, verdicts) in enumerate(encoded):
        translate = np.array([*(merged.index(value) for value in verdicts), -1], dtype=np.int64)
        codes[:, place] = translate[found]
    kinds = [c.dtype for c in columns if isinstance(c.dtype, pd.CategoricalDtype)]
    shared = len(kinds) == len(columns) and all(kind == kinds[0] for kind in kinds)
    declared = Declared(tuple(kinds[0].categories), bool(kinds[0].ordered)) if shared else None
    return _Codes(tuple(map(str, frame.columns)), codes, merged, declared)
