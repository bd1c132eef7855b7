"""The files inside a REFI-QDA project (.qdpx), read in memory and never unpacked to disk.

A project is a zip archive from a stranger.  One whose entries point outside of it, or
that grows beyond what a project can be, is refused as a whole; paths of sources are
looked up among its entries and nowhere else.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from reviewkit._core.check import list_some
from reviewkit._core.errors import ParseError

__all__ = ["Archive", "holds_project", "is_zip", "open_archive"]

MOST_BYTES = 512 * 2**20  # of one entry that is read, when unpacked
MOST_TIMES = 200  # how much larger than its packed form an entry may be
_SMALL = 16 * 2**20  # entries up to this size may be packed as tightly as they like
_MOST_ENTRIES = 100_000
_DRIVE = re.compile(r"[A-Za-z]:")


class Archive:
    """The entries of an archive by their names."""

    def __init__(self, file: zipfile.ZipFile, path: Path) -> None:
        self._file, self._path = file, path
        self.names = [entry.filename for entry in file.infolist() if not entry.is_dir()]
        self._folded: dict[str, str] = {}
        for name in self.names:
            self._folded.setdefault(name.replace("\\", "/").casefold(), name)

    def find(self, *names: str) -> str | None:
        """Return the first of these names that is there, be it in other case."""
        found = (self._folded.get(name.casefold()) for name in names)
        return next((name for name in found if name is not None), None)

    def read(self, name: str) -> bytes:
        """Return the content of an entry."""
        try:
            with self._file.open(name) as entry:
                data = entry.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise _bad(self._path, f"its entry {name!r} is damaged ({error})") from None
        if len(data) > MOST_BYTES:
            raise _bad(self._path, f"its entry {name!r} has more than {MOST_BYTES >> 20} MB")
        return data


def is_zip(data: bytes) -> bool:
    """Say whether these are the bytes of a zip archive."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def holds_project(data: bytes, path: Path) -> bool:
    """Say whether a zip archive holds a REFI-QDA project."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return any(name.casefold().endswith(".qde") for name in file.namelist())
    except (zipfile.BadZipFile, OSError, EOFError):
        if path.suffix.casefold() == ".qdpx":
            raise _bad(path, "it is a damaged zip archive") from None
        return False


def open_archive(data: bytes, path: Path) -> Archive:
    """Return the entries of a project that is safe to read.

    Raises
    ------
    ParseError
        If an entry has a path out of the archive, is a link, is under a password, or is
        packed so tightly that it can only be meant to fill a memory.
    """
    file = zipfile.ZipFile(io.BytesIO(data))
    entries = file.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise _bad(path, f"it has {len(entries):,} entries")
    wrong = [repr(entry.filename) for entry in entries if _leads_out(entry)]
    if wrong:
        raise _bad(path, f"these entries point outside of it: {list_some(wrong, most=5, sep=', ')}")
    locked = [repr(entry.filename) for entry in entries if entry.flag_bits & 1]
    if locked:
        raise _bad(path, f"{locked[0]} is under a password", "Export it without a password.")
    for entry in entries:
        grown = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > _SMALL and grown > MOST_TIMES:
            raise _bad(path, f"its entry {entry.filename!r} grows {grown:,.0f} times when unpacked")
    return Archive(file, path)


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    """Say whether an entry would be unpacked elsewhere than inside a folder."""
    name = entry.filename.replace("\\", "/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    parts = PurePosixPath(name).parts
    return is_link or name.startswith("/") or bool(_DRIVE.match(name)) or ".." in parts


def _bad(path: Path, found: str, remedy: str = "Export the project again.") -> ParseError:
    return ParseError(f"{path.name!r} must hold a REFI-QDA project; {found}. {remedy}")
