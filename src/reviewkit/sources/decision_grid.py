"""The cells of one file of decisions, and two dialects of csv that no table reader may pass.

Screening tools write headers twice (``labeled_at`` once a labeler) and put a second, shorter
list below the table.  Both are mended here, only where the header shows the tool.
"""

from __future__ import annotations

import pandas as pd

from reviewkit.sources.content import decode_text, tell_format
from reviewkit.sources.decision_files import Piece
from reviewkit.sources.delimited import Grid, read_delimited
from reviewkit.sources.layout import arrange, clean_cell, trim
from reviewkit.sources.repairs import Repair, sort_repairs
from reviewkit.sources.schema import plain_name
from reviewkit.sources.spreadsheet import Table
from reviewkit.sources.workbook import read_workbook

__all__ = ["NOT_LABELED", "read_grid", "tabulate"]

#: What stands above the citations that nobody has labeled yet.
NOT_LABELED = "citations that are not yet labeled by anyone"


def read_grid(piece: Piece) -> tuple[str, Grid]:
    """Return the text of a file, "" for a workbook, and its cells."""
    kind, notes = tell_format(piece.data, piece.path)
    if kind != "text":
        grid = read_workbook(piece.data, piece.path, kind, None)
        return "", Grid(grid.rows, grid.lines, [*notes, *grid.notes])
    text, decoded = decode_text(piece.data, piece.path)
    return text, Grid([], [], [*notes, *decoded])


def tabulate(piece: Piece, text: str, grid: Grid) -> Table:
    """Return the table that cells make."""
    notes = list(grid.notes)
    if text:
        read = read_delimited(text, piece.path)
        grid = Grid(read.rows, read.lines, [])
        notes += read.notes
    rows = _mend(grid.rows, piece, notes) if grid.rows else grid.rows
    columns, lines = arrange(rows, grid.lines, piece.path, notes)
    cleaned = {
        name: pd.Series(_clean(cells, lines, name, piece, notes), dtype=str)
        for name, cells in columns.items()
    }
    return Table(pd.DataFrame(cleaned), tuple(lines), sort_repairs(notes), piece.path)


def _clean(
    cells: list[str], lines: list[int], name: str, piece: Piece, notes: list[Repair]
) -> list[str]:
    cleaned = []
    for line, cell in zip(lines, cells, strict=True):
        text, what = clean_cell(cell)
        if what:
            notes.append(Repair(piece.path.name, line, name, cell, text, what))
        cleaned.append(text)
    return cleaned


def _mend(rows: list[list[str]], piece: Piece, notes: list[Repair]) -> list[list[str]]:
    header = [plain_name(trim(title)) for title in rows[0]]
    is_abstrackr = {"internal_id", "source_id", "consensus"} <= set(header)
    if not is_abstrackr and "covidence" not in header:
        return rows
    rows = [_number_repeats(rows[0]), *rows[1:]]
    if is_abstrackr:
        rows = [[*row, *[""] * (len(header) - len(row))] if any(row) else row for row in rows]
    return rows


def _number_repeats(header: list[str]) -> list[str]:
    """Return a header with a number behind each title that stood before.

    >>> _number_repeats(["Title", "Notes", "Title"])
    ['Title', 'Notes', 'Title 2']
    """
    seen: dict[str, int] = {}
    named = []
    for title in header:
        seen[title] = seen.get(title, 0) + 1
        named.append(title if seen[title] == 1 or not title else f"{title} {seen[title]}")
    return named
