"""The text of a bibliographic file, whatever its encoding and line breaks, within bounded memory.

UTF-8 with or without a byte order mark, UTF-16 (also where it does not say so) and
Windows-1252 are read.  Exports of several databases are often joined into one file;
there, bytes that are no UTF-8 are read as Windows-1252 line by line, and each such line
is noted.  Every line break becomes a line feed, so that line numbers are those of an
editor.  No byte is skipped in silence.

A file is refused before it is in memory: :data:`LONGEST_LINE` and :data:`MOST_BYTES`
are far beyond any export of records.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from reviewkit._core.errors import ParseError
from reviewkit.sources.content import STRANGERS
from reviewkit.sources.raw_records import Note

__all__ = [
    "HEAD", "LONGEST_LINE", "MOST_BYTES", "TEXT_REPAIRS", "no_records", "read_head", "read_text",
    "read_text_and_bytes",
]  # fmt: skip

HEAD = 1 << 16  # bytes that are enough to tell a format
LONGEST_LINE = 1 << 26  # bytes; a list of records in JSON may stand in one line
MOST_BYTES = 1 << 30

_SECOND = "Windows-1252 within UTF-8"
#: Notes that tell of how the text was read: no line is lost by these.
TEXT_REPAIRS = frozenset(["encoding", "byte order mark", _SECOND])

Content = bytes | bytearray

_CHUNK = 1 << 20
_BREAK = re.compile(rb"[\r\n]")
_MARK = "\ufeff"
_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n"  # what an empty file may hold; NUL bytes are no blank
#: A letter of UTF-8 beyond ASCII; what else is beyond ASCII is another encoding.
_LETTER = re.compile(
    rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})[\x80-\xbf]"
)
_FOREIGN_RUN = re.compile(rb"[\x80-\xff]{4,}")  # a word without one letter of ASCII
_BIG_ENDIAN, _LITTLE_ENDIAN = "utf-16-be", "utf-16-le"


def read_head(path: Path, size: int = HEAD) -> tuple[bytes, str]:
    r"""Return the first bytes of a file, and as text what of them is text; never raises for it.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "a.ris"
    >>> _ = path.write_bytes(b"\xef\xbb\xbfTY  - JOUR\r\n")
    >>> read_head(path)[1]
    'TY  - JOUR\n'
    """
    with path.open("rb") as file:
        data = file.read(size)
    encoding = _tell_utf16(data)
    if not encoding:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(data)
            encoding = "utf-8"
        except UnicodeDecodeError:
            encoding = "cp1252"
    text = data.decode(encoding, errors="replace")
    return data, _unify_breaks(text).lstrip("\ufeff")


def read_text(
    path: Path, *, longest: int = LONGEST_LINE, most: int = MOST_BYTES
) -> tuple[str, list[Note]]:
    r"""Return the text of a file with ``\n`` for every line break, and what was repaired.

    Parameters
    ----------
    path : Path
        A file that is there.
    longest, most : int
        Bytes of one line and of the whole file up to which it is read.

    Returns
    -------
    str
        No byte order mark stands at the start of a line.
    list of Note
        The encoding if it is not UTF-8, byte order marks, lines in a second encoding.

    Raises
    ------
    ParseError
        If the file is empty, no text (NUL bytes, a PDF, an archive ...), in an encoding that
        cannot be told, or beyond `longest` or `most`; it names file and line.
    """
    text, _, notes = read_text_and_bytes(path, longest=longest, most=most)
    return text, notes


def read_text_and_bytes(
    path: Path, *, longest: int = LONGEST_LINE, most: int = MOST_BYTES
) -> tuple[str, Content | None, list[Note]]:
    """Return what :func:`read_text` does, and the bytes of a text that is one byte a character.

    A reader that looks at bytes need not make them again from ASCII text.
    """
    data = _read_bytes(path, longest, most)
    if not data[:HEAD].strip(_BLANK) and not data.strip(_BLANK):
        raise no_records(path, "nothing: the file is empty", "Export it again.")
    for start, name in STRANGERS.items():
        if data.startswith(start):
            raise no_records(path, name, "Export the records themselves.")
    text, notes = _decode(data, path)
    text = _unify_breaks(text)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise no_records(path, f"a NUL byte in line {line}", "Export it again.")
    if _MARK in text:
        text, marks = _drop_marks(text)
        notes += marks
    is_same = len(data) == len(text) and text.isascii() and b"\r" not in data
    return text, data if is_same else None, notes


def no_records(path: Path, found: str, remedy: str) -> ParseError:
    """Return the error that a file holds no records that can be read.

    >>> str(no_records(Path("a.ris"), "a picture", "Export it again."))
    "'a.ris' must hold bibliographic records. Its content is a picture. Export it again."
    """
    return ParseError(
        f"{path.name!r} must hold bibliographic records. Its content is {found}. {remedy}"
    )


def _read_bytes(path: Path, longest: int, most: int) -> Content:
    """Return the content of a file, given up as soon as a line or the whole is too long."""
    size = path.stat().st_size
    if size > most:
        raise no_records(
            path,
            f"{size / 1e6:,.0f} MB, and {most / 1e6:,.0f} MB is the most that is read",
            "Export it in parts, or split it between two records.",
        )
    if size <= longest:
        return path.read_bytes()
    data = bytearray()  # grows in place: pieces to be joined would be held twice
    length, cut = 0, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            first = _BREAK.search(chunk)
            length += first.start() if first else len(chunk)
            if length > longest or cut + len(chunk) > most:  # a file may grow while it is read
                line = 1 + _count_breaks(data, cut)
                raise no_records(
                    path, f"more than {longest / 1e6:,.1f} MB in line {line}", "Export it again."
                )
            if first:
                length = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            data += chunk
            cut += len(chunk)
    return data


def _count_breaks(data: bytearray, stop: int) -> int:
    """Return how many lines end in the pieces of a file that were read."""
    pieces = (data[start : start + _CHUNK] for start in range(0, stop, _CHUNK))
    return sum(piece.count(b"\n") or piece.count(b"\r") for piece in pieces)


def _decode(data: Content, path: Path) -> tuple[str, list[Note]]:
    encoding = _tell_utf16(data[:HEAD])
    if encoding:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            start = data[: error.start].decode(encoding, errors="replace")
            line = _unify_breaks(start).count("\n") + 1
            raise no_records(
                path, f"damaged UTF-16 ({error.reason}, line {line})", "Export it again."
            ) from None
        return text, [Note(1, -1, "encoding", "UTF-16")]
    # A mark at the start is left out before there is a text, which it would cost to copy; of two,
    # the second one is text.
    mark = codecs.BOM_UTF8
    is_marked = data.startswith(mark) and not data.startswith(mark * 2)
    notes = [Note(1, -1, "byte order mark", "U+FEFF")] if is_marked else []
    try:
        return str(memoryview(data)[len(mark) if is_marked else 0 :], "utf-8"), notes
    except UnicodeDecodeError:
        return _decode_lines(data, path)


def _tell_utf16(head: Content) -> str:
    """Return the name of the encoding if text is UTF-16: its mark says so, or every second byte."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _LITTLE_ENDIAN if head.startswith(b"\xff") else _BIG_ENDIAN
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) / 4 and not min(even, odd):
        return _LITTLE_ENDIAN if odd else _BIG_ENDIAN
    return ""


