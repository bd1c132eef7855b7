"""The lines of a tagged file: which have a tag, and what stands in those that are not regular.

Most lines are as the format has them and are told apart all at once, by their first bytes.
The rest (wrapped text, tags that are spaced otherwise, text between records) is looked at
line by line.  A line that is mended is rewritten as the format has it, so that what follows
needs to know one form only.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from reviewkit.sources.raw_records import Note
from reviewkit.sources.tagged_dialects import Dialect

__all__ = ["Index", "Lines", "Mask", "cut_swallowed", "read_lines"]

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Tags that also begin a wrapped line of prose, as in "T2 - weighted images".
_AMBIGUOUS = re.compile(r"[A-Z]\d|A[BN]|I[DS]|DA|DI|DP|LA|SP|EP|CT|ST|PT|PI")
#: What joins a tag that was cut off by a tool to the value before it.
_SWALLOWED = re.compile(r"\s{2,}(?=[A-Z][A-Z0-9]  - )")


class Lines:
    """The lines of one file, and what each is."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.dialect = dialect
        self.texts = text.split("\n")
        self.numbers: Index = np.arange(1, len(self.texts) + 1)
        self.codes: Index = _tell_tags(text, dialect)  # the tag as a number, 0 without
        self.records: Index = np.full(len(self.texts), -1)  # -1 outside of records
        self.is_blank: Mask = self.codes == 0
        for at in np.flatnonzero(self.is_blank).tolist():
            if self.texts[at].strip():
                self.is_blank[at] = False
        self.notes: list[Note] = []

    def tag(self, at: int) -> str:
        """Return the tag of a line; "" without."""
        return self.name(int(self.codes[at]))

    def name(self, code: int) -> str:
        """Return the tag that a number stands for."""
        return code.to_bytes(self.dialect.width, "big").decode("ascii").strip(" \0")

    def find(self, *tags: str) -> Mask:
        """Return which lines have one of some tags."""
        found: Mask = np.zeros(len(self.codes), dtype=bool)
        for tag in tags:
            found |= self.codes == _encode(tag, self.dialect)
        return found

    def value(self, at: int) -> str:
        """Return what follows the tag of a line."""
        return self.texts[at][self.dialect.width + len(self.dialect.gap) :].strip()

    def mend(self, at: int, tag: str, value: str) -> None:
        """Make a line a regular one with this tag."""
        self.codes[at] = _encode(tag, self.dialect)
        self.texts[at] = f"{tag.ljust(self.dialect.width)}{self.dialect.gap}{value}"

    def insert(self, at: int, line: str) -> None:
        """Add a regular line that was found within another one."""
        self.texts.append(line)
        self.numbers = np.append(self.numbers, self.numbers[at])
        self.records = np.append(self.records, self.records[at])
        self.is_blank = np.append(self.is_blank, False)
        code = _encode(line[: self.dialect.width], self.dialect)
        self.codes = np.append(self.codes, code)

    def note(self, at: int, what: str, text: str | None = None) -> None:
        """Note something of a line; its record is filled in when all is read."""
        self.notes.append(Note(at + 1, -1, what, self.texts[at] if text is None else text))


def read_lines(text: str, dialect: Dialect) -> Lines:
    """Return the lines of a file, each with its tag."""
    lines = Lines(text, dialect)
    others = np.flatnonzero((lines.codes == 0) & ~lines.is_blank).tolist()
    regular = np.flatnonzero(lines.find(dialect.start))
    style: re.Match[str] | None = None  # how the tags of this record are spaced
    since = 0
    for at in others:
        line = lines.texts[at].rstrip()
        found = dialect.unusual.fullmatch(line)
        if found is None:
            if line.strip() == dialect.end and _is_closed(lines, at):
                lines.note(at, "tag with unusual spacing")
                lines.mend(at, dialect.end, "")
            continue
        if style and np.searchsorted(regular, at) > np.searchsorted(regular, since):
            style = None
        is_start = found["tag"] == dialect.start and bool(found["value"])
        if is_start or _is_tag(found, style, dialect):
            lines.note(at, "tag with unusual spacing")
            lines.mend(at, found["tag"], found["value"])
        if is_start:
            style, since = found, at
    return lines


def cut_swallowed(lines: Lines) -> None:
    """Give tags that stand within the value before them a line of their own."""
    dialect = lines.dialect
    if dialect.gap != "  - ":
        return
    for at in [at for at, text in enumerate(lines.texts) if text.find("  - ", 6) > 0]:
        head, *tails = _SWALLOWED.split(lines.texts[at])
        if tails and lines.codes[at] and lines.records[at] >= 0:
            lines.note(at, "swallowed neighbour")
            lines.texts[at] = head
            for tail in tails:
                lines.insert(at, tail)


def _encode(tag: str, dialect: Dialect) -> int:
    return int.from_bytes(tag.ljust(dialect.width).encode("ascii"), "big")


def _tell_tags(text: str, dialect: Dialect) -> Index:
    """Return the tag of each line as a number; 0 where the line is not regular."""
    data = np.frombuffer(text.encode("utf-8", "surrogatepass") + b"\n", dtype=np.uint8)
    stops = np.flatnonzero(data == 10)
    begins = np.concatenate([[0], stops[:-1] + 1])
    is_tag = np.ones(len(begins), dtype=bool)
    codes = np.zeros(len(begins), dtype=np.int64)
    shape = "A" + "9" * (dialect.width - 1) + dialect.gap
    for place, wanted in enumerate(shape):
        at = begins + place
        byte = np.where(at < stops, data[np.minimum(at, len(data) - 1)], 0)
        if place < dialect.width:
            fits = (byte >= 65) & (byte <= 90)
            if place:
                fits |= (byte >= 48) & (byte <= 57)
            if place > 1:
                fits |= byte == 32
            codes = codes << 8 | byte
        else:
            fits = byte == ord(wanted)
            if place == len(shape) - 1:  # without a value, the last blank may be lost
                fits |= byte == 0
        is_tag &= fits
    return np.where(is_tag, codes, 0)


def _is_tag(found: re.Match[str], style: re.Match[str] | None, dialect: Dialect) -> bool:
    """Return whether a line that looks like a tag is one, and no wrapped prose."""
    tag, value = found["tag"], found["value"]
    if dialect.name != "ris":
        return not found["indent"]  # wrapped lines are indented
    if style and (found["indent"], found["space"]) == (style["indent"], style["space"]):
        return True
    if found["indent"]:
        return False
    if len(found["space"]) == 2 or (tag == dialect.end and not value):
        return True
    is_known = tag in dialect.fields or tag in dialect.choices
    return is_known and found["space"] == found["after"] == " " and not _AMBIGUOUS.fullmatch(tag)


def _is_closed(lines: Lines, at: int) -> bool:
    """Return whether a lone word that is an end tag stands before a new record or the end."""
    for later in lines.texts[at + 1 : at + 50]:
        if later.strip():
            found = lines.dialect.unusual.fullmatch(later.rstrip())
            return found is not None and found["tag"] == lines.dialect.start
    return True
