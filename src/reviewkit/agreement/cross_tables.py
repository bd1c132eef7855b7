"""Cross-tables of two raters as a publication prints them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.agreement.categories import name_category

__all__ = ["PublishedTable", "read_cross_table"]

_MOST_ITEMS = 10_000_000  # whose products still are whole numbers of 64 bits


class PublishedTable(NamedTuple):
    """Counts with the names of categories and raters."""

    counts: NDArray[np.int64]  # (k, k); rows are the first rater's
    categories: tuple[Any, ...]
    raters: tuple[str, str]


def read_cross_table(table: ArrayLike | pd.DataFrame) -> PublishedTable:
    """Return the counts of a table, or raise an InputError that says what is wrong with it."""
    if isinstance(table, pd.DataFrame):
        categories, raters = _read_labels(table)
    try:
        values = np.asarray(table, dtype=float)
    except (TypeError, ValueError):
        raise _unfit(f"values that are no numbers: {table!r}") from None
    k = len(values) if values.ndim else 0
    if k < 2 or values.shape != (k, k):
        raise _unfit(f"shape {values.shape}")
    fit = (values >= 0) & (np.floor(values) == values) & np.isfinite(values)
    if not fit.all():
        cells = [f"{values[i, j]:g} in row {i + 1}, column {j + 1}" for i, j in np.argwhere(~fit)]
        raise _unfit(list_some(cells))
    if not 0 < values.sum() <= _MOST_ITEMS:
        raise _unfit(f"{values.sum():g} items")
    if not isinstance(table, pd.DataFrame):
        raters = ("first rater", "second rater")
        categories = ("include", "exclude") if k == 2 else tuple(range(1, k + 1))
    return PublishedTable(values.astype(np.int64), categories, raters)


def _unfit(found: str) -> InputError:
    return InputError(
        f"`table` must hold a whole number, 0 or more, for each pair of 2 or more categories, and "
        f"1 to {format_count(_MOST_ITEMS)} items in all. Got {found}. Give counts without margins."
    )


def _read_labels(table: pd.DataFrame) -> tuple[tuple[Any, ...], tuple[str, str]]:
    """Return categories and raters as a frame names them."""
    rows, columns = (tuple(map(name_category, labels)) for labels in (table.index, table.columns))
    if rows != columns or len(set(rows)) < len(rows):
        raise InputError(
            f"Rows and columns of `table` must be the same categories in the same order, each "
            f"once. Got {list(rows)} and {list(columns)}. Sort or rename them."
        )
    if rows == (0, 1) and isinstance(table.index, pd.RangeIndex):
        rows = ("include", "exclude")  # nobody named them
    names = table.index.name, table.columns.name
    given = ("first rater", "second rater")
    first, second = (str(n) if n is not None else g for n, g in zip(names, given, strict=True))
    return rows, (first, second)
