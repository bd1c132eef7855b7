"""Words of many texts as numbers, without an object a word.

All texts become one row of bytes.  A word is known by a hash of 64 bits of its bytes, taken eight
at a time; equal hashes get one number.  Among a million different words, two of them share a hash
with a probability of 3 in 100 million.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["NumberedWords", "number_words"]

IntArray = NDArray[np.int64]
_BUCKETS = 18  # bits: a table that stays in the cache of a processor
_LONGEST = 256  # bytes of a word that tell it from others
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)


class NumberedWords(NamedTuple):
    """The words of some texts, one after the other."""

    codes: IntArray  # number of each word
    sizes: IntArray  # words of each text
    order: IntArray  # places of the words, by their numbers
    bounds: IntArray  # where each number begins in `order`, and the end
    words: list[str]  # by number


def number_words(texts: Iterable[str]) -> NumberedWords:
    """Return the words of texts as numbers; the texts hold letters, digits and blanks only.

    >>> numbered = number_words(["to be or", "", "not to be"])
    >>> [numbered.words[code] for code in numbered.codes], numbered.sizes.tolist()
    (['to', 'be', 'or', 'not', 'to', 'be'], [3, 0, 3])
    """
    data = "".join(f"{text}\n" for text in texts).encode()
    row = np.frombuffer(data + b"\0" * _LONGEST, dtype=np.uint8)
    within = row[: len(data)] > 32
    edges = np.flatnonzero(np.diff(within, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    cuts = np.searchsorted(starts, np.flatnonzero(row[: len(data)] == 10))
    alike = _find_alike(_hash_words(row, starts, ends - starts))
    first = np.flatnonzero(alike == np.arange(len(alike)))
    number = np.empty(len(alike), dtype=np.int64)
    number[first] = np.arange(len(first))
    codes = number[alike]
    words = [
        data[start:end].decode()
        for start, end in zip(starts[first].tolist(), ends[first].tolist(), strict=True)
    ]
    counts = np.bincount(codes, minlength=len(first))
    bounds = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return NumberedWords(codes, np.diff(cuts, prepend=0), _sort_codes(codes), bounds, words)


def _hash_words(row: NDArray[np.uint8], starts: IntArray, sizes: IntArray) -> NDArray[np.uint64]:
    # Eight bytes from every place on, without a copy.
    eights = np.ndarray(shape=(len(row) - 7,), dtype="<u8", buffer=row.data, strides=(1,))
    hashes = _mix(sizes.astype(np.uint64) * _FACTOR, eights[starts] & _MASKS[np.minimum(sizes, 8)])
    todo = np.flatnonzero(sizes > 8)
    for offset in range(8, _LONGEST, 8):
        if not len(todo):
            break
        rest = np.minimum(sizes[todo] - offset, 8)
        hashes[todo] = _mix(hashes[todo], eights[starts[todo] + offset] & _MASKS[rest])
        todo = todo[sizes[todo] > offset + 8]
    return hashes


def _mix(hashes: NDArray[np.uint64], more: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = (hashes ^ more) * _FACTOR
    mixed ^= mixed >> np.uint64(29)
    return mixed


def _find_alike(hashes: NDArray[np.uint64]) -> IntArray:
    """Return, for each word, one place of the same word: the same for all of them.

    Each round lets one word speak for its bucket; who shares the bucket and not the hash goes on
    to the next round, with other buckets.
    """
    alike = np.empty(len(hashes), dtype=np.int64)
    speaker = np.empty(1 << _BUCKETS, dtype=np.int64)
    todo = np.arange(len(hashes), dtype=np.int64)
    turn = np.uint64(0)
    while len(todo):
        bucket = (hashes[todo] * (_FACTOR + (turn << np.uint64(1)))) >> np.uint64(64 - _BUCKETS)
        speaker[bucket] = todo
        found = speaker[bucket]
        same = hashes[found] == hashes[todo]
        alike[todo[same]] = found[same]
        todo, turn = todo[~same], turn + np.uint64(1)
    return alike


def _sort_codes(codes: IntArray) -> IntArray:
    """Return the stable order of codes, by halves of 16 bits, which numpy sorts by counting."""
    order = np.argsort((codes & 0xFFFF).astype(np.uint16), kind="stable")
    high = codes >> 16
    if len(codes) and high.max() > 0:
        order = order[np.argsort(high[order].astype(np.uint16), kind="stable")]
    return order.astype(np.int64)
