"""How many records two reviewers must both screen for an interval of a wanted width.

The large-sample variance of kappa follows from what is expected of it and from how
many records each reviewer includes; the number of records follows from the variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from statistics import NormalDist
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_level
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number, format_percent
from reviewkit._core.result import Result

__all__ = ["ScreeningPlan", "plan_double_screening"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScreeningPlan(Result):
    """How many records must be double-screened."""

    title: ClassVar[str] = "Plan of double screening"

    n: int  # records that both reviewers screen
    kappa: float
    included: tuple[float, float]  # share of records that each reviewer includes
    width: float
    level: float
    records: int | None  # in all, where that is known
    table: tuple[tuple[float, float], tuple[float, float]]  # expected numbers of records

    @property
    def needs_all_records(self) -> bool:
        """Whether both reviewers must screen all records that there are."""
        return self.records is not None and self.n >= self.records

    @property
    def agreement(self) -> float:
        """Share of records that the reviewers are expected to agree on."""
        return (self.table[0][0] + self.table[1][1]) / self.n

    def to_frame(self) -> pd.DataFrame:
        """Return one row: what was asked, `n`, and the expected cells of the cross-table."""
        (both, first), (second, neither) = self.table
        return pd.DataFrame(
            {
                "kappa": [self.kappa], "included_first": [self.included[0]],
                "included_second": [self.included[1]], "width": [self.width],
                "level": [self.level], "n": [self.n], "agreement": [self.agreement],
                "both_include": [both], "first_only": [first], "second_only": [second],
                "both_exclude": [neither],
            }
        )  # fmt: skip

    def _headline(self) -> str:
        text = (
            f"{format_count(self.n)} records must be screened by both for a "
            f"{100 * self.level:g} % interval of kappa {format_number(self.width, 2)} wide, if "
            f"kappa is {format_number(self.kappa, 2)} and the reviewers include "
            f"{format_percent(self.included[0])} and {format_percent(self.included[1])}."
        )
        if self.needs_all_records:
            text += " These are all the records that there are."
        if min(self.table[0][0], self.table[1][1]) < 5:
            text += " Fewer than 5 are expected in a cell of agreement: take more."
        return text


def plan_double_screening(
    kappa: float,
    included: float | tuple[float, float],
    *,
    width: float = 0.2,
    level: float = 0.95,
    records: int | None = None,
) -> ScreeningPlan:
    """Compute how many records two reviewers must both screen.

    Parameters
    ----------
    kappa : float in (-1, 1)
        Cohen's kappa that is expected.
    included : float in (0, 1), or two of them
        Share of the records that each reviewer is expected to include.
    width : float, default 0.2
        Wanted width of the interval, from lower to upper limit.
    level : float in (0, 1), default 0.95
        Of the interval.
    records : int, optional
        Records in all: if the interval is to be about these only, fewer are needed.

    Returns
    -------
    ScreeningPlan
        `n` and the cross-table that is then expected.

    Raises
    ------
    InputError
        If a value lies outside its range, or no cross-table has this kappa and these shares.

    Notes
    -----
    n is (2z/width)² times the large-sample variance for one record [1]_; with `records`, it is
    divided by 1 + n/records, the correction for a finite population.

    References
    ----------
    .. [1] Fleiss, Cohen & Everitt (1969). doi:10.1037/h0028106
    .. [2] Flack, Afifi, Lachenbruch & Schouten (1988). doi:10.1007/BF02294215

    Examples
    --------
    >>> plan_double_screening(0.7, 0.15, width=0.2).n
    398
    """
    first, second = included if isinstance(included, tuple) else (included, included)
    _check(kappa, (first, second), width, records)
    check_level(level)
    cells = _expect(kappa, first, second)
    z = NormalDist().inv_cdf((1 + level) / 2)
    n = (2 * z / width) ** 2 * _variance(cells, kappa)
    n = n if records is None else n / (1 + n / records)
    whole = max(2, ceil(n - 1e-9))
    whole = whole if records is None else min(whole, records)
    (a, b), (c, d) = (whole * cells).tolist()
    table = ((a, b), (c, d))
    return ScreeningPlan(whole, kappa, (first, second), width, level, records, table)


def _check(kappa: float, included: tuple[float, float], width: float, records: int | None) -> None:
    for name, value, low, high in (
        ("kappa", kappa, -1, 1),
        ("included", included[0], 0, 1),
        ("included", included[1], 0, 1),
        ("width", width, 0, 2),
    ):
        if not low < value < high:
            raise InputError(f"`{name}` must lie between {low} and {high}. Got {value!r}.")
    if records is not None and (records < 2 or records != int(records)):
        raise InputError(f"`records` must be a whole number, 2 or more. Got {records!r}.")


def _expect(kappa: float, first: float, second: float) -> FloatArray:
    """Return the shares of a 2 × 2 table by its kappa and margins."""
    by_chance = first * second + (1 - first) * (1 - second)
    agreed = kappa + (1 - kappa) * by_chance
    both = (agreed + first + second - 1) / 2
    cells = np.array([[both, first - both], [second - both, 1 - first - second + both]])
    if cells.min() < -1e-12:
        raise InputError(
            f"A cross-table must exist for the shares included. Got kappa {kappa:g} with "
            f"{first:g} and {second:g}, which would need a negative number of records. "
            f"Give a kappa nearer to 0, or shares that are nearer to each other and to 0.5."
        )
    return np.asarray(np.maximum(cells, 0))


def _variance(cells: FloatArray, kappa: float) -> float:
    """Return the variance of kappa for one record."""
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    apart = 1 - float(rows @ columns)
    off = 1 - np.eye(2)
    by_chance = np.add.outer(off @ columns, off @ rows)
    slope = ((1 - kappa) * by_chance - off) / apart
    mean = float((cells * slope).sum())
    return float((cells * (slope - mean) ** 2).sum())
