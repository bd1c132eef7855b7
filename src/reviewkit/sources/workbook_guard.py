"""Workbooks that are small as files and huge in memory, refused before they are opened.

The library that reads workbooks lays a sheet out as a full grid: two cells in opposite corners
are enough to take hundreds of gigabytes.  An archive may unpack to a thousand times its size, and
the sectors of an old workbook may follow each other in a circle.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from reviewkit._core.errors import ParseError

__all__ = ["MOST_CELLS", "MOST_UNPACKED", "refuse_bombs"]

MOST_UNPACKED = 1 << 30  # bytes
MOST_CELLS = 20_000_000  # of one sheet, blank ones included

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_PLACE = re.compile(rb'[ \t\n]r="([A-Za-z]{1,3})([0-9]{1,7})"')
_CHUNK = 1 << 20
_LONGEST_PLACE = 20  # characters of a match, at most
_OLD_COLUMNS = 256  # of a sheet in the old format
_OLD_START = re.compile(rb"\x09\x08\x10\x00\x00\x06")  # a stream of records begins
_OLD_END = 0x000A
#: Records that hold one cell or a run of cells: row and column come first.
_OLD_CELLS = frozenset({0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x27E})
_SPECIAL = 0xFFFFFFFA  # numbers from here on are no sectors of a compound file


def refuse_bombs(data: bytes, path: Path) -> None:
    """Raise a ParseError for a workbook that would not fit in memory."""
    if data.startswith(b"PK"):
        _check_archive(data, path)
    else:
        _check_compound(data, path)


def _check_archive(data: bytes, path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST_UNPACKED:
            raise _too_large(path, f"{size / 1e6:,.0f} MB when it is unpacked")
        for name in archive.namelist():
            if not _SHEET.fullmatch(name):
                continue
            rows, columns = _measure(archive, name)
            if rows * columns > MOST_CELLS:
                found = f"a sheet of {rows:,} rows and {columns:,} columns"
                raise _too_large(path, found)


def _measure(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """Return the last row and the last column that a sheet has a cell in."""
    letters: set[bytes] = set()
    last, rest = 0, b""
    with archive.open(name) as file:
        while chunk := file.read(_CHUNK):
            found = _PLACE.findall(rest + chunk)
            letters.update(place[0] for place in found)
            last = max(last, max((int(place[1]) for place in found), default=0))
            rest = chunk[-_LONGEST_PLACE:]
    return last, max(map(_number, letters), default=0)


def _number(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _check_compound(data: bytes, path: Path) -> None:
    """Refuse an old workbook whose tables of sectors, or cells, cannot be right."""
    try:
        is_sound = _are_chains_sound(data)
    except (struct.error, IndexError):  # a table points outside of the file
        is_sound = False
    if not is_sound or any(column >= _OLD_COLUMNS for column in _old_columns(data)):
        raise ParseError(
            f"{path.name!r} must hold a workbook that can be read. Its content is damaged. "
            f"Open it in a spreadsheet and save it as xlsx."
        )


def _are_chains_sound(data: bytes) -> bool:
    """Return whether each sector of a compound file is followed by another, and by none twice.

    A reader follows these chains and keeps what it finds; one that runs in a circle has no end.
    """
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in {9, 12}:
        return False
    size = 1 << shift
    count = (len(data) - 1) // size  # the header takes the place of one
    entries = [*struct.unpack_from("<109I", data, 76)]
    (extra,) = struct.unpack_from("<I", data, 68)
    seen: set[int] = set()
    while extra < _SPECIAL and extra not in seen:
        seen.add(extra)
        *more, extra = struct.unpack_from(f"<{size // 4}I", data, (extra + 1) * size)
        entries += more
    table: list[int] = []
    for sector in entries:
        if sector < _SPECIAL:
            table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    links = {at: follower for at, follower in enumerate(table) if follower < _SPECIAL}
    followers = set(links.values())
    if len(followers) < len(links) or max(followers | set(links), default=0) >= count:
        return False
    for first in set(links) - followers:
        at: int | None = first
        while at is not None:
            at = links.pop(at, None)
    return not links  # what is left runs in circles


def _old_columns(data: bytes) -> Iterator[int]:
    """Yield the columns of cells, as far as the records of an old workbook stand in a row."""
    for start in _OLD_START.finditer(data):
        at = start.start()
        while at + 8 <= len(data):
            number, length = struct.unpack_from("<HH", data, at)
            if number in _OLD_CELLS:
                yield struct.unpack_from("<H", data, at + 6)[0]
            if number == _OLD_END or not number:
                break
            at += 4 + length


def _too_large(path: Path, found: str) -> ParseError:
    return ParseError(
        f"{path.name!r} must hold a table that fits in memory. Its content is {found}. Delete rows "
        f"and columns that look blank, or save what is needed as csv."
    )
