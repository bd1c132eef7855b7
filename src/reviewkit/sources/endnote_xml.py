"""EndNote XML, as EndNote, Zotero, Mendeley and others write it.

Such a file is often one line of a hundred megabytes; it is read as a stream, one record at a
time (:mod:`~reviewkit.sources.xml_stream`).  Text stands in runs of one style each, which are
joined.  To read another element, add its path to :data:`FIELD_OF`.

The path of the library, which names a user's folders, is dropped, and so are links to files on
a user's disk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reviewkit.sources.raw_finish import fill_in, name_source, number_pubmed
from reviewkit.sources.raw_records import Note, RawFile, RawRecord
from reviewkit.sources.record_text import no_records
from reviewkit.sources.unread import Unread
from reviewkit.sources.xml_stream import DEEPEST, Handler, check_depth, parse_stream

__all__ = ["FIELD_OF", "is_endnote_xml", "read_endnote_xml"]

_RECORDS = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!.{0,20000}?)?<(?:xml>\s*<)?records\b",
                      re.IGNORECASE | re.DOTALL)  # fmt: skip
#: Elements that only hold a look; their text belongs to the element around them.
_LOOKS = frozenset({"style", "i", "b", "u", "sup", "sub", "em"})
#: Fields of which one value is enough; the others stand where the first is missing.
_STAND_INS = MappingProxyType(
    {"editors": "authors", "date": "year", "provider": "source", "journal_beside": "journal"}
)


def is_endnote_xml(head: str) -> bool:
    """Return whether text is the XML of EndNote.

    >>> is_endnote_xml('<?xml version="1.0"?><xml><records><record>'), is_endnote_xml("<html>")
    (True, False)
    """
    return bool(_RECORDS.match(head)) and "<record" in head.casefold()


def read_endnote_xml(path: Path) -> RawFile:
    """Read EndNote XML as a stream.

    Raises
    ------
    ParseError
        If the XML is cut off, broken beyond repair, or made to attack; it names the line and
        how many records are whole.  If there is no record.
    """
    reader = _Reader(path)
    notes = parse_stream(path, reader)
    if not reader.starts:
        raise no_records(path, "XML without a record of EndNote", "Export the records themselves.")
    notes = sorted(notes + reader.unread.notes() + reader.notes, key=lambda note: note.line)
    source = name_source(reader.records)
    return RawFile("endnote_xml", source, reader.records, notes, reader.starts, reader.whole)


class _Names(dict[str, str]):
    """The plain name of each element: few are in a file, and each a hundred thousand times."""

    def __missing__(self, name: str) -> str:
        plain = self[name] = name.casefold().replace("_", "-")
        return plain


class _Reader(Handler):
    """Collects the values of one record after the other."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.records: list[RawRecord] = []
        self.notes: list[Note] = []
        self.unread = Unread("field not read")
        self.starts = self.whole = self.depth = 0
        self._path: list[str] = []  # elements within the record, looks left out
        self._values: dict[str, list[str]] | None = None
        self._line = 1
        self._text: list[str] = []
        self._names = _Names()
        self._known: dict[str, str] = {}  # each keyword and journal is kept once in memory

    def startElement(self, name: str, attrs: Any) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            check_depth(self.path, self)
        name = self._names[name]
        if self._values is None:
            if name == "record":
                self.starts += 1
                self._values, self._line, self._path = {}, self.line, []
        elif name not in _LOOKS:
            self._path.append(name)
            self._text = []
            if name == "ref-type" and attrs.get("name"):
                self._add("kind", attrs["name"])

    def characters(self, content: str) -> None:
        if self._path:
            self._text.append(content)

    def endElement(self, name: str) -> None:
        self.depth -= 1
        name = self._names[name]
        if self._values is None or name in _LOOKS:
            return
        if name == "record" and not self._path:
            self._close(self._values)
            return
        if self._text:
            text = "".join(self._text)
            if "\r" in text:
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            if text := text.strip():
                self._take(text)
            self._text = []
        self._path.pop()

    def _take(self, text: str) -> None:
        """Put the text of an element where it belongs."""
        name = self._path[-1]
        place = "/".join(self._path[-2:])
        field = FIELD_OF.get(place) or FIELD_OF.get(name, "")
        if field == "kind" and name == "ref-type":
            if self._values and self._values.get("kind"):
                return  # its name is there already; this is its number
        elif name in _NAMED:
            text = f"{name}: {text}"
        if not field:
            self.unread.see(place, self.line, len(self.records))
        elif field in {"issn", "source"}:
            for part in text.split("\n"):
                self._add(field, part.strip())
        else:
            self._add(field, text)

    def _add(self, field: str, text: str) -> None:
        assert self._values is not None
        if len(text) < 100:
            text = self._known.setdefault(text, text)
        found = self._values.setdefault(field, [])
        if field in {"authors", "keywords", "notes"} or text not in found:
            found.append(text)

    def _close(self, values: dict[str, list[str]]) -> None:
        fill_in(values, _STAND_INS)
        number_pubmed(values)
        if not values:
            self.notes.append(Note(self._line, len(self.records), "record without a field", ""))
        self.records.append(RawRecord(self._line, values))
        self._values = None
        self.whole += 1


#: Fields whose name says what the text is; it goes to the notes with its name.
_NAMED = frozenset({"caption", "label", "research-notes", "reviewed-item"}) | {
    f"custom{number}" for number in range(1, 9)
}

#: Fields of a record by the name of an element, with its parent where that matters.
FIELD_OF: Mapping[str, str] = MappingProxyType(
    {
        "ref-type": "kind", "reference-type": "kind", "work-type": "kind",
        "authors/author": "authors", "secondary-authors/author": "editors",
        "tertiary-authors/author": "editors", "title": "title", "secondary-title": "journal",
        "periodical/full-title": "journal", "alt-title": "journal_beside",
        "alt-periodical/full-title": "journal_beside", "periodical/abbr-1": "journal_beside",
        "dates/year": "year", "year": "year", "pub-dates/date": "date", "volume": "volume",
        "number": "issue", "issue": "issue", "pages": "pages", "electronic-resource-num": "doi",
        "accession-num": "accession", "accession-number": "accession", "abstract": "abstract",
        "keyword": "keywords", "language": "language", "isbn": "issn",
        "related-urls/url": "url", "web-urls/url": "url", "text-urls/url": "url",
        "record/url": "url", "publisher": "publisher", "pub-location": "place",
        "remote-database-name": "source", "remote-database-provider": "provider",
        "notes": "notes", "note": "notes", **dict.fromkeys(_NAMED, "notes"),
    }
)  # fmt: skip
