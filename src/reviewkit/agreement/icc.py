"""The six intraclass correlations of Shrout and Fleiss, from one analysis of variance.

Items are rows, raters columns.  Form 1 takes each item's raters as drawn anew, 2 the
raters as drawn for all items, 3 as the only ones; "1" is the reliability of one
rating, "k" that of the mean of k.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isnan, nan
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_level, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_interval, format_number
from reviewkit._core.result import Result
from reviewkit.agreement.verdicts import as_frame, require_once

__all__ = ["IntraclassCorrelation", "intraclass_correlation"]

FloatArray = NDArray[np.float64]


class Row(NamedTuple):
    """One form of the correlation."""

    form: str  # as Shrout and Fleiss number it
    model: str
    unit: str  # "single" or "mean"
    estimate: float
    ci_low: float
    ci_high: float
    statistic: float  # F
    df1: float
    df2: float
    p_value: float


class _Squares(NamedTuple):
    """Mean squares of a table of items and raters."""

    items: float
    raters: float
    error: float
    within: float
    n: int
    k: int


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation(Result):
    """Six intraclass correlations."""

    title: ClassVar[str] = "Intraclass correlation"

    rows: tuple[Row, ...]
    raters: tuple[str, ...]
    n_items: int  # rated by all raters
    n_incomplete: int  # left out
    level: float

    @property
    def n_raters(self) -> int:
        """Number of raters."""
        return len(self.raters)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a form, as its index; `k` raters, `n` items."""
        frame = pd.DataFrame(self.rows, columns=list(Row._fields)).set_index("form")
        return frame.assign(k=self.n_raters, n=self.n_items)

    def _headline(self) -> str:
        row = next(row for row in self.rows if row.form == "ICC(2,1)")
        text = f"{format_count(self.n_items)} items rated by {self.n_raters} raters; "
        if isnan(row.estimate):
            text += "ICC(2,1) is 0/0: the ratings do not vary."
        else:
            interval = format_interval(row.ci_low, row.ci_high, 3)
            text += f"ICC(2,1) {format_number(row.estimate, 3)} "
            text += f"({100 * self.level:g} % interval {interval})."
        left = f" Left out: {format_count(self.n_incomplete)} not rated by all."
        return text + (left if self.n_incomplete else "")


