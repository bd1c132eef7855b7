"""Which cross-tables a reported kappa allows.

A kappa printed without its table still says much: how many items the raters can
have disagreed upon, how precise the kappa is, and whether it is possible at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import inf, nan, sqrt
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number, format_percent
from reviewkit._core.result import Result
from reviewkit.agreement.pairs import Problem, expand_pairs, find_pairs, variance_range

__all__ = ["FeasibleTables", "feasible_tables"]

IntArray = NDArray[np.int64]

_MOST_ROWS = 2_000_000  # tables that a frame may list: some 100 MB
_MOST_DECIMALS = 6
_MOST_ITEMS = 1_000_000  # whose products, at 6 decimals, still are whole numbers of 64 bits
_SLACK = 1e-6  # of the last decimal; what floating point may add to a printed number
_SHOWN = 20  # rows that a summary prints


@dataclass(frozen=True, slots=True)
class FeasibleTables(Result):
    """Every 2 × 2 table that rounds to a reported kappa."""

    title: ClassVar[str] = "Cross-tables that a reported kappa allows"

    kappa: float  # as reported
    n: int  # items
    included: int | None  # items finally included; None where not given
    decimals: int  # of the reported kappa
    disagreements: tuple[int, ...]  # distinct numbers of items disagreed upon, ascending
    counts: tuple[int, ...]  # tables with each number of disagreements
    se_low: float  # least large-sample standard error of kappa among the tables; NaN if none
    se_high: float  # greatest

    @property
    def n_tables(self) -> int:
        """Number of tables."""
        return sum(self.counts)

    @property
    def is_possible(self) -> bool:
        """Whether any table rounds to the kappa."""
        return bool(self.counts)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a table, by disagreements; found anew at each call.

        Raises
        ------
        InputError
            If there are more than 2 million tables; `disagreements` and `counts` still tell.
        """
        if self.n_tables > _MOST_ROWS:
            raise InputError(
                f"A frame must list no more than {format_count(_MOST_ROWS)} tables. Got "
                f"{format_count(self.n_tables)}. Give `included` or a kappa with more decimals, "
                f"or use `counts` by `disagreements`."
            )
        printed = round(self.kappa * 10**self.decimals)
        problem = Problem(printed, 10**self.decimals, self.n, self.included)
        s, a, t = expand_pairs(list(find_pairs(problem)))
        m = 2 * a + s
        return pd.DataFrame(
            {
                "both_include": a,
                "first_only": (s + t) // 2,
                "second_only": (s - t) // 2,
                "both_exclude": self.n - s - a,
                "kappa": 1 - 2 * self.n * s / (2 * self.n * m - m * m + t * t),
                "agreement": 1 - s / self.n,
                "disagreements": s,
            }
        )

    def summary(self) -> str:
        """Return title, headline and, where they are many, the number of tables only."""
        lines = [self.title, self._headline()]
        if self.counts:
            shown = self._shown()
            lines += ["", shown.to_string(float_format="{:.4f}".format, max_rows=_SHOWN)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = f"<h4>{escape(self.title)}</h4><p>{escape(self._headline())}</p>"
        if not self.counts:
            return head
        shown = self._shown()
        return head + shown.to_html(float_format="{:.4f}".format, max_rows=_SHOWN, border=0)

    def _shown(self) -> pd.DataFrame:
        """Return all tables if they are few, else how many there are by disagreements."""
        if self.n_tables <= _SHOWN:
            return self.to_frame()
        agreement = [1 - s / self.n for s in self.disagreements]
        columns = {"agreement": agreement, "tables": self.counts}
        return pd.DataFrame(columns, index=pd.Index(self.disagreements, name="disagreements"))

    def _headline(self) -> str:
        kappa, n = format_number(self.kappa, self.decimals), format_count(self.n)
        what = f"A kappa of {kappa} on {n} items"
        if self.included is not None:
            what += f", {format_count(self.included)} of them included,"
        if not self.counts:
            return f"{what} is impossible: no 2 × 2 table rounds to it."
        several = f"{format_count(self.n_tables)} tables" if self.n_tables > 1 else "1 table"
        return f"{what} allows {several}, {self._describe()}."

    def _describe(self) -> str:
        """Write disagreements, agreement and standard error, each as a range if it is one."""
        few, many = self.disagreements[0], self.disagreements[-1]
        counts = [format_count(few), format_count(many)]
        shares = [format_percent(1 - many / self.n), format_percent(1 - few / self.n)]
        errors = [format_number(self.se_low, 3), format_number(self.se_high, 3)]
        joint = " or " if many - few == 1 else " to "
        both = "both " if self.n_tables == 2 else "all "
        text = f"{both if few == many and self.n_tables > 1 else ''}with "
        text += f"{joint.join(dict.fromkeys(counts))} disagreement{'s' * (many != 1)} "
        text += f"(agreement {' to '.join(dict.fromkeys(shares))}); "
        return text + f"standard error {' to '.join(dict.fromkeys(errors))}"


def feasible_tables(
    kappa: float, n: int, *, included: int | None = None, decimals: int = 2
) -> FeasibleTables:
    """Find every 2 × 2 table of two raters that rounds to a reported kappa.

    Parameters
    ----------
    kappa : float in [-1, 1]
        Cohen's kappa as reported.
    n : int
        Number of items that both raters decided.
    included : int, optional
        Number of items finally included: at least those that both include, at most those that
        either includes.
    decimals : int, default 2
        Decimals of the reported kappa; up to 6.

    Returns
    -------
    FeasibleTables
        Tables, their distinct numbers of disagreements, and the range of the large-sample
        standard error of kappa among them.  No table means that the kappa is impossible.

    Raises
    ------
    InputError
        If kappa is not within -1 and 1 or has more decimals than `decimals`; if `n` and
        `included` are not whole numbers with 0 <= included <= n, 1 <= n <= 1,000,000; or if
        more than 30 million pairs of disagreements and joint inclusions would have to be
        looked at (from n = 10,900, for a kappa near 0 without `included`).

    Notes
    -----
    A half may have been rounded either way: 0.81 stands for 0.805 to 0.815, both included.
    Tables that differ in which rater is the first are different tables.  Where kappa is 0/0,
    a table fits no number.  A frame lists up to 2 million tables; the counts, the
    disagreements and the standard errors are complete for any number.

    References
    ----------
    Fleiss, Cohen & Everitt (1969). doi:10.1037/h0028106

    Examples
    --------
    >>> found = feasible_tables(0.81, 21, included=13)
    >>> found.disagreements, found.n_tables
    ((2,), 3)
    >>> found.to_frame()[["both_include", "first_only", "second_only", "both_exclude"]].values
    array([[11,  0,  2,  8],
           [11,  1,  1,  8],
           [11,  2,  0,  8]])
    """
    problem = _check(kappa, n, included, decimals)
    counts: IntArray = np.zeros(problem.n + 1, dtype=np.int64)
    low, high = inf, -inf
    for pairs in find_pairs(problem, half=True):
        twice = 1 + (2 * pairs.a < problem.n - pairs.s) * (problem.included is None)
        np.add.at(counts, pairs.s, pairs.tables * twice)
        least, most = variance_range(pairs, problem.n)
        low, high = min(low, least), max(high, most)
    some = np.flatnonzero(counts)
    return FeasibleTables(
        kappa=problem.kappa / problem.unit,
        n=problem.n,
        included=problem.included,
        decimals=decimals,
        disagreements=tuple(some.tolist()),
        counts=tuple(counts[some].tolist()),
        se_low=sqrt(low) if some.size else nan,
        se_high=sqrt(high) if some.size else nan,
    )


def _check(kappa: float, n: int, included: int | None, decimals: int) -> Problem:
    if decimals not in range(_MOST_DECIMALS + 1):
        raise InputError(
            f"`decimals` must be a whole number from 0 to {_MOST_DECIMALS}. Got {decimals!r}. "
            f"Count the digits behind the point of the reported kappa."
        )
    if not -1 <= kappa <= 1:
        raise InputError(
            f"`kappa` must lie between −1 and 1. Got {kappa!r}. If it is in per cent, divide by 100."
        )
    printed = round(kappa * 10**decimals)
    if abs(kappa * 10**decimals - printed) > _SLACK:
        raise InputError(
            f"`kappa` must have no more decimals than `decimals`. Got {kappa!r} and {decimals}. "
            f"Give the kappa as printed, and count its decimals."
        )
    if n not in range(1, _MOST_ITEMS + 1):
        raise InputError(
            f"`n` must be a whole number from 1 to {format_count(_MOST_ITEMS)}. Got {n!r}. "
            f"Give the number of items that both raters decided."
        )
    if included is not None and included not in range(int(n) + 1):
        raise InputError(
            f"`included` must be a whole number from 0 to n = {n}. Got {included!r}. "
            f"Give the number of items finally included, or leave it out."
        )
    return Problem(printed, 10**decimals, int(n), None if included is None else int(included))
