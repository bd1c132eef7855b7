"""Raw records field by field: what the normaliser of values works on.

A file of 50,000 records has a million values but only twenty fields.  Kept in one list a
field, they are read and made alike at the speed of lists; a reader that works record by
record hands on a :class:`~reviewkit.sources.raw_records.RawFile`, which
:func:`to_columns` turns round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.sources.raw_records import FIELDS, Note, RawFile

__all__ = ["Notes", "RawColumns", "Values", "gather_notes", "to_columns"]

Index = NDArray[np.signedinteger[Any]]


class Values(NamedTuple):
    """The values of one field: in the order of the records, and in each by precedence."""

    records: Index  # position of the record of each value, from 0, rising
    texts: list[str]  # not empty


class Notes(NamedTuple):
    """Notes that say the same of many lines."""

    what: str
    lines: Index  # from 1
    records: Index  # -1 outside of records
    texts: Sequence[str]


class RawColumns(NamedTuple):
    """All that one file holds, field by field."""

    format: str
    source: str
    lines: Index  # first line of each record
    fields: dict[str, Values]
    notes: list[Notes]
    starts: int
    ends: int
    is_plain: bool = False  # ASCII values have no control characters and no two blanks in a row


def to_columns(raw: RawFile) -> RawColumns:
    """Return records that were read one by one, field by field.

    >>> from reviewkit.sources.raw_records import RawRecord
    >>> records = [RawRecord(1, {"title": ["One"]}), RawRecord(9, {"authors": ["A", "B"]})]
    >>> columns = to_columns(RawFile("ris", "", records, [], 2, 2))
    >>> columns.lines.tolist(), columns.fields["authors"].texts
    ([1, 9], ['A', 'B'])
    """
    # Lists of numbers and texts only: a tuple a value would keep the garbage collector busy.
    places: dict[str, list[int]] = {name: [] for name in FIELDS}
    columns: dict[str, list[str]] = {name: [] for name in FIELDS}
    for at, record in enumerate(raw.records):
        for name, texts in record.values.items():
            if name in columns:
                found = texts if all(texts) else list(filter(None, texts))
                columns[name] += found
                places[name] += [at] * len(found)
    fields = {
        name: Values(np.array(places[name], dtype=np.int64), columns[name]) for name in FIELDS
    }
    lines = np.array([record.line for record in raw.records], dtype=np.int64)
    notes = gather_notes(raw.notes)
    return RawColumns(raw.format, raw.source, lines, fields, notes, raw.starts, raw.ends)


def gather_notes(notes: Sequence[Note]) -> list[Notes]:
    """Return notes that say the same in one piece."""
    grouped: defaultdict[str, list[Note]] = defaultdict(list)
    for note in notes:
        grouped[note.what].append(note)
    return [
        Notes(
            what,
            np.array([note.line for note in group], dtype=np.int64),
            np.array([note.record for note in group], dtype=np.int64),
            [note.text for note in group],
        )
        for what, group in grouped.items()
    ]
