"""The lines of a tagged file: which have a tag, and what stands in those that are not regular.

Most lines are as the format has them and are told apart all at once, by their first bytes.
The rest (wrapped text, tags that are spaced otherwise, text between records) is looked at
line by line.  A line that is mended is rewritten as the format has it, so that what follows
needs to know one form only.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviewkit.sources.raw_records import Note
from reviewkit.sources.tagged_dialects import Dialect

__all__ = ["Index", "Lines", "Mask", "cut_swallowed", "read_lines"]

Index = NDArray[np.signedinteger[Any]]
Mask = NDArray[np.bool_]

#: Tags that also begin a wrapped line of prose, as in "T2 - weighted images".
_AMBIGUOUS = re.compile(r"[A-Z]\d|A[BN]|I[DS]|DA|DI|DP|LA|SP|EP|CT|ST|PT|PI")
#: What joins a tag that was cut off by a tool to the value before it.
_BEFORE = frozenset(["url", "doi", "accession"])  # where that has been seen
_SWALLOWED = re.compile(r"(?<!\s)\s{2,}+(?=[A-Z][A-Z0-9]  - )")


_CHUNK = 1 << 20


class Lines:
    """The lines of one file, and what each is."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.dialect = dialect
        self._text = text
        self._changed: dict[int, str] = {}  # lines that were mended
        # One byte a character, so that a place in the bytes is a place in the text.
        self._data = np.frombuffer(text.encode("ascii", "replace") or b"\n", dtype=np.uint8)
        breaks, n_odd, n_double = _scan(self._data)
        self._stops: Index = np.append(breaks, len(text)) if text else breaks
        self._begins: Index = np.concatenate([[0], self._stops[:-1] + 1])
        self.numbers: Index = np.arange(1, len(self._begins) + 1)
        self.codes = self._tell_tags()  # the tag as a number, 0 without
        n_gaps = np.count_nonzero(self.codes) * dialect.gap.count("  ")
        self.is_plain = (
            dialect.name == "ris" and not n_odd and n_double == n_gaps and "\x7f" not in text
        )
        self.records: Index = np.full(len(self.codes), -1, dtype=np.int32)  # -1 outside of records
        self.is_blank: Mask = self._begins == self._stops
        for at in np.flatnonzero((self.codes == 0) & ~self.is_blank).tolist():
            self.is_blank[at] = not self.text(at).strip()
        self.is_wrapped: Mask = np.zeros(len(self.codes), dtype=bool)  # has the tag of another line
        self.notes: list[Note] = []

    def text(self, at: int) -> str:
        """Return a line, as it is by now."""
        changed = self._changed.get(at)
        return self._text[self._begins[at] : self._stops[at]] if changed is None else changed

    def texts(self, at: Index) -> list[str]:
        """Return some lines."""
        return [self.text(line) for line in at.tolist()]

    def values(self) -> tuple[NDArray[np.object_], Mask]:
        """Return what follows the tag of each line in a record, and where that is something."""
        is_value = (self.codes != 0) & (self.records >= 0)
        at = np.flatnonzero(is_value)
        begins = self._begins[at] + self.dialect.width + len(self.dialect.gap)
        stops = np.maximum(self._stops[at], begins)
        last = len(self._data) - 1
        while (more := (self._data[np.minimum(begins, last)] == 32) & (begins < stops)).any():
            begins += more
        while (more := (self._data[np.minimum(stops - 1, last)] == 32) & (begins < stops)).any():
            stops -= more
        text = self._text  # in the order of the file, which is that of memory
        found = np.full(len(self.codes), "", dtype=object)
        found[at] = [text[i:j] for i, j in zip(begins.tolist(), stops.tolist(), strict=True)]
        is_value[at] = (begins < stops) | self.is_wrapped[at]
        for line in self._changed:
            if self.codes[line] and self.records[line] >= 0:
                found[line] = self.value(line)
                is_value[line] = bool(found[line])
        return found, is_value

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
        return self.text(at)[self.dialect.width + len(self.dialect.gap) :].strip()

    def mend(self, at: int, tag: str, value: str) -> None:
        """Make a line a regular one with this tag."""
        self.codes[at] = _encode(tag, self.dialect)
        self._changed[at] = f"{tag.ljust(self.dialect.width)}{self.dialect.gap}{value}"

    def change(self, at: int, text: str) -> None:
        """Give a line another text and leave its tag."""
        self._changed[at] = text

    def insert(self, at: int, line: str) -> None:
        """Add a regular line that was found within another one."""
        self._changed[len(self.codes)] = line
        self._begins, self._stops = (np.append(part, 0) for part in (self._begins, self._stops))
        self.numbers = np.append(self.numbers, self.numbers[at])
        self.records = np.append(self.records, self.records[at])
        self.is_blank, self.is_wrapped = (
            np.append(part, False) for part in (self.is_blank, self.is_wrapped)
        )
        code = _encode(line[: self.dialect.width], self.dialect)
        self.codes = np.append(self.codes, code)

    def note(self, at: int, what: str, text: str | None = None) -> None:
        """Note something of a line; its record is filled in when all is read."""
        self.notes.append(Note(at + 1, -1, what, self.text(at) if text is None else text))

    def _tell_tags(self) -> Index:
        """Return the tag of each line as a number; 0 where the line is not regular."""
        width, data = self.dialect.width, self._data
        shape = "A" + "9" * (width - 1) + self.dialect.gap
        lengths = self._stops - self._begins
        is_tag = lengths >= len(shape) - 1  # without a value, the last blank may be lost
        codes = np.zeros(len(lengths), dtype=np.int32)
        for place, wanted in enumerate(shape):
            byte = data[np.minimum(self._begins + place, len(data) - 1)]
            if place < width:
                fits = (byte >= 65) & (byte <= 90)
                if place:
                    fits |= (byte >= 48) & (byte <= 57)
                if place > 1:
                    fits |= byte == 32
                codes = codes << 8 | byte
            else:
                fits = byte == ord(wanted)
                if place == len(shape) - 1:
                    fits |= lengths == place
            is_tag &= fits
        return np.where(is_tag, codes, 0)