def _decode_lines(data: Content, path: Path) -> tuple[str, list[Note]]:
    """Decode text that is not all UTF-8: what is no letter of UTF-8 is Windows-1252."""
    lines = _split_lines(data)
    broken = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    rest = b"\n".join(_LETTER.sub(b"", lines[number]) for number in broken)
    _refuse_other_script(rest, broken[0] + 1, path)
    is_mixed = len(_LETTER.findall(data)) > 0
    notes = []
    for number in broken:
        text = _decode_parts(lines[number], number + 1, path)
        if is_mixed:
            notes.append(Note(number + 1, -1, _SECOND, text))
        lines[number] = text.encode("utf-8")
    if not is_mixed:
        notes.append(Note(broken[0] + 1, -1, "encoding", "Windows-1252"))
    return b"\n".join(lines).decode("utf-8"), notes


def _split_lines(data: Content) -> list[bytes]:
    return bytes(data).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode_parts(line: bytes, number: int, path: Path) -> str:
    parts, end = [], 0
    try:
        for letter in _LETTER.finditer(line):
            parts.append(line[end : letter.start()].decode("cp1252"))
            parts.append(letter[0].decode("utf-8"))
            end = letter.end()
        parts.append(line[end:].decode("cp1252"))
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise no_records(
            path,
            f"text in no known encoding (line {number}, byte 0x{byte:02x})",
            "Save it as UTF-8.",
        ) from None
    return "".join(parts)


def _refuse_other_script(rest: bytes, line: int, path: Path) -> None:
    """Refuse text in a legacy encoding of Arabic, Persian, Cyrillic, Chinese and the like.

    Read as Windows-1252 it would be letter salad, and nobody can tell which encoding it is.
    """
    foreign = sum(map(len, _FOREIGN_RUN.findall(rest)))
    if foreign > 0.5 * len(re.findall(rb"[\x80-\xff]", rest)):
        raise no_records(
            path,
            f"text in a legacy encoding of another script (line {line})",
            "Save it as UTF-8, as an editor can, and read it again.",
        )


def _unify_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _drop_marks(text: str) -> tuple[str, list[Note]]:
    """Take byte order marks off the starts of lines: files were joined there."""
    notes, parts, line, end = [], [], 1, 0
    at = text.find(_MARK)
    while at >= 0:
        if not at or text[at - 1] == "\n":
            line += text.count("\n", end, at)
            parts.append(text[end:at])
            end = at + 1
            notes.append(Note(line, -1, "byte order mark", "U+FEFF"))
        at = text.find(_MARK, at + 1)
    return "".join([*parts, text[end:]]) if parts else text, notes
