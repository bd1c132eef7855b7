"""What speaks for and against each pair, field by field, as arrays of one value a pair.

Most fields have three states: 1 they agree, −1 they disagree, 0 that cannot be told,
because one of the records lacks the field.  Missing is never disagreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from reviewkit.dedupe.names import compare_authors
from reviewkit.dedupe.places import compare_journals
from reviewkit.dedupe.prepared import Prepared
from reviewkit.dedupe.titles import TitleMatch, compare_titles

__all__ = ["Features", "compare_pairs"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
State = NDArray[np.int8]

_ABSTRACT = 1_200  # characters of an abstract that are compared
_LEAST = 120  # characters that an abstract must have


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Evidence on pairs; all arrays have one value a pair."""

    left: IntArray
    right: IntArray
    title: State  # a TitleMatch
    likeness: FloatArray  # of titles as strings, in [0, 1]
    authors: FloatArray  # share of the shorter list that is in the longer; NaN if unknown
    crossed: BoolArray  # the title of one stands as journal in the other
    few: BoolArray  # only one author is there to compare
    years: IntArray  # apart; 99 if unknown
    journal: State
    volume: State
    issue: State
    page: State  # first page; −1 only if both are ranges
    span: BoolArray  # first and last page agree, and there are several pages
    doi: State  # 0 also where one DOI is that of a second house
    versions: BoolArray  # DOIs differ by what counts versions only
    pmid: State
    trial: State
    registered: BoolArray  # both are registrations of trials or reviews
    marks: BoolArray  # one bears a mark that the other does not
    kinds: BoolArray  # one is a preprint, a thesis, …, the other is not
    perhaps: BoolArray  # the same, but nothing tells what the other is
    living: BoolArray  # both are of a kind that comes out anew under one title and number
    preprint: BoolArray  # one of them is a preprint
    meeting: BoolArray  # one of them is a meeting abstract, the other is not told to be anything
    conference: BoolArray  # one of them is from a conference, the other is not told to be
    supplement: BoolArray  # one of them stands in a supplement
    lone: BoolArray  # first pages differ, and not both are ranges
    generic: BoolArray  # titles that tell nothing
    once: BoolArray  # titles of columns that an issue has once
    brief: BoolArray  # titles that tell little
    serial: BoolArray  # titles of works that come out again and again
    words: IntArray  # in the shorter title
    abstract: State  # looked at only where titles are alike
    unprinted: BoolArray  # one of them has no volume, issue and pages yet

    def __len__(self) -> int:
        return len(self.left)


def compare_pairs(records: Prepared, left: IntArray, right: IntArray) -> Features:
    """Compare pairs of records field by field."""
    title, likeness = _compare_titles(records, left, right)
    authors, few = _compare_authors(records, left, right)
    year = records.year
    known = (year[left] > 0) & (year[right] > 0)
    doi = _compare_codes(records.doi, left, right)
    stems = _compare_codes(records.stem, left, right)
    second = records.second_doi[left] | records.second_doi[right]
    journal = _compare_journals(records, left, right)
    volume, issue = _compare_volumes(records, left, right)
    page, span, lone = _compare_pages(records, left, right)
    unprinted = (records.volume < 0) & (records.issue < 0) & (records.first == 0)
    words = np.array([len(t.words) for t in records.titles], dtype=np.int64)
    return Features(
        left=left, right=right, title=title, likeness=likeness, authors=authors, few=few,
        crossed=_share(records.key, records.crossed, left, right),
        years=np.where(known, np.abs(year[left] - year[right]), 99),
        journal=journal, volume=volume, issue=issue,
        page=page, span=span,
        doi=np.where((doi == -1) & second, 0, doi).astype(np.int8),
        versions=(doi == -1) & (stems == 1),
        pmid=_compare_codes(records.pmid, left, right),
        trial=_compare_codes(records.trial, left, right),
        marks=records.marks[left] != records.marks[right],
        living=records.living[left] & records.living[right],
        lone=lone,
        once=records.once[left] & records.once[right],
        brief=records.brief[left] | records.brief[right],
        generic=records.generic[left] | records.generic[right],
        serial=records.serial[left] | records.serial[right],
        words=np.minimum(words[left], words[right]),
        abstract=_compare_abstracts(records, left, right, title >= TitleMatch.NEAR),
        unprinted=unprinted[left] | unprinted[right],
        **_compare_kinds(records, left, right),
    )  # fmt: skip


def _compare_kinds(records: Prepared, left: IntArray, right: IntArray) -> dict[str, BoolArray]:
    """Compare what records are records of.

    What stands in a supplement on two pages or one may be the abstract of a meeting; whole
    papers stand in supplements too, on more pages.
    """
    kind = np.where(records.kind == "conference", "", records.kind)
    plain, abstract = kind == "", kind == "meeting abstract"
    small = (records.supplement == 1) & ((records.last == 0) | (records.last - records.first <= 1))
    conference = (records.kind == "conference") | abstract | (small & plain)
    untold = records.untold[left] | records.untold[right]
    other = (kind[left] != kind[right]) & ~(conference[left] & conference[right])
    preprint, supplement = kind == "preprint", records.supplement == 1
    registration = kind == "registration"
    found = {
        "kinds": other & ~untold,
        "perhaps": other & untold,
        "registered": registration[left] & registration[right],
        "preprint": preprint[left] | preprint[right],
        "meeting": (abstract[left] & plain[right]) | (plain[left] & abstract[right]),
        "conference": conference[left] != conference[right],
        "supplement": supplement[left] | supplement[right],
    }
    return {name: np.asarray(values, dtype=bool) for name, values in found.items()}


