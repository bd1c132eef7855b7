"""CSL-JSON, as Zotero, Mendeley and Crossref write it, and the JSON of Zotero itself.

Items are decoded one after the other, so that each keeps its line and a file that is cut off
can be named with the items before the cut.  To read another key, add it to :data:`FIELD_OF`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reviewkit._core.errors import ParseError
from reviewkit.sources.author_lists import split_keywords
from reviewkit.sources.raw_finish import fill_in, name_source
from reviewkit.sources.raw_records import Note, RawFile, RawRecord
from reviewkit.sources.record_text import no_records, read_text
from reviewkit.sources.unread import Unread

__all__ = ["FIELD_OF", "is_csl_json", "read_csl_json"]

_LIST = re.compile(r"\"(?:items|references|records)\"\s*:\s*\[")
_MARK = re.compile(r"\"(?:container-title|issued|itemType|publicationTitle|citation-key|DOI)\"\s*:"
                   r"|\"type\"\s*:\s*\"(?:article|book|chapter|thesis|report|paper)")  # fmt: skip
_BLANK = re.compile(r"[\s,]*")
_LONGEST_HEAD = 100_000  # characters within which the list of items must start


def is_csl_json(head: str) -> bool:
    r"""Return whether text is a list of references in JSON.

    >>> is_csl_json('[{"id": "a", "type": "article-journal", "title": "T"}]'), is_csl_json("[1]")
    (True, False)
    """
    return head.lstrip()[:1] in {"[", "{"} and '"title"' in head and bool(_MARK.search(head))


def read_csl_json(path: Path) -> RawFile:
    """Read references in JSON: a list, an object with ``items``, or one reference.

    Raises
    ------
    ParseError
        If the JSON is cut off, damaged or nested beyond reason; it names the line and how many
        items are whole.  If it holds no reference.
    """
    text, notes = read_text(path)
    records: list[RawRecord] = []
    unread = Unread("key not read")
    starts = 0
    for line, item in _list_items(text, path):
        starts += 1
        if isinstance(item, dict) and isinstance(item.get("data"), dict):
            item = item["data"]  # as the web interface of Zotero wraps it
        values = _read_item(item, line, len(records), unread) if isinstance(item, dict) else {}
        if values:
            records.append(RawRecord(line, values))
        else:
            notes.append(
                Note(line, -1, "record without values", json.dumps(item, ensure_ascii=False))
            )
    if not records:
        raise no_records(path, "JSON without a reference", "Export the records as CSL JSON.")
    notes = sorted(notes + unread.notes(), key=lambda note: note.line)
    return RawFile("csl_json", name_source(records), records, notes, starts, starts)


def _list_items(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    """Yield each item with its line."""
    at, is_listed = _find_list(text)
    decoder = json.JSONDecoder()
    line, counted, count = 1, 0, 0
    while True:
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr]
        if is_listed and text.startswith("]", at):
            return
        if not is_listed and at == len(text):
            return
        line += text.count("\n", counted, at)
        counted = at
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise _broken(path, text, error, line, count) from None
        yield line, item
        count += 1


def _find_list(text: str) -> tuple[int, bool]:
    """Return where the items start, and whether they stand in a list."""
    start = len(text) - len(text.lstrip())
    if text.startswith("[", start):
        return start + 1, True
    found = _LIST.search(text, start, start + _LONGEST_HEAD)
    return (found.end(), True) if found else (start, False)


def _broken(path: Path, text: str, error: Exception, line: int, count: int) -> ParseError:
    if isinstance(error, RecursionError):
        found = "an item that is nested too deeply"
    elif isinstance(error, json.JSONDecodeError):
        line = error.lineno
        is_cut = error.msg.startswith("Unterminated") or not text[error.pos :].strip()
        found = "no end: it is cut off" if is_cut else f"no valid JSON ({error.msg})"
    else:
        found = "a number that is too long"
    return ParseError(
        f"{path.name!r} must be whole JSON. In line {line}, after {count} whole "
        f"item{'' if count == 1 else 's'}, it has {found}. Export it again."
    )


def _read_item(item: dict[str, Any], line: int, at: int, unread: Unread) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for key, value in item.items():
        name = key.casefold()
        field = FIELD_OF.get(name, "")
        texts = _READERS.get(name, _read_plain)(value) if field else []
        if texts:
            values.setdefault(field, []).extend(texts)
        elif value not in ("", None, [], {}):
            unread.see(key, line, at)
    fill_in(values, _STAND_INS)
    return values if set(values) - {"kind", "notes"} else {}


def _read_plain(value: Any) -> list[str]:
    """Return text, a number, or a list of them, as texts."""
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, (str, int, float)):
        text = str(value).strip()
        return [text] if text else []
    if isinstance(value, list):
        return [text for part in value if not isinstance(part, list) for text in _read_plain(part)]
    return []


def _read_names(value: Any) -> list[str]:
    """Return names as ``Family, Given``; a literal one with a comma behind it, as in RIS."""
    names = []
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, str):
            names.append(entry.strip())
        elif isinstance(entry, dict):
            names.append(_read_name(entry))
    return [name for name in names if name]


def _read_name(entry: dict[str, Any]) -> str:
    part = {key.casefold(): " ".join(_read_plain(value)) for key, value in entry.items()}
    whole = part.get("literal") or part.get("name") or ""
    if whole:
        return whole if "," in whole else f"{whole},"
    family = part.get("family") or part.get("lastname") or ""
    given = part.get("given") or part.get("firstname") or ""
    family = " ".join(filter(None, (part.get("non-dropping-particle", ""), family)))
    given = " ".join(filter(None, (given, part.get("dropping-particle", ""))))
    return ", ".join(filter(None, (family, given, part.get("suffix", ""))))


def _read_creators(value: Any) -> list[str]:
    """Return the authors among the creators of Zotero; if it has none, all of them."""
    entries = (
        [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
    )
    authors = [entry for entry in entries if entry.get("creatorType", "author") == "author"]
    return _read_names(authors or entries)


def _read_date(value: Any) -> list[str]:
    """Return a date as it is written, or its parts joined as in ISO 8601."""
    if not isinstance(value, dict):
        return _read_plain(value)
    parts = value.get("date-parts")
    while isinstance(parts, list) and parts and isinstance(parts[0], list):
        parts = parts[0]
    texts = _read_plain(parts)
    if texts:
        return ["-".join([texts[0], *(text.zfill(2) for text in texts[1:3])])]
    return _read_plain(value.get("raw") or value.get("literal") or value.get("year"))


def _read_keywords(value: Any) -> list[str]:
    if isinstance(value, str):
        return split_keywords(value)
    tags = value if isinstance(value, list) else []
    return [text for tag in tags
            for text in _read_plain(tag.get("tag") if isinstance(tag, dict) else tag)]  # fmt: skip


def _read_notes(value: Any) -> list[str]:
    notes = value if isinstance(value, list) else [value]
    return [text for note in notes
            for text in _read_plain(note.get("note") if isinstance(note, dict) else note)]  # fmt: skip


_STAND_INS = MappingProxyType({"editors": "authors", "journal_beside": "journal"})

#: How a key is read where its value is no plain text.
_READERS = MappingProxyType(
    {
        "author": _read_names, "editor": _read_names, "creators": _read_creators,
        "issued": _read_date, "date": _read_date, "keyword": _read_keywords,
        "keywords": _read_keywords, "tags": _read_keywords, "note": _read_notes,
        "notes": _read_notes,
    }
)  # fmt: skip

#: Fields of a record by key, without case.
FIELD_OF: Mapping[str, str] = MappingProxyType(
    {
        "type": "kind", "itemtype": "kind", "title": "title", "author": "authors",
        "editor": "editors", "creators": "authors", "issued": "year", "date": "year",
        "year": "year", "container-title": "journal", "publicationtitle": "journal",
        "booktitle": "journal", "proceedingstitle": "journal",
        "container-title-short": "journal_beside", "journalabbreviation": "journal_beside",
        "volume": "volume", "issue": "issue", "page": "pages", "pages": "pages", "doi": "doi",
        "pmid": "pmid", "abstract": "abstract", "abstractnote": "abstract",
        "keyword": "keywords", "keywords": "keywords", "tags": "keywords",
        "language": "language", "url": "url", "note": "notes", "annote": "notes",
        "notes": "notes", "extra": "notes", "issn": "issn", "isbn": "issn",
        "publisher": "publisher", "publisher-place": "place", "place": "place",
        "source": "source", "librarycatalog": "source",
    }
)  # fmt: skip
