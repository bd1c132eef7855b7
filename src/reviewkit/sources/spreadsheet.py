"""Tables in files, read as text and written so that a spreadsheet runs nothing.

:func:`read_table` knows files, not their meaning: it finds out what a file is,
splits it into cells, cleans headers and blanks, and logs what it touched.  All
cells stay text, because types are for the reader who knows the columns.  Each
row remembers its line, so that every later message can name it.

:func:`write_table` is its counterpart: what it writes, :func:`read_table`
gives back as it was.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.content import decode_text, read_bytes, tell_format
from reviewkit.sources.delimited import read_delimited
from reviewkit.sources.layout import FORMULA, arrange, clean_cell
from reviewkit.sources.repairs import Repair, sort_repairs
from reviewkit.sources.suggestions import suggest_name
from reviewkit.sources.workbook import read_workbook

__all__ = ["Table", "read_table", "write_table"]

_UNSAFE = re.compile(r'[,;|\t\r\n"]|^[<{\[]')  # must stand in quotation marks


class Table(NamedTuple):
    """A table as it stands in a file, all cells text."""

    frame: pd.DataFrame  # index 0..n-1; "" where blank
    lines: tuple[int, ...]  # line (row of a sheet) of each row; the header counts
    repairs: tuple[Repair, ...]
    path: Path


def read_table(
    path: str | PathLike[str], *, required: Sequence[str] = (), sheet: str | None = None
) -> Table:
    """Read a table of text cells from csv, tsv, xlsx, xls or ods.

    Parameters
    ----------
    path : path-like
        The format is told by the content of the file, not by its name.
    required : sequence of str, optional
        Columns that must be there.
    sheet : str, optional
        Sheet of a workbook; by default the first one that is not empty.

    Returns
    -------
    Table
        Cells without spaces around them.  Blank rows and blank columns without a name are left
        out; such a column that holds something is called ``unnamed_N``, N its position.

    Raises
    ------
    ParseError
        If the file is no table, has a column twice, or rows longer or shorter than its header.
    InputError
        If there is no file, or a `required` column is missing; names near misses.
    """
    path = Path(path)
    data = read_bytes(path)
    kind, notes = tell_format(data, path)
    if kind != "text":
        grid = read_workbook(data, path, kind, sheet)
    elif sheet is None:
        text, decoded = decode_text(data, path)
        grid = read_delimited(text, path)
        notes += decoded
    else:
        raise InputError(f"`sheet` must be None for a text file. Got {sheet!r} for {path.name!r}.")
    notes += grid.notes
    columns, lines = arrange(grid.rows, grid.lines, path, notes)
    _require(columns, required, path)
    frame = pd.DataFrame(
        {
            name: pd.Series(_clean(cells, lines, name, path, notes), dtype=str)
            for name, cells in columns.items()
        }
    )
    return Table(frame, tuple(lines), sort_repairs(notes), path)


def _require(names: Collection[str], required: Sequence[str], path: Path) -> None:
    missing = [f"{name!r}.{suggest_name(name, names)}" for name in required if name not in names]
    if missing:
        raise InputError(
            f"{path.name!r} must have the columns {', '.join(map(repr, required))}. "
            f"Missing: {' '.join(missing)} "
            f"Found: {list_some([repr(name) for name in names], sep=', ')}. "
            f"Rename or add the column."
        )


def _clean(
    cells: list[str], lines: Sequence[int], name: str, path: Path, notes: list[Repair]
) -> list[str]:
    """Return cells without spreadsheet guards and without spaces around them."""
    cleaned = []
    for line, cell in zip(lines, cells, strict=True):
        text, what = clean_cell(cell)
        if what:
            notes.append(Repair(path.name, line, name, cell, text, what))
        cleaned.append(text)
    return cleaned


def write_table(frame: pd.DataFrame, path: str | PathLike[str]) -> None:
    r"""Write a frame as csv in UTF-8, at full precision, the index left out.

    A byte order mark lets Excel read accents.  A text that a spreadsheet would run as a formula
    gets a leading apostrophe, which :func:`read_table` takes off again.

    Parameters
    ----------
    frame : DataFrame
        Any columns; missing cells are written blank.
    path : path-like
        An existing file is replaced.

    Raises
    ------
    InputError
        If a text holds what no table can: a NUL or half a character.
    """
    path = Path(path)
    columns = [_write_column(frame.iloc[:, at]) for at in range(frame.shape[1])]
    header = [_guard(str(name)) for name in frame.columns]
    text = "".join(",".join(row) + "\n" for row in [header, *zip(*columns, strict=True)])
    bad = re.search("[\0\ud800-\udfff]", text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        raise InputError(
            f"Text must be whole Unicode characters to be written. Got {bad[0]!r} for line {line} "
            f"of {path.name!r}. Remove it from the frame."
        )
    path.write_bytes(text.encode("utf-8-sig"))


def _write_column(column: pd.Series) -> list[str]:
    blank = column.isna().to_numpy(dtype=bool)
    return ["" if empty else _write_cell(cell) for cell, empty in zip(column, blank, strict=True)]


def _write_cell(cell: object) -> str:
    """Return the text of a cell; only text is guarded, for -5 starts no formula."""
    if isinstance(cell, (float, np.floating)):
        number = float(cell)
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    if isinstance(cell, (int, np.integer)):
        return str(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time() and cell.tzinfo is None:
        cell = cell.date()
    return _guard(str(cell))


def _guard(text: str) -> str:
    """Return text that no reader takes for a formula, for two cells or for another format."""
    if FORMULA.match(text):
        text = f"'{text}"
    return '"{}"'.format(text.replace('"', '""')) if _UNSAFE.search(text) else text