def _share(one: IntArray, two: IntArray, left: IntArray, right: IntArray) -> BoolArray:
    """Tell whether one record has in one column what the other has in another."""
    met = (one[left] == two[right]) & (one[left] >= 0)
    return np.asarray(met | ((two[left] == one[right]) & (two[left] >= 0)))


def _compare_codes(codes: IntArray, left: IntArray, right: IntArray) -> State:
    known = (codes[left] >= 0) & (codes[right] >= 0)
    return np.where(known, np.where(codes[left] == codes[right], 1, -1), 0).astype(np.int8)


def _compare_titles(records: Prepared, left: IntArray, right: IntArray) -> tuple[State, FloatArray]:
    key = records.key
    same = (key[left] == key[right]) & (key[left] >= 0)
    title = np.full(left.size, int(TitleMatch.SAME), dtype=np.int8)
    rest = np.flatnonzero(~same)
    if rest.size:
        pairs = zip(left[rest].tolist(), right[rest].tolist(), strict=True)
        title[rest] = [int(compare_titles(records.titles[i], records.titles[j])) for i, j in pairs]
    likeness = np.ones(left.size)
    if rest.size:
        mine, yours = records.spaced[left[rest]], records.spaced[right[rest]]
        likeness[rest] = process.cpdist(mine, yours, scorer=fuzz.ratio, dtype=np.float32) / 100
    return title, likeness


def _compare_authors(
    records: Prepared, left: IntArray, right: IntArray
) -> tuple[FloatArray, BoolArray]:
    found, few = np.full(left.size, np.nan), np.zeros(left.size, dtype=bool)
    authors = records.authors
    for at, (i, j) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        mine, yours = authors[i], authors[j]
        if mine and yours:
            found[at] = 1.0 if mine is yours else compare_authors(mine, yours)
            few[at] = len(mine) == 1 or len(yours) == 1
    return found, few


def _compare_journals(records: Prepared, left: IntArray, right: IntArray) -> State:
    """Compare names of journals, each pair of names once; an ISSN in common settles it."""
    codes, names = records.journal, records.journals
    found = _compare_codes(codes, left, right)
    differ = np.flatnonzero(found == -1)
    known: dict[tuple[int, int], int] = {}
    for at in differ.tolist():
        i, j = int(left[at]), int(right[at])
        pair = (int(codes[i]), int(codes[j]))
        if pair not in known:
            known[pair] = compare_journals(names[i], names[j])
        found[at] = known[pair]
    found[_compare_codes(records.issn, left, right) == 1] = 1
    return found


def _compare_volumes(records: Prepared, left: IntArray, right: IntArray) -> tuple[State, State]:
    """Compare volumes and issues; the two may have changed places, or a year be the volume."""
    volume, issue = (
        _compare_codes(codes, left, right) for codes in (records.volume, records.issue)
    )
    swapped = (
        (records.volume[left] == records.issue[right])
        & (records.issue[left] == records.volume[right])
        & (records.volume[left] >= 0) & (records.issue[left] >= 0)
    )  # fmt: skip
    volume[swapped], issue[swapped] = 1, 1
    in_supplement, known = _pair_supplements(records, left, right)
    issue[in_supplement & known & (issue != 1)] = -1
    for one, two in ((left, right), (right, left)):
        dated = (records.volume[one] == records.year[one]) & (
            records.volume[two] != records.year[two]
        )
        volume[dated & (records.year[one] > 0) & (volume == -1)] = 0
    return volume, issue


def _pair_supplements(
    records: Prepared, left: IntArray, right: IntArray
) -> tuple[BoolArray, BoolArray]:
    """Tell which pairs stand in a supplement and outside, and where both are known."""
    supplement = records.supplement
    known = (supplement[left] >= 0) & (supplement[right] >= 0)
    return supplement[left] != supplement[right], known


def _compare_pages(
    records: Prepared, left: IntArray, right: IntArray
) -> tuple[State, BoolArray, BoolArray]:
    first, last = records.first, records.last
    known = (first[left] > 0) & (first[right] > 0)
    same = known & (first[left] == first[right])
    ranges = (last[left] > 0) & (last[right] > 0)
    # Pages from 1 on are often those of the article, not of the volume.
    own = (first[left] == 1) | (first[right] == 1)
    apart, told = _pair_supplements(records, left, right)
    differ = known & ~same & ((ranges & ~own) | (apart & told))
    page = np.where(same, 1, np.where(differ, -1, 0)).astype(np.int8)
    # A review of Cochrane keeps its number from year to year: it tells no more than the title.
    kept = records.living[left] & records.living[right]
    page[kept & same & (records.year[left] != records.year[right])] = 0
    span = same & ranges & (last[left] == last[right]) & (last[left] > first[left])
    return page, span, known & ~same & ~differ & ~own


def _compare_abstracts(
    records: Prepared, left: IntArray, right: IntArray, wanted: BoolArray
) -> State:
    """Compare beginnings of abstracts; databases cut them and head their parts differently."""
    found = np.zeros(left.size, dtype=np.int8)
    texts: Any = records.abstracts
    at = np.flatnonzero(wanted)
    at = at[
        [
            len(texts[i]) >= _LEAST and len(texts[j]) >= _LEAST
            for i, j in zip(left[at], right[at], strict=True)
        ]
    ]
    if at.size:
        mine = [texts[i][:_ABSTRACT].lower() for i in left[at]]
        yours = [texts[i][:_ABSTRACT].lower() for i in right[at]]
        ratio = process.cpdist(mine, yours, scorer=fuzz.ratio, score_cutoff=50, dtype=np.float32)
        found[at] = np.where(ratio >= 80, 1, np.where(ratio < 50, -1, 0))
    return found
