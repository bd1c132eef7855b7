"""Cells of a caller's table, as numbers: what is none is told apart from what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.errors import InputError

__all__ = ["Column", "Table", "advise_on_text", "pick_column", "require_table", "to_numbers"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Table = pd.DataFrame | Mapping[str, Any]

_NUMERAL = re.compile(r"\s*[-+]?[\d,.]*\d\s*%?\s*")


class Column(NamedTuple):
    """A column as numbers, and which of its cells are none."""

    name: str
    raw: NDArray[Any]
    numbers: FloatArray  # NaN where there is no number
    text: BoolArray  # there is something else
    missing: BoolArray  # there is nothing


def require_table(data: Table) -> None:
    """Raise an InputError if `data` is no table."""
    if isinstance(data, pd.DataFrame | Mapping):
        return
    kind = type(data)
    advice = "If it is a list of rows, give pandas.DataFrame(rows)."
    if hasattr(data, "to_pandas"):
        advice = "Give data.to_pandas()."
    raise InputError(
        f"`data` must be a DataFrame or a mapping of columns. Got {kind.__name__}"
        f"{'' if kind.__module__ == 'builtins' else f' of {kind.__module__}'}. {advice}"
    )


def pick_column(data: Table, name: str) -> Any:
    """Return a column of a table, if it holds one cell a row."""
    column = data[name]
    if isinstance(column, Iterable) and getattr(column, "ndim", 1) == 1:
        return column
    raise InputError(
        f"A column must hold one cell a row. {name!r} is {type(column).__name__} "
        f"{str(column)[:40]!r}. Give a list, an array of shape (k,) or a Series."
    )


def to_numbers(name: str, column: Any) -> Column:
    """Return a column as numbers; a number written as text is text."""
    if isinstance(column, pd.Series):
        raw = column.to_numpy()
    else:
        raw = np.asarray(column if hasattr(column, "dtype") else np.array([*column], dtype=object))
    if raw.dtype.kind in "iuf":
        values = raw.astype(float)
        return Column(name, raw, values, np.zeros(values.size, dtype=bool), np.isnan(values))
    values, text = np.full(raw.size, np.nan), np.zeros(raw.size, dtype=bool)
    for i, cell in enumerate(raw.tolist()):
        if isinstance(cell, Real) and not isinstance(cell, bool):
            values[i] = _to_float(cell)
        else:
            text[i] = not (cell is None or cell is pd.NA or not str(cell).strip())
    return Column(name, raw, values, text, np.isnan(values) & ~text)


def _to_float(cell: Real) -> float:
    """Return a number; infinity where no float is so large."""
    try:
        return float(cell)
    except OverflowError:
        return np.inf


def advise_on_text(columns: Sequence[Column]) -> str:
    """Return what to do where most numbers of a column are written as text; else nothing."""
    for column in columns:
        texts = [str(cell) for cell in column.raw[column.text].ravel()]
        if 2 * sum(map(bool, map(_NUMERAL.fullmatch, texts))) > column.numbers.size:
            return "Convert numbers that are text, as by pandas.to_numeric or rk.read_extraction. "
    return ""
