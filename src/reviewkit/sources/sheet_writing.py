"""A frame as a workbook (xlsx): no formula runs in it, and the same frame gives the same bytes.

Who lays a sheet out otherwise fills its cells with :func:`fill_cell` and saves it with
:func:`save_book`.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.packing import forget_time

__all__ = ["fill_cell", "save_book", "write_sheet"]

_DATE = dt.datetime(1980, 1, 1)
_MOST_LETTERS = 32_767  # in a cell
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_sheet(frame: pd.DataFrame, path: str | PathLike[str], *, title: str = "Sheet") -> None:
    """Write a frame as the one sheet of a workbook, row by row, the index left out.

    Missing cells are blank; every text is a text, also one that begins with ``=``.

    Raises
    ------
    InputError
        If a text holds characters that a workbook cannot, or more of them than a cell takes.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in _list_rows(frame, path):
        cells: list[Any] = []
        for value in row:
            if isinstance(value, str) and value[:1] in ("=", "#"):  # a formula, or an error
                cell = WriteOnlyCell(sheet)
                fill_cell(cell, value)
                cells.append(cell)
            else:
                cells.append(value)
        sheet.append(cells)
    save_book(book, path)


def fill_cell(cell: Any, value: float | str | None) -> None:
    """Set a cell; a text stays a text, also one that a spreadsheet takes for a formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def save_book(book: Any, path: str | PathLike[str]) -> None:
    """Save a workbook of openpyxl: the same content gives the same bytes on any day."""
    book.properties.created = book.properties.modified = _DATE
    packed = io.BytesIO()
    book.save(packed)
    Path(path).write_bytes(forget_time(packed.getvalue()))


def _list_rows(frame: pd.DataFrame, path: object) -> Iterator[tuple[float | str | None, ...]]:
    """Return the names of the columns and each row: numbers, texts, and None where blank.

    All is checked before the first row is given out: a workbook cannot be left half written.
    """
    cells: list[list[float | str | None]] = []
    for at, name in enumerate(frame.columns):
        column = frame.iloc[:, at]
        held = zip(column.tolist(), column.isna().tolist(), strict=True)
        cells.append([str(name), *(None if blank else _as_plain(value) for value, blank in held)])
        for row, value in enumerate(cells[-1], start=1):
            if isinstance(value, str):
                _check_text(value, row, name, path)
    return zip(*cells, strict=True)


def _as_plain(value: object) -> float | str:
    """Return a number or a text; what is neither, as a date or yes and no, becomes a text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return value
    return str(value)


def _check_text(text: str, row: int, name: object, path: object) -> None:
    if len(text) <= _MOST_LETTERS and (text.isprintable() or not _BAD.search(text)):
        return
    what = "a control character" if _BAD.search(text) else f"{len(text):,} characters"
    raise InputError(
        f"A cell of a workbook must hold printable text of at most {_MOST_LETTERS:,} characters. "
        f"Got {what} in row {row} of {str(name)!r} for {str(path)!r}: {text[:40]!r}. "
        f"Shorten or clean it, or write csv."
    )
