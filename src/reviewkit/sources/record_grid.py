"""The rows of a table of records, wherever its header stands.

Exports of databases are not the tables that :mod:`~reviewkit.sources.spreadsheet` asks for:
lines stand above the header, headers stand twice, rows are shorter than the header, cells hold
whole lists of references, quotation marks are left as they are.  Separator and header are
found together: the first row under which the most headers of records are known.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from reviewkit._core.errors import ParseError, ReviewkitError
from reviewkit.sources.content import read_bytes, tell_format
from reviewkit.sources.loose_cells import split_loosely
from reviewkit.sources.raw_records import Note
from reviewkit.sources.record_blocks import are_blocks, turn_blocks
from reviewkit.sources.record_headers import find_layout, name_role, near_role
from reviewkit.sources.record_text import no_records, read_text
from reviewkit.sources.workbook import read_workbook
from reviewkit.sources.workbook_guard import refuse_bombs

__all__ = ["RecordGrid", "find_header", "has_blocks", "is_workbook", "read_grid"]

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE = 1 << 18  # characters that are enough to find a header
_DEEPEST_HEADER = 60  # rows that may stand above it
_LONGEST_HEADER = 200  # characters


class RecordGrid(NamedTuple):
    """A header, the rows below it with their first lines, and what stood above."""

    format: str  # csv, tsv, xlsx ...
    header: list[str]
    line: int  # of the header
    rows: list[list[str]]
    lines: list[int]
    notes: list[Note]


def is_workbook(head: str) -> bool:
    r"""Return whether text is what a workbook looks like when it is read as text.

    >>> is_workbook("PK\x03\x04"), is_workbook("Title,Year")
    (True, False)
    """
    return head.startswith(("PK\x03\x04", "\xd0\xcf\x11\xe0", "ÐÏ\x11à", "\ufffd\ufffd\x11\ufffd"))


def find_header(text: str) -> tuple[str, int, int]:
    r"""Return the separator, the position of the header among the rows, and how well it is known.

    >>> find_header("SEARCH QUERY;a:ti\n----\nTitle;Author Names;Source title;PUI\n")
    (';', 2, 104)
    """
    best = (",", 0, 0)
    for separator in _SEPARATORS:
        at, score = score_rows(_sample_rows(text[:_SAMPLE], separator))
        if score > best[2]:
            best = (separator, at, score)
    return best


def has_blocks(text: str) -> bool:
    """Return whether text is a table that stands on its side."""
    return are_blocks(list(islice(_sample_rows(text[:_SAMPLE], ","), _DEEPEST_HEADER)))


def score_rows(rows: Iterable[Sequence[str]]) -> tuple[int, int]:
    """Return the position of the likeliest header, and its score; 0 if there is none."""
    best, is_first = (0, 0), True
    for at, row in enumerate(rows):
        if at > _DEEPEST_HEADER:
            break
        score = _score_header(row, is_first=is_first)
        if score > best[1]:
            best = (at, score)
        is_first = is_first and not any(cell.strip() for cell in row)
    return best


def _score_header(row: Sequence[str], *, is_first: bool) -> int:
    """Return how many headers are known; 0 without a title.

    In the first row, a title is enough, and it may be spelled nearly so.
    """
    if sum(map(len, row)) > _LONGEST_HEADER * len(row):
        return 0  # a row of records
    cells = [cell.strip() for cell in row if cell.strip()]
    roles = {name_role(cell, None) for cell in cells} - {None}
    layout = find_layout(cells)
    if layout:
        roles = {name_role(cell, layout) for cell in cells} - {None}
        return 100 + len(roles)
    if is_first and "title" not in roles:
        near = [near_role(cell) for cell in cells if len(cell) < _LONGEST_HEADER]
        roles |= {found[1] for found in near if found and found[1] == "title"}
    if not {"title", "title?"} & roles:
        return 0
    return len(roles) if len(roles) > 1 or is_first else 0


def _sample_rows(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from reader
    except csv.Error:
        return


def read_grid(path: Path) -> RecordGrid:
    """Read a table of records in text or in a workbook.

    Raises
    ------
    ParseError
        If no row is a header of records, a quotation mark is never closed, or the file is
        damaged, or would take more memory than any export.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        with _damage_named(path):
            return _read_workbook(path)
    text, notes = read_text(path)
    separator, at, score = find_header(text)
    if not score and has_blocks(text):
        rows, lines = _split_rows(text, ",", 0, path, notes)
        header, turned, starts, outside = turn_blocks(rows, lines)
        return RecordGrid("csv", header, starts[0], turned, starts, notes + outside)
    if not score:
        raise _no_header(path)
    width = len(list(_sample_rows(text[:_SAMPLE], separator))[at])
    rows, lines = _split_rows(text, separator, width, path, notes)
    form = "tsv" if separator == "\t" else "csv"
    return _cut_header(form, rows, lines, at, notes)


