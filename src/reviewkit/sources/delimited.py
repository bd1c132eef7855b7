"""The rows of a text file: which character separates cells, and where each row stands.

A separator is chosen by what it does to the first rows: the one under which most
rows have as many cells as the header, and of those the one that makes more
columns.  Quotation marks are taken at their word: one that is never closed would
swallow the rest of the file, so it is an error and no guess.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple

from reviewkit._core.errors import ParseError
from reviewkit.sources.repairs import Repair

__all__ = ["Grid", "read_delimited"]

#: Commas come last: they are the one separator that is common within cells.
_SEPARATORS = ("\t", ";", "|", ",")
_SAMPLE = 20_000  # characters that are enough to tell a separator
_QUOTED = re.compile(r'(?:\A|(?<=[\t;|,\r\n]))"(?:[^"]|"")*+"(?=[\t;|,\r\n]|\Z)')
_DECLARED = re.compile(r"sep=([\t;|,])\r?\n?", re.IGNORECASE)


class Grid(NamedTuple):
    """Cells as text, row by row, and where each row starts in the file."""

    rows: list[list[str]]
    lines: list[int]
    notes: list[Repair]


def read_delimited(text: str, path: Path) -> Grid:
    """Split text into rows and cells; rows may differ in length, empty lines are empty rows."""
    notes, skipped = [], 0
    declared = _DECLARED.match(text)
    if declared:
        separator, skipped = declared[1], 1
        text = text[declared.end() :]
        notes.append(Repair(path.name, 1, "", declared[0].rstrip(), "", "separator line"))
    else:
        separator = _find_separator(text)
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(start + skipped)
            start = reader.line_num + 1
    except csv.Error as error:
        raise _bad_quotes(path, start + skipped, error) from None
    return Grid(rows, lines, notes)


def _find_separator(text: str) -> str:
    """Return the separator under which the first rows agree best with the header."""
    bare = _QUOTED.sub("", text[:_SAMPLE])  # what stands in quotation marks separates nothing
    lines = [line for line in re.split(r"[\r\n]+", bare) if line.strip()]
    best, choice = (0.0, 1), ","
    for separator in _SEPARATORS:
        widths = [line.count(separator) + 1 for line in lines]
        if not widths or widths[0] == 1:
            continue
        score = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
        if score > best:
            best, choice = score, separator
    return choice


def _bad_quotes(path: Path, line: int, error: csv.Error) -> ParseError:
    return ParseError(
        f"{path.name!r} must close each quotation mark, and double those within a quoted cell. "
        f"The row that starts in line {line} does not ({error}). Correct the quotation marks there."
    )
