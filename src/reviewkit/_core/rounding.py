"""Printed numbers, taken at their word: which exact values round to them.

Programs and people round halves up, to even or away from zero.  A printed
number therefore stands for a closed interval, both of whose ends may have been
rounded to it.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["count_decimals", "percent_fits"]

_DECIMALS = re.compile(r"[.,·](\d+)\s*%?\s*$")


def count_decimals(printed: str) -> int:
    """Return how many decimals a number has as printed.

    >>> count_decimals("54.8 %"), count_decimals("27"), count_decimals("8.0")
    (1, 0, 1)
    """
    found = _DECIMALS.search(printed)
    return len(found[1]) if found else 0


def percent_fits(
    events: ArrayLike, total: ArrayLike, percent: ArrayLike, decimals: ArrayLike
) -> NDArray[np.bool_]:
    """Return whether events / total, in percent, can have been printed as `percent`.

    All arguments are arrays that broadcast; `decimals` are those of the printed number.

    >>> percent_fits([56, 82], [539, 412], [11.0, 19.9], [0, 1]).tolist()
    [False, True]
    """
    n, places = np.asarray(total, dtype=float), np.asarray(decimals, dtype=float)
    unit = 10.0**places
    printed = np.rint(np.asarray(percent, dtype=float) * unit)  # in units of the last digit
    # Whole numbers on both sides, so that a half is found exactly.
    doubled = np.abs(2 * (100 * unit * np.asarray(events, dtype=float) - printed * n))
    return np.asarray((n > 0) & (doubled <= n))