def intraclass_correlation(
    ratings: pd.DataFrame | Mapping[str, Any], *, level: float = 0.95
) -> IntraclassCorrelation:
    """Compute the six intraclass correlations of ratings that are numbers.

    Parameters
    ----------
    ratings : DataFrame
        One column a rater, one row an item; the index or a column `record` names the items.
        Items that not all raters rated are left out and counted.
    level : float in (0, 1), default 0.95
        Of the intervals.

    Returns
    -------
    IntraclassCorrelation
        Rows ICC(1,1), ICC(2,1), ICC(3,1), ICC(1,k), ICC(2,k), ICC(3,k): `estimate`, interval,
        F test that there is no correlation.  Form 2 is absolute agreement, 3 consistency.

    Raises
    ------
    InputError
        If there are fewer than 2 raters or 2 items that all rated, or cells that are no numbers.

    References
    ----------
    .. [1] Shrout & Fleiss (1979). doi:10.1037/0033-2909.86.2.420
    .. [2] McGraw & Wong (1996). doi:10.1037/1082-989X.1.1.30

    Examples
    --------
    >>> ratings = {"A": [9, 6, 8, 7, 10, 6], "B": [2, 1, 4, 1, 5, 2],
    ...            "C": [5, 3, 6, 2, 6, 4], "D": [8, 2, 8, 6, 9, 7]}
    >>> intraclass_correlation(ratings).to_frame()["estimate"].round(2).tolist()
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    check_level(level)
    frame = as_frame(ratings)
    items = pd.Index(frame["record"]) if "record" in frame.columns else frame.index
    require_once(items, "in the wide frame")
    frame = frame.drop(columns="record", errors="ignore")
    values = _read_numbers(frame)
    full = ~np.isnan(values).any(axis=1)
    if values.shape[1] < 2 or full.sum() < 2:
        raise InputError(
            f"At least 2 raters must have rated the same 2 items. Got {values.shape[1]} raters "
            f"and {int(full.sum())} items that all rated. Add ratings or leave a rater out."
        )
    squares = _find_squares(values[full])
    tail = (1 - level) / 2
    rows = [
        find(squares, tail, mean)._replace(form=f"ICC({number},{'k' if mean else 1})")
        for mean in (False, True)
        for number, find in ((1, _one_way), (2, _absolute), (3, _consistent))
    ]
    raters = tuple(map(str, frame.columns))
    return IntraclassCorrelation(
        tuple(rows), raters, int(full.sum()), int((~full).sum()), level
    )  # fmt: skip


def _read_numbers(frame: pd.DataFrame) -> FloatArray:
    columns, wrong = [], []
    for name in frame.columns:
        column = frame[name]
        blank = column.isna() | (column.astype(str).str.strip() == "")
        numbers = pd.to_numeric(column.where(~blank), errors="coerce").to_numpy(dtype=float)
        bad = ~blank.to_numpy() & ~np.isfinite(numbers)
        wrong += [f"{column.iloc[i]!r} of {name} in row {i + 1}" for i in np.flatnonzero(bad)]
        columns.append(numbers)
    if wrong:
        raise InputError(
            f"`ratings` must be finite numbers or blank. Got {list_some(wrong)}. "
            f"Correct the cells; for categories use rater_agreement."
        )
    return np.column_stack(columns) if columns else np.empty((0, 0))


def _find_squares(values: FloatArray) -> _Squares:
    n, k = values.shape
    values = values - values.mean()
    by_item, by_rater = values.mean(axis=1), values.mean(axis=0)
    within = values - by_item[:, None]
    rest = within - by_rater
    return _Squares(
        items=k * float((by_item**2).sum()) / (n - 1),
        raters=n * float((by_rater**2).sum()) / (k - 1),
        error=float((rest**2).sum()) / ((n - 1) * (k - 1)),
        within=float((within**2).sum()) / (n * (k - 1)),
        n=n,
        k=k,
    )


def _one_way(s: _Squares, tail: float, mean: bool) -> Row:
    return _of_ratio("one-way random", s, s.within, s.n * (s.k - 1), tail, mean)


def _consistent(s: _Squares, tail: float, mean: bool) -> Row:
    df = (s.n - 1) * (s.k - 1)
    return _of_ratio("two-way mixed, consistency", s, s.error, df, tail, mean)


def _of_ratio(model: str, s: _Squares, error: float, df: int, tail: float, mean: bool) -> Row:
    """Return a correlation that is a function of one F ratio."""
    unit = "mean" if mean else "single"
    if s.items == 0 and error == 0:
        return Row("", model, unit, nan, nan, nan, nan, s.n - 1, df, nan)
    from scipy.special import fdtrc, fdtri

    ratio = s.items / error if error else np.inf
    below, above = fdtri(s.n - 1, df, 1 - tail), fdtri(df, s.n - 1, 1 - tail)
    estimate, low, high = (_correlate(f, s.k, mean) for f in (ratio, ratio / below, ratio * above))
    p = float(fdtrc(s.n - 1, df, ratio)) if np.isfinite(ratio) else 0.0
    return Row("", model, unit, estimate, low, high, ratio, s.n - 1, df, p)


def _correlate(ratio: float | np.floating[Any], k: int, mean: bool) -> float:
    if np.isinf(ratio):
        return 1.0
    if mean:
        return float(1 - 1 / ratio) if ratio else -np.inf
    return float((ratio - 1) / (ratio + k - 1))


def _absolute(s: _Squares, tail: float, mean: bool) -> Row:
    """Return absolute agreement; its interval is by Satterthwaite's degrees of freedom."""
    unit, model = "mean" if mean else "single", "two-way random, absolute agreement"
    n, k = s.n, s.k
    df1, df2 = n - 1, (n - 1) * (k - 1)
    bottom = s.items + (s.raters - s.error) / n + (0 if mean else (k - 1) * s.error)
    if not mean:
        bottom += (k - 1) * (s.raters - s.error) / n
    # Raters that agree less than by chance leave no reliability of their mean.
    if bottom <= 1e-9 * (s.items + s.raters + s.error):
        return Row("", model, unit, nan, nan, nan, nan, df1, df2, nan)
    from scipy.special import fdtrc

    estimate = (s.items - s.error) / bottom
    ratio = s.items / s.error if s.error else np.inf
    p = float(fdtrc(df1, df2, ratio)) if np.isfinite(ratio) else 0.0
    if estimate >= 1:
        return Row("", model, unit, 1.0, 1.0, 1.0, ratio, df1, df2, p)
    single = (s.items - s.error) / (s.items + (k - 1) * s.error + k * (s.raters - s.error) / n)
    low, high = _limit_absolute(s, single, tail)
    if mean:
        low, high = (_step_up(limit, k) for limit in (low, high))
    return Row("", model, unit, estimate, low, high, ratio, df1, df2, p)


def _limit_absolute(s: _Squares, single: float, tail: float) -> tuple[float, float]:
    """Return the limits of absolute agreement of one rating."""
    from scipy.special import fdtri

    n, k = s.n, s.k
    odds = k * single / (n * (1 - single))
    by_rater, by_error = odds * s.raters, (1 + odds * (n - 1)) * s.error
    squares = by_rater**2 / (k - 1) + by_error**2 / ((n - 1) * (k - 1))
    if squares == 0:
        return nan, nan
    v = (by_rater + by_error) ** 2 / squares
    if v < 1e-9:
        return nan, nan
    below, above = fdtri(n - 1, v, 1 - tail), fdtri(v, n - 1, 1 - tail)
    share = k * s.raters + (k * n - k - n) * s.error
    low = n * (s.items / below - s.error) / (share + n * s.items / below)  # below may be infinite
    high = n * (above * s.items - s.error) / (share + n * above * s.items)
    return float(low), float(high)


def _step_up(single: float, k: int) -> float:
    """Return the reliability of a mean of k ratings from that of one (Spearman and Brown)."""
    bottom = 1 + (k - 1) * single
    return k * single / bottom if isnan(bottom) or bottom > 0 else -inf
