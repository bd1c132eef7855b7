"""The bytes of a tagged file, looked at all at once: where lines end, and how they begin.

What begins a line stands in one number of eight bytes, so that a file of a million lines is
gone through once and not once a character.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.sources.tagged_dialects import Dialect

__all__ = [
    "SHORT", "Bytes", "Index", "Mask", "Scan", "is_shown", "may_be_tag", "scan", "share_short",
    "tell_tags", "words",
]  # fmt: skip

Bytes = NDArray[np.uint8]
Index = NDArray[np.signedinteger[Any]]
Mask = NDArray[np.bool_]

_CHUNK = 1 << 18  # bytes that stay in the cache of the processor
_WORD = 8  # bytes of one number: more than any tag with its gap
SHORT = _WORD  # bytes of values that are told apart as numbers
_FEW = 0.2  # distinct values by values, up to which it pays to look for them
_BLANK, _DASH, _UNKNOWN = b" -?"  # what is beyond ASCII stands here as a question mark


class Scan(NamedTuple):
    """Where the lines of a file end, and whether it has what few files have."""

    breaks: Index
    n_odd: int  # control characters
    n_double: int  # blanks that follow a blank
    n_gaps: int  # times that what parts tag and value in RIS stands somewhere


def scan(data: Bytes) -> Scan:
    """Return where lines end, and the counts of what a plain file has none of."""
    stops, n_odd, n_double, n_gaps = [], 0, 0, 0
    for start in range(0, len(data), _CHUNK):
        piece = data[start : start + _CHUNK + 3]
        control = np.flatnonzero(piece[:_CHUNK] < _BLANK)
        found = control[piece[control] == 10]
        n_odd += len(control) - len(found)
        blank = piece == _BLANK
        double = blank[:-1] & blank[1:]
        n_double += int(np.count_nonzero(double[:_CHUNK]))
        if len(piece) > 3:
            gap = double[:-2] & blank[3:] & (piece[2:-1] == _DASH)
            n_gaps += int(np.count_nonzero(gap[:_CHUNK]))
        stops.append(found + start)
    return Scan(np.concatenate(stops), n_odd, n_double, n_gaps)


def words(data: Bytes, begins: Index) -> Bytes:
    """Return the first eight bytes of each line, one row a line; what is beyond it is of no account."""
    last = len(data) - _WORD
    if last < 0:
        data = np.concatenate([data, np.zeros(-last, dtype=np.uint8)])
        last = 0
    # Numbers that begin at every byte: the same memory, read in steps of one.
    every = np.ndarray((last + 1,), dtype="<u8", buffer=data, strides=(1,))
    found = every[np.minimum(begins, last)]
    late = np.flatnonzero(begins > last)  # too near to the end for eight bytes
    shift = np.minimum(begins[late] - last, _WORD - 1).astype(np.uint64)
    found[late] >>= shift * np.uint64(8)
    return found.view(np.uint8).reshape(-1, _WORD)


def share_short(data: Bytes, begins: Index, stops: Index) -> list[str] | None:
    """Return the values between two places, each spelling one object; None where that is no gain.

    Years, volumes, kinds and languages are few spellings in many records.
    """
    early = words(data, begins)
    early[np.arange(_WORD) >= (stops - begins)[:, None]] = 0  # no value holds a NUL byte
    if (early == _UNKNOWN).any():
        return None  # may be of another script
    spellings, which = np.unique(early.view("<u8").ravel(), return_inverse=True)
    if len(spellings) > _FEW * len(which):
        return None
    shorts = spellings.view(f"S{_WORD}").astype(str).astype(object)
    shared: list[str] = shorts[which].tolist()
    return shared


def tell_tags(early: Bytes, lengths: Index, dialect: Dialect) -> Index:
    """Return the tag of each line as a number; 0 where the line is not regular."""
    width, gap = dialect.width, dialect.gap.encode("ascii")
    # Without a value, the last blank may be lost.
    is_tag = lengths >= width + len(gap) - 1
    codes = np.zeros(len(lengths), dtype=np.int32)
    for place in range(width):
        byte = early[:, place].copy()
        fits = _is_capital(byte)
        if place:
            fits |= (byte >= 48) & (byte <= 57)
        if place > 1:
            fits |= byte == _BLANK
        is_tag &= fits
        codes = codes << 8 | byte
    for place, wanted in enumerate(gap, width):
        fits = early[:, place] == wanted
        if place == width + len(gap) - 1:
            fits |= lengths == place
        is_tag &= fits
    return np.where(is_tag, codes, 0)


def is_shown(early: Bytes, lengths: Index) -> Mask:
    """Return which lines begin with something that is surely no blank, of whatever script."""
    seen = (early > _BLANK) & (early != _UNKNOWN)
    seen &= np.arange(_WORD) < lengths[:, None]
    found: Mask = seen.any(axis=1)
    return found


def may_be_tag(early: Bytes, lengths: Index, dialect: Dialect) -> Mask:
    """Return which lines may be a tag that is spaced otherwise, by their beginning alone."""
    first = early[:, 0]
    found: Mask = _is_capital(first)
    if dialect.is_indented:
        found |= (first == _BLANK) | (first == 9)
    if dialect.end:  # it may stand alone, with blanks of any script around it
        ends = np.frombuffer(dialect.end.encode("ascii"), dtype=np.uint8)
        alone = (early <= _BLANK) | (early == _UNKNOWN) | np.isin(early, ends)
        alone |= np.arange(_WORD) >= lengths[:, None]
        found |= alone.all(axis=1)
    return found


def _is_capital(byte: Bytes) -> Mask:
    found: Mask = (byte >= 65) & (byte <= 90)
    return found
