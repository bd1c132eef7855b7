"""From a table of the caller's to checked numbers, one row a study.

All cells that cannot be used are named in one error; nothing is repaired or
guessed at here.  Missing cells are an error too, unless the caller asks to leave
their rows out, which are then counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.cells import (
    Column,
    Table,
    advise_on_text,
    pick_column,
    require_table,
    to_numbers,
)  # fmt: skip
from reviewkit.meta.kept_columns import ALL_ROWS, KeptColumns, Rows, keep_columns

__all__ = [
    "Counts", "Effects", "Measures", "Rule", "Table", "find_repeated", "read_counts", "read_effects",
    "read_measures",
]  # fmt: skip

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Labels = tuple[Any, ...]

_MISSING = ("error", "drop")
_MOST = 2.0**53  # up to which whole numbers are exact
_LARGEST = 1e50  # numbers whose sums of powers a float holds
_BEYOND = "beyond what floating-point numbers can sum (1e-50 to 1e50)"
_UNIT = "Measure the effects in another unit. "
_SHARES = "Shares and per cent are no counts: events are share × total, as a whole number. "


class Counts(NamedTuple):
    """Studies that count events among people."""

    study: Labels
    events: FloatArray  # (k,); whole numbers
    total: FloatArray  # (k,); whole numbers above 0
    left_out: tuple[str, ...]  # studies whose row has a missing cell
    columns: KeptColumns  # all columns of the table


class Effects(NamedTuple):
    """Studies that report an effect of any kind."""

    study: Labels
    effects: FloatArray  # (k,)
    variances: FloatArray  # (k,); above 0
    left_out: tuple[str, ...]
    columns: KeptColumns


class Rule(NamedTuple):
    """What the cells of a column must not be."""

    column: str  # what it holds
    why: str  # "not above 0"
    broken: Callable[[Mapping[str, FloatArray]], BoolArray]  # of all columns


class Measures(NamedTuple):
    """Studies that report several numbers each."""

    study: Labels
    numbers: dict[str, FloatArray]  # by what they are; (k,)
    left_out: tuple[str, ...]
    columns: KeptColumns


class _Fault(NamedTuple):
    """Cells of a column that break a rule."""

    column: Column
    cells: BoolArray
    why: str


def read_counts(
    data: Table, *, events: str, total: str, study: str, missing: str = "error"
) -> Counts:
    """Return the counts of a table, or raise an InputError that names each cell that is none."""
    check_choice("missing", missing, _MISSING)
    labels, (x, n) = _read(data, {"study": study, "events": events, "total": total})
    some = n.numbers > 0
    faults = [
        _Fault(x, x.numbers < 0, "below 0"),
        _Fault(x, np.floor(x.numbers) < x.numbers, "not a whole number"),
        _Fault(n, n.numbers <= 0, "not above 0"),
        _Fault(n, np.floor(n.numbers) < n.numbers, "not a whole number"),
        _Fault(n, (n.numbers > _MOST) & np.isfinite(n.numbers), "more than people there are"),
        _Fault(x, (x.numbers > n.numbers) & some, f"more than {total}"),
    ]
    rule = (
        f"{events!r} and {total!r} must be whole numbers, 0 <= {events} <= {total} and {total} > 0"
    )
    shares = _SHARES if 2 * np.count_nonzero(faults[1].cells) > len(labels) else ""
    labels, left_out, kept = _check(data, labels, (x, n), faults, rule, missing, shares)
    columns = keep_columns(data, kept)
    return Counts(labels, x.numbers[kept], n.numbers[kept], left_out, columns)


def read_effects(
    data: Table, *, effect: str, variance: str, study: str, missing: str = "error"
) -> Effects:
    """Return the effects of a table, or raise an InputError that names each cell that is none."""
    check_choice("missing", missing, _MISSING)
    labels, (y, v) = _read(data, {"study": study, "effect": effect, "variance": variance})
    faults = [] if _is_tame(y.numbers, v.numbers) else _find_faults(y, v)
    rule = f"{effect!r} and {variance!r} must be finite numbers, {variance} > 0"
    advice = _UNIT if any(fault.cells.any() for fault in faults if fault.why == _BEYOND) else ""
    labels, left_out, kept = _check(data, labels, (y, v), faults, rule, missing, advice)
    columns = keep_columns(data, kept)
    return Effects(labels, y.numbers[kept], v.numbers[kept], left_out, columns)


def _is_tame(effects: FloatArray, variances: FloatArray) -> bool:
    """Say whether all are numbers of a size with which one can reckon, as nearly always."""
    if not effects.size or not variances.size:
        return False
    least, most = np.minimum.reduce(variances), np.maximum.reduce(variances)
    return bool(
        least >= 1 / _LARGEST
        and most <= _LARGEST
        and np.maximum.reduce(np.abs(effects)) <= _LARGEST
    )


def _find_faults(effects: Column, variances: Column) -> list[_Fault]:
    """Return which cells have a size that no effect and no variance has."""
    y, v = effects.numbers, variances.numbers
    beyond = (v > _LARGEST) | ((v > 0) & (v < 1 / _LARGEST))
    return [
        _Fault(variances, v <= 0, "not above 0"),
        _Fault(variances, beyond & np.isfinite(v), _BEYOND),
        _Fault(effects, (np.abs(y) > _LARGEST) & np.isfinite(y), _BEYOND),
    ]


def read_measures(
    data: Table,
    *,
    columns: Mapping[str, str],
    study: str,
    rules: Sequence[Rule],
    rule: str,
    missing: str = "error",
) -> Measures:
    """Return columns by what they hold, or raise an InputError that names each cell at fault."""
    check_choice("missing", missing, _MISSING)
    labels, found = _read(data, {"study": study, **columns})
    by_name = dict(zip(columns, found, strict=True))
    numbers = {name: column.numbers for name, column in by_name.items()}
    faults = [_Fault(by_name[name], broken(numbers), why) for name, why, broken in rules]
    labels, left_out, kept = _check(data, labels, found, faults, rule, missing)
    some = {name: values[kept] for name, values in numbers.items()}
    return Measures(labels, some, left_out, keep_columns(data, kept))


def find_repeated(labels: Labels) -> tuple[str, ...]:
    """Return the labels that more than one row has."""
    if len(set(labels)) == len(labels):
        return ()
    return tuple(str(label) for label, count in Counter(labels).items() if count > 1)


def _read(data: Table, needed: Mapping[str, str]) -> tuple[Labels, list[Column]]:
    """Return the labels and the columns of numbers behind them, all equally long."""
    require_table(data)
    check_columns(data, needed)
    names = tuple(needed.values())
    columns = [pick_column(data, name) for name in names]
    labels = tuple(columns[0].tolist() if hasattr(columns[0], "tolist") else columns[0])
    found = [to_numbers(*pair) for pair in zip(names[1:], columns[1:], strict=True)]
    sizes = (len(labels), *(column.numbers.size for column in found))
    if len(set(sizes)) > 1 or not labels:
        told = ", ".join(f"{n} in {name!r}" for n, name in zip(sizes, names, strict=True))
        raise InputError(
            f"`data` must have one row or more, and as many in each column. Got {told}."
        )
    return labels, found


def _check(
    data: Table,
    labels: Labels,
    columns: Sequence[Column],
    faults: Sequence[_Fault],
    rule: str,
    missing: str,
    advice: str = "",
) -> tuple[Labels, tuple[str, ...], Rows]:
    """Return the labels, those left out and the rows kept, or raise an error with all bad cells."""
    faults = [*faults]
    for column in columns:
        faults += [
            _Fault(column, column.text, "not a number"),
            _Fault(column, np.isinf(column.numbers), "not finite"),
        ]
        if missing == "error":
            faults.append(_Fault(column, column.missing, "missing"))
    unnamed = _find_unnamed(labels)
    faults = [fault for fault in faults if np.count_nonzero(fault.cells)]
    if faults or np.count_nonzero(unnamed):
        _raise(data, labels, faults, unnamed, rule, advice + advise_on_text(columns))
    empty = np.logical_or.reduce([column.missing for column in columns])
    if not np.count_nonzero(empty):
        return labels, (), ALL_ROWS
    if empty.all():
        raise InputError(
            f"{rule}. All of the {len(labels)} rows have a missing cell, so that none is left. "
            f"Fill the extraction table."
        )
    kept = np.flatnonzero(~empty)
    left_out = tuple(str(labels[at]) for at in np.flatnonzero(empty))
    return tuple(labels[at] for at in kept), left_out, kept


def _find_unnamed(labels: Labels) -> BoolArray:
    """Return which labels are missing."""
    if set(map(type, labels)) == {str} and "" not in labels:  # as nearly always
        return np.zeros(len(labels), dtype=bool)
    cells = np.fromiter(labels, dtype=object, count=len(labels))
    unnamed = np.asarray(pd.isna(cells))
    unnamed[~unnamed] = cells[~unnamed] == ""
    return unnamed


def _raise(
    data: Table,
    labels: Labels,
    faults: Sequence[_Fault],
    unnamed: BoolArray,
    rule: str,
    advice: str,
) -> NoReturn:
    """Raise an InputError that lists the bad cells from top to bottom."""
    index = [*data.index] if isinstance(data, pd.DataFrame) else range(len(labels))
    cells = [
        (at, f"{_quote(column, at)} of {labels[at]!r} in row {index[at]} is {why}")
        for column, wrong, why in faults
        for at in np.flatnonzero(wrong).tolist()
    ]
    blank = np.flatnonzero(unnamed).tolist()
    cells += [(at, f"study in row {index[at]} is missing") for at in blank]
    listed = list_some([text for _, text in sorted(cells)])
    several = f"{len(cells)} cells that break" if len(cells) > 1 else "one cell that breaks"
    gaps = any(fault.why == "missing" for fault in faults)
    drop = "; missing='drop' leaves rows with a missing number out" if gaps else ""
    raise InputError(
        f"{rule}; each row needs the name of its study. Got {several} this: {listed}. "
        f"{advice}Correct the extraction table{drop}."
    )


def _quote(column: Column, at: int) -> str:
    """Return a cell as "events 2.5"; of a missing one, the name of its column."""
    if column.missing[at]:
        return column.name
    cell = column.raw[at]
    return f"{column.name} {cell!r}" if column.text[at] else f"{column.name} {column.numbers[at]:g}"
