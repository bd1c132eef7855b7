r"""BibTeX and BibLaTeX, as reference managers, Scopus, Web of Science and Rayyan write it.

bibtexparser splits a file into blocks and says which of them are broken; here a block becomes a
record.  A key that stands twice loses nothing, and an entry with mismatched braces is read
again line by line (:mod:`~reviewkit.sources.bibtex_repairs`).  To read another field, add its
name to :data:`FIELD_OF`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reviewkit.sources.author_lists import is_unclear, split_authors, split_keywords
from reviewkit.sources.bibtex_repairs import closes_at_end, join_value, save_fields, split_blocks
from reviewkit.sources.latex import decode_latex, decode_verbatim, find_commands
from reviewkit.sources.raw_records import Note, RawFile, RawRecord
from reviewkit.sources.record_ids import OWN_ID
from reviewkit.sources.record_text import no_records, read_text
from reviewkit.sources.swallowed import cut_neighbour
from reviewkit.sources.unread import Unread

__all__ = ["FIELD_OF", "is_bibtex", "read_bibtex"]

_ENTRY = re.compile(r"^[ \t]*@[ \t]*([A-Za-z]+)[ \t]*[{(]\s*+[^\s{},=\"]*+\s*,", re.MULTILINE)
_VERBATIM = frozenset({"doi", "url", "pmid", "issn", "accession", "record"})
#: Braces of these notes are data and no markup: ``RAYYAN-INCLUSION: {"Ada"=>"Included"}``.
_DATA = re.compile(r"RAYYAN-|USER-NOTES|\"=>")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NO_REFERENCE = frozenset({"control", "ieeetranbstctl", "set", "xdata", "bibnote"})
_SOURCE_OF_KEY = MappingProxyType({"rayyan-": "Rayyan", "wos:": "Web of Science"})

# bibtexparser warns of each broken block; here each becomes a note, and nothing is printed
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())


def is_bibtex(head: str) -> bool:
    r"""Return whether text is BibTeX.

    >>> is_bibtex("Scopus\n\n@ARTICLE{Ada2020,\n author={Ada}}"), is_bibtex("TY  - JOUR\n")
    (True, False)
    """
    return bool(_ENTRY.search(head))


def read_bibtex(path: Path) -> RawFile:
    """Read a BibTeX file, broken entries and repeated keys included.

    Raises
    ------
    ParseError
        If the file holds no entry, or is no text.
    """
    text, notes = read_text(path)
    reader = _Reader(notes)
    for block in split_blocks(text):
        reader.take(*block)
    if not reader.starts:
        raise no_records(path, "no BibTeX entry", "Export the records as BibTeX.")
    notes += reader.unread.notes() + reader.commands.notes()
    notes.sort(key=lambda note: note.line)
    return RawFile("bibtex", reader.source(), reader.records, notes, reader.starts, reader.ends)


class _Reader:
    """Records and notes so far, and the abbreviations that later entries use."""

    def __init__(self, notes: list[Note]) -> None:
        self.records: list[RawRecord] = []
        self.notes = notes
        self.starts = self.ends = 0
        self.strings = {month: month for month in _MONTHS}
        self.unread = Unread("field not read")
        self.commands = Unread("LaTeX command kept")
        self._sources: set[str] = set()
        self._keys: set[str] = set()
        self._is_open = False  # whether fields may follow behind the last entry

    def take(self, line: int, kind: str, block: Any) -> None:
        """Take one block: entry, broken, string, comment, preamble or text."""
        at = len(self.records)
        if kind == "entry":
            self._take_entry(line, block.entry_type, block.key, _list_fields(block))
        elif kind == "broken":
            self._take_broken(line, *block)
        elif kind == "string":
            self.strings[block.key.casefold()] = join_value(block.value, self.strings)
        elif kind != "text" or not self._add_rest(line, block):
            what = {"text": "text outside records", "string": "abbreviation"}.get(kind, kind)
            self.notes.append(Note(line, -1, what, block))
        self._is_open = len(self.records) > at

    def source(self) -> str:
        """Return the database that all records come from, if it is one."""
        return next(iter(self._sources)) if len(self._sources) == 1 else ""

    def _take_entry(
        self, line: int, entry_type: str, key: str, fields: list[tuple[int, str, str]]
    ) -> None:
        kind = entry_type.strip().casefold() or "misc"
        if kind in _NO_REFERENCE:
            self.notes.append(Note(line, -1, "no reference", f"@{entry_type}{{{key}}}"))
            return
        self.starts += 1
        self.ends += 1
        at = len(self.records)
        if key and key in self._keys:
            self.notes.append(Note(line, at, "key used twice", key))
        self._keys.add(key)
        values: dict[str, list[str]] = {"kind": [kind]}
        self.records.append(RawRecord(line, values))
        source = next((name for start, name in _SOURCE_OF_KEY.items()
                       if key.casefold().startswith(start)), "")  # fmt: skip
        if source:
            values["accession"] = [key]
        elif key and not OWN_ID.fullmatch(key):
            self.unread.see("citation key", line, at)
        names = [name.casefold() for _, name, _ in fields]
        for number, name, value in fields:
            if name.casefold() == "editor" and "author" in names:
                self.unread.see(name, number, at)
                continue
            text = join_value(value, self.strings)
            self._add(at, values, number, name.casefold(), text.strip())
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.notes.append(Note(line, at, "field given twice", name))
        self._sources.add(" / ".join(values.get("source", [])) or source)

    def _take_broken(self, line: int, reason: str, text: str) -> None:
        """Save what can be saved of an entry that breaks the rules of the format."""
        head, fields, is_closed = save_fields(text, line, frozenset(FIELD_OF))
        if head is None or not fields:
            self.starts += head is not None
            self.notes.append(Note(line, -1, f"record without fields: {reason}", text))
            return
        at = len(self.records)
        self._take_entry(line, *head, fields)
        if len(self.records) > at:
            self.ends -= not is_closed
            first = text.partition("\n")[0]
            what = "entry repaired" if is_closed else "record without its end"
            self.notes.append(Note(line, at, f"{what}: {reason}", first))

    def _add_rest(self, line: int, text: str) -> bool:
        """Add the fields that stand behind an entry which a stray brace closed too early."""
        if not self._is_open:
            return False
        _, fields, _ = save_fields(text, line, frozenset(FIELD_OF), is_rest=True)
        if not fields:
            return False
        at = len(self.records) - 1
        for number, name, value in fields:
            text = join_value(value, self.strings).strip()
            self._add(at, self.records[at].values, number, name, text)
        self.notes.append(Note(line, at, "entry repaired: closed too early", text))
        return True

    def _add(self, at: int, values: dict[str, list[str]], line: int, name: str, text: str) -> None:
        field = FIELD_OF.get(name, "")
        if not text:
            return
        if not field:
            self.unread.see(name, line, at)
            return
        if field in {"doi", "url"}:
            text, rest = cut_neighbour(text)
            if rest:
                self.notes.append(Note(line, at, "swallowed neighbour cut off", rest))
        found = [value for part in self._split(at, line, field, text) if (value := part.strip())]
        if found:
            values.setdefault(field, []).extend(found)

    def _split(self, at: int, line: int, field: str, text: str) -> list[str]:
        """Return the values that a field holds, without markup."""
        if field == "authors":
            names = _split_names(text)
            if is_unclear(names):
                self.notes.append(Note(line, at, "authors not told apart", text))
            return names
        if field == "keywords":
            return split_keywords(decode_latex(text))
        if field in _VERBATIM:
            return [decode_verbatim(text)]
        if field == "notes" and _DATA.search(text):
            return [text]
        if field == "pages":
            return [decode_verbatim(text).replace("--", "-")]
        decoded = decode_latex(text)
        for command in find_commands(decoded):
            self.commands.see(command, line, at)
        return [decoded]


def _list_fields(entry: Any) -> list[tuple[int, str, str]]:
    return [(field.start_line + 1, field.key, field.value) for field in entry.fields]


def _split_names(text: str) -> list[str]:
    """Split at ``and`` outside of braces; a name wholly in braces is an organisation's.

    Its comma at the end, as in RIS, keeps it from being taken for a person's.
    """
    parts, depth, start = [], 0, 0
    for found in re.finditer(r"(?<!\\)[{}]|(?<=\s)and(?=\s)", text, re.IGNORECASE):
        if found[0] in "{}":
            depth = max(0, depth + (1 if found[0] == "{" else -1))
        elif not depth:
            parts.append(text[start : found.start()])
            start = found.end()
    parts = [part for name in [*parts, text[start:]] if (part := " ".join(name.split()))]
    if len(parts) == 1 and not parts[0].startswith("{"):
        return split_authors(decode_latex(parts[0]))
    names = []
    for part in parts:
        name = decode_latex(part)
        is_whole = part[0] == "{" and closes_at_end(part) and " " in name and "," not in name
        names.append("et al." if name == "others" else f"{name}," if is_whole else name)
    return names


#: Fields of a record by the fields of BibTeX, BibLaTeX and their writers.
FIELD_OF: Mapping[str, str] = MappingProxyType(
    {
        "title": "title", "author": "authors", "editor": "authors", "year": "year",
        "date": "year", "journal": "journal", "journaltitle": "journal", "booktitle": "journal",
        "maintitle": "journal", "volume": "volume", "number": "issue", "issue": "issue",
        "pages": "pages", "article-number": "pages", "art_number": "pages", "eid": "pages",
        "doi": "doi", "pmid": "pmid", "pubmed_id": "pmid", "pubmedid": "pmid", "url": "url",
        "abstract": "abstract", "abstractnote": "abstract", "keywords": "keywords",
        "keyword": "keywords", "author_keywords": "keywords", "keywords-plus": "keywords",
        "mendeley-tags": "keywords", "language": "language", "langid": "language",
        "note": "notes", "notes": "notes", "annote": "notes", "annotation": "notes",
        "comment": "notes", "issn": "issn", "isbn": "issn", "eissn": "issn",
        "unique-id": "accession", "accession-number": "accession", "publisher": "publisher",
        "school": "publisher", "institution": "publisher", "organization": "publisher",
        "address": "place", "location": "place", "source": "source", "document_type": "kind",
        "type": "kind", "record": "record",
    }
)  # fmt: skip
