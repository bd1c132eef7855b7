"""Which records are compared: those that share a key, in blocks of bounded size.

A key is a number that like records share: a DOI, a title, a first page and a volume.
Records of one block are sorted and each is compared with those that follow it closely.
A block as small as the window is compared in full, a larger one near its neighbours only,
so that the work grows with the number of records, never with its square; what was left out
is counted.  To add a key, add a function to the registry at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from reviewkit._core.format import format_count
from reviewkit._core.progress import Progress
from reviewkit.dedupe.prepared import Prepared, code_texts

__all__ = ["KEYS", "Candidates", "find_candidates"]

IntArray = NDArray[np.int64]

_LIKE = 82.0  # least likeness of titles, of 100, for a pair that shares no more than a key
_LIKE_WORDS = 75.0  # least likeness of the words of titles by one author in one issue
_VERY_LIKE = 90.0  # the same where first authors and first pages differ


class Candidates(NamedTuple):
    """Pairs to compare, the left one first in the input; and how many pairs no window reached."""

    left: IntArray
    right: IntArray
    skipped: int

    @property
    def note(self) -> str:
        """Say what no window reached, or nothing."""
        if not self.skipped:
            return ""
        return (
            f"{format_count(self.skipped)} pairs of records with one title were not compared directly: "
            f"too many records bear it. They were compared where author, page, DOI or PMID agree."
        )


def find_candidates(records: Prepared, tell: Progress = lambda done, total: None) -> Candidates:
    """Return the pairs of records that may be duplicates."""
    n = len(records)
    order = _order_by_title(records)
    found: list[IntArray] = []
    skipped = 0
    for place, (name, (make, window)) in enumerate(KEYS.items()):
        tell(place, 2 * len(KEYS))
        for rows, codes in make(records):
            sizes = np.bincount(codes) if codes.size else np.zeros(1, dtype=np.int64)
            large = sizes[sizes > window + 1].astype(np.float64)
            if name in _EXACT and large.size:
                skipped += int(
                    (large * (large - 1) / 2 - window * (large - (window + 1) / 2)).sum()
                )
            for left, right in _slide(rows, codes, order, window):
                kept = _keep_likely(records, left, right)
                low, high = np.minimum(left[kept], right[kept]), np.maximum(left[kept], right[kept])
                found.append(low * n + high)
    pairs = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return Candidates(pairs // max(n, 1), pairs % max(n, 1), skipped)


def _slide(
    rows: IntArray, codes: IntArray, order: IntArray, window: int
) -> Iterator[tuple[IntArray, IntArray]]:
    """Give pairs of records of one block that stand close to each other."""
    at = np.lexsort((order[rows], codes))
    rows, codes = rows[at], codes[at]
    for step in range(1, window + 1):
        same = codes[:-step] == codes[step:]
        if not same.any():
            return
        left, right = rows[:-step][same], rows[step:][same]
        apart = left != right
        yield left[apart], right[apart]


def _same(codes: IntArray, left: IntArray, right: IntArray, *, least: int = 0) -> NDArray[np.bool_]:
    """Tell which pairs have one value, and have it known."""
    return np.asarray((codes[left] == codes[right]) & (codes[left] >= least), dtype=bool)


def _keep_likely(records: Prepared, left: IntArray, right: IntArray) -> NDArray[np.bool_]:
    """Tell which pairs are worth a full comparison."""
    volume, journal, family = (
        _same(codes, left, right) for codes in (records.volume, records.journal, records.family)
    )
    page = _same(records.first, left, right, least=1)
    near = np.abs(records.year[left] - records.year[right]) <= 1
    common = records.generic | records.brief
    keep = np.zeros(left.size, dtype=bool)
    for codes in (records.doi, records.pmid, records.stem):
        keep |= _same(codes, left, right)
    # One page of one volume is of many journals; whose title differs must share more.
    issue = _same(records.issue, left, right)
    keep |= near & volume & page & (journal | family)
    for one, two in ((left, right), (right, left)):
        keep |= (records.key[one] == records.crossed[two]) & (records.key[one] >= 0)
    # Of "Editorial" there are thousands: they are compared where they may stand in one place.
    titled = _same(records.key, left, right)
    keep |= titled & (~common[left] | page)
    keep |= titled & near & (volume | issue | (family & ~records.generic[left]))
    keep |= _same(records.bag, left, right) & ~common[left]
    rest = np.flatnonzero(~keep & ~(common[left] & common[right]))
    if rest.size:
        keep[rest] = _are_alike(records, left[rest], right[rest])
    # One author in one issue: titles may be misspelt and cut, or too short to be alike.
    rest = np.flatnonzero(~keep & near & volume & issue & family)
    if rest.size:
        mine, yours = records.spaced[left[rest]], records.spaced[right[rest]]
        words = process.cpdist(mine, yours, scorer=fuzz.token_set_ratio, dtype=np.float32)
        keep[rest] = words >= _LIKE_WORDS
    return keep


def _are_alike(records: Prepared, left: IntArray, right: IntArray) -> NDArray[np.bool_]:
    """Tell which pairs have titles that are alike, or begin alike, and nothing that tells them apart."""
    key, main, start, family = records.key, records.main, records.start, records.family
    mine, yours = records.spaced[left], records.spaced[right]
    ratio = process.cpdist(mine, yours, scorer=fuzz.ratio, score_cutoff=_LIKE, dtype=np.float32)
    begin = (start[left] == start[right]) & (start[left] >= 0)
    begin |= ((main[left] == key[right]) & (main[left] >= 0)) | (
        (key[left] == main[right]) & (key[left] >= 0)
    )
    alike = (ratio >= _LIKE) | begin
    near = (family[left] == family[right]) | (family[left] < 0) | (family[right] < 0)
    near |= (records.first[left] == records.first[right]) & (records.first[left] > 0)
    near |= (
        (records.volume[left] == records.volume[right]) & (records.volume[left] >= 0)
        & (np.abs(records.year[left] - records.year[right]) <= 1)
    )  # fmt: skip
    alike &= near | (ratio >= _VERY_LIKE)
    for at in np.flatnonzero(
        ~alike & (records.bilingual[left] | records.bilingual[right])
    ).tolist():
        one, two = records.titles[left[at]], records.titles[right[at]]
        alike[at] = not {one.key, *one.others}.isdisjoint({two.key, *two.others})
    return np.asarray(alike, dtype=bool)


def _order_by_title(records: Prepared) -> IntArray:
    """Return the place of each record by title, author, year and page: like ones are neighbours."""
    title = pd.Series([title.key for title in records.titles], dtype=object).rank(method="dense")
    at = np.lexsort((records.first, records.year, records.family, title.to_numpy()))
    order = np.empty(len(records), dtype=np.int64)
    order[at] = np.arange(len(records))
    return order


Keyed = Iterator[tuple[IntArray, IntArray]]


def _of(*columns: IntArray) -> Keyed:
    """Give the rows in which no column is missing, and the code of their combination."""
    known = np.logical_and.reduce([column >= 0 for column in columns])
    rows = np.flatnonzero(known)
    if rows.size:
        code = np.zeros(rows.size, dtype=np.int64)
        for column in columns:
            part = pd.factorize(column[rows])[0]
            code = pd.factorize(code * (int(part.max()) + 1) + part)[0].astype(np.int64)
        yield rows, code


def _known(column: IntArray) -> IntArray:
    return np.where(column > 0, column, -1)


def _by_titles(records: Prepared) -> Keyed:
    """Give whole titles, main titles and titles in a further language under one set of codes."""
    rows, keys = [], []
    for at, title in enumerate(records.titles):
        for key in {title.key, title.main, *title.others}:
            if key:
                rows.append(at)
                keys.append(key)
    if rows:
        yield np.array(rows, dtype=np.int64), code_texts(keys)


def _by_crossed(records: Prepared) -> Keyed:
    """Give titles, and what stands in the place of a journal, under one set of codes."""
    rows = np.flatnonzero(records.crossed >= 0)
    if rows.size:
        titled = np.flatnonzero(np.isin(records.key, records.crossed[rows]))
        both = np.concatenate([titled, rows])
        yield both, np.concatenate([records.key[titled], records.crossed[rows]])


def _by_rare_words(records: Prepared) -> Keyed:
    """Give each title by pairs of its three rarest words, of those that come twice or more."""
    counts = Counter(word for title in records.titles for word in set(title.words))
    rows, keys = [], []
    for at, title in enumerate(records.titles):
        words = sorted(
            {word for word in title.words if counts[word] > 1 and len(word) > 1},
            key=lambda word: (counts[word], word),
        )[:3]
        for first in range(len(words)):
            for second in range(first + 1, len(words)):
                rows.append(at)
                keys.append(" ".join(sorted((words[first], words[second]))))
    if rows:
        yield np.array(rows, dtype=np.int64), code_texts(keys)


#: Name of a key → how to make it, and with how many neighbours in its block a record is compared.
KEYS: MappingProxyType[str, tuple[Callable[[Prepared], Keyed], int]] = MappingProxyType(
    {
        "doi": (lambda records: _of(records.doi), 20),
        "doi without version": (lambda records: _of(records.stem), 20),
        "pmid": (lambda records: _of(records.pmid), 20),
        "title": (_by_titles, 20),
        "words of title": (lambda records: _of(records.bag), 20),
        "title as journal": (_by_crossed, 20),
        "title and author": (lambda records: _of(records.key, records.family), 20),
        "title and page": (lambda records: _of(records.key, _known(records.first)), 20),
        "page and volume": (lambda records: _of(_known(records.first), records.volume), 20),
        "page and year": (lambda records: _of(_known(records.first), _known(records.year)), 20),
        "page and author": (lambda records: _of(_known(records.first), records.family), 20),
        "author and year": (lambda records: _of(records.family, _known(records.year)), 10),
        "author, volume and issue": (
            lambda records: _of(records.family, records.volume, records.issue),
            10,
        ),
        "rare words": (_by_rare_words, 10),
        "neighbours": (lambda records: _of(np.where(records.key >= 0, 0, -1)), 5),
    }
)

_EXACT = frozenset({"title"})
