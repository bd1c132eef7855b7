"""What a reader of bibliographic files hands on: records as they stand, nothing tidied yet.

A reader takes the path of one file and returns a :class:`RawFile`.  It knows the
format and its dialects, that is, which tag or column holds which field; spelling
and spacing of the values are for the one place where all records are made alike.
Nothing is lost in silence: what a reader drops, repairs or ignores is a
:class:`Note`, and starts and ends of records are counted apart from the records.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["FIELDS", "Note", "RawFile", "RawRecord"]

#: What a value can be.  Authors, keywords and notes are one value each; all else that comes
#: several times is several values of one field.  ``record`` is an id that reviewkit gave before.
FIELDS = (
    "kind", "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid",
    "abstract", "keywords", "language", "url", "notes", "issn", "accession", "publisher", "place",
    "source", "record",
)  # fmt: skip


class RawRecord(NamedTuple):
    """One record: its first line in the file, and its values by field, in their order."""

    line: int  # from 1
    values: dict[str, list[str]]  # field → values as in the file, without the blanks around them


class Note(NamedTuple):
    """Something that a reader dropped, repaired or ignored."""

    line: int  # from 1
    record: int  # position of the record in the file, from 0; -1 outside of records
    what: str  # a few words, the same for like things, as "text outside records"
    text: str  # what stood there


class RawFile(NamedTuple):
    """All that one file holds."""

    format: str  # as "ris"
    source: str  # the database, where the content tells; else ""
    records: list[RawRecord]
    notes: list[Note]
    starts: int  # record starts (or rows) seen
    ends: int  # record ends seen; equal to `starts` in formats without
