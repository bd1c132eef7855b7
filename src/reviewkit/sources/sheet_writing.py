"""A frame as a workbook (xlsx): no formula runs in it, and the same frame gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from os import PathLike
from pathlib import Path

import pandas as pd

from reviewkit._core.errors import InputError

__all__ = ["write_sheet"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_DATE = dt.datetime(1980, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_MOST_LETTERS = 32_767  # in a cell


def write_sheet(frame: pd.DataFrame, path: str | PathLike[str]) -> None:
    """Write a frame as the one sheet of a workbook, the index left out.

    Missing cells are blank; every text is a text, also one that begins with ``=``.

    Raises
    ------
    InputError
        If a text holds characters that a workbook cannot, or more of them than a cell takes.
    """
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = Workbook()
    sheet = book.active
    for at, name in enumerate(frame.columns, start=1):
        _fill(sheet.cell(1, at), str(name))
        column = frame.iloc[:, at - 1]
        blank = column.isna().to_numpy(dtype=bool)
        for row, (value, empty) in enumerate(zip(column.tolist(), blank, strict=True), start=2):
            if empty:
                continue
            try:
                _fill(sheet.cell(row, at), value)
            except IllegalCharacterError:
                raise _refuse(value, row, name, "a control character", path) from None
            if isinstance(value, str) and len(value) > _MOST_LETTERS:
                raise _refuse(value, row, name, f"{len(value):,} characters", path)
    book.properties.created = book.properties.modified = _DATE
    packed = io.BytesIO()
    book.save(packed)
    Path(path).write_bytes(_forget_time(packed))


def _fill(cell: object, value: object) -> None:
    """Set a cell; numbers stay numbers, all else is text."""
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    cell.value = value if plain else str(value)  # type: ignore[attr-defined]
    if not plain:
        cell.data_type = "s"  # type: ignore[attr-defined]


def _refuse(value: object, row: int, name: object, what: str, path: object) -> InputError:
    return InputError(
        f"A cell of a workbook must hold printable text of at most {_MOST_LETTERS:,} characters. "
        f"Got {what} in row {row} of {name!r} for {str(path)!r}: {str(value)[:40]!r}. "
        f"Shorten or clean it, or write csv."
    )


def _forget_time(packed: io.BytesIO) -> bytes:
    """Return the archive again, without the time at which it was written."""
    again = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(again, "w") as new:
        for entry in old.infolist():
            data = old.read(entry.filename)
            if entry.filename == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            kept = zipfile.ZipInfo(entry.filename, _EPOCH)
            kept.compress_type, kept.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            new.writestr(kept, data)
    return again.getvalue()
