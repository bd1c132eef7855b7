"""Which format a file of records has: its content decides, never its name.

A format is a name, a function that recognises the start of a file, and one that reads it.
To add a format, write these two functions in a module and enter them in :data:`FORMATS`; the
first format that recognises a file reads it, so what is told more surely comes first.
Modules are loaded when a file needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from reviewkit._core.errors import ParseError
from reviewkit.sources.raw_columns import RawColumns, to_columns
from reviewkit.sources.raw_records import RawFile
from reviewkit.sources.record_text import no_records, read_head, read_text

__all__ = ["FORMATS", "Format", "read_raw", "tell_format_of_records"]

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # what no sniffer of text can tell


class Format(NamedTuple):
    """Where the two functions of a format are, in this package."""

    module: str
    sniff: str
    read: str


def tell_format_of_records(path: Path) -> str:
    """Return the name of the format of a file.

    Raises
    ------
    ParseError
        If it has none of the formats.
    """
    data, head = read_head(path)
    if data.startswith(_WORKBOOKS):
        return "table"
    if head.strip():
        found = next((name for name in FORMATS if _recognises(name, head)), "")
        if found and found != "table" and not _recognises(found, _first_line(head)):
            # A cell of a table may hold a whole entry of another format.
            return "table" if _recognises("table", head) else found
        if found:
            return found
    read_text(path)  # says better what is wrong, if it can
    raise no_records(
        path,
        "text in no format that is known",
        f"The formats are {', '.join(FORMATS)}. Export it again in one of them.",
    )


def read_raw(path: Path) -> RawColumns:
    """Return the records of a file as they stand, whatever its format."""
    found = FORMATS[tell_format_of_records(path)]
    raw: RawFile | RawColumns = _load(found.module, found.read)(path)
    return to_columns(raw) if isinstance(raw, RawFile) else raw


def _recognises(name: str, head: str) -> bool:
    return bool(_load(FORMATS[name].module, FORMATS[name].sniff)(head))


def _first_line(head: str) -> str:
    return head.lstrip().partition("\n")[0]


def _load(module: str, name: str) -> Any:
    try:
        return getattr(import_module(f"reviewkit.sources.{module}"), name)
    except ModuleNotFoundError as error:
        if error.name != f"reviewkit.sources.{module}":
            raise
        return _never if name.startswith("is_") else _refuse


def _never(head: str) -> bool:
    return False


def _refuse(path: Path) -> RawFile:
    raise ParseError(f"{path.name!r} is in a format that this version does not read.")


#: Formats by name, the surest first.
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "endnote_xml": Format("endnote_xml", "is_endnote_xml", "read_endnote_xml"),
        "csl_json": Format("csl_json", "is_csl_json", "read_csl_json"),
        "ris": Format("tagged", "is_ris", "read_ris"),
        "medline": Format("tagged", "is_medline", "read_medline"),
        "wos": Format("tagged", "is_wos", "read_wos"),
        "refer": Format("refer", "is_refer", "read_refer"),
        "bibtex": Format("bibtex", "is_bibtex", "read_bibtex"),
        "table": Format("record_tables", "is_record_table", "read_record_table"),
    }
)
