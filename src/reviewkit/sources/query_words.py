"""An index of the words of many records: where each stands, found in an instant.

All texts become one row of word numbers; blank numbers between two texts keep phrases from running
over.  Wildcards are looked up in the vocabulary, not in the texts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.script import matching_text
from reviewkit.sources.query_numbering import number_words
from reviewkit.sources.query_tree import WILDCARD

__all__ = ["Spans", "WordIndex", "fold_words", "join_spans", "wildcard_regex"]

IntArray = NDArray[np.int64]
_GAP = 1_000  # between two texts, in words: no proximity search reaches across
_MANY = 50  # words, from which on one pass over all places is quicker
_GENITIVE = re.compile(r"['’]s\b", re.IGNORECASE)
_STAND_IN = "\ue000"  # for a wildcard, while a term is folded
#: ASCII has a way of its own, ten times quicker: lower case, and a blank for all that is no word.
_ASCII = str.maketrans(
    {chr(code): chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
)


class Spans(NamedTuple):
    """Places in the row of words: first and last word of each, by their first."""

    first: IntArray
    last: IntArray


def fold_words(text: str) -> str:
    """Return text as it is compared: no case, no accents, no punctuation, no genitive.

    >>> fold_words("Burn-out (Naïve) at the therapist's  WORK")
    'burn out naive at the therapist work'
    """
    if not text.isascii():
        return matching_text(_GENITIVE.sub(" ", text))
    if "'" in text:
        text = _GENITIVE.sub(" ", text).replace("'", "")
    return text.translate(_ASCII)


def wildcard_regex(word: str) -> str:
    r"""Return the pattern of a folded word with wildcards.

    >>> print(wildcard_regex("behavio$r*"), wildcard_regex("gene*{2}"))
    behavio\w?r\w* gene\w{0,2}
    """
    pattern, at = "", 0
    for found in WILDCARD.finditer(word):
        pattern += re.escape(word[at : found.start()])
        symbol = found[0]
        pattern += {"*": r"\w*", "?": r"\w", "$": r"\w?"}.get(symbol) or rf"\w{{0,{symbol[2:-1]}}}"
        at = found.end()
    return pattern + re.escape(word[at:])


def fold_term(text: str) -> list[str]:
    """Return the words of a term, folded, wildcards kept.

    >>> fold_term("Burn-out therap*"), fold_term("wom?n's")
    (['burn', 'out', 'therap*'], ['wom?n'])
    """
    kept = iter(WILDCARD.findall(text))
    # A letter of private use passes through the folding as a letter, so that words stay whole.
    plain = _GENITIVE.sub(" ", WILDCARD.sub(_STAND_IN, text)).replace(_STAND_IN, f"x{_STAND_IN}x")
    pieces = [fold_words(piece) for piece in plain.split(_STAND_IN)]
    if len(pieces) == 1:
        return pieces[0].split()
    last = len(pieces) - 1
    folded = "".join(
        (piece[1:] if at else piece)[: -1 if at < last else None]
        + (next(kept) if at < last else "")
        for at, piece in enumerate(piece.strip(" ") for piece in pieces)
    )
    return folded.split()


class WordIndex:
    """The words of some records, by field."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self.n = len(next(iter(texts.values()), ()))
        columns = list(texts.values())
        numbered = number_words(fold_words(text) for column in columns for text in column)
        self.codes, self.order, self.bounds = numbered.codes, numbered.order, numbered.bounds
        self.numbers = {word: code for code, word in enumerate(numbered.words)}
        self.words = sorted(self.numbers)
        total = np.concatenate([[0], np.cumsum(numbered.sizes)])
        ends = [int(total[self.n * at]) for at in range(len(columns) + 1)]
        self.fields = dict(zip(texts, pairwise(ends), strict=True))  # field → its places
        cells = np.repeat(np.arange(self.n * len(columns), dtype=np.int64), numbered.sizes)
        self.record = cells % max(self.n, 1)
        self.place = np.arange(len(cells), dtype=np.int64) + cells * _GAP
        self._found: dict[str, IntArray] = {}

    def find_words(self, word: str) -> IntArray:
        """Return the numbers of the words that a folded word with wildcards stands for."""
        if word not in self._found:
            self._found[word] = self._look_up(word)
        return self._found[word]

    def _look_up(self, word: str) -> IntArray:
        wild = WILDCARD.search(word)
        if not wild:
            number = self.numbers.get(word)
            return np.array([] if number is None else [number], dtype=np.int64)
        stem = word[: wild.start()]
        low = bisect_left(self.words, stem)
        high = bisect_left(self.words, stem + "\U0010ffff") if stem else len(self.words)
        near = self.words[low:high]
        if word != f"{stem}*":
            fits = re.compile(wildcard_regex(word)).fullmatch
            near = [candidate for candidate in near if fits(candidate)]
        return np.array([self.numbers[candidate] for candidate in near], dtype=np.int64)

    def _places(self, words: IntArray) -> IntArray:
        """Return all places of some words, in their order."""
        if len(words) > _MANY:
            wanted = np.zeros(len(self.numbers), dtype=bool)
            wanted[words] = True
            return np.flatnonzero(wanted[self.codes])
        parts = [self.order[self.bounds[one] : self.bounds[one + 1]] for one in words]
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))

    def find_phrase(self, words: Sequence[str], fields: Sequence[str]) -> Spans:
        """Return where words stand beside each other in some fields."""
        choices = [self.find_words(word) for word in words]
        if not choices or any(not len(choice) for choice in choices):
            return Spans(np.zeros(0, np.int64), np.zeros(0, np.int64))
        sizes = [(self.bounds[one + 1] - self.bounds[one]).sum() for one in choices]
        anchor = int(np.argmin(sizes))
        start = self._places(choices[anchor]) - anchor
        if len(words) > 1:
            start = start[(start >= 0) & (start + len(words) <= len(self.codes))]
            for offset, choice in enumerate(choices):
                if offset != anchor:
                    start = start[np.isin(self.codes[start + offset], choice)]
            end = start + len(words) - 1
            start = start[self.place[end] - self.place[start] == len(words) - 1]
        if set(fields) != self.fields.keys():
            inside = np.zeros(len(start), dtype=bool)
            for field in fields:
                low, high = self.fields.get(field, (0, 0))
                inside |= (start >= low) & (start < high)
            start = start[inside]
        return Spans(start, start + len(words) - 1)

    def records_of(self, spans: Spans) -> NDArray[np.bool_]:
        """Return which records hold one of some places."""
        mask = np.zeros(self.n, dtype=bool)
        mask[self.record[spans.first]] = True
        return mask

    def find_near(self, left: Spans, right: Spans, distance: int, *, ordered: bool) -> Spans:
        """Return where two spans have `distance` words or fewer between."""
        after = self._follow(left, right, distance)
        if ordered:
            return after
        return join_spans(after, self._follow(right, left, distance))

    def _follow(self, left: Spans, right: Spans, distance: int) -> Spans:
        """Return the spans from `left` to those of `right` that begin soon after its end."""
        if len(left.first) > 2 * len(right.first):  # look up the few among the many
            order = np.argsort(left.last, kind="stable")
            ends, starts = self.place[left.last[order]], self.place[right.first]
            of_right, at = _pair(ends, starts - distance - 1, starts - 1)
            of_left = order[at]
        else:
            ends, starts = self.place[left.last], self.place[right.first]
            of_left, of_right = _pair(starts, ends + 1, ends + distance + 1)
        return _sorted(Spans(left.first[of_left], right.last[of_right]))


def _pair(places: IntArray, low: IntArray, high: IntArray) -> tuple[IntArray, IntArray]:
    """Pair each interval, ends included, with the sorted places within it."""
    first = np.searchsorted(places, low, side="left")
    many = np.maximum(np.searchsorted(places, high, side="right") - first, 0)
    interval = np.repeat(np.arange(len(low)), many)
    step = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return interval, np.repeat(first, many) + step


def join_spans(*parts: Spans) -> Spans:
    """Return all places of several lists, each once."""
    first = np.concatenate([part.first for part in parts])
    last = np.concatenate([part.last for part in parts])
    return _sorted(Spans(first, last))


def _sorted(spans: Spans) -> Spans:
    order = np.lexsort((spans.last, spans.first))
    first, last = spans.first[order], spans.last[order]
    new = np.ones(len(first), dtype=bool)
    new[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
    return Spans(first[new], last[new])
