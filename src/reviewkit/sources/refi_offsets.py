"""Places in a text, whatever the program that counted them took for a character.

REFI-QDA counts Unicode characters of a text with line ends of one character, from 0,
the end exclusive.  Programs that count UTF-16 units, a carriage return, or a byte order
mark shift every place behind the first of them.  Most write the first words of each
selection beside it; where these do not stand at the standard's place but at that of
another way of counting, the places are moved.  To add a way, name it in :data:`COUNTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["COUNTS", "STANDARD", "Selection", "find_count", "plain_text"]

IntArray = NDArray[np.int64]
STANDARD = "characters"
_SPACES = re.compile(r"\s+")
_TAIL = re.compile(r"(\.\.\.|…)$")
_FEWEST = 3  # letters that a name must have to tell a place


class Selection(NamedTuple):
    """A place as a file has it, and the first words that the file says stand there."""

    start: int
    end: int
    name: str


def plain_text(raw: str) -> str:
    """Return a text as the standard counts it: line ends of one character, no byte order mark."""
    return raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def find_count(raw: str, selections: Sequence[Selection]) -> tuple[str, IntArray]:
    """Return the way of counting that fits, and the standard place of each place in it.

    The standard's is kept unless it contradicts the file and another does so less.
    """
    ways = {name: make(raw) for name, make in COUNTS.items()}
    text = plain_text(raw)
    if not _judge(text, ways[STANDARD], selections)[0]:
        return STANDARD, ways[STANDARD]
    best = min(ways, key=lambda name: _judge(text, ways[name], selections))  # the first of equals
    return best, ways[best]


def _judge(text: str, places: IntArray, selections: Sequence[Selection]) -> tuple[int, int]:
    """Return how many selections contradict the text, and how many ends cut a word."""
    misfits = cuts = 0
    flat = _SPACES.sub(" ", text)
    for start, end, name in selections:
        if end >= len(places) or start < 0:
            misfits += 1
            continue
        first, last = int(places[start]), int(places[end])
        told = _TAIL.sub("", _SPACES.sub(" ", name).strip()).strip()
        there = _SPACES.sub(" ", text[first:last]).strip()
        # A name that stands nowhere in the text was given by a person.
        if len(told) >= _FEWEST and not there.startswith(told) and told in flat:
            misfits += 1
        cuts += sum(text[at - 1 : at + 1].isalnum() for at in (first, last) if 0 < at < len(text))
    return misfits, cuts


def _places(raw: str, *, returns: bool, units: bool, mark: bool) -> IntArray:
    """Return the standard place of each place that is counted in another way.

    `returns` counts the carriage return of a line end, `units` an astral character as the
    two units of UTF-16, `mark` the byte order mark.
    """
    widths, advances = [], []
    body = raw.removeprefix("\ufeff")
    if mark and body != raw:
        widths.append(1)
        advances.append(0)
    letters = np.frombuffer(body.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    is_return = np.zeros(letters.size, dtype=bool)
    is_return[:-1] = (letters[:-1] == 13) & (letters[1:] == 10)
    width = np.ones(letters.size, dtype=np.int64)
    if units:
        width[letters > 0xFFFF] = 2
    if not returns:
        width[is_return] = 0
    width = np.concatenate([np.array(widths, dtype=np.int64), width])
    advance = np.concatenate([np.array(advances, dtype=np.int64), (~is_return).astype(np.int64)])
    starts = np.concatenate([[0], advance.cumsum()])  # standard place of each letter
    return np.append(np.repeat(starts[:-1], width), starts[-1]).astype(np.int64)


def _way(
    *, returns: bool = False, units: bool = False, mark: bool = False
) -> Callable[[str], IntArray]:
    return lambda raw: _places(raw, returns=returns, units=units, mark=mark)


#: Ways of counting by name, from a text as it stands in its file; the standard's comes first.
COUNTS: Mapping[str, Callable[[str], IntArray]] = MappingProxyType(
    {
        STANDARD: _way(),
        "characters with carriage returns": _way(returns=True),
        "UTF-16 units": _way(units=True),
        "UTF-16 units with carriage returns": _way(returns=True, units=True),
        "characters with a byte order mark": _way(mark=True),
        "UTF-16 units with a byte order mark": _way(mark=True, units=True),
        "characters with carriage returns and a byte order mark": _way(returns=True, mark=True),
        "UTF-16 units with carriage returns and a byte order mark": _way(
            returns=True, units=True, mark=True
        ),
    }
)
