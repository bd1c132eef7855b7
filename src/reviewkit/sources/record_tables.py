"""Tables of records: the csv, tsv and workbooks of databases, managers and screening tools.

Which column holds what is data (:mod:`~reviewkit.sources.record_headers`); where the header
stands and how rows are split is :mod:`~reviewkit.sources.record_grid`.  Here a row becomes a
record.  Rows that hold none are noted, so that records and notes add up to the rows.
"""

from __future__ import annotations

import re
from bisect import bisect
from pathlib import Path
from types import MappingProxyType

from reviewkit.sources.author_lists import find_separator, is_unclear, split_authors
from reviewkit.sources.layout import clean_cell
from reviewkit.sources.loose_cells import CUT_OFF, LOOSE
from reviewkit.sources.raw_finish import fill_in, name_source, number_pubmed
from reviewkit.sources.raw_records import FIELDS, Note, RawFile, RawRecord
from reviewkit.sources.record_cells import (
    SPLITTERS,
    join_pages,
    name_database,
    read_citation,
    read_list,
)
from reviewkit.sources.record_grid import find_header, has_blocks, is_workbook, read_grid
from reviewkit.sources.record_headers import Layout, find_layout, name_role, near_role
from reviewkit.sources.record_ids import OWN_ID
from reviewkit.sources.record_text import no_records
from reviewkit.sources.schema import plain_name
from reviewkit.sources.swallowed import cut_neighbour
from reviewkit.sources.unread import Unread

__all__ = ["is_record_table", "read_record_table"]

_EMPTY = frozenset({"nan", "NaN", "None", "NULL", "null", "<NA>"})
_AUTHOR_ID = re.compile(r"\s*\(\d{8,}\)")
_STAND_INS = MappingProxyType({f"{field}?": field for field in FIELDS})
#: Roles of which one value is enough.
_FIRST = frozenset({"title", "year", "volume", "issue", "doi", "abstract", "journal", "pages"})


def is_record_table(head: str) -> bool:
    r"""Return whether text is the start of a table of records, or of a workbook.

    >>> is_record_table("Title,Authors,Year\n"), is_record_table("study,events,total\n")
    (True, False)
    """
    return is_workbook(head) or find_header(head)[2] > 0 or has_blocks(head)


def read_record_table(path: Path) -> RawFile:
    """Read a table of records, one record a row.

    Raises
    ------
    ParseError
        If no row is a header with a column for titles, or no row below it is a record; if a
        quotation mark is never closed, or the file is damaged.
    """
    grid = read_grid(path)
    layout = find_layout(grid.header)
    reader = _Reader(grid.header, grid.line, layout, grid.rows)
    for row, line in zip(grid.rows, grid.lines, strict=True):
        reader.take(row, line)
    if not reader.records:
        raise no_records(path, "a header and no record below it", "Export the records again.")
    notes = [_find_record(note, reader.records) for note in grid.notes + reader.all_notes()]
    notes.sort(key=lambda note: note.line)
    source = layout.source if layout else ""
    if source in {"", "EBSCO", "Zotero"}:
        source = name_source(reader.records) or source
    ends = reader.rows - sum(note.what == CUT_OFF for note in notes)
    return RawFile(grid.format, source, reader.records, notes, reader.rows, ends)


def _find_record(note: Note, records: list[RawRecord]) -> Note:
    """Return a note on a cell with the record that it belongs to, if there is one."""
    if note.what not in {CUT_OFF, LOOSE}:
        return note if note.record < len(records) else note._replace(record=-1)
    return note._replace(record=bisect(records, note.line, key=lambda record: record.line) - 1)


