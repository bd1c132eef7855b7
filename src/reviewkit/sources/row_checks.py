"""What the cells of one row must have in common, and one row with the others.

A contradiction that makes a row impossible is a :class:`Problem`.  Events that
do not give the printed percentage are no problem but a finding: real tables
have it, where some people left an item out or where a percentage was misprinted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.format import format_number
from reviewkit._core.rounding import count_decimals, percent_fits
from reviewkit.sources.repairs import Repair
from reviewkit.sources.typed import Problem

__all__ = ["check_keys", "check_totals", "compare_percentages", "suspect_proportions"]

FloatArray = NDArray[np.float64]

#: What may divide the rows of one study, unless a schema has a key.
_DIVIDES = ("outcome", "construct", "instrument", "cutoff", "year", "time", "group")


def check_totals(frame: pd.DataFrame, texts: pd.DataFrame) -> list[Problem]:
    """Return the rows with more events than people."""
    numbers = _take_numbers(frame, ("events", "total"))
    if numbers is None:
        return []
    (events, total), printed = numbers, texts["events"].tolist()
    return [
        Problem(row, "events", printed[row], f"above the total of {total[row]:.0f}")
        for row in np.flatnonzero(events > total).tolist()
    ]


def compare_percentages(
    frame: pd.DataFrame, texts: pd.DataFrame, lines: Sequence[int], file: str
) -> list[Repair]:
    """Return a finding for each row whose events do not give its percentage, as printed."""
    size = "total" if "total" in frame else "n"
    numbers = _take_numbers(frame, ("events", size, "percent"))
    if numbers is None:
        return []
    events, total, percent = numbers
    printed = texts["percent"].tolist()
    decimals = _count_decimals(printed)
    known = np.flatnonzero(~np.isnan(events + total + percent) & (total > 0))
    fits = percent_fits(events[known], total[known], percent[known], decimals[known])
    findings = []
    for row in known[~fits].tolist():
        share = format_number(100 * events[row] / total[row], int(decimals[row]) + 1)
        what = f"percentage does not fit: {events[row]:.0f} of {total[row]:.0f} is {share} %"
        findings.append(Repair(file, lines[row], "percent", printed[row], printed[row], what))
    return findings


def suspect_proportions(
    frame: pd.DataFrame, texts: pd.DataFrame, lines: Sequence[int], file: str
) -> list[Repair]:
    """Return a finding if all percentages are as small as proportions."""
    numbers = _take_numbers(frame, ("percent",))
    if numbers is None:
        return []
    filled = numbers[0][~np.isnan(numbers[0])]
    if not filled.any() or filled.max() > 1:
        return []
    row = int(np.flatnonzero(numbers[0] > 0)[0])
    printed = texts["percent"].iloc[row]
    what = "percentages of 1 or less only: are they proportions?"
    return [Repair(file, lines[row], "percent", printed, printed, what)]


def _take_numbers(frame: pd.DataFrame, names: Sequence[str]) -> list[FloatArray] | None:
    """Return columns as floats, or None unless the frame has them all and as numbers."""
    if not set(names) <= set(frame.columns):
        return None
    if not all(pd.api.types.is_numeric_dtype(frame[name]) for name in names):
        return None
    return [frame[name].to_numpy(dtype=float, na_value=np.nan) for name in names]


def _count_decimals(printed: Sequence[str]) -> NDArray[np.int_]:
    """Return the decimals of each percentage; none for 22.0 where a program wrote the column.

    A program writes 22 as 22.0 and leaves no number without a point; a person would have
    meant the zero.  Where no number lacks its point, 22.0 may be either.
    """
    decimals = np.array([count_decimals(text) for text in printed])
    filled = [count for count, text in zip(decimals, printed, strict=True) if text]
    if all(filled):
        decimals[[text.endswith(".0") for text in printed]] = 0
    return decimals


def check_keys(
    frame: pd.DataFrame, texts: pd.DataFrame, lines: Sequence[int], key: Sequence[str] | None
) -> list[Problem]:
    """Return rows without a study, and rows that share what should tell them apart."""
    problems = []
    if "study" in frame:
        blank, labels = np.flatnonzero(frame["study"].isna()).tolist(), texts["study"].tolist()
        problems += [Problem(row, "study", labels[row], "no study is named") for row in blank]
    names = _choose_key(frame) if key is None else list(key)
    if not names:
        return problems
    known = frame[names[0]].notna()
    rows = frame[known]
    repeated = rows.index[rows.duplicated(names, keep=False)]
    first: dict[tuple[str, ...], int] = {}
    keys = zip(*(rows.loc[repeated, name].astype(str) for name in names), strict=True)
    for row, shared in zip(repeated.tolist(), keys, strict=True):
        if first.setdefault(shared, row) != row:
            reason = f"the same {', '.join(names)} as in line {lines[first[shared]]}"
            problems.append(Problem(row, names[0], shared[0], reason))
    return problems


def _choose_key(frame: pd.DataFrame) -> list[str]:
    if "study" not in frame:
        return []
    return ["study", *(name for name in _DIVIDES if name in frame)]
