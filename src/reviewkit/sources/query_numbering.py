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
    hashes = _hash_words(row, starts, ends - starts)
    order = _sort_hashes(hashes)
    ranked = hashes[order]
    first = np.flatnonzero(np.diff(ranked, prepend=~ranked[:1]))
    codes = np.empty(len(starts), dtype=np.int64)
    codes[order] = np.repeat(np.arange(len(first)), np.diff(first, append=len(order)))
    at = order[first]
    words = [
        data[start:end].decode()
        for start, end in zip(starts[at].tolist(), ends[at].tolist(), strict=True)
    ]
    bounds = np.append(first, len(order)).astype(np.int64)
    return NumberedWords(codes, np.diff(cuts, prepend=0), order, bounds, words)


def _hash_words(row: NDArray[np.uint8], starts: IntArray, sizes: IntArray) -> NDArray[np.uint64]:
    # Eight bytes from every place on, without a copy.
    eights = np.ndarray(shape=(len(row) - 7,), dtype="<u8", buffer=row.data, strides=(1,))
    hashes = sizes.astype(np.uint64) * _FACTOR
    todo = np.arange(len(starts))
    for offset in range(0, _LONGEST, 8):
        if offset:
            todo = todo[sizes[todo] > offset]
        if not len(todo):
            break
        rest = np.minimum(sizes[todo] - offset, 8)
        mixed = (hashes[todo] ^ (eights[starts[todo] + offset] & _MASKS[rest])) * _FACTOR
        hashes[todo] = mixed ^ (mixed >> np.uint64(29))
    return hashes


def _sort_hashes(hashes: NDArray[np.uint64]) -> IntArray:
    """Return the stable order of hashes, by quarters: numpy sorts 16 bits by counting."""
    order = np.arange(len(hashes), dtype=np.int64)
    for shift in (0, 16, 32, 48):
        quarter = (hashes >> np.uint64(shift)).astype(np.uint16)
        order = order[np.argsort(quarter[order], kind="stable")]
    return order
