"""The files that decisions come in: one, a folder of them, or a zip archive.

Nothing is ever unpacked to disk.  An archive that could do harm is refused: one whose members
lead out of it, are links or encrypted, or would fill the memory.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.content import read_bytes
from reviewkit.sources.repairs import Repair

__all__ = ["Piece", "gather_pieces", "open_archive", "read_member"]

_MOST_BYTES = 1_000_000_000  # of an archive, unpacked
_MOST_SWELL = 200  # times, of a member beyond the size below
_SMALL = 20_000_000
_MOST_FILES = 10_000
_ENCRYPTED = 0x1
_HIDDEN = re.compile(r"\.|~\$|__MACOSX|thumbs\.db$|desktop\.ini$", re.IGNORECASE)
_ZIP = b"PK\x03\x04"
_PROSE = re.compile(r"(read.?me|licen[cs]e)\b", re.IGNORECASE)
#: Endings of files that lie beside an export and hold no decisions.
_ASIDE = frozenset({".pdf", ".md", ".docx", ".doc", ".html", ".htm", ".json", ".toml", ".png"})


class Piece(NamedTuple):
    """The content of one file, and the path that messages name it by."""

    path: Path
    data: bytes
    is_one_of_several: bool


def gather_pieces(path: Path, notes: list[Repair]) -> list[Piece]:
    """Return the files at a path in the order of their names; what is passed over goes to `notes`."""
    if path.is_dir():
        found = sorted(entry for entry in path.iterdir())
        names = [entry.name + "/" * entry.is_dir() for entry in found]
        kept = _choose(names, path, notes)
        return [Piece(path / name, read_bytes(path / name), True) for name in kept]
    data = read_bytes(path)
    archive = open_archive(data, path)
    if archive is None or _is_one_file(archive):
        return [Piece(path, data, False)]
    with archive:
        kept = _choose(sorted(archive.namelist()), path, notes)
        pieces = [Piece(Path(name), read_member(archive, name, path), True) for name in kept]
    return [piece for piece in pieces if piece.data.strip()]


def open_archive(data: bytes, path: Path) -> zipfile.ZipFile | None:
    """Return a zip archive that does no harm, or None if a file is no whole one."""
    if not data.startswith((_ZIP, b"PK\x05\x06")):
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, EOFError, ValueError):
        return None  # what reads tables says what is wrong
    members = archive.infolist()
    bad = [f"{member.filename!r} {why}" for member in members if (why := _tell_harm(member))]
    if sum(member.file_size for member in members) > _MOST_BYTES or len(members) > _MOST_FILES:
        bad.append(f"{len(members)} members of {sum(m.file_size for m in members):,} bytes in all")
    if bad:
        raise ParseError(
            f"{path.name!r} must be an archive of plain files. Found {list_some(bad, most=5)}. "
            f"It is not opened; export it again, or give the file from inside it."
        )
    return archive


def _tell_harm(member: zipfile.ZipInfo) -> str:
    """Return what is wrong with a member, or nothing."""
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ":" in name.split("/")[0] or ".." in PurePosixPath(name).parts:
        return "leads out of the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link"
    if member.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if member.file_size > max(_SMALL, _MOST_SWELL * member.compress_size):
        return f"swells from {member.compress_size:,} to {member.file_size:,} bytes"
    return ""


def _is_one_file(archive: zipfile.ZipFile) -> bool:
    """Say whether an archive is one document: a workbook or a project."""
    names = set(archive.namelist())
    return bool({"[Content_Types].xml", "mimetype"} & names) or any(
        PurePosixPath(name).name == "project.json" for name in names
    )


def read_member(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """Return the content of a member, no longer than it says to be."""
    try:
        with archive.open(name) as stream:
            size = archive.getinfo(name).file_size
            data = stream.read(size + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError) as error:
        raise ParseError(
            f"{path.name!r} must be a whole zip archive. {name!r} in it is damaged ({error}). "
            f"Export it again."
        ) from None
    if len(data) > size:
        raise ParseError(
            f"{path.name!r} must be a zip archive that tells the size of its members. {name!r} "
            f"is larger than it says. It is not read."
        )
    return data


def _choose(names: list[str], path: Path, notes: list[Repair]) -> list[str]:
    """Return the names of files that may hold decisions; the rest goes to `notes`."""
    kept = []
    for name in names:
        parts = [part for part in name.split("/") if part]
        if name.endswith("/"):
            what = "folder within the folder not read" if path.is_dir() else ""
        elif any(_HIDDEN.match(part) for part in parts):
            what = ""  # of the system: nobody put it there
        elif PurePosixPath(name).suffix.lower() in _ASIDE or _PROSE.match(parts[-1]):
            what = "file without decisions not read"
        else:
            kept.append(name)
            continue
        if what:
            notes.append(Repair(path.name, 1, "", name, "", what))
    if not kept:
        raise InputError(
            f"{str(path)!r} must hold files of decisions. Found "
            f"{list_some([repr(name) for name in names], sep=', ') or 'nothing'}. "
            f"Put the exports there, one file a reviewer or as the tool gives them."
        )
    return kept
