"""A column of text becomes a column of its type; what cannot is named cell by cell.

Plain cells are converted all at once.  Only the odd ones go through the reader
of the type, and each spelling once, however many cells share it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import list_some
from reviewkit.sources.cells import Limits, Reading, Unreadable
from reviewkit.sources.numerals import PLAIN, WHOLE, read_numerals
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import MISSING, Column
from reviewkit.sources.suggestions import suggest_name

__all__ = ["Problem", "TypedColumn", "as_text", "read_column", "read_undeclared", "text_column"]

BoolArray = NDArray[np.bool_]
Texts = NDArray[np.object_]

#: What is a number beyond doubt: no 007, no identifier of 20 digits, no 1e5.
_UNDECLARED = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?", re.ASCII)
_PIECE = 1 << 22  # characters of text that are held twice for a moment
_TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"


class Problem(NamedTuple):
    """A cell that does not hold what it must."""

    row: int  # position in the frame, from 0
    column: str
    text: str  # as it stands in the file
    reason: str


class TypedColumn(NamedTuple):
    """The values of a column, and what became of its cells."""

    series: pd.Series[Any]
    repairs: list[Repair]
    problems: list[Problem]


def read_column(
    cells: pd.Series[str],
    column: Column,
    lines: Sequence[int],
    file: str,
    missing: Iterable[str] = (),
) -> TypedColumn:
    """Convert text cells to the type that is declared, and check range and allowed values."""
    texts = cells.to_numpy(dtype=object)
    blank = _find_missing(texts, column, missing)
    odd = np.flatnonzero(~_find_plain(texts, column) & ~blank)
    readings = _read_spellings(texts, odd, column)
    values, problems = texts.copy(), []
    values[blank] = np.nan
    repairs = _log_missing(texts, blank, column.name, lines, file)
    for row in odd.tolist():
        text, found = texts[row], readings[texts[row]]
        if isinstance(found, Unreadable):
            values[row] = np.nan
            problems.append(Problem(row, column.name, text, str(found)))
            continue
        values[row] = found.value
        if found.what:
            repairs.append(Repair(file, lines[row], column.name, text, found.text, found.what))
    if column.kind.dtype == "text":
        return TypedColumn(as_text(values, cells.index), repairs, problems)
    numbers = values.astype(float)
    for row in np.flatnonzero((numbers < column.minimum) | (numbers > column.maximum)).tolist():
        low = numbers[row] < column.minimum
        reason = f"below {column.minimum:g}" if low else f"above {column.maximum:g}"
        problems.append(Problem(row, column.name, texts[row], reason))
        numbers[row] = np.nan
    typed = _as_numbers(numbers, cells.index, whole=column.kind.dtype == "Int64")
    return TypedColumn(typed, repairs, problems)


def read_undeclared(
    cells: pd.Series[str], lines: Sequence[int], file: str, missing: Iterable[str] = ()
) -> TypedColumn:
    """Keep a column that nobody declared: numbers if all its cells are plain ones, else text."""
    name, texts = str(cells.name), cells.to_numpy(dtype=object)
    blank = _find_missing(texts, Column(name), missing)
    repairs = _log_missing(texts, blank, name, lines, file)
    filled = texts[~blank]
    if not len(filled) or not all(map(_UNDECLARED.fullmatch, filled)):
        values = np.where(blank, np.nan, texts)
        return TypedColumn(as_text(values, cells.index), repairs, [])
    numbers = np.where(blank, "nan", texts).astype(float)
    typed = _as_numbers(numbers, cells.index, whole=all(map(WHOLE.fullmatch, filled)))
    return TypedColumn(typed, repairs, [])


def as_text(values: Texts, index: pd.Index) -> pd.Series[Any]:
    """Return texts, with NaN where there is none, in the text type of this pandas."""
    return pd.Series(values, index=index, dtype=_TEXT)


def text_column(texts: list[str | None], index: pd.Index) -> pd.Series[Any]:
    """Return what :func:`as_text` does of a list, which is emptied on the way.

    Long texts are let go piece by piece as they are taken over, so that they are never in memory
    twice; the memory that becomes free must serve for the next piece, hence the system's own.
    """
    dtype = pd.api.types.pandas_dtype(_TEXT)
    if not isinstance(dtype, pd.StringDtype) or dtype.storage != "pyarrow":
        values = np.empty(len(texts), dtype=object)
        values[:] = texts
        texts.clear()
        return as_text(values, index)
    from pyarrow import array, chunked_array, large_string, system_memory_pool

    step = _count_rows(texts)
    pieces = []
    for start in range(0, len(texts), step):
        piece = texts[start : start + step]
        texts[start : start + step] = [None] * len(piece)
        pool = system_memory_pool() if step < len(texts) else None
        pieces.append(array(piece, type=large_string(), memory_pool=pool))
    texts.clear()
    held: Any = dtype.construct_array_type()
    held = held(chunked_array(pieces, type=large_string()), dtype=dtype)
    return pd.Series(held, index=index, copy=False)


def _count_rows(texts: list[str | None]) -> int:
    """Return how many texts to take over at once; told from some of them."""
    some = texts[:: max(1, len(texts) // 500)]
    mean = sum(len(text) for text in some if text) / max(1, len(some))
    return max(1, len(texts)) if mean * len(texts) < 4 * _PIECE else max(1, int(_PIECE / mean))


def _as_numbers(numbers: NDArray[np.float64], index: pd.Index, *, whole: bool) -> pd.Series[Any]:
    series = pd.Series(numbers, index=index)
    return series.astype("Int64") if whole else series


def _find_missing(texts: Texts, column: Column, missing: Iterable[str]) -> BoolArray:
    """Return which cells say in some way that there is no value."""
    spellings = MISSING | {text.casefold() for text in (*missing, *column.missing)} | {""}
    spellings -= {text.casefold() for text in column.allowed}
    longest = max(map(len, spellings))
    found = (len(text) <= longest and text.casefold() in spellings for text in texts)
    return np.fromiter(found, dtype=bool, count=len(texts))


def _log_missing(
    texts: Texts, blank: BoolArray, name: str, lines: Sequence[int], file: str
) -> list[Repair]:
    rows = np.flatnonzero(blank).tolist()
    return [Repair(file, lines[at], name, texts[at], "", "missing") for at in rows if texts[at]]


def _find_plain(texts: Texts, column: Column) -> BoolArray:
    """Return which cells need no reader."""
    if column.allowed:
        return np.isin(texts.astype(str), column.allowed)
    matches = map(column.kind.plain.fullmatch, texts)
    return np.fromiter((match is not None for match in matches), dtype=bool, count=len(texts))


def _read_spellings(
    texts: Texts, odd: NDArray[np.intp], column: Column
) -> dict[str, Reading | Unreadable]:
    """Return how each spelling among the odd cells reads, or why it does not."""
    spellings = dict.fromkeys(texts[odd])
    commas = _tell_commas(texts, spellings) if column.type == "number" else ""
    limits = Limits(column.minimum, column.maximum, column.unit, commas)
    readings: dict[str, Reading | Unreadable] = {}
    for text in spellings:
        try:
            readings[text] = _read_cell(text, column, limits)
        except Unreadable as reason:
            readings[text] = reason
    return readings


def _tell_commas(texts: Texts, spellings: Iterable[str]) -> str:
    """Return what a comma is in a column, if its other cells show it and agree."""
    kinds = {
        numerals[0].kind
        for text in spellings
        if len(numerals := read_numerals(text)[0]) == 1 and "," in text
    }
    if any("." in text and PLAIN.fullmatch(text) for text in texts):
        kinds.add("thousands separator")
    return kinds.pop() if len(kinds) == 1 else ""


def _read_cell(text: str, column: Column, limits: Limits) -> Reading:
    if not column.allowed:
        return column.kind.read(text, limits)
    known = {allowed.casefold(): allowed for allowed in column.allowed}
    if text.casefold() in known and column.kind.dtype == "text":
        right = known[text.casefold()]
        return Reading(right, right, "spelling" if right != text else "")
    reading = column.kind.read(text, limits)
    if reading.text not in column.allowed:
        allowed = list_some([repr(one) for one in column.allowed], sep=", ")
        raise Unreadable(f"not one of {allowed}.{suggest_name(text, column.allowed)}".rstrip("."))
    return reading
