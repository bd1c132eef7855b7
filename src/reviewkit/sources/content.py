"""What a file is, told by its first bytes; and its text, whatever its encoding.

The name of a file is only a claim: an "xls" from a web form is often HTML, and
a "csv" may be a PDF that was saved in haste.  What is no table at all is named
in the error.  To refuse one more kind of file, add its first bytes to
:data:`STRANGERS`.

Text is decoded strictly: as UTF-8, as UTF-16 if it says so itself, else as
Windows-1252, which is what older spreadsheets write.  No byte is ever skipped.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.repairs import Repair

__all__ = ["STRANGERS", "decode_text", "read_bytes", "tell_format"]

_CAN_BE = "a table in csv, tsv, xlsx, xls or ods"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = re.compile(r"\s*<(!doctype\s+html|html\b|\?xml\b)", re.IGNORECASE)
_FORMAT_OF_SUFFIX = MappingProxyType(
    {".xlsx": "xlsx", ".xlsm": "xlsx", ".xlsb": "xlsb", ".xls": "xls", ".ods": "ods"}
)


def read_bytes(path: Path) -> bytes:
    """Return the content of a file that must be there and hold something."""
    if not path.is_file():
        near = [entry.name for entry in path.parent.glob("*") if entry.is_file()]
        found = "a folder" if path.is_dir() else "nothing"
        match = get_close_matches(path.name, near, n=1)
        hint = f"Did you mean {match[0]!r}?" if match else "Check the name and the folder."
        raise InputError(f"There must be a file at {str(path)!r}. Found {found}. {hint}")
    data = path.read_bytes()
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise ParseError(f"{path.name!r} must hold {_CAN_BE}. The file is empty. Export it again.")
    return data


def tell_format(data: bytes, path: Path) -> tuple[str, list[Repair]]:
    """Return one of text, xlsx, xlsb, xls, ods; and a note where the name says another."""
    if data.startswith(b"PK\x03\x04"):
        found = _tell_zip(data, path)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        if _ENCRYPTED in data:
            raise _no_table(path, "a workbook under a password", "Save it without a password.")
        found = "xls"
    else:
        found = "text"
        for start, name in STRANGERS.items():
            if data.startswith(start):
                raise _no_table(path, name)
    suffix = path.suffix.lower()
    claimed = _FORMAT_OF_SUFFIX.get(suffix, "text" if suffix in {".csv", ".tsv"} else found)
    if claimed == found:
        return found, []
    return found, [Repair(path.name, 1, "", suffix, found, "read as what it is, not as its name")]


def _tell_zip(data: bytes, path: Path) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError) as error:
        raise _no_table(path, f"a damaged zip archive ({error})", "Export it again.") from None
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if "word/document.xml" in names or b"opendocument.text" in kind:
        raise _no_table(path, "a text document", "Copy its table into a spreadsheet.")
    raise _no_table(path, "a zip archive without a workbook", "Give a file from inside it.")


def decode_text(data: bytes, path: Path) -> tuple[str, list[Repair]]:
    """Return the text of a file, and what had to be known about its encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise _no_table(path, f"damaged UTF-16 ({error.reason})", "Export it again.") from None
        notes = [Repair(path.name, 1, "", "UTF-16", "UTF-8", "encoding")]
    elif b"\0" in data:
        raise _no_table(path, "binary data, or UTF-16 that does not say so", "Save it as UTF-8.")
    else:
        text, notes = _decode_bytes(data, path)
    if text.startswith("\ufeff"):
        text = text[1:]
        notes.append(Repair(path.name, 1, "", "byte order mark", "", "byte order mark"))
    _check_text(text, path)
    return text, notes


def _decode_bytes(data: bytes, path: Path) -> tuple[str, list[Repair]]:
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    # Windows-1252 text almost never forms UTF-8 letters by chance: where some are found
    # beside broken bytes, either reading would spoil part of the file.
    escaped = data.decode("utf-8", errors="surrogateescape")
    if any(letter > "\x7f" and not "\udc80" <= letter <= "\udcff" for letter in escaped):
        raise _no_table(
            path, f"a mix of UTF-8 and another encoding (line {line})", "Save it as UTF-8."
        )
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _no_table(
            path,
            f"text in no known encoding (line {line}, byte 0x{data[error.start]:02x})",
            "Save it as UTF-8.",
        ) from None
    return text, [Repair(path.name, line, "", "Windows-1252", "UTF-8", "encoding")]


def _check_text(text: str, path: Path) -> None:
    """Refuse what is text and yet no table."""
    if "\0" in text:
        raise _no_table(path, "binary data")
    markup = _MARKUP.match(text)
    if markup:
        kind = "XML" if markup[1].startswith("?") else "a web page (HTML)"
        raise _no_table(path, kind)
    if text.lstrip()[:1] in {"{", "["}:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return
        raise _no_table(path, "JSON")


def _no_table(
    path: Path, found: str, remedy: str = "Save the table itself as csv or xlsx."
) -> ParseError:
    return ParseError(f"{path.name!r} must hold {_CAN_BE}. Its content is {found}. {remedy}")


#: First bytes of files that hold no table we can read, and their name.
STRANGERS: Mapping[bytes, str] = MappingProxyType(
    {
        b"%PDF": "a PDF document",
        b"\xef\xbb\xbf%PDF": "a PDF document",
        b"\x89PNG": "a picture (PNG)",
        b"\xff\xd8\xff": "a picture (JPEG)",
        b"GIF8": "a picture (GIF)",
        b"II*\0": "a picture (TIFF)",
        b"MM\0*": "a picture (TIFF)",
        b"RIFF": "a picture or sound (RIFF)",
        b"{\\rtf": "a text document (RTF)",
        b"SQLite format 3": "a database (SQLite)",
        b"\x1f\x8b": "a compressed file (gzip)",
        b"BZh": "a compressed file (bzip2)",
        b"7z\xbc\xaf": "a compressed archive (7z)",
        b"Rar!": "a compressed archive (rar)",
        b"PAR1": "a data file (parquet)",
    }
)