def read_lines(text: str, dialect: Dialect) -> Lines:
    """Return the lines of a file, each with its tag."""
    lines = Lines(text, dialect)
    others = np.flatnonzero((lines.codes == 0) & ~lines.is_blank).tolist()
    regular = np.flatnonzero(lines.find(dialect.start))
    style: re.Match[str] | None = None  # how the tags of this record are spaced
    since = 0
    for at in others:
        line = lines.text(at).rstrip()
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
    if lines.dialect.name != "ris":
        return
    dialect = lines.dialect
    tags = [tag for tag, field in dialect.fields.items() if field in _BEFORE]
    held = (lines.records >= 0) & lines.find(*tags, *dialect.choices)
    for at in np.flatnonzero(held).tolist():
        text = lines.text(at)
        if text.find("  - ", 6) > 0:
            head, *tails = _SWALLOWED.split(text)
            if tails:
                lines.note(at, "swallowed neighbour")
                lines.change(at, head)
                for tail in tails:
                    lines.insert(at, tail)


def _encode(tag: str, dialect: Dialect) -> int:
    return int.from_bytes(tag.ljust(dialect.width).encode("ascii"), "big")


def _scan(data: NDArray[np.uint8]) -> tuple[Index, int, int]:
    """Return where lines end, and how many control characters and double blanks there are."""
    stops, n_odd, n_double = [], 0, 0
    for start in range(0, len(data), _CHUNK):  # a piece that stays in the cache of the processor
        piece = data[start : start + _CHUNK]
        found = np.flatnonzero(piece == 10)
        n_odd += int(np.count_nonzero(piece < 32)) - len(found)
        blank = data[start : start + _CHUNK + 1] == 32
        n_double += int(np.count_nonzero(blank[1:] & blank[:-1]))
        stops.append(found + start)
    return np.concatenate(stops), n_odd, n_double


def _is_tag(found: re.Match[str], style: re.Match[str] | None, dialect: Dialect) -> bool:
    """Return whether a line that looks like a tag is one, and no wrapped prose."""
    tag, value = found["tag"], found["value"]
    if dialect.name != "ris":
        return not found["indent"]  # wrapped lines are indented
    if style and (found["indent"], found["space"]) == (style["indent"], style["space"]):
        return True
    if tag == dialect.end and not value:
        return True
    if found["indent"]:
        return False
    if len(found["space"]) == 2:
        return True
    is_known = tag in dialect.fields or tag in dialect.choices
    return is_known and found["space"] == found["after"] == " " and not _AMBIGUOUS.fullmatch(tag)


def _is_closed(lines: Lines, at: int) -> bool:
    """Return whether a lone word that is an end tag stands before a new record or the end."""
    for later in range(at + 1, min(at + 50, len(lines.codes))):
        if not lines.is_blank[later]:
            found = lines.dialect.unusual.fullmatch(lines.text(later).rstrip())
            return found is not None and found["tag"] == lines.dialect.start
    return True
