"""Rows of text whose quotation marks break the rules, read cell by cell.

A mark within a cell closes it only if a separator or the end of the line follows.  One that is
not closed in its line is text, if the row then has as many cells as the header; if no row
follows, the file was cut off there.  Otherwise it would swallow the rest of the file, and is
an error.
"""

from __future__ import annotations

import re
from pathlib import Path

from reviewkit._core.errors import ParseError
from reviewkit.sources.raw_records import Note

__all__ = ["CUT_OFF", "LOOSE", "split_loosely"]

#: What a note says of a file that ends within a cell, and of a mark that broke the rules.
CUT_OFF = "record without its end: the file ends within a cell"
LOOSE = "quotation mark within a cell"

_QUOTED = re.compile(r'"((?:[^"]|"")*+)"')


def split_loosely(
    text: str, separator: str, width: int, path: Path
) -> tuple[list[list[str]], list[int], list[Note]]:
    r"""Return rows, their first lines, and a note of each mark that broke the rules.

    >>> text = 'Title,Year\n"He said "no" twice",2020\n"open,2021\n'
    >>> rows, lines, notes = split_loosely(text, ",", 2, Path("a.csv"))
    >>> rows[1:], lines, len(notes)
    ([['He said "no" twice', '2020'], ['"open', '2021']], [1, 2, 3], 2)
    """
    reader = _Reader(text, separator, width, path)
    while reader.at < len(text):
        reader.read_row()
    return reader.rows, reader.lines, reader.notes


class _Reader:
    """Where reading stands, and what was read."""

    def __init__(self, text: str, separator: str, width: int, path: Path) -> None:
        self.text, self.separator, self.width, self.path = text, separator, width, path
        self.at, self.line = 0, 1
        self.rows: list[list[str]] = []
        self.lines: list[int] = []
        self.notes: list[Note] = []
        sign = re.escape(separator)
        self._plain = re.compile(rf"[^{sign}\n]*")
        self._closing = re.compile(rf'"(?=[{sign}\n]|\Z)')

    def read_row(self) -> None:
        """Read one row, its line break included."""
        row: list[str] = []
        self.lines.append(self.line)
        while True:
            row.append(self._read_cell(row))
            mark = self.text[self.at : self.at + 1]
            self.at += 1
            if mark != self.separator:
                break
        self.line += 1
        self.rows.append(row if row != [""] else [])

    def _read_cell(self, row: list[str]) -> str:
        if self.text[self.at : self.at + 1] != '"':
            return self._read_plain()
        quoted = _QUOTED.match(self.text, self.at)
        if quoted and self._closing.match(self.text, quoted.end() - 1):
            self.line += self.text.count("\n", self.at, quoted.end())
            self.at = quoted.end()
            return quoted[1].replace('""', '"')
        if self._is_cut_off(len(row)):
            cell = self.text[self.at + 1 :].rstrip()
            self.notes.append(Note(self.line, -1, CUT_OFF, cell))
            self.at = len(self.text)
            return cell
        stop = self.text.find("\n", self.at)
        stop = len(self.text) if stop < 0 else stop
        closing = self._closing.search(self.text, self.at + 1, stop + 1)
        if closing and closing.start() < stop:
            cell = self.text[self.at + 1 : closing.start()].replace('""', '"')
            self.at = closing.end()
        elif len(row) + self.text.count(self.separator, self.at, stop) + 1 == self.width:
            cell = self._read_plain()
        else:
            raise ParseError(
                f"{self.path.name!r} must close each quotation mark. The one in line {self.line}, "
                f"which opens {self.text[self.at : self.at + 30]!r}, is never closed. Correct it "
                f"there."
            )
        self.notes.append(Note(self.line, -1, LOOSE, cell))
        return cell

    def _is_cut_off(self, before: int) -> bool:
        """Return whether the file ends within this cell: no row follows, and no mark."""
        if self.text.find('"', self.at + 1) >= 0:
            return False
        own, *later = self.text[self.at :].split("\n")
        if any(line.count(self.separator) + 1 == self.width for line in later):
            return False
        is_last = self.separator not in own and not later
        is_whole = before + own.count(self.separator) + 1 == self.width
        return is_last or not is_whole or any(map(str.strip, later))

    def _read_plain(self) -> str:
        found = self._plain.match(self.text, self.at)
        cell = found[0] if found else ""
        self.at += len(cell)
        return cell
