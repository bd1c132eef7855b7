"""The rows of a workbook's sheet, as the text that the sheet shows.

python-calamine reads xlsx, xlsb, xls and ods.  It gives an empty cell where a
formula failed or was never calculated; in xlsx files both are looked up again,
so that a broken percentage does not pass for one that was not reported.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from difflib import get_close_matches
from html import unescape
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.delimited import Grid
from reviewkit.sources.repairs import Repair
from reviewkit.sources.workbook_guard import refuse_bombs

__all__ = ["read_workbook"]

_NOISE = 3  # digits that a short form must save before it is what was typed
_BAD_CELL = re.compile(
    rb'<c\s[^>]*?r="([A-Z]+)(\d+)"[^>]*?t="e"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>'
    rb'|<c\s(?![^>]*t="str")[^>]*?r="([A-Z]+)(\d+)"[^>]*>'
    rb"<f[^>]*>([^<]*)</f>(?:<v\s*/>|<v></v>)?</c>",
    re.DOTALL,
)


def read_workbook(
    data: bytes, path: Path, kind: str, sheet: str | None, *, is_checked: bool = False
) -> Grid:
    """Return the rows of one sheet: the one named, else the first that holds something.

    Who reads several sheets checks once, by :func:`~.workbook_guard.refuse_bombs`, that the
    workbook fits in memory, and says so.
    """
    try:
        if not is_checked:
            refuse_bombs(data, path)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name, notes = _choose_sheet(book, path, sheet)
        cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, PasswordError, zipfile.BadZipFile, zlib.error) as error:
        raise ParseError(
            f"{path.name!r} must hold a workbook that can be read. Its content is damaged "
            f"({error}). Open it in a spreadsheet and save it as xlsx."
        ) from None
    rows = [[_show(cell) for cell in row] for row in cells]
    if kind == "xlsx":
        _restore_lost(rows, data, name)
    return Grid(rows, list(range(1, len(rows) + 1)), notes)


def _choose_sheet(
    book: CalamineWorkbook, path: Path, sheet: str | None
) -> tuple[str, list[Repair]]:
    names = book.sheet_names
    if sheet is not None:
        if sheet in names:
            return sheet, []
        match = get_close_matches(sheet, names, n=1)
        hint = f"Did you mean {match[0]!r}?" if match else "Name one of these."
        raise InputError(
            f"`sheet` must be a sheet of {path.name!r}: {', '.join(map(repr, names))}. "
            f"Got {sheet!r}. {hint}"
        )
    filled = [name for name in names if book.get_sheet_by_name(name).to_python()]
    if not filled:
        raise ParseError(f"{path.name!r} must hold a table. All its sheets are empty.")
    if len(filled) == 1:
        return filled[0], []
    others = ", ".join(map(repr, filled[1:]))
    return filled[0], [Repair(path.name, 1, "", others, "", f"sheet {filled[0]!r} is read alone")]


def _show(cell: object) -> str:
    """Return a cell as text: whole numbers without decimals, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
        full, short = repr(cell), f"{cell:.15g}"
        return short if len(full) - len(short) >= _NOISE else full
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def _restore_lost(rows: list[list[str]], data: bytes, sheet: str) -> None:
    """Write errors and formulas without a value back into the cells that calamine left empty."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _find_part(archive, sheet)
        content = archive.read(part) if part else b""
    if b't="e"' not in content and b"<f" not in content:
        return
    for found in _BAD_CELL.finditer(content):
        letters, number = found[1] or found[4], int(found[2] or found[5]) - 1
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        text = (found[3] or b"=" + (found[6] or b"")).decode("utf-8", errors="replace")
        if number < len(rows) and column <= len(rows[number]) and not rows[number][column - 1]:
            rows[number][column - 1] = text


def _find_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the file within an xlsx archive that holds a sheet."""
    book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    target = {}
    for link in re.findall(r"<Relationship\s[^>]*>", links):
        found = dict(re.findall(r'(\w+)="([^"]*)"', link))
        target[found.get("Id")] = found.get("Target", "")
    for entry in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        found = dict(re.findall(r'([\w:]+)="([^"]*)"', entry))
        if unescape(found.get("name", "")) == sheet:
            part = target.get(found.get("r:id"), "").lstrip("/")
            part = part if part.startswith("xl/") else f"xl/{part}"
            return part if part in archive.namelist() else None
    return None
