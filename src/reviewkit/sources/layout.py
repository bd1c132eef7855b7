"""From a grid of cells to named columns of equal length, and a note of each change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from reviewkit._core.check import list_some
from reviewkit._core.errors import ParseError
from reviewkit.sources.repairs import Repair

__all__ = ["FORMULA", "arrange", "clean_cell", "trim"]

_INVISIBLE = re.compile("[\ufeff\u200b\u2060]")
_SPACES = re.compile(r"\s+")
_QUOTED = re.compile(r'="((?:[^"]|"")*)"')  # Excel's guard of a text that looks like a number
#: What a spreadsheet takes for a formula, behind spaces and guards that it has already.
FORMULA = re.compile("['\\s\ufeff\u200b\u2060]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def trim(text: str) -> str:
    """Return text without spaces or invisible marks around it."""
    if text.isalnum():
        return text
    return (text if text.isascii() else _INVISIBLE.sub("", text)).strip()


def clean_cell(cell: str) -> tuple[str, str]:
    """Return the text of a cell without guards and spaces, and what was done to it."""
    if cell.isalnum() or not cell:
        return cell, ""
    quoted = _QUOTED.fullmatch(cell)
    if quoted:
        return trim(quoted[1].replace('""', '"')), "spreadsheet guard"
    if cell[0] == "'" and FORMULA.match(cell):
        return trim(cell[1:]), "spreadsheet guard"
    text = trim(cell)
    return text, "spaces around the value" if text != cell else ""


def arrange(
    rows: list[list[str]], lines: list[int], path: Path, notes: list[Repair]
) -> tuple[dict[str, list[str]], list[int]]:
    """Return the columns by name and the line of each row; what is changed goes to `notes`."""
    rows, lines = _drop_blank_rows(rows, lines, path, notes)
    if not rows:
        raise ParseError(f"{path.name!r} must hold a table. All its cells are blank.")
    header, body = rows[0], rows[1:]
    names = _name_columns(header, lines[0], path, notes)
    _check_lengths(header, body, lines[1:], path, notes)
    cells = list(zip(*body, strict=True)) or [()] * len(names)
    filled = [any(map(trim, column)) for column in cells]
    _refuse_title(header, filled, lines[0], path)
    if not body:
        notes.append(Repair(path.name, lines[0], "", "", "", "a header and no rows"))
    columns: dict[str, list[str]] = {}
    for name, title, column, is_filled in zip(names, header, cells, filled, strict=True):
        if trim(title) or is_filled:
            columns[name] = list(column)
        else:
            note = "blank column without a name left out"
            notes.append(Repair(path.name, lines[0], name, "", "", note))
    return columns, lines[1:]


def _drop_blank_rows(
    rows: list[list[str]], lines: list[int], path: Path, notes: list[Repair]
) -> tuple[list[list[str]], list[int]]:
    filled = [any(map(trim, row)) for row in rows]
    if all(filled):
        return rows, lines
    for is_filled, group in groupby(zip(filled, lines, strict=True), key=lambda pair: pair[0]):
        run = [line for _, line in group]
        if not is_filled:
            what = f"{len(run)} blank row{'s' if len(run) > 1 else ''} left out"
            notes.append(Repair(path.name, run[0], "", "", "", what))
    kept = [at for at, is_filled in enumerate(filled) if is_filled]
    return [rows[at] for at in kept], [lines[at] for at in kept]


def _name_columns(header: list[str], line: int, path: Path, notes: list[Repair]) -> list[str]:
    """Return one name a column; none may stand twice."""
    names = []
    for position, title in enumerate(header, start=1):
        text, what = clean_cell(title)
        name = _SPACES.sub(" ", text) or f"unnamed_{position}"
        if name != title:
            guarded = what if what == "spreadsheet guard" else "spaces in the header"
            what = guarded if text else "column without a name"
            notes.append(Repair(path.name, line, name, title, name, what))
        names.append(name)
    places: dict[str, list[str]] = {}
    for position, name in enumerate(names, start=1):
        places.setdefault(name, []).append(f"{position} ({_letters(position)})")
    twice = [
        f"{name!r} stands in {' and '.join(where)}"
        for name, where in places.items()
        if len(where) > 1
    ]
    if twice:
        raise ParseError(
            f"{path.name!r} must have each column once. {list_some(twice)}. "
            f"Rename or delete one of them."
        )
    return names


def _refuse_title(header: list[str], filled: list[bool], line: int, path: Path) -> None:
    """Refuse a sheet whose first row is a title above the table."""
    titles = [title for title in header if trim(title)]
    if len(titles) == 1 and sum(filled) > 2:
        raise ParseError(
            f"{path.name!r} must name its columns in its first row. Line {line} holds one text "
            f"above {sum(filled)} columns: {titles[0]!r}. Delete what stands above the header."
        )


def _letters(position: int) -> str:
    """Return the letters of a spreadsheet's column: 1 is A, 27 is AA."""
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _check_lengths(
    header: list[str],
    body: list[list[str]],
    lines: Sequence[int],
    path: Path,
    notes: list[Repair],
) -> None:
    """Bring all rows to the length of the header, if only blanks are gained or lost."""
    width = len(header)
    named = max(at for at, title in enumerate(header, start=1) if trim(title) or at == 1)
    wrong = []
    for row, line in zip(body, lines, strict=True):
        if len(row) == width:
            continue
        if len(row) < named or any(map(trim, row[width:])):
            wrong.append(f"line {line} has {len(row)}")
            continue
        what = f"{len(row)} cells under {width} columns, the difference is blank"
        notes.append(Repair(path.name, line, "", "", "", what))
        row[width:] = []
        row += [""] * (width - len(row))
    if wrong:
        raise ParseError(
            f"{path.name!r} must have as many cells in each row as in its header: {width}. "
            f"{list_some(wrong)}. A separator is missing there, or a cell that holds one "
            f"needs quotation marks."
        )