class _Reader:
    """Records and notes so far, and what is known of the columns."""

    def __init__(
        self, header: list[str], line: int, layout: Layout | None, rows: list[list[str]]
    ) -> None:
        self.header = [" ".join(clean_cell(name)[0].split()) for name in header]
        self.line = line
        self.layout = layout
        self.records: list[RawRecord] = []
        self.rows = 0
        self.notes: list[Note] = []
        self.roles = _name_roles(self.header, layout, line, self.notes)
        for at, name in enumerate(self.header):
            if plain_name(name) == "record" and _holds_ids(_column(rows, at)):
                self.roles[at] = "record"
        self._by = {
            at: (layout.by if layout else "") or find_separator(_column(rows, at))
            for at, role in enumerate(self.roles)
            if role in {"authors", "authors?"}
        }
        self._unread = Unread("column not read")
        self._guards = Unread("spreadsheet guard taken off")
        self._empty = Unread("cell without a value")
        self._commas = Unread("authors told apart at commas")
        self._blank_from = 0

    def all_notes(self) -> list[Note]:
        """Return all notes, those on columns included."""
        counts = (self._unread, self._guards, self._empty, self._commas)
        return self.notes + [note for count in counts for note in count.notes()]

    def take(self, row: list[str], line: int) -> None:
        """Take one row: a record, a blank row, a repeated header or a line of text."""
        if not any(cell.strip() for cell in row):
            if len(row) > 1 and self._blank_from != line - 1:
                self.notes.append(Note(line, -1, "blank row", ""))
            self._blank_from = line
            return
        if [cell.strip() for cell in row] == [name.strip() for name in self.header]:
            self.notes.append(Note(line, -1, "header repeated", " ".join(row)))
            return
        filled = [cell for cell in row if cell.strip()]
        values = self._read_cells(row, line)
        is_text = len(filled) == 1 and len(self.header) > 2 and len(row) == 1
        if is_text or not set(values) - {"notes", "accession", "kind", "source", "language"}:
            what = "text between records" if is_text else "record without values"
            self.notes.append(Note(line, -1, what, " ".join(filled)))
            self.rows += not is_text
            return
        at = len(self.records)
        self.rows += 1
        if len(row) > len(self.header) and any(cell.strip() for cell in row[len(self.header) :]):
            what = f"{len(row)} cells under {len(self.header)} headers"
            self.notes.append(Note(line, at, what, " ".join(row[len(self.header) :])))
        self.records.append(RawRecord(line, values))

    def _read_cells(self, row: list[str], line: int) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for at, (cell, role) in enumerate(zip(row, self.roles, strict=False)):
            text = self._clean(cell, at, line)
            if not text:
                continue
            if not role:
                self._take_rest(values, at, text, role, line)
            elif role == "notes:":
                values.setdefault("notes", []).append(f"{self.header[at]}: {text}")
            else:
                self._add(values, role, text, at, line)
        join_pages(values)
        fill_in(values, _STAND_INS)
        number_pubmed(values)
        if self.layout and self.layout.source == "EBSCO":
            name_database(values)
        return values

    def _clean(self, cell: str, at: int, line: int) -> str:
        if not cell:
            return ""
        text, what = clean_cell(cell)
        name = self.header[at] or f"column {at + 1}"
        if what == "spreadsheet guard":
            self._guards.see(name, line, len(self.records))
        if text in _EMPTY:
            self._empty.see(name, line, len(self.records))
            return ""
        return text

    def _take_rest(
        self, values: dict[str, list[str]], at: int, text: str, role: str | None, line: int
    ) -> None:
        """Keep a cell that no field holds where its tool keeps labels there; else count it."""
        name = self.header[at] or f"column {at + 1}"
        if role is None and self.layout and self.layout.keeps_rest:
            values.setdefault("notes", []).append(f"{name}: {text}")
        else:
            self._unread.see(name, line, len(self.records))

    def _add(self, values: dict[str, list[str]], role: str, text: str, at: int, line: int) -> None:
        record = len(self.records)
        if role in {"doi", "url", "url?"}:
            text, rest = cut_neighbour(text)
            if rest:
                self.notes.append(Note(line, record, "swallowed neighbour cut off", rest))
        if role == "citation":
            for name, part in zip(
                ("volume?", "issue?", "pages?"), read_citation(text), strict=True
            ):
                if part:
                    values.setdefault(name, []).append(part)
            return
        if role in {"authors", "authors?"}:
            found = self._split_authors(text, at, line)
        else:
            found = SPLITTERS[role](text) if role in SPLITTERS else [text]
        held = values.get(role, [])
        if found and not (role in _FIRST and held):  # of several columns, the first is the best
            values[role] = held + [part for part in found if part not in held]

    def _split_authors(self, text: str, at: int, line: int) -> list[str]:
        listed = read_list(text)
        if listed:
            return listed
        if self.layout:
            text = text.removesuffix(self.layout.stop)
        names = split_authors(_AUTHOR_ID.sub("", text), self._by[at])
        if self._by[at] == "," and len(names) > 1:
            self._commas.see(self.header[at], line, len(self.records))
        elif self._by[at] in {",", ""} and is_unclear(names):
            self.notes.append(Note(line, len(self.records), "authors not told apart", text))
        return names


def _name_roles(
    header: list[str], layout: Layout | None, line: int, notes: list[Note]
) -> list[str | None]:
    """Return the role of each column; ``source`` beside a journal is the database."""
    roles = [name_role(name, layout) for name in header]
    if layout:
        return roles
    for at, name in enumerate(header):
        near = near_role(name) if roles[at] is None and name else None
        if near and near[1] not in roles:
            roles[at] = near[1]
            notes.append(Note(line, 0, f"header read as {near[0]}", name))
        elif plain_name(name) == "source" and "journal" in roles:
            roles[at] = "source"
    return roles


def _holds_ids(cells: list[str]) -> bool:
    """Return whether cells are ids that records were given before."""
    held = [text for cell in cells if (text := cell.strip())]
    return bool(held) and all(map(OWN_ID.fullmatch, held))


def _column(rows: list[list[str]], at: int) -> list[str]:
    return [row[at] for row in rows if len(row) > at]
