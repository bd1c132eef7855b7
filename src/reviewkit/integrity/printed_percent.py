"""Printed percentages, and how many people can stand behind them.

A percentage printed with d decimals stands for a closed interval, half a unit of
the last digit to either side.  Of n people, x are counted where 100x/n lies in it;
x and n are whole, so that many n are impossible.  All arithmetic is in whole
numbers: a half is a half.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Percent", "Sums", "count_range", "find_candidates", "read_percent"]

IntArray = NDArray[np.int64]

#: Places of totals, each with the places of the parts that sum to it.
Sums = Mapping[int, Sequence[int]]

_PRINTED = re.compile(r"\s*([<>≤≥~≈]|<=|>=)?\s*(\d*)(?:[.,·](\d+))?\s*%?\s*")
_MOST_DECIMALS = 8


class Percent(NamedTuple):
    """A percentage as printed."""

    text: str
    units: int  # of the last digit
    decimals: int
    qualifier: str = ""  # "<", ">" or "~" where it is no point

    @property
    def per_one(self) -> int:
        """How many units make 1, that is 100 %."""
        return int(100 * 10**self.decimals)


def read_percent(text: str) -> Percent | None:
    """Return a percentage as printed, or nothing if it is none.

    >>> read_percent("54.8 %"), read_percent("~90")
    (Percent(text='54.8', units=548, decimals=1, qualifier=''), Percent(text='90', ..., qualifier='~'))
    """
    found = _PRINTED.fullmatch(text)
    if not found or not (found[2] or found[3]) or len(found[3] or "") > _MOST_DECIMALS:
        return None
    qualifier, whole, decimals = found[1] or "", found[2] or "0", found[3] or ""
    number = f"{whole}.{decimals}" if decimals else whole
    return Percent(number, int(whole + decimals), len(decimals), qualifier)


def count_range(percent: Percent, n: IntArray) -> tuple[IntArray, IntArray]:
    """Return the least and greatest count for each n; the least is greater where there is none.

    >>> count_range(read_percent("64.7"), np.array([34, 40, 5000]))
    (array([  22,   26, 3233]), array([  22,   25, 3237]))
    """
    low = -((1 - 2 * percent.units) * n // (2 * percent.per_one))
    high = (2 * percent.units + 1) * n // (2 * percent.per_one)
    return np.maximum(low, 0), np.minimum(high, n)


def find_candidates(percents: Sequence[Percent], max_n: int, sums: Sums) -> IntArray:
    """Return every n up to `max_n` of which all percentages can be, and parts sum to totals."""
    n = np.arange(1, max_n + 1)
    distinct = {(percent.units, percent.decimals): percent for percent in percents}
    # The one with the most decimals leaves the fewest for the others.
    for percent in sorted(distinct.values(), key=lambda percent: -percent.decimals):
        low, high = count_range(percent, n)
        n = n[low <= high]
    for total, parts in sums.items():
        low, high = count_range(percents[total], n)
        ranges = [count_range(percents[part], n) for part in parts]
        n = n[
            (low <= sum(most for _, most in ranges)) & (high >= sum(least for least, _ in ranges))
        ]
    return n
