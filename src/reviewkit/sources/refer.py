"""The refer format of EndNote (.enw), which Google Scholar and many publishers write, too.

Each line starts with a per cent sign and a tag of one letter; ``%0`` opens a record.  Older
files lack it: there, a blank line parts records.  To read another tag, add it to
:data:`FIELD_OF`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from reviewkit.sources.raw_finish import fill_in, name_source, number_pubmed
from reviewkit.sources.raw_records import Note, RawFile, RawRecord
from reviewkit.sources.record_text import no_records, read_text
from reviewkit.sources.unread import Unread

__all__ = ["FIELD_OF", "is_refer", "read_refer"]

_LINE = re.compile(r"[ \t]*%(\S)(?:[ \t]+(.*))?$")
_START = re.compile(r"^[ \t]*%0[ \t]+\S", re.MULTILINE)
_OLD = re.compile(r"\s*%[A-Z] \S")
_TITLE = re.compile(r"^[ \t]*%T[ \t]+\S", re.MULTILINE)
#: Tags whose further lines are values of their own; those of others are one text.
_LISTED = frozenset("AEK")


def is_refer(head: str) -> bool:
    r"""Return whether text is in the refer format.

    >>> is_refer("%0 Journal Article\n%T A title\n"), is_refer("% a comment\n@book{a,\n")
    (True, False)
    """
    if _START.search(head):
        return bool(re.search(r"^[ \t]*%[A-Z@~] ", head, re.MULTILINE))
    return bool(_OLD.match(head) and _TITLE.search(head))


def read_refer(path: Path) -> RawFile:
    """Read a file in the refer format.

    Raises
    ------
    ParseError
        If the file holds no record, or is no text.
    """
    text, notes = read_text(path)
    reader = _Reader(is_marked=bool(_START.search(text)), notes=notes)
    for number, line in enumerate(text.split("\n"), start=1):
        reader.take(number, line)
    if not reader.records:
        raise no_records(path, "no record of the refer format", "Export the records as .enw.")
    for record in reader.records:
        _tidy(record.values)
    notes += reader.unread.notes()
    notes.sort(key=lambda note: note.line)
    source, count = name_source(reader.records), len(reader.records)
    return RawFile("refer", source, reader.records, notes, count, count)


class _Reader:
    """Records so far, and the tag to which a line without one belongs."""

    def __init__(self, *, is_marked: bool, notes: list[Note]) -> None:
        self.is_marked = is_marked  # whether %0 opens each record
        self.notes = notes
        self.records: list[RawRecord] = []
        self.unread = Unread("tag not read")
        self._tag = ""
        self._blanks = 0

    def take(self, number: int, line: str) -> None:
        """Take one line: a tag and its value, the rest of a value, or nothing."""
        if not line.strip():
            self._blanks += 1
            return
        found = _LINE.match(line)
        if found and (found[1] in FIELD_OF or found[1] in _UNREAD):
            self._take_tag(number, found[1], (found[2] or "").strip())
        elif not self.records or not self._tag:
            self.notes.append(Note(number, -1, "text outside records", line.strip()))
        else:
            self._continue(line.strip())
        self._blanks = 0

    def _take_tag(self, number: int, tag: str, text: str) -> None:
        parted = self._blanks and not self.is_marked
        if tag == "0" or not self.records or parted:
            if self.is_marked and tag != "0":
                self.notes.append(Note(number, 0, "record without its %0", f"%{tag} {text}"))
            self.records.append(RawRecord(number, {}))
        self._tag = tag
        if not text:
            return
        if tag in _UNREAD:
            self.unread.see(f"%{tag}", number, len(self.records) - 1)
        else:
            self.records[-1].values.setdefault(FIELD_OF[tag], []).append(text)

    def _continue(self, text: str) -> None:
        if self._tag in _UNREAD:
            return
        found = self.records[-1].values.setdefault(FIELD_OF[self._tag], [])
        if not found or self._tag in _LISTED:
            found.append(text)
        else:
            found[-1] += ("\n" if self._blanks else " ") + text


def _tidy(values: dict[str, list[str]]) -> None:
    """Put values where they belong, and tell keywords in one line apart."""
    fill_in(values, _STAND_INS)
    number_pubmed(values)
    if any(";" in word for word in values.get("keywords", [])):
        words = [word.strip() for line in values["keywords"] for word in line.split(";")]
        values["keywords"] = [word for word in words if word]


_STAND_INS = MappingProxyType(
    {"editors": "authors", "date": "year", "provider": "source", "book": "journal"}
)

#: Tags that EndNote writes and that have no place in a record; what is no tag is text.
_UNREAD = frozenset("1234567+[!?QSYLH>$^#(){&")

#: Fields of a record by tag.
FIELD_OF: Mapping[str, str] = MappingProxyType(
    {
        "0": "kind", "9": "kind", "A": "authors", "E": "editors", "T": "title", "J": "journal",
        "B": "book", "D": "year", "8": "date", "V": "volume", "N": "issue", "P": "pages",
        "R": "doi", "U": "url", "X": "abstract", "K": "keywords", "@": "issn", "G": "language",
        "M": "accession", "W": "provider", "~": "source", "Z": "notes", "O": "notes",
        "<": "notes", "F": "notes", "I": "publisher", "C": "place",
    }
)  # fmt: skip
