"""The lines of a tagged file: which have a tag, and what stands in those that are not regular.

Most lines are as the format has them and are told apart all at once, by their first bytes.
The rest (wrapped text, tags that are spaced otherwise, text between records) is looked at
line by line.  A line that is mended is rewritten as the format has it, so that what follows
needs to know one form only.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from reviewkit.sources.raw_records import Note
from reviewkit.sources.tagged_bytes import (
    SHORT,
    Index,
    Mask,
    Scan,
    is_shown,
    may_be_tag,
    scan,
    share_short,
    tell_tags,
    words,
)
from reviewkit.sources.tagged_dialects import Dialect

__all__ = ["Index", "Lines", "Mask", "cut_swallowed", "read_lines"]

#: Tags that also begin a wrapped line of prose, as in "T2 - weighted images".
_AMBIGUOUS = re.compile(r"[A-Z]\d|A[BN]|I[DS]|DA|DI|DP|LA|SP|EP|CT|ST|PT|PI")
#: What joins a tag that was cut off by a tool to the value before it.
_BEFORE = frozenset(["url", "doi", "accession"])  # where that has been seen
_SWALLOWED = re.compile(r"(?<!\s)\s{2,}+(?=[A-Z][A-Z0-9]  - )")


class Held(NamedTuple):
    """Lines that have a value, and where it begins and ends."""

    at: Index
    begins: Index
    stops: Index


class Lines:
    """The lines of one file, and what each is."""

    def __init__(self, text: str, dialect: Dialect, data: bytes | bytearray | None = None) -> None:
        self.dialect = dialect
        self._text = text
        self._changed: dict[int, str] = {}  # lines that were mended
        self._mended: Mask = np.zeros(0, dtype=bool)  # which they are
        self.width = dialect.width + len(dialect.gap)  # characters before a value
        # One byte a character, so that a place in the bytes is a place in the text.
        data = data or text.encode("ascii", "replace") or b"\n"
        self._data = np.frombuffer(data, dtype=np.uint8)
        found = scan(self._data)
        self._stops: Index = np.append(found.breaks, len(text)) if text else found.breaks
        self._begins: Index = np.concatenate([[0], self._stops[:-1] + 1])
        lengths = self._stops - self._begins
        early = words(self._data, self._begins)
        self.numbers: Index = np.arange(1, len(lengths) + 1)
        self.codes = tell_tags(early, lengths, dialect)  # the tag as a number, 0 without
        self.records: Index = np.full(len(lengths), -1, dtype=np.int32)  # -1 outside of records
        self.is_blank: Mask = lengths == 0
        rest = np.flatnonzero((self.codes == 0) & ~self.is_blank)
        early, lengths = early[rest], lengths[rest]
        for at in rest[~is_shown(early, lengths)].tolist():
            self.is_blank[at] = not self.text(at).strip()
        #: Lines that may have a tag that is spaced otherwise.
        self.unusual: Index = rest[may_be_tag(early, lengths, dialect) & ~self.is_blank[rest]]
        self._tell_plain(found)
        self.is_wrapped: Mask = np.zeros(len(self.codes), dtype=bool)  # has the tag of another line
        self.notes: list[Note] = []

    def _tell_plain(self, found: Scan) -> None:
        """Tell from the counts of a file what need not be looked for in its values."""
        is_tag = self.codes != 0
        n_gaps = np.count_nonzero(is_tag) * self.dialect.gap.count("  ")
        is_ris = self.dialect.name == "ris"
        is_plain = is_ris and not found.n_odd and found.n_double == n_gaps
        self.is_plain = is_plain and "\x7f" not in self._text
        whole = np.count_nonzero(is_tag & (self._stops - self._begins >= self.width))
        self.may_swallow = is_ris and found.n_gaps > whole  # tags stand within values

    def text(self, at: int) -> str:
        """Return a line, as it is by now."""
        changed = self._changed.get(at)
        return self._text[self._begins[at] : self._stops[at]] if changed is None else changed

    def text_of(self, first: int, last: int) -> str:
        """Return some lines as one text; only the first of them may have been changed."""
        text = self._text[self._stops[first] : self._stops[last]] if last > first else ""
        return self.text(first) + text

    def texts(self, at: Index) -> list[str]:
        """Return some lines."""
        return [self.text(line) for line in at.tolist()]

    def find_values(self, at: Index) -> Held:
        """Return which of some lines have something behind their tag, and where it stands."""
        begins = self._begins[at] + self.width
        stops = np.maximum(self._stops[at], begins)
        # In a plain file no blank follows another one: none begins a value, and one may end it.
        while not self.is_plain and (more := self._is_blank(begins) & (begins < stops)).any():
            begins += more
        while (more := self._is_blank(stops - 1) & (begins < stops)).any():
            stops -= more
            if self.is_plain:
                break
        is_held = (begins < stops) | self.is_wrapped[at]
        if self._changed:
            for place in np.flatnonzero(self._is_changed()[at]).tolist():
                is_held[place] = bool(self.value(int(at[place])))
        if is_held.all():
            return Held(at, begins, stops)
        return Held(at[is_held], begins[is_held], stops[is_held])

    def values(self, held: Held) -> list[str]:
        """Return what follows the tags of some lines."""
        text = self._text
        short = held.stops - held.begins <= SHORT
        found = share_short(self._data, held.begins, held.stops) if short.all() else None
        if found is None:
            places = zip(held.begins.tolist(), held.stops.tolist(), strict=True)
            found = [text[begin:stop] for begin, stop in places]
        if self._changed:
            for place in np.flatnonzero(self._is_changed()[held.at]).tolist():
                found[place] = self.value(int(held.at[place]))
        return found

    def _is_blank(self, places: Index) -> Mask:
        blank: Mask = self._data.take(places, mode="clip") == 32
        return blank

    def _is_changed(self) -> Mask:
        mended = self._mended
        if len(mended) != len(self.codes) or np.count_nonzero(mended) != len(self._changed):
            self._mended = np.zeros(len(self.codes), dtype=bool)
            self._mended[list(self._changed)] = True
        return self._mended

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
        return self.text(at)[self.width :].strip()

    def may_have_value(self, at: Index) -> Mask:
        """Return which of some lines are longer than their tag."""
        found: Mask = self._stops[at] - self._begins[at] > self.width
        if self._changed:
            found |= self._is_changed()[at]
        return found

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


def read_lines(text: str, dialect: Dialect, data: bytes | bytearray | None = None) -> Lines:
    """Return the lines of a file, each with its tag; `data` are the bytes of ASCII text."""
    lines = Lines(text, dialect, data)
    regular = np.flatnonzero(lines.find(dialect.start))
    style: re.Match[str] | None = None  # how the tags of this record are spaced
    since = 0
    for at in lines.unusual.tolist():
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
    if not lines.may_swallow:
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


def _is_tag(found: re.Match[str], style: re.Match[str] | None, dialect: Dialect) -> bool:
    """Return whether a line that looks like a tag is one, and no wrapped prose."""
    tag, value = found["tag"], found["value"]
    if not dialect.is_indented:
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