def _no_header(path: Path) -> ParseError:
    return no_records(
        path,
        "a table without a column for titles",
        "Name the columns title, authors, year, journal, doi and abstract.",
    )


def _cut_header(
    form: str, rows: list[list[str]], lines: list[int], at: int, notes: list[Note]
) -> RecordGrid:
    for row, line in zip(rows[:at], lines[:at], strict=True):
        if text := " ".join(cell for cell in row if cell.strip()):
            notes.append(Note(line, -1, "text above the header", text))
    return RecordGrid(form, rows[at], lines[at], rows[at + 1 :], lines[at + 1 :], notes)


def _read_workbook(path: Path) -> RecordGrid:
    data = read_bytes(path)
    kind, _ = tell_format(data, path)
    refuse_bombs(data, path)
    best, names = None, _sheet_names(data)
    for name in names:
        grid = read_workbook(data, path, kind, name, is_checked=True)
        at, score = score_rows(grid.rows)
        if score and (best is None or score > best[0]):
            best = (score, at, name, grid)
    if best is None:
        raise _no_header(path)
    _, at, name, grid = best
    rows = [[cell.replace("_x000D_", "\n") for cell in row] for row in grid.rows]
    notes = [Note(1, -1, "sheet not read", other) for other in names if other != name]
    return _cut_header(kind, rows, grid.lines, at, notes)


def _sheet_names(data: bytes) -> list[str]:
    from python_calamine import CalamineWorkbook

    return list(CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names)


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """Raise a ParseError for whatever goes wrong in a damaged workbook.

    Damage shows as errors of many kinds, and as a panic of the reader's native code, which is
    no Exception.
    """
    try:
        yield
    except ReviewkitError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__module__ != "pyo3_runtime":
            raise  # an interrupt, or the like
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise ParseError(
            f"{path.name!r} must hold a workbook that can be read. Its content is damaged "
            f"({reason}). Export it again."
        ) from None


def _split_rows(
    text: str, separator: str, width: int, path: Path, notes: list[Note]
) -> tuple[list[list[str]], list[int]]:
    """Split text into rows; what a strict reader refuses is read by looser rules."""
    if separator == "\t":
        return _split_tabs(text, width)
    try:
        return _read_rows(text, separator)
    except csv.Error:
        rows, lines, found = split_loosely(text, separator, width, path)
        notes += found
        return rows, lines


def _read_rows(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    for row in reader:
        rows.append(row)
        lines.append(line)
        line = reader.line_num + 1
    return rows, lines


def _split_tabs(text: str, width: int) -> tuple[list[list[str]], list[int]]:
    """Split at tabs; quotation marks are text, as in Web of Science, unless rows say otherwise."""
    plain = [line.split("\t") if line else [] for line in text.rstrip("\n").split("\n")]
    numbers = list(range(1, len(plain) + 1))
    if '"' not in text:
        return plain, numbers
    try:
        rows, lines = _read_rows(text, "\t")
    except csv.Error:
        return plain, numbers
    fits = [sum(len(row) == width for row in found) / len(found) for found in (plain, rows)]
    return (plain, numbers) if fits[0] > fits[1] else (rows, lines)
